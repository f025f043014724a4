import Foundation
import Postgres
import Text

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
    /// Where and by when what was adopted shows; empty and nil where a change is linked instead.
    package let effect: String
    package let effectOn: CalendarDate?
    /// How many say nearly the same and are answered alike, with itself.
    package let alike: Int
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
        effect = try row["effect"]
        effectOn = try row["effect_on"]
        alike = try row["alike"]
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

    /// Those of some submissions that were adopted and whose words are public, for a page that quotes them beside what carries them out.
    package static func quotable(
        ofVersion version: Int, numbers: [String], in database: Database
    ) async throws -> [PublishedOpinion] {
        try await database.all(
            """
            select \(columns) from published_opinions o where o.version_id = \(version) and o.submission_number = any (\(numbers))
              and o.body is not null and o.sealed_at is null and o.outcome in ('adopted', 'partly_adopted') order by o.ordinal
            """, as: PublishedOpinion.self)
    }

    private static let columns: SQL = """
        o.ordinal, o.submission_number, o.label, o.passage, o.body, o.outcome, o.reason, o.effect, o.effect_on, o.alike, o.sealed_at,
        (select count(*) from published_opinions e where e.version_id = o.version_id
          and e.submission_number = o.submission_number and e.ordinal <= o.ordinal) as part
        """
}
