import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("The desk's drafts")
struct DraftsTests {
    static let heading = "序号,一级事项,二级事项,公开内容(要素),公开依据,公开时限,公开主体,公开渠道和载体,公开对象,公开方式,公开层级"

    static func file(_ rows: String...) -> [UInt8] { Array(([heading] + rows).joined(separator: "\r\n").utf8) }

    static func row(_ number: Int, _ level1: String, _ level2: String, limit: String = "20个工作日") -> String {
        "\(number),\(level1),\(level2),要素,依据,\(limit),县民政局,■政府网站,全社会,主动,县级"
    }

    private static let said = [("title", "养老目录"), ("field", "养老服务"), ("unit", "2")]

    private func drafts(_ visit: DeskScene) async throws -> [Draft] {
        try await visit.scene.database.staff.read(as: AnsweringScene.organiser) { try $0.all(Draft.all) }
    }

    @Test("A file is read, shown, and imported by the second press, once")
    func theWholeWay() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/new")
            #expect(browser.page.contains("县民政局</option>") && !browser.page.contains("县交通局</option>"))
            let rows = Self.file(Self.row(1, "养老", "补贴"), Self.row(2, "", "名单", limit: "同上"))
            let shown = try await browser.upload("/desk/drafts/new", Self.said, file: ("file", "养老.csv", rows))
            #expect(shown.status == .ok && browser.page.contains("导入这 2 行"))
            for words in ["沿用上面一行的格子（2 处）", "同上", "养老.csv", "UTF-8", "养老服务"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            #expect(try await drafts(visit).count == 1)

            let fields = browser.hiddenFields
            let imported = try await browser.post("/desk/drafts/import", fields)
            #expect(imported.status == .seeOther)
            let address = try #require(imported.headers[.location])
            // Back and again, even much later, is the same import.
            try await visit.scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(7200))
            let again = try await browser.post(
                "/desk/drafts/import", fields + [("csrf", try await browser.token(after: "/desk/drafts/new"))])
            #expect(again.headers[.location] == address)
            #expect(try await drafts(visit).count == 2)

