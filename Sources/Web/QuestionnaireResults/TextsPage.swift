import Foundation
import Participation
import Questionnaires
import Text

/// What was written in answer to one question: read and screened, the same words once, like words beside each other.
struct TextsPage: Page {
    static let template = "questionnaire-results/texts"

    struct Wording: Sendable {
        let id: String
        let words: String
        let count: String?
        /// Why it is hidden, or lacks words.
        let reason: String?
        /// It looks as if somebody's data were in it.
        let hint: Bool
        let picked: Bool
        /// The sheets that have it.
        let href: String
        /// As everyone reads it, or would; nil where that is as it was written.
        let publicWords: String?
        /// Who screened it last, and when.
        let decided: String?
        /// Where what is taken out is typed; nil where it is shown already.
        let box: Box?
    }

    struct Box: Sendable {
        let id: String
        /// Of which text it is.
        let words: String
        let typed: String
        let open: Bool
        let error: String?
    }

    /// Those that say nearly the same; the others have a group of their own.
    struct Group: Sendable {
        let title: String?
        let wordings: [Wording]
    }

    struct Tab: Sendable {
        let href: String
        let text: String
        let count: Int
        let current: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let question: String
    /// The step that was taken last, while it can be taken back.
    let done: StepTaken?
    let tabs: [Tab]
    let action: String
    let before: String
    let groups: Filled<Group>?
    /// That there are more than are shown together.
    let more: String?
    let hiddenCodes: [Choice]
    /// These can be shown: what is taken out of all of them, as it was typed.
    let showing: Showing?
    /// That the published version stays as it is.
    let publishedNote: String?
    let errors: FormErrors

    struct Showing: Sendable {
        let common: String
        let open: Bool
    }

    static let samples = [
        TextsPage(
            title: "文字回答", crumbs: [Crumb(href: "/desk", text: "工作台")], question: "还有什么建议",
            done: .sample,
            tabs: [
                Tab(href: "/t", text: "待审核", count: 3, current: true),
                Tab(href: "/u", text: "公开", count: 1, current: false),
            ],
            action: "/t", before: "pending",
            groups: Filled([
                Group(
                    title: "2 种说法相近",
                    wordings: [
                        Wording(
                            id: "a", words: "排队太久", count: "3 人", reason: "广告", hint: true, picked: true, href: "/w",
                            publicWords: "***太久", decided: "张三，12月1日",
                            box: Box(id: "blank-a", words: "排队太久", typed: "排队", open: true, error: "没有这个词。")),
                        Wording(
                            id: "b", words: "排队太久了", count: nil, reason: nil, hint: false, picked: false, href: "/w",
                            publicWords: nil, decided: nil,
                            box: Box(id: "blank-b", words: "排队太久了", typed: "", open: false, error: nil)),
                    ]),
                Group(title: nil, wordings: []),
            ]), more: "还有更多。", hiddenCodes: [Choice(value: "abuse", text: "辱骂", chosen: false)],
            showing: Showing(common: "王小明", open: true), publishedNote: "已经公布。",
            errors: FormErrors([
                (field: "wordings", text: "请选择。"), (field: "code", text: "请选原因。"), (field: "common", text: "没有这个词。"),
            ])),
        TextsPage(
            title: "文字回答", crumbs: [], question: "", done: nil, tabs: [], action: "/t", before: "shown", groups: nil,
            more: nil,
            hiddenCodes: [], showing: nil, publishedNote: nil, errors: FormErrors()),
    ]
}

extension TextsPage {
    /// - Parameters:
    ///   - done: a step that was just taken, and how many of it can be taken back.
    ///   - form: what was sent and comes back with errors.
    init(
        _ source: ResultSource, _ question: Question, _ screening: Screening, _ wordings: [TextWording],
        counts: [TextWording.Waiting], done: (batch: UUID, count: Int)? = nil, form: TextsForm? = nil,
        errors: FormErrors, _ words: ResultWords
    ) {
        let texts = words.texts
        let address = "/desk/questionnaires/\(source.number)"
        title = texts["questionnaire_results.texts.title"]
        crumbs = [
            Crumb(href: address, text: source.title),
            Crumb(href: "\(address)/results", text: texts["questionnaire_results.title"]),
        ]
        self.question = words.text(of: question)
        tabs = Screening.allCases.map { it in
            let count = counts.first { $0.question == question.code && $0.screening == it }?.wordings ?? 0
            return Tab(
                href: "\(address)/texts?question=\(question.code)&screening=\(it.rawValue)",
                text: texts["questionnaire_results.texts.tabs.\(it.rawValue)"], count: count, current: it == screening)
        }
        action = "\(address)/texts?question=\(question.code)&screening=\(screening.rawValue)"
        before = screening.rawValue
        self.done = done.map {
            StepTaken(
                text: texts["questionnaire_results.texts.done", ["count": $0.count]],
                batch: $0.batch.uuidString.lowercased(),
                undoAction: "\(address)/texts/undo?question=\(question.code)&screening=\(screening.rawValue)",
                undo: texts["questionnaire_results.texts.undo", ["count": $0.count]])
        }
        func reason(_ it: TextWording) -> String? {
            if let code = it.hiddenCode { return texts["submissions.hidden_codes.\(code.rawValue)"] }
            guard screening == .shown, let code = it.blankedCode else { return nil }
            return texts[
                "questionnaire_results.texts.blanked_for",
                ["reason": texts["submissions.hidden_codes.\(code.rawValue)"]]]
        }
        func line(_ it: TextWording) -> Wording {
            let id = it.id.uuidString.lowercased()
            let (field, typed) = (TextsForm.box(of: it), form?.typed[it.id] ?? it.blanked.joined(separator: "\n"))
            return Wording(
                id: id, words: it.words,
                count: it.sheets > 1 ? texts["questionnaire_results.said_by", ["count": it.sheets]] : nil,
                reason: reason(it), hint: !PersonalData.find(in: it.words).isEmpty,
                picked: form?.picked.contains(it.id) ?? false,
                href: "\(address)/texts/\(id)?question=\(question.code)",
                publicWords: it.publicWords == it.words ? nil : it.publicWords,
                decided: it.screenedAt.map {
                    texts[
                        "questionnaire_results.texts.decided",
                        ["name": it.screenedBy ?? "", "at": ChinaTime.minute($0, in: texts.clock)]]
                },
                box: screening == .shown
                    ? nil
                    : Box(
                        id: field, words: it.words, typed: typed, open: !typed.isEmpty || errors[field: field] != nil,
                        error: errors[field: field]))
        }
        let folding = Folding(wordings.map(\.words))
        let alike = folding.groups.map { $0.wordings.flatMap(\.texts) }
        let single = Set(wordings.indices).subtracting(alike.joined()).sorted()
        groups = Filled(
            alike.map { members in
                Group(
                    title: texts["questionnaire_results.texts.alike", ["count": members.count]],
                    wordings: members.map { line(wordings[$0]) })
            } + (single.isEmpty ? [] : [Group(title: nil, wordings: single.map { line(wordings[$0]) })]))
        more =
            wordings.count == TextWording.most
            ? texts["questionnaire_results.texts.more", ["number": TextWording.most]] : nil
        hiddenCodes = HiddenCode.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["submissions.hidden_codes.\($0.rawValue)"], chosen: $0 == form?.code)
        }
        let common = form?.common ?? ""
        showing =
            screening == .shown
            ? nil : Showing(common: common, open: !common.isEmpty || errors[field: "common"] != nil)
        publishedNote = source.state == .published ? texts["questionnaire_results.texts.published"] : nil
        self.errors = errors
    }
}
