import Foundation
import Participation

/// The part of a form that says what the columns of a file mean: proposed, and changed where the proposal is wrong.
struct ColumnsPart: Sendable {
    struct Line: Sendable {
        let letters: String
        let name: String
        let example: String
        let field: String
        let choices: [Choice]
    }

    let lead: String
    /// Where the workbook has several.
    let sheets: Filled<Choice>?
    let lines: [Line]
    /// What is chosen, as `ColumnsForm.shown` compares it.
    let shown: String
    /// The sheet that was read.
    let sheet: String

    init(_ table: DirectoryTable, choices: [ColumnChoice], _ texts: Texts) {
        lead =
            table.firstHeadingLine == table.headingLine
            ? texts["drafts.columns.lead", ["line": table.headingLine]]
            : texts["drafts.columns.lead_lines", ["first": table.firstHeadingLine, "last": table.headingLine]]
        sheets =
            table.sheets.count > 1
            ? Filled(table.sheets.map { Choice(value: $0, text: $0, chosen: $0 == table.sheet) }) : nil
        lines = zip(table.columns, choices).enumerated().filter { !$1.0.name.isEmpty || !$1.0.example.isEmpty }
            .map { index, pair in
                let (column, chosen) = pair
                return Line(
                    letters: column.letters, name: column.name.isEmpty ? texts["drafts.columns.no_name"] : column.name,
                    example: String(column.example.unicodeScalars.prefix(40)),
                    field: ColumnsForm.field(index),
                    choices: column.offered(besides: chosen).map {
                        Choice(value: $0.code, text: Self.text($0, word: column.word, texts), chosen: $0 == chosen)
                    })
            }
        shown = ColumnsForm.shown(table, choices)
        sheet = table.sheet
    }

    private static func text(_ choice: ColumnChoice, word: String, _ texts: Texts) -> String {
        switch choice {
        case .national(let column): column.heading
        case .ticks(let column): texts["drafts.columns.ticks", ["column": column.heading, "word": word]]
        case .extra: texts["drafts.columns.extra"]
        case .leftOut: texts["drafts.columns.left_out"]
        }
    }

    private init() {
        (lead, shown, sheet) = ("表头在第 2 行。", "目录|level1", "目录")
        sheets = Filled([Choice(value: "目录", text: "目录", chosen: true)])
        lines = [
            Line(
                letters: "B", name: "一级事项", example: "低保", field: "column-1",
                choices: [Choice(value: "level1", text: "一级事项", chosen: true)])
        ]
    }

    static let sample = ColumnsPart()
}

extension DirectoryTable.Column {
    /// What can be chosen for it: a column of ticks is offered only where ticks stand.
    fileprivate func offered(besides chosen: ColumnChoice) -> [ColumnChoice] {
        ColumnChoice.all.filter { !$0.isTicks || $0 == chosen || proposal.isTicks || hasTicks }
    }
}

/// What came back from `ColumnsPart`.
struct ColumnsForm: Sendable {
    /// The sheet that is wanted.
    let sheet: String?
    /// What the person has seen the result of.
    let shown: String
    private let sheetOfChoices: String
    private let codes: [Int: String]

    init(_ form: FormData) {
        sheetOfChoices = form.string("sheet-read")
        sheet = form.optional("sheet") ?? form.optional("sheet-read")
        shown = form.string("shown")
        codes = Dictionary(
            (0..<100).compactMap { index in form.optional(Self.field(index)).map { (index, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    static func field(_ index: Int) -> String { "column-\(index + 1)" }

    /// For each column what was chosen, or else the proposal; of another sheet than the chosen columns, the proposal.
    func choices(of table: DirectoryTable, remembered: [String: ColumnChoice]) -> [ColumnChoice] {
        let proposal = table.proposal(remembered: remembered)
        guard table.sheet == sheetOfChoices else { return proposal }
        return proposal.enumerated().map { index, proposed in
            codes[index].flatMap { ColumnChoice(code: $0) } ?? proposed
        }
    }

    static func shown(_ table: DirectoryTable, _ choices: [ColumnChoice]) -> String {
        table.sheet + "|" + choices.map(\.code).joined(separator: ",")
    }
}
