import Documents
import Foundation
import Participation
import TestSupport
import Testing
import Text

@Suite("Reading a directory's file")
struct DirectorySheetTests {
    static let heading = "序号,一级事项,二级事项,公开内容(要素),公开依据,公开时限,公开主体,公开渠道和载体,公开对象,公开方式,公开层级"

    static func file(_ rows: String..., heading: String = heading) -> [UInt8] {
        Array(([heading] + rows).joined(separator: "\r\n").utf8)
    }

    static let row = "1,低保,办事指南,要素,依据,20个工作日内,县民政局,■政府网站 □两微一端,全社会,主动,县级、乡级"

    private func faults(_ bytes: [UInt8]) -> DirectoryFaults? {
        do throws(DirectoryFaults) {
            _ = try DirectorySheet(reading: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "Every real directory of the demo is read whole",
        arguments: [
            ("agricultural-subsidies", 7), ("compulsory-education", 15), ("household-registration", 17),
            ("major-construction-projects", 15), ("public-culture", 17), ("social-assistance-elderly-care", 16),
            ("social-insurance", 12), ("taxation", 5), ("urban-enforcement-municipal-services", 21), ("work-safety", 9),
        ])
    func realFiles(name: String, rows: Int) throws {
        let file = try Repository.root().appendingPathComponent("ops/demo/directories/\(name).csv")
        let sheet = try DirectorySheet(reading: Array(try Data(contentsOf: file)))
        #expect(sheet.rows.count == rows && sheet.ignoredColumns.isEmpty && !sheet.isRenumbered)
        #expect(sheet.rows.allSatisfy { !$0[.level1].isEmpty && !$0[.level2].isEmpty })
        if name == "major-construction-projects" {
            #expect(
                sheet.carried.map(\.column) == ["公开时限", "公开时限"] && sheet.carried.map(\.found) == ["同上", "同上"])
            #expect(sheet.carried.allSatisfy { $0.fromLine == $0.line - 1 && !$0.value.isEmpty })
        } else {
            #expect(sheet.carried.isEmpty)
        }
    }

    @Test("The same in UTF-8, with a byte order mark, and in GB18030")
    func encodings() throws {
        let plain = Self.file(Self.row, "2,低保,“四字节”㐂,要,依,20日,局,■网站,全社会,依申请,乡级")
        let sheet = try DirectorySheet(reading: plain)
        #expect(try DirectorySheet(reading: [0xEF, 0xBB, 0xBF] + plain).rows == sheet.rows)
        let text = String(decoding: plain, as: UTF8.self)
        let gb = try #require(text.data(using: String.Encoding(rawValue: 0x8000_0632)))
        let chinese = try DirectorySheet(reading: Array(gb))
        #expect(chinese.rows == sheet.rows && chinese.format == .text(.gb18030))
        #expect(sheet.rows.first?[.carriers] == "■政府网站 □两微一端")
    }

    @Test("Columns in any order, headings as people write them, extra columns left out and named")
    func headings() throws {
        let heading = "公开层级,公开方式,公开对象,公开渠道和载体,公开主体,公开时限,公开依据,公开内容（要素）, 二级 事项,一级事项,责任科室,备注"
        let sheet = try DirectorySheet(
            reading: Self.file(
                "县级,主动,全社会,网站,局,20日,依据,要素,指南,低保,办公室,内部", "县级,主动,全社会,网站,局,20日,依据,要素,指南二,低保,,", heading: heading))
        #expect(sheet.rows.map(\.number) == ["1", "2"] && sheet.isRenumbered)
        #expect(sheet.rows.map { $0[.level2] } == ["指南", "指南二"] && sheet.rows.first?[.contentElements] == "要素")
        #expect(sheet.ignoredColumns == ["备注"] && sheet.extraColumns == ["责任科室"])
    }

    @Test("A title, a heading of two lines and ticks, as in print")
    func printedForm() throws {
        let text = """
            社会救助领域基层政务公开标准目录,,,,,,,,,,,,,,
            序号,公开事项,,公开内容（要素）,公开依据,公开时限,公开主体,公开渠道和载体,公开对象,,公开方式,,公开层级,
            ,一级事项,二级事项,,,,,,全社会,特定群众,主动,依申请公开,县级,乡级
            1,综合业务,政策,要素,依据,20日,局,■网站,√,,√,,√,√
            2,,监督,要素,依据,同上,局,■网站,,低保对象,,√,√,
            """
        let sheet = try DirectorySheet(reading: Array(text.utf8))
        #expect(sheet.rows.map { $0[.audience] } == ["全社会", "特定群众:低保对象"])
        #expect(sheet.rows.map { $0[.disclosureMode] } == ["主动", "依申请"])
        #expect(sheet.rows.map { $0[.tier] } == ["县级、乡级", "县级"])
        #expect(sheet.rows.last?[.level1] == "综合业务" && sheet.rows.last?[.timeLimit] == "20日")
        #expect(
            sheet.carried.map(\.column) == ["一级事项", "公开时限"]
                && sheet.carried.allSatisfy { $0.line == 5 && $0.fromLine == 4 })
    }

