import Foundation
import Postgres
import Questionnaires

extension Tally {
    /// As exact as the moment it is read: counts that are kept, and what is not in them yet.
    package static func desk(_ id: Int, _ tx: borrowing Session) throws -> Tally {
        Tally(
            try deskFigures(id, tx),
            try tx.all(
                """
                select question, line, sheets, mean, median, spread, least, least_sheets, most, most_sheets, is_whole, width, starts, counts
                from questionnaire_numbers(\(id))
                """, as: NumberFigure.self))
    }

    /// The same without what is reckoned of numbers: enough to part sheets by.
    package static func deskCounts(_ id: Int, _ tx: borrowing Session) throws -> Tally {
        Tally(try deskFigures(id, tx), [])
    }

    private static func deskFigures(_ id: Int, _ tx: borrowing Session) throws -> [Figure] {
        try tx.all("select question, line, option, sheets from questionnaire_figures(\(id))", as: Figure.self)
    }

    /// As it was when it was shown last. Empty while its results may not be seen; without channels, towns and days.
    package static func `public`(_ number: String, _ tx: borrowing Session) throws -> Tally {
        Tally(
            try tx.all(
                "select question, line, option, sheets from public_questionnaire_figures(\(number))", as: Figure.self),
            try tx.all(
                """
                select question, line, sheets, mean, median, spread, least, least_sheets, most, most_sheets, is_whole, width, starts, counts
                from public_questionnaire_numbers(\(number))
                """, as: NumberFigure.self))
    }

    private init(_ figures: [Figure], _ numbers: [NumberFigure]) {
        self.init(
            Dictionary(figures.map { ($0.mark, $0.sheets) }, uniquingKeysWith: +),
            numbers: Dictionary(numbers.map { ($0.mark, $0.figures) }, uniquingKeysWith: { first, _ in first }),
            distributions: Dictionary(
                numbers.map { ($0.mark, $0.distribution) }, uniquingKeysWith: { first, _ in first }))
    }

    private struct Figure: Row {
        let mark: Mark
        let sheets: Int

        init(_ row: RowReader) throws {
            mark = try Mark(row)
            sheets = try row["sheets"]
        }
    }

    private struct NumberFigure: Row {
        let mark: Mark
        let figures: NumberFigures
        let distribution: NumberDistribution

        init(_ row: RowReader) throws {
            mark = Mark(question: try row["question"], line: try row["line"])
            figures = NumberFigures(
                sheets: try row["sheets"], mean: try row["mean"], median: try row["median"], spread: try row["spread"])
            let (starts, counts): ([Double], [Int]) = (try row["starts"], try row["counts"])
            distribution = NumberDistribution(
                least: NumberDistribution.End(try row["least"], sheets: try row["least_sheets"]),
                most: NumberDistribution.End(try row["most"], sheets: try row["most_sheets"]),
                isWhole: try row["is_whole"], width: try row["width"],
                classes: zip(starts, counts).map { (start: $0, sheets: $1) })
        }
    }
}

extension Tally.Mark {
    init(_ row: RowReader) throws {
        self.init(question: try row["question"], line: try row["line"], option: try row["option"])
    }
}

/// How many began a page.
package struct PageVisits: Row {
    package let page: String
    package let started: Int

    package init(_ row: RowReader) throws {
        page = try row["page"]
        started = try row["started"]
    }

    package static func desk(_ id: Int) -> SQL { "select page, started from questionnaire_visits(\(id))" }
}

/// What the last recount of a questionnaire found.
package struct TallyProof: Row {
    package let at: Date?
    package let wrong: Int

    package init(_ row: RowReader) throws {
        at = try row["proved_at"]
        wrong = try row["wrong"]
    }

    package static func latest(_ id: Int) -> SQL {
        "select proved_at, wrong from tally_states where questionnaire_id = \(id)"
    }
}
