import Questionnaires
import Testing

@testable import Web

@Suite("What is typed into the builder's forms")
struct PieceFormTests {
    private let texts: Texts

    init() throws { texts = try TestSite.texts(.chinese) }

    private func form(_ subject: PieceForm.Subject, _ fields: [(String, String)]) -> PieceForm {
        PieceForm(subject, FormData(fields: fields.map { FormData.Field(name: $0, value: $1) }))
    }

    private func read(
        _ subject: PieceForm.Subject, _ fields: [(String, String)]
    ) -> (piece: QuestionnairePiece?, errors: [FormErrors.Item]) {
        var errors = FormErrors()
        let piece = form(subject, fields).piece(asked: [], errors: &errors, texts)
        return (piece, errors.items)
    }

    @Test func conditionsAreChosenFromEarlierQuestions() throws {
        var content = Questionnaire.blank(title: "选")
        let options = [Question.Option(code: "o1", text: "步行"), Question.Option(code: "o2", text: "骑车")]
        for (code, kind) in [
            ("q1", Question.Kind.single(.init(options: options))), ("q2", .multiple(.init(options: options))),
            ("q3", .yesNo), ("q4", .number(.init())), ("q5", .text(.init())), ("q6", .yesNo),
        ] {
            _ = content.add(Question(code: code, text: "？", kind: kind), to: "g1")
        }
        let subject = PieceForm.Subject.question("q6", .yesNo)
        let picks = try #require(ConditionPicks(for: subject, into: nil, in: content, isOpen: false, texts))
        #expect(picks.asked.count == 5)
        #expect(picks.asked.first?.picks.map(\.text) == ["选了“步行”", "没有选“步行”", "选了“骑车”", "没有选“骑车”"])
        // Each is a condition that may stand there.
        for pick in picks.asked.flatMap(\.picks) {
            let condition = try #require(picks.formula(pick.value, number: "３"))
            let question = Question(code: "q6", text: "？", kind: .yesNo, condition: condition)
            #expect(PieceFault.all(putting: .question(question), into: content, texts).isEmpty, "\(condition)")
        }
        #expect(picks.formula("q4 >= #", number: "很多") == nil && picks.formula("q9 = 1", number: "") == nil)
        var form = PieceForm(subject)
        form.add("q1 = 'o1'", instead: false)
        form.add("q3 = true", instead: true)
        form.add("q4 >= 3", instead: false)
        #expect(form["condition"] == "(q1 = 'o1' or q3 = true) and q4 >= 3")
        #expect(ConditionPicks(for: .question("q1", .single), into: nil, in: content, isOpen: false, texts) == nil)
    }

    @Test func aNewQuestionnaireOpensItsWordsWithoutAFault() {
        #expect(PieceFault.all(of: .words, in: .blank(title: "新"), texts).isEmpty)
        #expect(PieceFault.all(of: .words, in: .blank(title: ""), texts).map(\.field) == ["title"])
    }

    private struct NotAQuestion: Error {}

    @Test(arguments: [Question.Kind.Form.single, .multiple])
    func aCommentIsBuiltAndFilledInAgain(_ shape: Question.Kind.Form) throws {
        let fields = [("text", "哪样？"), ("options", "水\n电")]
        let piece = try #require(read(.question("q1", shape), fields + [("comment", "请说明")]).piece)
        guard case .question(let question) = piece else { throw NotAQuestion() }
        #expect(question.kind.comment == "请说明" && PieceForm(piece)["comment"] == "请说明")
        let none = try #require(read(.question("q1", shape), fields).piece)
        guard case .question(let plain) = none else { throw NotAQuestion() }
        #expect(plain.kind.comment == nil)
    }

    /// What leaves no room for others is a matter of several choices only.
    @Test func onlySeveralChoicesAreToldOfTheStar() {
        func hints(_ shape: Question.Kind.Form) -> [String] {
            PieceForm(.question("q1", shape)).fields(errors: FormErrors(), texts).compactMap(\.hint)
        }
        #expect(hints(.multiple).contains { $0.contains("| * 表示") })
        for shape in [Question.Kind.Form.single, .matrix, .matrixTexts] {
            #expect(!hints(shape).contains { $0.contains("| * 表示") } && hints(shape).contains { $0.contains("| ? 条件") })
        }
    }

