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
        func optionIsOff(_ option: Question.Option) -> Bool { hidden.contains("o.\(question.code).\(option.code)") }
        func columnIsOff(_ column: Question.Option) -> Bool { hidden.contains("c.\(question.code).\(column.code)") }
        let (values, texts) = (setting.values, setting.texts)
        /// Of the field, and of what stands on the page for it.
        let name = FieldValues.prefix + question.code
        code = question.code
        kind = question.kind.scriptName
        id = name
        text = question.text.paragraphs
        var limits: [String] = []
        error = setting.errors[field: name]
        isOff = !isShown
        isInformation = !question.isAsked
        isOptional = !question.isRequired && question.isAsked

        func options(
            _ all: [Question.Option], _ name: String, _ isOff: (Question.Option) -> Bool
        ) -> [Option] {
            all.map {
                Option(
                    id: "\(name)--\($0.code)", name: name, value: $0.code, text: $0.text,
                    chosen: values.holds(name, $0.code), code: $0.code, isExclusive: $0.isExclusive,
                    isOff: isOff($0))
            }
        }
        func plainOption(_ value: String, _ text: String) -> Option {
            Option(
                id: "\(name)--\(value)", name: name, value: value, text: text, chosen: values.holds(name, value),
                code: value, isExclusive: false, isOff: false)
        }
        func other(_ label: String?) -> Other? {
            guard let label else { return nil }
            let otherName = name + FieldValues.otherSuffix
            return Other(
                id: otherName, name: otherName,
                choice: plainOption(FieldValues.other, texts.other(label)), words: values.first(otherName))
        }
        /// - Parameter option: of several choices; nil for the field below the options.
        func comment(_ option: Option? = nil) -> Comment? {
            guard let text = question.kind.comment.map(texts.comment) else { return nil }
            let ending = FieldValues.commentSuffix + (option.map { ".\($0.code)" } ?? "")
            return Comment(
                id: name + ending, name: name + ending, text: text,
                label: option.map { "\($0.text) · \(text)" } ?? text, words: values.first(name + ending),
                code: option?.code, choice: option?.id, isOff: option?.isOff ?? false)
        }
        var (choices, selection): (Choices?, Selection?) = (nil, nil)
        var (rows, ranks): ([Row], [Rank]) = ([], [])
        var (line, area, file): (Line?, Area?, File?) = (nil, nil, nil)
        func single(_ type: String, mode: String? = nil, unit: String = "", first: String? = nil, last: String? = nil) {
            line = Line(
                name: name, type: type, mode: mode, value: values.first(name), unit: unit.isEmpty ? nil : unit,
                first: first, last: last)
        }

        switch question.kind {
        case .single(let single) where single.isDropDown:
            selection = Selection(
                name: name, options: options(single.options, name, optionIsOff), other: other(single.other),
                comment: comment())
        case .single(let single):
            choices = Choices(
                type: "radio", options: options(single.options, name, optionIsOff), other: other(single.other),
                comment: comment(), isScale: false, limit: nil)
        case .multiple(let multiple):
            var offered = options(multiple.options, name, optionIsOff)
            for index in offered.indices { offered[index].comment = comment(offered[index]) }
            let plain = other(multiple.other)
            var others = plain
            others?.comment = plain.flatMap { comment($0.choice) }
            choices = Choices(
                type: "checkbox", options: offered, other: others, isScale: false,
                limit: multiple.most.map {
                    Limit(count: $0, text: texts["questionnaires.fill.no_more", ["count": $0]])
                })
            if let words = texts.limits(of: multiple) { limits.append(words) }
        case .yesNo:
            choices = Choices(
                type: "radio",
                options: [
                    plainOption("true", texts["questionnaires.fill.yes"]),
                    plainOption("false", texts["questionnaires.fill.no"]),
                ], other: nil,
                isScale: false, limit: nil)
        case .scale(let scale):
            choices = Choices(
                type: "radio",
                options: scale.steps.map {
                    plainOption(String($0), texts.step($0, of: scale))
                },
                other: nil, isScale: true, limit: nil)
        case .unit(let register):
            selection = Selection(
                name: name,
                options: setting.units.filter { register.offers($0) }
                    .map { plainOption($0.code, register.name(of: $0)) }, other: nil)
        case .matrix(let matrix):
            rows = matrix.rows.map { row in
                let rowName = "\(name).\(row.code)"
                func typed(mode: String?, unit: String = "") -> [Cell] {
                    matrix.columns.map {
                        Cell(
                            id: "\(rowName).\($0.code)", name: "\(rowName).\($0.code)",
                            text: $0.text
                                + (unit.isEmpty || unit == $0.text
                                    ? "" : texts["questionnaires.fill.in_unit", ["unit": unit]]),
                            value: values.first("\(rowName).\($0.code)"), mode: mode, code: $0.code,
                            isOff: columnIsOff($0))
                    }
                }
                let cells: [Cell] =
                    switch matrix.cell {
                    case .single, .multiple: []
                    case .number(let number): typed(mode: "decimal", unit: number.unit)
                    case .text: typed(mode: nil)
                    }
                return Row(
                    id: rowName, code: row.code, text: row.text, error: setting.errors[field: rowName],
                    type: matrix.cell == .multiple ? "checkbox" : "radio",
                    options: cells.isEmpty ? options(matrix.columns, rowName, columnIsOff) : [],
                    cells: cells,
                    isOff: optionIsOff(row))
            }
            switch matrix.cell {
            case .single, .multiple: break
            case .number(let number): if let words = texts.limits(of: number) { limits.append(words) }
            case .text(let most): limits.append(texts["questionnaires.fill.each_limit", ["count": most]])
            }
        case .ranking(let ranking):
            ranks = ranking.options.map { option in
                let rankName = "\(name).rank.\(option.code)"
                return Rank(
                    id: rankName, name: rankName, text: option.text, code: option.code,
                    places: (1...max(1, ranking.places)).map {
                        Option(
                            id: "\(rankName).\($0)", name: rankName, value: String($0),
                            text: texts["questionnaires.fill.place", ["place": $0]],
                            chosen: values.first(rankName) == String($0), code: String($0), isExclusive: false,
                            isOff: false)
                    }, isOff: optionIsOff(option))
            }
            // How many there are to rank may hang on an answer.
            let isOpen = ranking.most == nil && ranking.options.contains { $0.condition?.isEmpty == false }
            limits.append(
                isOpen
                    ? texts["questionnaires.fill.ranking_all"]
                    : texts["questionnaires.fill.ranking", ["count": ranking.places]])
        case .number(let number):
            single(
                "text", mode: number.decimals > 0 || (number.least ?? -1) < 0 ? "decimal" : "numeric", unit: number.unit
            )
            if let words = texts.limits(of: number) { limits.append(words) }
        case .text(let text) where text.isLong:
            area = Area(
                name: name, value: values.first(name), limit: text.most,
                limitText: texts["forms.limit", ["count": text.most]])
        case .text(let text):
            single("text")
            limits.append(texts["forms.limit", ["count": text.most]])
        case .date(let days):
            single("date", first: days.first, last: days.last)
            if let words = texts.limits(of: days) { limits.append(words) }
        case .file(let taken):
            let there = values[name].compactMap { value in
                setting.files[value].map { File.Kept(id: "\(name)--\(value)", name: name, value: value, text: $0) }
            }
            file = File(name: name, there: there, takesSeveral: taken.most > 1)
            limits.append(
                taken.most > 1
                    ? texts["questionnaires.fill.files", ["count": taken.most]] : texts["questionnaires.fill.file"])
        case .information: break
        }
        hint = question.hint.isEmpty ? nil : question.hint
        self.limits = limits.isEmpty ? nil : limits.joined(separator: " ")
        hasHint = hint != nil || !limits.isEmpty
        reading = setting.isReadAloud ? texts.reading(of: question.kind) : nil
        describedBy = [
            reading == nil ? nil : "\(name)-reading", hasHint ? "\(name)-hint" : nil,
            error == nil ? nil : "\(name)-error",
        ].compactMap { $0 }.joined(separator: " ")
        (self.choices, self.selection, self.line, self.area, self.file) = (choices, selection, line, area, file)
        (self.rows, self.ranks) = (Filled(rows), Filled(ranks))
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

    fileprivate func limits(of multiple: Question.Multiple) -> String? {
        switch (multiple.least, multiple.most) {
        case (let least?, let most?) where least == most: self["questionnaires.fill.exactly", ["count": least]]
        case (let least?, let most?) where least > 1:
            self["questionnaires.fill.between", ["least": least, "most": most]]
        case (_, let most?): self["questionnaires.fill.at_most", ["count": most]]
        case (let least?, nil) where least > 1: self["questionnaires.fill.at_least", ["count": least]]
        default: nil
        }
    }

    fileprivate func limits(of number: Question.Number) -> String? {
        switch (number.least, number.most) {
        case (let least?, let most?):
            self["questionnaires.fill.from_to", ["least": FieldValues.plain(least), "most": FieldValues.plain(most)]]
        case (let least?, nil): self["questionnaires.fill.from", ["least": FieldValues.plain(least)]]
        case (nil, let most?): self["questionnaires.fill.to", ["most": FieldValues.plain(most)]]
        case (nil, nil): nil
        }
    }

    fileprivate func limits(of days: Question.Days) -> String? {
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
