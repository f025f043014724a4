/// Reads CSV as RFC 4180 has it, and as Excel and WPS really write it.
///
/// It goes by bytes: by `Character` a comma followed by a combining mark would not split. Lines end in CRLF, LF or CR; a quoted
/// cell may span lines; empty lines are skipped; a quote inside an unquoted cell is kept as it is.
package struct CSVReader {
    package struct Limits: Sendable, Equatable {
        /// Cells a record.
        package var fields: Int
        /// UTF-8 bytes a cell.
        package var cellBytes: Int
        /// Records in all, the header included.
        package var rows: Int

        package init(fields: Int = 64, cellBytes: Int = 32_768, rows: Int = 20_000) {
            (self.fields, self.cellBytes, self.rows) = (fields, cellBytes, rows)
        }
    }

    package struct Field: Sendable, Equatable {
        package let text: String
        /// The line the cell begins on, counted from 1.
        package let line: Int
    }

    package struct Record: Sendable, Equatable {
        /// The line the record begins on, counted from 1.
        package let line: Int
        package let fields: [Field]

        package var texts: [String] { fields.map(\.text) }
    }

    package let delimiter: UInt8
    private let bytes: [UInt8]
    private let limits: Limits
    private var at = 0
    private var line = 1
    private var rows = 0

    /// - Parameter delimiter: nil chooses by the header: a comma; if it has none, tab or semicolon, whichever it has more of.
    package init(_ text: String, delimiter: UInt8? = nil, limits: Limits = Limits()) {
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.bytes = bytes
        self.limits = limits
        self.delimiter = delimiter ?? Self.delimiter(ofHeader: bytes)
    }

    /// Every record of `text`.
    package static func records(_ text: String, limits: Limits = Limits()) throws(CSVError) -> [Record] {
        var reader = CSVReader(text, limits: limits)
        var records: [Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    /// The next record, or nil at the end.
    package mutating func next() throws(CSVError) -> Record? {
        skipEmptyLines()
        guard at < bytes.count else { return nil }
        rows += 1
        if rows > limits.rows { throw CSVError(.tooManyRows(limit: limits.rows), line: line, column: 1) }
        let start = line
        var fields: [Field] = []
        while true {
            if fields.count == limits.fields {
                throw CSVError(.tooManyFields(limit: limits.fields), line: line, column: fields.count + 1)
            }
            fields.append(try field(column: fields.count + 1))
            guard at < bytes.count else { break }
            if bytes[at] == delimiter {
                at += 1
            } else {
                passLineEnd()
                break
            }
        }
        return Record(line: start, fields: fields)
    }

    // MARK: Cells

    private static let quote = UInt8(ascii: "\"")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    /// Reads one cell and stops at the delimiter, the line end or the end of the text.
    private mutating func field(column: Int) throws(CSVError) -> Field {
        guard at < bytes.count, bytes[at] == Self.quote else { return try bareField(column: column) }
        return try quotedField(column: column)
    }

    private mutating func bareField(column: Int) throws(CSVError) -> Field {
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            if byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn { break }
            at += 1
        }
        if at - start > limits.cellBytes {
            throw CSVError(.cellTooLong(limit: limits.cellBytes), line: line, column: column)
        }
        return Field(text: String(decoding: bytes[start..<at], as: UTF8.self), line: line)
    }

    private mutating func quotedField(column: Int) throws(CSVError) -> Field {
        let first = line
        var cell: [UInt8] = []
        at += 1
        while true {
            guard at < bytes.count else { throw CSVError(.unclosedQuote, line: first, column: column) }
            let byte = bytes[at]
            if byte == Self.quote {
                at += 1
                guard at < bytes.count, bytes[at] == Self.quote else { break }
                cell.append(Self.quote)
                at += 1
            } else {
                if endsLine(byte) { line += 1 }
                cell.append(byte)
                at += 1
            }
            if cell.count > limits.cellBytes {
                throw CSVError(.cellTooLong(limit: limits.cellBytes), line: first, column: column)
            }
        }
        // Some programs pad the closing quote with spaces; anything else means the quotes do not match.
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") { at += 1 }
        if at < bytes.count, bytes[at] != delimiter, bytes[at] != Self.lineFeed, bytes[at] != Self.carriageReturn {
            throw CSVError(.textAfterQuote, line: line, column: column)
        }
        return Field(text: String(decoding: cell, as: UTF8.self), line: first)
    }

    // MARK: Lines

    /// Whether the byte at `at` is the last of a line end: CRLF counts once.
    private func endsLine(_ byte: UInt8) -> Bool {
        if byte == Self.lineFeed { return true }
        guard byte == Self.carriageReturn else { return false }
        return !(at + 1 < bytes.count && bytes[at + 1] == Self.lineFeed)
    }

    private mutating func passLineEnd() {
        guard at < bytes.count else { return }
        if bytes[at] == Self.carriageReturn, at + 1 < bytes.count, bytes[at + 1] == Self.lineFeed { at += 1 }
        at += 1
        line += 1
    }

    private mutating func skipEmptyLines() {
        while at < bytes.count, bytes[at] == Self.lineFeed || bytes[at] == Self.carriageReturn { passLineEnd() }
    }

    private static func delimiter(ofHeader bytes: [UInt8]) -> UInt8 {
        var tabs = 0
        var semicolons = 0
        var quoted = false
        var seen = false
        for byte in bytes {
            switch byte {
            case quote: quoted.toggle()
            case lineFeed, carriageReturn:
                if !quoted && seen { return choose(tabs, semicolons) }
                continue
            case UInt8(ascii: ",") where !quoted: return byte
            case UInt8(ascii: "\t") where !quoted: tabs += 1
            case UInt8(ascii: ";") where !quoted: semicolons += 1
            default: break
            }
            seen = true
        }
        return choose(tabs, semicolons)
    }

    private static func choose(_ tabs: Int, _ semicolons: Int) -> UInt8 {
        if tabs == 0 && semicolons == 0 { return UInt8(ascii: ",") }
        return tabs >= semicolons ? UInt8(ascii: "\t") : UInt8(ascii: ";")
    }
}

/// Why a CSV text was refused, and where.
package struct CSVError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unclosedQuote
        case textAfterQuote
        case tooManyFields(limit: Int)
        case cellTooLong(limit: Int)
        case tooManyRows(limit: Int)
    }

    package let reason: Reason
    /// The line of the text, counted from 1.
    package let line: Int
    /// Which cell of the record, counted from 1.
    package let column: Int

    init(_ reason: Reason, line: Int, column: Int) {
        (self.reason, self.line, self.column) = (reason, line, column)
    }

    package var description: String {
        let what =
            switch reason {
            case .unclosedQuote: "a quotation mark is opened and never closed"
            case .textAfterQuote: "text follows a closing quotation mark"
            case .tooManyFields(let limit): "more than \(limit) cells in one row"
            case .cellTooLong(let limit): "a cell is longer than \(limit) bytes"
            case .tooManyRows(let limit): "more than \(limit) rows"
            }
        return "line \(line), cell \(column): \(what)"
    }
}
