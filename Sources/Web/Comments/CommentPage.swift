/// The form for a comment on a row or on the whole.
struct CommentPage: Page {
    static let template = "comments/comment"

    /// What the comment is about, shown above the form.
    struct Passage: Sendable {
        let heading: String
        let facts: [Fact]
    }

    /// Whether and how a name or phone is asked for.
    struct Ask: Sendable {
        let required: Bool
        let value: String
    }

    let title: String
    let crumbs: [Crumb]
    let consultation: String
    let consultationHref: String
    let privacyWho: String
    let privacyKeep: String
    let closing: String
    let action: String
    let passage: Passage?
    let edition: Int
    /// The position of the row; absent for the whole.
    let row: Int?
    let key: String
    let content: String
    let limit: Int
    let limitText: String
    let isPerson: Bool
    let isOrganisation: Bool
    let isJoint: Bool
    let organisation: String
    let people: String
    let name: Ask?
    let phone: Ask?
    let showsName: Bool
    let errors: FormErrors
    /// Why the form is here again although nothing is wrong with it.
    let notice: String?

    static let samples = [
        CommentPage(
            title: "提意见", crumbs: [Crumb(href: "/", text: "首页")], consultation: "社会救助目录", consultationHref: "/c",
            privacyWho: "县民政局的工作人员。", privacyKeep: "90天后删除。", closing: "12月1日24时截止", action: "/c/comment",
            passage: Passage(heading: "序号 5 · 低保", facts: [Fact(label: "公开内容", text: "各地配套文件")]),
            edition: 1, row: 5, key: "a", content: "太长\n\"改短\"", limit: 2000, limitText: "最多 2000 字", isPerson: true,
            isOrganisation: true,
            isJoint: true, organisation: "一小", people: "3", name: Ask(required: true, value: "王"),
            phone: Ask(required: true, value: "1"), showsName: true,
            errors: {
                var errors = FormErrors("content", "请写下意见。")
                for field in ["organisation", "people", "name", "phone"] { errors.add(field, "请填写。") }
                return errors
            }(), notice: "已经提交过。"),
        CommentPage(
            title: "提意见", crumbs: [], consultation: "社会救助目录", consultationHref: "/c", privacyWho: "县民政局的工作人员。",
            privacyKeep: "90天后删除。",
            closing: "",
            action: "/c/comment", passage: nil, edition: 1, row: nil, key: "a", content: "", limit: 2000,
            limitText: "最多 2000 字",
            isPerson: false,
            isOrganisation: false, isJoint: false, organisation: "", people: "", name: Ask(required: false, value: ""),
            phone: nil, showsName: false, errors: FormErrors(), notice: nil),
    ]
}

/// The consultation takes no comments (any more). What was typed stays, with where to send it instead.
struct CommentRefusedPage: Page {
    static let template = "comments/refused"

    let title: String
    let text: String
    let lettersText: String?
    /// Absent when nothing had been typed.
    let content: String?
    let contact: Filled<Fact>?
    let consultation: String
    let consultationHref: String

    static let samples = [
        CommentRefusedPage(
            title: "没有提交：已经截止", text: "已经截止。", lettersText: "来信可以交到窗口。", content: "太长\n改短",
            contact: Filled([Fact(label: "电话", text: "0762")]), consultation: "社会救助目录", consultationHref: "/c"),
        CommentRefusedPage(
            title: "还没有开始", text: "还没有开始。", lettersText: nil, content: nil, contact: nil, consultation: "社会救助目录",
            consultationHref: "/c"),
    ]
}
