import Foundation
import Postgres

/// A table of messages that somebody has confirmed: how far it is on its way in, or what became of it.
package struct MessageImport: Row, Identifiable {
    package enum State: String, PostgresValue, Sendable {
        case waiting, running, done
        /// Nothing of it was imported.
        case refused

        package var isOver: Bool { self == .done || self == .refused }
    }

    package enum Reason: String, PostgresValue, Sendable {
        case faults
        /// Who confirmed it holds no role by now with which messages are entered.
        case notAllowed = "not_allowed"
        /// The worker came too late: the file was swept away.
        case uploadGone = "upload_gone"
        /// Every attempt failed; an administrator may let it run once more.
        case givenUp = "given_up"
    }

    package let id: Int
    package let rows: Int
    /// Rows that have passed the door; they are stored once all have.
    package let done: Int
    package let state: State
    package let reason: Reason?
    package let faults: MessageSheetFaults?
    package let askedAt: Date
    package let endedAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        rows = try row["rows"]
        done = try row["done"]
        state = try row["state"]
        reason = try row["reason"]
        let report: JSONText? = try row["faults"]
        faults = try report.map { try JSONDecoder().decode(MessageSheetFaults.self, from: Data($0.text.utf8)) }
        askedAt = try row["asked_at"]
        endedAt = try row["ended_at"]
    }

    /// Hands a table to the worker; confirmed twice, it is the same import. Needs the role organiser or clerk in any unit.
    /// - Parameter upload: of the actor's own (`SheetUpload`).
    /// - Returns: its id.
    package static func request(
        upload: UUID, rows: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { try $0.value("select request_import(\(upload), \(rows)::int)") }
    }

    /// Nil when it is another person's.
    package static func find(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> MessageImport? {
        try await database.read(as: actor) { tx in
            try tx.first(
                """
                select id, rows, done, state, reason, faults, asked_at, ended_at from message_imports where id = \(id)
                """, as: MessageImport.self)
        }
    }

    /// A row that was imported by the actor.
    package struct Taken: Row {
        /// Nil where it went to a unit whose cases the actor does not see.
        package let caseID: Int?
        package let number: String
        package let title: String
        /// Its number in the system it came from.
        package let externalNumber: String

        package init(_ row: RowReader) throws {
            caseID = try row["case_id"]
            number = try row["number"]
            title = try row["title"]
            externalNumber = try row["external_number"]
        }
    }

    /// In the order of the table.
    package static func taken(_ id: Int, limit: Int) -> SQL {
        """
        select case_id, number, title, external_number from imported_messages(\(id), \(limit)::int)
        """
    }

    /// The actor's own of the last days, the newest first, without their reports.
    package static func mine(in database: Database, as actor: DatabaseActor) async throws -> [MessageImport] {
        try await database.read(as: actor) { tx in
            try tx.all(
                """
                select id, rows, done, state, reason, null::jsonb as faults, asked_at, ended_at from message_imports
                where staff_id = actor_staff() order by id desc limit 10
                """, as: MessageImport.self)
        }
    }
}
