import Foundation
import Postgres

/// What the home of the desk shows a member of staff, read at one moment.
package struct DeskOverview: Sendable {
    /// Most urgent first.
    package let tasks: [DeskTask]
    /// Settings that every page should show and that are still empty; for an administrator only.
    package let missingSettings: [SiteSettings.Key]
    /// Whom to ring where somebody may come to harm; empty until an administrator has filled it in.
    package let dutyPhone: String
    /// For whom they stand in today.
    package let standingInFor: [Substitution]
    /// The database's clock.
    package let now: Date

    package static func load(for staff: StaffActor, in database: Database) async throws -> DeskOverview {
        try await database.read(as: staff.databaseActor) { tx in
            let settings = try SiteSettings.load(tx)
            return DeskOverview(
                tasks: try DeskTask.waiting(for: staff).map { DeskTask.sorted(try tx.all($0, as: DeskTask.self)) }
                    ?? [],
                missingSettings: staff.has(.administrator) ? settings.missing : [],
                dutyPhone: settings[.dutyOfficer],
                standingInFor: try tx.all(Substitution.held(by: staff.staffID), as: Substitution.self),
                now: try tx.value("select minyi_clock()", as: Date.self))
        }
    }
}
