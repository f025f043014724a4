import Questionnaires

/// The fields of one question, with what stands in them.
struct QuestionFields {
    typealias Option = QuestionPart.Option

    private let question: Question
    private let hidden: Set<String>
    private let setting: QuestionSetting
    /// Of the field, and of what stands on the page for it.
    let name: String

    init(_ question: Question, hidden: Set<String>, in setting: QuestionSetting) {
        (self.question, self.hidden, self.setting) = (question, hidden, setting)
        name = FieldValues.prefix + question.code
    }

    private var values: FieldValues { setting.values }
    private var texts: Texts { setting.texts }

    private func isOff(option: Question.Option) -> Bool { hidden.contains("o.\(question.code).\(option.code)") }

    private func isOff(column: Question.Option) -> Bool { hidden.contains("c.\(question.code).\(column.code)") }

    // MARK: Choices

    func options(_ all: [Question.Option]) -> [Option] { options(all, name) { isOff(option: $0) } }

    private func options(
        _ all: [Question.Option], _ name: String, _ isOff: (Question.Option) -> Bool
    ) -> [Option] {
        all.map {
            Option(
                id: "\(name)--\($0.code)", name: name, value: $0.code, text: $0.text,
                chosen: values.holds(name, $0.code), code: $0.code, isExclusive: $0.isExclusive, isOff: isOff($0))
        }
    }

    /// One that the questionnaire does not name.
    func option(_ value: String, _ text: String) -> Option {
        Option(
            id: "\(name)--\(value)", name: name, value: value, text: text, chosen: values.holds(name, value),
            code: value, isExclusive: false, isOff: false)
    }

    func other(_ label: String?) -> QuestionPart.Other? {
        guard let label else { return nil }
        let otherName = name + FieldValues.otherSuffix
        return QuestionPart.Other(
            id: otherName, name: otherName, choice: option(FieldValues.other, texts.other(label)),
            words: values.first(otherName))
    }

    /// - Parameter option: of several choices; nil for the field below the options.
    func comment(_ option: Option? = nil) -> QuestionPart.Comment? {
        guard let text = question.kind.comment.map(texts.comment) else { return nil }
        let ending = FieldValues.commentSuffix + (option.map { ".\($0.code)" } ?? "")
        return QuestionPart.Comment(
            id: name + ending, name: name + ending, text: text,
            label: option.map { "\($0.text) · \(text)" } ?? text, words: values.first(name + ending),
            code: option?.code, choice: option?.id, isOff: option?.isOff ?? false)
    }

    func boxes(_ multiple: Question.Multiple) -> QuestionPart.Choices {
        var offered = options(multiple.options)
        for index in offered.indices { offered[index].comment = comment(offered[index]) }
        let plain = other(multiple.other)
        var others = plain
        others?.comment = plain.flatMap { comment($0.choice) }
        return QuestionPart.Choices(
            type: "checkbox", options: offered, other: others, isScale: false,
            limit: multiple.most.map {
                QuestionPart.Limit(count: $0, text: texts["questionnaires.fill.no_more", ["count": $0]])
            })
    }

    func ranks(_ ranking: Question.Ranking) -> [QuestionPart.Rank] {
        ranking.options.map { ranked in
            let rankName = "\(name).rank.\(ranked.code)"
            return QuestionPart.Rank(
                id: rankName, name: rankName, text: ranked.text, code: ranked.code,
                places: (1...max(1, ranking.places)).map {
                    Option(
                        id: "\(rankName).\($0)", name: rankName, value: String($0),
                        text: texts["questionnaires.fill.place", ["place": $0]],
                        chosen: values.first(rankName) == String($0), code: String($0), isExclusive: false,
                        isOff: false)
                }, isOff: isOff(option: ranked))
        }
    }

    // MARK: Matrices

    func rows(_ matrix: Question.Matrix) -> [QuestionPart.Row] {
        matrix.rows.map { row in
            let rowName = "\(name).\(row.code)"
            let typed = cells(of: matrix, in: rowName)
            return QuestionPart.Row(
                id: rowName, code: row.code, text: row.text, error: setting.errors[field: rowName],
                type: matrix.cell == .multiple ? "checkbox" : "radio",
                options: typed.isEmpty ? options(matrix.columns, rowName) { isOff(column: $0) } : [],
                cells: typed, isOff: isOff(option: row))
        }
    }

    /// None where columns are chosen.
    private func cells(of matrix: Question.Matrix, in rowName: String) -> [QuestionPart.Cell] {
        let (mode, unit): (String?, String)
        switch matrix.cell {
        case .single, .multiple: return []
        case .number(let number): (mode, unit) = ("decimal", number.unit)
        case .text: (mode, unit) = (nil, "")
        }
        return matrix.columns.map {
            QuestionPart.Cell(
                id: "\(rowName).\($0.code)", name: "\(rowName).\($0.code)",
                text: $0.text
                    + (unit.isEmpty || unit == $0.text ? "" : texts["questionnaires.fill.in_unit", ["unit": unit]]),
                value: values.first("\(rowName).\($0.code)"), mode: mode, code: $0.code, isOff: isOff(column: $0))
        }
    }

    // MARK: Lines

    func line(
        _ type: String, mode: String? = nil, unit: String = "", first: String? = nil, last: String? = nil
    ) -> QuestionPart.Line {
        QuestionPart.Line(
            name: name, type: type, mode: mode, value: values.first(name), unit: unit.isEmpty ? nil : unit,
            first: first, last: last)
    }
}
