import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("The list of submissions")
struct SubmissionListTests {
    @Test func screensManyAndTakesItBack() async throws {
        try await DeskScene.run { desk in
            let first = try await desk.scene.submit("时限太长", row: 2)
            let second = try await desk.scene.submit("请打 13800138000", channel: .letter)
            let browser = try await desk.browser()
            let list = desk.desk + "/submissions"
            try await browser.get(list)
            #expect(browser.page.contains(first.number) && browser.page.contains("0 / 2 件已办完"))
            #expect(browser.page.contains("第 2 行") && browser.page.contains("可能有个人信息"))

            let batch = try #require(browser.hidden("batch"))
            let fields = [
                ("ids", "\(first.id)"), ("ids", "\(second.id)"), ("action", "hide"), ("code", "abuse"),
                ("batch", batch),
            ]
            let hidden = try await browser.post(list + "?view=pending", fields)
            // A second press is the same step.
            try await browser.get(list)
            _ = try await browser.post(list + "?view=pending", fields)
            try await browser.follow(hidden)
            #expect(browser.page.contains("已隐去 2 件") && browser.page.contains("撤销这 2 件"))
            #expect(browser.page.contains("没有待看的意见"))
            let undone = try await browser.post(list + "/undo?view=hidden", [("batch", batch)])
            #expect(undone.headers[.location] == list + "?view=hidden")
            try await browser.follow(undone)
            #expect(browser.page.contains("2 件恢复原样"))
            try await browser.get(list)
            #expect(browser.page.contains(first.number) && browser.page.contains(second.number))
        }
    }

    @Test func turnsPagesForthAndBack() async throws {
        try await DeskScene.run { desk in
            for ordinal in 1...101 { try await desk.scene.submit("第\(ordinal)件", channel: .letter) }
            let browser = try await desk.browser("clerk")
            let list = desk.desk + "/submissions?view=all"
            func links() -> [String] {
                browser.page.matches(of: /<a rel="(prev|next)" href="[^"]*after=(\d+)"/).map { "\($0.1) \($0.2)" }
            }
            try await browser.get(list)
            #expect(links() == ["next 50"])
            try await browser.get(list + "&after=50")
            // The page before is the first, which has its own link.
            #expect(links() == ["next 100"] && browser.page.contains("href=\"\(desk.desk)/submissions?view=all\""))
            try await browser.get(list + "&after=100")
            #expect(links() == ["prev 50"] && browser.page.contains("第101件"))
        }
    }

    @Test func narrowsTheListAndKeepsIt() async throws {
        try await DeskScene.run { desk in
            let letter = try await desk.scene.submit("来信：100%支持", channel: .letter)
            let web = try await desk.scene.submit("网上的意见", row: 1)
            let browser = try await desk.browser("clerk")
            let list = desk.desk + "/submissions"
            try await browser.get(list + "?view=all&channel=letter&q=100%25")
            #expect(browser.page.contains(letter.number) && !browser.page.contains(web.number))
            #expect(browser.page.contains("channel=letter&amp;q=100%25"))
            try await browser.get(list + "?view=all&row=1")
            #expect(!browser.page.contains(letter.number) && browser.page.contains(web.number))
            try await browser.get(list + "?view=nonsense&channel=x&after=zz")
            #expect(browser.page.contains(letter.number) && browser.page.contains(web.number))
            try await browser.get(list + "?view=all&q=" + URLEncodedFields.encode("没有这句话"))
            #expect(browser.page.contains("没有符合条件的意见"))
            // A clerk screens but does not answer.
            #expect(!browser.page.contains("作同一个答复"))
        }
    }

    @Test func givesSeveralTheSameAnswer() async throws {
        try await DeskScene.run { desk in
            let first = try await desk.scene.submit("一")
            let second = try await desk.scene.submit("二")
            try await desk.scene.answer(second.id, .notAdopted, "已经答复过")
            let browser = try await desk.browser()
            let list = desk.desk + "/submissions?view=all"
            try await browser.get(list)
            let nobody = try await browser.post(list, [("action", "show")])
            #expect(nobody.status == .unprocessableContent && browser.page.contains("请先勾选"))
            let noReason = try await browser.post(list, [("action", "hide"), ("ids", "\(first.id)")])
            #expect(noReason.status == .unprocessableContent && browser.page.contains("请选择隐去的理由"))
            let ids = [("ids", "\(first.id)"), ("ids", "\(second.id)")]
            let typed = try await browser.post(
                list, ids + [("action", "answer"), ("outcome", "transferred"), ("reason", "不归我们管\n请另找")])
            #expect(typed.status == .unprocessableContent && browser.page.contains("请写明转到哪个单位"))
            #expect(browser.page.contains("不归我们管\n请另找</textarea>"))
            #expect(browser.page.contains("value=\"\(first.id)\" aria-label=\"\(first.number)\" checked"))
            let answered = try await browser.post(
                list, ids + [("action", "answer"), ("outcome", "adopted"), ("reason", "已改。")])
            try await browser.follow(answered)
            #expect(browser.page.contains("已答复 1 条意见") && browser.page.contains("2 / 2 件已办完"))
        }
    }

    @Test func othersAreKeptOut() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("一")
            let stranger = try await desk.browser("stranger")
            #expect(try await stranger.get(desk.desk + "/submissions").status == .notFound)
            #expect(try await stranger.get("/desk/submissions/\(sent.number)").status == .notFound)
            let approver = try await desk.browser("approver")
            try await approver.get(desk.desk + "/submissions")
            #expect(approver.page.contains(sent.number) && !approver.page.contains("name=\"ids\""))
            let refused = try await approver.post(
                desk.desk + "/submissions", [("ids", "\(sent.id)"), ("action", "show")])
            #expect(refused.status == .forbidden)
            #expect(try await desk.browser().get("/desk/procedures/C-2020-1/submissions").status == .notFound)
        }
    }
}
