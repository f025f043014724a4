import Foundation
import Participation
import Postgres
import Synchronization
import Text

extension DemoPlan {
    /// A hearing, forum or visit about a consultation, as far as it has come.
    struct Meeting: Decodable, Sendable {
        struct Seats: Decodable, Sendable {
            let name: String
            let seats: Int
            let described: String
        }

        /// What a participant says, by turns, and what the presenter answers.
        struct Statement: Decodable, Sendable {
            let text: String
            var reply: String?
        }

        /// Somebody who is asked to a forum.
        struct Guest: Decodable, Sendable {
            let name: String
            let unit: String
        }

        /// Somebody who is met on a visit.
        struct Met: Decodable, Sendable {
            let name: String
            let unit: String
            let words: String
            /// Name and unit may be public.
            let consents: Bool
        }

        let kind: String
        let title: String
        let place: String
        /// Its code.
        var town: String?
        /// The round to which a visit belongs.
        var round: String?
        let matter: String
        let notice: Int
        let held: Int
        let report: Int
        var materials: Int?
        /// Why a practice is departed from.
        var reason: String?
        var registration: Registration?
        /// When the list is published; the lot is drawn the day before.
        var list: Int?
        /// The public value, once it is known.
        var value: String?
        var invited: [Guest]?
        var said: [Statement]?
        var met: [Met]?
        /// When what was said became opinions.
        var closed: Int?
        /// How each of these opinions is answered.
        var answer: String?
        /// Which of them (from 1) are adopted; the others are explained.
        var adopted: [Int]?

        /// The first and last day, and the seats of each kind.
        struct Registration: Decodable, Sendable {
            let from: Int
            let until: Int
            let source: String
            let seats: [Seats]
        }
    }
}

extension Demo {
    /// Of one hearing, forum or visit, from its plan to its report; what lies ahead is left to whoever tries the demo.
    /// - Parameter procedure: the number of its matter, once that was announced.
    func steps(of plan: DemoPlan.Meeting, about procedure: @escaping @Sendable () throws -> String) -> [DemoStep] {
        let made = Made()
        func step(
            _ day: Int, _ hour: Int, _ minute: Int = 0, _ play: @escaping @Sendable (Gathering) async throws -> Void
        )
            -> DemoStep
        {
            DemoStep(moment: moment(day: day, hour: hour, minute: minute)) {
                guard let number = made.number else { throw Broken(description: "\(plan.title) was not announced.") }
                try await play(try await self.gathering(number))
            }
        }
        var steps = [
            DemoStep(moment: moment(day: plan.notice, hour: 16)) {
                made.number = try await self.announce(plan, about: try procedure())
            }
        ]
        if let registration = plan.registration, let list = plan.list {
            steps += [
                step(registration.from, 9) { try await self.commit(registration, of: $0, drawnOn: list - 1) },
                step(registration.from, 11) { try await self.register(for: $0.number, checked: list < 0) },
            ]
            if let value = plan.value {
                steps += [
                    step(list - 1, 9) { try await self.freezeLot(try await self.lot(of: $0)) },
                    step(list - 1, 14) {
                        try await self.drawLot(try await self.lot(of: $0), of: $0.id, value: value)
                    },
                    step(list, 10) { try await self.publish(.participantList, of: $0) },
                    step(list, 15) {
                        try await self.handOutMaterials(
                            of: $0.id, on: self.today.adding(days: list), title: "听证方案和目录征求意见稿")
                    },
                ]
            }
        }
        if let said = plan.said { steps.append(step(plan.held, 9) { try await self.hold($0, said) }) }
        if let met = plan.met { steps.append(step(plan.held, 15) { try await self.visit($0, met) }) }
        if let closed = plan.closed {
            if plan.kind == "hearing" { steps.append(step(closed - 1, 10) { try await self.confirm($0) }) }
            steps += [
                step(closed, 10) {
                    try await self.close($0, answer: plan.answer, adopted: Set(plan.adopted ?? []))
                },
                step(closed, 16) { try await self.publish(.gatheringRecord, of: $0) },
            ]
        }
        return steps
    }

    /// The number that the first step makes and the others need.
    private final class Made: Sendable {
        private let state = Mutex<String?>(nil)
        var number: String? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    private func gathering(_ number: String) async throws -> Gathering {
        let organiser = try await cast.office(.organiser).databaseActor
        return try await pools.staff.read(as: organiser) {
            try $0.one(Gathering.with(number: number), as: Gathering.self)
        }
    }

    private func lot(of it: Gathering) async throws -> Int {
        let organiser = try await cast.office(.organiser).databaseActor
        return try await pools.staff.read(as: organiser) {
            try $0.value("select id from lots where gathering_id = \(it.id) and state <> 'annulled'", as: Int.self)
        }
    }

