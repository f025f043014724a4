import Foundation
import Participation
import Questionnaires
import Text

/// From the figures of a questionnaire to its published result: what stands in the way, the words, and the result as it would go out.
struct PublicationDeskPage: Page {
    static let template = "questionnaire-results/publication"

    struct Obstacle: Sendable {
        let text: String
        /// Where it is dealt with.
        let href: String?
    }

    struct Version: Sendable {
        let version: Int
        let text: String
        let href: String
        let sealedText: String?
        let maySeal: Bool
    }

    struct Preview: Sendable {
        let title: String
        let lead: String
        let body: QuestionnaireResultBody
        let unit: String
        let day: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let address: String
    let number: String
    let standing: String
    let obstacles: Filled<Obstacle>?
    let setAsideText: String?
    let pendingHref: String?
    let changedText: String?
    let versions: Filled<Version>?
    /// Absent until it can be prepared, and for those who do not prepare it.
    let fields: Filled<DeskForm.Field>?
    let preview: Preview?
    let errors: FormErrors

    init(
        _ work: QuestionnaireResultWork, draft: QuestionnaireResultDraft?, form: PublicationForm,
        errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        let it = work.questionnaire
        func text(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
            texts["publication.\(key)", arguments]
        }
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .publication, for: staff, texts)
        (address, number, self.errors) = (it.address + "/publication", it.number, errors)
        let organises = staff.has(.organiser, in: [it.unitID])
        standing =
            !work.isClosed
            ? text("standing.running", ["moment": ChinaTime.deadline(it.closesAt, in: texts.clock)])
            : work.pending != nil
                ? text("standing.pending")
                : text(organises ? work.published.isEmpty ? "standing.prepare" : "standing.correct" : "standing.others")
        let tells = work.tells ? [Obstacle(text: text("obstacles.tells"), href: nil)] : []
        obstacles = Filled(
            !work.isClosed
                ? []
                : (work.untallied > 0
                    ? [Obstacle(text: text("obstacles.untallied", ["count": work.untallied]), href: address)] : [])
                    + work.unread.map {
                        Obstacle(
                            text: text("obstacles.unread", ["count": $0.wordings, "question": $0.question.text]),
                            href: "\(it.address)/texts?question=\($0.question.code)")
                    }
                    + tells)
        setAsideText =
            work.pending != nil
            ? nil
            : work.setAsideAt.map {
                text("set_aside", ["moment": ChinaTime.minute($0, in: texts.clock)])
            }
        pendingHref = work.pending.map { "/desk/clearances/\($0.id)" }
        changedText = work.hasChanged ? text("changed") : nil
        let maySeal = [.organiser, .clerk, .secrecyReviewer, .approver].contains { staff.has($0, in: [it.unitID]) }
        versions = Filled(
            work.published.map {
                Version(
                    version: $0.version,
                    text: texts[
                        "results.version",
                        ["version": $0.version, "day": ChinaTime.day($0.publishedAt, in: texts.clock)]],
                    href: $0.kind.address(of: it.number, version: $0.version),
                    sealedText: $0.sealedAt != nil
                        ? text("sealed") : $0.isAsked ? text("seal_asked") : nil,
                    maySeal: maySeal && $0.sealedAt == nil && !$0.isAsked)
            })
        fields = organises && work.canPrepare ? Filled(form.fields(work, errors: errors, texts)) : nil
        preview = draft.map { Preview($0.content, texts) }
    }

    private init(fields: Filled<DeskForm.Field>?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (address, number, standing) = ("/a", "Q-2026-000001-3", "可以整理结果了。")
        obstacles = Filled([Obstacle(text: "2 种写法没有看过", href: "/t"), Obstacle(text: "还在统计", href: nil)])
        (setAsideText, pendingHref, changedText) = ("已作废", "/p", "有变化")
        versions = Filled([
            Version(version: 1, text: "第 1 版", href: "/v", sealedText: "已封存", maySeal: false),
            Version(version: 2, text: "第 2 版", href: "/v", sealedText: nil, maySeal: true),
        ])
        self.fields = fields
        preview =
            fields == nil
            ? nil : Preview(title: "结果", lead: "县民政局", body: .sample, unit: "县民政局", day: "2026年12月15日")
        errors = FormErrors("analysis", "请填写。")
    }

