/// What is written within an answer – in the cells of a matrix, beside a choice – is read, screened, counted and exported as the answer to a
/// text question. The code of such a part is what formulas name it: `question.row.column`, `question.comment`,
/// `question.option.comment`.
extension Question {
    /// As results count it: itself with the comments on its options, or for a matrix of texts each of its cells.
    package var counted: [Question] {
        func part(_ path: [String], _ words: [String], most: Int = AnswerFault.mostWords) -> Question {
            Question(
                code: ([code] + path).joined(separator: "."),
                text: ([text] + words).filter { !$0.isEmpty }.joined(separator: " · "), kind: .text(Text(most: most)))
        }
        /// Where a field has no words of its own: nothing else tells it from its question.
        func comment(_ words: String) -> String { words.isEmpty ? "说明" : words }
        switch kind {
        case .single(let single): return [self] + (single.comment.map { [part(["comment"], [comment($0)])] } ?? [])
        case .multiple(let multiple):
            guard let words = multiple.comment else { return [self] }
            let options =
                multiple.options.map { ($0.code, $0.text) }
                + (multiple.other.map { [(AnswerPart.other, $0.isEmpty ? "其他" : $0)] } ?? [])
            return [self] + options.map { part([$0.0, "comment"], [$0.1, comment(words)]) }
        case .matrix(let matrix):
            guard case .text(let most) = matrix.cell else { return [self] }
            return matrix.rows.flatMap { row in
                matrix.columns.map { part([row.code, $0.code], [row.text, $0.text], most: most) }
            }
        default: return [self]
        }
    }

    /// The code of the question that a counted one is a part of, or its own.
    package static func whole(of code: String) -> String { String(code.prefix { $0 != "." }) }
}

extension Answers {
    /// What was answered to a question as results count it.
    /// - Parameter code: of `Question.counted`.
    package func counted(_ code: String) -> Answer? {
        let path = code.split(separator: ".").map(String.init)
        guard path.count > 1, let answer = self[path[0]] else { return self[code] }
        let words: String? =
            switch answer {
            case .choice(let choice): choice.comment
            case .choices(let choices): choices.first { $0.code == path[1] }?.comment
            case .matrixTexts(let rows): path.count == 3 ? rows[path[1]]?[path[2]] : nil
            default: nil
            }
        return words.map { .text($0) }
    }
}
