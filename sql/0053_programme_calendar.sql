-- One matter, several forms, one result; what is coming, for everybody; and who wants to be reminded of it.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-foreign-key-constraint, require-concurrent-index-creation
set local search_path to minyi;

-- Who wants to be told. The address is encrypted; nothing is sent before it was confirmed, and one press ends it.
create table reminder_subscriptions (
  id uuid primary key,
  key_id text not null,
  sealed bytea not null constraint reminder_subscriptions_size check (octet_length(sealed) <= 4096),
  address_index bytea not null constraint reminder_subscriptions_index_length check (octet_length(address_index) = 32),
  about text not null constraint reminder_subscriptions_about check (about in ('all', 'unit', 'town', 'matter')),
  unit_id bigint references units,
  procedure_id bigint references procedures,
  forms text[] not null constraint reminder_subscriptions_forms check (forms <@
    array['solicitation', 'hearing', 'forum', 'visit', 'questionnaire', 'poll'] and cardinality(forms) > 0),
  language text not null default 'zh-Hans' constraint reminder_subscriptions_language check (language in ('zh-Hans', 'en')),
  confirm_mac bytea constraint reminder_subscriptions_confirm unique,   -- until it is confirmed
  stop_mac bytea not null constraint reminder_subscriptions_stop unique,
  asked_at timestamptz not null,
  confirmed_at timestamptz,
  constraint reminder_subscriptions_confirmed check ((confirm_mac is null) = (confirmed_at is not null)),
  constraint reminder_subscriptions_target check ((about in ('unit', 'town')) = (unit_id is not null) and (about = 'matter') = (procedure_id is not null))
);
create unique index reminder_subscriptions_once on reminder_subscriptions (address_index, about, unit_id, procedure_id) nulls not distinct;
create index reminder_subscriptions_unconfirmed on reminder_subscriptions (asked_at) where confirmed_at is null;
alter table reminder_subscriptions enable row level security;
grant select, insert, update, delete on reminder_subscriptions to minyi_guard;
create policy reminder_subscriptions_guard on reminder_subscriptions to minyi_guard using (true) with check (true);

alter table notices add column subscription_id uuid constraint notices_subscription references reminder_subscriptions on delete cascade;
-- The subscription first: ending one finds its letters by it.
create unique index notices_once_a_subscriber on notices (subscription_id, key) where subscription_id is not null;
alter table notices drop constraint notices_one_person;
alter table notices add constraint notices_one_person check (num_nonnulls(submission_id, staff_id, addressee_id, person_id, subscription_id) = 1);
alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received', 'result',
    'registered', 'registration_checked', 'selected', 'gathering_changed', 'gathering_soon', 'materials_ready', 'transcript_ready', 'record_published')
  or addressee_id is not null and kind in ('written_asked', 'written_soon', 'written_over')
  or person_id is not null and kind in ('invited', 'gathering_changed', 'gathering_soon', 'materials_ready', 'transcript_ready', 'record_published')
  or subscription_id is not null and kind in ('reminder_confirm', 'reminder')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review',
    'written_asked', 'written_soon', 'written_over', 'written_answered', 'view_given', 'evaluation', 'programme',
    'hearing_proposed', 'gathering_due', 'participant_left'));

insert into site_settings (key, value) values ('calendar_reminder_days', '3');   -- before something begins; 0: no reminders

-- Everything public that has a day, one line for each beginning and end. `form`: solicitation, hearing, forum, visit, questionnaire, poll.
create function public_calendar(p_from timestamptz, p_until timestamptz, p_forms text[], p_unit_name text, p_town_id bigint)
returns table (form text, number text, title text, unit_name text, town_id bigint, what text, at timestamptz,
  ends_at timestamptz, place text, state text, procedure_number text)
