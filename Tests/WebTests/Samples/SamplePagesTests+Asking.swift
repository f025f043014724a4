import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Web

/// The interviewer's page asks as the respondent's own does.
extension SamplePagesTests {
    /// How a question stands in the page that is not asked now.
    static func off(_ code: String, _ kind: String) -> String {
        "data-question=\"\(code)\" data-kind=\"\(kind)\" hidden disabled"
    }

    /// A clerk with somebody in hand. Returns the key of the call.
    private func calling(_ place: String, _ clerk: TestBrowser) async throws -> String {
        try await clerk.get(place)
        try await clerk.follow(try await clerk.post(place + "/next", []))
        return try #require(clerk.hidden("call"))
    }

    /// Without a script: each press brings what the answers ask for, and loses nothing.
    @Test func theServerFollowsTheAnswers() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001")
            let clerk = try await scene.browser("clerk")
            let call = try await calling(place, clerk)
            #expect(clerk.hidden("asked") == "content age")
            #expect(clerk.page.contains(Self.off("why", "text")) && clerk.page.contains("data-page=\"detail\" hidden"))
            let unhappy = [("call", call), ("version", "1"), ("a.content", "false"), ("a.age", "40")]
            let more = try await clerk.post(
                place + "/call", unhappy + [("act", "done"), ("asked", "content age")])
            #expect(more.status == .conflict && clerk.page.contains("后面还有要问的题"))
            #expect(clerk.hidden("asked") == "content why slow age" && clerk.page.contains("value=\"40\""))
            #expect(
                !clerk.page.contains(Self.off("why", "text")) && !clerk.page.contains("data-page=\"detail\" hidden"))
            // What was only just asked for was not complained of; now it is.
            #expect(!clerk.page.contains("还没有问到"))
            let asked = [("asked", "content why slow age"), ("act", "done")]
            let missing = try await clerk.post(place + "/call", unhappy + asked)
            #expect(missing.status == .unprocessableContent && clerk.page.contains("为什么不满意？ 还没有问到。"))
            let answered = unhappy + [("a.why", "排队"), ("a.slow", "queue")] + asked
            #expect(try await clerk.post(place + "/call", answered).status == .seeOther)
            let answers: String = try await scene.questionnaire.value("select answers ->> 'why' from answer_sheets")
            #expect(answers == "排队")
        }
    }

    /// What hangs on an answer that cannot be read is not lost with it, and all complaints come at once.
    @Test func whatCannotBeReadLosesNothing() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions[1].condition = "age > 30"
        let about = content.pages.removeLast()
        content.pages.insert(about, at: 0)
        try await run(content) { scene in
            let place = try await scene.sample("0762-0000001")
            let clerk = try await scene.browser("clerk")
            let call = try await calling(place, clerk)
            let wrong = try await clerk.post(
                place + "/call",
                [
                    ("call", call), ("version", "1"), ("act", "done"), ("asked", "age content why"), ("a.age", "四十"),
                    ("a.why", "排队"),
                ])
            #expect(wrong.status == .unprocessableContent)
            #expect(clerk.page.contains("id=\"a.age-error\"") && clerk.page.contains("id=\"a.content-error\""))
            #expect(clerk.page.contains("value=\"四十\"") && clerk.page.contains("排队</textarea>"))
            #expect(!clerk.page.contains(Self.off("why", "text")) && !clerk.page.contains("这一题不问"))
            // Nor when the page is loaded again.
            try await clerk.get(place + "/call")
            #expect(clerk.page.contains("排队</textarea>"))
        }
    }

    /// While the call goes on it is said what cannot be.
    @Test func whatIsKeptMeanwhileIsChecked() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001")
            let clerk = try await scene.browser("clerk")
            let call = try await calling(place, clerk)
            let saved = try await clerk.post(
                place + "/call/save", [("call", call), ("version", "1"), ("a.age", "200"), ("a.content", "true")])
            #expect(String(buffer: saved.body).contains("请再问一下：您多大？ 不能大于 120。"))
        }
    }

    @Test func theInterviewerReadsInTheOrderOfTheSheet() async throws {
        let options = (0..<8).map { Question.Option(code: "o\($0)", text: "第\($0)项") }
        let question = Question(
            code: "pick", text: "哪一项？",
            kind: .single(.init(options: options, other: "别的", comment: "为什么", isShuffled: true)))
        let content = Questionnaire(
            title: "选一项", pages: [.init(code: "p", groups: [.init(code: "g", questions: [question])])])
        try await run(content) { scene in
            let place = try await scene.sample("0762-0000001")
            let clerk = try await scene.browser("clerk")
            let key = try #require(UUID(uuidString: try await calling(place, clerk)))
            let shown = clerk.page.matches(of: /name="a\.pick" value="(o[0-9])"/).map { String($0.1) }
            // As the respondent's own page would show this very sheet.
            let drawn = try Answering(questionnaire: content, seed: key.seed).shown([:]).questions
            #expect(shown.count == 8 && shown == drawn.first?.kind.options.map(\.code))
            // What is read aloud, and what not, stands in words.
            #expect(clerk.page.contains("题目和选项照原话念"))
            #expect(clerk.page.contains("访问员：念完题目，逐个念选项，选对方说的那一个。“别的”不念"))
            #expect(clerk.page.contains("选好以后再问“为什么”，照原话记下"))
            // Whoever answers alone is not told how to read.
            let visitor = scene.visitor
            try await visitor.get("/questionnaires/\(scene.questionnaire.number)/fill/p")
            #expect(visitor.page.contains("哪一项？") && !visitor.page.contains("访问员"))
        }
    }
}
