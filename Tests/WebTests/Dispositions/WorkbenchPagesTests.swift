import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("The workbench")
struct WorkbenchPagesTests {
    @Test func answersManyAndTakesItBack() async throws {
        try await DeskScene.run { desk in
            let one = try await desk.scene.submit("时限太长", row: 1)
            let two = try await desk.scene.submit("请公开收费", channel: .letter)
            let bench = desk.desk + "/workbench"
            let browser = try await desk.browser()
            try await browser.get(desk.desk)
            #expect(browser.page.contains(bench))
            try await browser.get(bench)
            #expect(browser.page.contains(one.number) && browser.page.contains("2 / 2 / 2"))
            let ids = try await desk.scene.opinionIDs(of: one.id) + desk.scene.opinionIDs(of: two.id)
            let picked = ids.map { ("opinions", "\($0).1") }
            let none = try await browser.post(
                bench, [("action", "answer"), ("outcome", "explained"), ("reason", "写好的")])
            #expect(none.status == .unprocessableContent && browser.page.contains("写好的</textarea>"))
            let half = try await browser.post(
                bench, picked + [("action", "answer"), ("outcome", "adopted"), ("reason", "好"), ("effect", "第1行")])
            #expect(half.status == .unprocessableContent && browser.page.contains("href=\"#effect_on-many\""))
            let batch = UUID().uuidString.lowercased()
            let given: [(String, String)] = [
                ("action", "answer"), ("outcome", "explained"), ("reason", "已写明。"), ("batch", batch),
            ]
            try await browser.follow(try await browser.post(bench, picked + given))
            #expect(browser.page.contains("2 条已答复：解释说明") && browser.page.contains("撤销这 2 条"))
            #expect(browser.page.contains("没有待答复的意见"))
            // Who has the list of before is told, and finds what they typed.
            let stale = try await browser.post(
                bench + "?view=all", picked + [("action", "answer"), ("outcome", "not_adopted"), ("reason", "我写的")])
            #expect(stale.status == .unprocessableContent && browser.page.contains("别人刚刚答复过"))
            #expect(browser.page.contains("我写的</textarea>"))
            try await browser.follow(try await browser.post(bench + "/undo?view=open", [("batch", batch)]))
            #expect(browser.page.contains("已撤销，2 条") && browser.page.contains(two.number))
            try await browser.get(bench + "?view=open&channel=letter")
            #expect(browser.page.contains(two.number) && !browser.page.contains(one.number))
            try await browser.get(bench + "?view=open&row=whole")
            #expect(!browser.page.contains(one.number))
        }
    }

    @Test func answersOneBesideWhatItIsAbout() async throws {
        try await DeskScene.run { desk in
            let one = try await desk.scene.submit("时限太长", row: 1)
            let two = try await desk.scene.submit("时限太长了吧", row: 1)
            let ids = try await desk.scene.opinionIDs(of: one.id) + desk.scene.opinionIDs(of: two.id)
            let browser = try await desk.browser()
            let page = "/desk/opinions/\(ids[0])"
            try await browser.get(page + "?view=open")
            #expect(browser.page.contains("20个工作日") && browser.page.contains("还没有新的一稿"))
            #expect(browser.page.contains("rel=\"next\" href=\"/desk/opinions/\(ids[1])?view=open\""))
            try await browser.follow(
                try await browser.post(
                    desk.desk + "/workbench", [("action", "join")] + ids.map { ("opinions", "\($0).1") }))
            #expect(browser.page.contains("相近 2 条"))
            try await browser.get(page)
            #expect(browser.page.contains("这一组 2 条一起答复") && browser.page.contains("人工归入"))
            let group = try #require(browser.hiddenFields.first { $0.0 == "group" })
            let version = try #require(browser.hiddenFields.first { $0.0 == "group_version" })
            let answer: [(String, String)] = [
                ("scope", "group"), ("version", "2"), ("outcome", "adopted"), ("reason", "改为十日。"), ("then", "stay"),
            ]
            let old = try await browser.post(page + "/answer?view=open", answer + [group, ("group_version", "0")])
            #expect(old.status == .unprocessableContent && browser.page.contains("改为十日。</textarea>"))
            try await browser.follow(try await browser.post(page + "/answer?view=open", answer + [group, version]))
            #expect(browser.page.contains("2 条已答复：采纳") && browser.page.contains("没有关联草案的修改"))
            try await browser.follow(try await browser.post(page + "/group?view=open", [("action", "dissolve")]))
            #expect(browser.page.contains("2 条已经分开"))
            #expect(try await desk.browser("stranger").get(page).status == .notFound)
            let clerk = try await desk.browser("clerk")
            try await clerk.get(page)
            #expect(!clerk.page.contains("name=\"reason\""))
        }
    }
}
