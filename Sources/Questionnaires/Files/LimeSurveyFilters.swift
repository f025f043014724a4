/// 数组筛选: which options, rows or texts of a question are shown hangs on what was chosen or filled in in earlier ones, by equal codes.
/// `array_filter` shows those, `array_filter_exclude` the others; what the earlier question has no equal of is always shown.
struct LimeSurveyFilters {
    /// That something was chosen, and that it was not.
    typealias Rule = (chosen: String, left: String)

    private struct Filter {
        let question: String
        let isExclusion: Bool
    }

    static let attributes = ["array_filter", "array_filter_exclude"]
    /// Nobody reads a condition that leads back to more questions.
    private static let most = 20

    /// By the codes there of a question and of its part; of two scales side by side each has one.
    private var rules: [String: [String: [Rule]]] = [:]
    /// By the code there of the question.
    private var filters: [String: [Filter]] = [:]
    /// What is named and cannot be asked for here.
    private(set) var lost: [(place: String, detail: String)] = []

    init() {}

    /// - Parameter asked: the codes here of the questions, in their order.
    init(_ questions: [LimeSurveyQuestion], asked: [String]) {
        let order = Dictionary(asked.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var last: [String: Int] = [:]
        for question in questions {
            for (part, rule) in question.rules { rules[question.whole, default: [:]][part, default: []].append(rule) }
            last[question.whole] = max(last[question.whole] ?? 0, order[question.code] ?? Int.max)
        }
        let withOther = Set(questions.filter { $0.kind?.other != nil }.map(\.whole))
        for question in questions where filters[question.whole] == nil {
            guard let place = order[question.code] else { continue }
            filters[question.whole] = []
            let hasParts = question.part != nil || !question.optionParts.isEmpty
            for attribute in Self.attributes {
                let value = question.attributes[attribute] ?? ""
                let names = value.split(separator: ";").map { PlainHTML.trimmed(String($0)) }.filter { !$0.isEmpty }
                guard hasParts, names.count <= Self.most else {
                    if !names.isEmpty { lost.append((question.place, "\(attribute) = \(value)")) }
                    continue
                }
                for name in names {
                    guard rules[name] != nil, last[name] ?? Int.max < place else {
                        lost.append((question.place, "\(attribute) = \(name)"))
                        continue
                    }
                    filters[question.whole]?.append(
                        Filter(question: name, isExclusion: attribute == "array_filter_exclude"))
                    // The field for something else has no condition of its own.
                    if question.kind?.other != nil, withOther.contains(name) {
                        lost.append((question.place, "\(attribute) = \(name): other"))
                    }
                }
            }
        }
    }

    /// Gives the options, rows or the text that a question is here the conditions they have there.
    /// - Returns: false where they cannot be said; then it stays as it is.
    func filter(_ question: inout Question, _ foreign: LimeSurveyQuestion, in scope: FormulaScope) -> Bool {
        guard filters[foreign.whole]?.isEmpty == false else { return true }
        /// Empty for what is always shown, nil for what is no condition.
        func said(_ part: String, _ own: String?) -> String? {
            guard let condition = condition(of: part, in: foreign.whole) else { return nil }
            guard !condition.isEmpty else { return own ?? "" }
            let both = own.map { "(\($0)) and \(condition)" } ?? condition
            return (try? Formula(condition: both, in: scope)) == nil ? nil : both
        }
        if let part = foreign.part {
            guard let condition = said(part, question.condition) else { return false }
            question.condition = condition.isEmpty ? nil : condition
            return true
        }
        var options = question.kind.options
        for (index, part) in zip(options.indices, foreign.optionParts) {
            guard let condition = said(part.code, options[index].condition) else { return false }
            options[index].condition = condition.isEmpty ? nil : condition
        }
        question.kind.options = options
        return true
    }

    /// Empty for what is always shown; nil where too many questions are behind it.
    private func condition(of part: String, in question: String) -> String? {
        var seen: Set<String> = [question]
        let found = conditions(of: part, in: question, &seen)
        return seen.count > Self.most ? nil : found.joined(separator: " and ")
    }

    private func conditions(of part: String, in question: String, _ seen: inout Set<String>) -> [String] {
        var found: [String] = []
        for filter in filters[question] ?? [] {
            guard seen.count <= Self.most, seen.insert(filter.question).inserted else { continue }
            let known = rules[filter.question]?[part] ?? []
            if filter.isExclusion {
                found += known.map(\.left)
            } else if let rule = known.first {
                let all = known.map(\.chosen).joined(separator: " or ")
                found.append(known.count == 1 ? rule.chosen : "(\(all))")
                // What was chosen there was shown there.
                continue
            }
            // As LimeSurvey has it: what was left out there is left out here, too.
            found += conditions(of: part, in: filter.question, &seen)
        }
        return found
    }
}

extension LimeSurveyQuestion {
    /// By what others may be filtered: by the codes there of its options and rows, or of the text it is. LimeSurvey does not filter by
    /// one choice among several.
    fileprivate var rules: [(part: String, rule: LimeSurveyFilters.Rule)] {
        guard let kind else { return [] }
        if let part { return [(part, ("answered(\(code))", "not answered(\(code))"))] }
        if case .single = kind { return [] }
        let before = ChosenBefore(code: code, kind: kind)
        return zip(optionParts, kind.options).map { part, option -> (part: String, rule: LimeSurveyFilters.Rule) in
            func rule(_ isChosen: Bool) -> String { before.condition(option.code, isChosen: isChosen) }
            return (part.code, (rule(true), rule(false)))
        }
    }
}
