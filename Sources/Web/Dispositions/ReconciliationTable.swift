import Participation

/// How everything stands, by channel and, where it was said at a gathering, by gathering: each submission stands in one line and ends in
/// exactly one of the columns.
struct ReconciliationTable: Sendable {
    struct Line: Sendable {
        let channel: String
        /// Of a gathering.
        let href: String?
        /// What was said there and is not counted yet, in words that stand for the cells.
        let noted: Noted?
        /// 件 / 条 / 人次, in the order of the columns.
        let cells: [FormTable.Cell]
        let isTotal: Bool
    }

    struct Noted: Sendable {
        let text: String
        /// How many cells wide.
        let columns: Int
    }

    let columns: [String]
    let lines: [Line]
    /// Of the opinions that are answered: how.
    let outcomes: String?
    /// Questionnaires, in sheets: they hold no opinions that are answered one by one.
    let asked: Filled<FormTable.Asked>?

    /// Nil while nothing is in and no other form is on.
    init?(_ it: Reconciliation, _ forms: FormEndings, _ texts: Texts) {
        guard it.submissions > 0 || !forms.held.isEmpty || !forms.asked.isEmpty else { return nil }
        let answered: [Reconciliation.Ending] = [.answered, .adopted, .partlyAdopted, .notAdopted, .explained]
        let columns: [(key: String, endings: [Reconciliation.Ending])] = [
            ("all", Reconciliation.Ending.allCases), ("open", [.open]), ("answered", answered),
            ("transferred", [.transferred]), ("invalid", [.invalid]), ("withdrawn", [.withdrawn]),
        ]
        self.columns = columns.map { texts["workbench.reconciliation.\($0.key)"] }
        func line(
            _ name: String, href: String? = nil, noted text: String? = nil, isTotal: Bool = false,
            _ endings: [Reconciliation.Ending: Reconciliation.Count]
        ) -> Line {
            Line(
                channel: name, href: href, noted: text.map { Noted(text: $0, columns: columns.count) },
                cells: (text == nil ? columns : []).map { column in
                    // Of what was taken back only the 件 count: then the columns add up to what was received.
                    let sum = Reconciliation.received(endings.filter { column.endings.contains($0.key) })
                    return FormTable.Cell(
                        column: texts["workbench.reconciliation.\(column.key)"],
                        text: "\(sum.submissions) / \(sum.opinions) / \(sum.people)")
                }, isTotal: isTotal)
        }
        func name(_ kind: String, _ title: String, _ state: String) -> String {
            texts[
                "workbench.reconciliation.held",
                ["form": texts["coming.forms.\(kind)"], "title": title, "state": texts["coming.states.\(state)"]]]
        }
        let channels = Channel.allCases.compactMap { channel -> Line? in
            guard let all = it.channels[channel] else { return nil }
            let said = forms.endings(channel)
            let rest = all.merging(said.mapValues { Reconciliation.Count() - $0 }) { $0 + $1 }
            // All of it stands in the lines of its gatherings.
            if !said.isEmpty, rest.values.allSatisfy({ $0 == Reconciliation.Count() }) { return nil }
            return line(texts.channel(channel.rawValue), rest)
        }
        let gatherings = forms.held.map {
            line(
                name($0.kind.rawValue, $0.title, $0.state.rawValue), href: "/desk/hearings/\($0.number)",
                noted: [.underWay, .held].contains($0.state) ? texts.noted($0.noted) : nil, $0.endings)
        }
        let whole = it.channels.values.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
        lines =
            channels + gatherings + [line(texts["workbench.reconciliation.total"], isTotal: true, whole)]
        let parts = answered.dropFirst().filter { it[$0].opinions > 0 }.map {
            texts[
                "workbench.reconciliation.outcome", ["outcome": texts.outcome($0.rawValue), "count": it[$0].opinions]]
        }
        outcomes = parts.isEmpty ? nil : parts.joined(separator: texts["submissions.comma"])
        asked = Filled(
            forms.asked.map {
                FormTable.Asked(
                    name: name($0.kind, $0.title, $0.state), href: "/desk/questionnaires/\($0.number)",
                    sheets: $0.sheets, texts)
            })
    }

    private init(columns: [String], lines: [Line], outcomes: String?, asked: Filled<FormTable.Asked>?) {
        (self.columns, self.lines, self.outcomes, self.asked) = (columns, lines, outcomes, asked)
    }

    static let sample = ReconciliationTable(
        columns: ["收到", "待答复"],
        lines: [
            Line(channel: "网上", href: nil, noted: nil, cells: [.init(column: "收到", text: "2 / 3 / 2")], isTotal: false),
            Line(
                channel: "座谈会", href: "/desk/hearings/F-1", noted: nil, cells: [.init(column: "收到", text: "1 / 1 / 1")],
                isTotal: false),
            Line(
                channel: "走访", href: "/desk/hearings/V-1", noted: Noted(text: "记了 3 条，整理以后计入", columns: 1), cells: [],
                isTotal: false),
            Line(channel: "合计", href: nil, noted: nil, cells: [.init(column: "收到", text: "3 / 4 / 3")], isTotal: true),
        ], outcomes: "采纳 1 条",
        asked: Filled([
            FormTable.Asked(
                name: "问卷", href: "/desk/questionnaires/Q-1", sheets: 40, Texts(language: .chinese, all: [:]))
        ]))
}
