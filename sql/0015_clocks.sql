-- Legal clocks: what a unit owes by when, by a rule that is data and a calendar that may still change.
--
-- Every count is a look-up: working days are numbered, so the n-th working day after a day is the day whose number is n higher.
-- A calendar change renumbers some thousand days and makes running clocks stale; stale clocks are counted again in slices.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-foreign-key-constraint
-- (Some hundred rows each.)

-- A day on which the calendar of the whole county differs from the week (no unit), or on which one unit is closed.
alter table calendar_days
  add column unit_id bigint constraint calendar_days_unit references units,
  -- A unit may be closed by itself; which weekends are worked is never its own decision.
  add constraint calendar_days_closure check (unit_id is null or kind = 'holiday'),
  -- The key could not hold a day twice, once for the county and once for a unit.
  drop constraint calendar_days_pkey,
  -- squawk-ignore disallowed-unique-constraint
  add constraint calendar_days_once unique nulls not distinct (day, unit_id);

-- What a limit needs beyond a number of days.
alter table legal_rules
  -- Hours count from the moment itself, days from the day after. Hours of `working` days stand still on days that are not worked.
  add column measure text not null default 'days' constraint legal_rules_measure check (measure in ('days', 'hours')),
  -- The hour of the last day at which a limit in days ends, in China; 24 is its end (《民法典》第二百零三条).
  add column due_hour int not null default 24 constraint legal_rules_due_hour check (due_hour between 1 and 24),
  -- Where the last of calendar days is a holiday of the calendar, or no working day: the next day that is none.
  add column roll_over text not null default 'none' constraint legal_rules_roll_over check (roll_over in ('none', 'holiday', 'non_working')),
  -- Null: the whole county. A unit's own rule goes before the county's.
  add column unit_id bigint constraint legal_rules_unit references units,
  add constraint legal_rules_roll_over_of_limits check (roll_over = 'none' or (kind = 'limit' and measure = 'days' and day_kind = 'calendar')),
  add constraint legal_rules_hours_of_limits check (measure = 'days' or kind = 'limit');
alter table legal_rules
  drop constraint legal_rules_version,
  -- squawk-ignore disallowed-unique-constraint
  add constraint legal_rules_version unique nulls not distinct (code, unit_id, valid_from);

-- No norm that binds this county was found for messages: these are other places' rules, and the county sets its own.
insert into legal_rules (code, name, kind, amount, measure, day_kind, basis, scope, binding, valid_from) values
  ('message.screening', '留言受理和转办', 'limit', 1, 'days', 'working', '外县网络问政办理规则：1个工作日内登记、转办',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.give_back', '退回不属于本单位的留言', 'limit', 24, 'hours', 'working', '外县网络问政办理规则：不属于本单位的，24小时内退回',
   '外地做法，供参考；非工作日不计时；本县的规定另行设置', false, date '2015-01-01'),
  ('message.inquiry', '答复咨询', 'limit', 5, 'days', 'working', '外县网络问政办理规则：咨询5个工作日',
   '外地做法，供参考；另有3个工作日的（赫章县）；本县的规定另行设置', false, date '2015-01-01'),
  ('message.suggestion', '答复建议', 'limit', 5, 'days', 'working', '外县网络问政办理规则：建议5个工作日',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.complaint', '答复投诉', 'limit', 7, 'days', 'working', '外县网络问政办理规则：投诉7个工作日',
   '外地做法，供参考；另有5至7个工作日的（赫章县）；本县的规定另行设置', false, date '2015-01-01'),
  ('message.help', '答复求助', 'limit', 7, 'days', 'working', '赫章县留言办理规则：投诉求助5至7个工作日',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.report', '答复违法举报', 'limit', 7, 'days', 'working', '赫章县留言办理规则：一般7个工作日',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.urgent', '答复紧急留言', 'limit', 0, 'days', 'calendar', '外市12345热线办理规则：应急事项当天办理',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.complex', '答复需要调查的留言', 'limit', 10, 'days', 'working', '赫章县留言办理规则：需要调查的10个工作日',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.difficult', '答复疑难或涉及几个单位的留言', 'limit', 15, 'days', 'working', '赫章县留言办理规则：重难件15个工作日',
   '外地做法，供参考；本县的规定另行设置', false, date '2015-01-01'),
  ('message.ceiling', '延期后的最长期限', 'limit', 30, 'days', 'working', '赫章县留言办理规则：重难件最长30个工作日',
   '外地做法，供参考；各地多以15个工作日为限；本县的规定另行设置', false, date '2015-01-01');

