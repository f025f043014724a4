import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("Entering letters and calls")
struct EntryTests {
    /// What a clerk fills in for somebody who came to the counter.
    private func fields(_ browser: TestBrowser, _ changes: [String: String] = [:]) -> [(String, String)] {
        var fields = [
            "idempotency": browser.hidden("idempotency") ?? "", "edition": browser.hidden("edition") ?? "",
            "channel": "counter", "arrived_on": ChinaTime.date(AnsweringScene.whileOpen).description, "row": "2",
            "content": "第二行的时限太长。", "submitter": "person", "name": "欧阳小明", "phone": "0762-6750000",
            "show_name": "on", "for_someone": "on", "read_back": "on",
        ]
        fields.merge(changes) { $1 }
        return fields.sorted { $0.key < $1.key }
    }

    @Test func entersOnceAndHandsOutTheReceipt() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let entry = desk.desk + "/entry"
            try await browser.get(entry)
            #expect(browser.page.contains("可以在") && browser.page.contains("以前登记"))
            let filled = fields(browser)
            let done = try await browser.post(entry, filled)
            #expect(done.status == .ok && done.headers[.cacheControl] == "private, no-store")
            let key = try #require(UUID(uuidString: filled.first { $0.0 == "idempotency" }?.1 ?? ""))
            #expect(browser.page.contains(desk.scene.intake.codes.code(for: key).spoken))
            #expect(browser.page.contains("第二行的时限太长。"))

            // Sent once more: the same receipt. Sent changed: the first stands.
            try await browser.get(entry)
            #expect(try await browser.post(entry, filled).status == .ok)
            try await browser.get(entry)
            let changed = try await browser.post(
                entry, filled.map { $0.0 == "content" ? ($0.0, "别的话") : $0 })
            #expect(changed.status == .conflict && browser.page.contains("这张表已经登记过"))
            #expect(browser.page.contains("别的话</textarea>"))
            let count: Int = try await desk.scene.database.owner.read {
                try $0.value("select count(*) from submissions")
            }
            #expect(count == 1)

            try await browser.get(desk.desk + "/submissions")
            let number = try #require(browser.page.firstMatch(of: /MY-\d{4}-\d+-\d/)).output
            try await browser.get("/desk/submissions/\(number)")
            #expect(browser.page.contains("孙经办") && browser.page.contains("代为填写，已读给本人听"))
            #expect(browser.page.contains("欧阳**"))
        }
    }

    @Test func everyMistakeComesBackWithWhatWasTyped() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let entry = desk.desk + "/entry"
            try await browser.get(entry)
            let later = ChinaTime.date(AnsweringScene.whileOpen).adding(days: 1).description
            let answer = try await browser.post(
                entry,
                fields(
                    browser,
                    [
                        "channel": "web", "arrived_on": later, "content": " ", "submitter": "joint", "people": "1",
                        "phone": "1a",
                    ]))
            #expect(answer.status == .unprocessableContent)
            for field in ["channel", "arrived_on", "content", "people", "phone"] {
                #expect(browser.page.contains("href=\"#\(field)\""), "\(field)")
            }
            #expect(
                browser.page.contains("value=\"欧阳小明\"")
                    && browser.page.contains("name=\"read_back\" value=\"on\" checked"))
            for unknown in ["77", "9999999999"] {
                let row = try await browser.post(entry, fields(browser, ["row": unknown]))
                #expect(row.status == .unprocessableContent && browser.page.contains("没有找到这一行"))
            }
        }
    }

    @Test func lengthsAndDaysOutOfAllBoundsComeBackBesideTheirFields() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let entry = desk.desk + "/entry"
            try await browser.get(entry)
            let answer = try await browser.post(
                entry,
                fields(
                    browser,
                    [
                        "arrived_on": "0001-01-01", "submitter": "organisation",
                        "organisation": String(repeating: "长", count: 101),
                        "phone": String(repeating: "(", count: 5000) + "1234567",
                    ]))
            #expect(answer.status == .unprocessableContent && browser.page.contains("来信来电不会更早"))
            for field in ["arrived_on", "organisation", "phone"] {
                #expect(browser.page.contains("href=\"#\(field)\""), "\(field)")
            }
            let joint = try await browser.post(entry, fields(browser, ["submitter": "joint", "people": "0"]))
            #expect(joint.status == .unprocessableContent && browser.page.contains("href=\"#people\""))
        }
    }

    @Test func keepsTheScanOfTheSlip() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let entry = desk.desk + "/entry"
            func send(_ scan: String) async throws -> TestResponse {
                try await browser.get(entry)
                let all = fields(browser) + [("csrf", browser.hidden("csrf") ?? "")]
                var body = all.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }
                    .joined()
                body += "--b\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"张三的信.pdf\"\r\n"
                body += "Content-Type: application/pdf\r\n\r\n\(scan)\r\n--b--\r\n"
                return try await browser.send(
                    entry, .post, ByteBuffer(string: body), [.contentType: "multipart/form-data; boundary=b"])
            }
            let wrong = try await send("hello")
            #expect(wrong.status == .unprocessableContent && browser.page.contains("只收 PDF、JPEG 或 PNG"))
            #expect(browser.page.contains("请重新选择") && browser.page.contains("第二行的时限太长。"))
            let right = try await send("%PDF-1.4 letter")
            #expect(right.status == .ok)
            let number = try #require(browser.page.firstMatch(of: /MY-\d{4}-\d+-\d/)).output
            let colleague = try await desk.browser()
            try await colleague.get("/desk/submissions/\(number)")
            let address = try #require(colleague.page.firstMatch(of: /\/desk\/attachments\/[0-9a-f\-]+/)).output
            let slip = try await colleague.get(String(address))
            #expect(colleague.page == "%PDF-1.4 letter" && slip.headers[.contentType] == "application/pdf")
            // The name it came with names a person.
            let disposition = try #require(slip.headers[.contentDisposition])
            #expect(disposition.contains("\(address.suffix(36).prefix(8)).pdf"))
        }
    }

    @Test func theWindowIsKeptAndSaid() async throws {
        try await DeskScene.run { desk in
            let entry = desk.desk + "/entry"
            try await desk.scene.database.setClock(AnsweringScene.afterClosing)
            let browser = try await desk.browser("clerk")
            try await browser.get(entry)
            let lastDay = ChinaTime.lastDay(before: AnsweringScene.closesAt)
            let late = try await browser.post(
                entry, fields(browser, ["arrived_on": lastDay.adding(days: 1).description]))
            #expect(late.status == .unprocessableContent && browser.page.contains("不晚于"))
            #expect(try await browser.post(entry, fields(browser, ["arrived_on": lastDay.description])).status == .ok)

            try await desk.scene.close()
            let again = try await desk.browser("clerk")
            try await again.get(entry)
            #expect(again.page.contains("已经过了") && !again.page.contains("<textarea"))
            let over = try await again.post(entry, fields(again, ["edition": "1"]))
            #expect(over.status == .conflict && again.page.contains("没有登记成功"))
            #expect(again.page.contains("第二行的时限太长。</textarea>"))
        }
    }

    @Test func onlyClerksAndOrganisersEnter() async throws {
        try await DeskScene.run { desk in
            let entry = desk.desk + "/entry"
            let approver = try await desk.browser("approver")
            try await approver.get(entry)
            #expect(approver.page.contains("只有组织和经办岗位可以登记"))
            #expect(try await approver.post(entry, fields(approver, ["edition": "1"])).status == .forbidden)
            #expect(try await desk.browser("stranger").get(entry).status == .notFound)
        }
    }
}
