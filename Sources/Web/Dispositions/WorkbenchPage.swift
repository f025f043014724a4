import Foundation
import Participation
import Text

/// The workbench of a procedure: opinions to be answered one by one or many at once, and how everything stands.
struct WorkbenchPage: Page {
    static let template = "dispositions/workbench"

    struct Line: Sendable {
        /// Id and version, as the form sends them.
        let read: String
        let number: String
        let href: String
        let picked: Bool
        /// Absent when sealed or withdrawn, which `absence` says.
        let excerpt: String?
        let absence: String?
        let about: String
        let received: String
        let mark: SubmissionListPage.Mark
        let flags: [SubmissionListPage.Mark]
        let groupText: String?
        let groupHref: String?
        let lacksEffect: Bool
        /// Which units are asked for their view, or have given it.
        let views: [String]
        /// Who else has it open just now.
        let looking: String?
    }

    struct Group: Sendable {
        let text: String
        let leaveHref: String
    }

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    let done: StepTaken?
    /// What an answer given now does to a result that is being cleared.
    let clearing: String?
    let reconciliation: ReconciliationTable?
    let listHref: String
    let resultHref: String
    let tabs: [SubmissionListPage.Tab]
    let view: String
    let filterAction: String
    let channels: [AnswerFields.Choice]
    let rows: [AnswerFields.Choice]
    let units: Filled<AnswerFields.Choice>?
    let endings: [AnswerFields.Choice]
    let submitters: [AnswerFields.Choice]
    let clearHref: String?
    let group: Group?
    let folding: String
    let lines: Filled<Line>?
    let emptyText: String
    let action: String
    let batch: String
    /// Absent for those who do not answer, and where each line stands for a group.
    let answer: AnswerFields?
    let mayTick: Bool
    let templates: Filled<AnswerTemplate>?
    let answerOpen: Bool
    let firstHref: String?
    let nextHref: String?
    let errors: FormErrors

    /// What a form on the page has sent, when it came back with a mistake.
    struct Typed {
        var picked: Set<Int> = []
        var answer: Answer?
        var errors = FormErrors()
    }

    init(
        _ it: Workbench, filter: WorkbenchFilter, after: Int, done: AnsweringStep?, staff: StaffActor, typed: Typed,
        _ texts: Texts
    ) {
        let desk = "/desk/procedures/\(it.procedure.number)"
        let address = desk + "/workbench"
        title = texts["workbench.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: it.procedure.title),
        ]
        procedure = it.procedure.title
        self.done = (done ?? it.lastStep).map {
            StepTaken(
                $0, isLast: done == nil, undoAction: address + "/undo" + filter.query(after: after), texts)
        }
        clearing = it.isClearing ? texts["workbench.clearing"] : nil
        reconciliation = ReconciliationTable(it.reconciliation, it.forms, texts)
        listHref = desk + "/submissions"
        resultHref = desk + "/result"
        tabs = WorkbenchFilter.View.allCases.map { view in
            var other = filter
            (other.view, other.group) = (view, nil)
            return SubmissionListPage.Tab(
                text: texts["workbench.views.\(view.rawValue)"], count: it.count(of: view),
                href: address + other.query(), current: view == filter.view && filter.group == nil)
        }
        view = filter.view.rawValue
        filterAction = address
        channels = Channel.ofComments.map {
            .init(
                id: $0.rawValue, value: $0.rawValue, text: texts.channel($0.rawValue), chosen: $0 == filter.channel)
        }
        rows =
            [
                .init(
                    id: "whole", value: SubmissionFilter.whole, text: texts["submissions.whole"],
                    chosen: filter.row == SubmissionFilter.whole)
            ]
            + it.rows.map { .init(id: $0, value: $0, text: texts.rowName($0), chosen: $0 == filter.row) }
        let ends: [Reconciliation.Ending] = [
            .adopted, .partlyAdopted, .notAdopted, .explained, .transferred, .invalid, .withdrawn,
        ]
        endings = ends.map {
            .init(id: $0.rawValue, value: $0.rawValue, text: texts.outcome($0.rawValue), chosen: $0 == filter.ending)
        }
        submitters = Submitter.Kind.allCases.map {
            .init(
                id: $0.rawValue, value: $0.rawValue, text: texts["workbench.submitters.\($0.rawValue)"],
                chosen: $0 == filter.submitter)
        }
        units = Filled(
            it.units.map {
                .init(id: "unit-\($0.id)", value: String($0.id), text: $0.name, chosen: $0.id == filter.unit)
            })
        var open = WorkbenchFilter()
        open.view = filter.view
        clearHref = filter.isNarrowed && filter.group == nil ? address + open.query() : nil
        group = filter.group.map { _ in
            Group(
                text: texts["workbench.group_of", ["count": it.group?.size ?? 0, "open": it.group?.waiting ?? 0]],
                leaveHref: address + open.query())
        }
        folding =
            it.folding.map {
                texts[
                    "workbench.folded",
                    ["percent": $0.threshold, "moment": ChinaTime.minute($0.foldedAt, in: texts.clock)]]
            } ?? texts["workbench.not_folded"]
        lines = Filled(
            it.lines.map { Line($0, address: address, filter: filter, picked: typed.picked.contains($0.id), texts) })
        emptyText = texts["workbench.empty.\(filter.isNarrowed ? "narrowed" : filter.view.rawValue)"]
        action = address + filter.query(after: after)
        batch = UUID().uuidString.lowercased()
        let answers =
            staff.has(.organiser) && it.procedure.state != .terminated
            && (filter.view != .groups || filter.group != nil)
        answer =
            answers
            ? AnswerFields(typed.answer, suffix: "many", faults: typed.answer?.faults ?? [], texts) : nil
        mayTick = answers
        templates = answers ? Filled(it.templates.map(AnswerTemplate.init)) : nil
        answerOpen = typed.answer != nil
        firstHref = after > 0 ? address + filter.query() : nil
        nextHref = it.next.map { address + filter.query(after: $0) }
        errors = typed.errors
    }

