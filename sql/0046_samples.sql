-- 电话访问: lists of people whom interviewers call. Who is called and what was answered never stand together: a person is only a place in
-- a list with a state, their number and name are encrypted apart, and a sheet that was answered on the telephone says nothing of either.
set local search_path to minyi;

-- How long names and numbers of a sample stay after the questionnaire has closed. Our default; no law names a number of days.
insert into site_settings (key, value) values ('sample_retention_days', '7');

create table samples (
  id bigint generated always as identity primary key,
  questionnaire_id bigint not null references questionnaires,
  name text not null constraint samples_name_length check (char_length(name) between 1 and 100),
  script text not null constraint samples_script_length check (char_length(script) <= 4000),
  most_attempts int not null constraint samples_most_attempts check (most_attempts between 1 and 20),
  retry_minutes int not null constraint samples_retry_minutes check (retry_minutes between 5 and 10080),
  hold_minutes int not null constraint samples_hold_minutes check (hold_minutes between 10 and 240),
  seed text not null,                  -- with a person's place in the list it gives their place in the order of calls
  created_by bigint references staff,
  created_at timestamptz not null,
  erased_at timestamptz
);
create index samples_of_questionnaire on samples (questionnaire_id, id);

-- One person of a sample. `held_by` is who has them in hand; their state is then that of before.
create table sample_people (
  id bigint generated always as identity primary key,
  sample_id bigint not null references samples,
  questionnaire_id bigint not null references questionnaires,
  ordinal int not null,                -- their place in the list, which is what they are called by
  draw bigint not null,                -- their place in the order of calls
  stratum text not null constraint sample_people_stratum_length check (char_length(stratum) <= 40),
  phone_index bytea constraint sample_people_phone_index_length check (octet_length(phone_index) = 32),
  state text not null default 'to_call' constraint sample_people_state check (state in
    ('to_call', 'not_reached', 'call_back', 'refused', 'done', 'unusable')),
  attempts int not null default 0,
  next_at timestamptz,                 -- not earlier than; of a call-back, what was agreed
  held_by bigint references staff,
  held_since timestamptz,
  ended_at timestamptz,                -- of one that is done the hour, and no more
  constraint sample_people_ordinal unique (sample_id, ordinal),
  constraint sample_people_phone unique (questionnaire_id, phone_index),
  constraint sample_people_held check ((held_by is null) = (held_since is null))
);
create unique index sample_people_in_hand on sample_people (held_by) where held_by is not null;
create index sample_people_to_call on sample_people (sample_id, draw) where state in ('to_call', 'not_reached', 'call_back');

-- Number and name, as `contacts` has those of authors. Here only as long as somebody may still have to call: also who was called as often as
-- the sample allows, for its organiser may allow more.
create table sample_contacts (
  person_id bigint primary key references sample_people,
  id uuid not null constraint sample_contacts_id unique,
  key_id text not null,
  sealed bytea not null constraint sample_contacts_size check (octet_length(sealed) <= 4096)
);

-- An interview that was begun: the key its sheet will have, and what was answered so far, which goes when the person was not reached or is
-- given back. It is deleted with the last word about the person; until then a sheet that was stored just before a crash is found by it, and neither lost nor stored twice.
create table sample_interviews (
  person_id bigint primary key references sample_people,
  key uuid not null constraint sample_interviews_key unique,
  version int,
  answers jsonb constraint sample_interviews_size check (octet_length(answers::text) <= 131072)
);

-- Every call that ended without a sheet: by whom, when, how. A call that ended with one has no line: hour and interviewer stand with
-- the sheet, and together with a line here they would say whose it is.
create table sample_attempts (
  id bigint generated always as identity primary key,
  person_id bigint not null references sample_people,
  at timestamptz not null,
  staff_id bigint references staff,
  outcome text not null constraint sample_attempts_outcome check (outcome in
    ('not_reached', 'call_back', 'refused', 'wrong_number', 'no_place', 'returned', 'expired'))
);
create index sample_attempts_of_person on sample_attempts (person_id, id);

alter table samples enable row level security;
alter table sample_people enable row level security;
alter table sample_contacts enable row level security;
alter table sample_interviews enable row level security;
alter table sample_attempts enable row level security;
grant select on samples, sample_attempts to minyi_staff;
grant select (id, sample_id, questionnaire_id, ordinal, stratum, state, attempts, next_at, held_by, held_since) on sample_people to minyi_staff;
create policy samples_of_my_units on samples for select to minyi_staff using (questionnaire_id = any (array(
  select q.id from questionnaires q where q.unit_ids && actor_units_as('organiser', 'clerk', 'auditor'))));
