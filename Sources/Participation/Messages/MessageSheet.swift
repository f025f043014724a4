import Foundation
import Postgres
import Text

package typealias MessageSheet = EntrySheet<Message>

extension EntrySheet where Entry == Message {
    /// Off the threads that answer requests.
    /// - Throws: `EntrySheetFaults`, or `OwnThreads.Busy`.
    package static func read(_ bytes: [UInt8], units: [Unit], today: CalendarDate) async throws -> MessageSheet {
        try await EntrySheetLimits.reader.run { try MessageSheet(reading: bytes, units: units, today: today) }
    }

    /// - Throws: `EntrySheetFaults` with everything that is wrong.
    package init(reading bytes: [UInt8], units: [Unit], today: CalendarDate) throws(EntrySheetFaults) {
        let cells = MessageCells(units: units, today: today)
        try self.init(
            reading: bytes,
            twice: (
                .number,
                { it in it.external.map { ("\($0.source)\n\($0.number)", "\($0.source) \($0.number)") } }
            )
        ) { cells.message($0) }
    }
}

extension Message: SheetEntry {
    package typealias Column = MessageColumn

    package func keyed(_ key: UUID) -> Message {
        var copy = self
        (copy.key, copy.formKey) = (key, key)
        return copy
    }

    package static func door(_ items: [MessageItem]) -> SQL { MessageItem.door(items) }

    package func cell(for verdict: IntakeOutcome.Verdict) -> EntryCellFault<MessageColumn>? {
        switch verdict {
        case .externalKnown: knownNumber
        case .unknownUnit: .init(column: .unit, value: "", expected: .unit)
        case .arrivedLate: .init(column: .receivedOn, value: "", expected: .notFuture)
        default: nil
        }
    }

    /// Its number in another system was entered before.
    var knownNumber: EntryCellFault<MessageColumn> {
        .init(column: .number, value: "\(external?.source ?? "") \(external?.number ?? "")", expected: .newNumber)
    }
}

extension ImportEntries where Entry == Message {
    /// The dry run: numbers of other systems that were entered before. Nothing is written.
    /// - Throws: `EntrySheetFaults`.
    package func check(in database: Database, as actor: DatabaseActor) async throws {
        let rows = sheet.rows.filter { $0.entry.external != nil }
        let sources = rows.compactMap { $0.entry.external?.source }
        let numbers = rows.compactMap { $0.entry.external?.number }
        let known = try await database.read(as: actor) { tx in
            try tx.values("select ordinal from known_external(\(sources), \(numbers)) order by 1", as: Int.self)
        }
        let faults = known.compactMap { ordinal -> EntrySheetFault? in
            guard rows.indices.contains(ordinal - 1) else { return nil }
            let (row, cell) = (rows[ordinal - 1], rows[ordinal - 1].entry.knownNumber)
            return sheet.fault(row.line, cell.column, cell.value, cell.expected)
        }
        if !faults.isEmpty { throw EntrySheetFaults(faults) }
    }
}
