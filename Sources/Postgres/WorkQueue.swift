import DequeModule
import Foundation

/// A piece of work that waits for a connection. It is done or refused, once.
struct Job: Sendable {
    /// Tells whoever waits for a job how it went.
    typealias Answer = @Sendable () -> Void

    enum Work: Sendable {
        /// Has the connection to itself.
        case alone(@Sendable (Connection) -> Answer)
        /// May share a round trip with others of its kind.
        case shared(SharedRead)
    }

    let ticket: Ticket
    let work: Work
    let refuse: @Sendable (any Error) -> Void

    var isShared: Bool { if case .shared = work { true } else { false } }
}

/// The jobs waiting for a connection, first come, first served, up to a limit; and the deadlines of all that wait or run.
///
/// `@unchecked Sendable`: everything that varies is read and written with the condition locked.
final class WorkQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private let patience: Duration
    private var waiting: Deque<Job> = []
    /// What each thread runs.
    private var running: [[Ticket]]
    /// Jobs that share a round trip, at most. More would keep the first waiting for the last.
    private static let mostTogether = 8
    /// Of jobs that were done while others waited. To wake a task costs as much as to read a row, unless several are woken
    /// at once; so under load they are.
    private var answers: [Job.Answer] = []
    private var isClosed = false
    /// Threads in `pause`. They wait for the same condition, and one of them must not eat the signal meant for `next`.
    private var pausing = 0
    private var unreachable: ConnectionLost?
    private var connected = 0
    /// Since when no thread has a connection.
    private var awaySince: ContinuousClock.Instant? = .now
    /// Wakes the watch when there is something to watch.
    private let watchBell = DispatchSemaphore(value: 0)
    private var watchSleeps = false

    /// - Parameter patience: how long jobs are taken while no thread has a connection.
    init(limit: Int, patience: Duration, threads: Int) {
        (self.limit, self.patience) = (limit, patience)
        running = Array(repeating: [], count: threads)
    }

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

    /// A thread has got a connection, or has given it up.
    func noteConnection(_ isThere: Bool) {
        locked {
            connected += isThere ? 1 : -1
            awaySince = connected > 0 ? nil : awaySince ?? .now
        }
    }

    /// Throws `Overloaded`, `DatabaseClosed`, `ConnectionLost` or, if the task is gone already, why.
    func push(_ job: Job) throws {
        try locked {
            if let interruption = job.ticket.interruption { throw interruption.error }
            if isClosed { throw DatabaseClosed() }
            if let unreachable, let awaySince, .now - awaySince > patience { throw unreachable }
            guard waiting.count < limit else { throw Overloaded() }
            waiting.append(job)
            wakeOne()
        }
    }

    /// Puts jobs back that found their connection gone.
    func putBack(_ jobs: [Job], thread: Int) {
        let refused = locked {
            running[thread] = []
            // Whoever was interrupted in between is no longer looked for among those that wait.
            waiting.prepend(contentsOf: jobs.filter { $0.ticket.interruption == nil })
            wakeOne()
            return jobs.filter { $0.ticket.interruption != nil }
        }
        for job in refused { job.refuse(job.ticket.interruption?.error ?? CancellationError()) }
    }

    /// Hands in the answers of the thread's last jobs and returns its next, for which it may have to wait: one, or several
    /// that share a round trip; nil once the queue is closed and empty.
    func next(thread: Int, answering done: [Job.Answer]) -> (jobs: [Job], hasWaited: Bool)? {
        condition.lock()
        defer { condition.unlock() }
        running[thread] = []
        answers += done
        var hasWaited = false
        while true {
            let due = takeAnswers(if: waiting.count < 2 || answers.count >= 4)
            if !due.isEmpty {
                condition.unlock()
                for answer in due { answer() }
                condition.lock()
            }
            let jobs = takeJobs()
            if !jobs.isEmpty {
                running[thread] = jobs.map(\.ticket)
                return (jobs, hasWaited)
            }
            if isClosed { return nil }
            if !answers.isEmpty { continue }
            condition.wait()
            hasWaited = true
        }
    }

    /// The first that waits, and with it those behind it that may share its round trip.
    private func takeJobs() -> [Job] {
        guard let first = waiting.popFirst() else { return [] }
        var jobs = [first]
        while first.isShared, jobs.count < Self.mostTogether, waiting.first?.isShared == true,
            let next = waiting.popFirst()
        {
            jobs.append(next)
        }
        return jobs
    }

    /// The thread has no job, and does not ask for one either.
    func rest(thread: Int) { locked { running[thread] = [] } }

    private func takeAnswers(if due: Bool) -> [Job.Answer] {
        guard due else { return [] }
        defer { answers.removeAll(keepingCapacity: true) }
        return answers
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

    // MARK: Deadlines

    /// Interrupts jobs whose deadline has passed, a fiftieth of a second late at most, until the queue is closed and
    /// nothing is left. Deadlines are long and seldom pass: to look at all of them now and then costs less than to keep
    /// a list in order.
    func watchDeadlines() {
        while true {
            let now = ContinuousClock.now
            let (passed, answers, isIdle, isOver) = locked {
                let tickets = running.joined() + waiting.lazy.map(\.ticket)
                watchSleeps = tickets.isEmpty
                return (
                    tickets.filter { $0.deadline <= now && $0.interruption == nil }, takeAnswers(if: true),
                    watchSleeps, isClosed && tickets.isEmpty
                )
            }
            for answer in answers { answer() }
            for ticket in passed { interrupt(ticket, .deadlinePassed) }
            if isOver { return }
            if isIdle { watchBell.wait() } else { _ = watchBell.wait(timeout: .now() + .milliseconds(20)) }
        }
    }

    // MARK: Ending and pausing

    /// No more jobs are taken; those waiting are still done.
    func close() {
        locked {
            isClosed = true
            condition.broadcast()
            wakeWatch()
        }
    }

    /// Waits between attempts to connect, or until another thread has succeeded. Once closed there is no use in waiting for
    /// the server: whatever still waits is refused, and the answer is false.
    func pause(until instant: Date) -> Bool {
        let refused: Deque<Job>? = locked {
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
        if watchSleeps { wakeWatch() }
    }

    private func wakeWatch() {
        watchSleeps = false
        watchBell.signal()
    }

    private func locked<T>(_ body: () throws -> T) rethrows -> T {
        condition.lock()
        defer { condition.unlock() }
        return try body()
    }
}