create policy sample_people_of_my_units on sample_people for select to minyi_staff using (sample_id = any (array(select id from samples)));
create policy sample_attempts_of_my_units on sample_attempts for select to minyi_staff using (person_id = any (array(select id from sample_people)));
grant select, insert, update on samples to minyi_guard;
grant select, insert, update on sample_people to minyi_guard;
grant select, insert, delete on sample_contacts to minyi_guard;
grant select, insert, update, delete on sample_interviews to minyi_guard;
grant select, insert on sample_attempts to minyi_guard;
create policy samples_guard on samples to minyi_guard using (true) with check (true);
create policy sample_people_guard on sample_people to minyi_guard using (true) with check (true);
create policy sample_contacts_guard on sample_contacts to minyi_guard using (true) with check (true);
create policy sample_interviews_guard on sample_interviews to minyi_guard using (true) with check (true);
create policy sample_attempts_guard on sample_attempts to minyi_guard using (true) with check (true);

-- ---- The list ---------------------------------------------------------------------------------------------------------------

-- Makes a sample (`p_id` null) or changes how it is called. Organisers alone, and not where only those answer who have proved who they are.
create function save_sample(p_questionnaire_id bigint, p_id bigint, p_name text, p_script text, p_most_attempts bigint, p_retry_minutes bigint,
  p_hold_minutes bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_questionnaire_id);
  made bigint;
begin
  if p_id is null then
    if q.voice = 'person' then perform refuse('samples_voice'); end if;
    if q.state in ('closed', 'published', 'terminated') then perform refuse('samples_over'); end if;
    insert into samples (questionnaire_id, name, script, most_attempts, retry_minutes, hold_minutes, seed, created_by, created_at)
    values (q.id, p_name, p_script, p_most_attempts, p_retry_minutes, p_hold_minutes, left(gen_random_uuid()::text, 8), actor_staff(), minyi_clock())
    returning id into made;
    perform questionnaire_event(q, 'sample_made', q.state, made::text);
    return made;
  end if;
  update samples set name = p_name, script = p_script, most_attempts = p_most_attempts, retry_minutes = p_retry_minutes,
    hold_minutes = p_hold_minutes
  where id = p_id and questionnaire_id = q.id;
  if not found then raise exception 'unknown sample' using errcode = 'P0002'; end if;
  return p_id;
end $$;

-- The place of a person in the order of calls: anybody can work it out again from the seed and their place in the list.
create function sample_draw(p_seed text, p_ordinal bigint) returns bigint
language sql immutable set search_path = pg_catalog
as $$ select ('x' || left(md5(p_seed || ':' || p_ordinal), 15))::bit(60)::bigint $$;

-- Adds people, one array a column. Whose number stands in a sample of this questionnaire already is passed over: nobody is called twice.
-- Returns how many were added.
create function add_to_sample(p_sample_id bigint, p_ids uuid[], p_key_ids text[], p_sealed bytea[], p_phone_indexes bytea[], p_strata text[])
returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s samples;
  q questionnaires;
  there int;
  added int;
begin
  select * into s from samples where id = p_sample_id;
  if not found then raise exception 'unknown sample' using errcode = 'P0002'; end if;
  q := organised_questionnaire(s.questionnaire_id);
  -- One that was made while something else was prepared.
  if q.voice = 'person' then perform refuse('samples_voice'); end if;
  if s.erased_at is not null or q.state in ('closed', 'published', 'terminated') then perform refuse('samples_over'); end if;
  select count(*) into there from sample_people where sample_id = s.id;
  if there + cardinality(p_ids) > 20000 then perform refuse('samples_size'); end if;
  with listed as (
    select distinct on (i.phone_index) i.*
    from unnest(p_ids, p_key_ids, p_sealed, p_phone_indexes, p_strata) with ordinality i (id, key_id, sealed, phone_index, stratum, place)
    where not exists (select from sample_people p where p.questionnaire_id = q.id and p.phone_index = i.phone_index)
    order by i.phone_index, i.place
  ), placed as materialized (
    select l.*, there + row_number() over (order by l.place) as ordinal from listed l
  ), made as (
    insert into sample_people (sample_id, questionnaire_id, ordinal, draw, stratum, phone_index)
    select s.id, q.id, ordinal, sample_draw(s.seed, ordinal), stratum, phone_index from placed order by ordinal
    returning id, phone_index
  ), kept as (
    insert into sample_contacts (person_id, id, key_id, sealed)
    select m.id, p.id, p.key_id, p.sealed from made m join placed p on p.phone_index = m.phone_index
  )
  select count(*) into added from made;
  if (select count(distinct stratum) from sample_people where sample_id = s.id) > 60 then perform refuse('samples_strata'); end if;
  perform questionnaire_event(q, 'sample_filled', q.state, added::text);
  return added;
