import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Desk")
struct DeskTests {
    @Test func everyRoleFindsWhatWaitsForIt() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            _ = try await site.scene.submit("一条意见")
            let organiser = try await site.browser("organiser")
            try await organiser.get("/desk")
            #expect(organiser.page.contains("有 1 件意见等您审看") && organiser.page.contains("您的角色：组织、经办"))
            #expect(!organiser.page.contains("保密审查：征求意见公告"))
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk")
            #expect(reviewer.page.contains("保密审查：征求意见公告"))
            #expect(reviewer.page.contains("href=\"/desk/clearances/\(made.notice)\""))
            let approver = try await site.browser("approver")
            try await approver.get("/desk")
            #expect(approver.page.contains("现在没有等您办的事"))
            try await site.scene.clear(made.draft)
            try await site.scene.clear(made.notice)
            try await organiser.get("/desk")
            #expect(organiser.page.contains("可以公布了：征求意见公告") && !organiser.page.contains("可以公布了：征求意见稿"))
        }
    }

    @Test func dangerComesFirstWithThePhone() async throws {
        try await DeskScene.run { site in
            let sent = try await site.scene.submit("不想活了")
            try await SubmissionFlag.set(
                [.selfHarm], on: sent.id, in: site.scene.database.staff, as: AnsweringScene.clerk)
            _ = try await site.scene.database.owner.write { tx in
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (4, 2, 'duty_officer')")
                try tx.execute("delete from staff_roles where staff_id = 4 and role = 'organiser'")
            }
            let duty = try await site.browser("stranger")
            try await duty.get("/desk")
            #expect(duty.page.contains("意见里有轻生的内容") && duty.page.contains(sent.number))
            #expect(duty.page.contains("值班电话还没有填"))
            _ = try await site.scene.database.owner.write { tx in
                try tx.execute("update site_settings set value = '0762-110' where key = 'duty_officer'")
            }
            try await duty.get("/desk")
            #expect(duty.page.contains("请马上打值班电话：0762-110"))
            // What holds no danger stays closed to the duty officer.
            _ = try await site.scene.submit("另一条意见")
            let seen: Int = try await site.scene.database.staff.read(
                as: AnsweringScene.actor(4, units: [2], ["duty_officer"])
            ) { try $0.value("select count(*) from submissions") }
            #expect(seen == 1)
        }
    }

    @Test func afterClosingTheAnsweringIsMeasured() async throws {
        try await DeskScene.run { site in
            let scene = site.scene
            let first = try await scene.submit("一")
            let second = try await scene.submit("二")
            try await scene.database.setClock(AnsweringScene.closesAt.addingTimeInterval(-7200))
            let organiser = try await site.browser("organiser")
            try await organiser.get("/desk")
            #expect(organiser.page.contains("征求意见快要截止") && organiser.page.contains("还有 2 小时"))
            try await scene.close()
            try await scene.answer(first.id, .adopted)
            // The session of the morning has ended meanwhile.
            let later = try await site.browser("organiser")
            try await later.get("/desk")
            #expect(later.page.contains("已办完 1 / 2 件") && later.page.contains("<progress value=\"1\" max=\"2\""))
            try await scene.answer(second.id, .adopted)
            try await later.get("/desk")
            #expect(later.page.contains("都答复完了"))
            try await scene.finish()
            try await later.get("/desk")
            #expect(later.page.contains("拟出采纳情况并送审"))
        }
    }

    @Test func somebodyWithoutRolesSeesNoError() async throws {
        try await DeskScene.run { site in
            _ = try await site.scene.database.owner.write { tx in
                try tx.execute("delete from staff_roles where staff_id = 5")
            }
            let browser = try await site.browser("clerk")
            for path in ["/desk", "/desk/clearances", "/desk/seals"] {
                #expect(try await browser.get(path).status == .ok, "\(path)")
            }
            try await browser.get("/desk")
            #expect(browser.page.contains("还没有角色") && !browser.page.contains("href=\"/desk/clearances\""))
        }
    }

    @Test func anAdministratorIsToldOfEmptySettings() async throws {
        try await DeskScene.run { site in
            _ = try await site.scene.database.owner.write { tx in
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (5, 2, 'administrator')")
            }
            let administrator = try await site.browser("clerk")
            try await administrator.get("/desk")
            #expect(administrator.page.contains("项网站设置没有填") && administrator.page.contains("主办单位"))
            let organiser = try await site.browser("organiser")
            try await organiser.get("/desk")
            #expect(!organiser.page.contains("项网站设置没有填"))
        }
    }

    @Test func theRailMarksTheSectionOnItsPages() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            let organiser = try await site.browser("organiser")
            func current(_ browser: TestBrowser, _ path: String) async throws -> [String] {
                try await browser.get(path)
                return browser.page.components(separatedBy: "<a href=\"").dropFirst().compactMap { link in
                    link.prefix { $0 != ">" }.contains("aria-current=\"page\"")
                        ? String(link.prefix { $0 != "\"" }) : nil
                }
            }
            #expect(try await current(organiser, "/desk") == ["/desk"])
            #expect(try await current(organiser, "/desk/clearances/\(made.notice)") == ["/desk/clearances"])
            #expect(
                try await current(organiser, "/desk/procedures/\(site.scene.number)/versions") == ["/desk/procedures"])
            #expect(!organiser.page.contains("href=\"/desk/settings\""))
            let visitor = site.visitor
            #expect(try await current(visitor, "/") == ["/"])
            #expect(try await current(visitor, "/how-to") == [])
            #expect(try await current(visitor, "/consultations/\(site.scene.number)") == ["/consultations"])
        }
    }
}
