-- What the public sees of a message that is handled again, what is never public, room for the voices of those who cannot write, files
-- that two forms claim, and proposals that say what people understand.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-function, adding-required-field, constraint-missing-not-valid, ban-drop-constraint

-- ---- Opened again -------------------------------------------------------------------------------------------------------------
-- Its first answer stays where everyone has read it; beside it stands that the matter is open, and whether that is late by now.
alter table public_messages add column handled_again boolean not null default false;

-- Brings the public line of a case up to date: its days, and once there is a reviewed reply its words. Words that were public stay, in
-- the version that was published, until they are corrected by another or sealed. A rating stands beside the answer it was given to.
create or replace function show_message(p_case_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  r replies;
  words jsonb;
  newest public_message_versions;
  given message_ratings;
begin
  select * into c from cases where id = p_case_id;
  if c.kind <> 'message' or exists (select from submissions s where s.id = c.submission_id and s.sealed_at is not null) then return; end if;
  select * into r from replies t where t.case_id = c.id and t.published_at is not null order by t.ordinal desc limit 1;
  select * into newest from public_message_versions v where v.case_id = c.id order by v.version desc limit 1;
  if newest.case_id is null and not (c.wants_publication and c.publishable and c.topic <> 'report' and (r.id is not null
      -- Whom it is about must not read of it before the county has decided that everyone may.
      or c.state in ('accepted', 'assigned', 'reviewing', 'completed') and c.concerned_unit_ids = '{}' and c.concerned_staff_ids = '{}'
        and not c.concerned_unchecked))
  then
    delete from public_messages where case_id = c.id;
    return;
  end if;
  select * into given from message_ratings t where t.submission_id = c.submission_id and t.round = r.ordinal - 1;
  insert into public_messages as m (case_id, number, kind, unit_id, received_on, month, due_on, provisional, is_late, answered_on, working_days,
    handled_again, resolved, attitude, speed)
  values (c.id, c.number, c.topic, coalesce(c.unit_id, c.office_id), c.received_on, month_number(c.received_on), c.due_on, c.provisional,
    coalesce(c.is_late, false) or c.warning = 'overdue', (c.answered_at at time zone 'Asia/Shanghai')::date, c.working_days_used,
    c.reopened > 0 and c.is_open, given.resolved, given.attitude, given.speed)
  on conflict (case_id) do update set unit_id = excluded.unit_id, due_on = excluded.due_on, provisional = excluded.provisional,
    is_late = excluded.is_late, answered_on = excluded.answered_on, working_days = excluded.working_days, kind = excluded.kind,
    handled_again = excluded.handled_again, resolved = excluded.resolved, attitude = excluded.attitude, speed = excluded.speed
  where (m.unit_id, m.due_on, m.provisional, m.is_late, m.answered_on, m.working_days, m.kind, m.handled_again, m.resolved, m.attitude, m.speed)
    is distinct from (excluded.unit_id, excluded.due_on, excluded.provisional, excluded.is_late, excluded.answered_on, excluded.working_days,
      excluded.kind, excluded.handled_again, excluded.resolved, excluded.attitude, excluded.speed);
  if r.id is null then return; end if;
  select jsonb_build_object('title', r.public_title, 'question', r.public_question, 'answer', r.public_answer,
    'name', coalesce(s.public_name, ''), 'unit', u.name) into words
  from submissions s, units u where s.id = c.submission_id and u.id = r.unit_id;
  if newest.content is not distinct from words or newest.sealed_at is not null then return; end if;
  insert into public_message_versions (case_id, version, content, content_hash, published_at)
  values (c.id, coalesce(newest.version, 0) + 1, words, sha256(convert_to(words::text, 'UTF8')), minyi_clock());
  update public_messages set title = r.public_title, version = coalesce(newest.version, 0) + 1,
    published_at = coalesce(published_at, r.published_at),
    grams = bigrams(folded(concat_ws(e'\n', r.public_title, r.public_question, r.public_answer)))
  where case_id = c.id;
end $$;

-- Rates the newest answer, once; whoever is dissatisfied may have the matter taken up again, once, and says why. Returns rated, reopened,
-- already, malformed, reason_missing, not_answered, reopened_before, or unknown.
create or replace function rate_message(p_number text, p_code_mac bytea, p_resolved text, p_attitude bigint, p_speed bigint, p_reason text,
  p_reopen boolean) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  -- Everyone who works on a case takes its row first.
  perform 1 from cases c join submissions t on t.id = c.submission_id where t.number = p_number and t.code_mac = p_code_mac for update of c;
  select t.id, c.id as case_id, c.state, c.reopened, c.unit_id, c.unit_ids into s
  from submissions t join cases c on c.submission_id = t.id join messages m on m.submission_id = t.id
  where t.number = p_number and t.code_mac = p_code_mac and t.withdrawn_at is null and t.sealed_at is null;
  if not found then return 'unknown'; end if;
  if p_resolved not in ('yes', 'partly', 'no') or p_attitude not between 1 and 5 or p_speed not between 1 and 5
    or char_length(coalesce(p_reason, '')) > 500 or p_resolved is null or p_attitude is null or p_speed is null
    or p_reopen and p_resolved = 'yes' then return 'malformed'; end if;
  if p_reopen and coalesce(p_reason, '') = '' then return 'reason_missing'; end if;
  if s.state <> 'completed' then return 'not_answered'; end if;
  if exists (select from message_ratings where submission_id = s.id and round = s.reopened) then return 'already'; end if;
  if p_reopen and s.reopened > 0 then return 'reopened_before'; end if;
  insert into message_ratings (submission_id, round, resolved, attitude, speed, reason, rated_at)
  values (s.id, s.reopened, p_resolved, p_attitude, p_speed, coalesce(p_reason, ''), minyi_clock());
  perform show_message(s.case_id);
  insert into events (at, subject, subject_id, kind, code, unit_ids)
  values (minyi_clock(), 'case', s.case_id, 'rated', format('%s %s %s', p_resolved, p_attitude, p_speed), s.unit_ids);
  if p_resolved = 'no' or p_attitude <= 2 or p_speed <= 2 then
    perform tell_staff(s.case_id, 'rated_low', array[s.unit_id], array['organiser', 'clerk', 'approver'], s.reopened::text);
  end if;
  if not p_reopen then return 'rated'; end if;
  perform reopen_case(s.id, p_reason);
  return 'reopened';
end $$;

-- A change of the calendar moves a hundred thousand cases at once: where only the days are others, no more than they is written.
create or replace function message_days_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update public_messages set due_on = new.due_on, provisional = new.provisional,
    is_late = coalesce(new.is_late, false) or new.warning = 'overdue'
  where case_id = new.id and sealed_at is null;
  return null;
end $$;

update public_messages m set handled_again = c.reopened > 0 and c.is_open, is_late = coalesce(c.is_late, false) or c.warning = 'overdue'
from cases c where c.id = m.case_id and c.reopened > 0;

-- ---- Never public ---------------------------------------------------------------------------------------------------------------
-- 违法举报 is never published, whoever decides so: casework asks nobody, so the room of messages says it here.
create function reports_stay_private() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  perform refuse('cases_reports_private');
  return null;
end $$;
create trigger cases_reports_private before update of publishable on cases
  for each row when (new.kind = 'message' and new.topic = 'report' and new.publishable) execute function reports_stay_private();

-- Where people turn with what is no message. The county writes its own; of discipline inspection the number is the same everywhere.
insert into site_settings (key, value) values
  ('discipline_contact', '举报电话12388，网站 www.12388.gov.cn。'), ('petition_contact', ''), ('information_contact', '');

-- ---- Room for files ---------------------------------------------------------------------------------------------------------------
-- What all forms together may send in a day, in bytes, so that strangers cannot fill the disk. A small file counts as 64 KiB. A quarter
-- is kept for recordings: who cannot write must not be shut out by who can. How much one network may send is counted where it arrives.
drop function upload_room();
create function upload_room(p_is_recording boolean) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select (select value::bigint * 1048576 from site_settings where key = 'upload_megabytes_a_day') * case when p_is_recording then 4 else 3 end / 4
    - (select coalesce(sum(greatest(a.size, 65536)), 0) from attachments a
       where a.form_key is not null and a.uploaded_at > minyi_clock() - interval '1 day')
$$;
alter function upload_room(boolean) owner to minyi_intake;

create or replace function store_upload(p_form_key uuid, p_name text, p_media_type text, p_sha256 bytea, p_data bytea, p_seconds real)
returns table (outcome text, id uuid)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  is_recording boolean := p_media_type like 'audio/%';
  made uuid := gen_random_uuid();
  files int;
  bytes bigint;
  same uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_form_key::text, 17));
  select count(*) filter (where (a.media_type like 'audio/%') = is_recording), coalesce(sum(a.size), 0),
    min(a.id::text) filter (where a.sha256 = p_sha256)::uuid
  into files, bytes, same
  from attachments a where a.form_key = p_form_key and a.expires_at > minyi_clock();
  if same is not null then return query select 'stored', same;
  elsif files >= (case when is_recording then 1 else 5 end) then return query select 'too_many', null::uuid;
  elsif bytes + octet_length(p_data) > 52428800 then return query select 'too_much', null::uuid;
  elsif greatest(octet_length(p_data), 65536) > upload_room(is_recording) then return query select 'full', null::uuid;
  else
    insert into attachments (id, name, media_type, size, sha256, unit_ids, form_key, seconds, uploaded_at, expires_at)
    values (made, p_name, p_media_type, octet_length(p_data), p_sha256, '{}', p_form_key, p_seconds, minyi_clock(), minyi_clock() + interval '1 day');
    insert into attachment_chunks (attachment_id, ordinal, data)
    select made, n, substring(p_data from n * 262144 + 1 for 262144) from generate_series(0, (octet_length(p_data) - 1) / 262144) n;
    return query select 'stored', made;
  end if;
