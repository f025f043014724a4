import Participation

/// The home of the desk: what waits for this person, most urgent first.
struct DeskPage: Page {
    static let template = "desk/home"

    struct Task: Sendable {
        let what: String
        let href: String
        let about: String
        /// By when.
        let when: String?
        /// Calls for it now: too late, or somebody may come to harm.
        let urgent: Bool
        let progress: Progress?
    }

    struct Progress: Sendable {
        let text: String
        let done: Int
        let total: Int
    }

    let title: String
    let lead: String
    /// For whom this person stands in today.
    let standingIn: [String]
    let urgent: Filled<Task>?
    /// Whom to ring; absent where nobody is in danger.
    let duty: String?
    let tasks: Filled<Task>?
    let empty: String?
    /// Settings that are still empty, for an administrator.
    let settings: String?

    static let samples = [
        DeskPage(
            title: "工作台", lead: "陈某，您好。", standingIn: ["您正在代李某，到 2026-11-30。"],
            urgent: Filled([
                Task(
                    what: "疑似涉密要报告", href: "/desk/seals", about: "MY-2026-000001-3", when: "还有 3 小时", urgent: true,
                    progress: nil)
            ]),
            duty: "值班电话 110",
            tasks: Filled([
                Task(
                    what: "逐条答复", href: "/desk/procedures/C", about: "社会救助目录", when: "还有 3 天", urgent: false,
                    progress: Progress(text: "已办完 3 / 12 件", done: 3, total: 12))
            ]), empty: nil, settings: "还有 2 项设置没有填。"),
        DeskPage(
            title: "工作台", lead: "陈某，您好。", standingIn: [], urgent: nil, duty: nil, tasks: nil, empty: "现在没有等您办的事。",
            settings: nil),
    ]
}