            try await browser.get(address)
            #expect(browser.page.contains("养老目录") && browser.page.contains("第 1 稿"))
            try await browser.get(address + "/editions/1")
            #expect(browser.page.contains("名单") && browser.page.contains("id=\"row-2\""))
            try await browser.get(address + "/editions/1?q=名单")
            #expect(!browser.page.contains("id=\"row-1\"") && browser.page.contains("找到 1 项"))
            try await browser.get("/desk/drafts")
            #expect(browser.page.contains("养老目录"))
        }
    }

    @Test("Every fault of a file is listed, and what was typed stays")
    func faults() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/new")
            let rows = Self.file(
                Self.row(1, "", "补贴"), "2,养老,名单", Self.row(3, "养老", "<b>", limit: String(repeating: "长", count: 5001)))
            let answer = try await browser.upload("/desk/drafts/new", Self.said, file: ("file", "a.csv", rows))
            #expect(answer.status == .unprocessableContent)
            for words in [
                "文件里有 3 处要改", "第 2 行", "一级事项", "不能空着", "第 3 行", "11 格", "第 4 行", "不超过 5000 个字", "刚才的文件“a.csv”还在",
                "value=\"养老目录\"", "value=\"养老服务\"",
            ] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let missing = try await browser.post("/desk/drafts/new", [("title", "x"), ("unit", "3")])
            #expect(missing.status == .unprocessableContent)
            for words in ["请选择目录文件", "请填写1至40个字的领域", "请选择负责单位"] { #expect(browser.page.contains(words)) }
            let workbook = try await browser.upload(
                "/desk/drafts/new", Self.said, file: ("file", "a.xlsx", [0x50, 0x4B, 0x03, 0x04, 0, 1]))
            #expect(
                workbook.status == .unprocessableContent && browser.page.contains("能打开的 XLSX 表格")
                    && browser.page.contains("文件没有保留"))
            let large = try await browser.upload(
                "/desk/drafts/new", Self.said,
                file: ("file", "a.csv", [UInt8](repeating: 0x31, count: 5 * 1024 * 1024 + 1)))
            #expect(large.status == .unprocessableContent && browser.page.contains("不超过 5 MB 的文件"))
            // What is no table at all is told once, in a sentence.
            let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 1]
            let others: [(String, [UInt8], String)] = [
                ("a.xlsx", picture, "这是一张图片"), ("a.csv", Array("%PDF-1.7 x".utf8), "这是 PDF"), ("a.csv", [], "这个文件是空的"),
                ("a.docx", [0x50, 0x4B, 0x03, 0x04, 0, 1], "能打开的 DOCX 文档"),
            ]
            for (name, bytes, words) in others {
                let refused = try await browser.upload("/desk/drafts/new", Self.said, file: ("file", name, bytes))
                #expect(refused.status == .unprocessableContent && browser.page.contains(words), "\(words)")
                #expect(!browser.page.contains("faults-title"))
            }
            #expect(try await drafts(visit).count == 1)
        }
    }

    @Test("GB18030, ignored columns and doubled numbers are told before the import; ten thousand rows go through")
    func otherFiles() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/new")
            let encoding = String.Encoding(rawValue: 0x8000_0632)  // GB18030
            let text = [
                Self.heading + ",责任科室,备注", Self.row(1, "养老", "补贴") + ",老龄股,", Self.row(1, "养老", "名单") + ",老龄股,",
            ]
            .joined(separator: "\n")
            let bytes = Array(try #require(text.data(using: encoding)))
            try await browser.upload("/desk/drafts/new", Self.said, file: ("file", "a.csv", bytes))
            for words in ["读到的行", "老龄股", "GB18030", "本地增加的列</dt><dd>责任科室", "不会导入：备注", "重新编号"] {
                #expect(browser.page.contains(words), "\(words)")
            }

            let many = [Self.heading] + (1...10_000).map { Self.row($0, "养老\($0 % 40)", "事项\($0)") }
            let shown = try await browser.upload(
                "/desk/drafts/new", Self.said, file: ("file", "big.csv", Array(many.joined(separator: "\n").utf8)))
            #expect(shown.status == .ok && browser.page.contains("导入这 10000 行"))
            let imported = try await browser.post("/desk/drafts/import", browser.hiddenFields)
            let address = try #require(imported.headers[.location])
            try await browser.get(address + "/editions/1?page=49")
            #expect(browser.page.contains("第 9801 至 10000 行，共 10000 行") && !browser.page.contains("rel=\"next\""))
            try await browser.get(address + "/editions/1?page=999999999")
            #expect(browser.page.contains("id=\"row-10000\""))
        }
    }

    @Test("What the columns of a workbook mean is changed, confirmed and remembered")
    func columns() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/new")
            let cells = (Self.heading + "\n" + Self.row(1, "养老", "补贴")).split(separator: "\n")
                .map { $0.split(separator: ",").map(String.init) }
            var (heading, row) = (cells[0] + ["备注"], cells[1] + ["老龄股"])
            heading[6] = "谁来公开"
            row[6] = "县民政局老龄股"
            let sheets = [OfficeFixture.Sheet("封面", rows: [["目录"]]), OfficeFixture.Sheet("目录", rows: [heading, row])]
            let bytes = try OfficeFixture.workbook(sheets)
            let faulty = try await browser.upload("/desk/drafts/new", Self.said, file: ("file", "养老.xlsx", bytes))
            #expect(faulty.status == .unprocessableContent)
            for words in ["表头里要有这一列", "谁来公开", "value=\"目录\" selected", "刚才的文件“养老.xlsx”还在", "value=\"养老目录\""] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let chosen = [("column-7", "publisher"), ("column-12", "extra"), ("sheet", "目录")]
            let kept = Self.said + browser.hiddenFields
            let shown = try await browser.post("/desk/drafts/new", kept + chosen)
            #expect(shown.status == .ok && browser.page.contains("导入这 1 行"))
            #expect(browser.page.contains("本地增加的列</dt><dd>备注"))
            // Whoever changes a column and presses import sees it first.
            let other = try await browser.post(
                "/desk/drafts/import", browser.hiddenFields + [("column-7", "publisher"), ("column-12", "left_out")])
            #expect(other.status == .ok && browser.page.contains("列的放法或工作表改过了"))
            let imported = try await browser.post("/desk/drafts/import", browser.hiddenFields + chosen.dropLast())
            #expect(imported.status == .ok)
            let done = try await browser.post("/desk/drafts/import", browser.hiddenFields + chosen.dropLast())
            #expect(done.status == .seeOther)
            // The next file of the unit is proposed the same.
            try await browser.get("/desk/drafts/new")
            let again = try await browser.upload("/desk/drafts/new", Self.said, file: ("file", "养老.xlsx", bytes))
            #expect(again.status == .ok && browser.page.contains("本地增加的列</dt><dd>备注"))
        }
    }

    @Test("A pasted text shows what was recognised, keeps what was typed, and is imported once")
    func text() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/text")
            let said = [("field", "养老服务"), ("unit", "2"), ("title", "")]
            let empty = try await browser.post("/desk/drafts/text", browser.hiddenFields + said + [("text", " ")])
            #expect(empty.status == .unprocessableContent && browser.page.contains("请粘贴文稿的文字"))
            let text = "养老服务办法\n第一章 总则\n第一条 为了<b>老人</b>。\n第三条 施行。"
            let shown = try await browser.post("/desk/drafts/text", browser.hiddenFields + said + [("text", text)])
            #expect(shown.status == .ok)
            for words in [
                "导入这 3 段", "第一条后面是第三条", "1 级标题", "value=\"养老服务办法\"", "为了&lt;b&gt;老人", "value=\"养老服务\"",
            ] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let named = said.dropLast() + [("title", "养老服务办法")]
            let changed = try await browser.post(
                "/desk/drafts/text/import", browser.hiddenFields + named + [("text", text + "\n第四条 完。")])
            #expect(changed.status == .ok && browser.page.contains("文字改过了") && browser.page.contains("导入这 4 段"))
            let fields = browser.hiddenFields + named + [("text", text + "\n第四条 完。")]
            let done = try await browser.post("/desk/drafts/text/import", fields)
            #expect(done.status == .seeOther)
            let again = try await browser.post(
                "/desk/drafts/text/import",
                fields + [("csrf", try await browser.token(after: "/desk/drafts/text"))])
            #expect(again.headers[.location] == done.headers[.location])
            let address = try #require(done.headers[.location])
            #expect(try await browser.get(address + "/editions/new").headers[.location] == address + "/editions/text")
            try await browser.get(address + "/editions/text")
            #expect(browser.page.contains("《养老服务办法》的下一稿"))
            // What the next edition of a text changes is shown before it is imported, clauses under their own numbers.
            let next = "第一章 总则\n第一条 为了<b>老人</b>。\n第二条 新的一条。\n第四条 施行。\n第五条 完。"
            try await browser.post(
                address + "/editions/text", browser.hiddenFields + [("stage", "revised"), ("note", ""), ("text", next)])
            for words in ["与上一稿相比", "新的一条", "<dt>新增</dt><dd>1</dd>", "（原第三条…第四条）"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            try await browser.get(address + "/editions/text")
            #expect(try await browser.get("/desk/drafts/1/editions/text").status == .notFound)
            // Nothing reads documents here, and the page says so before anybody tries.
            #expect(!browser.page.contains("DOCX 文档"))
            let document = try await browser.upload(
                "/desk/drafts/new", Self.said, file: ("file", "a.docx", try OfficeFixture.document()))
            #expect(document.status == .unprocessableContent && browser.page.contains("没有安装读取 DOCX 的程序"))
        }
    }

    @Test("The next edition shows what it changes, and is compared anew when another came in between")
    func nextEdition() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/1/editions/new")
            let rows = Self.file(
                "1,最低生活保障,办事指南,申请条件、程序、时限,《社会救助暂行办法》,10个工作日,县民政局,■政府网站,■全社会,■主动,■县级",
                "2,最低生活保障,审核信息,申请条件、程序、时限,《社会救助暂行办法》,20个工作日,县民政局,■政府网站,■全社会,■主动,■县级", Self.row(3, "临时救助", "新事项"))
            let said = [("stage", "revised"), ("note", "按意见改")]
            try await browser.upload("/desk/drafts/1/editions/new", said, file: ("file", "2.csv", rows))
            for words in [
                "［删去］</b>20</del>", "［加上］</b>10</ins>", "新事项", "审批信息", "<dt>没有变</dt><dd>1</dd>",
                "<dt>改写</dt><dd>1</dd>",
                "<dt>新增</dt><dd>1</dd>", "<dt>删去</dt><dd>1</dd>", "第 2 稿",
            ] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let fields = browser.hiddenFields

            let colleague = try await visit.browser("organiser")
            try await colleague.get("/desk/drafts/1/editions/new")
            try await colleague.upload("/desk/drafts/1/editions/new", said, file: ("file", "3.csv", rows))
            let first = try await colleague.post("/desk/drafts/1/editions/import", colleague.hiddenFields)
            #expect(first.headers[.location] == "/desk/drafts/1/editions/2/lineage")

            let late = try await browser.post("/desk/drafts/1/editions/import", fields)
            #expect(late.status == .conflict && browser.page.contains("刚才有人导入了另一稿"))
            let second = try await browser.post("/desk/drafts/1/editions/import", browser.hiddenFields)
            #expect(second.headers[.location] == "/desk/drafts/1/editions/3/lineage")
            try await browser.get("/desk/drafts/1")
            #expect(browser.page.contains("第 3 稿") && browser.page.contains("按意见改"))
        }
    }

    @Test("The next edition may be as large as the first")
    func largeEdition() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/drafts/1/editions/new")
            let many = [Self.heading] + (1...9000).map { Self.row($0, "养老\($0 % 40)", "事项\($0)") }
            let bytes = Array(many.joined(separator: "\n").utf8)
            #expect(bytes.count > BodyLimits.standard)
            let shown = try await browser.upload(
                "/desk/drafts/1/editions/new", [("stage", "revised")], file: ("file", "2.csv", bytes))
            #expect(shown.status == .ok && browser.page.contains("<dt>新增</dt><dd>9000</dd>"))
        }
    }

    @Test("Only an organiser imports, other units see nothing, and an upload belongs to who made it and ends")
    func rights() async throws {
        try await DeskScene.run { visit in
            let clerk = try await visit.browser("clerk")
            try await clerk.get("/desk/drafts/new")
            #expect(clerk.page.contains("只有组织员可以导入草案"))
            let rows = Self.file(Self.row(1, "养老", "补贴"))
            try await clerk.upload("/desk/drafts/new", Self.said, file: ("file", "a.csv", rows))
            let fields = clerk.hiddenFields
            #expect(try await clerk.post("/desk/drafts/import", fields).status == .forbidden)

            let organiser = try await visit.browser("organiser")
            try await organiser.get("/desk/drafts/new")
            #expect(try await organiser.post("/desk/drafts/import", fields).status == .unprocessableContent)
            #expect(organiser.page.contains("只保留一天") && organiser.page.contains("value=\"养老目录\""))
            try await organiser.upload("/desk/drafts/new", Self.said, file: ("file", "a.csv", rows))
            let own = organiser.hiddenFields
            try await visit.scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(90_000))
            // By then the sign-in is over, too.
            let nextDay = try await visit.browser("organiser")
            try await nextDay.get("/desk/drafts/new")
            #expect(try await nextDay.post("/desk/drafts/import", own).status == .unprocessableContent)
            #expect(try await drafts(visit).count == 1)

            let stranger = try await visit.browser("stranger")
            for path in [
                "/desk/drafts/1", "/desk/drafts/1/editions/1", "/desk/drafts/1/editions/new", "/desk/drafts/x",
            ] {
                #expect(try await stranger.get(path).status == .notFound, "\(path)")
            }
            try await stranger.get("/desk/drafts")
            #expect(stranger.page.contains("还没有草案"))
        }
    }

    @Test("What is changed in the edition before while a file or text is looked at is not lost unseen")
    func changedMeanwhile() async throws {
        try await DeskScene.run { visit in
            let (staff, organiser) = (visit.scene.database.staff, AnsweringScene.organiser)
            let browser = try await visit.browser("organiser")
            let text = "第一条 甲。\n第二条 乙。"
            let first = try await ImportText(
                try TextSheet(reading: text), as: .draft(title: "办法", field: "养老服务", unitID: 2), sourceName: "",
                key: UUID())(in: staff, as: organiser)
            _ = try await BeginEdition(of: 1, stage: .revised, note: "")(in: staff, as: organiser)
            func change(_ draft: Int) async throws {
                let passages = try await staff.read(as: organiser) { tx in
                    let id = try tx.one(Draft.with(id: draft), as: Draft.self).editionID
                    return try tx.all(Passage.of(edition: id), as: Passage.self)
                }
                let passage = try #require(passages.first)
                try await ChangePassage(passage.id, version: passage.version).move(
                    after: passages.last?.id, in: staff, as: organiser)
            }
            let said = [("stage", "revised"), ("note", "")]

            try await browser.get("/desk/drafts/1/editions/new")
            try await browser.upload(
                "/desk/drafts/1/editions/new", said, file: ("file", "2.csv", Self.file(Self.row(1, "养老", "补贴"))))
            try await change(1)
            let late = try await browser.post("/desk/drafts/1/editions/import", browser.hiddenFields)
            #expect(late.status == .conflict && browser.page.contains("改了正在修改的一稿"))
            let seen = try await browser.post("/desk/drafts/1/editions/import", browser.hiddenFields)
            #expect(seen.headers[.location] == "/desk/drafts/1/editions/3/lineage")

            let address = "/desk/drafts/\(first.draftID)/editions"
            let typed = said + [("text", text + "\n第三条 丙。")]
            try await browser.get(address + "/text")
            try await change(first.draftID)
            try await browser.post(address + "/text", browser.hiddenFields + typed)
            let lateText = try await browser.post(address + "/text/import", browser.hiddenFields + typed)
            #expect(lateText.status == .conflict && browser.page.contains("改了正在修改的一稿"))
            let seenText = try await browser.post(address + "/text/import", browser.hiddenFields + typed)
            #expect(seenText.headers[.location] == address + "/2/lineage")
        }
    }
}