end $$;

-- ---- Proposals --------------------------------------------------------------------------------------------------------------------
-- What a unit does for one kind of matter only: the enforcing unit of a report of a violation.
alter table responsibilities add column topic text constraint responsibilities_topic check (topic ~ '^[a-z_]{1,30}$');

-- Which units a case may be for, and why: what they are responsible for, the names in the text, what went to them before. Never one
-- that it concerns; and never because of itself.
create or replace function propose_units(p_case_id bigint) returns table (unit_id bigint, unit_name text, reason text, words text[], weight numeric)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  c cases;
  said text;
begin
  select * into c from cases where id = p_case_id;
  if not found or concerns('case', p_case_id, actor_staff()) then return; end if;
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  select lower(concat_ws(' ', c.title, c.place, s.body)) into said from submissions s where s.id = c.submission_id;
  return query
  with candidates as (
    -- People write 老隆镇, and not 老隆镇人民政府.
    select u.id, u.name, u.kind, lower(regexp_replace(u.name, '^(县|区|市)|(人民政府|街道办事处)$', '', 'g')) as called
    from units u where u.valid_until is null and u.id <> all (c.concerned_unit_ids)
  ), responsible as (
    select r.unit_id, r.kind, array_agg(r.word order by char_length(r.word) desc) as words,
      sum(char_length(r.word) * case when r.topic is null then 1 else 2 end) as characters
    from responsibilities r where position(lower(r.word) in said) > 0 and coalesce(r.topic, c.topic) = c.topic group by r.unit_id, r.kind
  ), grams as (
    select g from unnest(bigrams(c.title)) g
  ), known as (
    select w.gram, w.unit_id, w.cases, sum(w.cases) over (partition by w.gram) as total
    from (select gram, unit_id, cases - (unit_id is not distinct from c.unit_id)::int as cases from assigned_words join grams on g = gram) w
    where w.cases > 0
  ), past as (
    select k.unit_id, sum(k.cases::numeric / k.total) / greatest(1, (select count(*) from grams)) as share
    from known k where k.total > 1 group by k.unit_id
  ), reasons as (
    select unit_id, kind as reason, words, case kind when 'matter' then 10 else 4 end + characters::numeric * case kind when 'matter' then 5 else 2 end as weight from responsible
    union all
    select id, 'name', array[called], case kind when 'town' then 12 else 30 end from candidates where kind <> 'office' and position(called in said) > 0
    union all
    -- Pairs of characters are nothing to show to people.
    select unit_id, 'past', '{}', round(40 * share, 1) from past where share > 0.1
  )
  select n.id, n.name, r.reason, r.words, r.weight from reasons r join candidates n on n.id = r.unit_id
  where n.id in (select t.unit_id from reasons t join candidates m on m.id = t.unit_id group by t.unit_id order by sum(t.weight) desc, t.unit_id limit 4)
    -- Who gave it back is not asked again.
    and not exists (select from case_assignments a where a.case_id = c.id and a.unit_id = n.id and a.ended_how = 'given_back')
  order by sum(r.weight) over (partition by n.id) desc, n.id, r.weight desc;