-- A new version ends the one before it, and lasts until the one after it. Clocks that run keep the version they began with.
create function rule_version_added() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update legal_rules set valid_until = new.valid_from
  where code = new.code and unit_id is not distinct from new.unit_id and valid_from < new.valid_from
    and coalesce(valid_until, 'infinity') > new.valid_from;
  update legal_rules r set valid_until = (select min(n.valid_from) from legal_rules n
    where n.code = r.code and n.unit_id is not distinct from r.unit_id and n.valid_from > r.valid_from)
  where r.id = new.id and new.valid_until is null;
  insert into events (at, subject, subject_id, kind, staff_id, code) values (minyi_clock(), 'settings', new.id, 'rule_version_added', actor_staff(), new.code);
  return null;
end $$;
alter function rule_version_added() owner to minyi_guard;
create trigger legal_rules_version_added after insert on legal_rules for each row execute function rule_version_added();
grant update on legal_rules to minyi_guard;
create policy legal_rules_guard on legal_rules for update to minyi_guard using (true);

-- Working days, numbered. Scope 0 is the county; a unit that has closures of its own has numbers of its own, under its id.
create table day_numbers (
  scope bigint not null,
  day date not null,
  works boolean not null,
  worked int not null,                 -- working days since the beginning of 2015, this day included
  primary key (scope, day)
);
-- One day has each number; not a unique index, which would mind the moment in which numbers move.
create index day_numbers_by_number on day_numbers (scope, worked) include (day) where works;

-- Each change of the calendar, by whom; its id is the version of the calendar from then on.
create table calendar_changes (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  staff_id bigint references staff,    -- null: loaded by the installation
  first_day date not null,
  last_day date not null,
  days int not null,
  unit_id bigint references units      -- null: the whole county
);

create table clocks (
  id bigint generated always as identity primary key,
  rule_id bigint not null references legal_rules,
  unit_id bigint references units,     -- whose closures count
  started_at timestamptz not null,
  due_on date,                         -- null while it is paused
  due_at timestamptz,                  -- exclusive
  provisional boolean not null,        -- the calendar of a year it crosses is not loaded: the date may still move
  paused_at timestamptz,
  stopped_at timestamptz,
  extended_to date,
  extended_at timestamptz,
  calendar_version bigint not null,    -- the calendar it was counted with
  constraint clocks_due check ((due_on is null) = (due_at is null)),
  constraint clocks_paused check ((paused_at is null) = (due_on is not null)),
  constraint clocks_extended check ((extended_to is null) = (extended_at is null))
);
create index clocks_running on clocks (calendar_version, id) where stopped_at is null and paused_at is null;
create index clocks_of_rule on clocks (rule_id);
create index clocks_of_unit on clocks (unit_id);

create table clock_pauses (
  clock_id bigint not null references clocks,
  from_at timestamptz not null,
  until_at timestamptz,                -- null while it lasts
  reason text not null constraint clock_pauses_reason check (reason in ('third_party', 'citizen')),
  primary key (clock_id, from_at),
  constraint clock_pauses_order check (until_at >= from_at)
);
create unique index clock_pauses_one_at_a_time on clock_pauses (clock_id) where until_at is null;

