import Participation
import Text

/// 转办单 · 呈批表 · 督办单: what is printed, signed by hand and filed.
struct CaseSheetPage: Page {
    static let template = "casework/sheet"

    enum Kind: String, Sendable, CaseIterable {
        case assignment, approval, supervision
    }

    struct Opinion: Sendable {
        let label: String
    }

    let title: String
    let backHref: String
    let lead: String
    let facts: [Fact]
    /// What was written; then, as the sheet needs them, the reply, the demand.
    let texts: [Fact]
    /// Boxes for a signature each.
    let opinions: [Opinion]

    init?(_ kind: Kind, _ record: CaseRecord, matter: CaseMatter, _ words: Texts) {
        let it = record.file
        let key = "casework.sheets.\(kind.rawValue)"
        title = words[words.casework("sheets.\(kind.rawValue).title", of: it)]
        lead = words["\(key).lead"]
        backHref = "/desk/cases/\(it.id)"
        func fact(_ name: String, _ text: String?) -> Fact? {
            text.flatMap { $0.isEmpty ? nil : Fact(label: words["casework.facts.\(name)"], text: $0) }
        }
        let until = it.dueAt.map {
            words[
                it.isProvisional ? "casework.due.until_provisional" : "casework.due.until",
                ["moment": ChinaTime.deadline($0, in: words.clock)]]
        }
        let assisting = it.assistingIDs.map { id in record.units.first { $0.id == id }?.name ?? "—" }
        facts = [
            fact("number", it.number), fact("kind", matter.kind),
            fact("received", ChinaTime.day(it.receivedOn, in: words.clock)),
            fact("unit", it.unitName), fact("assisting", assisting.joined(separator: words["casework.comma"])),
            fact("urgency", words.urgency(it.urgency)), fact("due", until),
        ].compactMap { $0 }
        let matterText = fact("matter", [matter.title, matter.text].compactMap { $0 }.joined(separator: "\n"))
        let remark = record.remarks.last { $0.kind == "assignment" }?.body
        switch kind {
        case .assignment:
            guard it.unitID != nil else { return nil }
            texts = [matterText, fact("assignment_remark", remark)].compactMap { $0 }
            opinions = ["office", "unit"].map { Opinion(label: words["casework.sheets.opinions.\($0)"]) }
        case .approval:
            guard let reply = record.reply else { return nil }
            texts = [matterText, fact("reply", reply.body)].compactMap { $0 }
            opinions = ["writer", "head"].map { Opinion(label: words["casework.sheets.opinions.\($0)"]) }
        case .supervision:
            guard let supervision = record.supervisions.last else { return nil }
            texts = [
                matterText, fact("demand", supervision.demand),
                fact("answer_due", ChinaTime.day(supervision.answerDueOn, in: words.clock)),
                fact("supervision_answer", supervision.answer),
            ].compactMap { $0 }
            opinions = ["supervision", "head"].map { Opinion(label: words["casework.sheets.opinions.\($0)"]) }
        }
    }

    private init() {
        (title, backHref, lead) = ("留言转办单", "/desk/cases/1", "打印出来签字。")
        facts = [Fact(label: "编号", text: "MY-2026-000001-7")]
        texts = [Fact(label: "内容", text: "站牌看不清。")]
        opinions = [Opinion(label: "办公室意见")]
    }

    static let samples = [CaseSheetPage()]
}
