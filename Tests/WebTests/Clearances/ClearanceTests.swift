import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Clearances")
struct ClearanceTests {
    private static let passed = [("passed", "1"), ("attribute", "proactive"), ("review_note", "不涉密")]
    private static let granted = [("granted", "1"), ("approval_note", "")]

    @Test func theWholeWayOnScreen() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk/clearances")
            #expect(reviewer.page.contains("等保密审查") && reviewer.page.contains("与征求意见稿一起公布"))
            for id in [made.draft, made.notice] {
                try await reviewer.get("/desk/clearances/\(id)")
                #expect(reviewer.page.contains("请您做保密审查"))
                let answer = try await reviewer.post("/desk/clearances/\(id)/review", Self.passed + reviewer.asRead)
                #expect(answer.status == .seeOther)
            }
            // The words as they will be public, with what looks like somebody's number.
            try await reviewer.get("/desk/clearances/\(made.notice)")
            #expect(reviewer.page.contains("起草人电话 13800138000。") && reviewer.page.contains("手机号"))
            #expect(reviewer.page.contains("可以审签的人：李审签（县民政局）"))
            #expect(reviewer.page.contains("网上：在 http://localhost/consultations/\(made.number) 填写"))
            try await reviewer.get("/desk/clearances/\(made.draft)")
            // Every column stands in the open.
            #expect(reviewer.page.contains("《社会救助暂行办法》") && reviewer.page.contains("■全社会"))
            #expect(reviewer.page.contains("审批信息") && reviewer.page.contains("征求意见公告：等审签"))

            let approver = try await site.browser("approver")
            try await approver.get("/desk/clearances/\(made.notice)")
            try await approver.post("/desk/clearances/\(made.notice)/approval", Self.granted + approver.asRead)
            let organiser = try await site.browser("organiser")
            try await organiser.get("/desk/clearances/\(made.notice)")
            #expect(organiser.page.contains("要等征求意见稿也办完") && !organiser.page.contains("/publication"))
            let early = try await organiser.post("/desk/clearances/\(made.notice)/publication", [])
            #expect(early.status == .conflict && organiser.page.contains("征求意见稿还没有通过"))

