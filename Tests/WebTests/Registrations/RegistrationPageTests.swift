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

@Suite("Pages of registering for a hearing")
struct RegistrationPageTests {
    private func fields(_ browser: TestBrowser, _ changes: [String: String] = [:]) -> [(String, String)] {
        var fields = [
            "idempotency": browser.hidden("idempotency") ?? "", "form_key": browser.hidden("form_key") ?? "",
            "category": "c01", "name": "欧阳小明", "phone": "13800138000",
            "identity": RegistrationScene.identities[0], "organisation": "龙川一小", "reason": "每天坐公交。",
            "consents": "yes",
        ]
        fields.merge(changes) { $1 }
        return fields.sorted { $0.key < $1.key }
    }

    @Test func registersAndWithdraws() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let browser = desk.visitor
            let address = "/hearings/\(scene.number)/register"
            try await browser.get(address)
            #expect(browser.page.contains("公交票价听证会") && browser.page.contains("《听证会公告》第三条"))
            #expect(browser.page.contains("年满18周岁"), "who may register")
            #expect(browser.page.contains("自己的要求") && !browser.page.contains("依据：《"), "a reason of a unit is no law")
            #expect(!browser.page.contains("专家") && !browser.page.contains("联名") && !browser.page.contains("年龄从号码里读出"))
            let silent = try await browser.post(address, fields(browser, ["reason": ""]))
            #expect(silent.status == .unprocessableContent && browser.page.contains("请填写报名理由。"))
            let wrong = try await browser.post(address, fields(browser, ["identity": "441622199001010000"]))
            #expect(wrong.status == .unprocessableContent)
            #expect(browser.page.contains("href=\"#identity\"") && browser.page.contains("value=\"欧阳小明\""))
            #expect(browser.page.contains("每天坐公交。</textarea>") && browser.page.contains("value=\"c01\" checked"))
            let sentOnce = fields(browser)
            let sent = try await browser.post(address, sentOnce)
            #expect(sent.status == .seeOther)
            let place = try #require(sent.headers[.location])
            // Nothing that is asked stands in an address.
            #expect(!place.contains("44162"))
            try await browser.get(place)
            #expect(browser.page.contains("您的报名已收到") && browser.page.contains("居民"))
            #expect(!browser.page.contains(RegistrationScene.identities[0]) && !browser.page.contains("欧阳小明"))

            // The back button brings the form back without the number: nothing is asked again.
            try await browser.get(address)
            #expect(browser.page.contains("已经报过名") && browser.page.contains("href=\"\(place)\""))
            let back = try await browser.post(address, sentOnce.map { $0.0 == "identity" ? ($0.0, "") : $0 })
            #expect(back.status == .conflict && browser.page.contains("这份表已经提交过"))
            #expect(browser.page.contains("href=\"\(place)\"") && !browser.page.contains("identity-error"))
            // Somebody else at this machine is told what they left out.
            let neighbour = try await browser.post(address, fields(browser, ["identity": ""]))
            #expect(neighbour.status == .unprocessableContent && browser.page.contains("identity-error"))

            // The same person again.
            let other = desk.visitor
            try await other.get(address)
            let twice = try await other.post(address, fields(other, ["category": "c02"]))
            #expect(twice.status == .unprocessableContent && other.page.contains("已经有一份报名"))
            #expect(other.page.contains("href=\"#identity\"") && !other.page.contains("MY-"))
            let turnedAway: Int = try await desk.value(
                "select count(*) from events where kind = 'registration_turned_away' and code = 'registered_already'")
            #expect(turnedAway == 1)

