import Crypto
import Documents
import Foundation
import Postgres
import Text

/// The columns of a table of what reached units by other ways than the web.
package protocol EntryColumn: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// As it stands in the template.
    var heading: String { get }
    /// In characters, for the template.
    var width: Double { get }
    static var required: [Self] { get }
    /// Any of these tells the heading line from a title above it.
    static var telling: Set<Self> { get }
    /// A heading however it was typed.
    init?(heading: String)
}

extension EntryColumn {
    /// A heading with spaces and what stands in brackets left aside.
    static func plain(_ heading: String) -> String {
        let bare = heading.unicodeScalars.prefix { $0 != "(" && $0 != "（" }.filter {
            !$0.properties.isWhitespace && $0 != "*"
        }
        return String(String.UnicodeScalarView(bare))
    }
}

/// What stands in one row of such a table, and goes through a door of its own.
package protocol SheetEntry: Sendable, Equatable {
    associatedtype Column: EntryColumn
    associatedtype Item: Sendable

    /// The same file confirmed twice is imported once: each row has a key of its own.
    func keyed(_ key: UUID) -> Self
    func item(for intake: Intake, by actor: DatabaseActor) throws -> Item
    /// Takes any number of them; an `IntakeOutcome` a row.
    static func door(_ items: [Item]) -> SQL
    /// The cell that the door could not take, and what is expected there; nil where the verdict is no fault of the table.
    func cell(for verdict: IntakeOutcome.Verdict) -> EntryCellFault<Column>?
}

/// What is wrong with a cell.
package struct EntryCellFault<Column: EntryColumn>: Sendable {
    package let column: Column
    package let value: String
    package let expected: EntrySheetFault.Expectation
}

/// How large a table may be.
package enum EntrySheetLimits {
    /// 10 MB.
    package static let mostBytes = 10 * 1024 * 1024
    package static let mostRows = 10_000
    /// Systems print a title, and a line of conditions, above the table.
    static let deepestHeading = 6
    /// Tables are read off the threads that answer requests, one after the other.
    static let reader = OwnThreads("entry-sheets", threads: 1, longestQueue: 10)
}