    @Test("A chain of merged cells is carried from where it was written out")
    func mergedCells() throws {
        let sheet = try DirectorySheet(
            reading: Self.file(
                Self.row, "2,,指南二,要素,同上,〃,县民政局,网站,,主动,县级", "3,,指南三,要素,“,20日,县民政局,网站,全社会,主动,县级"))
        #expect(sheet.rows.map { $0[.level1] } == ["低保", "低保", "低保"])
        #expect(sheet.rows.map { $0[.legalBasis] } == ["依据", "依据", "依据"])
        #expect(sheet.carried.filter { $0.column == "一级事项" }.map(\.fromLine) == [2, 2])
        // An empty cell elsewhere says that the file does not know, and stays empty.
        #expect(sheet.rows.map { $0[.audience] } == ["全社会", "", "全社会"])
    }

    @Test("Every fault is reported with line, column, value and what is expected")
    func everyFault() throws {
        let long = String(repeating: "长", count: 5001)
        let found = try #require(
            faults(
                Self.file(
                    "1,,指南,要素,依据,20日,局,网站,全社会,主动,县级", "2,低保,,要素,依据,20日,局,网站,全社会,公开,高",
                    "3,低保,指南,\(long),依据,20日,局,网站,全社会,主动,县级", "4,低保,指南,要素,依据,20日,局,网站",
                    "5,低保,指南,要\u{FFFD}素,依据,20日,局,网站,全社会,主动,县级")))
        #expect(found.total == 7)
        let places = found.faults.map { "\($0.line ?? 0) \($0.column) \($0.expected.code)" }
        #expect(
            places == [
                "2 一级事项 filled", "3 二级事项 filled", "3 公开方式 mode", "3 公开层级 tier", "4 公开内容(要素) shorter", "5  cells",
                "6 公开内容(要素) readable",
            ])
        #expect(found.faults[2].value == "公开" && found.faults[4].value.unicodeScalars.count == 61)
        #expect(found.description.contains("第3行「公开方式」“公开”，要求：主动 或 依申请"))
    }

    @Test("A thousand faults are listed, all are counted")
    func manyFaults() throws {
        let rows = (1...1500).map { "\($0),低保,,要素,依据,20日,局,网站,全社会,主动,县级" }
        let found = try #require(faults(Array(([Self.heading] + rows).joined(separator: "\n").utf8)))
        #expect(found.faults.count == 1000 && found.total == 1500)
    }

    @Test("A long cell repeated in every row is stopped before it fills the memory")
    func repeatedCells() throws {
        let long = String(repeating: "长", count: 5000)
        let first = "1,低保,名称,\(long),依据,20日,局,网站,全社会,主动,县级"
        let again = "2,低保,名称,同上,依据,20日,局,网站,全社会,主动,县级"
        func file(rows: Int) -> [UInt8] {
            Array(([Self.heading, first] + Array(repeating: again, count: rows)).joined(separator: "\n").utf8)
        }
        #expect(try DirectorySheet(reading: file(rows: 1000)).rows.count == 1001)
        let found = try #require(faults(file(rows: 10_000)))
        #expect(found.faults.map(\.expected) == [.lessText(megabytes: 20)])
        #expect(found.faults.first?.line ?? 0 < 2000)
    }

    @Test("Files that are no directory are refused in words, never with a trap")
    func brokenFiles() throws {
        func code(_ bytes: [UInt8]) -> String? { faults(bytes)?.faults.first?.expected.code }
        #expect(code([]) == "content")
        #expect(code(Array("\n\n,,\n".utf8)) == "rows")
        #expect(code(Array("name,age\nx,1\n".utf8)) == "heading")
        #expect(code(Self.file()) == "rows")
        #expect(code([0x50, 0x4B, 0x03, 0x04, 0]) == "workbook")
        #expect(code([0xFF, 0xFE, 0x41, 0]) == "text")
        #expect(code([0xFF, 0xFF, 0xFF]) == "text")
        #expect(code(Self.file("1,低保,\"没有结束")) == "closed_quote")
        #expect(code(Self.file(String(repeating: "a,", count: 70))) == "fewer_columns")
        #expect(code([UInt8](repeating: 0x61, count: DirectorySheet.mostBytes + 1)) == "smaller_file")
        let doubled = Self.file("x", heading: Self.heading + ",公开主体")
        #expect(faults(doubled)?.faults.contains { $0.expected == .oneHeading && $0.column == "公开主体" } == true)
        let missing = faults(Array("序号,一级事项,二级事项,公开依据\n1,a,b,c\n".utf8))
        #expect(missing?.faults.contains { $0.column == "公开主体" && $0.expected == .column } == true)
        let lacksLevel1 = faults(
            Array(Self.heading.replacing("一级事项,", with: "").utf8) + Array("\n1,b,c,d,e,f,g,h,主动,县级".utf8))
        #expect(lacksLevel1?.faults.map(\.column) == ["一级事项"])
        // Any noise ends in words too.
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let noise = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(faults(noise) != nil)
        }
    }
}
