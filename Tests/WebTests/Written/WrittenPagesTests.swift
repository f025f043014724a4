import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("Pages of letters")
struct WrittenPagesTests {
    private func letter(_ desk: DeskScene) async throws -> String {
        let browser = try await desk.browser()
        let form = desk.desk + "/written/new"
        try await browser.get(form)
        let key = try #require(browser.hidden("idempotency"))
        let day = ChinaTime.date(AnsweringScene.whileOpen)
        let fields: [(String, String)] = [
            ("idempotency", key), ("title", "关于征求意见的函"), ("document_number", "民函〔2026〕1号"),
            ("dated_on", day.adding(days: -2).description),
            ("due_on", day.adding(days: 5).description), ("units", "3"),
        ]
        let (body, organisations) = (("body", "请回复。"), ("organisations", "县供电局"))
        let wrong = try await browser.post(form, fields + [body, ("organisations", "县供电局，不对")])
        #expect(wrong.status == .unprocessableContent && browser.page.contains("这些单位的邮箱地址不对：县供电局"))
        let saved = try await browser.post(form, fields + [body, organisations])
        let address = try #require(saved.headers[.location])
        try await browser.follow(saved)
        #expect(browser.page.contains("发给 2 家：县交通局") && browser.page.contains("还没有发出"))
        // Back, other words, the same form.
        let again = try await browser.post(form, fields + [("body", "改了"), organisations])
        #expect(again.status == .conflict && browser.page.contains("内容和这次写的不一样"))
        let stale = try await browser.post(address + "/send", [("version", "7")])
        #expect(stale.status == .conflict && browser.page.contains("别人刚刚改过这份函"))
        // Rewriting makes the codes anew: none is printed before it is sent.
        let asked: Int = try await desk.value("select id from written_addressees where unit_id is null")
        let sheet = try await browser.get("/desk/written/replies/\(asked)/sheet")
        #expect(sheet.status == .notFound)
        try await browser.follow(try await browser.post(address + "/send", [("version", "1")]))
        #expect(browser.page.contains("已发出"))
        return address
    }

    @Test func aUnitFindsALetterOnItsDeskRepliesAndCorrectsItself() async throws {
        try await DeskScene.run { desk in
            let address = try await letter(desk)
            let unit = try await desk.browser("stranger")
            try await unit.get("/desk")
            #expect(unit.page.contains("有 1 份征求意见函等本单位回复"))
            let id: Int = try await desk.value("select id from written_addressees where unit_id = 3")
            let page = "/desk/written/replies/\(id)"
            try await unit.get(page)
            let key = try #require(unit.hidden("idempotency"))
            // No opinion, and yet words: nothing is lost.
            let both = try await unit.post(
                page, [("idempotency", key), ("kind", "none"), ("content", "请写明时限")])
            #expect(both.status == .unprocessableContent && unit.page.contains("请写明时限</textarea>"))
            #expect(unit.page.contains("选了无意见，又写了意见"))
            try await unit.follow(try await unit.post(page, [("idempotency", key), ("kind", "none")]))
            #expect(unit.page.contains("更正回复"))
            let (next, replaces) = (try #require(unit.hidden("idempotency")), try #require(unit.hidden("replaces")))
            try await unit.follow(
                try await unit.post(
                    page,
                    [("idempotency", next), ("replaces", replaces), ("kind", "opinion"), ("content", "请写明时限")]))
            #expect(unit.page.contains("请写明时限"))
            try await unit.get("/desk")
            #expect(!unit.page.contains("征求意见函等本单位回复"))
            let browser = try await desk.browser()
            try await browser.get(address)
            #expect(browser.page.contains("以前的回复") && browser.page.contains("不再算"))
            let release = try await browser.post(page + "/release", [("agreement", "")])
            #expect(release.status == .unprocessableContent && browser.page.contains("id=\"agreement-\(id)-error\""))
            // Nobody hands out a code for what an office has said.
            let number: String = try await desk.value("select number from submissions where channel = 'written'")
            try await browser.get("/desk/submissions/\(number)")
            #expect(!browser.page.contains("/code\""))
        }
    }

    @Test func anOrganisationCorrectsItselfByTheLink() async throws {
        try await DeskScene.run { desk in
            _ = try await letter(desk)
            let key: UUID = try await desk.value("select key from written_addressees where unit_id is null")
            let number: String = try await desk.value("select number from written_consultations")
            let code = desk.scene.intake.codes.code(for: key)
            let visitor = desk.visitor
            try await visitor.get("/letters")
            let known: [(String, String)] = [("number", number), ("code", code.digits)]
            try await visitor.post("/letters", known)
            let first = try #require(visitor.hidden("idempotency"))
            try await visitor.post("/letters/reply", known + [("idempotency", first), ("kind", "none")])
            #expect(visitor.page.contains("回复已经收到") && visitor.page.contains("更正回复"))
            let (next, replaces) = (
                try #require(visitor.hidden("idempotency")), try #require(visitor.hidden("replaces"))
            )
            try await visitor.post(
                "/letters/reply",
                known + [("idempotency", next), ("replaces", replaces), ("kind", "opinion"), ("content", "请写明日期")])
            #expect(visitor.page.contains("请写明日期"))
            let held: Int = try await desk.value("select count(*) from written_replies where superseded_at is null")
            #expect(held == 1)
        }
    }
}
