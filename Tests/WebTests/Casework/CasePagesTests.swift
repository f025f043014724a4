import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Cases at the desk")
struct CasePagesTests {
    @Test func fromScreeningToPublication() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.open()
            let office = try await desk.browser("office")
            try await office.get("/desk/cases")
            #expect(office.page.contains("公交站牌看不清") && office.page.contains("还剩 1 个工作日") && office.page.contains("待受理"))
            try await office.get("/desk/cases/\(id)")
            #expect(office.page.contains("老隆镇的公交站牌字太小。") && office.page.contains("期限怎么算的"))
            // Nothing is chosen beforehand.
            let blank = try await office.post("/desk/cases/\(id)/screening", [])
            #expect(blank.status == .unprocessableContent && office.page.contains("请选择“结果”。"))
            let accepted = try await office.post("/desk/cases/\(id)/screening", [("screening_verdict", "accepted")])
            try await office.follow(accepted)
            #expect(office.page.contains("可以交给这些单位") && office.page.contains("职责里有：公交"))
            let assigned = try await office.post(
                "/desk/cases/\(id)/assignment",
                [
                    ("assignment_unit", "2"), ("assignment_assisting", "3"), ("assignment_urgency", "ordinary"),
                    ("assignment_remark", "请核查"),
                ])
            try await office.follow(assigned)
            #expect(office.page.contains("县交通局") && office.page.contains("协办：县民政局"))

            let clerk = try await desk.browser("traffic")
            try await clerk.get("/desk")
            #expect(clerk.page.contains("有 1 件留言待答复"))
            try await clerk.get("/desk/cases/\(id)")
            #expect(clerk.page.contains("写答复") && clerk.page.contains("请核查") && clerk.page.contains("前可以退回"))
            let saved = try await clerk.post(
                "/desk/cases/\(id)/reply", [("version", "0"), ("reply", "网友您好"), ("do", "save")])
            try await clerk.follow(saved)
            #expect(clerk.page.contains("网友您好</textarea>") && clerk.hidden("version") == "1")
            let empty = try await clerk.post(
                "/desk/cases/\(id)/reply", [("version", "1"), ("reply", "  "), ("do", "submit")])
            #expect(empty.status == .unprocessableContent && clerk.page.contains("请先写答复"))
            let handedIn = try await clerk.post(
                "/desk/cases/\(id)/reply", [("version", "1"), ("reply", "网友您好：已更换，电话 13800138000。"), ("do", "submit")])
            try await clerk.follow(handedIn)
            #expect(clerk.page.contains("待签发的答复") && !clerk.page.contains("name=\"reply\""))

            let head = try await desk.browser("traffichead")
            try await head.get("/desk/cases/\(id)")
            #expect(head.page.contains("同不同意这份答复"))
            let noReason = try await head.post("/desk/cases/\(id)/approval", [("approval_granted", "no")])
            #expect(noReason.status == .unprocessableContent)
            try await head.follow(
                try await head.post(
                    "/desk/cases/\(id)/approval",
                    [("approval_granted", "yes"), ("seen_version", head.hidden("seen_version") ?? "")]))
            #expect(head.page.contains("当天答复"))

