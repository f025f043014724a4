import Foundation
import Synchronization

/// Ties a waiting task to the connection that runs its job, so that what interrupts the one interrupts the other.
final class Ticket: Sendable {
    enum Interruption {
        case cancelled, deadlinePassed

        var error: any Error {
            switch self {
            case .cancelled: CancellationError()
            case .deadlinePassed: DeadlinePassed()
            }
        }
    }

    private struct State {
        var interruption: Interruption?
        var canceller: Canceller?
        /// Signalled once the request to cancel has reached the server.
        var delivered: DispatchSemaphore?
    }

    let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    var interruption: Interruption? { state.withLock { $0.interruption } }

    /// The job begins to run; false if it was interrupted before.
    func begin(_ canceller: Canceller?) -> Bool {
        state.withLock { state in
            guard state.interruption == nil else { return false }
            state.canceller = canceller
            return true
        }
    }

    /// The job has ended. A request to cancel that is under way is awaited, so that it cannot hit the next job; false
    /// if it does not arrive, and the connection must not be used again.
    func end() -> Bool {
        let delivered = state.withLock { state in
            state.canceller = nil
            return state.delivered
        }
        guard let delivered else { return true }
        return delivered.wait(timeout: .now() + 5) == .success
    }

    /// Interrupts the job if it has not ended; only the first reason counts.
    func interrupt(_ reason: Interruption) {
        state.withLock { state in
            guard state.interruption == nil else { return }
            state.interruption = reason
            guard let canceller = state.canceller else { return }
            let delivered = DispatchSemaphore(value: 0)
            state.delivered = delivered
            // PQcancel opens a connection and waits for it to be closed: that is for a thread of its own.
            Thread.detachNewThread {
                canceller.cancel()
                delivered.signal()
            }
        }
    }
}
