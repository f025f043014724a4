-- The scoreboard: how each unit answers, by the day a message was received. Every figure says of the messages received in a period what
-- has become of them, so each has a list of messages behind it, and each rate is a part of a whole.
--
-- Whatever changes a case leaves its id in `score_changes`, which nobody waits for. The worker takes the ids from there, counts those cases
-- anew and adds the difference to the sums. So intake never meets a row that everyone counts on.
set local search_path to minyi;
-- squawk-ignore-file require-concurrent-index-creation
-- (Cases are as new as this: nobody waits.)

-- What a case counts for: one row for the unit that has it, and one for each that gave it back.
create table case_scores (
  case_id bigint not null,
  unit_id bigint not null,
  received_on date not null,
  received int not null,               -- a valid message: neither invalid nor a duplicate nor taken back
  pointed int not null,                -- ended without an answer of its own: declined, told where to turn, an information request
  answered int not null,
  published int not null,              -- answered, and the answer is public
  on_time int not null,
  late int not null,
  overdue int not null,                -- open, and its time is up
  given_back int not null,             -- how often this unit gave it back
  extended int not null,
  reopened int not null,
  working_days int not null,           -- from receipt to the answer, where it is answered
  calendar_days int not null,
  rated int not null,
  resolved int not null,               -- its author says so
  attitude int not null,               -- 1 to 5
  speed int not null,
  primary key (case_id, unit_id)
);

-- The sums, a day or a month each.
create table unit_scores (
  grain text not null constraint unit_scores_grain check (grain in ('day', 'month')),
  starts_on date not null,
  unit_id bigint not null,
  received bigint not null, pointed bigint not null, answered bigint not null, published bigint not null, on_time bigint not null,
  late bigint not null, overdue bigint not null, given_back bigint not null, extended bigint not null, reopened bigint not null,
  working_days bigint not null, calendar_days bigint not null,
  rated bigint not null, resolved bigint not null, attitude bigint not null, speed bigint not null,
  primary key (grain, starts_on, unit_id)
);

-- How many were answered in how many working days: for the median, which no sum gives.
create table answer_times (
  grain text not null constraint answer_times_grain check (grain in ('day', 'month')),
  starts_on date not null,
  unit_id bigint not null,
  working_days int not null,
  answered bigint not null,
  primary key (grain, starts_on, unit_id, working_days)
);

create table score_changes (
  id bigint generated always as identity primary key,
  case_id bigint not null
);

-- Each night's full recount. What differed is counted anew at once.
create table score_proofs (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  cases bigint not null,
  differing_cases bigint not null,     -- whose row is not what the case counts for
  differing_sums bigint not null       -- of a unit and a day or month, against the rows
);

-- The secret address of a person's calendar feed, as its hash.
create table calendar_feeds (
  staff_id bigint primary key references staff,
  token_hash bytea not null constraint calendar_feeds_token unique constraint calendar_feeds_hash_length check (octet_length(token_hash) = 32),
  made_at timestamptz not null
);

insert into site_settings (key, value) values
  ('watch_unanswered_days', '30'), ('watch_published_days', '60'), ('watch_activities', '6'), ('watch_result_days', '30');

alter table score_proofs enable row level security;
alter table calendar_feeds enable row level security;
grant select, insert, update, delete on case_scores, unit_scores, answer_times to minyi_guard;
grant select, insert, delete on score_changes to minyi_guard;
grant select, insert on score_proofs to minyi_guard;
create policy score_proofs_guard on score_proofs to minyi_guard using (true) with check (true);
grant select on score_proofs to minyi_staff;
create policy score_proofs_administrator_reads on score_proofs for select to minyi_staff using ((select actor_is('administrator')));
grant select on calendar_feeds to minyi_guard;
create policy calendar_feeds_guard on calendar_feeds for select to minyi_guard using (true);
grant select (staff_id, made_at), insert, update, delete on calendar_feeds to minyi_staff;
create policy calendar_feeds_own on calendar_feeds to minyi_staff
  using (staff_id = (select actor_staff())) with check (staff_id = (select actor_staff()));

-- For the lists behind the figures.
create index cases_by_receipt on cases (coalesce(unit_id, office_id), received_on, id);
create index cases_of_day on cases (received_on, id);
-- For the watch.
create index cases_oldest_open on cases (received_on) where is_open;
create index cases_published_last on cases (published_at) where published_at is not null;

-- ---- What a case counts for ------------------------------------------------------------------------------------------------

