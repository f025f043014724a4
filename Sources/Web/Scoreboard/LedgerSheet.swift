import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Text

/// 台账: a table to take along, as CSV or XLSX. It is written to disk row by row and sent from there, so that it may be as long as
/// the list is, and either arrives whole or not at all.
struct LedgerSheet: Sendable {
    enum Format: String, CaseIterable {
        case csv, xlsx

        var contentType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .xlsx: FileKind.xlsx.rawValue
            }
        }
    }

    let name: String
    let heading: [String]
    /// Of the columns, in characters; by their headings where none are given.
    var widths: [Double]?
    /// Laid out for paper: across the page, the heading on every one.
    var isPrinted = false

    /// - Parameter rows: adds one row after the other.
    /// - Throws: `SheetWriter.Full`, what the disk says, or what `rows` throws.
    func file(as format: Format, _ rows: (_ add: ([SheetWriter.Cell]) throws -> Void) throws -> Void) throws -> File {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        switch format {
        case .csv: try writeCSV(to: path, rows)
        case .xlsx:
            let widths = widths ?? heading.map { Double(max(10, 2 * $0.unicodeScalars.count)) }
            let writer = try SheetWriter(path: path, sheet: name, widths: widths, isPrinted: isPrinted)
            try writer.writeHeading(heading)
            try rows { try writer.write($0) }
            try writer.close()
        }
        // Opened before its name goes: nothing is left behind, whoever gives up waiting.
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        return File(
            name: "\(name).\(format.rawValue)", contentType: format.contentType, handle: handle, size: Int(size))
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

    private static let pieceBytes = 256 * 1024

    /// A sheet that was written. Its file has no name any longer, and goes with the last who holds it.
    struct File: Sendable {
        let name: String
        let contentType: String
        fileprivate let handle: FileHandle
        /// Bytes.
        let size: Int

        var download: Response {
            let body = ResponseBody(contentLength: size) { [handle] writer in
                while let piece = try handle.read(upToCount: LedgerSheet.pieceBytes), !piece.isEmpty {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try await writer.finish(nil)
            }
            return .download(body, filename: name, contentType: contentType)
        }
    }
}

extension SheetWriter.Cell {
    /// As CSV has it.
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
        case .empty: ""
        }
    }
}
