import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import Questionnaires
import TestSupport
import Testing
import Text

@testable import Web

@Suite("Building questionnaires at the desk")
struct BuilderPagesTests {
    /// A new questionnaire, and a browser on its page. Returns its address.
    private func new(_ desk: DeskScene, _ browser: TestBrowser, title: String = "满意度调查") async throws -> String {
        let made = try await browser.post(
            "/desk/questionnaires/new",
            [("title", title), ("kind", "questionnaire"), ("unit", "2"), ("source", "blank")])
        try await browser.follow(made)
        return try #require(made.headers[.location])
    }

    /// A new questionnaire that is answered with invitation codes.
    private func newWithCodes(_ desk: DeskScene, _ browser: TestBrowser) async throws -> String {
        let address = try await new(desk, browser)
        try await browser.get(address + "/settings")
        _ = try await settle(browser, address, voice: "code")
        return address
    }

    /// Makes codes, and is on the page that shows them. Returns the fields that were sent.
    @discardableResult
    private func makeCodes(_ count: Int, _ browser: TestBrowser, _ address: String) async throws -> [(String, String)] {
        try await browser.get(address + "/invitations")
        let fields = [("seen", browser.hidden("seen") ?? ""), ("count", String(count))]
        #expect(try await browser.post(address + "/invitations", fields).status == .ok)
        return fields
    }

    private func add(
        _ browser: TestBrowser, _ address: String, _ kind: String, _ fields: [(String, String)], group: String = "g1"
    ) async throws -> TestResponse {
        try await browser.post(address + "/questions/new", [("group", group), ("kind", kind)] + fields)
    }

    /// Sends the settings that the browser has before it.
    private func settle(
        _ browser: TestBrowser, _ address: String, purpose: String = "…", voice: String = "open", phone: String = ""
    ) async throws -> TestResponse {
        let day = ChinaTime.date(AnsweringScene.whileOpen)
        return try await browser.post(
            address + "/settings",
            [
                ("seen", browser.hidden("seen") ?? ""), ("purpose", purpose), ("who_may_answer", "…"),
                ("voice", voice),
                ("opens_at", day.description), ("opens_time", "00:00"),
                ("closes_at", day.adding(days: 7).description), ("closes_time", "24:00"),
                ("results_shown", "closed"), ("percent_base", "respondents"), ("smallest_shown", "5"),
                ("contact_phone", phone),
            ])
    }

