import Foundation
import Postgres
import Text

/// 发布审批: a text frozen for publication on its way through secrecy review and approval. Nothing becomes public alone.
package struct Clearance: Row, Identifiable {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        case draft, announcement, result, `extension`, suspension, resumption, termination, correction
        /// 修改稿, 正式稿: a later edition, after closing.
        case revision
        /// 问卷结果
        case questionnaireResult = "questionnaire_result"
        /// Of a hearing, forum or visit: its notice, a change, who takes part, its report or record.
        case gatheringNotice = "gathering_notice"
        case gatheringChange = "gathering_change"
        case participantList = "participant_list"
        case gatheringRecord = "gathering_record"
        /// To those who have proposed a hearing.
        case hearingAnswer = "hearing_answer"
    }

    /// What it is about.
    package enum Subject: Sendable, Hashable {
        case procedure(id: Int, number: String, draftID: Int)
        case questionnaire(id: Int, number: String)
        /// - Parameter procedure: the number of the procedure it belongs to, below which its papers are published.
        case gathering(id: Int, kind: Gathering.Kind, number: String, procedure: String)

        package var number: String {
            switch self {
            case .procedure(_, let number, _), .questionnaire(_, let number), .gathering(_, _, let number, _): number
            }
        }

        /// That by which its published versions are addressed.
        package var publishedUnder: String {
            if case .gathering(_, _, _, let procedure) = self { procedure } else { number }
        }
    }

    /// What it waits for, or how it ended.
    package enum Stage: String, Sendable, CaseIterable {
        case review, approval
        /// Cleared, waits for publication.
        case cleared
        case published
        /// Refused by the reviewer or the approver.
        case refused
        /// Passed, but not for proactive disclosure: it stays inside.
        case kept
        /// Taken back, because the text was changed or prepared anew.
        case lapsed
    }

    /// 公开属性
    package enum Attribute: String, PostgresValue, CaseIterable, Sendable {
        case proactive
        case onRequest = "on_request"
        case withheld
    }

    /// A signed form on paper.
    package struct Paper: Sendable, Equatable {
        package let signer: String
        package let signedOn: CalendarDate
        package let scanID: UUID

        package init(signer: String, signedOn: CalendarDate, scanID: UUID) {
            (self.signer, self.signedOn, self.scanID) = (signer, signedOn, scanID)
        }
    }

    package let id: Int
    package let subject: Subject
    package let subjectTitle: String
    package let unitName: String
    package let kind: Kind
    package let title: String
    /// JSON in the shape of `PublishedContent`: exactly what will be public.
    package let content: String
    package let contentHash: [UInt8]
    package let editionID: Int?
    package let closesAt: Date?
    package let reason: String
    /// What holds so far: as proposed, as checked, as decided.
    package let attribute: Attribute
    /// Grows with everything that is said of it, so that nobody signs what they did not read.
    package let version: Int
    /// By its drafter.
    package let proposedAttribute: Attribute
    /// The drafter's reason, whatever was found later.
    package let proposedReason: String
    /// Why it is not for proactive disclosure; empty where it is.
    package let attributeReason: String
    package let head: PaperHead
    package let preparedByID: Int
    package let preparedBy: String
    package let preparedAt: Date
    package let reviewedBy: String?
    package let reviewedAt: Date?
    package let reviewPassed: Bool?
    package let reviewNote: String
    package let approvedBy: String?
    package let approvedAt: Date?
    package let approvalGranted: Bool?
    package let approvalNote: String
    package let paper: Paper?
    package let publishedAt: Date?
    package let withdrawnAt: Date?
    /// The units that may see it.
    package let unitIDs: [Int]
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        let (questionnaire, gathering): (Int?, Int?) = (try row["questionnaire_id"], try row["gathering_id"])
        let number: String = try row["subject_number"]
        subject =
            if let questionnaire { .questionnaire(id: questionnaire, number: number) } else if let gathering {
                .gathering(
                    id: gathering, kind: try row["gathering_kind"], number: number,
                    procedure: try row["procedure_number"])
            } else {
                .procedure(id: try row["procedure_id"], number: number, draftID: try row["draft_id"])
            }
        subjectTitle = try row["subject_title"]
        unitName = try row["unit_name"]
        kind = try row["kind"]
        title = try row["title"]
        content = try row["content"]
        contentHash = try row["content_hash"]
        editionID = try row["edition_id"]
        closesAt = try row["closes_at"]
        reason = try row["reason"]
        attribute = try row["disclosure_attribute"]
        version = try row["version"]
        proposedAttribute = try row["proposed_attribute"]
        proposedReason = try row["proposed_reason"]
        attributeReason = try row["attribute_reason"]
        head = try PaperHead(row)
        preparedByID = try row["prepared_by"]
        preparedBy = try row["prepared_by_name"]
        preparedAt = try row["prepared_at"]
        reviewedBy = try row["reviewed_by_name"]
        reviewedAt = try row["reviewed_at"]
        reviewPassed = try row["review_passed"]
        reviewNote = try row["review_note"]
        approvedBy = try row["approved_by_name"]
        approvedAt = try row["approved_at"]
        approvalGranted = try row["approval_granted"]
        approvalNote = try row["approval_note"]
        let scan: UUID? = try row["paper_scan_id"]
        let signedOn: CalendarDate? = try row["paper_signed_on"]
        let signer: String = try row["paper_signer"]
        paper = if let scan, let signedOn { Paper(signer: signer, signedOn: signedOn, scanID: scan) } else { nil }
        publishedAt = try row["published_at"]
        withdrawnAt = try row["withdrawn_at"]
        unitIDs = try row["unit_ids"]
        now = try row["now"]
    }

    package var stage: Stage {
        if publishedAt != nil { return .published }
        if reviewPassed == false || approvalGranted == false { return .refused }
        if withdrawnAt != nil { return .lapsed }
        if reviewedAt == nil { return .review }
        if approvedAt == nil { return .approval }
        return attribute == .proactive ? .cleared : .kept
    }

    package var isPending: Bool { [.review, .approval, .cleared, .kept].contains(stage) }

    /// Draft and announcement (or correction) go out together: the one that belongs to this, among those of its subject.
    package func companion(among all: [Clearance]) -> Clearance? {
        let wanted: Set<Kind> = kind == .draft ? [.announcement, .correction] : [.draft]
        guard [.draft, .announcement, .correction].contains(kind) else { return nil }
        return all.first {
            wanted.contains($0.kind) && (isPending ? $0.isPending : publishedAt != nil && $0.publishedAt == publishedAt)
        }
    }

    /// - Parameter content: the words themselves, or nothing for lists.
    private static func columns(content: SQL) -> SQL {
        """
        select c.id, c.procedure_id, c.questionnaire_id, c.gathering_id, coalesce(t.number, p.number, q.number) as subject_number,
          t.kind as gathering_kind, p.number as procedure_number, coalesce(t.title, p.title, q.title) as subject_title, p.draft_id, u.name as unit_name, c.kind, c.title,
          \(content) as content, c.content_hash, c.edition_id, c.closes_at, c.reason, c.disclosure_attribute, c.version,
          c.proposed_attribute, c.proposed_reason, c.attribute_reason, c.document_number, c.written_on, c.subject, c.keywords, c.prepared_by,
          coalesce(a.display_name, '') as prepared_by_name, c.prepared_at, r.display_name as reviewed_by_name, c.reviewed_at,
          c.review_passed, c.review_note, g.display_name as approved_by_name, c.approved_at, c.approval_granted,
          c.approval_note, c.paper_signer, c.paper_signed_on, c.paper_scan_id, c.published_at, c.withdrawn_at,
          c.unit_ids, minyi_clock() as now
        from clearances c left join procedures p on p.id = c.procedure_id left join questionnaires q on q.id = c.questionnaire_id
        left join gatherings t on t.id = c.gathering_id
        join units u on u.id = coalesce(t.unit_id, p.unit_id, q.unit_id)
        left join staff a on a.id = c.prepared_by left join staff r on r.id = c.reviewed_by
        left join staff g on g.id = c.approved_by
        """
    }

    package static func with(id: Int) -> SQL { "\(columns(content: "c.content::text")) where c.id = \(id)" }

    /// Without their words, the newest first.
    package static func of(procedure: Int) -> SQL {
        "\(columns(content: "''")) where c.procedure_id = \(procedure) order by c.id desc limit 200"
    }

    package static func of(questionnaire: Int) -> SQL {
        "\(columns(content: "''")) where c.questionnaire_id = \(questionnaire) order by c.id desc limit 200"
    }

    package static func of(gathering: Int) -> SQL {
        "\(columns(content: "''")) where c.gathering_id = \(gathering) order by c.id desc limit 200"
    }

    package static func of(_ subject: Subject) -> SQL {
        switch subject {
        case .procedure(let id, _, _): of(procedure: id)
        case .questionnaire(let id, _): of(questionnaire: id)
        case .gathering(let id, _, _, _): of(gathering: id)
        }
    }

    /// Everything that waits for somebody, without the words, the oldest first.
    package static let pending: SQL = """
        \(columns(content: "''")) where c.published_at is null and c.withdrawn_at is null order by c.id limit 500
        """
}
