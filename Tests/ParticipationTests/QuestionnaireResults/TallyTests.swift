import Documents
import Foundation
import Postgres
import Questionnaires
import TestSupport
import Testing
import Text

@testable import Participation

/// What is kept by differences against what anybody would count by hand.
@Suite struct TallyTests {
    static let content = Questionnaire(
        title: "什么都问",
        pages: [
            .init(
                code: "p",
                groups: [
                    .init(
                        code: "g",
                        questions: [
                            Question(
                                code: "one",
                                kind: .single(.init(options: options("a", "b", "c"), other: "其他", comment: "为什么"))),
                            Question(
                                code: "some",
                                kind: .multiple(.init(options: options("x", "y", "z"), other: "其他", comment: "请说明"))),
                            Question(code: "yes", kind: .yesNo),
                            Question(code: "scale", kind: .scale(.init(from: 1, to: 5))),
                            Question(code: "number", kind: .number(.init(decimals: 2))),
                            Question(code: "rank", kind: .ranking(.init(options: options("a", "b", "c")))),
                            Question(
                                code: "grid",
                                kind: .matrix(.init(rows: options("r1", "r2"), columns: options("x", "y")))),
                            Question(
                                code: "ticks",
                                kind: .matrix(.init(rows: options("r1"), columns: options("x", "y"), cell: .multiple))),
                            Question(
                                code: "cells",
                                kind: .matrix(.init(rows: options("r1"), columns: options("x"), cell: .number(.init())))
                            ),
                            Question(code: "day", kind: .date(.init())), Question(code: "unit", kind: .unit(.units)),
                            Question(code: "born", kind: .date(.init())),
                            Question(code: "visit", kind: .date(.init(first: "2026-01-01", last: "2026-12-31"))),
                            Question(code: "text", kind: .text(.init())),
                            Question(
                                code: "lines",
                                kind: .matrix(
                                    .init(rows: options("r1", "r2"), columns: options("x"), cell: .text(most: 20)))),
                        ])
                ])
        ])

    private static func options(_ codes: String...) -> [Question.Option] { codes.map { .init(code: $0, text: $0) } }

    static func answers(_ random: inout Seeded) -> Answers {
        func chance() -> Bool { Int.random(in: 0..<4, using: &random) > 0 }
        func pick(_ codes: [String]) -> String { codes.randomElement(using: &random) ?? "" }
        func some(_ codes: [String]) -> [Questionnaires.Answer.Choice] {
            codes.filter { _ in Bool.random(using: &random) }.map { .option($0) }
        }
        var answers: Answers = ["yes": .truth(Bool.random(using: &random))]
        if chance() {
            let comment = chance() ? nil : pick(["太远", "太贵"])
            answers["one"] = .choice(
                chance()
                    ? .option(pick(["a", "b", "c"]), comment: comment)
                    : .other(pick(["别的", "别的。", "没有"]), comment: comment))
        }
        var several = some(["x", "y"]) + (chance() ? [] : [.other("另一种")])
        for index in several.indices where !chance() { several[index].comment = pick(["太远", "太贵"]) }
        if !several.isEmpty { answers["some"] = .choices(several) }
        if chance() { answers["scale"] = .number(Double(Int.random(in: 1...5, using: &random))) }
        if chance() { answers["number"] = .number(Double(Int.random(in: -300...300, using: &random)) / 4) }
        if chance() { answers["rank"] = .choices(["a", "b", "c"].shuffled(using: &random).map { .option($0) }) }
        if chance() { answers["grid"] = .matrixChoice(["r1": pick(["x", "y"]), "r2": pick(["x", "y"])]) }
        if chance() { answers["ticks"] = .matrixChoices(["r1": ["x", "y"]]) }
        if chance() { answers["cells"] = .matrixNumbers(["r1": ["x": Double(Int.random(in: 0...9, using: &random))]]) }
        if chance() { answers["day"] = .text(pick(["2026-01-05", "2026-01-20", "2026-02-01"])) }
        if chance() { answers["born"] = .text(pick(["1958-03-01", "1963-05-05", "1969-12-31", "2024-02-29"])) }
        if chance() { answers["visit"] = .text(pick(["2026-03-05", "2026-03-31", "2026-11-01"])) }
        if chance() { answers["unit"] = .text(pick(["mz", "jt"])) }
        if chance() { answers["text"] = .text(pick(["排队太久", "排队 太久！", "很好"])) }
        if chance() { answers["lines"] = .matrixTexts([pick(["r1", "r2"]): ["x": pick(["太远", "太贵"])]]) }
        return answers
    }

