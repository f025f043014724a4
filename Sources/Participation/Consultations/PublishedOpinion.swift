import Foundation
import Postgres

/// One row of a published result.
package struct PublishedOpinion: Row {
    package let ordinal: Int
    package let number: String
    /// Which of the opinions of its submission, from 1.
    package let part: Int
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
        part = try row["part"]
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
            select \(columns) from published_opinions o where o.version_id = \(version) and o.ordinal > \(after)
            order by o.ordinal limit \(limit)
            """, as: PublishedOpinion.self)
    }

    /// Those of some submissions whose words are public, for a page that quotes them.
    package static func quotable(
        ofVersion version: Int, numbers: [String], in database: Database
    ) async throws -> [PublishedOpinion] {
        try await database.all(
            """
            select \(columns) from published_opinions o where o.version_id = \(version) and o.submission_number = any (\(numbers))
              and o.body is not null and o.sealed_at is null order by o.ordinal
            """, as: PublishedOpinion.self)
    }

    private static let columns: SQL = """
        o.ordinal, o.submission_number, o.label, o.passage, o.body, o.outcome, o.reason, o.sealed_at,
        (select count(*) from published_opinions e where e.version_id = o.version_id
          and e.submission_number = o.submission_number and e.ordinal <= o.ordinal) as part
        """
}
