import Participation
import Text

/// The words and days of a programme.
struct ProgrammeFormPage: Page {
    static let template = "programmes/form"

    struct Day: Sendable {
        let id: String
        let label: String
        let value: String
        let error: String?
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let name: String
    let basis: String
    let days: [Day]
    /// Whether it is there already and can be ended; and whether it has been.
    let isThere: Bool
    let ended: Bool
    let endAction: String
    let errors: FormErrors

    /// - Parameter form: what was typed; nil shows what holds.
    init(_ it: Programme?, form: FormData? = nil, errors: FormErrors = FormErrors(), _ texts: Texts) {
        let address = it.map { "/desk/programme/\($0.id)" }
        title = texts[it == nil ? "programmes.form.new" : "programmes.form.edit"]
        crumbs =
            [Crumb(href: "/desk/programme", text: texts["nav.programme"])]
            + (it.map { [Crumb(href: "/desk/programme/\($0.id)", text: $0.title)] } ?? [])
        action = address.map { $0 + "/edit" } ?? "/desk/programme/new"
        name = form?.string("title") ?? it?.title ?? ""
        basis = form?.string("basis") ?? it?.basis ?? ""
        days = ProgrammeStage.allCases.map { stage in
            Day(
                id: stage.rawValue, label: texts.stage(stage),
                value: form?.string(stage.rawValue) ?? it?.days[stage]?.description ?? "",
                error: errors[field: stage.rawValue])
        }
        isThere = it != nil
        ended = it?.endedAt != nil
        endAction = (address ?? "") + "/end"
        self.errors = errors
    }

    private init(isThere: Bool) {
        (title, crumbs, action, name, basis) = ("方案", [Crumb(href: "/d", text: "方案")], "/a", "方案", "文号")
        days = [
            Day(id: "first_draft", label: "初稿", value: "2020-11-20", error: "请填写日期。"),
            Day(id: "summary", label: "总结", value: "", error: nil),
        ]
        (self.isThere, ended, endAction) = (isThere, !isThere, "/e")
        errors = FormErrors([("title", "请填写。"), ("basis", "太长。")])
    }

    static let samples = [ProgrammeFormPage(isThere: true), ProgrammeFormPage(isThere: false)]

    /// What the form says. - Throws: `FormErrors`.
    static func read(_ form: FormData, _ texts: Texts) throws -> SaveProgramme {
        let save = SaveProgramme(
            title: form.string("title"), basis: form.string("basis"),
            days: Dictionary(
                uniqueKeysWithValues: ProgrammeStage.allCases.compactMap { stage in
                    CalendarDate(form.string(stage.rawValue)).map { (stage, $0) }
                }))
        let errors = FormErrors(
            save.faults.map { fault, stage in
                (
                    stage?.rawValue ?? fault.rawValue,
                    texts[
                        "programmes.errors.\(fault.rawValue)", ["stage": stage.map(texts.stage) ?? ""]]
                )
            })
        if !errors.isEmpty { throw errors }
        return save
    }
}
