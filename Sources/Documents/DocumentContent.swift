import Foundation
import Text

/// What a document of a word processor says: its paragraphs and tables in order, without their looks.
package struct DocumentContent: Codable, Sendable, Equatable {
    package struct Cell: Codable, Sendable, Equatable {
        /// Empty where it is covered: a merged cell is stored once, however many it covers.
        package let text: String
        /// The row in which it is written; above its own where it is covered by a merged one.
        package let line: Int
        package let isCovered: Bool
    }

    package struct Table: Codable, Sendable, Equatable {
        package let rows: [[Cell]]

        /// As rows of a sheet, for who reads sheets: a covered cell says what covers it, from its left or from above.
        package var sheetRows: [Sheet.Row] {
            var filled: [Sheet.Row] = []
            for (index, cells) in rows.enumerated() {
                var row: [Sheet.Cell] = []
                for cell in cells {
                    var text = cell.text
                    if cell.isCovered {
                        let isAbove = filled.indices.contains(cell.line - 1)
                        let (source, place) = isAbove ? (filled[cell.line - 1].cells, row.count) : (row, row.count - 1)
                        text = source.indices.contains(place) ? source[place].text : ""
                    }
                    row.append(Sheet.Cell(text: text, line: cell.line, isCovered: cell.isCovered))
                }
                filled.append(Sheet.Row(line: index + 1, cells: row))
            }
            return filled
        }
    }

    package fileprivate(set) var paragraphs: [String] = []
    package fileprivate(set) var tables: [Table] = []
    /// What is left out, and said so.
    package fileprivate(set) var pictures = 0
    package fileprivate(set) var footnotes = 0
    /// Paragraphs that the word processor numbered by itself: the number is ours.
    package fileprivate(set) var countedItems = 0

    package static let mostTables = 50
    private static let mostColumns = 256
    private static let mostCells = 1_000_000
    /// What the database takes.
    package static let mostBytes = 64 * 1024 * 1024

    /// All paragraphs, one a line.
    package var text: String { paragraphs.joined(separator: "\n") }

    /// As it is stored.
    /// - Parameter limit: bytes.
    /// - Throws: `DocumentFault.unpacksTooLarge`.
    package func json(atMost limit: Int = Self.mostBytes) throws -> String {
        let json = try JSONEncoder().encode(self)
        guard json.count <= limit else { throw DocumentFault.unpacksTooLarge }
        return String(decoding: json, as: UTF8.self)
    }
}

/// Pandoc's own format (pandoc-types 1.22): `{"t": kind, "c": content}` all the way down.
extension DocumentContent {
    /// - Throws: `DocumentFault.broken` for JSON that is not pandoc's, `.tooManyCells`.
    init(pandoc json: Data) throws {
        guard let whole = try? JSONSerialization.jsonObject(with: json) as? [String: Any],
            let blocks = whole["blocks"] as? [Any]
        else { throw DocumentFault.broken }
        if let title = (whole["meta"] as? [String: Any])?["title"] as? [String: Any] {
            let text = inlines(title["c"])
            if !text.isEmpty { paragraphs.append(text) }
        }
        for block in blocks { try take(block) }
    }

    private mutating func take(_ block: Any) throws {
        guard let (kind, content) = Self.node(block) else { return }
        let parts = content as? [Any] ?? []
        switch kind {
        case "Table": try takeTable(parts)
        case "BlockQuote": for inner in parts { try take(inner) }
        case "Div": for inner in parts.last as? [Any] ?? [] { try take(inner) }
        case "OrderedList":
            var number = Self.firstNumber(parts)
            for item in parts.last as? [Any] ?? [] {
                let text = blocks(item)
                if !text.isEmpty { paragraphs.append("\(number). \(text)") }
                number += 1
                countedItems += 1
            }
        case "BulletList":
            for item in parts {
                for inner in item as? [Any] ?? [] { try take(inner) }
            }
        default:
            let text = blocks([block])
            if !text.isEmpty { paragraphs.append(text) }
        }
    }

    // MARK: Tables

