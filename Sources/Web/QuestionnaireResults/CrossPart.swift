import Documents
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
        /// False where all of it would be a small number: then only the notes stand there.
        let isShown: Bool
        /// Of the third question, above the columns.
        let layers: Filled<Head>?
        let columns: [String]
        let rows: [Row]
        let chartMarkup: Markup?
        let notes: [String]
        /// That it does not fit on every screen.
        let scroll: String?
        /// The same as files.
        let downloads: [Download]
    }

    struct Download: Sendable {
        let href: String
        let text: String
    }

    let action: String
    let rows: [Choice]
    let columns: [Choice]
    let layers: [Choice]
    let only: [Group]
    /// What opens `only`: with how many are chosen there.
    let onlyTitle: String
    /// What is chosen stands below the table, which is in sight while this is closed; open only where there is no table because of it.
    let isOnlyOpen: Bool
    let error: String?
    let table: Table?

    static let samples = [
        CrossPart(
            action: "/desk/questionnaires/Q/cross", rows: [Choice(value: "q1", text: "满意", chosen: true)],
            columns: [Choice(value: "q2", text: "窗口", chosen: false)],
            layers: [Choice(value: "", text: "—", chosen: true)],
            only: [Group(label: "渠道", choices: [Choice(value: "_channel:web", text: "网上", chosen: true)])],
            onlyTitle: "只看一部分答卷（已勾选 1 项）", isOnlyOpen: true, error: "请选两道不同的题。",
            table: Table(
                title: "满意 × 窗口", isShown: true, layers: Filled([Head(text: "男", span: 2)]), columns: ["医保", "合计"],
                rows: [
                    Row(label: "满意", isSum: false, cells: [ResultPart.Cell(label: "医保", text: "12")]),
                    Row(label: "合计", isSum: true, cells: []),
                ], chartMarkup: Markup(trusted: "<svg></svg>"), notes: ["以行为基数。"], scroll: "可以左右滑动。",
                downloads: [Download(href: "/d.csv", text: "CSV")])),
        CrossPart(
            action: "/d", rows: [], columns: [], layers: [], only: [], onlyTitle: "", isOnlyOpen: false, error: nil,
            table: Table(
                title: "", isShown: false, layers: nil, columns: [], rows: [], chartMarkup: nil, notes: [],
                scroll: nil, downloads: [])),
    ]
}

extension CrossPart {
    /// - Parameter found: nil before anything was asked for, and where it cannot be answered: then `error` says why.
    init(
        at address: String, _ asked: Asked, axes: [CrossTable.Axis], _ found: CrossTable?, error: String?,
        questions: [AskedQuestion], _ words: ResultWords
    ) {
        let texts = words.texts
        action = "\(address)/cross"
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
        let groups = asked.groups(axes, questions, words)
        only = groups
        let chosen = groups.flatMap(\.choices).count(where: \.chosen)
        onlyTitle =
            texts["questionnaire_results.cross.only"]
            + (chosen == 0 ? "" : texts["questionnaire_results.cross.only_chosen", ["count": chosen]])
        isOnlyOpen = error != nil && !asked.only.isEmpty
        self.error = error
        let downloads = LedgerSheet.Format.allCases.map { format in
            Download(
                href: "\(address)/cross.\(format.rawValue)?\(asked.query)",
                text: texts["questionnaire_results.exports.\(format.rawValue)"])
        }
        table = found.map { Table($0, only: groups, downloads: downloads, questions, words) }
    }
}

extension CrossPart.Table {
    /// - Parameters:
    ///   - only: what sheets are to have; those groups of it in which something is chosen.
    ///   - downloads: none where it is one itself.
    init(
        _ table: CrossTable, only: [CrossPart.Group], downloads: [CrossPart.Download] = [],
        _ questions: [AskedQuestion], _ words: ResultWords
    ) {
        let texts = words.texts
        let sum = texts["questionnaire_results.cross.all"]
        title = ([table.rows, table.columns] + (table.layers.map { [$0] } ?? []))
            .map { words.axis($0, questions) }.joined(separator: " × ")
        isShown = !table.showsNothing
        layers = Filled(
            table.layers.map { axis in
                axis.options.map {
                    CrossPart.Head(
                        text: words.option($0, of: axis, questions),
                        span: table.columns.options.count + (table.hasSubtotals ? 1 : 0))
                }
                    + [CrossPart.Head(text: sum, span: 1)]
            } ?? [])
        columns = table.entries(0).map { words.column($0, of: table, questions) }
        let names = table.rows.options.map { words.option($0, of: table.rows, questions) }
        rows = (isShown ? names + [sum] : []).enumerated().map { index, name in
            CrossPart.Row(
                label: name, isSum: !names.indices.contains(index),
                cells: table.entries(index).map { entry in
                    let share = words.share(entry.share)
                    return ResultPart.Cell(
                        label: words.column(entry, of: table, questions, inFull: true),
                        text: words.count(entry.count) + (share.isEmpty ? "" : " · \(share)"))
                })
        }
        chartMarkup =
            isShown && table.layers == nil && table.columns.addsUp
            ? StackedChart(
                id: "chart-cross", title: title, description: texts["questionnaire_results.chart"],
                parts: Array(columns.dropLast()),
                rows: names.enumerated().filter { (table.cells[$0.offset].last ?? nil) != 0 }.map { index, name in
                    StackedChart.Row(
                        name: name, shares: table.columns.options.indices.map { table.share(index, $0) })
                }
            ).markup : nil
        let filters = only.compactMap { group -> String? in
            let chosen = group.choices.filter(\.chosen).map(\.text)
            return chosen.isEmpty
                ? nil
                : texts[
                    "questionnaire_results.cross.filtered",
                    ["question": group.label, "options": chosen.joined(separator: texts["refusals.separator"])]]
        }
        guard isShown else {
            notes = [texts["questionnaire_results.\(filters.isEmpty ? "too_few" : "cross.too_few")"]] + filters
            (scroll, self.downloads) = (nil, [])
            return
        }
        let remarks: [String?] = [
            texts["questionnaire_results.cross.\(table.hasSubtotals ? "shares_layers" : "shares")"],
            table.rows.addsUp && table.columns.addsUp && table.layers?.addsUp ?? true
                ? nil : texts["questionnaire_results.cross.several"],
            words.few(table.base),
            table.cells.contains { $0.contains(nil) } ? texts["questionnaire_results.cross.hides"] : nil,
            texts["questionnaire_results.cross.differing"],
        ]
        let base =
            table.base.map { texts["questionnaire_results.cross.base", ["number": $0]] }
            ?? texts["questionnaire_results.answered_hidden"]
        notes = [base] + filters + remarks.compactMap { $0 }
        scroll = table.heads.count > 6 ? texts["questionnaire_results.cross.scroll"] : nil
        self.downloads = downloads
    }
}

extension ResultWords {
    /// What stands above a column.
    /// - Parameter inFull: with the option of the third question that it is within.
    func column(
        _ entry: CrossTable.Entry, of table: CrossTable, _ questions: [AskedQuestion], inFull: Bool = false
    ) -> String {
        let name =
            entry.option.map { option($0, of: table.columns, questions) }
            ?? texts["questionnaire_results.cross.\(entry.layer == nil ? "all" : "subtotal")"]
        let layer =
            inFull ? entry.layer.flatMap { layer in table.layers.map { option(layer, of: $0, questions) } } : nil
        return [layer, name].compactMap { $0 }.joined(separator: " · ")
    }
}
