import Foundation
import Postgres

/// Takes a table of messages through the same door as everything else: all or nothing.
package struct ImportMessages: Sendable {
    package let sheet: MessageSheet
    /// The upload the sheet was read from (`SheetUpload`); it is imported once, however often it is confirmed.
    package let upload: UUID

    package init(_ sheet: MessageSheet, upload: UUID) { (self.sheet, self.upload) = (sheet, upload) }

    /// The dry run: numbers of other systems that were entered before. Nothing is written.
    /// - Throws: `MessageSheetFaults`.
    package func check(in database: Database, as actor: DatabaseActor) async throws {
        let rows = sheet.rows.filter { $0.message.external != nil }
        let sources = rows.compactMap { $0.message.external?.source }
        let numbers = rows.compactMap { $0.message.external?.number }
        let known = try await database.read(as: actor) { tx in
            try tx.values("select ordinal from known_external(\(sources), \(numbers)) order by 1", as: Int.self)
        }
        let faults = known.compactMap { ordinal in
            rows.indices.contains(ordinal - 1) ? knownNumber(rows[ordinal - 1]) : nil
        }
        if !faults.isEmpty { throw MessageSheetFaults(faults) }
    }

    /// What has become of the rows, in their order.
    package struct Outcome: Sendable, Equatable {
        package var submissionIDs: [Int] = []
        /// Those of them that were not there before: a table that is imported again adds nothing.
        package var added = 0
    }

    /// Rows in one statement: some megabytes.
    private static let slice = 500

    /// Needs the role organiser or clerk in any unit.
    /// - Parameter progress: is told how many rows have passed the door; none is stored before all have.
    /// - Throws: `MessageSheetFaults` with nothing imported; `NotAllowed`; what `Database.write` throws.
    package func callAsFunction(
        intake: Intake, in database: Database, as actor: DatabaseActor,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Outcome {
        let rows = sheet.messages(upload: upload)
        let items = try await Self.threads.run { try rows.map { try $0.message.item(for: intake, by: actor) } }
        let slices = stride(from: 0, to: items.count, by: Self.slice).map { $0..<min($0 + Self.slice, items.count) }
        return try await database.write(as: actor, deadline: .seconds(600)) { tx in
            var (faults, made) = (MessageSheetFaults(), Outcome())
            for slice in slices {
                let outcomes = try tx.all(MessageItem.door(Array(items[slice])), as: IntakeOutcome.self)
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

    private static let threads = OwnThreads("message-imports", threads: 1, longestQueue: 10)

    /// What the door has found that the reading could not know.
    private func fault(_ row: MessageSheet.Row, _ verdict: IntakeOutcome.Verdict) throws -> MessageSheetFault? {
        switch verdict {
        case .accepted, .already: nil
        case .externalKnown: knownNumber(row)
        case .unknownUnit: sheet.fault(row.line, .unit, "", .unit)
        case .arrivedLate: sheet.fault(row.line, .receivedOn, "", .notFuture)
        case .notAllowed: throw NotAllowed()
        default: throw NoRow()
        }
    }

    private func knownNumber(_ row: MessageSheet.Row) -> MessageSheetFault {
        let external = row.message.external
        return sheet.fault(row.line, .number, "\(external?.source ?? "") \(external?.number ?? "")", .newNumber)
    }
}
