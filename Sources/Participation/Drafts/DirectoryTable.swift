import Documents
import Text

/// The table in a directory's file before anybody has said what its columns mean: which sheet, where the heading stands, what the
/// columns are called. Files are untrusted; reading one touches no database, and formulas are never run.
package struct DirectoryTable: Sendable {
    package struct Column: Sendable, Equatable {
        /// A, B … as office programs call it.
        package let letters: String
        /// The heading as it is written; 公开对象 / 全社会 where it has two lines. Empty for a column without one.
        package let name: String
        /// What a tick would say here.
        package let word: String
        /// The first cell below that holds something.
        package let example: String
        /// Whether that is a tick.
        package var hasTicks: Bool { DirectoryReading.ticks.contains(example) }
        /// Where it would go by its name.
        package let proposal: ColumnChoice
    }

    /// The sheets that are not hidden; none for CSV.
    package let sheets: [String]
    /// The one that was read; empty for CSV.
    package let sheet: String
    package let format: Sheet.Format
    package let headingLine: Int
    /// Where it begins; the same for a heading of one line.
    package let firstHeadingLine: Int
    package let columns: [Column]
    /// What stands below the heading.
    let rows: [Sheet.Row]

    /// A heading stands within so many lines that hold something.
    private static let deepestHeading = 10
    static let mostColumns = 64

    /// - Parameter sheet: nil takes the first that has a heading, or the first.
    /// - Throws: `DirectoryFaults` with what is wrong.
    package init(reading bytes: [UInt8], sheet wanted: String? = nil) throws(DirectoryFaults) {
        guard bytes.count <= DirectorySheet.mostBytes else {
            throw DirectoryFaults([
                .init(line: nil, expected: .smallerFile(megabytes: DirectorySheet.mostBytes / 1_048_576))
            ])
        }
        guard !bytes.isEmpty else { throw DirectoryFaults([.init(line: nil, expected: .content)]) }
        switch FileKind(beginningOf: bytes) {
        case .png, .jpeg: throw DirectoryFaults([.init(line: nil, expected: .notPicture)])
        case .pdf: throw DirectoryFaults([.init(line: nil, expected: .notPDF)])
        default: break
        }
        var chosen: String?
        do {
            let sheets = try Sheet.names(bytes)
            if Sheet.isWorkbook(bytes), sheets.isEmpty { throw Sheet.Fault.document(.noSheet) }
            chosen = wanted.flatMap { sheets.contains($0) ? $0 : nil }
            if chosen == nil { chosen = sheets.count > 1 ? try Self.firstDirectory(bytes, sheets) : sheets.first }
            let (rows, format) = try Self.rows(bytes, sheet: chosen)
            try self.init(rows, sheets: sheets, sheet: chosen ?? "", format)
        } catch let faults as DirectoryFaults {
            throw faults
        } catch {
            throw DirectoryFaults([DirectoryFault(reading: error, sheet: chosen ?? "")])
        }
    }

    /// A table of a document; they are called by their numbers.
    /// - Parameter sheet: nil takes the first that has a heading, or the first.
    /// - Throws: `DirectoryFaults`.
    package init(_ document: DocumentContent, sheet wanted: String? = nil) throws(DirectoryFaults) {
        let tables = document.tables.map(\.sheetRows)
        let names = tables.indices.map { String($0 + 1) }
        let chosen =
            wanted.flatMap { names.firstIndex(of: $0) }
            ?? tables.firstIndex { Self.heading(of: $0)?.0.isHeading ?? false } ?? tables.indices.first
        guard let chosen else { throw DirectoryFaults([.init(line: nil, expected: .rows)]) }
        try self.init(tables[chosen], sheets: names, sheet: names[chosen], .document)
    }

    private init(
        _ read: [Sheet.Row], sheets: [String], sheet: String, _ format: Sheet.Format
    ) throws(DirectoryFaults) {
        (self.sheets, self.sheet, self.format) = (sheets, sheet, format)
        guard let first = read.first else { throw DirectoryFaults([.init(line: nil, expected: .rows)]) }
        guard let (heading, index) = Self.heading(of: read) else {
            let texts = first.cells.map(\.text).joined(separator: ",")
            throw DirectoryFaults([.init(line: first.line, value: texts, expected: .heading)])
        }
        guard heading.columns.count <= Self.mostColumns else {
            throw DirectoryFaults([.init(line: read[index].line, expected: .fewerColumns(limit: Self.mostColumns))])
        }
        headingLine = read[index].line
        firstHeadingLine = read[index - heading.lines + 1].line
        let below = Array(read.dropFirst(index + 1))
        rows = below
        // A subtitle across the table shows in every column what belongs to none.
        let examples = below.prefix(50).filter { Set($0.cells.map(\.text)).count > 3 }
        columns = heading.columns.enumerated().map { index, column in
            let example = examples.lazy.map { DirectoryReading.trimmed($0[index + 1]) }.first { !$0.isEmpty }
            return Column(
                letters: Sheet.letters(index + 1), name: column.name, word: column.word, example: example ?? "",
                proposal: column.own.isEmpty ? .leftOut : column.proposal)
        }
    }

    /// Off the threads that answer requests, one file after the other: a large one takes its second, and its memory.
    /// - Throws: `DirectoryFaults`, or `OwnThreads.Busy`.
    package static func read(_ bytes: [UInt8], sheet: String? = nil) async throws -> DirectoryTable {
        try await DirectorySheet.reader.run { try DirectoryTable(reading: bytes, sheet: sheet) }
    }

    package static func read(_ document: DocumentContent, sheet: String? = nil) async throws -> DirectoryTable {
        try await DirectorySheet.reader.run { try DirectoryTable(document, sheet: sheet) }
    }

    /// - Parameter remembered: what the unit chose for headings before.
    package func proposal(remembered: [String: ColumnChoice] = [:]) -> [ColumnChoice] {
        columns.map { $0.name.isEmpty ? .leftOut : remembered[$0.name] ?? $0.proposal }
    }

    // MARK: Reading

    private static func rows(_ bytes: [UInt8], sheet: String?, most: Int? = nil) throws -> ([Sheet.Row], Sheet.Format) {
        struct Enough: Error {}
        var limits = Sheet.Limits(rows: DirectorySheet.mostRows + deepestHeading)
        limits.columns = mostColumns
        // Several sheets are looked into before one is read.
        if most != nil { limits.time = .seconds(3) }
        // Long cells are reported one by one, so the reader itself stops only at absurd ones.
        limits.cellBytes = 65_536
        var rows: [Sheet.Row] = []
        var cellBytes = 0
        do {
            let format = try Sheet.read(bytes, sheet: sheet, limits: limits) { row in
                rows.append(row)
                cellBytes += row.cells.reduce(0) { $0 + $1.text.utf8.count }
                if cellBytes > DirectorySheet.mostCellBytes { throw DirectoryFaults([.tooMuchText(line: row.line)]) }
                if rows.count == most { throw Enough() }
            }
            return (rows, format)
        } catch is Enough {
            return (rows, .workbook)
        }
    }

    /// A sheet that cannot be read is none; where no other is a directory, the reason is told rather than a fault of another sheet.
    private static func firstDirectory(_ bytes: [UInt8], _ sheets: [String]) throws -> String? {
        var unreadable: DirectoryFaults?
        for sheet in sheets.prefix(8) {
            do {
                let (rows, _) = try rows(bytes, sheet: sheet, most: deepestHeading)
                if let (found, _) = heading(of: rows), found.isHeading { return sheet }
            } catch let fault as Sheet.Fault {
                unreadable = unreadable ?? DirectoryFaults([DirectoryFault(reading: fault, sheet: sheet)])
            } catch let faults as DirectoryFaults {
                unreadable = unreadable ?? faults
            }
        }
        if let unreadable { throw unreadable }
        return sheets.first
    }

    /// The heading may follow a title and have two lines, as in the printed directories.
    /// - Returns: with it, the place of its last line.
    private static func heading(of rows: [Sheet.Row]) -> (DirectoryHeading, Int)? {
        let first = rows.prefix(deepestHeading)
        for (index, row) in first.enumerated() {
            let one = DirectoryHeading(row)
            let two = rows.indices.contains(index + 1) ? DirectoryHeading(row, over: rows[index + 1]) : nil
            if let two, two.isHeading { return (two, index + 1) }
            if one.isHeading { return (one, index) }
        }
        // Words of its own: a person says what they mean.
        for (index, row) in first.enumerated() {
            let heading = DirectoryHeading(row)
            if heading.hasNames { return (heading, index) }
        }
        return nil
    }
}
