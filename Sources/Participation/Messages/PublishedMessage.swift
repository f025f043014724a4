import Foundation
import Postgres

/// A message with its answer as it was published: an immutable version, masked before it was reviewed.
package struct PublishedMessage: Row {
    package struct Content: Codable, Sendable, Equatable {
        package let title: String
        package let question: String
        package let answer: String
        /// The unit that answered.
        package let unit: String
        /// The author, masked; empty unless they allowed it.
        package let name: String
    }

    package let version: Int
    /// Nil once sealed.
    package let content: Content?
    package let contentHash: [UInt8]
    package let publishedAt: Date
    package let sealedAt: Date?
    package let sealReason: String?

    package init(_ row: RowReader) throws {
        version = try row["version"]
        let text: String? = try row["content"]
        content = try text.map { try JSONDecoder().decode(Content.self, from: Data($0.utf8)) }
        contentHash = try row["content_hash"]
        publishedAt = try row["published_at"]
        sealedAt = try row["sealed_at"]
        sealReason = try row["seal_reason"]
    }

    /// All versions of a message, the newest first.
    package static func versions(of caseID: Int, in database: Database) async throws -> [PublishedMessage] {
        try await database.all(
            """
            select version, content::text as content, content_hash, published_at, sealed_at, seal_reason
            from public_message_versions where case_id = \(caseID) order by version desc limit 20
            """, as: PublishedMessage.self)
    }

    /// Answers that may help somebody who is about to send a message with this title; at most three.
    package static func similar(to title: String, in database: Database) async throws -> [PublicMessage] {
        try await database.all(
            """
            select \(PublicMessage.columns) from similar_messages(\(title)) s join \(PublicMessage.source) on m.case_id = s.case_id
            """, as: PublicMessage.self)
    }
}
