import Documents
import Participation
import Questionnaires
import Testing

@testable import Web

@Suite("What the results of a question say") struct ResultPartTests {
    private typealias Mark = Tally.Mark

    private let words: ResultWords
    private let options = ["a", "b"].map { Question.Option(code: $0, text: "选项 \($0) {q1}") }

    init() throws {
        words = ResultWords(texts: try TestSite.texts(.chinese), units: [:])
    }

    private func part(
        _ kind: Question.Kind, _ counts: [Mark: Int], base: QuestionFigures.Base = .respondents,
        written: [TextWording.Shown] = []
    ) throws -> ResultPart {
        let question = Question(code: "q", text: "您说办过 {visits} 次，满意吗？", kind: kind)
        let figures = QuestionFigures.all(
            [AskedQuestion(question: question, versions: [1])], in: Tally(counts), base: base, smallest: 5)
        return ResultPart(
            try #require(figures.first), base: base, smallest: 5, versions: 1, written: written, read: nil, words)
    }

    static let ranges: [(Question.Kind, String, String, String)] = [
        (.number(.init(least: 0, most: 120)), "", "60..", "60 及以上"),
        (.number(.init(least: 0, most: 120)), "", "20..30", "20–29"),
        (.number(.init(least: 0, most: 120)), "", "..1", "0"), (.number(.init()), "", "..1", "不满 1"),
        (.number(.init(least: 18, most: 100)), "", "..20", "不满 20"),
        (.number(.init(least: 1, most: 5)), "", "5..", "5"), (.number(.init()), "", "4..5", "4"),
        (.number(.init(least: 0, most: 1, decimals: 1)), "", "0.4..0.5", "0.4 至不满 0.5"),
        (.number(.init(least: -10, most: 40)), "", "-5..0", "−5 至 −1"),
        (.number(.init(least: -10, most: 40)), "", "..-5", "不满 −5"),
        (.matrix(.init(rows: [], columns: [], cell: .number(.init()))), "r.c", "5..10", "5–9"),
        (.date(.init()), "_year", "1960..1970", "1960–1969 年"), (.date(.init()), "_year", "2026..2027", "2026 年"),
        (.date(.init()), "_year", "..1950", "早于 1950 年"), (.date(.init()), "_year", "2020..", "2020 年及以后"),
        (.ranking(.init(options: [.init(code: "a", text: "排队")])), "", "a", "排队"),
    ]

    @Test("Classes of numbers and years are called as people call them", arguments: ranges)
    func classes(kind: Question.Kind, line: String, option: String, called: String) {
        let asked = [AskedQuestion(question: Question(code: "q", text: "您？", kind: kind), versions: [1])]
        let axis = CrossTable.Axis(question: "q", line: line, options: [option], addsUp: true)
        #expect(words.option(option, of: axis, asked) == called)
    }

    @Test("What numbers count is said beside the question, in its results and where it is crossed")
    func whatIsCounted() throws {
        let kind = Question.Kind.number(.init(least: 0, unit: "元"))
        let asked = [AskedQuestion(question: Question(code: "q", text: "花了多少？", kind: kind), versions: [1])]
        #expect(words.axis(.init(question: "q", options: ["..1", "1.."], addsUp: true), asked) == "花了多少？（元）")
        let part = try part(kind, [Mark(question: ""): 60, Mark(question: "q"): 60])
        #expect(part.meta.hasPrefix("数字（元） · "))
    }

    @Test("What repeats an earlier answer has dots there, in words and in pictures")
    func repeated() throws {
        let counts = [
            Mark(question: ""): 60, Mark(question: "q"): 60, Mark(question: "q", option: "a"): 40,
            Mark(question: "q", option: "b"): 20,
        ]
        let part = try part(.single(.init(options: options)), counts)
        #expect(part.title == "您说办过 … 次，满意吗？")
        let table = try #require(part.tables.first)
        #expect(table.lines?.items.map(\.label) == ["选项 a …", "选项 b …"])
        #expect(table.chartMarkup?.renderText.contains("{") == false)
    }

    @Test("What says nearly the same is folded below the most frequent of it; the others stand as they came")
    func alike() throws {
        let said = [
            ("排队太久，上午去了两个小时才轮到我们，希望多开几个窗口", 9), ("没有地方停车", 6), ("排队太久，上午去了三个小时才轮到我们，希望多开几个窗口", 5), ("去找***办事没有人", 1),
            ("去找***办事没有人", 1),
        ]
        let part = try part(
            .text(.init()), [Mark(question: ""): 60, Mark(question: "q"): 30],
            written: said.map { .init(question: "q", words: $0.0, sheets: $0.1, blanked: $0.0.contains("***")) })
        let items = try #require(part.words?.items)
        #expect(items.map(\.said.text) == [said[0].0, said[1].0, said[3].0])
        #expect(
            items.map(\.said.count) == ["9 人这样写", "6 人这样写", nil] && items.map(\.said.blanked) == [false, false, true])
        #expect(items.map { $0.alike?.items.map(\.text) } == [[said[2].0], nil, [said[4].0]])
        #expect(items.first?.alike?.title == "另有 1 种相近的写法" && part.blankedNote?.contains("2 种写法") == true)
    }

