import Foundation
import Text

/// A long table written to the disk row by row, as CSV or XLSX.
package struct TableFile: Sendable {
    package enum Format: String, CaseIterable, Sendable {
        case csv, xlsx

        package var contentType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .xlsx: FileKind.xlsx.rawValue
            }
        }
    }

    /// Of its sheet.
    package let name: String
    package let heading: [String]
    /// Of the columns, in characters; by their headings where none are given.
    let widths: [Double]?
    /// Laid out for paper: across the page, the heading on every one.
    let isPrinted: Bool
    /// What a workbook says of when it was made; nil for now.
    package let madeAt: Date?
    package static let pieceBytes = 256 * 1024

    package init(
        name: String, heading: [String], widths: [Double]? = nil, isPrinted: Bool = false, madeAt: Date? = nil
    ) {
        (self.name, self.heading, self.widths, self.isPrinted, self.madeAt) = (name, heading, widths, isPrinted, madeAt)
    }

    /// - Parameter rows: adds one row after the other.
    /// - Throws: `SheetWriter.Full`, what the disk says, or what `rows` throws.
    package func write(
        to path: String, as format: Format, _ rows: (_ add: ([SheetWriter.Cell]) throws -> Void) throws -> Void
    ) throws {
        switch format {
        case .csv: try writeCSV(to: path, rows)
        case .xlsx:
            let widths = widths ?? heading.map { Double(max(10, 2 * $0.unicodeScalars.count)) }
            let writer = try SheetWriter(path: path, sheet: name, widths: widths, isPrinted: isPrinted)
            if let madeAt { writer.say(madeAt: madeAt) }
            try writer.writeHeading(heading)
            try rows { try writer.write($0) }
            try writer.close()
        }
    }

    private func writeCSV(
        to path: String, _ rows: (_ add: ([SheetWriter.Cell]) throws -> Void) throws -> Void
    ) throws {
        let file = URL(fileURLWithPath: path)
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var waiting = CSVWriter.byteOrderMark + CSVWriter.line(heading)
        try rows { cells in
            waiting += CSVWriter.line(cells.map(\.text))
            guard waiting.count >= Self.pieceBytes else { return }
            try handle.write(contentsOf: waiting)
            waiting.removeAll(keepingCapacity: true)
        }
        try handle.write(contentsOf: waiting)
    }
}

extension SheetWriter.Cell {
    /// As CSV has it.
    package var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
        case .empty: ""
        }
    }
}
