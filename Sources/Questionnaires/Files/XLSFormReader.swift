import Documents
import Text

/// An XLSForm (xlsform.org) as a questionnaire: each outermost group is a page, one within it a group; a group that lies as a table of
/// the same choices is a matrix.
struct XLSFormReader {
    private var survey: [XLSFormRow] = []
    private var choices: [String: [XLSFormRow]] = [:]
    private var settings = XLSFormRow(line: 0, cells: [:])
    private var taken = TakenQuestionnaire()
    private var codes = TakenCodes()
    private var translation = ForeignTranslation()
    private var computed: [(code: String, formula: String, line: Int)] = []
    /// Lists that a question uses, each read once.
    private var lists: [String: ([Question.Option], TakenCodes)] = [:]
    /// Which choices of a question are offered, by its code here; with the list it chooses from.
    private var filters: [String: (formula: String, list: String, place: String)] = [:]
    private var filterBytes = 0
    /// Where groups end.
    private var ends: [Int] = []

    init(_ bytes: [UInt8]) throws(QuestionnaireFile.Fault) {
        do {
            let sheets = try Sheet.names(bytes)
            guard sheets.contains("survey") else { throw QuestionnaireFile.Fault.unknownFormat }
            var languages = XLSFormRow.Languages()
            if sheets.contains("settings"), let first = try XLSFormRow.read(bytes, "settings", &languages).first {
                settings = first
                languages.taken = first["default_language"]
            }
            survey = try XLSFormRow.read(bytes, "survey", &languages)
            if sheets.contains("choices") {
                choices = Dictionary(
                    grouping: try XLSFormRow.read(bytes, "choices", &languages), by: { $0["list_name"] })
            }
            // Every question that uses a list has all of it.
            let used = survey.reduce(0) { count, row in
                count
                    + (row["type"].split(separator: " ").dropFirst().first.flatMap { choices[String($0)]?.count } ?? 0)
            }
            guard used <= QuestionnaireYAML.mostNodes else {
                throw QuestionnaireFile.Fault.tooMany(limit: QuestionnaireYAML.mostNodes)
            }
            ends = survey.indices.filter { survey[$0]["type"].replacing(" ", with: "_") == "end_group" }
            listUnknownColumns()
            for language in languages.others.sorted() { taken.list(.language, at: "", language) }
        } catch let fault as QuestionnaireFile.Fault {
            throw fault
        } catch Sheet.Fault.document(let fault) {
            throw .document(fault)
        } catch {
            throw .reader("\(error)")
        }
    }

    /// Each is read, listed where a question has it, or listed here.
    private static let known: [String: Set<String>] = [
        "survey": parts.union([
            "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation",
            "default", "appearance", "parameters", "repeat_count", "choice_filter",
        ]),
        "choices": ["list_name", "name", "label"],
        "settings": ["form_title", "form_id", "version", "default_language"],
    ]
    /// Filters are read once for each choice.
    private static let mostFilterBytes = 2_000_000
    /// Of what stands in a cell that a filter names, as codes do.
    private static let mostCellBytes = 200
    private static let parts: Set<String> = [
        "media::image", "image", "audio", "video", "read_only", "readonly", "trigger",
    ]

    private mutating func listUnknownColumns() {
        for (sheet, rows) in [
            ("survey", survey), ("choices", choices.values.flatMap(\.self)), ("settings", [settings]),
        ] {
            var names = Set(rows.flatMap(\.cells.keys)).subtracting(Self.known[sheet] ?? [])
            if sheet == "choices" { for row in survey { names.subtract(Self.words(of: row["choice_filter"])) } }
            for name in names.sorted() { taken.list(.unknown, at: sheet, name) }
        }
    }

    /// What a filter of choices may name.
    private static func words(of filter: String) -> Set<String> {
        Set(filter.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.map(String.init))
    }

    // MARK: The survey

