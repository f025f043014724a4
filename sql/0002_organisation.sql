-- Units, the people who work in them, and how they sign in. Work belongs to units, not to people.
set local search_path to minyi;

create table units (
  id bigint generated always as identity primary key,
  code text not null constraint units_code unique,
  name text not null constraint units_name_length check (char_length(name) between 1 and 100),
  kind text not null constraint units_kind check (kind in ('office', 'department', 'town')),
  parent_id bigint references units,
  valid_from date not null default date '1949-10-01',
  valid_until date,                       -- exclusive; null while the unit exists
  successor_id bigint references units,   -- who took over, merged or renamed
  constraint units_validity check (valid_until > valid_from),
  constraint units_successor_after_end check (successor_id is null or valid_until is not null),
  constraint units_not_own_successor check (successor_id <> id)
);
grant select on units to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;
grant insert, update on units to minyi_staff, minyi_guard;
alter table units enable row level security;
create policy units_everyone_reads on units for select using (true);
create policy units_administrator_adds on units for insert to minyi_staff with check ((select actor_is('administrator')));
create policy units_administrator_changes on units for update to minyi_staff using ((select actor_is('administrator')));
create policy units_guard on units for update to minyi_guard using (true);

create table staff (
  id bigint generated always as identity primary key,
  sign_in_name text not null constraint staff_sign_in_name unique
    constraint staff_sign_in_name_form check (sign_in_name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
  display_name text not null constraint staff_display_name_length check (char_length(display_name) between 1 and 40),
  unit_id bigint not null references units,
  password_hash text not null,
  active boolean not null default true,
  created_at timestamptz not null default minyi_clock()
);
create table staff_roles (
  staff_id bigint not null references staff,
  unit_id bigint not null references units,
  role text not null constraint staff_roles_role check (role in
    ('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'administrator', 'duty_officer')),
  primary key (staff_id, unit_id, role)
);
-- While somebody is away a substitute holds their roles; what the substitute does is recorded under the substitute's own name.
create table substitutions (
  id bigint generated always as identity primary key,
  absent_id bigint not null references staff,
  substitute_id bigint not null references staff,
  from_on date not null,
  until_on date not null,                 -- inclusive
  constraint substitutions_order check (until_on >= from_on),
  constraint substitutions_two_people check (absent_id <> substitute_id),
  constraint substitutions_once unique (absent_id, substitute_id, from_on, until_on)   -- a second press arranges nothing twice
);
create index substitutions_by_substitute on substitutions (substitute_id);
create table staff_sessions (
  token_hash bytea primary key constraint staff_sessions_hash_length check (octet_length(token_hash) = 32),
  staff_id bigint not null references staff,
  opened_at timestamptz not null,
  expires_at timestamptz not null
);
create index staff_sessions_of_staff on staff_sessions (staff_id);

alter table staff enable row level security;
alter table staff_roles enable row level security;
alter table substitutions enable row level security;
alter table staff_sessions enable row level security;

-- Colleagues see each other's names; nobody reads a password hash but the sign-in door.
grant select (id, sign_in_name, display_name, unit_id, active, created_at) on staff to minyi_staff;
grant insert (sign_in_name, display_name, unit_id, password_hash), update (display_name, unit_id, active) on staff to minyi_staff;
create policy staff_colleagues_read on staff for select to minyi_staff
  using ((select actor_staff()) is not null or (select actor_is('administrator')));
create policy staff_administrator_adds on staff for insert to minyi_staff with check ((select actor_is('administrator')));
create policy staff_administrator_changes on staff for update to minyi_staff using ((select actor_is('administrator')));
grant select, insert, delete on staff_roles to minyi_staff;
create policy staff_roles_colleagues_read on staff_roles for select to minyi_staff
  using ((select actor_staff()) is not null or (select actor_is('administrator')));
create policy staff_roles_administrator_adds on staff_roles for insert to minyi_staff with check ((select actor_is('administrator')));
create policy staff_roles_administrator_removes on staff_roles for delete to minyi_staff using ((select actor_is('administrator')));
grant select, insert, delete on substitutions to minyi_staff;
create policy substitutions_colleagues_read on substitutions for select to minyi_staff using ((select actor_staff()) is not null);
create policy substitutions_arranged on substitutions for insert to minyi_staff
  with check (absent_id = (select actor_staff()) or (select actor_is('administrator')));
create policy substitutions_ended on substitutions for delete to minyi_staff
  using (absent_id = (select actor_staff()) or (select actor_is('administrator')));

grant select, insert, update on staff, staff_roles, substitutions to minyi_guard;
grant delete on staff_roles to minyi_guard;
grant select, insert, update, delete on staff_sessions to minyi_guard;
create policy staff_guard on staff to minyi_guard using (true) with check (true);
create policy staff_roles_guard on staff_roles to minyi_guard using (true) with check (true);
create policy substitutions_guard on substitutions to minyi_guard using (true) with check (true);
create policy staff_sessions_guard on staff_sessions to minyi_guard using (true) with check (true);

-- The sign-in door: the hash to compare with. A switched-off account has none.
create function sign_in_record(p_name text) returns table (staff_id bigint, password_hash text)
language sql stable security definer set search_path = minyi, pg_temp
as $$ select id, password_hash from staff where sign_in_name = p_name and active $$;

create function session_open(p_staff_id bigint, p_token_hash bytea, p_lifetime_seconds int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare moment timestamptz := minyi_clock();
begin
  delete from staff_sessions where expires_at <= moment;
  insert into staff_sessions (token_hash, staff_id, opened_at, expires_at)
  values (p_token_hash, p_staff_id, moment, moment + make_interval(secs => least(p_lifetime_seconds, 43200)));
  insert into events (at, subject, subject_id, kind, staff_id) values (moment, 'staff', p_staff_id, 'signed_in', p_staff_id);
end $$;

create function session_close(p_token_hash bytea) returns void
language sql security definer set search_path = minyi, pg_temp
as $$ delete from staff_sessions where token_hash = p_token_hash $$;

-- Who is at the other end of a session: own roles and those of the people substituted for today.
-- A role held in an office of the county counts for every unit, any other for its own.
create function session_actor(p_token_hash bytea)
returns table (staff_id bigint, name text, unit_ids bigint[], grants jsonb, unit_id bigint, unit_name text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  with me as (
    select s.id, s.display_name, s.unit_id from staff_sessions t join staff s on s.id = t.staff_id
    where t.token_hash = p_token_hash and t.expires_at > minyi_clock() and s.active
  ), standing_for as (
    select id from me
    union
    select x.absent_id from substitutions x join me on x.substitute_id = me.id join staff a on a.id = x.absent_id and a.active
    where (minyi_clock() at time zone 'Asia/Shanghai')::date between x.from_on and x.until_on
  ), held as (
    select distinct r.role, v.id as unit_id from staff_roles r join units u on u.id = r.unit_id
    join units v on v.id = u.id or u.kind = 'office'
    where r.staff_id in (select id from standing_for)
  )
  select me.id, me.display_name, coalesce((select array_agg(distinct unit_id order by unit_id) from held), '{}'),
    coalesce((select jsonb_object_agg(role, units) from (
      select role, jsonb_agg(unit_id order by unit_id) as units from held group by role) g), '{}'),
    me.unit_id, u.name
  from me join units u on u.id = me.unit_id
$$;

-- Every new account and every change of one is on record, whoever made it; who is switched off is out at once.
create function staff_recorded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
    values (minyi_clock(), 'staff', new.id, 'created', actor_staff(), array[new.unit_id]);
    return null;
  end if;
  if new.active <> old.active then
    if not new.active then delete from staff_sessions where staff_id = new.id; end if;
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
    values (minyi_clock(), 'staff', new.id, case when new.active then 'switched_on' else 'switched_off' end, actor_staff(), array[new.unit_id]);
  end if;
  if new.unit_id <> old.unit_id then
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
    values (minyi_clock(), 'staff', new.id, 'moved', actor_staff(), array[old.unit_id, new.unit_id]);
  end if;
  return null;
end $$;
alter function staff_recorded() owner to minyi_guard;
create trigger staff_created after insert or update on staff for each row execute function staff_recorded();

create function staff_roles_recorded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare r record;
begin
  if tg_op = 'INSERT' then r := new; else r := old; end if;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'staff', r.staff_id, case when tg_op = 'INSERT' then 'role_given' else 'role_taken' end, actor_staff(), r.role, array[r.unit_id]);
  return null;
end $$;
alter function staff_roles_recorded() owner to minyi_guard;
create trigger staff_roles_changed after insert or delete on staff_roles for each row execute function staff_roles_recorded();

-- Who held whose roles, and when, must be known after the arrangement has ended: its event names substitute and days.
create function substitutions_recorded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare r record;
begin
  if tg_op = 'INSERT' then r := new; else r := old; end if;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  select minyi_clock(), 'staff', r.absent_id, case when tg_op = 'INSERT' then 'substitution_arranged' else 'substitution_ended' end,
    actor_staff(), format('%s %s %s', r.substitute_id, r.from_on, r.until_on), array[s.unit_id]
  from staff s where s.id = r.absent_id;
  return null;
end $$;
alter function substitutions_recorded() owner to minyi_guard;
create trigger substitutions_changed after insert or delete on substitutions for each row execute function substitutions_recorded();

create function set_password(p_staff_id bigint, p_password_hash text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if not actor_is_signed_in() or not (actor_staff() = p_staff_id or actor_is('administrator')) then
    raise exception 'only the person or an administrator sets a password' using errcode = '42501', constraint = 'password_own';
  end if;
  update staff set password_hash = p_password_hash where id = p_staff_id;
  delete from staff_sessions where staff_id = p_staff_id;
  insert into events (at, subject, subject_id, kind, staff_id)
  values (minyi_clock(), 'staff', p_staff_id, 'password_set', actor_staff());
end $$;

alter function sign_in_record(text) owner to minyi_guard;
alter function session_open(bigint, bytea, int) owner to minyi_guard;
alter function session_close(bytea) owner to minyi_guard;
alter function session_actor(bytea) owner to minyi_guard;
alter function set_password(bigint, text) owner to minyi_guard;
grant execute on function sign_in_record(text), session_open(bigint, bytea, int), session_close(bytea), session_actor(bytea),
  set_password(bigint, text) to minyi_staff;
