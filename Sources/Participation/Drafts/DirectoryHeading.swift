import Documents

/// The heading of a directory's table: one line, or two as in print, where 公开对象 stands over 全社会 and 特定群体 and a tick
/// (√) chooses.
struct DirectoryHeading {
    struct Column: Equatable {
        /// What stands in the line of the heading, or in the lower of two.
        let own: String
        /// What stands above it, where that is something else.
        let upper: String
        /// Whether the upper one stands over several columns.
        let isGrouped: Bool
    }

    private(set) var columns: [Column] = []
    /// Lines of the file that belong to it.
    let lines: Int

    init(_ row: Sheet.Row) {
        lines = 1
        columns = row.cells.map { Column(own: DirectoryReading.trimmed($0.text), upper: "", isGrouped: false) }
        endAtLastName()
    }

    /// - Returns: nil when `lower` does not look like the second line of a heading but like the first row.
    init?(_ upper: Sheet.Row, over lower: Sheet.Row) {
        lines = 2
        // A title, or “填报单位：…”, is no heading for what stands below it.
        guard !DirectoryHeading(upper).known.isEmpty else { return nil }
        let count = max(upper.cells.count, lower.cells.count)
        var group = ""
        var saysMore = false
        for column in 1...max(1, count) {
            let above = DirectoryReading.trimmed(upper[column])
            let below = DirectoryReading.trimmed(lower[column])
            let isNew = !below.isEmpty && below != above
            // In CSV only the first cell of a merged range is filled.
            if !above.isEmpty { group = above } else if !isNew { group = "" }
            let own = isNew ? below : above
            let isGrouped =
                isNew
                && (above.isEmpty || Self.isMerged(upper, column)
                    || DirectoryReading.trimmed(upper[column + 1]).isEmpty)
            if isNew {
                let isKnown = Self.marks[DirectoryColumn.plain(own)] != nil || DirectoryColumn(heading: own) != nil
                guard isKnown || isGrouped && !group.isEmpty && Int(own) == nil else { return nil }
                saysMore = true
            }
            columns.append(Column(own: own, upper: isNew ? group : "", isGrouped: isGrouped && !group.isEmpty))
        }
        guard saysMore else { return nil }
        endAtLastName()
    }

    private mutating func endAtLastName() {
        while let last = columns.last, last.own.isEmpty { columns.removeLast() }
    }

    private static func isMerged(_ row: Sheet.Row, _ column: Int) -> Bool {
        [column, column + 1].contains { row.cells.indices.contains($0 - 1) && row.cells[$0 - 1].isCovered }
    }

    /// The national columns that it names.
    var known: Set<DirectoryColumn> { Set(columns.compactMap { $0.proposal.national }) }

    /// At least four columns of a directory, one of them an item.
    var isHeading: Bool { known.count >= 4 && !known.isDisjoint(with: [.level1, .level2, .contentElements]) }

    /// At least four different names, whatever they mean.
    var hasNames: Bool { Set(columns.map(\.own).filter { !$0.isEmpty }).count >= 4 }

    static let marks: [String: (column: DirectoryColumn, word: String)] = [
        "全社会": (.audience, "全社会"), "特定群众": (.audience, "特定群众"), "特定群体": (.audience, "特定群体"),
        "特定人群": (.audience, "特定人群"), "主动": (.disclosureMode, "主动"), "主动公开": (.disclosureMode, "主动"),
        "依申请": (.disclosureMode, "依申请"), "依申请公开": (.disclosureMode, "依申请"), "市级": (.tier, "市级"), "县级": (.tier, "县级"),
        "区级": (.tier, "区级"), "县区级": (.tier, "县级"), "乡级": (.tier, "乡级"), "乡镇级": (.tier, "乡级"), "镇级": (.tier, "镇级"),
        "村级": (.tier, "村级"), "乡村级": (.tier, "乡、村级"), "乡、村级": (.tier, "乡、村级"),
    ]

    /// What places add to the national columns for everyone to read. Other columns (备注, 联系人) may be meant for the office only.
    static let localColumns: Set<String> = [
        "责任科室", "责任股室", "责任单位", "咨询电话", "监督电话", "监督举报电话", "公开链接", "公开属性", "五公开", "公开",
    ]
}

extension DirectoryHeading.Column {
    /// As people are shown it, and as a unit remembers it.
    var name: String { upper.isEmpty || DirectoryColumn(heading: own) != nil ? own : "\(upper) / \(own)" }

    /// What a tick says.
    var word: String {
        let plain = DirectoryColumn.plain(own)
        return DirectoryHeading.marks[plain]?.word ?? (plain.isEmpty ? own : plain)
    }

    /// Where it would go by its name.
    var proposal: ColumnChoice {
        let plain = DirectoryColumn.plain(own)
        if let mark = DirectoryHeading.marks[plain] { return .ticks(mark.column) }
        if let column = DirectoryColumn(heading: own) { return .national(column) }
        if isGrouped, let column = DirectoryColumn(heading: upper), ColumnChoice.ticked.contains(column) {
            return .ticks(column)
        }
        return DirectoryHeading.localColumns.contains(plain) ? .extra : .leftOut
    }
}

extension ColumnChoice {
    /// The national column that it fills.
    package var national: DirectoryColumn? {
        switch self {
        case .national(let column), .ticks(let column): column
        case .extra, .leftOut: nil
        }
    }
}
