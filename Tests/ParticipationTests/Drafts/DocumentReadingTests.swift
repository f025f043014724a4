import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import Documents
@testable import Participation

@Suite("Reading a document", .enabled(if: Pandoc() != nil, "pandoc is not installed"))
struct DocumentReadingTests {
    private static func document(_ body: String, parts: [(name: String, content: [UInt8])] = [], relations: String = "")
        throws -> [UInt8]
    {
        let types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let main = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
        return try OfficeFixture.zip(
            [
                ("[Content_Types].xml", Array(OfficeFixture.contentTypes("wordprocessingml.document.main+xml").utf8)),
                (
                    "_rels/.rels",
                    Array(
                        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"\(types)/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
                            .utf8)
                ),
                (
                    "word/_rels/document.xml.rels",
                    Array(
                        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\(relations)</Relationships>"
                            .utf8)
                ),
                ("word/document.xml", Array("<w:document \(main)><w:body>\(body)</w:body></w:document>".utf8)),
            ] + parts)
    }

    private static func paragraph(_ text: String) -> String { "<w:p><w:r><w:t>\(text)</w:t></w:r></w:p>" }

    private static func row(_ cells: String...) -> String {
        "<w:tr>\(cells.map { $0.hasPrefix("<w:tc>") ? $0 : "<w:tc>\(paragraph($0))</w:tc>" }.joined())</w:tr>"
    }

    private static func merged(_ text: String, _ merge: String) -> String {
        "<w:tc><w:tcPr>\(merge)</w:tcPr>\(paragraph(text))</w:tc>"
    }

    private static let below = "<w:vMerge/>"
    private static let above = "<w:vMerge w:val=\"restart\"/>"

    private static var table: String {
        let names = ["公开内容", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象", "公开方式", "公开层级"]
        func rest(_ cells: [String]) -> String { cells.map { "<w:tc>\(paragraph($0))</w:tc>" }.joined() }
        let heading =
            "<w:tr>\(merged("公开事项", "<w:gridSpan w:val=\"2\"/>"))\(names.map { merged($0, above) }.joined())</w:tr>"
        let second = "<w:tr>\(rest(["一级事项", "二级事项"]))\(names.map { _ in merged("", below) }.joined())</w:tr>"
        let cells = ["要素", "依据", "20日", "县民政局", "■网站", "全社会", "主动", "县级"]
        let first = "<w:tr>\(merged("低保", above))\(rest(["指南"] + cells))</w:tr>"
        let next = "<w:tr>\(merged("", below))\(rest(["公示"] + cells))</w:tr>"
        let grid = String(repeating: "<w:gridCol w:w=\"1000\"/>", count: 10)
        return "<w:tbl><w:tblGrid>\(grid)</w:tblGrid>\(heading)\(second)\(first)\(next)</w:tbl>"
    }

    @Test("Paragraphs and tables with merged cells")
    func content() async throws {
        let pandoc = try #require(Pandoc())
        let bytes = try Self.document(Self.paragraph("第一条　甲") + Self.table + Self.paragraph("第二条　乙"))
        let content = try await pandoc.read(docx: bytes)
        #expect(content.text == "第一条　甲\n第二条　乙" && content.tables.count == 1 && content.pictures == 0)
        let table = try DirectoryTable(content)
        #expect(table.sheets == ["1"] && table.headingLine == 2)
        let sheet = try DirectorySheet(table, choices: table.proposal())
        #expect(sheet.rows.map { "\($0[.level1]) \($0[.level2])" } == ["低保 指南", "低保 公示"])
        #expect(sheet.carried.map(\.fromLine) == [3] && sheet.isRenumbered)
    }

    @Test("What would be fetched from elsewhere, and what is no document, is refused; a link is not followed")
    func refusals() async throws {
        let pandoc = try #require(Pandoc())
        func relation(_ kind: String, _ target: String) -> String {
            "<Relationship Id=\"x\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/\(kind)\" Target=\"\(target)\" TargetMode=\"External\"/>"
        }
        func fault(_ bytes: [UInt8]) async -> DocumentFault? {
            do { _ = try await pandoc.read(docx: bytes) } catch { return error as? DocumentFault }
            return nil
        }
        let text = Self.paragraph("甲")
        for (kind, target) in [
            ("image", "http://example.cn/a.png"), ("oleObject", "file:///etc/passwd"),
            ("attachedTemplate", "https://example.cn/t.dotm"), ("frame", "\\\\server\\x"),
        ] {
            #expect(
                await fault(try Self.document(text, relations: relation(kind, target))) == .partsElsewhere, "\(kind)")
        }
        for (kind, target) in [
            ("hyperlink", "https://example.cn/"), ("attachedTemplate", "file:///C:/Users/a/Normal.dotm"),
        ] {
            #expect(await fault(try Self.document(text, relations: relation(kind, target))) == nil, "\(kind)")
        }
        #expect(await fault(try Self.document(text, parts: [("word/vbaProject.bin", [1])])) == .macros)
        #expect(await fault(Array("PK".utf8)) == .broken)
        #expect(await fault(try OfficeFixture.workbook([.init("一", rows: [["1"]])])) == .broken)
        #expect(Pandoc(at: "/nowhere/pandoc") == nil)
    }

    private static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }

    @Test(
        "The worker says that it can, reads an upload, and only its owner sees what is in it")
    func job() async throws {
        let scene = try await NoticeScene.make()
        let (database, organiser) = (scene.database, AnsweringScene.organiser)
        func isOffered() async throws -> Bool {
            try await DocumentReading.isOffered(in: database.staff, as: organiser)
        }
        #expect(try await isOffered() == false)
        let bytes = try Self.document(Self.paragraph("第一条　甲"))
        let upload = try await SheetUpload.store(
            bytes, name: "办法.docx", unitID: 2, in: database.staff, as: organiser)
        #expect(upload.kind == .docx && upload.name == "办法.docx")
        let early = try await DocumentReading.of(upload.id, in: database.staff, as: organiser, patience: .zero)
        #expect(early == .waiting)
        let reader = try #require(ReadDocument())
        let imports = RunImport(intake: Intake(secrets: try ExampleCounty.secrets()), desk: database.staff)
        let worker = Worker(
            database: database.work, notices: scene.deliver, imports: imports, documents: reader, logger: Self.silent)
        let running = Task { await worker.run() }
        let read = try await DocumentReading.of(upload.id, in: database.staff, as: organiser, patience: patience)
        guard case .read(let content) = read else {
            Issue.record("\(read)")
            return
        }
        #expect(content.text == "第一条　甲")
        #expect(try await isOffered())
        await #expect(throws: (any Error).self) {
            try await DocumentReading.of(upload.id, in: database.staff, as: AnsweringScene.stranger)
        }
        let broken = try await SheetUpload.store(
            try Self.document("<w:p>"), name: "坏.docx", unitID: 2, in: database.staff, as: organiser)
        let refused = try await DocumentReading.of(
            broken.id, in: database.staff, as: organiser, patience: patience)
        #expect(refused == .refused("broken"))
        running.cancel()
        await running.value
        let left = try await database.owner.read { try $0.value("select count(*) from jobs", as: Int.self) }
        #expect(left == 0)
        // Without a program for it nobody is offered what nobody does.
        let other = Worker(database: database.work, notices: scene.deliver, imports: imports, logger: Self.silent)
        let idle = Task { await other.run() }
        try await wait(until: "it is offered no more") { try await !isOffered() }
        idle.cancel()
        await idle.value
    }
}
