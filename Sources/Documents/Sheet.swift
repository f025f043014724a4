import Text

/// A table that somebody made in an office program, read row by row: XLSX or CSV, whichever it really is.
package enum Sheet {
    package struct Limits: Sendable {
        /// Rows that hold something, headings included.
        package var rows = 20_000
        package var columns = 256
        package var cells = 1_000_000
        /// UTF-8 bytes a cell; a cell of Excel holds 32,767 characters.
        package var cellBytes = 131_072
        package var time = Duration.seconds(20)

        package init(rows: Int = 20_000) { self.rows = rows }
    }

    package struct Cell: Sendable, Equatable {
        package var text: String
        /// The line it begins on; a cell of CSV may begin below its row's first line, a covered one above.
        package var line: Int
        /// Whether the text stands in the first cell of a merged range, and shows here because this one is covered by it.
        package var isCovered = false
        /// Whether a formula stands here that was saved without what it gives.
        package var lacksResult = false
    }

    package struct Row: Sendable, Equatable {
        /// Counted from 1: the number beside the row in Excel, or the line of the text in CSV.
        package let line: Int
        /// From column A on; shorter than others where nothing follows.
        package let cells: [Cell]

        /// The text of a column counted from 1; empty where there is none.
        package subscript(column: Int) -> String { cells.indices.contains(column - 1) ? cells[column - 1].text : "" }
    }

    package enum Fault: Error, Equatable {
        case document(DocumentFault)
        case text(TextDecodingError)
        case csv(CSVError)
    }

    /// What a table really is.
    package enum Format: Sendable, Equatable {
        case workbook
        /// A table in a document of a word processor.
        case document
        case text(TextDecoding.Encoding)
    }

    /// Hands over every row that holds something, from the first on. Formulas are not run: what they gave when the file was saved is
    /// their text.
    /// - Parameter name: a sheet of the workbook; nil takes the first that is not hidden.
    /// - Throws: `Fault`, or what `take` throws.
    @discardableResult
    package static func read(
        _ bytes: [UInt8], sheet name: String? = nil, limits: Limits = Limits(), _ take: (Row) throws -> Void
    ) throws -> Format {
        do {
            if isWorkbook(bytes) {
                let workbook = try Workbook(bytes, limits: limits)
                try SheetReader(workbook, sheet: name, limits: limits).read(take)
                return .workbook
            }
            return .text(try readText(bytes, limits, take))
        } catch let fault as DocumentFault {
            throw Fault.document(fault)
        } catch let fault as TextDecodingError {
            throw Fault.text(fault)
        } catch let fault as CSVError {
            throw Fault.csv(fault)
        }
    }

    /// The names of the sheets that are not hidden; none for CSV. - Throws: `Fault`.
    package static func names(_ bytes: [UInt8]) throws -> [String] {
        guard isWorkbook(bytes) else { return [] }
        do { return try Workbook(bytes, limits: Limits()).sheets.filter { !$0.isHidden }.map(\.name) } catch let fault
            as DocumentFault
        {
            throw Fault.document(fault)
        }
    }

    /// Whether it is to be read as a workbook; anything else is text.
    package static func isWorkbook(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B]) }

    private static func readText(_ bytes: [UInt8], _ limits: Limits, _ take: (Row) throws -> Void) throws
        -> TextDecoding.Encoding
    {
        let (text, encoding) = try TextDecoding.decode(bytes)
        var reader = CSVReader(
            text, limits: .init(fields: limits.columns, cellBytes: limits.cellBytes, rows: limits.rows))
        while let record = try reader.next() {
            let cells = record.fields.map { Cell(text: $0.text, line: $0.line) }
            if cells.contains(where: { !$0.text.isEmpty }) { try take(Row(line: record.line, cells: cells)) }
        }
        return encoding
    }

    /// The letters of a column counted from 1: A … Z, AA …
    package static func letters(_ column: Int) -> String {
        var (rest, letters) = (column, [UInt8]())
        while rest > 0 {
            letters.append(UInt8(ascii: "A") + UInt8((rest - 1) % 26))
            rest = (rest - 1) / 26
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }
}
