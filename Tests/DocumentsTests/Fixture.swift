import CZip
import Foundation

/// Files made by other programs (`Fixtures/make.py`), and ZIP files made by hand.
enum Fixture {
    struct Failed: Error {}

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func zip(_ parts: [(name: String, content: [UInt8])]) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-\(UUID().uuidString).zip").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard let archive = zip_open(path, ZIP_CREATE, nil) else { throw Failed() }
        for (name, content) in parts {
            // The library frees it.
            guard let copy = malloc(max(1, content.count)) else { throw Failed() }
            content.withUnsafeBytes { bytes in
                if let from = bytes.baseAddress { memcpy(copy, from, content.count) }
            }
            let source = zip_source_buffer(archive, copy, UInt64(content.count), 1)
            guard zip_file_add(archive, name, source, UInt32(ZIP_FL_ENC_UTF_8)) >= 0 else { throw Failed() }
        }
        guard zip_close(archive) == 0 else { throw Failed() }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// A workbook of one sheet.
    /// - Parameter rows: what stands between `<sheetData>` and its end.
    static func workbook(
        _ rows: String, after: String = "", before: String = "", strings: String? = nil, styles: String? = nil,
        properties: String = ""
    ) throws -> [UInt8] {
        let types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        func relations(_ all: [(String, String)]) -> String {
            "<Relationships>"
                + all.map { "<Relationship Id=\"\($0)\" Type=\"\(types)/\($0)\" Target=\"\($1)\"/>" }.joined()
                + "</Relationships>"
        }
        var parts: [(String, String)] = [
            ("[Content_Types].xml", contentTypes("spreadsheetml.sheet.main+xml")),
            ("_rels/.rels", relations([("officeDocument", "xl/workbook.xml")])),
            (
                "xl/workbook.xml",
                "<workbook xmlns:r=\"r\">\(properties)<sheets><sheet name=\"一\" sheetId=\"1\" r:id=\"worksheet\"/></sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                relations([
                    ("worksheet", "/xl/worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"),
                    ("styles", "./styles.xml"),
                ])
            ),
            (
                "xl/worksheets/sheet1.xml",
                "\(before)<x:worksheet xmlns:x=\"x\"><x:sheetData>\(rows)</x:sheetData>\(after)</x:worksheet>"
            ),
        ]
        if let strings { parts.append(("xl/sharedStrings.xml", "<sst>\(strings)</sst>")) }
        if let styles { parts.append(("xl/styles.xml", "<styleSheet>\(styles)</styleSheet>")) }
        return try zip(parts.map { ($0, Array($1.utf8)) })
    }

    static func contentTypes(_ main: String) -> String {
        "<Types><Override PartName=\"/main.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.\(main)\"/></Types>"
    }

    static func document(_ parts: [(name: String, content: [UInt8])] = []) throws -> [UInt8] {
        try zip(
            [
                ("[Content_Types].xml", Array(contentTypes("wordprocessingml.document.main+xml").utf8)),
                ("word/document.xml", Array("<w:document>信</w:document>".utf8)),
            ] + parts)
    }
}
