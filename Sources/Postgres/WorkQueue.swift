import Foundation

/// A piece of work that waits for a connection. Exactly one of `run` and `refuse` is called, once.
struct Job: Sendable {
    let ticket: Ticket
    let run: @Sendable (Connection) -> Void
    let refuse: @Sendable (any Error) -> Void
}

/// The jobs waiting for a connection, first come, first served, up to a limit.
///
/// `@unchecked Sendable`: everything that varies is read and written with the condition locked.
final class WorkQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private var waiting: [Job] = []
    private var isClosed = false
    /// Threads in `pause`. They wait for the same condition, and one of them must not eat the signal meant for `pop`.
    private var pausing = 0
    private var unreachable: ConnectionLost?

    init(limit: Int) { self.limit = limit }

    var count: Int { locked { waiting.count } }

    /// Why no connection could be made lately, or nil if one could.
    var unreachableReason: ConnectionLost? {
        get { locked { unreachable } }
        set {
            locked {
                // Where one gets through, the others need not wait any longer.
                if newValue == nil, unreachable != nil { condition.broadcast() }
                unreachable = newValue
            }
        }
    }

    /// Throws `Overloaded`, `DatabaseClosed` or, if the task is gone already, why.
    func push(_ job: Job) throws {
        try locked {
            if let interruption = job.ticket.interruption { throw interruption.error }
            if isClosed { throw DatabaseClosed() }
            guard waiting.count < limit else { throw Overloaded() }
            waiting.append(job)
            wakeOne()
        }
    }

    /// Puts a job back that found its connection gone.
    func putBack(_ job: Job) {
        locked {
            waiting.insert(job, at: 0)
            wakeOne()
        }
    }

    /// The next job; waits for one. nil once the queue is closed and empty.
    func pop() -> Job? {
        locked {
            while waiting.isEmpty {
                if isClosed { return nil }
                condition.wait()
            }
            return waiting.removeFirst()
        }
    }

    /// Interrupts a job: one that waits is refused at once, one that runs is cancelled on the server.
    func interrupt(_ ticket: Ticket, _ reason: Ticket.Interruption) {
        let job: Job? = locked {
            ticket.interrupt(reason)
            return waiting.firstIndex { $0.ticket === ticket }.map { waiting.remove(at: $0) }
        }
        guard let job else { return }
        let unreachable = reason == .deadlinePassed ? unreachableReason : nil
        job.refuse(unreachable ?? reason.error)
    }

    /// No more jobs are taken; those waiting are still done.
    func close() {
        locked {
            isClosed = true
            condition.broadcast()
        }
    }

    /// Waits between attempts to connect, or until another thread has succeeded. Once closed there is no use in waiting for the server: whatever still waits
    /// is refused, and the answer is false.
    func pause(until instant: Date) -> Bool {
        let refused: [Job]? = locked {
            pausing += 1
            defer { pausing -= 1 }
            while !isClosed && unreachable != nil && Date.now < instant { if !condition.wait(until: instant) { break } }
            guard isClosed else { return nil }
            defer { waiting = [] }
            return waiting
        }
        guard let refused else { return true }
        for job in refused { job.refuse(DatabaseClosed()) }
        return false
    }

    private func wakeOne() {
        if pausing > 0 { condition.broadcast() } else { condition.signal() }
    }

    private func locked<T>(_ body: () throws -> T) rethrows -> T {
        condition.lock()
        defer { condition.unlock() }
        return try body()
    }
}
