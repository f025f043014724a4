import Foundation

/// Interrupts jobs whose deadline has passed, whether they wait or run. One thread for a database.
///
/// `@unchecked Sendable`: everything that varies is read and written with the condition locked.
final class DeadlineWatch: @unchecked Sendable {
    private let condition = NSCondition()
    private var tickets: [ObjectIdentifier: Ticket] = [:]
    /// When the thread looks again by itself; nil while it has nothing to wait for.
    private var nextLook: ContinuousClock.Instant?
    private var isClosed = false

    func add(_ ticket: Ticket) {
        locked {
            tickets[ObjectIdentifier(ticket)] = ticket
            // Deadlines mostly come in order, so that the thread is seldom woken.
            if nextLook.map({ ticket.deadline < $0 }) ?? true { condition.signal() }
        }
    }

    func remove(_ ticket: Ticket) { locked { tickets[ObjectIdentifier(ticket)] = nil } }

    func close() {
        locked {
            isClosed = true
            condition.signal()
        }
    }

    /// Runs until the watch is closed and no job is left.
    func run(_ expired: (Ticket) -> Void) {
        while let passed = waitForExpired() { for ticket in passed { expired(ticket) } }
    }

    private func waitForExpired() -> [Ticket]? {
        locked {
            while true {
                let now = ContinuousClock.now
                let passed = tickets.values.filter { $0.deadline <= now }
                for ticket in passed { tickets[ObjectIdentifier(ticket)] = nil }
                if !passed.isEmpty { return passed }
                if isClosed && tickets.isEmpty { return nil }
                nextLook = tickets.values.map(\.deadline).min()
                if let nextLook {
                    let (seconds, attoseconds) = (nextLook - now).components
                    _ = condition.wait(until: Date(timeIntervalSinceNow: Double(seconds) + Double(attoseconds) / 1e18))
                } else {
                    condition.wait()
                }
            }
        }
    }

    private func locked<T>(_ body: () -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