-- The definitions, in one place: the worker and the nightly proof count by them.
create function count_scores(p_case_ids bigint[]) returns setof case_scores
language sql stable set search_path = minyi, pg_temp
as $$
  select c.id, coalesce(c.unit_id, c.office_id), c.received_on, v.valid::int,
    (v.valid and c.state in ('declined', 'redirected', 'information_request'))::int,
    v.answered::int, (v.answered and c.published_at is not null)::int,
    (v.answered and c.is_late is not true)::int, (v.answered and c.is_late is true)::int,
    (c.is_open and c.warning = 'overdue')::int,
    (select count(*) from case_assignments a where a.case_id = c.id and a.ended_how = 'given_back' and a.unit_id = coalesce(c.unit_id, c.office_id))::int,
    (v.valid and exists (select from case_extensions x where x.case_id = c.id and x.granted))::int, case when v.valid then c.reopened else 0 end,
    case when v.answered then coalesce(c.working_days_used, 0) else 0 end,
    case when v.answered then greatest(0, china_day(c.answered_at) - c.received_on) else 0 end,
    (v.valid and r.submission_id is not null)::int, (v.valid and coalesce(r.resolved = 'yes', false))::int,
    case when v.valid then coalesce(r.attitude, 0) else 0 end, case when v.valid then coalesce(r.speed, 0) else 0 end
  from cases c
  cross join lateral (select c.state not in ('invalid', 'duplicate', 'withdrawn') as valid, c.state = 'completed' as answered) v
  left join lateral (select * from message_ratings m where m.submission_id = c.submission_id order by m.round desc limit 1) r on true
  where c.id = any (p_case_ids)
  union all
  select c.id, a.unit_id, c.received_on, 0, 0, 0, 0, 0, 0, 0, count(*)::int, 0, 0, 0, 0, 0, 0, 0, 0
  from case_assignments a join cases c on c.id = a.case_id
  where a.case_id = any (p_case_ids) and a.ended_how = 'given_back' and a.unit_id <> coalesce(c.unit_id, c.office_id)
  group by c.id, a.unit_id, c.received_on
$$;

-- Adds to the sums of a day or month what the rows of a set of cases say, or takes it away.
create function add_scores(p_scores case_scores[], p_sign int) returns void
language sql set search_path = minyi, pg_temp
as $$
  with grains as (
    select g.grain, case g.grain when 'day' then s.received_on else date_trunc('month', s.received_on)::date end as starts_on, s.*
    from unnest(p_scores) s cross join (values ('day'), ('month')) g (grain)
  ), times as (
    insert into answer_times as t (grain, starts_on, unit_id, working_days, answered)
    select grain, starts_on, unit_id, working_days, p_sign * count(*) from grains where answered = 1
    group by grain, starts_on, unit_id, working_days
    on conflict (grain, starts_on, unit_id, working_days) do update set answered = t.answered + excluded.answered
  )
  insert into unit_scores as u (grain, starts_on, unit_id, received, pointed, answered, published, on_time, late, overdue, given_back, extended,
    reopened, working_days, calendar_days, rated, resolved, attitude, speed)
  select grain, starts_on, unit_id, p_sign * sum(received), p_sign * sum(pointed), p_sign * sum(answered), p_sign * sum(published),
    p_sign * sum(on_time), p_sign * sum(late), p_sign * sum(overdue), p_sign * sum(given_back), p_sign * sum(extended), p_sign * sum(reopened),
    p_sign * sum(working_days), p_sign * sum(calendar_days), p_sign * sum(rated), p_sign * sum(resolved), p_sign * sum(attitude),
    p_sign * sum(speed)
  from grains group by grain, starts_on, unit_id
  on conflict (grain, starts_on, unit_id) do update set received = u.received + excluded.received, pointed = u.pointed + excluded.pointed,
    answered = u.answered + excluded.answered, published = u.published + excluded.published, on_time = u.on_time + excluded.on_time,
    late = u.late + excluded.late, overdue = u.overdue + excluded.overdue, given_back = u.given_back + excluded.given_back,
    extended = u.extended + excluded.extended, reopened = u.reopened + excluded.reopened, working_days = u.working_days + excluded.working_days,
    calendar_days = u.calendar_days + excluded.calendar_days, rated = u.rated + excluded.rated, resolved = u.resolved + excluded.resolved,
    attitude = u.attitude + excluded.attitude, speed = u.speed + excluded.speed
$$;

-- Counts the cases anew that have changed, up to so many changes, and returns how many changes there were.
create function refresh_scores(p_limit int) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  taken bigint[];
  changed bigint[];
  before case_scores[];
  after case_scores[];
begin
  -- One at a time: two that count the same case would add it twice.
  perform pg_advisory_xact_lock(hashtextextended('minyi scores', 0));
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

