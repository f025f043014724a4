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
        asking content: Questionnaire = QuestionnaireScene.poll,
        _ change: (inout QuestionnaireScene.Terms) -> Void = { _ in },
        _ test: @escaping @Sendable (QuestionnaireScene, TestBrowser, _ host: String) async throws -> Void
    ) async throws {
        try await run(
            content,
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

    @Test func aPollOffersThereWhatItsOwnPageOffers() async throws {
        func poll(_ single: Question.Single) -> Questionnaire {
            var poll = QuestionnaireScene.poll
            poll.pages[0].groups[0].questions[0].kind = .single(single)
            return poll
        }
        let options: [Question.Option] = [.init(code: "east", text: "东段"), .init(code: "west", text: "西段")]
        try await runHosted(asking: poll(.init(options: options, other: "别的路"))) { scene, browser, host in
            try await browser.get(host)
            #expect(browser.page.contains("value=\"_other\"") && browser.page.contains("别的路"))
            #expect(browser.page.contains("name=\"a.road.other\""))
            let (start, chosen) = ("/questionnaires/\(scene.number)", [("a.road", "_other"), ("a.road.other", "南段")])
            try await browser.post(start + "/choice", chosen)
            #expect(browser.page.contains("value=\"南段\"") && browser.page.contains("还没有提交"))
            try await browser.follow(try await answer(browser, start + "/fill/p", chosen, do: "send"))
            #expect(browser.page.contains("<dd>南段</dd>"))
        }
        // Its order is drawn on its own page: this one is alike for everyone.
        try await runHosted(asking: poll(.init(options: options, isShuffled: true))) { scene, browser, host in
            try await browser.get(host)
            #expect(!browser.page.contains("name=\"a.road\"") && browser.page.contains("去回答"))
        }
    }

    /// A choice needs no token, as the page it stands in is alike for everyone; so another site can send one, too. A sheet that it names would be
    /// one that its maker knows, and reads.
    @Test(arguments: [QuestionnaireScene.poll, QuestionnaireScene.content])
    func aChoiceFromElsewhereNamesNoSheet(_ content: Questionnaire) async throws {
        try await run(content) { scene, browser in
            let known = UUID().uuidString.lowercased()
            let chosen = [("sheet", known), ("a.road", "west"), ("a.content", "true")]
            let told = try await browser.post(
                "/questionnaires/\(scene.number)/choice", chosen, headers: [.origin: "null"])
            #expect(told.status == .ok && browser.page.contains(" checked"))
            let sheet = try #require(browser.hidden("sheet"))
            #expect(sheet != known && browser.cookies["sheet-\(scene.number)"] != known)
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
