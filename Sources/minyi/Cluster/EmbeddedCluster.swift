import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A private PostgreSQL of Debian's `postgresql-15`: made at the first start, run as an unprivileged account, reached
/// only through a socket, stopped with us. Its durability settings are PostgreSQL's own.
struct EmbeddedCluster: Sendable {
    static let programs = "/usr/lib/postgresql/15/bin"

    let directory: DataDirectory
    let account: ClusterAccount

    /// Finds PostgreSQL's programs, the account and the folder.
    static func place(settings: Settings) async throws -> EmbeddedCluster {
        if let empty = settings.emptyAddress {
            throw StartFailure(
                "\(empty) is empty, and nothing else says where the database is. Fill it in, or take it out: then Minyi runs a database of its own."
            )
        }
        for program in ["initdb", "postgres"] where access("\(programs)/\(program)", X_OK) != 0 {
            throw StartFailure(
                "\(programs)/\(program) was not found: apt-get install postgresql-15, or run ops/up, which does it.")
        }
        // The account follows the cluster, and the folder what the account can reach: look at the given folder first.
        let likely = settings.dataDirectory ?? settings.root + "/var"
        let account = try ClusterAccount.choose(existingCluster: DataDirectory(path: likely).cluster)
        let directory = try await DataDirectory.choose(
            given: settings.dataDirectory, root: settings.root, account: account)
        let owner = try ClusterAccount.choose(existingCluster: directory.cluster)
        return EmbeddedCluster(directory: directory, account: owner)
    }

    /// Makes a new cluster, whose superuser is `postgres`.
    func initialise(superuserPassword: String) async throws {
        let files = FileManager.default
        try? files.removeItem(atPath: directory.newCluster)
        try files.createDirectory(atPath: directory.newCluster, withIntermediateDirectories: false)
        guard chmod(directory.newCluster, 0o700) == 0 else {
            throw StartFailure("The permissions of \(directory.newCluster) cannot be set: \(errorText()).")
        }
        try account.own(directory.newCluster)
        // initdb takes the password from a file only; the file exists for that one second, for that account alone.
        let passwordFile = directory.path + "/initdb.password"
        try? files.removeItem(atPath: passwordFile)
        let descriptor = try FileDescriptor.open(
            FilePath(passwordFile), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite])
        try descriptor.closeAfter { _ = try descriptor.writeAll((superuserPassword + "\n").utf8) }
        defer { unlink(passwordFile) }
        try account.own(passwordFile)

        let result = try await run(
            account.command(
                "\(Self.programs)/initdb",
                [
                    "--pgdata=\(directory.newCluster)", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8",
                    "--auth=scram-sha-256", "--pwfile=\(passwordFile)",
                ]),
            output: .string(limit: 1 << 20), error: .combinedWithOutput)
        guard result.terminationStatus.isSuccess else {
            throw StartFailure("initdb failed:\n\(result.standardOutput)")
        }
        try files.moveItem(atPath: directory.newCluster, toPath: directory.cluster)
    }
}
