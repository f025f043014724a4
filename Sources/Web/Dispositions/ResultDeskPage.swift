import Foundation
import Participation
import Text

/// From the last answer to a published result: how far it is, what is missing, and the result exactly as it would go out.
struct ResultDeskPage: Page {
    static let template = "dispositions/result"

    struct Link: Sendable {
        let href: String
        let text: String
    }

    /// The words beside the answers, as typed.
    struct Wording: Sendable {
        let title: String
        let nextStep: String
        let unit: String
        let date: String
        /// Where a version is published already: what the next one corrects, and why.
        let correction: Filled<String>?
    }

    struct Preview: Sendable {
        let title: String
        let lead: String
        let result: ResultBody
        let unit: String
        let day: String
    }

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    let address: String
    let listHref: String
    /// Absent while nothing is in.
    let progress: AnsweringProgress?
    let figures: [ResultBody.Figure]
    let stateText: String
    /// Those that have not ended, each a link; the first fifty.
    let missing: Filled<Link>?
    let missingText: String
    /// Adopted, and nothing says where: each a link to the opinion.
    let lacking: Filled<Link>?
    let lackingText: String
    /// Not screened yet: each a link to the submission.
    let unscreened: Filled<Link>?
    let unscreenedText: String
    let setAsideText: String?
    let mayFinish: Bool
    let pendingHref: String?
    let publishedHref: String?
    let publishedText: String?
    let changesText: String?
    /// Absent until everything is answered, and for those who do not prepare it.
    let wording: Wording?
    let limit: Int
    let preview: Preview?
    let errors: FormErrors

    static let samples: [ResultDeskPage] = {
        let preview = Preview(title: "采纳情况", lead: "县民政局", result: .sample, unit: "县民政局", day: "2026年12月15日")
        func page(full: Bool) -> ResultDeskPage {
            ResultDeskPage(
                title: "采纳情况", crumbs: [Crumb(href: "/desk", text: "工作台")], procedure: "社会救助目录", address: "/a",
                listHref: "/l", progress: full ? .sample : nil, figures: [.init(label: "已答复", value: "1 件")],
                stateText: "已经答复完。", missing: full ? Filled([Link(href: "/s", text: "MY-1")]) : nil,
                missingText: "还有 1 件", lacking: full ? Filled([Link(href: "/o", text: "MY-1")]) : nil,
                lackingText: "1 条没有写明在哪里落实",
                unscreened: full ? Filled([Link(href: "/s", text: "MY-1")]) : nil, unscreenedText: "还有 1 件没有审看",
                setAsideText: full ? "已经作废" : nil,
                mayFinish: full, pendingHref: "/p", publishedHref: "/r", publishedText: "第 1 版", changesText: "改过 1 件",
                wording: full
                    ? Wording(
                        title: "采纳情况", nextStep: "修改", unit: "县民政局", date: "2026-12-15",
                        correction: Filled(["改正第3条"])) : nil,
                limit: 2000, preview: full ? preview : nil,
                errors: FormErrors(
                    ["result_title", "next_step", "correction", "unit_at_foot", "date_at_foot"].map { ($0, "请填写。") }))
        }
        return [page(full: true), page(full: false)]
    }()
}

