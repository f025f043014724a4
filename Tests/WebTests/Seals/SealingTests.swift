import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Sealing")
struct SealingTests {
    private static let secret = "坐标二三四五"

    /// A published result with one submission that holds the secret, answered, with its slip on file.
    private func published(_ site: DeskScene) async throws -> (number: String, code: String, slip: UUID) {
        let scene = site.scene
        let slip = try await Attachment.store(
            Array("%PDF-1.4 slip".utf8), name: "slip.pdf", for: [2], in: scene.database.staff,
            as: AnsweringScene.organiser)
        let sent = try await scene.submit("请公开\(Self.secret)", row: 1)
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update submissions set slip_id = \(slip) where id = \(sent.id)")
        }
        try await scene.close()
        try await scene.answer(sent.id, .explained, "不便公开。")
        try await scene.finish()
        try await scene.publishResult()
        return (sent.number, scene.intake.codes.code(for: sent.key).digits, slip)
    }

    @Test func aSealedSubmissionIsGoneFromEveryPage() async throws {
        try await DeskScene.run { site in
            let (number, code, slip) = try await published(site)
            let citizen = site.visitor
            try await citizen.get("/receipts")
            try await citizen.post("/receipts", [("number", number), ("code", code)])
            let clerk = try await site.browser("clerk")
            let clearance: Int = try await site.value("select max(id) from clearances where kind = 'result'")
            let result = "/consultations/\(site.scene.number)/result"
            let pages = [
                (citizen, result), (citizen, result + ".csv"), (citizen, "/receipts/\(number)"),
                (citizen, "/consultations/\(site.scene.number)/notices/result/1"),
                (clerk, "/desk/clearances/\(clearance)"),
            ]
            for (browser, path) in pages {
                #expect(try await browser.get(path).status == .ok, "\(path)")
                #expect(browser.page.contains(Self.secret), "\(path) shows it at first")
            }
            #expect(try await clerk.get("/desk/attachments/\(slip)").status == .ok)

            try await clerk.get("/desk/seals")
            let asked = try await clerk.post("/desk/seals", [("submission", number), ("reason", "secret")])
            #expect(asked.status == .seeOther && asked.headers[.location] == "/desk/seals")
            // A second press finds it in the list.
            #expect(
                try await clerk.post("/desk/seals", [("submission", number), ("reason", "secret")]).status == .seeOther)
            try await clerk.get("/desk/seals")
            #expect(clerk.page.contains("报告时限还有 24 小时") && clerk.page.contains("这是您提出的"))
            #expect(!clerk.page.contains("/confirmation"))
            let id: Int = try await site.value("select id from seals")
            let own = try await clerk.post("/desk/seals/\(id)/confirmation", [])
            #expect(own.status == .conflict && clerk.page.contains("申请人以外的第二个人"))

            var approver = try await site.browser("approver")
            try await approver.get("/desk/seals")
            #expect(try await approver.post("/desk/seals/\(id)/confirmation", []).status == .seeOther)
            for (browser, path) in pages + [(clerk, "/desk/seals"), (clerk, "/desk")] {
                let answer = try await browser.get(path)
                #expect(!browser.page.contains(Self.secret), "\(path)")
                #expect(answer.headers[.cacheControl]?.contains("no-") == true, "\(path) may be kept by a cache")
            }
            #expect(try await clerk.get("/desk/attachments/\(slip)").status == .notFound)
            try await citizen.get(result)
            #expect(citizen.page.contains("封存") && !citizen.page.contains("不便公开。"))
            #expect(try await citizen.get("/receipts/\(number)/record.txt").status == .gone)

            try await site.scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(26 * 3600))
            approver = try await site.browser("approver")
            try await approver.get("/desk")
            #expect(approver.page.contains("疑似涉密，要向") && approver.page.contains("已经过了 2 小时"))
            try await approver.get("/desk/seals")
            #expect(approver.page.contains("报告已经超过时限 2 小时"))
            try await approver.post("/desk/seals/\(id)/report", [])
            try await approver.get("/desk/seals")
            #expect(approver.page.contains("已封存，已报告") && !approver.page.contains("超过时限"))
        }
    }

    @Test func aSealedVersionIsGoneToo() async throws {
        try await DeskScene.run { site in
            let (_, _, _) = try await published(site)
            let organiser = try await site.browser("organiser")
            let list = "/desk/procedures/\(site.scene.number)/versions"
            try await organiser.get(list)
            #expect(organiser.page.contains("采纳情况 1"))
            let target = [("procedure", site.scene.number), ("kind", "result"), ("version", "1")]
            let asked = try await organiser.post("/desk/seals", target + [("reason", "")])
            #expect(asked.status == .unprocessableContent && organiser.page.contains("请选择理由"))
            #expect(organiser.page.contains("name=\"version\" value=\"1\""))
            try await organiser.post("/desk/seals", target + [("reason", "unlawful")])
            try await organiser.get(list)
            #expect(organiser.page.contains("已申请封存"))
            let id: Int = try await site.value("select id from seals")
            let approver = try await site.browser("approver")
            try await approver.get("/desk/seals")
            try await approver.post("/desk/seals/\(id)/confirmation", [])

            let visitor = site.visitor
            let result = "/consultations/\(site.scene.number)/notices/result/1"
            #expect(try await visitor.get(result).status == .gone)
            #expect(!visitor.page.contains(Self.secret))
            #expect(try await visitor.get("/consultations/\(site.scene.number)/result.csv").status == .gone)
            let clearance: Int = try await site.value("select max(id) from clearances where kind = 'result'")
            try await organiser.get("/desk/clearances/\(clearance)")
            #expect(organiser.page.contains("已经封存") && !organiser.page.contains(Self.secret))
            try await organiser.get(list)
            #expect(organiser.page.contains("已封存，"))
        }
    }

    @Test("Versions with the same words are listed when one is to be sealed, and sealed in the same step")
    func sealedTogether() async throws {
        try await DeskScene.run { site in
            let (_, _, _) = try await published(site)
            try await site.scene.publishResult()
            let organiser = try await site.browser("organiser")
            try await organiser.get("/desk/procedures/\(site.scene.number)/versions")
            let target = [
                ("procedure", site.scene.number), ("kind", "result"), ("version", "1"), ("reason", "unlawful"),
            ]
            let shown = try await organiser.post("/desk/seals", target)
            #expect(shown.status == .ok && organiser.page.contains("一起封存") && organiser.page.contains("1 处相同"))
            #expect(try await site.value("select count(*) from seals", as: Int.self) == 0)
            let other: Int = try await site.value("select max(id) from published_versions where kind = 'result'")
            #expect(organiser.page.contains("value=\"\(other)\" checked"))
            let asked = try await organiser.post("/desk/seals", target + [("asked", "1"), ("also", String(other))])
            #expect(asked.status == .seeOther)
            let approver = try await site.browser("approver")
            try await approver.get("/desk/seals")
            #expect(approver.page.contains("连同另外 1 个版本") && approver.page.contains("与另一个版本一起提出"))
            let id: Int = try await site.value("select min(id) from seals")
            try await approver.post("/desk/seals/\(id)/confirmation", [])
            for version in 1...2 {
                let address = "/consultations/\(site.scene.number)/notices/result/\(version)"
                #expect(try await site.visitor.get(address).status == .gone)
            }
            #expect(try await site.value("select count(*) from seals where confirmed_at is null", as: Int.self) == 0)
        }
    }

    @Test func aSealedDraftLeavesTheDeskAsWell() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            for id in [made.draft, made.notice] { try await site.scene.clear(id) }
            let staff = site.scene.database.staff
            try await Clearance.publish(made.notice, in: staff, as: AnsweringScene.organiser)
            for kind in [PublishedVersion.Kind.draft, .announcement] {
                let target = try #require(
                    try await Seal.version(
                        of: made.number, kind: kind, version: 1, in: staff, as: AnsweringScene.organiser))
                let id = try await Seal.request(target, reason: .secret, in: staff, as: AnsweringScene.organiser)
                try await Seal.confirm(id, in: staff, as: AnsweringScene.approver)
            }
            let left: Int = try await site.value(
                """
                select (select count(*) from passages where level2 <> '') + (select count(*) from procedures where explanatory_note <> '')
                """)
            #expect(left == 0)
            #expect(try await site.visitor.get("/consultations/\(made.number)").status == .ok)
        }
    }

    @Test func aRequestCanBeDroppedAndOthersSeeNothing() async throws {
        try await DeskScene.run { site in
            let sent = try await site.scene.submit("一条普通的意见")
            let stranger = try await site.browser("stranger")
            try await stranger.get("/desk/seals")
            #expect(stranger.page.contains("现在没有要封存的"))
            let theirs = try await stranger.post("/desk/seals", [("submission", sent.number), ("reason", "secret")])
            #expect(theirs.status == .notFound)
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk/seals")
            try await clerk.post("/desk/seals", [("submission", sent.number), ("reason", "child")])
            let id: Int = try await site.value("select id from seals")
            #expect(try await stranger.post("/desk/seals/\(id)/confirmation", []).status == .forbidden)
            try await clerk.get("/desk/seals")
            #expect(clerk.page.contains("撤回申请"))
            for _ in 1...2 { #expect(try await clerk.post("/desk/seals/\(id)/refusal", []).status == .seeOther) }
            let organiser = try await site.browser("organiser")
            try await organiser.get("/desk/seals")
            #expect(organiser.page.contains("没有封存"))
            let late = try await organiser.post("/desk/seals/\(id)/confirmation", [])
            #expect(late.status == .conflict && organiser.page.contains("申请已经撤销"))
            // It may be asked for again.
            try await organiser.post("/desk/seals", [("submission", sent.number), ("reason", "child")])
            let asked: Int = try await site.value("select count(*) from seals")
            #expect(asked == 2)
        }
    }
}
