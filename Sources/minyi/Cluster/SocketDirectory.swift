import Foundation
import Glibc

/// The short folder in which the embedded PostgreSQL listens. It has no network port.
enum SocketDirectory {
    /// The kernel takes 107 bytes, and PostgreSQL adds `/.s.PGSQL.5432`.
    private static let longest = 107 - 14

    /// Makes and returns the folder: below `/run` as root, else in the session's runtime folder or `/tmp`.
    static func make(for directory: DataDirectory, account: ClusterAccount) throws -> String {
        let name = "minyi-" + String(hash(directory.path), radix: 36)
        for parent in parents() {
            let path = "\(parent)/\(name)"
            if path.utf8.count <= longest, try prepare(path, account: account) { return path }
        }
        throw StartFailure("No short folder for PostgreSQL's socket can be made below \(parents()).")
    }

    private static func parents() -> [String] {
        if geteuid() == 0 { return ["/run", "/tmp"] }
        let session = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
        return [session, "/tmp"].compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// In `/tmp` a stranger could have made the name first: what exists must be a folder, and the account's own.
    private static func prepare(_ path: String, account: ClusterAccount) throws -> Bool {
        if mkdir(path, 0o700) == 0 {
            try account.own(path)
            return true
        }
        guard errno == EEXIST else { return false }
        let found = try FileManager.default.attributesOfItem(atPath: path)
        guard found[.type] as? FileAttributeType == .typeDirectory,
            (found[.ownerAccountID] as? NSNumber)?.uint32Value == account.userID
        else { return false }
        return chmod(path, 0o700) == 0
    }

    /// FNV-1a: a name that stays the same for a folder; `Hasher` is seeded anew in every process.
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
