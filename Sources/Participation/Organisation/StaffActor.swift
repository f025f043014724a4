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
