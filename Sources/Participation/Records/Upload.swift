import Crypto
import Documents
import Foundation
import Postgres

extension FileKind: PostgresValue {}

/// A file as it was sent, looked at and found good.
struct Upload: Sendable {
    let name: String
    let kind: FileKind
    let sha256: [UInt8]
    let bytes: [UInt8]
    let seconds: Double?

    /// Bytes whose kind was found out another way.
    init(_ bytes: [UInt8], as kind: FileKind, name: String, seconds: Double? = nil) {
        self.name = Self.honest(name, kind)
        self.kind = kind
        self.seconds = seconds
        sha256 = Array(SHA256.hash(data: bytes))
        self.bytes = bytes
    }

    private static let threads = OwnThreads("uploads", threads: 1, longestQueue: 60)

    /// - Parameter bytes: fetched on a thread that may wait for a disk.
    /// - Throws: `Attachment.Refused`, or `OwnThreads.Busy`.
    static func examine(
        _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8], name: String, kinds: Set<FileKind>
    ) async throws -> Upload {
        try await threads.run {
            let bytes = try bytes()
            if bytes.isEmpty { throw Attachment.Refused.empty }
            if bytes.count > Attachment.mostBytes { throw Attachment.Refused.tooLarge }
            do {
                let file = try ReceivedFile(bytes, as: kinds)
                return Upload(file.bytes, as: file.kind, name: name, seconds: file.seconds)
            } catch let refused as ReceivedFile.Refused {
                throw Self.refusal(refused, kinds)
            }
        }
    }

    private static func refusal(_ refused: ReceivedFile.Refused, _ wanted: Set<FileKind>) -> Attachment.Refused {
        switch refused {
        case .unknownKind:
            wanted.isSubset(of: FileKind.scans)
                ? .unknownType : wanted.isSubset(of: FileKind.recordings) ? .unknownRecording : .unknownDocument
        case .oldOffice, .document(.encrypted): .locked
        case .tooLong: .tooLong
        case .document(.macros): .macros
        case .document(.unpacksTooLarge), .document(.tooSlow), .document(.tooDeep): .swollen
        case .document: .broken
        }
    }

    /// Without control characters, at most 200 characters, and with the ending of what it really is.
    private static func honest(_ name: String, _ kind: FileKind) -> String {
        let scalars = name.unicodeScalars.filter { $0.properties.generalCategory != .control }
        var stem = String.UnicodeScalarView(scalars.prefix(200 - kind.ending.utf8.count - 1))
        let endings = [kind.ending, "jpeg", "mp4", "3gp", "oga", "opus"]
        if let dot = stem.lastIndex(of: ".") {
            let ending = String(String.UnicodeScalarView(stem[stem.index(after: dot)...])).lowercased()
            // Only what looks like an ending is taken off: “第3.5条” keeps its end.
            let isEnding =
                endings.contains(ending)
                || (1...5).contains(ending.utf8.count)
                    && ending.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 }
            if isEnding { stem.removeSubrange(dot...) }
        }
        return (stem.isEmpty ? "file" : String(stem)) + "." + kind.ending
    }
}
