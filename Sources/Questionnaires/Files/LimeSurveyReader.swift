/// A survey of LimeSurvey, versions 3 to 6, as a questionnaire: each of its groups is a page.
struct LimeSurveyReader {
    let tables: LimeSurveyTables
    let language: String
    var taken = TakenQuestionnaire()
    var codes = TakenCodes()
    private var translation = ForeignTranslation()
    var questions: [LimeSurveyQuestion] = []
    /// Of the editor, by the number of the question they are for.
    private let conditions: [String: [LimeSurveyTables.Row]]
    /// What a text may repeat, as it stands there; known once the formulas are.
    private var repeatable: Set<String> = []
    private var filters = LimeSurveyFilters()
    /// By the codes that the questions have here.
    private var foreign: [String: LimeSurveyQuestion] = [:]

    init(_ tables: LimeSurveyTables) {
        self.tables = tables
        language = tables["surveys"].first?["language"] ?? tables.languages.first ?? ""
        conditions = Dictionary(grouping: tables["conditions"], by: { $0["qid"] ?? "" })
    }

    mutating func read() throws(QuestionnaireFile.Fault) -> TakenQuestionnaire {
        guard tables["surveys"].count == 1 else { throw .unreadable("surveys") }
        readWords()
        readQuestions()
        readPages()
        readQuotas()
        sayFormulas()
        return taken
    }

    // MARK: The survey

    /// The row of that table in the survey's language.
    private func words(_ table: String, where key: String, is value: String, language key2: String = "language")
        -> LimeSurveyTables.Row?
    {
        let rows = tables[table].filter { $0[key] == value }
        return rows.first { $0[key2] == language } ?? rows.first
    }

    private mutating func readWords() {
        for other in tables.languages where other != language { taken.list(.language, at: "", other) }
        let rows = tables["surveys_languagesettings"]
        let words = rows.first { $0["surveyls_language"] == language } ?? rows.first ?? [:]
        func text(_ key: String) -> String { plain(words[key], at: key) }
        taken.questionnaire.title = text("surveyls_title")
        taken.questionnaire.introduction = [text("surveyls_description"), text("surveyls_welcometext")]
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
        taken.questionnaire.closing = text("surveyls_endtext")
        if !tables["assessments"].isEmpty { taken.list(.setting, at: "", "assessments") }
        let survey = (tables["surveys"].first ?? [:]).merging(words) { first, _ in first }
        for name in ["startdate", "expires", "surveyls_url", "surveyls_policy_notice"] {
            let value = PlainHTML.text(survey[name] ?? "")
            if !value.isEmpty { taken.list(.setting, at: "", "\(name) = \(value)") }
        }
    }

    /// The words of some markup; what is to be seen or heard between them is listed.
    mutating func plain(_ html: String?, at place: String) -> String {
        let (text, left) = PlainHTML.read(html ?? "")
        for what in left { taken.list(.part, at: place, what) }
        return text
    }

    func sorted(_ rows: [LimeSurveyTables.Row], by key: String) -> [LimeSurveyTables.Row] {
        rows.sorted {
            (Int($0[key] ?? "") ?? 0, Int($0["qid"] ?? $0["gid"] ?? "") ?? 0) < (
                Int($1[key] ?? "") ?? 0, Int($1["qid"] ?? $1["gid"] ?? "") ?? 0
            )
        }
    }

    /// Rows of version 3 repeat in every language; those of later ones have their words elsewhere.
    func rows(_ table: String) -> [LimeSurveyTables.Row] {
        tables[table].filter { ($0["language"] ?? language) == language }
    }

    // MARK: Pages

    private mutating func readPages() {
        var pageCodes = TakenCodes()
        let members = Dictionary(grouping: questions, by: { $0.row["gid"] })
        for row in sorted(rows("groups"), by: "group_order") {
            let id = row["gid"] ?? ""
            let words = words("group_l10ns", where: "gid", is: id) ?? row
            let title = PlainHTML.text(words["group_name"] ?? "")
            let description = plain(words["description"], at: title)
            let code = pageCodes.take("g\(id)")
            if let random = row["randomization_group"], !random.isEmpty {
                taken.list(.setting, at: title, "randomization_group")
            }
            var page = Questionnaire.Page(
                code: code, title: title, groups: [.init(code: code)], condition: row["grelevance"])
            if !description.isEmpty {
                page.groups[0].questions.append(
                    Question(code: codes.take("\(code)_about"), text: description, kind: .information))
            }
            for question in (members[id] ?? []).sorted(by: { $0.order < $1.order }) {
                add(question, to: &page)
            }
            if !page.groups[0].questions.isEmpty { taken.questionnaire.pages.append(page) }
        }
    }