language sql stable set search_path = minyi, pg_temp
as $$
  select * from (
    select 'solicitation' as form, p.number, p.title, p.unit_name, (select u.id from units u where u.name = p.unit_name and u.kind = 'town') as town_id,
      e.what, e.at, null::timestamptz as ends_at, '' as place, p.state, p.number as procedure_number
    from public_procedures p cross join lateral (values ('opens', p.opens_at), ('closes', p.closes_at)) e (what, at)
    union all
    select g.kind, g.number, g.title, g.unit_name, g.town_id, e.what, e.at, case e.what when 'starts' then g.ends_at end, g.place, g.state, p.number
    from public_gatherings g join public_procedures p using (procedure_id)
    cross join lateral (values ('registration_until', g.registration_until), ('starts', g.starts_at)) e (what, at)
    union all
    select q.kind, q.number, q.title, q.unit_name, (select u.id from units u where u.name = q.unit_name and u.kind = 'town'), e.what, e.at, null, '',
      q.state, p.number
    from public_questionnaires q left join public_procedures p using (procedure_id)
    cross join lateral (values ('opens', q.opens_at), ('closes', q.closes_at)) e (what, at)) x
  where x.at >= p_from and x.at < p_until and x.form = any (p_forms) and (p_unit_name = '' or x.unit_name = p_unit_name)
    and (p_town_id is null or x.town_id = p_town_id)
  order by x.at, x.number, x.what limit 2000
$$;
grant execute on function public_calendar(timestamptz, timestamptz, text[], text, bigint) to minyi_public, minyi_staff, minyi_work;

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------


-- ---- Reminders ------------------------------------------------------------------------------------------------------------------

