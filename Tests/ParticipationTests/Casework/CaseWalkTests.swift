import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Random walks through all the doors. Whatever was done, the events tell where the case stands: the row and they agree.
@Suite struct CaseWalkTests {
    private typealias Scene = CaseScene

    /// A generator that can be started again with the same numbers (SplitMix64).
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Where a case stands, as its events say.
    private struct Replayed: Equatable {
        var state = ""
        var unit: Int?
        var urgency = "ordinary"
        var warning = "none"
        var reopened = 0
        var answered = 0

        init() {}

        init(_ events: [CaseEvent]) {
            for event in events {
                if let to = event.toState {
                    #expect(event.fromState ?? "" == state, "\(event.kind) begins where it stood")
                    state = to
                }
                switch event.kind {
                case "assigned": unit = event.code.flatMap { Int($0) }
                case "given_back": unit = nil
                case "screened", "rescreened": if event.toState == "accepted" { unit = nil }
                case "urgency_set": urgency = event.code ?? ""
                case "warned": warning = event.code ?? ""
                case "extension_granted": warning = "none"
                case "reopened": reopened += 1
                case "answered": answered += 1
                default: break
                }
                if !(CaseFile.State(rawValue: state)?.isOpen ?? false) { warning = "none" }
            }
        }
    }

    private struct Standing: Row {
        let replayed: Replayed

        init(_ row: RowReader) throws {
            var it = Replayed()
            it.state = try row["state"]
            it.unit = try row["unit_id"]
            it.urgency = try row["urgency"]
            it.warning = try row["warning"]
            it.reopened = try row["reopened"]
            it.answered = try row["answered"]
            replayed = it
        }
    }

    private static let actors = [
        Scene.officeClerk, Scene.trafficClerk, Scene.trafficHead, Scene.civilClerk, Scene.civilHead, Scene.reviewer,
        Scene.supervisor,
        Scene.officeHead, Scene.colleague,
    ]

    private func step(_ scene: CaseScene, _ id: Int, _ dice: inout Dice) async throws {
        let actor =
            Bool.random(using: &dice) ? Scene.officeClerk : Self.actors.randomElement(using: &dice) ?? Scene.officeClerk
        let unit = [Scene.traffic, Scene.civil].randomElement(using: &dice) ?? Scene.traffic
        let urgency = CaseFile.Urgency.allCases.randomElement(using: &dice) ?? .ordinary
        let later = try await scene.value(
            "select (coalesce(due_on, date '2026-12-01') + 2)::text from cases where id = \(id)", as: String.self)
        let acts: [CaseAct] = [
            .screen(.accepted, code: nil, text: "", original: "", reason: "改"),
            .screen(.invalid, code: "test", text: "", original: "", reason: "改"),
            Scene.assign(unit, urgency: urgency), Scene.assign(unit), .giveBack(.notOurs, remark: "不是"), .recall,
            Scene.approve, Scene.approve, .approve(version: Scene.justNow, granted: false, note: "改", paper: nil),
            .review(version: Scene.justNow, passed: true, note: ""),
            .askExtension(until: CalendarDate(later) ?? CalendarDate(dayNumber: 20_800), reason: "核查"),
            .pause(.thirdParty, remark: "等"), .resume,
            .recordEmergency(called: "110"), .remark(.remark, body: "看过"),
        ]
        switch Int.random(in: 0..<20, using: &dice) {
        case 0...2:
            let writer = unit == Scene.traffic ? Scene.trafficClerk : Scene.civilClerk
            try? await scene.handIn(id, "答复\(Int.random(in: 0..<1000, using: &dice))", as: writer)
        case 3:
            let hours = Double.random(in: 1...40, using: &dice)
            let now: Date = try await scene.value("select minyi_clock()")
            try await scene.database.setClock(now.addingTimeInterval(hours * 3600))
            try await scene.advance()
        case 4: _ = try await scene.reopen(id)
        case 5:
            let pending: Int? = try await scene.database.owner.read {
                try $0.firstValue(
                    "select id from case_extensions where case_id = \(id) and decided_at is null and lapsed_at is null")
            }
            if let pending {
                _ = try await scene.refusal(
                    .decideExtension(id: pending, granted: true, note: ""), on: id, as: Scene.officeClerk)
            }
        default:
            if let act = acts.randomElement(using: &dice) { _ = try await scene.refusal(act, on: id, as: actor) }
        }
    }

    @Test(arguments: 1...4) func eventsAndRowAgree(seed: Int) async throws {
        let scene = try await Scene.make()
        var dice = Dice(state: UInt64(seed))
        for _ in 1...3 {
            let id = try await scene.open()
            for _ in 1...40 { try await step(scene, id, &dice) }
            let events = try await scene.database.owner.read { try $0.all(CaseEvent.of(case: id), as: CaseEvent.self) }
            let standing = try await scene.database.owner.read {
                try $0.one(
                    """
                    select state, case when is_open or state = 'completed' then unit_id end as unit_id, urgency, warning, reopened,
                      (select count(*) from replies r where r.case_id = c.id and r.told_at is not null) as answered
                    from cases c where id = \(id)
                    """, as: Standing.self
                ).replayed
            }
            var replayed = Replayed(events)
            if ![.accepted, .assigned, .reviewing, .completed].contains(CaseFile.State(rawValue: replayed.state)) {
                replayed.unit = nil
            }
            #expect(replayed == standing, "\(events.map { "\($0.kind) \($0.toState ?? "") \($0.code ?? "")" })")
        }
    }

    @Test func eventsAreNeverChanged() async throws {
        let scene = try await Scene.make()
        _ = try await scene.assigned()
        for role in ["minyi_public", "minyi_staff", "minyi_work", "minyi_intake", "minyi_guard"] {
            #expect(
                try await scene.value(
                    "select not has_table_privilege(\(role), 'events', 'update') and not has_table_privilege(\(role), 'events', 'delete')",
                    as: Bool.self))
        }
    }
}
