import Logging
import Postgres
import Synchronization

/// What this process knows of the state of everything public, and how far it may rely on it.
///
/// A process that serves lets it `watch`: it asks every second. Whoever serves from memory asks `state()`, which answers at
/// once from what was learnt last. A process that has lost the database keeps serving what it has for `trust`, then asks for
/// each visitor, and its visitors are told that the service cannot be reached: something sealed is gone everywhere within a
/// minute.
package final class Freshness: Sendable {
    /// How long what was learnt holds without having been confirmed: 20 s, so that three failed attempts of 5 s and the
    /// time of an answer on its way stay well within the promised minute.
    package static let usualTrust: Duration = .seconds(20)
    private static let pause: Duration = .seconds(1)
    private static let patience: Duration = .seconds(5)

    private let database: Database
    private let hints: Listener?
    private let trust: Duration
    private let logger: Logger
    private let known = Mutex<(state: PublicState, asked: ContinuousClock.Instant)?>(nil)

    /// - Parameters:
    ///   - database: the pool that what is kept is read from.
    ///   - hints: hears of `minyi_public`, so that a change is seen at once; without it, a second later.
    ///   - trust: zero asks the database for each visitor, as tests do.
    package init(_ database: Database, hints: Listener? = nil, trust: Duration = usualTrust, logger: Logger) {
        (self.database, self.hints, self.trust, self.logger) = (database, hints, trust, logger)
    }

    /// What was learnt last, however long ago; nil before the first answer.
    package var latest: PublicState? { known.withLock { $0?.state } }

    /// The latest state as long as it can be trusted; nil when the database must be asked.
    package var trusted: PublicState? {
        guard let known = known.withLock({ $0 }), .now - known.asked < trust else { return nil }
        return known.state
    }

    /// The state, at most `trust` old.
    /// - Throws: what `Database.read` throws, when it has to ask.
    package func state() async throws -> PublicState {
        if let trusted { return trusted }
        return try await ask(deadline: Self.patience)
    }

    /// Asks the database now.
    @discardableResult
    package func ask(deadline: Duration? = nil) async throws -> PublicState {
        let (asked, before) = (ContinuousClock.now, latest)
        let state = try await PublicState.read(after: before, in: database, deadline: deadline)
        return known.withLock { known in
            // Of two that asked at the same time either may have seen more; what was learnt is never unlearnt. Only a
            // database that was restored, or whose clock was put back, is younger than it was before it was asked.
            let isYounger = before.map(state.precedes) ?? false
            if let known, !isYounger, state.precedes(known.state) { return known.state }
            known = (state, max(asked, known?.asked ?? asked))
            return state
        }
    }

    /// Asks every second, and whenever something is heard, until the task is cancelled.
    package func watch() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.askEverySecond() }
            guard let hints else { return }
            group.addTask {
                for await _ in hints.events { _ = try? await self.ask(deadline: Self.patience) }
            }
        }
    }

    private func askEverySecond() async {
        var answers = true
        while !Task.isCancelled {
            do {
                try await ask(deadline: Self.patience)
                answers = true
            } catch is CancellationError {
                return
            } catch {
                if answers {
                    logger.warning(
                        "the state of what is public cannot be read", metadata: ["error": "\(type(of: error))"])
                }
                answers = false
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
