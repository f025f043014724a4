import Synchronization

/// How many bytes of bodies may be in memory at once, over all requests. The limit of one body does not hold them all: a
/// hundred uploads of 10 MB at once are a gigabyte.
///
/// The first 32 KiB of each body are free: a comment of 2,000 characters gets in whatever else is on its way, and what
/// many small bodies take is bounded by the number of connections.
package final class BodyBudget: Sendable {
    static let free = 32 * 1024

    private let limit: Int
    private let taken = Mutex(0)

    package init(bytes: Int) { limit = bytes }

    /// What is taken now, in bytes.
    package var used: Int { taken.withLock { $0 } }

    /// The part of one body. Whoever takes it gives it back when the request is answered.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let bytes = Mutex((received: 0, charged: 0))

        init(of budget: BodyBudget) { self.budget = budget }

        /// - Returns: false when there is no room for so many more bytes.
        func grow(by count: Int) -> Bool {
            bytes.withLock { bytes in
                bytes.received += count
                let due = max(0, bytes.received - BodyBudget.free) - bytes.charged
                guard due > 0 else { return true }
                let fits = budget.taken.withLock { taken in
                    guard taken + due <= budget.limit else { return false }
                    taken += due
                    return true
                }
                if fits { bytes.charged += due }
                return fits
            }
        }

        func giveBack() {
            bytes.withLock { bytes in
                budget.taken.withLock { $0 -= bytes.charged }
                bytes = (0, 0)
            }
        }
    }
}
