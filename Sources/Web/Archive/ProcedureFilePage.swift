import Documents
import Participation
import Text

/// What can be taken along of a procedure: the ledger of its opinions, and once it is over its file for the archive.
struct ProcedureFilePage: Page {
    static let template = "archive/file"

    struct Made: Sendable {
        let text: String
        let facts: [Fact]
        /// Where it can be taken; absent while it is made, and once it is gone.
        let action: String?
        let kind: String
    }

    struct Link: Sendable {
        let href: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    let address: String
    /// Absent for those who may not read what was said.
    let ledgers: Filled<Link>?
    /// While one is being made.
    let waits: Bool
    let files: Filled<Made>?
    /// Choices of its retention; absent for those who may not have it.
    let terms: Filled<Choice>?
    /// Why there is none yet.
    let notYet: String?

    init(_ it: ProcedureHeading, files: [ProcedureFile], for staff: StaffActor, _ texts: Texts) {
        let desk = "/desk/procedures/\(it.number)"
        title = texts["archive.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: it.title),
        ]
        procedure = it.title
        address = desk + "/file"
        let mayRead = [StaffRole.organiser, .clerk, .approver, .secrecyReviewer, .auditor].contains {
            staff.has($0, in: it.unitIDs)
        }
        ledgers =
            mayRead
            ? Filled(
                LedgerSheet.Format.allCases.map {
                    Link(href: "\(desk)/ledger.\($0.rawValue)", text: texts["archive.ledgers.\($0.rawValue)"])
                }) : nil
        let isOpen = ProcedureFile.isOpen(to: staff, unitIDs: it.unitIDs)
        let isOver = [.published, .terminated].contains(it.state)
        waits = files.contains { $0.state == .waiting }
        self.files = Filled(files.map { Made($0, desk, texts) })
        terms =
            isOpen && isOver && !waits
            ? Filled(
                ProcedureFile.Term.allCases.map {
                    Choice(value: $0.rawValue, text: texts["archive.terms.\($0.rawValue)"], chosen: $0 == .permanent)
                }) : nil
        notYet =
            !isOpen ? texts["archive.not_yours"] : isOver ? nil : texts["archive.not_over"]
    }

    private init(full: Bool) {
        (title, crumbs, procedure, address) = ("台账和归档", [Crumb(href: "/d", text: "工作台")], "社会救助目录", "/f")
        ledgers = full ? Filled([Link(href: "/l.csv", text: "CSV")]) : nil
        (waits, notYet) = (full, full ? nil : "还没有结束。")
        files =
            full
            ? Filled([
                Made(text: "正在生成", facts: [Fact(label: "申请", text: "陈某")], action: nil, kind: ""),
                Made(text: "已生成", facts: [Fact(label: "大小", text: "12 KB")], action: "/take", kind: "good"),
            ]) : nil
        terms = full ? Filled([Choice(value: "permanent", text: "永久", chosen: true)]) : nil
    }

    static let samples = [ProcedureFilePage(full: true), ProcedureFilePage(full: false)]
}

extension ProcedureFilePage.Made {
    fileprivate init(_ it: ProcedureFile, _ desk: String, _ texts: Texts) {
        let clock = texts.clock
        text = texts["archive.states.\(it.state.rawValue)"]
        kind =
            switch it.state {
            case .made: "good"
            case .failed: "bad"
            case .waiting: "info"
            case .gone: ""
            }
        facts = [
            (texts["archive.facts.asked"], "\(it.askedBy) · \(ChinaTime.minute(it.askedAt, in: clock))"),
            (texts["archive.facts.retention"], texts["archive.terms.\(it.term.rawValue)"]),
            (texts["archive.facts.made"], it.madeAt.map { ChinaTime.minute($0, in: clock) } ?? ""),
            (
                texts["archive.facts.size"],
                it.size.map { texts["archive.kilobytes", ["count": ($0 + 1023) / 1024]] } ?? ""
            ),
            (texts["archive.facts.sha256"], it.sha256.map { Hexadecimal.encode($0) } ?? ""),
            (texts["archive.facts.content_sha256"], it.contentSHA256.map { Hexadecimal.encode($0) } ?? ""),
        ].filter { !$0.1.isEmpty }.map { Fact(label: $0.0, text: $0.1) }
        action = it.state == .made ? "\(desk)/file/\(it.id)" : nil
    }
}