    mutating func read() -> TakenQuestionnaire {
        taken.questionnaire.title = settings["form_title"]
        var pages: [Questionnaire.Page] = []
        var depth = 0
        var skipped = 0
        var pageCodes = TakenCodes()
        var groupCodes = TakenCodes()
        var index = 0
        while index < survey.count {
            let row = survey[index]
            index += 1
            let type = row["type"].split(separator: " ").map(String.init)
            let word = type.prefix(2).joined(separator: "_").replacing("__", with: "_")
            switch word {
            case "": continue
            case "begin_group", "begin_repeat":
                depth += 1
                if word == "begin_repeat" { taken.list(.repetition, at: place(row), row["name"]) }
                if !row["repeat_count"].isEmpty {
                    taken.list(.part, at: place(row), "repeat_count = \(row["repeat_count"])")
                }
                if row["appearance"].contains("table-list"), let (matrix, end) = matrix(from: index, row) {
                    if pages.isEmpty || depth == 1 { pages.append(page(row, &pageCodes, isNamed: false)) }
                    add(matrix, to: &pages, &groupCodes)
                    index = end
                    depth -= 1
                    continue
                }
                if depth > 2 {
                    skipped += 1
                    taken.list(.setting, at: place(row), "group \(row["name"])")
                    if !row["relevant"].isEmpty { taken.list(.formula, at: place(row), row["relevant"]) }
                    continue
                }
                if depth == 1 {
                    pages.append(page(row, &pageCodes, isNamed: true))
                } else if !pages.isEmpty {
                    pages[pages.count - 1].groups.append(
                        .init(code: groupCodes.take(row["name"]), title: text(row["label"]), condition: condition(row)))
                }
            case "end_group", "end_repeat":
                depth = max(0, depth - 1)
                if skipped > 0 { skipped -= 1 }
                if depth == 1, !pages.isEmpty {
                    pages[pages.count - 1].groups.append(.init(code: groupCodes.take("rest")))
                }
            case "calculate":
                let code = codes.take(row["name"])
                computed.append((code, row["calculation"], row.line))
                translation.names[row["name"]] = .init(name: code, kind: .number)
            default:
                guard let question = question(row, type) else { continue }
                if pages.isEmpty || depth == 0 && pages.last?.title.isEmpty == false {
                    pages.append(.init(code: pageCodes.take("page"), groups: []))
                }
                add(question, to: &pages, &groupCodes)
            }
        }
        taken.questionnaire.pages = pages.compactMap { page in
            var page = page
            page.groups.removeAll(where: \.questions.isEmpty)
            return page.groups.isEmpty ? nil : page
        }
        sayFormulas()
        return taken
    }

    private func place(_ row: XLSFormRow) -> String { "survey \(row.line)" }
    private func text(_ label: String) -> String { label.replacing("${", with: "{") }
    private func condition(_ row: XLSFormRow) -> String? { row["relevant"].isEmpty ? nil : row["relevant"] }
    /// The label; where there is none, the name.
    private func label(_ row: XLSFormRow) -> String { row["label"].isEmpty ? row["name"] : text(row["label"]) }
    private func isRequired(_ row: XLSFormRow) -> Bool {
        ["yes", "true", "true()"].contains(row["required"].lowercased())
    }

    private mutating func page(_ row: XLSFormRow, _ pageCodes: inout TakenCodes, isNamed: Bool) -> Questionnaire.Page {
        .init(
            code: pageCodes.take(row["name"]), title: isNamed ? text(row["label"]) : "", groups: [],
            condition: isNamed ? condition(row) : nil)
    }

    private func add(_ question: Question, to pages: inout [Questionnaire.Page], _ groupCodes: inout TakenCodes) {
        guard let last = pages.indices.last else { return }
        if pages[last].groups.isEmpty { pages[last].groups.append(.init(code: groupCodes.take("group"))) }
        pages[last].groups[pages[last].groups.count - 1].questions.append(question)
    }

    // MARK: Questions

    private mutating func question(_ row: XLSFormRow, _ type: [String]) -> Question? {
        guard let first = type.first, let (kind, named) = kind(row, first, type) else {
            taken.list(.question, at: place(row), "\(row["type"]) \(row["name"])")
            return nil
        }
        let code = codes.take(row["name"])
        if code != row["name"] { taken.list(.code, at: code, row["name"]) }
        translation.names[row["name"]] = .init(name: code, kind: named)
        for name in Self.parts.union(["calculation"]).sorted() where !row[name].isEmpty {
            taken.list(.part, at: place(row), "\(name) = \(row[name])")
        }
        var question = Question(
            code: code, text: label(row), hint: text(row["hint"]), kind: kind, isRequired: isRequired(row),
            condition: condition(row))
        if !row["constraint"].isEmpty {
            question.validation = .init(expression: row["constraint"], message: row["constraint_message"])
        }
        if !row["default"].isEmpty { takeDefault(row, &question) }
        if !row["choice_filter"].isEmpty {
            filters[code] = (row["choice_filter"], type.dropFirst().first ?? "", place(row))
        }
        return question
    }

