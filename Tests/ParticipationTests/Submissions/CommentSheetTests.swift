import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// Comments on paper and by telephone, as a table: read cell by cell, and all or nothing.
@Suite struct CommentSheetTests {
    private func read(_ scene: AnsweringScene, _ csv: String) async throws -> CommentSheet {
        let terms = try #require(
            try await CommentEntryTerms.load(
                procedure: scene.number, in: scene.database.staff, as: AnsweringScene.organiser))
        return try CommentSheet(reading: Array(csv.utf8), terms: terms)
    }

    private func faults(_ scene: AnsweringScene, _ csv: String) async throws -> [String] {
        do {
            _ = try await read(scene, csv)
            return []
        } catch let found as EntrySheetFaults {
            return found.faults.map { "\($0.line ?? 0).\($0.column ?? 0) \($0.expected.code)" }
        }
    }

    private let day = ChinaTime.date(AnsweringScene.whileOpen)

    @Test func aTableIsImportedOnceAndWhole() async throws {
        let scene = try await AnsweringScene.make()
        let csv = """
            来信来电登记表,,,,,
            收到日期,渠道,针对的序号,意见内容,提出人,单位名称,联名人数,备注
            \(day),电话,2,时限太长,,,,
            \(day),信函,,请公开名单,单位,县一小,,x
            \(day),座谈会,3,材料太多,联名,,12,
            """
        let sheet = try await read(scene, csv)
        #expect(sheet.rows.map(\.entry.channel) == [.phone, .letter, .meeting])
        #expect(sheet.rows.map(\.entry.position) == [2, nil, 3])
        #expect(sheet.rows.map(\.entry.submitter) == [.person, .organisation("县一小"), .joint(people: 12)])
        #expect(sheet.ignoredColumns == ["备注"])
        let upload = UUID()
        for added in [3, 0] {
            let made = try await ImportComments(sheet, upload: upload)(
                intake: scene.intake, in: scene.database.staff, as: AnsweringScene.organiser)
            #expect(made.submissionIDs.count == 3 && made.added == added)
        }
        // The same file, whoever uploads it and when; about another procedure it is another.
        let bytes = Array(csv.utf8)
        let source = ImportComments.source(bytes, procedure: scene.number)
        #expect(source == ImportComments.source(bytes, procedure: scene.number))
        #expect(source != ImportComments.source(bytes, procedure: "C-2026-000009-9"))
        let file = ImportComments(sheet, upload: source)
        func known() async throws -> Int {
            try await file.known(procedure: scene.number, in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(try await known() == 0)
        _ = try await file(intake: scene.intake, in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await known() == 3)
        await #expect(throws: NotAllowed.self) {
            _ = try await ImportComments(sheet, upload: UUID())(
                intake: scene.intake, in: scene.database.staff, as: AnsweringScene.stranger)
        }
    }

    @Test func everyWrongCellIsToldAndNothingIsImported() async throws {
        let scene = try await AnsweringScene.make()
        let csv = """
            收到日期,渠道,针对的序号,意见内容,提出人,联名人数
            \(day.adding(days: 2)),电话,2,甲,,
            \(day.adding(days: -60)),网上,99,,联名,1
            昨天,12345,,乙,某某,
            """
        #expect(
            try await faults(scene, csv) == [
                "2.1 before_closing", "3.1 after_opening", "3.2 comment_channel", "3.3 row", "3.4 filled", "3.6 people",
                "3.6 people",
                "4.1 date", "4.2 comment_channel", "4.5 sender",
            ])
        #expect(try await faults(scene, "收到日期,意见内容,提出人\n") == ["1.0 column"])
    }

    @Test func aRowThatTheDoorRefusesTakesTheOthersWithIt() async throws {
        let scene = try await AnsweringScene.make()
        let sheet = try await read(scene, "收到日期,渠道,意见内容\n\(day),电话,甲\n\(day),电话,乙\n")
        try await scene.database.setClock(AnsweringScene.afterEntry)
        let refused = await #expect(throws: EntrySheetFaults.self) {
            _ = try await ImportComments(sheet, upload: UUID())(
                intake: scene.intake, in: scene.database.staff, as: AnsweringScene.organiser)
        }
        #expect(refused?.total == 2 && refused?.faults.first?.expected == .entryWindow)
        let stored = try await scene.database.owner.read {
            try $0.value("select count(*) from submissions", as: Int.self)
        }
        #expect(stored == 0)
    }
}
