-- What is written within an answer – a cell of a matrix of texts – is a question of its own for the figures, for those who read what was
-- written, and for sealing: `question.row.column`, a text (Question.counted). It needs no more than to be taken apart where answers are.
set local search_path to minyi;

create or replace function question_kinds(p_questionnaire_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with questions as (
    select q, q ->> 'code' as code
    from (select content from questionnaire_versions where questionnaire_id = p_questionnaire_id order by version) v,
      jsonb_path_query(v.content, '$.pages[*].groups[*].questions[*]') q
    where q ? 'code' and q ? 'kind'
  )
  select coalesce(jsonb_object_agg(code, kind) filter (where code is not null), '{}')
    || '{"": "sheet", "_version": "known", "_channel": "known", "_town": "known", "_day": "day"}'
  from (
    select code, case_name(q -> 'kind') || case when q #> '{kind,matrix}' is null then ''
      else '_' || coalesce(case_name(q #> '{kind,matrix,cell}'), 'single') end as kind
    from questions
    union all
    select code || '.' || (r ->> 'code') || '.' || (c ->> 'code'), 'text'
    from questions, jsonb_path_query(q, '$.kind.matrix.rows[*]') r, jsonb_path_query(q, '$.kind.matrix.columns[*]') c
    where case_name(q #> '{kind,matrix,cell}') = 'text') x
$$;

create or replace function answers_of(p_answers jsonb, p_version int, p_channel text, p_town text, p_received_at timestamptz)
returns table (question text, answer jsonb)
language sql stable
as $$
  select key, value from jsonb_each(p_answers)
  union all
  -- The texts in the cells of a matrix. (Most sheets have nothing so deep: not to take them apart again halves what this costs.)
  select a.key || '.' || r.key || '.' || c.key, c.value
  from jsonb_each(case when p_answers @? '$.*.*.*' then p_answers else '{}' end) a
  cross join lateral jsonb_each(case jsonb_typeof(a.value) when 'object' then a.value else '{}' end) r
  cross join lateral jsonb_each(case jsonb_typeof(r.value) when 'object' then r.value else '{}' end) c
  where jsonb_typeof(a.value) = 'object' and jsonb_typeof(r.value) = 'object' and jsonb_typeof(c.value) = 'string'
  union all select '', 'true'
  union all select '_version', to_jsonb(p_version::text)
  union all select '_channel', to_jsonb(p_channel)
  union all select '_town', to_jsonb(p_town) where p_town is not null
  union all select '_day', to_jsonb((p_received_at at time zone 'Asia/Shanghai')::date)
$$;

create or replace function wording_sheets(p_questionnaire_id bigint, p_question text, p_wording uuid) returns setof text
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
begin
  perform require_role(unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer') from questionnaires where id = p_questionnaire_id;
  return query
  with given as materialized (
    select a.submission_id, x.answer
    from answer_sheets a cross join lateral answers_of(a.answers, a.version, a.channel, a.town, a.received_at) x
    where a.questionnaire_id = p_questionnaire_id and a.answers ? split_part(p_question, '.', 1) and x.question = p_question
  ), answers as materialized (
    select distinct g.answer from given g
  )
  select s.number from texts_of(array(select p_question from answers), array(select a.answer from answers a), question_kinds(p_questionnaire_id)) t
  join given g on g.answer = t.answer join submissions s on s.id = g.submission_id
  where wording_of(t.words) = p_wording group by s.number order by s.number limit 100;
end $$;
