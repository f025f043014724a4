import Foundation
import Synchronization

/// Threads for work that computes long: hashing a password, drawing a picture. The threads that serve pages are as many as
/// the machine has cores, and none of them may wait for it.
///
/// At most `threads` pieces run and `longestQueue` wait; one more is turned away, so that a flood takes neither the memory
/// of the machine nor the time of those who come after it.
package final class OwnThreads: Sendable {
    /// Too much is waiting. The person should try again in a moment.
    package struct Busy: Error, Equatable {}

    private let queue: OperationQueue
    private let accepted = Mutex(0)
    private let most: Int

    package init(_ name: String, threads: Int, longestQueue: Int) {
        queue = OperationQueue()
        queue.name = name
        queue.maxConcurrentOperationCount = threads
        most = threads + longestQueue
    }

    /// - Throws: `Busy`, or what the work throws.
    package func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        let isAccepted = accepted.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
        guard isAccepted else { throw Busy() }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { [self] in
                let result = Result { try work() }
                accepted.withLock { $0 -= 1 }
                continuation.resume(with: result)
            }
        }
    }
}
