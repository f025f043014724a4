import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite struct ConsultationTests {
    @Test func theRecordHoldsWhatWasPublished() async throws {
        let county = try await ExampleCounty.make()
        let procedure = try await county.announce()
        try await county.advance()
        let record = try #require(try await ConsultationRecord.load(procedure.number, in: county.database.public))
        #expect(record.consultation.state == .open)
        #expect(record.draft?.passages.count == 4)
        #expect(record.announcement?.unit == "县民政局")
        #expect(record.versions.map(\.kind) == [.draft, .announcement])
        #expect(record.period.strip(counting: record.dayKind).count == 7)
        let open = try await Consultation.list(.current, limit: 10, in: county.database.public)
        #expect(open.map(\.number) == [procedure.number])
        #expect(try await Consultation.list(.decided, limit: 10, in: county.database.public).isEmpty)
        let draft = try await PublishedVersion.draft(
            of: procedure.number, edition: procedure.editionID, in: county.database.public)
        #expect(draft?.edition.id == procedure.editionID)
        #expect(try await PublishedVersion.draft(of: procedure.number, edition: 99, in: county.database.public) == nil)
        #expect(try await ConsultationRecord.load("C-2026-999999-9", in: county.database.public) == nil)
    }

    @Test func shownCommentsHoldNoNumbersOfPeople() async throws {
        let scene = try await AnsweringScene.make()
        try await scene.database.owner.write { tx in
            _ = try tx.execute("update procedures set comments_shown = true where id = \(scene.procedureID)")
        }
        let id = try await scene.submit("请回电 138 0013 8000，谢谢。", row: 2).id
        _ = try await ScreenSubmissions(ids: [id], hiddenFor: nil)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        let shown = try await ShownComment.list(of: scene.number, limit: 10, in: scene.database.public)
        #expect(shown.map(\.rowNumber) == ["2"])
        #expect(shown.allSatisfy { !$0.body.contains("0013") && $0.body.contains("谢谢") })
    }

    @Test func listsGoOnWhereTheyStopped() async throws {
        let county = try await ExampleCounty.make()
        var numbers: [String] = []
        for day in 1...3 {
            var terms = ExampleCounty.Terms()
            terms.closesAt = Date(timeIntervalSinceNow: Double(day) * 86_400)
            numbers.append(try await county.announce(terms).number)
        }
        let first = try await Consultation.list(.current, limit: 2, in: county.database.public)
        let rest = try await Consultation.list(.current, after: first.last?.id, limit: 2, in: county.database.public)
        #expect((first + rest).map(\.number) == numbers)
    }
}
