import Foundation
import Participation
import Text

/// The form for a message that reached a unit by another way than the web.
struct MessageEntryPage: Page {
    static let template = "messages/entry"

    let title: String
    let crumbs: [Crumb]
    /// Whether it can be entered by this person; what was typed is shown all the same.
    let mayEnter: Bool
    let notice: String?
    let key: String
    let channels: [Choice]
    let arrivedOn: String
    let earliest: String
    let today: String
    let source: String
    let number: String
    let kinds: [Choice]
    let heading: String
    let words: String
    let limit: Int
    let limitText: String
    let place: String
    let units: [Choice]
    let concerned: [Choice]
    /// Something is chosen there, or wrong: the part of the form is open.
    let concernedOpen: Bool
    let names: String
    let name: String
    let phone: String
    let email: String
    let mayBePublished: Bool
    let mayShowName: Bool
    let forSomeone: Bool
    let readBack: Bool
    /// Files had been chosen; browsers forget them.
    let chooseAgain: Bool
    let errors: FormErrors

    static let samples = [
        MessageEntryPage(
            title: "登记来信来电来访", crumbs: [Crumb(href: "/desk", text: "工作台")], mayEnter: true, notice: "登记过了。", key: "k",
            channels: [Choice(value: "letter", text: "信函", chosen: true)], arrivedOn: "2026-02-09",
            earliest: "2025-02-09",
            today: "2026-02-10", source: "12345", number: "GZ-1",
            kinds: [Choice(value: "help", text: "求助", chosen: true)],
            heading: "路灯不亮", words: "看不见", limit: 2000, limitText: "最多 2000 字", place: "老隆镇",
            units: [Choice(value: "1", text: "县民政局", chosen: true)],
            concerned: [Choice(value: "2", text: "县教育局", chosen: true)],
            concernedOpen: true, names: "王", name: "李", phone: "1", email: "a@b.cn", mayBePublished: true,
            mayShowName: true,
            forSomeone: true, readBack: true, chooseAgain: true,
            errors: {
                var errors = FormErrors("channel", "请选择。")
                for field in [
                    "arrived_on", "source", "external_number", "kind", "title", "message", "place", "unit", "concerned",
                    "concerned_names", "name", "phone", "email", "scan", "files",
                ] { errors.add(field, "请填写。") }
                return errors
            }()),
        MessageEntryPage(
            title: "登记来信来电来访", crumbs: [], mayEnter: false, notice: nil, key: "k", channels: [], arrivedOn: "",
            earliest: "",
            today: "", source: "", number: "", kinds: [], heading: "", words: "", limit: 2000, limitText: "", place: "",
            units: [],
            concerned: [], concernedOpen: false, names: "", name: "", phone: "", email: "", mayBePublished: false,
            mayShowName: false, forSomeone: false, readBack: false, chooseAgain: false, errors: FormErrors()),
    ]
}

extension MessageEntryPage {
    init(
        _ form: MessageEntryForm, _ terms: MessageEntryTerms, mayEnter: Bool, notice: String?, errors: FormErrors,
        _ texts: Texts
    ) {
        let typed = form.typed
        title = texts["entries.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"])]
        (self.mayEnter, self.notice, self.errors) = (mayEnter, notice, errors)
        key = typed.key.uuidString.lowercased()
        channels = Channel.enteredMessages.map {
            Choice(value: $0.rawValue, text: texts.channel($0.rawValue), chosen: $0 == form.channel)
        }
        (arrivedOn, earliest, today) = (form.arrivedOn, terms.earliest.description, terms.today.description)
        (source, number) = (form.source, form.number)
        kinds = MessageForm.Wish.allCases.map {
            Choice(value: $0.rawValue, text: texts["messages.kinds.\($0.rawValue)"], chosen: $0 == typed.wish)
        }
        (heading, words, place, names) = (typed.title, typed.words, typed.place, typed.names)
        (limit, limitText) = (Intake.longestBody, texts["forms.limit", ["count": Intake.longestBody]])
        units = terms.units.map { Choice(value: "\($0.id)", text: $0.name, chosen: $0.id == typed.unit) }
        concerned = terms.units.map {
            Choice(value: "\($0.id)", text: $0.name, chosen: typed.concerned.contains($0.id))
        }
        concernedOpen =
            !typed.concerned.isEmpty || !typed.names.isEmpty || errors[field: "concerned"] != nil
            || errors[field: "concerned_names"] != nil
        (name, phone, email) = (typed.name, typed.phone, typed.email)
        (mayBePublished, mayShowName) = (typed.mayBePublished, typed.mayShowName)
        (forSomeone, readBack) = (form.forSomeone, form.readBack)
        chooseAgain = form.scan != nil || !form.files.isEmpty
    }
}

/// The slip of a message as it is handed over the counter: shown once, to be printed for the author.
struct MessageCounterReceiptPage: Page {
    static let template = "messages/counter-receipt"

    let title: String
    let crumbs: [Crumb]
    let receipt: MessageReceiptPage

    static let samples = MessageReceiptPage.samples.map {
        MessageCounterReceiptPage(title: "已登记", crumbs: [Crumb(href: "/desk", text: "工作台")], receipt: $0)
    }
}
