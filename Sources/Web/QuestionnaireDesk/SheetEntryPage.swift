import Foundation
import Participation
import Questionnaires
import Text

/// A sheet that came on paper, or was said without being called for, to be entered by a clerk: all questions on one page, in the order of the
/// paper. It does not follow the conditions. On paper everything stands there, and the eye goes along it: a field that vanished would be looked
/// for, and an answer to a question that should have been passed over is to be seen, typed and then named as one that is not kept.
struct SheetEntryPage: Page {
    static let template = "builder/entry"

    struct Part: Sendable {
        let heading: String
        /// On paper nothing is hidden; the clerk sees when it was to be answered.
        let condition: String?
        let questions: [QuestionPart]
    }

    /// A scan that is stored already.
    struct Kept: Sendable {
        let id: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let action: String
    let isOpen: Bool
    let notice: String?
    let key: String
    let told: String
    let sheetVersion: Int
    /// Where there is more than one.
    let versions: Filled<Choice>?
    let channels: [AnswerFields.Choice]
    let arrivedOn: String
    let kept: Kept?
    let parts: [Part]
    let errors: FormErrors

    /// What was typed beside the answers.
    struct Form: Sendable {
        var key = UUID()
        var version: Int?
        /// The version whose fields were on the page.
        var shown: Int?
        var scan: Attachment?
        var channel: Channel?
        var arrivedOn = ""
        /// The codes of answers of which the clerk has read that they are not kept, or missing though they must be given.
        var told = ""

        init(today: CalendarDate) { arrivedOn = today.description }

        init(_ form: FormData) {
            key = form.idempotencyKey ?? UUID()
            (version, shown) = (form.int("version"), form.int("shown"))
            channel = Channel(rawValue: form.string("channel")).flatMap { Channel.entered.contains($0) ? $0 : nil }
            arrivedOn = form.string("arrived_on")
            told = form.string("told")
        }
    }

    init(
        _ form: Form, of it: DeskQuestionnaire, _ content: Questionnaire, versions: [Int], setting: QuestionSetting,
        notice: String?, for staff: StaffActor
    ) {
        let texts = setting.texts
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .entry, for: staff, texts)
        (action, isOpen, self.notice) = (it.address + "/entry", it.takesEntries, notice)
        (key, told) = (form.key.uuidString.lowercased(), form.told)
        let version = versions.last { $0 == form.version } ?? versions.last
        sheetVersion = version ?? 1
        self.versions =
            versions.count < 2
            ? nil
            : Filled(
                versions.map {
                    Choice(value: String($0), text: String($0), chosen: $0 == version)
                })
        channels = Channel.entered.map {
            .init(
                id: "channel-\($0.rawValue)", value: $0.rawValue, text: texts.channel($0.rawValue),
                chosen: $0 == form.channel)
        }
        arrivedOn = form.arrivedOn
        kept = form.scan.map {
            Kept(id: $0.id.uuidString.lowercased(), text: texts["builder.entry.scan_kept", ["name": $0.name]])
        }
        let spoken = SpokenFormula(content, texts)
        let questions = Self.numbered(content, spoken)
        errors = setting.errors.naming(questions, texts)
        parts = Self.parts(of: content, questions, spoken, in: setting)
    }

    /// Every question as it is called on paper.
    static func numbered(_ content: Questionnaire, _ spoken: SpokenFormula) -> [Question] {
        let numbers = PaperForm.numbers(content)
        return content.questions.map { question in
            var question = question
            let number = numbers[question.code].map { "\($0). " } ?? ""
            question.text = number + spoken.repeated(question.text)
            return question
        }
    }

    /// Every question there is, with the conditions in words that name the numbers on paper.
    /// - Parameter questions: as `numbered` makes them.
    static func parts(
        of content: Questionnaire, _ questions: [Question], _ spoken: SpokenFormula, in setting: QuestionSetting
    ) -> [Part] {
        let texts = setting.texts
        let named = Dictionary(questions.map { ($0.code, $0) }) { first, _ in first }
        /// When it was to be answered; nil where it always is.
        func onlyIf(_ conditions: [String?]) -> String? {
            let said = conditions.compactMap(\.self).filter { !$0.isEmpty }.map { spoken.said($0) ?? $0 }
            let words = said.joined(separator: texts["builder.paper.comma"])
            return said.isEmpty ? nil : texts["builder.paper.only_if", ["condition": words]]
        }
        return content.pages.flatMap { page in
            page.groups.enumerated().map { index, group in
                Part(
                    heading: spoken.heading(of: group, at: index, in: page),
                    condition: onlyIf([index == 0 ? page.condition : nil, group.condition]),
                    questions: group.questions.filter { $0.kind.form != .file }.map { question in
                        var question = named[question.code] ?? question
                        question.hint = [spoken.repeated(question.hint), onlyIf([question.condition]) ?? ""]
                            .filter { !$0.isEmpty }.joined(separator: " ")
                        return QuestionPart(question, isShown: true, in: setting)
                    })
            }
        }
    }

    private init(isOpen: Bool, notice: String?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (action, self.isOpen, self.notice, key, told, sheetVersion) = ("/e", isOpen, notice, "k", "q1", 1)
        versions = notice == nil ? nil : Filled([Choice(value: "1", text: "1", chosen: true)])
        channels = [.init(id: "channel-counter", value: "counter", text: "窗口", chosen: true)]
        arrivedOn = "2026-11-26"
        kept = notice.map { _ in Kept(id: "s", text: "扫描件已存好：a.pdf。") }
        parts = [Part(heading: "您", condition: "只在…", questions: QuestionPart.samples)]
        errors = FormErrors(["channel", "arrived_on", "scan"].map { ($0, "请改一下。") })
    }

    static let samples = [
        SheetEntryPage(isOpen: true, notice: "会丢掉 q3。"), SheetEntryPage(isOpen: true, notice: nil),
        SheetEntryPage(isOpen: false, notice: nil),
    ]
}

/// The receipt of an entered sheet, to be printed for who answered, or to be read out.
struct SheetCounterReceiptPage: Page {
    static let template = "builder/counter-receipt"

    let title: String
    let crumbs: [Crumb]
    /// What happened, and how to go about the receipt.
    let lines: [String]
    let receipt: SheetReceiptPage
    let nextHref: String
    let nextText: String

    static let samples = SheetReceiptPage.samples.map {
        SheetCounterReceiptPage(
            title: "已登记", crumbs: [Crumb(href: "/desk", text: "工作台")], lines: ["请念给对方听。"], receipt: $0, nextHref: "/e",
            nextText: "再录一份")
    }
}
