import Questionnaires

/// A distribution as a picture and the table behind it.
struct FigureTable: Sendable {
    struct Line: Sendable {
        let label: String
        let count: String
        let share: String
    }

    /// Of a part; nil where the heading above says it.
    let title: String?
    let chartMarkup: Markup?
    let lines: Filled<Line>?
    /// Mean, median and spread, and where the numbers begin and end.
    let statistics: String?
    /// What shares are of, that there are few, and that something is hidden.
    let notes: [String]

    static let sample = FigureTable(
        title: "医保窗口", chartMarkup: Markup(trusted: "<svg></svg>"),
        lines: Filled([Line(label: "满意", count: "53", share: "88.3%"), Line(label: "不满意", count: "7", share: "11.7%")]),
        statistics: "平均 4.2", notes: ["百分比以 60 名回答者为基数。"])
    static let sampleOfNone = FigureTable(title: nil, chartMarkup: nil, lines: nil, statistics: nil, notes: [])
}

extension FigureTable {
    /// What was counted.
    enum Source: Sendable {
        /// By how many it was answered, where that is shown, and what shares are of.
        case question(Int?, QuestionFigures.Base)
        /// What is known of sheets themselves.
        case sheets(Tally.Known)
    }

    /// - Parameter named: of which question, or of what is known of sheets.
    init(
        _ part: QuestionFigures.Part, named name: String, title: String?, of source: Source, _ words: ResultWords,
        label: (String) -> String
    ) {
        let texts = words.texts
        self.title = title
        let isEmpty = part.base == 0
        let shown = isEmpty ? [] : part.lines + part.classes
        let longest = shown.compactMap(\.share).max() ?? 0
        lines = Filled(
            shown.map { Line(label: label($0.option), count: words.count($0.count), share: words.share($0.share)) })
        chartMarkup =
            shown.isEmpty
            ? nil
            : BarChart(
                title: title.map { "\(name) · \($0)" } ?? name, description: texts["questionnaire_results.chart"],
                bars: shown.map { line in
                    BarChart.Bar(
                        name: label(line.option),
                        figure: line.share == nil
                            ? words.count(line.count) : "\(words.count(line.count)) · \(words.share(line.share))",
                        length: line.share.map { longest > 0 ? $0 / max(longest, 0.5) : 0 })
                }
            ).markup
        statistics = part.numbers.map(words.statistics)
        notes = [
            isEmpty ? texts["questionnaire_results.nobody"] : nil,
            shown.isEmpty ? nil : part.base.map { source.base($0, texts) },
            shown.isEmpty ? nil : words.few(source.answered),
            part.hidesAnything ? texts["questionnaire_results.hides"] : nil,
        ].compactMap { $0 }
    }

    /// What is known of sheets themselves: by which channel, from which town.
    init?(_ known: Tally.Known, in tally: Tally, smallest: Int, _ words: ResultWords) {
        let part = QuestionFigures.Part(known, in: tally, smallest: smallest)
        guard !part.lines.isEmpty else { return nil }
        self.init(
            part.withoutNamesAlone, named: words.texts["questionnaire_results.known.\(known)"], title: nil,
            of: .sheets(known), words
        ) { words.known(known, $0) }
    }
}

extension FigureTable.Source {
    fileprivate var answered: Int? { if case .question(let answered, _) = self { answered } else { nil } }

    fileprivate func base(_ number: Int, _ texts: Texts) -> String {
        switch self {
        case .question(_, let base): texts["questionnaire_results.base.\(base.rawValue)", ["number": number]]
        case .sheets(.town): texts["questionnaire_results.base.towns", ["number": number]]
        case .sheets: texts["questionnaire_results.base.sheets", ["number": number]]
        }
    }
}
