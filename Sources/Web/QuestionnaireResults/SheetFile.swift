import Documents
import Foundation
import Participation
import Postgres
import Questionnaires
import Text

/// Answer sheets to take along, one a row, and the code book that says what is in them. Written sheet by sheet, so that there may be a
/// million of them.
enum SheetFile {
    enum Format: String, CaseIterable, Sendable {
        case csv, xlsx, json
        /// Of SPSS, with what numbers mean inside.
        case sav
        /// The code book as a table; JSON has it inside.
        case codes = "codes.csv"
    }

    static func file(
        _ format: Format, of source: ResultSource, _ tx: borrowing Session, _ words: ResultWords
    ) throws -> WrittenFile {
        let export = SheetExport(source.asked)
        switch format {
        case .csv: return try table(.csv, export, source, tx)
        case .xlsx: return try table(.xlsx, export, source, tx)
        case .codes:
            return try LedgerSheet(
                name: "\(source.number)-codes",
                heading: ["column", "question", "text", "kind", "code", "meaning"]
            ).file(as: .csv) { add in
                for line in CodeBook(export, words).lines {
                    try add(
                        [line.column, line.question, line.text, line.kind, line.code, line.meaning].map {
                            $0.isEmpty ? .empty : .text($0)
                        })
                }
            }
        case .json: return try json(export, source, tx, words)
        case .sav: return try statistics(export, source, tx, words)
        }
    }

    private static func table(
        _ format: LedgerSheet.Format, _ export: SheetExport, _ source: ResultSource, _ tx: borrowing Session
    ) throws -> WrittenFile {
        try LedgerSheet(name: source.number, heading: export.heading).file(as: format) { add in
            try tx.each(SheetExport.sheets(of: source.id), as: SheetExport.Sheet.self, batch: SheetExport.batch) {
                sheet in
                try add(export.cells(of: sheet, try answers(of: sheet, source)))
            }
        }
    }

    private static func statistics(
        _ export: SheetExport, _ source: ResultSource, _ tx: borrowing Session, _ words: ResultWords
    ) throws -> WrittenFile {
        let extent = try SheetExport.Extent(of: source.id, tx)
        let columns = SheetStatistics(export, extent, words)
        return try WrittenFile(
            "\(source.number).sav", contentType: "application/x-spss-sav",
            at: { path in
                let file = try StatisticsFile(
                    path: path, title: source.title, variables: columns.variables, rows: extent.sheets)
                try tx.each(SheetExport.sheets(of: source.id), as: SheetExport.Sheet.self, batch: SheetExport.batch) {
                    sheet in
                    try file.write(columns.cells(of: sheet, try answers(of: sheet, source)))
                }
                try file.close()
            })
    }

    private static func answers(of sheet: SheetExport.Sheet, _ source: ResultSource) throws -> Answers {
        guard source.versions.indices.contains(sheet.version - 1) else { return [:] }
        return try Answers(json: Data(sheet.json.utf8), for: source.versions[sheet.version - 1])
    }

    /// `{"questionnaire": …, "codes": […], "sheets": […]}`, with the answers as the database has them.
    private static func json(
        _ export: SheetExport, _ source: ResultSource, _ tx: borrowing Session, _ words: ResultWords
    ) throws -> WrittenFile {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let head = Head(
            number: source.number, title: source.title, purpose: source.purpose, whoMayAnswer: source.whoMayAnswer,
            versions: source.versions)
        return try WrittenFile(
            "\(source.number).json", contentType: "application/json",
            at: { path in
                try Data().write(to: URL(fileURLWithPath: path))
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                defer { try? handle.close() }
                var waiting = Data("{\"questionnaire\":".utf8) + (try encoder.encode(head))
                waiting += Data(",\"codes\":".utf8) + (try encoder.encode(CodeBook(export, words).lines))
                waiting += Data(",\"sheets\":[".utf8)
                var isFirst = true
                try tx.each(SheetExport.sheets(of: source.id), as: SheetExport.Sheet.self, batch: SheetExport.batch) {
                    sheet in
                    let known = try encoder.encode(
                        Known(
                            sheet: sheet.id.uuidString.lowercased(), version: sheet.version, channel: sheet.channel,
                            town: sheet.spokenTown, receivedAt: ChinaTime.iso(sheet.receivedAt)))
                    waiting +=
                        Data((isFirst ? "\n" : ",\n").utf8) + known.dropLast()
                        + Data(",\"answers\":\(sheet.json)}".utf8)
                    isFirst = false
                    guard waiting.count >= TableFile.pieceBytes else { return }
                    try handle.write(contentsOf: waiting)
                    waiting.removeAll(keepingCapacity: true)
                }
                waiting += Data("\n]}\n".utf8)
                try handle.write(contentsOf: waiting)
            })
    }

