import Participation

/// How everything stands, by channel: each submission ends in exactly one of the columns.
struct ReconciliationTable: Sendable {
    struct Line: Sendable {
        let channel: String
        /// 件 / 条 / 人次, in the order of the columns.
        let cells: [Cell]
        let isTotal: Bool
    }

    struct Cell: Sendable {
        let column: String
        let text: String
    }

    let columns: [String]
    let lines: [Line]
    /// Of the opinions that are answered: how.
    let outcomes: String?

    /// Nil while nothing is in.
    init?(_ it: Reconciliation, _ texts: Texts) {
        guard it.submissions > 0 else { return nil }
        let answered: [Reconciliation.Ending] = [.answered, .adopted, .partlyAdopted, .notAdopted, .explained]
        let columns: [(key: String, endings: [Reconciliation.Ending])] = [
            ("all", Reconciliation.Ending.allCases), ("open", [.open]), ("answered", answered),
            ("transferred", [.transferred]), ("invalid", [.invalid]), ("withdrawn", [.withdrawn]),
        ]
        self.columns = columns.map { texts["workbench.reconciliation.\($0.key)"] }
        func line(
            _ name: String, isTotal: Bool, received: Reconciliation.Count,
            _ count: (Reconciliation.Ending) -> Reconciliation.Count
        ) -> Line {
            Line(
                channel: name,
                cells: columns.map { column in
                    // Of what was taken back only the 件 count: then the columns add up to what was received.
                    let sum =
                        column.key == "all"
                        ? received
                        : column.key == "withdrawn"
                            ? Reconciliation.Count(submissions: count(.withdrawn).submissions)
                            : column.endings.reduce(Reconciliation.Count()) { $0 + count($1) }
                    return Cell(
                        column: texts["workbench.reconciliation.\(column.key)"],
                        text: "\(sum.submissions) / \(sum.opinions) / \(sum.people)")
                }, isTotal: isTotal)
        }
        let channels = Channel.allCases.compactMap { channel in
            it.channels[channel].map { counts in
                line(texts.channel(channel.rawValue), isTotal: false, received: it.received(channel)) {
                    counts[$0] ?? Reconciliation.Count()
                }
            }
        }
        lines =
            channels
            + [line(texts["workbench.reconciliation.total"], isTotal: true, received: it.received) { it[$0] }]
        let parts = answered.dropFirst().filter { it[$0].opinions > 0 }.map {
            texts[
                "workbench.reconciliation.outcome", ["outcome": texts.outcome($0.rawValue), "count": it[$0].opinions]]
        }
        outcomes = parts.isEmpty ? nil : parts.joined(separator: texts["submissions.comma"])
    }

    private init(columns: [String], lines: [Line], outcomes: String?) {
        (self.columns, self.lines, self.outcomes) = (columns, lines, outcomes)
    }

    static let sample = ReconciliationTable(
        columns: ["收到", "待答复"],
        lines: [
            Line(channel: "网上", cells: [Cell(column: "收到", text: "2 / 3 / 2")], isTotal: false),
            Line(channel: "合计", cells: [Cell(column: "收到", text: "2 / 3 / 2")], isTotal: true),
        ], outcomes: "采纳 1 条")
}
