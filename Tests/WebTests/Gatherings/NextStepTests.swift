import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

/// Whoever opens a gathering at the desk is led on by one button, whatever state it is in.
@Suite("Next steps of a gathering")
struct NextStepTests {
    /// The one button that stands out, of those that lead somewhere: where to, and what it says.
    private func main(_ browser: TestBrowser) throws -> String {
        let found = browser.page.matches(of: /<a class="button" href="([^"]*)">([^<]*)<\/a>/)
        #expect(found.count == 1, "\(found.map(\.output.0))")
        let only = try #require(found.first).output
        return "\(only.1) \(only.2)"
    }

    @Test func aHearingFromItsPlanToItsDay() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            let address = "/desk/hearings/\(it.number)"
            var browser = try await desk.browser()
            try await browser.get(address)
            #expect(try main(browser) == "\(address)/people/new 添加主持人")
            #expect(browser.page.contains("<a class=\"button second\" href=\"\(address)/edit\">"))

            try await it.name(.presider, staff: GatheringScene.presiderID)
            try await browser.get(address)
            #expect(try main(browser).hasPrefix("\(address)/papers/gathering_notice "))

            let notice = try await it.prepare()
            try await it.answering.clear(notice)
            try await browser.get(address)
            #expect(try main(browser) == "/desk/clearances/\(notice) 去公布")

            _ = try await Clearance.publish(notice, in: it.database.staff, as: AnsweringScene.organiser)
            try await browser.get(address)
            #expect(try main(browser) == "\(address)/registrations 报名")
            #expect(browser.page.contains("<a class=\"button second\" href=\"\(address)/change\">"))

            // Nobody asks for a list before it is known who registered.
            try await it.database.setClock(ChinaTime.startOf(GatheringScene.today.adding(days: 14)))
            browser = try await desk.browser()
            try await browser.get(address)
            #expect(try main(browser) == "\(address)/list 准备名单")
            #expect(browser.page.contains("要公布听证会参加人名单"))

            // On its day nothing comes before it.
            try await it.database.setClock(ChinaTime.startOf(GatheringScene.heldOn).addingTimeInterval(8 * 3600))
            browser = try await desk.browser()
            try await browser.get(address)
            #expect(try main(browser) == "\(address)/live 现场记录")
            #expect(browser.page.contains("<a class=\"button second\" href=\"\(address)/list\">准备名单</a>"))
        }
    }

    @Test func aPlanWithoutATimeIsFilledInFirst() async throws {
        try await DeskScene.run { desk in
            var input = GatheringScene.input()
            (input.startsAt, input.endsAt, input.registrationFrom, input.registrationUntil) = ("", "", "", "")
            (input.listOn, input.materialsOn, input.reportOn) = ("", "", "")
            let it = try await GatheringScene(desk.scene, input)
            let browser = try await desk.browser()
            try await browser.get("/desk/hearings/\(it.number)")
            #expect(try main(browser) == "/desk/hearings/\(it.number)/edit 修改")
        }
    }
}