end $$;

-- ---- In -----------------------------------------------------------------------------------------------------------------------------
-- As in 0019; a file goes to the form that claims it first, and a number of another system to the message that comes first.
create or replace function intake_messages(p_keys uuid[], p_form_keys uuid[], p_kinds text[], p_titles text[], p_bodies text[], p_places text[],
  p_wished_unit_ids bigint[], p_concerned_unit_ids text[], p_concerned_names text[], p_may_be_published boolean[],
  p_may_show_name boolean[], p_public_names text[], p_recording_ids uuid[], p_file_ids text[], p_channels text[], p_salts bytea[],
  p_code_macs bytea[], p_has_phone boolean[], p_contact_ids uuid[], p_contact_key_ids text[], p_contacts bytea[],
  p_phone_indexes bytea[], p_arrived_on date[], p_for_someone boolean[], p_read_back boolean[], p_slip_ids uuid[],
  p_external_sources text[], p_external_numbers text[], p_staff_ids bigint[], p_grants text[])
returns table (ordinal bigint, outcome text, submission_id bigint, number text, received_at timestamptz, proof bytea)
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  moment timestamptz := minyi_clock();   -- read once: compared and stored alike
  today date := (moment at time zone 'Asia/Shanghai')::date;
  prefix text;
  verdicts text[];
  taken bigint[];
  stored_ids bigint[];
  -- Of what was stored, for `open_cases`.
  kinds text[];
  titles text[];
  days date[];
  about_units text[];
  about_staff text[];
  wishes boolean[];
  publishable boolean[];
  places text[];