-- Every move of a due date, and why. A pause has no new date, its end no old one.
create table clock_changes (
  id bigint generated always as identity primary key,
  clock_id bigint not null references clocks,
  at timestamptz not null,
  cause text not null constraint clock_changes_cause check (cause in ('calendar', 'paused', 'resumed', 'extended')),
  calendar_change_id bigint references calendar_changes,
  old_due_on date,
  new_due_on date,
  constraint clock_changes_calendar check ((cause = 'calendar') = (calendar_change_id is not null))
);
create index clock_changes_of_clock on clock_changes (clock_id, at);
create index clock_changes_of_calendar on clock_changes (calendar_change_id) where calendar_change_id is not null;

-- Days and codes only: every colleague may see how a date came about. Which case a clock belongs to is the case's to say.
alter table day_numbers enable row level security;
alter table calendar_changes enable row level security;
alter table clocks enable row level security;
alter table clock_pauses enable row level security;
alter table clock_changes enable row level security;
grant select on day_numbers to minyi_staff, minyi_work, minyi_intake;
grant select on calendar_changes, clocks, clock_pauses, clock_changes to minyi_staff;
grant select, insert, update, delete on day_numbers to minyi_guard;
grant select, insert on calendar_changes, clock_changes to minyi_guard;
grant select, insert, update on clocks, clock_pauses to minyi_guard;
create policy day_numbers_read on day_numbers for select using (true);
create policy day_numbers_guard on day_numbers to minyi_guard using (true) with check (true);
create policy calendar_changes_colleagues_read on calendar_changes for select to minyi_staff using ((select actor_staff()) is not null);
create policy calendar_changes_guard on calendar_changes to minyi_guard using (true) with check (true);
create policy clocks_colleagues_read on clocks for select to minyi_staff using ((select actor_staff()) is not null);
create policy clocks_guard on clocks to minyi_guard using (true) with check (true);
create policy clock_pauses_colleagues_read on clock_pauses for select to minyi_staff using ((select actor_staff()) is not null);
create policy clock_pauses_guard on clock_pauses to minyi_guard using (true) with check (true);
create policy clock_changes_colleagues_read on clock_changes for select to minyi_staff using ((select actor_staff()) is not null);
create policy clock_changes_guard on clock_changes to minyi_guard using (true) with check (true);

-- Counting. These functions are called with every name written out, so that the planner can make them part of a query.

create function china_day(p_moment timestamptz) returns date
language sql immutable
as $$ select (p_moment at time zone 'Asia/Shanghai')::date $$;

-- The calendar a unit goes by: its own if it has closures, else the county's.
create function calendar_scope(p_unit_id bigint) returns bigint
language sql stable
as $$ select coalesce((select n.scope from minyi.day_numbers n where n.scope = p_unit_id and n.day = date '2015-01-01'), 0) $$;

-- Working days after a day, which is not counted, up to and including another; none if that lies before it. The scope is written out:
-- a function called within one that a query calls is started anew for each row, eight times as slow.
create function working_days_between(p_after date, p_through date, p_unit_id bigint) returns int
language sql stable
as $$
  select greatest(0, b.worked - a.worked) from minyi.day_numbers a, minyi.day_numbers b
  where a.scope = coalesce((select n.scope from minyi.day_numbers n where n.scope = p_unit_id and n.day = date '2015-01-01'), 0)
    and a.day = p_after and b.scope = a.scope and b.day = p_through
$$;

-- Whether the yearly notice is loaded for every year of a period: those are the years whose National Day is known.
create function calendar_covers(p_first date, p_last date) returns boolean
language sql stable
as $$
  select not exists (
    select from pg_catalog.generate_series(extract(year from p_first)::int, extract(year from p_last)::int) y
    where not exists (select from minyi.calendar_days c
      where c.day = pg_catalog.make_date(y, 10, 1) and c.kind = 'holiday' and c.unit_id is null))
$$;

