import Postgres

/// Another published version that holds words of a version, or of a sheet, that is to be sealed: as long as it stands there, they can be
/// read in it, in what is compared with it, and in the history of rows.
package struct SealNeighbour: Row, Identifiable {
    /// Of the version.
    package let id: Int
    /// Of the procedure or questionnaire.
    package let subjectNumber: String
    package let kind: PublishedVersion.Kind
    package let version: Int
    package let title: String
    /// How many passages, opinions, or questions, they have in common; or of title, place and nominators that a notice tells, how many it tells, too.
    package let shared: Int
    /// What they have in common is what a notice calls the matter, or a place: the rest is another text.
    package let isNamedOnly: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        subjectNumber = try row["subject_number"]
        kind = try row["kind"]
        version = try row["version"]
        title = try row["title"]
        shared = try row["shared"]
        isNamedOnly = try row["named_only"]
    }

    /// Of the same draft, the oldest first: editions with a passage that reads alike, wherever it stands; results whose opinions are about such a
    /// passage; of a result, results with the same opinions; of a questionnaire's result, its other results with the same figures or words;
    /// of a notice, everything that was published about its matter and tells its title, or where to.
    package static func of(version id: Int) -> SQL {
        """
        with target as (
          select v.id, v.kind, v.content, v.procedure_id, v.questionnaire_id, p.draft_id
          from published_versions v left join procedures p on p.id = v.procedure_id
          where v.id = \(id)
        ), said as materialized (
          select distinct x.value - array['lineage', 'position', 'number'] as words,
            coalesce(nullif(concat_ws(' · ', nullif(x.value ->> 'level1', ''), nullif(x.value ->> 'level2', '')), ''), left(x.value ->> 'text', 30)) as label
          from target t, jsonb_array_elements(t.content -> 'passages') x where t.kind in ('draft', 'revision')
        )
        select v.id, p.number as subject_number, v.kind, v.version, v.title, c.shared, false as named_only
        from target t join procedures p on p.draft_id = t.draft_id
        join published_versions v on v.procedure_id = p.id and v.id <> t.id and v.sealed_at is null
        cross join lateral (select case
          when t.kind in ('draft', 'revision') and v.kind in ('draft', 'revision') then (
            select count(*) from jsonb_array_elements(v.content -> 'passages') y
            where y.value - array['lineage', 'position', 'number'] in (select words from said))
          when t.kind in ('draft', 'revision') and v.kind = 'result' then (
            select count(*) from published_opinions o where o.version_id = v.id and o.sealed_at is null
              and exists (select from said where label <> '' and right(o.passage, char_length(label)) = label))
          when t.kind = 'result' and v.kind = 'result' then (
            select count(*) from published_opinions o join published_opinions m on m.version_id = t.id
              and m.submission_number = o.submission_number and m.body = o.body where o.version_id = v.id)
          else 0 end as shared) c
        where c.shared > 0
        union all
        select v.id, q.number, v.kind, v.version, v.title, c.shared, false
        from target t join questionnaires q on q.id = t.questionnaire_id
        join published_versions v on v.questionnaire_id = q.id and v.id <> t.id and v.sealed_at is null
        cross join lateral (select count(*) as shared from jsonb_array_elements(t.content -> 'questions') x
          join jsonb_array_elements(v.content -> 'questions') y on y.value = x.value) f
        -- Also where the figures moved and a sentence stayed.
        cross join lateral (select f.shared + count(*) as shared from unnest(array['analysis', 'nextStep', 'correction']) k
          where t.content ->> k <> '' and t.content ->> k = v.content ->> k) c
        where c.shared > 0
        union all
        select v.id, p.number, v.kind, v.version, v.title, c.shared, true
        from published_versions t join procedures p on p.id = t.procedure_id left join gatherings g on g.id = t.gathering_id
        join published_versions v on v.procedure_id = p.id and v.id <> t.id and v.sealed_at is null
        cross join lateral (select count(*) as shared from unnest(case t.kind when 'announcement' then array[p.title]
            when 'gathering_notice' then array[g.title, g.place] when 'gathering_change' then array[t.content ->> 'place', t.content ->> 'category'] end) w
          where json_holds(to_jsonb(v.title)::text || v.content::text, array[w])) c
        where t.id = \(id) and c.shared > 0 order by 1
        """
    }

    /// Of a sheet: published results of its questionnaire in which something it wrote stands word for word. Spaces and punctuation do not
    /// count, and of what was masked only the rest is compared.
    package static func of(submission id: Int) -> SQL {
        """
        with said as materialized (
          select a.questionnaire_id, x.key as question, w.words #>> '{}' as words
          from answer_sheets a cross join lateral jsonb_each(a.answers) x cross join lateral (
            select x.value as words where jsonb_typeof(x.value) = 'string'
            union all select jsonb_path_query(x.value, '$.other')) w
          where a.submission_id = \(id)
        )
        select v.id, q.number as subject_number, v.kind, v.version, v.title, c.shared, false as named_only
        from questionnaires q join published_versions v on v.questionnaire_id = q.id and v.sealed_at is null
        cross join lateral (select count(*) as shared from said s
          join jsonb_array_elements(v.content -> 'questions') k on k.value ->> 'code' = s.question
          cross join lateral jsonb_array_elements(k.value -> 'words') w
          where regexp_replace(lower(w.value ->> 'text'), '[[:space:][:punct:]，。！？；：、“”‘’（）《》【】…—～·　]+', '', 'g')
              = regexp_replace(lower(s.words), '[[:space:][:punct:]，。！？；：、“”‘’（）《》【】…—～·　]+', '', 'g')
            or w.value ->> 'text' like '%*%' and s.words like regexp_replace(w.value ->> 'text', '[*%_]+', '%', 'g')) c
        where q.id = (select questionnaire_id from answer_sheets where submission_id = \(id)) and c.shared > 0 order by 1
        """
    }
}
