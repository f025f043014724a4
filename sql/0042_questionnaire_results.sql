-- What was answered, counted: as answer sheets come and go the worker adds them to counts and to bitmaps; who reads adds what the worker
-- has not taken yet, so that figures are exact at any moment. Nobody who answers meets a row that others count on.
--
-- Everything is counted the same way: a sheet has *marks*, each a question, a line (a row of a matrix, or an option that was ranked) and
-- an option. Option '' says that the question, or the line, was answered at all; question '' is every sheet. What is known of the sheet
-- itself is a question, too: `_version`, `_channel`, `_town`, `_day` (codes of questions begin with a letter).
set local search_path to minyi;
-- squawk-ignore-file require-concurrent-index-creation

create table tallies (
  questionnaire_id bigint not null references questionnaires,
  question text not null,
  line text not null,
  option text not null,                -- a number or a day as it was given, where those are asked for
  sheets bigint not null,
  primary key (questionnaire_id, question, line, option)
);

-- Which sheets have a mark: a bit for each, by its place. Chunks of 1 KB stay within their page, where larger ones would be fetched from
-- beside it for each comparison. Free numbers and days have none: there may be as many as sheets.
create table tally_bits (
  questionnaire_id bigint not null references questionnaires,
  question text not null,
  line text not null,
  option text not null,
  chunk int not null,
  bits bit(8192) not null,
  primary key (questionnaire_id, question, line, option, chunk)
);

