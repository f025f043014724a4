import Crypto
import Participation
import Text

/// A report on screen: its text to edit, its tables as the figures make them, and the documents that can be made of it.
struct ReportPage: Page {
    static let template = "programmes/report"

    struct Section: Sendable {
        let id: String
        let key: String
        let heading: String
        let text: String
        let lines: [String]
        let tables: [PlainTable]
        /// What the figures say, where somebody has written something else.
        /// What somebody else has saved meanwhile.
        let theirs: String?
        let proposed: String?
        let error: String?
        /// Of the text that the figures make, so that one nobody has touched follows newer figures; absent once it is saved.
        let made: String?
    }

    let title: String
    let crumbs: [Crumb]
    let unit: String
    let address: String
    /// 0 where it has not been saved yet.
    let draftVersion: Int
    /// Who has saved it last, and of when the figures are.
    let standing: [String]
    let mayEdit: Bool
    let sections: [Section]
    let limit: Int
    let isSaved: Bool
    let handedIn: String?
    let mayTakeBack: Bool
    let documents: Filled<FileLine>?
    /// While one is being made.
    let waits: Bool
    /// What cannot be made here, and why.
    let noDocuments: [String]
    let notice: String?
    let errors: FormErrors

    static let samples: [ReportPage] = [true, false].map { full in
        ReportPage(
            title: "总结", crumbs: [Crumb(href: "/d", text: "方案")], unit: "县民政局", address: "/r",
            draftVersion: full ? 2 : 0,
            standing: full ? ["陈某保存"] : [], mayEdit: full,
            sections: [
                Section(
                    id: "section-progress", key: "progress", heading: "基本情况", text: "写了些字。", lines: ["写了些字。"],
                    tables: [.sample],
                    theirs: full ? "另一位写的。" : nil, proposed: full ? "按数字。" : nil,
                    error: full ? "太长。" : nil, made: full ? "ab12" : nil)
            ], limit: 20_000, isSaved: full, handedIn: full ? nil : "已报送", mayTakeBack: !full,
            documents: full
                ? FileLine.samples : nil, waits: full,
            noDocuments: full ? [] : ["没有 pandoc"],
            notice: full ? "别人改过。" : nil, errors: full ? FormErrors("section-progress", "太长。") : FormErrors())
    }

    /// - Parameters:
    ///   - report: nil where nobody has saved one; `content` is then a proposal.
    ///   - typed: what came back with a form.
    init(
        _ it: Programme, _ line: ReportLine, _ report: Report?, content: Report.Content, typed: FormData? = nil,
        formats: [Report.Format], made: [Report.Document], for staff: StaffActor, notice: String? = nil,
        errors: FormErrors = FormErrors(),
        _ texts: Texts
    ) {
        let (board, clock) = ("/desk/programme/\(it.id)", texts.clock)
        title = content.title
        crumbs = [
            Crumb(href: "/desk/programme", text: texts["nav.programme"]), Crumb(href: board, text: it.title),
        ]
        unit = line.unitName
        address = "\(board)/reports/\(line.unitID)"
        // Beside what was typed stands what was saved meanwhile: who saves now has seen it.
        let meets = notice != nil && typed != nil
        draftVersion = (meets ? nil : typed?.int("version")) ?? report?.version ?? 0
        let figures = ChinaTime.parse(content.figuresAt.prefix(16)).map { ChinaTime.minute($0, in: clock) }
        standing = [
            report.map {
                texts[
                    "reports.saved_by", ["name": $0.updatedBy, "moment": ChinaTime.minute($0.updatedAt, in: clock)]]
            },
            figures.map { texts["reports.figures_at", ["moment": $0]] },
        ].compactMap { $0 }
        let isOpen = report?.handedInAt == nil
        let mayWrite = it.isRun(by: staff) || staff.has(.organiser, in: [line.unitID])
        mayEdit = isOpen && mayWrite
        sections = content.sections.map { section in
            let id = "section-\(section.key)"
            let text = typed.map { $0.string(id) } ?? section.text
            return Section(
                id: id, key: section.key, heading: section.heading, text: text,
                lines: section.text.split(separator: "\n").map(String.init),
                tables: section.tables.map(PlainTable.init),
                theirs: meets && text != section.text ? section.text : nil,
                proposed: text == section.made ? nil : section.made, error: errors[field: id],
                made: report == nil ? typed?.optional("made-\(section.key)") ?? section.madeHash : nil)
        }
        limit = Report.Content.longestText
        isSaved = report != nil
        handedIn = report.flatMap { report in
            report.handedInAt.map {
                texts[
                    "reports.handed_in_by",
                    ["name": report.handedInBy ?? "", "moment": ChinaTime.minute($0, in: clock)]]
            }
        }
        mayTakeBack = !isOpen && mayWrite
        let base = address
        documents =
            report == nil
            ? nil
            : Filled(
                formats.map { format in
                    FileLine(
                        texts["reports.documents.\(format.rawValue)"],
                        made.first { $0.format == format }?.state, href: "\(base)/document.\(format.rawValue)",
                        action: base + "/document", field: "format", value: format.rawValue, texts)
                })
        waits = made.contains { $0.state == .waiting }
        noDocuments = Report.Format.allCases.filter { !formats.contains($0) }.map {
            texts["reports.missing.\($0.rawValue)"]
        }
        self.notice = notice
        self.errors = errors
    }

    private init(
        title: String, crumbs: [Crumb], unit: String, address: String, draftVersion: Int, standing: [String],
        mayEdit: Bool,
        sections: [Section], limit: Int, isSaved: Bool, handedIn: String?, mayTakeBack: Bool,
        documents: Filled<FileLine>?,
        waits: Bool,
        noDocuments: [String], notice: String?, errors: FormErrors
    ) {
        (self.title, self.crumbs, self.unit, self.address) = (title, crumbs, unit, address)
        (self.draftVersion, self.standing, self.mayEdit, self.sections) = (draftVersion, standing, mayEdit, sections)
        self.waits = waits
        (self.limit, self.isSaved, self.handedIn, self.mayTakeBack) = (limit, isSaved, handedIn, mayTakeBack)
        (self.documents, self.noDocuments, self.notice, self.errors) = (documents, noDocuments, notice, errors)
    }
}

extension Report.Section {
    /// Of what the figures say.
    var madeHash: String { Hexadecimal.encode(Array(SHA256.hash(data: Array(made.utf8)))) }
}
