-- Work that happens by itself: jobs that are done once, timed jobs that come again, and notices to people.
--
-- Every job is done at least once. Who takes one puts its `run_at` a lease ahead; who is killed with it leaves it to be due again then.
set local search_path to minyi;

-- Jobs that wait, are being done, or have died. One that is done is gone.
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null constraint jobs_kind_form check (kind ~ '^[a-z][a-z_]{1,39}$'),   -- a case of JobKind; an unknown one dies
  payload jsonb not null,              -- ids and codes, never personal words
  run_at timestamptz not null,         -- due; while somebody has it, the end of the lease
  attempts int not null default 0,     -- begun so far; names the lease, too: only its holder ends the job
  taken_at timestamptz,                -- somebody has it, or was killed with it
  error text,                          -- why the last attempt failed: a code and a number
  died_at timestamptz,                 -- given up by itself: waits for an administrator
  created_at timestamptz not null,
  constraint jobs_payload_object check (jsonb_typeof(payload) = 'object' and octet_length(payload::text) <= 4000),
  constraint jobs_error_length check (char_length(error) <= 200),
  constraint jobs_died_of_something check (died_at is null or error is not null)
);
create index jobs_due on jobs (kind, run_at) where died_at is null;
create index jobs_dead on jobs (id) where died_at is not null;

-- A hint, for those who would not wait until they look again.
create function jobs_announced() returns trigger
language plpgsql set search_path = pg_catalog
as $$ begin perform pg_notify('minyi_work', ''); return null; end $$;
create trigger jobs_added after insert on jobs for each statement execute function jobs_announced();

-- For doors: something to be done after this transaction, at once or later.
create function enqueue_job(p_kind text, p_payload jsonb, p_run_at timestamptz default null) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into jobs (kind, payload, run_at, created_at) values (p_kind, p_payload, coalesce(p_run_at, minyi_clock()), minyi_clock())
  returning id
$$;

-- The last run of each timed job. Its runner holds the row locked, so there is one at a time, and none of a killed one's remains.
create table timed_jobs (
  name text primary key constraint timed_jobs_name_form check (name ~ '^[a-z][a-z_]{1,39}$'),
  next_run_at timestamptz not null,
  ended_at timestamptz,
  milliseconds bigint,                 -- how long the last run took
  outcome text constraint timed_jobs_outcome check (outcome in ('done', 'failed')),
  count bigint,                        -- what the last run that did something counted
  did_something_at timestamptz,
  error text constraint timed_jobs_error_length check (char_length(error) <= 200),
  failures int not null default 0      -- in a row
) with (fillfactor = 50);

