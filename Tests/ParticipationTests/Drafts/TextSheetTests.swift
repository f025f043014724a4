import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite("Reading a text")
struct TextSheetTests {
    private func lines(_ text: String) throws -> [String] {
        try TextSheet(reading: text).clauses.map { "\($0.depth) \($0.number)|\($0.text)" }
    }

    @Test("A measure: chapters, sections, articles with their items")
    func measure() throws {
        let text = """
            龙川县社会救助实施办法
            （征求意见稿）

            第一章　总则
            第一条　为了规范社会救助，根据《社会救助暂行办法》，制定本办法。
            第二条 本办法所称社会救助，包括：
            （一）最低生活保障；
            （二）特困人员供养。
            前款规定的事项由县民政局负责。
            第二章　申请
            第一节　一般规定
            第三条　申请人应当提交材料。
            第三条规定的材料可以补正。
            第五条　受理机关应当在5个工作日内答复。
            第三章 附则
            第六条本办法自公布之日起施行。
            附件：申请表
            姓名、住址、事由
            """
        let sheet = try TextSheet(reading: text)
        #expect(sheet.title == "龙川县社会救助实施办法（征求意见稿）" && sheet.count == 6)
        #expect(
            try lines(text) == [
                "1 第一章|总则", "0 第一条|为了规范社会救助，根据《社会救助暂行办法》，制定本办法。",
                "0 第二条|本办法所称社会救助，包括：\n（一）最低生活保障；\n（二）特困人员供养。\n前款规定的事项由县民政局负责。", "1 第二章|申请", "2 第一节|一般规定",
                "0 第三条|申请人应当提交材料。\n第三条规定的材料可以补正。", "0 第五条|受理机关应当在5个工作日内答复。", "1 第三章|附则",
                "0 第六条|本办法自公布之日起施行。", "1 |附件：申请表", "0 |姓名、住址、事由",
            ])
        #expect(sheet.gaps.map { "\($0.line) \($0.before) \($0.after)" } == ["14 第三条 第五条"])
    }

    @Test("A plan: numbered headings and paragraphs")
    func plan() throws {
        let text = """
            关于加强养老服务的工作方案
            各镇人民政府：
            为做好养老服务，制定本方案。
            一、总体要求
            坚持以人民为中心。
            二、主要任务
            （一）加强领导。各单位要落实责任。
            1.建立台账。
            2．按月通报。
            （二）保障经费
            由县财政局负责。
            三、本方案自印发之日起施行。
            """
        #expect(
            try lines(text) == [
                "0 |各镇人民政府：", "0 |为做好养老服务，制定本方案。", "1 一、|总体要求", "0 |坚持以人民为中心。", "1 二、|主要任务",
                "0 （一）|加强领导。各单位要落实责任。", "0 1.|建立台账。", "0 2．|按月通报。", "2 （二）|保障经费", "0 |由县财政局负责。",
                "0 三、|本方案自印发之日起施行。",
            ])
        #expect(try TextSheet(reading: text).gaps.isEmpty)
    }

    @Test("A list of contents is left out; a year or a sum at the beginning is no number")
    func oddities() throws {
        let text = "规定\r\n目　录\r\n第一章 总则\r\n第二章 附则\r\n第一章 总则\r\n第一条　甲\r\n2026.5万元用于补助。\r\n第二章 附则\r\n第二条　乙"
        #expect(try lines(text) == ["1 第一章|总则", "0 第一条|甲\n2026.5万元用于补助。", "1 第二章|附则", "0 第二条|乙"])
        #expect(try lines("第十二条　甲\n第一百零三条之一　乙") == ["0 第十二条|甲", "0 第一百零三条之一|乙"])
        #expect(try lines("就这一句话。") == ["0 |就这一句话。"])
    }

    @Test("What is no text, or too much of it, is refused")
    func refusals() {
        func refused(_ text: String) -> TextSheet.Refused? {
            do throws(TextSheet.Refused) { _ = try TextSheet(reading: text) } catch { return error }
            return nil
        }
        #expect(refused(" \n　\n") == .empty)
        #expect(refused(String(repeating: "长", count: 100_001)) == .tooLong(limit: 100_000))
        #expect(refused("第一条　" + String(repeating: "长", count: 20_001)) == .clauseTooLong(line: 1, limit: 20_000))
        #expect(refused(String(repeating: "一、甲。\n", count: 3001)) == .tooManyClauses(limit: 3000))
    }

    private struct Stored: Row, Equatable {
        let number: String
        let text: String
        let depth: Int
        let lineage: UUID

        init(_ row: RowReader) throws {
            number = try row["number"]
            text = try row["text"]
            depth = try row["depth"]
            lineage = try row["lineage"]
        }
    }

    @Test("A text becomes a draft, once, and its next edition keeps the lineage of what stays or moves")
    func imports() async throws {
        let county = try await ExampleCounty.make()
        func stored(_ edition: Int) async throws -> [Stored] {
            try await county.database.staff.read(as: county.organiser) {
                try $0.all(
                    "select number, text, depth, lineage from passages where edition_id = \(edition) order by position")
            }
        }
        let first = ImportText(
            try TextSheet(reading: "第一章 总则\n第一条　养老服务机构应当公开收费标准和服务内容。\n第二条　老年人可以向民政部门投诉。\n第三条　本办法由县民政局解释。"),
            as: .draft(title: "办法", field: "养老服务", unitID: county.unitID), sourceName: "", key: UUID())
        let made = try await first(in: county.database.staff, as: county.organiser)
        #expect(try await first(in: county.database.staff, as: county.organiser).editionID == made.editionID)
        let old = try await stored(made.editionID)
        #expect(old.map(\.number) == ["第一章", "第一条", "第二条", "第三条"] && old.map(\.depth) == [1, 0, 0, 0])
        let next = ImportText(
            try TextSheet(reading: "第一章 总则\n第一条　养老服务机构应当公开收费标准、服务内容和电话。\n第二条　五个工作日以内答复。\n第三条　老年人可以向民政部门投诉。"),
            as: .edition(ofDraft: made.draftID, stage: .revised, note: "按意见改"), sourceName: "办法.docx", key: UUID())
        let second = try await next(in: county.database.staff, as: county.organiser)
        let new = try await stored(second.editionID)
        #expect(second.ordinal == 2 && second.continued == 3)
        #expect(new.map(\.lineage).prefix(2) == old.map(\.lineage).prefix(2) && new[3].lineage == old[2].lineage)
        #expect(!old.map(\.lineage).contains(new[2].lineage))
        let origins = try await county.database.staff.read(as: county.organiser) {
            try $0.value("select count(*) from passage_origins", as: Int.self)
        }
        #expect(origins == 3)
        // A directory is not continued by a text, nor by somebody else.
        for actor in [county.stranger, county.clerk] {
            let again = ImportText(first.sheet, as: next.target, sourceName: "", key: UUID())
            await #expect(throws: (any Error).self) { try await again(in: county.database.staff, as: actor) }
        }
    }
}
