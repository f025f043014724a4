import Postgres

/// Opinions on one passage that say nearly the same: answered at one stroke, each still counted.
package struct OpinionGroup: Row, Identifiable {
    package let id: Int
    package let procedureID: Int
    /// The opinion that stands for it.
    package let opinionID: Int
    /// Per cent, as it was folded by; nil: made by hand.
    package let threshold: Int?
    package let size: Int
    /// Grows when who is in it changes.
    package let version: Int
    /// How many of them wait for an answer.
    package let waiting: Int

    package init(_ row: RowReader) throws {
        id = try row["id"]
        procedureID = try row["procedure_id"]
        opinionID = try row["opinion_id"]
        threshold = try row["threshold"]
        size = try row["size"]
        version = try row["version"]
        waiting = try row["waiting"]
    }

    /// One wording and how many used it; exact copies are one wording.
    package struct Wording: Row {
        /// Of the first who used it.
        package let opinionID: Int
        package let body: String
        package let copies: Int
        /// Per cent of what is alike with the first wording; nil: put there by hand.
        package let likeness: Int?

        package init(_ row: RowReader) throws {
            opinionID = try row["opinion_id"]
            body = try row["body"]
            copies = try row["copies"]
            likeness = try row["likeness"]
        }
    }

    /// As many wordings as are shown at most.
    package static let mostWordings = 30

    static func with(id: Int) -> SQL {
        """
        select k.id, k.procedure_id, k.opinion_id, k.threshold, k.size, k.version,
          (select count(*) from opinions o where o.group_id = k.id and o.ending is null) as waiting
        from opinion_groups k where k.id = \(id)
        """
    }

    /// The most used first; what was put there by hand is a wording of its own.
    static func wordings(of id: Int) -> SQL {
        """
        select w.opinion_id, o.body, w.copies, w.likeness from (
          select min(o.id) as opinion_id, count(*) as copies, o.likeness from opinions o where o.group_id = \(id)
          group by o.wording, o.likeness, case when o.wording is null then o.id end
          order by count(*) desc, min(o.id) limit \(mostWordings)) w
        join opinions o on o.id = w.opinion_id order by w.copies desc, w.opinion_id
        """
    }

    /// Says that these say the same: they join the largest group that one of them is in, or make one.
    /// - Returns: the group as it is now.
    /// - Throws: `PostgresError` `opinion_groups_one_passage` where they are about different passages, or fewer than two.
    package static func join(
        _ opinionIDs: [Int], in database: Database, as actor: DatabaseActor
    ) async throws -> OpinionGroup {
        try await database.write(as: actor, retrying: 2) { tx in
            let id: Int = try tx.value("select join_opinions(\(opinionIDs))")
            return try tx.one(with(id: id), as: OpinionGroup.self)
        }
    }

    /// Takes an opinion out of its group; it stays out when folding runs again.
    package static func takeOut(_ opinionID: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor, retrying: 2) { tx in
            try tx.value("select take_out(\([opinionID]))", as: Int.self)
        }
    }

    /// - Returns: how many were in it.
    package static func dissolve(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor, retrying: 2) { tx in try tx.value("select dissolve_group(\(id))") }
    }
}
