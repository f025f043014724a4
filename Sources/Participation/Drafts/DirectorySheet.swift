import Text

/// A directory's file, read: its rows with the national columns, and everything that a person should look at before they
/// are taken over. Imported files are untrusted; reading one touches no database and is all or nothing.
package struct DirectorySheet: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        /// Of the file, from 1.
        package let line: Int
        /// 序号, as people will call the row.
        package internal(set) var number: String
        private var cells: [DirectoryColumn: String]

        init(line: Int, number: String, cells: [DirectoryColumn: String]) {
            (self.line, self.number, self.cells) = (line, number, cells)
        }

        /// Empty means that the file does not say, never that there is none.
        package subscript(column: DirectoryColumn) -> String { column == .number ? number : cells[column] ?? "" }
    }

    /// A cell that was empty or said 同上 and took the value of the row above.
    package struct Carried: Sendable, Equatable {
        package let line: Int
        package let column: DirectoryColumn
        /// What stood there: empty, or 同上.
        package let found: String
        package let value: String
        /// Where the value was written out.
        package let fromLine: Int
    }

    /// 5 MB.
    package static let mostBytes = 5 * 1024 * 1024
    package static let mostRows = 20_000
    /// 20 MB of cells with every 同上 written out: a small file can repeat a long cell in each of its rows.
    package static let mostCellBytes = 20 * 1024 * 1024

    package internal(set) var rows: [Row] = []
    /// To be confirmed by a person before the import.
    package internal(set) var carried: [Carried] = []
    /// Columns the directory has no place for; they are left out.
    package internal(set) var ignoredColumns: [String] = []
    /// 序号 was missing or not unique, so the rows are numbered from 1.
    package internal(set) var isRenumbered = false
    package let encoding: TextDecoding.Encoding

    /// - Throws: `DirectoryFaults` with everything that is wrong.
    package init(reading bytes: [UInt8]) throws(DirectoryFaults) {
        guard bytes.count <= Self.mostBytes else {
            throw DirectoryFaults([.init(line: nil, expected: .smallerFile(megabytes: Self.mostBytes / 1_048_576))])
        }
        let text: String
        do throws(TextDecodingError) {
            (text, encoding) = try TextDecoding.decode(bytes)
        } catch {
            throw DirectoryFaults([Self.fault(error)])
        }
        var reading = DirectoryReading()
        reading.read(text)
        guard reading.faults.total == 0 else { throw reading.faults }
        rows = reading.rows
        carried = reading.carried
        ignoredColumns = reading.ignored
        renumberIfNeeded()
    }

    /// Off the threads that answer requests, one file after the other: a large one takes its second, and its memory.
    /// - Throws: `DirectoryFaults`, or `OwnThreads.Busy`.
    package static func read(_ bytes: [UInt8]) async throws -> DirectorySheet {
        try await reader.run { try DirectorySheet(reading: bytes) }
    }

    private static let reader = OwnThreads("directory-sheets", threads: 1, longestQueue: 30)

    private mutating func renumberIfNeeded() {
        let numbers = rows.map(\.number)
        guard numbers.contains("") || Set(numbers).count < numbers.count else { return }
        isRenumbered = true
        for index in rows.indices { rows[index].number = String(index + 1) }
    }

    private static func fault(_ error: TextDecodingError) -> DirectoryFault {
        switch error {
        case .spreadsheet: .init(line: nil, expected: .csv)
        case .utf16: .init(line: nil, value: "UTF-16", expected: .text)
        case .notText(let place), .undecodable(let place): .init(line: place.line, expected: .text)
        }
    }
}