    private init(lines: [Line]) {
        let choice = AnswerFields.Choice(id: "x", value: "web", text: "网上", chosen: true)
        let full = !lines.isEmpty
        (title, crumbs, procedure) = ("答复意见", [Crumb(href: "/desk", text: "工作台")], "社会救助目录")
        clearing = full ? "已经送审" : nil
        (done, reconciliation) = (full ? .sample : nil, full ? .sample : nil)
        (listHref, resultHref) = ("/l", "/r")
        tabs = [SubmissionListPage.Tab(text: "待答复", count: 2, href: "/t", current: true)]
        (view, filterAction, channels, rows) = ("open", "/f", [choice], [choice])
        (units, endings, submitters) = (Filled([choice]), [choice], [choice])
        (clearHref, group) = ("/c", full ? Group(text: "这一组共 3 条", leaveHref: "/g") : nil)
        (folding, self.lines, emptyText) = ("按 70% 归并", Filled(lines), "没有")
        (action, batch) = ("/a", "b")
        (answer, mayTick, templates) = (full ? .sample : nil, full, full ? Filled([.sample]) : nil)
        (answerOpen, firstHref, nextHref) = (full, "/1", "/2")
        errors = FormErrors([("opinions", "请先勾选。")])
    }

    static let samples = [
        WorkbenchPage(lines: [
            Line(
                read: "1.2", number: "MY-1 · 2", href: "/o", picked: true, excerpt: "太长", absence: nil, about: "第 5 行",
                received: "11月28日 · 网上", mark: .init(kind: "pending", text: "待答复"),
                flags: [.init(kind: "threat", text: "威胁")], groupText: "相近 37 条", groupHref: "/g", lacksEffect: true,
                views: ["等县财政局提办理意见"], looking: "陈正在看"),
            Line(
                read: "2.1", number: "MY-2", href: "/o", picked: false, excerpt: nil, absence: "已封存", about: "整份目录",
                received: "11月28日 · 网上", mark: .init(kind: "adopted", text: "采纳"), flags: [], groupText: "原样相同",
                groupHref: nil, lacksEffect: false, views: [], looking: nil),
        ]),
        WorkbenchPage(lines: []),
    ]
}