    private mutating func add(_ question: LimeSurveyQuestion, to page: inout Questionnaire.Page) {
        let place = question.place
        for missing in question.missing { taken.list(missing.what, at: place, missing.detail) }
        if question.title != question.code { taken.list(.code, at: question.code, question.title) }
        if let formula = question.equation {
            taken.questionnaire.computed.append(.init(code: question.code, expression: formula))
            return
        }
        guard let kind = question.kind else { return taken.list(.question, at: place, question.typeName) }
        var found = Question(
            code: question.code, text: question.text, hint: question.hint, kind: kind, isRequired: question.isRequired)
        if found.text.isEmpty { found.text = question.title }
        found.condition = question.row["relevance"]
        found.initial = question.initial
        listConditions(of: question)
        page.groups[0].questions.append(found)
        translation.names.merge(question.names) { first, _ in first }
        translation.names.merge(question.answerCodes) { first, _ in first }
    }

    /// Those of LimeSurvey's editor stand in the formula, too; where there is none they are all there is.
    private mutating func listConditions(of question: LimeSurveyQuestion) {
        guard [nil, "", "1"].contains(question.row["relevance"]) else { return }
        for row in conditions[question.row["qid"] ?? ""] ?? [] {
            let words = ["cfieldname", "method", "value"].compactMap { row[$0] }.joined(separator: " ")
            taken.list(.formula, at: question.place, words)
        }
    }

    // MARK: Quotas

    private mutating func readQuotas() {
        var quotaCodes = TakenCodes()
        let members = Dictionary(grouping: tables["quota_members"], by: { $0["quota_id"] })
        let byID = Dictionary(questions.map { ($0.row["qid"], $0) }, uniquingKeysWith: { first, _ in first })
        for row in tables["quota"] {
            let (id, name) = (row["id"] ?? "", row["name"] ?? "")
            guard row["active"] != "0" else { taken.list(.quota, at: name, "active = 0"); continue }
            var conditions: [String: [String]] = [:]
            for member in members[id] ?? [] {
                guard let question = byID[member["qid"]],
                    let condition = question.quotaCondition(member["code"] ?? "")
                else { conditions = [:]; break }
                conditions[question.code, default: []].append(condition)
            }
            let words = words("quota_languagesettings", where: "quotals_quota_id", is: id, language: "quotals_language")
            guard let most = row["qlimit"].flatMap({ Int($0) }), !conditions.isEmpty else {
                taken.list(.quota, at: name, row["qlimit"] ?? "")
                continue
            }
            if let url = words?["quotals_url"], !url.isEmpty { taken.list(.setting, at: name, "quotals_url = \(url)") }
            // Codes of one question are any of them, questions all of them.
            let all = conditions.sorted { $0.key < $1.key }.map { "(" + $0.value.joined(separator: " or ") + ")" }
            taken.questionnaire.quotas.append(
                .init(
                    code: quotaCodes.take(name.isEmpty ? "quota" : name), title: name,
                    condition: all.joined(separator: " and "), most: most,
                    closing: PlainHTML.text(words?["quotals_message"] ?? "")))
        }
    }

    // MARK: Formulas

