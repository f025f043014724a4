import Foundation
import Participation
import Postgres
import Text
import Web

extension Demo {
    /// The programme of the source plan, as the office sends it out: its days, and a line for each field and each town.
    func makeProgramme(_ plan: DemoPlan.Programme, sheet: [UInt8], today: CalendarDate) async throws {
        let office = try await cast.office(.organiser).databaseActor
        let days = Dictionary(
            uniqueKeysWithValues: plan.days.compactMap { name, day in
                ProgrammeStage(rawValue: name).map { ($0, today.adding(days: day)) }
            })
        let id = try await SaveProgramme(title: plan.title, basis: plan.basis, days: days)(
            nil, in: pools.staff, as: office)
        let units = try await pools.staff.read { try $0.all(Participation.Unit.all, as: Participation.Unit.self) }
        _ = try await LoadPlan(try PlanSheet(reading: sheet, units: units))(
            programme: id, in: pools.staff, as: office)
    }

    /// A report as the figures of its day make it, with what people wrote; and each document of it that can be made here is asked for.
    func report(_ plan: DemoPlan.Report) async throws {
        let actor = try await cast.office(.organiser).databaseActor
        let words = try Texts(language: .chinese, folder: "\(root)/web/locales")
        let unit: Int? = if let code = plan.unit { try await self.unit(code).id } else { nil }
        let (programme, line, content) = try await pools.staff.read(as: actor) { tx in
            let programme = try tx.one(Programme.all, as: Programme.self)
            let lines = try tx.all(ReportLine.of(programme: programme.id), as: ReportLine.self)
            guard let line = lines.first(where: { $0.unitID == unit ?? programme.unitID }) else { throw NoRow() }
            let writer = ReportWriter(
                programme, try ProgrammeBoard.read(programme: programme.id, tx),
                consultations: try tx.all(
                    ProgrammeConsultation.of(programme: programme.id), as: ProgrammeConsultation.self), for: line, words
            )
            return (programme, line, writer.content)
        }
        var written = content
        for index in written.sections.indices {
            if let text = plan.sections[written.sections[index].key] { written.sections[index].text += "\n" + text }
        }
        try await Report.save(
            written, programme: programme.id, unit: line.unitID, version: 0, in: pools.staff, as: actor)
        let saved = try await pools.staff.read(as: actor) {
            try $0.one(Report.of(programme: programme.id, unit: line.unitID), as: Report.self)
        }
        if plan.handed_in == true {
            try await Report.handIn(saved.id, version: saved.version, true, in: pools.staff, as: actor)
        }
        for format in MakeReport(root: root).formats {
            try await Report.ask(for: format, of: saved.id, in: pools.staff, as: actor)
        }
    }
}
