import Postgres

/// How far the answering is: each submission ends in exactly one way. Kept by the doors (`note_endings`) and proved each night,
/// so that no page counts a hundred thousand opinions; what ends the answering and what publishes its result counts them all.
package struct Reconciliation: Sendable, Equatable {
    /// How many ended in one way.
    package struct Count: Sendable, Equatable {
        /// 件, 人次, 条. Opinions have outcomes, submissions have only `answered`.
        package var submissions = 0
        package var people = 0
        package var opinions = 0

        package init(submissions: Int = 0, people: Int = 0, opinions: Int = 0) {
            (self.submissions, self.people, self.opinions) = (submissions, people, opinions)
        }

        package static func + (one: Count, other: Count) -> Count {
            Count(
                submissions: one.submissions + other.submissions, people: one.people + other.people,
                opinions: one.opinions + other.opinions)
        }

        package static func - (one: Count, other: Count) -> Count {
            Count(
                submissions: one.submissions - other.submissions, people: one.people - other.people,
                opinions: one.opinions - other.opinions)
        }
    }

    /// How something ended, or that it has not.
    package enum Ending: String, PostgresValue, CaseIterable, Sendable {
        case open
        /// Of a submission: in any of the four ways.
        case answered
        case adopted
        case partlyAdopted = "partly_adopted"
        case notAdopted = "not_adopted"
        case explained, transferred, invalid, withdrawn
    }

    package let channels: [Channel: [Ending: Count]]
    /// Numbers of the first of those that have not ended.
    package let missing: [String]

    /// As many missing numbers as are named at most.
    package static let mostNamed = 50

    /// What came by a channel, by the rule that the workbench, a result and a report count by: 件 of everything, 条 and 人次 of what
    /// was not taken back.
    package static func received(_ endings: [Ending: Count]) -> Count {
        endings.reduce(Count()) { sum, it in
            sum + (it.key == .withdrawn ? Count(submissions: it.value.submissions) : it.value)
        }
    }

    package var received: Count { channels.values.reduce(Count()) { $0 + Self.received($1) } }

    /// Over all channels.
    package subscript(ending: Ending) -> Count {
        channels.values.reduce(Count()) { $0 + ($1[ending] ?? Count()) }
    }

    package var submissions: Int { received.submissions }
    package var opinions: Int { received.opinions }
    package var answered: Int { self[.answered].submissions }
    package var transferred: Int { self[.transferred].submissions }
    package var invalid: Int { self[.invalid].submissions }
    package var withdrawn: Int { self[.withdrawn].submissions }
    package var ended: Int { answered + transferred + invalid + withdrawn }
    package var missingCount: Int { self[.open].submissions }
    package var isComplete: Bool { missingCount == 0 }

    package static func read(
        procedureID: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> Reconciliation {
        try await database.read(as: actor) { tx in try read(procedureID: procedureID, tx) }
    }

    static func read(procedureID: Int, _ tx: borrowing Session) throws -> Reconciliation {
        var channels: [Channel: [Ending: Count]] = [:]
        let lines = try tx.all(
            "select channel, ending, submissions, people, opinions from reconciliation(\(procedureID))", as: Line.self)
        for line in lines { channels[line.channel, default: [:]][line.ending] = line.count }
        return Reconciliation(
            channels: channels,
            missing: try tx.values(
                """
                select x.number from (select s.id, s.number from opinions o join submissions s on s.id = o.submission_id
                  where o.procedure_id = \(procedureID) and o.ending is null order by o.id limit \(2 * mostNamed)) x
                group by x.id, x.number order by x.id limit \(mostNamed)
                """))
    }

    private struct Line: Row {
        let channel: Channel
        let ending: Ending
        let count: Count

        init(_ row: RowReader) throws {
            channel = try row["channel"]
            ending = try row["ending"]
            count = Count(
                submissions: try row["submissions"], people: try row["people"], opinions: try row["opinions"])
        }
    }
}

/// Ends the answering; refused, naming the submissions, while one of them has not ended.
package struct FinishAnswering: Sendable {
    package let procedureID: Int

    package init(procedureID: Int) { self.procedureID = procedureID }

    /// - Throws: `PostgresError` `procedures_all_answered`, `submissions_screened` or `dispositions_effect` (the detail names the
    ///   submissions), or `procedures_still_collecting`.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        let id = procedureID
        _ = try await database.write(as: actor) { tx in try tx.execute("select finish_answering(\(id))") }
    }
}
