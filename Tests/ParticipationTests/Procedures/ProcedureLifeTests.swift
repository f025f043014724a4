import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// From announcement to closing, and everything that can happen on the way.
@Suite struct ProcedureLifeTests {
    let county: ExampleCounty
    let intake: Intake
    var staff: Database { county.database.staff }

    init() async throws {
        county = try await ExampleCounty.make()
        intake = Intake(secrets: try ExampleCounty.secrets())
    }

    private func state(_ number: String) async throws -> Consultation.State? {
        try await Consultation.find(number, in: county.database.public)?.state
    }

    private func comment(_ procedure: ExampleCounty.Announced) async throws -> IntakeOutcome.Verdict {
        try await intake.accept(
            Participation.Comment(
                key: UUID(), procedure: procedure.number, editionID: procedure.editionID, position: 1, body: "建议。"),
            in: county.database.public
        ).verdict
    }

    /// Prepares a change, takes it through review and approval, and publishes it.
    private func change(_ change: PrepareClearance.Change, _ procedure: ExampleCounty.Announced) async throws {
        let id = try await PrepareClearance(procedure.number).change(
            change, reason: "天气原因，部分村停电。", in: staff, as: county.organiser)
        let pending = try await staff.read(as: county.organiser) { tx in
            try tx.all(Clearance.of(procedure: procedure.id), as: Clearance.self)
        }.filter { $0.stage == .review }
        for clearance in pending {
            try await Clearance.review(
                clearance.id, version: try await Clearance.version(of: clearance.id, in: staff, as: county.reviewer),
                passed: true, note: "", attribute: .proactive, in: staff, as: county.reviewer)
            try await Clearance.approve(
                clearance.id, version: try await Clearance.version(of: clearance.id, in: staff, as: county.approver),
                granted: true, note: "", in: staff, as: county.approver)
        }
        try await Clearance.publish(id, in: staff, as: county.organiser)
    }

    @Test func opensAndClosesAtTheTimeGivenEvenWhenNobodyWasRunning() async throws {
        var terms = ExampleCounty.Terms()
        (terms.opensAt, terms.closesAt) = (Date(timeIntervalSinceNow: 3600), Date(timeIntervalSinceNow: 7200))
        let procedure = try await county.announce(terms)
        #expect(try await state(procedure.number) == .announced)
        #expect(try await comment(procedure) == .notOpen)
        // Pages and the door go by the clock; the worker has not run once.
        try await county.database.setClock(terms.opensAt)
        #expect(try await state(procedure.number) == .open)
        #expect(try await comment(procedure) == .accepted)
        try await county.database.setClock(terms.closesAt)
        #expect(try await state(procedure.number) == .closed)
        #expect(try await comment(procedure) == .closed)
        // Days later it writes down what had become true, as of the moments when it did.
        try await county.database.setClock(terms.closesAt.addingTimeInterval(3 * 86_400))
        try await county.advance()
        let moments: [Date] = try await county.database.superuser.read { tx in
            try tx.values(
                """
                select at from minyi.events where subject = 'procedure' and subject_id = \(procedure.id)
                  and kind in ('opened', 'closed') order by at
                """)
        }
        #expect(moments.map { abs($0.timeIntervalSince(terms.opensAt)) < 1 } == [true, false])
        #expect(abs(try #require(moments.last).timeIntervalSince(terms.closesAt)) < 1)
    }

    @Test func anExtensionMovesTheClosing() async throws {
        let procedure = try await county.announce()
        let before = try #require(try await Consultation.find(procedure.number, in: county.database.public))
        let later = before.closesAt.addingTimeInterval(5 * 86_400)
        try await change(.extend(closesAt: later), procedure)
        let after = try #require(try await Consultation.find(procedure.number, in: county.database.public))
        #expect(after.extended && abs(after.closesAt.timeIntervalSince(later)) < 1 && after.state == .open)
        try await county.database.setClock(before.closesAt.addingTimeInterval(60))
        #expect(try await comment(procedure) == .accepted)
    }

