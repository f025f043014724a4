import Foundation
import Participation
import Questionnaires
import Text

/// A questionnaire for pen and paper: the same words for the print sheet in the browser and for the PDF.
struct PaperForm: Codable, Sendable, Equatable {
    struct Table: Codable, Sendable, Equatable {
        struct Line: Codable, Sendable, Equatable { let cells: [String] }

        let heading: [String]
        let rows: [Line]

        init(heading: [String], rows: [[String]]) {
            self.heading = heading
            self.rows = rows.map { Line(cells: $0) }
        }
    }

    struct Asked: Codable, Sendable, Equatable {
        /// `1`; empty for a text between questions.
        let number: String
        let text: String
        /// How it is to be answered.
        let notes: [String]
        /// When, and where to go on otherwise; empty where it always is.
        let condition: String
        /// What can be ticked.
        let boxes: [String]
        let table: Table?
        /// Lines to write on, as a list to count.
        let lines: [Int]
    }

    struct Part: Codable, Sendable, Equatable {
        let heading: String
        let condition: String
        let questions: [Asked]
    }

    let title: String
    let facts: [String]
    /// How it is filled in, and where it goes then.
    let guide: [String]
    let introduction: [String]
    let parts: [Part]
    let closing: [String]
    let foot: String

    /// - Parameter texts: of the language in which the questionnaire asks.
    init(_ it: DeskQuestionnaire, _ content: Questionnaire, _ texts: Texts) {
        func said(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
            texts["builder.paper.\(key)", arguments]
        }
        let end = ChinaTime.deadline(it.endsAt, in: texts.clock)
        let isOver = [.closed, .published, .terminated].contains(it.state)
        let guide = [
            said("fill_in"),
            isOver ? said("over", ["moment": end]) : said("return", ["moment": end, "unit": it.unitName]),
            it.contactPhone.isEmpty ? "" : said("ask", ["phone": it.contactPhone]),
        ]
        self.init(
            content, facts: [it.unitName, it.whoMayAnswer, texts.period(from: it.opensAt, to: it.endsAt)],
            guide: guide,
            foot: said("foot", ["number": it.number]), texts)
    }

    init(_ content: Questionnaire, facts: [String], guide: [String] = [], foot: String, _ texts: Texts) {
        let (numbers, spoken) = (Self.numbers(content), SpokenFormula(content, texts))
        let order = Order(numbers: numbers)
        func said(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
            texts["builder.paper.\(key)", arguments]
        }
        /// When something is answered, and where those go on whom it does not concern.
        func condition(_ expression: String?, unless next: Int?) -> String {
            guard let expression, !expression.isEmpty else { return "" }
            let only = said("only_if", ["condition": spoken.said(expression) ?? expression])
            return only + (next.map { said("else_go_to", ["number": $0]) } ?? said("else_end"))
        }
        title = content.title
        self.facts = facts.filter { !$0.isEmpty }
        self.guide = guide.filter { !$0.isEmpty }
        introduction = content.introduction.paragraphs.map(spoken.repeated)
        parts = content.pages.flatMap { page in
            let behindPage = order.next(after: page.questions)
            return page.groups.enumerated().map { index, group in
                let behindGroup = order.next(after: group.questions)
                return Part(
                    heading: spoken.heading(of: group, at: index, in: page),
                    condition: [
                        index == 0 ? condition(page.condition, unless: behindPage) : "",
                        condition(group.condition, unless: behindGroup),
                    ].filter { !$0.isEmpty }.joined(separator: " "),
                    questions: group.questions.map { question in
                        Asked(
                            question, number: numbers[question.code].map { String($0) } ?? "",
                            condition: condition(
                                question.condition, unless: order.next(after: question, among: group.questions)),
                            spoken, texts)
                    })
            }
        }.filter { !$0.questions.isEmpty }
        closing = content.closing.paragraphs.map(spoken.repeated)
        self.foot = foot
    }

    /// The questions with a number, in their order.
    private struct Order {
        let numbers: [String: Int]

        /// The first number behind some questions; nil at the end.
        func next(after questions: [Question]) -> Int? {
            guard let last = questions.compactMap({ numbers[$0.code] }).max() else { return nil }
            return last < numbers.count ? last + 1 : nil
        }

        /// The first number behind a question and those with the same condition that follow it at once.
        func next(after question: Question, among questions: [Question]) -> Int? {
            let same = questions.drop { $0.code != question.code }.prefix { $0.condition == question.condition }
            return next(after: Array(same))
        }
    }

    /// What people count: questions, not the texts between them.
    static func numbers(_ content: Questionnaire) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for question in content.questions where question.isAsked {
            numbers[question.code] = numbers.count + 1
        }
        return numbers
    }
}

extension SpokenFormula {
    /// With questions counted as on paper.
    init(_ content: Questionnaire, _ texts: Texts) {
        self.init(content, numbers: PaperForm.numbers(content)) { texts["builder.paper.said.\($0)", $1] }
    }

