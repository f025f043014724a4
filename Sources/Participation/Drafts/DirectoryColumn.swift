/// A column of a 政务公开事项标准目录, as the national guides have them; 三级事项 and 来源 are local additions.
package enum DirectoryColumn: String, Sendable, CaseIterable {
    case number, level1, level2, level3
    case contentElements = "content_elements"
    case legalBasis = "legal_basis"
    case timeLimit = "time_limit"
    case publisher, carriers, audience
    case disclosureMode = "disclosure_mode"
    case tier, source

    /// The heading as the guides write it.
    package var heading: String {
        switch self {
        case .number: "序号"
        case .level1: "一级事项"
        case .level2: "二级事项"
        case .level3: "三级事项"
        case .contentElements: "公开内容(要素)"
        case .legalBasis: "公开依据"
        case .timeLimit: "公开时限"
        case .publisher: "公开主体"
        case .carriers: "公开渠道和载体"
        case .audience: "公开对象"
        case .disclosureMode: "公开方式"
        case .tier: "公开层级"
        case .source: "来源"
        }
    }

    /// Without these a table is no directory.
    package static let required: [DirectoryColumn] = [
        .level1, .level2, .contentElements, .legalBasis, .timeLimit, .publisher, .carriers, .audience, .disclosureMode,
        .tier,
    ]

    /// Longest cell, in characters (Unicode scalars).
    package var longest: Int {
        switch self {
        case .number: 20
        case .level1, .level2, .level3: 300
        default: 5000
        }
    }

    /// The same of a local column.
    package static let longestExtra = 5000

    /// The column a heading means: white space, brackets and what stands in them do not matter.
    package init?(heading: String) {
        let plain = Self.plain(heading)
        if let column = Self.names[plain] { self = column } else { return nil }
    }

    private static let names: [String: DirectoryColumn] = [
        "序号": .number, "编号": .number, "一级事项": .level1, "一级": .level1, "二级事项": .level2, "二级": .level2,
        "三级事项": .level3, "三级": .level3, "公开内容": .contentElements, "公开内容要素": .contentElements,
        "公开要素": .contentElements, "公开依据": .legalBasis, "依据": .legalBasis, "公开时限": .timeLimit, "公开主体": .publisher,
        "公开渠道和载体": .carriers, "公开渠道与载体": .carriers, "公开渠道及载体": .carriers, "公开渠道": .carriers, "公开载体": .carriers,
        "公开对象": .audience, "公开方式": .disclosureMode, "公开层级": .tier, "来源": .source,
    ]

    static func plain(_ heading: String) -> String {
        var result = String.UnicodeScalarView()
        var depth = 0
        for scalar in heading.unicodeScalars {
            switch scalar {
            case "(", "（", "[", "［", "【": depth += 1
            case ")", "）", "]", "］", "】": depth = max(0, depth - 1)
            case "*", "＊", "：", ":": break
            case _ where scalar.properties.isWhitespace || scalar == "\u{FEFF}" || depth > 0: break
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