    private mutating func takeTable(_ parts: [Any]) throws {
        guard parts.count == 6, tables.count < Self.mostTables else { return }
        var rows = Self.rows(parts[3], at: 1)
        for body in parts[4] as? [Any] ?? [] { rows += Self.rows(body, at: 2) + Self.rows(body, at: 3) }
        rows += Self.rows(parts[5], at: 1)
        var grid: [[Cell]] = []
        var covering: [Int: (rows: Int, cell: Cell)] = [:]
        var count = tables.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.count } }
        for row in rows {
            let line = grid.count + 1
            var cells: [Cell] = []
            func takeCovered() {
                while let above = covering[cells.count], above.rows > 0 {
                    covering[cells.count] = (above.rows - 1, above.cell)
                    cells.append(above.cell)
                }
            }
            for cell in (row as? [Any])?.last as? [Any] ?? [] {
                takeCovered()
                guard let cell = cell as? [Any], cell.count == 5, cells.count < Self.mostColumns else { continue }
                let text = blocks(cell[4])
                let (down, across) = (cell[2] as? Int ?? 1, min(cell[3] as? Int ?? 1, Self.mostColumns))
                for step in 0..<max(1, across) {
                    if down > 1 {
                        covering[cells.count] = (down - 1, Cell(text: "", line: line, isCovered: true))
                    }
                    cells.append(Cell(text: step > 0 ? "" : text, line: line, isCovered: step > 0))
                }
            }
            takeCovered()
            count += cells.count
            guard count <= Self.mostCells else { throw DocumentFault.tooManyCells(limit: Self.mostCells) }
            grid.append(cells)
        }
        tables.append(Table(rows: grid))
    }

    private static func rows(_ part: Any, at index: Int) -> [Any] {
        guard let part = part as? [Any], part.indices.contains(index) else { return [] }
        return part[index] as? [Any] ?? []
    }

    // MARK: Text

    /// Where a list begins to count: the file says any number.
    private static func firstNumber(_ list: [Any]) -> Int {
        min(max((list.first as? [Any])?.first as? Int ?? 1, 0), 100_000)
    }

    /// Paragraphs on lines of their own; a table within a table loses its shape.
    private mutating func blocks(_ list: Any?) -> String {
        var lines: [String] = []
        for block in list as? [Any] ?? [] {
            guard let (kind, content) = Self.node(block) else { continue }
            let parts = content as? [Any] ?? []
            switch kind {
            case "Para", "Plain": lines.append(inlines(content))
            case "Header": lines.append(inlines(parts.last))
            case "CodeBlock": lines.append(parts.last as? String ?? "")
            case "BlockQuote": lines.append(blocks(parts))
            case "Div": lines.append(blocks(parts.last))
            case "LineBlock", "BulletList": lines += parts.map { kind == "LineBlock" ? inlines($0) : blocks($0) }
            case "OrderedList":
                let first = Self.firstNumber(parts)
                let items = parts.last as? [Any] ?? []
                countedItems += items.count
                lines += items.enumerated().map { "\(first + $0). \(blocks($1))" }
            default: break
            }
        }
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private mutating func inlines(_ list: Any?) -> String {
        var text = ""
        for inline in list as? [Any] ?? [] {
            guard let (kind, content) = Self.node(inline) else { continue }
            let parts = content as? [Any] ?? []
            switch kind {
            case "Str": text += content as? String ?? ""
            case "Space", "SoftBreak": text += " "
            case "LineBreak": text += "\n"
            case "Image": pictures += 1
            case "Note": footnotes += 1
            case "Code", "Math": text += parts.last as? String ?? ""
            case "Emph", "Underline", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps":
                text += inlines(parts)
            case "Quoted":
                let isDouble = Self.node(parts.first as Any)?.0 == "DoubleQuote"
                text += (isDouble ? "“" : "‘") + inlines(parts.last) + (isDouble ? "”" : "’")
            // Of a link the words, not where it leads.
            case "Link": text += parts.count > 1 ? inlines(parts[1]) : ""
            case "Span", "Cite": text += inlines(parts.last)
            default: break
            }
        }
        return text
    }

    private static func node(_ value: Any) -> (kind: String, content: Any?)? {
        guard let node = value as? [String: Any], let kind = node["t"] as? String else { return nil }
        return (kind, node["c"])
    }
}
