-- What was answered, counted: as answer sheets come and go the worker adds them to counts and to bitmaps; who reads adds what the worker
-- has not taken yet, so that figures are exact at any moment. Nobody who answers meets a row that others count on.
--
-- Everything is counted the same way: a sheet has *marks*, each a question, a line (a row of a matrix, or an option that was ranked) and
-- an option. Option '' says that the question, or the line, was answered at all; question '' is every sheet. What is known of the sheet
-- itself is a question, too: `_version`, `_channel`, `_town`, `_day` (codes of questions begin with a letter). A number is no option:
-- there may be as many as sheets.
set local search_path to minyi;
-- squawk-ignore-file require-concurrent-index-creation

create table tallies (
  questionnaire_id bigint not null references questionnaires,
  question text not null,
  line text not null,
  option text not null,                -- the month, where a day is asked for
  sheets bigint not null,
  primary key (questionnaire_id, question, line, option)
);

-- The numbers that were given, as a tree: each number by itself (`width` 0), below it the hundred it lies in, below that the ten thousand,
-- and so on up to the first that begins at 0, or ends there. So many sheets have a number from `start` to before `start + width`. A number
-- with decimals begins with the 1 it lies in, or the hundredth. Whoever wants the smallest, the middle one or ten classes of equal width
-- reads some hundred rows, however many different numbers there are.
create table tally_numbers (
  questionnaire_id bigint not null,    -- one of `tally_states`; to look it up for each new number would be a quarter of the work
  question text not null,
  line text not null,
  outer_width numeric not null,        -- of the row that this one is a part of; of the outermost infinity
  start numeric not null,
  width numeric not null,
  sheets bigint not null,
  total numeric,                       -- of the outermost: their sum, and that of their squares
  squares numeric,
  primary key (questionnaire_id, outer_width, question, line, start, width)
) with (fillfactor = 70); -- Counts change where they stand.

-- Which sheets have a mark: a bit for each, by its place. Chunks of 1 KB stay within their page, where larger ones would be fetched from
-- beside it for each comparison. Days have none.
create table tally_bits (
  questionnaire_id bigint not null references questionnaires,
  question text not null,
  line text not null,
  option text not null,
  chunk int not null,
  bits bit(8192) not null,
  primary key (questionnaire_id, question, line, option, chunk)
);

-- The sheets that are in all of them. A place is given once; within what is taken at a time it says nothing about who came first.
create table tallied_sheets (
  sheet_id uuid primary key,           -- of `answer_sheets`, as `sheets_to_tally` saw to it; to lock each of them again would cost as much
  questionnaire_id bigint not null,
  place int not null,
  constraint tallied_sheets_one_place unique (questionnaire_id, place)
);

create table tally_states (
  questionnaire_id bigint primary key references questionnaires,
  places int not null default 0,       -- given so far
  changed_at timestamptz,
  proved_at timestamptz,
  wrong int not null default 0         -- how much the last recount found
);

-- What was written, each wording once and screened once: two that differ in spaces, case and the signs at the end only are the same.
create table text_wordings (
  questionnaire_id bigint not null references questionnaires,
  question text not null,
  wording uuid not null,
  words text not null,
  sheets bigint not null,
  screening text not null default 'pending' constraint text_wordings_screening check (screening in ('pending', 'shown', 'hidden')),
  hidden_code text constraint text_wordings_hidden_code check ((hidden_code is not null) = (screening = 'hidden')
    and hidden_code in ('abuse', 'advertising', 'personal_data', 'secret', 'child', 'unlawful', 'off_topic')),
  primary key (questionnaire_id, question, wording)
);
create index text_wordings_by_screening on text_wordings (questionnaire_id, question, screening, sheets desc);

-- What everyone sees of one while its sheets come and go, where small numbers are hidden: as it was when it was shown last. Else the
-- difference of two looks would be one sheet, with all that it says.
create table shown_results (
  questionnaire_id bigint primary key references questionnaires,
  shown_at timestamptz not null,
  sheets bigint not null,
  figures jsonb not null,              -- the rows of `figures_of`
  numbers jsonb not null,              -- those of `number_figures_of`
  wordings jsonb not null              -- how many wrote what, where those are not few
);
-- At least so long one step of them lasts.
insert into site_settings (key, value) values ('live_results_minutes', '60');

-- ---- The marks of a sheet ---------------------------------------------------------------------------------------------------

-- {"question": "kind"} of everything that was asked in any version, and of what is known of a sheet itself: a code never changes its
-- meaning. A case without anything beside it is a text, another an object with one key.
create function case_name(p_case jsonb) returns text
language sql immutable
as $$ select case jsonb_typeof(p_case) when 'string' then p_case #>> '{}' when 'object' then (select min(k) from jsonb_object_keys(p_case) k) end $$;

