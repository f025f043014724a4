import Logging
import Postgres

/// What happens by itself: procedures open and close at their time, public figures follow, unclaimed uploads go, and so do
/// contacts that nobody needs any longer.
///
/// Nothing waits for the worker: intake and pages go by the database's clock. It writes down what has already become
/// true, so several workers, or none for an hour, change no outcome.
package struct Worker: Sendable {
    private let database: Database
    private let logger: Logger

    /// Seconds between two rounds; the public count of received comments is at most this old.
    package static let pause: Duration = .seconds(2)

    package init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Works until the task is cancelled. What fails in a round is logged by it and tried again in the next.
    package func run() async {
        while !Task.isCancelled {
            try? await round()
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// One round. Each piece of work has a transaction of its own, so that whatever fails keeps no procedure from opening or
    /// closing; a failure is logged by the name of its work.
    /// - Throws: the first failure, after everything was tried.
    package func round() async throws {
        var failure: (any Error)?
        // The figures follow every comment; the others are worth a line.
        let work: [(name: String, call: SQL, level: Logger.Level)] = [
            ("procedures moved on", "select advance_procedures()", .info),
            ("figures changed", "select refresh_figures()", .debug),
            ("uploads swept", "select sweep_attachments()", .info),
            ("contacts erased", "select erase_contacts()", .info),
        ]
        for (name, call, level) in work {
            do {
                let count: Int = try await database.write { tx in try tx.value(call) }
                if count > 0 { logger.log(level: level, "\(name)", metadata: ["count": "\(count)"]) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failure = failure ?? error
                logger.warning(
                    "work failed and will be tried again", metadata: ["work": "\(name)", "error": "\(error)"])
            }
        }
        do {
            let stale = try await RecomputeClocks.run(in: database)
            if stale > 0 { logger.info("clocks counted again", metadata: ["count": "\(stale)"]) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            failure = failure ?? error
            logger.warning(
                "work failed and will be tried again", metadata: ["work": "clocks counted again", "error": "\(error)"])
        }
        if let failure { throw failure }
    }
}
