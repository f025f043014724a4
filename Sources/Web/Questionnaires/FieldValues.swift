import Foundation
import Questionnaires

/// What stands in the fields of a sheet, by their names: as just typed, or as answered before.
///
/// The names: `a.CODE` (also repeated), `a.CODE.other`, `a.CODE.comment`, `a.CODE.comment.OPTION`, `a.CODE.ROW`, `a.CODE.ROW.COLUMN`,
/// `a.CODE.rank.OPTION`.
struct FieldValues: Sendable {
    static let other = Tally.other
    static let otherSuffix = ".other"
    static let commentSuffix = ".comment"
    static let prefix = "a."

    /// The code of the question that a field belongs to.
    static func question(of field: String) -> String {
        String(field.dropFirst(prefix.count).prefix { $0 != "." })
    }

    /// Whether a field, or a part of it, is the question's.
    static func isField(_ name: String, of question: String) -> Bool {
        let field = prefix + question
        return name == field || name.hasPrefix(field + ".")
    }

    private(set) var values: [String: [String]]

    subscript(name: String) -> [String] { values[name] ?? [] }

    func first(_ name: String) -> String { values[name]?.first ?? "" }

    func holds(_ name: String, _ value: String) -> Bool { values[name]?.contains(value) ?? false }

    mutating func set(_ name: String, _ value: String?) { values[name] = value.map { [$0] } }

    mutating func set(_ name: String, all values: [String]) { self.values[name] = values.isEmpty ? nil : values }

    /// Without what names files: for pages to which none can be sent, so that none is taken at its word.
    func withoutFiles(of questions: [Question]) -> FieldValues {
        var typed = self
        for question in questions where question.kind.form == .file {
            typed.set(Self.prefix + question.code, nil)
        }
        return typed
    }

    /// As typed, to the letter.
    init(_ form: FormData) {
        values = Dictionary(grouping: form.fields.filter { $0.name.hasPrefix(Self.prefix) }, by: \.name)
            .mapValues { $0.map(\.value) }
    }

    init(_ answers: Answers) {
        values = [:]
        for (code, answer) in answers { add(answer, Self.prefix + code) }
    }

    private mutating func add(_ answer: Answer, _ name: String) {
        switch answer {
        case .choice(let choice):
            add(choice, name)
            set(name + Self.commentSuffix, choice.comment)
        case .choices(let choices):
            for (place, choice) in choices.enumerated() {
                add(choice, name)
                set("\(name)\(Self.commentSuffix).\(choice.code)", choice.comment)
                // Of a ranking the place counts; other questions have no such field.
                if choice.words == nil { values["\(name).rank.\(choice.code)"] = [String(place + 1)] }
            }
        case .truth(let truth): values[name] = [truth ? "true" : "false"]
        case .number(let number): values[name] = [Self.plain(number)]
        case .text(let text): values[name] = [text]
        case .files(let ids): values[name] = ids.map { $0.uuidString.lowercased() }
        case .matrixChoice(let rows): for (row, column) in rows { values["\(name).\(row)"] = [column] }
        case .matrixChoices(let rows): for (row, columns) in rows { values["\(name).\(row)"] = columns }
        case .matrixNumbers(let rows):
            for (row, columns) in rows {
                for (column, number) in columns { values["\(name).\(row).\(column)"] = [Self.plain(number)] }
            }
        case .matrixTexts(let rows):
            for (row, columns) in rows {
                for (column, words) in columns { values["\(name).\(row).\(column)"] = [words] }
            }
        }
    }

    private mutating func add(_ choice: Answer.Choice, _ name: String) {
        values[name, default: []].append(choice.code)
        if let words = choice.words { values[name + Self.otherSuffix] = [words] }
    }

    /// As one would type it: 3 rather than 3.0.
    static func plain(_ number: Double) -> String { DecimalText.text(of: number) }
}
