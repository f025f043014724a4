import CZip
import Foundation

/// Office files and other ZIP files made by hand, whole or broken on purpose.
package enum OfficeFixture {
    struct Failed: Error {}

    package static func zip(_ parts: [(name: String, content: [UInt8])]) throws -> [UInt8] {
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
    package static func workbook(
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

    package static func contentTypes(_ main: String) -> String {
        "<Types><Override PartName=\"/main.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.\(main)\"/></Types>"
    }

    package static func document(_ parts: [(name: String, content: [UInt8])] = []) throws -> [UInt8] {
        try zip(
            [
                ("[Content_Types].xml", Array(contentTypes("wordprocessingml.document.main+xml").utf8)),
                ("word/document.xml", Array("<w:document>信</w:document>".utf8)),
            ] + parts)
    }

    /// A sheet as people fill it in.
    package struct Sheet {
        let name: String
        package let rows: [[String]]
        package let merged: [String]
        let isHidden: Bool

        /// - Parameters:
        ///   - rows: empty cells are left out of the file.
        ///   - merged: `A1:K1`
        package init(_ name: String, rows: [[String]], merged: [String] = [], isHidden: Bool = false) {
            (self.name, self.rows, self.merged, self.isHidden) = (name, rows, merged, isHidden)
        }

        fileprivate var xml: String {
            let cells = rows.enumerated().map { row, cells in
                let filled = cells.enumerated().filter { !$1.isEmpty }.map { column, text in
                    // A formula carries what it gave last.
                    text.hasPrefix("=")
                        ? "<c r=\"\(letters(column))\(row + 1)\" t=\"str\"><f>\(text.dropFirst())</f><v>算好的</v></c>"
                        : "<c r=\"\(letters(column))\(row + 1)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
                }
                return "<row r=\"\(row + 1)\">\(filled.joined())</row>"
            }
            let ranges = merged.map { "<mergeCell ref=\"\($0)\"/>" }.joined()
            let merges = merged.isEmpty ? "" : "<mergeCells>\(ranges)</mergeCells>"
            return "<worksheet><sheetData>\(cells.joined())</sheetData>\(merges)</worksheet>"
        }

        private func letters(_ column: Int) -> String {
            column < 26
                ? String(Character(Unicode.Scalar(UInt8(65 + column))))
                : letters(column / 26 - 1) + letters(column % 26)
        }

        private func escaped(_ text: String) -> String {
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        }
    }

    /// A workbook of several sheets.
    /// - Parameter parts: what else is in the file.
    package static func workbook(_ sheets: [Sheet], parts more: [(name: String, content: [UInt8])] = []) throws
        -> [UInt8]
    {
        let types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        func relations(_ all: [(kind: String, target: String)]) -> String {
            let lines = all.enumerated().map {
                "<Relationship Id=\"r\($0 + 1)\" Type=\"\(types)/\($1.kind)\" Target=\"\($1.target)\"/>"
            }
            return "<Relationships>\(lines.joined())</Relationships>"
        }
        let list = sheets.enumerated().map {
            "<sheet name=\"\($1.name)\" sheetId=\"\($0 + 1)\"\($1.isHidden ? " state=\"hidden\"" : "") r:id=\"r\($0 + 1)\"/>"
        }
        var parts: [(String, String)] = [
            ("[Content_Types].xml", contentTypes("spreadsheetml.sheet.main+xml")),
            ("_rels/.rels", relations([("officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets>\(list.joined())</sheets></workbook>"),
            (
                "xl/_rels/workbook.xml.rels",
                relations(sheets.indices.map { ("worksheet", "worksheets/sheet\($0 + 1).xml") })
            ),
        ]
        for (index, sheet) in sheets.enumerated() { parts.append(("xl/worksheets/sheet\(index + 1).xml", sheet.xml)) }
        return try zip(parts.map { ($0, Array($1.utf8)) } + more)
    }
}
