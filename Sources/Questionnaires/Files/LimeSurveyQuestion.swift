import Text

/// A question of an .lss file and what is made of it.
struct LimeSurveyQuestion {
    struct Part {
        var code: String
        var text: String
        /// "0" rows, "1" columns.
        var scale: String
        /// A formula there; empty or 1 for what is always shown.
        var relevance = ""
    }

    let row: LimeSurveyTables.Row
    /// Here; `title` is its code there.
    var code: String
    let text: String
    let hint: String
    /// Its code there, or that of the question which is asked as several here.
    var whole: String
    /// Of a text that is one of several there, its code among them.
    var part: String?
    var attributes: [String: String] = [:]
    var answers: [Part] = []
    var parts: [Part] = []

    private(set) var kind: Question.Kind?
    private(set) var names: [String: ForeignTranslation.Named] = [:]
    var missing: [(what: QuestionnaireFile.Unsupported.What, detail: String)] = []
    /// What stands in the field at first.
    var initial: Answer?
    /// Of the type “equation”.
    private(set) var equation: String?

    init(row: LimeSurveyTables.Row, code: String, text: String, hint: String) {
        (self.row, self.code, self.text, self.hint) = (row, code, text, hint)
        whole = row["title"] ?? ""
    }

    var title: String { row["title"] ?? "" }
    var order: Int { Int(row["question_order"] ?? "") ?? 0 }
    var isRequired: Bool { row["mandatory"] == "Y" }
    var place: String { title.isEmpty ? code : title }
    private var type: String { row["type"] ?? "" }
    private var other: String? {
        guard row["other"] == "Y" else { return nil }
        let words = PlainHTML.text(attributes["other_replace_text"] ?? "")
        return words.isEmpty ? "其他" : words
    }

    /// As LimeSurvey's manual calls the types; those that are taken are in `take`.
    var typeName: String {
        let names = [
            "1": "array dual scale", "Q": "multiple short text", "I": "language switch",
            "Z": "list radio flexible",
            "W": "list dropdown flexible", "^": "slider", "J": "file csv",
        ]
        return "\(type) \(names[type] ?? "")"
    }

    // MARK: Taking

    /// LimeSurvey has no words of one's own beside the field.
    private var comment: String? { ["O", "P"].contains(type) ? "说明" : nil }

    mutating func take() {
        var known: Set<String> = ["em_validation_q", "em_validation_q_tip", "other_replace_text"]
        if type != "*" { known.formUnion(LimeSurveyFilters.attributes) }
        if ["F", "H", "A", "B", "C", "E", "K"].contains(type) {
            known.formUnion(["random_order", "subquestion_order"])
        }
        switch type {
        case "L", "!", "O": takeSingle(&known)
        case "M", "P": takeMultiple(&known)
        case "Y": take(.yesNo, .truth)
        case "G": takeFixed([("F", "女"), ("M", "男")])
        case "5": take(.scale(.init(from: 1, to: 5)), .number)
        case "F": takeMatrix(answers, .single)
        case "H":
            takeMatrix(answers, .single)
            missing.append((.part, "H: rows and columns are exchanged there"))
        case "A": takeMatrix((1...5).map { Part(code: "\($0)", text: "\($0)", scale: "0") }, .single)
        case "B": takeMatrix((1...10).map { Part(code: "\($0)", text: "\($0)", scale: "0") }, .single)
        case "C":
            takeMatrix(
                [("Y", "是"), ("U", "不确定"), ("N", "否")].map { Part(code: $0.0, text: $0.1, scale: "0") }, .single)
        case "E":
            takeMatrix(
                [("I", "增加"), ("S", "不变"), ("D", "减少")].map { Part(code: $0.0, text: $0.1, scale: "0") }, .single)
        case ":": takeNumbers(&known)
        case ";": takeTexts(&known)
        case "K":
            known.formUnion(["min_num_value_n", "max_num_value_n", "num_value_int_only"])
            takeMatrix([Part(code: "1", text: attributes["suffix"] ?? "", scale: "1")], .number(numberLimits))
        case "R": takeRanking(&known)
        case "N":
            known.formUnion(["min_num_value_n", "max_num_value_n", "num_value_int_only", "suffix"])
            take(.number(numberLimits), .number)
        case "S", "T", "U": takeText(&known)
        case "D": takeDate(&known)
        case "X": kind = .information
        case "|":
            known.insert("max_num_of_files")
            let most = attributes["max_num_of_files"].flatMap { Int($0) } ?? 1
            if most > QuestionnaireCheck.mostFiles { missing.append((.part, "max_num_of_files = \(most)")) }
            take(.file(.init(most: min(max(1, most), QuestionnaireCheck.mostFiles))), .file)
        case "*": (equation, known) = (attributes["equation"] ?? text, known.union(["equation"]))
        default: return
        }
        listRest(known)
    }

