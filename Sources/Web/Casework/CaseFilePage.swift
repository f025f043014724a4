import Participation

/// One case: what it is about, how long is left, what can be done with it now, and all that has happened.
struct CaseFilePage: Page {
    static let template = "casework/case"

    struct Link: Sendable {
        let text: String
        let href: String
        /// What stands behind it: a state, a size.
        var note: String? = nil
        /// The number to unlink it by, for who may.
        var unlinks: String? = nil
    }

    /// A unit it may be for, and why.
    struct Proposal: Sendable {
        let unit: String
        let reasons: [String]
    }

    struct Remark: Sendable {
        let by: String
        let kind: String
        let body: String
        let isPrivate: Bool
    }

    struct Step: Sendable {
        let time: String
        let who: String?
        let what: String
    }

    /// A reply that was told, or waits for approval.
    struct Answer: Sendable {
        let heading: String
        let body: String
        let by: String
        let files: [Link]
        let scanHref: String?
    }

    /// Exactly what will be public.
    struct PublicWords: Sendable {
        let standing: String
        let title: String
        /// Nil where nobody has worded it yet.
        let question: String?
        let answer: String
        let note: String?
    }

    /// How the date came about.
    struct Counting: Sendable {
        let rule: String
        let days: [StripDay]
    }

    struct Editor: Sendable {
        struct File: Sendable {
            let id: String
            let name: String
            let href: String
        }

        /// Somebody else saved meanwhile: who and when, and their text.
        struct Conflict: Sendable {
            let text: String
            let theirs: String
        }

        let title: String
        let action: String
        let version: Int
        let text: String
        /// Who saved it last, and when.
        let saved: String?
        let error: String?
        let conflict: Conflict?
        let templates: Filled<Template>?
        let files: Filled<File>?
        let fileHint: String
        let fileError: String?
        let limit: Int
    }

    struct Template: Sendable {
        let name: String
        let body: String
    }

    struct ContactShown: Sendable {
        let name: String?
        let phone: String?
        let email: String?
    }

    let id: Int
    let title: String
    let crumbs: [Crumb]
    let number: String
    let matter: CaseMatter
    let state: String
    let stateText: String
    let due: DueMark
    let counting: Counting?
    let ending: String?
    let notes: [String]
    let facts: [Fact]
    let concerned: String?
    let linked: Filled<Link>?
    let duplicates: Filled<Link>?
    let original: Link?
    let proposals: Filled<Proposal>?
    let answers: [Answer]
    let editor: Editor?
    let publicWords: PublicWords?
    let publishes: Bool
    /// What it waits for.
    let next: [DeskForm]
    /// Whom it waits for, where that is somebody else.
    let waiting: String?
    /// What else can be done.
    let others: Filled<DeskForm>?
    let remarks: Filled<Remark>?
    let history: [Step]
    let sheets: [Link]
    /// Absent for those who may not ask for it.
    /// The same matter through other doors; absent where nobody outside waits for it.
    let linksHref: String?
    let contactAction: String?
    let contact: ContactShown?
    let errors: FormErrors
}

extension CaseFilePage {
    static let samples: [CaseFilePage] = {
        func field(
            line: String? = nil, day: String? = nil, file: Bool = false, area: String? = nil, select: Bool = false,
            radios: Bool = false, checks: Bool = false
        ) -> DeskForm.Field {
            let options = Filled([
                DeskForm.Field.Option(id: "o-0", value: "a", text: "甲", chosen: true),
                DeskForm.Field.Option(id: "o-1", value: "b", text: "乙", chosen: false),
            ])
            return DeskForm.Field(
                name: "f", label: "意见", hint: "写清楚。", error: "请填写。", optional: true,
                line: line.flatMap { Filled([$0]) },
                day: day.flatMap { Filled([$0]) }, file: file, area: area.map { .init(rows: 3, text: $0) },
                select: select ? options : nil, radios: radios ? options : nil, checks: checks ? options : nil)
        }
        func form(next: Bool, multipart: Bool) -> DeskForm {
            DeskForm(
                id: "remark", title: "备注", lead: "写一条备注。", action: "/desk/cases/1/remark", submit: "保存备注", isNext: next,
                isOpen: !next, isMultipart: multipart, seenVersion: 1, seenUnit: "2", error: "没有保存。",
                fields: [
                    field(line: "甲"), field(day: "2026-11-26"), field(file: true), field(area: "乙"),
                    field(select: true),
                    field(radios: true), field(checks: true),
                ])
        }
        let link = Link(text: "MY-2026-000002-5", href: "/desk/cases/2", note: "办理中", unlinks: "MY-2026-000002-5")
        func page(isOpen: Bool) -> CaseFilePage {
            CaseFilePage(
                id: 1, title: "公交站牌看不清", crumbs: [Crumb(href: "/desk/cases", text: "留言办理")], number: "MY-2026-000001-7",
                matter: isOpen
                    ? .sample
                    : CaseMatter(
                        title: "—", kind: "投诉", text: nil, absence: "内容已经封存。", facts: [], files: [], link: nil,
                        additions: [], question: ""),
                state: "assigned", stateText: "办理中",
                due: DueMark(kind: "red", text: "今天到期", until: isOpen ? "11月26日24时前" : nil),
                counting: Counting(
                    rule: "答复投诉：7 个工作日",
                    days: [.init(date: "11.25", weekday: "星期三", note: "工作日", ordinal: "第 1 天", off: true, last: true)]),
                ending: "不属于本县职责。", notes: ["延期申请在等决定。"], facts: [Fact(label: "主办", text: "县交通局")], concerned: "县某局",
                linked: Filled([link]), duplicates: Filled([link]), original: link,
                proposals: Filled([Proposal(unit: "县交通局", reasons: ["职责：公交"])]),
                answers: [Answer(heading: "答复", body: "已处理。", by: "钱某", files: [link], scanHref: "/s")],
                editor: isOpen
                    ? Editor(
                        title: "写答复", action: "/desk/cases/1/reply", version: 2, text: "网友您好", saved: "钱某 10:00 保存",
                        error: "请写答复。",
                        conflict: .init(text: "李某 10:01 保存了另一稿。", theirs: "网友"),
                        templates: Filled([Template(name: "一般答复", body: "网友您好：")]),
                        files: Filled([.init(id: "x", name: "附件.pdf", href: "/a")]), fileHint: "PDF", fileError: "太大。",
                        limit: 5000)
                    : nil,
                publicWords: PublicWords(standing: "等保密审查", title: "站牌", question: "问", answer: "答", note: "请改一处。"),
                publishes: true, next: [form(next: true, multipart: false)], waiting: "等县交通局写答复。",
                others: Filled([form(next: false, multipart: true)]),
                remarks: Filled([
                    Remark(by: "钱某", kind: "备注", body: "已现场看过。", isPrivate: true),
                    Remark(by: "李某", kind: "备注", body: "好。", isPrivate: false),
                ]),
                history: [Step(time: "11月26日", who: "钱某", what: "受理"), Step(time: "11月26日", who: nil, what: "黄牌")],
                sheets: [link], linksHref: "/desk/cases/1/links", contactAction: "/desk/cases/1/contact",
                contact: isOpen
                    ? ContactShown(name: "张某", phone: "138", email: "a@b.cn")
                    : ContactShown(name: nil, phone: nil, email: nil),
                errors: FormErrors("reply", "请写答复。"))
        }
        return [page(isOpen: true), page(isOpen: false)]
    }()
}
