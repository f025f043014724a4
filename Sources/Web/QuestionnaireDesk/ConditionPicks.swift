import Questionnaires

/// Conditions to choose instead of writing them: what may be said of each earlier question in words, each with its formula.
struct ConditionPicks: Sendable {
    struct Asked: Sendable {
        let label: String
        let picks: [Choice]
    }

    let asked: [Asked]
    /// Somebody is choosing just now.
    let isOpen: Bool

    /// Where the number beside the choice comes in a formula.
    private static let number = "#"

    /// - Parameter place: of a new question.
    init?(
        for subject: PieceForm.Subject, into place: PieceForm.Place?, in content: Questionnaire, isOpen: Bool,
        _ texts: Texts
    ) {
        let numbers = PaperForm.numbers(content)
        asked = Self.earlier(than: subject, into: place, in: content).compactMap { question in
            let picks = Self.picks(question, texts)
            guard !picks.isEmpty else { return nil }
            return Asked(label: Self.label(question, numbers, texts), picks: picks)
        }
        self.isOpen = isOpen
        if asked.isEmpty { return nil }
    }

    init(asked: [Asked], isOpen: Bool) { (self.asked, self.isOpen) = (asked, isOpen) }

    private static func label(_ question: Question, _ numbers: [String: Int], _ texts: Texts) -> String {
        let name = ["number": String(numbers[question.code] ?? 0), "text": String(question.text.prefix(30))]
        return texts["builder.entry.question", name]
    }

    /// The earlier questions by whose options those in this form may be shown; none for a form without options.
    static func filters(
        of form: PieceForm, into place: PieceForm.Place?, in content: Questionnaire, _ texts: Texts
    ) -> [Choice] {
        guard form.optionsField != nil else { return [] }
        let numbers = PaperForm.numbers(content)
        return earlier(than: form.subject, into: place, in: content).filter { !$0.kind.options.isEmpty }.map {
            Choice(value: $0.code, text: label($0, numbers, texts), chosen: false)
        }
    }

    /// The questions that a condition there may name.
    private static func earlier(
        than subject: PieceForm.Subject, into place: PieceForm.Place?, in content: Questionnaire
    ) -> [Question] {
        let placed = content.placed
        switch subject {
        case .words, .computed: return []
        case .quota: return content.questions
        case .page(let code): return placed.prefix { $0.place.page != code }.map { $0.question }
        case .group(let code): return placed.prefix { $0.place.group != code }.map { $0.question }
        case .question(let code, _):
            if content.question(code) != nil { return placed.prefix { $0.place.question != code }.map { $0.question } }
            let last =
                placed.lastIndex { $0.place.group == place?.group && $0.place.question == place?.after }
                ?? placed.lastIndex { $0.place.group == place?.group }
            return last.map { placed[...$0].map { $0.question } } ?? content.questions
        }
    }

    private static func picks(_ question: Question, _ texts: Texts) -> [Choice] {
        let code = question.code
        func pick(_ formula: String, _ key: String, _ words: String = "") -> Choice {
            Choice(value: formula, text: texts["builder.pick.\(key)", ["text": words]], chosen: false)
        }
        switch question.kind {
        case .single(let single):
            return single.options.flatMap { option in
                [
                    pick("\(code) = '\(option.code)'", "chose", option.text),
                    pick("\(code) != '\(option.code)'", "not_chose", option.text),
                ]
            }
        case .multiple(let multiple):
            return multiple.options.flatMap { option in
                [
                    pick("'\(option.code)' in \(code)", "chose", option.text),
                    pick("not ('\(option.code)' in \(code))", "not_chose", option.text),
                ]
            }
        case .yesNo: return [pick("\(code) = true", "said_yes"), pick("\(code) = false", "said_no")]
        case .scale, .number:
            return [
                pick("\(code) >= \(number)", "least"), pick("\(code) <= \(number)", "most"),
                pick("\(code) = \(number)", "equal"),
            ]
        case .text, .date, .unit, .file: return [pick("answered(\(code))", "answered")]
        case .matrix(let matrix):
            guard case .text = matrix.cell else { return [] }
            return matrix.rows.map { pick("'\($0.code)' in \(code)", "answered_row", $0.text) }
        case .ranking, .information: return []
        }
    }

    /// The formula that was chosen; nil where none was, or its number is none.
    func formula(_ chosen: String, number typed: String) -> String? {
        guard asked.contains(where: { $0.picks.contains { $0.value == chosen } }) else { return nil }
        guard chosen.contains(Self.number) else { return chosen }
        return DecimalText.number(typed).map { chosen.replacing(Self.number, with: DecimalText.text(of: $0)) }
    }
}

extension PieceForm {
    /// Adds to the condition: it is to hold as well, or instead.
    mutating func add(_ formula: String, instead: Bool) {
        let before = self["condition"]
        let isLoose = before.contains("or") || before.contains("或")
        if before.isEmpty {
            self["condition"] = formula
        } else if instead {
            self["condition"] = "\(before) or \(formula)"
        } else {
            self["condition"] = (isLoose ? "(\(before))" : before) + " and " + formula
        }
    }
}
