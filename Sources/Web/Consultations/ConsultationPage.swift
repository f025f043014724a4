/// One consultation: what is asked, until when, and how to answer. What can be done now stands in the side column.
struct ConsultationPage: Page {
    static let template = "consultations/consultation"

    struct Step: Sendable {
        let name: String
        let detail: String
        let done: Bool
        let now: Bool
    }

    /// Something that happened on the way, with its reason.
    struct Notice: Sendable {
        let kind: String
        let text: String
        let reason: String
        let href: String
        let day: String
    }

    struct Deadline: Sendable {
        /// A figure to be set large, with the words after it; or words alone.
        let figure: String?
        let words: String
        let exact: String
    }

    struct Option: Sendable {
        let value: String
        let text: String
        let selected: Bool
    }

    struct Version: Sendable {
        let text: String
        let day: String
        let href: String
        let sealed: Bool
    }

    struct Comment: Sendable {
        let target: String
        let paragraphs: [String]
        let day: String
    }

    struct Filter: Sendable {
        let label: String
        let text: String
        let level1: [Option]
        let hasLevels: Bool
        let tiers: [Option]
        let hasTiers: Bool
        /// Clauses are found by their words alone.
        let isText: Bool
        /// How many rows are left, when a filter is set.
        let result: String?
    }

    let title: String
    let crumbs: [Crumb]
    let number: String
    let href: String
    let unit: String
    let state: String
    let stateText: String
    let lead: String
    let notices: [Notice]
    /// The announcement is sealed: when and why, and that nothing of it is public any more.
    let noticeSealed: String?
    let steps: [Step]
    let deadline: Deadline?
    /// Absent while no comment can be sent.
    let commentHref: String?
    /// Why no comment can be sent, and what can be done instead.
    let closedText: String?
    let lettersText: String?
    let resultHref: String?
    /// The result was published and sealed since.
    let resultSealed: String?
    /// A later edition was published: which, and where it is compared with what was commented on.
    let revisionText: String?
    let revisionHref: String?
    let howTo: Bool
    /// Polls and questionnaires that belong to it.
    let polls: Filled<PollPart>?
    /// Where the matter has more than one form: all of them, by day.
    let timeline: Filled<TimelineLine>?
    /// To be told by mail of what comes; absent once everything is over.
    let remindHref: String?
    /// How many people propose a hearing; absent where nobody does.
    let proposing: String?
    let basis: String?
    let explanation: Filled<String>?
    let shorteningReason: String?
    let rowsTitle: String
    let filter: Filter?
    let groups: DraftTable.Groups?
    let noRows: String?
    /// The draft is sealed: what remains to be said of it.
    let sealedText: String?
    let received: String
    let receivedDetail: String?
    let contact: Filled<Fact>?
    let draftHref: String?
    let periodText: String
    /// When it ends, to the minute.
    let endText: String
    let periodRule: String?
    let periodProvisional: Bool
    let days: [StripDay]
    let versions: [Version]
    let showsComments: Bool
    let comments: Filled<Comment>?
    let moreCommentsHref: String?
    let announcementHref: String?

    static let samples: [ConsultationPage] = {
        let day = StripDay(date: "11月25日", weekday: "星期三", note: "元旦", ordinal: "第 1 天", off: true, last: true)
        let open = ConsultationPage(
            title: "社会救助目录", crumbs: [Crumb(href: "/", text: "首页")], number: "C-2026-000001-3",
            href: "/consultations/C-2026-000001-3", unit: "县民政局", state: "open", stateText: "正在征求意见",
            lead: "县民政局组织 · 11月24日至12月1日",
            notices: [Notice(kind: "extension", text: "延长到12月8日24时", reason: "系统停机", href: "/n", day: "11月30日")],
            noticeSealed: "公告已封存。",
            steps: [
                Step(name: "公布草案", detail: "11月24日", done: true, now: false),
                Step(name: "征求意见", detail: "12月1日24时截止", done: false, now: true),
            ],
            deadline: Deadline(figure: "3", words: "天后截止", exact: "2026年12月1日24时"), commentHref: "/c/comment",
            closedText: nil, lettersText: nil, resultHref: nil, resultSealed: nil, revisionText: nil,
            revisionHref: nil, howTo: true, polls: Filled(PollPart.samples), timeline: Filled([.sample]),
            remindHref: "/m",
            proposing: "3人建议",
            basis: "龙府办〔2020〕58号",
            explanation: Filled(["按照国家的标准目录编制。"]), shorteningReason: "时间紧", rowsTitle: "目录内容（2 项）",
            filter: Filter(
                label: "查找事项", text: "低保", level1: [Option(value: "低保", text: "低保", selected: true)], hasLevels: true,
                tiers: [Option(value: "县级", text: "县级", selected: false)], hasTiers: true, isText: false,
                result: "找到 1 项"),
            groups: DraftTable.Groups([DraftTable.Group(title: "低保", rows: DraftTable.Row.samples)]), noRows: nil,
            sealedText: nil,
            received: "23 件", receivedDetail: "网上 19 件",
            contact: Filled([Fact(label: "电话", text: "0762-0000000")]),
            draftHref: "/d.csv", periodText: "共 7 个自然日", endText: "12月1日24时截止。", periodRule: "按实施方案",
            periodProvisional: true, days: [day],
            versions: [
                Version(text: "公告 第1版", day: "11月24日", href: "/v", sealed: false),
                Version(text: "草案 第1版", day: "11月24日", href: "/v", sealed: true),
            ],
            showsComments: true, comments: Filled([Comment(target: "第 5 行", paragraphs: ["太长"], day: "11月25日")]),
            moreCommentsHref: "/m", announcementHref: "/a")
        let closed = ConsultationPage(
            title: "社会救助目录", crumbs: [], number: "C-2026-000001-3", href: "/consultations/C-2026-000001-3",
            unit: "县民政局", state: "published", stateText: "已公布结果", lead: "县民政局组织", notices: [], noticeSealed: nil,
            steps: [],
            deadline: nil, commentHref: nil, closedText: "已经截止。", lettersText: "来信可以交到窗口。", resultHref: "/r",
            resultSealed: "采纳情况已封存。", revisionText: "修改稿已公布", revisionHref: "/c",
            howTo: false, polls: Filled(PollPart.samples), timeline: nil, remindHref: nil, proposing: nil, basis: nil,
            explanation: nil,
            shorteningReason: nil,
            rowsTitle: "目录内容", filter: nil,
            groups: .textSample,
            noRows: "没有这样的行。", sealedText: "草案已经封存。", received: "没有收到意见", receivedDetail: nil, contact: nil,
            draftHref: nil, periodText: "共 7 个工作日", endText: "", periodRule: nil, periodProvisional: false, days: [],
            versions: [],
            showsComments: true, comments: nil, moreCommentsHref: nil, announcementHref: nil)
        return [open, closed]
    }()
}
