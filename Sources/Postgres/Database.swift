import Foundation
import Logging
import ServiceLifecycle

/// Connections to one database. Each belongs to a thread of its own, and all of them take jobs from one queue.
///
/// A job is a synchronous closure that is lent a session: there is no `await` inside a transaction, and a connection
/// cannot be leaked or lent twice. Jobs must not wait for anything but the database.
package final class Database: Service {
    private let configuration: DatabaseConfiguration
    private let logger: Logger
    /// False while something is read that will be kept under a version: a replica that lags would give old rows a new mark.
    @TaskLocal package static var readsMayLag = true
    private let crew: DatabaseCrew
    /// For ordinary reads, where there are replicas.
    private let replicas: DatabaseCrew?

    /// Starts the threads, which connect by themselves.
    package init(_ configuration: DatabaseConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        crew = DatabaseCrew(configuration, .primary, logger: logger)
        replicas = configuration.replicas == nil ? nil : DatabaseCrew(configuration, .replica, logger: logger)
    }

    deinit { close() }

    /// Lends the closure a session that cannot write: a statement that does is refused by the server (25006). Each
    /// pipeline is a transaction by itself; with another isolation than `read committed` the closure is one as a whole.
    ///
    /// Throws what the closure throws, and `Overloaded`, `DeadlinePassed`, `ConnectionLost`, `CancellationError`.
    package func read<T: Sendable>(
        as actor: DatabaseActor = .anonymous, isolation: Isolation = .readCommitted,
        deadline: Duration? = nil, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        try await lend(Transaction(kind: .read, isolation: isolation, actor: actor), deadline: deadline, body)
    }

    /// Runs the closure in a transaction that is committed when it returns and rolled back when it throws.
    ///
    /// With `retrying` it is run again, up to so many times, when another transaction got in its way (40001, 40P01); its
    /// effects must then lie in the database only. Throws what `read` throws, and `OutcomeUnknown`.
    @discardableResult
    package func write<T: Sendable>(
        as actor: DatabaseActor = .anonymous, isolation: Isolation = .readCommitted, retrying retries: Int = 0,
        deadline: Duration? = nil, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        try await lend(
            Transaction(kind: .write, isolation: isolation, actor: actor, retries: retries), deadline: deadline, body)
    }

    /// Runs the closure without a transaction, for what refuses to be in one: `create database`, `vacuum`.
    package func autocommit<T: Sendable>(
        deadline: Duration? = nil, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        try await lend(Transaction(kind: .autocommit), deadline: deadline, body)
    }

    /// How long a job may wait and run, unless it says otherwise.
    package var usualDeadline: Duration { configuration.deadline }

    /// Jobs that wait for a connection now.
    package var waiting: Int { crew.queue.count + (replicas?.queue.count ?? 0) }

    /// Why no connection could be made lately, or nil if all is well.
    package var unreachableReason: String? {
        (crew.queue.unreachableReason ?? replicas?.queue.unreachableReason)?.reason
    }

    private func lend<T: Sendable>(
        _ transaction: Transaction, deadline: Duration?, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        try await perform(transaction, deadline: deadline) { ticket, continuation in
            .alone { connection in
                let result = Result { try connection.perform(transaction, for: ticket, body) }
                return { continuation.resume(with: result) }
            }
        }
    }

    /// Waits in the queue and for the work.
    func perform<T: Sendable>(
        _ transaction: Transaction, deadline: Duration?,
        _ work: (Ticket, CheckedContinuation<T, any Error>) -> Job.Work
    ) async throws -> T {
        let queue = (transaction.suitsReplicas && Self.readsMayLag ? replicas : nil)?.queue ?? crew.queue
        let ticket = Ticket(deadline: .now + (deadline ?? configuration.deadline))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
                let job = Job(ticket: ticket, work: work(ticket, continuation)) { error in
                    continuation.resume(throwing: error)
                }
                do { try queue.push(job) } catch { job.refuse(error) }
            }
        } onCancel: {
            queue.interrupt(ticket, .cancelled)
        }
    }

    // MARK: Ending

    /// Waits for graceful shutdown, then ends in order.
    package func run() async throws {
        do { try await gracefulShutdown() } catch {
            logger.debug("database cancelled", metadata: ["reason": "\(error)"])
        }
        await shutdown()
    }

    /// Takes no more jobs, does those that wait, and closes the connections.
    package func shutdown() async {
        close()
        await crew.shutdown()
        await replicas?.shutdown()
    }

    private func close() {
        crew.queue.close()
        replicas?.queue.close()
    }
}

extension Connection {
    /// Runs a job. Afterwards no request to cancel is under way and no transaction is open, or the connection is broken.
    fileprivate func perform<T>(
        _ transaction: Transaction, for ticket: Ticket, _ body: (borrowing Session) throws -> T
    ) throws -> T {
        guard ticket.begin(canceller) else { throw ticket.interruption?.error ?? CancellationError() }
        defer { finish(ticket) }
        self.ticket = ticket
        // Past its deadline the statement is cancelled; a server that does not even answer that is lost.
        waitLimit = ticket.deadline + .seconds(5)
        return try perform(transaction, body)
    }

    private func finish(_ ticket: Ticket) {
        if !ticket.end() { _ = lost("a request to cancel did not arrive") }
        self.ticket = nil
        waitLimit = .now + .seconds(10)
        settle()
        if ticket.interruption != nil { absorbCancel() }
        waitLimit = nil
    }
}
