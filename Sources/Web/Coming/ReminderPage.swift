import Foundation
import Participation

/// Who wants to be told of what is coming.
struct ReminderFormPage: Page {
    static let template = "coming/remind"

    let title: String
    let lead: String
    let key: String
    let email: String
    /// Of one consultation: nothing is chosen then.
    let matter: String?
    let abouts: [PublicCalendarPage.Choice]
    let units: [PublicCalendarPage.Choice]
    let towns: [PublicCalendarPage.Choice]
    let forms: [PublicCalendarPage.Choice]
    let errors: FormErrors

    static let samples = [
        ReminderFormPage(
            title: "订阅提醒", lead: "我们发邮件。", key: "k", email: "a@b.cn", matter: nil,
            abouts: [.init(value: "all", text: "全部", chosen: true), .init(value: "unit", text: "单位", chosen: false)],
            units: [.init(value: "1", text: "县民政局", chosen: true), .init(value: "2", text: "局", chosen: false)],
            towns: [.init(value: "3", text: "镇", chosen: true), .init(value: "4", text: "乡", chosen: false)],
            forms: [
                .init(value: "hearing", text: "听证会", chosen: true), .init(value: "visit", text: "走访", chosen: false),
            ],
            errors: FormErrors([("email", "不对。"), ("about", "不对。"), ("unit", "不对。"), ("town", "不对。"), ("forms", "不对。")])
        ),
        ReminderFormPage(
            title: "订阅提醒", lead: "我们发邮件。", key: "k", email: "", matter: "S-1", abouts: [], units: [], towns: [],
            forms: [],
            errors: FormErrors()),
    ]

    init(_ form: FormData, units: [Participation.Unit], errors: FormErrors = FormErrors(), _ texts: Texts) {
        title = texts["coming.remind.title"]
        let number = form.string("matter")
        matter = number.isEmpty ? nil : number
        lead = matter == nil ? texts["coming.remind.lead"] : texts["coming.remind.lead_matter", ["number": number]]
        key = (form.idempotencyKey ?? UUID()).uuidString.lowercased()
        email = form.string("email")
        let about = form.optional("about") ?? "all"
        abouts = ["all", "unit", "town"].map {
            .init(value: $0, text: texts["coming.remind.abouts.\($0)"], chosen: $0 == about)
        }
        func choices(_ units: [Participation.Unit], _ name: String) -> [PublicCalendarPage.Choice] {
            let chosen = form.int(name)
            let first = PublicCalendarPage.Choice(
                value: "", text: texts["coming.remind.choose"], chosen: chosen == nil)
            return [first]
                + units.map { PublicCalendarPage.Choice(value: String($0.id), text: $0.name, chosen: $0.id == chosen) }
        }
        let there = units.filter { $0.validUntil == nil }
        self.units = choices(there.filter { $0.kind != .town }, "unit")
        towns = choices(there.filter { $0.kind == .town }, "town")
        let chosen = Set(form.strings("form"))
        // A fresh form has everything ticked; one that came back is as it was sent.
        let isFresh = !form.has("idempotency")
        forms = PublicEvent.Form.allCases.map {
            .init(
                value: $0.rawValue, text: texts["coming.forms.\($0.rawValue)"],
                chosen: isFresh || chosen.contains($0.rawValue))
        }
        self.errors = errors
    }

    private init(
        title: String, lead: String, key: String, email: String, matter: String?, abouts: [PublicCalendarPage.Choice],
        units: [PublicCalendarPage.Choice], towns: [PublicCalendarPage.Choice], forms: [PublicCalendarPage.Choice],
        errors: FormErrors
    ) {
        (self.title, self.lead, self.key, self.email, self.matter) = (title, lead, key, email, matter)
        (self.abouts, self.units, self.towns, self.forms) = (abouts, units, towns, forms)
        self.errors = errors
    }
}

/// What the link in a letter leads to, and what became of it.
struct ReminderPage: Page {
    static let template = "coming/reminder"

    let title: String
    let text: String
    let confirmHref: String?
    let stopHref: String?

    static let samples = [
        ReminderPage(title: "确认订阅", text: "请按一下。", confirmHref: "/reminders/x/confirm", stopHref: nil),
        ReminderPage(title: "订阅提醒", text: "已订阅。", confirmHref: nil, stopHref: "/reminders/x/stop"),
    ]
}
