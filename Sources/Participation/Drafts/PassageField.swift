/// One thing a passage says, as it is written on its own.
package enum PassageField: Hashable, Sendable {
    case column(DirectoryColumn)
    /// A local column, by its name.
    case extra(String)
    case text
    case depth

    /// What there is to write in a passage of a draft, in order.
    package static func all(of kind: Draft.Kind, extraColumns: [String]) -> [PassageField] {
        switch kind {
        case .directory: DirectoryColumn.allCases.map(PassageField.column) + extraColumns.map(PassageField.extra)
        case .text: [.column(.number), .depth, .text]
        }
    }

    /// Whether a passage cannot be without it.
    package var isRequired: Bool {
        switch self {
        case .column(.level1), .column(.level2), .text: true
        case .column, .extra, .depth: false
        }
    }

    /// Longest text, in characters (Unicode scalars).
    package var longest: Int {
        switch self {
        case .column(let column): column.longest
        case .extra: PassageCells.longestExtra
        case .text: PassageCells.longestText
        case .depth: 1
        }
    }
}

extension PassageCells {
    package subscript(field: PassageField) -> String {
        get {
            switch field {
            case .column(let column): self[column]
            case .extra(let name): extras[name] ?? ""
            case .text: text
            case .depth: String(depth)
            }
        }
        set {
            switch field {
            case .column(let column): self[column] = newValue
            case .extra(let name): extras[name] = newValue.isEmpty ? nil : newValue
            case .text: text = newValue
            case .depth: depth = min(max(0, Int(newValue) ?? 0), Self.deepest)
            }
        }
    }
}
