import Participation
import Text

/// The form that prepares the announcement of a change: longer, on hold, resumed, ended, or another edition.
struct ProcedureChangePage: Page {
    static let template = "procedures/change"

    struct Closing: Sendable {
        let day: String
        let time: String
        let now: String
    }

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    let effect: String
    let action: String
    let back: String
    let button: String
    /// Whether the button ends something that cannot be taken up again.
    let final: Bool
    let closing: Closing?
    let editions: Filled<Choice>?
    /// A correction without another edition: where to upload one.
    let uploadHref: String?
    let reason: String
    let limit: Int
    let mayOrganise: Bool
    let errors: FormErrors

    init(
        _ form: ProcedureChange, of it: Procedure, editions: [Edition], mayOrganise: Bool, errors: FormErrors,
        _ texts: Texts
    ) {
        let address = "/desk/procedures/\(it.number)"
        let key = "procedures.change.\(form.kind.rawValue)"
        title = texts["\(key).title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/procedures", text: texts["procedures.title"]), Crumb(href: address, text: it.title),
        ]
        procedure = it.title
        effect = texts["\(key).effect"]
        (action, back) = ("\(address)/changes/\(form.kind.rawValue)", address)
        button = texts["\(key).button"]
        final = form.kind == .termination
        closing =
            form.setsClosing
            ? Closing(
                day: form.closesOn, time: form.closesTime,
                now: texts["procedures.change.now", ["moment": ChinaTime.deadline(it.closesAt, in: texts.clock)]]) : nil
        let corrects = form.kind == .correction
        self.editions =
            corrects
            ? Filled(
                editions.map {
                    .init(
                        value: String($0.id),
                        text: texts[
                            "procedures.edition", ["title": it.draftTitle, "ordinal": $0.ordinal, "rows": $0.rows]],
                        chosen: $0.id == form.editionID)
                }) : nil
        uploadHref = corrects && editions.isEmpty ? "/desk/drafts/\(it.draftID)/editions/new" : nil
        (reason, limit) = (form.reason, ProcedureChange.longestReason)
        (self.mayOrganise, self.errors) = (mayOrganise, errors)
    }

    private init(
        closing: Closing?, editions: Filled<Choice>?, uploadHref: String?, full: Bool
    ) {
        title = "延长期限"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (procedure, effect) = ("社会救助目录", "公布以后……")
        (action, back, button, final) = ("/a", "/b", "拟出公告", full)
        (self.closing, self.editions, self.uploadHref) = (closing, editions, uploadHref)
        (reason, limit, mayOrganise) = ("理由", 1000, full)
        errors = FormErrors(["closes_at", "edition", "reason"].map { ($0, "请改一下这里。") })
    }

    static let samples = [
        ProcedureChangePage(
            closing: Closing(day: "2026-12-08", time: "24:00", now: "现在12月1日24时截止"),
            editions: Filled([.init(value: "2", text: "第 2 稿", chosen: true)]), uploadHref: nil, full: true),
        ProcedureChangePage(closing: nil, editions: nil, uploadHref: "/u", full: false),
    ]
}
