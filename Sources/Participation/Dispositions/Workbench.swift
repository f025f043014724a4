import Foundation
import Postgres
import Text

/// An opinion as the workbench lists it.
package struct WorkbenchLine: Row, Identifiable {
    package let id: Int
    package let version: Int
    /// Of its submission, which of its opinions it is, and of how many.
    package let number: String
    package let ordinal: Int
    package let parts: Int
    /// The beginning; empty once withdrawn or sealed.
    package let excerpt: String
    package let channel: Channel
    package let receivedAt: Date
    /// The day it came, where somebody entered it later.
    package let arrivedOn: CalendarDate?
    package let submitter: Submitter.Kind
    package let organisation: String
    package let people: Int
    package let rowNumber: String?
    package let ending: Reconciliation.Ending?
    package let groupID: Int?
    package let groupSize: Int?
    /// Of what is in a group: per cent of what is alike with its first wording; nil where it was put there by hand.
    package let likeness: Int?
    package let isSealed: Bool
    package let flags: [SubmissionFlag]
    /// Adopted, and neither a change nor its answer says where.
    package let lacksEffect: Bool
    /// The units that are asked for their view, and those that have given it; nil where none.
    package let asked: String?
    package let viewed: String?
    /// The names of others who have it open just now; nil where nobody has.
    package let looking: String?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        version = try row["version"]
        number = try row["number"]
        ordinal = try row["ordinal"]
        parts = try row["parts"]
        excerpt = try row["excerpt"]
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        arrivedOn = try row["arrived_on"]
        submitter = try row["submitter"]
        organisation = try row["organisation"]
        people = try row["people"]
        rowNumber = try row["row_number"]
        ending = try row["ending", as: Reconciliation.Ending?.self]
        groupID = try row["group_id"]
        groupSize = try row["group_size"]
        likeness = try row["likeness"]
        isSealed = try row["is_sealed"]
        flags = try row["flags", as: [String].self].compactMap(SubmissionFlag.init(rawValue:))
        lacksEffect = try row["lacks_effect"]
        asked = try row["asked"]
        viewed = try row["viewed"]
        looking = try row["looking"]
    }

    /// Lines in the order of their ids. The few opinions are found first and joined then: planned together, all that fit were
    /// sorted to show fifty.
    /// - Parameter found: conditions over `opinions o`.
    static func of(_ found: SQL, limit: Int) -> SQL {
        """
        select o.id, o.version, s.number, o.ordinal, (select count(*) from opinions x where x.submission_id = s.id) as parts,
          left(o.body, \(longestExcerpt)::int) as excerpt, o.channel, s.received_at, s.arrived_on, s.submitter, s.organisation, s.people,
          g.number as row_number, o.ending, o.group_id, k.size as group_size, o.likeness, s.sealed_at is not null as is_sealed, s.flags,
          coalesce(\(lacksEffect), false) as lacks_effect,
          (\(OpinionLook.others(of: "o.id"))) as looking,
          (\(units) and c.is_open) as asked, (\(units) and c.state = 'completed') as viewed
        from (select * from opinions o where \(found) order by o.id limit \(limit)) o join submissions s on s.id = o.submission_id left join passages g on g.id = o.passage_id
        left join opinion_groups k on k.id = o.group_id
        left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
        order by o.id
        """
    }

    /// Whether nothing says where an adopted opinion `o` with the answer `d` takes effect.
    static let lacksEffect: SQL = """
        o.ending in ('adopted', 'partly_adopted') and d.effect = ''
          and not exists (select from passage_opinions x where x.opinion_id = o.id)
        """

    /// The units whose view of an opinion `o` was asked.
    private static let units: SQL = """
        select string_agg(coalesce(u.name, '—'), '、' order by c.id) from opinion_views v join cases c on c.id = v.case_id
        left join units u on u.id = c.unit_id where v.opinion_id = o.id
        """

    /// Characters of its words.
    private static let longestExcerpt = 300
}