    /// By hand.
    static func marks(_ answers: Answers) -> [Tally.Mark] {
        var marks = [Tally.Mark(question: "")]
        for (code, answer) in answers {
            func mark(_ option: String, line: String = "") {
                marks.append(Tally.Mark(question: code, line: line, option: option))
            }
            mark("")
            switch answer {
            case .choice(let one):
                mark(one.code)
                if one.comment != nil { marks.append(Tally.Mark(question: "\(code).comment")) }
            case .choices(let all) where code == "rank":
                for (place, one) in all.enumerated() { mark(String(place + 1), line: one.code) }
            case .choices(let all):
                for one in all {
                    mark(one.code)
                    if one.comment != nil { marks.append(Tally.Mark(question: "\(code).\(one.code).comment")) }
                }
            case .truth(let truth): mark(truth ? "yes" : "no")
            case .number(let number) where code == "scale": mark(String(Int(number)))
            case .text(let day) where ["day", "born", "visit"].contains(code): mark(String(day.prefix(7)))
            case .text(let unit) where code == "unit": mark(unit)
            case .matrixChoice(let rows):
                for (row, column) in rows {
                    mark("", line: row)
                    mark(column, line: row)
                }
            case .matrixChoices(let rows):
                for (row, columns) in rows {
                    mark("", line: row)
                    for column in columns { mark(column, line: row) }
                }
            case .matrixNumbers(let rows): for row in rows.keys { mark("", line: row) }
            case .matrixTexts(let rows):
                for (row, columns) in rows {
                    mark("", line: row)
                    for column in columns.keys { marks.append(Tally.Mark(question: "\(code).\(row).\(column)")) }
                }
            case .number, .text, .files: break
            }
        }
        return marks
    }

