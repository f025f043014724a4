import Foundation
import Participation
import Questionnaires
import Text

/// What is still wrong with a questionnaire, with the way to each place; and the steps it can take: opening, correction, suspension,
/// extension, closing.
struct QuestionnaireCheckPage: Page {
    static let template = "builder/check"

    struct Line: Sendable {
        let href: String
        let place: String
        let text: String
        /// Keeps it from opening.
        let isError: Bool
    }

    /// A form with a few fields at most.
    struct Step: Sendable {
        let name: String
        let heading: String
        let lead: String
        let button: String
        let isDangerous: Bool
        /// Must be ticked.
        let confirmation: String?
        let fields: [DeskForm.Field]
    }

    struct Version: Sendable {
        let number: Int
        let at: String
        let note: String
        let sheets: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let address: String
    let seenVersion: Int
    let summary: String
    let isSound: Bool
    /// Whether the places lead to forms.
    let mayEdit: Bool
    let faults: Filled<Line>?
    let steps: [Step]
    let versions: Filled<Version>?
    /// Why a step was not taken.
    let notice: String?
    let changesTitle: String
    /// From what people have before them to what they would have after the correction.
    let changes: Filled<Change>?
    let history: Filled<Happening>?
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, faults: [Line], versions: [DeskQuestionnaire.Version], sheets: [Int: Int],
        changes: [Change] = [], history: [QuestionnaireEvent] = [], typed: FormData = FormData(), notice: String? = nil,
        errors: FormErrors = FormErrors(),
        for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .check, for: staff, texts)
        (address, seenVersion, self.errors) = (it.address, it.contentVersion, errors)
        (self.notice, self.changes) = (notice, Filled(changes))
        self.history = Filled(history.compactMap { Happening($0, texts) })
        changesTitle = texts["builder.changes.title", ["version": it.version ?? 1]]
        isSound = !faults.contains(where: \.isError)
        mayEdit = it.isEditable(by: staff)
        summary = texts.summary(of: faults)
        self.faults = Filled(faults)
        let organises = staff.has(.organiser, in: [it.unitID])
        let changed = versions.last.map { $0.content != it.content } ?? false
        steps =
            organises
            ? StepName.possible(it, isSound: isSound, isCorrected: changed)
                .map { Step($0, it, note: Change.note(changes, texts), typed: typed, errors: errors, texts) }
            : []
        self.versions = Filled(
            versions.map {
                Version(
                    number: $0.version, at: ChinaTime.minute($0.openedAt, in: texts.clock),
                    note: $0.note.isEmpty ? texts["builder.check.first_version"] : $0.note,
                    sheets: texts["builder.sheets", ["count": sheets[$0.version] ?? 0]])
            })
    }

    enum StepName: String, CaseIterable, Sendable {
        case open, correct, suspend, resume, extend, close, terminate
        /// One that was announced and has not begun.
        case takeBack = "take-back"
        /// One that was never opened.
        case drop

        /// Where the reason for it is typed, which everyone reads; nil where none is asked.
        var reason: String? { [.suspend, .extend, .close, .terminate].contains(self) ? rawValue + "-reason" : nil }

        static func possible(_ it: DeskQuestionnaire, isSound: Bool, isCorrected: Bool) -> [StepName] {
            let runs = it.now < it.closesAt
            let correct: [StepName] = runs && isSound && isCorrected ? [.correct] : []
            let extend: [StepName] = runs ? [.extend] : []
            return switch it.state {
            case .preparing: isSound ? [.open, .drop] : [.drop]
            case .announced: it.now < it.opensAt ? correct + extend + [.takeBack] : correct + extend
            case .open: runs ? correct + [.extend, .suspend, .close, .terminate] : []
            case .suspended: runs ? correct + [.resume, .extend, .close, .terminate] : []
            case .closed, .published, .terminated: []
            }
        }
    }

    private init(faults: Filled<Line>?, versions: Filled<Version>?, mayEdit: Bool = true) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (address, seenVersion, summary, isSound) = ("/desk/questionnaires/Q-1", 3, "有 1 处要改", faults == nil)
        notice = faults.map { _ in "刚才有人先暂停了。" }
        changesTitle = "和第 1 版不同的地方"
        history = Filled([Happening(at: "11月26日 9时", what: "打开", who: "陈组织")])
        changes = versions.flatMap { _ in
            Filled([
                Change(
                    place: "第 3 题", name: "第 3 题", what: "文字改了", before: "去年", after: "今年", quoted: "今年",
                    kept: "已有 2 份回答过它。")
            ])
        }
        (self.faults, self.versions, self.mayEdit) = (faults, versions, mayEdit)
        steps = [
            Step(
                name: "open", heading: "打开", lead: "打开以后题目就固定了。", button: "打开问卷", isDangerous: versions != nil,
                confirmation: versions == nil ? "我看过了" : nil,
                fields: [DeskForm.Field(id: "note", label: "说明", .area(rows: 2))])
        ]
        errors = FormErrors("confirmed", "请先勾选。")
    }

    static let samples = [
        QuestionnaireCheckPage(faults: nil, versions: nil),
        QuestionnaireCheckPage(
            faults: Filled([
                Line(href: "/q", place: "第 1 页 · q2", text: "条件里提到的题在后面", isError: true),
                Line(href: "/q", place: "第 1 页 · q3", text: "没有写提示", isError: false),
            ]), versions: Filled([Version(number: 1, at: "11月26日", note: "最初的一版", sheets: "12 份")])),
        QuestionnaireCheckPage(
            faults: Filled([Line(href: "/q", place: "第 1 页", text: "没有标题", isError: false)]), versions: nil,
            mayEdit: false),
    ]
}

