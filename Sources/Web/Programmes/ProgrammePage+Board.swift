import Participation
import Text

extension ProgrammePage {
    static let linesOnPage = 200

    /// What somebody has asked for, from the address.
    struct Asked: Sendable {
        var filter = ProgrammeBoard.Filter()
        /// Lines to skip.
        var from = 0

        init(_ query: FormData) {
            filter.stage = ProgrammeStage(rawValue: query.string("stage"))
            filter.unitID = query.int("unit")
            filter.field = query.string("field")
            filter.state = ProgrammeBoard.State(rawValue: query.string("state"))
            filter.onlyLate = query.bool("late")
            from = max(0, query.int("from") ?? 0)
        }

        /// The address of the list, with other lines to skip.
        func address(_ base: String, from: Int = 0) -> String {
            let fields: [(String, String)] = [
                ("stage", filter.stage?.rawValue ?? ""), ("unit", filter.unitID.map(String.init) ?? ""),
                ("field", filter.field), ("state", filter.state?.rawValue ?? ""), ("late", filter.onlyLate ? "1" : ""),
                ("from", from > 0 ? String(from) : ""),
            ]
            let query = fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }
            return query.isEmpty ? base : base + "?" + query.joined(separator: "&")
        }
    }

    /// - Parameter reports: of this programme, those the actor sees.
    init(
        _ it: Programme, _ board: ProgrammeBoard, asked: Asked, others: [Programme], reports: [ReportLine],
        for staff: StaffActor, mayMake: Bool, _ texts: Texts
    ) {
        let (today, base, clock) = (it.today, "/desk/programme/\(it.id)", texts.clock)
        title = it.title
        basis = it.basis.isEmpty ? nil : it.basis
        lead = texts["programmes.lead", ["unit": it.unitName, "count": board.cells.count]]
        ended = it.endedAt != nil
        address = base
        mayRun = it.isRun(by: staff)
        self.mayMake = mayMake
        self.others = Filled(
            others.filter { $0.id != it.id }.map { Crumb(href: "/desk/programme/\($0.id)", text: $0.title) })
        sums = board.cells.isEmpty ? nil : Filled(board.sums(on: today).map { Sum($0, it, base, texts) })
        stages = ProgrammeStage.allCases.map(texts.stage)
        let filter = asked.filter
        stageChoices = ProgrammeStage.allCases.map {
            Choice(value: $0.rawValue, text: texts.stage($0), chosen: $0 == filter.stage)
        }
        var seen: Set<Int> = []
        units = board.cells.filter { seen.insert($0.unitID).inserted }.map {
            Choice(value: String($0.unitID), text: $0.unitName, chosen: $0.unitID == filter.unitID)
        }
        var named: Set<String> = []
        fields = board.cells.filter { named.insert($0.field).inserted }.map {
            Choice(value: $0.field, text: $0.field, chosen: $0.field == filter.field)
        }
        states = [ProgrammeBoard.State.waiting, .doing, .done].map {
            Choice(
                value: $0.rawValue, text: texts["programmes.states.\($0.rawValue)"], chosen: $0 == filter.state)
        }
        onlyLate = filter.onlyLate
        let isNarrowed = filter != ProgrammeBoard.Filter()
        clearHref = isNarrowed ? base : nil
        let cells = board.cells(filter, on: today)
        found = isNarrowed ? texts["programmes.found", ["count": cells.count]] : nil
        lines = Filled(
            cells.dropFirst(asked.from).prefix(Self.linesOnPage).map { cell in
                Line(
                    field: cell.field, unit: cell.unitName, href: "\(base)/cells/\(cell.id)",
                    marks: cell.steps.map { Mark($0, of: cell, programme: it, today: today, texts) })
            })
        let nothing = it.isRun(by: staff) ? "programmes.empty" : "programmes.none_of_yours"
        emptyText = texts[board.cells.isEmpty ? nothing : "programmes.none_found"]
        nextHref =
            cells.count > asked.from + Self.linesOnPage
            ? asked.address(base, from: asked.from + Self.linesOnPage) : nil
        self.reports = Filled(
            reports.map {
                Report(
                    href: "\(base)/reports/\($0.unitID)",
                    unit: $0.unitID == it.unitID ? texts["programmes.reports.overall"] : $0.unitName,
                    state: $0.handedInAt.map {
                        texts["programmes.reports.handed_in", ["day": ChinaTime.day($0, in: clock)]]
                    } ?? texts["programmes.reports.\($0.version == nil ? "none" : "draft")"],
                    kind: $0.handedInAt != nil ? "good" : $0.version == nil ? "" : "info")
            })
    }
}

extension ProgrammePage.Sum {
    fileprivate init(_ sum: ProgrammeBoard.Sum, _ it: Programme, _ base: String, _ texts: Texts) {
        stage = texts.stage(sum.stage)
        day = it.days[sum.stage].map { ChinaTime.shortDay($0, in: texts.clock) } ?? ""
        let ask = "\(base)?stage=\(sum.stage.rawValue)"
        cells = [
            ("done", sum.done, "&state=done", false), ("doing", sum.doing, "&state=doing", false),
            ("waiting", sum.waiting, "&state=waiting", false), ("late", sum.late, "&late=1", sum.late > 0),
        ].map { key, count, query, alarm in
            ProgrammePage.SumCell(
                label: texts[key == "late" ? "programmes.of_these_late" : "programmes.states.\(key)"], count: count,
                href: count > 0 ? ask + query : nil,
                alarm: alarm)
        }
    }
}

extension ProgrammePage.Mark {
    /// - Parameter today: in China.
    init(
        _ step: ProgrammeBoard.Step, of cell: ProgrammeBoard.Cell, programme: Programme, today: CalendarDate,
        _ texts: Texts
    ) {
        stage = texts.stage(step.stage)
        let clock = texts.clock
        let left = step.dueOn.dayNumber - today.dayNumber
        switch step.state {
        case .done:
            kind = "over"
            text =
                step.wasLate
                ? texts["programmes.marks.done_late", ["count": step.daysLate(on: today)]]
                : texts["programmes.states.done"]
        case _ where step.isLate(on: today):
            kind = "overdue"
            text =
                texts[
                    step.state == .doing ? "programmes.marks.doing_late" : "programmes.marks.late",
                    ["count": step.daysLate(on: today)]]
        case .doing, .waiting:
            kind = left <= 3 ? "red" : left <= 7 ? "yellow" : step.state == .doing ? "early" : ""
            text = texts["programmes.states.\(step.state.rawValue)"]
        }
        let shown = step.doneOn ?? step.dueOn
        let words =
            shown.year == today.year ? ChinaTime.shortDay(shown, in: clock) : ChinaTime.day(shown, in: clock)
        day = step.doneOn == nil ? texts["programmes.marks.due", ["day": words]] : words
        href = Self.address(step, cell, programme)
    }

    /// Where what it says can be seen; nil while there is nothing.
    private static func address(
        _ step: ProgrammeBoard.Step, _ cell: ProgrammeBoard.Cell, _ programme: Programme
    ) -> String? {
        let draft = cell.draftID.map { "/desk/drafts/\($0)" }
        return switch step.stage {
        case .summary: "/desk/programme/\(programme.id)/reports/\(cell.unitID)"
        case _ where step.state == .waiting: nil
        case .consultation, .publication: cell.procedureNumber.map { "/desk/procedures/\($0)" } ?? draft
        case .firstDraft, .revision: draft
        }
    }
}

extension Texts {
    func stage(_ stage: ProgrammeStage) -> String { self["programmes.stages.\(stage.rawValue)"] }
}
