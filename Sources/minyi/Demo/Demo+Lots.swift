import Foundation
import Participation
import Postgres
import Text

extension Demo {
    private static let witnesses = [
        LotWitness(name: "钟伟明", capacity: "县司法局"), LotWitness(name: "刘桂香", capacity: "群众代表"),
    ]

    /// 承诺: while people register for a hearing.
    /// - Parameters:
    ///   - gathering: that is announced.
    ///   - dueAt: when the public value comes into being.
    func commitLot(of gathering: Int, source: String, dueAt: Date) async throws -> Int {
        let organiser = try await cast.office(.organiser)
        return try await CommitLot(gathering: gathering, source: source, dueAt: dueAt)(
            vault: intake.vault, in: pools.staff, as: organiser.databaseActor)
    }

    /// Fixes the list; after registration has closed and everybody was checked.
    func freezeLot(_ lot: Int) async throws {
        let organiser = try await cast.office(.organiser)
        try await LotStep.freeze(on: lot, in: pools.staff, as: organiser.databaseActor)
    }

    /// Draws, once the value exists: a clerk has entered it. Then those who were chosen have their seats.
    func drawLot(_ lot: Int, of gathering: Int, value: String) async throws {
        // Who enters the value does not draw.
        let (clerk, organiser) = (try await cast.named("chengban"), try await cast.office(.organiser))
        try await LotStep.enter(value: value, witnesses: Self.witnesses, scan: nil)(
            on: lot, in: pools.staff, as: clerk.databaseActor)
        try await DrawLot(lot)(vault: intake.vault, in: pools.staff, as: organiser.databaseActor)
        try await SeatParticipants(gathering)(
            vault: intake.vault, codes: intake.codes, in: pools.staff, as: organiser.databaseActor)
    }

    /// Adds the draft to what participants get, and hands it to everybody who has a seat.
    func handOutMaterials(of gathering: Int, on day: CalendarDate, title: String) async throws {
        let organiser = try await cast.office(.organiser)
        let actor = organiser.databaseActor
        try await MaterialStep.add(title: title, attachment: try await scan(for: organiser))(
            of: gathering, in: pools.staff, as: actor)
        let people = try await pools.staff.read(as: actor) { try ParticipantList.read(gathering, $0).people.map(\.id) }
        try await MaterialStep.deliver(people: people, on: day, way: "handed", scan: nil)(
            of: gathering, in: pools.staff, as: actor)
    }
}
