import Foundation
import Logging
import Synchronization

/// What a thread with a connection does all day.
struct DatabaseWorker: Sendable {
    let configuration: DatabaseConfiguration
    let queue: WorkQueue
    let logger: Logger

    /// Returns once the queue is closed and empty.
    func run() {
        var connection: Connection?
        defer { connection?.close() }
        while true {
            if connection?.isAlive() != true {
                connection?.close()
                connection = nil
                guard let fresh = connect() else { return }
                connection = fresh
            }
            guard let connection, let job = queue.pop() else { return }
            // The server may have been restarted while this thread was waiting for work.
            if connection.isAlive() { job.run(connection) } else { queue.putBack(job) }
        }
    }

    /// Tries until it succeeds, ever more slowly, down to once a second; nil if the database was closed meanwhile.
    private func connect() -> Connection? {
        var backoff = Backoff()
        while true {
            do {
                let connection = try Connection(configuration)
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
