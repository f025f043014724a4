import Postgres

/// That somebody has an opinion open, so that two people do not write the same answer. A hint that ends by itself some minutes after the last
/// sign of them; what protects answers is the version of what they answer.
package enum OpinionLook {
    /// Whoever has an opinion open says so this often, and once when they leave.
    package static let secondsBetween = 60

    /// The names of others who have it open; null where nobody has.
    /// - Parameter opinion: the column with the opinion's id.
    static func others(of opinion: SQL) -> SQL {
        """
        select string_agg(t.display_name, '、' order by t.id) from opinion_looks l join staff t on t.id = l.staff_id
        where l.opinion_id = \(opinion) and l.staff_id <> (select actor_staff()) and l.seen_at > minyi_clock() - interval '3 minutes'
        """
    }

    /// Says that the actor has it open, or no longer.
    /// - Returns: who else has.
    package static func note(
        _ opinionID: Int, stays: Bool, in database: Database, as actor: DatabaseActor
    ) async throws -> String? {
        try await database.write(as: actor, retrying: 2) { tx in
            try tx.execute("select look_at_opinion(\(opinionID), \(stays))")
            return try tx.value(others(of: "\(opinionID)"), as: String?.self)
        }
    }
}
