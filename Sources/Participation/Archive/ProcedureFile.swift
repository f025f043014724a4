import Foundation
import Postgres

/// 一案一卷: everything about a procedure that is over, in one ZIP file for the archive.
package struct ProcedureFile: Row, Identifiable {
    package enum State: String, PostgresValue, Sendable {
        case waiting, made, failed
        /// It was there to be taken for a week. It can be made again.
        case gone
    }

    /// 保管期限. Which of them a file has is for the unit to say; none is printed as law.
    package enum Term: String, PostgresValue, CaseIterable, Sendable {
        case permanent
        case years30 = "years_30"
        case years10 = "years_10"
    }

    package let id: Int
    package let procedureID: Int
    package let term: Term
    package let state: State
    /// Bytes.
    package let size: Int?
    /// Of the ZIP file.
    package let sha256: [UInt8]?
    /// Of the list of hashes in it: the same whenever the same is put in.
    package let contentSHA256: [UInt8]?
    package let askedBy: String
    package let askedAt: Date
    package let madeAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        procedureID = try row["procedure_id"]
        term = try row["term"]
        state = try row["state"]
        size = try row["size"]
        sha256 = try row["sha256"]
        contentSHA256 = try row["content_sha256"]
        askedBy = try row["asked_by_name"]
        askedAt = try row["asked_at"]
        madeAt = try row["made_at"]
    }

    private static let columns: SQL = """
        select f.id, f.procedure_id, f.term, f.state, f.size, f.sha256, f.content_sha256, s.display_name as asked_by_name, f.asked_at, f.made_at
        from procedure_files f join staff s on s.id = f.asked_by
        """

    /// The newest first; none for those who may not see them.
    package static func of(procedure id: Int) -> SQL {
        "\(columns) where f.procedure_id = \(id) order by f.id desc limit 20"
    }

    package static func with(id: Int) -> SQL { "\(columns) where f.id = \(id)" }

    /// Who asks for one, and takes one along: it holds what everybody said.
    package static func isOpen(to staff: StaffActor, unitIDs: [Int]) -> Bool {
        staff.has(.organiser, in: unitIDs) || staff.has(.auditor, in: unitIDs)
    }

    /// - Throws: `procedure_files_when_over`, `role_required`; `procedure_files_complete` where there is something that the actor may not see.
    package static func request(
        procedureID: Int, term: Term, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            let id: Int = try tx.value("select request_procedure_file(\(procedureID), \(term))")
            try tx.execute("select require_all_holdings(\(procedureID))")
            return id
        }
    }

    /// Puts on record that the actor takes it along. - Throws: `procedure_files_not_there`, `role_required`.
    package static func noteTaken(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select note_file_taken(\(id))") }
    }

    /// Puts on record that the actor takes the ledger along. - Throws: `role_required`.
    package static func noteLedgerTaken(
        procedureID: Int, as format: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select note_ledger_taken(\(procedureID), \(format))")
        }
    }

    /// One piece of it; nil after the last.
    package static func chunk(
        _ ordinal: Int, of id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> [UInt8]? {
        try await database.read(as: actor) { tx in
            try tx.firstValue(
                "select data from procedure_file_chunks where file_id = \(id) and ordinal = \(ordinal)",
                as: [UInt8].self)
        }
    }
}