create function question_kinds(p_questionnaire_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select coalesce(jsonb_object_agg(q ->> 'code', case_name(q -> 'kind') || case when q #> '{kind,matrix}' is null then ''
    else '_' || coalesce(case_name(q #> '{kind,matrix,cell}'), 'single') end), '{}')
    || '{"": "sheet", "_version": "known", "_channel": "known", "_town": "known", "_day": "day"}'
  from (select content from questionnaire_versions where questionnaire_id = p_questionnaire_id order by version) v,
    jsonb_path_query(v.content, '$.pages[*].groups[*].questions[*]') q
  where q ? 'code' and q ? 'kind'
$$;

-- What a sheet says, and what is known of it. What was taken away brings its answers along, and its town.
-- (The functions here that have no search_path of their own become a part of the statement that asks: that is much faster.)
create function answers_of(p_answers jsonb, p_version int, p_channel text, p_town text, p_received_at timestamptz)
returns table (question text, answer jsonb)
language sql stable
as $$
  select key, value from jsonb_each(p_answers)
  union all select '', 'true'
  union all select '_version', to_jsonb(p_version::text)
  union all select '_channel', to_jsonb(p_channel)
  union all select '_town', to_jsonb(p_town) where p_town is not null
  union all select '_day', to_jsonb((p_received_at at time zone 'Asia/Shanghai')::date)
$$;

-- The marks that answers make; `listed`: it has a bitmap. What does not have the form of its kind is not counted: nothing here stops the
-- tally. Many sheets say the same, so answers are taken apart once, and not sheet by sheet.
create function marks_of(p_questions text[], p_answers jsonb[], p_kinds jsonb)
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
  )
  select question, answer, '', '', null::numeric, true from a
  union all
  select question, answer, '', case kind when 'date' then left(v #>> '{}', 7) else v #>> '{}' end, null, kind in ('unit', 'known')
  from a where kind in ('unit', 'known', 'date', 'day') and form = 'string'
  union all
  select question, answer, '', case form when 'string' then v #>> '{}' else '_other' end, null, true
  from a where kind = 'single' and form in ('string', 'object')
  union all
  select question, answer, '', case when v = 'true' then 'yes' else 'no' end, null, true from a where kind = 'yesNo' and form = 'boolean'
  union all
  select distinct question, answer, '', case jsonb_typeof(e) when 'string' then e #>> '{}' else '_other' end, null::numeric, true
  from a cross join lateral jsonb_array_elements(v) e where kind = 'multiple' and form = 'array'
  union all
  select question, answer, e.value #>> '{}', e.ordinality::text, null, true
  from a cross join lateral jsonb_array_elements(v) with ordinality e
  where kind = 'ranking' and form = 'array' and jsonb_typeof(e.value) = 'string'
  union all select question, answer, '', number::text, null, true from n where kind = 'scale'
  union all select question, answer, line, null, number, false from n where abs(number) <= 1e15
  union all select question, answer, line, '', null, true from o
  union all select question, answer, line, v #>> '{}', null, true from o where kind = 'matrix_single' and form = 'string'
  union all
  select distinct question, answer, line, e #>> '{}', null::numeric, true
  from o cross join lateral jsonb_array_elements(v) e where kind = 'matrix_multiple' and form = 'array'
$$;

-- The rows of a number in `tally_numbers`; up to 10^15, with six decimals.
create function number_steps(p_number numeric) returns table (outer_width numeric, start numeric, width numeric)
language sql immutable
as $$
  select case when d = 0 then 100 when d <= 2 then 1 when d <= 4 then 0.01 else 0.0001 end, p_number, 0 from scale(p_number) d
  union all
  select case when w.width >= 100 and p_number >= -w.width and p_number < w.width then 'Infinity' else w.outer_width end,
    p_number - mod(p_number, w.width) - case when p_number < 0 and mod(p_number, w.width) < 0 then w.width else 0 end, w.width
  from (values (0.0001, 0.01, 4, 0), (0.01, 1, 2, 0), (1, 100, 0, 0), (100, 1e4, -1, 0), (1e4, 1e6, -1, 100), (1e6, 1e8, -1, 1e4),
    (1e8, 1e10, -1, 1e6), (1e10, 1e12, -1, 1e8), (1e12, 1e14, -1, 1e10), (1e14, 1e16, -1, 1e12), (1e16, 1e18, -1, 1e14))
    w (width, outer_width, decimals, beyond)
  where scale(p_number) > w.decimals and (p_number >= w.beyond or p_number < -w.beyond)
$$;

-- Spaces, case, width and the signs at the end make no other wording. Signs within do: 1.5 is not 15, nor -5 what 5 is, nor C++ what C is.
create function wording_of(p_words text) returns uuid
language sql immutable
as $$
  with plain as (select lower(regexp_replace(normalize(p_words, nfkc), '[[:space:]]+', '', 'g')) as words)
  select md5(coalesce(nullif(regexp_replace(words, '[.,!?;:~"''、。·“”‘’—…]+$', ''), ''), words))::uuid from plain
$$;

-- What was written in these answers, also beside "something else".
create function texts_of(p_questions text[], p_answers jsonb[], p_kinds jsonb)
returns table (question text, answer jsonb, words text)
language sql stable
as $$
  with a as materialized (
    select g.question, g.answer, k.kind
    from unnest(p_questions, p_answers) g (question, answer)
    join (select key, value as kind from jsonb_each_text(p_kinds) where value in ('text', 'single', 'multiple')) k on k.key = g.question
  )
  select question, answer, words from (
    select question, answer,
      case when kind = 'text' and jsonb_typeof(answer) = 'string' then answer #>> '{}' when kind = 'single' then answer ->> 'other' end as words
    from a
    union all
    select question, answer, e ->> 'other'
    from a cross join lateral jsonb_array_elements(answer) e where kind = 'multiple' and jsonb_typeof(answer) = 'array') x
  where words <> ''
$$;

-- ---- Taking sheets in and out -----------------------------------------------------------------------------------------------

-- Takes some of what came and went at one questionnaire: that which has waited longest. Returns how many.
-- (How many marks answers make nobody knows before: the planner thinks of a handful, and would put a hundred thousand in order.)
create function tally_sheets(p_limit bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off set enable_sort = off
as $$
declare
  asked bigint;
  kinds jsonb;
  places_given int;
  taken int;
  -- Of what came and what went: the sheet, its answers where they are taken away, its place, and 1 or -1.
  ids uuid[];
  taken_away jsonb[];
  places_taken int[];
  signs int[];
begin
  insert into tally_states (questionnaire_id)
  select q.id from questionnaires q where exists (select from sheets_to_tally w where w.questionnaire_id = q.id)
    and not exists (select from tally_states s where s.questionnaire_id = q.id)
  on conflict do nothing;
  -- One that is being recounted waits, and no other with it.
  select s.questionnaire_id, s.places into asked, places_given from tally_states s
  where exists (select from sheets_to_tally w where w.questionnaire_id = s.questionnaire_id)
  order by (select min(w.id) from sheets_to_tally w where w.questionnaire_id = s.questionnaire_id) limit 1 for update skip locked;
  if asked is null then return 0; end if;
  kinds := question_kinds(asked);
  with moves as (
    delete from sheets_to_tally where id in (select id from sheets_to_tally where questionnaire_id = asked order by id limit p_limit)
    returning sheet_id, sign, answers
  ), net as (
    -- Come and gone since: it carries its answers, and neither adds nor takes away.
    select sheet_id, sum(sign) as sign, min(answers::text)::jsonb as answers from moves group by sheet_id
  ), came as (
    insert into tallied_sheets (sheet_id, questionnaire_id, place)
    select sheet_id, asked, places_given + row_number() over (order by sheet_id) - 1 from net where sign > 0
    on conflict (sheet_id) do nothing returning sheet_id, place
  ), gone as (
    delete from tallied_sheets t using net n where n.sign < 0 and t.sheet_id = n.sheet_id returning t.sheet_id, t.place, n.answers
  )
  select (select count(*) from moves), array_agg(sheet_id), array_agg(answers), array_agg(place), array_agg(sign)
  into taken, ids, taken_away, places_taken, signs
  from (select sheet_id, null::jsonb as answers, place, 1 as sign from came union all select sheet_id, answers, place, -1 from gone) x;
  -- What everybody says the same is reckoned with once: 64 places at a time are a word of a bitmap.
  with given as materialized (
    select x.question, x.answer, p.place / 64 as word, sum(p.sign) as sheets, bit_or(1::bigint << 63 - p.place % 64) as bits
    from unnest(ids, taken_away, places_taken, signs) p (sheet_id, answers, place, sign) join answer_sheets s on s.id = p.sheet_id
    cross join lateral answers_of(coalesce(p.answers, s.answers), s.version, s.channel, s.town, s.received_at) x
    where kinds ? x.question group by 1, 2, 3
  ), answers as materialized (
    select question, answer, sum(sheets) as sheets from given group by 1, 2
  ), marks as materialized (
    select m.question, m.line, m.option, m.number, m.listed, case when m.listed then g.word end as word, sum(g.sheets) as sheets,
      bit_or(g.bits) as bits
    from marks_of(array(select question from answers), array(select answer from answers), kinds) m
    join given g on g.question = m.question and g.answer = m.answer group by 1, 2, 3, 4, 5, 6
  ), counted as (
    insert into tallies as t (questionnaire_id, question, line, option, sheets)
    select asked, question, line, option, sum(sheets) from marks where option is not null group by question, line, option
    on conflict (questionnaire_id, question, line, option) do update set sheets = t.sheets + excluded.sheets
  ), numbered as (
    insert into tally_numbers as t (questionnaire_id, question, line, outer_width, start, width, sheets, total, squares)
    select asked, question, line, outer_width, start, width, sum(sheets),
      sum(number * sheets) filter (where outer_width = 'Infinity'), sum(number * number * sheets) filter (where outer_width = 'Infinity')
    from marks cross join lateral number_steps(number) where number is not null group by 2, 3, 4, 5, 6
    on conflict (questionnaire_id, outer_width, question, line, start, width)
    do update set sheets = t.sheets + excluded.sheets, total = t.total + excluded.total, squares = t.squares + excluded.squares
  ), marked as (
    -- What comes has no bit yet, what goes has one: to turn each over is right for both, and a row is written once.
    insert into tally_bits as b (questionnaire_id, question, line, option, chunk, bits)
    select asked, question, line, option, word / 128, bit_or(bits::bit(64)::bit(8192) >> word % 128 * 64)
    from marks where listed group by question, line, option, word / 128
    on conflict (questionnaire_id, question, line, option, chunk) do update set bits = b.bits # excluded.bits
  ), written as (
    insert into text_wordings as w (questionnaire_id, question, wording, words, sheets)
    select asked, question, wording_of(t.words), min(t.words), sum(a.sheets)
    from texts_of(array(select question from answers), array(select answer from answers), kinds) t
    join answers a using (question, answer) group by 2, 3
    on conflict (questionnaire_id, question, wording) do update set sheets = w.sheets + excluded.sheets
  )
  update tally_states set places = coalesce((select max(p) + 1 from unnest(places_taken) p where p >= places_given), places_given),
    changed_at = minyi_clock() where questionnaire_id = asked;
  if -1 = any (signs) then delete from text_wordings where questionnaire_id = asked and sheets <= 0; end if;
  -- Also of the page it stands in. Where small numbers are hidden, what everyone sees moves in steps (`show_results`).
  perform note_public_change(t) from public_questionnaires q left join public_procedures p using (procedure_id)
    cross join unnest(array[q.number, p.number]) t
  where q.questionnaire_id = asked and t is not null and q.smallest_shown = 1 and public_results_open(q.number) is not null;
  return taken;
end $$;
alter function tally_sheets(bigint) owner to minyi_guard;
grant execute on function tally_sheets(bigint) to minyi_work;

-- Counts a questionnaire anew, at one moment. Whatever differs is put right, and the recount holds. Returns how much was wrong.
create function recount_questionnaire(p_questionnaire_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off set enable_sort = off set work_mem = '64MB'
as $$
declare
  kinds jsonb := question_kinds(p_questionnaire_id);
  faults int;
begin
  insert into tally_states (questionnaire_id) values (p_questionnaire_id) on conflict do nothing;
  -- The tally waits; who answers does not.
  perform 1 from tally_states where questionnaire_id = p_questionnaire_id for update;
  -- Every sheet that has answers is counted or waits to be, and no other.
  delete from tallied_sheets t using answer_sheets a where t.questionnaire_id = p_questionnaire_id and a.id = t.sheet_id
    and a.answers is null and not exists (select from sheets_to_tally w where w.sheet_id = a.id);
  insert into sheets_to_tally (sheet_id, questionnaire_id, sign)
  select a.id, p_questionnaire_id, 1 from answer_sheets a
  where a.questionnaire_id = p_questionnaire_id and a.answers is not null
    and not exists (select from tallied_sheets t where t.sheet_id = a.id)
    and not exists (select from sheets_to_tally w where w.sheet_id = a.id);
  get diagnostics faults = row_count;
  -- Everything that is kept is that of the sheets that are counted.
  with given as materialized (
    select x.question, x.answer, t.place / 64 as word, count(*) as sheets, bit_or(1::bigint << 63 - t.place % 64) as bits
    from tallied_sheets t join answer_sheets s on s.id = t.sheet_id left join sheets_to_tally w on w.sheet_id = t.sheet_id
    cross join lateral answers_of(coalesce(w.answers, s.answers), s.version, s.channel, s.town, s.received_at) x
    where t.questionnaire_id = p_questionnaire_id and kinds ? x.question group by 1, 2, 3
  ), answers as materialized (
    select question, answer, sum(sheets) as sheets from given group by 1, 2
  ), marks as materialized (
    select m.question, m.line, m.option, m.number, m.listed, case when m.listed then g.word end as word, sum(g.sheets) as sheets,
      bit_or(g.bits) as bits
    from marks_of(array(select question from answers), array(select answer from answers), kinds) m
    join given g on g.question = m.question and g.answer = m.answer group by 1, 2, 3, 4, 5, 6
  ), counts as (
    insert into tallies as t (questionnaire_id, question, line, option, sheets)
    select p_questionnaire_id, question, line, option, sum(sheets) from (
      select question, line, option, sheets from marks where option is not null
      union all select question, line, option, -sheets from tallies where questionnaire_id = p_questionnaire_id) x
    group by question, line, option having sum(sheets) <> 0
    on conflict (questionnaire_id, question, line, option) do update set sheets = t.sheets + excluded.sheets
    returning 1
  ), numbered as (
    insert into tally_numbers as t (questionnaire_id, question, line, outer_width, start, width, sheets, total, squares)
    select p_questionnaire_id, question, line, outer_width, start, width, sum(sheets), sum(total), sum(squares) from (
      select question, line, outer_width, start, width, sheets, case when outer_width = 'Infinity' then number * sheets end as total,
        case when outer_width = 'Infinity' then number * number * sheets end as squares
      from marks cross join lateral number_steps(number) where number is not null
      union all
      select question, line, outer_width, start, width, -sheets, -total, -squares
      from tally_numbers where questionnaire_id = p_questionnaire_id) x
    group by 2, 3, 4, 5, 6 having sum(sheets) <> 0 or sum(total) <> 0 or sum(squares) <> 0
    on conflict (questionnaire_id, outer_width, question, line, start, width)
    do update set sheets = t.sheets + excluded.sheets, total = t.total + excluded.total, squares = t.squares + excluded.squares
    returning 1
  ), marked as (
    insert into tally_bits as b (questionnaire_id, question, line, option, chunk, bits)
    select p_questionnaire_id, question, line, option, chunk, bit_xor(bits) from (
      select question, line, option, word / 128 as chunk, bit_or(bits::bit(64)::bit(8192) >> word % 128 * 64) as bits
      from marks where listed group by 1, 2, 3, 4
      union all select question, line, option, chunk, bits from tally_bits where questionnaire_id = p_questionnaire_id) x
    group by question, line, option, chunk having bit_xor(bits) <> 0::bit(8192)
    on conflict (questionnaire_id, question, line, option, chunk) do update set bits = b.bits # excluded.bits
    returning 1
  ), written as (
    insert into text_wordings as w (questionnaire_id, question, wording, words, sheets)
    select p_questionnaire_id, question, wording, min(words), sum(sheets) from (
      select question, wording_of(t.words) as wording, t.words, a.sheets
      from texts_of(array(select question from answers), array(select answer from answers), kinds) t join answers a using (question, answer)
      union all
      select question, wording, words, -sheets from text_wordings where questionnaire_id = p_questionnaire_id) x
    group by question, wording having sum(sheets) <> 0
    on conflict (questionnaire_id, question, wording) do update set sheets = w.sheets + excluded.sheets
    returning 1
  )
  select faults + (select count(*) from counts) + (select count(*) from numbered) + (select count(*) from marked)
    + (select count(*) from written) into faults;
  delete from text_wordings where questionnaire_id = p_questionnaire_id and sheets <= 0;
  update tally_states set proved_at = minyi_clock(), wrong = faults where questionnaire_id = p_questionnaire_id;
  -- What was shown may be wrong, too.
  if faults > 0 then delete from shown_results where questionnaire_id = p_questionnaire_id; end if;
  return faults;
end $$;
alter function recount_questionnaire(bigint) owner to minyi_guard;

-- At night: one of those that have changed since they were recounted, and everything once a month. One at a time, as the tally of it waits;
-- and once a night, though sheets come meanwhile. Returns how many it was: 0 when all are done.
create function prove_tallies() returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare asked bigint;
begin
  select q.id into asked from questionnaires q left join tally_states s on s.questionnaire_id = q.id
  where (s.proved_at is null or s.changed_at > s.proved_at and s.proved_at < minyi_clock() - interval '12 hours'
      or s.proved_at < minyi_clock() - interval '30 days')
    and exists (select from answer_sheets a where a.questionnaire_id = q.id)
  order by q.id limit 1;
  if asked is null then return 0; end if;
  perform recount_questionnaire(asked);
  return 1;
end $$;
alter function prove_tallies() owner to minyi_guard;
grant execute on function prove_tallies() to minyi_work;

-- What the recounts of the last day found: it is to raise an alarm.
create function wrong_tallies() returns int
language sql stable security definer set search_path = minyi, pg_temp
as $$ select coalesce(sum(wrong), 0)::int from tally_states where proved_at > minyi_clock() - interval '1 day' $$;
alter function wrong_tallies() owner to minyi_guard;
grant execute on function wrong_tallies() to minyi_work;

-- ---- Reading ----------------------------------------------------------------------------------------------------------------

-- What was answered, and the worker has not taken yet, sheet by sheet; of some questions, or of all (null). Most often there is nothing.
create function waiting_answers(p_questionnaire_id bigint, p_questions text[])
returns table (sheet_id uuid, sign int, question text, answer jsonb)
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
begin
  if not exists (select from sheets_to_tally w where w.questionnaire_id = p_questionnaire_id) then return; end if;
  return query
  select n.sheet_id, n.sign, x.question, x.answer
  from (
    select t.sheet_id, sum(t.sign)::int as sign, min(t.answers::text)::jsonb as answers
    from sheets_to_tally t where t.questionnaire_id = p_questionnaire_id group by t.sheet_id having sum(t.sign) <> 0) n
  join answer_sheets s on s.id = n.sheet_id
  cross join lateral answers_of(coalesce(n.answers, s.answers), s.version, s.channel, s.town, s.received_at) x
  where p_questions is null or x.question = any (p_questions);
end $$;

-- How many of them have each mark.
create function waiting_counts(p_questionnaire_id bigint, p_questions text[])
returns table (question text, line text, option text, number numeric, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with given as materialized (
    select question, answer, sum(sign) as sheets from waiting_answers(p_questionnaire_id, p_questions) group by 1, 2
  )
  select m.question, m.line, m.option, m.number, sum(g.sheets)::bigint
  from marks_of(array(select question from given), array(select answer from given),
    (select question_kinds(p_questionnaire_id) where exists (select from given))) m
  join given g on g.question = m.question and g.answer = m.answer group by 1, 2, 3, 4 having sum(g.sheets) <> 0
$$;

-- How many sheets have each mark.
create function figures_of(p_questionnaire_id bigint)
returns table (question text, line text, option text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select question, line, option, sum(sheets)::bigint from (
    select question, line, option, sheets from tallies where questionnaire_id = p_questionnaire_id
    union all
    select question, line, option, sheets from waiting_counts(p_questionnaire_id, null) where option is not null) x
  group by 1, 2, 3 having sum(sheets) <> 0
$$;

create type question_numbers as (
  question text, line text, sheets bigint, mean double precision, median double precision, spread double precision,
  least double precision, least_sheets bigint, most double precision, most_sheets bigint,
  is_whole boolean, width double precision, starts double precision[], counts bigint[]);

-- Numbers and steps of scales, reckoned exactly: the sums are decimals and rounded at the end. The spread is the standard deviation of
-- the answers themselves; ten classes or so, of 1, 2 or 5 times a power of ten, show how they are spread. The smallest, the largest and
-- the middle ones are found by their rank, from the outermost row of `tally_numbers` inwards.
create function number_figures_of(p_questionnaire_id bigint) returns setof question_numbers
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with recursive waiting as materialized (
    select w.question, w.line, s.*, sum(w.sheets)::bigint as sheets, sum(w.number * w.sheets) as total,
      sum(w.number * w.number * w.sheets) as squares
    from waiting_counts(p_questionnaire_id, array(
      select key from jsonb_each_text(question_kinds(p_questionnaire_id)) where value in ('number', 'scale', 'matrix_number'))) w
    cross join lateral number_steps(w.number) s where w.number is not null group by 1, 2, 3, 4, 5
  ), summed as materialized (
    select question, line, sum(sheets)::bigint as sheets, sum(total) / sum(sheets) as mean,
      -- One division, at the end: a quotient is rounded, and the difference of two large ones would be nothing but that.
      sqrt(greatest(sum(sheets) * sum(squares) - sum(total) * sum(total), 0)) / sum(sheets) as spread
    from (
      select question, line, sheets, total, squares from tally_numbers
      where questionnaire_id = p_questionnaire_id and outer_width = 'Infinity'
      union all
      select question, line, sheets, total, squares from waiting where outer_width = 'Infinity') x
    group by 1, 2 having sum(sheets) <> 0
  ), sought as (
    select s.question, s.line, r.name, r.rank, 'Infinity'::numeric as width, '-Infinity'::numeric as start, 'Infinity'::numeric as until,
      0::bigint as sheets
    from summed s
    cross join lateral (values ('least', 1), ('lower', (s.sheets + 1) / 2), ('upper', s.sheets / 2 + 1), ('most', s.sheets)) r (name, rank)
    union all
    select s.question, s.line, s.name, s.rank - f.before, f.width, f.start, f.start + f.width, f.sheets
    from sought s cross join lateral (
      select *, (sum(p.sheets) over (order by p.start, p.width) - p.sheets)::bigint as before from (
        select x.start, x.width, sum(x.sheets)::bigint as sheets from (
          select t.start, t.width, t.sheets from tally_numbers t
          where t.questionnaire_id = p_questionnaire_id and t.question = s.question and t.line = s.line
            and t.outer_width = s.width and t.start >= s.start and t.start < s.until
          union all
          select w.start, w.width, w.sheets from waiting w
          where w.question = s.question and w.line = s.line and w.outer_width = s.width and w.start >= s.start and w.start < s.until) x
        group by 1, 2 having sum(x.sheets) <> 0) p) f
    where s.width > 0 and f.before < s.rank and f.before + f.sheets >= s.rank
  ), found as materialized (
    select question, line, max(start) filter (where name = 'least') as least, max(sheets) filter (where name = 'least') as least_sheets,
      max(start) filter (where name = 'most') as most, max(sheets) filter (where name = 'most') as most_sheets,
      (max(start) filter (where name = 'lower') + max(start) filter (where name = 'upper')) / 2 as median
    from sought where width = 0 group by 1, 2
  ), sized as materialized (
    select f.*, h.is_whole, c.width, 100::numeric ^ floor(log(c.width) / 2) as level
    from found f
    cross join lateral (
      -- A number with decimals is a part of 1 or less.
      select not exists (select from unnest(array[1, 0.01, 0.0001]) o cross join lateral (
        select from tally_numbers t where t.questionnaire_id = p_questionnaire_id and t.question = f.question and t.line = f.line
          and t.outer_width = o and t.width = 0 and t.sheets + coalesce((
            select w.sheets from waiting w
            where (w.question, w.line, w.outer_width, w.start, w.width) = (t.question, t.line, t.outer_width, t.start, t.width)), 0) <> 0
        limit 1) t)
      and not exists (
        select from waiting w where w.question = f.question and w.line = f.line and w.outer_width <= 1 and w.width = 0 and w.sheets > 0)
        as is_whole) h
    cross join lateral (select (f.most - f.least) / 10 as tenth) t
    cross join lateral (select case when tenth > 0 then 10::numeric ^ floor(log(tenth)) else 1 end as power) p
    cross join lateral (
      select case when h.is_whole then greatest(1, step) else step end as width
      from (select (select min(n * power) from unnest(array[1, 2, 5, 10]) n where n * power >= tenth) as step) w) c
  ), classes as (
    select question, line, array_agg(start order by start) as starts, array_agg(sheets order by start) as counts from (
      select s.question, s.line, (floor(r.start / s.width) * s.width)::float8 as start, sum(r.sheets)::bigint as sheets
      from sized s cross join lateral (
        select t.start, t.sheets
        from unnest(array[0.0001, 0.01, 1, 100, 1e4, 1e6, 1e8, 1e10, 1e12, 1e14, 1e16, 'Infinity']) o cross join lateral (
          select t.start, t.sheets from tally_numbers t
          where t.questionnaire_id = p_questionnaire_id and t.outer_width = o and t.question = s.question and t.line = s.line
            and t.width <= s.level offset 0) t
        where o > s.level
        union all
        select w.start, w.sheets from waiting w
        where w.question = s.question and w.line = s.line and w.outer_width > s.level and w.width <= s.level) r
      group by 1, 2, 3 having sum(r.sheets) <> 0) x
    group by question, line
  )
  select question, line, s.sheets, s.mean::float8, z.median::float8, s.spread::float8, z.least::float8, z.least_sheets, z.most::float8,
    z.most_sheets, z.is_whole, z.width::float8, c.starts, c.counts
  from summed s join sized z using (question, line) join classes c using (question, line);
end $$;

-- How many sheets have a mark of each of three questions, among those that have one of `p_only_options` of every question that is
-- named in `p_only_questions`. Option '' stands for any answer; a question '' has just that.
create function cross_table_of(p_questionnaire_id bigint, p_questions text[], p_lines text[],
  p_only_questions text[], p_only_lines text[], p_only_options text[])
returns table (first text, second text, third text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with allowed as materialized (select * from unnest(p_only_questions, p_only_lines, p_only_options) o (question, line, option)),
  wanted as materialized (select count(distinct (question, line)) as questions from allowed),
  mask as materialized (
    select chunk, bit_and(bits) as bits from (
      select b.chunk, b.question, b.line, bit_or(b.bits) as bits from tally_bits b join allowed o using (question, line, option)
      where b.questionnaire_id = p_questionnaire_id group by 1, 2, 3) x
    group by chunk having count(*) = (select questions from wanted)
    union all
    select chunk, null from tally_bits
    where questionnaire_id = p_questionnaire_id and question = '' and (select questions from wanted) = 0
  ),
  -- Bits are compared as they are read: to write them down between takes longer. (`offset 0`: and they are not put in order.) Null is
  -- every sheet, with which nothing need be compared.
  counted as (
    select first, second, third, sum(sheets) as sheets from (
      select x.first, b.option as second, x.third, bit_count(x.bits & b.bits) as sheets
      from (
        select a.chunk, a.option as first, c.option as third,
          coalesce(m.bits & a.bits & c.bits, m.bits & a.bits, a.bits & c.bits, a.bits) as bits
        from mask m join tally_bits a using (chunk) join (
          select chunk, option, case when question <> '' then bits end as bits from tally_bits
          where questionnaire_id = p_questionnaire_id and question = p_questions[3] and line = p_lines[3] offset 0) c using (chunk)
        where a.questionnaire_id = p_questionnaire_id and a.question = p_questions[1] and a.line = p_lines[1] offset 0) x
      join tally_bits b using (chunk)
      where b.questionnaire_id = p_questionnaire_id and b.question = p_questions[2] and b.line = p_lines[2] offset 0) y
    group by 1, 2, 3
  ), waiting as materialized (
    select * from waiting_answers(p_questionnaire_id, p_questions || p_only_questions)
  ), answers as materialized (
    select distinct question, answer from waiting
  ), marks as materialized (
    select * from marks_of(array(select question from answers), array(select answer from answers),
      (select question_kinds(p_questionnaire_id) where exists (select from answers))) where listed
  ), came as (
    -- Sheet by sheet: all that it has of each question.
    select f.option as first, s.option as second, t.option as third, sum(x.sign) as sheets
    from (
      select w.sheet_id, w.sign, array_agg(m.option) filter (where m.question = p_questions[1] and m.line = p_lines[1]) as firsts,
        array_agg(m.option) filter (where m.question = p_questions[2] and m.line = p_lines[2]) as seconds,
        array_agg(m.option) filter (where m.question = p_questions[3] and m.line = p_lines[3]) as thirds,
        count(distinct (m.question, m.line))
          filter (where (m.question, m.line, m.option) in (select question, line, option from allowed)) as fulfilled
      from waiting w join marks m on m.question = w.question and m.answer = w.answer group by 1, 2) x
    cross join lateral unnest(x.firsts) f (option) cross join lateral unnest(x.seconds) s (option) cross join lateral unnest(x.thirds) t (option)
    where x.fulfilled = (select questions from wanted)
    group by 1, 2, 3
  )
  select first, second, third, sum(sheets)::bigint from (select * from counted union all select * from came) x
  group by 1, 2, 3 having sum(sheets) <> 0
$$;

-- Where people stop: how many began each page.
create function visits_of(p_questionnaire_id bigint) returns table (page text, started bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$ select page, sum(started)::bigint from page_visits where questionnaire_id = p_questionnaire_id group by page $$;

-- For the units that see the questionnaire.
create function require_figures(p_questionnaire_id bigint) returns void
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_role(unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')
  from questionnaires where id = p_questionnaire_id;
end $$;

create function questionnaire_figures(p_questionnaire_id bigint) returns table (question text, line text, option text, sheets bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$ begin perform require_figures(p_questionnaire_id); return query select * from figures_of(p_questionnaire_id); end $$;

create function questionnaire_numbers(p_questionnaire_id bigint) returns setof question_numbers
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$ begin perform require_figures(p_questionnaire_id); return query select * from number_figures_of(p_questionnaire_id); end $$;

create function questionnaire_visits(p_questionnaire_id bigint) returns table (page text, started bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$ begin perform require_figures(p_questionnaire_id); return query select * from visits_of(p_questionnaire_id); end $$;

create function questionnaire_cross_table(p_questionnaire_id bigint, p_questions text[], p_lines text[],
  p_only_questions text[], p_only_lines text[], p_only_options text[])
returns table (first text, second text, third text, sheets bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_figures(p_questionnaire_id);
  return query select * from cross_table_of(p_questionnaire_id, p_questions, p_lines, p_only_questions, p_only_lines, p_only_options);
end $$;

-- For everyone, once they may be seen: while it runs, or after it has closed; of verified persons once their answers, which wait apart until
-- then, are in. What was published stands in its version.
create function public_results_open(p_number text) returns bigint
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select questionnaire_id from public_questionnaires
  where number = p_number and case results_shown
    when 'live' then state_at(state, opens_at, closes_at, minyi_clock()) in ('open', 'suspended', 'closed', 'published')
    when 'closed' then state_at(state, opens_at, closes_at, minyi_clock()) in ('closed', 'published')
      and (voice <> 'person' or unlinked_counted is not null) else false end
$$;

-- Everything that was asked, the oldest version first.
create function public_questionnaire_contents(p_number text) returns setof text
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select v.content::text from public_results_open(p_number) q join questionnaire_versions v on v.questionnaire_id = q order by v.version
$$;

-- What each version corrected, in the same order.
create function public_questionnaire_notes(p_number text) returns setof text
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select v.note from public_results_open(p_number) q join questionnaire_versions v on v.questionnaire_id = q order by v.version
$$;

-- Whether everyone sees them as they are: where nothing is hidden, and at the closing until that is written down.
create function results_are_exact(p_questionnaire_id bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select smallest_shown = 1 or state_at(state, opens_at, closes_at, minyi_clock()) in ('closed', 'published')
    and not exists (select from shown_results s where s.questionnaire_id = p_questionnaire_id)
  from public_questionnaires where questionnaire_id = p_questionnaire_id
$$;

-- Writes down what everyone is to see of one questionnaire, when it is time: once as many have answered as are shown at least; then when
-- so many more have, and an hour has passed (`live_results_minutes`); at the closing; and when nothing on paper can come any more.
-- Returns how many it was.
create function show_results() returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare
  asked bigint;
  moment timestamptz := minyi_clock();
  pause interval := make_interval(mins => case_number_of('live_results_minutes', 60));
begin
  select x.questionnaire_id into asked from (
    select p.questionnaire_id, p.smallest_shown, s.shown_at, s.sheets as shown,
      coalesce((select t.sheets from tallies t
        where t.questionnaire_id = q.id and t.question = '' and t.line = '' and t.option = ''), 0)
      + coalesce((select sum(w.sign) from sheets_to_tally w where w.questionnaire_id = q.id), 0) as sheets,
      -- The last of the moments after which it is shown as it is.
      (select max(m) from unnest(array[least(q.closed_at, q.closes_at), q.entry_until]) m where m <= moment) as ended_at
    from public_questionnaires p join questionnaires q on q.id = p.questionnaire_id
    left join shown_results s on s.questionnaire_id = q.id
    where p.smallest_shown > 1 and public_results_open(p.number) is not null) x
  where case when x.shown_at is null then x.ended_at is not null or x.sheets >= x.smallest_shown
    else x.shown_at < x.ended_at or x.shown_at <= moment - pause and abs(x.sheets - x.shown) >= x.smallest_shown end
  order by x.questionnaire_id limit 1;
  if asked is null then return 0; end if;
  insert into shown_results (questionnaire_id, shown_at, sheets, figures, numbers, wordings)
  select asked, moment, coalesce(sum(f.sheets) filter (where f.question = ''), 0),
    coalesce(jsonb_agg(to_jsonb(f)) filter (where f.question not in ('_channel', '_town', '_day')), '[]'),
    (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from number_figures_of(asked) n),
    (select coalesce(jsonb_agg(jsonb_build_object('question', w.question, 'wording', w.wording, 'sheets', w.sheets)), '[]')
      from text_wordings w join public_questionnaires p using (questionnaire_id)
      where w.questionnaire_id = asked and w.sheets >= p.smallest_shown)
  from figures_of(asked) f
  on conflict (questionnaire_id) do update set shown_at = excluded.shown_at, sheets = excluded.sheets, figures = excluded.figures,
    numbers = excluded.numbers, wordings = excluded.wordings;
  perform note_public_change(t) from public_questionnaires q left join public_procedures p using (procedure_id)
    cross join unnest(array[q.number, p.number]) t
  where q.questionnaire_id = asked and t is not null;
  return 1;
end $$;
alter function show_results() owner to minyi_guard;
grant execute on function show_results() to minyi_work;

-- When they were as everyone sees them; null: they are so now, or nobody sees any yet.
create function public_results_shown_at(p_number text) returns timestamptz
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$ select s.shown_at from public_results_open(p_number) q join shown_results s on s.questionnaire_id = q $$;

create function public_questionnaire_figures(p_number text) returns table (question text, line text, option text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select f.question, f.line, f.option, f.sheets from public_results_open(p_number) q join shown_results s on s.questionnaire_id = q
  cross join lateral jsonb_to_recordset(s.figures) f (question text, line text, option text, sheets bigint)
  union all
  select f.* from public_results_open(p_number) q, figures_of(q) f
  where results_are_exact(q) and f.question not in ('_channel', '_town', '_day')
$$;

create function public_questionnaire_numbers(p_number text) returns setof question_numbers
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select f.* from public_results_open(p_number) q join shown_results s on s.questionnaire_id = q
  cross join lateral jsonb_populate_recordset(null::question_numbers, s.numbers) f
  union all
  select f.* from public_results_open(p_number) q, number_figures_of(q) f where results_are_exact(q)
$$;

-- ---- What was written -------------------------------------------------------------------------------------------------------

-- Shows or hides wordings of a question, as they were read: one that has been screened since is left alone. Returns how many changed.
create function screen_wordings(p_questionnaire_id bigint, p_question text, p_wordings uuid[], p_screening text, p_code text, p_before text)
returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare
  q questionnaires;
  changed int;
begin
  select * into q from questionnaires where id = p_questionnaire_id;
  perform require_role(q.unit_ids, 'organiser', 'clerk');
  update text_wordings set screening = p_screening, hidden_code = p_code
  where questionnaire_id = q.id and question = p_question and wording = any (p_wordings) and screening = p_before;
  get diagnostics changed = row_count;
  if changed > 0 then
    perform questionnaire_event(q, 'texts_screened', q.state, p_question || ' ' || p_screening || coalesce(' ' || p_code, '') || ' ' || changed);
    perform note_public_change(q.number);
  end if;
  return changed;
end $$;
alter function screen_wordings(bigint, text, uuid[], text, text, text) owner to minyi_guard;
grant execute on function screen_wordings(bigint, text, uuid[], text, text, text) to minyi_staff;

-- The wordings that everyone may read, the most frequent first. How many wrote one moves with the other figures.
create function public_wordings(p_number text) returns table (question text, words text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with counted as (
    select w.question, w.words, w.wording, case when results_are_exact(q) then w.sheets else coalesce(c.sheets, 1) end as sheets
    from public_results_open(p_number) q join text_wordings w on w.questionnaire_id = q
    left join (
      select s.questionnaire_id, k.* from shown_results s,
        jsonb_to_recordset(s.wordings) k (question text, wording uuid, sheets bigint)) c
      on c.questionnaire_id = q and c.question = w.question and c.wording = w.wording
    where w.screening = 'shown'
  )
  select question, words, sheets from (
    select *, row_number() over (partition by question order by sheets desc, wording) as place from counted) x
  where place <= 100 order by question, place
$$;

-- The numbers of the sheets on which somebody wrote it, for who may ask for their sealing; a hundred of them.
create function wording_sheets(p_questionnaire_id bigint, p_question text, p_wording uuid) returns setof text
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
begin
  perform require_role(unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer') from questionnaires where id = p_questionnaire_id;
  return query
  with given as materialized (
    select a.submission_id, a.answers -> p_question as answer
    from answer_sheets a where a.questionnaire_id = p_questionnaire_id and a.answers ? p_question
  ), answers as materialized (
    select distinct g.answer from given g
  )
  select s.number from texts_of(array(select p_question from answers), array(select a.answer from answers a), question_kinds(p_questionnaire_id)) t
  join given g on g.answer = t.answer join submissions s on s.id = g.submission_id
  where wording_of(t.words) = p_wording group by s.number order by s.number limit 100;
end $$;
alter function wording_sheets(bigint, text, uuid) owner to minyi_guard;
grant execute on function wording_sheets(bigint, text, uuid) to minyi_staff;

do $$
declare f text;
begin
  foreach f in array array['question_kinds(bigint)', 'case_name(jsonb)', 'wording_of(text)', 'texts_of(text[], jsonb[], jsonb)', 'marks_of(text[], jsonb[], jsonb)',
    'answers_of(jsonb, int, text, text, timestamptz)', 'number_steps(numeric)', 'waiting_answers(bigint, text[])', 'waiting_counts(bigint, text[])', 'figures_of(bigint)', 'number_figures_of(bigint)',
    'results_are_exact(bigint)', 'public_results_shown_at(text)', 'visits_of(bigint)', 'require_figures(bigint)',
    'cross_table_of(bigint, text[], text[], text[], text[], text[])',
    'public_results_open(text)', 'public_questionnaire_contents(text)', 'public_questionnaire_notes(text)', 'public_questionnaire_figures(text)', 'public_wordings(text)', 'public_questionnaire_numbers(text)',
    'questionnaire_figures(bigint)', 'questionnaire_numbers(bigint)', 'questionnaire_visits(bigint)',
    'questionnaire_cross_table(bigint, text[], text[], text[], text[], text[])'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    if f like 'questionnaire%' then execute 'grant execute on function ' || f || ' to minyi_staff'; end if;
    if f like 'public%' then execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff'; end if;
  end loop;
end $$;

-- ---- Rights -----------------------------------------------------------------------------------------------------------------

do $$
declare t text;
begin
  foreach t in array array['tallies', 'tally_bits', 'tallied_sheets', 'tally_states', 'text_wordings', 'shown_results', 'tally_numbers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('grant select, insert, update, delete on %I to minyi_guard', t);
    execute format('create policy %I on %I to minyi_guard using (true) with check (true)', t || '_guard', t);
  end loop;
end $$;
-- How the last recount went, beside the figures.
grant select on tally_states, text_wordings to minyi_staff;
create policy tally_states_of_visible on tally_states for select to minyi_staff
  using (exists (select from questionnaires q where q.id = questionnaire_id));
create policy text_wordings_of_my_units on text_wordings for select to minyi_staff using (questionnaire_id = any (array(
  select q.id from questionnaires q where q.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));