    @Test("Few are those who answered, not the options that few ranked or the rows that nobody answered")
    func few() throws {
        var counts: [Mark: Int] = [Mark(question: ""): 400, Mark(question: "q"): 400]
        for (option, place, count) in [("a", "1", 388), ("a", "2", 6), ("b", "1", 12), ("b", "2", 194)] {
            counts[Mark(question: "q", line: option, option: place)] = count
        }
        let ranking = try part(.ranking(.init(options: options)), counts)
        #expect(ranking.grid?.notes.contains { $0.contains("只有") } == false)
        let matrix = try part(
            .matrix(.init(rows: options, columns: options)),
            [
                Mark(question: ""): 24, Mark(question: "q"): 12, Mark(question: "q", line: "a"): 12,
                Mark(question: "q", line: "a", option: "a"): 7, Mark(question: "q", line: "a", option: "b"): 5,
            ])
        #expect(matrix.grid?.notes.contains("有的行只有 12 人回答，百分比仅供参考。") == true)
        let choices = try part(
            .multiple(.init(options: options)),
            [
                Mark(question: ""): 40, Mark(question: "q"): 20, Mark(question: "q", option: "a"): 15,
                Mark(question: "q", option: "b"): 15,
            ], base: .answers)
        let notes = try #require(choices.tables.first?.notes)
        #expect(notes.contains("百分比以全部 30 个选择为基数。") && notes.contains("只有 20 人回答，百分比仅供参考。"))
    }

    @Test("Channels and towns speak of sheets")
    func known() throws {
        let tally = Tally([
            Mark(question: ""): 60, Mark(question: "_channel", option: "web"): 40,
            Mark(question: "_channel", option: "counter"): 20, Mark(question: "_town", option: "老龙"): 30,
        ])
        let channels = try #require(FigureTable(.channel, in: tally, smallest: 5, words))
        #expect(channels.notes == ["百分比以收到的 60 份答卷为基数。"])
        #expect(words.known(.town, "老隆镇人民政府") == "老隆镇")
        let towns = try #require(FigureTable(.town, in: tally, smallest: 5, words))
        #expect(towns.notes == ["百分比以填了乡镇的 30 份答卷为基数。"])
        // The name of its town would be the answer of the only sheet that says one.
        let one = Tally([Mark(question: ""): 60, Mark(question: "_town", option: "老龙"): 1])
        let unnamed = try #require(FigureTable(.town, in: one, smallest: 5, words))
        #expect(unnamed.lines?.items.count == nil && !unnamed.notes.isEmpty)
    }

    @Test("Towns are called as they were offered, units by their names")
    func units() {
        let named = ResultWords(
            texts: words.texts, units: ["llz": "老隆镇人民政府", "mzj": "县民政局"], towns: ["llz"])
        for (register, name) in [(Question.Register.towns, "老隆镇"), (Question.Register.units, "老隆镇人民政府")] {
            let question = Question(code: "q", text: "哪里？", kind: .unit(register))
            #expect(named.option("llz", of: question) == name)
            let asked = AskedQuestion(question: question, versions: [1])
            let lines = CodeBook(SheetExport([asked]), named).lines.filter { $0.question == "q" }
            #expect(lines.first?.meaning == name)
            #expect(lines.map(\.code) == (register == .towns ? ["llz"] : ["llz", "mzj"]), "what may be chosen")
        }
    }

    @Test("What the server knows of a sheet takes no name from a question, also where names begin with a letter")
    func columnNames() {
        let asked = ["town", "v_town"].map {
            AskedQuestion(question: Question(code: $0, kind: .text(.init())), versions: [1])
        }
        let export = SheetExport(asked)
        #expect(export.heading == ["_sheet", "_version", "_channel", "_town", "_received_at", "town", "v_town"])
        let extent = SheetExport.Extent(sheets: 0, town: 1, longest: [:])
        let variables = SheetStatistics(export, extent, words).variables.map(\.name)
        #expect(
            variables == ["v_sheet", "v_version", "v_channel", "v_town_2", "v_received_at", "town", "v_town"])
    }

    @Test("The code book says where files are opened, and no label keeps the name of another question")
    func filesAndLabels() {
        let files = Question(code: "photo", text: "照片（{town}）", kind: .file(.init(most: 2)))
        let export = SheetExport([AskedQuestion(question: files, versions: [1])])
        let line = CodeBook(export, words).lines.last
        #expect(line?.column == "photo" && line?.meaning.contains("/desk/attachments/") == true)
        let extent = SheetExport.Extent(sheets: 0, town: 1, longest: [:])
        #expect(SheetStatistics(export, extent, words).variables.last?.label == "照片（…）")
    }

    @Test("A page that is asked of some only is known by its condition, or those of all that is on it")
    func pagesForSome() {
        func page(_ conditions: [String?], group: String? = nil, page: String? = nil) -> Questionnaire.Page {
            let questions = conditions.enumerated().map {
                Question(code: "q\($0)", kind: .yesNo, condition: $1)
            }
            return Questionnaire.Page(
                code: "p", groups: [.init(code: "g", questions: questions, condition: group)], condition: page)
        }
        #expect(!page([nil, "x"]).isForSome && !page([""], group: "", page: "").isForSome)
        #expect(page(["x", "y"]).isForSome && page([nil], group: "x").isForSome && page([nil], page: "x").isForSome)
    }

    @Test("Only one part of a bar is full: neighbours differ without colour")
    func patterns() throws {
        let chart = StackedChart(
            id: "c", title: "满意吗", description: "", parts: ["满意", "一般", "不满意"],
            rows: [.init(name: "窗口", shares: [0.5, 0.3, 0.2])])
        let markup = try #require(chart.markup).renderText
        #expect(markup.ranges(of: "class=\"full").count == 1)
        #expect(markup.contains("hatch dense"))
    }
}
