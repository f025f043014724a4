/// The heading of a directory's table: one line, or two as in print, where 公开对象 stands over 全社会 and 特定群体 and a tick
/// (√) chooses.
struct DirectoryHeading {
    struct Column {
        let name: String
        /// Nil for a column that the directory has no place for.
        let column: DirectoryColumn?
        /// For a column of ticks: what a tick means.
        let mark: Mark?
    }

    /// What a tick in a column says.
    struct Mark {
        let word: String

        /// A mere tick says the word; other text stands beside it: 特定群众:项目单位.
        func words(for value: String) -> String {
            let ticks: Set<String> = ["√", "✓", "✔", "■", "☑", "是", "1", "y", "Y", "v", "V", "●"]
            if ticks.contains(value) || value == word { return word }
            if value == "□" || value == "×" || value == "—" || value == "-" || value == "/" { return "" }
            return "\(word):\(value)"
        }
    }

    private(set) var columns: [Column]
    /// Whether ticks or levels of a second line were found.
    private(set) var isSecondLine = false

    init(columns: [Column]) { self.columns = columns }

    /// - Parameter above: the line before, for headings of two lines: where this line is empty, that one counts.
    init(_ cells: [String], below above: [String] = []) {
        columns = []
        for index in 0..<max(cells.count, above.count) {
            let own = cells.indices.contains(index) ? DirectoryColumn.plain(cells[index]) : ""
            let upper = above.indices.contains(index) ? DirectoryReading.trimmed(above[index]) : ""
            let name = own.isEmpty ? upper : DirectoryReading.trimmed(cells[index])
            if let mark = Self.marks[own] {
                columns.append(Column(name: name, column: mark.column, mark: Mark(word: mark.word)))
                isSecondLine = true
            } else {
                columns.append(Column(name: name, column: DirectoryColumn(heading: name), mark: nil))
            }
        }
        if !above.isEmpty { isSecondLine = true }
        while let last = columns.last, last.name.isEmpty { columns.removeLast() }
    }

    private static let marks: [String: (column: DirectoryColumn, word: String)] = [
        "全社会": (.audience, "全社会"), "特定群众": (.audience, "特定群众"), "特定群体": (.audience, "特定群体"),
        "特定人群": (.audience, "特定人群"), "主动": (.disclosureMode, "主动"), "主动公开": (.disclosureMode, "主动"),
        "依申请": (.disclosureMode, "依申请"), "依申请公开": (.disclosureMode, "依申请"), "市级": (.tier, "市级"), "县级": (.tier, "县级"),
        "区级": (.tier, "区级"), "县区级": (.tier, "县级"), "乡级": (.tier, "乡级"), "乡镇级": (.tier, "乡级"), "镇级": (.tier, "镇级"),
        "村级": (.tier, "村级"), "乡村级": (.tier, "乡、村级"),
    ]

    /// At least four columns of a directory, one of them an item.
    var isHeading: Bool {
        let known = columns.filter { $0.column != nil }
        return known.count >= 4 && known.contains { [.level1, .level2, .contentElements].contains($0.column) }
    }

    func has(_ column: DirectoryColumn) -> Bool { columns.contains { $0.column == column } }

    /// Headings that stand twice; columns of ticks share one on purpose.
    var doubled: [String] {
        var seen: Set<DirectoryColumn> = []
        return columns.filter { $0.mark == nil }.compactMap { heading in
            guard let column = heading.column, !seen.insert(column).inserted else { return nil }
            return heading.name
        }
    }

    var ignored: [String] { columns.filter { $0.column == nil && !$0.name.isEmpty }.map(\.name) }
}
