import Participation

/// The texts a unit begins its replies with.
struct ReplyTemplatesPage: Page {
    static let template = "casework/templates"

    struct Entry: Sendable {
        let id: Int
        let name: String
        let body: String
        /// Messages or opinions.
        let about: String
        /// Whose it is.
        let unit: String
        let mayRemove: Bool
    }

    let title: String
    let entries: [Entry]
    let units: Filled<Choice>?
    let matters: [Choice]
    let name: String
    let body: String
    let errors: FormErrors

    init(
        _ templates: [ReplyTemplate], units: [Unit], for staff: StaffActor, typed: FormData, errors: FormErrors,
        _ texts: Texts
    ) {
        let own = Set([StaffRole.organiser, .clerk, .approver].flatMap { staff.grants[$0] ?? [] })
        title = texts["casework.templates.title"]
        entries = templates.map {
            Entry(
                id: $0.id, name: $0.name, body: $0.body,
                about: texts["casework.templates.about.\($0.about.rawValue)"],
                unit: $0.unitName ?? texts["casework.templates.everyone"],
                mayRemove: $0.unitID.map(own.contains) ?? false)
        }
        let chosen = typed.int("unit") ?? staff.unitID
        self.units = Filled(
            units.filter { own.contains($0.id) && $0.validUntil == nil }.map {
                Choice(value: String($0.id), text: $0.name, chosen: $0.id == chosen)
            })
        matters = ReplyTemplate.Matter.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["casework.templates.about.\($0.rawValue)"],
                chosen: $0.rawValue == typed.string("about"))
        }
        name = typed.string("name")
        body = typed.exactly("body")
        self.errors = errors
    }

    private init() {
        title = "答复范本"
        entries = [
            Entry(id: 1, name: "一般答复", body: "网友您好：", about: "答复留言", unit: "各单位", mayRemove: true),
            Entry(id: 2, name: "站牌", body: "已更换。", about: "答复意见", unit: "县交通局", mayRemove: false),
        ]
        matters = [Choice(value: "message", text: "答复留言", chosen: true)]
        units = Filled([Choice(value: "1", text: "县交通局", chosen: true)])
        (name, body, errors) = ("站牌", "已更换。", FormErrors([("name", "请填写。"), ("body", "请填写。"), ("unit", "请选择。")]))
    }

    static let samples = [ReplyTemplatesPage()]
}
