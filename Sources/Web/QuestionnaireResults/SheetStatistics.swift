import Documents
import Foundation
import Participation
import Questionnaires
import Text

/// The columns of an export as statistics programs want them: choices are numbers with what they mean, several choices 0 and 1, days are
/// days, and what was not answered is missing.
struct SheetStatistics {
    let variables: [StatisticsFile.Variable]
    private let export: SheetExport
    /// The number that stands for a code, by column; empty where the value stands for itself.
    private let numbers: [[String: Double]]

    /// - Parameter extent: how long texts are.
    init(_ export: SheetExport, _ extent: SheetExport.Extent, _ words: ResultWords) {
        self.export = export
        let known = SheetExport.leading.map { Self.known($0, extent, words) }
        let columns = export.columns.map { Self.described($0, extent, words) }
        // What stands before the answers loses its `_` here: named last, it takes no name from a code.
        let all = StatisticsFile.names(for: export.columns.map(\.name) + SheetExport.leading)
        let names = all.suffix(known.count) + all.prefix(columns.count)
        variables = zip(names, known + columns.map(\.variable)).map { name, it in
            StatisticsFile.Variable(name: name, label: it.label, shape: it.shape, labels: it.labels)
        }
        numbers =
            SheetExport.leading.map { $0 == "_channel" ? Self.numbers(of: Self.channels) : [:] }
            + columns.map(\.numbers)
    }

    private typealias Described = (variable: StatisticsFile.Variable, numbers: [String: Double])

    private static let channels = Channel.ofSheets.map(\.rawValue)

    private static func known(
        _ name: String, _ extent: SheetExport.Extent, _ words: ResultWords
    ) -> StatisticsFile.Variable {
        let shape: StatisticsFile.Variable.Shape =
            switch name {
            case "_version": .number(decimals: 0)
            case "_channel": .codes
            case "_received_at": .moment
            case "_town": .text(bytes: extent.town)
            default: .text(bytes: 36)
            }
        let labels = numbers(of: name == "_channel" ? channels : []).map { code, number in
            StatisticsFile.Label(value: number, text: words.known(.channel, code))
        }
        return StatisticsFile.Variable(
            name: name, label: words.leading(name), shape: shape, labels: labels.sorted { $0.value < $1.value })
    }

    private static func described(
        _ column: SheetExport.Column, _ extent: SheetExport.Extent, _ words: ResultWords
    ) -> Described {
        let question = column.question
        func label(_ part: String) -> String {
            [words.plain(question.text), part].filter { !$0.isEmpty }.joined(separator: " · ")
        }
        func variable(
            _ shape: StatisticsFile.Variable.Shape, _ codes: [String] = [], part: String = ""
        ) -> Described {
            let numbers = self.numbers(of: codes)
            return (
                StatisticsFile.Variable(
                    name: column.name, label: label(part), shape: shape,
                    labels: codes.compactMap { code in
                        numbers[code].map {
                            StatisticsFile.Label(value: $0, text: words.option(code, of: question))
                        }
                    }), numbers
            )
        }
        /// Chosen or not.
        func flag(_ part: String = "") -> Described {
            let (yes, no) = (words.texts["questionnaire_results.affirmed"], words.texts["questionnaire_results.denied"])
            return (
                StatisticsFile.Variable(
                    name: column.name, label: label(part), shape: .codes,
                    labels: [.init(value: 0, text: no), .init(value: 1, text: yes)]), [:]
            )
        }
        let text = StatisticsFile.Variable.Shape.text(bytes: extent.longest[Question.whole(of: question.code)] ?? 1)
        switch (column.part, question.kind) {
        case (.choice, .single): return variable(.codes, question.kind.optionCodes)
        case (.option(let code), _): return flag(words.option(code, of: question))
        case (.otherOption, _): return flag(words.option(Tally.other, of: question))
        case (.otherWords, _): return variable(text, part: words.option(Tally.other, of: question))
        case (.truth, _): return flag()
        case (.number, .scale(let kind)) where kind.from <= kind.to:
            return variable(.steps, (kind.from...kind.to).map(String.init))
        case (.number, .number(let kind)): return variable(.number(decimals: kind.decimals))
        case (.matrixChoice(let row), .matrix(let kind)):
            return variable(.codes, kind.columns.map(\.code), part: words.line(row, of: question))
        case (.matrixOption(let row, let code), _):
            return flag("\(words.line(row, of: question)) · \(words.option(code, of: question))")
        case (.matrixNumber(let row, let code), .matrix(let kind)):
            let decimals = if case .number(let number) = kind.cell { number.decimals } else { 0 }
            return variable(.number(decimals: decimals), part: words.line("\(row).\(code)", of: question))
        case (.place(let code), _): return variable(.number(decimals: 0), part: words.line(code, of: question))
        case (.text, .date): return variable(.day)
        case (.text, .unit(let register)) where !words.codes(of: register).isEmpty:
            return variable(.codes, words.codes(of: register))
        default: return variable(text)
        }
    }

    /// Codes that are whole numbers stand for themselves; others are counted in their order, from 1. Something else comes after all.
    private static func numbers(of codes: [String]) -> [String: Double] {
        let own = codes.filter { $0 != Tally.other }.map { code in
            Int(code).flatMap { String($0) == code && abs($0) < 1_000_000 ? $0 : nil }
        }
        let values = own.contains(nil) ? Array(1...max(1, own.count)) : own.compactMap { $0 }
        var numbers = Dictionary(
            zip(codes.filter { $0 != Tally.other }, values.map { Double($0) }), uniquingKeysWith: { first, _ in first })
        if codes.contains(Tally.other) { numbers[Tally.other] = Double((values.max() ?? 0) + 1) }
        return numbers
    }

    /// The cells of one sheet, in the order of `variables`.
    func cells(of sheet: SheetExport.Sheet, _ answers: Answers) -> [SheetWriter.Cell] {
        var cells = export.cells(of: sheet, answers)
        for (index, name) in SheetExport.leading.enumerated() where name == "_received_at" && index < cells.count {
            let day = ChinaTime.date(sheet.receivedAt)
            cells[index] = .number(
                Self.seconds(day) + sheet.receivedAt.timeIntervalSince(ChinaTime.startOf(day)))
        }
        for (index, codes) in numbers.enumerated() {
            guard cells.indices.contains(index), case .text(let code) = cells[index] else { continue }
            if !codes.isEmpty {
                cells[index] = codes[code].map { .number($0) } ?? .empty
            } else if variables[index].shape == .day {
                cells[index] = CalendarDate(code).map { .number(Self.seconds($0)) } ?? .empty
            }
        }
        return cells
    }

    private static func seconds(_ day: CalendarDate) -> Double {
        Double(day.dayNumber - StatisticsFile.firstDay) * 86_400
    }
}
