import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation
@testable import Web

/// Polls that stand in the page of a consultation.
extension FillingTests {
    private func runHosted(
        _ change: (inout QuestionnaireScene.Terms) -> Void = { _ in },
        _ test: @escaping @Sendable (QuestionnaireScene, TestBrowser, _ host: String) async throws -> Void
    ) async throws {
        try await run(
            QuestionnaireScene.poll,
            {
                $0.kind = "poll"
                change(&$0)
            }
        ) { scene, browser in
            let host = try await scene.county.announce()
            _ = try await scene.database.owner.write {
                try $0.execute("update questionnaires set procedure_id = \(host.id)")
            }
            try await test(scene, browser, "/consultations/\(host.number)")
        }
    }

    @Test func whatIsChosenElsewhereIsSaidNotToBeSent() async throws {
        try await runHosted { scene, browser, host in
            let start = "/questionnaires/\(scene.number)"
            try await browser.post(start + "/choice", [("a.road", "west")])
            #expect(browser.page.contains("value=\"west\" checked") && browser.page.contains("还没有提交，请再按一次“提交”"))
            #expect(browser.page.contains("href=\"\(host)#poll-\(scene.number)\""))
            let nothing = try await browser.post(start + "/choice", [])
            #expect(nothing.status == .unprocessableContent && browser.page.contains("请先选一项"))
            #expect(browser.page.contains("href=\"#a.road\"") && !browser.page.contains("还没有提交，"))
        }
    }

    @Test func aPollIsSaidToBeNoVoteWhereverItStands() async throws {
        try await runHosted { scene, browser, host in
            for page in [host, "/questionnaires/\(scene.number)"] {
                try await browser.get(page)
                #expect(browser.page.contains("不是投票表决"), "\(page)")
            }
        }
        try await run(QuestionnaireScene.poll, { ($0.kind, $0.voice) = ("poll", "code") }) { scene, browser in
            try await browser.get("/questionnaires/\(scene.number)")
            #expect(browser.page.contains("不是投票表决"))
        }
    }

    @Test func aPollSaysOfWhichMomentItsFiguresAre() async throws {
        try await runHosted { scene, browser, host in
            _ = try await scene.database.owner.write {
                try $0.execute("update questionnaires set results_shown = 'live'")
            }
            try await browser.get(host + "?before=999999")
            #expect(browser.page.contains("隔一段时间更新") && !browser.page.contains("不是最新的"))
            let start = "/questionnaires/\(scene.number)"
            for _ in 1...5 {
                let other = browser.another()
                try await other.get(start)
                let sent = try await answer(other, start + "/fill/p", [("a.road", "west")], do: "send")
                #expect(sent.status == .seeOther)
            }
            try await scene.tally()
            _ = try await scene.database.work.write { try $0.value("select show_results()", as: Int.self) }
            for page in [host + "?before=999998", start + "/results"] {
                try await browser.get(page)
                #expect(browser.page.contains("不是最新的：要再收到至少 5 份答卷"), "\(page)")
            }
        }
    }

    @Test func onlyAnOpenPollLeadsToItsAnswering() async throws {
        try await runHosted({ $0.voice = "code" }) { scene, browser, host in
            try await browser.get(host)
            #expect(browser.page.contains("href=\"/questionnaires/\(scene.number)\"") && browser.page.contains("去回答"))
            try await scene.act("select suspend_questionnaire(\(scene.id), true)")
            // With a search it is not the page that is kept for all.
            try await browser.get(host + "?before=999999")
            #expect(browser.page.contains("先修哪一段路？") && browser.page.contains("暂时停止接收"))
            #expect(!browser.page.contains("去回答"))
        }
    }
}