-- The nightly proof: each case's row against the case, and the sums against the rows. What differs is mended and on record. Returns
-- how much differed. Every slice is one statement, which sees a case and its waiting change alike.
create function prove_scores() returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  slice bigint[];
  last_id bigint := 0;
  counted bigint := 0;
  wrong bigint[];
  wrong_cases bigint := 0;
  wrong_sums bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('minyi scores', 0));
  loop
    slice := array(select id from cases where id > last_id order by id limit 20000);
    exit when slice = '{}';
    with now as (
      select * from count_scores(slice)
    ), stored as (
      select * from case_scores where case_id = any (slice)
    )
    select array_agg(distinct d.case_id) into wrong
    from ((table now except table stored) union all (table stored except table now)) d
    where not exists (select from score_changes w where w.case_id = d.case_id);
    insert into score_changes (case_id) select unnest(wrong);
    wrong_cases := wrong_cases + coalesce(cardinality(wrong), 0);
    counted := counted + cardinality(slice);
    last_id := slice[cardinality(slice)];
  end loop;

  with grains as (
    select g.grain, case g.grain when 'day' then s.received_on else date_trunc('month', s.received_on)::date end as starts_on, s.*
    from case_scores s cross join (values ('day'), ('month')) g (grain)
  ), sums as (
    select grain, starts_on, unit_id, sum(received), sum(pointed), sum(answered), sum(published), sum(on_time), sum(late), sum(overdue),
      sum(given_back), sum(extended), sum(reopened), sum(working_days), sum(calendar_days), sum(rated), sum(resolved), sum(attitude), sum(speed)
    from grains group by grain, starts_on, unit_id having sum(received) + sum(given_back) > 0
  ), stored as (
    select * from unit_scores where received <> 0 or given_back <> 0
  ), times as (
    select grain, starts_on, unit_id, working_days, count(*) from grains where answered = 1 group by grain, starts_on, unit_id, working_days
  ), stored_times as (
    select * from answer_times where answered <> 0
  )
  select count(*) into wrong_sums from (
    select grain, starts_on, unit_id from ((table sums except table stored) union all (table stored except table sums)) a
    union
    select grain, starts_on, unit_id from ((table times except table stored_times) union all (table stored_times except table times)) b) d;
  if wrong_sums > 0 then perform sum_scores(); end if;
  insert into score_proofs (at, cases, differing_cases, differing_sums) values (minyi_clock(), counted, wrong_cases, wrong_sums);
  return wrong_cases + wrong_sums;
end $$;

-- Makes the sums anew from the rows.
create function sum_scores() returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  last_id bigint := 0;
  next_id bigint;
begin
  delete from unit_scores;
  delete from answer_times;
  loop
    select max(case_id) into next_id from (select case_id from case_scores where case_id > last_id order by case_id limit 20000) t;
    exit when next_id is null;
    perform add_scores(array(select s from case_scores s where s.case_id > last_id and s.case_id <= next_id), 1);
    last_id := next_id;
  end loop;
end $$;

-- ---- What changes what a case counts for -------------------------------------------------------------------------------------

create function score_cases_added() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into score_changes (case_id) select id from added;
  return null;
end $$;
create trigger cases_scored after insert on cases referencing new table as added
  for each statement execute function score_cases_added();

create function score_cases_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into score_changes (case_id)
  select n.id from now_rows n join was_rows w on w.id = n.id
  where (n.state, n.unit_id, n.office_id, n.received_on, n.answered_at, n.published_at, n.is_late, n.warning = 'overdue', n.working_days_used, n.reopened)
    is distinct from (w.state, w.unit_id, w.office_id, w.received_on, w.answered_at, w.published_at, w.is_late, w.warning = 'overdue', w.working_days_used, w.reopened);
  return null;
end $$;
create trigger cases_scored_anew after update on cases referencing old table as was_rows new table as now_rows
  for each statement execute function score_cases_changed();

create function score_case_of() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into score_changes (case_id) values (new.case_id);
  return null;
end $$;
create trigger case_assignments_scored after update of ended_how on case_assignments
  for each row when (new.ended_how = 'given_back') execute function score_case_of();
create trigger case_extensions_scored after update of granted on case_extensions
  for each row when (new.granted) execute function score_case_of();

create function score_rated() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into score_changes (case_id) select id from cases where submission_id = new.submission_id;
  return null;
end $$;
create trigger message_ratings_scored after insert or update on message_ratings for each row execute function score_rated();

-- ---- What people see ---------------------------------------------------------------------------------------------------------

