import Participation
import Postgres
import Synchronization

/// Who acts in the demo: the accounts of its file, each with the rights that a sign-in would give.
final class DemoCast: Sendable {
    private let people: [DemoPlan.Person]
    private let staff: Database
    private let known = Mutex<[String: StaffActor]>([:])

    init(_ people: [DemoPlan.Person], staff: Database) {
        (self.people, self.staff) = (people, staff)
    }

    /// The first account that holds a role in an office, which counts for every unit.
    func office(_ role: StaffRole) async throws -> StaffActor {
        let offices = Set(try await units().filter { $0.kind == .office }.map(\.code))
        guard let person = people.first(where: { $0.roles.contains(role.rawValue) && offices.contains($0.unit) }) else {
            throw Demo.Broken(description: "The demo has nobody in an office with the role \(role.rawValue).")
        }
        return try await actor(person)
    }

    /// Who holds a role in this very unit; else who may do it for every unit.
    func member(of code: String, _ role: StaffRole, otherwise name: String) async throws -> StaffActor {
        let own = people.first { $0.unit == code && $0.roles.contains(role.rawValue) }
        guard let person = own ?? people.first(where: { $0.name == name }) else {
            throw Demo.Broken(description: "The demo has no account \(name).")
        }
        return try await actor(person)
    }

    /// Somebody by the name of their account.
    func named(_ name: String) async throws -> StaffActor {
        guard let person = people.first(where: { $0.name == name }) else {
            throw Demo.Broken(description: "The demo has no account \(name).")
        }
        return try await actor(person)
    }

    private func actor(_ person: DemoPlan.Person) async throws -> StaffActor {
        if let found = known.withLock({ $0[person.name] }) { return found }
        let units = try await units()
        let accounts = try await staff.read(as: .installation()) { try $0.all(Account.all, as: Account.self) }
        guard let account = accounts.first(where: { $0.signInName == person.name }),
            let home = units.first(where: { $0.code == person.unit })
        else { throw Demo.Broken(description: "The demo did not make the account \(person.name).") }
        let held = home.kind == .office ? units.map(\.id) : [home.id]
        let actor = StaffActor(
            staffID: account.id, name: account.displayName, unitID: account.unitID, unitName: account.unitName,
            grants: Dictionary(
                person.roles.compactMap(StaffRole.init(rawValue:)).map { ($0, held) }, uniquingKeysWith: { $1 }))
        known.withLock { $0[person.name] = actor }
        return actor
    }

    private func units() async throws -> [Participation.Unit] {
        try await staff.read { try $0.all(Participation.Unit.all, as: Participation.Unit.self) }
    }
}
