import Participation

/// The questionnaire for pen and paper, to be printed by the browser or taken as PDF, and the poster.
struct PaperFormPage: Page {
    static let template = "builder/paper"

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let address: String
    let sheet: PaperForm
    /// Absent where no worker makes PDFs.
    let papers: Filled<FileLine>?
    let waits: Bool
    /// Why there is no poster yet.
    let noPoster: String?

    init(
        _ it: DeskQuestionnaire, _ sheet: PaperForm,
        papers: [(kind: QuestionnairePaper.Kind, state: MadeFile.State?)]?, mayAsk: Bool,
        for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .paper, for: staff, texts)
        address = it.address + "/paper"
        self.sheet = sheet
        self.papers = papers.flatMap { papers in
            Filled(
                papers.map { kind, state in
                    FileLine(
                        texts["builder.paper.\(kind.rawValue)_pdf"], state, href: "\(it.address)/\(kind.rawValue).pdf",
                        action: it.address + "/paper", field: "paper", value: kind.rawValue, mayAsk: mayAsk, texts)
                })
        }
        waits = papers?.contains { $0.state == .waiting } ?? false
        noPoster = it.state == .preparing ? texts["builder.paper.not_open"] : nil
    }

    private init(_ papers: Filled<FileLine>?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (address, sheet, self.papers) = ("/p", .sample, papers)
        (waits, noPoster) = (papers != nil, papers == nil ? "打开以后才有海报。" : nil)
    }

    static let samples = [PaperFormPage(FileLine.samples), PaperFormPage(nil)]
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
