import Foundation
import Postgres
import Text

/// Gives one answer to any number of opinions. An earlier answer of one of them is superseded and stays on record.
package struct AnswerOpinions: Sendable {
    /// An opinion as it was read: with its version, an answer that somebody else has given meanwhile is not overwritten unseen.
    package struct Read: Row, Equatable {
        package let id: Int
        package let version: Int

        package init(id: Int, version: Int) { (self.id, self.version) = (id, version) }

        package init(_ row: RowReader) throws {
            id = try row["id"]
            version = try row["version"]
        }
    }

    package let answer: Answer
    package let opinionIDs: [Int]
    /// As many, or nil: whatever holds now is superseded.
    private let versions: [Int]?
    /// Names this step, for `undo`.
    package let batch: UUID

    package init(_ answer: Answer, to opinionIDs: [Int], batch: UUID = UUID()) {
        (self.answer, self.opinionIDs, self.batch) = (answer, opinionIDs, batch)
        versions = nil
    }

    package init(_ answer: Answer, to read: [Read], batch: UUID = UUID()) {
        (self.answer, self.batch) = (answer, batch)
        opinionIDs = read.map(\.id)
        versions = read.map(\.version)
    }

    /// - Returns: how many were answered.
    /// - Throws: `Answer.Fault`, the first one; `PostgresError` where a rule says no: `opinions_changed_meanwhile` names the
    ///   submissions that somebody has answered meanwhile, and none is answered then.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let (answer, ids, versions, batch) = (answer, opinionIDs, versions, batch)
        return try await database.write(as: actor, retrying: 2) { tx in
            try answer.give(to: ids, versions: versions, batch: batch, tx)
        }
    }

    /// The same answer to every opinion of these submissions that has none yet. What was answered before or taken back by
    /// its author is left alone.
    /// - Returns: how many opinions were answered.
    package static func unanswered(
        of submissionIDs: [Int], with answer: Answer, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor, retrying: 2) { tx in
            let open = try tx.all(
                "select id, version from opinions where submission_id = any (\(submissionIDs)) and ending is null order by id",
                as: Read.self)
            // With the versions: an answer that somebody gives between these two statements is not overwritten.
            return try answer.give(to: open.map(\.id), versions: open.map(\.version), batch: UUID(), tx)
        }
    }

    /// Everything in a group, if it is still the group that was read.
    /// - Throws: like the function above; `PostgresError` `opinion_groups_changed_meanwhile`.
    package static func group(
        _ id: Int, version: Int, with answer: Answer, batch: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        if let fault = answer.faults.first { throw fault }
        return try await database.write(as: actor, retrying: 2) { tx in
            try tx.value(
                """
                select answer_group(\(id), \(version)::int, \(answer.outcome), \(answer.reason), \(answer.transferredTo),
                  \(answer.invalidCode), \(answer.effect), \(answer.effectOn), \(batch))
                """)
        }
    }

    /// Takes one's own step back: what held before holds again, except where somebody has answered anew since.
    /// - Returns: how many are as they were.
    /// - Throws: `PostgresError` `dispositions_answered_since` where that is none.
    package static func undo(_ batch: UUID, in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor, retrying: 2) { tx in try tx.value("select undo_answers(\(batch))") }
    }
}

extension Answer {
    fileprivate func give(to opinionIDs: [Int], versions: [Int]?, batch: UUID, _ tx: borrowing Session) throws -> Int {
        if let fault = faults.first { throw fault }
        return try tx.value(
            """
            select answer_opinions(\(opinionIDs), \(versions)::int[], \(outcome), \(reason), \(transferredTo), \(invalidCode),
              \(effect), \(effectOn), \(batch))
            """)
    }
}

/// A step of answering, as it is confirmed to the person who took it, with what can be taken back.
package struct AnsweringStep: Row {
    package let batch: UUID
    package let outcome: Outcome
    package let opinions: Int
    /// Those that nobody has answered anew since.
    package let undoable: Int

    package init(_ row: RowReader) throws {
        batch = try row["batch"]
        outcome = try row["outcome"]
        opinions = try row["opinions"]
        undoable = try row["undoable"]
    }

    /// The actor's own last answers, where they are about this procedure and nobody has answered all of them anew.
    static func last(of procedureID: Int, _ tx: borrowing Session) throws -> AnsweringStep? {
        let batch = try tx.firstValue(
            """
            select l.batch from (select d.batch, d.opinion_id from dispositions d
              where d.answered_by = actor_staff() and d.superseded_at is null and d.batch is not null order by d.id desc limit 1) l
            join opinions o on o.id = l.opinion_id and o.procedure_id = \(procedureID)
            """, as: UUID.self)
        return try batch.flatMap { try tx.first(named($0), as: AnsweringStep.self) }
    }

    /// The step in which the actor has given the answer that an opinion has.
    static func of(opinion id: Int, _ tx: borrowing Session) throws -> AnsweringStep? {
        let batch = try tx.firstValue(
            """
            select d.batch from dispositions d
            where d.opinion_id = \(id) and d.answered_by = actor_staff() and d.superseded_at is null and d.batch is not null
            """, as: UUID.self)
        return try batch.flatMap { try tx.first(named($0), as: AnsweringStep.self) }
    }

    private static func named(_ batch: UUID) -> SQL {
        """
        select d.batch, d.outcome, count(distinct d.opinion_id) as opinions, count(*) filter (where d.superseded_at is null
          and (d.replaces is not null or p.state not in ('answered', 'published')) and p.state <> 'terminated') as undoable
        from dispositions d join opinions o on o.id = d.opinion_id join procedures p on p.id = o.procedure_id
        where d.batch = \(batch) and d.answered_by = actor_staff()
        group by d.batch, d.outcome order by max(d.id) desc limit 1
        """
    }

    /// - Returns: nil where the actor has answered nothing under this name.
    package static func find(
        _ batch: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> AnsweringStep? {
        try await database.read(as: actor) { tx in try tx.first(named(batch), as: AnsweringStep.self) }
    }
}