begin
  select value into prefix from site_settings where key = 'number_prefix';
  -- Two tables that hold the same number of another system come one after the other: the second is told, cell by cell.
  perform pg_advisory_xact_lock(hashtextextended('minyi external ' || s, 0)) from (
    select distinct e.source as s from unnest(p_external_sources) e (source) where e.source is not null order by 1) sources;

  with rows as materialized (
    select i.*, coalesce(i.concerned_text, '{}')::bigint[] as concerned, coalesce(i.files_text, '{}')::uuid[] as files,
      coalesce(i.concerned_names, '') as names, u.code as unit_code
    from unnest(p_keys, p_form_keys, p_kinds, p_titles, p_bodies, p_places, p_wished_unit_ids, p_concerned_unit_ids, p_concerned_names,
        p_may_be_published, p_may_show_name, p_public_names, p_recording_ids, p_file_ids, p_channels, p_salts, p_code_macs,
        p_has_phone, p_contact_ids, p_contact_key_ids, p_contacts, p_phone_indexes, p_arrived_on, p_for_someone, p_read_back,
        p_slip_ids, p_external_sources, p_external_numbers, p_staff_ids, p_grants)
      with ordinality i (key, form_key, kind, title, body, place, wished_unit_id, concerned_text, concerned_names, may_be_published,
        may_show_name, public_name, recording_id, files_text, channel, salt, code_mac, has_phone, contact_id, contact_key_id,
        contact, phone_index, arrived_on, for_someone, read_back, slip_id, external_source, external_number, staff_id, grants, ordinal)
    left join units u on u.id = i.wished_unit_id
  ), claims as materialized (
    -- The form that claims a file first: a file has one.
    select f.id, min(r.ordinal) as ordinal from rows r, unnest(array_append(r.files, r.recording_id)) f (id) where f.id is not null group by f.id
  ), waiting as materialized (
    -- Held, so that a form of another transaction has claimed them before or does not at all.
    select a.id, a.form_key, a.uploaded_by, a.media_type from attachments a
    where a.id in (select id from claims) and a.expires_at > moment order by a.id for update
  ), judged as materialized (
    select r.*,
      case
        when r.channel = 'web' and session_user <> 'minyi_public' then 'not_allowed'
        when r.channel <> 'web' and (session_user <> 'minyi_staff' or r.staff_id is null or granted_units(r.grants) = '{}') then 'not_allowed'
        when r.slip_id is not null and not exists (select from attachments a where a.id = r.slip_id
          and a.uploaded_by = r.staff_id and a.expires_at is not null) then 'not_allowed'
        when r.kind not in ('inquiry', 'complaint', 'suggestion', 'help', 'report') or r.kind is null
          or r.channel not in ('web', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit', 'hotline')
          or char_length(r.place) > 100 or char_length(r.names) > 100 or cardinality(r.concerned) > 10 or cardinality(r.files) > 5
          or octet_length(r.contact) > 4096 or char_length(r.external_source) > 40 or char_length(r.external_number) > 60
          or (r.external_source is null) <> (r.external_number is null) then 'malformed'
        when char_length(coalesce(r.title, '')) = 0 then 'title_empty'
        when char_length(r.title) > 50 then 'title_too_long'
        when char_length(coalesce(r.body, '')) = 0 and r.recording_id is null then 'empty'
        when char_length(r.body) > 2000 then 'too_long'
        when r.wished_unit_id is not null and r.unit_code is null or r.wished_unit_id = any (r.concerned)
          or (select count(*) from units u where u.id = any (r.concerned)) <> cardinality(r.concerned) then 'unknown_unit'
        when exists (select from unnest(array_prepend(r.recording_id, r.files)) with ordinality f (id, place)
            left join waiting a on a.id = f.id
              and (case when r.channel = 'web' then a.uploaded_by is null and a.form_key = r.form_key else a.uploaded_by = r.staff_id end)
              and (a.media_type like 'audio/%') = (f.place = 1)
            left join claims k on k.id = f.id
          where f.id is not null and (a.id is null or k.ordinal <> r.ordinal)) then 'unknown_file'
        when r.channel <> 'web' and (r.arrived_on is null or r.arrived_on > today) then 'arrived_late'
        when r.channel = 'web' and r.kind in ('complaint', 'help', 'report') and r.has_phone is not true then 'phone_required'
        when r.external_number is not null and exists (select from messages m
          where m.external_source = r.external_source and m.external_number = r.external_number) then 'external_known'
        else 'ok' end as verdict
    from rows r
  ), numbered as materialized (
    select n.*, public_number(prefix, moment, nextval('submission_numbers')) as new_number,
      coalesce((select string_agg(u.code, ' ' order by u.code) from units u where u.id = any (n.concerned)), '') as concerned_codes,
      coalesce((select encode(a.sha256, 'hex') from attachments a where a.id = n.recording_id), '') as recording_hash,
      coalesce((select string_agg(encode(a.sha256, 'hex'), ' ' order by f.place)
        from unnest(n.files) with ordinality f (id, place) join attachments a on a.id = f.id), '') as file_hashes,
      case when n.names = '' then '{}' else staff_named(n.names) end as concerned_staff
    from (select distinct on (j.key) j.* from judged j
          where j.verdict = 'ok' and (select t.id from submissions t where t.key = j.key) is null
          order by j.key, j.ordinal) n
  ), inserted as (
    insert into submissions (number, key, kind, body, channel, received_at, arrived_on, entered_by, for_someone, read_back, slip_id,
      submitter, public_name, salt, proof, code_mac, unit_ids, concerned_unit_ids, concerned_staff_ids)
    select n.new_number, n.key, 'message', coalesce(n.body, ''), n.channel, moment, n.arrived_on,
      case when n.channel <> 'web' then n.staff_id end, coalesce(n.for_someone, false), coalesce(n.read_back, false), n.slip_id,
      'person', case when n.may_show_name then n.public_name end, n.salt,
      sha256(n.salt || convert_to(message_form(n.new_number, n.kind, n.channel, moment, n.title, coalesce(n.place, ''),
        coalesce(n.unit_code, ''), n.concerned_codes, n.names, n.recording_hash, n.file_hashes, coalesce(n.body, '')), 'UTF8')),
      n.code_mac, '{}', n.concerned, n.concerned_staff
    from numbered n
    on conflict (key) do nothing
    returning id, key
  ), stored as materialized (
    select s.id, n.* from inserted s join numbered n on n.key = s.key
  ), told as (
    insert into messages (submission_id, kind, title, place, wished_unit_id, told_unit_ids, concerned_names, may_be_published, may_show_name,
      external_source, external_number)
    select id, kind, title, coalesce(place, ''), wished_unit_id, concerned, names, coalesce(may_be_published, false),
      coalesce(may_show_name, false), external_source, external_number from stored
  ), filed as (
    insert into submission_attachments (submission_id, ordinal, attachment_id)
    select s.id, f.place - 1, f.id from stored s, unnest(array_prepend(s.recording_id, s.files)) with ordinality f (id, place)
    where f.id is not null
  ), reachable as (
    insert into contacts (id, submission_id, key_id, sealed, phone_index, created_at)
    select contact_id, id, contact_key_id, contact, phone_index, moment from stored where contact is not null
  ), claimed as (
    update attachments a set expires_at = null from stored s
    where a.id = any (array_append(s.files, s.recording_id)) or a.id = s.slip_id
  ), recorded as (
    insert into events (at, recorded_at, subject, subject_id, kind, staff_id, unit_ids)
    select moment, moment, 'submission', id, 'received', case when channel <> 'web' then staff_id end, '{}' from stored
  )
  select v.verdicts, t.ordinals, t.ids, t.kinds, t.titles, t.days, t.about_units, t.about_staff, t.wishes, t.publishable, t.places
  into verdicts, taken, stored_ids, kinds, titles, days, about_units, about_staff, wishes, publishable, places
  from (select array_agg(j.verdict order by j.ordinal) as verdicts from judged j) v,
    (select array_agg(s.ordinal order by s.id) as ordinals, array_agg(s.id order by s.id) as ids,
       array_agg(s.kind order by s.id) as kinds, array_agg(s.title order by s.id) as titles,
       array_agg(coalesce(s.arrived_on, today) order by s.id) as days,
       array_agg(s.concerned::text order by s.id) as about_units, array_agg(s.concerned_staff::text order by s.id) as about_staff,
       array_agg(coalesce(s.may_be_published, false) order by s.id) as wishes,
       -- 违法举报 never is, whatever its author agreed to.
       array_agg(s.kind <> 'report' order by s.id) as publishable, array_agg(coalesce(s.place, '') order by s.id) as places
     from stored s) t;

  if stored_ids is not null then
    perform open_cases(stored_ids, 'message', kinds, titles, days, about_units, about_staff, wishes, publishable, places);
  end if;

  -- A second statement has a new snapshot: it sees the row that a concurrent twin has just committed.
  return query
  select v.ordinal,
    case when s.id is null then v.verdict
         when m.submission_id is null or m.kind <> v.kind or m.title <> v.title or s.body <> coalesce(v.body, '') then 'key_reused'
         when v.ordinal = any (taken) then 'accepted'
         else 'already' end,
    s.id, s.number, s.received_at, s.proof
  from unnest(p_keys, verdicts, p_kinds, p_titles, p_bodies) with ordinality v (key, verdict, kind, title, body, ordinal)
  left join submissions s on s.key = v.key
  left join messages m on m.submission_id = s.id
  order by v.ordinal;
end $$;