-- The n-th day of a kind after a day, which is not counted; before it for a negative n; itself for 0. Null beyond the numbered calendar.
create function counted_day(p_from date, p_amount int, p_day_kind text, p_scope bigint) returns date
language sql stable
as $$
  select case when p_day_kind = 'calendar' or p_amount = 0 then p_from + p_amount else (
    select n.day from minyi.day_numbers a, minyi.day_numbers n
    where a.scope = p_scope and a.day = p_from and n.scope = a.scope and n.works
      and n.worked = a.worked + p_amount + case when p_amount < 0 and not a.works then 1 else 0 end) end
$$;

-- The first day that a limit may end on, from a day on.
create function rolled_day(p_day date, p_roll_over text, p_scope bigint) returns date
language plpgsql stable
as $$
declare rolled date := p_day;
begin
  if p_roll_over = 'non_working' then
    return (select min(n.day) from minyi.day_numbers n where n.scope = p_scope and n.works and n.day >= p_day and n.day < p_day + 60);
  elsif p_roll_over = 'holiday' then
    while exists (select from minyi.calendar_days c where c.day = rolled and c.kind = 'holiday' and (c.unit_id is null or c.unit_id = p_scope)) loop
      rolled := rolled + 1;
    end loop;
  end if;
  return rolled;
end $$;

-- Seconds that hours can count, since the beginning of 2015: all, or those of working days.
create function counted_seconds(p_moment timestamptz, p_day_kind text, p_scope bigint) returns numeric
language sql stable
as $$
  select case when p_day_kind = 'calendar' then extract(epoch from p_moment)
    else (select (n.worked - n.works::int) * 86400
        + case when n.works then extract(epoch from (p_moment at time zone 'Asia/Shanghai')::time) else 0 end
      from minyi.day_numbers n where n.scope = p_scope and n.day = minyi.china_day(p_moment)) end
$$;

-- The moment (exclusive) at which so many counted seconds have passed.
create function moment_of_seconds(p_seconds numeric, p_day_kind text, p_scope bigint) returns timestamptz
language sql stable
as $$
  select case when p_day_kind = 'calendar' then pg_catalog.to_timestamp(p_seconds::double precision)
    else (select n.day::timestamp at time zone 'Asia/Shanghai' + pg_catalog.make_interval(secs => (p_seconds - (n.worked - 1) * 86400)::double precision)
      from minyi.day_numbers n where n.scope = p_scope and n.works and n.worked = ceil(p_seconds / 86400)::int) end
$$;

-- When a limit ends that began at a moment, was extended, and stood still in pauses that are over.
-- A pause does not count the days after the one it begins on, up to and including the one it ends on: the day of an event is not
-- counted, here as everywhere. A pause of hours is its very seconds.
create function due_of(p_rule legal_rules, p_started_at timestamptz, p_unit_id bigint, p_extended_to date default null,
  p_pauses tstzrange[] default '{}')
returns table (due_on date, due_at timestamptz, provisional boolean)
language plpgsql stable rows 1 set search_path = minyi, pg_temp
as $$
#variable_conflict use_variable
declare
  scope bigint := calendar_scope(p_unit_id);
  first_day date := china_day(p_started_at);
  pause tstzrange;
  days_left int;
