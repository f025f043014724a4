import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// What is not published is looked at again each year.
@Suite struct EvaluationTests {
    private func open(_ scene: DirectoryScene) async throws -> [Evaluation] {
        _ = try await scene.county.database.work.write { try $0.value("select open_evaluations()", as: Int.self) }
        return try await scene.county.database.staff.read(as: scene.county.organiser) {
            try $0.all(Evaluation.open, as: Evaluation.self)
        }
    }

    @Test func aRowOnRequestComesUpEachYear() async throws {
        let scene = try await DirectoryScene.make()
        let (staff, organiser) = (scene.county.database.staff, scene.county.organiser)
        #expect(try await open(scene).isEmpty)
        try await scene.later(days: 370)
        let due = try await open(scene)
        #expect(due.count == 1 && due[0].attribute == .onRequest && due[0].isOverdue)
        // A second run opens nothing twice, and reminds nobody twice on one day.
        #expect(try await open(scene).count == 1)
        let told: Int = try await scene.county.database.owner.read { tx in
            try tx.value("select count(distinct key) from notices where kind = 'evaluation'")
        }
        #expect(told == 1)
        await #expect(throws: PostgresError.self) {
            try await Evaluation.decide(due[0].id, .stays, reason: "", in: staff, as: organiser)
        }
        await #expect(throws: PostgresError.self) {
            try await Evaluation.decide(due[0].id, .stays, reason: "没有变化", in: staff, as: scene.county.approver)
        }
        for _ in 1...2 {
            try await Evaluation.decide(due[0].id, .stays, reason: "没有变化", in: staff, as: organiser)
        }
        #expect(try await open(scene).isEmpty)
        try await scene.later(days: 800)
        #expect(try await open(scene).count == 1)
        let decided = try await staff.read(as: organiser) { try $0.all(Evaluation.decided, as: Evaluation.self) }
        #expect(decided.map(\.reason) == ["没有变化"])
        // What is to become public stays on the list until it is.
        let again = try #require(try await open(scene).first)
        try await Evaluation.decide(again.id, .public, reason: "可以公开", in: staff, as: organiser)
        func owed() async throws -> [Evaluation.Owed] {
            try await staff.read(as: organiser) { try $0.all(Evaluation.decided, as: Evaluation.self) }.compactMap(
                \.owed)
        }
        #expect(try await owed() == [.edition(draft: scene.asked.draftID)])
        try await scene.publish(.final) { passages, staff in
            var cells = passages[1].cells
            cells[.disclosureMode] = "主动"
            _ = try await ChangePassage(passages[1].id, version: 1).save(cells, in: staff, as: organiser)
        }
        #expect(try await owed().isEmpty)
    }

    @Test func aPaperThatBecomesPublicIsPreparedAnew() async throws {
        let scene = try await DirectoryScene.make()
        let (county, staff) = (scene.county, scene.county.database.staff)
        let other = try await county.prepare()
        let notice = try await PrepareClearance(other.number).announcement(in: staff, as: county.organiser).notice
        try await Clearance.describe(
            notice, version: 1, as: PaperHead(documentNumber: "龙府办〔2026〕3号", keywords: "低保"), attribute: .withheld,
            reason: "过程性信息", in: staff, as: county.organiser)
        // Who read it before does not review what it says now.
        await #expect(throws: PostgresError.self) {
            try await Clearance.review(
                notice, version: 1, passed: true, note: "", attribute: .withheld, in: staff, as: county.reviewer)
        }
        try await Clearance.review(
            notice, version: 2, passed: true, note: "", attribute: .withheld, in: staff, as: county.reviewer)
        // The signer decides otherwise only with a reason.
        await #expect(throws: PostgresError.self) {
            try await Clearance.approve(
                notice, version: 3, granted: true, note: "", attribute: .onRequest, in: staff, as: county.approver)
        }
        try await Clearance.approve(
            notice, version: 3, granted: true, note: "申请人可以看", attribute: .onRequest, in: staff, as: county.approver)
        func clearance() async throws -> Clearance {
            try await staff.read(as: county.organiser) { try $0.one(Clearance.with(id: notice), as: Clearance.self) }
        }
        let kept = try await clearance()
        #expect(kept.stage == .kept && kept.attribute == .onRequest && kept.attributeReason == "申请人可以看")
        await #expect(throws: PostgresError.self) { try await county.publish(notice) }
        try await scene.later(days: 366)
        let due = try #require(try await open(scene).first { $0.subject == .paper(clearance: notice) })
        try await Evaluation.decide(due.id, .public, reason: "情况变了", in: staff, as: county.organiser)
        #expect(try await clearance().stage == .lapsed)
        #expect(try await open(scene).allSatisfy { $0.subject != .paper(clearance: notice) })
    }

    @Test func eachPublishedVersionHasItsIndexNumber() async throws {
        let scene = try await DirectoryScene.make()
        let numbers: [String] = try await scene.county.database.owner.read { tx in
            try tx.values("select index_number from published_versions order by id")
        }
        #expect(numbers.count == 3 && Set(numbers).count == 3)
        #expect(numbers.allSatisfy { $0.wholeMatch(of: /MY\/20\d\d-\d{5}/) != nil })
    }
}
