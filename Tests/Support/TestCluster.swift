import Foundation
import Logging
import Participation
import Postgres

/// A PostgreSQL of this test process, gone with the process however that ends. Nearly all tests share one, made when first
/// asked for.
package final class TestCluster: Sendable {
    /// Short, since a socket's path may not be longer than 107 bytes; it is data and socket directory in one.
    package let directory: String
    private let superuserPassword: String
    private let lifeline: Int32
    private let passwords: [DatabaseRoles.Login: String]
    package let superuser: Database

    package struct Failure: Error { package let reason: String }

    /// The one cluster of this process.
    package static var shared: TestCluster {
        get async throws { try await starting.value }
    }
    private static let starting = Task { try await TestCluster() }

    package static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Where Debian keeps the server's programs.
    package static let programs = "/usr/lib/postgresql/15/bin"

    /// A cluster of its own, for a test that stops it or counts its hosts.
    package init() async throws {
        directory = TestCluster.freshDirectory()
        superuserPassword = UUID().uuidString
        var passwords: [DatabaseRoles.Login: String] = [:]
        for login in DatabaseRoles.Login.allCases { passwords[login] = UUID().uuidString }
        self.passwords = passwords
        lifeline = try TestCluster.launch(in: directory, making: TestCluster.initdb, secret: superuserPassword)
        let configuration = TestCluster.patient(
            "host=\(directory) user=postgres password=\(superuserPassword) dbname=postgres", connections: 4)
        superuser = Database(configuration, logger: TestCluster.silent)
        try await superuser.write { [passwords] in
            try DatabaseRoles.prepare(on: $0, passwords: passwords)
        }
    }

    /// Every pool of the tests begins with this one; where a test wants a shorter limit, the limit is what it tests.
    package static func patient(_ conninfo: String, connections: Int = 1) -> DatabaseConfiguration {
        DatabaseConfiguration(
            conninfo: conninfo, connections: connections, applicationName: "minyi tests", statementTimeout: patience,
            lockTimeout: patience, idleTimeout: patience, deadline: patience, patience: patience)
    }

    /// A connection string; nil is the superuser.
    package func conninfo(_ login: DatabaseRoles.Login?, database: String) -> String {
        let password = login.flatMap { passwords[$0] } ?? superuserPassword
        return "host=\(directory) user=\(login?.rawValue ?? "postgres") password=\(password) dbname=\(database)"
    }

    /// A streaming standby of a cluster, with the same roles and passwords.
    package init(standbyOf primary: TestCluster) throws {
        directory = TestCluster.freshDirectory()
        (superuserPassword, passwords) = (primary.superuserPassword, primary.passwords)
        lifeline = try TestCluster.launch(
            in: directory, making: TestCluster.baseBackup, secret: primary.conninfo(nil, database: "postgres"))
        superuser = Database(
            TestCluster.patient(
                "host=\(directory) user=postgres password=\(superuserPassword) dbname=postgres target_session_attrs=any",
                connections: 1), logger: TestCluster.silent)
    }

    /// Stops the server at once, for good; returns when it is gone.
    package func stop() async throws {
        close(lifeline)
        // Not the folder itself: where the temporary folder belongs to somebody else, it cannot be removed.
        let lock = directory + "/data/postmaster.pid"
        try await wait(until: "the server is gone") { !FileManager.default.fileExists(atPath: lock) }
    }

    private static func freshDirectory() -> String {
        FileManager.default.temporaryDirectory.path + "/minyi-\(UUID().uuidString.prefix(8).lowercased())"
    }

    private static let initdb = """
        "$2/initdb" --pgdata="$1/data" --username=postgres --pwfile="$1/secret" --auth=scram-sha-256 \
          --encoding=UTF8 --locale=C.UTF-8 --no-sync
        """
    private static let baseBackup = """
        "$2/pg_basebackup" --pgdata="$1/data" --dbname="$(cat "$1/secret")" --write-recovery-conf --checkpoint=fast --no-sync
        """

    /// Makes the cluster and starts it below a shell that reads from a pipe: when this process is gone, the pipe ends, and
    /// the shell stops the server and removes everything. Returns the end of the pipe to hold on to.
    private static func launch(in directory: String, making: String, secret: String) throws -> Int32 {
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let secretFile = directory + "/secret"
        try Data(secret.utf8).write(to: URL(fileURLWithPath: secretFile))
        var prefix: [String] = ["setsid"]
        if getuid() == 0 {
            // The server refuses to run as root.
            let user = getpwnam("postgres") != nil ? "postgres" : "nobody"
            guard let entry = getpwnam(user)?.pointee,
                chown(directory, entry.pw_uid, entry.pw_gid) == 0, chown(secretFile, entry.pw_uid, entry.pw_gid) == 0
            else { throw Failure(reason: "cannot give \(directory) to \(user)") }
            prefix += ["setpriv", "--reuid=\(user)", "--regid=\(entry.pw_gid)", "--clear-groups"]
        }
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // fsync is off here and nowhere else: what a power failure does to a test's cluster is of no interest.
        let script = """
            cd "$1" || exit 1
            { \(making); } >"$1/log" 2>&1 || exit 1
            "$2/postgres" -D "$1/data" -k "$1" -c listen_addresses='' -c max_connections=2600 -c fsync=off \
              -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c shared_buffers=64MB \
              -c max_wal_size=256MB >>"$1/log" 2>&1 </dev/null &
            server=$!
            read -r nothing
            kill -QUIT $server
            wait $server
            rm -rf "$1"
            """
        server.arguments = prefix + ["sh", "-c", script, "sh", directory, programs]
        let lifeline = Pipe()
        // No other child may inherit the end that keeps the cluster alive.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        server.standardInput = lifeline
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        // The object would close its end when it is gone.
        _ = Unmanaged.passRetained(lifeline)
        return lifeline.fileHandleForWriting.fileDescriptor
    }
}
