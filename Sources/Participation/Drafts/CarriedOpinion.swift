import Postgres

/// An opinion with the passages that carry it out, by their positions in an edition that is to be published.
struct CarriedOpinion: Row {
    let published: PublishedContent.Draft.CarriedOut

    init(_ row: RowReader) throws {
        published = .init(
            number: try row["number"], part: try row["part"], passages: try row["passages"], dropped: try row["dropped"]
        )
    }

    /// Of the opinions that came in to the procedure; one that is hidden, sealed, withdrawn or in a
    /// letter between offices that was not released carries nothing in public.
    static func of(_ procedure: Procedure, in edition: Edition) -> SQL {
        """
        with recursive links as (
          select x.passage_id, x.opinion_id from passage_opinions x join editions e on e.id = x.edition_id
          where e.draft_id = \(edition.draftID) and e.ordinal <= \(edition.ordinal)
            and e.ordinal > (select ordinal from editions where id = \(procedure.editionID))
        ), line (passage_id, ancestor_id) as (
          select id, id from passages where edition_id = \(edition.id) or id in (select passage_id from links)
          union
          select l.passage_id, o.origin_id from line l join passage_origins o on o.passage_id = l.ancestor_id
        ), placed as (
          select k.opinion_id, n.position, null::int as dropped from links k join line l on l.ancestor_id = k.passage_id
          join passages n on n.id = l.passage_id where n.edition_id = \(edition.id)
          union
          select k.opinion_id, null, o.position from links k join line l on l.passage_id = k.passage_id
          join passages o on o.id = l.ancestor_id where o.edition_id = \(procedure.editionID)
            and not exists (select from line m join passages n on n.id = m.passage_id
              where m.ancestor_id = k.passage_id and n.edition_id = \(edition.id))
        )
        select s.number, o.ordinal as part, coalesce(array_agg(p.position::bigint order by p.position) filter (where p.position is not null), '{}') as passages,
          coalesce(array_agg(p.dropped::bigint order by p.dropped) filter (where p.dropped is not null), '{}') as dropped
        from placed p join opinions o on o.id = p.opinion_id join submissions s on s.id = o.submission_id
        where s.procedure_id = \(procedure.id) and s.withdrawn_at is null and s.sealed_at is null and s.screening <> 'hidden'
          and coalesce(o.ending, 'adopted') in ('adopted', 'partly_adopted')
          and (s.channel <> 'written' or exists (select from written_replies w where w.submission_id = s.id and w.released_at is not null))
        group by s.id, o.id order by s.id, o.ordinal
        """
    }
}
