import Foundation
import Participation
import Questionnaires
import Text

/// How answers are read back to who gave them.
extension Texts {
    /// What was answered, question by question in their order; what was not answered is left out.
    /// - Parameters:
    ///   - units: all of them, for the names of those that were chosen.
    ///   - files: their names by their ids, for those who have just chosen them.
    func facts(
        of answers: Answers, in questions: [Question], units: [Participation.Unit], files: [String: String] = [:]
    ) -> [Fact] {
        questions.compactMap { question in
            answers[question.code].map { answer in
                let said = words(of: answer, to: question, units: units)
                guard case .files(let ids) = answer else { return Fact(label: question.text, text: said) }
                let names = ids.compactMap { files[$0.uuidString.lowercased()] }
                    .joined(separator: self["questionnaires.comma"])
                return Fact(
                    label: question.text,
                    text: names.isEmpty ? said : self["questionnaires.row", ["row": said, "words": names]])
            }
        }
    }

    /// - Parameter iso: ISO 8601; what is no day stays as it is.
    func day(_ iso: String) -> String { CalendarDate(iso).map { ChinaTime.day($0, in: clock) } ?? iso }

    private func words(of answer: Questionnaires.Answer, to question: Question, units: [Participation.Unit]) -> String {
        switch answer {
        case .choice(let choice): words(of: choice, to: question)
        case .choices(let choices):
            if case .ranking = question.kind {
                choices.enumerated().map { place, choice in "\(place + 1). \(words(of: choice, to: question))" }
                    .joined(separator: "\n")
            } else {
                choices.map { words(of: $0, to: question) }.joined(separator: self["questionnaires.comma"])
            }
        case .truth(let truth): self["questionnaires.fill.\(truth ? "yes" : "no")"]
        case .number(let number):
            switch question.kind {
            case .scale(let scale): Int(exactly: number).map { step($0, of: scale) } ?? FieldValues.plain(number)
            case .number(let asked) where !asked.unit.isEmpty: FieldValues.plain(number) + " " + asked.unit
            default: FieldValues.plain(number)
            }
        case .text(let text):
            switch question.kind {
            case .unit(let register): units.first { $0.code == text }.map { register.name(of: $0) } ?? text
            case .date: day(text)
            default: text
            }
        case .files(let ids): self["questionnaires.fill.files_sent", ["count": ids.count]]
        case .matrixChoice(let rows): table(rows.mapValues { [$0] }, question)
        case .matrixChoices(let rows): table(rows, question)
        case .matrixNumbers(let rows):
            table(rows, question) { column, row, unit in
                let number = FieldValues.plain(row[column.code] ?? 0)
                return "\(column.text) \(number)" + (unit.isEmpty ? "" : " \(unit)")
            }
        case .matrixTexts(let rows): cells(rows, question)
        }
    }

    /// Each cell of texts a line of its own.
    private func cells(_ rows: [String: [String: String]], _ question: Question) -> String {
        guard case .matrix(let matrix) = question.kind else { return "" }
        return lines(
            matrix.rows.flatMap { row in
                matrix.columns.compactMap { column in
                    rows[row.code]?[column.code].map { ("\(row.text) · \(column.text)", [$0]) }
                }
            })
    }

    private func words(of choice: Questionnaires.Answer.Choice, to question: Question) -> String {
        let words =
            choice.words ?? question.kind.options.first { $0.code == choice.code }?.text ?? choice.code
        return choice.comment.map { self["questionnaires.commented", ["words": words, "comment": $0]] } ?? words
    }

    private func table(_ rows: [String: [String]], _ question: Question) -> String {
        guard case .matrix(let matrix) = question.kind else { return "" }
        return lines(
            matrix.rows.compactMap { row in
                guard let chosen = rows[row.code] else { return nil }
                return (row.text, matrix.columns.filter { chosen.contains($0.code) }.map(\.text))
            })
    }

    private func table(
        _ rows: [String: [String: Double]], _ question: Question,
        _ words: (Question.Option, [String: Double], _ unit: String) -> String
    ) -> String {
        guard case .matrix(let matrix) = question.kind else { return "" }
        let unit = if case .number(let number) = matrix.cell { number.unit } else { "" }
        return lines(
            matrix.rows.compactMap { row in
                guard let numbers = rows[row.code] else { return nil }
                return (row.text, matrix.columns.filter { numbers[$0.code] != nil }.map { words($0, numbers, unit) })
            })
    }

    private func lines(_ rows: [(String, [String])]) -> String {
        rows.map {
            self["questionnaires.row", ["row": $0, "words": $1.joined(separator: self["questionnaires.comma"])]]
        }
        .joined(separator: "\n")
    }
}
