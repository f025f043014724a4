import Foundation
import Postgres

/// One row of a published result.
package struct PublishedOpinion: Row {
    package let ordinal: Int
    package let number: String
    /// 反馈人: 网民1, a village, a unit, or a masked name.
    package let label: String
    package let passage: String
    /// Nil when hidden or sealed.
    package let body: String?
    package let outcome: String
    package let reason: String
    package let sealedAt: Date?

    package init(_ row: RowReader) throws {
        ordinal = try row["ordinal"]
        number = try row["submission_number"]
        label = try row["label"]
        passage = try row["passage"]
        body = try row["body"]
        outcome = try row["outcome"]
        reason = try row["reason"]
        sealedAt = try row["sealed_at"]
    }

    /// - Parameters:
    ///   - version: `PublishedVersion.id` of a result.
    ///   - after: the ordinal after which to go on.
    package static func list(
        ofVersion version: Int, after: Int = 0, limit: Int, in database: Database
    ) async throws -> [PublishedOpinion] {
        try await database.all(
            """
            select ordinal, submission_number, label, passage, body, outcome, reason, sealed_at
            from published_opinions where version_id = \(version) and ordinal > \(after) order by ordinal limit \(limit)
            """, as: PublishedOpinion.self)
    }
}