-- The sheets that are in both. A place is given once; within what is taken at a time it says nothing about who came first.
create table tallied_sheets (
  sheet_id uuid primary key references answer_sheets,
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

-- What was written, each wording once and screened once: two that differ in signs, spaces and case only are the same.
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

-- ---- The marks of a sheet ---------------------------------------------------------------------------------------------------

-- {"question": "kind"} of everything that was asked in any version: a code never changes its meaning. A case without anything beside it
-- is a text, another an object with one key.
create function case_name(p_case jsonb) returns text
language sql immutable
as $$ select case jsonb_typeof(p_case) when 'string' then p_case #>> '{}' when 'object' then (select min(k) from jsonb_object_keys(p_case) k) end $$;

create function question_kinds(p_questionnaire_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select coalesce(jsonb_object_agg(q ->> 'code', case_name(q -> 'kind') || case when q #> '{kind,matrix}' is null then ''
    else '_' || coalesce(case_name(q #> '{kind,matrix,cell}'), 'single') end), '{}')
  from (select content from questionnaire_versions where questionnaire_id = p_questionnaire_id order by version) v,
    jsonb_path_query(v.content, '$.pages[*].groups[*].questions[*]') q
  where q ? 'code' and q ? 'kind'
$$;

-- The marks of sheets, with their answers where those are taken away; `listed`: it has a bitmap. What does not have the form of its kind is not counted: nothing here stops the tally.
-- (No search_path of its own: so it becomes a part of the statement that asks, which is ten times as fast.)
create function marks_of(p_sheet_ids uuid[], p_taken_away jsonb[], p_kinds jsonb)
returns table (sheet_id uuid, question text, line text, option text, listed boolean)
language sql stable
as $$
  with sheets as (
    select s.id, s.version, s.channel, coalesce(w.answers ->> '_town', s.town) as town, s.received_at, coalesce(w.answers, s.answers) as answers
    from unnest(p_sheet_ids, p_taken_away) w (id, answers) join answer_sheets s using (id)
  ), a as materialized (
    select s.id, x.key, x.value as v, k.kind, jsonb_typeof(x.value) as form
    from sheets s cross join lateral jsonb_each(s.answers) x
    join (select key, value as kind from jsonb_each_text(p_kinds)) k on k.key = x.key
  ), o as materialized (
    -- Rows of matrices and what is chosen in them.
    select a.id, a.key, a.kind, r.key as line, r.value as v, jsonb_typeof(r.value) as form
    from a cross join lateral jsonb_each(a.v) r where a.kind like 'matrix%' and a.form = 'object'
  )
  select id, '', '', '', true from sheets
  union all
  select id, known.question, '', known.option, true
  from sheets cross join lateral (values ('_version', version::text), ('_channel', channel), ('_town', town)) x (question, value)
  cross join lateral (values (x.question, ''), (x.question, x.value)) known (question, option) where x.value is not null
  union all select id, '_day', '', ((received_at at time zone 'Asia/Shanghai')::date)::text, false from sheets
  union all select id, key, '', '', true from a
  union all
  select id, key, '', case form when 'string' then v #>> '{}' else '_other' end, true from a where kind = 'single' and form in ('string', 'object')
  union all select id, key, '', v #>> '{}', true from a where kind = 'unit' and form = 'string'
  union all select id, key, '', case when v = 'true' then 'yes' else 'no' end, true from a where kind = 'yesNo' and form = 'boolean'
  union all
  select id, key, '', trim_scale((v #>> '{}')::numeric)::text, kind = 'scale' from a where kind in ('scale', 'number') and form = 'number'
  union all select id, key, '', v #>> '{}', false from a where kind = 'date' and form = 'string'
  union all
  select distinct id, key, '', case jsonb_typeof(e) when 'string' then e #>> '{}' else '_other' end, true
  from a cross join lateral jsonb_array_elements(v) e where kind = 'multiple' and form = 'array'
  union all
  select id, key, e.value #>> '{}', e.ordinality::text, true
  from a cross join lateral jsonb_array_elements(v) with ordinality e
  where kind = 'ranking' and form = 'array' and jsonb_typeof(e.value) = 'string'
  union all select id, key, line, '', true from o
  union all select id, key, line, v #>> '{}', true from o where kind = 'matrix_single' and form = 'string'
  union all
  select distinct id, key, line, e #>> '{}', true
  from o cross join lateral jsonb_array_elements(v) e where kind = 'matrix_multiple' and form = 'array'
  union all
  select id, o.key, line || '.' || c.key, trim_scale((c.value #>> '{}')::numeric)::text, false
  from o cross join lateral jsonb_each(v) c where kind = 'matrix_number' and form = 'object' and jsonb_typeof(c.value) = 'number'
$$;

create function wording_of(p_words text) returns uuid
language sql immutable
as $$ select md5(lower(regexp_replace(p_words, '[[:space:][:punct:]，。！？；：、“”‘’（）《》【】…—～·　]+', '', 'g')))::uuid $$;

-- What was written on these sheets, also beside "something else".
create function texts_of(p_sheet_ids uuid[], p_taken_away jsonb[], p_kinds jsonb)
returns table (sheet_id uuid, question text, words text)
language sql stable
as $$
  with a as materialized (
    select s.id, x.key, x.value as v, k.kind
    from unnest(p_sheet_ids, p_taken_away) w (id, answers) join answer_sheets s using (id)
    cross join lateral jsonb_each(coalesce(w.answers, s.answers)) x
    join (select key, value as kind from jsonb_each_text(p_kinds) where value in ('text', 'single', 'multiple')) k on k.key = x.key
  )
  select id, key, words from (
    select id, key, case when kind = 'text' and jsonb_typeof(v) = 'string' then v #>> '{}' when kind = 'single' then v ->> 'other' end as words from a
    union all
    select id, key, e ->> 'other' from a cross join lateral jsonb_array_elements(v) e where kind = 'multiple' and jsonb_typeof(v) = 'array') x
  where words <> ''
$$;

-- ---- Taking sheets in and out -----------------------------------------------------------------------------------------------

-- Takes some of what came and went at one questionnaire. Returns how many.
create function tally_sheets(p_limit bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare
  asked bigint;
  kinds jsonb;
  given int;
  taken int;
begin
  select questionnaire_id into asked from sheets_to_tally order by id limit 1;
  if asked is null then return 0; end if;
  insert into tally_states (questionnaire_id) values (asked) on conflict do nothing;
  select places into given from tally_states where questionnaire_id = asked for update;
  kinds := question_kinds(asked);
  with moves as (
    delete from sheets_to_tally where id in (select id from sheets_to_tally where questionnaire_id = asked order by id limit p_limit)
    returning sheet_id, sign, answers
  ), net as (
    -- Come and gone since: it carries its answers, and neither adds nor takes away.
    select sheet_id, sum(sign) as sign, min(answers::text)::jsonb as answers from moves group by sheet_id
  ), came as (
    insert into tallied_sheets (sheet_id, questionnaire_id, place)
    select sheet_id, asked, given + row_number() over (order by sheet_id) - 1 from net where sign > 0
    on conflict do nothing returning sheet_id, place
  ), gone as (
    delete from tallied_sheets t using net n where n.sign < 0 and t.sheet_id = n.sheet_id returning t.sheet_id, t.place, n.answers
  ), marks as materialized (
    select m.*, x.sign, x.place
    from (select sheet_id, place, 1 as sign from came union all select sheet_id, place, -1 from gone) x
    join marks_of(array(select sheet_id from gone union all select sheet_id from came), array(select answers from gone), kinds) m
      using (sheet_id)
  ), counted as (
    insert into tallies as t (questionnaire_id, question, line, option, sheets)
    select asked, question, line, option, sum(sign) from marks group by question, line, option
    on conflict (questionnaire_id, question, line, option) do update set sheets = t.sheets + excluded.sheets
  ), marked as (
    -- What comes has no bit yet, what goes has one: to turn each over is right for both, and a row is written once.
    insert into tally_bits as b (questionnaire_id, question, line, option, chunk, bits)
    select asked, question, line, option, place / 8192, bit_or(set_bit(0::bit(8192), place % 8192, 1))
    from marks where listed group by question, line, option, place / 8192
    on conflict (questionnaire_id, question, line, option, chunk) do update set bits = b.bits # excluded.bits
  ), written as (
    insert into text_wordings as w (questionnaire_id, question, wording, words, sheets)
    select asked, t.question, wording_of(t.words), min(t.words), sum(case when g.sheet_id is null then 1 else -1 end)
    from texts_of(array(select sheet_id from gone union all select sheet_id from came), array(select answers from gone), kinds) t
    left join gone g using (sheet_id) group by 2, 3
    on conflict (questionnaire_id, question, wording) do update set sheets = w.sheets + excluded.sheets
  ), noted as (
    update tally_states set places = given + (select count(*) from came), changed_at = minyi_clock() where questionnaire_id = asked
  )
  select count(*) into taken from moves;
  delete from text_wordings where questionnaire_id = asked and sheets <= 0;
  -- Also of the page it stands in.
  perform note_public_change(t) from public_questionnaires q left join public_procedures p using (procedure_id)
    cross join unnest(array[q.number, p.number]) t
  where q.questionnaire_id = asked and t is not null and public_results_open(q.number) is not null;
  return taken;
end $$;
alter function tally_sheets(bigint) owner to minyi_guard;
grant execute on function tally_sheets(bigint) to minyi_work;

-- Counts a questionnaire anew, at one moment. Whatever differs is put right, and the recount holds. Returns how much was wrong.
create function recount_questionnaire(p_questionnaire_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
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
  -- Counts and bits are those of the sheets that are counted.
  with found as materialized (
    select m.question, m.line, m.option, t.place / 8192 as chunk, count(*) as sheets,
      bit_or(set_bit(0::bit(8192), t.place % 8192, 1)) filter (where m.listed) as bits
    from marks_of(array(select t.sheet_id from tallied_sheets t where t.questionnaire_id = p_questionnaire_id order by t.place),
      array(select w.answers from tallied_sheets t left join sheets_to_tally w on w.sheet_id = t.sheet_id
        where t.questionnaire_id = p_questionnaire_id order by t.place), kinds) m
    join tallied_sheets t using (sheet_id) group by 1, 2, 3, 4
  ), counts as (
    insert into tallies as t (questionnaire_id, question, line, option, sheets)
    select p_questionnaire_id, question, line, option, sum(sheets) from (
      select question, line, option, sheets from found
      union all select question, line, option, -sheets from tallies where questionnaire_id = p_questionnaire_id) x
    group by question, line, option having sum(sheets) <> 0
    on conflict (questionnaire_id, question, line, option) do update set sheets = t.sheets + excluded.sheets
    returning 1
  ), marked as (
    insert into tally_bits as b (questionnaire_id, question, line, option, chunk, bits)
    select p_questionnaire_id, question, line, option, chunk, bit_xor(bits) from (
      select question, line, option, chunk, bits from found where bits is not null
      union all select question, line, option, chunk, bits from tally_bits where questionnaire_id = p_questionnaire_id) x
    group by question, line, option, chunk having bit_xor(bits) <> 0::bit(8192)
    on conflict (questionnaire_id, question, line, option, chunk) do update set bits = b.bits # excluded.bits
    returning 1
  ), written as (
    insert into text_wordings as w (questionnaire_id, question, wording, words, sheets)
    select p_questionnaire_id, question, wording, min(words), sum(sheets) from (
      select t.question, wording_of(t.words) as wording, t.words, 1 as sheets
      from texts_of(array(select t.sheet_id from tallied_sheets t where t.questionnaire_id = p_questionnaire_id order by t.place),
        array(select w.answers from tallied_sheets t left join sheets_to_tally w on w.sheet_id = t.sheet_id
          where t.questionnaire_id = p_questionnaire_id order by t.place), kinds) t
      union all
      select question, wording, words, -sheets from text_wordings where questionnaire_id = p_questionnaire_id) x
    group by question, wording having sum(sheets) <> 0
    on conflict (questionnaire_id, question, wording) do update set sheets = w.sheets + excluded.sheets
    returning 1
  )
  select faults + (select count(*) from counts) + (select count(*) from marked) + (select count(*) from written) into faults;
  delete from text_wordings where questionnaire_id = p_questionnaire_id and sheets <= 0;
  update tally_states set proved_at = minyi_clock(), wrong = faults where questionnaire_id = p_questionnaire_id;
  return faults;
end $$;
alter function recount_questionnaire(bigint) owner to minyi_guard;

-- At night: what has changed since it was recounted, and everything once a month. Returns how much was wrong.
create function prove_tallies() returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare
  asked bigint;
  faults int := 0;
begin
  for asked in select q.id from questionnaires q left join tally_states s on s.questionnaire_id = q.id
    where (s.proved_at is null or s.changed_at > s.proved_at or s.proved_at < minyi_clock() - interval '30 days')
      and exists (select from answer_sheets where questionnaire_id = q.id)
    order by q.id loop
    faults := faults + recount_questionnaire(asked);
  end loop;
  return faults;
end $$;
alter function prove_tallies() owner to minyi_guard;
grant execute on function prove_tallies() to minyi_work;

-- ---- Reading ----------------------------------------------------------------------------------------------------------------

-- The marks of what the worker has not taken yet.
create function waiting_marks(p_questionnaire_id bigint)
returns table (sheet_id uuid, sign int, question text, line text, option text, listed boolean)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with net as materialized (
    select t.sheet_id, sum(t.sign)::int as sign, min(t.answers::text)::jsonb as answers
    from sheets_to_tally t where t.questionnaire_id = p_questionnaire_id group by t.sheet_id having sum(t.sign) <> 0
  )
  select m.sheet_id, n.sign, m.question, m.line, m.option, m.listed
  from net n join marks_of(array(select sheet_id from net), array(select answers from net), (select question_kinds(p_questionnaire_id) where exists (select from net))) m
    using (sheet_id)
$$;

-- How many sheets have each mark. Free numbers are another function's; days asked for are put together by month.
create function figures_of(p_questionnaire_id bigint)
returns table (question text, line text, option text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with kinds as materialized (select question_kinds(p_questionnaire_id) as k)
  select t.question, t.line, case when k ->> t.question = 'date' then left(t.option, 7) else t.option end, sum(t.sheets)::bigint
  from (
    select question, line, option, sheets from tallies where questionnaire_id = p_questionnaire_id
    union all
    select question, line, option, sign from waiting_marks(p_questionnaire_id)) t cross join kinds
  where t.option = '' or coalesce(k ->> t.question, '') not in ('number', 'matrix_number')
  group by 1, 2, 3 having sum(t.sheets) <> 0
$$;

-- Numbers and steps of scales, reckoned exactly: the sums are decimals and rounded at the end. The spread is the standard deviation of
-- the answers themselves.
create function number_figures_of(p_questionnaire_id bigint)
returns table (question text, line text, sheets bigint, mean double precision, median double precision, spread double precision)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with kinds as materialized (select question_kinds(p_questionnaire_id) as k),
  asked as materialized (select key as question from kinds, jsonb_each_text(k) where value in ('number', 'scale', 'matrix_number')),
  given as (
    select question, line, option::numeric as value, sum(sheets)::bigint as sheets from (
      select question, line, option, sheets from tallies
      where questionnaire_id = p_questionnaire_id and question in (select question from asked) and option <> ''
      union all
      select question, line, option, sign from waiting_marks(p_questionnaire_id)
      where question in (select question from asked) and option <> '') t
    group by 1, 2, 3 having sum(sheets) <> 0
  ), ordered as (
    select *, sum(sheets) over (partition by question, line order by value) as up_to, sum(sheets) over (partition by question, line) as total
    from given
  )
  select question, line, max(total)::bigint, (sum(value * sheets) / max(total))::float8,
    ((min(value) filter (where up_to * 2 >= total) + min(value) filter (where up_to * 2 > total)) / 2)::float8,
    sqrt(greatest(sum(value * value * sheets) / max(total) - (sum(value * sheets) / max(total)) ^ 2, 0))::float8
  from ordered group by question, line
$$;

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
    select chunk, bits from tally_bits
    where questionnaire_id = p_questionnaire_id and question = '' and (select questions from wanted) = 0
  ),
  a as materialized (
    select b.chunk, b.option, b.bits & m.bits as bits from tally_bits b join mask m using (chunk)
    where b.questionnaire_id = p_questionnaire_id and b.question = p_questions[1] and b.line = p_lines[1]
  ), b as materialized (
    select chunk, option, bits from tally_bits
    where questionnaire_id = p_questionnaire_id and question = p_questions[2] and line = p_lines[2]
  ), c as materialized (
    select chunk, option, bits from tally_bits
    where questionnaire_id = p_questionnaire_id and question = p_questions[3] and line = p_lines[3]
  ), counted as (
    select ab.first, ab.second, c.option as third, sum(bit_count(ab.bits & c.bits)) as sheets
    from (select a.chunk, a.option as first, b.option as second, a.bits & b.bits as bits from a join b using (chunk)) ab
    join c using (chunk) group by 1, 2, 3
  ), waiting as materialized (
    select * from waiting_marks(p_questionnaire_id) where listed
  ), came as (
    select a.option as first, b.option as second, c.option as third, sum(a.sign) as sheets
    from waiting a join waiting b using (sheet_id) join waiting c using (sheet_id)
    where a.question = p_questions[1] and a.line = p_lines[1] and b.question = p_questions[2] and b.line = p_lines[2]
      and c.question = p_questions[3] and c.line = p_lines[3]
      and not exists (
        select from (select distinct question, line from allowed) o where not exists (
          select from waiting w join allowed p using (question, line, option)
          where w.sheet_id = a.sheet_id and p.question = o.question and p.line = o.line))
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

create function questionnaire_numbers(p_questionnaire_id bigint)
returns table (question text, line text, sheets bigint, mean double precision, median double precision, spread double precision)
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

-- For everyone, once they may be seen: while it runs, or after it has closed. What was published stands in its version.
create function public_results_open(p_number text) returns bigint
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select questionnaire_id from public_questionnaires
  where number = p_number and case results_shown
    when 'live' then state_at(state, opens_at, closes_at, minyi_clock()) in ('open', 'suspended', 'closed', 'published')
    when 'closed' then state_at(state, opens_at, closes_at, minyi_clock()) in ('closed', 'published') else false end
$$;

-- Everything that was asked, the oldest version first.
create function public_questionnaire_contents(p_number text) returns setof text
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select v.content::text from public_results_open(p_number) q join questionnaire_versions v on v.questionnaire_id = q order by v.version
$$;

create function public_questionnaire_figures(p_number text) returns table (question text, line text, option text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$ select f.* from public_results_open(p_number) q, figures_of(q) f where q is not null and f.question not in ('_channel', '_town', '_day') $$;

create function public_questionnaire_numbers(p_number text)
returns table (question text, line text, sheets bigint, mean double precision, median double precision, spread double precision)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$ select f.* from public_results_open(p_number) q, number_figures_of(q) f where q is not null $$;

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

-- The wordings that everyone may read, the most frequent first.
create function public_wordings(p_number text) returns table (question text, words text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select question, words, sheets from (
    select w.*, row_number() over (partition by question order by sheets desc, wording) as place
    from public_results_open(p_number) q join text_wordings w on w.questionnaire_id = q where w.screening = 'shown') x
  where place <= 100 order by question, place
$$;

do $$
declare f text;
begin
  foreach f in array array['question_kinds(bigint)', 'case_name(jsonb)', 'wording_of(text)', 'texts_of(uuid[], jsonb[], jsonb)', 'marks_of(uuid[], jsonb[], jsonb)',
    'waiting_marks(bigint)', 'figures_of(bigint)', 'number_figures_of(bigint)', 'visits_of(bigint)', 'require_figures(bigint)',
    'cross_table_of(bigint, text[], text[], text[], text[], text[])',
    'public_results_open(text)', 'public_questionnaire_contents(text)', 'public_questionnaire_figures(text)', 'public_wordings(text)', 'public_questionnaire_numbers(text)',
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
  foreach t in array array['tallies', 'tally_bits', 'tallied_sheets', 'tally_states', 'text_wordings'] loop
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
