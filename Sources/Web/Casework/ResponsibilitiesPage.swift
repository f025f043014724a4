import Participation

/// Which unit is responsible for what: the words from which units are proposed.
struct ResponsibilitiesPage: Page {
    static let template = "casework/responsibilities"

    struct Entry: Sendable {
        let id: Int
        let word: String
        let kind: String
        /// The only topic it counts for.
        let topic: String?
    }

    struct Group: Sendable {
        let unit: String
        let entries: [Entry]
    }

    let title: String
    let groups: Filled<Group>?
    let mayChange: Bool
    let units: [Choice]
    let words: String
    let kinds: [Choice]
    let topics: [Choice]
    let errors: FormErrors

    init(_ all: [Responsibility], units: [Unit], mayChange: Bool, typed: FormData, errors: FormErrors, _ texts: Texts) {
        title = texts["casework.responsibilities.title"]
        var order: [String] = []
        for it in all where order.last != it.unitName { order.append(it.unitName) }
        groups = Filled(
            order.map { name in
                Group(
                    unit: name,
                    entries: all.filter { $0.unitName == name }.map {
                        Entry(
                            id: $0.id, word: $0.word,
                            kind: texts["casework.responsibilities.kinds.\($0.kind.rawValue)"],
                            topic: $0.topic.flatMap { topic in
                                CaseTenant.having(topic).map { texts.topic(topic, of: $0.kind) }
                            })
                    })
            })
        self.mayChange = mayChange
        self.units = units.filter { $0.validUntil == nil }.map {
            Choice(value: String($0.id), text: $0.name, chosen: $0.id == typed.int("unit"))
        }
        words = typed.string("words")
        kinds = Responsibility.Kind.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["casework.responsibilities.kinds.\($0.rawValue)"],
                chosen: typed.string("kind") == $0.rawValue)
        }
        topics = texts.topics(chosen: typed.string("topic"), of: CaseTenant.all.filter(\.hasAuthors))
        self.errors = errors
    }

    private init(_ groups: [Group]) {
        title = "职责表"
        self.groups = Filled(groups)
        mayChange = true
        units = [Choice(value: "1", text: "县交通局", chosen: true)]
        (words, kinds) = ("公交 站牌", [Choice(value: "matter", text: "事项", chosen: true)])
        topics = [Choice(value: "report", text: "违法举报", chosen: true)]
        errors = FormErrors([("unit", "请选择。"), ("words", "请填写。")])
    }

    static let samples = [
        ResponsibilitiesPage([Group(unit: "县交通局", entries: [Entry(id: 1, word: "公交", kind: "事项", topic: "违法举报")])]),
        ResponsibilitiesPage([]),
    ]
}