    private mutating func takeDefault(_ row: XLSFormRow, _ question: inout Question) {
        let value = row["default"]
        switch question.kind {
        case .single(let single):
            if single.options.contains(where: { $0.code == value }) { question.initial = .choice(.option(value)) }
        case .number, .scale: question.initial = DecimalText.number(value).map { .number($0) }
        case .text: question.initial = .text(value)
        case .date: if CalendarDate(value) != nil { question.initial = .text(value) }
        case .yesNo: question.initial = ["true": .truth(true), "false": .truth(false)][value]
        default: break
        }
        if question.initial == nil { taken.list(.part, at: place(row), "default = \(value)") }
    }

    private mutating func kind(_ row: XLSFormRow, _ word: String, _ type: [String]) -> (
        Question.Kind, ForeignTranslation.Named.Kind
    )? {
        let parameters = Self.parameters(row["parameters"])
        let isShuffled = parameters["randomize"] == "true"
        switch word {
        case "select_one", "select_multiple", "rank":
            guard type.count > 1 else { return nil }
            let (options, codes) = options(type[1])
            let other = type.last == "or_other" ? "其他" : nil
            if word == "select_multiple" {
                return (.multiple(.init(options: options, other: other, isShuffled: isShuffled)), .choices(codes))
            }
            if word == "rank" { return (.ranking(.init(options: options, isShuffled: isShuffled)), .choices(codes)) }
            if Set(options.map(\.code)) == ["true", "false"], other == nil { return (.yesNo, .truth) }
            let isDropDown = row["appearance"].contains("minimal")
            return (
                .single(.init(options: options, isDropDown: isDropDown, other: other, isShuffled: isShuffled)),
                .choice(codes)
            )
        case "integer": return (.number(.init()), .number)
        case "decimal": return (.number(.init(decimals: 6)), .number)
        case "range":
            let (from, to) = (Int(parameters["start"] ?? "0") ?? 0, Int(parameters["end"] ?? "10") ?? 10)
            guard (parameters["step"] ?? "1") == "1", from < to else { return nil }
            return (
                .scale(.init(from: from, to: to, appearance: row["appearance"].contains("rating") ? .stars : .numbers)),
                .number
            )
        case "text":
            return (.text(row["appearance"].contains("multiline") ? .init(isLong: true, most: 2_000) : .init()), .text)
        case "date": return (.date(.init()), .date)
        case "note": return (.information, .file)
        case "image", "file", "audio", "video": return (.file(.init()), .file)
        default: return nil
        }
    }

