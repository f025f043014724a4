import Documents
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation
@testable import Web

@Suite("Entering and importing messages")
struct MessageEntryTests {
    private static let entry = "/desk/messages/new"
    private static let table = "/desk/messages/import"

    private func fields(_ browser: TestBrowser, _ changes: [String: String] = [:]) -> [(String, String)] {
        var fields = [
            "idempotency": browser.hidden("idempotency") ?? "", "channel": "hotline",
            "arrived_on": ChinaTime.date(AnsweringScene.whileOpen).description, "source": "12345",
            "external_number": "GZ-1",
            "kind": "complaint", "title": "路灯不亮", "message": "新城路的路灯坏了三天。", "name": "欧阳小明", "phone": "0762-6750000",
            "for_someone": "on", "read_back": "on",
        ]
        fields.merge(changes) { $1 }
        return fields.sorted { $0.key < $1.key }
    }

    private func count(_ desk: DeskScene, _ table: SQL) async throws -> Int {
        try await desk.scene.database.superuser.read {
            try $0.value("select count(*) from minyi.\(table)", as: Int.self)
        }
    }

    @Test func entersOnceAndHandsOutTheReceipt() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            try await browser.get(Self.entry)
            let filled = fields(browser)
            let done = try await browser.post(Self.entry, filled)
            #expect(done.status == .ok && done.headers[.cacheControl] == "private, no-store")
            let key = try #require(UUID(uuidString: filled.first { $0.0 == "idempotency" }?.1 ?? ""))
            #expect(browser.page.contains(desk.scene.intake.codes.code(for: key).spoken))
            #expect(browser.page.contains("新城路的路灯坏了三天。"))
            // Sent once more: the same receipt. Changed: the first stands.
            try await browser.get(Self.entry)
            #expect(try await browser.post(Self.entry, filled).status == .ok)
            try await browser.get(Self.entry)
            let changed = try await browser.post(Self.entry, filled.map { $0.0 == "title" ? ($0.0, "别的事") : $0 })
            #expect(changed.status == .conflict && browser.page.contains("这张表已经登记过"))
            // The same number of 12345 under another key.
            try await browser.get(Self.entry)
            let twice = try await browser.post(Self.entry, fields(browser))
            #expect(twice.status == .unprocessableContent && browser.page.contains("12345 的编号 GZ-1 已经登记过"))
            #expect(browser.page.contains("value=\"欧阳小明\""))
            #expect(try await count(desk, "cases") == 1)
        }
    }

    @Test func everyMistakeComesBackWithWhatWasTyped() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            try await browser.get(Self.entry)
            let tomorrow = ChinaTime.date(AnsweringScene.whileOpen).adding(days: 1)
            let answer = try await browser.post(
                Self.entry,
                fields(
                    browser,
                    [
                        "channel": "web", "arrived_on": tomorrow.description, "external_number": "",
                        "kind": "officials",
                        "title": String(repeating: "长", count: 10_000), "message": " ", "phone": "1a", "email": "x@",
                    ]))
            #expect(answer.status == .unprocessableContent)
            for field in ["channel", "arrived_on", "external_number", "kind", "title", "message", "phone", "email"] {
                #expect(browser.page.contains("href=\"#\(field)\""), "\(field)")
            }
            #expect(browser.page.contains("value=\"欧阳小明\""))
            let old = try await browser.post(Self.entry, fields(browser, ["arrived_on": "2001-01-01"]))
            #expect(old.status == .unprocessableContent && browser.page.contains("href=\"#arrived_on\""))
            #expect(try await count(desk, "cases") == 0)
        }
    }

    @Test func keepsTheScanAndWhatCameWithIt() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            func send(_ file: String, as field: String) async throws -> TestResponse {
                try await browser.get(Self.entry)
                return try await browser.upload(
                    Self.entry, fields(browser), file: (field, "张三的信.docx", Array(file.utf8)))
            }
            let lied = try await send("<html>", as: "files")
            #expect(lied.status == .unprocessableContent && browser.page.contains("文件的类型按内容判断"))
            #expect(browser.page.contains("请重新选择") && browser.page.contains("新城路的路灯坏了三天。"))
            #expect(try await send("%PDF-1.4 letter", as: "files").status == .ok)
            #expect(try await count(desk, "attachments where name = '张三的信.pdf' and expires_at is null") == 1)
            #expect(try await count(desk, "submission_attachments") == 1)
        }
    }

    @Test func onlyClerksAndOrganisersEnter() async throws {
        try await DeskScene.run { desk in
            let approver = try await desk.browser("approver")
            for path in [Self.entry, Self.table] {
                try await approver.get(path)
                #expect(approver.page.contains("只有组织和经办岗位可以登记"))
            }
            #expect(try await approver.post(Self.entry, fields(approver)).status == .forbidden)
            #expect(try await desk.visitor.get(Self.entry).status == .seeOther)
        }
    }

    // MARK: Tables

    private func line(_ number: String) -> String {
        "12345,\(number),\(ChinaTime.date(AnsweringScene.whileOpen)),12345热线,投诉,路灯\(number),坏了三天,,,,,张三,0762-6750000,,是,"
    }

    private var heading: String { MessageColumn.allCases.map(\.heading).joined(separator: ",") }

    private func send(_ text: String, _ browser: TestBrowser) async throws -> TestResponse {
        try await browser.get(Self.table)
        return try await browser.upload(Self.table, [], file: ("file", "工单.csv", Array(text.utf8)))
    }

    @Test func importsAfterASecondPress() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let read = try await send([heading, line("1"), line("2")].joined(separator: "\n"), browser)
            #expect(read.status == .ok && browser.page.contains("导入这 2 件") && browser.page.contains("路灯1"))
            #expect(try await count(desk, "messages") == 0)
            let upload = try #require(browser.hidden("upload"))
            let asked = try await browser.post(Self.table + "/confirm", [("upload", upload)])
            try await browser.follow(asked)
            #expect(
                browser.page.contains("2 件在排队") && browser.page.contains("data-asks-again=\"/desk/messages/import/1\""))
            // Pressed twice.
            let again = try await browser.post(Self.table + "/confirm", [("upload", upload)])
            #expect(again.headers[.location] == asked.headers[.location])
            #expect(try await count(desk, "messages") == 0, "that is the worker's")
            let database = desk.scene.database
            let job = try #require(try await Job.take(.importSheet, in: database.work))
            try await RunImport(intake: desk.scene.intake, desk: database.staff)(job, in: database.work)
            try await browser.follow(asked)
            #expect(browser.page.contains("已导入 2 件") && !browser.page.contains("data-asks-again"))
            #expect(try await count(desk, "messages") == 2)
            #expect(browser.page.contains("路灯2") && browser.page.contains("MY-"))
            try await browser.get("/desk/messages/import/1/list.csv")
            #expect(browser.page.contains("路灯1,12345 1\r\n"))
            try await browser.get(Self.table)
            #expect(browser.page.contains("您最近的导入"))
            #expect(try await desk.browser("organiser").get("/desk/messages/import/1").status == .notFound)
            // Somebody else's upload is nobody's.
            let colleague = try await desk.browser()
            try await colleague.get(Self.table)
            let stolen = try await colleague.post(Self.table + "/confirm", [("upload", upload)])
            #expect(stolen.status == .unprocessableContent && colleague.page.contains("只保留一天"))
        }
    }

    @Test func reportsWhatIsWrongAndImportsNothing() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let wrong = try await send(
                [heading, line("1"), line("1").replacing("投诉", with: "骂人")].joined(separator: "\n"), browser)
            #expect(wrong.status == .unprocessableContent)
            #expect(
                browser.page.contains("第 3 行 E 列") && browser.page.contains("骂人")
                    && browser.page.contains("咨询、投诉、建议、求助、违法举报之一"))
            #expect(try await send("nothing", browser).status == .unprocessableContent)
            #expect(try await browser.upload(Self.table, [], file: nil).status == .unprocessableContent)
            #expect(try await count(desk, "messages") == 0)
        }
    }

    @Test func theTemplateCanBeFilledIn() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser("clerk")
            let template = try await browser.get(Self.table + "/template")
            #expect(template.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            var headings: [String] = []
            try Sheet.read(Array(buffer: template.body)) { headings = $0.cells.map(\.text) }
            #expect(headings == MessageColumn.allCases.map(\.heading))
        }
    }

    // MARK: Links

    @Test func theSameMatterIsLinkedAndUnlinked() async throws {
        try await DeskScene.run { desk in
            let clerk = try await desk.browser("clerk")
            for (number, kind) in [("1", "help"), ("2", "complaint")] {
                try await clerk.get(Self.entry)
                let done = try await clerk.post(Self.entry, fields(clerk, ["external_number": number, "kind": kind]))
                #expect(done.status == .ok)
            }
            try await desk.scene.database.owner.write { tx in
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'clerk')")
            }
            let office = try await desk.browser("reviewer")
            let (first, second) = (1, 2)
            let links = "/desk/cases/\(first)/links"
            try await office.get(links)
            #expect(office.page.contains("联系电话相同") && office.page.contains("还没有关联的件"))
            let number: String = try await desk.value("select number from cases where id = \(second)")
            try await office.follow(try await office.post(links, [("number", number), ("linked", "yes")]))
            #expect(office.page.contains("已经关联。") && office.page.contains("没有找到相近的件"))
            // Unlinked where the case is worked on.
            try await office.get("/desk/cases/\(first)")
            #expect(office.page.contains("取消关联 \(number)"))
            try await office.follow(try await office.post(links, [("number", number), ("linked", "no")]))
            #expect(office.page.contains("已经取消关联。") && !office.page.contains("取消关联 \(number)"))
            try await office.get(links)
            #expect(office.page.contains("联系电话相同"))
            #expect(try await count(desk, "events where subject = 'case' and kind in ('linked', 'unlinked')") == 4)
            #expect(try await desk.browser("stranger").get(links).status == .notFound)
        }
    }
}
