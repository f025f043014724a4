import Foundation
import Glibc
import Subprocess
import SystemPackage

extension EmbeddedCluster {
    /// How a running cluster is reached. The address stays the same when PostgreSQL has to be started anew.
    struct Running: Sendable {
        let socketDirectory: String
    }

    /// Runs the cluster for as long as `body` takes, adopting one that an earlier `minyi` could not stop.
    ///
    /// When PostgreSQL ends under the body (killed, out of memory, out of disk), it is started again, for as long as it
    /// takes. The web server goes on meanwhile: it tells people that nothing can be saved just now, and keeps what they
    /// typed. It used to end as well, and then nobody told them anything.
    /// - Throws: what `body` throws, or `StartFailure` with the end of PostgreSQL's log when the first start fails.
    func whileRunning<Result: Sendable>(
        superuserPassword: String, _ body: @Sendable (Running) async throws -> Result
    ) async throws -> Result {
        let left = try await leftOver()
        if left == nil, !directory.holdsCluster {
            try await Console.during("Making the database cluster in \(directory.cluster)") {
                try await initialise(superuserPassword: superuserPassword)
            }
        }
        let sockets = try left?.socketDirectory ?? SocketDirectory.make(for: directory, account: account)
        let (readiness, ready) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // A task of its own: it is not cancelled together with the body, because PostgreSQL stops last.
        let lives = Task {
            defer { ready.finish() }
            try await keepAlive(left, sockets: sockets) { ready.yield() }
        }
        let outcome: Swift.Result<Result, any Error>
        do {
            if await readiness.first(where: { true }) == nil {
                try Task.checkCancellation()
                try await lives.value
            }
            outcome = .success(try await body(Running(socketDirectory: sockets)))
        } catch {
            outcome = .failure(error)
        }
        lives.cancel()
        _ = await lives.result
        rmdir(sockets)
        return try outcome.get()
    }

    private func leftOver() async throws -> Postmaster? {
        while let left = Postmaster.running(on: directory.cluster) {
            if left.state == .ready { return left }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    /// One life of PostgreSQL after the other until cancelled, which stops the last.
    /// - Throws: `StartFailure` when the first start fails; later ones are tried again.
    private func keepAlive(
        _ left: Postmaster?, sockets: String, onReady: @escaping @Sendable () -> Void
    ) async throws {
        // A server killed a moment ago may not have been collected by the system yet, and its last processes may still
        // hold the memory: PostgreSQL then refuses to start. Without its file there was none.
        let wasKilled = FileManager.default.fileExists(atPath: directory.cluster + "/postmaster.pid")
        var patience: ContinuousClock.Instant? = .now + .seconds(wasKilled ? 10 : 0)
        var pause = Duration.milliseconds(50)
        if let left {
            Console.progress("· Taking over the PostgreSQL that an earlier run left (process \(left.processID))")
            try await attend(left.processID, onReady: onReady)
            patience = nil
            noteEnd()
        }
        while true {
            do {
                let start = ContinuousClock.now
                try await live(sockets: sockets, onReady: onReady)
                patience = nil
                noteEnd()
                // One that ends again and again must not be started several times a second for ever.
                pause = .now - start > .seconds(10) ? .milliseconds(50) : min(pause * 2, .seconds(2))
                try await Task.sleep(for: pause)
            } catch {
                if error is CancellationError { throw error }
                if let patience, patience < .now { throw error }
                Console.progress("PostgreSQL did not start; trying again in \(pause).")
                try await Task.sleep(for: pause)
                pause = min(pause * 2, patience == nil ? .seconds(2) : .milliseconds(200))
            }
        }
    }

    private func noteEnd() {
        Console.progress("PostgreSQL ended by itself and is started again. From \(directory.log):\n\(logTail())")
    }

    /// Starts PostgreSQL and returns when it has ended by itself; cancelled, it stops it first.
    private func live(sockets: String, onReady: @escaping @Sendable () -> Void) async throws {
        let log = try openLog()
        var command = account.command("\(Self.programs)/postgres", arguments(sockets: sockets))
        // What swift-subprocess does when this task is cancelled; usually it kills at once.
        command.platformOptions.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(60))]
        _ = try await run(
            command, input: .none, output: .fileDescriptor(log, closeAfterSpawningProcess: true),
            error: .combinedWithOutput
        ) { execution in
            try await attend(execution.processIdentifier.value, onReady: onReady)
        }
    }

    /// Waits until PostgreSQL is ready and then until it ends.
    private func attend(_ processID: pid_t, onReady: @Sendable () -> Void) async throws {
        do {
            try await waitUntilReady(processID)
            onReady()
            while Postmaster.isAlive(processID) { try await Task.sleep(for: .milliseconds(100)) }
        } catch {
            await Postmaster.stop(processID, .fast)
            throw error
        }
    }

    /// Settings are given at each start, so that they follow the program. Memory is modest: `up` shares its machine.
    private func arguments(sockets: String) -> [String] {
        let settings = [
            "listen_addresses": "",
            "unix_socket_directories": sockets,
            "cluster_name": "minyi",
            "max_connections": "60",
            "shared_buffers": "128MB",
            // What is read is in memory or on a disk without a head: at 4, a list that needs fifty rows of an index in order was made
            // by reading and sorting all of them. And a plan is run too quickly to be compiled.
            "random_page_cost": "1.1",
            "jit": "off",
            // After a crash: one call for the file system instead of one for each of a thousand files, which took 3 s.
            "recovery_init_sync_method": "syncfs",
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