    private static func parameters(_ text: String) -> [String: String] {
        let pairs = text.split { $0 == " " || $0 == ";" || $0 == "," }.map {
            $0.split(separator: "=", maxSplits: 1).map(String.init)
        }
        return Dictionary(
            pairs.filter { $0.count == 2 }.map { ($0[0], $0[1].lowercased()) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func options(_ list: String) -> ([Question.Option], TakenCodes) {
        if let known = lists[list] { return known }
        var codes = TakenCodes(mayBeginWithDigit: true)
        let options = (choices[list] ?? []).map { row in
            let code = codes.take(row["name"])
            if code != row["name"] { taken.list(.code, at: "\(list) › \(code)", row["name"]) }
            return Question.Option(code: code, text: label(row))
        }
        lists[list] = (options, codes)
        return (options, codes)
    }

    // MARK: Matrices

    /// A group of `select_one` or `select_multiple` from one list, up to its end.
    private mutating func matrix(from start: Int, _ group: XLSFormRow) -> (Question, end: Int)? {
        guard let length = ends.first(where: { $0 >= start }) else { return nil }
        let members = survey[start..<length]
        let type = members.first?["type"] ?? ""
        let words = type.split(separator: " ").map(String.init)
        guard words.count == 2, ["select_one", "select_multiple"].contains(words[0]),
            members.allSatisfy({ $0["type"] == type && $0["choice_filter"].isEmpty })
        else { return nil }
        let (columns, columnCodes) = options(words[1])
        let isMultiple = words[0] == "select_multiple"
        let code = codes.take(group["name"])
        var rowCodes = TakenCodes(mayBeginWithDigit: true)
        let rows = members.map { row in
            let name = rowCodes.take(
                row["name"].hasPrefix("\(group["name"])_")
                    ? String(row["name"].dropFirst(group["name"].count + 1)) : row["name"])
            translation.names[row["name"]] = .init(
                name: "\(code).\(name)", kind: isMultiple ? .choices(columnCodes) : .choice(columnCodes))
            return Question.Option(code: name, text: label(row), condition: condition(row))
        }
        let required = members.filter { isRequired($0) }
        if !required.isEmpty, required.count < members.count { taken.list(.part, at: place(group), "required") }
        let question = Question(
            code: code, text: text(group["label"]).isEmpty ? code : text(group["label"]), hint: text(group["hint"]),
            kind: .matrix(.init(rows: rows, columns: columns, cell: isMultiple ? .multiple : .single)),
            isRequired: required.count == members.count, condition: condition(group))
        return (question, length + 1)
    }

    // MARK: Formulas

    private mutating func sayFormulas() {
        var scope = FormulaScope(questions: taken.questionnaire.questions)
        for value in computed {
            guard let said = translation.value(value.formula, .xPath, in: scope),
                let formula = try? Formula(parsing: said, in: scope)
            else {
                taken.list(.formula, at: "survey \(value.line)", value.formula)
                continue
            }
            scope.declare(value.code, .computed(formula.type))
            for (name, named) in translation.names where named.name == value.code {
                translation.names[name] = .init(name: value.code, kind: .init(formula.type))
            }
            taken.questionnaire.computed.append(.init(code: value.code, expression: said))
        }
        let own = Dictionary(translation.names.values.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for page in taken.questionnaire.pages.indices {
            var said = taken.questionnaire.pages[page]
            said.condition = say(said.condition, at: said.code, nil, scope)
            for group in said.groups.indices {
                said.groups[group].condition = say(
                    said.groups[group].condition, at: said.groups[group].code, nil, scope)
                for index in said.groups[group].questions.indices {
                    let code = said.groups[group].questions[index].code
                    say(&said.groups[group].questions[index], own[code], scope)
                }
            }
            taken.questionnaire.pages[page] = said
        }
    }

    private mutating func say(
        _ question: inout Question, _ own: ForeignTranslation.Named?, _ scope: FormulaScope
    ) {
        question.condition = say(question.condition, at: question.code, own, scope)
        var options = question.kind.options
        for index in options.indices {
            options[index].condition = say(
                options[index].condition, at: "\(question.code) › \(options[index].code)", nil, scope)
        }
        question.kind.options = options
        if let (formula, list, place) = filters[question.code], !filter(&question, by: formula, of: list, scope) {
            taken.list(.part, at: place, "choice_filter = \(formula)")
        }
        guard let validation = question.validation else { return }
        let said = say(validation.expression, at: question.code, own, scope)
        question.validation = said.map { .init(expression: $0, message: validation.message) }
    }

    /// Gives each option the condition that the filter is for its row of the list.
    /// - Returns: false where it cannot be said for one of them; then all are offered.
    private mutating func filter(
        _ question: inout Question, by formula: String, of list: String, _ scope: FormulaScope
    ) -> Bool {
        let rows = choices[list] ?? []
        var options = question.kind.options
        guard !rows.isEmpty, rows.count == options.count else { return false }
        filterBytes += rows.count * formula.utf8.count
        guard filterBytes <= Self.mostFilterBytes else { return false }
        // A name that no choice has a cell for is one of the language.
        let named = Self.words(of: formula).subtracting(["and", "or", "not", "div", "mod"])
            .intersection(Set(rows.flatMap(\.cells.keys)))
        for (index, row) in rows.enumerated() {
            let columns = Dictionary(uniqueKeysWithValues: named.map { ($0, row[$0]) })
            // It stands wherever the filter names it.
            guard columns.values.allSatisfy({ $0.utf8.count <= Self.mostCellBytes }),
                let foreign = try? ForeignFormula(formula, .xPath, columns: columns),
                let said = translation.condition(foreign.decided, in: scope)
            else { return false }
            options[index].condition = said.isEmpty ? nil : said
        }
        question.kind.options = options
        return true
    }

    private mutating func say(
        _ formula: String?, at place: String, _ own: ForeignTranslation.Named?, _ scope: FormulaScope
    ) -> String? {
        guard let formula, !formula.isEmpty else { return nil }
        let said = translation.condition(formula, .xPath, own: own, in: scope)
        if said == nil { taken.list(.formula, at: place, formula) }
        return said
    }
}
