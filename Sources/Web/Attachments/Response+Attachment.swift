import Documents
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation

extension Response {
    /// A stored file, sent to be saved. Chunk by chunk: it never stands in memory as a whole, and no connection waits for a slow reader.
    /// - Parameters:
    ///   - filename: what it is saved as.
    ///   - chunk: one piece of it; nil after the last.
    static func download(
        _ file: Attachment, as filename: String, chunk: @escaping @Sendable (_ ordinal: Int) async throws -> [UInt8]?
    ) -> Response {
        let body = ResponseBody(contentLength: file.size) { writer in
            var ordinal = 0
            while let bytes = try await chunk(ordinal) {
                try await writer.write(ByteBuffer(bytes: bytes))
                ordinal += 1
            }
            try await writer.finish(nil)
        }
        var response = download(body, filename: filename, contentType: file.kind.rawValue)
        // It may be sealed at any time.
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension Attachment {
    /// For what citizens send: the name of a file may be the name of a person, and stays on the page.
    var plainName: String { "\(id.uuidString.lowercased().prefix(8)).\(kind.ending)" }

    /// For what an office sends: the name it was given, as far as every file system takes it, with the ending of what it is.
    var givenName: String {
        let kept = name.unicodeScalars.filter {
            !"/\\:*?\"<>|".unicodeScalars.contains($0) && !$0.properties.isDefaultIgnorableCodePoint
                && $0.properties.generalCategory != .control
        }
        let plain = String(String.UnicodeScalarView(kept)).trimmingCharacters(in: CharacterSet(charactersIn: ". "))
        let ending = ".\(kind.ending)"
        let stem = plain.lowercased().hasSuffix(ending) ? String(plain.dropLast(ending.count)) : plain
        let short = String(String.UnicodeScalarView(stem.unicodeScalars.prefix(80)))
        return (short.isEmpty ? String(id.uuidString.lowercased().prefix(8)) : short) + ending
    }
}