-- One message to one person about one event. Its id is its Message-ID and its idempotency key for the other side.
create table notices (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  key text not null constraint notices_key_length check (char_length(key) between 1 and 100),   -- names the event
  submission_id bigint references submissions,   -- to its author
  staff_id bigint references staff,              -- or to somebody who works here
  facts jsonb not null,                -- numbers, dates, codes and ids for the sentences, never personal words
  state text not null default 'waiting' constraint notices_state check (state in ('waiting', 'sent', 'failed', 'skipped')),
  reason text constraint notices_reason_length check (char_length(reason) <= 200),
  channel text constraint notices_channel check (channel in ('mail', 'webhook')),
  created_at timestamptz not null,
  ended_at timestamptz,
  constraint notices_one_person check (num_nonnulls(submission_id, staff_id) = 1),
  constraint notices_kind check (
    submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'answered', 'published',
      'addition_received')
    or staff_id is not null and kind in ('assigned', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
      'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'test')),
  constraint notices_facts_object check (jsonb_typeof(facts) = 'object' and octet_length(facts::text) <= 2000),
  constraint notices_ended check ((state = 'waiting') = (ended_at is null)),
  constraint notices_sent_how check (state <> 'sent' or channel is not null),
  constraint notices_reason_given check (state not in ('failed', 'skipped') or reason is not null),
  constraint notices_once_an_author unique (key, submission_id),
  constraint notices_once_a_member unique (key, staff_id)
);
create index notices_ended_long_ago on notices (ended_at) where ended_at is not null;

-- Staff get notices at their work address, unless they would rather not.
alter table staff add column email text not null default ''
  constraint staff_email_form check (email = '' or email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and char_length(email) <= 254);
alter table staff add column wants_notices boolean not null default true;
grant select (email, wants_notices), insert (email), update (email) on staff to minyi_staff;

insert into site_settings (key, value) values ('notice_retention_days', '90');

-- Widened only: every row there fits.
-- squawk-ignore ban-drop-constraint
alter table events drop constraint events_subject;
-- squawk-ignore constraint-missing-not-valid
alter table events add constraint events_subject check (subject in
  ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings', 'clock', 'job'));

alter table jobs enable row level security;
alter table timed_jobs enable row level security;
alter table notices enable row level security;
grant select, update, delete on jobs to minyi_work;
grant select, insert, update on timed_jobs to minyi_work;
grant select, update (state, reason, channel, ended_at) on notices to minyi_work;
create policy jobs_worker on jobs to minyi_work using (true) with check (true);
create policy timed_jobs_worker on timed_jobs to minyi_work using (true) with check (true);
create policy notices_worker on notices to minyi_work using (true) with check (true);
grant select, insert, update, delete on jobs, notices to minyi_guard;
create policy jobs_guard on jobs to minyi_guard using (true) with check (true);
create policy notices_guard on notices to minyi_guard using (true) with check (true);
grant select on jobs, timed_jobs, notices to minyi_staff;
create policy jobs_administrator_reads on jobs for select to minyi_staff using ((select actor_is('administrator')));
create policy timed_jobs_administrator_reads on timed_jobs for select to minyi_staff using ((select actor_is('administrator')));
create policy notices_administrator_reads on notices for select to minyi_staff using ((select actor_is('administrator')));

-- For doors: tells the author of a submission, once an event. Who left nothing to be reached by is skipped at once.
create function notify_author(p_kind text, p_submission_id bigint, p_key text, p_facts jsonb) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  with made as (
    insert into notices (kind, key, submission_id, facts, state, reason, created_at, ended_at)
    select p_kind, p_key, p_submission_id, p_facts, case when reachable then 'waiting' else 'skipped' end,
      case when not reachable then 'no_contact' end, moment, case when not reachable then moment end
    from (select exists (select from contacts where submission_id = p_submission_id) as reachable, minyi_clock() as moment) x
    on conflict do nothing
    returning id, state, created_at
  )
  insert into jobs (kind, payload, run_at, created_at)
  select 'deliver_notice', jsonb_build_object('notice', id), created_at, created_at from made where state = 'waiting'
$$;

-- For doors: tells everyone who holds one of the roles in one of the units, and who stands in for them today, once an event. A role held
-- in an office counts for every unit; told are those of the unit itself. `p_without_…`: the units and people it is about never hear of it.
create function notify_staff(p_kind text, p_unit_ids bigint[], p_roles text[], p_key text, p_facts jsonb,
  p_without_unit_ids bigint[] default '{}', p_without_staff_ids bigint[] default '{}') returns void
language sql security definer set search_path = minyi, pg_temp
as $$
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
  select 'deliver_notice', jsonb_build_object('notice', id), created_at, created_at from made
$$;

create function require_administrator() returns void
language plpgsql stable set search_path = minyi, pg_temp
as $$
begin
  if not actor_is_signed_in() or not actor_is('administrator') then
    raise exception 'this needs the role administrator' using errcode = '42501', constraint = 'role_required';
  end if;
end $$;

-- What an administrator sends to themselves, by mail or webhook, to see whether it arrives.
create function send_test_notice(p_channel text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare made uuid;
begin
  perform require_administrator();
  insert into notices (kind, key, staff_id, facts, created_at)
  values ('test', 'test:' || gen_random_uuid(), actor_staff(), jsonb_build_object('by', p_channel), minyi_clock()) returning id into made;
  perform enqueue_job('deliver_notice', jsonb_build_object('notice', made));
end $$;

-- The worker's narrow door: the one notice it is delivering just now, and where to. `obstacle` says why it is not to be delivered.
create function notice_in_delivery(p_job_id bigint)
returns table (id uuid, kind text, facts jsonb, to_author boolean, number text, unit_name text, obstacle text,
  contact_id uuid, key_id text, sealed bytea, sign_in_name text, email text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select n.id, n.kind, n.facts, n.submission_id is not null, coalesce(s.number, n.facts ->> 'number'), u.name,
    case when s.withdrawn_at is not null then 'withdrawn'
         when s.sealed_at is not null then 'sealed'
         when s.id is not null and c.id is null then 'contact_erased'
         when not m.active then 'switched_off'
         when not m.wants_notices and n.kind <> 'test' then 'not_wished' end,
    c.id, c.key_id, c.sealed, m.sign_in_name, m.email
  from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid and n.state = 'waiting'
  left join submissions s on s.id = n.submission_id
  left join contacts c on c.submission_id = s.id
  left join staff m on m.id = n.staff_id
  left join units u on u.id = (n.facts ->> 'unit_id')::bigint
  where j.id = p_job_id and j.kind = 'deliver_notice' and j.taken_at is not null and j.died_at is null
$$;

-- A notice has failed when its job has died, and waits again with it.
create function notice_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.died_at is not null then
    update notices set state = 'failed', reason = new.error, ended_at = new.died_at
    where id = (new.payload ->> 'notice')::uuid and state = 'waiting';
  else
    update notices set state = 'waiting', reason = null, ended_at = null
    where id = (new.payload ->> 'notice')::uuid and state = 'failed';
  end if;
  return null;
end $$;
alter function notice_follows_job() owner to minyi_guard;
create trigger notices_follow after update of died_at on jobs for each row
  when (new.kind = 'deliver_notice' and old.died_at is distinct from new.died_at) execute function notice_follows_job();

-- An administrator lets dead jobs (null: all) run once more, from their first attempt. Returns how many.
create function run_jobs_again(p_ids bigint[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare again int;
begin
  perform require_administrator();
  with revived as (
    update jobs set died_at = null, taken_at = null, attempts = 0, run_at = minyi_clock()
    where died_at is not null and (p_ids is null or id = any (p_ids)) returning id, kind
  )
  insert into events (at, subject, subject_id, kind, staff_id, code)
  select minyi_clock(), 'job', id, 'run_again', actor_staff(), kind from revived;
  get diagnostics again = row_count;
  perform pg_notify('minyi_work', '');
  return again;
end $$;

-- Or lets go of them; a notice stays on record as failed. Returns how many.
create function give_up_jobs(p_ids bigint[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare given_up int;
begin
  perform require_administrator();
  with gone as (delete from jobs where died_at is not null and (p_ids is null or id = any (p_ids)) returning id, kind)
  insert into events (at, subject, subject_id, kind, staff_id, code)
  select minyi_clock(), 'job', id, 'given_up', actor_staff(), kind from gone;
  get diagnostics given_up = row_count;
  return given_up;
end $$;

create function set_wants_notices(p_wants boolean) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if not actor_is_signed_in() then
    raise exception 'only the person' using errcode = '42501', constraint = 'role_required';
  end if;
  update staff set wants_notices = p_wants where id = actor_staff();
end $$;

-- Notices whose matter is long over go; the events behind them stay. Returns how many.
create function erase_notices() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare erased int;
begin
  delete from notices where ended_at <= minyi_clock() - (select make_interval(days => value::int) from site_settings where key = 'notice_retention_days');
  get diagnostics erased = row_count;
  return erased;
end $$;

-- As in 0002, and a changed address is on record, too: whoever changes it gets what is meant for somebody else.
create or replace function staff_recorded() returns trigger
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
  if new.email <> old.email then
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
    values (minyi_clock(), 'staff', new.id, 'email_changed', actor_staff(), array[new.unit_id]);
  end if;
  return null;
end $$;

do $$
declare f text;
begin
  foreach f in array array['enqueue_job(text, jsonb, timestamptz)', 'notify_author(text, bigint, text, jsonb)',
    'notify_staff(text, bigint[], text[], text, jsonb, bigint[], bigint[])', 'require_administrator()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_guard, minyi_intake';
  end loop;
  foreach f in array array['send_test_notice(text)', 'run_jobs_again(bigint[])', 'give_up_jobs(bigint[])', 'set_wants_notices(boolean)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['notice_in_delivery(bigint)', 'erase_notices()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
end $$;
