import Postgres

/// The signed-in member of staff in whose name a request runs.
package struct StaffActor: Sendable, Equatable {
    package let staffID: Int
    package let name: String
    /// The unit the person belongs to.
    package let unitID: Int
    package let unitName: String
    /// The units whose matters they may see: their own, or all for an office of the county.
    package let unitIDs: [Int]
    package let roles: Set<StaffRole>

    package init(
        staffID: Int, name: String, unitID: Int, unitName: String, unitIDs: [Int], roles: Set<StaffRole>
    ) {
        self.staffID = staffID
        self.name = name
        self.unitID = unitID
        self.unitName = unitName
        self.unitIDs = unitIDs
        self.roles = roles
    }

    package func has(_ role: StaffRole) -> Bool { roles.contains(role) }

    /// The settings the policies read: who acts, for which units, in which roles. Ids are numbers and roles are a
    /// closed list, so the array literals need no quoting.
    package var databaseActor: DatabaseActor {
        DatabaseActor(settings: [
            ("minyi.staff_id", String(staffID)),
            ("minyi.unit_ids", "{" + unitIDs.map(String.init).joined(separator: ",") + "}"),
            ("minyi.roles", "{" + roles.map(\.rawValue).sorted().joined(separator: ",") + "}"),
        ])
    }
}

extension DatabaseActor {
    /// The command line at the console of the installation, where nobody is signed in: it may load units, calendars,
    /// accounts, and directories of the units named. It signs in with the staff role, so policies hold for it too.
    package static func installation(unitIDs: [Int] = []) -> DatabaseActor {
        DatabaseActor(settings: [
            ("minyi.unit_ids", "{" + unitIDs.map(String.init).joined(separator: ",") + "}"),
            ("minyi.roles", "{administrator,organiser}"),
        ])
    }
}