-- Somebody would like to be told. Whether an address is known already is said to nobody: the page has one sentence for `asked` and `already`.
create function ask_reminders(p_id uuid, p_key_id text, p_sealed bytea, p_address_index bytea, p_about text, p_unit_id bigint, p_procedure text,
  p_forms text[], p_language text, p_confirm_mac bytea, p_stop_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  matter bigint;
  made uuid;
begin
  if p_about = 'matter' then
    select procedure_id into matter from public_procedures where number = p_procedure;
    if not found then return 'unknown'; end if;
  elsif p_about in ('unit', 'town') then
    perform from units where id = p_unit_id and valid_until is null and (kind = 'town') = (p_about = 'town');
    if not found then return 'unknown'; end if;
  end if;
  -- One after the other for an address: else two presses at once would both find room.
  perform pg_advisory_xact_lock(hashtextextended('reminders ' || encode(p_address_index, 'hex'), 53));
  if exists (select from reminder_subscriptions s where s.address_index = p_address_index and s.about = p_about
      and s.unit_id is not distinct from p_unit_id and s.procedure_id is not distinct from matter) then
    return 'already';
  end if;
  -- Nobody fills a stranger's box with letters that ask for a confirmation.
  if (select count(*) from reminder_subscriptions s where s.address_index = p_address_index and s.confirmed_at is null
      and s.asked_at > minyi_clock() - interval '1 day') >= 3 then
    return 'too_many';
  end if;
  insert into reminder_subscriptions (id, key_id, sealed, address_index, about, unit_id, procedure_id, forms, language, confirm_mac, stop_mac, asked_at)
  values (p_id, p_key_id, p_sealed, p_address_index, p_about, p_unit_id, matter, p_forms, p_language, p_confirm_mac, p_stop_mac, minyi_clock());
  insert into notices (kind, key, subscription_id, facts, created_at)
  values ('reminder_confirm', 'calendar.confirm', p_id, jsonb_build_object('language', p_language), minyi_clock()) returning id into made;
  perform enqueue_job('deliver_notice', jsonb_build_object('notice', made));
  return 'asked';
end $$;

-- What a link of a letter leads to. The id makes the address that ends it; it is no secret of anybody and stays in the server.
create function reminder_by_secret(p_mac bytea)
returns table (id uuid, about text, name text, forms text[], confirmed boolean, is_stop boolean)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.id, s.about, coalesce(u.name, p.title, ''), s.forms, s.confirmed_at is not null, s.stop_mac = p_mac
  from reminder_subscriptions s left join units u on u.id = s.unit_id left join public_procedures p on p.procedure_id = s.procedure_id
  where s.confirm_mac = p_mac or s.stop_mac = p_mac
$$;

create function confirm_reminders(p_confirm_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update reminder_subscriptions set confirm_mac = null, confirmed_at = minyi_clock() where confirm_mac = p_confirm_mac;
  return case when found then 'confirmed' else 'unknown' end;
end $$;

-- Ending it is forgetting it: letters that still wait for it go with the row.
create function stop_reminders(p_stop_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  delete from reminder_subscriptions where stop_mac = p_stop_mac;
  return case when found then 'stopped' else 'unknown' end;
end $$;

-- Tells, some days ahead, what begins and ends. The day is part of the key: what was moved is told of again.
create function remind_subscribers() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  days int := case_number_of('calendar_reminder_days', 3);
  told int;
begin
  if days = 0 then return 0; end if;
  with events as (
    -- The last day of what ends at midnight is the day before.
    select e.*, china_day(case when e.what in ('closes', 'registration_until') then e.at - interval '1 microsecond' else e.at end) as due_on
    from public_calendar(moment, moment + make_interval(days => days),
      array['solicitation', 'hearing', 'forum', 'visit', 'questionnaire', 'poll'], '', null) e
    where e.state in ('announced', 'open', 'under_way')
  ), made as (
    insert into notices (kind, key, subscription_id, facts, created_at)
    select 'reminder', format('calendar.%s.%s.%s', e.number, e.what, e.due_on), s.id,
      jsonb_build_object('number', e.number, 'code', e.what, 'due_on', e.due_on, 'language', s.language), moment
    from reminder_subscriptions s left join units u on u.id = s.unit_id left join procedures p on p.id = s.procedure_id
    join events e on e.form = any (s.forms) and case s.about when 'all' then true when 'unit' then e.unit_name = u.name
      when 'town' then e.town_id = s.unit_id else e.procedure_number = p.number end
    where s.confirmed_at is not null
    on conflict do nothing
    returning id
  ), queued as (
    insert into jobs (kind, payload, run_at, created_at)
    select 'deliver_notice', jsonb_build_object('notice', id), moment, moment from made returning 1
  )
  select count(*) into told from queued;
  return told;
end $$;

-- An address that nobody confirmed is nobody's wish.
create function erase_unconfirmed_reminders() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare erased int;
begin
  delete from reminder_subscriptions where confirmed_at is null and asked_at < minyi_clock() - interval '1 day';
  get diagnostics erased = row_count;
  return erased;
end $$;

-- As before (0037); also to who has a part in a gathering, as long as they have it, and to subscribers.
create or replace function notice_in_delivery(p_job_id bigint)
returns table (id uuid, kind text, facts jsonb, audience text, number text, unit_name text, obstacle text,
  contact_id uuid, key_id text, sealed bytea, sign_in_name text, email text)
language plpgsql stable security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select n.id, n.kind, n.facts, case when n.submission_id is not null then 'author' when n.addressee_id is not null then 'addressee'
      when n.person_id is not null then 'person' when n.subscription_id is not null then 'subscriber' else 'staff' end,
    coalesce(s.number, h.number, n.facts ->> 'number'), u.name,
    case when s.withdrawn_at is not null then 'withdrawn'
         when s.sealed_at is not null then 'sealed'
         when s.id is not null and c.id is null or g.id is not null and k.id is null then 'contact_erased'
         when g.state in ('declined', 'replaced') then 'over'
         when not m.active then 'switched_off'
         when n.staff_id is not null and concerns('case', (n.facts ->> 'case_id')::bigint, n.staff_id) then 'concerned'
         when not m.wants_notices and n.kind <> 'test' then 'not_wished'
         when n.kind in ('written_soon', 'written_over') then (
           select case when r.id is not null then 'replied' when not letter_takes_replies(x.written_id) then 'over' end
           from written_addressees x left join written_replies r on r.addressee_id = x.id and r.superseded_at is null
           where x.id = (n.facts ->> 'addressee_id')::bigint) end,
    coalesce(c.id, k.id, b.id), coalesce(c.key_id, k.key_id, b.key_id), coalesce(c.sealed, k.sealed, b.sealed), m.sign_in_name,
    coalesce(m.email, a.email)
  from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid and n.state = 'waiting'
  left join submissions s on s.id = n.submission_id
  left join contacts c on c.submission_id = s.id
  left join staff m on m.id = n.staff_id
  left join written_addressees a on a.id = n.addressee_id
  left join gathering_people g on g.id = n.person_id
  left join gatherings h on h.id = g.gathering_id
  left join gathering_contacts k on k.person_id = g.id
  left join reminder_subscriptions b on b.id = n.subscription_id
  left join units u on u.id = (n.facts ->> 'unit_id')::bigint
  where j.id = p_job_id and j.kind = 'deliver_notice' and j.taken_at is not null and j.died_at is null;
end $$;

-- As before (0046), with everything that has come to be sealed since: people of gatherings, what was asked of applicants, addresses of
-- subscribers, and seeds that are not drawn yet.
create or replace function contact_keys_in_use() returns setof text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select k from contact_keys_elsewhere() k
  union select k.key_id from contact_keys k where exists (select from sample_contacts c where c.key_id = k.key_id)
    or exists (select from gathering_contacts c where c.key_id = k.key_id)
    or exists (select from registration_details d where d.key_id = k.key_id)
    or exists (select from reminder_subscriptions s where s.key_id = k.key_id)
  union select l.seed_key_id from lots l where l.seed_sealed is not null order by 1
$$;

-- ---- One result -----------------------------------------------------------------------------------------------------------------

-- Gatherings of a matter that are over, with what was said there: people who were met, entries, submissions made of them, their opinions and
-- how these were answered.
create function gathering_counts(p_procedure_id bigint)
returns table (number text, kind text, title text, held_on date, people bigint, entries bigint, submissions bigint, opinions bigint, outcomes jsonb)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.number, g.kind, g.title, china_day(coalesce(g.began_at, g.starts_at)),
    (select count(*) from gathering_people p where p.gathering_id = g.id and p.role not in ('presider', 'presenter', 'recorder')
      and (p.presence in ('present', 'left') or p.role = 'met' and p.presence is null)),
    (select count(*) from gathering_entries e where e.gathering_id = g.id and e.kind in ('statement', 'question', 'reply')),
    (select count(*) from submissions s where s.id in (select e.submission_id from gathering_entries e where e.gathering_id = g.id)),
    (select count(*) from opinions o join submissions s on s.id = o.submission_id
      where s.withdrawn_at is null and s.id in (select e.submission_id from gathering_entries e where e.gathering_id = g.id)),
    (select coalesce(jsonb_object_agg(x.outcome, x.number), '{}') from (
      select d.outcome, count(*) as number from submissions s join opinions o on o.submission_id = s.id
      join dispositions d on d.opinion_id = o.id and d.superseded_at is null
      where s.withdrawn_at is null and s.id in (select e.submission_id from gathering_entries e where e.gathering_id = g.id) group by 1) x)
  from gatherings g where g.procedure_id = p_procedure_id and g.state = 'closed' order by g.number
$$;

-- How what was said at each gathering stands, as `reconciliation` says it of its channel; a line without an ending where nothing is in yet.
create function gathering_endings(p_procedure_id bigint)
returns table (number text, kind text, title text, state text, ending text, submissions bigint, people bigint, opinions bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  perform require_role(p.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')
  from procedures p where p.id = p_procedure_id;
  return query select g.number, g.kind, g.title, g.state, c.ending, coalesce(c.submissions, 0), coalesce(c.people, 0), coalesce(c.opinions, 0)
    from gatherings g
    left join lateral count_endings(array(select distinct e.submission_id from gathering_entries e
      where e.gathering_id = g.id and e.submission_id is not null)) c on true
    where g.procedure_id = p_procedure_id and g.state not in ('preparing', 'cancelled') order by g.starts_at nulls last, g.number;
end $$;

-- Questionnaires of a matter that were ever put to the public, with the sheets that count so far.
create function questionnaire_counts(p_procedure_id bigint) returns table (number text, kind text, title text, state text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select q.number, q.kind, q.title, q.state,
    (select count(*) from answer_sheets s where s.questionnaire_id = q.id and s.withdrawn_at is null and s.sealed_at is null)
  from questionnaires q where q.procedure_id = p_procedure_id and q.state in ('open', 'suspended', 'closed', 'published') order by q.number
$$;

-- Forms of the matter that have not ended: what is said and answered there belongs into its result.
create function require_forms_over(p_procedure_id bigint) returns void
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare unfinished text;
begin
  select string_agg(number, ' ' order by number) into unfinished from gatherings
  where procedure_id = p_procedure_id and state not in ('closed', 'cancelled', 'preparing');
  if unfinished is not null then perform refuse('procedures_gatherings_over', unfinished); end if;
  -- Votes of verified persons stand with the others once their box was emptied.
  select string_agg(q.number, ' ' order by q.number) into unfinished from questionnaires q
  where q.procedure_id = p_procedure_id and (q.state in ('announced', 'open', 'suspended')
    or q.state in ('closed', 'published') and exists (select from unlinked_sheets s where s.questionnaire_id = q.id));
  if unfinished is not null then perform refuse('procedures_questionnaires_over', unfinished); end if;
end $$;

-- As before; and every form of the matter has ended.
create or replace function finish_answering(p_procedure_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  missing text;
begin
  select * into p from procedures where id = p_procedure_id for update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(p.unit_ids, 'organiser');
  if p.state <> 'closed' or minyi_clock() < coalesce(p.entry_until, p.closes_at) then
    raise exception 'still collecting' using errcode = '23514', constraint = 'procedures_still_collecting';
  end if;
  perform require_forms_over(p.id);
  select string_agg(number, ' ') into missing from endings(p.id) where ending is null;
  if missing is not null then
    raise exception 'not every submission has ended' using errcode = '23514', constraint = 'procedures_all_answered', detail = missing;
  end if;
  perform require_effects(p.id);
  perform require_screened(p.id);
  update procedures set state = 'answered' where id = p.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
  values (minyi_clock(), 'procedure', p.id, 'answered', actor_staff(), 'closed', 'answered', p.unit_ids);
end $$;

-- As before; and what is said of gatherings, of questionnaires and of the outcomes by channel is so.
create or replace function result_reconciles(p_procedure_id bigint, p_content jsonb) returns boolean
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_effects(p_procedure_id);
  return (
    with stated as (
      select o ->> 'number' as number, o ->> 'outcome' as outcome, count(*) from jsonb_array_elements(p_content -> 'opinions') o group by 1, 2
    ), on_record as (
      select s.number, d.outcome, count(*)
      from submissions s join opinions o on o.submission_id = s.id join dispositions d on d.opinion_id = o.id and d.superseded_at is null
      where s.procedure_id = p_procedure_id and s.withdrawn_at is null group by 1, 2
    ), by_channel as (
      select coalesce(jsonb_object_agg(channel, submissions), '{}') as submissions
      from (select channel, count(*) as submissions from submissions where procedure_id = p_procedure_id group by channel) c
    ), by_outcome as (
      select channel, jsonb_object_agg(outcome, number) as outcomes
      from (select s.channel, d.outcome, count(*) as number
        from submissions s join opinions o on o.submission_id = s.id join dispositions d on d.opinion_id = o.id and d.superseded_at is null
        where s.procedure_id = p_procedure_id and s.withdrawn_at is null group by 1, 2) x
      group by channel
    )
    select not exists ((table stated except table on_record) union all (table on_record except table stated))
      and (p_content -> 'counts' ->> 'opinions')::bigint is not distinct from coalesce((select sum(count) from stated), 0)::bigint
      and (p_content -> 'counts' ->> 'submissions')::bigint is not distinct from (select count(*) from endings(p_procedure_id))
      and coalesce(p_content -> 'channels', '{}') = (select submissions from by_channel)
      -- Absent in a result that was prepared before outcomes were counted by channel.
      and not exists (select from jsonb_each(coalesce(p_content -> 'channelCounts', '{}')) c left join by_outcome b on b.channel = c.key
        where c.value ? 'outcomes' and c.value -> 'outcomes' is distinct from coalesce(b.outcomes, '{}'))
      and coalesce(p_content -> 'gatherings', '[]') = (select coalesce(jsonb_agg(jsonb_build_object('number', g.number, 'kind', g.kind,
          'title', g.title, 'heldOn', g.held_on, 'people', g.people, 'entries', g.entries, 'submissions', g.submissions, 'opinions', g.opinions,
          'outcomes', g.outcomes) order by g.number), '[]') from gathering_counts(p_procedure_id) g)
      and coalesce(p_content -> 'questionnaires', '[]') = (select coalesce(jsonb_agg(jsonb_build_object('number', q.number, 'kind', q.kind,
          'title', q.title, 'sheets', q.sheets) order by q.number), '[]') from questionnaire_counts(p_procedure_id) q
          where q.state in ('closed', 'published'))
      and (select case when l.asked = 0 then p_content -> 'written' is null
          else ((p_content -> 'written' ->> 'asked')::bigint, (p_content -> 'written' ->> 'opinion')::bigint,
              (p_content -> 'written' ->> 'none')::bigint, (p_content -> 'written' ->> 'late')::bigint,
              (p_content -> 'written' ->> 'deemed')::bigint + (p_content -> 'written' ->> 'unanswered')::bigint)
            is not distinct from (l.asked, l.opinion, l.nothing, l.late, l.asked - l.opinion - l.nothing - l.late) end
        from letter_counts(p_procedure_id) l));
end $$;

-- ---- The file of a matter -------------------------------------------------------------------------------------------------------

-- As before; and what happened to its gatherings.
create or replace function procedure_events(p_procedure_id bigint) returns setof events
language sql stable set search_path = minyi, pg_temp
as $$
  select e.* from events e where e.subject = 'procedure' and e.subject_id = p_procedure_id
  union all select e.* from events e where e.subject = 'draft' and e.subject_id = (select draft_id from procedures where id = p_procedure_id)
  union all select e.* from events e where e.subject = 'clearance' and e.subject_id in (select id from clearances where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'submission' and e.subject_id in (select id from submissions where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'written' and e.subject_id in (select id from written_consultations where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'gathering' and e.subject_id in (select id from gatherings where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'case' and e.subject_id in (select v.case_id from opinion_views v
    join opinions o on o.id = v.opinion_id where o.procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'seal' and e.subject_id in (select s.id from seals s
    left join submissions t on t.id = s.submission_id left join published_versions v on v.id = s.version_id
    where coalesce(t.procedure_id, v.procedure_id) = p_procedure_id)
$$;

-- As before; and gatherings with what was said, who was there, what they got and confirmed, how they were drawn, and the pictures.
create or replace function procedure_holdings(p_procedure_id bigint) returns bigint[]
language sql stable set search_path = minyi, pg_temp
as $$
  select array[
    (select count(*) from submissions where procedure_id = p_procedure_id),
    (select count(*) from opinions where procedure_id = p_procedure_id),
    (select count(*) from dispositions d join opinions o on o.id = d.opinion_id where o.procedure_id = p_procedure_id),
    (select count(*) from submissions s join attachments a on a.id = s.slip_id where s.procedure_id = p_procedure_id and s.sealed_at is null),
    (select count(*) from clearances where procedure_id = p_procedure_id),
    (select count(*) from clearances c join attachments a on a.id = c.paper_scan_id where c.procedure_id = p_procedure_id and c.content <> '{}'),
    (select count(*) from editions e join procedures p on p.draft_id = e.draft_id where p.id = p_procedure_id),
    (select count(*) from written_consultations where procedure_id = p_procedure_id),
    (select count(*) from written_addressees a join written_consultations w on w.id = a.written_id where w.procedure_id = p_procedure_id),
    (select count(*) from written_replies r join written_addressees a on a.id = r.addressee_id join written_consultations w on w.id = a.written_id
      where w.procedure_id = p_procedure_id),
    (select count(*) from written_consultations w join attachments a on a.id = w.scan_id where w.procedure_id = p_procedure_id),
    (select count(*) from opinion_views v join opinions o on o.id = v.opinion_id where o.procedure_id = p_procedure_id),
    (select count(*) from gatherings where procedure_id = p_procedure_id),
    (select count(*) from gathering_entries e join gatherings g on g.id = e.gathering_id where g.procedure_id = p_procedure_id),
    (select count(*) from gathering_people p join gatherings g on g.id = p.gathering_id where g.procedure_id = p_procedure_id),
    (select count(*) from material_deliveries d join gathering_people p on p.id = d.person_id join gatherings g on g.id = p.gathering_id
      where g.procedure_id = p_procedure_id),
    (select count(*) from transcript_marks m join gathering_people p on p.id = m.person_id join gatherings g on g.id = p.gathering_id
      where g.procedure_id = p_procedure_id),
    (select count(*) from lots l join gatherings g on g.id = l.gathering_id where g.procedure_id = p_procedure_id),
    (select count(*) from gathering_photos f join gatherings g on g.id = f.gathering_id where g.procedure_id = p_procedure_id),
    (select count(*) from procedure_events(p_procedure_id) where kind not in ('file_made', 'file_taken', 'ledger_taken'))]
$$;

do $$
declare f text;
begin
  foreach f in array array['ask_reminders(uuid, text, bytea, bytea, text, bigint, text, text[], text, bytea, bytea)',
    'reminder_by_secret(bytea)', 'confirm_reminders(bytea)', 'stop_reminders(bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
  foreach f in array array['remind_subscribers()', 'erase_unconfirmed_reminders()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
  foreach f in array array['gathering_counts(bigint)', 'gathering_endings(bigint)', 'questionnaire_counts(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  alter function require_forms_over(bigint) owner to minyi_guard;
  grant execute on function public_calendar(timestamptz, timestamptz, text[], text, bigint), china_day(timestamptz) to minyi_guard;
end $$;
