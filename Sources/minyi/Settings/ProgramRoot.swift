import Foundation

/// The folder that holds `web/` and `sql/`.
enum ProgramRoot {
    /// Returns the given folder, or the first one above the program's own file that holds templates and migrations, or
    /// `/usr/share/minyi`.
    /// - Throws: `StartFailure` when there is none.
    static func find(given: String?) throws -> String {
        if let given {
            let path = URL(fileURLWithPath: given).standardizedFileURL.path
            guard isRoot(path) else {
                throw StartFailure("\(path) does not hold web/ and sql/. Give --root, or set MINYI_ROOT.")
            }
            return path
        }
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if isRoot(folder.path) { return folder.path }
            folder.deleteLastPathComponent()
        }
        if isRoot("/usr/share/minyi") { return "/usr/share/minyi" }
        throw StartFailure("The folder with web/ and sql/ was not found. Give --root, or set MINYI_ROOT.")
    }

    private static func isRoot(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return ["web", "sql"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(path)/\($0)", isDirectory: &isFolder) && isFolder.boolValue
        }
    }
}
