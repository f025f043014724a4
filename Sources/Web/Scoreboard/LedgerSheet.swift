import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// 台账: a table to take along, as CSV or XLSX. It is written to disk row by row and sent from there, so that it may be as long as
/// the list is, and either arrives whole or not at all.
struct LedgerSheet: Sendable {
    typealias Format = TableFile.Format

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
        try TableFile(name: name, heading: heading, widths: widths, isPrinted: isPrinted)
            .write(to: path, as: format, rows)
        // Opened before its name goes: nothing is left behind, whoever gives up waiting.
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        return File(
            name: "\(name).\(format.rawValue)", contentType: format.contentType, handle: handle, size: Int(size))
    }

    /// A sheet that was written. Its file has no name any longer, and goes with the last who holds it.
    struct File: Sendable {
        let name: String
        let contentType: String
        fileprivate let handle: FileHandle
        /// Bytes.
        let size: Int

        var download: Response {
            let body = ResponseBody(contentLength: size) { [handle] writer in
                while let piece = try handle.read(upToCount: TableFile.pieceBytes), !piece.isEmpty {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try await writer.finish(nil)
            }
            return .download(body, filename: name, contentType: contentType)
        }
    }
}
