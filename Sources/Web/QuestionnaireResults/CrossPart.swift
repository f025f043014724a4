import Participation
import Questionnaires

/// The form that asks for a cross-table, and the table it asked for.
struct CrossPart: Sendable {
    struct Group: Sendable {
        let label: String
        let choices: [Choice]
    }

    struct Head: Sendable {
        let text: String
        let span: Int
    }

    struct Row: Sendable {
        let label: String
        let isSum: Bool
        let cells: [ResultPart.Cell]
    }

    struct Table: Sendable {
        let title: String
        /// Of the third question, above the columns.
        let layers: Filled<Head>?
        let columns: [String]
        let rows: [Row]
        let chartMarkup: Markup?
        let notes: [String]
    }

    let action: String
    let rows: [Choice]
    let columns: [Choice]
    let layers: [Choice]
    let only: [Group]
    let isFiltered: Bool
    let error: String?
    let table: Table?

    static let samples = [
        CrossPart(
            action: "/desk/questionnaires/Q/results", rows: [Choice(value: "q1", text: "满意", chosen: true)],
            columns: [Choice(value: "q2", text: "窗口", chosen: false)],
            layers: [Choice(value: "", text: "—", chosen: true)],
            only: [Group(label: "渠道", choices: [Choice(value: "_channel:web", text: "网上", chosen: true)])],
            isFiltered: true, error: "请选两道不同的题。",
            table: Table(
                title: "满意 × 窗口", layers: Filled([Head(text: "男", span: 2)]), columns: ["医保", "合计"],
                rows: [
                    Row(label: "满意", isSum: false, cells: [ResultPart.Cell(label: "医保", text: "12")]),
                    Row(label: "合计", isSum: true, cells: []),
                ], chartMarkup: Markup(trusted: "<svg></svg>"), notes: ["以行为基数。"])),
        CrossPart(
            action: "/d", rows: [], columns: [], layers: [], only: [], isFiltered: false, error: nil,
            table: Table(title: "", layers: nil, columns: [], rows: [], chartMarkup: nil, notes: [])),
    ]

    /// What the address asks for.
    struct Asked: Sendable {
        var rows = ""
        var columns = ""
        var layers = ""
        var only: [String] = []
        /// The form was sent, even if nothing was chosen in it.
        var isSent = false

        init() {}

        init(_ query: FormData) {
            (rows, columns, layers) = (query.string("rows"), query.string("columns"), query.string("layers"))
            only = query.strings("only")
            isSent = query.has("rows") || query.has("columns")
        }

        /// - Returns: nil unless two or three different questions are named.
        func question(among axes: [CrossTable.Axis]) -> CrossQuestion? {
            func axis(_ code: String) -> CrossTable.Axis? { axes.first { $0.code == code } }
            guard let rows = axis(rows), let columns = axis(columns), rows != columns else { return nil }
            let layers = axis(layers)
            guard layers == nil ? self.layers.isEmpty : layers != rows && layers != columns else { return nil }
            let marks = only.compactMap { text -> Tally.Mark? in
                guard let colon = text.firstIndex(of: ":"), let axis = axis(String(text[..<colon])) else { return nil }
                let option = String(text[text.index(after: colon)...])
                return axis.options.contains(option)
                    ? Tally.Mark(question: axis.question, line: axis.line, option: option) : nil
            }
            return CrossQuestion(rows: rows, columns: columns, layers: layers, only: marks)
        }
    }
}

extension CrossPart {
    /// - Parameter found: nil before anything was asked for, and where it cannot be answered: then `error` says why.
    init(
        action: String, _ asked: Asked, axes: [CrossTable.Axis], _ found: CrossTable?, error: String?,
        questions: [AskedQuestion], _ words: ResultWords
    ) {
        let texts = words.texts
        self.action = action
        func choices(_ chosen: String, none: String) -> [Choice] {
            [Choice(value: "", text: texts[none], chosen: chosen.isEmpty)]
                + axes.map {
                    Choice(
                        value: $0.code, text: ChartDrawing.fitting(words.axis($0, questions), columns: 60),
                        chosen: $0.code == chosen)
                }
        }
        rows = choices(asked.rows, none: "questionnaire_results.cross.choose")
        columns = choices(asked.columns, none: "questionnaire_results.cross.choose")
        layers = choices(asked.layers, none: "questionnaire_results.cross.none")
        only = axes.map { axis in
            Group(
                label: words.axis(axis, questions),
                choices: axis.options.map { option in
                    Choice(
                        value: "\(axis.code):\(option)", text: words.option(option, of: axis, questions),
                        chosen: asked.only.contains("\(axis.code):\(option)"))
                })
        }
        isFiltered = !asked.only.isEmpty
        self.error = error
        table = found.map { Table($0, isFiltered: !asked.only.isEmpty, questions, words) }
    }
}

