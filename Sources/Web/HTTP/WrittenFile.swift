import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that was written to the disk to be sent: it may be as long as it is, and either arrives whole or not at all. It has no name there
/// any longer, and goes with the last who holds it.
struct WrittenFile: Sendable {
    /// As who takes it along gets it.
    let name: String
    let contentType: String
    private let handle: FileHandle
    /// Bytes.
    let size: Int

    /// - Parameter write: writes it to the path given.
    /// - Throws: what the disk says, or what `write` throws.
    init(_ name: String, contentType: String, at write: (_ path: String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write(path)
        // Opened before its name goes: nothing is left behind, whoever gives up waiting.
        handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        size = Int(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        (self.name, self.contentType) = (name, contentType)
    }

    /// - Parameter write: adds one piece after the other.
    init(
        _ name: String, contentType: String, pieces write: (_ put: ([UInt8]) throws -> Void) throws -> Void
    ) throws {
        try self.init(
            name, contentType: contentType,
            at: { path in
                let file = URL(fileURLWithPath: path)
                try Data().write(to: file)
                let handle = try FileHandle(forWritingTo: file)
                defer { try? handle.close() }
                var waiting: [UInt8] = []
                try write { piece in
                    waiting += piece
                    guard waiting.count >= TableFile.pieceBytes else { return }
                    try handle.write(contentsOf: waiting)
                    waiting.removeAll(keepingCapacity: true)
                }
                try handle.write(contentsOf: waiting)
            })
    }

    private var body: ResponseBody {
        ResponseBody(contentLength: size) { [handle] writer in
            while let piece = try handle.read(upToCount: TableFile.pieceBytes), !piece.isEmpty {
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try await writer.finish(nil)
        }
    }

    /// To be saved.
    var download: Response { .download(body, filename: name, contentType: contentType) }

    /// To be read where it was asked for.
    var response: Response { Response(status: .ok, headers: [.contentType: contentType], body: body) }
}
