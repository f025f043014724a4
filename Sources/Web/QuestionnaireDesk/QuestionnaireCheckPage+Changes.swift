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
        QuestionnaireChange.all(from: before, to: after).map { change in
            let isGone = change.place.question.map { after.question($0) == nil } ?? (change.kind == .dropped)
            let content = isGone ? before : after
            func former(_ place: String) -> String {
                isGone ? texts["builder.changes.former", ["place": place]] : place
            }
            let number = change.place.question.flatMap { PaperForm.numbers(content)[$0] }
            let count = isGone ? change.place.question.flatMap { answered[$0] } ?? 0 : 0
            let isSeen = change.place.computed == nil && change.place.quota == nil
            let place = texts.way(to: change.place, in: content)
            return QuestionnaireCheckPage.Change(
                place: former(place),
                name: isSeen ? former(number.map { texts["builder.question_name", ["number": $0]] } ?? place) : nil,
                what: texts["builder.changes.kinds.\(change.kind.rawValue)"], before: change.before,
                after: change.after, kept: count == 0 ? nil : texts["builder.changes.kept", ["count": count]])
        }
    }

    /// A note to begin with, for who reads the corrected questionnaire.
    static func note(_ changes: [QuestionnaireCheckPage.Change], _ texts: Texts) -> String {
        let lines = changes.compactMap { change in
            change.name.map { name in
                let words = change.after.isEmpty ? change.before : change.after
                let isShort = !words.isEmpty && words.count <= 40
                return texts[
                    isShort ? "builder.changes.note_words" : "builder.changes.note",
                    ["place": name, "what": change.what, "words": words]]
            }
        }
        return String(lines.joined(separator: "\n").prefix(400))
    }
}

extension DeskQuestionnaire {
    /// The questions of what was asked last that are gone from what is worked on.
    func gone(since version: Version) -> [String] {
        version.content.questions.map(\.code).filter { content.question($0) == nil }
    }
}
