import Foundation
import Participation
import Text

/// Beside an opinion: whom its organiser has asked for a view, what they said, and how it came to the answer. Any page that shows an
/// opinion may include `views/part`; the forms are those of the page of the opinion.
struct OpinionViewPart: Sendable {
    /// A view that is waited for, or has come.
    struct View: Sendable {
        let id: Int
        let unit: String
        let href: String
        /// Where it stands: `有意见稿，等审签`.
        let standing: String
        /// `info`, `good`, `bad` or empty.
        let tone: String
        let words: [String]
        /// Begins the answer with its words.
        let adoptHref: String?
        let takeBackAction: String?
    }

    /// One step of the reasoning.
    struct Step: Sendable {
        let at: String
        let who: String
        let what: String
        /// What the organiser has changed of the view's words.
        let changed: Changed?
    }

    struct Changed: Sendable {
        let wordsMarkup: Markup
    }

    struct Ask: Sendable {
        let action: String
        let units: [Choice]
        let limit: Int
        let question: String
        let error: String?
        let isOpen: Bool
    }

    let opinion: Int
    let views: Filled<View>?
    /// Once there is more than an answer.
    let steps: Filled<Step>?
    /// Absent for who may not ask.
    let ask: Ask?

    /// - Parameters:
    ///   - query: of the list that the opinion was opened from.
    ///   - typed: a question that came back with a mistake.
    init(
        opinion: Int, query: String = "", views: [OpinionView], answers: [Disposition], units: [Participation.Unit],
        mayAsk: Bool,
        typed: (form: FormData, error: String)? = nil, _ texts: Texts
    ) {
        let address = "/desk/opinions/\(opinion)"
        let own = views.filter { $0.opinionID == opinion }
        self.opinion = opinion
        self.views = Filled(own.map { View($0, address: address, query: query, mayAsk: mayAsk, texts) })
        steps = own.isEmpty ? nil : Filled(Reasoning(views: own, answers: answers).steps.map { Step($0, texts) })
        ask =
            mayAsk
            ? Ask(
                action: "\(address)/views\(query)",
                units: units.map {
                    Choice(value: String($0.id), text: $0.name, chosen: String($0.id) == typed?.form.string("unit"))
                },
                limit: OpinionView.longestQuestion, question: typed?.form.exactly("question") ?? "",
                error: typed?.error,
                isOpen: typed != nil)
            : nil
    }

    private init(isFull: Bool) {
        opinion = 1
        let view = View(
            id: 7, unit: "县财政局", href: "/desk/cases/7", standing: "已提出", tone: "good", words: ["建议采纳。"],
            adoptHref: isFull ? "?view=7" : nil, takeBackAction: isFull ? "/b" : nil)
        views = Filled([view])
        steps = Filled([
            Step(
                at: "12月2日", who: "陈", what: "答复，改动了办理意见",
                changed: Changed(wordsMarkup: Markup(trusted: "<ins>拟</ins>"))),
            Step(at: "12月1日", who: "李", what: "提出", changed: nil),
        ])
        ask =
            isFull
            ? Ask(
                action: "/a", units: [Choice(value: "1", text: "县财政局", chosen: true)], limit: 1000, question: "",
                error: "请选单位。", isOpen: true) : nil
    }

    static let sample = OpinionViewPart(isFull: true)
}

extension OpinionViewPart.View {
    fileprivate init(_ it: OpinionView, address: String, query: String, mayAsk: Bool, _ texts: Texts) {
        id = it.id
        unit = it.unitName ?? texts["views.nobody"]
        href = "/desk/cases/\(it.id)"
        let until = it.dueAt.map { ChinaTime.deadline($0, in: texts.clock) } ?? ""
        switch it.state {
        case .completed:
            standing = texts[it.isLate ? "views.given_late" : "views.given"]
            tone = it.isLate ? "warn" : "good"
        case .withdrawn, .sealed:
            standing = texts["views.taken_back"]
            tone = ""
        default:
            standing = texts[it.isLate ? "views.overdue" : "views.waiting", ["moment": until]]
            tone = it.isLate ? "bad" : "info"
        }
        words = (it.words ?? "").paragraphs
        adoptHref =
            mayAsk && it.words != nil
            ? "\(address)\(query)\(query.isEmpty ? "?" : "&")adopt=\(it.id)#reason-one" : nil
        takeBackAction = mayAsk && it.state.isOpen ? "\(address)/views/\(it.id)/back\(query)" : nil
    }
}

extension OpinionViewPart.Step {
    fileprivate init(_ step: Reasoning.Step, _ texts: Texts) {
        switch step {
        case .asked(let view):
            at = ChinaTime.minute(view.askedAt, in: texts.clock)
            who = view.askedBy
            let unit = view.unitName ?? texts["views.nobody"]
            what =
                texts[
                    view.question.isEmpty ? "views.steps.asked" : "views.steps.asked_question",
                    ["unit": unit, "question": view.question]]
            changed = nil
        case .said(let view):
            at = view.answeredAt.map { ChinaTime.minute($0, in: texts.clock) } ?? ""
            who = view.writtenBy ?? ""
            what = texts["views.steps.said", ["unit": view.unitName ?? "", "approver": view.approvedBy ?? "—"]]
            changed = nil
        case .answered(let answer, let view):
            at = ChinaTime.minute(answer.answeredAt, in: texts.clock)
            who = answer.answeredBy
            let outcome = texts.outcome(answer.outcome.rawValue)
            let words = view?.words ?? ""
            let key = view == nil ? "alone" : words == answer.reason ? "adopted" : "changed"
            what = texts["views.steps.\(key)", ["outcome": outcome]]
            changed =
                key == "changed"
                ? .init(wordsMarkup: Markup(Redline(from: words, to: answer.reason), texts)) : nil
        }
    }
}
