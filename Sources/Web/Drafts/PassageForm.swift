import Participation
import Text

/// The fields of a passage as a page shows them and a form sends them.
struct PassageForm: Sendable {
    struct Field: Sendable {
        let id: String
        let label: String
        let value: String
        /// Lines of its box; nil for a field of one line.
        let lines: Int?
        /// Of a number: it needs little room.
        let isNarrow: Bool
        /// What there is to choose from, where only few things can stand.
        let options: Filled<Choice>?
        /// Where words are ticked rather than written.
        let ticks: Ticks?
        /// What somebody else has written here meanwhile.
        let theirs: String?
        let error: String?
    }

    /// The words of a cell to choose from. `was` says what the cell said, so that ticking changes nothing else in it.
    struct Ticks: Sendable {
        struct Choice: Sendable {
            let id: String
            let name: String
            let word: String
            let isTicked: Bool
        }

        let was: String
        let choices: [Choice]
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
                id: id, label: field == .depth ? texts["editions.level"] : texts.label(field), value: cells[field],
                lines: field.lines(for: cells[field]),
                isNarrow: field.isNarrow,
                options: field == .depth ? Self.levels(cells[field], texts) : nil,
                ticks: Ticks(cells[field], field, id: id),
                theirs: now != nil && now != cells[field] ? (now == "" ? texts["editions.nothing"] : now) : nil,
                error: errors[field: id])
        }
    }

    /// Body text, or a heading of some level.
    private static func levels(_ chosen: String, _ texts: Texts) -> Filled<Choice>? {
        Filled(
            (0...PassageCells.deepest).map { level in
                let text = level == 0 ? texts["editions.body"] : texts["drafts.text.heading", ["level": level]]
                return Choice(value: String(level), text: text, chosen: String(level) == chosen)
            })
    }

    private init(items: [Field]) { self.items = items }

    static let sample = PassageForm(items: [
        Field(
            id: "depth", label: "标题级别", value: "0", lines: nil, isNarrow: true,
            options: Filled([Choice(value: "0", text: "正文", chosen: true)]), ticks: nil, theirs: nil, error: "请选择"),
        Field(
            id: "number", label: "序号", value: "5", lines: nil, isNarrow: true, options: nil, ticks: nil, theirs: nil,
            error: "太长了"),
        Field(
            id: "time_limit", label: "公开时限", value: "20日", lines: 3, isNarrow: false, options: nil, ticks: nil,
            theirs: "10日",
            error: "太长了"),
        Field(
            id: "carriers", label: "公开渠道和载体", value: "■政府网站", lines: nil, isNarrow: false, options: nil,
            ticks: Ticks(
                was: "■政府网站",
                choices: [
                    .init(id: "carriers-0", name: "carriers", word: "政府网站", isTicked: true),
                    .init(id: "carriers-1", name: "carriers", word: "政府公报", isTicked: false),
                ]), theirs: "□政府网站", error: "太长了"),
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

    var isNarrow: Bool {
        switch self {
        case .column(.number), .depth: true
        case .column, .extra, .text: false
        }
    }

    /// As many as the text has, two at least; nil for what usually fits on one and does so now.
    func lines(for text: String) -> Int? {
        let breaks = text.utf8.count { $0 == UInt8(ascii: "\n") }
        switch self {
        case .column(.contentElements), .column(.legalBasis), .text: break
        case .column, .extra, .depth: if breaks == 0, text.unicodeScalars.count <= 60 { return nil }
        }
        let wide = 40
        return min(12, max(2, breaks + 1, text.unicodeScalars.count / wide + 1))
    }
}

extension PassageForm.Ticks {
    fileprivate init?(_ text: String, _ field: PassageField, id: String) {
        guard case .column(let column) = field, let cell = TickedCell(text, of: column) else { return nil }
        was = text
        choices = cell.choices.enumerated().map {
            Choice(id: "\(id)-\($0)", name: id, word: $1.word, isTicked: $1.isTicked)
        }
    }
}

extension FormData {
    /// A cell as it was typed, or as its words were ticked.
    fileprivate func cell(_ field: PassageField, _ name: String) -> String {
        if case .column(let column) = field, has(name + "_was"),
            let cell = TickedCell(exactly(name + "_was"), of: column)
        {
            let more = string(name + "_more").split { "、，,;；".contains($0) }.map(String.init)
            return cell.choosing(strings(name) + more)
        }
        return TextNormalisation.normalised(string(name))
    }
}

extension PassageCells {
    /// As typed, and what is missing or too long.
    /// - Parameter place: how the row is called, where a form has several.
    init(
        _ form: FormData, _ fields: [PassageField], prefix: String = "", place: String? = nil,
        errors: inout FormErrors, _ texts: Texts
    ) {
        self.init()
        for (index, field) in fields.enumerated() {
            let name = prefix + field.formName(at: index)
            let typed = form.cell(field, name)
            self[field] = typed
            func add(_ text: String) {
                errors.add(name, place.map { texts["editions.errors.in_row", ["row": $0, "text": text]] } ?? text)
            }
            let over = TextLength.count(typed) - field.longest
            if over > 0 { add(texts["editions.errors.too_long", ["label": texts.label(field), "count": over]]) }
            if field.isRequired, typed.isEmpty { add(texts["editions.errors.required", ["label": texts.label(field)]]) }
            if field == .depth, !(0...Self.deepest).map(String.init).contains(typed) {
                add(texts["editions.errors.depth"])
            }
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
