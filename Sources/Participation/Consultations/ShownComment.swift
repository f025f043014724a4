import Foundation
import Postgres

/// A screened comment of a consultation that shows them while it is open.
package struct ShownComment: Row {
    package let id: Int
    /// The number of the row it is about; nil for the whole.
    package let rowNumber: String?
    /// As it may be public; see `RedactionPolicy`.
    package let body: String
    package let receivedAt: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        rowNumber = try row["position_number"]
        body = RedactionPolicy.text(try row["body"])
        receivedAt = try row["received_at"]
    }

    /// The newest first.
    /// - Parameters:
    ///   - before: `id` of the last one on the page before.
    ///   - limit: at most 100.
    package static func list(
        of number: String, before: Int? = nil, limit: Int, in database: Database
    ) async throws -> [ShownComment] {
        let below = before ?? .max
        return try await database.all(
            "select id, position_number, body, received_at from shown_comments(\(number), \(below), \(limit)::int)",
            as: ShownComment.self)
    }
}