begin
  if p_rule.measure = 'hours' and p_extended_to is null then
    due_at := moment_of_seconds(counted_seconds(p_started_at, p_rule.day_kind, scope) + p_rule.amount * 3600, p_rule.day_kind, scope);
    foreach pause in array p_pauses loop
      continue when lower(pause) >= due_at;
      due_at := moment_of_seconds(
        counted_seconds(upper(pause), p_rule.day_kind, scope)
          + counted_seconds(due_at, p_rule.day_kind, scope) - counted_seconds(lower(pause), p_rule.day_kind, scope),
        p_rule.day_kind, scope);
    end loop;
    due_on := china_day(due_at - interval '1 microsecond');
  else
    due_on := coalesce(p_extended_to, counted_day(first_day,
      case when p_rule.kind = 'counted_backwards' then -p_rule.amount else p_rule.amount end, p_rule.day_kind, scope));
    foreach pause in array p_pauses loop
      continue when china_day(lower(pause)) > due_on;
      days_left := case when p_rule.day_kind = 'calendar' then due_on - china_day(lower(pause))
        else working_days_between(china_day(lower(pause)), due_on, p_unit_id) end;
      -- What had only the rest of its last day left has the day on which it goes on, or the next that is worked.
      due_on := case when days_left > 0 then counted_day(china_day(upper(pause)), days_left, p_rule.day_kind, scope)
        else rolled_day(china_day(upper(pause)), case when p_rule.day_kind = 'working' then 'non_working' else 'none' end, scope) end;
    end loop;
    if p_extended_to is null or p_pauses <> '{}' then due_on := rolled_day(due_on, p_rule.roll_over, scope); end if;
    due_at := (due_on + make_interval(hours => p_rule.due_hour)) at time zone 'Asia/Shanghai';
  end if;
  if due_at is null then
    raise exception 'the limit ends beyond the numbered calendar' using errcode = '22008', constraint = 'day_numbers_range';
  end if;
  provisional := (p_rule.day_kind = 'working' or p_rule.roll_over <> 'none') and (p_extended_to is null or p_pauses <> '{}')
    and not calendar_covers(least(first_day, due_on), greatest(first_day, due_on));
  return next;
end $$;

-- The version of a rule that is valid on the China day of a moment; a unit's own goes before the county's.
create function rule_at(p_rule text, p_moment timestamptz, p_unit_id bigint) returns legal_rules
language plpgsql stable set search_path = minyi, pg_temp
as $$
declare r legal_rules;
begin
  select * into r from legal_rules
  where code = p_rule and (unit_id is null or unit_id = p_unit_id)
    and valid_from <= china_day(p_moment) and coalesce(valid_until, 'infinity') > china_day(p_moment)
  order by unit_id nulls last limit 1;
  if not found then
    raise exception 'no rule % on %', p_rule, china_day(p_moment) using errcode = 'P0002';
  end if;
  return r;
end $$;

-- When a clock would be due, without starting one.
create function clock_due(p_rule text, p_started_at timestamptz, p_unit_id bigint)
returns table (due_on date, due_at timestamptz, provisional boolean)
language sql stable set search_path = minyi, pg_temp
as $$ select d.* from rule_at(p_rule, p_started_at, p_unit_id) r, due_of(r, p_started_at, p_unit_id) d $$;

create function calendar_version() returns bigint
language sql stable set search_path = minyi, pg_temp
as $$ select coalesce(max(id), 0) from calendar_changes $$;

-- Clocks. These belong to the rooms that owe something: their definers call them.

create function start_clock(p_rule text, p_started_at timestamptz, p_unit_id bigint) returns bigint
language plpgsql set search_path = minyi, pg_temp
as $$
declare
  version bigint := calendar_version();   -- first: a change of the calendar from here on makes the clock stale
  r legal_rules := rule_at(p_rule, p_started_at, p_unit_id);
  made bigint;
begin
  insert into clocks (rule_id, unit_id, started_at, due_on, due_at, provisional, calendar_version)
  select r.id, p_unit_id, p_started_at, d.due_on, d.due_at, d.provisional, version
  from due_of(r, p_started_at, p_unit_id) d
  returning id into made;
  return made;
end $$;

-- A clock's pauses that are over and shift its date: an extension has fixed a date of its own, so only those since then.
create function pauses_of(c clocks) returns tstzrange[]
language sql stable set search_path = minyi, pg_temp
as $$
  select coalesce(array_agg(tstzrange(from_at, until_at, '[]') order by from_at), '{}') from clock_pauses
  where clock_id = c.id and until_at is not null and (c.extended_at is null or from_at >= c.extended_at)
