-- Foundations: who may connect, who is acting, what time it is, and the numbers people read aloud.
-- Migrations run as minyi_owner. Roles are cluster-wide and made by `minyi database prepare`; here they are only granted to.
set local search_path to minyi;

-- Nobody calls a function that was not granted to them.
alter default privileges revoke execute on functions from public;
revoke all on schema minyi from public;
grant usage on schema minyi to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;
-- A function can be given only to a role that may create in its schema. Nobody can sign in as a door role.
grant create on schema minyi to minyi_intake, minyi_guard;

-- The only clock of the rules. The test template replaces it with one that can be moved.
create function minyi_clock() returns timestamptz
language sql volatile set search_path = pg_catalog
as $$ select clock_timestamp() $$;

-- The actor inside a login role, set for one transaction by the application. After a commit a setting reads '', not null.
create function actor_staff() returns bigint
language sql stable set search_path = pg_catalog
as $$ select nullif(current_setting('minyi.staff_id', true), '')::bigint $$;

create function actor_units() returns bigint[]
language sql stable set search_path = pg_catalog
as $$ select coalesce(nullif(current_setting('minyi.unit_ids', true), '')::bigint[], '{}') $$;

-- Which role is held for which units: {"organiser": [3], "clerk": [3, 7]}. A role in one unit counts in no other.
create function actor_grants() returns jsonb
language sql stable set search_path = pg_catalog
as $$ select coalesce(nullif(current_setting('minyi.grants', true), '')::jsonb, '{}') $$;

create function actor_is(role text) returns boolean
language sql stable set search_path = pg_catalog, minyi
as $$ select minyi.actor_grants() ? role $$;

-- The units for which one of these roles is held.
create function actor_units_as(variadic roles text[]) returns bigint[]
language sql stable set search_path = pg_catalog, minyi
as $$
  select coalesce(array_agg(distinct u.id::bigint), '{}')
  from unnest(roles) r (role), jsonb_array_elements_text(minyi.actor_grants() -> r.role) u (id)
$$;

-- A definer function runs as its owner; session_user is still the login role, and that is the wall.
create function actor_is_signed_in() returns boolean
language sql stable set search_path = pg_catalog, minyi
as $$ select session_user = 'minyi_staff' and minyi.actor_staff() is not null $$;

-- ISO/IEC 7064 MOD 11,10: one digit that catches every single wrong digit and nearly every swap.
create function check_digit(digits text) returns text
language plpgsql immutable strict set search_path = pg_catalog
as $$
declare
  product int := 10;
  total int;
begin
  for i in 1..length(digits) loop
    total := (product + substr(digits, i, 1)::int) % 10;
    if total = 0 then total := 10; end if;
    product := (total * 2) % 11;
  end loop;
  return ((11 - product) % 10)::text;
end $$;

-- A number as people see it: prefix, year in China, ordinal and the check digit over year and ordinal: MY-2026-000127-4.
create function public_number(prefix text, moment timestamptz, ordinal bigint) returns text
language sql immutable strict set search_path = pg_catalog, minyi
as $$
  select prefix || '-' || y || '-' || n || '-' || minyi.check_digit(y || n)
  from (select to_char(moment at time zone 'Asia/Shanghai', 'YYYY') y, lpad(ordinal::text, 6, '0') n) parts
$$;

-- What the site says of itself. Everyone may read it; an administrator writes it.
create table site_settings (
  key text primary key,
  value text not null constraint site_settings_length check (char_length(value) <= 2000)
);
insert into site_settings (key, value) values
  ('site_name', '公众参与平台'),
  ('organ', ''), ('contact', ''), ('identity_code', ''), ('icp_number', ''), ('police_number', ''), ('error_report_url', ''),
  ('number_prefix', 'MY'), ('entry_window_days', '3'), ('contact_retention_days', '90'), ('duty_officer', '');
grant select on site_settings to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;
grant update on site_settings to minyi_staff;
alter table site_settings enable row level security;
create policy site_settings_everyone_reads on site_settings for select using (true);
create policy site_settings_administrator_writes on site_settings for update to minyi_staff
  using ((select actor_is('administrator')));

-- What happened, in codes and ids, never in personal words: erasure must reach everything. One table a month.
create table events (
  id bigint generated always as identity,
  at timestamptz not null,
  recorded_at timestamptz not null default minyi_clock(),
  subject text not null constraint events_subject check (subject in ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings')),
  subject_id bigint not null,
  kind text not null,
  staff_id bigint,
  from_state text,
  to_state text,
  code text,
  batch uuid,
  unit_ids bigint[] not null default '{}',
  primary key (id, at)
) partition by range (at);
create table events_elsewhen partition of events default;
create index events_of_subject on events (subject, subject_id, at);
create index events_of_batch on events (batch) where batch is not null;

create function make_event_partitions(first date, months int) returns int
language plpgsql set search_path = minyi, pg_catalog
as $$
declare
  made int := 0;
  starts date;
begin
  for i in 0..months - 1 loop
    starts := (date_trunc('month', first) + make_interval(months => i))::date;
    if to_regclass(format('minyi.events_%s', to_char(starts, 'YYYYMM'))) is null then
      execute format('create table minyi.events_%s partition of minyi.events for values from (%L) to (%L)',
        to_char(starts, 'YYYYMM'), starts || ' 00:00+00', (starts + interval '1 month')::date || ' 00:00+00');
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;
select make_event_partitions(date '2026-11-01', 62);

alter table events enable row level security;
create policy events_of_my_units on events for select to minyi_staff
  using (unit_ids && (select actor_units()) or (select actor_is('administrator')));
create policy events_guard on events to minyi_guard using (true) with check (true);
create policy events_intake on events for insert to minyi_intake with check (true);
grant select on events to minyi_staff;
grant select, insert on events to minyi_guard;
grant insert on events to minyi_intake;

grant execute on function minyi_clock(), actor_staff(), actor_units(), actor_grants(), actor_is(text), actor_units_as(text[]), actor_is_signed_in(),
  check_digit(text), public_number(text, timestamptz, bigint)
  to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;
