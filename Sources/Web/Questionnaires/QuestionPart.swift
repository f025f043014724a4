import Foundation
import Participation
import Questionnaires

/// One question as a page shows it, with what stands in its fields.
struct QuestionPart: Sendable {
    /// An option, a step of a scale, a column.
    struct Option: Sendable {
        let id: String
        let name: String
        let value: String
        let text: String
        let chosen: Bool
        /// The code the script knows it by.
        let code: String
        /// Chosen, it leaves no room for others.
        let isExclusive: Bool
        let isOff: Bool
        var comment: Comment?
    }

    /// A field for a comment: on the choice, or on one of several.
    struct Comment: Sendable {
        let id: String
        let name: String
        let text: String
        /// Also on what.
        let label: String
        let words: String
        /// The code and the box of the option that it is about, which words choose; nil: about whatever is chosen.
        let code: String?
        let choice: String?
        let isOff: Bool
    }

    /// A field for something else beside the choice of it.
    struct Other: Sendable {
        let id: String
        let name: String
        let choice: Option
        let words: String
        var comment: Comment?
    }

    /// One of several, or several: radio buttons or boxes.
    struct Choices: Sendable {
        let type: String
        let options: [Option]
        let other: Other?
        /// On the one that is chosen.
        var comment: Comment?
        /// In one line where there is room: a scale.
        let isScale: Bool
        /// More are not taken: what the script says to the next one.
        let limit: Limit?
    }

    struct Limit: Sendable {
        let count: Int
        let text: String
    }

    struct Selection: Sendable {
        let name: String
        let options: [Option]
        let other: Other?
        var comment: Comment?
    }

    struct Line: Sendable {
        let name: String
        let type: String
        let mode: String?
        let value: String
        let unit: String?
        let first: String?
        let last: String?
    }

    struct Area: Sendable {
        let name: String
        let value: String
        let limit: Int
        let limitText: String
    }

    struct Row: Sendable {
        let id: String
        let code: String
        let text: String
        let error: String?
        let type: String
        let options: [Option]
        /// Numbers or words instead of choices.
        let cells: [Cell]
        let isOff: Bool
    }

    struct Cell: Sendable {
        let id: String
        let name: String
        let text: String
        let value: String
        /// Of the keyboard; nil for words.
        let mode: String?
        let code: String
        let isOff: Bool
    }

    struct Rank: Sendable {
        let id: String
        let name: String
        let text: String
        let code: String
        let places: [Option]
        let isOff: Bool
    }

    struct File: Sendable {
        let name: String
        /// Those that are there.
        let there: [Kept]
        let takesSeveral: Bool

        struct Kept: Sendable {
            let id: String
            let name: String
            let value: String
            let text: String
        }
    }

    let code: String
    /// As the script calls it; a matrix with what is in its cells.
    let kind: String
    /// Where a mistake leads: the field, or the group around several.
    let id: String
    let text: [String]
    /// In the words of the questionnaire.
    let hint: String?
    /// What can be answered, in ours.
    let limits: String?
    let hasHint: Bool
    /// For an interviewer: what of it is read aloud, and what not.
    let reading: String?
    let isOptional: Bool
    let error: String?
    /// Not asked just now: it is there for the script.
    let isOff: Bool
    let describedBy: String?
    let choices: Choices?
    let selection: Selection?
    let rows: Filled<Row>?
    let ranks: Filled<Rank>?
    let line: Line?
    let area: Area?
    let file: File?
    let isInformation: Bool
}

/// What a question is shown with.
struct QuestionSetting {
    let values: FieldValues
    let errors: FormErrors
    /// All units, for those questions that ask for one.
    let units: [Participation.Unit]
    /// Names of the files that are there, by id.
    let files: [String: String]
    let texts: Texts
    /// Somebody reads it to the respondent.
    var isReadAloud = false
}