    private struct Head: Encodable {
        let number: String
        let title: String
        let purpose: String
        let whoMayAnswer: String
        let versions: [Questionnaire]
    }

    private struct Known: Encodable {
        let sheet: String
        let version: Int
        let channel: String
        let town: String?
        let receivedAt: String
    }
}

/// 编码手册: what each column is called and what its codes mean.
struct CodeBook {
    struct Line: Encodable {
        let column: String
        let question: String
        let text: String
        let kind: String
        let code: String
        let meaning: String
    }

    let lines: [Line]

    init(_ export: SheetExport, _ words: ResultWords) {
        lines =
            Self.leading(words)
            + export.columns.flatMap { column -> [Line] in
                let question = column.question
                func line(_ code: String, _ meaning: String, part: String = "") -> Line {
                    Line(
                        column: column.name, question: question.code,
                        text: words.text(of: question) + (part.isEmpty ? "" : " · \(part)"),
                        kind: words.kind(of: question),
                        code: code,
                        meaning: meaning)
                }
                let (yes, no) = (
                    words.texts["questionnaire_results.affirmed"], words.texts["questionnaire_results.denied"]
                )
                func choices(_ codes: [String], part: String = "") -> [Line] {
                    codes.map { line($0, words.option($0, of: question), part: part) }
                }
                switch (column.part, question.kind) {
                case (.choice, .single): return choices(question.kind.optionCodes)
                case (.option(let code), _):
                    let part = words.option(code, of: question)
                    return [line("1", yes, part: part), line("0", no, part: part)]
                case (.otherOption, _):
                    let part = words.option(Tally.other, of: question)
                    return [line("1", yes, part: part), line("0", no, part: part)]
                case (.otherWords, _): return [line("", "", part: words.option(Tally.other, of: question))]
                case (.truth, _): return [line("1", yes), line("0", no)]
                case (.number, .scale(let kind)) where kind.from <= kind.to:
                    return choices((kind.from...kind.to).map(String.init))
                case (.matrixChoice(let row), .matrix(let kind)):
                    return choices(kind.columns.map(\.code), part: words.line(row, of: question))
                case (.matrixOption(let row, let code), _):
                    let part = "\(words.line(row, of: question)) · \(words.option(code, of: question))"
                    return [line("1", yes, part: part), line("0", no, part: part)]
                case (.matrixNumber(let row, let code), _):
                    return [line("", "", part: words.line("\(row).\(code)", of: question))]
                case (.place(let code), _): return [line("", "", part: words.line(code, of: question))]
                case (.text, .unit(let register)): return choices(words.codes(of: register))
                case (.text, .file): return [line("", words.texts["questionnaire_results.file_addresses"])]
                default: return [line("", "")]
                }
            }
    }

    /// What stands before the answers.
    private static func leading(_ words: ResultWords) -> [Line] {
        SheetExport.leading.flatMap { column -> [Line] in
            func line(_ code: String, _ meaning: String) -> Line {
                Line(
                    column: column, question: "",
                    text: words.leading(column), kind: "", code: code, meaning: meaning)
            }
            return column == "_channel"
                ? Channel.ofSheets.map { line($0.rawValue, words.known(.channel, $0.rawValue)) } : [line("", "")]
        }
    }
}
