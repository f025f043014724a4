import Postgres

/// How far the answering is, counted by the guard, which sees every row: each submission ends in exactly one way.
package struct Reconciliation: Row, Equatable {
    package let submissions: Int
    package let opinions: Int
    package let answered: Int
    package let transferred: Int
    package let invalid: Int
    package let withdrawn: Int
    /// Numbers of the first of those that have not ended.
    package let missing: [String]

    /// As many missing numbers as are named at most.
    package static let mostNamed = 50

    package init(_ row: RowReader) throws {
        submissions = try row["submissions"]
        opinions = try row["opinions"]
        answered = try row["answered"]
        transferred = try row["transferred"]
        invalid = try row["invalid"]
        withdrawn = try row["withdrawn"]
        missing = try row["missing"]
    }

    package var ended: Int { answered + transferred + invalid + withdrawn }
    package var missingCount: Int { submissions - ended }
    package var isComplete: Bool { missingCount == 0 }

    package static func read(
        procedureID: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Reconciliation {
        try await database.read(as: actor) { tx in try read(procedureID: procedureID, tx) }
    }

    static func read(procedureID: Int, _ tx: borrowing Session) throws -> Reconciliation {
        try tx.one(
            """
            select count(*) as submissions,
              coalesce(sum(opinions) filter (where ending is distinct from 'withdrawn'), 0)::bigint as opinions,
              count(*) filter (where ending = 'answered') as answered,
              count(*) filter (where ending = 'transferred') as transferred,
              count(*) filter (where ending = 'invalid') as invalid,
              count(*) filter (where ending = 'withdrawn') as withdrawn,
              coalesce((array_agg(number order by submission_id) filter (where ending is null))[1:\(mostNamed)::int], '{}')
                as missing
            from reconciliation(\(procedureID))
            """, as: Reconciliation.self)
    }
}

/// Ends the answering; refused, naming the submissions, while one of them has not ended.
package struct FinishAnswering: Sendable {
    package let procedureID: Int

    package init(procedureID: Int) { self.procedureID = procedureID }

    /// - Throws: `PostgresError` `procedures_all_answered` (the detail names the submissions) or
    ///   `procedures_still_collecting`.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        let id = procedureID
        _ = try await database.write(as: actor) { tx in try tx.execute("select finish_answering(\(id))") }
    }
}
