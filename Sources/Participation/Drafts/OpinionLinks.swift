import Postgres

/// An opinion that a change could carry out, as the desk shows it beside the passage.
package struct LinkableOpinion: Row, Identifiable {
    package let id: Int
    /// Of its submission, and which of its opinions.
    package let number: String
    package let ordinal: Int
    package let body: String
    package let outcome: Outcome?
    /// The number of the row it is about; nil when about the whole.
    package let about: String?
    package let isAboutThis: Bool
    package let isLinked: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        ordinal = try row["ordinal"]
        body = try row["body"]
        outcome = try row["outcome", as: Outcome?.self]
        about = try row["about"]
        isAboutThis = try row["is_about_this"]
        isLinked = try row["is_linked"]
    }

    /// Which opinions are shown to choose from.
    package struct Search: Sendable {
        /// Words or a number to look for; empty for all.
        package var text = ""
        /// Also those that no change can carry out: not adopted, explained, transferred, invalid.
        package var showsAll = false
        /// One that somebody came with: shown in any case.
        package var wanted: Int?

        package init(text: String = "", showsAll: Bool = false, wanted: Int? = nil) {
            (self.text, self.showsAll, self.wanted) = (text, showsAll, wanted)
        }
    }

    /// The linked ones first and the one that is wanted, then those about the passage or what it comes from, then others about the
    /// draft; what can be carried out is adopted, partly adopted or not answered yet.
    /// - Parameter passage: of the edition, or one of the edition before that was dropped.
    package static func of(passage: Int, in edition: Edition, _ search: Search, limit: Int) -> SQL {
        """
        with recursive line (id) as (
          select \(passage)::bigint union select o.origin_id from line l join passage_origins o on o.passage_id = l.id
        )
        select o.id, s.number, o.ordinal, o.body, d.outcome, g.number as about,
          coalesce(o.passage_id in (select id from line), false) as is_about_this, x.opinion_id is not null as is_linked
        from procedures p join submissions s on s.procedure_id = p.id join opinions o on o.submission_id = s.id
        left join passages g on g.id = o.passage_id
        left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
        left join passage_opinions x on x.opinion_id = o.id and x.passage_id = \(passage) and x.edition_id = \(edition.id)
        where p.draft_id = \(edition.draftID) and s.withdrawn_at is null and s.sealed_at is null
          and (x.opinion_id is not null or o.id = \(search.wanted)::bigint
            or (\(search.text) = '' or s.number = \(search.text) or strpos(o.body, \(search.text)) > 0)
              and (\(search.showsAll) or d.outcome is null or d.outcome in ('adopted', 'partly_adopted')))
        order by is_linked desc, coalesce(o.id = \(search.wanted)::bigint, false) desc, is_about_this desc, s.id, o.ordinal limit \(limit)
        """
    }
}

/// Where an opinion is linked to the change that carries it out, and what it says.
package struct OpinionToLink: Row, Identifiable {
    package let id: Int
    package let number: String
    package let ordinal: Int
    package let body: String
    package let draftID: Int
    /// The newest edition of the draft, where that is later than the one that was commented on.
    package let laterOrdinal: Int?
    /// What has become of its passage in the newest edition that has it; nil for an opinion on the whole.
    package let passageID: Int?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        ordinal = try row["ordinal"]
        body = try row["body"]
        draftID = try row["draft_id"]
        laterOrdinal = try row["later_ordinal"]
        passageID = try row["passage_id"]
    }

    package static func with(id: Int) -> SQL {
        """
        with recursive line (id) as (
          select passage_id from opinions where id = \(id) and passage_id is not null
          union select o.passage_id from line l join passage_origins o on o.origin_id = l.id
        )
        select o.id, s.number, o.ordinal, o.body, asked.draft_id,
          (select max(ordinal) from editions e where e.draft_id = asked.draft_id and e.ordinal > asked.ordinal) as later_ordinal,
          (select g.id from passages g join editions e on e.id = g.edition_id where g.id in (select id from line)
            order by e.ordinal desc, g.position limit 1) as passage_id
        from opinions o join submissions s on s.id = o.submission_id join editions asked on asked.id = s.edition_id
        where o.id = \(id)
        """
    }
}

/// Says which of the opinions that were shown a change carries out.
package struct LinkOpinions: Sendable {
    package let passage: Int
    package let edition: Int

    /// - Parameter edition: the one whose change it is; the passage is its own, or was dropped in it.
    package init(passage: Int, edition: Int) { (self.passage, self.edition) = (passage, edition) }

    package func callAsFunction(
        shown: [Int], chosen: Set<Int>, in database: Database, as actor: DatabaseActor
    ) async throws {
        try await database.write(as: actor) { tx in
            for id in shown {
                try tx.execute("select link_opinion(\(edition), \(passage), \(id), \(chosen.contains(id)))")
            }
        }
    }
}

/// A change that carries an opinion out.
package struct OpinionChange: Row {
    package let opinionID: Int
    package let passageID: Int
    /// Of the edition that made the change.
    package let ordinal: Int
    package let number: String
    package let name: String
    package let isDropped: Bool

    package init(_ row: RowReader) throws {
        opinionID = try row["opinion_id"]
        passageID = try row["passage_id"]
        ordinal = try row["ordinal"]
        number = try row["number"]
        name = try row["name"]
        isDropped = try row["is_dropped"]
    }

    static func of(submission: Int) -> SQL { of(where: "o.submission_id = \(submission)") }

    static func of(opinion: Int) -> SQL { of(where: "o.id = \(opinion)") }

    private static func of(where condition: SQL) -> SQL {
        """
        select x.opinion_id, x.passage_id, e.ordinal, g.number, g.edition_id <> e.id as is_dropped,
          coalesce(nullif(concat_ws(' · ', nullif(g.level1, ''), nullif(g.level2, '')), ''), left(g.text, 40)) as name
        from opinions o join passage_opinions x on x.opinion_id = o.id join passages g on g.id = x.passage_id
        join editions e on e.id = x.edition_id where \(condition) order by o.ordinal, e.ordinal, g.position
        """
    }
}
