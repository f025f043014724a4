import Foundation
import Logging
import Synchronization

/// What a thread with a connection does all day.
struct DatabaseWorker: Sendable {
    /// Counted from 0.
    let number: Int
    let configuration: DatabaseConfiguration
    let target: Connection.Target
    let queue: WorkQueue
    let logger: Logger

    /// Returns once the queue is closed and empty.
    func run() {
        var connection: Connection?
        var expiry = ContinuousClock.now
        var answers: [Job.Answer] = []
        defer { if let connection { giveUp(connection) } }
        while true {
            if connection?.isUsable != true || .now > expiry {
                queue.rest(thread: number)
                for answer in answers { answer() }
                answers = []
                if let connection { giveUp(connection) }
                connection = nil
                guard let fresh = connect() else { return }
                queue.noteConnection(true)
                connection = fresh
                // Apart by chance, so that not all are renewed at the same instant.
                expiry = .now + configuration.lifetime * Double.random(in: 0.8...1.2)
            }
            guard let connection, let (jobs, hasWaited) = queue.next(thread: number, answering: answers) else { return }
            answers = []
            // The server may have been restarted while this thread was waiting for work.
            if hasWaited && !connection.isAlive() {
                queue.putBack(jobs, thread: number)
            } else {
                answers = connection.run(jobs)
            }
        }
    }

    private func giveUp(_ connection: Connection) {
        connection.close()
        queue.noteConnection(false)
    }

    /// Tries until it succeeds, ever more slowly, down to once a second; nil if the database was closed meanwhile.
    private func connect() -> Connection? {
        var backoff = Backoff()
        while true {
            do {
                let connection = try Connection(configuration, target)
                queue.unreachableReason = nil
                if !backoff.isFresh { logger.notice("database reached again") }
                return connection
            } catch {
                let lost = error as? ConnectionLost ?? ConnectionLost(reason: "\(error)")
                if backoff.isFresh { logger.warning("no database", metadata: ["reason": "\(lost.reason)"]) }
                queue.unreachableReason = lost
                guard queue.pause(until: .now + backoff.next()) else { return nil }
            }
        }
    }
}

/// Threads with a connection each, and the queue they share.
final class DatabaseCrew: Sendable {
    let queue: WorkQueue
    private let threads: RunningThreads

    /// Starts the threads; they connect by themselves, and again whenever the server has been away.
    init(_ configuration: DatabaseConfiguration, _ target: Connection.Target, logger: Logger) {
        let queue = WorkQueue(
            limit: configuration.waiting, patience: configuration.patience, threads: configuration.connections)
        let threads = RunningThreads(configuration.connections)
        (self.queue, self.threads) = (queue, threads)
        for number in 0..<configuration.connections {
            let worker = DatabaseWorker(
                number: number, configuration: configuration, target: target, queue: queue, logger: logger)
            let thread = Thread {
                worker.run()
                threads.oneEnded()
            }
            thread.name = "postgres-\(number)"
            thread.start()
        }
        Thread.detachNewThread { queue.watchDeadlines() }
    }

    /// Takes no more jobs, does those that wait, and closes the connections.
    func shutdown() async {
        queue.close()
        await threads.allEnded()
    }
}

/// Counts threads down, and wakes those who wait for the last.
final class RunningThreads: Sendable {
    private let state: Mutex<(running: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((count, [])) }

    func oneEnded() {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running -= 1
            guard state.running == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in woken { continuation.resume() }
    }

    func allEnded() async {
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state in
                if state.running > 0 { state.waiting.append(continuation) }
                return state.running == 0
            }
            if ended { continuation.resume() }
        }
    }
}
