import Foundation
import Questionnaires
import Text

/// A form of the builder: the fields of one piece of a questionnaire by their names, as typed.
struct PieceForm: Sendable {
    enum Subject: Sendable, Equatable {
        case words
        case page(String)
        case group(String)
        case question(String, Question.Kind.Form)
        case computed
        case quota(String)

        /// Below `builder.forms` in the locales.
        var key: String {
            switch self {
            case .words: "words"
            case .page: "page"
            case .group: "group"
            case .question: "question"
            case .computed: "computed"
            case .quota: "quota"
            }
        }
    }

    /// Where a new question comes.
    struct Place: Sendable {
        let group: String
        /// The question behind which it comes; nil: at the end of the group.
        let after: String?

        /// Nil where no group is named.
        init?(_ form: FormData) {
            guard let group = form.optional("group") else { return nil }
            (self.group, after) = (group, form.optional("after"))
        }

        init(group: String, after: String?) { (self.group, self.after) = (group, after) }
    }

    let subject: Subject
    /// Of a new question.
    var place: Place?
    /// By the names of their fields; also what another kind of question had fields for.
    private(set) var typed: [String: String] = [:]
    private(set) var ticked: Set<String> = []

    /// The field of its options or rows; nil for what has none.
    var optionsField: String? {
        guard case .question(_, let shape) = subject else { return nil }
        return switch shape {
        case .single, .multiple, .ranking: "options"
        case .matrix, .matrixMultiple, .matrixNumbers, .matrixTexts: "rows"
        case .yesNo, .scale, .number, .text, .date, .units, .towns, .file, .information: nil
        }
    }

    subscript(_ name: String) -> String {
        get { typed[name] ?? "" }
        set { typed[name] = newValue }
    }

    func has(_ flag: String) -> Bool { ticked.contains(flag) }

    mutating func set(_ flag: String, _ isSet: Bool) { if isSet { ticked.insert(flag) } else { ticked.remove(flag) } }

    init(_ subject: Subject) { self.subject = subject }

    /// As it was sent, without what says which form it is.
    init(_ subject: Subject, _ form: FormData) {
        self.subject = subject
        let names = Set(form.fields.map(\.name)).subtracting([
            "csrf", "version", "group", "after", "kind", "rekind", "flags", "pick", "pick_number", "pick_it",
            "earlier", "filter_it",
        ])
        for name in names { typed[name] = TextNormalisation.normalised(form.string(name)) }
        ticked = Set(form.strings("flags").filter { !$0.isEmpty })
    }

    /// The same words in a form of the other's kind.
    func like(_ other: PieceForm) -> PieceForm {
        var form = PieceForm(other.subject)
        (form.typed, form.ticked) = (typed, ticked)
        return form
    }

    /// Without what has no field in it.
    func only(_ names: Set<String>) -> PieceForm {
        var form = self
        form.typed = typed.filter { names.contains($0.key) }
        return form
    }

    // MARK: From what is there

    init(_ piece: QuestionnairePiece) {
        switch piece {
        case .words(let title, let introduction, let closing):
            self.init(.words)
            (self["title"], self["introduction"], self["closing"]) = (title, introduction, closing)
        case .page(let page):
            self.init(.page(page.code))
            (self["title"], self["condition"]) = (page.title, page.condition ?? "")
            set("shuffled", page.isShuffled)
        case .group(let group):
            self.init(.group(group.code))
            (self["title"], self["condition"]) = (group.title, group.condition ?? "")
            set("shuffled", group.isShuffled)
        case .question(let question):
            self.init(.question(question.code, question.kind.form))
            fill(question)
        case .computed(let computed):
            self.init(.computed)
            self["lines"] = computed.map { "\($0.code) = \($0.expression)" }.joined(separator: "\n")
        case .quota(let quota):
            self.init(.quota(quota.code))
            (self["title"], self["condition"], self["closing"]) = (quota.title, quota.condition, quota.closing)
            self["most"] = String(quota.most)
        }
    }

    private mutating func fill(_ question: Question) {
        (self["text"], self["hint"]) = (question.text, question.hint)
        self["condition"] = question.condition ?? ""
        self["validation"] = question.validation?.expression ?? ""
        self["message"] = question.validation?.message ?? ""
        self["initial"] = question.initial.map(Self.text) ?? ""
        set("required", question.isRequired)
        func bounds(_ least: Int?, _ most: Int?) {
            (self["least"], self["most"]) = (least.map { String($0) } ?? "", most.map { String($0) } ?? "")
        }
        switch question.kind {
        case .single(let it):
            (self["options"], self["other"]) = (OptionLines(options: it.options).text, it.other ?? "")
            self["comment"] = it.comment ?? ""
            set("drop_down", it.isDropDown)
            set("shuffled", it.isShuffled)
        case .multiple(let it):
            (self["options"], self["other"]) = (OptionLines(options: it.options).text, it.other ?? "")
            self["comment"] = it.comment ?? ""
            set("shuffled", it.isShuffled)
            bounds(it.least, it.most)
        case .matrix(let it):
            self["rows"] = OptionLines(options: it.rows).text
            self["columns"] = OptionLines(options: it.columns).text
            set("shuffled", it.isShuffled)
            switch it.cell {
            case .single, .multiple: break
            case .number(let number): fill(number)
            case .text(let most): bounds(nil, most)
            }
        case .scale(let it):
            (self["from"], self["to"]) = (String(it.from), String(it.to))
            self["appearance"] = it.appearance.rawValue
            self["labels"] = it.labels.map(OptionLines.inLine).joined(separator: "\n")
        case .ranking(let it):
            self["options"] = OptionLines(options: it.options).text
            set("shuffled", it.isShuffled)
            bounds(nil, it.most)
        case .number(let it): fill(it)
        case .text(let it):
            set("long", it.isLong)
            bounds(nil, it.most)
        case .date(let it): (self["first"], self["last"]) = (it.first ?? "", it.last ?? "")
        case .file(let it): bounds(nil, it.most)
        case .yesNo, .unit, .information: break
        }
    }

    private mutating func fill(_ number: Question.Number) {
        (self["least"], self["most"]) = (Self.text(number.least), Self.text(number.most))
        (self["decimals"], self["measure"]) = (String(number.decimals), number.unit)
    }

    static func text(_ number: Double?) -> String { number.map { DecimalText.text(of: $0) } ?? "" }

    private static func text(_ answer: Answer) -> String {
        func text(_ choice: Answer.Choice) -> String { choice.words ?? choice.code }
        return switch answer {
        case .choice(let choice): text(choice)
        case .choices(let choices): choices.map(text).joined(separator: ", ")
        case .truth(let truth): truth ? "yes" : "no"
        case .number(let number): self.text(number)
        case .text(let words): words
        case .files, .matrixChoice, .matrixChoices, .matrixNumbers, .matrixTexts: ""
        }
    }
}
