import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation
@testable import Web

/// What those who answer are told on their way.
extension FillingTests {
    @Test func whatIsKeptIsSaidSoThatItHoldsForWhoeverReadsIt() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            #expect(!browser.page.contains("填过的内容已经保存。"))
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            #expect(browser.page.contains("填过的内容已经保存。 <a href=\"\(start)/kept\">用保存码以后再填</a>"))
            #expect(browser.page.contains("<a href=\"\(start)/kept#forget\">换一个人填</a>"))
            try await browser.get(start + "/kept")
            #expect(browser.page.contains("id=\"forget\""))
        }
    }

    @Test func aNoteThatIsASentenceGetsNoSecondStop() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let fields = browser.hiddenFields
            var content = QuestionnaireScene.content
            content.closing = "非常感谢。"
            try await scene.correct(content, note: "改了结束语。")
            try await browser.post(start + "/fill/service", fields + [("a.content", "true"), ("do", "next")])
            #expect(browser.page.contains("问卷刚刚更正过：改了结束语。请再看一遍这一页。"))
        }
    }

    @Test func allThatIsWrongOnAPageIsSaidAtOnce() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions += [
            Question(code: "trips", text: "跑了几趟？", kind: .number(.init(least: 0, most: 9)), isRequired: true),
            Question(
                code: "day", text: "哪天最方便？", kind: .date(.init(first: "2026-12-01", last: "2026-12-31"))),
        ]
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            #expect(browser.page.contains("2026年12月1日至2026年12月31日。"))
            let wrong = [("a.trips", "两趟"), ("a.day", "2027-01-05")]
            let again = try await answer(browser, start + "/fill/service", wrong)
            #expect(again.status == .unprocessableContent && browser.page.contains("不能晚于2026年12月31日。"))
            #expect(browser.page.contains("value=\"两趟\""))
            let said = ["content", "trips", "day"].compactMap {
                browser.page.range(of: "href=\"#a.\($0)\"")?.lowerBound
            }
            #expect(said.count == 3 && said == said.sorted())
        }
    }

    @Test func aCommentGoesWithItsChoice() async throws {
        var content = QuestionnaireScene.poll
        let options = [Question.Option(code: "east", text: "东段"), .init(code: "west", text: "西段")]
        content.pages[0].groups[0].questions = [
            Question(code: "road", text: "先修哪一段？", kind: .single(.init(options: options, comment: "为什么"))),
            Question(code: "next", text: "还修哪几段？", kind: .multiple(.init(options: options, comment: "请说明"))),
        ]
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            #expect(browser.page.contains("aria-label=\"西段 · 请说明\""))
            let alone = try await answer(browser, start + "/fill/p", [("a.road.comment", "近")], do: "send")
            #expect(alone.status == .unprocessableContent && browser.page.contains("您写了说明，还没有选。"))
            #expect(browser.page.contains("name=\"a.road.comment\" value=\"近\""))
            // Which comment is too long is said.
            let west = ("a.next", "west")
            let long = [("a.road", "east"), west, ("a.next.comment.west", String(repeating: "坑", count: 201))]
            let tooLong = try await answer(browser, start + "/fill/p", long, do: "send")
            #expect(tooLong.status == .unprocessableContent)
            #expect(browser.page.contains("“西段 · 请说明”：最多 200 个字。"))
            #expect(browser.page.contains("name=\"a.next\" value=\"west\" checked"))
            // Words beside one of several that is not ticked: whether it is meant is asked, and nothing is lost.
            let answers = [("a.road", "east"), ("a.road.comment", "近"), ("a.next.comment.west", "坑多")]
            let asked = try await answer(browser, start + "/fill/p", answers, do: "send")
            #expect(asked.status == .unprocessableContent)
            #expect(browser.page.contains("“西段”：您在旁边写了字，没有选这一项。请选上，或者把字删掉。"))
            #expect(browser.page.contains("value=\"坑多\"") && browser.page.contains("value=\"east\" checked"))
            #expect(!browser.page.contains("value=\"west\" checked"))
            try await browser.follow(try await answer(browser, start + "/fill/p", answers + [west], do: "send"))
            #expect(browser.page.contains("东段（近）") && browser.page.contains("西段（坑多）"))
        }
    }

    @Test func textsInAMatrixAreReadBackCellByCell() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions[0].kind = .matrix(
            .init(
                rows: [.init(code: "water", text: "水"), .init(code: "power", text: "电")],
                columns: [.init(code: "why", text: "原因")], cell: .text(most: 4)))
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            #expect(browser.page.contains("每格最多 4 个字。") && browser.page.contains("name=\"a.road.water.why\""))
            let long = [("a.road.water.why", "一二三四五"), ("a.road.power.why", "停电")]
            let again = try await answer(browser, start + "/fill/p", long, do: "send")
            #expect(again.status == .unprocessableContent && browser.page.contains("最多 4 个字。</p>"))
            #expect(browser.page.contains("value=\"一二三四五\""))
            let texts = [("a.road.water.why", "太贵"), ("a.road.power.why", "停电")]
            try await browser.follow(try await answer(browser, start + "/fill/p", texts, do: "send"))
            #expect(browser.page.contains("水 · 原因：太贵\n电 · 原因：停电"))
        }
    }

    @Test func numbersAreReadBackInTheirUnit() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions[0].kind = .matrix(
            .init(
                rows: [.init(code: "water", text: "水"), .init(code: "power", text: "电")],
                columns: [.init(code: "now", text: "今年")], cell: .number(.init(decimals: 1, unit: "元"))))
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let numbers = [("a.road.water.now", "12.5"), ("a.road.power.now", "30")]
            try await browser.follow(try await answer(browser, start + "/fill/p", numbers, do: "send"))
            #expect(browser.page.contains("水：今年 12.5 元\n电：今年 30 元"))
        }
    }
}