extension CrossPart.Table {
    fileprivate init(_ table: CrossTable, isFiltered: Bool, _ questions: [AskedQuestion], _ words: ResultWords) {
        let texts = words.texts
        let sum = texts["questionnaire_results.cross.all"]
        title = ([table.rows, table.columns] + (table.layers.map { [$0] } ?? []))
            .map { words.axis($0, questions) }.joined(separator: " × ")
        layers = Filled(
            table.layers.map { axis in
                axis.options.map {
                    CrossPart.Head(
                        text: words.option($0, of: axis, questions),
                        span: table.columns.options.count + (table.hasSubtotals ? 1 : 0))
                }
                    + [CrossPart.Head(text: sum, span: 1)]
            } ?? [])
        let subtotal = texts["questionnaire_results.cross.subtotal"]
        // After the last column of a layer stands what the layer comes to.
        let last = table.hasSubtotals ? table.columns.options.last : nil
        columns = table.heads.flatMap { head -> [String] in
            let name = head.option.map { words.option($0, of: table.columns, questions) } ?? sum
            return head.option != nil && head.option == last ? [name, subtotal] : [name]
        }
        let labels = table.heads.map { head in
            [
                head.layer.flatMap { layer in table.layers.map { words.option(layer, of: $0, questions) } },
                head.option.map { words.option($0, of: table.columns, questions) } ?? sum,
            ].compactMap { $0 }.joined(separator: " · ")
        }
        let names = table.rows.options.map { words.option($0, of: table.rows, questions) }
        rows = table.cells.enumerated().map { index, cells in
            CrossPart.Row(
                label: names.indices.contains(index) ? names[index] : sum, isSum: !names.indices.contains(index),
                cells: zip(labels, cells).enumerated().flatMap { column, cell -> [ResultPart.Cell] in
                    let head = table.heads[column]
                    let share = head.option == nil ? "" : words.share(table.share(index, column))
                    let shown = ResultPart.Cell(
                        label: cell.0, text: words.count(cell.1) + (share.isEmpty ? "" : " · \(share)"))
                    guard let layer = head.layer, head.option == last, let axis = table.layers else { return [shown] }
                    return [
                        shown,
                        ResultPart.Cell(
                            label: "\(words.option(layer, of: axis, questions)) · \(subtotal)",
                            text: words.count(table.subtotal(index, of: layer))),
                    ]
                })
        }
        chartMarkup =
            table.layers == nil && table.columns.addsUp
            ? StackedChart(
                id: "chart-cross", title: title, description: texts["questionnaire_results.chart"],
                parts: Array(columns.dropLast()),
                rows: names.enumerated().filter { (table.cells[$0.offset].last ?? nil) != 0 }.map { index, name in
                    StackedChart.Row(
                        name: name, shares: table.columns.options.indices.map { table.share(index, $0) })
                }
            ).markup : nil
        notes = [
            table.base.map { texts["questionnaire_results.cross.base", ["number": $0]] }
                ?? texts["questionnaire_results.too_few"],
            isFiltered ? texts["questionnaire_results.cross.filtered"] : nil,
            texts["questionnaire_results.cross.\(table.hasSubtotals ? "shares_layers" : "shares")"],
            table.rows.addsUp && table.columns.addsUp && table.layers?.addsUp ?? true
                ? nil : texts["questionnaire_results.cross.several"],
            words.few(table.base),
            table.cells.contains { $0.contains(nil) } ? texts["questionnaire_results.hides"] : nil,
            texts["questionnaire_results.cross.differing"],
            table.heads.count > 6 ? texts["questionnaire_results.cross.scroll"] : nil,
        ].compactMap { $0 }
    }
}
