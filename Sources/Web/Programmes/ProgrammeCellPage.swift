import Participation
import Text

/// One field of one unit: how far it is, and which draft it is.
struct ProgrammeCellPage: Page {
    static let template = "programmes/cell"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let marks: [ProgrammePage.Mark]
    let action: String
    let dropAction: String
    /// Drafts of the unit; absent for those who only read.
    let drafts: Filled<Choice>?
    let mayRun: Bool
    let newDraftHref: String?
    /// Days of its own; absent for those who do not run the programme.
    let days: Filled<Day>?
    let errors: FormErrors

    struct Day: Sendable {
        let id: String
        let label: String
        /// The programme's own, which holds where nothing is given.
        let hint: String
        let value: String
        let error: String?
    }

    /// - Parameter form: days that were typed and came back.
    init(
        _ cell: ProgrammeBoard.Cell, of it: Programme, drafts: [ProgrammeCell.Candidate], for staff: StaffActor,
        form: FormData? = nil, errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let board = "/desk/programme/\(it.id)"
        title = cell.field
        crumbs = [
            Crumb(href: "/desk/programme", text: texts["nav.programme"]), Crumb(href: board, text: it.title),
        ]
        lead = cell.unitName
        marks = cell.steps.map { ProgrammePage.Mark($0, of: cell, programme: it, today: it.today, texts) }
        action = "\(board)/cells/\(cell.id)"
        dropAction = action + "/drop"
        let mayLink = it.isRun(by: staff) || staff.has(.organiser, in: [cell.unitID])
        self.drafts =
            mayLink
            ? Filled(
                [Choice(value: "", text: texts["programmes.cell.no_draft"], chosen: cell.draftID == nil)]
                    + drafts.map { Choice(value: String($0.id), text: $0.title, chosen: $0.id == cell.draftID) }) : nil
        mayRun = it.isRun(by: staff)
        newDraftHref =
            cell.draftID == nil && mayLink
            ? "/desk/drafts/new?field=\(URLEncodedFields.encode(cell.field))&unit=\(cell.unitID)" : nil
        days =
            mayRun
            ? Filled(
                cell.steps.map { step in
                    let common = it.days[step.stage]
                    let own = step.dueOn == common ? "" : step.dueOn.description
                    return Day(
                        id: step.stage.rawValue, label: texts.stage(step.stage),
                        hint: texts[
                            "programmes.cell.common_day",
                            ["day": common.map { ChinaTime.day($0, in: texts.clock) } ?? ""]],
                        value: form?.string(step.stage.rawValue) ?? own, error: errors[field: step.stage.rawValue])
                }) : nil
        self.errors = errors
    }

    private init(full: Bool) {
        (title, crumbs, lead) = ("社会救助", [Crumb(href: "/d", text: "方案")], "县民政局")
        marks = [
            ProgrammePage.Mark(stage: "初稿", kind: "over", text: "已完成", day: "11月20日", href: "/d"),
            ProgrammePage.Mark(stage: "公开", kind: "", text: "未开始", day: "12月15日前", href: nil),
        ]
        (action, dropAction, mayRun) = ("/a", "/x", full)
        drafts = full ? Filled([Choice(value: "1", text: "目录", chosen: true)]) : nil
        newDraftHref = full ? nil : "/n"
        days =
            full
            ? Filled([
                Day(id: "summary", label: "总结", hint: "方案的时限是12月30日", value: "2026-12-31", error: "请填写日期。")
            ]) : nil
        errors = full ? FormErrors("summary", "请填写日期。") : FormErrors()
    }

    static let samples = [ProgrammeCellPage(full: true), ProgrammeCellPage(full: false)]

    /// Days of its own as they were typed. - Throws: `FormErrors`.
    static func days(of form: FormData, _ texts: Texts) throws -> [ProgrammeStage: CalendarDate] {
        var (days, errors): ([ProgrammeStage: CalendarDate], FormErrors) = ([:], FormErrors())
        for stage in ProgrammeStage.allCases where !form.string(stage.rawValue).isEmpty {
            let day = CalendarDate(form.string(stage.rawValue))
            if let day, SaveProgramme.years.contains(day.year) {
                days[stage] = day
            } else {
                errors.add(stage.rawValue, texts["programmes.errors.day", ["stage": texts.stage(stage)]])
            }
        }
        guard errors.isEmpty else { throw errors }
        return days
    }
}