    /// At the end, when all names are known.
    private mutating func sayFormulas() {
        let scope = sayComputed()
        repeatable = Set(translation.names.values.map { "{\($0.name)}" })
        foreign = Dictionary(questions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        filters = LimeSurveyFilters(questions, asked: taken.questionnaire.questions.map(\.code))
        for (place, detail) in filters.lost { taken.list(.part, at: place, detail) }
        for page in taken.questionnaire.pages.indices {
            var said = taken.questionnaire.pages[page]
            said.condition = say(said.condition, at: said.title, scope)
            for group in said.groups.indices {
                for index in said.groups[group].questions.indices { say(&said.groups[group].questions[index], scope) }
            }
            taken.questionnaire.pages[page] = said
        }
    }

    private mutating func sayComputed() -> FormulaScope {
        var scope = FormulaScope(questions: taken.questionnaire.questions)
        var kept: [Questionnaire.Computed] = []
        for value in taken.questionnaire.computed {
            let inside = Self.withoutBraces(PlainHTML.text(value.expression))
            guard let said = translation.value(inside, .expressionScript, in: scope),
                let formula = try? Formula(parsing: said, in: scope)
            else {
                taken.list(.formula, at: value.code, value.expression)
                continue
            }
            scope.declare(value.code, .computed(formula.type))
            translation.names[value.code] = .init(name: value.code, kind: .init(formula.type))
            kept.append(.init(code: value.code, expression: said))
        }
        taken.questionnaire.computed = kept
        return scope
    }

    private mutating func say(_ question: inout Question, _ scope: FormulaScope) {
        question.condition = say(question.condition, at: question.code, scope)
        if let foreign = foreign[question.code] {
            question.validation = validation(of: foreign, scope)
            sayParts(of: &question, foreign, scope)
        }
        question.text = repeated(question.text, at: question.code)
        question.hint = repeated(question.hint, at: question.code)
    }

    private static func withoutBraces(_ text: String) -> String {
        text.hasPrefix("{") && text.hasSuffix("}") ? String(text.dropFirst().dropLast()) : text
    }

    /// The formulas that its answer is checked by, and its limits that are no numbers, as one.
    private mutating func validation(of question: LimeSurveyQuestion, _ scope: FormulaScope) -> Question.Validation? {
        let names = question.part == nil ? ["em_validation_q"] : ["em_validation_q", "em_validation_sq"]
        var checks: [String] = []
        for name in names {
            if let said = say(question.attributes[name], own: question.title, at: question.code, scope) {
                checks.append(said)
            }
        }
        for (name, check) in question.checks {
            let value = question.attributes[name] ?? ""
            let limit = translation.value(Self.withoutBraces(value), .expressionScript, in: scope)
            let said = limit.map { check.replacing("#", with: DecimalText.number($0) == nil ? "(\($0))" : $0) }
            let all = "(" + (checks + [said ?? ""]).joined(separator: ") and (") + ")"
            if let said, (try? Formula(condition: all, in: scope)) != nil {
                checks.append(said)
            } else {
                taken.list(.part, at: question.place, "\(name) = \(value)")
            }
        }
        guard let only = checks.first else { return nil }
        let tips = names.map { PlainHTML.text(question.attributes["\($0)_tip"] ?? "") }
        return .init(
            expression: checks.count == 1 ? only : "(" + checks.joined(separator: ") and (") + ")",
            message: tips.first { !$0.isEmpty } ?? "")
    }

    /// What its options, rows and columns hang on.
    private mutating func sayParts(
        of question: inout Question, _ foreign: LimeSurveyQuestion, _ scope: FormulaScope
    ) {
        question.kind.options = say(question.kind.options, by: foreign.optionParts, of: question.code, scope)
        question.kind.columns = say(question.kind.columns, by: foreign.columnParts, of: question.code, scope)
        if filters.filter(&question, foreign, in: scope) { return }
        for name in LimeSurveyFilters.attributes {
            guard let value = foreign.attributes[name], !value.isEmpty else { continue }
            taken.list(.part, at: foreign.place, "\(name) = \(value)")
        }
    }

    private mutating func say(
        _ options: [Question.Option], by parts: [LimeSurveyQuestion.Part], of code: String, _ scope: FormulaScope
    ) -> [Question.Option] {
        var options = options
        for (index, part) in zip(options.indices, parts) {
            options[index].condition = say(part.relevance, at: "\(code) › \(part.code)", scope)
        }
        return options
    }

    /// `{Q1.shown}` as `{q1}`; what is computed within a text stays as it stands there.
    private mutating func repeated(_ text: String, at place: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        let names = translation.names
        let said = RepeatedAnswer.filled(text) { path in
            let bare = ["shown", "NAOK", "value"].contains(path.last) ? path.dropLast() : path[...]
            return names[bare.joined(separator: ".")].map { "{\($0.name)}" }
        }
        for piece in said.split(separator: "{").dropFirst(said.hasPrefix("{") ? 0 : 1) {
            let word = "{" + piece.prefix { $0 != "}" } + "}"
            if piece.contains("}"), !repeatable.contains(word) { taken.list(.formula, at: place, word) }
        }
        return said
    }

    private mutating func say(_ formula: String?, own: String? = nil, at place: String, _ scope: FormulaScope)
        -> String?
    {
        guard let formula, !["", "1", "true"].contains(formula) else { return nil }
        let said = translation.condition(
            formula, .expressionScript, own: own.flatMap { translation.names[$0] }, in: scope)
        if said == nil { taken.list(.formula, at: place, formula) }
        return said
    }
}
