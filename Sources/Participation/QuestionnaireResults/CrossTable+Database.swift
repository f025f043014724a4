import Postgres
import Questionnaires

/// Which answers are to go together, among which sheets.
package struct CrossQuestion: Sendable {
    package let rows: CrossTable.Axis
    package let columns: CrossTable.Axis
    package let layers: CrossTable.Axis?
    /// Only sheets that have one of these of every question named; a question must be one that has options.
    package let only: [Tally.Mark]

    package init(rows: CrossTable.Axis, columns: CrossTable.Axis, layers: CrossTable.Axis?, only: [Tally.Mark]) {
        (self.rows, self.columns, self.layers, self.only) = (rows, columns, layers, only)
    }

    /// - Returns: nil when it would have too many cells.
    package func table(of id: Int, smallest: Int, _ tx: borrowing Session) throws -> CrossTable? {
        guard
            CrossTable(rows: rows, columns: columns, layers: layers, counts: [], smallest: smallest) != nil
        else { return nil }
        let counts = try tx.all(counts(of: id, only: only), as: Counted.self).map(\.count)
        let all = only.isEmpty ? nil : try tx.all(self.counts(of: id, only: []), as: Counted.self).map(\.count)
        return CrossTable(
            rows: rows, columns: columns, layers: layers, counts: counts, all: all, smallest: smallest)
    }

    private func counts(of id: Int, only: [Tally.Mark]) -> SQL {
        let axes = [rows, columns] + (layers.map { [$0] } ?? [])
        // A third that was not asked for is the question that every sheet has answered.
        let questions = axes.map(\.question) + (layers == nil ? [""] : [])
        let lines = axes.map(\.line) + (layers == nil ? [""] : [])
        return """
            select first, second, third, sheets from questionnaire_cross_table(\(id), \(questions), \(lines),
              \(only.map(\.question)), \(only.map(\.line)), \(only.map(\.option)))
            """
    }

    private struct Counted: Row {
        let count: CrossTable.Count

        init(_ row: RowReader) throws {
            count = CrossTable.Count(
                first: try row["first"], second: try row["second"], third: try row["third"], sheets: try row["sheets"])
        }
    }
}