    @Test func howManyFilesIsBuiltAndFilledInAgain() throws {
        let piece = try #require(read(.question("q1", .file), [("text", "照片"), ("most", "3")]).piece)
        guard case .question(let question) = piece else { throw NotAQuestion() }
        #expect(question.kind == .file(.init(most: 3)) && PieceForm(piece)["most"] == "3")
        #expect(read(.question("q1", .file), [("text", "照片"), ("most", "6")]).errors.map(\.field) == ["most"])
    }

    @Test func aMatrixOfTextsIsBuiltAndFilledInAgain() throws {
        let fields = [("text", "为什么？"), ("rows", "水\n电"), ("columns", "原因")]
        let piece = try #require(read(.question("q1", .matrixTexts), fields + [("most", "40")]).piece)
        guard case .question(let question) = piece else { throw NotAQuestion() }
        #expect(
            question.kind.form == .matrixTexts && question.counted.map(\.text) == ["为什么？ · 水 · 原因", "为什么？ · 电 · 原因"])
        #expect(PieceForm(piece)["most"] == "40")
        #expect(read(.question("q1", .matrixTexts), fields + [("most", "201")]).errors.map(\.field) == ["most"])
    }

    @Test func aScaleTheWrongWayRoundIsSaid() {
        let scale = [("text", "您满意吗？"), ("from", "5"), ("to", "1"), ("initial", "3")]
        #expect(read(.question("q1", .scale), scale).errors.map(\.field) == ["to", "initial"])
    }

    @Test(arguments: ["inf", "nan", "1e999", "0x10", "-1", "11"])
    func whatIsNoNumberOrNotAllowedIsNotFilledIn(_ initial: String) {
        let number = [("text", "几次？"), ("least", "0"), ("most", "10")]
        #expect(
            read(.question("q1", .number), number + [("initial", initial)]).errors.map(\.field) == ["initial"])
        #expect(read(.question("q1", .number), number + [("initial", "１０")]).errors.isEmpty)
    }

    @Test(arguments: ["inf", "0x10", "1e3"])
    func limitsAreTypedInDigits(_ most: String) {
        let errors = read(.question("q1", .number), [("text", "几次？"), ("most", most)]).errors
        #expect(errors.map(\.field) == ["most"])
    }

    @Test func ticksAndKindsOfAnotherAreNamed() {
        let mine = form(
            .question("q1", .text),
            [("csrf", "x"), ("version", "3"), ("kind", "text"), ("flags", ""), ("text", "甲"), ("most", "200")])
        func stored(_ kind: Question.Kind, isRequired: Bool = false) -> PieceForm {
            PieceForm(.question(Question(code: "q1", text: "甲", kind: kind, isRequired: isRequired)))
        }
        func differing(_ other: PieceForm) -> [String] {
            mine.differing(from: other, texts).map { "\($0.label) \($0.text)" }
        }
        #expect(differing(stored(.text(Question.Text()))).isEmpty)
        #expect(differing(stored(.text(Question.Text()), isRequired: true)) == ["规则 必须回答"])
        #expect(differing(stored(.yesNo)) == ["题型 是否"])
    }

    @Test func anotherKindKeepsWhatWasTyped() throws {
        let typed = [
            ("text", "甲"), ("options", "一\n二"), ("initial", "一"), ("flags", "drop_down"), ("flags", "required"),
        ]
        let yesNo = form(.question("q1", .yesNo), typed)
        let carried = yesNo.carried(besides: yesNo.fields(errors: FormErrors(), texts))
        #expect(carried.map { "\($0.name)=\($0.value)" } == ["options=一\n二", "flags=drop_down"])
        // It is carried, not read: this kind has no field for it.
        let (piece, errors) = read(.question("q1", .information), typed + [("validation", "q0")])
        #expect(errors.isEmpty)
        #expect(piece == .question(Question(code: "q1", text: "甲", kind: .information)))
    }

    @Test func whatIsMissingIsNamedAsItsFieldIs() {
        #expect(read(.words, []).errors.map(\.text) == ["请填写“问卷名称”。"])
        let quota = read(.quota("a"), [("title", "城里人"), ("most", "10")])
        #expect(quota.errors.map(\.text) == ["请填写“算进配额的条件”。"])
    }
}
