import Postgres
import Synchronization

/// Values made from what everyone may see, each made once and kept until something it is about changes.
///
/// Bounded by what its values weigh: the one that was used least recently goes first. Everybody who asks while a value is
/// being made waits for that one: a thousand visitors after a change cause one rendering.
package final class PublicMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Kept {
        let value: Value
        let topic: PublicState.Topic
        let mark: PublicState.Mark
        let weight: Int
        var used: Int
    }

    private struct Flight {
        let mark: PublicState.Mark
        let making: Task<Value, any Error>
    }

    private enum Way {
        case kept(Value)
        case made(Task<Value, any Error>)
    }

    private struct Contents {
        var kept: [Key: Kept] = [:]
        var flights: [Key: Flight] = [:]
        var weight = 0
        /// Counts uses; a clock that never stands still.
        var uses = 0
        var swept: PublicState.Mark?
    }

    private let freshness: Freshness
    private let limit: Int
    private let weigh: @Sendable (Value) -> Int
    private let contents = Mutex(Contents())

    /// - Parameters:
    ///   - limit: what all values together may weigh, usually in bytes.
    ///   - weigh: what one weighs. One that weighs more than half of the limit is not kept.
    package init(_ freshness: Freshness, limit: Int, weigh: @escaping @Sendable (Value) -> Int) {
        (self.freshness, self.limit, self.weigh) = (freshness, limit, weigh)
    }

    /// The value under this key, made when it is not kept or no longer true. What `make` throws goes to everyone who
    /// waits, and nothing is kept.
    package func value(
        _ key: Key, about topic: PublicState.Topic, make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        // Read before anything that goes into the value: what is made is at least as new as its mark.
        let state = try await freshness.state()
        // At one look: between two of them a value could land, and would be made once more.
        let way: Way = contents.withLock { contents in
            if let value = Self.find(key, &contents, state) { return .kept(value) }
            if let flight = contents.flights[key], state.admits(flight.mark, about: topic) {
                return .made(flight.making)
            }
            // Not part of one visitor's task: were it cancelled, everyone else would wait for nothing.
            let flight = Flight(
                mark: state.mark,
                making: Task { [self] in
                    var made: Value?
                    defer { land(key, made, about: topic, mark: state.mark) }
                    let value = try await Database.$readsMayLag.withValue(false) { try await make() }
                    made = value
                    return value
                })
            contents.flights[key] = flight
            return .made(flight.making)
        }
        switch way {
        case .kept(let value): return value
        case .made(let making): return try await making.value
        }
    }

    private static func find(_ key: Key, _ contents: inout Contents, _ state: PublicState) -> Value? {
        if contents.swept != state.mark { sweep(&contents, state) }
        guard var found = contents.kept[key], state.admits(found.mark, about: found.topic) else { return nil }
        contents.uses += 1
        found.used = contents.uses
        contents.kept[key] = found
        return found.value
    }

    /// What no longer holds goes at the next look, so that nothing sealed stays in memory unseen.
    private static func sweep(_ contents: inout Contents, _ state: PublicState) {
        contents.swept = state.mark
        contents.kept = contents.kept.filter { state.admits($0.value.mark, about: $0.value.topic) }
        contents.weight = contents.kept.values.reduce(0) { $0 + $1.weight }
    }

    /// - Parameter made: nil when making it has failed.
    private func land(_ key: Key, _ made: Value?, about topic: PublicState.Topic, mark: PublicState.Mark) {
        contents.withLock { contents in
            if contents.flights[key]?.mark == mark { contents.flights[key] = nil }
            guard let value = made, case let weight = weigh(value), weight <= limit / 2 else { return }
            contents.uses += 1
            let before = contents.kept.updateValue(
                Kept(value: value, topic: topic, mark: mark, weight: weight, used: contents.uses), forKey: key)
            contents.weight += weight - (before?.weight ?? 0)
            while contents.weight > limit, let oldest = contents.kept.min(by: { $0.value.used < $1.value.used }) {
                contents.kept[oldest.key] = nil
                contents.weight -= oldest.value.weight
            }
        }
    }

    /// What is kept now weighs so much.
    package var weight: Int { contents.withLock { $0.weight } }
}
