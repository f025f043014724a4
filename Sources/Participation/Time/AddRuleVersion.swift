import Postgres
import Text

/// A new version of a rule, from a day on. It ends the version before it; clocks that run keep the one they began with.
package struct AddRuleVersion: Sendable {
    /// A version of the same rule, which gives code, name and kind.
    package let ruleID: Int
    package let limit: Limit
    package let basis: String
    package let scope: String
    package let binding: Bool
    package let unitID: Int?
    package let validFrom: CalendarDate

    package init(
        ruleID: Int, limit: Limit, basis: String, scope: String, binding: Bool, unitID: Int?, validFrom: CalendarDate
    ) {
        (self.ruleID, self.limit, self.basis, self.scope) = (ruleID, limit, basis, scope)
        (self.binding, self.unitID, self.validFrom) = (binding, unitID, validFrom)
    }

    /// - Throws: `Refusal` for a second version of the same day; a permission error for who is no administrator.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                insert into legal_rules (code, name, kind, amount, measure, day_kind, due_hour, roll_over, basis, scope, binding,
                  unit_id, valid_from)
                select code, name, kind, \(limit.amount), \(limit.measure), \(limit.dayKind), \(limit.dueHour), \(limit.rollOver),
                  \(basis), \(scope), \(binding), \(unitID), \(validFrom)
                from legal_rules where id = \(ruleID)
                """)
        }
    }
}
