import Questionnaires
import Testing

@Suite("Building a questionnaire")
struct BuildingTests {
    private static let three: Questionnaire = {
        var it = Questionnaire.blank(title: "三题")
        for code in ["q1", "q2", "q3"] { _ = it.add(Question(code: code, text: code, kind: .yesNo), to: "g1") }
        return it
    }()

    private func order(_ it: Questionnaire) -> [String] { it.questions.map(\.code) }

    /// What a change makes of it, or nil where it says that nothing was done.
    private func after(_ it: Questionnaire, _ change: (inout Questionnaire) -> Bool) -> Questionnaire? {
        var changed = it
        return change(&changed) ? changed : nil
    }

    @Test func questionsMoveWithinAndAcrossGroups() throws {
        let up = try #require(after(Self.three) { $0.move(.question("q3"), by: -1) })
        #expect(order(up) == ["q1", "q3", "q2"])
        #expect(after(up) { $0.move(.question("q1"), by: -1) } == nil)
        var two = up
        let page = two.addPage()
        let over = try #require(after(two) { $0.move(.question("q2"), by: 1) })
        #expect(over.pages.map { $0.questions.map(\.code) } == [["q1", "q3"], ["q2"]])
        let group = try #require(over.page(page)?.groups.first?.code)
        let behind = try #require(after(over) { $0.move("q1", to: group, after: "q2") })
        #expect(order(behind) == ["q3", "q2", "q1"])
        let head = try #require(after(behind) { $0.move("q1", to: "g1", after: nil) })
        #expect(order(head) == ["q1", "q3", "q2"])
        // Nowhere, behind itself, or behind one of another group: nothing moves.
        #expect(after(head) { $0.move("q1", to: "nowhere", after: nil) } == nil)
        #expect(after(head) { $0.move("q1", to: "g1", after: "q1") } == nil)
        #expect(after(head) { $0.move("q1", to: "g1", after: "q2") } == nil)
    }

