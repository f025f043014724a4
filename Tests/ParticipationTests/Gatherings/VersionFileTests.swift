import Documents
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import Participation

@Suite("A published record as a document") struct VersionFileTests {
    private func ask(_ scene: GatheringScene) async throws {
        try await TimedJob.round(
            of: ["ask_for_version_files"], in: scene.database.work,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("Everybody takes exactly what was published, as soon as a worker has made it, and nobody once it is sealed")
    func published() async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        let (database, id) = (scene.database, scene.id)
        try await database.owner.write { tx in
            _ = try tx.execute("update gatherings set state = 'closed', closed_at = minyi_clock() where id = \(id)")
        }
        let version = try await scene.publish(try await scene.prepare(.gatheringRecord))
        // What was published before there was a program for it is not forgotten.
        try await ask(scene)
        let nothing = try await Job.take(.makeVersionFile, in: database.work)
        #expect(nothing == nil)
        let maker = MakeReport(root: try Repository.root().path)
        try #require(maker.formats.contains(.docx), "ops/test installs pandoc")
        try await database.work.write { try $0.execute("select announce_report_formats('docx')") }
        try await ask(scene)
        try await ask(scene)
        let job = try #require(try await Job.take(.makeVersionFile, in: database.work))
        let second = try await Job.take(.makeVersionFile, in: database.work)
        #expect(second == nil, "it is asked for once")
        // Written meanwhile at the desk, by nobody reviewed.
        let gathering = try await scene.gathering()
        var paper = try await database.staff.read(as: AnsweringScene.organiser) {
            try GatheringPaper.read(.gatheringRecord, of: gathering, $0)
        }
        for index in paper.content.sections.indices { paper.content.sections[index].text = "没有审过的话" }
        try await GatheringPaper.save(
            paper.content, .gatheringRecord, of: id, version: 0, in: database.staff, as: AnsweringScene.organiser)
        try await VersionFile.Maker(reports: maker)(job, in: database.work)

        let record = try #require(try await scene.record())
        let published = try #require(record.newest(.gatheringRecord))
        #expect(record.files(of: published) == [.docx])
        func taken() async throws -> [UInt8]? {
            try await VersionFile.data(of: scene.number, version: published.version, .docx, in: database.public)
        }
        let docx = try #require(try await taken())
        let text = try await #require(Pandoc()).read(docx: docx).text
        #expect(text.contains("县政府二楼会议室") && text.contains("组织筹备情况") && !text.contains("没有审过"))
        try await ask(scene)
        let again = try await Job.take(.makeVersionFile, in: database.work)
        #expect(again == nil)

        let seal = try await Seal.request(
            .version(id: version), reason: .unlawful, in: database.staff, as: AnsweringScene.organiser)
        try await Seal.confirm(seal, in: database.staff, as: AnsweringScene.approver)
        let gone = try await taken()
        #expect(gone == nil)
        try await ask(scene)
        let never = try await Job.take(.makeVersionFile, in: database.work)
        #expect(never == nil)
    }
}
