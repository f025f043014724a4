-- The same results for less work: what was measured at a million messages, and at many that come in at once.
set local search_path to minyi;
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- (Nobody is served while this runs.)

-- ---- Finding ----------------------------------------------------------------------------------------------------------------

-- As in 0018: every two neighbouring characters of a text, once each; punctuation and spaces part words. They come in no order:
-- sorting them, and asking of each character by itself whether it parts words, took twice as long.
create or replace function bigrams(p_text text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog
as $$
  select array(select distinct a || b
    from regexp_split_to_table(lower(p_text), '[^[:alnum:]]+') word, string_to_array(word, null) signs, unnest(signs, signs[2:]) pairs (a, b)
    where b is not null)
$$;

-- What is found of a case beyond what came with it: words that were added, or written down from a recording.
alter table case_words add column added text not null default '';

create function message_words_added() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update case_words w set added = x.words, grams = array(select distinct g from unnest(w.grams || bigrams(x.words)) g)
  from cases c, lateral (select concat_ws(e'\n', (select m.transcription from messages m where m.submission_id = c.submission_id),
    (select string_agg(a.body, e'\n' order by a.ordinal) from message_additions a where a.submission_id = c.submission_id)) as words) x
  where c.submission_id = new.submission_id and w.case_id = c.id and w.added <> x.words;
  return null;
end $$;
alter function message_words_added() owner to minyi_guard;
create trigger message_additions_found after insert on message_additions for each row execute function message_words_added();
create trigger messages_found after update of transcription on messages for each row
  when (new.transcription is distinct from old.transcription) execute function message_words_added();
-- Those that are there.
update case_words w set added = x.words, grams = array(select distinct g from unnest(w.grams || bigrams(x.words)) g)
from cases c, lateral (select concat_ws(e'\n', (select m.transcription from messages m where m.submission_id = c.submission_id),
  (select string_agg(a.body, e'\n' order by a.ordinal) from message_additions a where a.submission_id = c.submission_id)) as words) x
where w.case_id = c.id and x.words <> '';

-- As in 0018, with what was added.
create or replace function search_cases(p_words text, p_limit int) returns setof bigint
language plpgsql stable security definer set search_path = minyi, pg_temp
-- One plan for every month, and one that asks the index: a plan a month costs more than the month.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  wanted text[] := regexp_split_to_array(lower(trim(p_words)), '\s+');
  wanted_grams text[] := bigrams(p_words);
  units bigint[] := actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor');
  -- Whoever sees most units would look each of them up for little.
  everywhere boolean := cardinality(units) > 5;
  me bigint := actor_staff();
  mine bigint := actor_home_unit();
  left_over int := least(p_limit, 1000);
  found_now int;
  m int;
begin
  if not actor_is_signed_in() or cardinality(wanted_grams) = 0 then return; end if;
  m := (select max(w.month) from case_words w);
  while m is not null and left_over > 0 loop
    return query
    select c.id from (
      select w.case_id, w.added from case_words w where everywhere and w.month = m and w.grams @> wanted_grams
      union all
      select w.case_id, w.added from case_words w where not everywhere and w.month = m and w.grams @> wanted_grams and w.unit_ids && units
    ) w join cases c on c.id = w.case_id join submissions s on s.id = c.submission_id
    where c.unit_ids && units and not c.concerned_unit_ids && array[mine] and not c.concerned_staff_ids && array[me]
      -- The pairs may stand apart; the words may not.
      and not exists (select from unnest(wanted) x where position(x in lower(concat_ws(' ', c.number, c.title, c.place, s.body, w.added))) = 0)
    order by c.id desc limit left_over;
    get diagnostics found_now = row_count;
    left_over := left_over - found_now;
    m := (select max(w.month) from case_words w where w.month < m);
  end loop;
end $$;

-- As in 0019: the words it is found by follow by themselves.
create or replace function transcribe_message(p_submission_id bigint, p_words text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select t.id, t.unit_ids, t.withdrawn_at, t.sealed_at into s from submissions t join messages m on m.submission_id = t.id
  where t.id = p_submission_id for update of t;
  if not found or concerns('submission', s.id, actor_staff()) then raise exception 'unknown message' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  if s.sealed_at is not null then raise exception 'sealed' using errcode = '23514', constraint = 'submissions_sealed'; end if;
  if s.withdrawn_at is not null then raise exception 'withdrawn' using errcode = '23514', constraint = 'submissions_withdrawn'; end if;
  if not exists (select from submission_attachments where submission_id = s.id and ordinal = 0) then
    raise exception 'no recording' using errcode = '23514', constraint = 'messages_recorded';
  end if;
  update messages set transcription = p_words, transcribed_by = actor_staff(), transcribed_at = minyi_clock() where submission_id = s.id;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'transcribed', actor_staff(), s.unit_ids);
end $$;

-- What a public message is found by: its pairs, and marks by which a search is narrowed (no pair looks like them). For a common word in a
-- unit that hardly has it the index then gives the few hits, and not all that the county has. In one column: a condition on another that
-- asks for nothing reads the whole index.
create function message_terms(p_grams text[], p_kind text, p_unit_id bigint, p_is_late boolean) returns text[]
language sql immutable parallel safe
as $$ select p_grams || array['kind:' || p_kind, 'unit:' || p_unit_id::text, case when p_is_late then 'late' end] $$;
grant execute on function message_terms(text[], text, bigint, boolean) to minyi_public, minyi_staff, minyi_guard;

drop index public_messages_words;
create index public_messages_words on public_messages using gin (month, message_terms(grams, kind, unit_id, is_late))
  with (fastupdate = off) where published_at is not null;

-- As in 0019, with the marks.
create or replace function search_messages(p_words text[], p_kind text, p_unit_id bigint, p_late boolean, p_before_on date, p_before_id bigint,
  p_limit bigint, p_cap bigint, out ids bigint[], out total bigint)
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_indexscan = off set jit = off
as $$
declare
  pairs text[] := array(select distinct g from unnest(p_words) w, unnest(bigrams(folded(w))) g);
  long text[] := array(select '%' || replace(replace(replace(folded(w), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    from unnest(p_words) w where char_length(w) > 2);
  terms text[] := array_remove(message_terms(pairs, p_kind, p_unit_id, p_late), null);
  months record;
  at_month int;
  found_ids bigint[];
begin
  ids := '{}';
  total := 0;
  if pairs = '{}' then return; end if;
  select * into months from message_months();
  at_month := coalesce(month_number(p_before_on), months.newest);
  while at_month >= months.oldest and total < p_cap loop
    found_ids := array(
      select m.case_id from public_messages m
      where m.month = at_month and message_terms(m.grams, m.kind, m.unit_id, m.is_late) @> terms
        and m.published_at is not null and m.sealed_at is null
        and (p_before_on is null or (m.received_on, m.case_id) < (p_before_on, p_before_id))
        and (long = '{}' or exists (select from public_message_versions v where v.case_id = m.case_id and v.version = m.version
          and folded(concat_ws(e'\n', v.content ->> 'title', v.content ->> 'question', v.content ->> 'answer')) like all (long)))
      order by m.received_on desc, m.case_id desc limit p_cap - total);
    ids := ids || found_ids[1 : p_limit - cardinality(ids)];
    total := total + cardinality(found_ids);
    at_month := at_month - 1;
  end loop;
end $$;

-- The next three as in 0019 and 0017; a function in SQL that sets something is planned anew at every call.
create or replace function message_months(out newest int, out oldest int)
language plpgsql stable set search_path = minyi, pg_temp set enable_indexscan = on
as $$ begin select month_number(max(received_on)), month_number(min(received_on)) into newest, oldest from public_messages; end $$;

-- Asks no month in which there was nothing yet.
create or replace function similar_messages(p_title text) returns table (case_id bigint)
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_indexscan = off set jit = off
as $$
#variable_conflict use_column
declare
  signs text[] := string_to_array(regexp_replace(folded(left(p_title, 50)), '[[:space:][:punct:]，。、；：？！“”（）《》]', '', 'g'), null);
  months record;
  at_month int;
  seen bigint[] := '{}';
begin
  select * into months from message_months();
  at_month := months.newest;
  while at_month >= months.oldest and at_month > months.newest - 12 and cardinality(seen) < 200 loop
    seen := seen || array(
      select t.case_id from generate_series(1, cardinality(signs) - 2) i, lateral (
        select m.case_id from public_messages m
        where m.month = at_month and message_terms(m.grams, m.kind, m.unit_id, m.is_late) @> array[signs[i] || signs[i + 1], signs[i + 1] || signs[i + 2]]
          and m.published_at is not null and m.sealed_at is null limit 40) t);
    at_month := at_month - 1;
  end loop;
  return query
    select s.id from unnest(seen) s (id) group by s.id
    having count(*) >= greatest(2, (cardinality(signs) - 2) / 3) order by count(*) desc, s.id desc limit 3;
end $$;

create or replace function uploads_of(p_form_key uuid)
returns table (id uuid, name text, media_type text, size int, seconds real)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select a.id, a.name, a.media_type, a.size, a.seconds from attachments a
  where a.form_key = p_form_key and a.expires_at > minyi_clock() order by a.uploaded_at, a.id;
end $$;

-- ---- The scoreboard -----------------------------------------------------------------------------------------------------------

-- As in 0020. Planned once a session, and each span looks its own rows up: joined freely, every day of five years was read.
create or replace function scoreboard(p_from date, p_through date)
returns table (unit_id bigint, code text, name text, received bigint, pointed bigint, answered bigint, published bigint, on_time bigint,
  late bigint, overdue bigint, overdue_now bigint, given_back bigint, extended bigint, reopened bigint, working_days bigint, calendar_days bigint,
  median numeric, rated bigint, resolved bigint, attitude bigint, speed bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  with months as (
    select date_trunc('month', p_from + interval '1 month' - interval '1 day')::date as first, date_trunc('month', p_through + 1)::date as stop
  ), whole as (
    select case when first > stop then p_through + 1 else first end as first, case when first > stop then p_through + 1 else stop end as stop from months
  ), spans (grain, first, last) as materialized (
    select 'month', first, stop - 1 from whole union all select 'day', p_from, first - 1 from whole union all select 'day', stop, p_through from whole
  ), scores as materialized (
    -- `offset 0` keeps the two apart.
    select s.* from spans p cross join lateral
      (select * from unit_scores u where u.grain = p.grain and u.starts_on between p.first and p.last offset 0) s
  ), times as materialized (
    select t.unit_id, t.working_days, t.answered from spans p cross join lateral
      (select * from answer_times u where u.grain = p.grain and u.starts_on between p.first and p.last offset 0) t
  ), medians as (
    -- The middle one, or half way between the two in the middle.
    select unit_id, (min(working_days) filter (where up_to >= (total + 1) / 2) + min(working_days) filter (where up_to >= total / 2 + 1)) / 2.0 as median
    from (
      select unit_id, working_days, sum(n) over (partition by unit_id order by working_days)::bigint as up_to, sum(n) over (partition by unit_id)::bigint as total
      from (select unit_id, working_days, sum(answered) as n from times group by unit_id, working_days
        union all select null, working_days, sum(answered) from times group by working_days) n where n > 0) cumulated
    group by unit_id
  ), sums as (
    select unit_id, sum(received)::bigint as received, sum(pointed)::bigint as pointed, sum(answered)::bigint as answered, sum(published)::bigint as published,
      sum(on_time)::bigint as on_time, sum(late)::bigint as late, sum(overdue)::bigint as overdue, sum(given_back)::bigint as given_back,
      sum(extended)::bigint as extended, sum(reopened)::bigint as reopened, sum(working_days)::bigint as working_days,
      sum(calendar_days)::bigint as calendar_days, sum(rated)::bigint as rated, sum(resolved)::bigint as resolved, sum(attitude)::bigint as attitude,
      sum(speed)::bigint as speed
    from scores group by rollup (unit_id)
  ), now_overdue as (
    select unit_id, sum(overdue)::bigint as overdue from unit_scores where grain = 'month' group by rollup (unit_id)
  ), places as (
    select id, code, name from units where valid_until is null or id in (select unit_id from scores where received <> 0)
    union all select null, '', ''
  )
  select p.id, p.code, p.name, coalesce(s.received, 0), coalesce(s.pointed, 0), coalesce(s.answered, 0), coalesce(s.published, 0),
    coalesce(s.on_time, 0), coalesce(s.late, 0), coalesce(s.overdue, 0), coalesce(o.overdue, 0), coalesce(s.given_back, 0), coalesce(s.extended, 0),
    coalesce(s.reopened, 0), coalesce(s.working_days, 0), coalesce(s.calendar_days, 0), m.median, coalesce(s.rated, 0), coalesce(s.resolved, 0),
    coalesce(s.attitude, 0), coalesce(s.speed, 0)
  from places p left join sums s on s.unit_id is not distinct from p.id left join medians m on m.unit_id is not distinct from p.id
  left join now_overdue o on o.unit_id is not distinct from p.id
  order by p.id is null desc, s.received desc nulls last, p.code;
end $$;

-- As in 0020; what changed meanwhile is counted once the nightly proof is done.
create or replace function refresh_scores(p_limit int) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  taken bigint[];
  changed bigint[];
  before case_scores[];
  after case_scores[];
begin
  -- One at a time: two that count the same case would add it twice. Who proves them takes minutes and is not waited for.
  if not pg_try_advisory_xact_lock(hashtextextended('minyi scores', 0)) then return 0; end if;
  with gone as (
    delete from score_changes where id in (select id from score_changes order by id limit p_limit) returning id, case_id
  )
  select array_agg(id), array_agg(distinct case_id) into taken, changed from gone;
  if taken is null then return 0; end if;
  select coalesce(array_agg(s), '{}') into before from case_scores s where s.case_id = any (changed);
  select coalesce(array_agg(s), '{}') into after from count_scores(changed) s;
  perform add_scores(before, -1);
  delete from case_scores where case_id = any (changed);
  insert into case_scores select * from unnest(after);
  perform add_scores(after, 1);
  return cardinality(taken);
end $$;

-- ---- Clocks -----------------------------------------------------------------------------------------------------------------

-- As in 0018: a clock that is moved moves its case, as many as there are. What a change of the calendar counts anew mostly stays where it was.
create or replace function cases_follow_clocks() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update cases c set due_on = coalesce(k.due_on, c.due_on), due_at = coalesce(k.due_at, c.due_at), provisional = k.provisional, paused_at = k.paused_at
  from moved k
  where c.clock_id = k.id and c.is_open and c.state <> 'received'
    and (c.due_on, c.due_at, c.provisional, c.paused_at)
      is distinct from (coalesce(k.due_on, c.due_on), coalesce(k.due_at, c.due_at), k.provisional, k.paused_at);
  update cases c set due_on = coalesce(k.due_on, c.due_on), due_at = coalesce(k.due_at, c.due_at), provisional = k.provisional, paused_at = k.paused_at
  from moved k
  where c.screening_clock_id = k.id and c.state = 'received'
    and (c.due_on, c.due_at, c.provisional, c.paused_at)
      is distinct from (coalesce(k.due_on, c.due_on), coalesce(k.due_at, c.due_at), k.provisional, k.paused_at);
  return null;
end $$;

-- As in 0015, and cases are taken before their clocks, as every door does: the other way round the two met, and somebody's act failed.
create or replace function recompute_clocks(p_limit int) returns int
language plpgsql security definer set search_path = minyi, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  version bigint := calendar_version();
  ids bigint[] := array(select id from clocks where stopped_at is null and paused_at is null and calendar_version < version
    order by calendar_version, id limit p_limit);
  -- Whose case is held by somebody at work waits for the next slice.
  held bigint[] := array(select clock_id from cases where clock_id = any (ids) order by id for update skip locked)
    || array(select screening_clock_id from cases where screening_clock_id = any (ids) and state = 'received' order by id for update skip locked);
begin
  ids := array(select k.id from unnest(ids) k (id) where k.id in (select unnest(held))
    or not exists (select from cases c where c.clock_id = k.id)
      and not exists (select from cases c where c.screening_clock_id = k.id and c.state = 'received'));
  -- Each step is written down: the planner would rather count all the clocks there are than ask which are stale.
  with stale as materialized (
    select c.* from clocks c where c.id = any (ids) and c.stopped_at is null and c.paused_at is null and c.calendar_version < version
    for update skip locked
  ), paused as materialized (
    select s.id, array_agg(tstzrange(p.from_at, p.until_at, '[]') order by p.from_at) as pauses
    from stale s join clock_pauses p on p.clock_id = s.id and p.until_at is not null and (s.extended_at is null or p.from_at >= s.extended_at)
    group by s.id
  ), begun as materialized (
    -- Days are counted from a day, so all clocks of a rule and a day have one limit, and it is counted once.
    select s.id, s.rule_id, s.unit_id, s.due_on, s.due_at, s.extended_to, coalesce(p.pauses, '{}') as pauses,
      case when r.measure = 'days' then china_day(s.started_at)::timestamp at time zone 'Asia/Shanghai' else s.started_at end as started_at
    from stale s join legal_rules r on r.id = s.rule_id left join paused p on p.id = s.id
  ), limits as materialized (
    select b.rule_id, b.unit_id, b.started_at, b.extended_to, b.pauses, d.*
    from (select distinct rule_id, unit_id, started_at, extended_to, pauses from begun) b join legal_rules r on r.id = b.rule_id
    cross join lateral due_of(r, b.started_at, b.unit_id, b.extended_to, b.pauses) d
  ), counted as materialized (
    select b.id, b.due_on as old_due_on, b.due_at as old_due_at, l.due_on, l.due_at, l.provisional
    from begun b join limits l on l.rule_id = b.rule_id and l.started_at = b.started_at and l.pauses = b.pauses
      and l.unit_id is not distinct from b.unit_id and l.extended_to is not distinct from b.extended_to
  ), moved as (
    insert into clock_changes (clock_id, at, cause, calendar_change_id, old_due_on, new_due_on)
    select id, minyi_clock(), 'calendar', version, old_due_on, due_on from counted
    where (old_due_on, old_due_at) is distinct from (due_on, due_at)
  )
  update clocks c set due_on = n.due_on, due_at = n.due_at, provisional = n.provisional, calendar_version = version
  from counted n where c.id = n.id;
  return (select count(*) from clocks where stopped_at is null and paused_at is null and calendar_version < version);
end $$;

-- Starts a clock for each moment, and returns them in that order. Clocks that begin together end together: their limit is counted once.
create function start_clocks(p_rule text, p_started_at timestamptz[], p_unit_id bigint) returns bigint[]
language plpgsql set search_path = minyi, pg_temp
as $$
declare
  version bigint := calendar_version();   -- first: a change of the calendar from here on makes the clocks stale
  made bigint[];
begin
  with coming as materialized (
    -- Those of one moment are alike: it is all the same which of them gets which clock.
    select at, n, row_number() over (partition by at order by n) as turn from unnest(p_started_at) with ordinality s (at, n)
  ), limits as materialized (
    select b.at, r.id as rule_id, d.* from (select distinct at from coming) b
    cross join lateral rule_at(p_rule, b.at, p_unit_id) r cross join lateral due_of(r, b.at, p_unit_id) d
  ), started as (
    insert into clocks (rule_id, unit_id, started_at, due_on, due_at, provisional, calendar_version)
    select l.rule_id, p_unit_id, l.at, l.due_on, l.due_at, l.provisional, version from coming c join limits l on l.at = c.at
    returning id, started_at
  )
  select array_agg(s.id order by c.n) into made
  from (select id, started_at, row_number() over (partition by started_at order by id) as turn from started) s
  join coming c on c.at = s.started_at and c.turn = s.turn;
  return made;
end $$;
alter function start_clocks(text, timestamptz[], bigint) owner to minyi_guard;

create or replace function start_clock(p_rule text, p_started_at timestamptz, p_unit_id bigint) returns bigint
language plpgsql set search_path = minyi, pg_temp
as $$ begin return (start_clocks(p_rule, array[p_started_at], p_unit_id))[1]; end $$;

-- ---- Notices ----------------------------------------------------------------------------------------------------------------

-- For doors: tells the author of each of these submissions, once an event. Who left nothing to be reached by is skipped at once.
create function notify_authors(p_kind text, p_submission_ids bigint[], p_keys text[], p_facts jsonb[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  with made as (
    insert into notices (kind, key, submission_id, facts, state, reason, created_at, ended_at)
    select p_kind, key, id, facts, case when reachable then 'waiting' else 'skipped' end,
      case when not reachable then 'no_contact' end, moment, case when not reachable then moment end
    from (select a.*, exists (select from contacts c where c.submission_id = a.id) as reachable, minyi_clock() as moment
      from unnest(p_submission_ids, p_keys, p_facts) a (id, key, facts)) x
    on conflict do nothing
    returning id, state, created_at
  )
  insert into jobs (kind, payload, run_at, created_at)
  select 'deliver_notice', jsonb_build_object('notice', id), created_at, created_at from made where state = 'waiting';
end $$;
alter function notify_authors(text, bigint[], text[], jsonb[]) owner to minyi_guard;
grant execute on function notify_authors(text, bigint[], text[], jsonb[]) to minyi_guard, minyi_intake;

-- As in 0016, and no longer planned anew at each call, like the next.
create or replace function notify_author(p_kind text, p_submission_id bigint, p_key text, p_facts jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$ begin perform notify_authors(p_kind, array[p_submission_id], array[p_key], array[p_facts]); end $$;

create or replace function notify_staff(p_kind text, p_unit_ids bigint[], p_roles text[], p_key text, p_facts jsonb,
  p_without_unit_ids bigint[] default '{}', p_without_staff_ids bigint[] default '{}') returns void
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  with holders as (
    select distinct r.staff_id from staff_roles r where r.unit_id = any (p_unit_ids) and r.role = any (p_roles)
  ), people as (
    select staff_id from holders
    union
    select x.substitute_id from substitutions x join holders h on h.staff_id = x.absent_id
    where (minyi_clock() at time zone 'Asia/Shanghai')::date between x.from_on and x.until_on
  ), made as (
    insert into notices (kind, key, staff_id, facts, created_at)
    select p_kind, p_key, s.id, p_facts, minyi_clock() from people p join staff s on s.id = p.staff_id
    where s.active and s.id <> all (p_without_staff_ids) and s.unit_id <> all (p_without_unit_ids)
    on conflict do nothing
    returning id, created_at
  )
  insert into jobs (kind, payload, run_at, created_at)
  select 'deliver_notice', jsonb_build_object('notice', id), created_at, created_at from made;
end $$;

-- Takes the job of a kind that is due longest, for so many seconds. A connection may have planned it while the queue was empty: without
-- the index, each look reads all that waits.
drop index jobs_due;
create index jobs_due on jobs (kind, run_at, id) where died_at is null;
create function take_job(p_kind text, p_lease double precision) returns table (id bigint, attempts int)
language plpgsql set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  return query
  update jobs j set attempts = j.attempts + 1, taken_at = minyi_clock(), run_at = minyi_clock() + make_interval(secs => p_lease)
  where j.id = (select d.id from jobs d where d.kind = p_kind and d.died_at is null and d.run_at <= (select minyi_clock())
    order by d.run_at, d.id limit 1 for update skip locked)
  returning j.id, j.attempts;
end $$;
grant execute on function take_job(text, double precision) to minyi_work;

-- ---- Messages that come in ----------------------------------------------------------------------------------------------------

-- As in 0019, for all that come in together: their files are seen by the units of their cases, their authors are told that they came, and by when they are
-- screened.
create function message_cases_opened() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  update attachments a set unit_ids = x.unit_ids, concerned_unit_ids = x.concerned_unit_ids, concerned_staff_ids = x.concerned_staff_ids
  from (select f.attachment_id, o.* from opened o join submission_attachments f on f.submission_id = o.submission_id
    union all select s.slip_id, o.* from opened o join submissions s on s.id = o.submission_id where s.sealed_at is null) x
  where a.id = x.attachment_id and x.kind = 'message';
  perform notify_authors('received', array_agg(o.submission_id order by o.id), array_agg(format('case.%s.received', o.id) order by o.id),
    array_agg(jsonb_build_object('number', o.number, 'due_on', k.due_on, 'provisional', k.provisional) order by o.id))
  from opened o join clocks k on k.id = o.screening_clock_id
  where o.kind = 'message' and exists (select from contacts k where k.submission_id = o.submission_id) having count(*) > 0;
  return null;
end $$;
alter function message_cases_opened() owner to minyi_guard;
drop trigger cases_of_messages on cases;
create trigger cases_of_messages after insert on cases referencing new table as opened
  for each statement execute function message_cases_opened();

create or replace function message_case_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if (new.unit_ids, new.concerned_unit_ids, new.concerned_staff_ids)
    is distinct from (old.unit_ids, old.concerned_unit_ids, old.concerned_staff_ids) then
    update attachments a set unit_ids = new.unit_ids, concerned_unit_ids = new.concerned_unit_ids, concerned_staff_ids = new.concerned_staff_ids
    where a.id in (select f.attachment_id from submission_attachments f where f.submission_id = new.submission_id
      union select s.slip_id from submissions s where s.id = new.submission_id and s.sealed_at is null);
  end if;
  perform show_message(new.id);
  return null;
end $$;

-- As in 0018. Each case is written once, with its clock and its days: they were added afterwards, and every index was written twice.
create or replace function open_cases(p_submission_ids bigint[], p_kind text, p_topics text[], p_titles text[], p_received_on date[],
  p_concerned_units text[], p_concerned_staff text[], p_wants_publication boolean[], p_publishable boolean[] default null, p_places text[] default null)
returns int
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  clock_ids bigint[];
  opened bigint[];
begin
  -- A letter counts from the day on which it came.
  select start_clocks(p_kind || '.screening', array_agg(least(s.received_at, (i.received_on + 1)::timestamp at time zone 'Asia/Shanghai' - interval '1 second')
    order by i.n), null) into clock_ids
  from unnest(p_submission_ids, p_received_on) with ordinality i (id, received_on, n) join submissions s on s.id = i.id;
  with offices as materialized (
    select units, case_office(p_kind, units::bigint[]) as id from (select distinct units from unnest(p_concerned_units) i (units)) concerned
  ), made as (
    insert into cases (number, kind, topic, submission_id, title, place, office_id, concerned_unit_ids, concerned_staff_ids, received_at, received_on,
      wants_publication, publishable, screening_clock_id, due_on, due_at, provisional)
    select s.number, p_kind, i.topic, s.id, i.title, coalesce(i.place, ''), o.id,
      array_remove(coalesce(i.units::bigint[], '{}'), o.id), coalesce(i.staff::bigint[], '{}'), s.received_at, i.received_on,
      coalesce(i.wants, false), coalesce(i.publishable, true), k.id, k.due_on, k.due_at, k.provisional
    from unnest(p_submission_ids, p_topics, p_titles, p_received_on, p_concerned_units, p_concerned_staff, p_wants_publication, p_publishable, p_places,
        clock_ids) i (id, topic, title, received_on, units, staff, wants, publishable, place, clock_id)
      join submissions s on s.id = i.id join clocks k on k.id = i.clock_id join offices o on o.units is not distinct from i.units
    returning *
  ), seen as (
    update submissions s set unit_ids = c.unit_ids, concerned_unit_ids = c.concerned_unit_ids, concerned_staff_ids = c.concerned_staff_ids
    from made c
    where s.id = c.submission_id
      and (s.unit_ids, s.concerned_unit_ids, s.concerned_staff_ids) is distinct from (c.unit_ids, c.concerned_unit_ids, c.concerned_staff_ids)
  ), recorded as (
    insert into events (at, subject, subject_id, kind, to_state, unit_ids)
    select c.received_at, 'case', c.id, 'received', 'received', c.unit_ids from made c
  ), worded as (
    insert into case_words (case_id, month, grams, unit_ids)
    select c.id, month_number(c.received_on), bigrams(concat_ws(' ', c.number, c.title, c.place, s.body)), c.unit_ids
    from made c join submissions s on s.id = c.submission_id
  )
  select array_agg(id) into opened from made;
  return coalesce(cardinality(opened), 0);
end $$;
