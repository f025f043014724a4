import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

/// A later edition before the public: reviewed, approved, published, compared with what was commented on, and each change with the
/// opinions it carries out.
@Suite("Revised drafts in public")
struct RevisionTests {
    private func clear(_ id: Int, _ county: ExampleCounty) async throws {
        try await county.database.staff.write(as: county.reviewer) { tx in
            _ = try tx.execute(
                "select review_clearance(\(id), true, '', 'proactive', (select version from clearances where id = \(id)))"
            )
        }
        try await county.database.staff.write(as: county.approver) { tx in
            _ = try tx.execute(
                "select approve_clearance(\(id), true, '', '', null, null, null, (select version from clearances where id = \(id)))"
            )
        }
        try await county.publish(id)
    }

    /// Comments on rows 1 (twice) and 3, one of them hidden; row 1 is reworded for both, row 3 dropped.
    private func revise(_ county: ExampleCounty, _ it: ExampleCounty.Announced) async throws -> (
        shown: String, hidden: String
    ) {
        let staff = county.database.staff
        let intake = Intake(secrets: try ExampleCounty.secrets())
        var sent: [String] = []
        for (row, text) in [(1, "第一行时限太长"), (1, "骂人的话"), (3, "第三行多余")] {
            let comment = Comment(
                key: UUID(), procedure: it.number, editionID: it.editionID, position: row, body: text, channel: .web,
                submitter: .person, contact: Contact(), showsName: false, entry: nil)
            let outcome = try await intake.accept(comment, in: county.database.public, as: .anonymous)
            sent.append(try #require(outcome.number))
        }
        let numbers = sent
        try await county.database.setClock(Date(timeIntervalSinceNow: 20 * 86_400))
        try await county.advance()
        try await county.answerAll(it.id)
        try await staff.write(as: county.organiser) { tx in
            _ = try tx.execute(
                """
                select screen(array(select id from submissions where number = \(numbers[1])), 'hidden', 'abuse',
                  gen_random_uuid())
                """)
        }
        let edition = try await BeginEdition(of: it.draftID, stage: .revised, note: "")(in: staff, as: county.organiser)
        let passages = try await staff.read(as: county.organiser) { tx in
            try tx.all(Passage.of(edition: edition), as: Passage.self)
        }
        var cells = passages[0].cells
        cells[.timeLimit] = "10个工作日内"
        _ = try await ChangePassage(passages[0].id, version: 1).save(cells, in: staff, as: county.organiser)
        try await ChangePassage(passages[2].id, version: 1).drop(in: staff, as: county.organiser)
        let third: Int = try await county.database.owner.read { tx in
            try tx.value("select id from passages where edition_id = \(it.editionID) and position = 3")
        }
        for (passage, wanted) in [(passages[0].id, [numbers[0], numbers[1]]), (third, [numbers[2]])] {
            let file = try await PassageFile.load(
                passage, .init(showsAll: true), in: staff, as: county.organiser)
            let ids = file.opinions.filter { wanted.contains($0.number) }.map(\.id)
            #expect(ids.count == wanted.count)
            try await LinkOpinions(passage: passage, edition: edition)(
                shown: ids, chosen: Set(ids), in: staff, as: county.organiser)
        }
        let clearance = try await PrepareClearance(it.number).revision(
            edition: edition, in: staff, as: county.organiser)
        await #expect(throws: PostgresError.self) { try await county.publish(clearance) }
        try await clear(clearance, county)
        return (numbers[0], numbers[1])
    }

    @Test("The whole way, and only what is public is shown")
    func theWholeWay() async throws {
        let county = try await ExampleCounty.make()
        let it = try await county.announce()
        let database = county.database
        let web = try TestSite.make(pools: Pools(public: database.public, staff: database.staff))
        try await web.makeServer().test(.router) { client in
            let browser = TestBrowser(client)
            #expect(try await browser.get("/consultations/\(it.number)/changes").status == .notFound)
            let numbers = try await revise(county, it)
            try await browser.get("/consultations/\(it.number)")
            #expect(browser.page.contains("修改稿已公布") && browser.page.contains("/consultations/\(it.number)/changes"))
            try await browser.get("/consultations/\(it.number)/changes")
            for words in ["<del>", "<ins>", "10", "第 2 行没有变", "删去", "id=\"old-3\"", "id=\"row-1\""] {
                #expect(browser.page.contains(words), "\(words)")
            }
            // No result yet: no words of anybody.
            #expect(!browser.page.contains(numbers.shown) && !browser.page.contains("时限太长"))
            try await browser.get("/consultations/\(it.number)/notices/revision/1")
            #expect(browser.page.contains("id=\"row-1\"") && browser.page.contains("notices/revision/1#row-1"))

            try await FinishAnswering(procedureID: it.id)(in: database.staff, as: county.organiser)
            let result = try await PrepareResult(procedureNumber: it.number, wording: AnsweringScene.wording)(
                in: database.staff, as: county.organiser)
            try await clear(result, county)
            try await browser.get("/consultations/\(it.number)/changes/1/2")
            #expect(browser.page.contains(numbers.shown) && browser.page.contains("第一行时限太长"))
            #expect(browser.page.contains("第三行多余"))
            #expect(!browser.page.contains(numbers.hidden) && !browser.page.contains("骂人的话"))
            try await browser.get("/consultations/\(it.number)/result")
            #expect(browser.page.contains("/consultations/\(it.number)/changes#row-1"))
            #expect(browser.page.contains("/consultations/\(it.number)/changes#old-3"))

            // An older edition than what is public is not published as the newest.
            let last = try await BeginEdition(of: it.draftID, stage: .final, note: "")(
                in: database.staff, as: county.organiser)
            let before: Int = try await database.owner.read { tx in
                try tx.value("select id from editions where draft_id = \(it.draftID) and ordinal = 2")
            }
            let final = PrepareClearance(it.number)
            let cleared = try await final.revision(edition: last, in: database.staff, as: county.organiser)
            try await clear(cleared, county)
            await #expect(throws: (any Error).self) {
                _ = try await final.revision(edition: before, in: database.staff, as: county.organiser)
            }
        }
    }

