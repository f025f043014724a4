import Postgres
import Synchronization

/// Gathers votes for a moment, so that those who come at about the same time are written together, in an order of chance.
package final class VoteQueue: Sendable {
    static let largestBatch = 256
    private static let longestQueue = 4096

    private struct Waiting {
        let vote: Vote
        let continuation: CheckedContinuation<Vote.Outcome, any Error>
    }

    private let database: Database
    private let gathering: Duration
    /// Those that wait, by questionnaire; one that has an entry is being worked on.
    private let waiting = Mutex<[String: [Waiting]]>([:])

    /// - Parameter gathering: how long others are waited for before a batch begins.
    package init(_ database: Database, gathering: Duration = .milliseconds(500)) {
        (self.database, self.gathering) = (database, gathering)
    }

    /// Answers once the vote is in, or is not taken.
    /// - Throws: `Overloaded`, and what a batch throws: the vote may then be sent again.
    package func cast(_ vote: Vote) async throws -> Vote.Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let number = vote.questionnaire
            let begins: Bool? = waiting.withLock { waiting in
                guard waiting[number]?.count ?? 0 < Self.longestQueue else { return nil }
                let isFirst = waiting[number] == nil
                waiting[number, default: []].append(Waiting(vote: vote, continuation: continuation))
                return isFirst
            }
            guard let begins else { return continuation.resume(throwing: Overloaded()) }
            // Unstructured, so that whoever gives up waiting does not take the others' batch along.
            if begins { Task { await work(on: number) } }
        }
    }

    private func work(on number: String) async {
        repeat {
            try? await Task.sleep(for: gathering)
        } while await commit(next(number))
    }

    private func next(_ number: String) -> [Waiting] {
        waiting.withLock { waiting in
            guard let all = waiting[number], !all.isEmpty else {
                waiting[number] = nil
                return []
            }
            waiting[number]?.removeFirst(min(Self.largestBatch, all.count))
            return Array(all.prefix(Self.largestBatch))
        }
    }

    /// - Returns: whether there was anything to do.
    private func commit(_ batch: [Waiting]) async -> Bool {
        guard !batch.isEmpty else { return false }
        do {
            let outcomes = try await VoteBatch(batch.map(\.vote)).settle(in: database)
            for (one, outcome) in zip(batch, outcomes) { one.continuation.resume(returning: outcome) }
        } catch let refused as PostgresError where batch.count > 1 && refused.blamesData {
            // Nothing of it is in, because of one: by halves, so that as many as possible stay together, and not in the order they came.
            let mixed = batch.shuffled()
            _ = await commit(Array(mixed.prefix(mixed.count / 2)))
            _ = await commit(Array(mixed.dropFirst(mixed.count / 2)))
        } catch {
            for one in batch { one.continuation.resume(throwing: error) }
        }
        return true
    }
}

extension PostgresError {
    /// Something in what was sent cannot be stored (SQLSTATE 22 and 23): by itself, the rest can. Anything else is nobody's fault, and
    /// they send again.
    fileprivate var blamesData: Bool { state.hasPrefix("22") || state.hasPrefix("23") }
}
