/// What is written within an answer is read, screened, counted and exported as the answer to a text question: the code of such a part is
/// that of its question, of the row and of the column, as formulas name it.
extension Question {
    /// As results count it: itself, or for a matrix of texts each of its cells.
    package var counted: [Question] {
        guard case .matrix(let matrix) = kind, case .text(let most) = matrix.cell else { return [self] }
        return matrix.rows.flatMap { row in
            matrix.columns.map { column in
                Question(
                    code: "\(code).\(row.code).\(column.code)",
                    text: [text, row.text, column.text].filter { !$0.isEmpty }.joined(separator: " · "),
                    kind: .text(Text(most: most)))
            }
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
        guard path.count == 3, case .matrixTexts(let rows)? = self[path[0]] else { return self[code] }
        return rows[path[1]]?[path[2]].map { .text($0) }
    }
}
