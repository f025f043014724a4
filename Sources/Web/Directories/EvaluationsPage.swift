import Foundation
import Participation
import Text

/// 定期评估: what is on request or withheld and comes up again after a year, with what came of it.
struct EvaluationsPage: Page {
    static let template = "directories/evaluations"

    struct Entry: Sendable {
        let id: Int
        let href: String?
        let title: String
        let context: String
        let unit: String
        let attribute: String
        let when: String
        let isOverdue: Bool
        /// Whether this person may decide.
        let form: Form?
        /// Of what was decided.
        let outcome: String?
        let reason: String?
        /// Decided to become public, and not yet: where that is done.
        let owed: Crumb?
    }

    struct Form: Sendable {
        let outcomes: [Choice]
        let reason: String
        let error: String?
    }

    let title: String
    let crumbs: [Crumb]
    let open: Filled<Entry>?
    /// What was decided to become public, and has not yet.
    let owed: Filled<Entry>?
    let decided: Filled<Entry>?

    /// - Parameter typed: a form that comes back, with the id of its evaluation.
    init(
        open: [Evaluation], decided: [Evaluation], typed: (id: Int, form: EvaluationForm, error: String)?,
        for staff: StaffActor, _ texts: Texts
    ) {
        title = texts["evaluations.title"]
        crumbs = [Crumb(href: "/desk/directories", text: texts["directories.desk.title"])]
        self.open = Filled(
            open.map { it in
                let back = typed.flatMap { $0.id == it.id ? $0 : nil }
                return Entry(
                    it,
                    form: staff.has(.organiser, in: it.unitIDs)
                        ? Form(back?.form ?? EvaluationForm(), error: back?.error, texts) : nil, texts)
            })
        owed = Filled(decided.filter { $0.owed != nil }.map { Entry($0, form: nil, texts) })
        self.decided = Filled(decided.map { Entry($0, form: nil, texts) })
    }

    private init(open: Filled<Entry>?, decided: Filled<Entry>?) {
        (title, crumbs) = ("定期评估", [Crumb(href: "/desk/directories", text: "正式目录")])
        (self.open, self.decided, owed) = (open, decided, decided)
    }

    static let samples: [EvaluationsPage] = {
        func entry(href: String?, form: Form?, outcome: String?) -> Entry {
            Entry(
                id: 3, href: href, title: "法律法规", context: "安全生产目录", unit: "县应急管理局", attribute: "依申请公开",
                when: "应于11月26日前评估", isOverdue: true, form: form, outcome: outcome, reason: outcome.map { _ in "不变" },
                owed: outcome.map { _ in Crumb(href: "/d", text: "去修改") })
        }
        let form = Form(
            outcomes: [
                Choice(value: "stays", text: "不变", chosen: true), Choice(value: "public", text: "公开", chosen: false),
            ], reason: "没有变化", error: "请写理由")
        return [
            EvaluationsPage(
                open: Filled([entry(href: "/d", form: form, outcome: nil)]),
                decided: Filled([entry(href: nil, form: nil, outcome: "维持不变")])),
            EvaluationsPage(open: nil, decided: nil),
        ]
    }()
}

/// What came of an evaluation, as somebody has filled it in.
struct EvaluationForm: Sendable {
    let outcome: Evaluation.Outcome?
    let reason: String

    static let longestReason = 1000

    init() { (outcome, reason) = (nil, "") }

    init(_ form: FormData) {
        outcome = Evaluation.Outcome(rawValue: form.string("outcome"))
        reason = TextNormalisation.normalised(form.string("reason"))
    }

    func error(_ texts: Texts) -> String? {
        if outcome == nil { return texts["evaluations.errors.outcome"] }
        if reason.isEmpty { return texts["evaluations.errors.reason"] }
        let over = TextLength.count(reason) - Self.longestReason
        return over > 0 ? texts["clearances.errors.note_too_long", ["count": over]] : nil
    }
}

extension EvaluationsPage.Form {
    fileprivate init(_ typed: EvaluationForm, error: String?, _ texts: Texts) {
        outcomes = Evaluation.Outcome.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["evaluations.outcomes.\($0.rawValue)"], chosen: $0 == typed.outcome)
        }
        (reason, self.error) = (typed.reason, error)
    }
}

extension EvaluationsPage.Entry {
    fileprivate init(_ it: Evaluation, form: EvaluationsPage.Form?, _ texts: Texts) {
        id = it.id
        href =
            switch it.subject {
            case .paper(let clearance): "/desk/clearances/\(clearance)"
            case .row(let directory, let lineage):
                "/directories/\(directory)/rows/\(lineage.uuidString.lowercased())"
            case .gone: nil
            }
        title = it.title.isEmpty ? texts["evaluations.gone"] : it.title
        (context, unit, attribute) = (it.context, it.unitName, texts.attribute(it.attribute))
        isOverdue = it.isOverdue
        if let moment = it.decidedAt {
            when =
                texts[
                    "evaluations.decided", ["name": it.decidedBy ?? "", "day": ChinaTime.day(moment, in: texts.clock)]]
        } else {
            when =
                texts[
                    "evaluations.due",
                    [
                        "day": ChinaTime.day(it.dueOn, in: texts.clock),
                        "last": ChinaTime.day(it.lastDecidedOn, in: texts.clock),
                    ]]
        }
        self.form = form
        outcome = it.outcome.map { texts["evaluations.outcomes.\($0.rawValue)"] }
        reason = it.reason.isEmpty ? nil : it.reason
        owed =
            switch it.owed {
            case .edition(let draft): Crumb(href: "/desk/drafts/\(draft)", text: texts["evaluations.to_edition"])
            case .paper(let number): Crumb(href: "/desk/procedures/\(number)", text: texts["evaluations.to_paper"])
            case .result(let number):
                Crumb(href: "/desk/questionnaires/\(number)/publication", text: texts["evaluations.to_paper"])
            case nil: nil
            }
    }
}
