/// Writes CSV that Excel and WPS open with the right characters and without running anything.
///
/// UTF-8 with a byte order mark, CRLF, quotes where they are needed. A cell that a spreadsheet would take for a formula gets a
/// leading apostrophe: what citizens send is opened on the desks of civil servants.
package struct CSVWriter: Sendable {
    /// What goes in front of the first line when a file is streamed with `line(_:)`.
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The whole file so far, byte order mark first.
    package private(set) var bytes = CSVWriter.byteOrderMark

    package init() {}

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func append(_ cells: [String]) {
        Self.append(cells, to: &bytes)
    }

    /// One record with its CRLF, for streaming.
    package static func line(_ cells: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(cells, to: &bytes)
        return bytes
    }

    private static func append(_ cells: [String], to bytes: inout [UInt8]) {
        // A lone empty cell would be an empty line, which readers skip.
        if cells == [""] { bytes.append(contentsOf: [quote, quote]) }
        for (column, cell) in cells.enumerated() {
            if column > 0 { bytes.append(UInt8(ascii: ",")) }
            append(cell, to: &bytes)
        }
        bytes.append(contentsOf: [0x0D, 0x0A])
    }

    private static let quote = UInt8(ascii: "\"")

    private static func append(_ cell: String, to bytes: inout [UInt8]) {
        let apostrophe: [UInt8] = isFormula(cell) ? [UInt8(ascii: "'")] : []
        guard needsQuotes(cell) else {
            bytes.append(contentsOf: apostrophe)
            bytes.append(contentsOf: cell.utf8)
            return
        }
        bytes.append(quote)
        bytes.append(contentsOf: apostrophe)
        for byte in cell.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    /// Decided by the first scalar, not the first `Character`: “=” with a combining mark is still a formula.
    private static func isFormula(_ cell: String) -> Bool {
        switch cell.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": true
        default: false
        }
    }

    /// Semicolons and tabs too: in other settings they are the delimiter, and could start a cell with a formula.
    private static func needsQuotes(_ cell: String) -> Bool {
        guard let first = cell.utf8.first, let last = cell.utf8.last else { return false }
        if first == UInt8(ascii: " ") || last == UInt8(ascii: " ") { return true }
        return cell.utf8.contains { byte in
            switch byte {
            case quote, UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, 0x0A, 0x0D: true
            default: false
            }
        }
    }
}