-- Every unit there is, and all together (no unit), over the messages received from one day through another. Whole months are read as
-- months, the days before and after them as days.
create function scoreboard(p_from date, p_through date)
returns table (unit_id bigint, code text, name text, received bigint, pointed bigint, answered bigint, published bigint, on_time bigint,
  late bigint, overdue bigint, overdue_now bigint, given_back bigint, extended bigint, reopened bigint, working_days bigint, calendar_days bigint,
  median numeric, rated bigint, resolved bigint, attitude bigint, speed bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  with months as (
    select date_trunc('month', p_from + interval '1 month' - interval '1 day')::date as first, date_trunc('month', p_through + 1)::date as stop
  ), whole as (
    select case when first > stop then p_through + 1 else first end as first, case when first > stop then p_through + 1 else stop end as stop from months
  ), spans (grain, first, last) as materialized (
    select 'month', first, stop - 1 from whole union all select 'day', p_from, first - 1 from whole union all select 'day', stop, p_through from whole
  ), scores as materialized (
    select s.* from spans p join unit_scores s on s.grain = p.grain and s.starts_on between p.first and p.last
  ), times as materialized (
    select t.unit_id, t.working_days, t.answered from spans p join answer_times t on t.grain = p.grain and t.starts_on between p.first and p.last
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
  order by p.id is null desc, s.received desc nulls last, p.code
$$;

-- Month by month: of a unit, or of all.
create function score_months(p_unit_id bigint, p_from date, p_through date)
returns table (month date, received bigint, answered bigint, published bigint, on_time bigint, late bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.month::date, coalesce(sum(s.received), 0)::bigint, coalesce(sum(s.answered), 0)::bigint, coalesce(sum(s.published), 0)::bigint,
    coalesce(sum(s.on_time), 0)::bigint, coalesce(sum(s.late), 0)::bigint
  from generate_series(date_trunc('month', p_from::timestamp), date_trunc('month', p_through::timestamp), interval '1 month') g (month)
  left join unit_scores s on s.grain = 'month' and s.starts_on = g.month::date and (p_unit_id is null or s.unit_id = p_unit_id)
  group by g.month order by g.month
$$;

-- What an inspection of the site would look at, for who works in an office of the county: days and numbers only.
create function inspection_watch()
returns table (today date, oldest_unanswered_on date, last_published_on date, activities bigint, unpublished_rounds bigint, oldest_closed_on date)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select china_day(minyi_clock()), (select min(received_on) from cases where is_open), (select china_day(max(published_at)) from cases),
    (select count(*) from procedures where state <> 'preparing' and opens_at > minyi_clock() - interval '365 days' and opens_at <= minyi_clock()),
    (select count(*) from procedures where state in ('closed', 'answered')),
    (select min(china_day(closes_at)) from procedures where state in ('closed', 'answered'))
  where actor_is_signed_in() and exists (select from units where kind = 'office' and id = any (actor_units()))
$$;

-- What the unit of a person owes by when, for a calendar elsewhere: numbers and days, never a word of what was written.
create function calendar_feed(p_token_hash bytea)
returns table (case_id bigint, number text, unit_name text, due_on date, due_at timestamptz, provisional boolean)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select c.id, c.number, u.name, c.due_on, c.due_at, c.provisional
  from calendar_feeds f join staff s on s.id = f.staff_id and s.active
  join units u on exists (select from staff_roles r where r.staff_id = s.id and r.unit_id = u.id
    and r.role in ('organiser', 'clerk', 'approver', 'supervisor'))
  join cases c on c.is_open and c.paused_at is null and coalesce(c.unit_id, c.office_id) = u.id
  where f.token_hash = p_token_hash and not s.unit_id = any (c.concerned_unit_ids) and not s.id = any (c.concerned_staff_ids)
  order by c.due_at, c.id limit 1000
$$;
-- A feed that is nobody's is told apart from one with nothing in it.
create function calendar_feed_exists(p_token_hash bytea) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$ select exists (select from calendar_feeds f join staff s on s.id = f.staff_id and s.active where f.token_hash = p_token_hash) $$;

do $$
declare f text;
begin
  foreach f in array array['count_scores(bigint[])', 'add_scores(case_scores[], int)', 'refresh_scores(int)', 'prove_scores()', 'sum_scores()',
    'score_cases_added()', 'score_cases_changed()', 'score_case_of()', 'score_rated()', 'scoreboard(date, date)',
    'score_months(bigint, date, date)', 'inspection_watch()', 'calendar_feed(bytea)', 'calendar_feed_exists(bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
end $$;
grant execute on function refresh_scores(int), prove_scores() to minyi_work;
grant execute on function scoreboard(date, date), score_months(bigint, date, date) to minyi_public, minyi_staff;
grant execute on function inspection_watch() to minyi_staff;
grant execute on function calendar_feed(bytea), calendar_feed_exists(bytea) to minyi_public;
