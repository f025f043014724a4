import Participation

/// The forms of a case's page. Each is sent to an address of its own, `/desk/cases/12/give-back`, and is one `CaseAct`.
enum CaseForm: String, CaseIterable, Sendable {
    case screening, rescreening, emergency, concerned, publishable
    case assignment, reassignment
    case giveBack = "give-back"
    case link, remark, opinion
    case approval
    case officeApproval = "office-approval"
    case paper, recall
    case review, wording
    case extensionRequest = "extension"
    case extensionDecision = "extension-decision"
    case pause, resume
    case supervision
    case supervisionAnswer = "supervision-answer"
    case supervisionClosing = "supervision-closing"
    case callback

    /// Below `casework.forms` in the locales.
    var key: String { rawValue.replacing("-", with: "_") }

    /// The name of one of its fields: every form on the page has its own.
    func field(_ name: String) -> String { "\(key)_\(name)" }

    /// Comes first and open: what the case waits for. The others are opened by who needs them.
    func isNext(for file: CaseFile) -> Bool {
        switch self {
        case .screening, .assignment, .approval, .officeApproval, .extensionDecision, .review, .wording,
            .supervisionAnswer, .supervisionClosing, .callback, .opinion, .resume:
            true
        case .supervision: file.isOverdue
        default: false
        }
    }
}

/// A form as a page shows it: its fields, filled, with what is wrong beside each.
struct DeskForm: Sendable {
    struct Field: Sendable {
        enum Shape: Sendable {
            case line, day, file
            case area(rows: Int)
            case select([Choice])
            case radios([Choice])
            case checks([Choice])
        }

        struct Option: Sendable {
            let id: String
            let value: String
            let text: String
            let chosen: Bool
        }

        struct Area: Sendable {
            let rows: Int
            let text: String
        }

        let name: String
        let label: String
        let hint: String?
        let error: String?
        let optional: Bool
        /// Exactly one of these.
        let line: Filled<String>?
        let day: Filled<String>?
        let file: Bool
        let area: Area?
        let select: Filled<Option>?
        let radios: Filled<Option>?
        let checks: Filled<Option>?
    }

    let id: String
    let title: String
    let lead: String?
    let action: String
    let submit: String
    let isNext: Bool
    /// Came back with a mistake.
    let isOpen: Bool
    let isMultipart: Bool
    /// What stood on the page: the version of the reply (0: none), and the unit that has the case.
    let seenVersion: Int
    let seenUnit: String
    /// What is wrong with the whole rather than with one field.
    let error: String?
    let fields: [Field]
}

extension DeskForm.Field {
    /// - Parameters:
    ///   - text: what was typed, or what stands there at first.
    init(
        _ name: String, in form: CaseForm, _ shape: Shape, text: String = "", optional: Bool = false,
        errors: FormErrors,
        _ texts: Texts
    ) {
        let (key, id) = ("casework.forms.\(form.key).\(name)", form.field(name))
        self.init(
            id: id, label: texts[key], hint: texts.has("\(key)_hint") ? texts["\(key)_hint"] : nil,
            error: errors[field: id], shape, text: text, optional: optional)
    }

    /// A field of any form.
    init(
        id: String, label: String, hint: String? = nil, error: String? = nil, _ shape: Shape, text: String = "",
        optional: Bool = false
    ) {
        func options(_ choices: [Choice]) -> Filled<Option>? {
            Filled(
                choices.enumerated().map {
                    Option(id: "\(id)-\($0)", value: $1.value, text: $1.text, chosen: $1.chosen)
                })
        }
        (name, self.label, self.hint, self.error, self.optional) = (id, label, hint, error, optional)
        var (line, day, area): (Filled<String>?, Filled<String>?, Area?) = (nil, nil, nil)
        var (select, radios, checks): (Filled<Option>?, Filled<Option>?, Filled<Option>?) = (nil, nil, nil)
        var file = false
        switch shape {
        case .line: line = Filled([text])
        case .day: day = Filled([text])
        case .file: file = true
        case .area(let rows): area = Area(rows: rows, text: text)
        case .select(let choices): select = options(choices)
        case .radios(let choices): radios = options(choices)
        case .checks(let choices): checks = options(choices)
        }
        (self.line, self.day, self.area, self.file) = (line, day, area, file)
        (self.select, self.radios, self.checks) = (select, radios, checks)
    }
}
