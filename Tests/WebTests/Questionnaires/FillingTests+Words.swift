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
}
