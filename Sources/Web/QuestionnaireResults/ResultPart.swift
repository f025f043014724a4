import Participation
import Questionnaires
import Text

/// The results of one question.
struct ResultPart: Sendable {
    /// Several distributions side by side: of a matrix, of a ranking.
    struct Grid: Sendable {
        let chartMarkup: Markup?
        let columns: [String]
        let rows: [Row]
        let notes: [String]
    }

    struct Row: Sendable {
        let label: String
        let cells: [Cell]
    }

    struct Cell: Sendable {
        let label: String
        let text: String
    }

    /// Something that was written, the most frequent of those that say nearly the same; it was screened before.
    struct Words: Sendable {
        let said: Said
        /// The others.
        let alike: Alike?
    }

    struct Alike: Sendable {
        let title: String
        let items: [Said]
    }

    struct Said: Sendable {
        let text: String
        /// How many said so; nil for one.
        let count: String?
        /// Something was taken out of it by hand.
        let blanked: Bool
    }

    let id: String
    let title: String
    /// What kind of question, and how many answered it.
    let meta: String
    /// In what other words older versions asked it.
    let former: [String]
    let tables: [FigureTable]
    let grid: Grid?
    let words: Filled<Words>?
    /// How many wordings are not shown; nil for none.
    let unshown: String?
    /// How many lack words, and what stands there; nil where none does.
    let blankedNote: String?
    /// At the desk: where what was written is screened, or the files are listed that were sent.
    let read: Link?

    struct Link: Sendable {
        let href: String
        let text: String
        /// How many texts wait; nil for files.
        let note: String?
    }

    static let samples = [
        ResultPart(
            id: "q1", title: "您对办事是否满意", meta: "单选 · 60 人回答", former: ["第 1 版问的是“去年”"],
            tables: [.sample, .sampleOfNone], grid: nil, words: nil, unshown: nil, blankedNote: nil, read: nil),
        ResultPart(
            id: "q2", title: "各窗口如何", meta: "矩阵 · 60 人回答", former: [], tables: [],
            grid: Grid(
                chartMarkup: Markup(trusted: "<svg></svg>"), columns: ["好"],
                rows: [Row(label: "医保", cells: [Cell(label: "好", text: "12 · 20%")])], notes: ["以回答者为基数。"]),
            words: Filled([
                Words(
                    said: Said(text: "***太久", count: "3 人", blanked: true),
                    alike: Alike(title: "另有 1 种相近的写法", items: [Said(text: "***太久了", count: nil, blanked: true)])),
                Words(said: Said(text: "很好", count: nil, blanked: false), alike: nil),
            ]), unshown: "另有 2 种写法没有公开", blankedNote: "1 种有遮盖",
            read: Link(href: "/t", text: "查看文字回答", note: "2 条待审核")),
        ResultPart(
            id: "q3", title: "还有什么", meta: "", former: [], tables: [],
            grid: Grid(chartMarkup: nil, columns: [], rows: [], notes: []), words: nil, unshown: nil,
            blankedNote: nil, read: nil),
    ]
}

extension ResultPart {
    /// - Parameters:
    ///   - smallest: the smallest number that is shown.
    ///   - written: what was screened.
    ///   - unshown: how many wordings are not shown.
    init(
        _ figures: QuestionFigures, base: QuestionFigures.Base, smallest: Int, versions: Int,
        written: [TextWording.Shown], unshown: Int = 0, read: Link?, _ words: ResultWords
    ) {
        let (question, texts) = (figures.asked.question, words.texts)
        id = question.code
        let name = words.text(of: question)
        title = name
        meta = [
            words.kind(of: question) + words.unit(of: question),
            figures.answered.map { texts["questionnaire_results.answered", ["count": $0]] }
                ?? texts["questionnaire_results.answered_hidden"],
            figures.asked.versions.count == versions
                ? nil
                : texts[
                    "questionnaire_results.only_versions",
                    ["versions": figures.asked.versions.map(String.init).joined(separator: texts["refusals.separator"])]
                ],
        ].compactMap { $0 }.joined(separator: " · ")
        former = figures.asked.former.map {
            texts[
                "questionnaire_results.former",
                [
                    "versions": $0.versions.map(String.init).joined(separator: texts["refusals.separator"]),
                    "text": words.plain($0.text),
                ]]
        }
        let isSeveral = if case .multiple = question.kind { true } else { false }
        switch question.kind {
        case .matrix, .ranking:
            (tables, grid) = ([], Grid(figures, base: base, words))
        case .text, .file, .information:
            (tables, grid) = ([], nil)
        default:
            grid = nil
            tables = figures.parts.map { part in
                FigureTable(
                    part, named: name, title: nil, of: .question(figures.answered, isSeveral ? base : .respondents),
                    words
                ) { words.option($0, of: question) }
            }
        }
        let said = figures.showsWords ? written : []
        self.words = Filled(Self.folded(said, smallest: smallest, texts))
        let blanked = said.count(where: \.blanked)
        blankedNote =
            blanked > 0
            ? texts["questionnaire_results.blanked_note", ["count": blanked, "blank": PersonalData.blank]] : nil
        self.unshown = unshown > 0 ? texts["questionnaire_results.unshown", ["count": unshown]] : nil
        self.read = read
    }

