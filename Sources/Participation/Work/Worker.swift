import Logging
import Postgres

/// What happens by itself: procedures open and close at their time, public figures follow, unclaimed uploads go.
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

    /// Works until the task is cancelled. A round that fails is logged and tried again.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await round()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("a round of work failed and will be tried again", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// One round; public for tests and for `minyi work --once`.
    package func round() async throws {
        let moved: Int = try await database.write { tx in
            let moved: Int = try tx.value("select advance_procedures()")
            let _: Int = try tx.value("select refresh_figures()")
            let _: Int = try tx.value("select sweep_attachments()")
            return moved
        }
        if moved > 0 { logger.info("procedures moved on", metadata: ["count": "\(moved)"]) }
    }
}
