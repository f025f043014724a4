import Participation
import Questionnaires
import Text

extension QuestionnaireCheckPage {
    /// Something that a correction changes.
    struct Change: Sendable {
        let place: String
        /// The place as everyone sees it; nil for what nobody outside sees.
        let name: String?
        let what: String
        let before: String
        let after: String
        /// What everyone is told of it, without codes: what is now or, of what is gone, what was.
        let quoted: String
        /// What becomes of answers to a question that is gone.
        let kept: String?
    }

    /// Something that happened to it.
    struct Happening: Sendable {
        let at: String
        let what: String
        let who: String
    }
}

extension QuestionnaireCheckPage.Happening {
    /// Nil for what has no words here.
    init?(_ event: QuestionnaireEvent, _ texts: Texts) {
        let key = "builder.history.kinds.\(event.kind)"
        guard texts.has(key) else { return nil }
        at = ChinaTime.minute(event.at, in: texts.clock)
        // `2/50`: so many of that batch.
        let parts = (event.code ?? "").split(separator: "/")
        what = texts[key, ["code": String(parts.last ?? ""), "batch": String(parts.first ?? "")]]
        who = event.who ?? texts["builder.history.clock"]
    }
}

extension QuestionnaireCheckPage.Change {
    /// - Parameter answered: how many sheets that count answer each question that is gone.
    static func all(
        from before: Questionnaire, to after: Questionnaire, answered: [String: Int], _ texts: Texts
    ) -> [QuestionnaireCheckPage.Change] {
        let (once, now) = (SpokenFormula(before, texts), SpokenFormula(after, texts))
        return QuestionnaireChange.all(from: before, to: after).map { change in
            let isGone = change.place.question.map { after.question($0) == nil } ?? (change.kind == .dropped)
            let content = isGone ? before : after
            func former(_ place: String) -> String {
                isGone ? texts["builder.changes.former", ["place": place]] : place
            }
            let number = change.place.question.flatMap { PaperForm.numbers(content)[$0] }
            let count = isGone ? change.place.question.flatMap { answered[$0] } ?? 0 : 0
            let isSeen = change.place.computed == nil && change.place.quota == nil
            let place = texts.way(to: change.place, in: content)
            let words = words(of: change, from: before, to: after, texts)
            let asked = number.map { texts["builder.question_name", ["number": $0]] }
            let name = asked.map { asked in
                option(change, in: content).map {
                    texts["builder.paper.said.part", ["question": asked, "part": $0]]
                } ?? asked
            }
            return QuestionnaireCheckPage.Change(
                place: former(place),
                name: isSeen ? former(name ?? place) : nil,
                what: texts["builder.changes.kinds.\(change.kind.rawValue)"], before: words.before,
                after: words.after, quoted: quoted(change, words, isGone ? once : now, texts),
                kept: count == 0 ? nil : texts["builder.changes.kept", ["count": count]])
        }
    }

    /// The option, row or column that has changed, where its words are not quoted.
    private static func option(_ change: QuestionnaireChange, in it: Questionnaire) -> String? {
        guard [.condition, .rules].contains(change.kind),
            let kind = change.place.question.flatMap({ it.question($0) })?.kind
        else { return nil }
        if let code = change.place.option { return kind.options.first { $0.code == code }?.text }
        return kind.columns.first { $0.code == change.place.column }?.text
    }

    private static func quoted(
        _ change: QuestionnaireChange, _ words: (before: String, after: String), _ spoken: SpokenFormula,
        _ texts: Texts
    ) -> String {
        switch change.kind {
        case .condition where change.after.isEmpty: texts["builder.changes.always"]
        case .validation where change.after.isEmpty: texts["builder.changes.anything"]
        case .condition, .validation: spoken.said(change.after) ?? ""
        default: spoken.repeated(words.after.isEmpty ? words.before : words.after)
        }
    }

    /// What was and what is; where the change itself quotes nothing, in the words of the form in which it is set.
    private static func words(
        of change: QuestionnaireChange, from before: Questionnaire, to after: Questionnaire, _ texts: Texts
    ) -> (before: String, after: String) {
        guard change.before.isEmpty, change.after.isEmpty else { return (change.before, change.after) }
        let place = change.place
        func both(_ said: (Questionnaire) -> String) -> (before: String, after: String) { (said(before), said(after)) }
        switch change.kind {
        case .required:
            return both { it in
                let isRequired = place.question.flatMap { it.question($0) }?.isRequired == true
                return texts[isRequired ? "builder.flags.required" : "builder.changes.optional"]
            }
        case .rules where place.option != nil || place.column != nil:
            return both { it in
                let kind = place.question.flatMap { it.question($0) }?.kind
                let option = (place.option == nil ? kind?.columns : kind?.options)?
                    .first { $0.code == place.option ?? place.column }
                return texts[option?.isExclusive == true ? "builder.changes.exclusive" : "builder.changes.joined"]
            }
        case .rules:
            guard var old = PieceForm(place, in: before), var now = PieceForm(place, in: after) else { return ("", "") }
            func codes(_ it: Questionnaire) -> [String] {
                place.question.flatMap { it.question($0) }?.kind.options.map(\.code) ?? []
            }
            let isReordered = codes(before) != codes(after) && Set(codes(before)) == Set(codes(after))
            // What has a line of its own among the changes.
            let told = ["title", "text", "hint", "condition", "validation"]
            for name in told + (isReordered ? [] : ["options", "rows", "columns"]) { (old[name], now[name]) = ("", "") }
            old.set("required", false)
            now.set("required", false)
            func listed(_ facts: [Fact]) -> String {
                facts.map { $0.label + texts["builder.colon"] + $0.text.replacing("\n", with: " · ") }
                    .joined(separator: "\n")
            }
            return (listed(now.differing(from: old, texts)), listed(old.differing(from: now, texts)))
        case .added, .dropped, .text, .hint, .option, .condition, .validation, .moved, .introduction, .closing:
            return ("", "")
        }
    }

    /// A note to begin with, for who reads the corrected questionnaire.
    static func note(_ changes: [QuestionnaireCheckPage.Change], _ texts: Texts) -> String {
        let lines = changes.compactMap { change in
            change.name.map { name in
                let words = change.quoted
                let isShort = !words.isEmpty && words.count <= 40 && !words.contains("\n")
                return texts[
                    isShort ? "builder.changes.note_words" : "builder.changes.note",
                    ["place": name, "what": change.what, "words": words]]
            }
        }
        return String(lines.joined(separator: "\n").prefix(400))
    }
}

extension PieceForm {
    /// Of a question, group or page as it is here; nil where it is not.
    fileprivate init?(_ place: QuestionnairePlace, in it: Questionnaire) {
        if let question = place.question.flatMap({ it.question($0) }) {
            self.init(.question(question))
        } else if let group = place.group.flatMap({ it.group($0) }) {
            self.init(.group(group))
        } else if let page = place.page.flatMap({ it.page($0) }) {
            self.init(.page(page))
        } else {
            return nil
        }
    }
}

extension DeskQuestionnaire {
    /// The questions of what was asked last that are gone from what is worked on.
    func gone(since version: Version) -> [String] {
        version.content.questions.map(\.code).filter { content.question($0) == nil }
    }
}
