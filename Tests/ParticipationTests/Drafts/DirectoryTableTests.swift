import Documents
import Participation
import TestSupport
import Testing

@Suite("Reading a directory's workbook")
struct DirectoryTableTests {
    private typealias Sheet = OfficeFixture.Sheet

    /// As offices send it: a title, a heading of two lines, merged cells, ticks, a subtitle, a note.
    private static let office = OfficeFixture.Sheet(
        "目录",
        rows: [
            ["××县社会救助领域基层政务公开标准目录"],
            ["填报单位：县民政局", "", "", "", "", "", "", "", "日期：2026年2月"],
            [
                "序号", "公开事项", "", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道\n和载体", "公开对象", "", "公开方式", "", "公开层级", "",
                "责任科室", "备注",
            ],
            ["", "一级事项", "二级事项", "", "", "", "", "", "全社会", "特定群体（请写明）", "主动", "依申请", "县级", "乡级"],
            ["一、最低生活保障"],
            [
                "1", "低保", "政策法规", "1.法律；\n2.规章", "《条例》", "20个工作日", "县民政局", "■政府网站\n□政府公报", "√", "", "√", "", "√", "√",
                "救助股", "内部备注",
            ],
            ["2", "", "监督检查", "=A1", "《条例》", "同上", "县民政局", "■政府网站", "", "低保对象", "", "√", "", "√", "", ""],
            ["3", "", "公示", "名单", "《条例》", "7个工作日", "各镇", "■公示栏", "√", "", "√", "", "□", "√"],
            ["注：■为必选渠道。"],
        ],
        merged: [
            "A1:P1", "A3:A4", "B3:C3", "D3:D4", "E3:E4", "F3:F4", "G3:G4", "H3:H4", "I3:J3", "K3:L3", "M3:N3", "O3:O4",
            "P3:P4", "A5:P5", "B6:B8", "A9:P9",
        ])

    private func faults(_ bytes: [UInt8]) -> [DirectoryFault] {
        do throws(DirectoryFaults) { _ = try DirectorySheet(reading: bytes) } catch { return error.faults }
        return []
    }

