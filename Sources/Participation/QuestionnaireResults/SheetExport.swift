import Documents
import Foundation
import Postgres
import Questionnaires
import Text

/// 答卷导出: one row an answer sheet, with a code book that says what each column and code means. It is read with a cursor, so that it may
/// be as long as it is; nobody's contact is in it, as there is none, and what was withdrawn or sealed has left it.
package struct SheetExport: Sendable {
    /// What a column holds; several choices have a column each, so that programs reckon with them.
    package struct Column: Sendable, Equatable {
        package enum Part: Sendable, Equatable {
            case choice, otherWords
            case option(String), otherOption
            case truth, number, text
            case matrixChoice(line: String)
            case matrixOption(line: String, column: String)
            case matrixNumber(line: String, column: String)
            case place(of: String)
        }

        /// `q1`, `q2_a`, `q7_r1`: what statistics programs take as a name. Where a code has made another column of the same name, a
        /// number follows: `q2_other_2`.
        package let name: String
        package let question: Question
        package let part: Part
    }

    package let columns: [Column]

    package init(_ asked: [AskedQuestion]) {
        var taken: Set<String> = []
        columns = asked.flatMap { Self.columns(of: $0.question) }.map { column in
            var (name, number) = (column.name, 1)
            while !taken.insert(name).inserted {
                number += 1
                name = "\(column.name)_\(number)"
            }
            return Column(name: name, question: column.question, part: column.part)
        }
    }

    /// What stands before the answers. No code begins with `_`, so that none has to give way.
    package static let leading = ["_sheet", "_version", "_channel", "_town", "_received_at"]

    package var heading: [String] { Self.leading + columns.map(\.name) }

    private static func columns(of question: Question) -> [Column] {
        func column(_ parts: [String], _ part: Column.Part) -> Column {
            Column(
                name: ([question.code.replacing(".", with: "_")] + parts).joined(separator: "_"), question: question,
                part: part)
        }
        switch question.kind {
        case .single(let kind):
            return [column([], .choice)] + (kind.other == nil ? [] : [column(["other"], .otherWords)])
        case .multiple(let kind):
            return kind.options.map { column([$0.code], .option($0.code)) }
                + (kind.other == nil ? [] : [column(["_other"], .otherOption), column(["other"], .otherWords)])
        case .yesNo: return [column([], .truth)]
        case .scale, .number: return [column([], .number)]
        case .text, .date, .unit, .file: return [column([], .text)]
        case .ranking(let kind): return kind.options.map { column([$0.code], .place(of: $0.code)) }
        case .matrix(let kind):
            return kind.rows.flatMap { row -> [Column] in
                switch kind.cell {
                case .single: [column([row.code], .matrixChoice(line: row.code))]
                case .multiple:
                    kind.columns.map { column([row.code, $0.code], .matrixOption(line: row.code, column: $0.code)) }
                case .number:
                    kind.columns.map { column([row.code, $0.code], .matrixNumber(line: row.code, column: $0.code)) }
                // Its cells are asked by themselves (`Question.counted`).
                case .text: []
                }
            }
        case .information: return []
        }
    }

    package struct Sheet: Row {
        package let id: UUID
        package let version: Int
        package let channel: String
        private let town: String?
        package let receivedAt: Date
        package let json: String

        package init(_ row: RowReader) throws {
            id = try row["id"]
            version = try row["version"]
            channel = try row["channel"]
            town = try row["town"]
            receivedAt = try row["received_at"]
            json = try row["answers"]
        }

        /// As it was offered to who chose it.
        package var spokenTown: String? { town.map { Question.Register.towns.spoken($0) } }
    }

    /// The hour is as fine as time gets here: nobody is to find one sheet by when it was sent.
    package static func sheets(of id: Int) -> SQL {
        """
        select id, version, channel, town, date_trunc('hour', received_at) as received_at, answers::text as answers
        from answer_sheets where questionnaire_id = \(id) and answers is not null order by id
        """
    }

    /// How many sheets there are and how long their texts: files that say so at their beginning need it.
    package struct Extent: Sendable, Equatable {
        package let sheets: Int
        /// Bytes of the longest name of a town.
        package let town: Int
        /// Bytes of the longest answer by question, as JSON: its words take no more.
        package let longest: [String: Int]

        package init(sheets: Int, town: Int, longest: [String: Int]) {
            (self.sheets, self.town, self.longest) = (sheets, town, longest)
        }

        /// - Parameter tx: a transaction that sees the same when the sheets are read.
        package init(of id: Int, _ tx: borrowing Session) throws {
            let known = try tx.one(
                """
                select count(*) as sheets, coalesce(max(octet_length(town)), 1)::int as town from answer_sheets
                where questionnaire_id = \(id) and answers is not null
                """, as: Known.self)
            let answers = try tx.all(
                """
                select a.key as question, max(octet_length(a.value::text))::int as bytes
                from answer_sheets s cross join lateral jsonb_each(s.answers) a
                where s.questionnaire_id = \(id) and s.answers is not null group by a.key
                """, as: Longest.self)
            self.init(
                sheets: known.sheets, town: known.town,
                longest: Dictionary(uniqueKeysWithValues: answers.map { ($0.question, $0.bytes) }))
        }

        private struct Known: Row {
            let sheets: Int
            let town: Int

            init(_ row: RowReader) throws { (sheets, town) = (try row["sheets"], try row["town"]) }
        }

        private struct Longest: Row {
            let question: String
            let bytes: Int

            init(_ row: RowReader) throws { (question, bytes) = (try row["question"], try row["bytes"]) }
        }
    }

    /// Sheets that come from the database at a time.
    package static let batch = 1000

    /// The cells of one sheet, in the order of `heading`.
    package func cells(of sheet: Sheet, _ answers: Answers) -> [SheetWriter.Cell] {
        let known: [SheetWriter.Cell] = [
            .text(sheet.id.uuidString.lowercased()), .number(Double(sheet.version)), .text(sheet.channel),
            sheet.spokenTown.map { .text($0) } ?? .empty,
            .text(ChinaTime.input(sheet.receivedAt).replacing("T", with: " ")),
        ]
        return known + columns.map { cell($0, answers.counted($0.question.code)) }
    }

    private func cell(_ column: Column, _ answer: Questionnaires.Answer?) -> SheetWriter.Cell {
        guard let answer else { return .empty }
        func flag(_ isSet: Bool) -> SheetWriter.Cell { .number(isSet ? 1 : 0) }
        switch (column.part, answer) {
        case (.choice, .choice(let choice)): return .text(choice.code)
        case (.otherWords, .choice(let choice)): return choice.words.map { .text($0) } ?? .empty
        case (.otherWords, .choices(let choices)):
            return choices.compactMap(\.words).first.map { .text($0) } ?? .empty
        case (.option(let code), .choices(let choices)): return flag(choices.contains { $0.code == code })
        case (.otherOption, .choices(let choices)): return flag(choices.contains { $0.code == Tally.other })
        case (.truth, .truth(let truth)): return flag(truth)
        case (.number, .number(let number)): return .number(number)
        case (.text, .text(let text)): return text.isEmpty ? .empty : .text(text)
        case (.text, .files(let ids)):
            return .text(ids.map { $0.uuidString.lowercased() }.joined(separator: " "))
        case (.matrixChoice(let line), .matrixChoice(let chosen)): return chosen[line].map { .text($0) } ?? .empty
        case (.matrixOption(let line, let code), .matrixChoices(let chosen)):
            return chosen[line].map { flag($0.contains(code)) } ?? .empty
        case (.matrixNumber(let line, let code), .matrixNumbers(let numbers)):
            return numbers[line]?[code].map { .number($0) } ?? .empty
        case (.place(let code), .choices(let ranked)):
            return ranked.firstIndex { $0.code == code }.map { .number(Double($0 + 1)) } ?? .empty
        default: return .empty
        }
    }
}
