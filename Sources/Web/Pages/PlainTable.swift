import Participation

/// A table of words and figures as papers carry them.
struct PlainTable: Sendable {
    let caption: String
    let heading: [String]
    let rows: [Row]

    struct Row: Sendable {
        let cells: [String]
    }

    init(_ table: Report.Table) {
        (caption, heading, rows) = (table.caption, table.heading, table.rows.map(Row.init))
    }

    static let sample = PlainTable(Report.Table(caption: "表", heading: ["阶段"], rows: [["初稿"]]))
}