    @Test func whatACorrectionChangesIsNamed() throws {
        typealias Change = QuestionnaireChange
        let old = Self.three
        #expect(Change.all(from: old, to: old).isEmpty)
        let without = try #require(after(old) { $0.drop(.question("q2")) })
        #expect(
            Change.all(from: old, to: without)
                == [Change(kind: .dropped, place: .init(question: "q2"), before: "q2", after: "")])
        var now = without
        let kind = Question.Kind.single(.init(options: [.init(code: "a", text: "步行")]))
        _ = now.add(Question(code: "q4", text: "怎样来的？", kind: kind), to: "g1")
        var renamed = now
        renamed.pages[0].groups[0].questions[0].text = "今年修过路吗？"
        guard case .single(var single) = kind else { return }
        single.options.append(.init(code: "b", text: "自行车"))
        renamed.pages[0].groups[0].questions[2].kind = .single(single)
        renamed.pages[0].groups[0].questions[2].isRequired = true
        #expect(
            Change.all(from: now, to: renamed) == [
                Change(kind: .text, place: .init(question: "q1"), before: "q1", after: "今年修过路吗？"),
                Change(kind: .added, place: .init(question: "q4", option: "b"), before: "", after: "自行车"),
                Change(kind: .required, place: .init(question: "q4"), before: "", after: ""),
            ])
        let moved = try #require(after(old) { $0.move(.question("q3"), by: -1) })
        #expect(Set(Change.all(from: old, to: moved).map(\.kind)) == [.moved])
    }

    @Test func groupsGoOnIntoTheNextPage() throws {
        var it = Self.three
        let second = it.addPage()
        let added = it.addGroup(to: "p1")
        let group = try #require(added)
        let moved = try #require(after(it) { $0.move(.group(group), by: 1) })
        #expect(moved.page(second)?.groups.map(\.code).first == group)
        #expect(after(moved) { $0.move(.page(second), by: -1) }?.pages.map(\.code) == [second, "p1"])
    }

    @Test func whatIsDroppedComesBackWhereItWas() throws {
        let old = Self.three
        let without = try #require(after(old) { $0.drop(.question("q2")) })
        #expect(order(without) == ["q1", "q3"])
        #expect(after(without) { $0.restore(.question("q2"), from: old) } == old)
        #expect(after(old) { $0.restore(.question("q2"), from: old) } == nil)
        let empty = try #require(after(old) { $0.drop(.page("p1")) })
        var limited = old
        limited.quotas = [Questionnaire.Quota(code: "a", condition: "q1", most: 1)]
        let open = try #require(after(limited) { $0.drop(.quota("a")) })
        #expect(open.quotas.isEmpty && after(open) { $0.restore(.quota("a"), from: limited) } == limited)
        #expect(empty.pages.isEmpty && after(empty) { $0.restore(.page("p1"), from: old) } == old)
        // Its group has gone meanwhile: into the last one that is there.
        var other = try #require(after(old) { $0.drop(.question("q1")) })
        let page = other.addPage()
        let alone = try #require(after(other) { $0.drop(.page("p1")) })
        let back = try #require(after(alone) { $0.restore(.question("q1"), from: old) })
        #expect(back.page(page)?.groups.first?.questions.map(\.code) == ["q1"])
    }

    @Test func aCopyHasACodeOfItsOwn() {
        var it = Self.three
        let (code, nothing) = (it.duplicate("q1"), it.duplicate("q9"))
        #expect(code == "q4" && nothing == nil && order(it) == ["q1", "q4", "q2", "q3"])
    }

    @Test func linesKeepTheirCodes() throws {
        let lines = try OptionLines("b | 满意\n不满意\no1 ｜ 一般 | *\n\n其他 | 或者 | ? q1 = 'a' or q2 = 'b'", prefix: "o")
        #expect(lines.options.map(\.code) == ["b", "o2", "o1", "o3"])
        #expect(lines.options.map(\.text) == ["满意", "不满意", "一般", "其他 | 或者"])
        #expect(lines.options.map(\.isExclusive) == [false, false, true, false])
        #expect(lines.options.last?.condition == "q1 = 'a' or q2 = 'b'")
        #expect(try OptionLines(lines.text, prefix: "x") == lines)
    }

    @Test(arguments: ["? 不知道", "*", "＊", "？", "\\?", "\\\\*", "一 | ? 二", "一 | * | 三", "\\一", "| 一", "a", "一 |  | 二"])
    func wordsThatLookLikeMarksKeepTheirCode(_ words: String) throws {
        let one = OptionLines(options: [
            Question.Option(code: "o3", text: words),
            Question.Option(code: "o1", text: words, isExclusive: true, condition: "q1 = 'a'"),
        ])
        #expect(try OptionLines(one.text, prefix: "o") == one)
    }

    @Test func brokenWordsStayOneOption() throws {
        let broken = OptionLines(options: [Question.Option(code: "o3", text: "一\n二｜三", condition: "q1 = 'a'\nor q2")])
        #expect(broken.text == "o3 | 一 二 | 三 | ? q1 = 'a' or q2")
        #expect(try OptionLines(broken.text, prefix: "o").options.map(\.code) == ["o3"])
    }

    @Test func optionsFollowWhatWasChosenBefore() {
        let options = [
            Question.Option(code: "o1", text: "窗口"), Question.Option(code: "o2", text: "网上"),
            Question.Option(code: "o3", text: "都没有", isExclusive: true),
        ]
        func typed(_ kind: Question.Kind, _ lines: String, isChosen: Bool = true) -> String? {
            ChosenBefore(Question(code: "q1", kind: kind)).conditions(in: lines, isChosen: isChosen)
        }
        let several = Question.Kind.multiple(.init(options: options))
        #expect(
            typed(several, "r1 | 网上\n电话\n\n窗口 | ? q2 = true")
                == "r1 | 网上 | ? 'o2' in q1\n电话\n\n窗口 | ? q2 = true")
        #expect(typed(several, "网上", isChosen: false) == "网上 | ? not (answered(q1) and 'o2' in q1)")
        #expect(typed(several, "o1 | 电话") == nil, "the code alone means nothing")
        // Nothing typed yet: those of the other question.
        #expect(typed(several, " \n") == "o1 | 窗口 | ? 'o1' in q1\no2 | 网上 | ? 'o2' in q1")
        #expect(typed(.single(.init(options: options)), "网上") == "网上 | ? q1 == 'o2'")
        let numbers = Question.Kind.matrix(.init(rows: options, columns: options, cell: .number(.init())))
        #expect(typed(numbers, "网上", isChosen: false) == "网上 | ? not answered(q1.o2)")
    }

    @Test(arguments: [("a | x\na | y", 2, OptionLines.Fault.Kind.twice), ("a |", 1, .empty)])
    func wrongLinesAreNamed(_ text: String, _ line: Int, _ kind: OptionLines.Fault.Kind) {
        #expect { try OptionLines(text, prefix: "o") } throws: { error in
            let fault = error as? OptionLines.Fault
            return fault?.line == line && fault?.kind == kind
        }
    }

    @Test func aCorrectionKeepsWhatAnswersName() {
        func version(_ kind: Question.Kind, code: String = "q1") -> Questionnaire {
            var it = Questionnaire.blank(title: "")
            _ = it.add(Question(code: code, kind: kind), to: "g1")
            return it
        }
        func options(_ codes: String...) -> Question.Kind {
            .single(Question.Single(options: codes.map { Question.Option(code: $0, text: $0) }))
        }
        let first = version(options("a", "b"))
        #expect(CorrectionFault.all(from: [first], to: version(options("b", "a", "c"))).isEmpty)
        #expect(
            CorrectionFault.all(from: [first], to: version(options("a", "x")))
                .map { "\($0.code) \($0.kind) \($0.codes)" } == ["q1 option [\"b\"]"])
        #expect(CorrectionFault.all(from: [first], to: version(.yesNo)).map(\.kind) == [.kind])
        func scale(_ from: Int, _ to: Int) -> Questionnaire {
            version(.scale(Question.Scale(from: from, to: to, labels: ["差", "好"])))
        }
        #expect(CorrectionFault.all(from: [scale(1, 5)], to: scale(1, 5)).isEmpty)
        #expect(CorrectionFault.all(from: [scale(1, 5)], to: scale(1, 10)).map(\.kind) == [.scale])
        // Dropped is allowed; the same code for something new later is not.
        let second = version(.yesNo, code: "q2")
        #expect(CorrectionFault.all(from: [first], to: second).isEmpty)
        #expect(CorrectionFault.all(from: [first, second], to: version(.yesNo)).map(\.kind) == [.reused])
    }

    @Test func aCorrectionKeepsWhatQuotasCount() {
        func version(_ quotas: [String: String]) -> Questionnaire {
            var it = Self.three
            it.quotas = quotas.sorted { $0.key < $1.key }.map {
                Questionnaire.Quota(code: $0.key, condition: $0.value, most: 10)
            }
            return it
        }
        let first = version(["a": "q1"])
        #expect(CorrectionFault.all(from: [first], to: version(["a": "q1", "b": "q2"])).isEmpty)
        #expect(CorrectionFault.all(from: [first], to: version([:])).isEmpty)
        #expect(
            CorrectionFault.all(from: [first], to: version(["a": "not q1"])).map { "\($0.code) \($0.kind)" } == [
                "a quota"
            ])
        // Gone for a version, its places were given back.
        #expect(CorrectionFault.all(from: [first, version([:])], to: first).map(\.kind) == [.quota])
    }

    @Test func codesOfWhatIsGoneStayFree() {
        var it = Self.three
        _ = it.drop(.question("q3"))
        #expect(it.freeCode("q") == "q3" && it.freeCode("q", used: ["q3", "q4"]) == "q5")
        let (copy, page) = (it.duplicate("q1", used: ["q3"]), it.addPage(used: ["p2"]))
        #expect(copy == "q4" && page == "p3")
        // So it can come back.
        #expect(after(it) { $0.restore(.question("q3"), from: Self.three) } != nil)
    }
}
