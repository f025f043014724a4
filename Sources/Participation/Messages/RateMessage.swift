import Postgres
import Text

/// 评价: an author rates the newest answer, and may have the matter taken up again once.
package enum RateMessage: String, PostgresValue, CaseIterable, Sendable {
    case rated, reopened
    /// This answer has been rated.
    case already
    /// A value that no form of ours sends.
    case malformed
    /// Who wants it taken up again says why.
    case reasonMissing = "reason_missing"
    case notAnswered = "not_answered"
    case reopenedBefore = "reopened_before"
    case unknown

    package enum Resolved: String, PostgresValue, Codable, CaseIterable, Sendable { case yes, partly, no }

    package static let longestReason = 500

    package struct Opinion: Sendable {
        package var resolved: Resolved
        /// 1 to 5, 5 the best.
        package var attitude: Int
        package var speed: Int
        package var reason: String
        package var reopen: Bool

        package init(resolved: Resolved, attitude: Int, speed: Int, reason: String, reopen: Bool) {
            (self.resolved, self.attitude, self.speed, self.reopen) = (resolved, attitude, speed, reopen)
            self.reason = TextNormalisation.normalised(reason)
        }
    }

    package static func send(
        _ opinion: Opinion, to number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> RateMessage {
        let wanted = number.description
        return try await database.write(as: .anonymous, retrying: 2) { tx in
            try tx.value(
                """
                select rate_message(\(wanted), \(mac), \(opinion.resolved), \(opinion.attitude), \(opinion.speed), \(opinion.reason),
                  \(opinion.reopen))
                """, as: RateMessage.self)
        }
    }
}
