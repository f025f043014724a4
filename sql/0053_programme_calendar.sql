-- One matter, several forms, one result; what is coming, for everybody; and who wants to be reminded of it.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-foreign-key-constraint
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
create unique index notices_once_a_subscriber on notices (key, subscription_id) where subscription_id is not null;
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
returns table (form text, number text, title text, unit_name text, town_id bigint, what text, at timestamptz, place text, state text, procedure_number text)
language sql stable set search_path = minyi, pg_temp
as $$
  select * from (
    select 'solicitation' as form, p.number, p.title, p.unit_name, (select u.id from units u where u.name = p.unit_name and u.kind = 'town') as town_id,
      e.what, e.at, '' as place, p.state, p.number as procedure_number
    from public_procedures p cross join lateral (values ('opens', p.opens_at), ('closes', p.closes_at)) e (what, at)
    union all
    select g.kind, g.number, g.title, g.unit_name, g.town_id, e.what, e.at, g.place, g.state, p.number
    from public_gatherings g join public_procedures p using (procedure_id)
    cross join lateral (values ('registration_until', g.registration_until), ('starts', g.starts_at)) e (what, at)
    union all
    select q.kind, q.number, q.title, q.unit_name, null, e.what, e.at, '', q.state, p.number
    from public_questionnaires q left join public_procedures p using (procedure_id)
    cross join lateral (values ('opens', q.opens_at), ('closes', q.closes_at)) e (what, at)) x
  where x.at >= p_from and x.at < p_until and x.form = any (p_forms) and (p_unit_name = '' or x.unit_name = p_unit_name)
    and (p_town_id is null or x.town_id = p_town_id)
  order by x.at, x.number, x.what limit 2000
$$;
grant execute on function public_calendar(timestamptz, timestamptz, text[], text, bigint) to minyi_public, minyi_staff, minyi_work;

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------