end $$;

-- Which of these numbers stand in a sample of this questionnaire already, as places in the array.
create function known_in_sample(p_sample_id bigint, p_phone_indexes bytea[]) returns setof int
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare s samples;
begin
  select * into s from samples where id = p_sample_id;
  if not found then raise exception 'unknown sample' using errcode = 'P0002'; end if;
  perform require_role((select array[q.unit_id] from questionnaires q where q.id = s.questionnaire_id), 'organiser');
  return query select i.place::int from unnest(p_phone_indexes) with ordinality i (phone_index, place)
    where exists (select from sample_people p where p.questionnaire_id = s.questionnaire_id and p.phone_index = i.phone_index);
end $$;

-- The file of a list has been read, or another takes its place: it goes at once, and not with other uploads after a day.
create function drop_lists() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare dropped int;
begin
  delete from attachments where name = 'sample-list.csv' and uploaded_by = actor_staff() and expires_at is not null and actor_is_signed_in();
  get diagnostics dropped = row_count;
  return dropped;
end $$;

-- ---- Calls ------------------------------------------------------------------------------------------------------------------

-- Whether the sheet of an interview is in: whatever else is said of the call, the person is then done.
create function interview_is_in(p_person_id bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select exists (select from sample_interviews i join submissions s on s.key = i.key where i.person_id = p_person_id)
$$;

-- The last word about somebody: nobody calls them again, so nothing is kept to call them by. When somebody was done is kept by the hour.
create function end_person(p_person_id bigint, p_state text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  delete from sample_interviews where person_id = p_person_id;
  delete from sample_contacts where person_id = p_person_id;
  update sample_people set state = p_state, attempts = attempts + 1, held_by = null, held_since = null, next_at = null,
    ended_at = date_trunc('hour', minyi_clock())
  where id = p_person_id;
$$;

-- Takes back whom somebody has had in hand for too long; `p_sample_id` null: of every sample. Returns how many.
create function settle_calls(p_sample_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  settled int := 0;
begin
  for p in
    select t.id, t.held_by from sample_people t join samples s on s.id = t.sample_id
    where t.held_by is not null and (p_sample_id is null or t.sample_id = p_sample_id)
      and t.held_since <= minyi_clock() - make_interval(mins => s.hold_minutes)
    order by t.id for update of t skip locked
  loop
    settled := settled + 1;
    if interview_is_in(p.id) then
      perform end_person(p.id, 'done');
    else
      update sample_people set held_by = null, held_since = null where id = p.id;
      insert into sample_attempts (person_id, at, staff_id, outcome) values (p.id, minyi_clock(), p.held_by, 'expired');
    end if;
  end loop;
  return settled;
end $$;

create function release_calls() returns int
language sql security definer set search_path = minyi, pg_temp
as $$ select settle_calls(null) $$;

-- The sample, for who calls: organiser or clerk of its unit.
create function called_sample(p_sample_id bigint) returns samples
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare s samples;
begin
  select * into s from samples where id = p_sample_id;
  if not found then raise exception 'unknown sample' using errcode = 'P0002'; end if;
  perform require_role((select q.unit_ids from questionnaires q where q.id = s.questionnaire_id), 'organiser', 'clerk');
  return s;
end $$;

-- Hands the next person to who asks, and to nobody else meanwhile. Whoever has one in hand keeps them. Call-backs that are due come
-- first, the longest agreed before the others; then those who may be called, in the order drawn. Whom somebody has given back, because they
-- know them, others get. Returns the sample of the person in
-- hand, which may be another one; null when nobody is to be called now.
create function next_call(p_sample_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s samples := called_sample(p_sample_id);
  moment timestamptz := minyi_clock();
  chosen bigint;
begin
  -- Pressed twice: the second sees whom the first has taken.
  perform pg_advisory_xact_lock(hashtextextended('minyi calls ' || actor_staff(), 0));
  perform settle_calls(t.id) from samples t join sample_people p on p.sample_id = t.id and p.held_by = actor_staff();
  select p.sample_id into chosen from sample_people p where p.held_by = actor_staff();
  if found then return chosen; end if;
  if not exists (select from questionnaires q where q.id = s.questionnaire_id and q.state = 'open' and q.opens_at <= moment
    and moment < q.closes_at) then
    perform refuse('samples_not_open');
  end if;
  perform settle_calls(s.id);
  loop
    select p.id into chosen from sample_people p
    where p.sample_id = s.id and p.held_by is null and p.state in ('to_call', 'not_reached', 'call_back')
      and (p.next_at is null or p.next_at <= moment) and (p.attempts < s.most_attempts or p.state = 'call_back')
      and not exists (select from sample_attempts a where a.person_id = p.id and a.staff_id = actor_staff() and a.outcome = 'returned')
    order by p.state <> 'call_back', case when p.state = 'call_back' then p.next_at end, p.draw
    limit 1 for update skip locked;
    if not found then return null; end if;
    exit when not interview_is_in(chosen);
    perform end_person(chosen, 'done');
  end loop;
  update sample_people set held_by = actor_staff(), held_since = moment where id = chosen;
  insert into sample_interviews (person_id, key) values (chosen, gen_random_uuid()) on conflict (person_id) do nothing;
  return s.id;
end $$;

-- Whom the asking member of staff has in hand in this sample, with number and name, sealed. Nobody else gets them.
create function call_in_hand(p_sample_id bigint)
returns table (ordinal int, stratum text, state text, attempts int, held_since timestamptz, until timestamptz, key uuid, version int, answers jsonb,
  contact_id uuid, key_id text, sealed bytea)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare s samples := called_sample(p_sample_id);
begin
  return query
  select p.ordinal, p.stratum, p.state, p.attempts, p.held_since, p.held_since + make_interval(mins => s.hold_minutes), i.key, i.version,
    i.answers, c.id, c.key_id, c.sealed
  from sample_people p join sample_interviews i on i.person_id = p.id join sample_contacts c on c.person_id = p.id
  where p.sample_id = s.id and p.held_by = actor_staff();
end $$;

-- The person of an interview, held until the end of the transaction; null when it is no longer in the hand of who asks. Who was silent for
-- too long (a long talk about one question) has them in hand again, as long as nobody else has, and they nobody else.
create function held_person(p_key uuid) returns sample_people
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare p sample_people;
begin
  perform pg_advisory_xact_lock(hashtextextended('minyi calls ' || actor_staff(), 0));
  select t.* into p from sample_interviews i join sample_people t on t.id = i.person_id
  where i.key = p_key and actor_is_signed_in() and (t.held_by = actor_staff() or t.held_by is null
    and not exists (select from sample_people o where o.held_by = actor_staff())
    and (select a.outcome = 'expired' and a.staff_id = actor_staff() from sample_attempts a where a.person_id = t.id
      order by a.id desc limit 1))
  for update of t;
  if p.id is not null and p.held_by is null then
    update sample_people set held_by = actor_staff(), held_since = minyi_clock() where id = p.id returning * into p;
  end if;
  return p;
end $$;

-- Keeps what was answered so far; the call is in hand anew from now. False: it is no longer.
create function keep_interview(p_key uuid, p_version bigint, p_answers text) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare p sample_people := held_person(p_key);
begin
  if p.id is null or octet_length(p_answers) > 65536 then return false; end if;
  perform called_sample(p.sample_id);
  update sample_interviews set version = p_version, answers = p_answers::jsonb where key = p_key;
  update sample_people set held_since = minyi_clock() where id = p.id;
  return true;
end $$;

-- How a call ended: done, not_reached, call_back (at `p_at`), refused, wrong_number, no_place (a quota is full), returned (not called).
-- Done is said of a sheet that is in, and of nothing else; a sheet that is in is done, whatever is said. What was typed of somebody who
-- was not reached, or not called, goes; for a call-back it waits.
-- Returns how it ended; null when it was no longer in hand.
create function end_call(p_key uuid, p_outcome text, p_at timestamptz) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p sample_people := held_person(p_key);
  s samples;
  moment timestamptz := minyi_clock();
begin
  if p.id is null then return null; end if;
  s := called_sample(p.sample_id);
  if interview_is_in(p.id) then
    perform end_person(p.id, 'done');
    return 'done';
  end if;
  if p_outcome = 'done' then perform refuse('sample_people_no_sheet'); end if;
  if p_outcome = 'call_back' and (p_at is null or p_at <= moment
      or p_at >= (select q.closes_at from questionnaires q where q.id = s.questionnaire_id)) then
    perform refuse('sample_people_call_back');
  end if;
  insert into sample_attempts (person_id, at, staff_id, outcome) values (p.id, moment, actor_staff(), p_outcome);
  if p_outcome in ('refused', 'wrong_number', 'no_place') then
    perform end_person(p.id, case when p_outcome = 'refused' then 'refused' else 'unusable' end);
  elsif p_outcome = 'returned' then
    update sample_interviews set version = null, answers = null where person_id = p.id;
    update sample_people set held_by = null, held_since = null where id = p.id;
  else
    update sample_interviews set version = null, answers = null where person_id = p.id and p_outcome = 'not_reached';
    update sample_people set state = p_outcome, attempts = attempts + 1, held_by = null, held_since = null,
      next_at = case when p_outcome = 'call_back' then p_at else moment + make_interval(mins => s.retry_minutes) end
    where id = p.id;
  end if;
  return p_outcome;
end $$;

-- ---- Erasure ----------------------------------------------------------------------------------------------------------------

-- So many days after closing nothing is left by which anybody could be called, or known again. Returns how many people that were.
create function erase_sample_contacts() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  erased int := 0;
  here int;
begin
  for s in
    select t.id, q.id as questionnaire_id from samples t join questionnaires q on q.id = t.questionnaire_id
    where t.erased_at is null and (q.state in ('closed', 'published', 'terminated') or q.closes_at <= minyi_clock())
      and coalesce(q.closed_at, q.closes_at) + make_interval(days => case_number_of('sample_retention_days', 7)) <= minyi_clock()
    order by t.id for update of t skip locked
  loop
    -- A sheet that came in with the last breath of its server.
    perform end_person(p.id, 'done') from sample_people p where p.sample_id = s.id and interview_is_in(p.id);
    delete from sample_interviews i using sample_people p where p.id = i.person_id and p.sample_id = s.id;
    delete from sample_contacts c using sample_people p where p.id = c.person_id and p.sample_id = s.id;
    update sample_people set phone_index = null, held_by = null, held_since = null, next_at = null where sample_id = s.id;
    get diagnostics here = row_count;
    update samples set erased_at = minyi_clock() where id = s.id;
    perform questionnaire_event(q, 'sample_erased', q.state, here::text) from questionnaires q where q.id = s.questionnaire_id;
    erased := erased + here;
  end loop;
  return erased;
end $$;

-- The keys without which contact data that is here cannot be read: those of the other tables, and of this one. Served and migrated by one
-- program: no older client calls it meanwhile.
-- squawk-ignore renaming-object
alter function contact_keys_in_use() rename to contact_keys_elsewhere;
create function contact_keys_in_use() returns setof text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select k from contact_keys_elsewhere() k
  union select k.key_id from contact_keys k where exists (select from sample_contacts c where c.key_id = k.key_id) order by 1
$$;
alter function contact_keys_in_use() owner to minyi_guard;
grant execute on function contact_keys_in_use() to minyi_staff, minyi_work;

do $$
declare f text;
begin
  foreach f in array array['save_sample(bigint, bigint, text, text, bigint, bigint, bigint)',
    'add_to_sample(bigint, uuid[], text[], bytea[], bytea[], text[])', 'known_in_sample(bigint, bytea[])', 'drop_lists()',
    'next_call(bigint)', 'call_in_hand(bigint)', 'keep_interview(uuid, bigint, text)', 'end_call(uuid, text, timestamptz)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['interview_is_in(bigint)', 'end_person(bigint, text)', 'settle_calls(bigint)', 'called_sample(bigint)',
    'held_person(uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['release_calls()', 'erase_sample_contacts()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
  execute 'grant execute on function sample_draw(text, bigint) to minyi_guard';
end $$;