            let reviewer = try await desk.browser("reviewer")
            try await reviewer.get("/desk/cases?view=review")
            #expect(reviewer.page.contains("公交站牌看不清"))
            try await reviewer.get("/desk/cases/\(id)")
            // The answer as its author has it, and as everyone will: masked.
            #expect(reviewer.page.contains("将要公开的问和答"))
            let words = reviewer.page.components(separatedBy: "将要公开的问和答").dropFirst().joined()
            #expect(!words.prefix(2000).contains("13800138000"))
            try await reviewer.follow(
                try await reviewer.post(
                    "/desk/cases/\(id)/review",
                    [("review_passed", "yes"), ("seen_version", reviewer.hidden("seen_version") ?? "")]))
            #expect(reviewer.page.contains("已经公布"))
        }
    }

    @Test func whoComesSecondIsToldAndKeepsTheirText() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.assigned()
            let (one, other) = (try await desk.browser("traffic"), try await desk.browser("colleague"))
            try await one.get("/desk/cases/\(id)")
            try await other.get("/desk/cases/\(id)")
            try await one.post("/desk/cases/\(id)/reply", [("version", "0"), ("reply", "甲的稿子"), ("do", "save")])
            let second = try await other.post(
                "/desk/cases/\(id)/reply", [("version", "0"), ("reply", "乙的稿子"), ("do", "submit")])
            #expect(second.status == .conflict)
            #expect(other.page.contains("钱经办") && other.page.contains("甲的稿子") && other.page.contains("乙的稿子</textarea>"))
            #expect(other.hidden("version") == "1")
            // Nothing was handed in.
            #expect(try await desk.scene.state(id) == "assigned")
            let merged = try await other.post(
                "/desk/cases/\(id)/reply", [("version", "1"), ("reply", "甲乙的稿子"), ("do", "save")])
            #expect(merged.status == .seeOther)
            // The script's way.
            let draft = try await one.post(
                "/desk/cases/\(id)/reply/draft", [("version", "1"), ("reply", "甲又写")],
                headers: [.accept: "application/json"])
            #expect(draft.status == .conflict && one.page.contains("\"saved\":false") && one.page.contains("王同事"))
            let good = try await one.post(
                "/desk/cases/\(id)/reply/draft", [("version", "2"), ("reply", "甲又写")],
                headers: [.accept: "application/json"])
            #expect(good.status == .ok && one.page.contains("\"version\":3"))
        }
    }

    @Test func thePageSaysHowItsDateCameAboutAndHowFarItMayGo() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.assigned()
            let clerk = try await desk.browser("traffic")
            try await clerk.get("/desk/cases/\(id)")
            // It counts from acceptance, and not from receipt.
            #expect(clerk.page.contains("受理的当天，不算") && !clerk.page.contains("收到的当天，不算"))
            let far = try await clerk.post(
                "/desk/cases/\(id)/extension", [("extension_day", "2027-03-01"), ("extension_reason", "来不及")])
            #expect(far.status == .unprocessableContent && clerk.page.contains("最晚可以选2026年12月15日"))
            // The calendar moves it: that is part of its history.
            _ = try await desk.scene.database.owner.write { tx in
                try tx.execute("insert into calendar_days (day, kind, name) values ('2026-11-30', 'holiday', '县庆')")
            }
            try await clerk.get("/desk/cases/\(id)")
            #expect(clerk.page.contains("日历改了，期限由2026年12月1日改为2026年12月2日"))
            // A report of a violation offers no form that would publish it; anything else does.
            let office = try await desk.browser("office")
            try await office.get("/desk/cases/\(id)")
            #expect(office.page.contains("/desk/cases/\(id)/publishable"))
            let report = try await desk.scene.open(topic: "report")
            try await office.get("/desk/cases/\(report)")
            #expect(!office.page.contains("/desk/cases/\(report)/publishable"))
        }
    }

    @Test func whatWasSpokenIsWordedForThePublic() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.open("语音留言", "")
            _ = try await desk.scene.database.owner.write { tx in
                try tx.execute(
                    """
                    update messages set transcription = '我是李四，住在十二号', transcribed_by = 1, transcribed_at = minyi_clock()
                    """)
            }
            try await desk.scene.act(CaseScene.accept, on: id, as: CaseScene.officeClerk)
            try await desk.scene.act(CaseScene.assign(), on: id, as: CaseScene.officeClerk)
            let clerk = try await desk.browser("traffic")
            try await clerk.get("/desk/cases/\(id)")
            try await clerk.follow(
                try await clerk.post(
                    "/desk/cases/\(id)/reply", [("version", "0"), ("reply", "网友您好：已经处理。"), ("do", "submit")]))
            #expect(try await desk.scene.value("select public_question from replies", as: String.self) == "")
            #expect(clerk.page.contains("请先写好可以公开的问题"))
            try await desk.scene.act(CaseScene.approve, on: id, as: CaseScene.trafficHead)
            try await clerk.get("/desk/cases/\(id)")
            #expect(clerk.page.contains("/desk/cases/\(id)/wording"))
        }
    }

    @Test func whatIsRefusedComesBackWithItsWordsAndASentence() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.assigned()
            // A page that was opened while there was time.
            try await desk.scene.database.setClock(CaseScene.moment("2026-11-25", hour: 10))
            let clerk = try await desk.browser("traffic")
            let late = try await clerk.post(
                "/desk/cases/\(id)/give-back", [("give_back_code", "not_ours"), ("give_back_remark", "归水务局管")])
            #expect(late.status == .conflict && clerk.page.contains("退回的时间已经过了") && clerk.page.contains("归水务局管"))
            let far = try await clerk.post(
                "/desk/cases/\(id)/extension", [("extension_day", "2027-05-01"), ("extension_reason", "要核查现场")])
            #expect(
                far.status == .unprocessableContent && clerk.page.contains("超过了规定的最长期限，最晚可以选")
                    && clerk.page.contains("要核查现场"))
            try await desk.scene.database.setClock(CaseScene.moment("2026-12-02", hour: 1))
            let again = try await desk.browser("traffic")
            try await again.get("/desk/cases/\(id)")
            #expect(again.page.contains("已超期") || again.page.contains("超期"))
            let over = try await again.post(
                "/desk/cases/\(id)/extension", [("extension_day", "2026-12-09"), ("extension_reason", "来不及")])
            #expect(over.status == .conflict && again.page.contains("期限已经过了，不能再申请延期") && again.page.contains("来不及"))
            // Concerned, whatever a made-up form says.
            let office = try await desk.browser("office")
            try await office.get("/desk/cases")
            let hidden = try await desk.scene.open(concernedUnits: [CaseScene.traffic])
            try await desk.scene.act(CaseScene.accept, on: hidden, as: CaseScene.officeClerk)
            try await office.get("/desk/cases/\(hidden)")
            #expect(!office.page.contains("<option value=\"2\""))
            let forged = try await office.post(
                "/desk/cases/\(hidden)/assignment", [("assignment_unit", "2"), ("assignment_urgency", "ordinary")])
            #expect(forged.status == .conflict && office.page.contains("这件事涉及这个单位"))
        }
    }

    @Test func whatIsNotTheirsIsNotThere() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.assigned()
            let other = try await desk.browser("civil")
            #expect(try await other.get("/desk/cases/\(id)").status == .notFound)
            #expect(try await other.get("/desk/cases/999999").status == .notFound)
            #expect(try await other.get("/desk/cases").status == .ok && !other.page.contains("公交站牌看不清"))
            #expect(other.page.contains("现在没有待办的件"))
            #expect(
                try await other.get(
                    "/desk/cases?q=公交".addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? ""
                ).status == .ok)
            #expect(!other.page.contains("公交站牌看不清"))
            for form in ["screening", "give-back", "approval", "nonsense", "reply"] {
                #expect(
                    try await other.post("/desk/cases/\(id)/\(form)", [("version", "0"), ("reply", "x")]).status
                        == .notFound)
            }
            let hidden = try await desk.scene.open(concernedStaff: [8])
            let concerned = try await desk.browser("officehead")
            #expect(try await concerned.get("/desk/cases/\(hidden)").status == .notFound)
            #expect(try await TestBrowser(desk.client).get("/desk/cases").status == .seeOther)
        }
    }

    @Test func theListIsNarrowedSearchedAndTurned() async throws {
        try await CaseDesk.run { desk in
            for n in 1...53 {
                _ = try await desk.scene.open("第\(n)件", "有人问低保。", topic: n.isMultiple(of: 2) ? "complaint" : "inquiry")
            }
            let urgent = try await desk.scene.assigned(urgency: .urgent)
            let office = try await desk.browser("office")
            try await office.get("/desk/cases")
            // The most pressing first.
            let first = try #require(
                office.page.components(separatedBy: "<th scope=\"row\" class=\"name\">").dropFirst().first)
            #expect(first.contains("/desk/cases/\(urgent)\"") && office.page.contains("今天到期"))
            #expect(office.page.contains("待办<span>54</span>"))
            let next = try #require(office.page.firstMatch(of: /<a rel="next" href="([^"]+)">/)?.output.1)
            try await office.get(next.replacingOccurrences(of: "&amp;", with: "&"))
            #expect(
                office.page.components(separatedBy: "class=\"due-cell\"").count - 1 == 4
                    && office.page.contains("回到第一页"))
            try await office.get("/desk/cases?urgency=urgent")
            #expect(office.page.components(separatedBy: "class=\"due-cell\"").count - 1 == 1)
            try await office.get("/desk/cases?topic=complaint&state=received")
            #expect(office.page.components(separatedBy: "class=\"due-cell\"").count - 1 == 26)
            try await office.get("/desk/cases?q=%E7%AB%99%E7%89%8C")
            #expect(office.page.components(separatedBy: "class=\"due-cell\"").count - 1 == 1)
            for odd in [
                "?after=x", "?after=1-2-3", "?after=99999999999999999999-1", "?view=odd&unit=abc&state=%27",
                "?view=closed",
            ] {
                #expect(try await office.get("/desk/cases\(odd)").status == .ok)
            }
        }
    }

    @Test func onPaper() async throws {
        try await CaseDesk.run { desk in
            let id = try await desk.scene.assigned()
            try await desk.scene.handIn(id)
            let clerk = try await desk.browser("colleague")
            try await clerk.get("/desk/cases/\(id)/sheets/approval")
            #expect(clerk.page.contains("留言答复呈批表") && clerk.page.contains("站牌已更换"))
            #expect(try await clerk.get("/desk/cases/\(id)/sheets/assignment").status == .ok)
            #expect(try await clerk.get("/desk/cases/\(id)/sheets/supervision").status == .notFound)
            #expect(try await clerk.get("/desk/cases/\(id)/sheets/odd").status == .notFound)
            try await clerk.get("/desk/cases/\(id)")
            let fields = [
                ("paper_granted", "yes"), ("paper_signer", "孙局长"), ("paper_signed_on", "2026-11-24"),
                ("seen_version", clerk.hidden("seen_version") ?? ""),
            ]
            let without = try await clerk.upload("/desk/cases/\(id)/paper", fields, file: nil)
            #expect(without.status == .unprocessableContent && clerk.page.contains("请选择签字页的扫描件"))
            let odd = try await clerk.upload(
                "/desk/cases/\(id)/paper", fields, file: ("paper_scan", "a.pdf", Array("MZ".utf8)))
            #expect(odd.status == .unprocessableContent)
            try await clerk.follow(
                try await clerk.upload(
                    "/desk/cases/\(id)/paper", fields, file: ("paper_scan", "a.pdf", Array("%PDF-1.4".utf8))))
            #expect(clerk.page.contains("在纸上签发") && clerk.page.contains("签字页的扫描件"))
        }
    }

    @Test func templatesAndResponsibilities() async throws {
        try await CaseDesk.run { desk in
            let clerk = try await desk.browser("traffic")
            try await clerk.get("/desk/reply-templates")
            #expect(clerk.page.contains("一般答复") && clerk.page.contains("各单位"))
            #expect(
                try await clerk.post("/desk/reply-templates", [("unit", "2"), ("name", ""), ("body", "")]).status
                    == .unprocessableContent)
            try await clerk.follow(
                try await clerk.post("/desk/reply-templates", [("unit", "2"), ("name", "站牌"), ("body", "站牌已更换。")]))
            #expect(clerk.page.contains("站牌已更换。"))
            // Not for another unit.
            #expect(
                try await clerk.post("/desk/reply-templates", [("unit", "3"), ("name", "别的"), ("body", "x")]).status
                    == .forbidden)
            let id: Int = try await desk.scene.value("select id from reply_templates where unit_id = 2")
            try await clerk.follow(try await clerk.post("/desk/reply-templates/\(id)/removal", []))
            #expect(!clerk.page.contains("站牌已更换。"))

            #expect(try await clerk.get("/desk/responsibilities").status == .ok && clerk.page.contains("只有管理员可以修改"))
            #expect(
                try await clerk.post("/desk/responsibilities", [("unit", "2"), ("words", "路灯")]).status == .forbidden)
            try await desk.scene.database.owner.write { tx in
                _ = try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (1, 1, 'administrator')")
            }
            let administrator = try await desk.browser("office")
            try await administrator.get("/desk/responsibilities")
            #expect(
                try await administrator.post("/desk/responsibilities", [("unit", ""), ("words", "")]).status
                    == .unprocessableContent)
            try await administrator.follow(
                try await administrator.post(
                    "/desk/responsibilities", [("unit", "2"), ("kind", "matter"), ("words", "路灯、站牌 班车")]))
            #expect(administrator.page.contains("路灯") && administrator.page.contains("班车"))
        }
    }
}
