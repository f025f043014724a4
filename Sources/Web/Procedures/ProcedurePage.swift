import Participation
import Text

/// The hub of a procedure: where it stands, what to do next, and everything that belongs to it.
struct ProcedurePage: Page {
    static let template = "procedures/procedure"

    struct Prepared: Sendable {
        let href: String
        let kind: String
        let title: String
        let stageText: String
        /// `info`, `warn`, `good` or `bad`.
        let tone: String
        let made: String
    }

    struct Revision: Sendable {
        let action: String
        let editions: Filled<Choice>?
        let draftHref: String
    }

    struct Event: Sendable {
        let moment: String
        let who: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let number: String
    let state: String
    let stateText: String
    let lead: String
    let steps: [ConsultationPage.Step]
    let next: ProcedureNext
    let links: Filled<Crumb>?
    let facts: [Fact]
    /// Absent for who sees the procedure but not its draft.
    let draftHref: String?
    let draftText: String
    let explanation: Filled<String>?
    let shorteningReason: String?
    let period: PeriodStrip
    /// Absent once it is announced, and for who may not.
    let editHref: String?
    let prepared: Filled<Prepared>?
    let changes: Filled<Crumb>?
    /// After closing: a later edition can go before the public.
    let revision: Revision?
    let history: [Event]

    static let samples: [ProcedurePage] = {
        func sample(_ action: ProcedureNext.Action?, full: Bool) -> ProcedurePage {
            ProcedurePage(
                title: "社会救助目录（征求意见稿）", crumbs: [Crumb(href: "/desk", text: "工作台")], number: "C-2026-000001-3",
                state: "preparing", stateText: "准备中", lead: "县民政局组织",
                steps: [
                    .init(name: "准备", detail: "", done: true, now: false),
                    .init(name: "公告", detail: "11月23日", done: false, now: true),
                ],
                next: ProcedureNext(text: "核对后拟出公告。", action: action),
                links: full ? Filled([Crumb(href: "/s", text: "来件")]) : nil, facts: [Fact(label: "领域", text: "社会救助")],
                draftHref: "/desk/drafts/1/editions/1", draftText: "目录 第 1 稿",
                explanation: full ? Filled(["说明"]) : nil, shorteningReason: full ? "时间紧" : nil,
                period: PeriodStrip.sample, editHref: full ? "/e" : nil,
                prepared: full
                    ? Filled([
                        Prepared(
                            href: "/desk/clearances/1", kind: "公告", title: "公告", stageText: "等保密审查", tone: "warn",
                            made: "陈某")
                    ]) : nil,
                changes: full ? Filled([Crumb(href: "/c", text: "延长")]) : nil,
                revision: Revision(
                    action: "/r", editions: full ? Filled([Choice(value: "2", text: "第 2 稿", chosen: true)]) : nil,
                    draftHref: "/desk/drafts/1"),
                history: [Event(moment: "2026年11月24日 10:00", who: "陈某", text: "建立")])
        }
        return [
            sample(.init(label: "拟出公告", href: "/a", posts: true), full: true),
            sample(.init(label: "去审查", href: "/b", posts: false), full: false), sample(nil, full: false),
        ]
    }()
}

extension ProcedureNext {
    /// For samples.
    fileprivate init(text: String, action: Action?) { (self.text, self.action) = (text, action) }
}
