import Foundation
import Postgres

/// Takes a table through the same door as everything else: all or nothing.
package struct ImportEntries<Entry: SheetEntry>: Sendable {
    package let sheet: EntrySheet<Entry>
    /// The upload the sheet was read from (`SheetUpload`); it is imported once, however often it is confirmed.
    package let upload: UUID

    package init(_ sheet: EntrySheet<Entry>, upload: UUID) { (self.sheet, self.upload) = (sheet, upload) }

    /// Needs the role organiser or clerk in any unit.
    /// - Parameter progress: is told how many rows have passed the door; none is stored before all have.
    /// - Throws: `EntrySheetFaults` with nothing imported; `NotAllowed`; what `Database.write` throws.
    package func callAsFunction(
        intake: Intake, in database: Database, as actor: DatabaseActor,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> ImportOutcome {
        let rows = sheet.keyed(upload: upload)
        let items = try await ImportOutcome.threads.run { try rows.map { try $0.entry.item(for: intake, by: actor) } }
        let slices = stride(from: 0, to: items.count, by: ImportOutcome.slice).map {
            $0..<min($0 + ImportOutcome.slice, items.count)
        }
        return try await database.write(as: actor, deadline: .seconds(600)) { tx in
            var (faults, made) = (EntrySheetFaults(), ImportOutcome())
            for slice in slices {
                let outcomes = try tx.all(Entry.door(Array(items[slice])), as: IntakeOutcome.self)
                guard outcomes.count == slice.count else { throw NoRow() }
                for (row, outcome) in zip(rows[slice], outcomes) {
                    if let fault = try fault(row, outcome.verdict) { faults.append(fault) }
                    if let id = outcome.submissionID { made.submissionIDs.append(id) }
                    if outcome.verdict == .accepted { made.added += 1 }
                }
                progress(slice.upperBound)
            }
            if faults.total > 0 { throw faults }
            return made
        }
    }

    /// What the door has found that the reading could not know.
    private func fault(_ row: EntrySheet<Entry>.Row, _ verdict: IntakeOutcome.Verdict) throws -> EntrySheetFault? {
        switch verdict {
        case .accepted, .already: return nil
        case .notAllowed: throw NotAllowed()
        default:
            guard let cell = row.entry.cell(for: verdict) else { throw NoRow() }
            return sheet.fault(row.line, cell.column, cell.value, cell.expected)
        }
    }
}

package typealias ImportMessages = ImportEntries<Message>
package typealias ImportComments = ImportEntries<Comment>

extension ImportEntries where Entry == Comment {
    /// What the keys of the rows are made from: the same file about the same procedure is always the same, whoever uploads it and when.
    package static func source(_ bytes: [UInt8], procedure: String) -> UUID {
        EntrySheet<Comment>.upload(of: Array(procedure.utf8) + bytes)
    }

    /// How many of its rows have been imported before.
    package func known(procedure: String, in database: Database, as actor: DatabaseActor) async throws -> Int {
        let keys = sheet.keyed(upload: upload).map(\.entry.key)
        return try await database.read(as: actor) { try $0.value("select comments_with_keys(\(procedure), \(keys))") }
    }
}

/// What has become of the rows of a table, in their order.
package struct ImportOutcome: Sendable, Equatable {
    package var submissionIDs: [Int] = []
    /// Those of them that were not there before: a table that is imported again adds nothing.
    package var added = 0

    /// Rows in one statement: some megabytes.
    fileprivate static let slice = 500
    fileprivate static let threads = OwnThreads("entry-imports", threads: 1, longestQueue: 10)
}