    private func commit(_ plan: DemoPlan.Meeting.Registration, of it: Gathering, drawnOn day: Int) async throws {
        _ = try await commitLot(of: it.id, source: plan.source, dueAt: moment(day: day, hour: 13))
    }

    // MARK: Before

    private func announce(_ plan: DemoPlan.Meeting, about procedure: String) async throws -> String {
        let organiser = try await cast.office(.organiser).databaseActor
        guard let kind = Gathering.Kind(rawValue: plan.kind) else {
            throw Broken(description: "\(plan.kind) is no kind of gathering.")
        }
        let number = try await SaveGathering(try GatheringPlan(try await input(plan), kind: kind)).create(
            kind, procedure: procedure, key: UUID(), in: pools.staff, as: organiser)
        let it = try await gathering(number)
        // Who presides has not drafted.
        for (role, name) in [(GatheringPerson.Role.presider, "shenpi"), (.recorder, "chengban")] {
            let person = try await cast.named(name)
            try await self.name(role, in: it, staffID: person.staffID, unitID: person.unitID)
        }
        if kind == .hearing {
            try await name(.presenter, in: it, contact: Contact(name: "演示陈述人"), publicUnit: it.unitName)
        }
        for guest in plan.invited ?? [] {
            try await name(.invited, in: it, contact: Contact(name: guest.name), publicUnit: guest.unit)
        }
        try await publish(.gatheringNotice, of: it)
        if let round = plan.round { try await add(it, to: round) }
        return number
    }

    private func name(
        _ role: GatheringPerson.Role, in it: Gathering, staffID: Int? = nil, unitID: Int? = nil,
        contact: Contact = Contact(), publicUnit: String = ""
    ) async throws {
        _ = try await NamePerson(
            gatheringID: it.id, role: role, staffID: staffID, unitID: unitID, contact: contact, publicUnit: publicUnit,
            consents: !contact.isEmpty, key: UUID())(
                vault: intake.vault, codes: intake.codes, in: pools.staff,
                as: try await cast.office(.organiser).databaseActor)
    }

    /// As the last stop of a round, which is made with its first.
    private func add(_ it: Gathering, to title: String) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        let (round, stops) = try await pools.staff.read(as: organiser) { tx in
            let round = try tx.all(VisitRound.of(procedure: it.procedureNumber), as: VisitRound.self)
                .first { $0.title == title }
            let possible = try tx.all(
                VisitRound.Stop.possible(in: it.procedureNumber, round: round?.id), as: VisitRound.Stop.self)
            return (round, possible.filter { $0.position != nil }.map(\.id))
        }
        _ = try await VisitRound.save(
            round?.id, procedure: it.procedureNumber, title: title, stops: stops + [it.id], in: pools.staff,
            as: organiser)
    }

    private func input(_ plan: DemoPlan.Meeting) async throws -> GatheringPlan.Input {
        func day(_ day: Int) -> String { today.adding(days: day).description }
        var input = GatheringPlan.Input()
        if let town = plan.town { input.townID = try await unit(town).id }
        (input.title, input.matter, input.place) = (plan.title, plan.matter, plan.place)
        (input.startsAt, input.endsAt) = (day(plan.held) + "T09:00", day(plan.held) + "T11:30")
        (input.reportOn, input.practiceReason) = (day(plan.report), plan.reason ?? "")
        if let materials = plan.materials { input.materialsOn = day(materials) }
        (input.contactAddress, input.contactPostcode) = ("龙川县老隆镇（演示地址）", "517300")
        input.contactPhone = "0762-0000000（演示电话）"
        if let list = plan.list { input.listOn = day(list) }
        if let registration = plan.registration {
            input.registrationFrom = day(registration.from) + "T00:00"
            input.registrationUntil = day(registration.until)
            input.conditions = "在本县居住、工作或者上学。"
            (input.observers, input.mediaSeats) = ("20", "2")
            input.asks = ["sex", "age", "occupation", "unit", "address", "reason"]
            input.categories = registration.seats.map {
                .init(
                    name: $0.name, seats: String($0.seats), way: GatheringCategory.Way.application.rawValue,
                    described: $0.described)
            }
        }
        return input
    }

    /// The paper as the data make it goes the way of every paper.
    private func publish(_ kind: Clearance.Kind, of it: Gathering) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        let id = try await PrepareGatheringPaper(it.number).paper(
            kind, version: 0, in: pools.staff, as: organiser)
        try await clear(id)
        try await Clearance.publish(id, in: pools.staff, as: organiser)
    }
}