    @Test("Two thousand rows, three in ten changed: a page of less than 1.5 MB")
    func manyRows() throws {
        func cells(_ row: Int, _ limit: String) -> PassageCells {
            var cells = PassageCells()
            (cells[.number], cells[.level1], cells[.level2]) = ("\(row)", "事项\(row / 40)", "指南\(row)")
            cells[.contentElements] = "1.申请条件；2.办理程序；3.需要提交的材料；4.办理时限；5.办公地址和咨询电话；6.办理结果\(row)"
            cells[.legalBasis] = "《中华人民共和国政府信息公开条例》《关于全面推进政务公开工作的意见》"
            (cells[.timeLimit], cells[.publisher]) = (limit, "县民政局")
            return cells
        }
        let old = (1...2000).map { EditionRedline.Side(position: $0, cells: cells($0, "信息形成或者变更之日起20个工作日内")) }
        let new = (1...2000).map {
            EditionRedline.Side(
                position: $0, cells: cells($0, $0 % 10 < 3 ? "信息形成之日起10个工作日内予以公开" : "信息形成或者变更之日起20个工作日内"))
        }
        let lineage = EditionLineage((1...2000).map { .init(old: $0, new: $0) })
        let redline = try EditionRedline(from: old, to: new, extraColumns: [], lineage: lineage)
        #expect(redline.match.count(.reworded) == 600)
        for onlyChanged in [true, false] {
            let html = try RedlineSheet.html(redline, onlyChanged: onlyChanged, root: TestSite.root)
            #expect(html.utf8.count < 1_500_000, "\(html.utf8.count) bytes")
        }
    }
}
