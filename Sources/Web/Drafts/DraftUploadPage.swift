import Foundation
import Participation

/// The form that takes a directory's file: as a new draft, or as the next edition of one. A file with faults comes back
/// with a table of them.
struct DraftUploadPage: Page {
    static let template = "drafts/upload"

    /// What a new draft is asked beside its file.
    struct NewDraft: Sendable {
        let title: String
        let field: String
        let units: [Choice]
    }

    /// What the next edition is asked beside its file.
    struct NextEdition: Sendable {
        let stages: [Choice]
        let note: String
        let lead: String
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let back: String
    let draft: NewDraft?
    let edition: NextEdition?
    let faults: Filled<SheetFaultLine>?
    let faultsTitle: String?
    /// Where not all of them are listed.
    let faultsMore: String?
    /// Where the file could be read so far: it waits, and its columns can be told.
    let columns: ColumnsPart?
    /// The file that waits.
    let upload: String?
    /// Whether it waits, or has to be chosen again.
    let fileAgain: String?
    let takesDocuments: Bool
    let mayImport: Bool
    let errors: FormErrors

    /// A new draft.
    init(
        _ form: DraftForm, units: [Participation.Unit], mayImport: Bool, errors: FormErrors, reading: FileReading?,
        takesDocuments: Bool, _ texts: Texts
    ) {
        title = texts["drafts.new"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"]),
        ]
        (action, back) = ("/desk/drafts/new", "/desk/drafts")
        draft = NewDraft(
            title: form.title, field: form.field,
            units: units.map { Choice(value: String($0.id), text: $0.name, chosen: $0.id == form.unitID) })
        edition = nil
        (self.faults, faultsTitle, faultsMore) = Self.table(reading?.faults, texts)
        columns = reading?.file.map { ColumnsPart($0.table, choices: $0.choices, texts) }
        upload = reading?.upload?.id.uuidString.lowercased()
        fileAgain = Self.fileAgain(reading, errors, texts)
        self.takesDocuments = takesDocuments
        (self.mayImport, self.errors) = (mayImport, errors)
    }

    /// The next edition of a draft.
    init(
        _ form: EditionForm, of draft: Draft, mayImport: Bool, errors: FormErrors, reading: FileReading?,
        takesDocuments: Bool, _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)"
        title = texts["drafts.next_edition", ["ordinal": draft.editionOrdinal + 1]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"]),
            Crumb(href: address, text: draft.title),
        ]
        (action, back) = ("\(address)/editions/new", address)
        self.draft = nil
        edition = NextEdition(
            stages: Edition.Stage.allCases.map {
                Choice(value: $0.rawValue, text: texts["drafts.stages.\($0.rawValue)"], chosen: $0 == form.stage)
            },
            note: form.note, lead: texts["drafts.next_lead", ["title": draft.title]])
        (self.faults, faultsTitle, faultsMore) = Self.table(reading?.faults, texts)
        columns = reading?.file.map { ColumnsPart($0.table, choices: $0.choices, texts) }
        upload = reading?.upload?.id.uuidString.lowercased()
        fileAgain = Self.fileAgain(reading, errors, texts)
        self.takesDocuments = takesDocuments
        (self.mayImport, self.errors) = (mayImport, errors)
    }

    private static func fileAgain(_ reading: FileReading?, _ errors: FormErrors, _ texts: Texts) -> String? {
        guard !errors.isEmpty else { return nil }
        return reading?.upload.map { texts["drafts.columns.kept", ["name": $0.name]] } ?? texts["drafts.file_again"]
    }

    private static func table(
        _ found: DirectoryFaults?, _ texts: Texts
    ) -> (Filled<SheetFaultLine>?, title: String?, more: String?) {
        guard let found else { return (nil, nil, nil) }
        func value(of fault: DirectoryFault) -> String {
            guard case .cells = fault.expected, let count = Int(fault.value) else { return fault.value }
            return texts["directories.cells", ["count": count]]
        }
        let faults = found.faults.map { fault in
            SheetFaultLine(
                place: fault.line.map { texts["directories.line", ["line": $0]] } ?? texts["directories.whole"],
                column: fault.column, value: value(of: fault),
                expected: texts[
                    "directories.expected.\(fault.expected.code)", fault.expected.number.map { ["number": $0] } ?? [:]])
        }
        let more =
            found.total > faults.count
            ? texts["directories.more", ["shown": faults.count, "total": found.total]] : nil
        return (Filled(faults), texts["drafts.faults_title"], more)
    }

    private init(draft: NewDraft?, edition: NextEdition?, columns: ColumnsPart?, errors: FormErrors) {
        title = "导入目录"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (action, back) = ("/desk/drafts/new", "/desk/drafts")
        (self.draft, self.edition, self.columns, self.errors) = (draft, edition, columns, errors)
        (upload, fileAgain, takesDocuments) = (edition == nil ? nil : "u", "刚才的文件还在", edition == nil)
        faults = Filled([SheetFaultLine(place: "第 5 行", column: "公开时限", value: "同上", expected: "上面要有一行")])
        (faultsTitle, faultsMore, mayImport) = ("有 1 处要改", "只列出前 1000 处", true)
    }

    static let samples: [DraftUploadPage] = {
        let choice = Choice(value: "1", text: "县民政局", chosen: true)
        return [
            DraftUploadPage(
                draft: NewDraft(title: "目录", field: "社会救助", units: [choice]), edition: nil, columns: nil,
                errors: FormErrors(["title", "field", "unit", "file"].map { ($0, "请改一下这里。") })),
            DraftUploadPage(
                draft: nil, edition: NextEdition(stages: [choice], note: "按意见修改", lead: "…"),
                columns: ColumnsPart.sample,
                errors: FormErrors(["stage", "note", "file"].map { ($0, "请改一下这里。") })),
        ]
    }()
}
