import Crypto
import Foundation
import Postgres
import Text

/// A person's feed of what their units owe by when, for a calendar elsewhere, under a secret address.
package enum CalendarFeed {
    /// What is owed: numbers and days, never a word of what was written.
    package struct Entry: Row, Equatable {
        package let caseID: Int
        package let number: String
        package let unitName: String
        package let dueOn: CalendarDate
        package let isProvisional: Bool

        package init(_ row: RowReader) throws {
            caseID = try row["case_id"]
            number = try row["number"]
            unitName = try row["unit_name"]
            dueOn = try row["due_on"]
            isProvisional = try row["provisional"]
        }
    }

    /// A new secret for the actor; the one before opens nothing any more. Only its hash is kept.
    package static func renew(token: [UInt8], in database: Database, as actor: DatabaseActor) async throws {
        let hash = Array(SHA256.hash(data: token))
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                insert into calendar_feeds (staff_id, token_hash, made_at) values (actor_staff(), \(hash), minyi_clock())
                on conflict (staff_id) do update set token_hash = \(hash), made_at = minyi_clock()
                """)
        }
    }

    package static func end(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("delete from calendar_feeds where staff_id = actor_staff()")
        }
    }

    /// Since when the actor has one.
    package static let madeAt: SQL = "select made_at from calendar_feeds where staff_id = actor_staff()"

    /// - Returns: nil where the secret opens nothing.
    package static func read(token: [UInt8], in database: Database) async throws -> [Entry]? {
        let hash = Array(SHA256.hash(data: token))
        return try await database.read { tx in
            guard try tx.value("select calendar_feed_exists(\(hash))", as: Bool.self) else { return nil }
            return try tx.all(
                "select case_id, number, unit_name, due_on, provisional from calendar_feed(\(hash))", as: Entry.self)
        }
    }
}
