import Foundation
import Glibc
import SystemPackage

/// Held by the one `minyi` that runs a data directory, for as long as the process lives; the kernel gives it back even
/// after a kill.
final class DirectoryLock: Sendable {
    private let descriptor: FileDescriptor

    /// Returns nil when another process holds the lock.
    init?(_ directory: DataDirectory) throws {
        do {
            descriptor = try FileDescriptor.open(
                FilePath(directory.lock), .readWrite, options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite])
        } catch {
            throw StartFailure("The lock \(directory.lock) cannot be opened: \(error).")
        }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            try? descriptor.close()
            return nil
        }
        // For the person who wonders; the lock itself is the kernel's.
        _ = ftruncate(descriptor.rawValue, 0)
        _ = try? descriptor.writeAll("\(getpid())\n".utf8)
    }

    deinit {
        try? descriptor.close()
    }

    /// The process that wrote the lock, as far as is known.
    static func holder(of directory: DataDirectory) -> String? {
        guard let text = try? String(contentsOfFile: directory.lock, encoding: .utf8) else { return nil }
        let line = text.prefix { $0.isNumber }
        return line.isEmpty ? nil : String(line)
    }
}