    /// The most frequent first, and below each what says nearly the same, as at the desk.
    private static func folded(_ written: [TextWording.Shown], smallest: Int, _ texts: Texts) -> [Words] {
        let said = written.map {
            Said(
                text: $0.words,
                count: $0.sheets >= max(2, smallest)
                    ? texts["questionnaire_results.said_by", ["count": $0.sheets]] : nil, blanked: $0.blanked)
        }
        let groups = Folding(written.map(\.words)).groups.map { $0.wordings.flatMap(\.texts).sorted() }
        let below = Set(groups.flatMap { $0.dropFirst() })
        let heads = Dictionary(
            groups.compactMap { group in group.first.map { ($0, group.dropFirst()) } },
            uniquingKeysWith: { first, _ in first })
        return said.enumerated().filter { !below.contains($0.offset) }.map { place, it in
            Words(
                said: it,
                alike: heads[place].map { others in
                    Alike(
                        title: texts["questionnaire_results.alike", ["count": others.count]],
                        items: others.map { said[$0] })
                })
        }
    }
}

extension ResultPart.Link {
    /// Nil where nothing is read one by one.
    /// - Parameters:
    ///   - wordings: how what was written in answer to it stands.
    ///   - address: of the questionnaire.
    init?(_ question: Question, _ wordings: [TextWording.Waiting], at address: String, _ texts: Texts) {
        if case .file = question.kind {
            (href, note) = ("\(address)/files?question=\(question.code)", nil)
            text = texts["questionnaire_results.files.read"]
        } else if !wordings.isEmpty {
            href = "\(address)/texts?question=\(question.code)"
            text = texts["questionnaire_results.texts.read"]
            let waiting = wordings.filter { $0.screening == .pending }.reduce(0) { $0 + $1.wordings }
            note = texts["questionnaire_results.texts.waiting", ["count": waiting]]
        } else {
            return nil
        }
    }
}

extension ResultPart.Grid {
    fileprivate init(_ figures: QuestionFigures, base: QuestionFigures.Base, _ words: ResultWords) {
        let (question, texts) = (figures.asked.question, words.texts)
        let options = figures.parts.first?.lines.map(\.option) ?? []
        let names = options.map { words.option($0, of: question) }
        let ofNumbers = options.isEmpty
        let isRanking = if case .ranking = question.kind { true } else { false }
        func cell(_ label: String, _ text: String) -> ResultPart.Cell { ResultPart.Cell(label: label, text: text) }
        let middle = texts[isRanking ? "questionnaire_results.mean_place" : "questionnaire_results.numbers"]
        let whole = texts["questionnaire_results.answers_given"]
        columns = (ofNumbers || isRanking ? [middle] : []) + names + [whole]
        rows = figures.parts.map { part in
            let middleCell =
                isRanking
                ? part.numbers.map { words.number($0.mean) } ?? texts["questionnaire_results.hidden"]
                : part.numbers.map(words.statistics) ?? texts["questionnaire_results.hidden"]
            return ResultPart.Row(
                label: words.line(part.line, of: question),
                cells: (ofNumbers || isRanking ? [cell(middle, middleCell)] : [])
                    + zip(names, part.lines).map { name, line in
                        let share = words.share(line.share)
                        return cell(name, words.count(line.count) + (share.isEmpty ? "" : " · \(share)"))
                    }
                    + [cell(whole, words.count(ofNumbers ? part.numbers?.sheets : part.base))])
        }
        let isOneEach = if case .matrix(let kind) = question.kind, kind.cell == .single { true } else { false }
        chartMarkup =
            isOneEach
            ? StackedChart(
                id: "chart-\(question.code)", title: words.text(of: question),
                description: texts["questionnaire_results.chart"],
                parts: names,
                rows: figures.parts.filter { $0.base != 0 }.map {
                    StackedChart.Row(name: words.line($0.line, of: question), shares: $0.lines.map(\.share))
                }
            ).markup : nil
        // Of choices no row says how many made them.
        let isByRow = isOneEach || !isRanking && base == .respondents
        notes = [
            ofNumbers
                ? nil
                : texts[
                    isRanking
                        ? "questionnaire_results.base.ranking" : "questionnaire_results.base.rows_\(base.rawValue)"],
            ofNumbers ? nil : words.few(isByRow ? figures.fewestInARow : figures.answered, isRow: isByRow),
            figures.parts.contains(where: \.hidesAnything) ? texts["questionnaire_results.hides"] : nil,
        ].compactMap { $0 }
    }
}