    /// Over a group on paper; over the first one of a page also that of the page.
    func heading(of group: Questionnaire.Group, at index: Int, in page: Questionnaire.Page) -> String {
        [index == 0 ? page.title : "", group.title].filter { !$0.isEmpty }.map { repeated($0) }
            .joined(separator: " · ")
    }
}

extension PaperForm.Asked {
    fileprivate init(
        _ question: Question, number: String, condition: String, _ spoken: SpokenFormula, _ texts: Texts
    ) {
        func said(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
            texts["builder.paper.\(key)", arguments]
        }
        func bounded(_ least: Double?, _ most: Double?) -> String {
            switch (least, most) {
            case (let least?, let most?):
                said("between", ["least": PieceForm.text(least), "most": PieceForm.text(most)])
            case (let least?, nil): said("at_least", ["least": PieceForm.text(least)])
            case (nil, let most?): said("at_most", ["most": PieceForm.text(most)])
            case (nil, nil): ""
            }
        }
        func together(_ words: [String]) -> String {
            words.filter { !$0.isEmpty }.joined(separator: texts["builder.paper.comma"])
        }
        self.number = number
        text = spoken.repeated(question.text)
        var (how, boxes, table, lines) = ("", [String](), PaperForm.Table?.none, 0)
        /// What a screen would leave out says when it is meant.
        func offered(_ option: Question.Option) -> String {
            guard let condition = option.condition, !condition.isEmpty else { return option.text }
            return said("offered_if", ["option": option.text, "condition": spoken.said(condition) ?? condition])
        }
        /// - Parameter comment: the words beside the field at each of them.
        func choices(_ options: [Question.Option], _ other: String?, comment: String? = nil) -> [String] {
            let blank = "＿＿＿＿＿＿＿＿"
            let beside = comment.map { said("beside", ["label": texts.comment($0)]) + blank } ?? ""
            return options.map { offered($0) + beside } + (other.map { [texts.other($0) + blank + beside] } ?? [])
        }
        switch question.kind {
        case .single(let it):
            how = together([said("single"), it.comment.map { said("below", ["label": texts.comment($0)]) } ?? ""])
            (boxes, lines) = (choices(it.options, it.other), it.comment == nil ? 0 : 1)
        case .multiple(let it):
            let alone = it.options.filter(\.isExclusive).map { said("alone", ["option": $0.text]) }
            how = together(
                [said("multiple"), bounded(it.least.map { Double($0) }, it.most.map { Double($0) })] + alone)
            boxes = choices(it.options, it.other, comment: it.comment)
        case .yesNo: (how, boxes) = (said("single"), [said("yes"), said("no")])
        case .matrix(let it):
            let cell: String
            switch it.cell {
            case .single: (how, cell) = (said("each_single"), "□")
            case .multiple: (how, cell) = (said("each_multiple"), "□")
            case .number(let number):
                let limits = [bounded(number.least, number.most), number.unit].filter { !$0.isEmpty }
                (how, cell) = (together([said("each_number"), limits.joined(separator: " ")]), "")
            case .text(let most):
                (how, cell) = (together([said("each_text"), said("at_most_characters", ["most": most])]), "＿＿＿＿＿＿")
            }
            table = PaperForm.Table(
                heading: [""] + it.columns.map(offered),
                rows: it.rows.map { [offered($0)] + it.columns.map { _ in cell } })
        case .scale(let it):
            how = said("scale")
            let steps = it.steps
            table = PaperForm.Table(
                heading: steps.map { step in it.label(of: step).map { "\(step) \($0)" } ?? String(step) },
                rows: [steps.map { _ in "□" }])
        case .ranking(let it):
            how = said("ranking", ["most": it.places])
            boxes = it.options.map { "（　　）" + offered($0) }
        case .number(let it):
            how = [bounded(it.least, it.most), it.unit].filter { !$0.isEmpty }.joined(separator: " ")
            lines = 1
        case .text(let it): (how, lines) = (said("at_most_characters", ["most": it.most]), it.isLong ? 4 : 1)
        case .date: (how, lines) = (said("date"), 1)
        case .unit(.units): (how, lines) = (said("unit"), 1)
        case .unit(.towns): (how, lines) = (said("town"), 1)
        case .file: how = said("file")
        case .information: break
        }
        // What may be left open is said, as on the screen.
        let optional = question.isRequired || !question.isAsked ? "" : texts["builder.paper.optional"]
        notes = [how, spoken.repeated(question.hint), optional].filter { !$0.isEmpty }
        self.condition = condition
        if case .ranking = question.kind { self.boxes = boxes } else { self.boxes = boxes.map { "□ " + $0 } }
        self.table = table
        self.lines = Array(0..<lines)
    }
}

/// A poster that leads to the questionnaire by its QR code.
struct Poster: Codable, Sendable, Equatable {
    let title: String
    let lines: [String]
    let call: String
    /// How one takes part without a phone.
    let otherwise: String
    let address: String
    /// Rows of `1` (dark) and `0`.
    let modules: [String]
    let foot: String
}
