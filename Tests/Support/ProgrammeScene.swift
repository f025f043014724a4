import Foundation
import Participation
import Postgres
import Text

/// A programme over the consultation of `AnsweringScene`, whose clock stands on 21 November 2026.
package struct ProgrammeScene: Sendable {
    package let scene: AnsweringScene
    package let id: Int
    package var database: TestDatabase { scene.database }

    /// An organiser of the county office, whose role counts for every unit.
    package static let office = AnsweringScene.actor(AnsweringScene.reviewerID, units: [1, 2, 3], ["organiser"])

    package static let days: [ProgrammeStage: CalendarDate] = Dictionary(
        uniqueKeysWithValues: [
            (ProgrammeStage.firstDraft, "2026-11-20"), (.consultation, "2026-12-01"), (.revision, "2026-12-01"),
            (.publication, "2026-12-15"), (.summary, "2026-12-30"),
        ].compactMap { stage, day in CalendarDate(day).map { (stage, $0) } })

    package static func make() async throws -> ProgrammeScene {
        let scene = try await AnsweringScene.make()
        try await scene.database.owner.write { tx in
            try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'organiser')")
            try tx.execute("update editions set created_at = timestamptz '2026-11-19 02:00+00'")
        }
        let id = try await SaveProgramme(title: "政务公开标准化规范化", basis: "龙府办〔2020〕58号", days: days)(
            nil, in: scene.database.staff, as: office)
        return ProgrammeScene(scene: scene, id: id)
    }

    /// Loads lines of CSV below our own heading. Returns what became of each.
    @discardableResult
    package func load(_ lines: String..., as actor: DatabaseActor = office) async throws -> [LoadPlan.Outcome] {
        let units = try await database.staff.read { try $0.all(Unit.all, as: Unit.self) }
        let heading = PlanSheet.Column.all.map(\.heading).joined(separator: ",")
        let sheet = try PlanSheet(reading: Array(([heading] + lines).joined(separator: "\n").utf8), units: units)
        return try await LoadPlan(sheet)(programme: id, in: database.staff, as: actor)
    }

    package func board(as actor: DatabaseActor = office) async throws -> ProgrammeBoard {
        try await ProgrammeBoard.load(programme: id, in: database.staff, as: actor)
    }
}
