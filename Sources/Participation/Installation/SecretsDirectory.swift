import Foundation
import Glibc

/// The folder of keys and passwords, one file each: `0600` in a `0700` folder, never in the database, never in a backup
/// of it.
package struct SecretsDirectory: Sendable {
    /// What is wrong with the folder or a file in it, in words for the person who runs the installation.
    package enum Failure: Error, CustomStringConvertible {
        case missing(file: String, directory: String)
        case readableByOthers(path: String)
        case malformed(path: String)
        case failed(path: String, reason: String)

        package var description: String {
            switch self {
            case .missing(let file, let directory):
                """
                The secret \(file) is missing in \(directory). `minyi up` and `minyi database prepare` make the secrets \
                at their first run; restore the folder from its backup if it was there before: what was encrypted \
                with a lost key cannot be read again.
                """
            case .readableByOthers(let path):
                "\(path) can be read by every account of this machine. Correct it: chmod o-rwx '\(path)'"
            case .malformed(let path):
                "\(path) does not hold a secret of this program; restore it from its backup."
            case .failed(let path, let reason):
                "\(path): \(reason)"
            }
        }
    }

    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// The names of the secrets in the folder.
    package func names() throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
        } catch CocoaError.fileReadNoSuchFile {
            return []
        } catch {
            throw Failure.failed(path: path, reason: error.localizedDescription)
        }
    }

    /// Returns the text of a secret without its line end; nil when there is no such file.
    /// - Throws: `Failure.readableByOthers` for a file any account could have read.
    package func read(_ name: String) throws -> String? {
        let file = "\(path)/\(name)"
        let files = FileManager.default
        guard files.fileExists(atPath: file) else { return nil }
        let handle: FileHandle
        let mode: Int
        do {
            mode = (try files.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        } catch {
            throw Failure.failed(path: file, reason: error.localizedDescription)
        }
        // Groups are left to the installation: systemd hands credentials over with an access list, shown as group bits.
        guard mode & 0o007 == 0 else { throw Failure.readableByOthers(path: file) }
        guard let data = try handle.read(upToCount: 4096), let text = String(data: data, encoding: .utf8) else {
            throw Failure.malformed(path: file)
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Writes a new secret so that it is there whole or not at all, also after a power cut. An existing one stays.
    package func create(_ name: String, _ text: String) throws {
        try makeFolder()
        let file = "\(path)/\(name)"
        let draft = "\(path)/.\(name).\(getpid())"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.failed(path: draft, reason: String(cString: strerror(errno))) }
        defer { unlink(draft) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((text + "\n").utf8))
        try handle.synchronize()
        // link, not rename: two first starts at once must end with one secret, not with one silently replaced.
        if link(draft, file) != 0, errno != EEXIST {
            throw Failure.failed(path: file, reason: String(cString: strerror(errno)))
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func makeFolder() throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        do {
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw Failure.failed(path: path, reason: error.localizedDescription)
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Failure.failed(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
