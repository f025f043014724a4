import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite struct CaseReplyTests {
    private typealias Scene = CaseScene

    private func save(_ scene: CaseScene, _ id: Int, _ version: Int, _ body: String, as actor: DatabaseActor)
        async throws -> SaveReply.Outcome
    {
        try await SaveReply(caseID: id, version: version, body: body)(in: scene.database.staff, as: actor)
    }

    @Test func twoPeopleInOneReplyNeverOverwriteEachOther() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        let first = try await save(scene, id, 0, "甲稿", as: Scene.trafficClerk)
        #expect(first.saved && first.version == 1)
        // Both had opened the empty page.
        let second = try await save(scene, id, 0, "乙稿", as: Scene.colleague)
        #expect(!second.saved && second.body == "甲稿" && second.writtenBy == "钱经办" && second.version == 1)
        let merged = try await save(scene, id, second.version, "甲乙稿", as: Scene.colleague)
        #expect(merged.saved && merged.version == 2 && merged.writtenBy == "王同事")
        let stale = try await save(scene, id, 1, "甲稿二", as: Scene.trafficClerk)
        #expect(!stale.saved && stale.body == "甲乙稿")
        // A second press, or the same words.
        #expect(try await save(scene, id, 1, "甲乙稿", as: Scene.trafficClerk).saved)
        await #expect(throws: PostgresError.self) { _ = try await save(scene, id, 2, "x", as: Scene.civilClerk) }
    }

    @Test func manyAtOnceLoseNothing() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        let outcomes = try await withThrowingTaskGroup(of: SaveReply.Outcome.self) { group in
            for n in 1...8 {
                group.addTask {
                    try await save(
                        scene, id, 0, "第\(n)稿", as: n.isMultiple(of: 2) ? Scene.colleague : Scene.trafficClerk)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter(\.saved).count == 1)
        #expect(Set(outcomes.map(\.body)).count == 1)
    }

    @Test func theHeadApprovesAndTheClockStops() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.handIn(id)
        #expect(try await scene.state(id) == "reviewing")
        #expect(try await scene.notices("to_approve", of: id) == 2)
        await #expect(throws: PostgresError.self) { _ = try await save(scene, id, 1, "又改", as: Scene.trafficClerk) }
        #expect(try await scene.refusal(Scene.approve, on: id, as: Scene.trafficClerk) == "role_required")
        #expect(try await scene.refusal(Scene.approve, on: id, as: Scene.civilHead) == "role_required")
        try await scene.database.setClock(Scene.moment("2026-11-27"))
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.state(id) == "completed")
        #expect(try await scene.value("select working_days_used from cases where id = \(id)", as: Int.self) == 3)
        #expect(try await scene.value("select is_late from cases where id = \(id)", as: Bool.self) == false)
        #expect(
            try await scene.value(
                "select count(*) from clocks where stopped_at is null and id = (select clock_id from cases)",
                as: Int.self) == 0)
        #expect(try await scene.notices("answered", of: id) == 1)
        // A second press is no second answer.
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.notices("answered", of: id) == 1)
    }

    @Test func lateIsLate() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.handIn(id)
        // Due on 1 December, 24:00.
        try await scene.database.setClock(Scene.moment("2026-12-02", hour: 0))
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.value("select is_late from cases where id = \(id)", as: Bool.self))
        #expect(try await scene.value("select working_days_used from cases where id = \(id)", as: Int.self) == 6)
    }

    @Test func whoHandedItInDoesNotApproveIt() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        let both = Scene.person(10, ["clerk", "approver"], [Scene.traffic])
        try await scene.handIn(id, as: both)
        #expect(try await scene.refusal(Scene.approve, on: id, as: both) == "replies_second_person")
    }

    @Test func ofTwoWhoDecideAtOnceOneWinsAndTheOtherIsTold() async throws {
        let scene = try await Scene.make()
        for round in 1...4 {
            let id = try await scene.assigned()
            try await scene.handIn(id)
            let refusals = try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask { try await scene.refusal(Scene.approve, on: id, as: Scene.trafficHead) }
                group.addTask {
                    try await scene.refusal(
                        round.isMultiple(of: 2)
                            ? Scene.approve : .approve(version: Scene.justNow, granted: false, note: "请改", paper: nil),
                        on: id,
                        as: Scene.secondHead)
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(refusals.filter { $0 == nil }.count == 1)
            #expect(refusals.contains("replies_pending"))
            #expect(
                try await scene.value(
                    "select count(*) from events where subject = 'case' and subject_id = \(id) and kind in ('approved', 'returned')",
                    as: Int.self) == 1)
        }
    }

    @Test func itIsSentBackWithAReasonOrTakenBack() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.handIn(id)
        #expect(
            try await scene.refusal(
                .approve(version: Scene.justNow, granted: false, note: "", paper: nil), on: id, as: Scene.trafficHead)
                == "replies_return_why")
        try await scene.act(
            .approve(version: Scene.justNow, granted: false, note: "请写依据", paper: nil), on: id, as: Scene.trafficHead)
        #expect(try await scene.state(id) == "assigned")
        #expect(try await scene.notices("returned", of: id) == 2)
        try await scene.handIn(id, "网友您好：依据是……")
        try await scene.act(.recall, on: id, as: Scene.trafficClerk)
        #expect(try await scene.state(id) == "assigned")
        #expect(try await scene.refusal(Scene.approve, on: id, as: Scene.trafficHead) == "replies_pending")
    }

    @Test func aDifficultOneGoesToTheCountyOfficeToo() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned(urgency: .difficult)
        try await scene.handIn(id)
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.state(id) == "reviewing")
        #expect(try await scene.notices("answered", of: id) == 0)
        #expect(try await scene.refusal(Scene.approve, on: id, as: Scene.secondHead) == "role_required")
        try await scene.act(Scene.approve, on: id, as: Scene.officeHead)
        #expect(try await scene.state(id) == "completed")
        // One person for both is no second look.
        let next = try await scene.assigned(urgency: .difficult)
        try await scene.handIn(next)
        let both = Scene.person(3, ["approver"], Scene.all)
        try await scene.act(Scene.approve, on: next, as: both)
        #expect(try await scene.refusal(Scene.approve, on: next, as: both) == "replies_office_third_person")
        #expect(try await scene.state(next) == "reviewing")
        let other = Scene.person(1, ["approver"], Scene.all)
        try await scene.act(Scene.approve, on: next, as: other)
        #expect(try await scene.state(next) == "completed")
    }

    @Test func onPaperWithItsScan() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.handIn(id)
        func paper(_ signer: String, _ scan: UUID) throws -> CaseAct {
            .approve(
                version: Scene.justNow, granted: true, note: "",
                paper: .init(signer: signer, signedOn: try #require(.init("2026-11-24")), scanID: scan))
        }
        #expect(
            try await scene.refusal(try paper("孙局长", UUID()), on: id, as: Scene.colleague) == "replies_file_missing")
        let scan = try await Attachment.store(
            Array("%PDF-1.4".utf8), name: "签字.pdf", for: [Scene.traffic], in: scene.database.staff, as: Scene.colleague)
        #expect(try await scene.refusal(try paper("钱经办", scan), on: id, as: Scene.colleague) == "replies_second_person")
        #expect(
            try await scene.refusal(try paper("孙局长", scan), on: id, as: Scene.trafficClerk) == "replies_second_person")
        try await scene.act(try paper("孙局长", scan), on: id, as: Scene.colleague)
        #expect(try await scene.state(id) == "completed")
        #expect(
            try await scene.value(
                "select expires_at is null and unit_ids = '{1,2}' from attachments where id = \(scan)", as: Bool.self))
    }

    @Test func filesGoWithTheReply() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        func upload() async throws -> UUID {
            try await Attachment.store(
                Array("%PDF-1.4".utf8), name: "说明.pdf", for: [Scene.traffic], in: scene.database.staff,
                as: Scene.trafficClerk)
        }
        let file = try await upload()
        try await scene.act(.attach(file), on: id, as: Scene.trafficClerk)
        #expect(try await scene.refusal(.attach(file), on: id, as: Scene.trafficClerk) == "replies_file_missing")
        for _ in 2...5 { try await scene.act(.attach(try await upload()), on: id, as: Scene.trafficClerk) }
        #expect(
            try await scene.refusal(.attach(try await upload()), on: id, as: Scene.trafficClerk)
                == "reply_attachments_most")
        try await scene.act(.detach(file), on: id, as: Scene.trafficClerk)
        let record = try #require(try await scene.record(id, as: Scene.trafficClerk, unit: Scene.traffic))
        #expect(record.replyFiles.count == 4)
    }

    // MARK: Review and publication

    @Test func whatIsPublicIsMaskedReviewedAndThenPublished() async throws {
        let scene = try await Scene.make()
        let id = try await scene.answered()
        let answer: String = try await scene.value("select public_answer from replies")
        #expect(!answer.contains("13800138000") && answer.hasPrefix("网友您好"))
        #expect(try await scene.value("select publication from cases", as: String.self) == "to_review")
        #expect(try await scene.refusal(.publish, on: id, as: Scene.officeClerk) == "replies_cleared")
        #expect(
            try await scene.refusal(
                .review(version: Scene.justNow, passed: true, note: ""), on: id, as: Scene.officeClerk)
                == "role_required")
        let writer = Scene.person(2, ["secrecy_reviewer"], [Scene.traffic])
        #expect(
            try await scene.refusal(.review(version: Scene.justNow, passed: true, note: ""), on: id, as: writer)
                == "replies_reviewer_apart")
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: id, as: Scene.reviewer)
        #expect(try await scene.value("select publication from cases", as: String.self) == "published")
        #expect(try await scene.notices("published", of: id) == 1)
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: id, as: Scene.reviewer)
    }

    @Test func theReviewSendsBackAndTheAnswerToldStays() async throws {
        let scene = try await Scene.make()
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update site_settings set value = '0' where key = 'case_auto_publish'")
        }
        let id = try await scene.answered()
        #expect(
            try await scene.refusal(
                .review(version: Scene.justNow, passed: false, note: ""), on: id, as: Scene.reviewer)
                == "replies_review_why")
        try await scene.act(.review(version: Scene.justNow, passed: false, note: "写了住址"), on: id, as: Scene.reviewer)
        #expect(try await scene.value("select publication from cases", as: String.self) == "returned")
        try await scene.act(
            .word(version: Scene.justNow, .init(title: "站牌", question: "站牌字小。", answer: "已更换。")), on: id,
            as: Scene.trafficClerk)
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: id, as: Scene.reviewer)
        #expect(try await scene.value("select publication from cases", as: String.self) == "cleared")
        #expect(try await scene.refusal(.publish, on: id, as: Scene.trafficHead) == "role_required")
        try await scene.act(.publish, on: id, as: Scene.officeClerk)
        try await scene.act(.publish, on: id, as: Scene.officeClerk)
        #expect(try await scene.value("select published_at is not null from cases", as: Bool.self))
        #expect(try await scene.value("select body from replies", as: String.self).contains("13800138000"))
        let again = CaseAct.word(version: Scene.justNow, .init(title: "站牌", question: "问", answer: "答"))
        #expect(try await scene.refusal(again, on: id, as: Scene.trafficClerk) == "replies_rewordable")
    }

    @Test func whoDoesNotAgreeIsNotPublished() async throws {
        let scene = try await Scene.make()
        let id = try await scene.answered(wantsPublication: false)
        #expect(try await scene.value("select publication from cases", as: String.self) == "none")
        #expect(
            try await scene.refusal(.review(version: Scene.justNow, passed: true, note: ""), on: id, as: Scene.reviewer)
                == "replies_reviewable"
        )
        #expect(try await scene.refusal(.publish, on: id, as: Scene.officeClerk) == "replies_cleared")
        let other = try await scene.answered()
        try await scene.act(.setPublishable(false, reason: "举报"), on: other, as: Scene.officeClerk)
        #expect(try await scene.refusal(.publish, on: other, as: Scene.officeClerk) == "replies_cleared")
    }
}