    /// Attributes that only say how it looks there.
    private static let looks: Set<String> = [
        "hide_tip", "cssclass", "display_columns", "text_input_width", "text_input_columns", "input_size",
        "label_input_columns", "answer_width",
        "answer_width_bycolumn", "repeat_headings", "page_break", "printable_help", "public_statistics",
        "statistics_showgraph", "statistics_graphtype",
        "save_as_default", "question_template", "prefix", "display_type", "printable_survey_layout", "dropdown_size",
        "dropdown_prefix", "time_limit_style",
        "array_filter_style", "alphasort", "other_position", "keep_aspect", "statistics_showmap", "display_rows",
        "commented_checkbox_auto", "choice_title", "rank_title",
        "samechoiceheight", "samelistheight", "showpopups", "use_dropdown", "placeholder", "slider_layout",
        "dropdown_dates", "reverse", "subquestion_width",
    ]

    /// Everything that says something else and was not taken.
    private mutating func listRest(_ known: Set<String>) {
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            let isNothing = ["", "0", "N", "default", "none", "off"].contains(value)
            if !isNothing, !known.contains(name), !Self.looks.contains(name) {
                missing.append((.part, "\(name) = \(value)"))
            }
        }
        if row["mandatory"] == "S" { missing.append((.part, "mandatory = S")) }
        if let pattern = row["preg"], !pattern.isEmpty { missing.append((.part, "preg = \(pattern)")) }
    }

    private mutating func take(_ kind: Question.Kind, _ named: ForeignTranslation.Named.Kind) {
        self.kind = kind
        names[title] = .init(name: code, kind: named)
    }

    private func options(_ parts: [Part], _ codes: inout TakenCodes) -> [Question.Option] {
        parts.map { part in .init(code: codes.take(part.code), text: part.text.isEmpty ? part.code : part.text) }
    }

    private mutating func takeSingle(_ known: inout Set<String>) {
        known.formUnion(["random_order", "answer_order"])
        var codes = TakenCodes(mayBeginWithDigit: true)
        let options = options(answers, &codes)
        let isShuffled = attributes["random_order"] == "1" || attributes["answer_order"] == "random"
        take(
            .single(
                .init(
                    options: options, isDropDown: type == "!", other: other, comment: comment, isShuffled: isShuffled)),
            .choice(codes))
        if other != nil { names["\(title)_other"] = .init(name: "\(code).other", kind: .text) }
        if comment != nil { names["\(title)_comment"] = .init(name: "\(code).comment", kind: .text) }
    }

    private mutating func takeFixed(_ choices: [(String, String)]) {
        var codes = TakenCodes(mayBeginWithDigit: true)
        let options = options(choices.map { Part(code: $0.0, text: $0.1, scale: "0") }, &codes)
        take(.single(.init(options: options)), .choice(codes))
    }

    private mutating func takeMultiple(_ known: inout Set<String>) {
        known.formUnion(["random_order", "subquestion_order", "min_answers", "max_answers", "exclude_all_others"])
        var codes = TakenCodes(mayBeginWithDigit: true)
        var options = options(parts, &codes)
        let alone = Set((attributes["exclude_all_others"] ?? "").split(separator: ";").compactMap { codes[String($0)] })
        for index in options.indices where alone.contains(options[index].code) { options[index].isExclusive = true }
        let isShuffled = attributes["random_order"] == "1" || attributes["subquestion_order"] == "random"
        let (least, most) = (
            attributes["min_answers"].flatMap { Int($0) }, attributes["max_answers"].flatMap { Int($0) }
        )
        take(
            .multiple(
                .init(
                    options: options, least: least, most: most, other: other, comment: comment, isShuffled: isShuffled)),
            .choices(codes))
        for part in parts {
            if let option = codes[part.code] {
                names["\(title)_\(part.code)"] = .init(name: code, kind: .chosen(code: option))
                if comment != nil {
                    names["\(title)_\(part.code)comment"] = .init(name: "\(code).\(option).comment", kind: .text)
                }
            }
        }
        if other != nil { names["\(title)_other"] = .init(name: "\(code).other", kind: .text) }
        // A comment chooses its option, and one that is chosen may have one.
        if attributes["commented_checkbox"] != "unchecked" { known.insert("commented_checkbox") }
    }

    private mutating func takeMatrix(_ columns: [Part], _ cell: Question.Matrix.Cell) {
        var (rowCodes, columnCodes) = (TakenCodes(mayBeginWithDigit: true), TakenCodes(mayBeginWithDigit: true))
        let rows = parts.filter { $0.scale == "0" }
        // A name is made of each cell: what no check would accept must not be unfolded before it.
        let most = QuestionnaireCheck.most[.cells] ?? 0
        guard rows.count <= most, columns.count <= most, rows.count * columns.count <= most else {
            missing.append((.part, "\(rows.count) × \(columns.count)"))
            return
        }
        let isShuffled = attributes["random_order"] == "1" || attributes["subquestion_order"] == "random"
        let matrix = Question.Matrix(
            rows: options(rows, &rowCodes), columns: options(columns, &columnCodes), cell: cell, isShuffled: isShuffled)
        kind = .matrix(matrix)
        names[title] = .init(name: code, kind: .file)
        for row in rows {
            guard let name = rowCodes[row.code] else { continue }
            switch cell {
            case .single: names["\(title)_\(row.code)"] = .init(name: "\(code).\(name)", kind: .choice(columnCodes))
            case .multiple, .number, .text:
                for column in columns {
                    guard let columnName = columnCodes[column.code] else { continue }
                    let part = "\(code).\(name).\(columnName)"
                    let named: ForeignTranslation.Named =
                        switch cell {
                        case .number: .init(name: part, kind: .number)
                        case .text: .init(name: part, kind: .text)
                        default: .init(name: "\(code).\(name)", kind: .chosen(code: columnName))
                        }
                    names[type == "K" ? "\(title)_\(row.code)" : "\(title)_\(row.code)_\(column.code)"] = named
                }
            }
        }
    }

    private mutating func takeNumbers(_ known: inout Set<String>) {
        known.formUnion([
            "multiflexible_min", "multiflexible_max", "multiflexible_step", "multiflexible_checkbox", "random_order",
            "subquestion_order",
        ])
        let columns = parts.filter { $0.scale == "1" }
        guard attributes["multiflexible_checkbox"] != "1" else { return takeMatrix(columns, .multiple) }
        let decimals =
            attributes["multiflexible_step"].flatMap { $0.split(separator: ".").dropFirst().first?.utf8.count } ?? 0
        takeMatrix(
            columns,
            .number(
                .init(
                    least: attributes["multiflexible_min"].flatMap { DecimalText.number($0) },
                    most: attributes["multiflexible_max"].flatMap { DecimalText.number($0) }, decimals: min(6, decimals)
                )))
    }

    private mutating func takeTexts(_ known: inout Set<String>) {
        known.formUnion(["maximum_chars", "numbers_only", "random_order", "subquestion_order"])
        let columns = parts.filter { $0.scale == "1" }
        guard attributes["numbers_only"] != "1" else { return takeMatrix(columns, .number(.init(decimals: 6))) }
        let most = mostCharacters ?? Question.Matrix.Cell.mostWords
        if most > AnswerFault.mostWords { missing.append((.part, "maximum_chars = \(most)")) }
        takeMatrix(columns, .text(most: min(most, AnswerFault.mostWords)))
    }

    private var mostCharacters: Int? { attributes["maximum_chars"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

    /// Newer versions keep what is ranked among the parts.
    private var ranked: [Part] { answers.isEmpty ? parts : answers }

    private mutating func takeRanking(_ known: inout Set<String>) {
        known.formUnion(["max_answers", "min_answers", "random_order", "answer_order"])
        var codes = TakenCodes(mayBeginWithDigit: true)
        let options = options(ranked, &codes)
        let isShuffled = attributes["random_order"] == "1" || attributes["answer_order"] == "random"
        take(
            .ranking(
                .init(options: options, most: attributes["max_answers"].flatMap { Int($0) }, isShuffled: isShuffled)),
            .choices(codes))
        if let least = attributes["min_answers"], !["", "0"].contains(least) {
            missing.append((.part, "min_answers = \(least)"))
        }
    }

    private var numberLimits: Question.Number {
        .init(
            least: attributes["min_num_value_n"].flatMap { DecimalText.number($0) },
            most: attributes["max_num_value_n"].flatMap { DecimalText.number($0) },
            decimals: attributes["num_value_int_only"] == "1" ? 0 : 6,
            unit: type == "N" ? PlainHTML.text(attributes["suffix"] ?? "") : "")
    }

    private mutating func takeText(_ known: inout Set<String>) {
        known.formUnion(["maximum_chars", "numbers_only"])
        if attributes["numbers_only"] == "1" { return take(.number(.init(decimals: 6)), .number) }
        take(
            .text(.init(isLong: type != "S", most: min(mostCharacters ?? (type == "S" ? 200 : 2_000), 100_000))), .text)
    }

    private mutating func takeDate(_ known: inout Set<String>) {
        known.formUnion(["date_min", "date_max"])
        func day(_ name: String) -> String? {
            guard let value = attributes[name], !value.isEmpty else { return nil }
            if CalendarDate(value) == nil { missing.append((.part, "\(name) = \(value)")) }
            return CalendarDate(value) == nil ? nil : value
        }
        let (first, last) = (day("date_min"), day("date_max"))
        if let format = attributes["date_format"], format.contains("H") || format.contains("M:") {
            missing.append((.part, "date_format = \(format)"))
        }
        known.insert("date_format")
        take(.date(.init(first: first, last: last)), .date)
    }

    /// What its options or rows are there, in their order.
    var optionParts: [Part] {
        switch kind {
        case .single?: answers
        case .multiple?: parts
        case .ranking?: ranked
        case .matrix?: parts.filter { $0.scale == "0" }
        default: []
        }
    }

    /// What its columns are there, where they are parts.
    var columnParts: [Part] { if case .matrix? = kind { parts.filter { $0.scale == "1" } } else { [] } }

    // MARK: Quotas

    /// A member of a quota: a code of the answer, for several the code of the part.
    func quotaCondition(_ member: String) -> String? {
        switch names[title]?.kind {
        case .truth: return member == "Y" ? code : member == "N" ? "not \(code)" : nil
        case .choice(let codes): return codes[member].map { "\(code) == \(ForeignTranslation.quoted($0))" }
        case .choices(let codes): return codes[member].map { "\(ForeignTranslation.quoted($0)) in \(code)" }
        default: return nil
        }
    }
}
