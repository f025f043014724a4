/// 前面选中的: conditions that hang on which options of an earlier question were chosen, or which rows filled in.
package struct ChosenBefore: Sendable {
    private let code: String
    private let kind: Question.Kind

    package init(_ question: Question) { self.init(code: question.code, kind: question.kind) }

    init(code: String, kind: Question.Kind) { (self.code, self.kind) = (code, kind) }

    /// - Parameter option: its code.
    func condition(_ option: String, isChosen: Bool) -> String {
        let chosen: String
        switch kind {
        case .single: chosen = "\(code) == \(ForeignTranslation.quoted(option))"
        case .matrix(let matrix):
            if case .number = matrix.cell { return (isChosen ? "" : "not ") + "answered(\(code).\(option))" }
            chosen = "\(ForeignTranslation.quoted(option)) in \(code)"
        default: chosen = "\(ForeignTranslation.quoted(option)) in \(code)"
        }
        // Where nothing was answered, nothing was chosen: unknown, it would stay hidden.
        return isChosen ? chosen : "not (answered(\(code)) and \(chosen))"
    }

    /// Options as they are typed, those that the earlier question has in the same words with a condition: codes are given one by one and
    /// may be equal without meaning anything. Where nothing is typed yet, they are those of the earlier question, but none that leaves
    /// no room for others. What has a condition keeps it.
    /// - Returns: nil where none of the words are equal.
    package func conditions(in lines: String, isChosen: Bool) -> String? {
        let options = kind.options
        guard lines.contains(where: { !$0.isWhitespace }) else {
            return OptionLines(
                options: options.filter { !$0.isExclusive }.map {
                    .init(code: $0.code, text: $0.text, condition: condition($0.code, isChosen: isChosen))
                }
            ).text
        }
        let codes = Dictionary(options.map { ($0.text, $0.code) }, uniquingKeysWith: { first, _ in first })
        var isFound = false
        let said = lines.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let typed = try? OptionLines(String(line), prefix: "o").options.first, let code = codes[typed.text]
            else { return String(line) }
            isFound = true
            return typed.condition == nil ? "\(line) | ? \(condition(code, isChosen: isChosen))" : String(line)
        }
        return isFound ? said.joined(separator: "\n") : nil
    }
}
