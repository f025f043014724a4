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

    /// "Next" goes past what was answered together; the last step can be taken back from the list as well; who comes second is told who
    /// was first.
    @Test func goesOnPastTheGroupAndFindsTheLastStepAgain() async throws {
        try await DeskScene.run { desk in
            var sent: [Int] = []
            for text in ["时限太长", "时限太长了", "请公开收费"] {
                sent += try await desk.scene.opinionIDs(of: try await desk.scene.submit(text, row: 1).id)
            }
            let browser = try await desk.browser()
            let bench = desk.desk + "/workbench"
            try await browser.get(bench)
            try await browser.follow(
                try await browser.post(
                    bench, [("action", "join")] + sent.prefix(2).map { ("opinions", "\($0).1") }))
            #expect(browser.page.contains("这一组现在共 2 条"))
            let page = "/desk/opinions/\(sent[0])"
            try await browser.get(page + "?view=all")
            let seen = ["group", "group_version", "version"].compactMap { name in
                browser.hiddenFields.first { $0.0 == name }
            }
            let answer: [(String, String)] = [("scope", "group"), ("outcome", "not_adopted"), ("reason", "另有规定。")]
            let given = try await browser.post(page + "/answer?view=all", answer + seen + [("then", "next")])
            #expect(given.headers[.location]?.hasPrefix("/desk/opinions/\(sent[2])?") == true)
            let second = try await browser.post(page + "/answer?view=all", answer + seen + [("then", "stay")])
            #expect(second.status == .unprocessableContent && browser.page.contains("陈组织"))
            #expect(browser.page.contains("刚刚答复为“不采纳”"))
            try await browser.get(bench + "?view=all&ending=not_adopted&sender=person")
            #expect(browser.page.contains("您上一步：2 条答复为不采纳") && browser.page.contains("撤销这 2 条"))
            #expect(!browser.page.contains("/desk/opinions/\(sent[2])?"))
            try await browser.get(page)
            #expect(browser.page.contains("您上一步"))
            // A gap of a template is not published.
            let gap = try await browser.post(
                "/desk/opinions/\(sent[2])/answer",
                [("scope", "one"), ("version", "1"), ("outcome", "explained"), ("reason", "请向×××（单位）反映")])
            #expect(gap.status == .unprocessableContent && browser.page.contains("范本的空格没有填"))
        }
    }

    @Test func asksAUnitWithoutLeavingTheWorkbench() async throws {
        try await DeskScene.run { desk in
            let opinion = try await desk.scene.opinionIDs(of: try await desk.scene.submit("时限太长", row: 1).id)[0]
            let browser = try await desk.browser()
            let page = "/desk/opinions/\(opinion)"
            try await browser.get(page + "?view=open")
            let none = try await browser.post(page + "/views?view=open", [("question", "能做到吗？")])
            #expect(none.status == .unprocessableContent && browser.page.contains("能做到吗？</textarea>"))
            let asked = try await browser.post(page + "/views?view=open", [("unit", "3"), ("question", "能做到吗？")])
            #expect(asked.headers[.location] == page + "?view=open")
            try await browser.get(desk.desk + "/workbench?view=views")
            #expect(browser.page.contains("等县交通局提办理意见"))
            try await browser.get(desk.desk + "/workbench?view=open&unit=3")
            #expect(browser.page.contains(page))
            let unit = try await desk.browser("stranger")
            try await unit.get("/desk")
            #expect(unit.page.contains("有 1 条意见等本单位提出办理意见") && !unit.page.contains("件留言待答复"))
            let id: Int = try await desk.value("select case_id from opinion_views")
            try await unit.get("/desk/cases/\(id)")
            #expect(unit.page.contains("写办理意见") && unit.page.contains("能做到吗？") && !unit.page.contains("给本人"))
            let looks = try await unit.post(page + "/look", [])
            #expect(looks.status == .forbidden)
            let mine = try await browser.post(page + "/look", [])
            #expect(mine.status == .ok && browser.page.contains("\"note\":\"\""))
        }
    }

    @Test func whatLacksAPlaceIsNamedBeforeAndAfterTheButton() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("时限太长", row: 1)
            let opinion = try await desk.scene.opinionIDs(of: sent.id)[0]
            try await AnswerOpinions(Answer(outcome: .adopted, reason: "已改。"), to: [opinion])(
                in: desk.scene.database.staff, as: AnsweringScene.organiser)
            try await desk.scene.close()
            let browser = try await desk.browser()
            try await browser.get(desk.desk + "/result")
            #expect(browser.page.contains("1 条采纳了，还没说在哪里落实"))
            #expect(browser.page.contains("href=\"/desk/opinions/\(opinion)?view=adopted\""))
            let refused = try await browser.post(desk.desk + "/result/finish", [])
            #expect(refused.status == .unprocessableContent && browser.page.contains("href=\"#lacking\""))
            #expect(browser.page.contains("有 1 件采纳了") && browser.page.contains(sent.number))
        }
    }
}
