import Synchronization

/// Lets a few pieces of asynchronous work run at once and the others wait in line: for what takes much memory while it lasts.
package final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let longestQueue: Int

    package init(atOnce: Int, longestQueue: Int) {
        state = Mutex(State(free: atOnce))
        self.longestQueue = longestQueue
    }

    /// - Throws: `OwnThreads.Busy` when too many wait, or what the work throws.
    package func pass<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        try await enter()
        defer { leave() }
        try Task.checkCancellation()
        return try await work()
    }

    private func enter() async throws {
        let longestQueue = longestQueue
        let mayWait = state.withLock { state in state.free > 0 || state.waiting.count < longestQueue }
        guard mayWait else { throw OwnThreads.Busy() }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        // Whoever waits longest takes the place; it never becomes free in between.
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