            try await browser.get(place + "/withdraw")
            #expect(browser.page.contains("退出后立即删除"))
            _ = try await browser.post(place + "/withdraw", [])
            try await browser.get(place)
            #expect(browser.page.contains("您已退出"))
            let again = try await other.post(address, fields(other, ["category": "c02"]))
            #expect(again.status == .seeOther)
        }
    }

    @Test func theDeskListsChecksAndShowsMasked() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            _ = try await scene.send(scene.registration())
            let list = "/desk/hearings/\(scene.number)/registrations"
            let organiser = try await desk.browser()
            try await organiser.get(list)
            #expect(organiser.page.contains("待核对") && !organiser.page.contains("欧阳"))
            let id: Int = try await desk.value("select id from registrations")
            let one = "\(list)/\(id)"
            let page = try await organiser.get(one)
            #expect(page.headers[.cacheControl] == "private, no-store" && !organiser.page.contains("欧阳"))
            _ = try await organiser.post(one, [("action", "read")])
            #expect(organiser.page.contains("欧阳小明") && organiser.page.contains("441622********"))
            #expect(!organiser.page.contains(RegistrationScene.identities[0]))
            _ = try await organiser.post(one, [("action", "identity")])
            #expect(organiser.page.contains(RegistrationScene.identities[0]))
            let reads: Int = try await desk.value("select count(*) from events where kind = 'registration_read'")
            #expect(reads == 2)
            let faulty = try await organiser.post(one, [("action", "refused"), ("code", ""), ("note", "差一岁")])
            #expect(faulty.status == .unprocessableContent && organiser.page.contains("差一岁</textarea>"))
            let refused = try await organiser.post(one, [("action", "refused"), ("code", "age"), ("note", "差一岁")])
            #expect(refused.status == .seeOther)
            try await organiser.get(list + "?view=refused")
            #expect(organiser.page.contains("不符合条件"))

            let clerk = try await desk.browser("clerk")
            try await clerk.get(one)
            #expect(!clerk.page.contains("value=\"read\"") && !clerk.page.contains("value=\"eligible\""))
            let denied = try await clerk.post(one, [("action", "read")])
            #expect(denied.status == .forbidden)
        }
    }

    @Test func aClerkEntersWhatCameOnPaper() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let clerk = try await desk.browser("clerk")
            let entry = "/desk/hearings/\(scene.number)/registrations/new"
            try await clerk.get(entry)
            #expect(clerk.page.contains("成为参加人的，名单上怎样写") && !clerk.page.contains("您成为参加人"))
            let day = ChinaTime.date(AnsweringScene.whileOpen)
            let missing = try await clerk.post(entry, fields(clerk, ["arrived_on": day.adding(days: 1).description]))
            #expect(missing.status == .unprocessableContent)
            #expect(clerk.page.contains("href=\"#channel\"") && clerk.page.contains("href=\"#arrived_on\""))
            let done = try await clerk.post(
                entry, fields(clerk, ["channel": "counter", "arrived_on": day.description]))
            #expect(done.status == .ok && clerk.page.contains("已登记"))
        }
    }

    @Test func nobodyRegistersAfterwards() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let mine = try await desk.browser()
            try await mine.get("/desk/hearings/\(scene.number)")
            #expect(mine.page.contains("收到的报名现在就可以审核"))
            try await scene.database.setClock(RegistrationScene.closesAt)
            let later = try await desk.browser()
            try await later.get("/desk/hearings/\(scene.number)")
            #expect(later.page.contains("请审核完报名") && !later.page.contains("现在就可以审核"))
            let browser = desk.visitor
            try await browser.get("/hearings/\(scene.number)")
            #expect(browser.page.contains("报名已经截止"))
            let page = try await browser.get("/hearings/\(scene.number)/register")
            #expect(page.status == .conflict && browser.page.contains("报名已经截止"))
            let unknown = try await browser.get("/hearings/H-2026-999999-9/register")
            #expect(unknown.status == .notFound)
        }
    }

    /// A form that was open when the time came.
    @Test func whatComesAfterwardsIsNotTaken() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let browser = desk.visitor
            let address = "/hearings/\(scene.number)/register"
            try await browser.get(address)
            let filled = fields(browser)
            try await scene.database.setClock(RegistrationScene.closesAt)
            let late = try await browser.post(address, filled)
            #expect(late.status == .conflict && browser.page.contains("报名已经截止"))
            let taken: Int = try await desk.value("select count(*) from registrations")
            #expect(taken == 0)
        }
    }

    @Test func nobodyTriesOutManyNumbersOfOthers() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            _ = try await scene.send(scene.registration())
            let browser = desk.visitor
            let address = "/hearings/\(scene.number)/register"
            try await browser.get(address)
            var statuses: [HTTPResponse.Status] = []
            // Thirty at once; a machine that is busy meanwhile earns some more.
            while statuses.last != .tooManyRequests, statuses.count < 90 {
                let answer = try await browser.post(address, fields(browser))
                statuses.append(answer.status)
            }
            #expect(statuses.first == .unprocessableContent && statuses.count > 30 && statuses.last == .tooManyRequests)
            // What was typed is there.
            #expect(browser.page.contains("value=\"欧阳小明\""))
        }
    }

    private static let paper: [UInt8] = Array("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8)

    @Test func papersStayWhateverElseIsWrong() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let browser = desk.visitor
            let address = "/hearings/\(scene.number)/register"
            try await browser.get(address)
            let wrong = try await browser.upload(
                address, fields(browser, ["name": ""]), file: ("files", "欧阳小明身份证.pdf", Self.paper))
            #expect(wrong.status == .unprocessableContent && browser.page.contains("欧阳小明身份证.pdf"))
            let kept = try #require(browser.hidden("waiting"))
            let sent = try await browser.upload(
                address, fields(browser, ["waiting": kept, "keep": kept]), file: nil)
            try await browser.follow(sent)
            // The receipt says what was handed in, and not whose it is.
            #expect(browser.page.contains("材料1（pdf，1 KB）") && !browser.page.contains("欧阳小明"))

            // One that is gone is not left out silently.
            let other = desk.visitor
            try await other.get(address)
            let gone = UUID().uuidString.lowercased()
            let missing = try await other.post(
                address, fields(other, ["identity": RegistrationScene.identities[1], "waiting": gone, "keep": gone]))
            #expect(missing.status == .unprocessableContent && other.page.contains("href=\"#files\""))
        }
    }

    @Test func papersStayAtTheCounterToo() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let clerk = try await desk.browser("clerk")
            let entry = "/desk/hearings/\(scene.number)/registrations/new"
            try await clerk.get(entry)
            let day = ChinaTime.date(AnsweringScene.whileOpen).description
            let wrong = try await clerk.upload(
                entry, fields(clerk, ["arrived_on": day]), file: ("files", "户口本.pdf", Self.paper))
            #expect(wrong.status == .unprocessableContent && clerk.page.contains("户口本.pdf"))
            let kept = try #require(clerk.hidden("waiting"))
            let done = try await clerk.upload(
                entry,
                fields(
                    clerk, ["arrived_on": day, "channel": "counter", "waiting": kept, "keep": kept]), file: nil)
            #expect(done.status == .ok && clerk.page.contains("材料1（pdf"))
            let claimed: Int = try await desk.value("select count(*) from submission_attachments")
            #expect(claimed == 1)

            // Who enters the same person again is told which it is.
            let number: String = try await desk.value("select number from submissions where kind = 'registration'")
            try await clerk.get(entry)
            let twice = try await clerk.post(entry, fields(clerk, ["arrived_on": day, "channel": "counter"]))
            #expect(twice.status == .unprocessableContent && clerk.page.contains(number))
        }
    }

    @Test func aPaperIsOpenedByAPressThatIsRecorded() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let visitor = desk.visitor
            let address = "/hearings/\(scene.number)/register"
            try await visitor.get(address)
            let sent = try await visitor.upload(
                address, fields(visitor), file: ("files", "欧阳小明身份证.pdf", Self.paper))
            #expect(sent.status == .seeOther)
            let readings: SQL = "select count(*) from events where kind = 'registration_read' and code = 'identity'"
            let registration: Int = try await desk.value("select id from registrations")
            let page = "/desk/hearings/\(scene.number)/registrations/\(registration)"
            let file: String = try await desk.value("select attachment_id::text from submission_attachments")
            let organiser = try await desk.browser()
            try await organiser.get(page)
            #expect(organiser.page.contains("action=\"\(page)/papers/\(file)\""))
            #expect(!organiser.page.contains("href=\"\(page)/papers/"), "following a link writes nothing")
            let linked = try await organiser.get("\(page)/papers/\(file)")
            #expect(linked.status == .notFound || linked.status == .methodNotAllowed)
            let unread: Int = try await desk.value(readings)
            #expect(unread == 0)
            let opened = try await organiser.post("\(page)/papers/\(file)", [])
            #expect(opened.status == .ok && Array(buffer: opened.body) == Self.paper)
            let read: Int = try await desk.value(readings)
            #expect(read == 1)
            // A clerk sees neither the paper nor the way to it.
            let clerk = try await desk.browser("clerk")
            let refused = try await clerk.post("\(page)/papers/\(file)", [])
            #expect(refused.status == .forbidden)
        }
    }

    @Test func theDeskSaysWhenItIsDeleted() async throws {
        try await DeskScene.run { desk in
            let scene = try await RegistrationScene.make(in: desk.scene)
            let organiser = try await desk.browser()
            try await organiser.get("/desk/hearings/\(scene.number)/registrations")
            let day = ChinaTime.day(ChinaTime.date(RegistrationScene.startsAt).adding(days: 365), in: .zh)
            #expect(organiser.page.contains("听证报告还没有公布。一直不公布，报名人的资料\(day)删除。"))
        }
    }
}
