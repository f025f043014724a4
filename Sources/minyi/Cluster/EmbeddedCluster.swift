import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A private PostgreSQL of Debian's `postgresql-15`: made at the first start, run as an unprivileged account, reached
/// only through a socket, stopped with us. Its durability settings are PostgreSQL's own.
struct EmbeddedCluster: Sendable {
    /// How a running cluster is reached.
    struct Running: Sendable {
        let processID: pid_t
        let socketDirectory: String
        /// True when it was left over by an earlier `minyi` that could not stop it.
        let adopted: Bool
    }

    static let programs = "/usr/lib/postgresql/15/bin"

    let directory: DataDirectory
    let account: ClusterAccount

    /// Finds PostgreSQL's programs, the account and the folder.
    static func place(settings: Settings) async throws -> EmbeddedCluster {
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

    /// Runs the cluster, adopting one that was left over, for as long as `body` takes.
    /// - Throws: what `body` throws, or `StartFailure` with the end of PostgreSQL's log.
    func whileRunning<Result: Sendable>(
        superuserPassword: String, _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> Result {
        if let left = try await leftOver() {
            Console.progress("· Taking over the PostgreSQL that an earlier run left (process \(left.processID))")
            return try await withStop(
                Running(processID: left.processID, socketDirectory: left.socketDirectory, adopted: true), body)
        }
        if !directory.holdsCluster {
            try await Console.during("Making the database cluster in \(directory.cluster)") {
                try await initialise(superuserPassword: superuserPassword)
            }
        }
        return try await start(body)
    }

    private func leftOver() async throws -> Postmaster? {
        while let left = Postmaster.running(on: directory.cluster) {
            if left.state == .ready { return left }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    // MARK: Making

    private func initialise(superuserPassword: String) async throws {
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

    // MARK: Running

    private func start<Result: Sendable>(
        _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> Result {
        let sockets = try SocketDirectory.make(for: directory, account: account)
        let log = try openLog()
        var command = account.command("\(Self.programs)/postgres", arguments(sockets: sockets))
        command.platformOptions.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(60))]
        let outcome = try await run(
            command, input: .none, output: .fileDescriptor(log, closeAfterSpawningProcess: true),
            error: .combinedWithOutput
        ) { execution in
            let processID = execution.processIdentifier.value
            try await waitUntilReady(processID)
            return try await withStop(
                Running(processID: processID, socketDirectory: sockets, adopted: false), body)
        }
        return outcome.closureResult
    }

    /// Settings are given at each start, so that they follow the program. Memory is modest: `up` shares its machine.
    private func arguments(sockets: String) -> [String] {
        let settings = [
            "listen_addresses": "",
            "unix_socket_directories": sockets,
            "cluster_name": "minyi",
            "max_connections": "60",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            // The server's log goes where we put it; the detail of an error can quote a row, and rows name people.
            "logging_collector": "off",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        ]
        return ["-D", directory.cluster]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func waitUntilReady(_ processID: pid_t) async throws {
        var waited = 0
        while true {
            guard Postmaster.isAlive(processID) else {
                throw StartFailure("PostgreSQL did not start. The end of \(directory.log):\n\(logTail())")
            }
            if let running = Postmaster.running(on: directory.cluster), running.processID == processID,
                running.state == .ready
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
            waited += 1
            // After a power cut PostgreSQL replays its log first; that may take its time.
            if waited % 250 == 0 { Console.progress("  still waiting for PostgreSQL (\(waited / 50) s)") }
        }
    }

    /// Does the work, notices when PostgreSQL ends under it, and stops PostgreSQL last.
    private func withStop<Result: Sendable>(
        _ running: Running, _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(
                try await withThrowingTaskGroup(of: Result?.self) { group in
                    group.addTask { try await body(running) }
                    group.addTask {
                        while Postmaster.isAlive(running.processID) { try await Task.sleep(for: .milliseconds(500)) }
                        return nil
                    }
                    defer { group.cancelAll() }
                    guard let first = try await group.next(), let result = first else {
                        throw StartFailure("PostgreSQL ended by itself. The end of \(directory.log):\n\(logTail())")
                    }
                    return result
                })
        } catch {
            outcome = .failure(error)
        }
        await Postmaster.stop(running.processID, .fast)
        rmdir(running.socketDirectory)
        return try outcome.get()
    }

    // MARK: Log

    private func openLog() throws -> FileDescriptor {
        let size = (try? FileManager.default.attributesOfItem(atPath: directory.log)[.size]) as? Int ?? 0
        if size > 16 << 20 { rename(directory.log, directory.log + ".1") }
        return try FileDescriptor.open(
            FilePath(directory.log), .writeOnly, options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead])
    }

    private func logTail() -> String {
        let lines = (try? String(contentsOfFile: directory.log, encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.suffix(12).map { "    \($0)" }.joined(separator: "\n")
    }
}
