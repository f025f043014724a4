import Documents
import Text

/// A directory's file, read: its rows with the national columns, and everything that a person should look at before they
/// are taken over. All or nothing.
package struct DirectorySheet: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        /// Of the file, from 1.
        package let line: Int
        /// 序号, as people will call the row.
        package internal(set) var number: String
        private var cells: [DirectoryColumn: String]
        /// The local columns, by name.
        package let extras: [String: String]

        init(line: Int, number: String, cells: [DirectoryColumn: String], extras: [String: String] = [:]) {
            (self.line, self.number, self.cells, self.extras) = (line, number, cells, extras)
        }

        /// Empty means that the file does not say, never that there is none.
        package subscript(column: DirectoryColumn) -> String { column == .number ? number : cells[column] ?? "" }
    }

    /// A cell that was empty, said 同上 or was merged with the one above, and took its value.
    package struct Carried: Sendable, Equatable {
        package let line: Int
        package let column: String
        /// What stood there: empty, or 同上.
        package let found: String
        package let value: String
        /// Where the value was written out.
        package let fromLine: Int
    }

    /// A line within the table that is no row of it: a subtitle, a note at its end, the heading once more.
    package struct Aside: Sendable, Equatable {
        package let line: Int
        package let text: String
    }

    /// What became of a column of the file.
    package struct Column: Sendable, Equatable {
        package let name: String
        package let choice: ColumnChoice
    }

    /// 5 MB.
    package static let mostBytes = 5 * 1024 * 1024
    package static let mostRows = 20_000
    /// 20 MB of cells with every 同上 written out: a small file can repeat a long cell in each of its rows.
    package static let mostCellBytes = 20 * 1024 * 1024
    /// Local columns of a directory.
    package static let mostExtras = 12

    package internal(set) var rows: [Row] = []
    /// To be confirmed by a person before the import.
    package internal(set) var carried: [Carried] = []
    package internal(set) var asides: [Aside] = []
    package let columns: [Column]
    /// 序号 was missing or not unique, so the rows are numbered from 1.
    package internal(set) var isRenumbered = false
    package let format: Sheet.Format

    /// Local columns, in the order of the file.
    package var extraColumns: [String] { columns.filter { $0.choice == .extra }.map(\.name) }
    /// Columns that are left out.
    package var ignoredColumns: [String] { columns.filter { $0.choice == .leftOut && !$0.name.isEmpty }.map(\.name) }

    /// - Parameter choices: one for each column of the table.
    /// - Throws: `DirectoryFaults` with everything that is wrong.
    package init(_ table: DirectoryTable, choices: [ColumnChoice]) throws(DirectoryFaults) {
        var reading = DirectoryReading(table, choices)
        reading.read()
        guard reading.faults.total == 0 else { throw reading.faults }
        columns = zip(table.columns, choices).map { Column(name: $0.name, choice: $1) }
        format = table.format
        (rows, carried, asides) = (reading.rows, reading.carried, reading.asides)
        renumberIfNeeded()
    }

    /// Reads a file whose columns say what they are.
    /// - Throws: `DirectoryFaults` with everything that is wrong.
    package init(reading bytes: [UInt8]) throws(DirectoryFaults) {
        let table = try DirectoryTable(reading: bytes)
        try self.init(table, choices: table.proposal())
    }

    /// Off the threads that answer requests, as `DirectoryTable.read`.
    /// - Throws: `DirectoryFaults`, or `OwnThreads.Busy`.
    package static func read(_ table: DirectoryTable, choices: [ColumnChoice]) async throws -> DirectorySheet {
        try await reader.run { try DirectorySheet(table, choices: choices) }
    }

    static let reader = OwnThreads("directory-sheets", threads: 1, longestQueue: 30)

    private mutating func renumberIfNeeded() {
        let numbers = rows.map(\.number)
        guard numbers.contains("") || Set(numbers).count < numbers.count else { return }
        isRenumbered = true
        for index in rows.indices { rows[index].number = String(index + 1) }
    }
}
