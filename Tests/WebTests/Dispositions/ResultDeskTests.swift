import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("The result at the desk")
struct ResultDeskTests {
    private static let words = [
        ("result_title", "采纳情况（第一次）"), ("next_step", "修改后公布。"), ("unit_at_foot", "县民政局"),
        ("date_at_foot", "2026-12-15"),
    ]

    @Test func fromTheLastAnswerToACorrection() async throws {
        try await DeskScene.run { desk in
            let scene = desk.scene
            let shown = try await scene.submit("办理时限太长，请打 13800138000", row: 1)
            let hidden = try await scene.submit("骂人的话", contact: Contact(name: "张三"), showsName: true)
            _ = try await ScreenSubmissions(ids: [hidden.id], hiddenFor: .abuse)(
                in: scene.database.staff, as: AnsweringScene.organiser)
            let result = desk.desk + "/result"
            let early = try await desk.browser()
            try await early.get(result)
            #expect(early.page.contains("现在就可以答复") && !early.page.contains("/finish\""))
            #expect(try await early.post(result + "/finish", [("csrf", "x")]).status == .forbidden)

            try await scene.close()
            let browser = try await desk.browser()
            try await browser.get(result)
            #expect(browser.page.contains("href=\"/desk/submissions/\(hidden.number)\""))
            let refused = try await browser.post(result + "/finish", [])
            #expect(refused.status == .unprocessableContent && browser.page.contains("还没有办完"))
            try await scene.answer(shown.id, .adopted, "已改。")
            try await scene.answer(hidden.id, .explained, "不辱骂的话可以再提。")
            try await browser.get(result)
            // What nobody has looked at goes into no result.
            let unseen = try await browser.post(result + "/finish", [])
            #expect(unseen.status == .unprocessableContent && browser.page.contains("没有审看：\(shown.number)"))
            _ = try await ScreenSubmissions(ids: [shown.id], hiddenFor: nil)(
                in: scene.database.staff, as: AnsweringScene.organiser)
            try await browser.follow(try await browser.post(result + "/finish", []))
            // A second press.
            try await browser.follow(try await browser.post(result + "/finish", []))
            // The preview shows what goes out, and nothing else.
            #expect(browser.page.contains("138****8000") && !browser.page.contains("13800138000"))
            #expect(!browser.page.contains("骂人的话") && browser.page.contains("（内容已隐去）"))
            #expect(!browser.page.contains("张*") && browser.page.contains("网民2"))

            let bad = try await browser.post(
                result, [("result_title", ""), ("next_step", "先\n后"), ("unit_at_foot", ""), ("date_at_foot", "明天")])
            #expect(bad.status == .unprocessableContent && browser.page.contains("先\n后</textarea>"))
            for field in ["result_title", "unit_at_foot", "date_at_foot"] {
                #expect(browser.page.contains("href=\"#\(field)\""), "\(field)")
            }
            try await browser.post(result + "/preview", Self.words)
            #expect(browser.page.contains("采纳情况（第一次）</h3>") && browser.page.contains("2026年12月15日"))
            let prepared = try await browser.post(result, Self.words)
            let clearance = try #require(
                prepared.headers[.location].flatMap { Int($0.replacing("/desk/clearances/", with: "")) })
            try await browser.get(result)
            #expect(browser.page.contains("/desk/clearances/\(clearance)"))
            try await scene.clear(clearance)
            try await Clearance.publish(clearance, in: scene.database.staff, as: AnsweringScene.organiser)

            // What the preview showed is what everyone reads.
            let citizen = TestBrowser(desk.client)
            try await citizen.get("/consultations/\(scene.number)/result")
            #expect(citizen.page.contains("138****8000") && citizen.page.contains("（内容已隐去）"))
            #expect(!citizen.page.contains("骂人的话"))

            try await scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(60))
            try await scene.answer(shown.id, .partlyAdopted, "改了一半。")
            try await browser.get(result)
            #expect(browser.page.contains("第 1 版已于") && browser.page.contains("1 件的答复或公开情况改动过"))
            #expect(browser.page.contains("value=\"采纳情况（第一次）\"") && browser.page.contains("改了一半。"))
            let second = try await browser.post(result, Self.words)
            #expect(second.status == .seeOther)
            try await citizen.get("/consultations/\(scene.number)/result")
            #expect(!citizen.page.contains("改了一半。"))
        }
    }

    @Test func nothingReceivedIsAResultToo() async throws {
        try await DeskScene.run { desk in
            try await desk.scene.close()
            let browser = try await desk.browser()
            let result = desk.desk + "/result"
            try await browser.get(result)
            #expect(browser.page.contains("没有收到也要公布"))
            try await browser.follow(try await browser.post(result + "/finish", []))
            #expect(browser.page.contains("征求意见期间没有收到意见。") && browser.page.contains("提交审批"))
        }
    }

    @Test func whoMayDoWhat() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("一")
            try await desk.scene.close()
            try await desk.scene.answer(sent.id, .adopted)
            let result = desk.desk + "/result"
            let clerk = try await desk.browser("clerk")
            try await clerk.get(result)
            #expect(clerk.page.contains("1 / 1 件已办完") && !clerk.page.contains("/finish\""))
            try await clerk.get("/styleguide")
            #expect(try await clerk.post(result + "/finish", []).status == .forbidden)
            try await desk.scene.finish()
            try await clerk.get("/styleguide")
            #expect(try await clerk.post(result, Self.words).status == .forbidden)
            try await clerk.get(result)
            #expect(clerk.page.contains("预览") && !clerk.page.contains("name=\"result_title\""))
            #expect(try await desk.browser("stranger").get(result).status == .notFound)
        }
    }
}