    /// By hand; of quarters, which are exact.
    /// - Parameter numbers: in order, and some.
    private static func distribution(_ numbers: [Double]) -> NumberDistribution {
        let (least, most) = (numbers.first ?? 0, numbers.last ?? 0)
        let tenth = (most - least) / 10
        let power = tenth > 0 ? pow(10, floor(log10(tenth))) : 1
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= tenth } ?? 1
        let isWhole = numbers.allSatisfy { $0 == $0.rounded() }
        let width = isWhole ? max(1, step) : step
        func end(_ number: Double) -> NumberDistribution.End {
            NumberDistribution.End(number, sheets: numbers.filter { $0 == number }.count)
        }
        return NumberDistribution(
            least: end(least), most: end(most), isWhole: isWhole, width: width,
            classes: Dictionary(grouping: numbers) { floor($0 / width) * width }
                .map { (start: $0.key, sheets: $0.value.count) }.sorted { $0.start < $1.start })
    }

    private static func tally(_ scene: QuestionnaireScene, _ limit: Int = 5000) async throws -> Int {
        try await scene.database.work.write { try $0.value("select tally_sheets(\(limit))") }
    }

    private static func wrong(_ scene: QuestionnaireScene) async throws -> Int {
        var proved = 1
        while proved > 0 { proved = try await run("prove_tallies()", scene) }
        return try await run("wrong_tallies()", scene)
    }

    private static func run(_ job: SQL, _ scene: QuestionnaireScene) async throws -> Int {
        try await scene.database.work.write { try $0.value("select \(job)") }
    }

    private func expect(_ scene: QuestionnaireScene, holds sheets: [Answers]) async throws {
        var naive: [Tally.Mark: Int] = [:]
        for mark in sheets.flatMap(Self.marks) { naive[mark, default: 0] += 1 }
        let source = try await scene.database.staff.read(as: scene.county.organiser) { tx in
            try tx.one(ResultSource.desk(scene.number), as: ResultSource.self)
        }
        let (found, table, classed) = try await scene.database.staff.read(as: scene.county.organiser) {
            tx -> (Tally, CrossTable, [(CrossQuestion, CrossTable)]) in
            let tally = try Tally.desk(scene.id, tx)
            let axes = CrossTable.Axis.all(of: source.asked, in: tally, smallest: 1)
            func axis(_ code: String) throws -> CrossTable.Axis { try #require(axes.first { $0.code == code }) }
            let question = CrossQuestion(
                rows: try axis("one"), columns: try axis("some"), layers: try axis("grid.r1"),
                only: [
                    .init(question: "yes", option: "yes"), .init(question: "scale", option: "4"),
                    .init(question: "scale", option: "5"),
                ])
            let visited = try axis("visit")
            let numbers = try axis("number")
            let asked = [
                CrossQuestion(
                    rows: numbers, columns: try axis("rank"), layers: try axis("born._year"),
                    only: visited.marks(of: "2026-03")),
                CrossQuestion(
                    rows: try axis("cells.r1.x"), columns: visited, layers: nil,
                    only: numbers.options.prefix(2).flatMap { numbers.marks(of: $0) }),
            ]
            var classed: [(CrossQuestion, CrossTable)] = []
            for one in asked { classed.append((one, try #require(try one.table(of: scene.id, smallest: 1, tx)))) }
            return (tally, try #require(try question.table(of: scene.id, smallest: 1, tx)), classed)
        }
        for (question, table) in classed { expectClasses(question, table, holds: sheets) }
        for (mark, count) in naive { #expect(found[mark] == count, "\(mark)") }
        #expect(found.sheets == sheets.count)
        let numbers = sheets.compactMap { if case .number(let number)? = $0["number"] { number } else { nil } }.sorted()
        if let figures = found.numbers(of: "number") {
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            let median = (numbers[(numbers.count - 1) / 2] + numbers[numbers.count / 2]) / 2
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
            #expect(figures.sheets == numbers.count && figures.median == median)
            #expect(abs(figures.mean - mean) < 1e-9 && abs(figures.spread - variance.squareRoot()) < 1e-9)
            #expect(found.distribution(of: "number") == Self.distribution(numbers))
        } else {
            #expect(numbers.isEmpty)
        }
        for (row, one) in (table.rows.options + [""]).enumerated() {
            for (column, head) in table.heads.enumerated() {
                let wanted = [("one", "", one), ("some", "", head.option ?? ""), ("grid", "r1", head.layer ?? "")]
                let count = sheets.filter { sheet in
                    let marks = Set(Self.marks(sheet))
                    return wanted.allSatisfy { marks.contains(.init(question: $0.0, line: $0.1, option: $0.2)) }
                        && marks.contains(.init(question: "yes", option: "yes"))
                        && (sheet["scale"] == .number(4) || sheet["scale"] == .number(5))
                }.count
                #expect(table.cells[row][column] == count)
            }
        }
    }

    /// What is no option is parted by classes, months, and what was put first.
    private func expectClasses(_ question: CrossQuestion, _ table: CrossTable, holds sheets: [Answers]) {
        func isWithin(_ number: Double?, _ option: String) -> Bool {
            guard let number, let range = NumberRange(option) else { return false }
            return (range.start ?? -.infinity) <= number && number < (range.end ?? .infinity)
        }
        func has(_ sheet: Answers, _ question: String, _ line: String, _ option: String) -> Bool {
            if option.isEmpty { return question.isEmpty || sheet[question] != nil }
            return switch sheet[question] {
            case .number(let number): isWithin(number, option)
            case .matrixNumbers(let rows): isWithin(rows["r1"]?["x"], option)
            case .choices(let ranked): ranked.first == .option(option)
            case .text(let day) where line.isEmpty: day.hasPrefix(option)
            case .text(let day): isWithin(Double(day.prefix(4)), option)
            default: false
            }
        }
        let among = sheets.filter { sheet in
            question.only.contains { has(sheet, $0.question, $0.line, $0.option) }
        }
        let (rows, columns, layers) = (table.rows, table.columns, table.layers)
        #expect(rows.options.count > 1 && columns.options.count > 1)
        for (row, one) in (rows.options + [""]).enumerated() {
            for (column, head) in table.heads.enumerated() {
                let count = among.filter {
                    has($0, rows.question, rows.line, one) && has($0, columns.question, columns.line, head.option ?? "")
                        && has($0, layers?.question ?? "", layers?.line ?? "", head.layer ?? "")
                }.count
                #expect(table.cells[row][column] == count, "\(rows.code) \(one), \(head)")
            }
        }
    }

    /// A correction may take other numbers and days; what is counted already stays where it is. Days within two years have no classes, and get
    /// none when there are more of them.
    @Test func classesAreThoseOfTheFirstVersion() async throws {
        var content = Self.numbers
        content.pages[0].groups[0].questions.append(
            Question(code: "day", kind: .date(.init(first: "2026-01-01", last: "2026-12-31"))))
        let scene = try await QuestionnaireScene.make(content)
        func classes() async throws -> String {
            try await scene.database.owner.read {
                try $0.value("select question_kinds(\(scene.id)) ->> '_classes'")
            }
        }
        let before = try await classes()
        #expect(before.hasPrefix(#"{"number": [0, 1, 2, 3, 4, 5, 10,"#) && !before.contains("day"))
        content.pages[0].groups[0].questions[0].kind = .number(.init(least: 0, most: 50))
        content.pages[0].groups[0].questions[1].kind = .date(.init(first: "1950-01-01", last: "2026-12-31"))
        try await scene.correct(content, note: "更正")
        #expect(try await classes() == before)
    }

    @Test(arguments: [
        (#"{"least": 18, "most": 100}"#, "20 30 40 50 60 70 80 90 100"), (#"{"least": 1, "most": 5}"#, "2 3 4 5"),
        (#"{"least": 0, "most": 1, "decimals": 1}"#, "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"),
        (#"{"least": 1930, "most": 2010}"#, "1940 1950 1960 1970 1980 1990 2000 2010"),
        (#"{"least": -20, "most": 40}"#, "-15 -10 -5 0 5 10 15 20 25 30 35 40"),
        (#"{"least": 0, "most": 120}"#, "1 2 3 4 5 10 20 30 40 50 60 70 80 90 100"), (#"{"least": 1, "most": 1}"#, ""),
        (#"{"least": 5000}"#, "10000 20000 50000 100000 200000 500000 1000000"),
    ]) func classesComeFromWhatIsPossible(number: String, starts: String) async throws {
        let database = try await ExampleCounty.make().database
        let found: String = try await database.owner.read {
            try $0.value("select array_to_string(number_starts(\(JSONText(number))), ' ')")
        }
        #expect(found == starts)
    }

    /// Before the worker has seen anything, in the middle, after some have gone, and when everything is counted.
    @Test(arguments: [1, 2, 3]) func figuresAreExactAtAnyMoment(seed: UInt64) async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        var random = Seeded(state: seed)
        var sheets: [(sheet: AnsweredSheet, answers: Answers, number: String)] = []
        for _ in 0..<60 {
            let answers = Self.answers(&random)
            let sheet = try scene.sheet(answers, quotas: [])
            let outcome = try await scene.send(sheet)
            sheets.append((sheet, answers, try #require(outcome.number)))
        }
        try await expect(scene, holds: sheets.map(\.answers))
        #expect(try await Self.tally(scene, 25) == 25)
        try await expect(scene, holds: sheets.map(\.answers))
        // Some that are counted go, and some that are not.
        for index in [50, 40, 10, 3] {
            let gone = sheets.remove(at: index)
            let withdrawal = try await Withdrawal.requestSheet(
                try SubmissionNumber(gone.number), mac: scene.intake.codes.mac(for: gone.sheet.key),
                in: scene.database.public)
            #expect(withdrawal == .withdrawn)
        }
        try await expect(scene, holds: sheets.map(\.answers))
        while try await Self.tally(scene) > 0 {}
        try await expect(scene, holds: sheets.map(\.answers))
        #expect(try await Self.wrong(scene) == 0)
        let words: [String] = try await scene.database.owner.read { tx in
            try tx.values("select words from text_wordings where question = 'text' order by sheets desc, words")
        }
        #expect(words.count <= 2, "spaces and signs at the end make no other wording: \(words)")
    }

    /// From a millionth to 10^15, and below nothing: before they are counted, in the middle, when some have gone again, and at the end.
    /// Numbers that differ only in their last digits: the difference of two large quotients would be nothing but rounding.
    @Test func theSpreadOfLargeNumbersIsExact() async throws {
        let scene = try await QuestionnaireScene.make(Self.numbers)
        for index in 0..<9 {
            let sheet = try scene.sheet(["number": .number(199_999_999 + Double(index % 3))], quotas: [])
            #expect(try await scene.send(sheet).verdict == .accepted)
        }
        let tally = try await scene.database.staff.read(as: scene.county.organiser) { try Tally.desk(scene.id, $0) }
        let figures = try #require(tally.numbers(of: "number"))
        #expect(abs(figures.spread - 0.816_496_580_9) < 1e-9)
    }

    @Test(arguments: [1, 2, 3, 4]) func numbersOfEverySizeAreFoundByTheirRank(seed: UInt64) async throws {
        let scene = try await QuestionnaireScene.make(Self.numbers)
        var random = Seeded(state: seed)
        let isWhole = seed % 2 == 0
        var sheets: [(sheet: AnsweredSheet, number: Double, receipt: String)] = []
        let edges: [Double] = isWhole ? [0, -1, 100, -100, -101, 1e15, -1e15] : [0.25, -0.000001, 99.99, 1e15, 36]
        for index in 0..<40 {
            let exponent = Int.random(in: (isWhole ? 0 : -6)...(isWhole ? 12 : 8), using: &random)
            let drawn = Double("\(Int.random(in: -999...999, using: &random))e\(exponent)") ?? 0
            let number = index < edges.count ? edges[index] : drawn
            let sheet = try scene.sheet(["number": .number(number)], quotas: [])
            let outcome = try await scene.send(sheet)
            sheets.append((sheet, number, try #require(outcome.number)))
        }
        func expect() async throws {
            let tally = try await scene.database.staff.read(as: scene.county.organiser) {
                try Tally.desk(scene.id, $0)
            }
            let numbers = sheets.map(\.number).sorted()
            let (figures, spread) = (
                try #require(tally.numbers(of: "number")), try #require(tally.distribution(of: "number"))
            )
            let median = (numbers[(numbers.count - 1) / 2] + numbers[numbers.count / 2]) / 2
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            #expect(figures.sheets == numbers.count)
            #expect(abs(figures.median - median) <= max(1e-9, abs(median) * 1e-12))
            #expect(abs(figures.mean - mean) <= 1)
            func end(_ number: Double?) -> NumberDistribution.End? {
                number.map { end in NumberDistribution.End(end, sheets: numbers.filter { $0 == end }.count) }
            }
            #expect(spread.least == end(numbers.first) && spread.most == end(numbers.last))
            let classes = spread.shown(smallest: 1)
            #expect(classes.reduce(0) { $0 + $1.sheets } == numbers.count && (2...12).contains(classes.count))
        }
        func withdraw(_ index: Int) async throws {
            let gone = sheets.remove(at: index)
            let withdrawal = try await Withdrawal.requestSheet(
                try SubmissionNumber(gone.receipt), mac: scene.intake.codes.mac(for: gone.sheet.key),
                in: scene.database.public)
            #expect(withdrawal == .withdrawn)
        }
        try await expect()
        #expect(try await Self.tally(scene, 20) == 20)
        try await expect()
        // The smallest, the largest and one in the middle, some of them counted.
        for _ in 0..<3 {
            for place in 0..<3 {
                let number = sheets.map(\.number).sorted()[(sheets.count - 1) * place / 2]
                try await withdraw(try #require(sheets.firstIndex { $0.number == number }))
                try await expect()
            }
        }
        while try await Self.tally(scene) > 0 {}
        try await expect()
        #expect(try await Self.wrong(scene) == 0)
    }

    private static let numbers = Questionnaire(
        title: "数目",
        pages: [
            .init(
                code: "p",
                groups: [
                    .init(code: "g", questions: [Question(code: "number", kind: .number(.init(decimals: 6)))])
                ])
        ])

    /// Whatever is wrong is found, put right, and said.
    @Test func theNightlyRecountFindsWhatIsWrong() async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        var random = Seeded(state: 9)
        let sheets = (0..<20).map { _ in Self.answers(&random) }
        for answers in sheets { _ = try await scene.send(try scene.sheet(answers, quotas: [])) }
        _ = try await Self.tally(scene)
        try await scene.database.owner.write { tx in
            try tx.execute("update tallies set sheets = sheets + 1 where question = 'yes' and option = 'yes'")
            try tx.execute("update tally_bits set bits = ~bits where question = 'one' and option = 'a'")
            try tx.execute("update tally_numbers set sheets = sheets + 1 where question = 'number' and width = 0")
            try tx.execute("update tally_numbers set total = total + 1 where question = 'number'")
            try tx.execute("delete from tallied_sheets where place = 3")
            try tx.execute("update text_wordings set sheets = sheets + 5 where words = '很好'")
        }
        #expect(try await Self.wrong(scene) > 3)
        while try await Self.tally(scene) > 0 {}
        try await expect(scene, holds: sheets)
        try await scene.database.owner.write { try $0.execute("update tally_states set proved_at = null") }
        #expect(try await Self.wrong(scene) == 0)
    }

    /// Who answers waits for no tally, and nothing is lost or counted twice between them.
    @Test func intakeAndTallyGoOnSideBySide() async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        let sheets = try (0..<120).map { index -> AnsweredSheet in
            let answers: Answers = ["yes": .truth(index % 3 == 0), "scale": .number(Double(index % 5 + 1))]
            return try scene.sheet(answers, quotas: [])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    for index in stride(from: lane, to: sheets.count, by: 4) {
                        let outcome = try await scene.send(sheets[index])
                        guard index % 10 == 0, let number = outcome.number else { continue }
                        _ = try await Withdrawal.requestSheet(
                            try SubmissionNumber(number), mac: scene.intake.codes.mac(for: sheets[index].key),
                            in: scene.database.public)
                    }
                }
            }
            group.addTask { for _ in 0..<40 { _ = try await Self.tally(scene, 7) } }
            try await group.waitForAll()
        }
        while try await Self.tally(scene) > 0 {}
        let tally = try await scene.database.staff.read(as: scene.county.organiser) { try Tally.desk(scene.id, $0) }
        #expect(tally.sheets == 108)
        #expect(tally[.init(question: "yes", option: "yes")] == (0..<120).filter { $0 % 3 == 0 && $0 % 10 != 0 }.count)
        #expect(try await Self.wrong(scene) == 0)
    }

    @Test func onlyTheUnitSeesFiguresBeforeTheyAreShown() async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        _ = try await scene.send(try scene.sheet(["yes": .truth(true), "text": .text("很好")], quotas: []))
        _ = try await Self.tally(scene)
        await #expect(throws: PostgresError.self) {
            try await scene.database.staff.read(as: scene.county.stranger) { try Tally.desk(scene.id, $0) }
        }
        // Each by itself: whoever counts a cross-table asks for the figures first.
        await expectRefusal("role_required") {
            _ = try await scene.database.staff.read(as: scene.county.stranger) {
                try $0.value(
                    "select count(*) from questionnaire_bits(\(scene.id), array['yes'], array[''], array[''])",
                    as: Int.self)
            }
        }
        await expectRefusal("role_required") {
            _ = try await scene.database.staff.read(as: scene.county.stranger) {
                try $0.value(
                    "select count(*) from questionnaire_waiting_marks(\(scene.id), array['yes'], array[''], array[''])",
                    as: Int.self)
            }
        }
        func shown() async throws -> (sheets: Int, source: Bool, texts: Int) {
            try await scene.database.public.read { tx in
                let texts = try tx.all(TextWording.Shown.public(scene.number), as: TextWording.Shown.self)
                return (
                    try Tally.public(scene.number, tx).sheets,
                    try tx.first(ResultSource.public(scene.number), as: ResultSource.self) != nil, texts.count
                )
            }
        }
        #expect(try await shown() == (0, false, 0))
        let wording = try #require(
            try await scene.database.staff.read(as: scene.county.organiser) { tx in
                try tx.all(TextWording.desk(scene.id, question: "text", screening: .pending), as: TextWording.self)
                    .first
            })
        func screen(as actor: DatabaseActor, before: Screening) async throws -> Int {
            try await TextWording.screen(
                [wording.id], of: "text", in: scene.id, as: .shown, because: nil, before: before,
                scene.database.staff,
                as: actor)
        }
        await #expect(throws: PostgresError.self) { try await screen(as: scene.county.stranger, before: .pending) }
        #expect(try await screen(as: scene.county.clerk, before: .pending) == 1)
        #expect(try await screen(as: scene.county.clerk, before: .pending) == 0, "somebody has done it already")
        #expect(try await shown() == (0, false, 0))
        try await scene.act("select close_questionnaire(\(scene.id))")
        #expect(try await shown() == (1, true, 1))
    }

    @Test(arguments: [
        ("排队太久", "排队 太久！", true), ("Ｗｉ－Ｆｉ。", "wi-fi", true), ("1.5万", "15万", false), ("-5", "5", false),
        ("C++", "C", false), ("？", "……", false),
    ]) func signsWithinMakeAnotherWording(one: String, other: String, areSame: Bool) async throws {
        let database = try await ExampleCounty.make().database
        let same: Bool = try await database.owner.read {
            try $0.value("select wording_of(\(one)) = wording_of(\(other))")
        }
        #expect(same == areSame)
    }

    /// From the difference of two looks nobody reads a sheet: five more and an hour, or the closing.
    @Test func whatEveryoneSeesMovesInSteps() async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        try await scene.database.owner.write {
            try $0.execute("update questionnaires set results_shown = 'live' where id = \(scene.id)")
        }
        func send(_ count: Int) async throws {
            for index in 0..<count {
                _ = try await scene.send(
                    try scene.sheet(["yes": .truth(true), "number": .number(Double(index))], quotas: []))
            }
        }
        func step() async throws -> (steps: Int, shown: Int, exact: Int) {
            let steps = try await Self.run("show_results()", scene)
            let shown = try await scene.database.public.read { try Tally.public(scene.number, $0) }
            let exact = try await scene.database.staff.read(as: scene.county.organiser) { try Tally.desk(scene.id, $0) }
            #expect(shown[.init(question: "yes", option: "yes")] == shown.sheets)
            #expect((shown.numbers(of: "number")?.sheets ?? 0) == shown.sheets)
            return (steps, shown.sheets, exact.sheets)
        }
        try await send(4)
        #expect(try await step() == (0, 0, 4))
        try await send(1)
        #expect(try await step() == (1, 5, 5), "as many as are shown at least")
        try await send(6)
        #expect(try await step() == (0, 5, 11), "but no hour has passed")
        try await scene.database.setClock(Date(timeIntervalSinceNow: 3700))
        #expect(try await step() == (1, 11, 11))
        try await scene.database.setClock(Date(timeIntervalSinceNow: 3 * 3600))
        try await send(4)
        #expect(try await step() == (0, 11, 15), "an hour, but four")
        try await scene.act("select close_questionnaire(\(scene.id))")
        #expect(try await step() == (1, 15, 15))
        #expect(try await step() == (0, 15, 15))
    }

    /// What was written into a cell of a matrix is counted, read and found like any other text.
    @Test func textsInAMatrixAreQuestionsOfTheirOwn() async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        for words in ["多开窗口", "多开 窗口！", "少跑路"] {
            _ = try await scene.send(
                try scene.sheet(["yes": .truth(true), "lines": .matrixTexts(["r1": ["x": words]])], quotas: []))
        }
        #expect(try await Self.tally(scene) == 3)
        let (wordings, numbers) = try await scene.database.staff.read(as: scene.county.organiser) {
            tx -> ([TextWording], [String]) in
            let wordings = try tx.all(
                TextWording.desk(scene.id, question: "lines.r1.x", screening: .pending), as: TextWording.self)
            let first = try #require(wordings.first)
            return (
                wordings,
                try tx.values(TextWording.sheets(scene.id, question: "lines.r1.x", wording: first.id), as: String.self)
            )
        }
        #expect(wordings.map(\.sheets) == [2, 1] && numbers.count == 2)
        #expect(try await Self.wrong(scene) == 0)
        let figures = QuestionFigures.all(
            AskedQuestion.all(in: [Self.content]),
            in: try await scene.database.staff.read(as: scene.county.organiser) { try Tally.desk(scene.id, $0) },
            base: .respondents, smallest: 1)
        #expect(figures.filter { $0.asked.question.code.hasPrefix("lines.") }.map(\.answered) == [3, 0])
    }

    /// Codes have `_` in them, and an option of XLSForm is often called "other".
    @Test func columnsHaveNamesOfTheirOwn() {
        let questions = [
            Question(code: "town", kind: .text(.init())),
            Question(code: "ways", kind: .multiple(.init(options: Self.options("w1", "other"), other: "其他"))),
            Question(code: "ways_w1", kind: .yesNo),
        ]
        let export = SheetExport(
            questions.map { AskedQuestion(question: $0, versions: [1]) })
        #expect(
            export.columns.map(\.name) == [
                "town", "ways_w1", "ways_other", "ways__other", "ways_other_2", "ways_w1_2",
            ])
        #expect(Set(export.heading).count == export.heading.count)
    }

    /// Each sheet a row; several choices a column each; what is gone is gone.
    @Test func sheetsAreExportedColumnByColumn() async throws {
        let scene = try await QuestionnaireScene.make(Self.content)
        let answers: Answers = [
            "one": .choice(.other("别的", comment: "新")),
            "some": .choices([.option("x", comment: "近"), .other("另")]), "yes": .truth(true),
            "scale": .number(4), "rank": .choices([.option("b"), .option("a"), .option("c")]),
            "grid": .matrixChoice(["r1": "x"]), "ticks": .matrixChoices(["r1": ["y"]]),
            "cells": .matrixNumbers(["r1": ["x": 2.5]]), "text": .text("很好"),
            "lines": .matrixTexts(["r2": ["x": "太远"]]),
        ]
        var sent = try scene.sheet(answers, quotas: [])
        sent.town = "老隆镇人民政府"
        _ = try await scene.send(sent)
        let export = SheetExport(AskedQuestion.all(in: [Self.content]))
        let sheet = try await scene.database.staff.read(as: scene.county.organiser) { tx in
            try tx.one(SheetExport.sheets(of: scene.id), as: SheetExport.Sheet.self)
        }
        let read = try Answers(json: Data(sheet.json.utf8), for: Self.content)
        let row = Dictionary(
            uniqueKeysWithValues: zip(export.heading, export.cells(of: sheet, read).map(\.text)))
        #expect(row["one"] == "_other" && row["one_other"] == "别的" && row["some_x"] == "1" && row["some_y"] == "0")
        #expect(row["some__other"] == "1" && row["some_other"] == "另" && row["yes"] == "1" && row["scale"] == "4")
        #expect(row["rank_a"] == "2" && row["grid_r1"] == "x" && row["grid_r2"] == "" && row["ticks_r1_y"] == "1")
        #expect(row["cells_r1_x"] == "2.5" && row["text"] == "很好" && row["number"] == "")
        #expect(row["one_comment"] == "新" && row["some_x_comment"] == "近" && row["some__other_comment"] == "")
        #expect(row["lines_r1_x"] == "" && row["lines_r2_x"] == "太远")
        #expect(row["_town"] == "老隆镇", "as it was offered")
        #expect(row["_received_at"]?.hasSuffix(":00") == true)
    }
}
