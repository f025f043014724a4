import Documents
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Participation

@Suite("Reports as documents") struct MakeReportTests {
    private static let content = Report.Content(
        title: "“工作”总结",
        sections: [
            .init(
                key: "a", heading: "一、总体完成情况", text: "完成 <3> 项。\n#set text(red) *不是标记*",
                tables: [.init(caption: "各阶段", heading: ["阶段", "时限"], rows: [["初稿", "2026-11-20"], ["公开", "—"]])])
        ], figuresAt: "2026-11-21T10:00:00+08:00")

    @Test("Texts are words and never markup, in HTML and in the document")
    func words() async throws {
        let html = MakeReport.html(Self.content, "县民政局")
        #expect(html.contains("完成 &lt;3&gt; 项。") && html.contains("<td>2026-11-20</td>"))
        let pandoc = try #require(Pandoc(), "ops/test installs it")
        let reference = try Repository.root().appendingPathComponent("web/documents/reference.docx").path
        let docx = try await pandoc.docx(of: html, reference: reference)
        let text = try await pandoc.read(docx: docx).text
        #expect(text.contains("完成 <3> 项。") && text.contains("#set text(red) *不是标记*"))
    }

    @Test("The worker makes what it was asked for once for each version", .timeLimit(.minutes(5)))
    func job() async throws {
        let it = try await ProgrammeScene.make()
        let (database, organiser) = (it.database, AnsweringScene.organiser)
        try await it.load("社会救助,县民政局,,,,,")
        try await Report.save(
            Self.content, programme: it.id, unit: 2, version: 0, in: database.staff, as: organiser)
        let maker = MakeReport(root: try Repository.root().path)
        try await MakeReport.announce(maker, in: database.work)
        #expect(try await database.staff.read(as: organiser) { try Report.formats($0) }.contains(.docx))
        let work = Task {
            while !Task.isCancelled {
                if let job = try await Job.take(.makeReport, in: database.work) {
                    try await maker(job, in: database.work)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { work.cancel() }
        func document() async throws -> [UInt8] {
            let made = try await Report.document(
                1, as: .docx, in: database.staff, actor: organiser, patience: .seconds(200))
            guard case .made(let bytes) = made else { return [] }
            return bytes
        }
        let first = try await document()
        #expect(first.starts(with: Array("PK".utf8)))
        #expect(try await document() == first, "the same version is not made again")
        await #expect(throws: (any Error).self) {
            try await Report.document(1, as: .docx, in: database.staff, actor: AnsweringScene.stranger)
        }
    }

    @Test(
        "PDF where Typst is installed", .enabled(if: (try? Repository.root().path).flatMap { Typst(root: $0) } != nil))
    func pdf() async throws {
        let typst = try #require(Typst(root: try Repository.root().path))
        let pdf = try await typst.pdf(of: try MakeReport.json(Self.content, "县民政局"))
        #expect(pdf.starts(with: Array("%PDF".utf8)))
    }
}
