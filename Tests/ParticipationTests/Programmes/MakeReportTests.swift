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

    @Test("The worker makes what it was asked for once for each version")
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
            try await Report.ask(for: .docx, of: 1, in: database.staff, as: organiser)
            return try await awaited("the document") {
                try await Report.document(.docx, of: 1, in: database.staff, as: organiser)
            }
        }
        let first = try await document()
        #expect(first.starts(with: Array("PK".utf8)))
        #expect(try await document() == first, "the same version is not made again")
        await #expect(throws: (any Error).self) {
            try await Report.ask(for: .docx, of: 1, in: database.staff, as: AnsweringScene.stranger)
        }
        #expect(try await Report.document(.docx, of: 1, in: database.staff, as: AnsweringScene.stranger) == nil)
    }

    @Test("What nobody can make is tried again by others, and in the end said to have failed")
    func lacking() async throws {
        let it = try await ProgrammeScene.make()
        let (database, organiser) = (it.database, AnsweringScene.organiser)
        try await it.load("社会救助,县民政局,,,,,")
        try await Report.save(
            Self.content, programme: it.id, unit: 2, version: 0, in: database.staff, as: organiser)
        try await Report.ask(for: .pdf, of: 1, in: database.staff, as: organiser)
        let nothing = MakeReport(root: "/nowhere", pandoc: nil)
        let job = try #require(try await Job.take(.makeReport, in: database.work))
        try await nothing(job, in: database.work)
        func state() async throws -> [MadeFile.State] {
            try await database.staff.read(as: organiser) {
                try $0.all(Report.documents(of: 1), as: Report.Document.self)
            }.map(\.state)
        }
        #expect(try await state() == [.waiting])
        try await database.work.write { try $0.execute("update jobs set died_at = minyi_clock() where id = \(job.id)") }
        #expect(try await state() == [.failed])
    }

    @Test(
        "PDF where Typst is installed", .enabled(if: (try? Repository.root().path).flatMap { Typst(root: $0) } != nil))
    func pdf() async throws {
        let typst = try #require(Typst(root: try Repository.root().path))
        let pdf = try await typst.pdf(of: try MakeReport.json(Self.content, "县民政局"))
        #expect(pdf.starts(with: Array("%PDF".utf8)))
    }
}
