import Foundation
import Participation
import Text

/// The form of a letter.
struct WrittenFormPage: Page {
    static let template = "written/form"

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    let action: String
    let key: String
    let seenVersion: Int
    let letterTitle: String
    let documentNumber: String
    let body: String
    let limit: Int
    let datedOn: String
    let dueOn: String
    /// How the day was proposed; absent where it was typed.
    let rule: String?
    let silenceAgrees: Bool
    let units: [AnswerFields.Choice]
    let organisations: String
    let errors: FormErrors

    init(
        _ form: WrittenForm, on procedure: ProcedureHeading, letter: Int?, units: [Participation.Unit], rule: String?,
        errors: FormErrors, _ texts: Texts
    ) {
        title = texts[letter == nil ? "written.new" : "written.edit"]
        let desk = "/desk/procedures/\(procedure.number)"
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: procedure.title),
            Crumb(href: "\(desk)/written", text: texts["written.title"]),
        ]
        self.procedure = procedure.title
        action = letter.map { "/desk/written/\($0)/edit" } ?? "\(desk)/written/new"
        (key, seenVersion) = (form.key.uuidString.lowercased(), form.version)
        (letterTitle, documentNumber, body) = (form.title, form.documentNumber, form.body)
        (limit, dueOn, silenceAgrees) = (WrittenConsultation.longestBody, form.dueOn, form.silenceAgrees)
        datedOn = form.datedOn
        self.rule = rule
        self.units = units.map {
            .init(id: "unit-\($0.id)", value: String($0.id), text: $0.name, chosen: form.unitIDs.contains($0.id))
        }
        organisations = form.organisations
        self.errors = errors
    }

    private init(errors: FormErrors) {
        (title, crumbs, procedure) = ("拟函", [Crumb(href: "/desk", text: "工作台")], "社会救助目录")
        (action, key, letterTitle, documentNumber) = ("/a", "k", "关于征求意见的函", "龙民函〔2026〕12号")
        (seenVersion, datedOn) = (1, "2026-11-24")
        (body, limit, dueOn, rule, silenceAgrees) = ("各有关单位：", 10000, "2026-12-01", "按 7 个工作日算", true)
        units = [.init(id: "unit-1", value: "1", text: "县财政局", chosen: true)]
        organisations = "县供电局，office@example.cn"
        self.errors = errors
    }

    static let samples = [
        WrittenFormPage(
            errors: FormErrors(
                ["title", "document_number", "body", "dated_on", "due_on", "silence_agrees", "units", "organisations"]
                    .map {
                        ($0, "请改一下。")
                    }))
    ]
}

/// A letter as typed.
struct WrittenForm: Sendable {
    var key: UUID
    /// Of the letter as it was read; 0 for a new one.
    var version = 0
    var title: String
    var documentNumber: String
    var body: String
    var datedOn: String
    var dueOn: String
    var silenceAgrees: Bool
    var unitIDs: Set<Int>
    var organisations: String

    /// A form that nobody has typed into.
    init(for procedure: ProcedureHeading, dueOn: CalendarDate?) {
        datedOn = ChinaTime.date(procedure.now).description
        let words = WriteLetter.proposed(for: procedure, dueOn: dueOn)
        (key, title, body) = (UUID(), words.title, words.body)
        (documentNumber, organisations, silenceAgrees, unitIDs) = ("", "", true, [])
        self.dueOn = dueOn?.description ?? ""
    }

    init(_ it: WrittenConsultation.Record) {
        let letter = it.letter
        (key, title, documentNumber, body) = (UUID(), letter.title, letter.documentNumber, letter.body)
        (version, datedOn) = (letter.version, letter.datedOn.description)
        (dueOn, silenceAgrees) = (letter.dueOn.description, letter.silenceAgrees)
        unitIDs = Set(it.addressees.compactMap(\.unitID))
        organisations = it.addressees.filter { $0.unitID == nil }
            .map { $0.email.isEmpty ? $0.name : "\($0.name)，\($0.email)" }.joined(separator: "\n")
    }

    init(_ form: FormData) {
        key = form.idempotencyKey ?? UUID()
        (title, documentNumber, body) = (form.string("title"), form.string("document_number"), form.exactly("body"))
        version = form.version("version") ?? 0
        (datedOn, dueOn) = (form.string("dated_on"), form.string("due_on"))
        silenceAgrees = form.bool("silence_agrees")
        (unitIDs, organisations) = (Set(form.ints("units")), form.exactly("organisations"))
    }

    var letter: WriteLetter {
        WriteLetter(
            title: title, documentNumber: documentNumber, body: body, datedOn: CalendarDate(datedOn),
            dueOn: CalendarDate(dueOn), silenceAgrees: silenceAgrees,
            unitIDs: Array(unitIDs), organisations: WriteLetter.organisations(organisations))
    }

    func errors(_ texts: Texts) -> FormErrors {
        FormErrors(
            letter.faults.map {
                let limit =
                    switch $0 {
                    case .titleTooLong: WrittenConsultation.longestTitle
                    case .bodyTooLong: WrittenConsultation.longestBody
                    case .documentNumberTooLong: WrittenConsultation.longestDocumentNumber
                    default: WrittenConsultation.mostAddressees
                    }
                let names = letter.organisations.filter {
                    !$0.email.isEmpty && Contact.normalisedEmail($0.email) == nil
                }
                .map(\.name).joined(separator: texts["results.comma"])
                return ($0.field, texts["written.errors.\($0.rawValue)", ["limit": limit, "names": names]])
            })
    }
}
