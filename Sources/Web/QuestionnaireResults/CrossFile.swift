import Documents
import Foundation
import Participation
import Questionnaires
import Text

/// A cross-table to take along: what the page shows and nothing else, with what has to be known of it below.
struct CrossFile {
    private let sheet: LedgerSheet
    private let rows: [[SheetWriter.Cell]]

    /// - Parameter moment: of which the numbers are.
    init(
        _ table: CrossTable, only: [CrossPart.Group], of source: ResultSource, at moment: Date, _ words: ResultWords
    ) {
        let (texts, questions) = (words.texts, source.asked)
        let shown = CrossPart.Table(table, only: only, questions, words)
        // Of few sheets no column either: there is nothing to stand in it.
        let columns = (shown.isShown ? table.entries(0) : []).flatMap { entry -> [String] in
            let name = words.column(entry, of: table, questions, inFull: true)
            // Sums have no share: all are of them.
            return entry.option == nil
                ? [name] : [name, texts["questionnaire_results.cross.share_of", ["option": name]]]
        }
        sheet = LedgerSheet(
            name: "\(source.number)-cross", heading: [words.axis(table.rows, questions)] + columns,
            widths: [40] + columns.map { Double(min(30, max(10, 2 * $0.unicodeScalars.count))) })
        let counted = shown.rows.enumerated().map { index, row -> [SheetWriter.Cell] in
            [.text(row.label)]
                + table.entries(index).flatMap { entry -> [SheetWriter.Cell] in
                    let count = entry.count.map { SheetWriter.Cell.number(Double($0)) } ?? .text(words.count(nil))
                    return entry.option == nil ? [count] : [count, ScoreColumn.Value.share(entry.share).cell]
                }
        }
        let below =
            ["\(source.title) \(source.number)", shown.title]
            + [texts["questionnaire_results.cross.at", ["at": ChinaTime.minute(moment, in: texts.clock)]]] + shown.notes
        rows = counted + [[.empty]] + below.map { [.text($0)] }
    }

    func file(as format: LedgerSheet.Format) throws -> WrittenFile {
        try sheet.file(as: format) { add in
            for row in rows { try add(row) }
        }
    }
}