    private func content(_ desk: DeskScene, _ address: String) async throws -> Questionnaire {
        let number = String(address.split(separator: "/").last ?? "")
        return try await desk.scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
        }.content
    }

    @Test func aQuestionMayHaveACodeOfItsOwn() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            let made = try await add(
                browser, address, "number",
                [("text", "年龄"), ("code", "age"), ("validation", "age >= 18"), ("message", "小")])
            #expect(made.headers[.location]?.hasSuffix("#question-age") == true)
            for (code, words) in [("age", "重复"), ("1x", "以字母开头"), ("and", "保留字"), ("new", "保留字")] {
                let refused = try await add(browser, address, "yesNo", [("text", "？"), ("code", code)])
                #expect(refused.status == .unprocessableContent && browser.page.contains(words))
                #expect(browser.page.contains("value=\"\(code)\""))
            }
            let usual = try await add(browser, address, "yesNo", [("text", "？"), ("code", "")])
            #expect(usual.status == .seeOther)
            #expect(try await content(desk, address).questions.map(\.code) == ["age", "q1"])
            // What it is called stays.
            try await browser.get(address + "/questions/age")
            #expect(!browser.page.contains("name=\"code\""))
        }
    }

    @Test func fromNothingToOpen() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            try await browser.get("/desk/questionnaires")
            #expect(browser.page.contains("还没有问卷"))
            let address = try await new(desk, browser)
            let blank = try await add(browser, address, "single", [])
            #expect(blank.status == .unprocessableContent && browser.page.contains("请填写“题目”"))
            #expect(browser.page.contains("“选项，每行一个”至少要 2 个。"))
            let added = try await add(
                browser, address, "single", [("text", "您满意吗？"), ("options", "满意\n不满意"), ("flags", "required")])
            try await browser.follow(added)
            #expect(browser.page.contains("您满意吗？") && browser.page.contains("第 1 题"))
            try await browser.follow(
                try await add(browser, address, "text", [("text", "为什么？"), ("condition", "q1 = 'o2'")]))
            let asked = try await content(desk, address).questions
            #expect(asked.map(\.code) == ["q1", "q2"] && asked.first?.kind.codes == ["o1", "o2"])
            try await browser.get(address + "/check")
            #expect(browser.page.contains("打开问卷"))
            let version = try #require(browser.hidden("version"))
            // Not without a tick.
            let hasty = try await browser.post(address + "/open", [("version", version)])
            #expect(hasty.status == .unprocessableContent)
            try await browser.follow(
                try await browser.post(address + "/open", [("version", version), ("confirmed", "on")]))
            #expect(browser.page.contains("即将开始") && browser.page.contains("最初的一版"))
            // Frozen: what is changed from here on is a correction.
            try await browser.get(address)
            #expect(browser.page.contains("作为更正发布"))
        }
    }

    @Test func wrongWordsOfAConditionArePointedAt() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            let wrong = try await add(browser, address, "text", [("text", "为什么？"), ("condition", "q9 = 'a'")])
            #expect(wrong.status == .unprocessableContent && browser.page.contains("<mark>q9</mark>"))
            // Nothing that was typed is lost.
            #expect(browser.page.contains("为什么？"))
            #expect(try await content(desk, address).questions.isEmpty)
        }
    }

    @Test func aConditionIsChosenWithoutWritingIt() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "single", [("text", "您满意吗？"), ("options", "满意\n不满意")])
            let fields = [("text", "为什么？"), ("pick_it", "and"), ("pick", ""), ("pick_number", "")]
            #expect(try await add(browser, address, "text", fields).status == .unprocessableContent)
            #expect(browser.page.contains("请先选一种回答") && browser.page.contains("为什么？"))
            let chosen = [("text", "为什么？"), ("pick_it", "and"), ("pick", "q1 = 'o2'"), ("pick_number", "")]
            #expect(try await add(browser, address, "text", chosen).status == .ok)
            #expect(browser.page.contains("为什么？"))
            // Nothing was saved by choosing.
            #expect(try await content(desk, address).questions.count == 1)
        }
    }

    @Test func optionsFollowWhatWasChosenInAnEarlierQuestion() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "multiple", [("text", "您用过哪些？"), ("options", "窗口\n网上\n电话")])
            try await browser.get(address + "/questions/new?group=g1&kind=yesNo")
            #expect(!browser.page.contains("filter_it"))
            let nothing = try await add(
                browser, address, "matrix", [("text", "请评价"), ("filter_it", "chosen"), ("earlier", "")])
            #expect(nothing.status == .unprocessableContent && browser.page.contains("请先选前面的一道题"))
            let unlike = [("rows", "飞机"), ("filter_it", "chosen"), ("earlier", "q1")]
            #expect(try await add(browser, address, "matrix", unlike).status == .unprocessableContent)
            #expect(browser.page.contains("没有一个和那道题的文字相同") && browser.page.contains("飞机"))
            let copied = [("text", "请评价"), ("columns", "好\n差"), ("filter_it", "chosen"), ("earlier", "q1")]
            #expect(try await add(browser, address, "matrix", copied).status == .ok)
            #expect(browser.page.contains("o2 | 网上 | ?") && browser.page.contains("请评价"))
            // Nothing was saved by it; what it has put there can be.
            #expect(try await content(desk, address).questions.count == 1)
            let rows = "o1 | 窗口 | ? 'o1' in q1\no2 | 网上 | ? 'o2' in q1"
            try await browser.follow(
                try await add(browser, address, "matrix", [("text", "请评价"), ("rows", rows), ("columns", "好\n差")]))
            #expect(
                try await content(desk, address).questions.last?.kind.options.map(\.condition) == [
                    "'o1' in q1", "'o2' in q1",
                ])
        }
    }

    @Test func aQuestionIsInsertedBehindAnother() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            for text in ["甲", "乙"] { _ = try await add(browser, address, "yesNo", [("text", text)]) }
            try await browser.get(address)
            let link = "/questions/new?group=g1&amp;after=q1"
            #expect(browser.page.contains("href=\"\(address)\(link)\""))
            try await browser.get(address + "/questions/new?group=g1&after=q1")
            #expect(browser.page.contains("加在“甲”后面") && browser.hidden("after") == "q1")
            // What comes later is not there to hang on.
            #expect(browser.page.contains("q1 = true") && !browser.page.contains("q2 = true"))
            // Another kind, and still there.
            let other = [("after", "q1"), ("rekind", "1")]
            #expect(try await add(browser, address, "text", other).status == .ok && browser.hidden("after") == "q1")
            let wrong = [("after", "q1"), ("text", "为什么？"), ("condition", "q9 = true")]
            #expect(try await add(browser, address, "text", wrong).status == .unprocessableContent)
            #expect(browser.hidden("after") == "q1")
            let added = try await add(browser, address, "text", [("after", "q1"), ("text", "为什么？")])
            #expect(added.headers[.location] == address + "#question-q3")
            #expect(try await content(desk, address).questions.map(\.text) == ["甲", "为什么？", "乙"])
            // Behind one that is gone meanwhile: at the end.
            _ = try await add(browser, address, "text", [("after", "q9"), ("text", "还有吗？")])
            #expect(try await content(desk, address).questions.map(\.text) == ["甲", "为什么？", "乙", "还有吗？"])
        }
    }

    @Test func twoEditorsNeverOverwriteEachOther() async throws {
        try await DeskScene.run { desk in
            let (one, other) = (try await desk.browser(), try await desk.browser())
            let address = try await new(desk, one)
            for text in ["甲", "乙"] { _ = try await add(one, address, "text", [("text", text)]) }
            try await one.get(address + "/questions/q1")
            let seen = try #require(one.hidden("version"))
            // Another question is in nobody's way.
            let second = try await other.post(
                address + "/questions/q2", [("version", seen), ("kind", "text"), ("text", "乙二")])
            #expect(second.status == .seeOther)
            let first = try await one.post(
                address + "/questions/q1", [("version", seen), ("kind", "text"), ("text", "甲一")])
            #expect(first.status == .seeOther)
            #expect(try await content(desk, address).questions.map(\.text) == ["甲一", "乙二"])
            // The same one is.
            let late = try await other.post(
                address + "/questions/q1", [("version", seen), ("kind", "text"), ("text", "甲二")])
            #expect(late.status == .conflict && other.page.contains("甲一") && other.page.contains("甲二"))
            let now = try #require(other.hidden("version"))
            let decided = try await other.post(
                address + "/questions/q1", [("version", now), ("kind", "text"), ("text", "甲三")])
            #expect(decided.status == .seeOther)
            #expect(try await content(desk, address).questions.first?.text == "甲三")
        }
    }

    @Test func whatIsDroppedCanComeBack() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            for text in ["甲", "乙", "丙"] { _ = try await add(browser, address, "text", [("text", text)]) }
            let dropped = try await browser.post(address + "/questions/q2/act", [("act", "drop")])
            let place = try #require(dropped.headers[.location])
            try await browser.get(place)
            #expect(browser.page.contains("已删去 q2") && !browser.page.contains("乙"))
            let version = try #require(place.split(separator: "=").last)
            try await browser.follow(
                try await browser.post(
                    address + "/restore", [("kind", "questions"), ("code", "q2"), ("version", String(version))]))
            #expect(try await content(desk, address).questions.map(\.text) == ["甲", "乙", "丙"])
            _ = try await browser.post(address + "/questions/q3/act", [("group", "g1"), ("after", "")])
            _ = try await browser.post(address + "/questions/q2/act", [("act", "up")])
            #expect(try await content(desk, address).questions.map(\.text) == ["丙", "乙", "甲"])
        }
    }

    @Test func settingsOfAnotherAreListed() async throws {
        try await DeskScene.run { desk in
            let (one, other) = (try await desk.browser(), try await desk.browser())
            let address = try await new(desk, one)
            func save(_ browser: TestBrowser, purpose: String, voice: String) async throws -> TestResponse {
                try await settle(browser, address, purpose: purpose, voice: voice)
            }
            try await one.get(address + "/settings")
            try await other.get(address + "/settings")
            #expect(try await save(one, purpose: "甲的目的", voice: "browser").status == .seeOther)
            #expect(try await save(other, purpose: "乙的目的", voice: "open").status == .conflict)
            #expect(other.page.contains(">甲的目的</dd>") && other.page.contains("乙的目的</textarea>"))
            #expect(other.page.contains("每个浏览器一份（挡不住有心重复的人，页面上会说明）</dd>"))
            // Seen and decided.
            #expect(try await save(other, purpose: "乙的目的", voice: "browser").status == .seeOther)
        }
    }

    @Test func theBuilderCountsWhatTheCheckListCounts() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "yesNo", [("text", "您满意吗？")])
            func summary() -> String? {
                browser.page.firstMatch(of: #/(有 \d+ 处必须改|没有必须改的|没有要改的)[^。]*。/#).map { String($0.output.0) }
            }
            for (voice, isSound) in [("code", false), ("open", true)] {
                try await browser.get(address + "/settings")
                _ = try await settle(browser, address, voice: voice)
                try await browser.get(address)
                let told = try #require(summary())
                #expect(told.contains("处必须改") != isSound && !told.contains("0 处"))
                try await browser.get(address + "/check")
                #expect(summary() == told)
            }
        }
    }

    @Test func reloadingMakesNoOtherCodes() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await newWithCodes(desk, browser)
            let fields = try await makeCodes(3, browser, address)
            let again = try await browser.post(address + "/invitations", fields)
            #expect(again.status == .unprocessableContent && browser.page.contains("已经生成过一批"))
            let codes: Int = try await desk.value("select count(*) from invitation_codes")
            #expect(codes == 3)
        }
    }

    /// It lies in a letter or a hand, far from the page it belongs to.
    @Test func aSlipSaysWhatItIs() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            for (phone, told) in [("", false), ("0762-6750000", true)] {
                try await browser.get(address + "/settings")
                _ = try await settle(browser, address, voice: "code", phone: phone)
                try await makeCodes(1, browser, address)
                let slip = browser.page.components(separatedBy: "<ul class=\"invitations\">").dropFirst().first ?? ""
                #expect(slip.contains("邀请码<br><b class=\"digits\">") && slip.contains("<br>县民政局<br>"))
                let last = ChinaTime.date(AnsweringScene.whileOpen).adding(days: 7)
                #expect(slip.contains("<br>只能用一次，\(ChinaTime.day(last, in: .zh))24时截止。"))
                #expect(slip.contains("<br>有疑问请打：0762-6750000") == told)
            }
        }
    }

    /// They are kept nowhere: the file is made of what the page brings back.
    @Test func codesAreTakenAlongWhileTheyAreShown() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await newWithCodes(desk, browser)
            try await makeCodes(3, browser, address)
            #expect(browser.page.components(separatedBy: "<use href=\"#invitation-qr\"").count == 4)
            #expect(browser.page.components(separatedBy: "<symbol id=\"invitation-qr\"").count == 2)
            let (page, file) = (browser.page, browser.hidden("file") ?? "")
            let csv = try await browser.post(address + "/invitations.csv", [("file", file)])
            #expect(csv.status == .ok && csv.headers[.contentDisposition]?.contains(".csv") == true)
            let lines = String(buffer: csv.body).split(separator: "\r\n").map { String($0) }
            #expect(lines.count == 4 && lines.first?.contains("邀请码,网址") == true)
            for line in lines.dropFirst() {
                let code = String(line.prefix { $0 != "," })
                #expect(code.utf8.count == 14 && page.contains(">\(code)</b>") && line.contains("/questionnaires/"))
            }
            // Nothing else comes back as a file.
            #expect(try await browser.post(address + "/invitations.csv", [("file", file + "x")]).status == .conflict)

            try await browser.get(address + "/invitations")
            #expect(browser.hidden("file") == nil && browser.page.contains("3 个没有用过"))
            let void = address + "/invitations/void"
            let blank = [("batch", "1"), ("reason", " "), ("confirmed", "on")]
            #expect(try await browser.post(void, blank).status == .unprocessableContent)
            let reason = [("batch", "1"), ("reason", "寄丢了。")]
            #expect(try await browser.post(void, reason).status == .unprocessableContent)
            #expect(browser.page.contains("请先勾选") && browser.page.contains("寄丢了。</textarea>"))
            #expect(browser.page.contains("3 个没有用过"))
            try await browser.follow(try await browser.post(void, reason + [("confirmed", "on")]))
            #expect(browser.page.contains("寄丢了。") && !browser.page.contains("个没有用过"))
            try await browser.get(address + "/check")
            #expect(browser.page.contains("作废第 1 批里 3 个没有用过的邀请码") && browser.page.contains("一个邀请码也没有"))
        }
    }

    @Test func itIsSaidBeforeThatCodesAreShownOnceAndTheNewestBatchIsOffered() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await newWithCodes(desk, browser)
            for _ in 0..<2 {
                try await browser.get(address + "/invitations")
                #expect(browser.page.contains("码只显示这一次，系统里没有存"))
                try await makeCodes(3, browser, address)
            }
            try await browser.get(address + "/invitations")
            #expect(browser.page.contains("<option value=\"2\" selected>第 2 批"))
            #expect(browser.page.contains("<option value=\"1\">第 1 批"))
        }
    }

    @Test func aPressThatComesTooLateIsAnsweredOnThePage() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "yesNo", [("text", "您满意吗？")])
            try await browser.get(address + "/settings")
            _ = try await settle(browser, address, voice: "code")
            try await browser.get(address + "/check")
            #expect(browser.page.contains("一个邀请码也没有") && !browser.page.contains("打开问卷</button>"))
            try await browser.get(address + "/settings")
            _ = try await settle(browser, address)
            try await browser.get(address + "/check")
            let version = browser.hidden("version") ?? ""
            _ = try await browser.post(address + "/open", [("version", version), ("confirmed", "on")])
            try await browser.get(address + "/check")
            #expect(try await browser.post(address + "/suspend", []).status == .unprocessableContent)
            let reason = [("suspend-reason", "停电。")]
            #expect(try await browser.post(address + "/suspend", reason).status == .seeOther)
            #expect(try await browser.post(address + "/suspend", reason).status == .conflict)
            #expect(browser.page.contains("现在没有开放") && browser.page.contains("恢复</button>"))
            #expect(browser.page.contains(">暂停</td>") && browser.page.contains(">陈组织</td>"))
            try await browser.get(address.replacing("/desk", with: ""))
            #expect(browser.page.contains("现在暂停填写。原因：停电。"))
            let end = [("terminate-reason", "问错了。"), ("confirmed", "on")]
            #expect(try await browser.post(address + "/terminate", end).status == .seeOther)
            try await browser.get(address + "/check")
            #expect(browser.page.contains("已终止") && !browser.page.contains("恢复</button>"))
        }
    }

    @Test func aDraftIsDeletedAsAWhole() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            try await browser.get(address + "/check")
            let version = [("version", browser.hidden("version") ?? "")]
            #expect(try await browser.post(address + "/drop", version).status == .unprocessableContent)
            try await browser.follow(
                try await browser.post(address + "/drop", version + [("confirmed", "on")]))
            #expect(browser.page.contains("还没有问卷"))
            #expect(try await browser.get(address).status == .notFound)
        }
    }

    @Test func quotasAreDroppedAndComeBack() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "yesNo", [("text", "您办过事吗？")])
            try await browser.follow(
                try await browser.post(
                    address + "/quotas/new", [("title", "办过的"), ("condition", "q1"), ("most", "10")]))
            #expect(browser.page.contains("办过的"))
            let dropped = try await browser.post(address + "/quotas/quota1/act", [("act", "drop")])
            try await browser.follow(dropped)
            #expect(browser.page.contains("已删去 quota1") && browser.page.contains("没有配额"))
            let fields = browser.hiddenFields.filter { ["kind", "code", "version"].contains($0.0) }
            try await browser.follow(try await browser.post(address + "/restore", fields))
            #expect(browser.page.contains("办过的") && browser.page.contains("已放回 quota1"))
            // What is gone meanwhile neither moves nor is copied; each is said in its own words.
            _ = try await browser.post(address + "/questions/q1/act", [("act", "up")])
            try await browser.get(address)
            #expect(browser.page.contains("已经到头了"))
        }
    }

    @Test func whatIsDroppedKeepsItsCode() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            for text in ["甲", "乙"] { _ = try await add(browser, address, "text", [("text", text)]) }
            let dropped = try await browser.post(address + "/questions/q2/act", [("act", "drop")])
            let version = try #require(dropped.headers[.location]?.split(separator: "=").last)
            _ = try await add(browser, address, "text", [("text", "丙")])
            #expect(try await content(desk, address).questions.map(\.code) == ["q1", "q3"])
            try await browser.follow(
                try await browser.post(
                    address + "/restore", [("kind", "questions"), ("code", "q2"), ("version", String(version))]))
            #expect(try await content(desk, address).questions.map(\.text) == ["甲", "乙", "丙"])
            try await browser.get(address + "/check")
            _ = try await browser.post(
                address + "/open", [("version", browser.hidden("version") ?? ""), ("confirmed", "on")])
            // In one correction: answers to the old q1 would be read as answers to the new question.
            _ = try await browser.post(address + "/questions/q1/act", [("act", "drop")])
            _ = try await add(browser, address, "text", [("text", "丁")])
            #expect(try await content(desk, address).questions.map(\.code) == ["q2", "q3", "q4"])
        }
    }

    @Test func aCorrectionKeepsCodesAndSaysWhatChanged() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "single", [("text", "您满意吗？"), ("options", "满意\n不满意")])
            try await browser.get(address + "/check")
            _ = try await browser.post(
                address + "/open", [("version", browser.hidden("version") ?? ""), ("confirmed", "on")])
            func change(_ options: String) async throws {
                try await browser.get(address + "/questions/q1")
                try await browser.follow(
                    try await browser.post(
                        address + "/questions/q1",
                        [
                            ("version", browser.hidden("version") ?? ""), ("kind", "single"), ("text", "您满意吗？"),
                            ("options", options),
                        ]))
                try await browser.get(address + "/check")
            }
            try await change("o1 | 满意\n一般")
            #expect(browser.page.contains("少了已经用过的代号 o2") && !browser.page.contains("发布更正</button>"))
            try await change("o1 | 满意\no3 | 一般\no2 | 不满意")
            #expect(browser.page.contains("发布更正</button>"))
            // What differs stands there, and a note to begin with.
            #expect(browser.page.contains("和第 1 版不同的地方"))
            #expect(browser.page.contains("第 1 题：加上了（一般）。"))
            let version = browser.hidden("version") ?? ""
            let silent = try await browser.post(address + "/correct", [("version", version), ("confirmed", "on")])
            #expect(silent.status == .unprocessableContent)
            try await browser.follow(
                try await browser.post(
                    address + "/correct", [("version", version), ("confirmed", "on"), ("note", "加了“一般”")]))
            #expect(browser.page.contains("加了“一般”") && browser.page.contains("最初的一版"))
        }
    }

    @Test func aStrangerSeesNothing() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            let stranger = try await desk.browser("stranger")
            #expect(try await stranger.get(address).status == .notFound)
            #expect(try await stranger.get(address + "/check").status == .notFound)
            // A clerk of the unit sees it, and changes nothing.
            let clerk = try await desk.browser("clerk")
            try await clerk.get(address)
            #expect(clerk.page.contains("您可以看，不能改"))
            let seen = clerk.page
            let refused = try await clerk.post(address + "/pages/new", [])
            #expect(refused.status == .forbidden)
            // Nor is a clerk led into a form that would be refused.
            for form in ["/words", "/computed", "/quotas/new", "/questions/new?group=g1", "/pages/p1"] {
                #expect(!seen.contains("href=\"\(address + form)\""))
                #expect(try await clerk.get(address + form).status == .forbidden)
                #expect(try await browser.get(address + form).status == .ok)
            }
        }
    }

    @Test func aFileIsShownBeforeItIsTaken() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            var questionnaire = Questionnaire.blank(title: "从文件来")
            _ = questionnaire.add(Question(code: "q1", text: "您满意吗？", kind: .yesNo), to: "g1")
            let yaml = Array(try QuestionnaireYAML.text(of: questionnaire).utf8)
            let fields = [("title", ""), ("kind", "questionnaire"), ("unit", "2"), ("source", "file")]
            let broken = try await browser.upload(
                "/desk/questionnaires/new", fields, file: ("file", "q.yaml", Array("[".utf8)))
            #expect(broken.status == .unprocessableContent && browser.page.contains("读不出来"))
            try await browser.upload("/desk/questionnaires/new", fields, file: ("file", "q.yaml", yaml))
            #expect(browser.page.contains("读出 1 道题、0 段说明") && browser.page.contains("都带过来了"))
            #expect(!browser.page.contains("要改了才能打开"))
            let before: Int = try await desk.value("select count(*) from questionnaires")
            #expect(before == 0)
            var circular = questionnaire
            circular.pages[0].condition = "q1 = true"
            let unsound = Array(try QuestionnaireYAML.text(of: circular).utf8)
            try await browser.upload("/desk/questionnaires/new", fields, file: ("file", "q.yaml", unsound))
            #expect(browser.page.contains("处要改了才能打开"))
            try await browser.upload("/desk/questionnaires/new", fields, file: ("file", "q.yaml", yaml))
            let made = try await browser.post("/desk/questionnaires/import", browser.hiddenFields)
            try await browser.follow(made)
            #expect(browser.page.contains("从文件来") && browser.page.contains("您满意吗？"))
            let address = try #require(made.headers[.location])
            #expect(try await content(desk, address) == questionnaire)
            // And out again.
            try await browser.get(address + "/questionnaire.yaml")
            #expect(Array(browser.page.utf8) == yaml)
        }
    }

    @Test func whatAFileLosesStaysWithTheDraft() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            var questionnaire = Questionnaire.blank(title: "从文件来")
            _ = questionnaire.add(Question(code: "q1", text: "您满意吗？", kind: .yesNo), to: "g1")
            let yaml = Array((try QuestionnaireYAML.text(of: questionnaire) + "\ncolour: red\n").utf8)
            let fields = [("title", ""), ("kind", "questionnaire"), ("unit", "2"), ("source", "file")]
            try await browser.upload("/desk/questionnaires/new", fields, file: ("file", "q.yaml", yaml))
            #expect(browser.page.contains("看不懂的内容：colour") && browser.page.contains("整个文件"))
            let made = try await browser.post("/desk/questionnaires/import", browser.hiddenFields)
            let address = try #require(made.headers[.location])
            try await browser.get(address + "/check")
            #expect(browser.page.contains("原来的文件 · 整个文件") && browser.page.contains("看不懂的内容：colour"))
        }
    }

    @Test func whatAFileExaggeratesIsShownInPart() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            var questionnaire = Questionnaire.blank(title: "太大")
            let options = ["甲", "乙"].map { Question.Option(code: $0 == "甲" ? "a" : "b", text: $0) }
            for (code, kind) in [
                ("q1", Question.Kind.scale(.init(from: 0, to: 4_000_000_000))),
                ("q2", .ranking(.init(options: options, most: 1_000_000_000))),
            ] {
                _ = questionnaire.add(Question(code: code, text: "？", kind: kind), to: "g1")
            }
            let yaml = Array(try QuestionnaireYAML.text(of: questionnaire).utf8)
            try await browser.upload(
                "/desk/questionnaires/new",
                [("title", ""), ("kind", "questionnaire"), ("unit", "2"), ("source", "file")],
                file: ("file", "q.yaml", yaml))
            let made = try await browser.post("/desk/questionnaires/import", browser.hiddenFields)
            let address = try #require(made.headers[.location])
            for page in ["/paper", "/preview", "/entry"] {
                #expect(try await browser.get(address + page).status == .ok)
            }
            try await browser.get(address + "/check")
            #expect(browser.page.contains("必须改") && !browser.page.contains("打开问卷</button>"))
        }
    }

    @Test func whatAFileCannotHoldIsSaidBeforeItIsTaken() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "towns", [("text", "您住哪里？")])
            _ = try await add(browser, address, "yesNo", [("text", "您满意吗？")])
            try await browser.get(address + "/export")
            #expect(browser.page.contains("有 1 处写不进去") && browser.page.contains("第 1 题 · q1"))
            let taken = try await browser.get(address + "/questionnaire.xlsx")
            let file = try QuestionnaireFile(reading: Array(taken.body.readableBytesView))
            #expect(file.format == .xlsForm && file.questionnaire.questions.map(\.text) == ["您满意吗？"])
            let stranger = try await desk.browser("stranger")
            #expect(try await stranger.get(address + "/export").status == .notFound)
            #expect(try await stranger.get(address + "/questionnaire.xlsx").status == .notFound)
        }
    }

    @Test func theListIsSearchedAndTurnedOver() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            for index in 1...51 { _ = try await new(desk, browser, title: "第\(index)份调查") }
            try await browser.get("/desk/questionnaires")
            #expect(browser.page.contains("第51份调查") && !browser.page.contains("第1份调查"))
            let next = try #require(browser.page.firstMatch(of: /rel="next" href="([^"]+)"/)?.1)
            try await browser.get(String(next))
            #expect(browser.page.contains("第1份调查") && !browser.page.contains("第51份调查"))
            try await browser.get("/desk/questionnaires?q=\(URLEncodedFields.encode("第2份"))")
            #expect(browser.page.contains("第2份调查") && !browser.page.contains("第1份调查"))
            try await browser.get("/desk/questionnaires?state=closed")
            #expect(browser.page.contains("没有这样的问卷"))
        }
    }

    @Test func namesOfPartsAreShownAsFormulasWriteThem() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(
                browser, address, "multiple",
                [("text", "要什么？"), ("options", "甲\n乙"), ("comment", "请说明"), ("other", "其他")])
            _ = try await add(browser, address, "matrixTexts", [("text", "难处？"), ("rows", "水稻"), ("columns", "虫害")])
            try await browser.get(address + "/questions/new?group=g1&kind=text")
            #expect(browser.page.contains("其中的一部分写作 q1.o1.comment、q1.other"))
            #expect(browser.page.contains("其中的一部分写作 q2.r1.c1"))
        }
    }

    @Test func aPaperIsAskedForAndTakenOnceItIsThere() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "single", [("text", "您满意吗？"), ("options", "满意\n不满意")])
            _ = try await add(browser, address, "text", [("text", "为什么？"), ("condition", "q1 = 'o2'")])
            try await browser.get(address + "/paper")
            #expect(browser.page.contains("只在这样时回答：第 1 题选了“不满意”。"))
            #expect(browser.page.contains("没有装生成 PDF 的程序"), "no worker has said that it makes any")
            #expect(try await browser.get(address + "/form.pdf").status == .notFound)
            _ = try await desk.scene.database.owner.write {
                try $0.execute(
                    "insert into site_settings (key, value) values ('report_formats', 'pdf') on conflict (key) do update set value = 'pdf'"
                )
            }
            try await browser.get(address + "/paper")
            #expect(browser.page.contains("生成纸质表（PDF）") && browser.page.contains("打开以后才有海报"))
            #expect(try await desk.value("select count(*)::int from questionnaire_papers") == 0, "looking makes none")
            try await browser.follow(try await browser.post(address + "/paper", [("paper", "form")]))
            #expect(browser.page.contains("正在生成"))
            #expect(try await browser.get(address + "/form.pdf").status == .notFound)
            _ = try await desk.scene.database.owner.write {
                try $0.execute("update questionnaire_papers set state = 'made', data = '%PDF'::bytea")
            }
            try await browser.get(address + "/paper")
            #expect(browser.page.contains("下载纸质表（PDF）"))
            try await browser.get(address + "/form.pdf")
            #expect(browser.page == "%PDF")
            // Another question, another paper.
            _ = try await add(browser, address, "yesNo", [("text", "您用过吗？")])
            try await browser.get(address + "/paper")
            #expect(browser.page.contains("生成纸质表（PDF）"))
            #expect(try await browser.get(address + "/form.pdf").status == .notFound)
            #expect(try await browser.post(address + "/paper", [("paper", "poster")]).status == .notFound)
        }
    }

    @Test func aCopyTakesWhatIsAskedAndSettled() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "text", [("text", "为什么？")])
            let number = String(address.split(separator: "/").last ?? "")
            let made = try await browser.post(
                "/desk/questionnaires/new",
                [("title", "第二次"), ("kind", "questionnaire"), ("unit", "2"), ("source", "copy"), ("copy", number)])
            let copy = try await content(desk, try #require(made.headers[.location]))
            #expect(copy.title == "第二次" && copy.questions.map(\.text) == ["为什么？"])
        }
    }

    @Test func theTestRunKeepsNothing() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(
                browser, address, "single", [("text", "您满意吗？"), ("options", "满意\n不满意"), ("flags", "required")])
            try await browser.get(address + "/preview")
            #expect(browser.page.contains("您满意吗？") && browser.page.contains("不保存"))
            let missing = try await browser.post(address + "/preview", [("page", "p1"), ("do", "next")])
            #expect(missing.status == .unprocessableContent)
            try await browser.post(address + "/preview", [("page", "p1"), ("do", "next"), ("a.q1", "o2")])
            #expect(browser.page.contains("试填到了最后") && browser.page.contains("不满意"))
            // What an answer brings to the page is asked there, and not complained of before it was seen.
            _ = try await add(
                browser, address, "text", [("text", "为什么？"), ("condition", "q1 = 'o2'"), ("flags", "required")])
            try await browser.get(address + "/preview")
            let first = [("page", "p1"), ("do", "next"), ("asked", browser.hidden("asked") ?? ""), ("a.q1", "o2")]
            #expect(try await browser.post(address + "/preview", first).status == .ok)
            #expect(browser.page.contains("这一页多了几道题") && browser.page.contains("为什么？"))
            #expect(!browser.page.contains("请回答这个问题"))
            let sheets: Int = try await desk.value("select count(*) from answer_sheets")
            #expect(sheets == 0)
        }
    }

    @Test("Another order of what is shuffled is drawn, and loses nothing that was filled in")
    func anotherOrder() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(browser, address, "text", [("text", "为什么？")])
            try await browser.get(address + "/preview")
            #expect(!browser.page.contains("换一种顺序"), "nothing is drawn")
            let options = (1...8).map { "第\($0)项" }.joined(separator: "\n")
            _ = try await add(
                browser, address, "single", [("text", "哪一项？"), ("options", options), ("flags", "shuffled")])
            func order() -> [String] {
                browser.page.components(separatedBy: "data-option=\"").dropFirst().map { part in
                    String(part.prefix { $0 != "\"" })
                }
            }
            try await browser.get(address + "/preview")
            let first = order()
            #expect(Set(first).count == 8 && browser.page.contains("换一种顺序"))
            let typed = [("a.q1", "太远"), ("a.q2", "o3")]
            let another = try await browser.post(
                address + "/preview", browser.hiddenFields + [("do", "order")] + typed)
            let second = order()
            #expect(another.status == .ok && Set(second) == Set(first) && second != first)
            #expect(browser.page.contains("太远") && browser.page.contains("value=\"o3\" checked"))
            let number = try #require(browser.hidden("order"))
            // Its address shows it again, on a phone, too; what is no order leads to the first.
            try await browser.get(address + "/preview?width=phone&order=" + number)
            #expect(order() == second && browser.page.contains("preview?order=\(number)\""))
            try await browser.get(address + "/preview?order=-1")
            #expect(order() == first)
            try await browser.post(address + "/preview", [("page", "p1"), ("order", number), ("do", "next")] + typed)
            #expect(browser.page.contains("试填到了最后") && browser.page.contains("preview?order=\(number)\""))
        }
    }

    @Test func paperIsEnteredThroughTheDoor() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let address = try await new(desk, browser)
            _ = try await add(
                browser, address, "single", [("text", "您满意吗？"), ("options", "满意\n不满意"), ("flags", "required")])
            _ = try await add(browser, address, "text", [("text", "为什么？"), ("condition", "q1 = 'o2'")])
            try await browser.get(address + "/settings")
            let day = ChinaTime.date(AnsweringScene.whileOpen)
            _ = try await settle(browser, address)
            try await browser.get(address + "/check")
            _ = try await browser.post(
                address + "/open", [("version", browser.hidden("version") ?? ""), ("confirmed", "on")])
            try await browser.get(address + "/entry")
            #expect(browser.page.contains("录入答卷") && browser.page.contains("只在这样时回答"))
            #expect(browser.page.contains("1. 您满意吗？") && browser.page.contains("2. 为什么？"))
            let fields = [
                ("idempotency", browser.hidden("idempotency") ?? ""), ("version", "1"), ("channel", "letter"),
                ("arrived_on", day.description), ("a.q1", "o1"), ("a.q2", "太远"),
            ]
            // What was answered against the conditions is told first.
            let asked = try await browser.post(address + "/entry", fields)
            #expect(asked.status == .conflict && browser.page.contains("第 2 题“为什么？”的回答不会保留"))
            // So is what must be answered and is missing, which a sheet of paper may lack.
            let empty = fields.filter { $0.0 != "a.q1" }
            #expect(try await browser.post(address + "/entry", empty).status == .conflict)
            #expect(browser.page.contains("必须回答的还空着：第 1 题“您满意吗？”"))
            // What is wrong is said on top with its question.
            let wrong = fields.filter { $0.0 != "a.q1" } + [("a.q1", "zz")]
            #expect(try await browser.post(address + "/entry", wrong).status == .unprocessableContent)
            #expect(browser.page.contains("<a href=\"#a.q1\">1. 您满意吗？ 没有这个选项"))
            // Nobody can have answered before it was opened; what was typed stays.
            let early = fields.map { $0.0 == "arrived_on" ? ($0.0, day.adding(days: -30).description) : $0 }
            #expect(try await browser.post(address + "/entry", early).status == .unprocessableContent)
            #expect(browser.page.contains("不早于开始") && browser.page.contains("太远"))
            // The scan stays with it: a page cannot hand a file back.
            let scan = ("scan", "第一张.pdf", Array("%PDF-1.4 sheet".utf8))
            let again = try await browser.upload(address + "/entry", fields, file: scan)
            #expect(again.status == .conflict && browser.page.contains("第一张.pdf 已经存好"))
            let kept = try #require(browser.hidden("scan_kept"))
            try await browser.post(address + "/entry", fields + [("told", "q2"), ("scan_kept", kept)])
            #expect(browser.page.contains("已登记") && browser.page.contains("MY-"))
            let answers: String = try await desk.value("select answers::text from answer_sheets")
            #expect(answers == #"{"q1": "o1"}"#)
            let scans: Int = try await desk.value("select count(*) from submission_attachments")
            #expect(scans == 1)
            // Which version it is, is not chosen behind the back of the questions on the page.
            _ = try await add(browser, address, "text", [("text", "还有什么？")])
            try await browser.get(address + "/check")
            let correction = [("version", browser.hidden("version") ?? ""), ("confirmed", "on"), ("note", "多一题")]
            #expect(try await browser.post(address + "/correct", correction).status == .seeOther)
            try await browser.get(address + "/entry")
            let other = [
                ("idempotency", browser.hidden("idempotency") ?? ""), ("shown", "2"), ("version", "1"),
                ("channel", "letter"), ("arrived_on", day.description), ("a.q1", "o1"), ("a.q3", "没有"),
            ]
            let otherwise = try await browser.post(address + "/entry", other)
            #expect(otherwise.status == .conflict && browser.page.contains("另一版的题目"))
            #expect(browser.hidden("shown") == "1" && !browser.page.contains("还有什么？"))
            let sheets: Int = try await desk.value("select count(*) from answer_sheets")
            #expect(sheets == 1)
            // What was entered wrongly is voided by its unit, once.
            let number: String = try await desk.value("select number from submissions")
            try await browser.get(address + "/entry/mine")
            #expect(browser.page.contains(number) && browser.page.contains("确实作废这一份"))
            let stranger = try await desk.browser("stranger")
            #expect(try await stranger.post(address + "/entry/mine", [("number", number)]).status == .notFound)
            #expect(try await browser.post(address + "/entry/mine", [("number", number)]).status == .seeOther)
            let left: Int = try await desk.value("select count(*) from answer_sheets where answers is not null")
            #expect(left == 0)
            #expect(try await browser.post(address + "/entry/mine", [("number", number)]).status == .conflict)
        }
    }
}