    @Test func aSuspensionStopsTheDoorUntilItIsResumed() async throws {
        let procedure = try await county.announce()
        try await change(.suspend, procedure)
        #expect(try await state(procedure.number) == .suspended)
        #expect(try await comment(procedure) == .suspended)
        try await change(.resume(closesAt: Date(timeIntervalSinceNow: 9 * 86_400)), procedure)
        #expect(try await state(procedure.number) == .open)
        #expect(try await comment(procedure) == .accepted)
    }

    /// Otherwise a pause would shorten the period below what the law asks for.
    @Test func aResumptionMayNotCloseEarlier() async throws {
        let procedure = try await county.announce()
        try await change(.suspend, procedure)
        let refused = await #expect(throws: PostgresError.self) {
            try await change(.resume(closesAt: Date(timeIntervalSinceNow: 86_400)), procedure)
        }
        #expect(refused.flatMap { Refusal($0) }?.constraint == "clearances_state")
    }

    @Test func aClosedOneIsNotTerminatedBeforeTheWorkerHasRun() async throws {
        let procedure = try await county.announce()
        try await county.database.setClock(Date(timeIntervalSinceNow: 30 * 86_400))
        let refused = await #expect(throws: PostgresError.self) {
            _ = try await PrepareClearance(procedure.number).change(
                .terminate, reason: "停电", in: staff, as: county.organiser)
        }
        #expect(refused.flatMap { Refusal($0) }?.constraint == "clearances_state")
    }

    @Test func aTerminationEndsIt() async throws {
        let procedure = try await county.announce()
        try await change(.terminate, procedure)
        #expect(try await state(procedure.number) == .terminated)
        #expect(try await comment(procedure) == .closed)
        let record = try #require(try await ConsultationRecord.load(procedure.number, in: county.database.public))
        let notice = try record.newest(.termination)?.read(PublishedContent.Change.self)
        #expect(notice?.reason == "天气原因，部分村停电。")
    }

    @Test func aCorrectedDraftLeavesCommentsWithWhatTheyWereAbout() async throws {
        let procedure = try await county.announce()
        #expect(try await comment(procedure) == .accepted)
        let (units, draft) = ([county.unitID, county.officeID], procedure.draftID)
        let edition: Int = try await staff.write(as: county.organiser) { tx in
            let edition: Int = try tx.value(
                """
                insert into editions (draft_id, ordinal, stage, unit_ids) values (\(draft), 2, 'revised', \(units))
                returning id
                """)
            try tx.execute(
                """
                insert into passages (edition_id, position, lineage, number, level1, level2, content_elements, legal_basis,
                  time_limit, publisher, carriers, audience, disclosure_mode, tier)
                select \(edition), position, lineage, number, level1, level2, content_elements, legal_basis, '10个工作日内',
                  publisher, carriers, audience, disclosure_mode, tier from passages where edition_id = \(procedure.editionID)
                """)
            return edition
        }
        try await change(.correct(editionID: edition), procedure)
        let shown = try #require(try await Consultation.find(procedure.number, in: county.database.public))
        #expect(shown.editionID == edition && shown.state == .open)
        // A page that was open before still sends its comment to the edition its author was reading.
        #expect(try await comment(procedure) == .accepted)
        let editions: [Int] = try await county.database.superuser.read {
            try $0.values("select edition_id from minyi.submissions order by id")
        }
        #expect(editions == [procedure.editionID, procedure.editionID])
    }

    @Test func everyChangeNeedsAReason() async throws {
        let procedure = try await county.announce()
        let refused = await #expect(throws: PostgresError.self) {
            _ = try await PrepareClearance(procedure.number).change(
                .suspend, reason: " \n", in: staff, as: county.organiser)
        }
        #expect(refused.flatMap { Refusal($0) }?.constraint == "clearances_reason_given")
        await #expect(throws: NoRow.self) {
            _ = try await PrepareClearance(procedure.number).change(
                .suspend, reason: "停电", in: staff, as: county.stranger)
        }
    }
}
