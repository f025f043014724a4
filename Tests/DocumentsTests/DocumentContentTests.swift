import Foundation
import Testing

@testable import Documents

/// What pandoc writes, without pandoc: numbers and sizes in it come from the file.
@Suite("The content of a document")
struct DocumentContentTests {
    private static func content(_ blocks: String) throws -> DocumentContent {
        try DocumentContent(pandoc: Data("{\"meta\":{},\"blocks\":[\(blocks)]}".utf8))
    }

    private static func words(_ text: String) -> String {
        "{\"t\":\"Para\",\"c\":[{\"t\":\"Str\",\"c\":\"\(text)\"}]}"
    }

    private static func cell(_ text: String, down: Int = 1, across: Int = 1) -> String {
        "[[],{},\(down),\(across),[\(words(text))]]"
    }

    private static func table(_ rows: String...) -> String {
        let rows = rows.map { "[[],[\($0)]]" }.joined(separator: ",")
        return "{\"t\":\"Table\",\"c\":[[],[],[],[[],[]],[[[],0,[],[\(rows)]]],[[],[]]]}"
    }

    @Test("A list may begin with any number", arguments: [Int.max, Int.min, -1, 0, 3])
    func numbers(first: Int) throws {
        let list =
            "{\"t\":\"OrderedList\",\"c\":[[\(first),{},{}],[[\(Self.words("甲"))],[\(Self.words("乙"))]]]}"
        let start = min(max(first, 0), 100_000)
        let lines = "\(start). 甲\n\(start + 1). 乙"
        #expect(try Self.content(list).text == lines)
        #expect(try Self.content("{\"t\":\"Div\",\"c\":[[],[{\"t\":\"Div\",\"c\":[[],[\(list)]]}]]}").text == lines)
        let inCell = try Self.content(Self.table("[[],{},1,1,[\(list)]]"))
        #expect(inCell.tables.first?.sheetRows.first?.cells.map(\.text) == [lines])
    }

    @Test("A merged cell is stored once, and read in every cell that it covers")
    func merged() throws {
        let long = String(repeating: "长", count: 10_000)
        let content = try Self.content(
            Self.table(
                Self.cell(long, down: 2, across: 200) + "," + Self.cell("右"), Self.cell("下"),
                Self.cell("甲") + "," + Self.cell("乙", across: 2)))
        let json = try content.json()
        #expect(json.utf8.count < 100_000)
        #expect(throws: DocumentFault.unpacksTooLarge) { try content.json(atMost: json.utf8.count - 1) }
        let rows = try JSONDecoder().decode(DocumentContent.self, from: Data(json.utf8)).tables[0].sheetRows
        let wide = Array(repeating: long, count: 200)
        #expect(rows.map { $0.cells.map(\.text) } == [wide + ["右"], wide + ["下"], ["甲", "乙", "乙"]])
        #expect(rows.map { $0.cells.filter(\.isCovered).count } == [199, 200, 1])
    }
}