extension QuestionPart {
    /// - Parameters:
    ///   - isShown: whether it is asked now.
    ///   - hidden: what is not offered now, as `QuestionnairePlace.key` names it.
    init(_ question: Question, isShown: Bool, hidden: Set<String> = [], in setting: QuestionSetting) {
        let (fields, texts) = (QuestionFields(question, hidden: hidden, in: setting), setting.texts)
        let name = fields.name
        code = question.code
        kind = question.kind.scriptName
        id = name
        text = question.text.paragraphs
        error = setting.errors[field: name]
        isOff = !isShown
        isInformation = !question.isAsked
        isOptional = !question.isRequired && question.isAsked
        var (choices, selection): (Choices?, Selection?) = (nil, nil)
        var (rows, ranks): ([Row], [Rank]) = ([], [])
        var (line, area, file): (Line?, Area?, File?) = (nil, nil, nil)
        switch question.kind {
        case .single(let single) where single.isDropDown:
            selection = Selection(
                name: name, options: fields.options(single.options), other: fields.other(single.other),
                comment: fields.comment())
        case .single(let single):
            choices = Choices(
                type: "radio", options: fields.options(single.options), other: fields.other(single.other),
                comment: fields.comment(), isScale: false, limit: nil)
        case .multiple(let multiple): choices = fields.boxes(multiple)
        case .yesNo:
            choices = Choices(
                type: "radio",
                options: [
                    fields.option("true", texts["questionnaires.fill.yes"]),
                    fields.option("false", texts["questionnaires.fill.no"]),
                ], other: nil, isScale: false, limit: nil)
        case .scale(let scale):
            choices = Choices(
                type: "radio", options: scale.steps.map { fields.option(String($0), texts.step($0, of: scale)) },
                other: nil, isScale: true, limit: nil)
        case .unit(let register):
            selection = Selection(
                name: name,
                options: setting.units.filter { register.offers($0) }
                    .map { fields.option($0.code, register.name(of: $0)) }, other: nil)
        case .matrix(let matrix): rows = fields.rows(matrix)
        case .ranking(let ranking): ranks = fields.ranks(ranking)
        case .number(let number):
            let isPlain = number.decimals <= 0 && (number.least ?? -1) >= 0
            line = fields.line("text", mode: isPlain ? "numeric" : "decimal", unit: number.unit)
        case .text(let text) where text.isLong:
            area = Area(
                name: name, value: setting.values.first(name), limit: text.most,
                limitText: texts["forms.limit", ["count": text.most]])
        case .text: line = fields.line("text")
        case .date(let days): line = fields.line("date", first: days.first, last: days.last)
        case .file(let taken):
            let there = setting.values[name].compactMap { value in
                setting.files[value].map { File.Kept(id: "\(name)--\(value)", name: name, value: value, text: $0) }
            }
            file = File(name: name, there: there, takesSeveral: taken.most > 1)
        case .information: break
        }
        (self.choices, self.selection, self.line, self.area, self.file) = (choices, selection, line, area, file)
        (self.rows, self.ranks) = (Filled(rows), Filled(ranks))
        let limits = texts.limits(of: question.kind)
        (hint, self.limits) = (question.hint.isEmpty ? nil : question.hint, limits)
        hasHint = !question.hint.isEmpty || limits != nil
        reading = setting.isReadAloud ? texts.reading(of: question.kind) : nil
        describedBy = [
            reading == nil ? nil : "\(name)-reading", hasHint ? "\(name)-hint" : nil,
            error == nil ? nil : "\(name)-error",
        ].compactMap { $0 }.joined(separator: " ")
    }
}

extension Question.Kind {
    fileprivate var scriptName: String {
        guard case .matrix(let matrix) = self else { return name }
        return switch matrix.cell {
        case .single: "matrix-single"
        case .multiple: "matrix-multiple"
        case .number: "matrix-number"
        case .text: "matrix-text"
        }
    }
}

