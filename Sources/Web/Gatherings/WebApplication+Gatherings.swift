import Documents
import Foundation
import Hummingbird
import NIOCore
import Participation
import Postgres
import Text

extension WebApplication {
    /// What everybody reads of a hearing, forum or visit.
    func addPublicGatherings(to router: Router<MinyiContext>) {
        for kind in Gathering.Kind.allCases {
            router.get("/\(kind.path)/:number") { request, context -> Response in
                let number = try context.text("number")
                return try await publicPages.page(
                    "/\(kind.path)/\(number)", about: .gathering(number), request, context
                ) { context in
                    try pages.render(
                        GatheringPage(try await publicGathering(number, kind), context.texts), in: context)
                }
            }
            router.get("/\(kind.path)/:number/calendar.ics") { _, context -> Response in
                let record = try await publicGathering(try context.text("number"), kind)
                guard
                    let calendar = GatheringCalendar(
                        record.gathering, site: configuration.publicURL, context.texts)
                else { throw Problem.notFound }
                return .download(
                    Array(calendar.text.utf8), filename: "\(record.gathering.number).ics",
                    contentType: "text/calendar; charset=utf-8")
            }
            router.get("/\(kind.path)/:number/records/:version/:format") { _, context -> Response in
                try await recordFile(try await publicGathering(try context.text("number"), kind), context)
            }
        }
    }

    /// The published report or record as a document.
    private func recordFile(_ record: GatheringRecord, _ context: MinyiContext) async throws -> Response {
        let version = try context.number("version")
        guard let format = Report.Format(rawValue: try context.text("format")),
            let paper = record.versions.first(where: { $0.kind == .gatheringRecord && $0.version == version })
        else { throw Problem.notFound }
        guard paper.sealedAt == nil else { throw Problem.gone }
        guard
            let bytes = try await VersionFile.data(
                of: record.gathering.number, version: paper.version, format, in: pools.public)
        else { throw Problem.notFound }
        return .download(
            bytes, filename: "\(paper.title).\(format.rawValue)",
            contentType: (format == .pdf ? FileKind.pdf : .docx).rawValue)
    }

    private func publicGathering(_ number: String, _ kind: Gathering.Kind) async throws -> GatheringRecord {
        guard let record = try await gatherings.record(number), record.gathering.kind == kind else {
            throw Problem.notFound
        }
        return record
    }
}
