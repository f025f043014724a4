/// How long a test waits. Two hundred suites share two cores: what is slow there is not wrong, so nothing that a test expects gives up
/// before `patience` has passed. It ends what would never end, and says what was waited for.
package let patience: Duration = .seconds(600)

package struct Awaited: Error, CustomStringConvertible {
    package let description: String
}

/// Asks again and again until there is something.
/// - Throws: `Awaited` when `patience` is over, and what the question throws.
package func awaited<T>(_ what: String, _ ask: () async throws -> T?) async throws -> T {
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
        if let found = try await ask() { return found }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw Awaited(description: "in vain: \(what)")
}

/// Asks again and again until it holds.
package func wait(until what: String, _ holds: () async throws -> Bool) async throws {
    try await awaited(what) { try await holds() ? () : nil }
}