extension WorkbenchPage.Line {
    fileprivate init(
        _ line: WorkbenchLine, address: String, filter: WorkbenchFilter, picked: Bool, _ texts: Texts
    ) {
        read = "\(line.id).\(line.version)"
        number = texts.name(of: line)
        href = "/desk/opinions/\(line.id)" + filter.query()
        self.picked = picked
        excerpt = line.excerpt.isEmpty ? nil : line.excerpt
        absence =
            line.isSealed
            ? texts["submissions.absence.sealed"]
            : line.ending == .withdrawn ? texts["submissions.absence.withdrawn"] : nil
        about = line.rowNumber.map(texts.rowName) ?? texts["submissions.whole"]
        received =
            "\(line.arrivedOn.map { ChinaTime.day($0, in: texts.clock) } ?? ChinaTime.minute(line.receivedAt, in: texts.clock)) · \(texts.channel(line.channel.rawValue)) · "
            + texts["submissions.senders.\(line.submitter.rawValue)", ["count": line.people]]
        mark = texts.mark(of: line)
        flags = line.flags.map { .init(kind: $0.rawValue, text: texts.flag($0)) }
        if let group = line.groupID, let size = line.groupSize {
            var inside = WorkbenchFilter()
            (inside.view, inside.group) = (.all, group)
            groupHref = filter.group == nil ? address + inside.query() : nil
            groupText =
                filter.group == nil
                ? texts["workbench.alike", ["count": size]]
                : line.likeness.map { texts[$0 == 100 ? "workbench.exact" : "workbench.likeness", ["percent": $0]] }
                    ?? texts["workbench.by_hand"]
        } else {
            (groupHref, groupText) = (nil, nil)
        }
        lacksEffect = line.lacksEffect
        views = [
            line.asked.map { texts["workbench.asked", ["units": $0]] },
            line.viewed.map { texts["workbench.viewed", ["units": $0]] },
        ].compactMap { $0 }
        looking = line.looking.map { texts["workbench.looking", ["names": $0]] }
    }
}

extension Workbench {
    fileprivate func count(of view: WorkbenchFilter.View) -> Int {
        switch view {
        case .open: reconciliation[.open].opinions
        case .groups: groups
        case .views: viewed
        case .adopted: reconciliation[.adopted].opinions + reconciliation[.partlyAdopted].opinions
        case .all: reconciliation.opinions + reconciliation[.withdrawn].opinions
        }
    }
}

extension Texts {
    /// `MY-2026-000127-0`, and which of its opinions where there are several.
    func name(of line: WorkbenchLine) -> String {
        line.parts > 1 ? self["workbench.part", ["number": line.number, "ordinal": line.ordinal]] : line.number
    }

    func mark(of line: WorkbenchLine) -> SubmissionListPage.Mark {
        let kind = line.ending?.rawValue ?? "pending"
        return .init(kind: kind, text: self["outcomes.\(kind)"])
    }

    /// 第 5 行, or 第三条: the number of a clause says by itself what it is.
    func rowName(_ number: String) -> String {
        Int(number) == nil ? number : self["submissions.row", ["row": number]]
    }
}

extension StepTaken {
    /// - Parameter isLast: it was taken some time ago, and not with the press that led here.
    init(_ step: AnsweringStep, isLast: Bool, undoAction: String, _ texts: Texts) {
        self.init(
            text: texts[
                isLast ? "workbench.last_step" : "workbench.answered",
                ["count": step.opinions, "outcome": texts.outcome(step.outcome.rawValue)]],
            batch: step.batch.uuidString.lowercased(), undoAction: undoAction,
            undo: step.undoable > 0 ? texts["workbench.undo", ["count": step.undoable]] : nil)
    }
}

/// A text to begin a reason with.
struct AnswerTemplate: Sendable {
    let name: String
    let body: String

    init(_ template: ReplyTemplate) { (name, body) = (template.name, template.body) }

    private init(name: String, body: String) { (self.name, self.body) = (name, body) }

    static let sample = AnswerTemplate(name: "一般答复", body: "感谢您的意见。")
}
