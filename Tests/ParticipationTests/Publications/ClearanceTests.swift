import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// Nothing becomes public alone.
@Suite struct ClearanceTests {
    let county: ExampleCounty
    var staff: Database { county.database.staff }

    init() async throws { county = try await ExampleCounty.make() }

    private func review(_ id: Int, passed: Bool = true, attribute: Clearance.Attribute = .proactive) async throws {
        try await Clearance.review(
            id, version: try await Clearance.version(of: id, in: staff, as: county.reviewer), passed: passed,
            note: passed && attribute == .proactive ? "" : "过程性信息。", attribute: attribute,
            in: staff, as: county.reviewer)
    }

    private func approve(_ id: Int, granted: Bool = true) async throws {
        try await Clearance.approve(
            id, version: try await Clearance.version(of: id, in: staff, as: county.approver), granted: granted,
            note: granted ? "" : "还要改。", in: staff, as: county.approver)
    }

    private func publish(_ id: Int) async throws { try await Clearance.publish(id, in: staff, as: county.organiser) }

    private func stage(_ id: Int) async throws -> Clearance.Stage {
        try await staff.read(as: county.organiser) { try $0.one(Clearance.with(id: id), as: Clearance.self) }.stage
    }

    private func isPublic(_ number: String) async throws -> Bool {
        try await Consultation.find(number, in: county.database.public) != nil
    }

    @Test func anAnnouncementNeedsItsDraftAReviewAndASecondPerson() async throws {
        let prepared = try await county.prepare()
        let (draft, notice) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        #expect(await refusal { try await publish(notice) } == "clearances_cleared")
        // The approval does not come before the review.
        #expect(await refusal { try await approve(notice) } == "clearances_pending")
        try await review(notice)
        #expect(await refusal { try await publish(notice) } == "clearances_cleared")
        try await approve(notice)
        #expect(await refusal { try await publish(notice) } == "clearances_draft_cleared")
        #expect(try await !isPublic(prepared.number))
        try await review(draft)
        try await approve(draft)
        #expect(await refusal { try await publish(draft) } == "clearances_draft_alone")
        try await publish(notice)
        #expect(try await isPublic(prepared.number))
        #expect(try await stage(draft) == .published)
        #expect(try await stage(notice) == .published)
    }

