import Foundation
import Participation
import Text

/// Writes the first text of a report, and its tables, from the figures.
package struct ReportWriter {
    private let programme: Programme
    private let cells: [ProgrammeBoard.Cell]
    private let consultations: [ProgrammeConsultation]
    private let unitName: String
    private let isOverall: Bool
    private let texts: Texts

    /// - Parameter line: whose report it is; that of the programme's own office is about the whole.
    package init(
        _ programme: Programme, _ board: ProgrammeBoard, consultations: [ProgrammeConsultation], for line: ReportLine,
        _ texts: Texts
    ) {
        self.programme = programme
        isOverall = line.unitID == programme.unitID
        let overall = isOverall
        cells = board.cells.filter { overall || $0.unitID == line.unitID }
        self.consultations = consultations.filter { overall || $0.unitID == line.unitID }
        unitName = line.unitName
        self.texts = texts
    }

    package var content: Report.Content {
        let kind = isOverall ? "overall" : "unit"
        return Report.Content(
            title: texts["reports.\(kind).title", ["unit": unitName, "programme": programme.title]],
            sections: [progress, work, faults, next],
            figuresAt: ChinaTime.iso(programme.now))
    }

    private func heading(_ key: String) -> String { texts["reports.sections.\(key)"] }
    /// A day in a table, where there is little room: with its year only where it is another than this.
    private func words(_ day: CalendarDate) -> String {
        day.year == today.year ? ChinaTime.shortDay(day, in: texts.clock) : ChinaTime.day(day, in: texts.clock)
    }

    private var today: CalendarDate { programme.today }

    /// How far it is.
    private var progress: Report.Section {
        let sums = ProgrammeBoard(cells: cells).sums(on: today)
        let done = cells.filter { cell in cell.steps.allSatisfy { $0.state == .done || $0.stage == .summary } }.count
        var text = texts[
            isOverall ? "reports.overall.progress" : "reports.unit.progress",
            [
                "day": ChinaTime.day(today, in: texts.clock), "unit": unitName, "count": cells.count,
                "units": Set(cells.map(\.unitID)).count, "done": done,
                "fields": Set(cells.map(\.field)).count,
                "basis": programme.basis.isEmpty ? programme.title : programme.basis,
            ]]
        for sum in sums where sum.stage != .summary {
            text +=
                "\n"
                + texts[
                    "reports.stage",
                    [
                        "stage": texts.stage(sum.stage), "done": sum.done, "total": sum.cells, "doing": sum.doing,
                        "late": sum.late,
                    ]]
        }
        return Report.Section(
            key: "progress", heading: heading("progress"), text: text, tables: [table(of: sums), tableOfCells])
    }

    private func table(of sums: [ProgrammeBoard.Sum]) -> Report.Table {
        var heading = [texts["programmes.stage"], texts["programmes.due"]]
        heading +=
            ["done", "doing", "waiting"].map { texts["programmes.states.\($0)"] } + [texts["programmes.of_these_late"]]
        let rows = sums.map { sum -> [String] in
            let day = programme.days[sum.stage].map(words) ?? ""
            return [texts.stage(sum.stage), day] + [sum.done, sum.doing, sum.waiting, sum.late].map { String($0) }
        }
        return Report.Table(caption: texts["reports.tables.stages"], heading: heading, rows: rows)
    }

    private var tableOfCells: Report.Table {
        var heading = [texts["programmes.field"], texts["programmes.unit"]]
        heading += ProgrammeStage.allCases.map(texts.stage)
        let rows = cells.map { cell -> [String] in [cell.field, cell.unitName] + cell.steps.map(words) }
        return Report.Table(caption: texts["reports.tables.cells"], heading: heading, rows: rows)
    }

    /// When it was done, or how it stands.
    private func words(_ step: ProgrammeBoard.Step) -> String {
        if let day = step.doneOn { return words(day) }
        return texts["programmes.states.\(step.isLate(on: today) ? "late" : step.state.rawValue)"]
    }

    /// What was asked, received and answered.
    private var work: Report.Section {
        guard !consultations.isEmpty else {
            return Report.Section(key: "work", heading: heading("work"), text: texts["reports.no_consultation"])
        }
        func sum(_ figure: (ProgrammeConsultation) -> Int) -> Int { consultations.map(figure).reduce(0, +) }
        let text = texts[
            "reports.consultations",
            [
                "count": consultations.count, "published": consultations.filter(\.isPublished).count,
                "submissions": sum(\.submissions), "opinions": sum(\.opinions), "people": sum(\.people),
                "adopted": sum(\.adopted), "partly": sum(\.partlyAdopted), "not": sum(\.notAdopted),
                "explained": sum(\.explained), "others": sum(\.others), "unanswered": sum(\.unanswered),
            ]]
        let table = Report.Table(
            caption: texts["reports.tables.consultations"],
            heading: [
                "title", "unit", "opens", "closes", "submissions", "opinions", "adopted", "partly_adopted",
                "not_adopted",
                "explained", "others", "unanswered",
            ].map { texts["reports.columns.\($0)"] },
            rows: consultations.map(row))
        return Report.Section(key: "work", heading: heading("work"), text: text, tables: [table])
    }

    private func row(_ it: ProgrammeConsultation) -> [String] {
        let (opened, closed) = (ChinaTime.date(it.opensAt), ChinaTime.lastDay(before: it.closesAt))
        let figures = [
            it.submissions, it.opinions, it.adopted, it.partlyAdopted, it.notAdopted, it.explained, it.others,
            it.unanswered,
        ]
        return [it.title, it.unitName, words(opened), words(closed)] + figures.map { String($0) }
    }

    /// What is late, or was.
    private var faults: Report.Section {
        let late = cells.flatMap { cell in
            cell.steps.filter { $0.isLate(on: today) || $0.wasLate }.map { (cell, $0) }
        }
        let unanswered = consultations.map(\.unanswered).reduce(0, +)
        var text =
            late.isEmpty ? texts["reports.nothing_late"] : texts["reports.late", ["count": late.count]]
        if unanswered > 0 { text += "\n" + texts["reports.unanswered", ["count": unanswered]] }
        let table = Report.Table(
            caption: texts["reports.tables.late"],
            heading: [
                texts["programmes.field"], texts["programmes.unit"], texts["programmes.stage"], texts["programmes.due"],
                texts["programmes.state"],
            ],
            rows: late.map { cell, step -> [String] in
                let key = step.doneOn == nil ? "programmes.marks.late" : "programmes.marks.done_late"
                let days = texts[key, ["count": step.daysLate(on: today)]]
                return [cell.field, cell.unitName, texts.stage(step.stage), words(step.dueOn), days]
            })
        return Report.Section(
            key: "faults", heading: heading("faults"), text: text, tables: late.isEmpty ? [] : [table])
    }

    /// That is for people to write.
    private var next: Report.Section {
        let open = cells.filter { $0.next != nil }
        let text =
            open.isEmpty ? texts["reports.nothing_open"] : texts["reports.open", ["count": open.count]]
        return Report.Section(key: "next", heading: heading(isOverall ? "advice" : "next"), text: text)
    }
}
