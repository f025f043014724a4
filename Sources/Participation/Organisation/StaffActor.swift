import Foundation
import Postgres

/// The signed-in member of staff in whose name a request runs.
package struct StaffActor: Sendable, Equatable {
    package let staffID: Int
    package let name: String
    /// The unit the person belongs to.
    package let unitID: Int
    package let unitName: String
    /// For which units each role is held. A role in one unit counts in no other; one in an office of the county in all.
    package let grants: [StaffRole: [Int]]

    package init(staffID: Int, name: String, unitID: Int, unitName: String, grants: [StaffRole: [Int]]) {
        (self.staffID, self.name, self.unitID, self.unitName) = (staffID, name, unitID, unitName)
        self.grants = grants
    }

    package var roles: Set<StaffRole> { Set(grants.keys) }

    /// The units whose matters they may see.
    package var unitIDs: [Int] { Set(grants.values.joined()).sorted() }

    /// Whether the role is held for any unit.
    package func has(_ role: StaffRole) -> Bool { grants[role] != nil }

    /// Whether the role is held for one of these units.
    package func has(_ role: StaffRole, in units: [Int]) -> Bool {
        grants[role].map { !Set($0).isDisjoint(with: units) } ?? false
    }

    /// The units a form offers to organise for. Who organises for none is offered what they see, and the database says no.
    package var unitsToOrganise: Set<Int> { Set(grants[.organiser] ?? unitIDs) }

    /// The settings the policies read: who acts, for which units, in which roles.
    package var databaseActor: DatabaseActor {
        DatabaseActor.staff(staffID, grants: grants)
    }
}

extension DatabaseActor {
    /// A member of staff with roles in units; without an id nobody is signed in. Ids are numbers and roles are a closed
    /// list, so nothing needs quoting.
    package static func staff(_ id: Int?, grants: [StaffRole: [Int]]) -> DatabaseActor {
        func list(_ units: [Int]) -> String { units.map(String.init).joined(separator: ",") }
        let held = grants.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\"\($0.key.rawValue)\":[\(list($0.value))]" }.joined(separator: ",")
        return DatabaseActor(
            settings: (id.map { [("minyi.staff_id", String($0))] } ?? []) + [
                ("minyi.unit_ids", "{\(list(Set(grants.values.joined()).sorted()))}"), ("minyi.grants", "{\(held)}"),
            ])
    }

    /// The id it was made with, for a door that judges each row by its own actor.
    var staffID: Int? { self["minyi.staff_id"].flatMap { Int($0) } }
    /// Roles and units as `minyi.grants` has them.
    var grants: String? { self["minyi.grants"] }

    private subscript(name: String) -> String? { settings.first { $0.name == name }?.value }

    /// The command line at the console of the installation, where nobody is signed in: it may load units, calendars,
    /// accounts, and directories of the units named. It signs in with the staff role, so policies hold for it too.
    package static func installation(unitIDs: [Int] = []) -> DatabaseActor {
        staff(nil, grants: [.administrator: unitIDs, .organiser: unitIDs])
    }
}
