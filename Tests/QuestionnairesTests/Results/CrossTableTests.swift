import Questionnaires
import Testing

@Suite struct CrossTableTests {
    private let satisfied = CrossTable.Axis(question: "q1", options: ["a", "b"], addsUp: true)
    private let channel = CrossTable.Axis(question: "_channel", options: ["paper", "web"], addsUp: true)
    private let ways = CrossTable.Axis(question: "q2", options: ["x", "y"], addsUp: false)

    private func counts(_ counts: [(String, String, Int)]) -> [CrossTable.Count] {
        counts.map { CrossTable.Count(first: $0.0, second: $0.1, third: "", sheets: $0.2) }
    }

    @Test func rowsColumnsAndSums() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil,
                counts: counts([
                    ("a", "paper", 10), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 40),
                    ("b", "", 60),
                    ("", "paper", 30), ("", "web", 70), ("", "", 100),
                ]), smallest: 5))
        #expect(table.cells == [[10, 30, 40], [20, 40, 60], [30, 70, 100]])
        #expect(table.base == 100)
        #expect(table.share(0, 1) == 0.75)
    }

    /// Within each of a third the shares are of what the row comes to there.
    @Test func layersHaveSubtotals() throws {
        let layers = CrossTable.Axis(question: "q3", options: ["m", "f"], addsUp: true)
        var counts: [CrossTable.Count] = []
        for (row, factor) in [("a", 1), ("b", 2), ("", 3)] {
            for (column, layer, sheets) in [
                ("paper", "m", 10), ("web", "m", 30), ("paper", "f", 20), ("web", "f", 20), ("", "", 80),
            ] {
                counts.append(.init(first: row, second: column, third: layer, sheets: sheets * factor))
            }
        }
        let table = try #require(
            CrossTable(rows: satisfied, columns: channel, layers: layers, counts: counts, smallest: 5))
        #expect(table.cells[0] == [10, 30, 20, 20, 80])
        #expect(table.subtotal(0, of: "m") == 40 && table.subtotal(1, of: "f") == 80)
        #expect(table.share(0, 1) == 0.75 && table.share(0, 2) == 0.5)
    }

    /// One small number in a table of two by two takes all inner cells along; its sums stay.
    @Test func smallNumbersTakeOthersAlong() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil,
                counts: counts([
                    ("a", "paper", 2), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 32),
                    ("b", "", 60),
                    ("", "paper", 22), ("", "web", 70), ("", "", 92),
                ]), smallest: 5))
        #expect(table.cells == [[nil, nil, 32], [nil, nil, 60], [22, 70, 92]])
        #expect(table.share(0, 0) == nil)
    }

    /// Of several choices nothing can be reckoned across, so nothing else is hidden with it.
    @Test func severalChoicesDoNotAddUp() throws {
        let table = try #require(
            CrossTable(
                rows: ways, columns: ways, layers: nil,
                counts: counts([
                    ("x", "x", 30), ("x", "y", 3), ("y", "x", 3), ("y", "y", 20), ("x", "", 30), ("y", "", 20),
                    ("", "x", 30),
                    ("", "y", 20), ("", "", 40),
                ]), smallest: 5))
        #expect(table.cells == [[30, nil, 30], [nil, 20, 20], [30, 20, 40]])
    }

    /// 22 of 24 with a filter would tell of the 2 without it.
    @Test func whatAFilterLeavesOutIsNoSmallNumberEither() throws {
        let all = counts([
            ("a", "paper", 24), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 54), ("b", "", 60),
            ("", "paper", 44), ("", "web", 70), ("", "", 114),
        ])
        let some = counts([
            ("a", "paper", 22), ("a", "web", 10), ("b", "paper", 10), ("b", "web", 20), ("a", "", 32), ("b", "", 30),
            ("", "paper", 32), ("", "web", 30), ("", "", 62),
        ])
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil, counts: some, all: all, smallest: 5))
        #expect(table.cells == [[nil, nil, 32], [nil, nil, 30], [32, 30, 62]])
    }

    /// One man and two women: that all other cells are 0 would say what each of them answered.
    @Test func ofFewNothingIsShown() throws {
        let few = counts([
            ("a", "paper", 1), ("b", "web", 2), ("a", "", 1), ("b", "", 2), ("", "paper", 1), ("", "web", 2),
            ("", "", 3),
        ])
        let all = counts([
            ("a", "paper", 24), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 54), ("b", "", 60),
            ("", "paper", 44), ("", "web", 70), ("", "", 114),
        ])
        func table(_ some: [CrossTable.Count], of all: [CrossTable.Count]? = nil, smallest: Int = 5) throws
            -> CrossTable
        {
            try #require(
                CrossTable(rows: satisfied, columns: channel, layers: nil, counts: some, all: all, smallest: smallest))
        }
        #expect(try table(few).showsNothing && table(few, of: all).showsNothing)
        #expect(try table(few, smallest: 1).cells == [[1, 0, 1], [0, 2, 2], [1, 2, 3]])
        // Nor where the filter leaves out only three.
        let most = zip(all, [23, 30, 20, 38, 53, 58, 43, 68, 111]).map {
            CrossTable.Count(first: $0.first, second: $0.second, third: "", sheets: $1)
        }
        #expect(try table(most, of: all).showsNothing)
        #expect(try !table(all, of: all).showsNothing)
        // Nobody is no small number.
        #expect(try !table([], of: all).showsNothing)
    }

    /// Of three on paper the zeros would say that none is against it.
    @Test func ofAColumnOfFewNothingIsShown() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil,
                counts: counts([
                    ("a", "paper", 3), ("a", "web", 30), ("b", "web", 40), ("a", "", 33), ("b", "", 40),
                    ("", "paper", 3), ("", "web", 70), ("", "", 73),
                ]), smallest: 5))
        #expect(table.cells == [[nil, nil, 33], [nil, nil, 40], [nil, nil, 73]])
    }

    /// A filter that leaves out three of those on paper would show with its other numbers what these answered.
    @Test func whereAFilterLeavesOutFewNothingIsShown() throws {
        func counted(_ paper: Int, _ web: Int) -> [CrossTable.Count] {
            counts([
                ("a", "paper", paper), ("a", "web", web), ("b", "paper", 20), ("b", "web", web), ("a", "", paper + web),
                ("b", "", 20 + web), ("", "paper", paper + 20), ("", "web", 2 * web), ("", "", paper + 20 + 2 * web),
            ])
        }
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil, counts: counted(22, 30), all: counted(25, 60),
                smallest: 5))
        #expect(table.cells == [[nil, nil, 52], [nil, nil, 50], [nil, nil, 102]])
    }

    @Test func threeQuestionsStandSideBySide() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel,
                layers: CrossTable.Axis(question: "q3", options: ["yes", "no"], addsUp: true),
                counts: [
                    CrossTable.Count(first: "a", second: "web", third: "no", sheets: 9),
                    CrossTable.Count(first: "a", second: "", third: "", sheets: 9),
                ], smallest: 5))
        #expect(table.heads.count == 5)
        #expect(table.cells.first == [0, 0, 0, 9, 9])
    }

    private func tally(_ classes: [String: Int], _ counts: [String: Int] = [:]) -> Tally {
        let classes = classes.map { (Tally.Mark(question: "age", option: $0.key), $0.value) }
        let counts = counts.map { (Tally.Mark(question: "rank", option: $0.key), $0.value) }
        return Tally(Dictionary(classes + counts, uniquingKeysWith: +))
    }

    private let age = AskedQuestion(
        question: Question(code: "age", kind: .number(.init(least: 0, most: 120))), versions: [1])

    /// Where somebody who is alone at an end lies is not to be seen.
    @Test func theFewAtTheEndsOfNumbersGoWithTheirNeighbours() throws {
        let axis = try #require(
            CrossTable.Axis.all(
                of: [age], in: tally(["..10": 1, "10..20": 7, "20..30": 9, "30..40": 20, "100..110": 2]), smallest: 5
            ).first)
        #expect(axis.options == ["..20", "20..30", "30.."] && axis.addsUp)
        #expect(axis.marks(of: "..20").map(\.option) == ["..10", "10..20"])
        #expect(axis.marks(of: "20..30").map(\.option) == ["20..30"])
        #expect(axis.marks(of: "30..").map(\.option) == ["100..110", "30..40"])
        var sheets = SheetBits()
        let ages = [
            "": 0..<39, "..10": 0..<1, "10..20": 1..<8, "20..30": 8..<17, "30..40": 17..<37, "100..110": 37..<39,
        ]
        for (option, places) in ages {
            sheets.insert(Tally.Mark(question: axis.question, option: option), places: Array(places))
        }
        for (option, places) in ["": 0..<39, "web": 0..<17, "paper": 17..<39] {
            sheets.insert(Tally.Mark(question: channel.question, option: option), places: Array(places))
        }
        let table = try #require(
            CrossTable(
                rows: axis, columns: channel, layers: nil,
                counts: sheets.counts(axis, channel, nil, only: [], sign: 1), smallest: 5))
        #expect(table.cells == [[0, 8, 8], [0, 9, 9], [22, 0, 22], [22, 17, 39]])
    }

    @Test func numbersThatAreAllInOneClassPartNobody() {
        for few in [["20..30": 40], ["20..30": 40, "30..40": 4], ["20..30": 2, "30..40": 1]] {
            #expect(CrossTable.Axis.all(of: [age], in: tally(few), smallest: 5).isEmpty)
        }
    }

    /// Classes between, and what was put first, are protected as options are.
    @Test func smallNumbersOfClassesAndFirstPlacesTakeOthersAlong() throws {
        let ranking = AskedQuestion(
            question: Question(
                code: "rank",
                kind: .ranking(.init(options: [.init(code: "a", text: "一"), .init(code: "b", text: "二")]))),
            versions: [1])
        let axes = CrossTable.Axis.all(
            of: [age, ranking], in: tally(["20..30": 32, "30..40": 60], ["a": 22, "b": 70]), smallest: 5)
        #expect(axes.map(\.code) == ["age", "rank"] && axes.allSatisfy(\.addsUp))
        let (rows, columns) = (try #require(axes.first), try #require(axes.last))
        let counted = counts([
            ("20..30", "a", 2), ("20..30", "b", 30), ("30..40", "a", 20), ("30..40", "b", 40), ("20..30", "", 32),
            ("30..40", "", 60), ("", "a", 22), ("", "b", 70), ("", "", 92),
        ])
        let table = try #require(
            CrossTable(rows: rows, columns: columns, layers: nil, counts: counted, smallest: 5))
        #expect(table.cells == [[nil, nil, 32], [nil, nil, 60], [22, 70, 92]])
        // With a filter that leaves out two of the first.
        let fewer = counts([
            ("20..30", "a", 22), ("20..30", "b", 30), ("30..40", "a", 20), ("30..40", "b", 40), ("20..30", "", 52),
            ("30..40", "", 60), ("", "a", 42), ("", "b", 70), ("", "", 112),
        ])
        let all = counts([
            ("20..30", "a", 24), ("20..30", "b", 40), ("30..40", "a", 30), ("30..40", "b", 50), ("20..30", "", 64),
            ("30..40", "", 80), ("", "a", 54), ("", "b", 90), ("", "", 144),
        ])
        let filtered = try #require(
            CrossTable(rows: rows, columns: columns, layers: nil, counts: fewer, all: all, smallest: 5))
        #expect(filtered.cells == [[nil, nil, 52], [nil, nil, 60], [42, 70, 112]])
    }

    /// What a page and a file show, one cell after the other.
    @Test func entriesHaveSubtotalsInTheirPlaces() throws {
        let layers = CrossTable.Axis(question: "q3", options: ["m", "f"], addsUp: true)
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: layers,
                counts: [
                    .init(first: "a", second: "paper", third: "m", sheets: 10),
                    .init(first: "a", second: "web", third: "m", sheets: 30),
                    .init(first: "a", second: "web", third: "f", sheets: 20),
                    .init(first: "a", second: "", third: "", sheets: 60),
                ], smallest: 1))
        let entries = table.entries(0)
        #expect(entries.map(\.count) == [10, 30, 40, 0, 20, 20, 60])
        #expect(entries.map(\.layer) == ["m", "m", "m", "f", "f", "f", nil])
        #expect(entries.map(\.option) == ["paper", "web", nil, "paper", "web", nil, nil])
        #expect(entries.map(\.share) == [0.25, 0.75, nil, 0, 1, nil, nil])
        #expect(table.entries(3).isEmpty)
    }

    @Test(arguments: ["..10", "10..20", "-5..0", "0.5..1", "60.."]) func classesAreReadAsTheyAreCalled(code: String) {
        #expect(NumberRange(code)?.code == code)
    }

    @Test(arguments: ["", "..", "10", "a..b", "1..b", "10.20"]) func whatIsNoClassIsNone(code: String) {
        #expect(NumberRange(code) == nil)
    }

    @Test func tooManyCellsAreNone() {
        let many = CrossTable.Axis(question: "q1", options: (1...30).map(String.init), addsUp: true)
        #expect(CrossTable(rows: many, columns: many, layers: nil, counts: [], smallest: 5) == nil)
    }
}