/// One screenful of opinions with how everything stands, read at one moment. Its cost does not grow with how many there are.
package struct Workbench: Sendable {
    package let procedure: ProcedureHeading
    package let reconciliation: Reconciliation
    package let forms: FormEndings
    package let lines: [WorkbenchLine]
    /// The id to continue after; nil at the end.
    package let next: Int?
    /// The numbers of the rows that anything is about, in the order of the draft.
    package let rows: [String]
    /// The units that a row names as responsible, or that are asked for a view.
    package let units: [Choice]
    package let group: OpinionGroup?
    /// How many groups there are, counted no further than `mostCounted`.
    package let groups: Int
    /// About how many of its opinions units are asked for their view, or have given it.
    package let viewed: Int
    /// From how many per cent of likeness on opinions were folded, and when; nil before the first time.
    package let folding: FoldingState?
    package let templates: [ReplyTemplate]
    /// The actor's own last step, while it can be taken back; nil where that was about another procedure.
    package let lastStep: AnsweringStep?
    /// A result is being cleared: an answer that is given or changed now sets it aside.
    package let isClearing: Bool

    package struct Choice: Row {
        package let id: Int
        package let name: String

        package init(_ row: RowReader) throws {
            id = try row["id"]
            name = try row["name"]
        }
    }

    package struct FoldingState: Row {
        package let foldedAt: Date
        package let threshold: Int

        package init(_ row: RowReader) throws {
            foldedAt = try row["folded_at"]
            threshold = try row["threshold"]
        }
    }

    package static let size = 50
    package static let mostCounted = 1000

    /// - Parameter after: the id of the last line of the page before; 0 for the first page.
    /// - Returns: nil where there is no such procedure that the actor may see.
    package static func read(
        _ filter: WorkbenchFilter, of number: String, after: Int = 0, in database: Database, as actor: DatabaseActor
    ) async throws -> Workbench? {
        try await database.read(as: actor) { tx in
            guard let procedure = try ProcedureHeading.read(number: number, tx) else { return nil }
            let found = try tx.all(
                WorkbenchLine.of(filter.opinionConditions(procedure: procedure.id, after: after), limit: size + 1),
                as: WorkbenchLine.self)
            let lines = Array(found.prefix(size))
            return Workbench(
                procedure: procedure, reconciliation: try Reconciliation.read(procedureID: procedure.id, tx),
                forms: try FormEndings.read(procedureID: procedure.id, tx),
                lines: lines, next: found.count > size ? lines.last?.id : nil, rows: try rows(procedure.id, tx),
                units: try tx.all(units(procedure.id), as: Choice.self),
                group: try filter.group.flatMap { try tx.first(OpinionGroup.with(id: $0), as: OpinionGroup.self) },
                groups: try tx.value(
                    """
                    select count(*) from (select from opinion_groups where procedure_id = \(procedure.id) limit \(mostCounted)) few
                    """),
                viewed: try tx.value(
                    """
                    select count(distinct v.opinion_id) from opinion_views v join cases c on c.id = v.case_id join opinions o on o.id = v.opinion_id
                    where o.procedure_id = \(procedure.id) and c.state not in ('withdrawn', 'sealed')
                    """),
                folding: try tx.first(
                    """
                    select folded_at, threshold from procedure_foldings
                    where procedure_id = \(procedure.id) and folded_at is not null and threshold is not null
                    """, as: FoldingState.self),
                templates: try tx.all(ReplyTemplate.offered(for: .opinion), as: ReplyTemplate.self),
                lastStep: try AnsweringStep.last(of: procedure.id, tx), isClearing: try isClearing(procedure.id, tx))
        }
    }

    /// Whether a result of this procedure waits for review, approval or publication.
    static func isClearing(_ procedureID: Int, _ tx: borrowing Session) throws -> Bool {
        try tx.value(
            """
            select exists (select from clearances where procedure_id = \(procedureID) and kind = 'result' and published_at is null
              and withdrawn_at is null)
            """)
    }

    private static func units(_ procedureID: Int) -> SQL {
        """
        with publishers as materialized (
          select distinct g.publisher from procedures p join editions e on e.draft_id = p.draft_id join passages g on g.edition_id = e.id
          where p.id = \(procedureID) and g.publisher <> '')
        select u.id, u.name from units u
        where exists (select from publishers x where position(u.name in x.publisher) > 0)
          or u.id in (select c.unit_id from opinion_views v join cases c on c.id = v.case_id join opinions o on o.id = v.opinion_id
            where o.procedure_id = \(procedureID))
        order by u.code
        """
    }

    /// From one passage to the next by the index, however many opinions each has.
    private static func rows(_ procedureID: Int, _ tx: borrowing Session) throws -> [String] {
        try tx.values(
            """
            with recursive about (id) as (
              (select o.passage_id from opinions o where o.procedure_id = \(procedureID) and o.passage_id is not null
                order by o.passage_id limit 1)
              union all
              select (select o.passage_id from opinions o where o.procedure_id = \(procedureID) and o.passage_id > a.id
                order by o.passage_id limit 1) from about a where a.id is not null)
            select g.number from about a join passages g on g.id = a.id where g.number <> ''
            group by g.number order by min(g.position), g.number
            """)
    }
}