$$;

create function running_clock(p_id bigint) returns clocks
language plpgsql set search_path = minyi, pg_temp
as $$
declare c clocks;
begin
  select * into c from clocks where id = p_id for update;
  if not found then raise exception 'unknown clock' using errcode = 'P0002'; end if;
  if c.stopped_at is not null then
    raise exception 'the clock has stopped' using errcode = '23514', constraint = 'clocks_stopped';
  end if;
  return c;
end $$;

create function pause_clock(p_id bigint, p_reason text) returns void
language plpgsql set search_path = minyi, pg_temp
as $$
declare
  c clocks := running_clock(p_id);
  moment timestamptz := minyi_clock();
begin
  if c.paused_at is not null then return; end if;
  if c.due_at <= moment then
    raise exception 'the limit has passed' using errcode = '23514', constraint = 'clocks_pause_in_time';
  end if;
  insert into clock_pauses (clock_id, from_at, reason) values (p_id, moment, p_reason);
  insert into clock_changes (clock_id, at, cause, old_due_on) values (p_id, moment, 'paused', c.due_on);
  update clocks set paused_at = moment, due_on = null, due_at = null where id = p_id;
end $$;

create function resume_clock(p_id bigint) returns void
language plpgsql set search_path = minyi, pg_temp
as $$
declare
  c clocks := running_clock(p_id);
  version bigint := calendar_version();
  moment timestamptz := minyi_clock();
  d record;
begin
  if c.paused_at is null then return; end if;
  update clock_pauses set until_at = moment where clock_id = p_id and until_at is null;
  select due.* into d from legal_rules r, due_of(r, c.started_at, c.unit_id, c.extended_to, pauses_of(c)) due where r.id = c.rule_id;
  insert into clock_changes (clock_id, at, cause, new_due_on) values (p_id, moment, 'resumed', d.due_on);
  update clocks set paused_at = null, due_on = d.due_on, due_at = d.due_at, provisional = d.provisional, calendar_version = version
  where id = p_id;
end $$;

-- Answered, or over in another way. Stopping a clock twice changes nothing.
create function stop_clock(p_id bigint) returns void
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  if exists (select from clocks where id = p_id and stopped_at is not null) then return; end if;
  perform resume_clock(p_id);
  update clocks set stopped_at = minyi_clock() where id = p_id;
end $$;

-- How far it may go is for those who grant it to judge; here, only that it is later.
create function extend_clock(p_id bigint, p_new_due_on date) returns void
language plpgsql set search_path = minyi, pg_temp
as $$
declare
  c clocks := running_clock(p_id);
  moment timestamptz := minyi_clock();
  d record;
begin
  if c.paused_at is not null then
    raise exception 'the clock is paused' using errcode = '23514', constraint = 'clocks_extended_while_running';
  end if;
  if p_new_due_on is null or p_new_due_on <= c.due_on then
    raise exception 'not later than %', c.due_on using errcode = '23514', constraint = 'clocks_extended_later';
  end if;
  select due.* into d from legal_rules r, due_of(r, c.started_at, c.unit_id, p_new_due_on) due where r.id = c.rule_id;
  insert into clock_changes (clock_id, at, cause, old_due_on, new_due_on) values (p_id, moment, 'extended', c.due_on, d.due_on);
  update clocks set extended_to = p_new_due_on, extended_at = moment, due_on = d.due_on, due_at = d.due_at, provisional = d.provisional
  where id = p_id;
end $$;

