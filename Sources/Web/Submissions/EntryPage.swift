import Foundation
import Participation
import Text

/// The form for what reached the unit by another way than the web.
struct EntryPage: Page {
    static let template = "submissions/entry"

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    /// Until when, or why not.
    let window: String
    /// Whether it can be entered now…
    let isOpen: Bool
    /// …and whether the form is there: what was typed is shown all the same.
    let isShown: Bool
    let notice: String?
    let action: String
    let importHref: String
    let key: String
    let edition: Int
    let channels: [AnswerFields.Choice]
    let arrivedOn: String
    let firstArrival: String
    let lastArrival: String
    let rows: [AnswerFields.Choice]
    let content: String
    let limit: Int
    let senders: [AnswerFields.Choice]
    let organisation: String
    let people: String
    let name: String
    let phone: String
    let showsName: Bool
    let forSomeone: Bool
    let readBack: Bool
    /// A file had been chosen; browsers forget it.
    let chooseAgain: Bool
    let errors: FormErrors

    init(
        _ form: EntryForm, on procedure: ProcedureHeading, passages: [Participation.Passage], mayEnter: Bool,
        notice: String?, errors: FormErrors, _ texts: Texts
    ) {
        let desk = "/desk/procedures/\(procedure.number)"
        let clock = texts.clock
        title = texts["submissions.entry.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: procedure.title),
            Crumb(href: desk + "/submissions", text: texts["submissions.list.title"]),
        ]
        self.procedure = procedure.title
        let dates = [
            "until": ChinaTime.deadline(procedure.entryUntil, in: clock),
            "day": ChinaTime.day(ChinaTime.lastDay(before: procedure.closesAt), in: clock),
        ]
        isOpen = mayEnter && procedure.takesEntries
        isShown = isOpen || !form.typed.content.isEmpty
        window =
            !mayEnter
            ? texts["submissions.entry.not_yours"]
            : procedure.takesEntries
                ? texts["submissions.entry.until", dates]
                : procedure.now < procedure.opensAt || procedure.state == .preparing
                    ? texts["submissions.entry.not_yet"] : texts["submissions.entry.over", dates]
        self.notice = notice
        (action, importHref) = (desk + "/entry", desk + "/import")
        key = form.typed.key.uuidString.lowercased()
        edition = form.typed.edition
        channels = Channel.entered.map {
            .init(
                id: "channel-\($0.rawValue)", value: $0.rawValue, text: texts.channel($0.rawValue),
                chosen: $0 == form.channel)
        }
        arrivedOn = form.arrivedOn
        firstArrival = procedure.firstArrival.description
        lastArrival = procedure.lastArrival.description
        rows = passages.map { passage in
            .init(
                id: String(passage.position), value: String(passage.position),
                text: ([passage.number] + [passage.level1, passage.level2, passage.level3].filter { !$0.isEmpty })
                    .joined(separator: " · "), chosen: passage.position == form.typed.row)
        }
        content = form.typed.content
        limit = Intake.longestBody
        senders = Submitter.Kind.allCases.map {
            .init(
                id: "submitter-\($0.rawValue)", value: $0.rawValue,
                text: texts["submissions.entry.senders.\($0.rawValue)"],
                chosen: $0 == form.typed.submitter)
        }
        (organisation, people) = (form.typed.organisation, form.typed.people)
        (name, phone) = (form.typed.name, form.typed.phone)
        (showsName, forSomeone, readBack) = (form.typed.showsName, form.forSomeone, form.readBack)
        chooseAgain = form.scan != nil
        self.errors = errors
    }

    private init(isOpen: Bool, notice: String?, errors: FormErrors) {
        let choice = AnswerFields.Choice(id: "a", value: "letter", text: "信函", chosen: true)
        (title, crumbs, procedure) = ("登记来信来电", [Crumb(href: "/desk", text: "工作台")], "社会救助目录")
        (window, self.isOpen, isShown, self.notice) = ("12月4日24时前可以登记。", isOpen, true, notice)
        (action, importHref, key, edition) = ("/e", "/i", "k", 1)
        (channels, arrivedOn, firstArrival, lastArrival) = ([choice], "2026-12-01", "2026-11-24", "2026-12-01")
        rows = [choice]
        (content, limit, senders) = ("太长", 2000, [choice])
        (organisation, people, name, phone) = ("一小", "3", "王", "1")
        (showsName, forSomeone, readBack, chooseAgain) = (true, true, true, true)
        self.errors = errors
    }

    static let samples = [
        EntryPage(
            isOpen: true, notice: "登记过了。",
            errors: FormErrors(
                ["channel", "arrived_on", "row", "content", "organisation", "people", "name", "phone", "scan"].map {
                    ($0, "请改一下。")
                })),
        EntryPage(isOpen: false, notice: nil, errors: FormErrors()),
    ]
}
