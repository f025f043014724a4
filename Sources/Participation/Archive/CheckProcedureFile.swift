import Crypto
import Documents
import Foundation
import Text

/// Whether the file of a procedure holds what its own list of hashes says, without a database: a stranger's proof.
package struct CheckProcedureFile: Sendable {
    package enum Finding: Sendable, Equatable {
        /// It is there, and its SHA-256 is another.
        case differs(String)
        /// Listed, and not there; or not listed.
        case missing(String)
        case unlisted(String)
        /// What `making.json` says of the list is not true of it.
        case list
    }

    /// Parts that are listed.
    package let parts: Int
    package let findings: [Finding]
    /// Of the list of hashes, in hexadecimal digits: as the page of the file shows it.
    package let contentSHA256: String

    /// Bytes that the list may have: a hundred thousand parts.
    private static let longestList = 32 * 1024 * 1024

    /// - Throws: `DocumentFault` where it is no ZIP file, or one without a list of hashes.
    package init(path: String) throws {
        let archive = try ZipArchive(path: path, limits: .ownFile)
        guard let listed = archive[ProcedureFolder.hashes] else { throw DocumentFault.broken }
        let list = try Self.bytes(of: listed, in: archive)
        contentSHA256 = Hexadecimal.encode(Array(SHA256.hash(data: list)))
        var (expected, findings): ([String: String], [Finding]) = ([:], [])
        for line in String(decoding: list, as: UTF8.self).split(separator: "\n") {
            guard line.utf8.count > 66, line.dropFirst(64).hasPrefix("  ") else { throw DocumentFault.broken }
            expected[String(line.dropFirst(66))] = String(line.prefix(64))
        }
        parts = expected.count
        for entry in archive.entries where entry.name != ProcedureFolder.hashes {
            if entry.name == ProcedureFolder.making {
                let making = try JSONSerialization.jsonObject(with: Data(try Self.bytes(of: entry, in: archive)))
                let said = (making as? [String: Any])?["sha256_of_hashes"] as? String
                if said != contentSHA256 { findings.append(.list) }
            } else if let hash = expected.removeValue(forKey: entry.name) {
                var sum = SHA256()
                try archive.unpack(entry) { sum.update(bufferPointer: $0) }
                if Hexadecimal.encode(Array(sum.finalize())) != hash { findings.append(.differs(entry.name)) }
            } else {
                findings.append(.unlisted(entry.name))
            }
        }
        self.findings = findings + expected.keys.sorted().map { .missing($0) }
    }

    private static func bytes(of entry: ZipArchive.Entry, in archive: ZipArchive) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try archive.unpack(entry) { piece in
            bytes += piece
            guard bytes.count <= longestList else { throw DocumentFault.unpacksTooLarge }
        }
        return bytes
    }
}
