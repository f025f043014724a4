import Postgres

/// One opinion with everything that is needed to answer it.
package struct OpinionFile: Sendable {
    package let line: WorkbenchLine
    package let body: String
    package let procedure: ProcedureHeading
    package let answers: [Disposition]
    /// What it is about, as it was when it was written; nil for the whole.
    package let passage: Passage?
    /// What has become of that passage in the newest edition; empty where it was dropped, nil where there is no newer edition.
    package let newest: [Passage]?
    package let draft: Draft
    package let edition: Edition
    /// What carries it out.
    package let changes: [OpinionChange]
    package let group: OpinionGroup?
    package let wordings: [OpinionGroup.Wording]
    package let templates: [ReplyTemplate]
    /// The step in which the actor has given the answer that holds.
    package let ownStep: AnsweringStep?
    /// A result is being cleared: an answer that is given or changed now sets it aside.
    package let isClearing: Bool
    /// In the list it was opened from.
    package let previous: Int?
    package let next: Int?

    package var current: Disposition? { answers.first { $0.supersededAt == nil } }
    package var earlier: [Disposition] { answers.filter { $0.supersededAt != nil } }

    private struct Place: Row {
        let procedureID: Int
        let passageID: Int?
        let editionID: Int
        let body: String

        init(_ row: RowReader) throws {
            procedureID = try row["procedure_id"]
            passageID = try row["passage_id"]
            editionID = try row["edition_id"]
            body = try row["body"]
        }
    }

    /// - Parameters:
    ///   - filter: of the list it was opened from.
    ///   - passed: a group that was answered as a whole: what comes next is not of it.
    /// - Returns: nil where there is none that the actor may see.
    package static func find(
        _ id: Int, in filter: WorkbenchFilter, passing passed: Int? = nil, in database: Database,
        as actor: DatabaseActor
    ) async throws -> OpinionFile? {
        try await database.read(as: actor) { tx in
            guard
                let line = try tx.first(
                    WorkbenchLine.of("o.id = \(id)", limit: 1), as: WorkbenchLine.self),
                let place = try tx.first(
                    """
                    select o.procedure_id, o.passage_id, s.edition_id, o.body
                    from opinions o join submissions s on s.id = o.submission_id where o.id = \(id)
                    """, as: Place.self)
            else { return nil }
            let edition = try tx.one(Edition.with(id: place.editionID), as: Edition.self)
            let passage = try place.passageID.flatMap { try tx.first(Passage.with(id: $0), as: Passage.self) }
            let newest = try tx.first(Edition.of(draft: edition.draftID), as: Edition.self)
            let later = newest.flatMap { $0.ordinal > edition.ordinal ? $0 : nil }
            let onwards: [Passage]? = try passage.flatMap { passage in
                try later.map { try tx.all(descendants(of: passage.id, in: $0.id), as: Passage.self) }
            }
            let group = try line.groupID.flatMap { try tx.first(OpinionGroup.with(id: $0), as: OpinionGroup.self) }
            return OpinionFile(
                line: line, body: place.body, procedure: try ProcedureHeading.read(id: place.procedureID, tx),
                answers: try tx.all(Disposition.of(opinions: [id]), as: Disposition.self),
                passage: passage, newest: onwards, draft: try tx.one(Draft.with(id: edition.draftID), as: Draft.self),
                edition: edition, changes: try tx.all(OpinionChange.of(opinion: id), as: OpinionChange.self),
                group: group,
                wordings: try group.map { try tx.all(OpinionGroup.wordings(of: $0.id), as: OpinionGroup.Wording.self) }
                    ?? [],
                templates: try tx.all(ReplyTemplate.offered(for: .opinion), as: ReplyTemplate.self),
                ownStep: try AnsweringStep.of(opinion: id, tx),
                isClearing: try Workbench.isClearing(place.procedureID, tx),
                previous: try tx.firstValue(
                    """
                    select o.id from opinions o where \(filter.opinionConditions(procedure: place.procedureID, after: 0)) and o.id < \(id)
                    order by o.id desc limit 1
                    """),
                next: try tx.firstValue(
                    """
                    select o.id from opinions o where \(filter.opinionConditions(procedure: place.procedureID, after: id))
                      and (o.group_id is null or o.group_id is distinct from \(passed)) order by o.id limit 1
                    """))
        }
    }

    private static func descendants(of passage: Int, in edition: Int) -> SQL {
        """
        with recursive line (id) as (
          select \(passage)::bigint union select o.passage_id from line l join passage_origins o on o.origin_id = l.id)
        select \(Passage.columns) from passages g where g.edition_id = \(edition) and g.id in (select id from line)
        order by g.position
        """
    }
}
