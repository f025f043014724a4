import Synchronization

/// How many bytes of bodies may be held at once, over all requests: one budget for memory, one for files on disk. The limit of one
/// body does not hold them all: a hundred uploads of 10 MB at once are a gigabyte.
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
        private let charged = Mutex(0)

        init(of budget: BodyBudget) { self.budget = budget }

        /// Takes what is missing of so many bytes; what was taken stays taken.
        /// - Returns: false when there is no room for them.
        func reach(_ bytes: Int) -> Bool {
            charged.withLock { charged in
                let due = bytes - BodyBudget.free - charged
                guard due > 0 else { return true }
                let fits = budget.taken.withLock { taken in
                    guard taken + due <= budget.limit else { return false }
                    taken += due
                    return true
                }
                if fits { charged += due }
                return fits
            }
        }

        func giveBack() {
            charged.withLock { charged in
                budget.taken.withLock { $0 -= charged }
                charged = 0
            }
        }
    }
}
