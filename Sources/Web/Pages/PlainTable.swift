import Participation

/// A table of words and figures as papers carry them.
struct PlainTable: Sendable {
    let caption: String
    let heading: [String]
    let rows: [Row]

    struct Row: Sendable {
        let cells: [Cell]
    }

    /// On a phone a row is a card, and each cell says what it is.
    struct Cell: Sendable {
        let label: String
        let text: String
    }

    init(_ table: Report.Table) {
        (caption, heading) = (table.caption, table.heading)
        rows = table.rows.map { row in Row(cells: zip(table.heading, row).map { Cell(label: $0, text: $1) }) }
    }

    static let sample = PlainTable(Report.Table(caption: "表", heading: ["阶段"], rows: [["初稿"]]))
}
