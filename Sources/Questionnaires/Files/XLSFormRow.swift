import Documents

/// A row of a sheet by the names of its columns; of translated ones the first language.
struct XLSFormRow {
    let line: Int
    let cells: [String: String]
    subscript(name: String) -> String { cells[name] ?? "" }

    /// - Parameter others: takes the further languages of the heading.
    static func read(_ bytes: [UInt8], _ sheet: String, _ others: inout Set<String>) throws -> [XLSFormRow] {
        var heading: [String]?
        var rows: [XLSFormRow] = []
        try Sheet.read(bytes, sheet: sheet, limits: .init(rows: 5_000)) { row in
            let cells = row.cells.map { PlainHTML.trimmed($0.text) }
            guard let names = heading else { return heading = Self.names(cells, &others) }
            let pairs = zip(names, cells).filter { !$0.0.isEmpty && !$0.1.isEmpty }
            rows.append(
                XLSFormRow(
                    line: row.line,
                    cells: Dictionary(pairs.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })))
        }
        return rows
    }

    /// `label::中文 (zh)` is `label`, in its first language.
    private static func names(_ heading: [String], _ others: inout Set<String>) -> [String] {
        var first: String?
        return heading.map { cell in
            let parts = cell.split(separator: ":", omittingEmptySubsequences: true).map {
                PlainHTML.trimmed(String($0))
            }
            guard parts.count > 1, let name = parts.first, let language = parts.last,
                !["media", "bind", "body", "instance"].contains(name)
            else { return cell.lowercased() }
            if first == nil { first = language }
            if language != first { others.insert(language) }
            return language == first ? name.lowercased() : ""
        }
    }
}
