import Postgres

/// The way by which a submission reached the unit (渠道).
package enum Channel: String, PostgresValue, CaseIterable, Codable, Sendable {
    case web, counter, phone, letter, mail, meeting

    /// Those that a member of staff enters for the author.
    package static let entered: [Channel] = [.counter, .phone, .letter, .mail, .meeting]
}
