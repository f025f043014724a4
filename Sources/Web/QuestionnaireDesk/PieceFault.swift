import Participation
import Questionnaires

/// What is wrong with one piece of a questionnaire: beside which field, and at which word of its expression.
struct PieceFault: Sendable {
    let field: String
    /// Where the fault is in it; empty where it is about no expression.
    let expression: String
    /// Bytes of UTF-8 in the expression.
    let range: Range<Int>?
    let text: String

    /// Everything that keeps this piece from being asked as it stands.
    static func all(of subject: PieceForm.Subject, in content: Questionnaire, _ texts: Texts) -> [PieceFault] {
        QuestionnaireCheck(content).faults
            .filter { $0.severity == .error && !$0.isOfWhole && subject.has($0.place) }
            .map { PieceFault($0, in: content, texts) }
    }

    /// What keeps this piece from being saved: its own formulas. Everything else may be put right later.
    static func all(putting piece: QuestionnairePiece, into content: Questionnaire, _ texts: Texts) -> [PieceFault] {
        var content = content
        guard content.put(piece) else { return [] }
        let subject = PieceForm(piece).subject
        return QuestionnaireCheck(content).faults.filter { $0.formula != nil && subject.has($0.place) }
            .map { PieceFault($0, in: content, texts) }
    }

    private init(_ fault: QuestionnaireFault, in content: Questionnaire, _ texts: Texts) {
        field = fault.field(in: content)
        expression = fault.expression(in: content)
        range = fault.formula?.range
        text = texts.sentence(fault)
    }
}

extension PieceForm.Subject {
    /// Whether something stands in this piece.
    func has(_ place: QuestionnairePlace) -> Bool {
        switch self {
        case .words: place == QuestionnairePlace()
        case .page(let code): place.page == code && place.group == nil
        case .group(let code): place.group == code && place.question == nil
        case .question(let code, _): place.question == code
        case .computed: place.computed != nil
        case .quota(let code): place.quota == code
        }
    }
}

extension QuestionnaireFault {
    /// The field of the piece's form that it is about.
    fileprivate func field(in content: Questionnaire) -> String {
        let isMatrix = place.question.flatMap { content.question($0)?.kind.columns.isEmpty } == false
        if place.column != nil { return "columns" }
        if place.option != nil { return isMatrix ? "rows" : "options" }
        if place.computed != nil { return "lines" }
        return switch kind {
        case .formula(let field, _): field.rawValue
        case .later, .circular, .unreachable: "condition"
        case .noOptions, .tooMany: isMatrix ? "rows" : "options"
        case .impossible: "most"
        case .labels: "labels"
        case .noMessage: "message"
        case .preset: "initial"
        case .noClosing: "closing"
        case .personal: "text"
        case .emptyText, .unknownInText, .laterInText, .code, .reservedCode, .duplicateCode, .tooLong:
            place.question == nil ? "title" : "text"
        case .emptyTitle, .noQuestion, .sheetTooLong, .tooManyFiles: "title"
        }
    }

    fileprivate func expression(in content: Questionnaire) -> String {
        guard case .formula(let field, _) = kind else { return "" }
        if let code = place.computed { return content.computed.first { $0.code == code }?.expression ?? "" }
        if let code = place.quota { return content.quotas.first { $0.code == code }?.condition ?? "" }
        guard let code = place.question else {
            let group = place.group.flatMap { content.group($0) }?.condition
            return group ?? place.page.flatMap { content.page($0) }?.condition ?? ""
        }
        guard let question = content.question(code) else { return "" }
        if let column = place.column { return question.kind.columns.first { $0.code == column }?.condition ?? "" }
        if let option = place.option { return question.kind.options.first { $0.code == option }?.condition ?? "" }
        return (field == .validation ? question.validation?.expression : question.condition) ?? ""
    }
}

extension Texts {
    /// The way to a place in words: page, number and code of the question, option.
    func way(to place: QuestionnairePlace, in content: Questionnaire) -> String {
        if let computed = place.computed { return self["builder.forms.computed"] + " · " + computed }
        if let quota = place.quota { return self["builder.forms.quota"] + " · " + quota }
        var names: [String] = []
        if let page = place.page, let index = content.pages.firstIndex(where: { $0.code == page }) {
            names.append(self["builder.page_name", ["number": index + 1]])
        }
        if let question = place.question {
            let number = PaperForm.numbers(content)[question]
            names.append(
                number.map { self["builder.question_name", ["number": $0]] }
                    ?? self["builder.information_name", ["code": question]])
            names += [question, place.option, place.column].compactMap(\.self)
        } else if let group = place.group {
            names.append(self["builder.group_name", ["code": group]])
        }
        return names.isEmpty ? self["builder.forms.words"] : names.joined(separator: " · ")
    }

    func sentence(_ fault: QuestionnaireFault) -> String {
        let key = "questionnaire-words."
        return self[
            key + fault.key,
            fault.parameters.mapValues { $0.hasPrefix("type-") && has(key + $0) ? self[key + $0] : $0 }]
    }
}

extension QuestionnaireCheckPage.Line {
    init(_ fault: QuestionnaireFault, in it: DeskQuestionnaire, _ texts: Texts) {
        href = it.address + (fault.isOfWhole ? "" : fault.place.path)
        place = fault.isOfWhole ? texts["builder.tabs.builder"] : texts.way(to: fault.place, in: it.content)
        text = texts.sentence(fault)
        isError = fault.severity == .error
    }
}

extension QuestionnairePlace {
    /// Where the form of what stands there is, below the questionnaire's address.
    fileprivate var path: String {
        if computed != nil { return "/computed" }
        if let quota { return "/quotas/\(quota)" }
        if let question { return "/questions/\(question)" }
        if let group { return "/groups/\(group)" }
        return page.map { "/pages/\($0)" } ?? "/words"
    }
}
