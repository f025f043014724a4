import Foundation
import TestSupport
import Testing
import Text

@testable import Documents

@Suite struct SheetTests {
    private func read(_ bytes: [UInt8], sheet: String? = nil, limits: Sheet.Limits = .init()) throws -> [Sheet.Row] {
        var rows: [Sheet.Row] = []
        try Sheet.read(bytes, sheet: sheet, limits: limits) { rows.append($0) }
        return rows
    }

    private func texts(_ bytes: [UInt8], sheet: String? = nil) throws -> [[String]] {
        try read(bytes, sheet: sheet).map { $0.cells.map(\.text) }
    }

    private func fault(_ bytes: [UInt8], limits: Sheet.Limits = .init()) -> DocumentFault? {
        do { _ = try read(bytes, limits: limits) } catch Sheet.Fault.document(let fault) { return fault } catch {}
        return nil
    }

    // MARK: Files of other programs

    @Test func readsWhatOpenpyxlWrites() throws {
        let bytes = try Fixture.bytes("openpyxl.xlsx")
        #expect(try Sheet.names(bytes) == ["事项目录", "另一张"])
        let rows = try read(bytes)
        #expect(rows.map(\.line) == [1, 2, 3, 4, 5, 6, 8])
        let title = "基层政务公开标准目录"
        #expect(
            rows.map { $0.cells.map(\.text) } == [
                [title, title, title, title], ["序号", "公开事项", "公开时限", "日期"],
                ["1", "低保", "自该信息形成之日起\n20个工作日内", "2026-02-09"], ["2", "低保", "及时", "2026-02-09 14:30:00"],
                // No value is cached for the formula: no office program has opened the file.
                ["0.1+0.2", "", "0.3", "13800138000"], ["440308190001011", "000123", "12.5%", "20.00"],
                // What openpyxl does not escape Excel reads like this too.
                ["A & <b> 表情😀", "", "", "TRUE"],
            ])
        #expect(rows[0].cells.map(\.isCovered) == [false, true, true, true])
        #expect(rows[3].cells.map(\.isCovered) == [false, true, false, false])
        #expect(try texts(bytes, sheet: "另一张") == [["", "第二张"]])
        #expect(try texts(bytes, sheet: "内部") == [["秘密"]])
        #expect(throws: Sheet.Fault.document(.noSheet)) { try read(bytes, sheet: "没有") }
    }

    @Test func readsWhatIsWritten() throws {
        let odd = [
            "=1+1", "+86", "@x", "2026-02-09", "1e5", "_x000D_", "a\nb", "  两边 ", "表情😀", "<&>\"'", "'x", "http://x",
            "\u{7}响",
        ]
        let bytes = try SheetWriter.bytes(
            sheet: "台账[1]/2", widths: [12, 30], heading: ["甲", "乙"],
            rows: odd.map { [.text($0), .number(12.5), .empty] } + [[.text(String(repeating: "长", count: 40_000))]])
        let rows = try read(bytes)
        #expect(rows.first?.cells.map(\.text) == ["甲", "乙"])
        #expect(rows.dropFirst().prefix(odd.count).map { $0[1] } == odd.dropLast() + [" 响"])
        #expect(rows.dropFirst().prefix(odd.count).allSatisfy { $0[2] == "12.5" && $0.cells.count == 2 })
        #expect(rows.last?[1].unicodeScalars.count == 32_767 && rows.last?[1].hasSuffix("…") == true)
        #expect(try Sheet.names(bytes) == ["台账12"])
        #expect(try ReceivedFile(bytes, as: FileKind.documents).kind == .xlsx)
    }

    @Test func readsText() throws {
        let csv = "\u{FEFF}编号,标题\r\n1,\"两\n行\"\r\n,\r\n2,完\r\n"
        let rows = try read(Array(csv.utf8))
        #expect(rows.map(\.line) == [1, 2, 5])
        #expect(rows.map { $0.cells.map(\.text) } == [["编号", "标题"], ["1", "两\n行"], ["2", "完"]])
        // 编号,留言 in GB18030.
        #expect(try texts([0xB1, 0xE0, 0xBA, 0xC5, 0x2C, 0xC1, 0xF4, 0xD1, 0xD4]) == [["编号", "留言"]])
        #expect(throws: Sheet.Fault.self) { try read(Array("a,\"b".utf8)) }
        #expect(throws: Sheet.Fault.text(.spreadsheet)) { try read([0xD0, 0xCF, 0x11, 0xE0]) }
    }

    // MARK: Cells

    @Test func readsEveryKindOfCell() throws {
        let bytes = try OfficeFixture.workbook(
            """
            <row><c t="s"><v>1</v></c><c><f>1+1</f><v>2</v></c><c t="str"><f>x</f><v>公式的结果</v></c></row>
            <x:row r="3"><x:c r="B3" t="inlineStr"><x:is><x:r><x:t>一</x:t></x:r><x:rPh><x:t>yi</x:t></x:rPh><x:r><x:t xml:space="preserve"> 二</x:t></x:r></x:is></x:c>\
            <c r="D3" t="e"><v>#N/A</v></c><c r="E3" t="b"><v>0</v></c><c r="F3" t="d"><v>2026-02-09</v></c><c r="G3" s="1"/></x:row>
            <row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4" t="inlineStr"><is><t>a_x000D_&#10;b_x0041_c_xD800_</t></is></c></row>
            """,
            strings: "<si><t>&lt;甲&gt;</t></si><si><r><t>乙</t></r><r><t>丙</t></r></si>")
        #expect(
            try texts(bytes) == [
                ["乙丙", "2", "公式的结果"], ["", "一 二", "", "#N/A", "FALSE", "2026-02-09"], ["<甲>", "a\nbAc_xD800_"],
            ])
    }

    @Test(arguments: [
        ("General", 0.1, "0.1"), ("General", 1e20, "100000000000000000000"), ("0", 2.5, "2"), ("0.00", -0.001, "0.00"),
        ("#,##0.00", 1234.5, "1234.50"), ("0%", 0.256, "26%"), ("000000", 42, "000042"), ("0.0\"元 d\"", 3, "3.0"),
        ("[Red]0.0;[Blue]-0.0", 1, "1.0"), ("yyyy\"年\"m\"月\"d\"日\"", 46_062, "2026-02-09"),
        ("[$-804]yyyy/m/d h:mm", 46_062.604_166_67, "2026-02-09 14:30"), ("h:mm:ss", 0.5, "12:00:00"),
        ("[h]:mm", 1.25, "30:00"), ("yyyy-mm-dd", 59, "1900-02-28"), ("yyyy-mm-dd", 61, "1900-03-01"),
        ("yyyy-mm-dd", -1, "-1"), ("@", 13_800_138_000, "13800138000"), ("mm:ss", 0.001, "00:01:26"),
        ("_ * #,##0_ ;", 7, "7"), ("0.00E+00", 1500, "1500"),
    ])
    func showsNumbers(_ format: String, _ number: Double, _ shown: String) {
        #expect(NumberFormat(format).shown(number, since1904: false) == shown)
    }

    @Test func countsDaysFrom1904() throws {
        let bytes = try OfficeFixture.workbook(
            "<row><c s=\"1\"><v>44600</v></c><c s=\"0\"><v>1</v></c><c s=\"9\"><v>1</v></c><c s=\"2\"><v>.5</v></c></row>",
            styles:
                "<numFmts><numFmt numFmtId=\"164\" formatCode=\"0.000\"/></numFmts><cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>"
                + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs>",
            properties: "<workbookPr date1904=\"1\"/>")
        #expect(try texts(bytes) == [["2026-02-09", "1", "1", "0.500"]])
    }

    @Test func mergedCellsShowTheirFirst() throws {
        let bytes = try OfficeFixture.workbook(
            """
            <row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row><row r="3"><c r="C3"><v>3</v></c></row>
            <row r="4"><c r="A4"><v>9</v></c><c r="C4"><v>4</v></c></row><row r="6"><c r="C6"><v>5</v></c></row>
            """,
            after:
                "<mergeCells><mergeCell ref=\"A2:A5\"/><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"D1:E9\"/></mergeCells>"
        )
        #expect(try texts(bytes) == [["1", "2"], ["1", "2", "3"], ["1", "", "4"], ["", "", "5"]])
    }

    @Test func columnsHaveLetters() {
        #expect(
            [1, 26, 27, 52, 702, 703, 16_384].map { Sheet.letters($0) } == ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"])
        #expect(CellAddress("$B$7") == CellAddress("B7") && CellAddress("B7")?.column == 2)
        for odd in ["", "7", "B", "7B", "B0", "XFE1", "A1048577", "b7", "A99999999999999999999"] {
            #expect(CellAddress(odd) == nil)
        }
    }

    // MARK: Limits and hostile files

    @Test func refusesWhatPointsOutside() throws {
        let dtd = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        #expect(
            fault(try OfficeFixture.workbook("<row><c t=\"str\"><v>&x;</v></c></row>", before: dtd)) == .definitions)
        let laughs = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"
        #expect(
            fault(try OfficeFixture.workbook("<row><c t=\"str\"><v>&b;</v></c></row>", before: laughs)) == .definitions)
        #expect(fault(try OfficeFixture.workbook("<row><c t=\"str\"><v>&x;</v></c></row>")) == .broken)
    }

    @Test func keepsToItsLimits() throws {
        let row = "<row><c><v>1</v></c><c t=\"str\"><v>四个汉字</v></c></row>"
        let bytes = try OfficeFixture.workbook(String(repeating: row, count: 10))
        func fault(_ change: (inout Sheet.Limits) -> Void) -> DocumentFault? {
            var limits = Sheet.Limits()
            change(&limits)
            return self.fault(bytes, limits: limits)
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.rows = 10 } == nil && fault { $0.rows = 9 } == .tooManyRows(limit: 9))
        #expect(fault { $0.columns = 1 } == .tooManyColumns(limit: 1, line: 1))
        #expect(fault { $0.cells = 19 } == .tooManyCells(limit: 19))
        #expect(fault { $0.cellBytes = 11 } == .cellTooLong(limit: 11, line: 1, column: 2))
        #expect(fault { $0.time = .zero } == .tooSlow)
    }

    @Test(arguments: [
        "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"x\"/>", "<row r=\"0\"/>", "<row r=\"9999999999\"/>",
        "<row><c r=\"A2\"/></row>",
        "<row><c r=\"B1\"/><c r=\"A1\"/></row>", "<row><c t=\"s\"><v>7</v></c></row>",
        "<row><c t=\"s\"><v>-1</v></c></row>", "<row>",
        "<row><c t=\"s\"><v>x</v></c></row>",
    ])
    func refusesWhatDoesNotHangTogether(_ rows: String) throws {
        #expect(fault(try OfficeFixture.workbook(rows)) == .broken)
    }

    @Test func refusesBombsAndNests() throws {
        let spaces = String(repeating: " ", count: 30_000_000)
        #expect(fault(try OfficeFixture.workbook(spaces)) == .unpacksTooLarge)
        #expect(fault(try OfficeFixture.workbook("", strings: spaces)) == .unpacksTooLarge)
        #expect(fault(try OfficeFixture.workbook(String(repeating: "<a>", count: 1000))) == .tooDeep)
        let many = (0..<2100).map { (name: "\($0)", content: [UInt8]()) }
        #expect(fault(try OfficeFixture.zip(many)) == .unpacksTooLarge)
        #expect(fault(try OfficeFixture.zip([("a", [1])])) == .broken)
        #expect(fault(Array("PK\u{3}\u{4}".utf8)) == .broken)
    }

    @Test func refusesMergesThatOverlapAndMacros() throws {
        let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"
        func merged(_ refs: String...) throws -> [UInt8] {
            let ranges = refs.map { "<mergeCell ref=\"\($0)\"/>" }.joined()
            return try OfficeFixture.workbook(rows, after: "<mergeCells>\(ranges)</mergeCells>")
        }
        #expect(fault(try merged("A1:B2", "A3:B4", "C1:C9")) == nil)
        #expect(fault(try merged("A1:B2", "B2:C3")) == .overlappingMerges(line: 2))
        #expect(fault(try merged("A1:B2", "A1:B2")) == .overlappingMerges(line: 1))
        #expect(fault(try merged("B2:A1")) == .overlappingMerges(line: 1))
        #expect(fault(try merged("B2:?")) == .broken)
        let programme = try OfficeFixture.workbook([.init("一", rows: [["1"]])], parts: [("xl/vbaProject.bin", [1])])
        #expect(fault(programme) == .macros)
    }

    /// Rows are handed over while the file is read; whoever has enough stops.
    @Test func theReaderStopsWhenAsked() throws {
        struct Enough: Error {}
        let bytes = try OfficeFixture.workbook(String(repeating: "<row><c><v>1</v></c></row>", count: 1000))
        var seen = 0
        #expect(throws: Enough.self) {
            try Sheet.read(bytes) { _ in
                seen += 1
                if seen == 3 { throw Enough() }
            }
        }
        #expect(seen == 3)
    }

    @Test func tenThousandRowsTakeSeconds() throws {
        let cells = (1...4).map { SheetWriter.Cell.text("第\($0)列的一些文字，不太短也不太长") }
        let bytes = try SheetWriter.bytes(
            sheet: "大表", widths: [], heading: ["一"], rows: Array(repeating: cells, count: 10_000))
        var count = 0
        let took = try processorTime { count = try read(bytes).count }
        // Two seconds without the optimiser.
        #expect(count == 10_001 && took < .seconds(10))
    }
}
