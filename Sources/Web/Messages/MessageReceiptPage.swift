/// The receipt of a message: the slip, where it stands and by when an answer is due, the answer, and what its author can do.
struct MessageReceiptPage: Page {
    static let template = "messages/receipt"

    /// By when an answer is due, and how that was counted.
    struct Deadline: Sendable {
        let text: String
        let rule: String
        let provisional: Bool
        let days: [StripDay]
    }

    struct Step: Sendable {
        let moment: String
        let text: String
    }

    struct Answer: Sendable {
        let by: String
        let words: String
        let files: [File]
    }

    struct File: Sendable {
        let href: String
        let text: String
    }

    /// Why it takes longer.
    struct Reason: Sendable {
        let by: String
        let words: String
        /// The day by which the answer was due before.
        let before: String?
    }

    struct Addition: Sendable {
        let moment: String
        let words: String
    }

    /// The form for a rating, with what was chosen.
    struct Rating: Sendable {
        let action: String
        let resolved: [Choice]
        let attitude: [Choice]
        let speed: [Choice]
        let reason: String
        let mayReopen: Bool
        let reopen: Bool
    }

    /// The form for words that are added, with those that were not taken.
    struct Adding: Sendable {
        let action: String
        let key: String
        let words: String
        let limit: Int
        let limitText: String
    }

    let title: String
    let lead: String
    let number: String
    let code: String
    let receivedAt: String
    let arrivedOn: String?
    let stamp: String
    let stampDay: String
    let isWithdrawn: Bool
    let kind: String
    let heading: String?
    let content: String?
    let facts: [Fact]
    let sealedText: String?
    let channel: String
    let length: String?
    let lookup: String
    let standingText: String
    let standingDetail: String
    let deadline: Deadline?
    let endingText: String?
    let originalHref: String?
    let publicHref: String?
    let reasons: [Reason]
    let answers: [Answer]
    let history: Filled<Step>?
    let additions: Filled<Addition>?
    let adding: Adding?
    let rating: Rating?
    let rated: Filled<Fact>?
    let withdrawHref: String?
    let withdrawUntil: String?
    let pictureHref: String
    let forgetAction: String
    let qrMarkup: Markup
    let proof: String
    let salt: String
    /// Absent once withdrawn or sealed.
    let canonicalForm: String?
    let recordHref: String?
    let errors: FormErrors

    static let samples = [
        MessageReceiptPage(
            title: "您的留言已收到", lead: "请保存这张回执。", number: "MY-2026-000127-0", code: "4072 9518 3364",
            receivedAt: "2026年11月28日 21:14:06", arrivedOn: "2026年11月27日", stamp: "已收到", stampDay: "11.28",
            isWithdrawn: true, kind: "咨询", heading: "路灯不亮", content: "晚上看不见。", facts: [Fact(label: "地点", text: "老隆镇")],
            sealedText: nil, channel: "网上", length: "long", lookup: "查询结果：/receipts", standingText: "已受理",
            standingDetail: "正在办理。",
            deadline: Deadline(
                text: "应当在12月3日前答复", rule: "5 个工作日", provisional: true,
                days: [.init(date: "11.25", weekday: "星期三", note: "工作日", ordinal: "第 1 天", off: true, last: true)]),
            endingText: "请向法院提出。", originalHref: "/messages/1", publicHref: "/messages/2",
            reasons: [Reason(by: "暂停计算期限 · 11月28日", words: "请补充照片。", before: "原来的日期是12月1日。")],
            answers: [
                Answer(by: "县城管局", words: "已修好。", files: [File(href: "/f", text: "现场照片.jpg，1 MB")])
            ],
            history: Filled([Step(moment: "11月28日", text: "已受理")]),
            additions: Filled([Addition(moment: "11月29日", words: "还是不亮")]),
            adding: Adding(action: "/a", key: "k", words: "还有", limit: 1000, limitText: "最多 1000 字"),
            rating: Rating(
                action: "/r", resolved: [Choice(value: "no", text: "没有解决", chosen: true)],
                attitude: [Choice(value: "5", text: "5", chosen: true)],
                speed: [Choice(value: "5", text: "5", chosen: true)], reason: "还是不亮", mayReopen: true, reopen: true),
            rated: Filled([Fact(label: "解决了吗", text: "没有")]), withdrawHref: "/w", withdrawUntil: "答复以前可以撤回。",
            pictureHref: "/p.png", forgetAction: "/f", qrMarkup: Markup(trusted: "<svg></svg>"), proof: "9f",
            salt: "ab",
            canonicalForm: "minyi-message-v1\n", recordHref: "/r.txt",
            errors: {
                var errors = FormErrors("addition", "请写下内容。")
                for field in ["resolved", "attitude", "speed", "reason", "reopen"] { errors.add(field, "请选择。") }
                return errors
            }()),
        MessageReceiptPage(
            title: "留言回执", lead: "已有答复。", number: "MY-2026-000127-0", code: "4072 9518 3364",
            receivedAt: "2026年11月28日 21:14:06", arrivedOn: nil, stamp: "已收到", stampDay: "11.28", isWithdrawn: false,
            kind: "咨询", heading: nil, content: nil, facts: [], sealedText: "已经封存。", channel: "网上", length: nil,
            lookup: "查询结果：/receipts", standingText: "已答复", standingDetail: "", deadline: nil, endingText: nil,
            originalHref: nil, publicHref: nil, reasons: [], answers: [], history: nil, additions: nil, adding: nil,
            rating: nil,
            rated: nil, withdrawHref: nil, withdrawUntil: nil, pictureHref: "/p.png", forgetAction: "/f",
            qrMarkup: Markup(trusted: ""), proof: "9f", salt: "ab", canonicalForm: nil, recordHref: nil,
            errors: FormErrors()),
    ]
}
