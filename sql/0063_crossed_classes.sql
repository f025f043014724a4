-- Cross-tables by numbers, dates and what was ranked first. The answers to these are no options, so a sheet gets marks for them that are:
-- of a number the class it lies in, of a date the month or the class of its year (line `_year`), of a ranking the option that was put first.
--
-- Classes never move: they come from the answers that were possible when the question was first asked, and not from those that were given,
-- so that they say nothing of any sheet, a table and its filters always mean the same, and a correction leaves what is counted as it is.
-- A class is called by where it begins and where the next one does, `20..30`; the first and the last are open, `..20` and `90..`.
set local search_path to minyi;

-- Where all classes but the first begin. Of few possible numbers each by itself; up to fifteen of the same width, of 1, 2 or 5 times a power of
-- ten, where they do not begin near nothing (years, heights, degrees); else finer below, as it suits people, ages, how often and money.
create function number_starts(p_number jsonb) returns numeric[]
language sql immutable
as $$
  select case
    when most > least and (most - least <= 15 or most - least <= 1000 and (least < 0 or least >= 10))
      then array(select trim_scale(s) from generate_series((floor(least / width) + 1) * width, most, width) s)
    else array(
      select s from unnest(array[0, 1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
        200000, 500000, 1000000]) s
      where (s > least) is not false and (s <= most) is not false order by s) end
  from (
    select jsonb_path_query_first(p_number, '$.least ? (@.type() == "number")')::numeric as least,
      jsonb_path_query_first(p_number, '$.most ? (@.type() == "number")')::numeric as most,
      coalesce(jsonb_path_query_first(p_number, '$.decimals ? (@.type() == "number")')::numeric, 0) as decimals) b
  cross join lateral (
    select min(w) as width from unnest(array[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]) w
    where 15 * w >= most - least and (w >= 1 or decimals > 0)) w
$$;

-- The same for the years of dates: by tens while they are long ago. Null where two ends are given within two years of each other: then
-- months say more.
create function year_starts(p_days jsonb) returns numeric[]
language sql immutable
as $$
  select case
    when months <= 24 then null
    when months <= 12000 then number_starts(jsonb_build_object('least', left(first, 4)::int, 'most', left(last, 4)::int))
    else array(select s::numeric from generate_series(1900, 2010, 10) s) || array(select s::numeric from generate_series(2020, 2100) s) end
  from (
    select first, last, case when first ~ '^\d{4}-\d\d-' and last ~ '^\d{4}-\d\d-'
      then left(last, 4)::int * 12 + substr(last, 6, 2)::int - left(first, 4)::int * 12 - substr(first, 6, 2)::int end as months
    from (select p_days ->> 'first' as first, p_days ->> 'last' as last) e) d
$$;
alter function number_starts(jsonb) owner to minyi_guard;
alter function year_starts(jsonb) owner to minyi_guard;

-- As before (0042), with where the classes of numbers and years begin beside it: {"_classes": {"question": [10, 20]}}; and with the texts
-- that are written within an answer (0065).
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

-- As before (0042), with the marks by which numbers, dates and rankings are crossed; a choice with a comment is one of its option.
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

-- What is counted already gets the new marks, so that the next recount finds nothing wrong. The tally waits meanwhile.
lock table tally_states in exclusive mode;
set local enable_sort = off;
set local work_mem = '64MB';
do $$
declare
  asked bigint;
  kinds jsonb;
begin
  for asked in select questionnaire_id from tally_states order by 1 loop
    kinds := (select jsonb_object_agg(key, value) from jsonb_each(question_kinds(asked))
      where key = '_classes' or value #>> '{}' in ('number', 'matrix_number', 'ranking', 'date'));
    continue when kinds = '{"_classes": {}}';
    with given as materialized (
      select x.question, x.answer, t.place / 64 as word, count(*) as sheets, bit_or(1::bigint << 63 - t.place % 64) as bits
      from tallied_sheets t join answer_sheets s on s.id = t.sheet_id left join sheets_to_tally w on w.sheet_id = t.sheet_id
      cross join lateral answers_of(coalesce(w.answers, s.answers), s.version, s.channel, s.town, s.received_at) x
      where t.questionnaire_id = asked and kinds ? x.question group by 1, 2, 3
    ), answers as materialized (
      select distinct question, answer from given
    ), marks as materialized (
      select m.question, m.line, m.option, g.word, sum(g.sheets) as sheets, bit_or(g.bits) as bits
      from marks_of(array(select question from answers), array(select answer from answers), kinds) m
      join given g on g.question = m.question and g.answer = m.answer where m.listed group by 1, 2, 3, 4
    ), counted as (
      insert into tallies (questionnaire_id, question, line, option, sheets)
      select asked, question, line, option, sum(sheets) from marks group by question, line, option
      on conflict (questionnaire_id, question, line, option) do nothing
    )
    insert into tally_bits (questionnaire_id, question, line, option, chunk, bits)
    select asked, question, line, option, word / 128, bit_or(bits::bit(64)::bit(8192) >> word % 128 * 64)
    from marks group by question, line, option, word / 128
    on conflict (questionnaire_id, question, line, option, chunk) do nothing;
  end loop;
end $$;
