-- What is written within an answer is a question of its own for the figures, for those who read what was written, and for sealing: a text
-- (Question.counted). In a cell of a matrix it is `question.row.column`; beside a choice, which is then {"option": "code", "comment":
-- "words"}, `question.comment`, and beside one of several `question.option.comment`. It needs no more than to be taken apart where answers
-- are.
set local search_path to minyi;

-- As before (0063), with these parts.
create or replace function question_kinds(p_questionnaire_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with questions as (
    select v.version, q, q ->> 'code' as code, k.name, k.cell, case
      when k.name = 'number' then number_starts(q #> '{kind,number}')
      when k.cell = 'number' then number_starts(q #> '{kind,matrix,cell,number}')
      when k.name = 'date' then year_starts(q #> '{kind,date}') end as starts
    from questionnaire_versions v cross join lateral jsonb_path_query(v.content, '$.pages[*].groups[*].questions[*]') q
    cross join lateral (
      select case_name(q -> 'kind') as name,
        case when q #> '{kind,matrix}' is not null then coalesce(case_name(q #> '{kind,matrix,cell}'), 'single') end as cell) k
    where v.questionnaire_id = p_questionnaire_id and q ? 'code' and q ? 'kind'
  )
  select coalesce(jsonb_object_agg(code, kind order by version), '{}')
    || '{"": "sheet", "_version": "known", "_channel": "known", "_town": "known", "_day": "day"}'
    -- Of a key that comes again the last value stays: here that of the first version, also where it had none.
    || jsonb_build_object('_classes', coalesce(jsonb_strip_nulls(jsonb_object_agg(code, starts order by version desc)), '{}'))
  from (
    select version, code, name || case when cell is null then '' else '_' || cell end as kind, starts from questions
    union all
    select version, code || '.' || (r ->> 'code') || '.' || (c ->> 'code'), 'text', null
    from questions, jsonb_path_query(q, '$.kind.matrix.rows[*]') r, jsonb_path_query(q, '$.kind.matrix.columns[*]') c where cell = 'text'
    union all
    select version, code || '.comment', 'text', null from questions where q #> '{kind,single}' ? 'comment'
    union all
    select version, code || '.' || o || '.comment', 'text', null
    from questions cross join lateral (
      select '_other' as o union all select e ->> 'code' from jsonb_path_query(q, '$.kind.multiple.options[*]') e) p
    where q #> '{kind,multiple}' ? 'comment') x
  where code is not null
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
  union all
  -- Comments beside choices.
  select a.key || case when jsonb_typeof(a.value) = 'array' then '.' || coalesce(e ->> 'option', '_other') else '' end || '.comment',
    e -> 'comment'
  from jsonb_each(case when p_answers @? '$.*.comment' then p_answers else '{}' end) a
  cross join lateral jsonb_array_elements(case jsonb_typeof(a.value) when 'array' then a.value else jsonb_build_array(a.value) end) e
  where jsonb_typeof(e -> 'comment') = 'string'
  union all select '', 'true'
  union all select '_version', to_jsonb(p_version::text)
  union all select '_channel', to_jsonb(p_channel)
  union all select '_town', to_jsonb(p_town) where p_town is not null
  union all select '_day', to_jsonb((p_received_at at time zone 'Asia/Shanghai')::date)
$$;

-- As before (0063): a choice with a comment is one of its option.
create or replace function marks_of(p_questions text[], p_answers jsonb[], p_kinds jsonb)
returns table (question text, answer jsonb, line text, option text, number numeric, listed boolean)
language sql stable
as $$
  with a as materialized (
    select g.question, g.answer, g.answer as v, k.kind, jsonb_typeof(g.answer) as form
    from unnest(p_questions, p_answers) g (question, answer)
    join (select key, value as kind from jsonb_each_text(p_kinds)) k on k.key = g.question
  ), o as materialized (
    -- Rows of matrices and what is chosen in them.
    select a.question, a.answer, a.kind, r.key as line, r.value as v, jsonb_typeof(r.value) as form
    from a cross join lateral jsonb_each(a.v) r where a.kind like 'matrix%' and a.form = 'object'
  ), n as materialized (
    select *, trim_scale((v #>> '{}')::numeric) as number from (
      select question, answer, kind, '' as line, v from a where kind in ('scale', 'number') and form = 'number'
      union all
      select o.question, o.answer, o.kind, line || '.' || c.key, c.value
      from o cross join lateral jsonb_each(o.v) c where kind = 'matrix_number' and form = 'object' and jsonb_typeof(c.value) = 'number') x
  ), c as materialized (
    select key as question, array(select e::numeric from jsonb_array_elements_text(value) e) as starts from jsonb_each(p_kinds -> '_classes')
  ), p as materialized (
    -- The class that a number lies in, or the year of a date.
    select x.question, x.answer, x.line, c.starts, width_bucket(x.number, c.starts) as place
    from (
      select question, answer, line, number from n where abs(number) <= 1e15
      union all
      select question, answer, '_year', left(v #>> '{}', 4)::numeric from a
      where kind = 'date' and form = 'string' and v #>> '{}' ~ '^\d{4}-') x
    join c on c.question = x.question
  )
  select question, answer, '', '', null::numeric, true from a
  union all
  select question, answer, '', case kind when 'date' then left(v #>> '{}', 7) else v #>> '{}' end, null,
    kind in ('unit', 'known') or kind = 'date' and not coalesce(p_kinds -> '_classes' ? question, false)
  from a where kind in ('unit', 'known', 'date', 'day') and form = 'string'
  union all
  select question, answer, '', case form when 'string' then v #>> '{}' else coalesce(v ->> 'option', '_other') end, null, true
  from a where kind = 'single' and form in ('string', 'object')
  union all
  select question, answer, '', case when v = 'true' then 'yes' else 'no' end, null, true from a where kind = 'yesNo' and form = 'boolean'
  union all
  select distinct question, answer, '', case jsonb_typeof(e) when 'string' then e #>> '{}' else coalesce(e ->> 'option', '_other') end, null::numeric, true
  from a cross join lateral jsonb_array_elements(v) e where kind = 'multiple' and form = 'array'
  union all
  select question, answer, e.value #>> '{}', e.ordinality::text, null, true
  from a cross join lateral jsonb_array_elements(v) with ordinality e
  where kind = 'ranking' and form = 'array' and jsonb_typeof(e.value) = 'string'
  -- What was put first.
  union all select question, answer, '', v ->> 0, null, true from a where kind = 'ranking' and form = 'array' and jsonb_typeof(v -> 0) = 'string'
  union all select question, answer, '', number::text, null, true from n where kind = 'scale'
  union all select question, answer, line, null, number, false from n where abs(number) <= 1e15
  union all
  select question, answer, line, coalesce(starts[place]::text, '') || '..' || coalesce(starts[place + 1]::text, ''), null, true from p
  -- That there is a number in the cell, or a date at all: of a number by itself it is said already.
  union all select question, answer, line, '', null, true from p where line <> ''
  union all
  select question, answer, line, '', null, true from o
  union all
  select question, answer, line, v #>> '{}', null, true from o where kind = 'matrix_single' and form = 'string'
  union all
  select distinct question, answer, line, e #>> '{}', null::numeric, true
  from o cross join lateral jsonb_array_elements(v) e where kind = 'matrix_multiple' and form = 'array'
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
