import Foundation
import Participation
import Text

/// 议程, until it has begun.
struct AgendaPage: Page {
    static let template = "live_desk/agenda"
    /// Rows of the form; what is not needed stays empty.
    static func rowCount(_ kind: Gathering.Kind) -> Int { kind == .hearing ? 15 : 8 }

    struct Row: Sendable {
        let ordinal: Int
        let kinds: [Choice]
        let name, minutes: String
    }

    let title: String
    let lead: String
    let crumbs: [Crumb]
    let action: String
    let rows: [Row]
    let errors: FormErrors

    init(_ it: Gathering, _ typed: AgendaForm, errors: FormErrors = FormErrors(), _ texts: Texts) {
        title = texts["live_desk.agenda.title"]
        lead = texts["live_desk.agenda.\(it.kind == .hearing ? "lead" : "forum_lead")"]
        crumbs = LiveDeskPages.crumbs(it, texts)
        action = LiveDeskPages.desk(it) + "/agenda"
        rows = (0..<max(Self.rowCount(it.kind), typed.rows.count)).map { index in
            let row = index < typed.rows.count ? typed.rows[index] : AgendaForm.Row()
            return Row(
                ordinal: index + 1,
                kinds: Agenda.Item.Kind.all(of: it.kind).map {
                    Choice(
                        value: $0.rawValue, text: texts["live_desk.agenda.kinds.\($0.rawValue)"],
                        chosen: $0.rawValue == row.kind)
                }, name: row.title, minutes: row.minutes)
        }
        self.errors = errors
    }

    private init() {
        (title, lead, crumbs, action) = ("议程", "依次是哪些环节。", [Crumb(href: "/desk", text: "工作台")], "/a")
        rows = [
            Row(
                ordinal: 1, kinds: [Choice(value: "opening", text: "宣布开始", chosen: true)], name: "宣布开始", minutes: "5")
        ]
        errors = FormErrors("items", "请至少写一项议程。")
    }

    static let samples = [AgendaPage()]
}

/// The agenda as it was typed.
struct AgendaForm: Sendable {
    struct Row: Sendable {
        var kind = Agenda.Item.Kind.other.rawValue
        var title = ""
        var minutes = ""
    }

    let rows: [Row]

    init(_ agenda: Agenda) {
        rows = agenda.items.map {
            Row(kind: $0.kind.rawValue, title: $0.title, minutes: $0.minutes.map { String($0) } ?? "")
        }
    }

    init(_ form: FormData) {
        let (titles, minutes) = (form.strings("item_title"), form.strings("minutes"))
        rows = form.strings("kind").enumerated().map { index, kind in
            Row(
                kind: kind, title: index < titles.count ? TextNormalisation.normalised(titles[index]) : "",
                minutes: index < minutes.count ? FormData.plainDigits(minutes[index]) : "")
        }
    }

    /// What it says, or what is wrong with it.
    func agenda(_ texts: Texts) -> (agenda: Agenda, errors: FormErrors) {
        var errors = FormErrors()
        let filled = rows.filter { !$0.title.isEmpty }
        errors.require(!filled.isEmpty, "items", texts["live_desk.agenda_errors.none"])
        errors.require(
            filled.allSatisfy { TextLength.count($0.title) <= 100 }, "items", texts["live_desk.agenda_errors.title"])
        errors.require(
            filled.allSatisfy { row in row.minutes.isEmpty || Int(row.minutes).map { 1...600 ~= $0 } ?? false },
            "items",
            texts["live_desk.agenda_errors.minutes"])
        let items = filled.map { Agenda.Item(.init(rawValue: $0.kind) ?? .other, $0.title, minutes: Int($0.minutes)) }
        return (Agenda(items), errors)
    }
}
