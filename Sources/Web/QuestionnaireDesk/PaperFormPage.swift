import Participation

/// The questionnaire for pen and paper, to be printed by the browser or taken as PDF, and the poster.
struct PaperFormPage: Page {
    static let template = "builder/paper"

    /// A PDF.
    struct Paper: Sendable {
        let kind: String
        let text: String
        let note: String?
        /// Once it is there.
        let href: String?
        /// What the button says that asks for it; absent while it is made or there.
        let make: String?
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let address: String
    let sheet: PaperForm
    /// Absent where no worker makes PDFs.
    let papers: Filled<Paper>?
    let waits: Bool
    /// Why there is no poster yet.
    let noPoster: String?

    init(
        _ it: DeskQuestionnaire, _ sheet: PaperForm,
        papers: [(kind: QuestionnairePaper.Kind, state: QuestionnairePaper.State?)]?, mayAsk: Bool,
        for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .paper, for: staff, texts)
        address = it.address + "/paper"
        self.sheet = sheet
        self.papers = papers.flatMap { papers in
            Filled(papers.map { Paper($0.kind, $0.state, it.address, mayAsk: mayAsk, texts) })
        }
        waits = papers?.contains { $0.state == .waiting } ?? false
        noPoster = it.state == .preparing ? texts["builder.paper.not_open"] : nil
    }

    private init(_ papers: Filled<Paper>?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (address, sheet, self.papers) = ("/p", .sample, papers)
        (waits, noPoster) = (papers != nil, papers == nil ? "打开以后才有海报。" : nil)
    }

    static let samples = [
        PaperFormPage(
            Filled([
                Paper(kind: "form", text: "纸质表", note: nil, href: "/f", make: nil),
                Paper(kind: "poster", text: "海报", note: "没有做成。", href: nil, make: "生成海报"),
            ])), PaperFormPage(nil),
    ]
}

extension PaperFormPage.Paper {
    fileprivate init(
        _ kind: QuestionnairePaper.Kind, _ state: QuestionnairePaper.State?, _ address: String, mayAsk: Bool,
        _ texts: Texts
    ) {
        let name = texts["builder.paper.\(kind.rawValue)_pdf"]
        (self.kind, text) = (kind.rawValue, texts["builder.paper.take", ["name": name]])
        note =
            switch state {
            case .waiting: texts["reports.document_waits", ["name": name]]
            case .failed: texts["reports.document_failed", ["name": name]]
            case .made, nil: nil
            }
        href = state == .made ? "\(address)/\(kind.rawValue).pdf" : nil
        make = mayAsk && (state == nil || state == .failed) ? texts["reports.make", ["name": name]] : nil
    }
}

extension PaperForm {
    private init(sample parts: [Part]) {
        (title, facts, guide, introduction) = ("满意度调查", ["县民政局"], ["在方框里打勾。"], ["谢谢您。"])
        (self.parts, closing, foot) = (parts, ["谢谢"], "Q-2026-000001-3")
    }

    static let sample = PaperForm(sample: [
        Part(
            heading: "您", condition: "只在…时回答",
            questions: [
                Asked(
                    number: "1", text: "您满意吗？", notes: ["选一项"], condition: "只在…时回答", boxes: ["□ 是"],
                    table: Table(heading: ["", "满意"], rows: [["窗口", "□"]]), lines: [0])
            ])
    ])
}
