import Foundation
import Participation
import Postgres
import Text

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
}
