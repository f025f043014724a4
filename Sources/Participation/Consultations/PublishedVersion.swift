import Foundation
import Postgres

/// One published version of an announcement, draft, change or result. Never changed; at most followed, or sealed.
package struct PublishedVersion: Row {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        case draft, announcement, result, `extension`, suspension, resumption, termination, correction
        /// A later edition of the draft, after closing.
        case revision
        /// Of a questionnaire or poll.
        case questionnaireResult = "questionnaire_result"
        /// Of a hearing, forum or visit: its notice, a change, who takes part, its report or record.
        case gatheringNotice = "gathering_notice"
        case gatheringChange = "gathering_change"
        case participantList = "participant_list"
        case gatheringRecord = "gathering_record"
        /// To those who have proposed a hearing.
        case hearingAnswer = "hearing_answer"

        /// What happened on the way, each with a reason.
        package var isChange: Bool {
            switch self {
            case .extension, .suspension, .resumption, .termination, .correction: true
            case .draft, .revision, .announcement, .result, .questionnaireResult: false
            case .gatheringNotice, .gatheringChange, .participantList, .gatheringRecord, .hearingAnswer: false
            }
        }
    }

    package let id: Int
    package let kind: Kind
    package let version: Int
    package let title: String
    package let unitName: String
    /// The JSON as published; nil when it was not asked for, or is sealed.
    package let content: String?
    package let contentHash: [UInt8]
    package let publishedAt: Date
    package let sealedAt: Date?
    package let sealReason: String?
    /// 索引号
    package let indexNumber: String?
    package let head: PaperHead
    /// Of the hearing, forum or visit whose paper it is.
    package let gatheringNumber: String?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        kind = try row["kind"]
        version = try row["version"]
        title = try row["title"]
        unitName = try row["unit_name"]
        content = try row["content"]
        contentHash = try row["content_hash"]
        publishedAt = try row["published_at"]
        sealedAt = try row["sealed_at"]
        sealReason = try row["seal_reason"]
        indexNumber = try row["index_number"]
        head = try PaperHead(row)
        gatheringNumber = try row["gathering_number"]
    }

    /// The content as its type; nil when it is sealed or was not loaded.
    package func read<Content: Decodable>(_ type: Content.Type) throws -> Content? {
        try content.map { try PublishedContent.decode(type, from: $0) }
    }

    private static let columns: SQL = """
        v.id, v.kind, v.version, v.title, v.unit_name, v.content_hash, v.published_at, v.sealed_at, v.seal_reason, v.index_number,
          v.document_number, v.written_on, v.subject, v.keywords,
          (select g.number from public_gatherings g where g.gathering_id = v.gathering_id) as gathering_number
        """

    /// All versions of a procedure, oldest first. Content comes with the newest of each kind and with every change; older
    /// drafts can be large, and papers of hearings are read on pages of their own.
    static func ofProcedure(_ number: String) -> SQL {
        """
        select \(columns), case when v.kind in ('extension', 'suspension', 'resumption', 'termination', 'correction')
            or v.kind in ('draft', 'revision', 'announcement', 'result') and v.version =
            (select max(n.version) from published_versions n where n.procedure_id = v.procedure_id and n.kind = v.kind)
          then v.content::text end as content
        from published_versions v join public_procedures p using (procedure_id)
        where p.number = \(number) order by v.published_at, v.id
        """
    }

    package static func find(
        _ number: String, kind: Kind, version: Int, in database: Database
    ) async throws -> PublishedVersion? {
        try await database.first(
            """
            select \(columns), v.content::text as content
            from published_versions v join public_procedures p using (procedure_id)
            where p.number = \(number) and v.kind = \(kind.rawValue) and v.version = \(version)
            """, as: PublishedVersion.self)
    }

    /// Of a hearing, forum or visit, the oldest first, each with its content.
    package static func ofGathering(_ number: String) -> SQL {
        """
        select \(columns), v.content::text as content from published_versions v
        join public_gatherings t on t.gathering_id = v.gathering_id where t.number = \(number) order by v.published_at, v.id
        """
    }

    /// Of a questionnaire or poll, the oldest first; their content comes from `questionnaireResult`.
    package static func questionnaireResults(of number: String) -> SQL {
        """
        select \(columns), null::text as content from published_versions v join public_questionnaires q using (questionnaire_id)
        where q.number = \(number) and v.kind = 'questionnaire_result' order by v.version
        """
    }

    package static func questionnaireResult(of number: String, version: Int) -> SQL {
        """
        select \(columns), v.content::text as content from published_versions v join public_questionnaires q using (questionnaire_id)
        where q.number = \(number) and v.kind = 'questionnaire_result' and v.version = \(version)
        """
    }

    /// With its content; nil before there is one.
    package static func newestQuestionnaireResult(
        of number: String, _ tx: borrowing Session
    ) throws -> PublishedVersion? {
        try tx.first(
            """
            select \(columns), v.content::text as content
            from published_versions v join public_questionnaires q using (questionnaire_id)
            where q.number = \(number) and v.kind = 'questionnaire_result' order by v.version desc limit 1
            """, as: PublishedVersion.self)
    }

    /// The published draft with this edition, also when a corrected one has followed it.
    package static func draft(
        of number: String, edition: Int, in database: Database
    ) async throws -> PublishedContent.Draft? {
        let found = try await database.first(
            """
            select \(columns), v.content::text as content
            from published_versions v join public_procedures p using (procedure_id)
            where p.number = \(number) and v.kind = 'draft' and (v.content -> 'edition' ->> 'id')::bigint = \(edition)
            order by v.version desc limit 1
            """, as: PublishedVersion.self)
        return try found?.read(PublishedContent.Draft.self)
    }

    /// A published edition of a draft, by its ordinal, as it was published last; nil where there is none, or it is sealed.
    package static func edition(
        _ ordinal: Int, of number: String, in database: Database
    ) async throws -> PublishedVersion? {
        try await database.first(
            """
            select \(columns), v.content::text as content
            from published_versions v join public_procedures p using (procedure_id)
            where p.number = \(number) and v.kind in ('draft', 'revision')
              and (v.content -> 'edition' ->> 'ordinal')::int = \(ordinal)
            order by v.id desc limit 1
            """, as: PublishedVersion.self)
    }
}
