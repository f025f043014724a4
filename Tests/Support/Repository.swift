import Foundation

/// Where the sources are, found from this very file.
package enum Repository {
    package struct NotFound: Error {}

    /// The directory with Package.swift.
    package static func root(from file: String = #filePath) throws -> URL {
        var directory = URL(fileURLWithPath: file).deletingLastPathComponent()
        while directory.path != "/" {
            if FileManager.default.fileExists(atPath: directory.appendingPathComponent("Package.swift").path) {
                return directory
            }
            directory.deleteLastPathComponent()
        }
        throw NotFound()
    }
}
