import Foundation
import Text

/// A page of HTML that stands by itself, for the archive: headings, facts, tables. It is written to the disk piece by piece, needs no
/// other file and no network, and prints.
package final class StaticPage {
    private let handle: FileHandle
    private var waiting: [UInt8] = []
    private static let pieceBytes = 64 * 1024
    private static let style = """
        body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.7 "Songti SC","Noto Serif CJK SC",SimSun,serif;color:#1b2430}
        h1{font-size:1.5rem}h2{font-size:1.2rem}table{border-collapse:collapse;width:100%;font-size:.9rem}
        th,td{border:1px solid #7d8691;padding:.3rem .5rem;text-align:left;vertical-align:top;white-space:pre-wrap}
        thead{display:table-header-group}dt{color:#5a6572}dd{margin:0 0 .6rem}
        """

    /// - Parameter path: what is there is overwritten.
    package init(path: String, title: String, language: String = "zh-Hans") throws {
        let file = URL(fileURLWithPath: path)
        try Data().write(to: file)
        handle = try FileHandle(forWritingTo: file)
        try put("<!doctype html>\n<html lang=\"\(language)\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        try put(HTMLEscaping.escape(title))
        try put("</title>\n<style>\n\(Self.style)\n</style>\n</head>\n<body>\n<h1>\(HTMLEscaping.escape(title))</h1>\n")
    }

    package func heading(_ text: String) throws { try put("<h2>\(HTMLEscaping.escape(text))</h2>\n") }

    package func paragraphs(_ text: String) throws {
        for line in text.split(separator: "\n") { try put("<p>\(HTMLEscaping.escape(String(line)))</p>\n") }
    }

    /// Labels and what they say; what is empty is left out.
    package func facts(_ facts: [(label: String, text: String)]) throws {
        try put("<dl>\n")
        for (label, text) in facts where !text.isEmpty {
            try put("<dt>\(HTMLEscaping.escape(label))</dt><dd>\(HTMLEscaping.escape(text))</dd>\n")
        }
        try put("</dl>\n")
    }

    /// - Parameter rows: adds one row after the other.
    package func table(
        _ heading: [String], _ rows: (_ add: ([String]) throws -> Void) throws -> Void
    ) throws {
        let head = heading.map { "<th scope=\"col\">\(HTMLEscaping.escape($0))</th>" }.joined()
        try put("<table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n")
        try rows { cells in
            try put("<tr>" + cells.map { "<td>\(HTMLEscaping.escape($0))</td>" }.joined() + "</tr>\n")
        }
        try put("</tbody>\n</table>\n")
    }

    package func close() throws {
        try put("</body>\n</html>\n")
        try handle.write(contentsOf: waiting)
        try handle.close()
    }

    private func put(_ text: String) throws {
        waiting += text.utf8
        guard waiting.count >= Self.pieceBytes else { return }
        try handle.write(contentsOf: waiting)
        waiting.removeAll(keepingCapacity: true)
    }
}
