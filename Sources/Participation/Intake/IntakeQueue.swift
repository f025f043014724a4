import Postgres
import Synchronization

/// Gathers submissions while others are being committed, and commits them together.
///
/// An item that finds nothing under way goes at once, so without load it takes as long as a single insert; under load others
/// are waited for a moment, and one write to the disk serves a whole batch. An item that was handed over goes its way even if
/// nobody waits for it any longer: who did not hear the answer sends the same key again and gets it.
final class IntakeQueue: Sendable {
    /// Rows in one transaction. Beyond this the next one waits for too long a batch and little is saved.
    static let largestBatch = 64
    /// Two at once would be half as large and pay twice for beginning and for the disk: the processor is what is scarce.
    static let batchesAtOnce = 1

    private struct Waiting {
        let item: IntakeItem
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<IntakeOutcome, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var underWay = 0
    }

    private let database: Database
    private let longestQueue: Int
    private let patience: Duration
    private let gathering: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - longestQueue: items that may wait; usually about a second's work.
    ///   - patience: how long an item waits for its turn, and a batch then for the database; usually as long as any job.
    ///   - gathering: how long others are waited for after a batch of several. The first sheet of a batch costs the database as much as ten
    ///     more, and the processor that would send small ones at once is wanted for pages.
    init(
        _ database: Database, longestQueue: Int = 2048, patience: Duration? = nil,
        gathering: Duration = .milliseconds(5)
    ) {
        self.database = database
        self.longestQueue = longestQueue
        self.patience = patience ?? database.usualDeadline
        self.gathering = gathering
    }

    /// - Throws: `Overloaded` when as many wait as may wait, `DeadlinePassed` when none of them moved for a while, and what
    ///   `IntakeBatch` gives.
    func accept(_ item: IntakeItem) async throws -> IntakeOutcome {
        try await withCheckedThrowingContinuation { continuation in
            let waiting = Waiting(item: item, deadline: .now + patience, continuation: continuation)
            do {
                // Unstructured, so that whoever gives up waiting does not take the others' batch along.
                if try enqueue(waiting) { Task { await commitBatches() } }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Whether another batch may be under way.
    private func enqueue(_ waiting: Waiting) throws -> Bool {
        try state.withLock { state in
            guard state.waiting.count < longestQueue else { throw Overloaded() }
            state.waiting.append(waiting)
            guard state.underWay < Self.batchesAtOnce else { return false }
            state.underWay += 1
            return true
        }
    }

    private func commitBatches() async {
        while let batch = next() {
            let results = await IntakeBatch(items: batch.map(\.item), patience: patience).settle(in: database)
            for (waiting, result) in zip(batch, results) { waiting.continuation.resume(with: result) }
            if batch.count > 1, isShort { try? await Task.sleep(for: gathering) }
        }
    }

    /// So few wait that the next batch had better wait for more.
    private var isShort: Bool { state.withLock { $0.waiting.count < Self.largestBatch / 2 } }

    /// The next batch; nil when nothing waits.
    private func next() -> [Waiting]? {
        while true {
            let taken: [Waiting]? = state.withLock { state in
                guard !state.waiting.isEmpty else {
                    state.underWay -= 1
                    return nil
                }
                defer { state.waiting.removeFirst(min(Self.largestBatch, state.waiting.count)) }
                return Array(state.waiting.prefix(Self.largestBatch))
            }
            guard let taken else { return nil }
            // After a time when the database was away: nothing has been sent, and nobody waits that long.
            let now = ContinuousClock.now
            for late in taken where late.deadline < now { late.continuation.resume(throwing: DeadlinePassed()) }
            let batch = taken.filter { $0.deadline >= now }
            if !batch.isEmpty { return batch }
        }
    }
}
