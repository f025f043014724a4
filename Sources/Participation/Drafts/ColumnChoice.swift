/// Where a column of a directory's file goes.
package enum ColumnChoice: Sendable, Hashable {
    case national(DirectoryColumn)
    /// Each cell is a tick or nothing: a tick writes the word of the heading (全社会, 依申请, 乡级) into this national column.
    case ticks(DirectoryColumn)
    /// A local column of the heading's name, printed behind the national ones.
    case extra
    case leftOut

    /// As forms and the memory of a unit write it.
    package var code: String {
        switch self {
        case .national(let column): column.rawValue
        case .ticks(let column): "ticks:\(column.rawValue)"
        case .extra: "extra"
        case .leftOut: "left_out"
        }
    }

    package init?(code: String) {
        guard let found = Self.byCode[code] else { return nil }
        self = found
    }

    /// National columns that are printed as several columns of ticks.
    package static let ticked: [DirectoryColumn] = [.carriers, .audience, .disclosureMode, .tier]

    /// In the order in which they are offered.
    package static let all: [ColumnChoice] =
        DirectoryColumn.allCases.map { .national($0) } + ticked.map { .ticks($0) } + [.extra, .leftOut]

    /// Whether it makes words of ticks.
    package var isTicks: Bool { if case .ticks = self { true } else { false } }

    private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })
}
