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

/// Everything public about a matter whose notice is sealed says so, and nothing else.
@Suite("Sealed notices")
struct SealedNoticeTests {
    private func confirm(_ desk: DeskScene) async throws {
        let id: Int = try await desk.value("select max(id) from seals")
        let approver = try await desk.browser("approver")
        try await approver.get("/desk/seals")
        let confirmed = try await approver.post("/desk/seals/\(id)/confirmation", [])
        #expect(confirmed.status == .seeOther)
    }

    @Test func aHearingIsNamedByItsNumberOnEveryPage() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            try await it.announce()
            let (hearing, visitor) = ("/hearings/\(it.number)", desk.visitor)
            let month = GatheringScene.heldOn.description.prefix(7)
            let pages = [
                hearing, hearing + "/calendar.ics", "/calendar?month=\(month)&view=list", "/calendar.ics",
                "/calendar.atom",
                "/consultations/\(desk.scene.number)",
            ]
            func text(_ path: String) async throws -> String {
                let page = try await visitor.get(path)
                #expect(page.status == .ok, "\(path)")
                // Long lines of a calendar are folded.
                return String(buffer: page.body).replacing("\r\n ", with: "")
            }
            for path in pages {
                let shown = try await text(path)
                #expect(shown.contains("社会救助目录听证会"), "\(path)")
            }
            let organiser = try await desk.browser()
            try await organiser.get("/desk/procedures/\(desk.scene.number)/versions")
            let asked = try await organiser.post(
                "/desk/seals",
                [
                    ("procedure", desk.scene.number), ("kind", "gathering_notice"), ("version", "1"),
                    ("reason", "secret"),
                ])
            #expect(asked.status == .seeOther)
            try await confirm(desk)
            for path in pages {
                let shown = try await text(path)
                #expect(!shown.contains("社会救助目录听证会") && !shown.contains("县政府二楼会议室"), "\(path)")
                #expect(shown.contains("听证会 \(it.number)（公告已封存）"), "\(path)")
                #expect(!shown.contains("LOCATION:"), "\(path)")
            }
            try await visitor.get(hearing)
            #expect(visitor.page.contains("公告已于") && visitor.page.contains("原因类别：涉密审查"))
            #expect(visitor.page.contains("听证公告（已封存）") && !visitor.page.contains("人大代表"))
            visitor.set(cookie: "lang", "en")
            try await visitor.get(hearing)
            #expect(visitor.page.contains("The notice was sealed on") && visitor.page.contains("secrecy review"))
            let notice = try await visitor.get("/consultations/\(desk.scene.number)/notices/gathering_notice/1")
            #expect(notice.status == .gone)
            // The desk works on under the same name.
            try await organiser.get("/desk/hearings/\(it.number)")
            #expect(organiser.page.contains("（公告已封存）") && !organiser.page.contains("县政府二楼会议室"))
        }
    }

    @Test func aConsultationSaysThatItsAnnouncementIsSealed() async throws {
        try await DeskScene.run { desk in
            let made = try await desk.prepareAnnouncement()
            for id in [made.draft, made.notice] { try await desk.scene.clear(id) }
            try await Clearance.publish(made.notice, in: desk.scene.database.staff, as: AnsweringScene.organiser)
            let organiser = try await desk.browser()
            try await organiser.get("/desk/procedures/\(made.number)/versions")
            let asked = try await organiser.post(
                "/desk/seals",
                [
                    ("procedure", made.number), ("kind", "announcement"), ("version", "1"), ("reason", "personal_data"),
                ])
            #expect(asked.status == .seeOther)
            try await confirm(desk)
            let visitor = desk.visitor
            let page = "/consultations/\(made.number)"
            for path in [page, "/consultations", "/calendar.ics", "/api/v1/consultations/\(made.number)"] {
                let shown = try await visitor.get(path)
                #expect(shown.status == .ok, "\(path)")
                let text = String(buffer: shown.body).replacing("\r\n ", with: "")
                #expect(text.contains("征求意见 \(made.number)（公告已封存）"), "\(path)")
                #expect(!text.contains("养老服务领域目录") && !text.contains("0762-6750000"), "\(path)")
            }
            try await visitor.get(page)
            #expect(visitor.page.contains("征求意见的公告已于") && visitor.page.contains("原因类别：个人信息"))
        }
    }

    @Test func whatOnlyNamesTheSamePlaceIsShownAndNotChosen() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            try await it.announce()
            let change = try await it.publish(try await it.prepare(.cancelled))
            let organiser = try await desk.browser()
            try await organiser.get("/desk/procedures/\(desk.scene.number)/versions")
            let shown = try await organiser.post(
                "/desk/seals",
                [
                    ("procedure", desk.scene.number), ("kind", "gathering_notice"), ("version", "1"),
                    ("reason", "secret"),
                ])
            #expect(shown.status == .ok && organiser.page.contains("里面写着同样的标题、地点或推荐单位"))
            #expect(organiser.page.contains("name=\"also\" value=\"\(change)\">"), "it is there, and not chosen")
        }
    }
}
