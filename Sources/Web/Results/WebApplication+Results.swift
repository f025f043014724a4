import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    static let rowsOnPage = 200

    func addResults(to router: Router<MinyiContext>) {
        router.get("/consultations/:number/result") { request, context -> Response in
            let number = try context.text("number")
            return try await publicPages.page(
                "/consultations/\(number)/result", about: .consultation(number), request, context
            ) { context in
                guard let record = try await consultations.record(number), let version = record.newest(.result)
                else { throw Problem.notFound }
                return try await renderResult(record, version, after: 0, context)
            }
        }

        router.get("/consultations/:number/result.csv") { request, context -> Response in
            let number = try context.text("number")
            return try await publicPages.page(
                "/consultations/\(number)/result.csv", about: .consultation(number), request, context
            ) { _ in
                guard let version = try await consultations.record(number)?.newest(.result) else {
                    throw Problem.notFound
                }
                guard version.sealedAt == nil else { throw Problem.gone }
                return .download(
                    try await resultFile(version), filename: "\(number)-意见采纳情况.csv",
                    contentType: "text/csv; charset=utf-8")
            }
        }
    }

    private func resultFile(_ version: PublishedVersion) async throws -> [UInt8] {
        var file = CSVWriter()
        // As the table of real results has them; Chinese for every reader, as the content is.
        file.append(["序号", "反馈人", "针对", "意见", "是否采纳", "理由", "编号", "落实在哪里", "落实时间", "相近意见条数"])
        let chinese = pages.texts(.chinese)
        var last = 0
        while true {
            let rows = try await PublishedOpinion.list(
                ofVersion: version.id, after: last, limit: 1000, in: pools.public)
            for row in rows {
                let body =
                    row.body
                    ?? (row.sealedAt == nil ? chinese["results.hidden_row"] : chinese["results.sealed_cell"])
                file.append([
                    String(row.ordinal), row.label, row.passage, body, chinese.outcome(row.outcome), row.reason,
                    row.number, row.effect, row.effectOn?.description ?? "", row.alike > 1 ? String(row.alike) : "",
                ])
            }
            guard rows.count == 1000, let next = rows.last?.ordinal else {
                if let letters = try version.read(PublishedContent.Result.self)?.written {
                    file.append([
                        "", chinese.channel(Channel.written.rawValue), "", chinese.lettersInWords(letters), "", "", "",
                        "", "", "",
                    ])
                }
                return file.bytes
            }
            last = next
        }
    }

    /// Nil for the first version, and where one of the two is sealed.
    private func changes(
        in version: PublishedVersion, of record: ConsultationRecord, _ texts: Texts
    ) async throws -> ResultChanges? {
        guard version.version > 1, let now = try version.read(PublishedContent.Result.self),
            let before = try await PublishedVersion.find(
                record.consultation.number, kind: .result, version: version.version - 1, in: pools.public),
            let then = try before.read(PublishedContent.Result.self)
        else { return nil }
        let opinions = try await pools.public.all(
            CorrectedOpinion.between(before.id, version.id, limit: ResultChanges.most + 1), as: CorrectedOpinion.self)
        return ResultChanges(from: before, then, to: now, opinions: opinions, texts)
    }

    /// - Parameter after: the ordinal of the last row on the page before.
    func renderResult(
        _ record: ConsultationRecord, _ version: PublishedVersion, after: Int, _ context: MinyiContext
    ) async throws -> Response {
        let after = max(0, after)
        let found =
            version.sealedAt == nil
            ? try await PublishedOpinion.list(
                ofVersion: version.id, after: after, limit: Self.rowsOnPage + 1, in: pools.public) : []
        let shown = Array(found.prefix(Self.rowsOnPage))
        let more =
            found.count > Self.rowsOnPage
            ? shown.last.map {
                "/consultations/\(record.consultation.number)/notices/result/\(version.version)?after=\($0.ordinal)"
            } : nil
        return try pages.render(
            ResultPage(
                version, in: record, opinions: shown, moreHref: more,
                changes: try await changes(in: version, of: record, context.texts),
                asked: try await PublicQuestionnaire.attached(to: record.consultation.id, in: pools.public), site: site,
                publicURL: configuration.publicURL,
                context.texts), in: context,
            status: version.sealedAt == nil ? .ok : .gone)
    }
}
