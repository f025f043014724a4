import Foundation
import Postgres
import Text

/// What a clerk who enters messages chooses from, and the days that are possible.
package struct MessageEntryTerms: Sendable {
    /// Those that exist.
    package let units: [Unit]
    package let today: CalendarDate
    package var earliest: CalendarDate { today.adding(days: -Message.longestAgo) }

    package static func load(in database: Database, as actor: DatabaseActor) async throws -> MessageEntryTerms {
        try await database.read(as: actor) { tx in
            MessageEntryTerms(
                units: try tx.all(Unit.all, as: Unit.self).filter { $0.validUntil == nil },
                today: ChinaTime.date(try tx.value("select minyi_clock()", as: Date.self)))
        }
    }
}
