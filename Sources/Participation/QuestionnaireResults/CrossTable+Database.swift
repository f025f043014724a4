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
        let sheets = try Sheets(of: self, in: id, tx)
        return CrossTable(
            rows: rows, columns: columns, layers: layers, counts: sheets.counts(of: self, only: only),
            all: only.isEmpty ? nil : sheets.counts(of: self, only: []), smallest: smallest)
    }

    /// The marks that it needs; nil stands for all options.
    fileprivate var marks: [(question: String, line: String, option: String?)] {
        let axes = [rows, columns] + (layers.map { [$0] } ?? [])
        let others = Set(only).filter { mark in
            !axes.contains { $0.question == mark.question && $0.line == mark.line }
        }
        return axes.map { ($0.question, $0.line, nil) } + others.map { ($0.question, $0.line, $0.option) }
    }
}

/// The sheets that have what is asked for: those that are counted, and what came and went since.
private struct Sheets {
    private var counted = SheetBits()
    private var came = SheetBits()
    private var went = SheetBits()

    init(of asked: CrossQuestion, in id: Int, _ tx: borrowing Session) throws {
        let marks = asked.marks
        let (questions, lines, options) = (marks.map(\.question), marks.map(\.line), marks.map(\.option))
        // One statement: what is counted and what waits to be are of one moment.
        let known = try tx.all(
            """
            select question, line, option, 0 as sign, chunks, bits, null::int[] as places
            from questionnaire_bits(\(id), \(questions), \(lines), \(options))
            union all
            select question, line, option, sign, null, null, places
            from questionnaire_waiting_marks(\(id), \(questions), \(lines), \(options))
            """, as: Known.self)
        for row in known {
            switch row.sheets {
            case .counted(let chunks, let bytes):
                guard counted.insert(row.mark, chunks: chunks, bytes: bytes) else { throw Malformed(mark: row.mark) }
            case .came(let places): came.insert(row.mark, places: places)
            case .went(let places): went.insert(row.mark, places: places)
            }
        }
    }

    func counts(of asked: CrossQuestion, only: [Tally.Mark]) -> [CrossTable.Count] {
        [(counted, 1), (came, 1), (went, -1)].flatMap {
            $0.counts(asked.rows, asked.columns, asked.layers, only: only, sign: $1)
        }
    }

    /// A bitmap is not one of whole chunks.
    struct Malformed: Error {
        let mark: Tally.Mark
    }

    private struct Known: Row {
        enum Places {
            case counted(chunks: [Int], bytes: [UInt8])
            case came([Int])
            case went([Int])
        }

        let mark: Tally.Mark
        let sheets: Places

        init(_ row: RowReader) throws {
            mark = try Tally.Mark(row)
            sheets =
                switch try row["sign"] as Int {
                case 0: .counted(chunks: try row["chunks"], bytes: try row["bits"])
                case ..<0: .went(try row["places"])
                default: .came(try row["places"])
                }
        }
    }
}
