import Participation
import Text

/// The fields of a passage as a page shows them and a form sends them.
struct PassageForm: Sendable {
    struct Field: Sendable {
        let id: String
        let label: String
        let value: String
        let isLong: Bool
        /// What somebody else has written here meanwhile.
        let theirs: String?
        let error: String?
    }

    let items: [Field]

    /// - Parameters:
    ///   - prefix: before the names of the fields, where a page has several passages.
    ///   - theirs: what stands there now, and the fields where it differs.
    init(
        _ cells: PassageCells, _ fields: [PassageField], prefix: String = "", theirs: ChangePassage.Meanwhile? = nil,
        errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        items = fields.enumerated().map { index, field in
            let id = prefix + field.formName(at: index)
            let now = theirs?.theirs.cells[field]
            return Field(
                id: id, label: texts.label(field), value: cells[field], isLong: field.isLong,
                theirs: now != nil && now != cells[field] ? (now == "" ? texts["editions.nothing"] : now) : nil,
                error: errors[field: id])
        }
    }

    private init(items: [Field]) { self.items = items }

    static let sample = PassageForm(items: [
        Field(id: "number", label: "序号", value: "5", isLong: false, theirs: nil, error: "太长了"),
        Field(id: "time_limit", label: "公开时限", value: "20日", isLong: true, theirs: "10日", error: "太长了"),
    ])
}

extension PassageField {
    /// Local columns have names that a form cannot bear: they go by their place.
    func formName(at index: Int) -> String {
        switch self {
        case .column(let column): column.rawValue
        case .extra: "extra_\(index)"
        case .text: "text"
        case .depth: "depth"
        }
    }

    var isLong: Bool {
        switch self {
        case .column(.number), .depth: false
        default: true
        }
    }
}

extension PassageCells {
    /// As typed, and what is too long.
    init(_ form: FormData, _ fields: [PassageField], prefix: String = "", errors: inout FormErrors, _ texts: Texts) {
        self.init()
        for (index, field) in fields.enumerated() {
            let name = prefix + field.formName(at: index)
            let typed = TextNormalisation.normalised(form.string(name))
            self[field] = typed
            let over = TextLength.count(typed) - field.longest
            if over > 0 {
                errors.add(name, texts["editions.errors.too_long", ["label": texts.label(field), "count": over]])
            }
            if field == .depth, !(0...Self.deepest).map(String.init).contains(typed) {
                errors.add(name, texts["editions.errors.depth"])
            }
        }
        if fields.allSatisfy({ $0 == .column(.number) || $0 == .depth || self[$0].isEmpty }), let first = fields.last {
            errors.add(prefix + first.formName(at: fields.count - 1), texts["editions.errors.empty"])
        }
    }
}

extension Texts {
    func label(_ field: PassageField) -> String {
        switch field {
        case .column(let column): self["editions.columns.\(column.rawValue)"]
        case .extra(let name): name
        case .text: self["editions.columns.text"]
        case .depth: self["editions.columns.depth"]
        }
    }
}