extension Texts {
    /// How much there is to put right, and how much to look at.
    func summary(of lines: [QuestionnaireCheckPage.Line]) -> String {
        let wrong = lines.count(where: \.isError)
        let warnings = lines.count - wrong
        if lines.isEmpty { return self["builder.sound"] }
        if wrong == 0 { return self["builder.warnings", ["count": warnings]] }
        if warnings == 0 { return self["builder.faults_alone", ["count": wrong]] }
        return self["builder.faults", ["count": wrong, "warnings": warnings]]
    }
}

extension QuestionnaireCheckPage.Step {
    fileprivate init(
        _ step: QuestionnaireCheckPage.StepName, _ it: DeskQuestionnaire, note: String, typed: FormData,
        errors: FormErrors, _ texts: Texts
    ) {
        name = step.rawValue
        let key = "builder.steps.\(step.rawValue)"
        (heading, button) = (texts["\(key)_title"], texts["\(key)_button"])
        let starts = it.opensAt > it.now
        lead =
            texts[
                step == .open && starts ? "\(key)_lead_later" : "\(key)_lead",
                [
                    "moment": ChinaTime.minute(it.opensAt, in: texts.clock),
                    "until": ChinaTime.deadline(it.closesAt, in: texts.clock),
                ]]
        isDangerous = [.close, .terminate, .drop].contains(step)
        confirmation = [.open, .correct, .close, .terminate, .drop].contains(step) ? texts["\(key)_confirm"] : nil
        let why = step.reason.map {
            DeskForm.Field(
                id: $0, label: texts["builder.steps.reason"], hint: texts["builder.steps.reason_hint"],
                error: errors[field: $0], .area(rows: 2), text: typed.exactly($0))
        }
        switch step {
        case .correct:
            fields = [
                DeskForm.Field(
                    id: "note", label: texts["builder.steps.note"], hint: texts["builder.steps.note_hint"],
                    error: errors[field: "note"], .area(rows: 4),
                    text: typed.has("note") ? typed.exactly("note") : note)
            ]
        case .extend:
            fields =
                [("closes_at", true), ("closes_time", false)].map { name, isDay in
                    DeskForm.Field(
                        id: name, label: texts["builder.settings.\(name)"], error: errors[field: name],
                        isDay ? .day : .line,
                        text: typed.has(name)
                            ? typed.string(name) : SettingsForm(QuestionnaireSettings(it))[name])
                } + [why].compactMap(\.self)
        case .open, .suspend, .resume, .close, .terminate, .takeBack, .drop: fields = [why].compactMap(\.self)
        }
    }
}
