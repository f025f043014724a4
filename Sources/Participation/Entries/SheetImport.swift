import Foundation
import Postgres

/// A table of messages or comments that somebody has confirmed: how far it is on its way in, or what became of it.
package struct SheetImport: Row, Identifiable {
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

    package enum Kind: String, PostgresValue, Sendable {
        case message, comment
    }

    package let id: Int
    package let kind: Kind
    /// The procedure that comments are about.
    package let procedure: String?
    package let rows: Int
    /// Rows that have passed the door; they are stored once all have.
    package let done: Int
    package let state: State
    package let reason: Reason?
    package let faults: EntrySheetFaults?
    package let askedAt: Date
    package let endedAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        kind = try row["kind"]
        procedure = try row["procedure_number"]
        rows = try row["rows"]
        done = try row["done"]
        state = try row["state"]
        reason = try row["reason"]
        let report: JSONText? = try row["faults"]
        faults = try report.map { try JSONDecoder().decode(EntrySheetFaults.self, from: Data($0.text.utf8)) }
        askedAt = try row["asked_at"]
        endedAt = try row["ended_at"]
    }

    /// Hands a table to the worker; confirmed twice, it is the same import. Needs the role organiser or clerk in any unit.
    /// - Parameters:
    ///   - upload: of the actor's own (`SheetUpload`).
    ///   - procedure: the number of the one that comments are about; nil for messages.
    /// - Returns: its id.
    package static func request(
        upload: UUID, rows: Int, procedure: String? = nil, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value("select request_import(\(upload), \(rows)::int, \(procedure))")
        }
    }

    /// Nil when it is another person's.
    package static func find(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> SheetImport? {
        try await database.read(as: actor) { tx in
            try tx.first(
                """
                select i.id, i.kind, p.number as procedure_number, i.rows, i.done, i.state, i.reason, i.faults, i.asked_at, i.ended_at
                from sheet_imports i left join procedures p on p.id = i.procedure_id where i.id = \(id)
                """, as: SheetImport.self)
        }
    }

    /// A row that was imported by the actor.
    package struct Taken: Row {
        /// Nil where it went to a unit whose cases the actor does not see, and for a comment.
        package let caseID: Int?
        package let number: String
        /// Of a comment: how its text begins.
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
        select case_id, number, title, external_number from imported_entries(\(id), \(limit)::int)
        """
    }

    /// The actor's own of the last days, the newest first, without their reports: of messages, or of comments about a procedure.
    package static func mine(
        procedure: String? = nil, in database: Database, as actor: DatabaseActor
    ) async throws -> [SheetImport] {
        try await database.read(as: actor) { tx in
            try tx.all(
                """
                select i.id, i.kind, p.number as procedure_number, i.rows, i.done, i.state, i.reason, null::jsonb as faults, i.asked_at, i.ended_at
                from sheet_imports i left join procedures p on p.id = i.procedure_id
                where i.staff_id = actor_staff() and p.number is not distinct from \(procedure) order by i.id desc limit 10
                """, as: SheetImport.self)
        }
    }
}
