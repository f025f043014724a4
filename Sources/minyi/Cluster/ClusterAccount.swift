import Foundation
import Glibc
import Subprocess
import SystemPackage

/// The unprivileged account that runs the embedded PostgreSQL, which refuses to run as root.
struct ClusterAccount: Sendable {
    let name: String
    let userID: uid_t
    let groupID: gid_t
    /// True when we are root, and child processes must give that up.
    let mustSwitch: Bool

    /// Returns the account that owns an existing cluster, else ourselves, or as root the `postgres` that Debian's package
    /// makes.
    static func choose(existingCluster: String) throws -> ClusterAccount {
        var status = stat()
        let exists = stat(existingCluster, &status) == 0
        guard geteuid() == 0 else {
            let own = ClusterAccount(
                name: accountName(geteuid()) ?? "\(geteuid())", userID: geteuid(), groupID: getegid(), mustSwitch: false
            )
            guard !exists || status.st_uid == own.userID else {
                throw StartFailure(
                    """
                    The cluster in \(existingCluster) belongs to \(accountName(status.st_uid) ?? "another account"). \
                    Start as root, or choose another folder with --data DIR.
                    """)
            }
            return own
        }
        if exists, status.st_uid != 0 {
            return ClusterAccount(
                name: accountName(status.st_uid) ?? "\(status.st_uid)", userID: status.st_uid, groupID: status.st_gid,
                mustSwitch: true)
        }
        guard let entry = getpwnam("postgres")?.pointee else {
            throw StartFailure(
                "PostgreSQL cannot run as root, and there is no account postgres. Debian's postgresql-15 makes it.")
        }
        return ClusterAccount(name: "postgres", userID: entry.pw_uid, groupID: entry.pw_gid, mustSwitch: true)
    }

    /// How a child process becomes this account, in a session of its own: a Ctrl-C in our terminal does not reach it.
    var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        if mustSwitch {
            options.userID = userID
            options.groupID = groupID
            options.supplementaryGroups = []
        }
        options.createSession = true
        return options
    }

    /// Asks the kernel, as the account, whether it can enter the folder; modes, ACLs and mounts all have their say.
    func canEnter(_ path: String) async -> Bool {
        let asked = try? await run(
            .path("/usr/bin/test"), arguments: ["-x", path], workingDirectory: "/", platformOptions: platformOptions,
            output: .discarded, error: .discarded)
        return asked?.terminationStatus.isSuccess ?? false
    }

    /// Hands a file or folder over to the account.
    func own(_ path: String) throws {
        guard mustSwitch else { return }
        guard chown(path, userID, groupID) == 0 else {
            throw StartFailure("\(path) cannot be given to the account \(name): \(errorText()).")
        }
    }

    private static func accountName(_ id: uid_t) -> String? {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) }
    }
}
