import Foundation
import Logging
import Synchronization

/// What a thread with a connection does all day.
struct DatabaseWorker: Sendable {
    /// Counted from 0.
    let number: Int
    let configuration: DatabaseConfiguration
    let queue: WorkQueue
    let logger: Logger

    /// Returns once the queue is closed and empty.
    func run() {
        var connection: Connection?
        var answer: Job.Answer?
        defer { connection?.close() }
        while true {
            if connection?.isUsable != true {
                queue.rest(thread: number)
                answer?()
                answer = nil
                connection?.close()
                connection = nil
                guard let fresh = connect() else { return }
                connection = fresh
            }
            guard let connection, let (job, hasWaited) = queue.next(thread: number, answering: answer) else { return }
            answer = nil
            // The server may have been restarted while this thread was waiting for work.
            if hasWaited && !connection.isAlive() {
                queue.putBack(job, thread: number)
            } else {
                answer = job.run(connection)
            }
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
