import Foundation
import Participation
import Text

/// The form that takes a text, and below it what was recognised: nothing is imported before a person has seen that.
struct TextDraftPage: Page {
    static let template = "drafts/text"

    struct NewDraft: Sendable {
        let title: String
        let field: String
        let units: [Choice]
    }

    struct NextEdition: Sendable {
        let stages: [Choice]
        let note: String
        let compared: String
    }

    /// A heading or clause as it was recognised.
    struct Clause: Sendable {
        let isHeading: Bool
        let label: String
        let number: String
        let text: String
    }

    struct Recognised: Sendable {
        let figures: [Fact]
        let gaps: Filled<String>?
        let clauses: [Clause]
        let button: String
        let shown: String
    }

    let title: String
    let lead: String
    let crumbs: [Crumb]
    let action: String
    let importAction: String
    let back: String
    let key: String
    let source: String
    let text: String
    let textHint: String
    let takesDocuments: Bool
    let notice: String?
    let draft: NewDraft?
    let edition: NextEdition?
    let recognised: Recognised?
    /// Of the next edition of a text that was recognised.
    let changes: EditionChanges?
    let mayImport: Bool
    let errors: FormErrors

    /// - Parameter of: nil for a new draft.
    init(
        _ form: TextDraftForm, of draft: Draft?, units: [Participation.Unit], sheet: TextSheet?,
        proposed: ProposedEdition?, takesDocuments: Bool, notice: String?,
        mayImport: Bool, errors: FormErrors, _ texts: Texts
    ) {
        let desk = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"]),
        ]
        if let draft {
            let address = "/desk/drafts/\(draft.id)"
            title = texts["drafts.next_edition", ["ordinal": draft.editionOrdinal + 1]]
            lead = texts["drafts.text.next_lead", ["title": draft.title]]
            crumbs = desk + [Crumb(href: address, text: draft.title)]
            (action, back) = ("\(address)/editions/text", address)
            self.draft = nil
            edition = NextEdition(
                stages: Edition.Stage.allCases.map {
                    Choice(
                        value: $0.rawValue, text: texts["drafts.stages.\($0.rawValue)"],
                        chosen: $0 == form.edition.stage)
                }, note: form.edition.note, compared: form.edition.compared.map { String($0) } ?? "")
        } else {
            title = texts["drafts.text.new"]
            lead = texts["drafts.text.lead"]
            crumbs = desk
            (action, back) = ("/desk/drafts/text", "/desk/drafts")
            self.draft = NewDraft(
                title: form.draft.title, field: form.draft.field,
                units: units.map {
                    Choice(value: String($0.id), text: $0.name, chosen: $0.id == form.draft.unitID)
                })
            edition = nil
        }
        importAction = action + "/import"
        key = form.key.uuidString.lowercased()
        (source, text, self.takesDocuments, self.notice) = (form.source, form.text, takesDocuments, notice)
        textHint = texts["drafts.text.hint", ["limit": TextSheet.longest]]
        recognised = sheet.map { Recognised($0, mark: form.mark, texts) }
        changes = proposed.map { EditionChanges($0, texts) }
        (self.mayImport, self.errors) = (mayImport, errors)
    }

    private init(draft: NewDraft?, edition: NextEdition?, recognised: Recognised?, errors: FormErrors) {
        (title, lead, crumbs) = ("导入一份文稿", "粘贴文字", [Crumb(href: "/desk", text: "工作台")])
        (action, importAction, back) = ("/desk/drafts/text", "/desk/drafts/text/import", "/desk/drafts")
        (key, source, text, textHint) = ("k", "办法.docx", "第一条 为了……", "最多 100000 个字")
        (takesDocuments, notice, mayImport) = (recognised == nil, recognised == nil ? nil : "文字改过了", recognised != nil)
        (self.draft, self.edition, self.recognised, self.errors) = (draft, edition, recognised, errors)
        changes = recognised == nil ? nil : EditionChanges.samples.first
    }

    static let samples: [TextDraftPage] = {
        let choice = Choice(value: "1", text: "县民政局", chosen: true)
        return [
            TextDraftPage(
                draft: NewDraft(title: "办法", field: "养老服务", units: [choice]), edition: nil, recognised: nil,
                errors: FormErrors(["title", "field", "unit", "text", "file"].map { ($0, "请改一下这里。") })),
            TextDraftPage(
                draft: nil, edition: NextEdition(stages: [choice], note: "按意见修改", compared: "1-0"),
                recognised: Recognised(
                    figures: [Fact(label: "条", text: "1")], gaps: Filled(["第一条后面是第三条"]),
                    clauses: [
                        Clause(isHeading: true, label: "1 级标题", number: "第一章", text: "总则"),
                        Clause(isHeading: false, label: "条", number: "第一条", text: "为了……"),
                    ], button: "导入这 1 条",
                    shown: "a"),
                errors: FormErrors(["stage", "note"].map { ($0, "请改一下这里。") })),
        ]
    }()
}

extension TextDraftPage.Recognised {
    fileprivate init(_ sheet: TextSheet, mark: String, _ texts: Texts) {
        func label(_ clause: TextSheet.Clause) -> String {
            clause.depth > 0
                ? texts["drafts.text.heading", ["level": clause.depth]]
                : clause.number.isEmpty ? texts["drafts.text.paragraph"] : texts["drafts.text.clause"]
        }
        let headings = sheet.clauses.count - sheet.count
        let unnumbered = sheet.clauses.count { $0.depth == 0 && $0.number.isEmpty }
        figures = [("headings", headings), ("clauses", sheet.count - unnumbered), ("paragraphs", unnumbered)]
            .map { Fact(label: texts["drafts.text.figures.\($0.0)"], text: String($0.1)) }
        gaps = Filled(
            sheet.gaps.map {
                texts["drafts.text.gap", ["line": $0.line, "before": $0.before, "after": $0.after]]
            })
        clauses = sheet.clauses.map {
            .init(isHeading: $0.depth > 0, label: label($0), number: $0.number, text: $0.text)
        }
        button = texts["drafts.text.import", ["count": sheet.clauses.count]]
        shown = mark
    }
}
