import Crypto
import Documents
import Foundation
import Text

/// A table of messages, read: what other systems export, or a clerk has typed. Files are untrusted; reading one touches no database,
/// and is all or nothing.
package struct MessageSheet: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        /// Of the file, from 1.
        package let line: Int
        package let message: Message
    }

    /// 10 MB.
    package static let mostBytes = 10 * 1024 * 1024
    package static let mostRows = 10_000

    package private(set) var rows: [Row] = []
    /// Columns that mean nothing here; they are left out.
    package private(set) var ignoredColumns: [String] = []
    /// The columns of what was read, by their place in the file.
    private var columns: [MessageColumn: (index: Int, heading: String)] = [:]
    private var faults = MessageSheetFaults()

    package static func == (left: MessageSheet, right: MessageSheet) -> Bool {
        left.rows == right.rows && left.ignoredColumns == right.ignoredColumns
    }

    private static let reader = OwnThreads("message-sheets", threads: 1, longestQueue: 10)

    /// Off the threads that answer requests, one file after the other.
    /// - Throws: `MessageSheetFaults`, or `OwnThreads.Busy`.
    package static func read(_ bytes: [UInt8], units: [Unit], today: CalendarDate) async throws -> MessageSheet {
        try await reader.run { try MessageSheet(reading: bytes, units: units, today: today) }
    }

    /// - Throws: `MessageSheetFaults` with everything that is wrong.
    package init(reading bytes: [UInt8], units: [Unit], today: CalendarDate) throws(MessageSheetFaults) {
        guard bytes.count <= Self.mostBytes else {
            throw MessageSheetFaults([.init(expected: .smallerFile(megabytes: Self.mostBytes / 1_048_576))])
        }
        let cells = MessageCells(units: units, today: today)
        do {
            // The heading, and a title above it.
            try Sheet.read(bytes, limits: .init(rows: Self.mostRows + Self.deepestHeading)) { row in
                if columns.isEmpty { try readHeading(row) } else { read(row, cells) }
            }
        } catch let found as MessageSheetFaults {
            throw found
        } catch {
            throw MessageSheetFaults([Self.fault(error)])
        }
        if columns.isEmpty { faults.append(.init(expected: .heading)) }
        if rows.count > Self.mostRows { faults.append(.init(expected: .fewerRows(limit: Self.mostRows))) }
        if rows.isEmpty, faults.total == 0 { faults.append(.init(expected: .rows)) }
        findDoubles()
        guard faults.total == 0 else { throw faults }
    }

    /// The messages with keys of their own: the same file confirmed twice is imported once.
    package func messages(upload: UUID) -> [Row] {
        rows.map { row in
            var message = row.message
            let hash = Array(SHA256.hash(data: Data("minyi-import:\(upload.uuidString):\(row.line)".utf8)))
            let id = hash.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) }
            message.key = UUID(uuid: id)
            message.formKey = message.key
            return Row(line: row.line, message: message)
        }
    }

    /// The upload that a file stands for which is read where it lies: the same file is always the same.
    package static func upload(of bytes: [UInt8]) -> UUID {
        UUID(uuid: SHA256.hash(data: bytes).withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    /// What is wrong with a cell of a row that was read.
    func fault(_ line: Int, _ column: MessageColumn, _ value: String, _ expected: MessageSheetFault.Expectation)
        -> MessageSheetFault
    {
        let place = columns[column]
        return MessageSheetFault(
            line: line, column: place.map { $0.index + 1 }, heading: place?.heading ?? column.heading, value: value,
            expected: expected)
    }

    // MARK: Rows

    /// Systems print a title, and a line of conditions, above the table.
    private static let deepestHeading = 6

    private mutating func readHeading(_ row: Sheet.Row) throws {
        let found = row.cells.enumerated().filter { !$1.text.isEmpty && !$1.isCovered }
        let known = found.compactMap { MessageColumn(heading: $1.text) }
        guard known.contains(.title) || known.contains(.body), known.count >= 3 else {
            if row.line >= Self.deepestHeading { throw MessageSheetFaults([.init(line: row.line, expected: .heading)]) }
            return
        }
        for (index, cell) in found {
            let heading = TextNormalisation.normalised(cell.text)
            guard let column = MessageColumn(heading: cell.text) else {
                ignoredColumns.append(heading)
                continue
            }
            if columns[column] != nil {
                faults.append(.init(line: row.line, column: index + 1, heading: heading, expected: .oneHeading))
            }
            columns[column] = (index, heading)
        }
        for column in MessageColumn.required where columns[column] == nil {
            faults.append(.init(line: row.line, heading: column.heading, expected: .column))
        }
        // What stands below would be wrong throughout.
        if faults.total > 0 { throw faults }
    }

    private mutating func read(_ row: Sheet.Row, _ cells: MessageCells) {
        let (message, found) = cells.message { column in columns[column].map { row[$0.index + 1] } ?? "" }
        let inOrder = found.sorted { (columns[$0.column]?.index ?? 0) < (columns[$1.column]?.index ?? 0) }
        for wrong in inOrder { faults.append(fault(row.line, wrong.column, wrong.value, wrong.expected)) }
        if let message { rows.append(Row(line: row.line, message: message)) }
    }

    private mutating func findDoubles() {
        var seen: [String: Int] = [:]
        for row in rows {
            guard let external = row.message.external else { continue }
            let name = "\(external.source)\n\(external.number)"
            if let line = seen[name] {
                faults.append(fault(row.line, .number, "\(external.source) \(external.number)", .ownNumber(line: line)))
            }
            seen[name] = seen[name] ?? row.line
        }
    }

    private static func fault(_ error: any Error) -> MessageSheetFault {
        switch error {
        case Sheet.Fault.document(.tooManyRows): .init(expected: .fewerRows(limit: mostRows))
        case Sheet.Fault.document(.tooManyColumns(let limit, let line)):
            .init(line: line, expected: .fewerColumns(limit: limit))
        case Sheet.Fault.document(.cellTooLong(_, let line, let column)):
            .init(
                line: line == 0 ? nil : line, column: column == 0 ? nil : column,
                expected: .shorter(limit: Intake.longestBody))
        case Sheet.Fault.document: .init(expected: .workbook)
        case Sheet.Fault.text(.notText(let place)), Sheet.Fault.text(.undecodable(let place)):
            .init(line: place.line, expected: .table)
        case Sheet.Fault.csv(let csv):
            switch csv.reason {
            case .unclosedQuote, .textAfterQuote: .init(line: csv.line, column: csv.column, expected: .closedQuote)
            case .tooManyFields(let limit): .init(line: csv.line, expected: .fewerColumns(limit: limit))
            case .cellTooLong: .init(line: csv.line, column: csv.column, expected: .shorter(limit: Intake.longestBody))
            case .tooManyRows: .init(expected: .fewerRows(limit: mostRows))
            }
        default: .init(expected: .table)
        }
    }
}