extension ResultDeskPage {
    /// - Parameters:
    ///   - form: the words as typed; nil shows the ones proposed.
    ///   - draft: the result with these words; nil until everything is answered.
    init(
        _ work: ResultWork, draft: ResultDraft?, form: FormData?, errors: FormErrors, staff: StaffActor, _ texts: Texts
    ) {
        let it = work.procedure
        let desk = "/desk/procedures/\(it.number)"
        let clock = texts.clock
        title = texts["dispositions.result.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: it.title)]
        procedure = it.title
        address = desk + "/result"
        listHref = desk + "/submissions"
        progress = AnsweringProgress(work.reconciliation, texts)
        figures = texts.figures(work.reconciliation)
        stateText = texts.stage(work)
        missing = Filled(
            work.reconciliation.missing.map { Link(href: "/desk/submissions/\($0)", text: $0) })
        missingText = texts["dispositions.result.missing", ["count": work.reconciliation.missingCount]]
        lacking = Filled(
            work.lacking.map { Link(href: "/desk/opinions/\($0.opinionID)?view=adopted", text: $0.number) })
        lackingText = texts["dispositions.result.lacking", ["count": work.lackingCount]]
        unscreened = Filled(work.unscreened.map { Link(href: "/desk/submissions/\($0)", text: $0) })
        unscreenedText = texts["dispositions.result.unscreened", ["count": work.unscreened.count]]
        setAsideText = work.setAsideAt.map {
            texts["dispositions.result.set_aside", ["moment": ChinaTime.minute($0, in: clock)]]
        }
        mayFinish = staff.has(.organiser) && work.isCollected
        pendingHref = work.pending.map { "/desk/clearances/\($0.id)" }
        publishedHref = work.published == nil ? nil : "/consultations/\(it.number)/result"
        publishedText = work.published.map {
            texts[
                "dispositions.result.published",
                ["version": $0.version, "moment": ChinaTime.minute($0.publishedAt, in: clock)]]
        }
        changesText = work.published.flatMap {
            $0.changes > 0 ? texts["dispositions.result.changes", ["count": $0.changes]] : nil
        }
        wording =
            staff.has(.organiser) && work.canPrepare
            ? Wording(work.wording, form, isCorrection: work.published != nil) : nil
        limit = ResultDraft.Wording.longestNextStep
        preview = draft.map { Preview($0.content, texts) }
        self.errors = errors
    }
}

extension ResultDeskPage.Wording {
    fileprivate init(_ proposed: ResultDraft.Wording, _ form: FormData?, isCorrection: Bool) {
        correction = isCorrection ? Filled([form?.exactly("correction") ?? ""]) : nil
        title = form?.string("result_title") ?? proposed.title
        nextStep = form?.exactly("next_step") ?? proposed.nextStep
        unit = form?.string("unit_at_foot") ?? proposed.unitAtFoot
        date = form?.string("date_at_foot") ?? proposed.dateAtFoot.description
    }
}

extension ResultDeskPage.Preview {
    fileprivate init(_ content: PublishedContent.Result, _ texts: Texts) {
        title = content.title
        lead =
            texts[
                "results.lead",
                ["unit": content.unit, "period": texts.period(from: content.opensAt, to: content.closesAt)]]
        result = ResultBody(content, rows: (content.opinions ?? []).map { ResultBody.Row($0, texts) }, texts)
        unit = content.unitAtFoot
        day = CalendarDate(content.dateAtFoot).map { ChinaTime.day($0, in: texts.clock) } ?? content.dateAtFoot
    }
}

extension Texts {
    fileprivate func figures(_ reconciliation: Reconciliation) -> [ResultBody.Figure] {
        [
            ("answered", reconciliation.answered), ("transferred", reconciliation.transferred),
            ("invalid", reconciliation.invalid), ("withdrawn", reconciliation.withdrawn),
            ("missing", reconciliation.missingCount),
        ].map { .init(label: self["dispositions.result.figures.\($0)"], value: String($1)) }
    }

    /// What is to be done now, or what it waits for.
    fileprivate func stage(_ work: ResultWork) -> String {
        let it = work.procedure
        switch it.state {
        case .closed where work.isCollected:
            return self["dispositions.result.stages.\(work.isAnswered ? "finish" : "answer")"]
        case .closed:
            return self[
                "dispositions.result.stages.entering", ["moment": ChinaTime.deadline(it.entryUntil, in: clock)]]
        case .announced, .open, .suspended:
            return self[
                "dispositions.result.stages.collecting", ["moment": ChinaTime.deadline(it.closesAt, in: clock)]]
        case .preparing, .answered, .published, .terminated:
            return self["dispositions.result.stages.\(it.state.rawValue)"]
        }
    }
}