    @Test func nobodyApprovesTheirOwn() async throws {
        let prepared = try await county.prepare()
        let (_, notice) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        try await review(notice)
        let id: Int = try await staff.read(as: county.organiser) { try $0.value("select actor_staff()") }
        let both = DatabaseActor.staff(id, grants: [.organiser: [county.unitID], .approver: [county.unitID]])
        #expect(
            await refusal {
                try await Clearance.approve(
                    notice, version: try await Clearance.version(of: notice, in: staff, as: both), granted: true,
                    note: "", in: staff, as: both)
            }
                == "clearances_second_person")
        for actor in [county.clerk, county.reviewer, county.stranger] {
            #expect(
                await refusal {
                    try await Clearance.approve(notice, version: 2, granted: true, note: "", in: staff, as: actor)
                }
                    == "role_required")
        }
        #expect(
            await refusal {
                try await Clearance.review(
                    notice, version: try await Clearance.version(of: notice, in: staff, as: county.organiser),
                    passed: true, note: "", attribute: .proactive, in: staff, as: county.organiser)
            } == "role_required")
    }

    @Test func nobodyReviewsTheirOwnOrRecordsThePaperForThemselves() async throws {
        let prepared = try await county.prepare()
        let id: Int = try await staff.read(as: county.organiser) { try $0.value("select actor_staff()") }
        let unit = [county.unitID]
        let both = DatabaseActor.staff(id, grants: [.organiser: unit, .secrecyReviewer: unit])
        let (_, notice) = try await PrepareClearance(prepared.number).announcement(in: staff, as: both)
        #expect(
            await refusal {
                try await Clearance.review(
                    notice, version: try await Clearance.version(of: notice, in: staff, as: both), passed: true,
                    note: "", attribute: .proactive, in: staff, as: both)
            } == "clearances_reviewer_apart")
        try await review(notice)
        func record(by actor: DatabaseActor, scan: UUID) async -> String? {
            await refusal {
                try await Clearance.recordPaper(
                    notice, version: 2, granted: true, note: "",
                    paper: .init(signer: "李局长", signedOn: ChinaTime.date(Date()), scanID: scan), in: staff, as: actor)
            }
        }
        let pdf = Array("%PDF-1.7 signed".utf8)
        let own = try await Attachment.store(pdf, name: "a.pdf", for: unit, in: staff, as: county.organiser)
        #expect(await record(by: county.organiser, scan: own) == "clearances_second_person")
        // Nor is a colleague's file, or one that belongs to something else, a scan of this form.
        #expect(await record(by: county.clerk, scan: own) == "clearances_paper_complete")
    }

    @Test func anOpeningThatHasPassedIsNotAnnounced() async throws {
        var terms = ExampleCounty.Terms()
        terms.opensAt = Date(timeIntervalSinceNow: -30 * 86_400)
        #expect(await refusal { _ = try await county.announce(terms) } == "procedures_opening_ahead")
    }

    @Test func aPaperFormNeedsSignerDayAndScan() async throws {
        let prepared = try await county.prepare()
        let (draft, notice) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        for id in [draft, notice] { try await review(id) }
        let today = ChinaTime.date(Date())
        func record(_ id: Int, scan: UUID) async throws {
            try await Clearance.recordPaper(
                id, version: try await Clearance.version(of: id, in: staff, as: county.clerk), granted: true, note: "",
                paper: .init(signer: "李局长", signedOn: today, scanID: scan), in: staff,
                as: county.clerk)
        }
        #expect(await refusal { try await record(notice, scan: UUID()) } == "clearances_paper_complete")
        for id in [draft, notice] {
            let scan = try await Attachment.store(
                Array("%PDF-1.7 signed".utf8), name: "审批单.pdf", for: [county.unitID], in: staff, as: county.clerk)
            try await record(id, scan: scan)
        }
        try await publish(notice)
        #expect(try await isPublic(prepared.number))
    }

    @Test func whatIsEditedIsClearedAnew() async throws {
        let prepared = try await county.prepare()
        let (draft, notice) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        for id in [draft, notice] {
            try await review(id)
            try await approve(id)
        }
        try await staff.write(as: county.organiser) {
            try $0.execute("update procedures set contact_phone = '0762-1' where id = \(prepared.id)")
        }
        #expect(try await stage(notice) == .lapsed)
        #expect(try await stage(draft) == .lapsed)
        #expect(await refusal { try await publish(notice) } == "clearances_cleared")
    }

    @Test func aRefusalOrAnotherAttributeKeepsItInside() async throws {
        let prepared = try await county.prepare()
        let first = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        try await review(first.notice, passed: false)
        #expect(try await stage(first.notice) == .refused)
        let second = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        try await review(second.notice)
        try await approve(second.notice, granted: false)
        #expect(try await stage(second.notice) == .refused)
        let third = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        try await review(third.notice, attribute: .withheld)
        try await approve(third.notice)
        #expect(try await stage(third.notice) == .kept)
        #expect(await refusal { try await publish(third.notice) } == "clearances_cleared")
    }

    @Test func aRefusalSaysWhy() async throws {
        let prepared = try await county.prepare()
        let (draft, notice) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        for (passed, attribute) in [(false, Clearance.Attribute.proactive), (true, .withheld), (true, .onRequest)] {
            let refused = await refusal {
                try await Clearance.review(
                    draft, version: try await Clearance.version(of: draft, in: staff, as: county.reviewer),
                    passed: passed, note: "", attribute: attribute, in: staff, as: county.reviewer)
            }
            #expect(refused == "clearances_review_why" || refused == "clearances_attribute_why")
        }
        try await review(notice)
        let refused = await refusal {
            try await Clearance.approve(
                notice, version: try await Clearance.version(of: notice, in: staff, as: county.approver),
                granted: false, note: "", in: staff, as: county.approver)
        }
        #expect(refused == "clearances_approval_why")
    }

    @Test func aStepIsTakenOnce() async throws {
        let prepared = try await county.prepare()
        let (draft, _) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        for _ in 1...2 { try await review(draft) }
        #expect(await refusal { try await review(draft, passed: false) } == "clearances_pending")
        for _ in 1...2 { try await approve(draft) }
        #expect(await refusal { try await approve(draft, granted: false) } == "clearances_pending")
        let events: Int = try await county.database.owner.read {
            try $0.value("select count(*) from events where subject = 'clearance' and subject_id = \(draft)")
        }
        #expect(events == 3)
    }

    private func read(_ id: Int) async throws -> Clearance {
        try await staff.read(as: county.organiser) { try $0.one(Clearance.with(id: id), as: Clearance.self) }
    }

    @Test("Only what was read is reviewed and signed: another version is refused, and so is none")
    func boundToWhatWasRead() async throws {
        let prepared = try await county.prepare()
        let (draft, _) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        try await Clearance.describe(
            draft, version: 1, as: PaperHead(keywords: "低保"), attribute: .proactive, reason: "", in: staff,
            as: county.organiser)
        func reviewed(_ version: Int) async -> String? {
            await refusal {
                try await Clearance.review(
                    draft, version: version, passed: true, note: "", attribute: .proactive, in: staff,
                    as: county.reviewer)
            }
        }
        #expect(await reviewed(1) == "clearances_changed_meanwhile")
        let none = await refusal {
            try await staff.write(as: county.reviewer) {
                _ = try $0.execute("select review_clearance(\(draft), true, '', 'proactive', null)")
            }
        }
        #expect(none == "clearances_changed_meanwhile")
        #expect(await reviewed(2) == nil)
        func approved(_ version: Int) async -> String? {
            await refusal {
                try await Clearance.approve(
                    draft, version: version, granted: true, note: "", in: staff, as: county.approver)
            }
        }
        #expect(await approved(2) == "clearances_changed_meanwhile")
        #expect(await approved(3) == nil)
    }

    @Test("What the drafter proposed and why stays on record; who finds otherwise says why, in either direction")
    func proposalsStay() async throws {
        let prepared = try await county.prepare()
        let (draft, _) = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser)
        try await Clearance.describe(
            draft, version: 1, as: PaperHead(documentNumber: "龙府办〔2026〕3号"), attribute: .withheld, reason: "过程性信息",
            in: staff, as: county.organiser)
        func open(_ note: String) async throws {
            try await Clearance.review(
                draft, version: 2, passed: true, note: note, attribute: .proactive, in: staff, as: county.reviewer)
        }
        #expect(await refusal { try await open("") } == "clearances_attribute_why")
        try await open("已经公布过")
        let found = try await read(draft)
        #expect(found.attribute == .proactive && found.attributeReason.isEmpty)
        #expect(found.proposedAttribute == .withheld && found.proposedReason == "过程性信息")
        let event: String = try await county.database.owner.read {
            try $0.value(
                "select from_state || '>' || to_state from events where subject_id = \(draft) and kind = 'attribute_reviewed'"
            )
        }
        #expect(event == "withheld>proactive")
        try await Clearance.approve(
            draft, version: 3, granted: true, note: "还没有公布", attribute: .onRequest, in: staff, as: county.approver)
        // Prepared anew it starts from what was decided.
        try await staff.write(as: county.organiser) {
            try $0.execute("update procedures set contact_phone = '0762-1' where id = \(prepared.id)")
        }
        let again = try await PrepareClearance(prepared.number).announcement(in: staff, as: county.organiser).draft
        let anew = try await read(again)
        #expect(anew.attribute == .onRequest && anew.proposedAttribute == .onRequest && anew.attributeReason == "还没有公布")
        #expect(anew.head.documentNumber == "龙府办〔2026〕3号" && anew.stage == .review)
    }
}
