import Documents

/// A row of a sheet by the names of its columns; of translated ones one language.
struct XLSFormRow {
    let line: Int
    let cells: [String: String]
    subscript(name: String) -> String { cells[name] ?? "" }

    /// Which language of a form is taken: the form's own default one; where there is none, the first of a sheet, which then holds
    /// for those after it.
    struct Languages {
        var taken: String
        /// What was left out.
        private(set) var others: Set<String> = []

        init(taken: String = "") { self.taken = taken }

        /// The names of columns, empty for one in another language. `label::中文 (zh)` is `label`; a column that names none is in the
        /// default one, as the specification says.
        fileprivate mutating func names(_ heading: [String]) -> [String] {
            let columns = heading.map(Self.column)
            let languages = columns.compactMap { $0.language }
            let translated = Set(columns.compactMap { $0.language == nil ? nil : $0.name })
            let plain = Set(columns.compactMap { $0.language == nil ? $0.name : nil }).intersection(translated)
            let known = languages.first { $0.lowercased() == taken.lowercased() }
            let language = known ?? (plain.isEmpty ? languages.first : nil)
            taken = language ?? taken
            others.formUnion(languages.filter { $0 != language })
            if language != nil, !plain.isEmpty { others.insert("default") }
            return columns.map { column in
                let isTaken =
                    column.language == nil
                    ? language == nil || !plain.contains(column.name) : column.language == language
                return isTaken ? column.name : ""
            }
        }

        private static func column(_ cell: String) -> (name: String, language: String?) {
            let parts = cell.split(separator: ":", omittingEmptySubsequences: true).map {
                PlainHTML.trimmed(String($0))
            }
            guard parts.count > 1, let name = parts.first, let language = parts.last,
                !["media", "bind", "body", "instance"].contains(name)
            else { return (cell.lowercased(), nil) }
            return (name.lowercased(), language)
        }
    }

    static func read(_ bytes: [UInt8], _ sheet: String, _ languages: inout Languages) throws -> [XLSFormRow] {
        var heading: [String]?
        var rows: [XLSFormRow] = []
        try Sheet.read(bytes, sheet: sheet, limits: .init(rows: 5_000)) { row in
            let cells = row.cells.map { PlainHTML.trimmed($0.text) }
            guard let names = heading else { return heading = languages.names(cells) }
            let pairs = zip(names, cells).filter { !$0.0.isEmpty && !$0.1.isEmpty }
            rows.append(
                XLSFormRow(
                    line: row.line,
                    cells: Dictionary(pairs.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })))
        }
        return rows
    }
}
