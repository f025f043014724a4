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
        let found = try? FileManager.default.attributesOfItem(atPath: existingCluster)
        let owner = (found?[.ownerAccountID] as? NSNumber)?.uint32Value
        let group = (found?[.groupOwnerAccountID] as? NSNumber)?.uint32Value
        guard geteuid() == 0 else {
            let own = ClusterAccount(
                name: accountName(geteuid()) ?? "\(geteuid())", userID: geteuid(), groupID: getegid(), mustSwitch: false
            )
            guard let owner, owner != own.userID else { return own }
            throw StartFailure(
                """
                The cluster in \(existingCluster) belongs to \(accountName(owner) ?? "another account"). \
                Start as root, or choose another folder with --data DIR.
                """)
        }
        if let owner, let group, owner != 0 {
            return ClusterAccount(
                name: accountName(owner) ?? "\(owner)", userID: owner, groupID: group, mustSwitch: true)
        }
        guard let entry = getpwnam("postgres")?.pointee else {
            throw StartFailure(
                "PostgreSQL cannot run as root, and there is no account postgres. Debian's postgresql-15 makes it.")
        }
        return ClusterAccount(name: "postgres", userID: entry.pw_uid, groupID: entry.pw_gid, mustSwitch: true)
    }

    /// Runs a program as this account, in a session of its own, so that a Ctrl-C in our terminal does not reach it, and
    /// with nothing of our environment, which may hold what the program must not know.
    ///
    /// As root, util-linux's `setpriv` gives root up and becomes the program, under the same process id. swift-subprocess
    /// 1.0.2 has `userID` and `supplementaryGroups` for this, but calls `setgroups` in the child of a raw `clone3`, where
    /// glibc waits for a thread of the parent that is just being started: one start in thirty hung.
    func command(_ program: String, _ arguments: [String]) -> Subprocess.Configuration {
        let setpriv = ["--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups", "--no-new-privs", "--"]
        var options = PlatformOptions()
        options.createSession = true
        return Subprocess.Configuration(
            executable: .path(FilePath(mustSwitch ? "/usr/bin/setpriv" : program)),
            arguments: Arguments(mustSwitch ? setpriv + [program] + arguments : arguments),
            environment: .custom(["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]), workingDirectory: "/",
            platformOptions: options)
    }

    /// Asks the kernel, as the account, whether it can enter the folder; modes, ACLs and mounts all have their say.
    func canEnter(_ path: String) async -> Bool {
        let asked = try? await run(command("/usr/bin/test", ["-x", path]), output: .discarded, error: .discarded)
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
