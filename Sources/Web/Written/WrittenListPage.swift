import Participation
import Text

/// Letters: what the own units are asked, and those that ask others, of one procedure or of all.
struct WrittenListPage: Page {
    static let template = "written/list"

    struct Line: Sendable {
        let href: String
        let title: String
        let note: String
        let due: String
        let standing: String
        /// `info`, `warn`, `good` or empty.
        let tone: String
    }

    let title: String
    let crumbs: [Crumb]
    /// Of whose letters alone these are.
    let procedure: String?
    let newHref: String?
    let asked: Filled<Line>?
    let letters: Filled<Line>?

    /// - Parameter asked: with their letters, by id.
    init(
        procedure: ProcedureHeading?, asked: [(Addressee, WrittenConsultation)], letters: [WrittenConsultation],
        for staff: StaffActor,
        _ texts: Texts
    ) {
        title = texts["written.title"]
        let desk = Crumb(href: "/desk", text: texts["nav.desk"])
        crumbs = [desk] + (procedure.map { [Crumb(href: "/desk/procedures/\($0.number)", text: $0.title)] } ?? [])
        self.procedure = procedure?.title
        newHref =
            procedure != nil && staff.has(.organiser)
                && ![.answered, .published, .terminated].contains(procedure?.state)
            ? procedure.map { "/desk/procedures/\($0.number)/written/new" } : nil
        self.asked = Filled(
            asked.map { addressee, letter in
                Line(
                    href: "/desk/written/replies/\(addressee.id)", title: letter.title, note: letter.unitName,
                    due: ChinaTime.day(letter.dueOn, in: texts.clock), standing: texts.standing(of: addressee),
                    tone: addressee.standing == .waiting ? "warn" : "good")
            })
        self.letters = Filled(
            letters.map {
                Line(
                    href: "/desk/written/\($0.id)", title: $0.title,
                    note: [$0.documentNumber, $0.procedureTitle ?? ""].filter { !$0.isEmpty }.joined(separator: " · "),
                    due: ChinaTime.day($0.dueOn, in: texts.clock),
                    standing: $0.state == .preparing
                        ? texts["written.states.preparing"]
                        : texts["written.replied", ["done": $0.replied, "total": $0.asked]],
                    tone: $0.state == .preparing ? "" : $0.replied == $0.asked ? "good" : "info")
            })
    }

    private init(isFull: Bool) {
        let line = Line(
            href: "/desk/written/1", title: "关于征求意见的函", note: "龙民函〔2026〕12号", due: "12月1日", standing: "2 / 4 家",
            tone: "info")
        (title, crumbs) = ("书面征求意见", [Crumb(href: "/desk", text: "工作台")])
        procedure = isFull ? "社会救助目录" : nil
        newHref = isFull ? "/n" : nil
        (asked, letters) = isFull ? (Filled([line]), Filled([line])) : (nil, nil)
    }

    static let samples = [WrittenListPage(isFull: true), WrittenListPage(isFull: false)]
}

extension Texts {
    /// `逾期回复：有意见`
    func standing(of it: Addressee) -> String {
        let kind = it.reply.map { self["written.reply_kinds.\($0.kind.rawValue)"] } ?? ""
        return self["written.standings.\(it.standing.rawValue)", ["kind": kind]]
    }
}
