import Documents
import Foundation

/// A questionnaire as an XLSForm: pages are groups shown at once, matrices groups that lie as a table.
package struct XLSFormWriter {
    /// What an XLSForm cannot say, and what it says otherwise.
    package struct Loss: Sendable, Equatable {
        package enum What: String, Sendable, CaseIterable {
            /// Left out, as there is no such kind; the detail is its form.
            case question
            /// A matrix of texts: there is no table of them, and each cell becomes a question.
            case cells
            /// The field for words beside a choice, with what it is called.
            case comment
            /// What the field for something else is called; each program has words of its own for it.
            case other
            /// One file can be sent there; the detail is how many here.
            case files
            /// All options are ranked there; the detail is how many at most here.
            case ranked
            /// The words beside the numbers of a scale.
            case labels
            /// What a number counts.
            case unit
            /// What stands in the field at first.
            case initial
            /// What must hold for a whole matrix, as its author wrote it.
            case validation
            /// That pages, groups or rows come in another order for everyone.
            case shuffled
            /// A formula that cannot be said there, or an answer that cannot be repeated, as its author wrote it.
            case formula
            /// With its condition.
            case quota
            /// The words at the beginning or at the end.
            case words
        }

        package let what: What
        package let place: QuestionnairePlace
        package let detail: String
    }

    package private(set) var losses: [Loss] = []

    private static let columns = [
        "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation",
        "default", "appearance", "parameters", "choice_filter",
    ]
    private var survey: [[String]] = []
    private var choices: [[String]] = []
    private let questionnaire: Questionnaire
    private let formulas: QuestionnaireFormulas
    private let kinds: [String: Question.Kind]
    private let matrixRows: Set<String>
    /// What a text may repeat: the names of the fields that there will be.
    private var fields: Set<String> = []

    package init(_ questionnaire: Questionnaire) {
        self.questionnaire = questionnaire
        formulas = QuestionnaireFormulas(questionnaire)
        kinds = questionnaire.kinds
        matrixRows = Set(
            questionnaire.questions.flatMap { question -> [String] in
                guard case .matrix(let matrix) = question.kind else { return [] }
                return matrix.rows.map { "\(question.code).\($0.code)" }
            })
        fields = Set(questionnaire.questions.flatMap(\.fieldsOfXLSForm))
        let writer = XPathWriter(rows: matrixRows, own: nil, kinds: kinds)
        for (code, formula) in formulas.computed where (try? writer.said(formula)) != nil { fields.insert(code) }
        for page in questionnaire.pages { add(page) }
        for (code, formula) in formulas.computed {
            let text = questionnaire.computed.first { $0.code == code }?.expression
            if let said = say(formula, text, at: QuestionnairePlace(computed: code)) {
                add(["type": "calculate", "name": code, "calculation": said])
            }
        }
        for quota in questionnaire.quotas { list(.quota, QuestionnairePlace(quota: quota.code), quota.condition) }
        for text in [questionnaire.introduction, questionnaire.closing] where !text.isEmpty {
            list(.words, QuestionnairePlace(), text)
        }
    }

    /// - Parameter path: where the file is written; what is there is overwritten.
    package func write(to path: String) throws {
        let writer = try SheetWriter(path: path, sheet: "survey", widths: Self.columns.map { _ in 20 })
        try writer.writeHeading(Self.columns)
        for row in survey { try writer.write(row.map(Self.cell)) }
        try writer.beginSheet("choices")
        try writer.writeHeading(["list_name", "name", "label"])
        for row in choices { try writer.write(row.map(Self.cell)) }
        try writer.beginSheet("settings")
        try writer.writeHeading(["form_title"])
        try writer.write([.text(questionnaire.title)])
        try writer.close()
    }

    private static func cell(_ text: String) -> SheetWriter.Cell { text.isEmpty ? .empty : .text(text) }

    // MARK: Rows

    private mutating func add(_ cells: [String: String]) { survey.append(Self.columns.map { cells[$0] ?? "" }) }

    private mutating func list(_ what: Loss.What, _ place: QuestionnairePlace, _ detail: String = "") {
        losses.append(Loss(what: what, place: place, detail: QuestionnaireFile.Unsupported.shortened(detail)))
    }

    private mutating func say(
        _ formula: Formula?, _ text: String?, own: String? = nil, at place: QuestionnairePlace
    ) -> String? {
        guard let formula else { return nil }
        do throws(XPathWriter.NotSayable) {
            return try XPathWriter(rows: matrixRows, own: own, kinds: kinds).said(formula)
        } catch {
            list(.formula, place, text ?? "")
            return nil
        }
    }

    private mutating func add(_ page: Questionnaire.Page) {
        let place = QuestionnairePlace(page: page.code)
        begin(page.code, page.title, "field-list", page.condition, place)
        if page.isShuffled { list(.shuffled, place) }
        // One group without words is the page itself.
        let isPlain =
            page.groups.count == 1 && page.groups.allSatisfy { $0.title.isEmpty && ($0.condition ?? "").isEmpty }
        for group in page.groups {
            let place = place.with(group: group.code)
            if !isPlain { begin(group.code, group.title, "", group.condition, place) }
            if group.isShuffled { list(.shuffled, place) }
            for question in group.questions { add(question, place.with(question: question.code)) }
            if !isPlain { add(["type": "end group"]) }
        }
        add(["type": "end group"])
    }

    private mutating func begin(
        _ code: String, _ title: String, _ appearance: String, _ condition: String?, _ place: QuestionnairePlace
    ) {
        let relevant = say(formulas.conditions[place], condition, at: place)
        let said = label(title, at: place)
        add([
            "type": "begin group", "name": code, "label": said, "relevant": relevant ?? "",
            "appearance": appearance,
        ])
    }

    /// A reference to a field that is not there makes the whole file unreadable for others: a gap stands for it.
    private mutating func label(_ text: String, at place: QuestionnairePlace) -> String {
        var lost: [String] = []
        let label = RepeatedAnswer.filled(text) { path in
            guard let name = path.first, (try? formulas.scope.resolve(path)) != nil || kinds[name] != nil else {
                return nil
            }
            let field = path.joined(separator: "_")
            if fields.contains(field) { return "${\(field)}" }
            lost.append("{\(path.joined(separator: "."))}")
            return "…"
        }
        for name in lost { list(.formula, place, name) }
        return label
    }

    private mutating func add(_ question: Question, _ place: QuestionnairePlace) {
        let code = question.code
        var cells = [
            "name": code, "label": label(question.text, at: place), "hint": label(question.hint, at: place),
            "required": question.isRequired ? "yes" : "",
        ]
        cells["relevant"] = say(formulas.conditions[place], question.condition, at: place)
        var constraints: [String] = []
        if let validation = question.validation {
            if let said = say(formulas.validations[code], validation.expression, own: code, at: place) {
                constraints.append(said)
            }
            cells["constraint_message"] = validation.message
        }
        for column in question.kind.columns where column.condition?.isEmpty == false {
            list(.formula, place.with(column: column.code), column.condition ?? "")
        }
        if case .matrix(let matrix) = question.kind { return add(matrix, cells, question, place) }
        guard describe(question, place, &cells, &constraints) else {
            return list(.question, place, question.kind.form.rawValue)
        }
        cells["choice_filter"] = filter(question, place)
        if let comment = question.kind.comment { list(.comment, place, comment) }
        if let other = question.kind.other, !other.isEmpty { list(.other, place, other) }
        cells["constraint"] = constraints.joined(separator: " and ")
        addInitial(question, place, &cells)
        add(cells)
    }

    /// Which options are offered, by their `name`; empty for all. Those with alike conditions share one.
    private mutating func filter(_ question: Question, _ place: QuestionnairePlace) -> String {
        let options = question.kind.options
        // A list that is filtered has no field for something else there.
        guard question.kind.other == nil else {
            for option in options where option.condition?.isEmpty == false {
                list(.formula, place.with(option: option.code), option.condition ?? "")
            }
            return ""
        }
        var (always, groups): ([String], [(condition: String, names: [String])]) = ([], [])
        for option in options {
            let (part, name) = (place.with(option: option.code), "name = '\(option.code)'")
            guard let said = say(formulas.conditions[part], option.condition, at: part) else {
                always.append(name)
                continue
            }
            let condition = said.replacing("'\(option.code)'", with: "name")
            if let index = groups.firstIndex(where: { $0.condition == condition }) {
                groups[index].names.append(name)
            } else {
                groups.append((condition, [name]))
            }
        }
        if let only = groups.first, groups.count == 1, always.isEmpty { return only.condition }
        if groups.isEmpty { return "" }
        let filtered = groups.map { "((\($0.names.joined(separator: " or "))) and \($0.condition))" }
        return (filtered + always).joined(separator: " or ")
    }

    private mutating func addInitial(
        _ question: Question, _ place: QuestionnairePlace, _ cells: inout [String: String]
    ) {
        switch question.initial {
        case nil: return
        case .choice(let choice) where choice == .option(choice.code): cells["default"] = choice.code
        case .truth(let truth): cells["default"] = truth ? "true" : "false"
        case .number(let number): cells["default"] = DecimalText.text(of: number)
        case .text(let text): cells["default"] = text
        default: list(.initial, place)
        }
    }

    /// - Returns: false for a kind that XLSForms do not have.
    private mutating func describe(
        _ question: Question, _ place: QuestionnairePlace, _ cells: inout [String: String],
        _ constraints: inout [String]
    ) -> Bool {
        let code = question.code
        switch question.kind {
        case .single(let single):
            cells["type"] = select("select_one", code, single.options, single.other, single.isShuffled, &cells)
            if single.isDropDown { cells["appearance"] = "minimal" }
        case .multiple(let multiple):
            cells["type"] = select(
                "select_multiple", code, multiple.options, multiple.other, multiple.isShuffled, &cells)
            if let least = multiple.least { constraints.append("count-selected(.) >= \(least)") }
            if let most = multiple.most { constraints.append("count-selected(.) <= \(most)") }
            for option in multiple.options where option.isExclusive {
                constraints.append("not(selected(., '\(option.code)') and count-selected(.) > 1)")
            }
        case .yesNo:
            cells["type"] = select(
                "select_one", code, [.init(code: "true", text: "是"), .init(code: "false", text: "否")], nil, false,
                &cells)
        case .scale(let scale):
            cells["type"] = "range"
            cells["parameters"] = "start=\(scale.from) end=\(scale.to) step=1"
            if scale.appearance == .stars { cells["appearance"] = "rating" }
            if !scale.labels.isEmpty { list(.labels, place, scale.labels.joined(separator: " · ")) }
        case .ranking(let ranking):
            cells["type"] = select("rank", code, ranking.options, nil, ranking.isShuffled, &cells)
            if let most = ranking.most { list(.ranked, place, "\(most)") }
        case .number(let number):
            cells["type"] = number.decimals == 0 ? "integer" : "decimal"
            if let least = number.least { constraints.append(". >= \(DecimalText.text(of: least))") }
            if let most = number.most { constraints.append(". <= \(DecimalText.text(of: most))") }
            if !number.unit.isEmpty { list(.unit, place, number.unit) }
        case .text(let text):
            cells["type"] = "text"
            if text.isLong { cells["appearance"] = "multiline" }
            constraints.append("string-length(.) <= \(text.most)")
        case .date(let days):
            cells["type"] = "date"
            if let first = days.first { constraints.append(". >= date('\(first)')") }
            if let last = days.last { constraints.append(". <= date('\(last)')") }
        case .file(let files):
            cells["type"] = "file"
            if files.most > 1 { list(.files, place, "\(files.most)") }
        case .information: cells["type"] = "note"
        case .unit, .matrix: return false
        }
        return true
    }

    private mutating func select(
        _ word: String, _ list: String, _ options: [Question.Option], _ other: String?, _ isShuffled: Bool,
        _ cells: inout [String: String]
    ) -> String {
        choices += options.map { [list, $0.code, $0.text] }
        if isShuffled { cells["parameters"] = "randomize=true" }
        return "\(word) \(list)" + (other == nil ? "" : " or_other")
    }

    private mutating func add(
        _ matrix: Question.Matrix, _ cells: [String: String], _ question: Question, _ place: QuestionnairePlace
    ) {
        if case .number = matrix.cell { return list(.question, place, question.kind.form.rawValue) }
        var texts: Int?
        if case .text(let most) = matrix.cell { texts = most }
        if let validation = question.validation { list(.validation, place, validation.expression) }
        if matrix.isShuffled { list(.shuffled, place) }
        var group = cells.merging(["type": "begin group", "appearance": texts == nil ? "table-list" : ""]) { $1 }
        (group["required"], group["constraint_message"]) = (nil, nil)
        add(group)
        var relevant: [String] = []
        for row in matrix.rows {
            let part = place.with(option: row.code)
            relevant.append(say(formulas.conditions[part], row.condition, at: part) ?? "")
        }
        if let texts {
            // There is no table of texts: they come one after the other.
            list(.cells, place)
            let ofEach = relevant.flatMap { relevant in matrix.columns.map { _ in relevant } }
            for (part, relevant) in zip(question.counted, ofEach) {
                let said = label(part.text, at: place)
                add([
                    "type": "text", "name": part.code.replacing(".", with: "_"), "label": said,
                    "required": question.isRequired ? "yes" : "", "constraint": "string-length(.) <= \(texts)",
                    "relevant": relevant,
                ])
            }
            add(["type": "end group"])
            if question.initial != nil { list(.initial, place) }
            return
        }
        choices += matrix.columns.map { [question.code, $0.code, $0.text] }
        for (row, relevant) in zip(matrix.rows, relevant) {
            let said = label(row.text, at: place)
            add([
                "type": "\(matrix.cell == .single ? "select_one" : "select_multiple") \(question.code)",
                "name": "\(question.code)_\(row.code)",
                "label": said, "required": question.isRequired ? "yes" : "", "relevant": relevant,
            ])
        }
        add(["type": "end group"])
        if question.initial != nil { list(.initial, place) }
    }
}

extension Question {
    /// The names of the fields that an XLSForm has for it.
    fileprivate var fieldsOfXLSForm: [String] {
        switch kind {
        case .single(let single): [code] + (single.other == nil ? [] : ["\(code)_other"])
        case .multiple(let multiple): [code] + (multiple.other == nil ? [] : ["\(code)_other"])
        case .matrix(let matrix):
            switch matrix.cell {
            case .single, .multiple: matrix.rows.map { "\(code)_\($0.code)" }
            case .text: counted.map { $0.code.replacing(".", with: "_") }
            case .number: []
            }
        case .unit, .information: []
        case .yesNo, .scale, .ranking, .number, .text, .date, .file: [code]
        }
    }
}
