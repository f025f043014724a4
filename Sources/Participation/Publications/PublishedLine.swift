import Foundation
import Postgres

/// A published version as the desk lists it: without its words, and with what is being done about sealing it.
package struct PublishedLine: Row, Identifiable {
    package let id: Int
    package let kind: PublishedVersion.Kind
    package let version: Int
    package let title: String
    package let contentHash: [UInt8]
    package let publishedAt: Date
    package let sealedAt: Date?
    /// Somebody has asked to seal it, and the second person has not confirmed yet.
    package let isAsked: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        kind = try row["kind"]
        version = try row["version"]
        title = try row["title"]
        contentHash = try row["content_hash"]
        publishedAt = try row["published_at"]
        sealedAt = try row["sealed_at"]
        isAsked = try row["is_asked"]
    }

    /// The newest first.
    package static func of(procedure: Int) -> SQL { all(of: "v.procedure_id = \(procedure)") }

    package static func of(questionnaire: Int) -> SQL { all(of: "v.questionnaire_id = \(questionnaire)") }

    package static func of(gathering: Int) -> SQL { all(of: "v.gathering_id = \(gathering)") }

    package static func of(_ subject: Clearance.Subject) -> SQL {
        switch subject {
        case .procedure(let id, _, _): of(procedure: id)
        case .questionnaire(let id, _): of(questionnaire: id)
        case .gathering(let id, _, _, _): of(gathering: id)
        }
    }

    private static func all(of subject: SQL) -> SQL {
        """
        select v.id, v.kind, v.version, v.title, v.content_hash, v.published_at, v.sealed_at,
          exists (select from seals s where s.version_id = v.id and s.confirmed_at is null and s.declined_at is null)
            as is_asked
        from published_versions v where \(subject) order by v.published_at desc, v.id desc limit 500
        """
    }
}