/// A table of messages or comments, read: what other systems export, or a clerk has typed. Files are untrusted; reading one touches no
/// database, and is all or nothing.
package struct EntrySheet<Entry: SheetEntry>: Sendable, Equatable {
    package typealias Column = Entry.Column

    package struct Row: Sendable, Equatable {
        /// Of the file, from 1.
        package let line: Int
        package let entry: Entry
    }

    package private(set) var rows: [Row] = []
    /// Columns that mean nothing here; they are left out.
    package private(set) var ignoredColumns: [String] = []
    /// The columns of what was read, by their place in the file.
    private var columns: [Column: (index: Int, heading: String)] = [:]
    private var faults = EntrySheetFaults()

    package static func == (left: Self, right: Self) -> Bool {
        left.rows == right.rows && left.ignoredColumns == right.ignoredColumns
    }

    /// - Parameters:
    ///   - cells: reads one row by its cells: the entry, or everything that is wrong with them.
    ///   - twice: what may stand in one row only, as one text; and the column it is shown at.
    /// - Throws: `EntrySheetFaults` with everything that is wrong.
    init(
        reading bytes: [UInt8], twice: (column: Column, name: (Entry) -> (key: String, shown: String)?)? = nil,
        cells: (_ cell: @escaping (Column) -> String) -> (Entry?, [EntryCellFault<Column>])
    ) throws(EntrySheetFaults) {
        guard bytes.count <= EntrySheetLimits.mostBytes else {
            throw EntrySheetFaults([.init(expected: .smallerFile(megabytes: EntrySheetLimits.mostBytes / 1_048_576))])
        }
        do {
            // The heading, and a title above it.
            try Sheet.read(bytes, limits: .init(rows: EntrySheetLimits.mostRows + EntrySheetLimits.deepestHeading)) {
                row in
                if columns.isEmpty { try readHeading(row) } else { read(row, cells) }
            }
        } catch let found as EntrySheetFaults {
            throw found
        } catch {
            throw EntrySheetFaults([Self.fault(error)])
        }
        if columns.isEmpty { faults.append(.init(expected: .heading)) }
        if rows.count > EntrySheetLimits.mostRows {
            faults.append(.init(expected: .fewerRows(limit: EntrySheetLimits.mostRows)))
        }
        if rows.isEmpty, faults.total == 0 { faults.append(.init(expected: .rows)) }
        if let twice { findDoubles(twice.column, twice.name) }
        guard faults.total == 0 else { throw faults }
    }

    /// The rows with keys of their own: the same file confirmed twice is imported once.
    package func keyed(upload: UUID) -> [Row] {
        rows.map { row in
            let hash = Array(SHA256.hash(data: Data("minyi-import:\(upload.uuidString):\(row.line)".utf8)))
            return Row(
                line: row.line,
                entry: row.entry.keyed(UUID(uuid: hash.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })))
        }
    }

    /// The upload that a file stands for which is read where it lies: the same file is always the same.
    package static func upload(of bytes: [UInt8]) -> UUID {
        UUID(uuid: SHA256.hash(data: bytes).withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    /// What is wrong with a cell of a row that was read.
    func fault(_ line: Int, _ column: Column, _ value: String, _ expected: EntrySheetFault.Expectation)
        -> EntrySheetFault
    {
        let place = columns[column]
        return EntrySheetFault(
            line: line, column: place.map { $0.index + 1 }, heading: place?.heading ?? column.heading, value: value,
            expected: expected)
    }

    // MARK: Rows

    private mutating func readHeading(_ row: Sheet.Row) throws {
        let found = row.cells.enumerated().filter { !$1.text.isEmpty && !$1.isCovered }
        let known = found.compactMap { Column(heading: $1.text) }
        guard known.contains(where: Column.telling.contains), known.count >= min(3, Column.required.count) else {
            if row.line >= EntrySheetLimits.deepestHeading {
                throw EntrySheetFaults([.init(line: row.line, expected: .heading)])
            }
            return
        }
        for (index, cell) in found {
            let heading = TextNormalisation.normalised(cell.text)
            guard let column = Column(heading: cell.text) else {
                ignoredColumns.append(heading)
                continue
            }
            if columns[column] != nil {
                faults.append(.init(line: row.line, column: index + 1, heading: heading, expected: .oneHeading))
            }
            columns[column] = (index, heading)
        }
        for column in Column.required where columns[column] == nil {
            faults.append(.init(line: row.line, heading: column.heading, expected: .column))
        }
        // What stands below would be wrong throughout.
        if faults.total > 0 { throw faults }
    }

    private mutating func read(
        _ row: Sheet.Row, _ cells: (@escaping (Column) -> String) -> (Entry?, [EntryCellFault<Column>])
    ) {
        let columns = columns
        let (entry, found) = cells { column in columns[column].map { row[$0.index + 1] } ?? "" }
        let inOrder = found.sorted { (columns[$0.column]?.index ?? 0) < (columns[$1.column]?.index ?? 0) }
        for wrong in inOrder { faults.append(fault(row.line, wrong.column, wrong.value, wrong.expected)) }
        if let entry { rows.append(Row(line: row.line, entry: entry)) }
    }

    private mutating func findDoubles(_ column: Column, _ name: (Entry) -> (key: String, shown: String)?) {
        var seen: [String: Int] = [:]
        for row in rows {
            guard let name = name(row.entry) else { continue }
            if let line = seen[name.key] { faults.append(fault(row.line, column, name.shown, .ownNumber(line: line))) }
            seen[name.key] = seen[name.key] ?? row.line
        }
    }

    private static func fault(_ error: any Error) -> EntrySheetFault {
        switch error {
        case Sheet.Fault.document(.tooManyRows): .init(expected: .fewerRows(limit: EntrySheetLimits.mostRows))
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
            case .tooManyRows: .init(expected: .fewerRows(limit: EntrySheetLimits.mostRows))
            }
        default: .init(expected: .table)
        }
    }
}
