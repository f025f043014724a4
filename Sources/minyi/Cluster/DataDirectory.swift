import Foundation
import Glibc

/// The folder of an installation with an embedded database: the cluster, its log, the secrets, and a lock.
struct DataDirectory: Sendable {
    let path: String

    /// PostgreSQL's own folder, which belongs to the account that runs it.
    var cluster: String { path + "/postgres" }
    /// Where a cluster is made, so that an interrupted `initdb` leaves no half cluster under the real name.
    var newCluster: String { path + "/postgres.new" }
    var log: String { path + "/postgres.log" }
    var secrets: String { path + "/secrets" }
    var lock: String { path + "/minyi.lock" }

    var holdsCluster: Bool { FileManager.default.fileExists(atPath: cluster + "/PG_VERSION") }

    /// Returns the chosen folder, or `var/` of the project, or `/var/lib/minyi` when the account that will run PostgreSQL
    /// cannot reach `var/` (a clone below `/root`, or in a temporary folder that only its owner may enter).
    static func choose(given: String?, root: String, account: ClusterAccount) async throws -> DataDirectory {
        if let given {
            let directory = DataDirectory(path: given)
            try directory.make()
            guard await account.canEnter(directory.path) else {
                throw StartFailure(
                    """
                    The account \(account.name), which runs PostgreSQL, cannot enter \(given). \
                    Choose a folder it can reach with --data, or give its parent folders `chmod o+x`.
                    """)
            }
            return directory
        }
        let beside = DataDirectory(path: root + "/var")
        if (try? beside.make()) != nil, await account.canEnter(beside.path) { return beside }
        let system = DataDirectory(path: "/var/lib/minyi")
        do {
            try system.make()
        } catch {
            throw StartFailure(
                "Neither \(beside.path) nor \(system.path) can be used for the data. Choose a folder with --data DIR.")
        }
        return system
    }

    private func make() throws {
        let existed = FileManager.default.fileExists(atPath: path)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StartFailure("The data folder \(path) cannot be made: \(error.localizedDescription)")
        }
        // Only enter, not list: what is secret inside has its own, narrower permissions.
        if !existed, chmod(path, 0o711) != 0 {
            throw StartFailure("The permissions of \(path) cannot be set: \(errorText()).")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw StartFailure("The data folder \(path) cannot be written: \(errorText()).")
        }
    }
}

/// The C library's words for what just went wrong.
func errorText(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}
