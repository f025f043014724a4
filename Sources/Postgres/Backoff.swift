/// How long to wait between attempts to connect: ever longer, up to a second. A PostgreSQL that was
/// killed is back after a second or two, and people are waiting.
struct Backoff {
    private var limit = 0.05

    /// True until the first attempt has failed: what is said of that one need not be said of each that follows.
    var isFresh: Bool { limit <= 0.05 }

    /// Seconds until the next attempt; apart by chance, so that not all come back at the same instant.
    mutating func next() -> Double {
        defer { limit = min(limit * 2, 1) }
        return limit * .random(in: 0.5...1)
    }
}