extension Texts {
    /// How an interviewer asks it.
    fileprivate func reading(of kind: Question.Kind) -> String {
        var (name, other, comment) = (kind.scriptName, String?.none, String?.none)
        switch kind {
        case .single(let single):
            if single.isDropDown { name = "list" } else { other = single.other }
            comment = single.comment
        case .multiple(let multiple): (other, comment) = (multiple.other, multiple.comment)
        default: break
        }
        return [
            self["samples.reading.\(name)"],
            other.map { self["samples.reading.other", ["option": self.other($0)]] } ?? "",
            comment.map { self["samples.reading.comment", ["comment": self.comment($0)]] } ?? "",
        ].joined()
    }

    /// What the choice of something else is called.
    func other(_ label: String) -> String { label.isEmpty ? self["questionnaires.fill.other"] : label }

    /// What the field for a comment is called.
    func comment(_ label: String) -> String { label.isEmpty ? self["questionnaires.fill.comment"] : label }

    /// What can be answered; nil where that needs no words, or stands elsewhere.
    fileprivate func limits(of kind: Question.Kind) -> String? {
        switch kind {
        case .multiple(let multiple): return limits(of: multiple)
        case .matrix(let matrix):
            switch matrix.cell {
            case .single, .multiple: return nil
            case .number(let number): return limits(of: number)
            case .text(let most): return self["questionnaires.fill.each_limit", ["count": most]]
            }
        case .ranking(let ranking):
            // How many there are to rank may hang on an answer.
            let isOpen = ranking.most == nil && ranking.options.contains { $0.condition?.isEmpty == false }
            return isOpen
                ? self["questionnaires.fill.ranking_all"]
                : self["questionnaires.fill.ranking", ["count": ranking.places]]
        case .number(let number): return limits(of: number)
        case .text(let text): return text.isLong ? nil : self["forms.limit", ["count": text.most]]
        case .date(let days): return limits(of: days)
        case .file(let files):
            return files.most > 1
                ? self["questionnaires.fill.files", ["count": files.most]] : self["questionnaires.fill.file"]
        case .single, .yesNo, .scale, .unit, .information: return nil
        }
    }

    private func limits(of multiple: Question.Multiple) -> String? {
        switch (multiple.least, multiple.most) {
        case (let least?, let most?) where least == most: self["questionnaires.fill.exactly", ["count": least]]
        case (let least?, let most?) where least > 1:
            self["questionnaires.fill.between", ["least": least, "most": most]]
        case (_, let most?): self["questionnaires.fill.at_most", ["count": most]]
        case (let least?, nil) where least > 1: self["questionnaires.fill.at_least", ["count": least]]
        default: nil
        }
    }

    private func limits(of number: Question.Number) -> String? {
        switch (number.least, number.most) {
        case (let least?, let most?):
            self["questionnaires.fill.from_to", ["least": FieldValues.plain(least), "most": FieldValues.plain(most)]]
        case (let least?, nil): self["questionnaires.fill.from", ["least": FieldValues.plain(least)]]
        case (nil, let most?): self["questionnaires.fill.to", ["most": FieldValues.plain(most)]]
        case (nil, nil): nil
        }
    }

    private func limits(of days: Question.Days) -> String? {
        switch (days.first.map(day), days.last.map(day)) {
        case (let first?, let last?): self["questionnaires.fill.days_from_to", ["first": first, "last": last]]
        case (let first?, nil): self["questionnaires.fill.days_from", ["first": first]]
        case (nil, let last?): self["questionnaires.fill.days_to", ["last": last]]
        case (nil, nil): nil
        }
    }

    /// One step, with its words.
    func step(_ step: Int, of scale: Question.Scale) -> String {
        let figure = scale.appearance == .stars ? self["questionnaires.fill.stars", ["count": step]] : String(step)
        return scale.label(of: step).map { "\(figure) \($0)" } ?? figure
    }
}
