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
    /// Attributes that the answer is checked by: the check in our language, with `#` where the value of the attribute comes, which may be a
    /// formula there.
    private(set) var checks: [(attribute: String, check: String)] = []

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
        if part != nil { known.formUnion(["em_validation_sq", "em_validation_sq_tip"]) }
        if type != "*" { known.formUnion(LimeSurveyFilters.attributes) }
        if ["F", "H", "A", "B", "C", "E", "K"].contains(type) {
            known.formUnion(["random_order", "subquestion_order"])
            check("min_answers", "count(\(code)) >= #", &known)
            check("max_answers", "count(\(code)) <= #", &known)
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
        case "K": takeAmounts(&known)
        case "R": takeRanking(&known)
        case "N":
            known.formUnion(["min_num_value_n", "max_num_value_n", "num_value_int_only", "suffix"])
            let (least, most) = (
                limit("min_num_value_n", "\(code) >= #", DecimalText.number),
                limit("max_num_value_n", "\(code) <= #", DecimalText.number)
            )
            let unit = PlainHTML.text(attributes["suffix"] ?? "")
            take(.number(.init(least: least, most: most, decimals: decimals, unit: unit)), .number)
        case "S", "T", "U": takeText(&known)
        case "D": takeDate(&known)
        case "X": kind = .information
        case "|":
            known.insert("max_num_of_files")
            let most = limit("max_num_of_files", "count(\(code)) <= #") { Int($0) } ?? 1
            if most > QuestionnaireCheck.mostFiles { missing.append((.part, "max_num_of_files = \(most)")) }
            take(.file(.init(most: min(max(1, most), QuestionnaireCheck.mostFiles))), .file)
        // What is computed is never shown by itself.
        case "*": (equation, known) = (attributes["equation"] ?? text, known.union(["equation", "hidden"]))
        default: return
        }
        listRest(known)
    }

    /// A limit that is written there; what is a formula instead is left to a check.
    private mutating func limit<Limit>(_ name: String, _ check: String, _ read: (String) -> Limit?) -> Limit? {
        guard let value = attributes[name], !value.isEmpty else { return nil }
        if let limit = read(value) { return limit }
        checks.append((name, check))
        return nil
    }

    private mutating func check(_ name: String, _ check: String, _ known: inout Set<String>) {
        known.insert(name)
        if !isNothing(name, attributes[name] ?? "") { checks.append((name, check)) }
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
            limit("min_answers", "count(\(code)) >= #") { Int($0) },
            limit("max_answers", "count(\(code)) <= #") { Int($0) }
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
        let (least, most) = (
            limit("multiflexible_min", "min(\(code)) >= #", DecimalText.number),
            limit("multiflexible_max", "max(\(code)) <= #", DecimalText.number)
        )
        takeMatrix(columns, .number(.init(least: least, most: most, decimals: min(6, decimals))))
    }

    /// Several numbers below each other, also by sliders; what they come to together may be limited.
    private mutating func takeAmounts(_ known: inout Set<String>) {
        known.formUnion(["min_num_value_n", "max_num_value_n", "num_value_int_only", "suffix"])
        var ends = ["min_num_value_n", "max_num_value_n"]
        if attributes["slider_layout"] == "1" {
            known.formUnion(["slider_min", "slider_max"])
            ends = zip(ends, ["slider_min", "slider_max"]).map { (attributes[$0] ?? "").isEmpty ? $1 : $0 }
        }
        let (least, most) = (
            limit(ends[0], "min(\(code)) >= #", DecimalText.number),
            limit(ends[1], "max(\(code)) <= #", DecimalText.number)
        )
        check("min_num_value", "sum(\(code)) >= #", &known)
        check("max_num_value", "sum(\(code)) <= #", &known)
        // Of tenths and thirds the sum is not exact.
        check(
            "equals_num_value",
            decimals == 0 ? "sum(\(code)) == #" : "round((sum(\(code)) - #) * 1000000) == 0", &known)
        takeMatrix(
            [Part(code: "1", text: attributes["suffix"] ?? "", scale: "1")],
            .number(.init(least: least, most: most, decimals: decimals)))
    }

    private mutating func takeTexts(_ known: inout Set<String>) {
        known.formUnion(["maximum_chars", "numbers_only", "random_order", "subquestion_order"])
        let columns = parts.filter { $0.scale == "1" }
        guard attributes["numbers_only"] != "1" else { return takeMatrix(columns, .number(.init(decimals: 6))) }
        let most = mostCharacters(or: Question.Matrix.Cell.mostWords)
        if most > AnswerFault.mostWords { missing.append((.part, "maximum_chars = \(most)")) }
        takeMatrix(columns, .text(most: min(most, AnswerFault.mostWords)))
    }

    private mutating func mostCharacters(or usual: Int) -> Int {
        guard let value = attributes["maximum_chars"], !value.isEmpty else { return usual }
        if let most = Int(value) { return most > 0 ? most : usual }
        missing.append((.part, "maximum_chars = \(value)"))
        return usual
    }

    /// Newer versions keep what is ranked among the parts.
    private var ranked: [Part] { answers.isEmpty ? parts : answers }

    private mutating func takeRanking(_ known: inout Set<String>) {
        known.formUnion(["max_answers", "random_order", "answer_order"])
        var codes = TakenCodes(mayBeginWithDigit: true)
        let options = options(ranked, &codes)
        let isShuffled = attributes["random_order"] == "1" || attributes["answer_order"] == "random"
        check("min_answers", "count(\(code)) >= #", &known)
        let most = limit("max_answers", "count(\(code)) <= #") { Int($0) }
        take(.ranking(.init(options: options, most: most, isShuffled: isShuffled)), .choices(codes))
    }

    private var decimals: Int { attributes["num_value_int_only"] == "1" ? 0 : 6 }

    private mutating func takeText(_ known: inout Set<String>) {
        known.formUnion(["maximum_chars", "numbers_only"])
        if attributes["numbers_only"] == "1" { return take(.number(.init(decimals: 6)), .number) }
        let most = mostCharacters(or: type == "S" ? 200 : 2_000)
        take(.text(.init(isLong: type != "S", most: min(most, 100_000))), .text)
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