    static let samples = [
        PublicationDeskPage(
            fields: Filled([DeskForm.Field(id: "analysis", label: "分析", error: "请填写。", .area(rows: 6), text: "…")])),
        PublicationDeskPage(fields: nil),
    ]
}

extension PublicationDeskPage.Preview {
    fileprivate init(_ content: PublishedContent.QuestionnaireResult, _ texts: Texts) {
        title = content.title
        lead =
            texts[
                "published_results.lead",
                ["unit": content.unit, "period": texts.period(from: content.opensAt, to: content.closesAt)]]
        body = QuestionnaireResultBody(content, texts)
        unit = content.unitAtFoot
        day = CalendarDate(content.dateAtFoot).map { ChinaTime.day($0, in: texts.clock) } ?? content.dateAtFoot
    }
}

/// The words beside the figures, as typed.
struct PublicationForm: Sendable {
    private let title: String
    private let analysis: String
    private let nextStep: String
    private let correction: String
    private let unit: String
    private let date: String
    let allEntered: Bool

    init(_ form: FormData) {
        title = form.string("result_title")
        (analysis, nextStep, correction) = (
            form.exactly("analysis"), form.exactly("next_step"), form.exactly("correction")
        )
        (unit, date) = (form.string("unit_at_foot"), form.string("date_at_foot"))
        allEntered = form.strings("all_entered").contains("1")
    }

    /// What stands there at first.
    init(_ wording: QuestionnaireResultDraft.Wording) {
        (title, analysis, nextStep) = (wording.title, wording.analysis, wording.nextStep)
        (unit, date) = (wording.unitAtFoot, wording.dateAtFoot.description)
        (correction, allEntered) = ("", false)
    }

    func wording(for work: QuestionnaireResultWork) -> QuestionnaireResultDraft.Wording {
        .init(
            title: title, analysis: analysis, nextStep: nextStep, unitAtFoot: unit,
            dateAtFoot: CalendarDate(date) ?? work.wording.dateAtFoot,
            correction: work.published.isEmpty ? "" : correction)
    }

    /// - Parameter sends: for review; a preview may be read before all paper is entered.
    func errors(_ work: QuestionnaireResultWork, sends: Bool, _ texts: Texts) -> FormErrors {
        let wording = wording(for: work)
        var errors = FormErrors(
            PrepareQuestionnaireResult(work.questionnaire.number, wording: wording, allEntered: allEntered).faults.map {
                ($0.field, texts["publication.errors.\($0.rawValue)"])
            })
        errors.require(CalendarDate(date) != nil, "date_at_foot", texts["dispositions.result.errors.date"])
        if !work.published.isEmpty {
            errors.require(!wording.correction.isEmpty, "correction", texts["publication.errors.correction_missing"])
        }
        if sends, work.entryUntil != nil {
            errors.require(allEntered, "all_entered", texts["publication.errors.all_entered"])
        }
        return errors
    }

    func fields(_ work: QuestionnaireResultWork, errors: FormErrors, _ texts: Texts) -> [DeskForm.Field] {
        func field(_ id: String, _ shape: DeskForm.Field.Shape, _ text: String = "", hint: String? = nil)
            -> DeskForm.Field
        {
            let key = "publication.fields.\(id)"
            return DeskForm.Field(
                id: id, label: texts[key], hint: hint ?? (texts.has(key + "_hint") ? texts[key + "_hint"] : nil),
                error: errors[field: id], shape, text: text)
        }
        return [
            field("result_title", .line, title), field("analysis", .area(rows: 8), analysis),
            field("next_step", .area(rows: 5), nextStep),
            work.published.isEmpty ? nil : field("correction", .area(rows: 3), correction),
            field("unit_at_foot", .line, unit), field("date_at_foot", .day, date),
            work.entryUntil.map {
                field(
                    "all_entered",
                    .checks([Choice(value: "1", text: texts["publication.fields.all_entered_yes"], chosen: allEntered)]
                    ),
                    hint: texts[
                        "publication.fields.all_entered_hint", ["moment": ChinaTime.deadline($0, in: texts.clock)]])
            },
        ].compactMap { $0 }
    }
}