    @Test("A title, a heading of two lines, merged cells, ticks, subtitles and notes")
    func officeFile() throws {
        let cover = Sheet("封面", rows: [["目录"], ["县民政局"]])
        let bytes = try OfficeFixture.workbook([cover, Self.office, Sheet("字典", rows: [["秘密"]], isHidden: true)])
        let table = try DirectoryTable(reading: bytes)
        #expect(table.sheets == ["封面", "目录"] && table.sheet == "目录" && table.headingLine == 4)
        #expect(table.firstHeadingLine == 3)
        #expect(table.columns.map(\.letters).prefix(3) == ["A", "B", "C"])
        #expect(
            table.columns.map(\.name).suffix(8) == [
                "公开对象 / 全社会", "公开对象 / 特定群体（请写明）", "公开方式 / 主动", "公开方式 / 依申请", "公开层级 / 县级", "公开层级 / 乡级", "责任科室", "备注",
            ])
        #expect(table.columns.first?.example == "1" && table.columns.last?.example == "内部备注")
        let sheet = try DirectorySheet(table, choices: table.proposal())
        #expect(sheet.rows.map(\.line) == [6, 7, 8] && sheet.rows.map(\.number) == ["1", "2", "3"])
        #expect(sheet.rows.map { $0[.level1] } == ["低保", "低保", "低保"])
        #expect(sheet.rows.map { $0[.contentElements] } == ["1.法律；\n2.规章", "算好的", "名单"])
        #expect(sheet.rows.map { $0[.audience] } == ["全社会", "特定群体:低保对象", "全社会"])
        #expect(sheet.rows.map { $0[.disclosureMode] } == ["主动", "依申请", "主动"])
        #expect(sheet.rows.map { $0[.tier] } == ["县级、乡级", "乡级", "乡级"])
        #expect(sheet.rows.first?[.carriers] == "■政府网站\n□政府公报" && sheet.rows[1][.timeLimit] == "20个工作日")
        #expect(sheet.extraColumns == ["责任科室"] && sheet.rows.map { $0.extras["责任科室"] ?? "" } == ["救助股", "", ""])
        #expect(sheet.ignoredColumns == ["备注"])
        #expect(sheet.asides.map(\.line) == [5, 9] && sheet.asides.map(\.text) == ["一、最低生活保障", "注：■为必选渠道。"])
        #expect(
            sheet.carried.map { "\($0.line) \($0.column) \($0.found) \($0.fromLine)" } == [
                "7 一级事项  6", "7 公开时限 同上 6", "8 一级事项  6",
            ])
    }

    @Test("Carriers as columns of ticks")
    func carriers() throws {
        let rows = [
            ["一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "", "", "公开对象", "公开方式", "公开层级"],
            ["", "", "", "", "", "", "政府网站", "两微一端", "其他"],
            ["低保", "指南", "要素", "依据", "20日", "县民政局", "√", "□", "村公示栏", "全社会", "主动", "县级"],
        ]
        let sheet = try DirectorySheet(reading: try OfficeFixture.workbook([Sheet("一", rows: rows)]))
        #expect(sheet.rows.map { $0[.carriers] } == ["■政府网站 ■其他:村公示栏"] && sheet.isRenumbered)
    }

    @Test("A person says what headings mean, and which sheet it is")
    func choices() throws {
        let rows = [
            ["编号", "大类", "小类", "公开什么", "凭什么", "多久", "谁公开", "在哪公开", "给谁看", "怎么公开", "哪一级", "经办人"],
            ["1", "低保", "指南", "要素", "依据", "20日", "县民政局", "网站", "全社会", "主动", "县级", "张三"],
        ]
        let bytes = try OfficeFixture.workbook([Sheet("甲", rows: [["空白"]]), Sheet("乙", rows: rows)])
        #expect(throws: DirectoryFaults.self) { try DirectoryTable(reading: bytes, sheet: "甲") }
        let table = try DirectoryTable(reading: bytes, sheet: "乙")
        #expect(table.proposal().dropFirst().allSatisfy { $0 == .leftOut })
        let remembered: [String: ColumnChoice] = [
            "大类": .national(.level1), "小类": .national(.level2), "公开什么": .national(.contentElements),
            "凭什么": .national(.legalBasis), "多久": .national(.timeLimit), "谁公开": .national(.publisher),
            "在哪公开": .national(.carriers), "给谁看": .national(.audience), "怎么公开": .national(.disclosureMode),
            "哪一级": .national(.tier), "经办人": .extra,
        ]
        let sheet = try DirectorySheet(table, choices: table.proposal(remembered: remembered))
        #expect(sheet.rows.first?[.publisher] == "县民政局" && sheet.rows.first?.extras == ["经办人": "张三"])
        var twice = remembered
        twice["经办人"] = .national(.publisher)
        do throws(DirectoryFaults) {
            _ = try DirectorySheet(table, choices: table.proposal(remembered: twice))
            Issue.record("two columns went to one")
        } catch {
            #expect(error.faults.map(\.expected) == [.oneHeading] && error.faults.first?.column == "公开主体")
        }
    }

    @Test("Every choice has a code of its own")
    func codes() {
        #expect(Set(ColumnChoice.all.map(\.code)).count == ColumnChoice.all.count)
        #expect(ColumnChoice.all.allSatisfy { ColumnChoice(code: $0.code) == $0 } && ColumnChoice(code: "x") == nil)
    }

    @Test("Cells of a workbook are reported with line and column")
    func cellFaults() throws {
        var rows = Self.office.rows
        rows[5][2] = ""
        rows[6][10] = "看情况"
        rows[7] += ["", "", "旁边的话"]
        let bytes = try OfficeFixture.workbook([Sheet("目录", rows: rows, merged: Self.office.merged)])
        #expect(
            faults(bytes).map { "\($0.line ?? 0) \($0.column) \($0.expected.code)" } == [
                "6 二级事项 filled", "8 Q under_heading",
            ])
    }

    @Test("A formula that was saved without its result is told, never read as empty")
    func formulas() throws {
        func cell(_ address: String, _ inside: String, kind: String = "inlineStr") -> String {
            "<c r=\"\(address)\" t=\"\(kind)\">\(inside)</c>"
        }
        func row(_ line: Int, _ texts: [String], formula: String? = nil) -> String {
            let cells = texts.enumerated().map { index, text in
                let address = "\(["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"][index])\(line)"
                if text == "=", let formula { return cell(address, formula, kind: "str") }
                return cell(address, "<is><t>\(text)</t></is>")
            }
            return "<row r=\"\(line)\">\(cells.joined())</row>"
        }
        let heading = ["序号", "一级事项", "二级事项", "公开内容(要素)", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象", "公开方式", "公开层级"]
        let texts = ["1", "低保", "指南", "要素", "依据", "=", "县民政局", "网站", "全社会", "主动", "县级"]
        func read(_ formula: String) throws -> [UInt8] {
            try OfficeFixture.workbook(row(1, heading) + row(2, texts, formula: formula))
        }
        let bare = faults(try read("<f>CONCATENATE(1)</f>"))
        #expect(bare.map { "\($0.line ?? 0) \($0.column) \($0.expected.code)" } == ["2 公开时限 result"])
        let sheet = try DirectorySheet(reading: try read("<f>CONCATENATE(1)</f><v>20日</v>"))
        #expect(sheet.rows.first?[.timeLimit] == "20日")
        #expect(try DirectorySheet(reading: try read("<f>X</f><v></v>")).rows.first?[.timeLimit] == "")
    }

    @Test("Hostile and broken workbooks are refused in words")
    func refusals() throws {
        func expected(_ bytes: [UInt8]) -> DirectoryFault.Expectation? { faults(bytes).first?.expected }
        let macro = try OfficeFixture.workbook([Self.office], parts: [("xl/vbaProject.bin", [1])])
        #expect(expected(macro) == .noMacros)
        let wide = Sheet("宽", rows: [(1...1000).map { "列\($0)" }])
        #expect(expected(try OfficeFixture.workbook([wide])) == .fewerColumns(limit: 64))
        let cyclic = Sheet("圈", rows: Self.office.rows, merged: ["A6:B7", "B7:C8", "C8:A6"])
        #expect(expected(try OfficeFixture.workbook([cyclic])) == .separateMerges)
        let over = try OfficeFixture.workbook([Sheet("叠", rows: Self.office.rows, merged: ["A6:B7", "B7:C8"])])
        #expect(faults(over).map(\.expected) == [.separateMerges] && faults(over).first?.line == 7)
        #expect(expected([0xD0, 0xCF, 0x11, 0xE0, 0, 0]) == .workbook)
        #expect(expected([0x50, 0x4B, 0x03, 0x04, 0]) == .workbook)
        #expect(expected(try OfficeFixture.document()) == .workbook)
        #expect(expected(try OfficeFixture.workbook([Sheet("空", rows: [])])) == .rows)
        #expect(expected([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == .notPicture)
        #expect(expected(Array("%PDF-1.7".utf8)) == .notPDF && expected([]) == .content)
        // The sheet that swells is named, and no fault of another one is told instead.
        let swollen = Sheet("水利", rows: Array(repeating: [String(repeating: "a", count: 30_000)], count: 200))
        let bomb = try OfficeFixture.workbook([Sheet("说明", rows: [["编制说明"]]), swollen])
        #expect(faults(bomb).map(\.expected) == [.lessUnpacked(megabytes: 100)] && faults(bomb).first?.value == "水利")
        let long = Sheet("长", rows: [[String(repeating: "长", count: 30_000)]])
        #expect(expected(try OfficeFixture.workbook([long])) == .shorter(limit: 5000))
    }

    @Test("Two hundred megabytes in a small file are not unpacked")
    func bomb() throws {
        let zeros = [UInt8](repeating: 0x20, count: 210 * 1024 * 1024)
        let bytes = try OfficeFixture.workbook([Self.office], parts: [("xl/media/image1.bin", zeros)])
        #expect(bytes.count < 1024 * 1024)
        #expect(faults(bytes).map(\.expected) == [.lessUnpacked(megabytes: 100)])
    }
}
