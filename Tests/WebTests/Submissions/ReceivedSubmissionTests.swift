import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("One submission at the desk")
struct ReceivedSubmissionTests {
    @Test func showsTheRowAndItsNeighbours() async throws {
        try await DeskScene.run { desk in
            let first = try await desk.scene.submit("<b>时限</b>太长", row: 2)
            let second = try await desk.scene.submit("二")
            let browser = try await desk.browser()
            try await browser.get("/desk/submissions/\(first.number)")
            #expect(browser.page.contains("&lt;b&gt;时限&lt;/b&gt;太长") && browser.page.contains("审核信息"))
            #expect(browser.page.contains("rel=\"next\" accesskey=\".\" href=\"/desk/submissions/\(second.number)\""))
            #expect(try await browser.get("/desk/submissions/MY-2020-000001-1").status == .notFound)
        }
    }

    @Test func anUrgentFlagNamesTheDutyOfficer() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("活不下去了")
            let browser = try await desk.browser("clerk")
            let page = "/desk/submissions/\(sent.number)"
            try await browser.get(page)
            try await browser.follow(
                try await browser.post(page + "/flags", [("flags", "self_harm"), ("flags", "child")]))
            #expect(browser.page.contains("有人可能有危险：轻生") && browser.page.contains("110"))
            #expect(browser.page.contains("不要公开姓名、学校、住址") && browser.page.contains("标记：轻生、未成年人"))
            _ = try await desk.scene.database.owner.write { tx in
                try tx.execute("update site_settings set value = '0762-888' where key = 'duty_officer'")
            }
            try await browser.get(page)
            #expect(browser.page.contains("<strong>0762-888</strong>"))
            try await browser.follow(try await browser.post(page + "/flags", []))
            #expect(!browser.page.contains("有人可能有危险") && browser.page.contains("去掉所有标记"))
        }
    }

    @Test func screensWithUndo() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("一")
            let browser = try await desk.browser("clerk")
            let page = "/desk/submissions/\(sent.number)"
            try await browser.get(page)
            let noReason = try await browser.post(page + "/screening", [("action", "hide")])
            #expect(noReason.status == .unprocessableContent && browser.page.contains("请选择隐去的理由"))
            let batch = try #require(browser.hidden("batch"))
            try await browser.follow(
                try await browser.post(
                    page + "/screening", [("action", "hide"), ("code", "child"), ("batch", batch)]))
            #expect(browser.page.contains("已隐去（涉及未成年人）") && browser.page.contains("撤销这 1 件"))
            try await browser.follow(try await browser.post(page + "/undo", [("batch", batch)]))
            #expect(browser.page.contains("撤销，恢复为：待看"))
        }
    }

    @Test func splitsAnswersAndGoesOn() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("第一点。\n第二点。")
            let browser = try await desk.browser()
            let page = "/desk/submissions/\(sent.number)"
            try await browser.get(page)
            #expect(browser.page.contains(page + "/split"))
            func divide(_ fields: [(String, String)]) async throws -> HTTPResponse.Status {
                try await browser.get(page + "/split")
                let seen = try #require(browser.hidden("seen"))
                let answered = try await browser.post(page + "/split", fields + [("seen", seen)])
                if answered.status == .seeOther { try await browser.follow(answered) }
                return answered.status
            }
            try await browser.get(page + "/split")
            #expect(browser.page.contains("第一点。") && browser.page.contains("id=\"begins-1\""))
            let unknown = try await divide([("action", "split"), ("begins", "1"), ("row-1", "99")])
            #expect(unknown == .unprocessableContent && browser.page.contains("没有这一行"))
            #expect(try await divide([("action", "split"), ("begins", "1"), ("row-1", "2")]) == .seeOther)
            #expect(browser.page.contains("现在是 2 条意见") && browser.page.contains("第 2 行"))
            #expect(try await divide([("action", "join")]) == .seeOther)
            #expect(browser.page.contains("现在是 1 条意见"))
            // Divided anew by somebody else meanwhile.
            let late = try await browser.post(page + "/split", [("action", "split"), ("begins", "1"), ("seen", "1.1")])
            #expect(late.status == .conflict)
            #expect(try await divide([("action", "split"), ("begins", "1")]) == .seeOther)
            try await browser.get(page)
            let ids = try await desk.scene.opinionIDs(of: sent.id)
            // Each is answered on its own page, and nowhere else.
            #expect(ids.allSatisfy { browser.page.contains("href=\"/desk/opinions/\($0)\"") })
            #expect(!browser.page.contains("name=\"outcome\""))
            for id in ids {
                let opinion = "/desk/opinions/\(id)"
                try await browser.get(opinion)
                let version = try #require(browser.hiddenFields.first { $0.0 == "version" })
                let answer: [(String, String)] = [("outcome", "explained"), ("reason", "已写明。"), ("then", "stay")]
                try await browser.follow(try await browser.post(opinion + "/answer?view=open", answer + [version]))
            }
            try await browser.get(page)
            #expect(browser.page.contains("已写明。") && !browser.page.contains(page + "/split"))
            let clerk = try await desk.browser("clerk")
            try await clerk.get(page)
            #expect(!clerk.page.contains("/desk/opinions/"))
        }
    }

    @Test func contactIsShownOnRequestOnlyAndKeptNowhere() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("一", contact: Contact(name: "张小三", phone: "13800138000"))
            let browser = try await desk.browser("clerk")
            let page = "/desk/submissions/\(sent.number)"
            try await browser.get(page)
            #expect(!browser.page.contains("张小三"))
            let shown = try await browser.post(page + "/contact", [])
            #expect(shown.status == .ok && browser.page.contains("张小三") && browser.page.contains("13800138000"))
            #expect(shown.headers[.cacheControl] == "private, no-store")
            #expect(browser.page.contains("查看了联系方式"))
            try await browser.get(page)
            #expect(!browser.page.contains("张小三") && browser.page.contains("查看了联系方式"))
            let approver = try await desk.browser("approver")
            try await approver.get(page)
            #expect(!approver.page.contains("/contact\""))
            #expect(try await approver.post(page + "/contact", []).status == .forbidden)
        }
    }

    @Test func anAuthorsContactIsErasedOnRequest() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("一", contact: Contact(name: "张小三", phone: "13800138000"))
            let page = "/desk/submissions/\(sent.number)"
            let clerk = try await desk.browser("clerk")
            try await clerk.get(page)
            #expect(!clerk.page.contains("/contact/erasure"))
            #expect(try await clerk.post(page + "/contact/erasure", []).status == .forbidden)
            let browser = try await desk.browser()
            try await browser.get(page)
            try await browser.follow(try await browser.post(page + "/contact/erasure", []))
            #expect(browser.page.contains("姓名和电话已经删除") && browser.page.contains("删除了姓名和电话"))
            try await browser.post(page + "/contact", [])
            #expect(!browser.page.contains("张小三") && browser.page.contains("没有姓名和电话"))
            try await browser.follow(try await browser.post(page + "/contact/erasure", []))
            #expect(browser.page.contains("没有可以删除的姓名和电话"))
        }
    }

    @Test func aNewCodeIsShownOnce() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("一")
            let old = desk.scene.intake.codes.code(for: sent.key).spoken
            let browser = try await desk.browser("clerk")
            let page = "/desk/submissions/\(sent.number)"
            try await browser.get(page)
            let issued = try await browser.post(page + "/code", [("version", "1")])
            let new = desk.scene.intake.codes.code(for: sent.key, version: 2).spoken
            #expect(issued.status == .ok && issued.headers[.cacheControl] == "private, no-store")
            #expect(browser.page.contains(new) && !browser.page.contains(old))
            try await browser.get(page)
            #expect(!browser.page.contains(new) && browser.page.contains("补发了查询码"))
        }
    }

    @Test func whatIsWithdrawnOrSealedShowsNoWords() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("我反悔了")
            let mac = desk.scene.intake.codes.mac(for: sent.key)
            _ = try await Withdrawal.request(SubmissionNumber(sent.number), mac: mac, in: desk.scene.database.public)
            let secret = try await desk.scene.submit("不该写的话")
            let seal = try await Seal.request(
                .submission(id: secret.id), reason: .secret, in: desk.scene.database.staff, as: AnsweringScene.organiser
            )
            let browser = try await desk.browser()
            try await browser.get("/desk/submissions/\(sent.number)")
            #expect(!browser.page.contains("我反悔了") && browser.page.contains("不用答复"))
            try await browser.get("/desk/submissions/\(secret.number)")
            #expect(browser.page.contains("等另一人确认") && browser.page.contains("不该写的话"))
            try await Seal.confirm(seal, in: desk.scene.database.staff, as: AnsweringScene.reviewer)
            try await browser.get("/desk/submissions/\(secret.number)")
            #expect(!browser.page.contains("不该写的话") && browser.page.contains("内容已于"))
        }
    }
}