-- Counts up to so many stale clocks again, records every date that moves, and returns how many are still stale. One call is one
-- slice; who is changing a clock meanwhile is not waited for, and readers wait for nothing.
create function recompute_clocks(p_limit int) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare version bigint := calendar_version();
begin
  -- Each step is written down: the planner would rather count all the clocks there are than ask which are stale.
  with stale as materialized (
    select c.* from clocks c where c.stopped_at is null and c.paused_at is null and c.calendar_version < version
    order by c.calendar_version, c.id limit p_limit for update skip locked
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

-- Numbers the days of a calendar anew, from 2015 to twenty years ahead. What the notices do not cover is counted by the week.
create function number_days(p_scope bigint) returns void
language sql set search_path = minyi, pg_temp
as $$
  insert into day_numbers as n (scope, day, works, worked)
  select p_scope, day, works, count(*) filter (where works) over (order by day)
  from (
    select d.day::date as day, case when own.day is not null then false else coalesce(c.kind = 'workday', extract(isodow from d.day) < 6) end as works
    from generate_series(date '2015-01-01', date_trunc('year', minyi_clock() at time zone 'Asia/Shanghai') + interval '21 years' - interval '1 day',
      interval '1 day') d (day)
    left join calendar_days c on c.day = d.day::date and c.unit_id is null
    left join calendar_days own on own.day = d.day::date and own.unit_id = p_scope
  ) days
  on conflict (scope, day) do update set works = excluded.works, worked = excluded.worked
  where (n.works, n.worked) is distinct from (excluded.works, excluded.worked)
$$;

-- A statement has changed the calendar: number its days anew and make running clocks stale. A few are counted at once.
create function calendar_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  s bigint;
begin
  select array_agg(distinct unit_id) into units from changed;
  if units is null then return null; end if;
  lock table day_numbers in share row exclusive mode;   -- one change at a time; readers go on
  -- The county's days are part of every calendar.
  for s in select 0 where array_position(units, null) is not null
    union select unit_id from calendar_days where unit_id = any (units) or unit_id is not null and array_position(units, null) is not null
  loop perform number_days(s); end loop;
  delete from day_numbers n where n.scope = any (units) and not exists (select from calendar_days c where c.unit_id = n.scope);
  insert into calendar_changes (at, staff_id, first_day, last_day, days, unit_id)
  select minyi_clock(), actor_staff(), min(day), max(day), count(*), case when count(distinct unit_id) = 1 and count(unit_id) = count(*) then min(unit_id) end
  from changed;
  if (select count(*) from (select from clocks where stopped_at is null and paused_at is null limit 501) few) <= 500 then
    perform recompute_clocks(500);
  end if;
  return null;
end $$;

do $$
declare f text;
begin
  foreach f in array array['china_day(timestamptz)', 'calendar_scope(bigint)', 'working_days_between(date, date, bigint)', 'calendar_covers(date, date)',
    'counted_day(date, int, text, bigint)', 'rolled_day(date, text, bigint)', 'counted_seconds(timestamptz, text, bigint)',
    'moment_of_seconds(numeric, text, bigint)', 'due_of(legal_rules, timestamptz, bigint, date, tstzrange[])',
    'rule_at(text, timestamptz, bigint)', 'clock_due(text, timestamptz, bigint)'] loop
    execute 'grant execute on function ' || f || ' to minyi_staff, minyi_work, minyi_intake, minyi_guard';
  end loop;
  foreach f in array array['calendar_version()', 'start_clock(text, timestamptz, bigint)', 'pauses_of(clocks)', 'running_clock(bigint)',
    'pause_clock(bigint, text)', 'resume_clock(bigint)', 'stop_clock(bigint)', 'extend_clock(bigint, date)', 'number_days(bigint)',
    'recompute_clocks(int)', 'calendar_changed()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  grant execute on function recompute_clocks(int) to minyi_work;
end $$;

create trigger calendar_days_added after insert on calendar_days
  referencing new table as changed for each statement execute function calendar_changed();
create trigger calendar_days_altered after update on calendar_days
  referencing new table as changed for each statement execute function calendar_changed();
create trigger calendar_days_removed after delete on calendar_days
  referencing old table as changed for each statement execute function calendar_changed();

select number_days(0);
