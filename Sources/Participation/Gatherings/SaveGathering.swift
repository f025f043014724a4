import Foundation
import Postgres
import Text

/// Stores a plan: a new gathering, or one that is still in preparation. Changing one sets aside whatever was prepared, reviewed or approved
/// for it. Needs the role organiser in the unit of its procedure.
package struct SaveGathering: Sendable {
    package let plan: GatheringPlan

    package init(_ plan: GatheringPlan) { self.plan = plan }

    /// - Parameters:
    ///   - procedure: its number.
    ///   - key: of the form; the same form sent twice makes one gathering.
    /// - Returns: its number.
    /// - Throws: `gatherings_key_reused`, `gatherings_procedure_over`, `gathering_categories_some`, `role_required`; `NoRow`.
    package func create(
        _ kind: Gathering.Kind, procedure: String, key: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> String {
        try await save(nil, version: 0, key: key, kind, procedure, in: database, as: actor)
    }

    /// - Parameter version: as it was read.
    /// - Throws: `gatherings_preparing`, `gatherings_changed_meanwhile`, `gathering_categories_in_use` and as `create`.
    package func update(
        _ gathering: Gathering, version: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await save(
            gathering.id, version: version, key: UUID(), gathering.kind, gathering.procedureNumber, in: database,
            as: actor)
    }

    private func save(
        _ id: Int?, version: Int, key: UUID, _ kind: Gathering.Kind, _ procedure: String, in database: Database,
        as actor: DatabaseActor
    ) async throws -> String {
        let facts = try JSONText(encoding: plan.facts)
        let categories = try JSONText(encoding: plan.categories)
        return try await database.write(as: actor) { tx in
            try tx.value(
                """
                select save_gathering(\(id), \(version)::int, \(key), \(kind), \(procedure), \(facts), \(categories))
                """, as: String.self)
        }
    }
}

/// What may be planned otherwise without a notice of change.
package struct PlanGathering: Sendable {
    package var listOn: CalendarDate?
    package var materialsOn: CalendarDate?
    package var reportOn: CalendarDate?
    /// Empty where it is not broadcast.
    package var liveURL: String
    package var isStreamed: Bool
    package var statementMinutes: Int
    package var practiceReason: String

    package init(_ it: Gathering) {
        (listOn, materialsOn, reportOn) = (it.listOn, it.materialsOn, it.reportOn)
        (liveURL, isStreamed) = (it.liveURL, it.isStreamed)
        (statementMinutes, practiceReason) = (it.statementMinutes, it.practiceReason)
    }

    /// The same of a checked form.
    package init(_ plan: GatheringPlan) {
        func fact(_ name: String) -> String { plan.facts[name].flatMap { $0 } ?? "" }
        (listOn, materialsOn, reportOn) = (plan.listOn, plan.materialsOn, plan.reportOn)
        (liveURL, isStreamed) = (fact("live_url"), fact("is_streamed") == "true")
        (statementMinutes, practiceReason) = (Int(fact("statement_minutes")) ?? 5, fact("practice_reason"))
    }

    /// - Returns: the new version.
    /// - Throws: `gatherings_over`, `gatherings_changed_meanwhile`; once it is announced also `gatherings_rule_…` and
    ///   `gatherings_practice_reason`.
    @discardableResult
    package func callAsFunction(
        _ id: Int, version: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value(
                """
                select plan_gathering(\(id), \(version)::int, \(listOn), \(materialsOn), \(reportOn), \(liveURL), \(isStreamed),
                  \(statementMinutes)::int, \(practiceReason))
                """, as: Int.self)
        }
    }
}

extension Gathering {
    /// Removes one that was never shown to anybody.
    /// - Throws: `gatherings_preparing`, `gatherings_changed_meanwhile`, `gatherings_in_use` where a paper of it was prepared.
    package static func drop(
        _ id: Int, version: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select drop_gathering(\(id), \(version)::int)") }
    }
}