            try await approver.get("/desk/clearances/\(made.draft)")
            try await approver.post("/desk/clearances/\(made.draft)/approval", Self.granted + approver.asRead)
            try await organiser.get("/desk/clearances/\(made.draft)")
            #expect(organiser.page.contains("不单独公布") && !organiser.page.contains("/publication"))
            try await organiser.get("/desk/clearances/\(made.notice)")
            for _ in 1...2 {  // The second press publishes nothing a second time.
                let answer = try await organiser.post("/desk/clearances/\(made.notice)/publication", [])
                #expect(answer.status == .seeOther)
            }
            let versions: Int = try await site.value("select count(*) from published_versions")
            #expect(versions == 2)
            try await organiser.get("/desk/clearances/\(made.notice)")
            let address = "/consultations/\(made.number)/notices/announcement/1"
            #expect(organiser.page.contains("href=\"\(address)\"") && organiser.page.contains("审签同意 · 李审签"))
            #expect(try await site.visitor.get(address).status == .ok)
            #expect(try await organiser.get("/desk/clearances").status == .ok && organiser.page.contains("没有等着办"))
        }
    }

    @Test func whoPreparedItDoesNotApproveIt() async throws {
        try await DeskScene.run { site in
            _ = try await site.scene.database.owner.write { tx in
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (1, 2, 'approver')")
            }
            let made = try await site.prepareAnnouncement()
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk/clearances/\(made.notice)")
            try await reviewer.post("/desk/clearances/\(made.notice)/review", Self.passed + reviewer.asRead)

            let author = try await site.browser("organiser")
            try await author.get("/desk/clearances/\(made.notice)")
            #expect(author.page.contains("这一稿是您拟的，要由第二个人审签：李审签（县民政局）。"))
            #expect(!author.page.contains("\(made.notice)/approval"))
            let answer = try await author.post(
                "/desk/clearances/\(made.notice)/approval", Self.granted + [("version", "2")])
            #expect(answer.status == .conflict && author.page.contains("拟稿人以外的第二个人"))
            // Nor with their own name on paper.
            try await author.get("/desk/clearances/\(made.notice)")
            let paper = try await author.upload(
                "/desk/clearances/\(made.notice)/paper",
                [("paper_granted", "1"), ("signer", "陈组织"), ("signed_on", "2026-11-21"), ("paper_note", "")],
                file: ("scan", "a.pdf", Array("%PDF-1.4".utf8)))
            #expect(paper.status == .unprocessableContent && author.page.contains("签字的不能是拟稿人自己"))
        }
    }

    @Test func mistakesComeBackBesideTheirFields() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk/clearances/\(made.notice)")
            let address = "/desk/clearances/\(made.notice)/review"
            #expect(try await reviewer.post(address, []).status == .unprocessableContent)
            #expect(reviewer.page.contains("请选择通过或不通过") && reviewer.page.contains("href=\"#passed\""))
            let withheld = [("passed", "1"), ("attribute", "withheld"), ("review_note", " ")]
            #expect(try await reviewer.post(address, withheld).status == .unprocessableContent)
            #expect(reviewer.page.contains("不主动公开，请写明理由"))
            #expect(reviewer.page.contains("value=\"withheld\" checked"))
            let long = [
                ("passed", "1"), ("attribute", "proactive"), ("review_note", String(repeating: "字", count: 1003)),
            ]
            #expect(try await reviewer.post(address, long).status == .unprocessableContent)
            #expect(reviewer.page.contains("多出 3 字"))
            let kept = [("passed", "1"), ("attribute", "withheld"), ("review_note", "过程性信息")]
            #expect(try await reviewer.post(address, kept + reviewer.asRead).status == .seeOther)
            let again = try await reviewer.post(address, Self.passed + reviewer.asRead)
            #expect(again.status == .conflict && reviewer.page.contains("没有改动"))

            let approver = try await site.browser("approver")
            try await approver.get("/desk/clearances/\(made.notice)")
            let refused = [("granted", "0"), ("approval_note", "")]
            let answer = try await approver.post("/desk/clearances/\(made.notice)/approval", refused)
            #expect(answer.status == .unprocessableContent && approver.page.contains("没有通过，请写明理由"))
            try await approver.post(
                "/desk/clearances/\(made.notice)/approval",
                [("granted", "0"), ("approval_note", "再改")] + approver.asRead)
            try await approver.get("/desk/clearances/\(made.notice)")
            #expect(approver.page.contains("没有通过，不会公布") && approver.page.contains("再改"))
        }
    }

    @Test func thePaperWay() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            let reviewer = try await site.browser("reviewer")
            for id in [made.draft, made.notice] {
                try await reviewer.get("/desk/clearances/\(id)")
                try await reviewer.post("/desk/clearances/\(id)/review", Self.passed + reviewer.asRead)
            }
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk/clearances/\(made.notice)/form")
            let hash: String = try await site.value(
                "select encode(content_hash, 'hex') from clearances where id = \(made.notice)")
            #expect(clerk.page.contains("信息发布审批单") && clerk.page.contains(hash) && clerk.page.contains("☑ 主动公开"))

            try await clerk.get("/desk/clearances/\(made.notice)")
            #expect(!clerk.page.contains("/approval"))
            let address = "/desk/clearances/\(made.notice)/paper"
            let fields = [("paper_granted", "1"), ("signer", "王县长"), ("signed_on", "2026-11-21"), ("paper_note", "同意")]
            #expect(try await clerk.upload(address, fields, file: nil).status == .unprocessableContent)
            #expect(clerk.page.contains("请选择签字页的扫描件") && clerk.page.contains("value=\"王县长\""))
            let script = try await clerk.upload(address, fields, file: ("scan", "a.pdf", Array("<script>".utf8)))
            #expect(script.status == .unprocessableContent && clerk.page.contains("只收 PDF、JPEG 或 PNG"))
            #expect(clerk.page.contains("请重新选择"))
            let early = fields.map { $0.0 == "signed_on" ? ("signed_on", "2020-01-01") : $0 }
            let pdf = Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 7, count: 1_000_000)
            let answer = try await clerk.upload(address, early, file: ("scan", "a.pdf", pdf))
            #expect(answer.status == .unprocessableContent && clerk.page.contains("签字日期要在"))
            for _ in 1...2 {
                let taken = try await clerk.upload(address, fields + clerk.asRead, file: ("scan", "张三的审批单.pdf", pdf))
                #expect(taken.status == .seeOther)
            }
            try await clerk.get("/desk/clearances/\(made.notice)")
            #expect(clerk.page.contains("王县长于2026年11月21日签字 · 孙经办登记"))
            let name: String = try await site.value(
                "select approved_by::text || paper_signer from clearances where id = \(made.notice)")
            #expect(name == "5王县长")
        }
    }

    @Test func othersSeeNothing() async throws {
        try await DeskScene.run { site in
            let made = try await site.prepareAnnouncement()
            let stranger = try await site.browser("stranger")
            #expect(try await stranger.get("/desk/clearances/\(made.notice)").status == .notFound)
            #expect(try await stranger.get("/desk/clearances/\(made.notice)/form").status == .notFound)
            #expect(try await stranger.get("/desk/clearances/0").status == .notFound)
            try await stranger.get("/desk/clearances")
            #expect(stranger.page.contains("现在没有等着办的审批"))
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk/clearances/\(made.notice)")
            #expect(clerk.page.contains("可以审查的人：赵保密（县政府办）") && !clerk.page.contains("name=\"passed\""))
            let answer = try await clerk.post("/desk/clearances/\(made.notice)/review", Self.passed + clerk.asRead)
            #expect(answer.status == .forbidden)
            #expect(try await site.visitor.get("/desk/clearances").status == .seeOther)
        }
    }

    @Test func whatASubstituteDoesStandsUnderTheirOwnName() async throws {
        try await DeskScene.run { site in
            _ = try await site.scene.database.owner.write { tx in
                try tx.execute(
                    """
                    insert into substitutions (absent_id, substitute_id, from_on, until_on)
                    select 2, 5, day, day from (select (minyi_clock() at time zone 'Asia/Shanghai')::date as day) today
                    """)
            }
            let made = try await site.prepareAnnouncement()
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk/clearances/\(made.notice)")
            try await reviewer.post("/desk/clearances/\(made.notice)/review", Self.passed + reviewer.asRead)
            try await reviewer.get("/desk/clearances/\(made.notice)")
            #expect(reviewer.page.contains("李审签（县民政局）、孙经办（县民政局）"))
            // The clerk stands in for the approver today.
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk")
            #expect(clerk.page.contains("您今天在代李审签") && clerk.page.contains("审签：征求意见公告"))
            try await clerk.get("/desk/clearances/\(made.notice)")
            #expect(
                try await clerk.post("/desk/clearances/\(made.notice)/approval", Self.granted + clerk.asRead).status
                    == .seeOther)
            let who: Int = try await site.value("select approved_by from clearances where id = \(made.notice)")
            let event: Int = try await site.value(
                "select staff_id from events where subject = 'clearance' and kind = 'approved'")
            #expect(who == AnsweringScene.clerkID && event == AnsweringScene.clerkID)
            try await site.scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(86_400))
            try await clerk.get("/desk/clearances/\(made.draft)")
            #expect(!clerk.page.contains("\(made.draft)/approval"))
        }
    }

    @Test func aResultIsShownWithItsRows() async throws {
        try await DeskScene.run { site in
            let scene = site.scene
            let sent = try await scene.submit("二十个工作日太长", row: 1)
            try await scene.close()
            try await scene.answer(sent.id, .adopted, "改为十个工作日。")
            try await scene.finish()
            let id = try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
                in: scene.database.staff, as: AnsweringScene.organiser)
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk/clearances/\(id)")
            for words in ["二十个工作日太长", "改为十个工作日。", "网民1", "1 件", "按采纳的意见修改后公布。"] {
                #expect(reviewer.page.contains(words), "\(words)")
            }
        }
    }
}
