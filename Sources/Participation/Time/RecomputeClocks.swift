import Postgres

/// Counts the clocks again that a change of the calendar has made stale.
package enum RecomputeClocks {
    /// Clocks a transaction: about half a second of work, in which nobody who changes one of them has to wait longer.
    private static let slice = 5000

    /// Works until no clock is stale, or only such as somebody is changing; those are for the next round.
    /// - Returns: how many were stale at first, not counting those of the first slice.
    static func run(in database: Database) async throws -> Int {
        func next() async throws -> Int {
            try await database.write { tx in try tx.value("select recompute_clocks(\(slice)::int)") }
        }
        let first = try await next()
        var left = first
        while left > 0 {
            let now = try await next()
            if now >= left { break }
            left = now
        }
        return first
    }
}
