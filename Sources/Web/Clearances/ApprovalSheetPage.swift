import Participation
import Text

/// 发布审批单: what is printed, signed by hand, scanned and recorded.
struct ApprovalSheetPage: Page {
    static let template = "clearances/sheet"

    struct Box: Sendable {
        let text: String
        let ticked: Bool
    }

    let title: String
    let backHref: String
    let unit: String
    let name: String
    let procedure: String
    let number: String
    let kind: String
    let attributes: [Box]
    /// Why it is not for proactive disclosure, as it was given on screen.
    let reason: String?
    /// What stands at its head.
    let facts: [Fact]
    let hash: String
    let prepared: String
    /// The review as it was made on screen; absent while it is still to be signed.
    let review: String?
    let reviewNote: String?
    /// The approval, where it was given on screen.
    let approval: String?
    let approvalNote: String?

    init(_ it: Clearance, _ texts: Texts) {
        title = texts["clearances.sheet.title"]
        backHref = "/desk/clearances/\(it.id)"
        unit = it.unitName
        name = it.title
        procedure = it.subjectTitle
        number = it.subject.number
        kind = texts.kind(of: it)
        attributes = Clearance.Attribute.allCases.map {
            Box(text: texts.attribute($0), ticked: it.reviewedAt != nil && it.attribute == $0)
        }
        reason = it.attributeReason.isEmpty ? nil : it.attributeReason
        facts = texts.facts(of: it.head)
        hash = Hexadecimal.encode(it.contentHash)
        prepared =
            texts[
                "clearances.prepared",
                ["name": it.preparedBy, "moment": ChinaTime.minute(it.preparedAt, in: texts.clock)]]
        review = it.reviewedAt.map {
            texts[
                it.reviewPassed == false ? "clearances.sheet.review_refused" : "clearances.sheet.review_passed",
                ["name": it.reviewedBy ?? "", "moment": ChinaTime.minute($0, in: texts.clock)]]
        }
        reviewNote = it.reviewNote.isEmpty ? nil : it.reviewNote
        approval =
            it.paper != nil
            ? nil
            : it.approvedAt.map {
                texts[
                    it.approvalGranted == false
                        ? "clearances.sheet.approval_refused" : "clearances.sheet.approval_granted",
                    ["name": it.approvedBy ?? "", "moment": ChinaTime.minute($0, in: texts.clock)]]
            }
        approvalNote = approval == nil || it.approvalNote.isEmpty ? nil : it.approvalNote
    }

    private init(review: String?) {
        (title, backHref, unit, name) = ("发布审批单", "/desk/clearances/1", "县民政局", "关于征求意见的公告")
        (procedure, number, kind) = ("社会救助目录", "C-2026-000001-3", "征求意见公告")
        attributes = [Box(text: "主动公开", ticked: true), Box(text: "依申请公开", ticked: false)]
        (reason, facts) = (review, [Fact(label: "文号", text: "龙府办〔2026〕1号")])
        (hash, prepared, self.review, reviewNote) = ("ab12", "陈某，2026年11月24日", review, review)
        (approval, approvalNote) = (review, review)
    }

    static let samples = [ApprovalSheetPage(review: nil), ApprovalSheetPage(review: "通过 · 赵某")]
}
