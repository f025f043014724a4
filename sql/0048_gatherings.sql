-- 听证会、座谈会、实地走访: where people are met in person about a matter that is consulted on. One table for the three: who, when, where, what was
-- said and what became of it do not differ; what only a hearing has (registration, lot, list) hangs on it.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation, adding-foreign-key-constraint
-- (Small tables, widened only, and one look at each submission, event and notice, once.)
set local search_path to minyi;

-- ---- What other tables must know ------------------------------------------------------------------------------------------------
alter table events drop constraint events_subject;
alter table events add constraint events_subject check (subject in
  ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings', 'rule', 'clock', 'job', 'case', 'programme', 'written',
    'questionnaire', 'gathering'));

alter table submissions
  drop constraint submissions_kind, drop constraint submissions_channel, drop constraint submissions_body_length,
  add constraint submissions_kind check (kind in ('comment', 'message', 'sheet', 'registration')),
  -- hearing and site_visit: said there, and typed by its recorder. What is said at a forum has been called `meeting` all along.
  add constraint submissions_channel check (channel in
    ('web', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit', 'hotline', 'written', 'kiosk', 'hearing', 'site_visit')),
  add constraint submissions_body_length check (char_length(body) between 1 and 5000
    or body = '' and (kind in ('message', 'sheet', 'registration') or sealed_at is not null or withdrawn_at is not null));

-- Numbers found in no rule are what was done elsewhere, and say so. `hearing.norm` has no days: it says by which rules hearings go on a day.
insert into legal_rules (code, name, kind, amount, day_kind, basis, scope, binding, valid_from) values
  ('hearing.norm', '重大行政决策听证的依据', 'limit', 0, 'calendar', '《广东省重大行政决策听证规定》（粤府令第183号）',
   '2013年公布，自2024年1月1日起被粤府令第303号废止；具体天数没有查到', false, date '2015-01-01'),
  ('hearing.norm', '重大行政决策听证的依据', 'limit', 0, 'calendar', '《广东省重大行政决策听证规定》（粤府令第303号）',
   '适用于县级以上人民政府；具体天数没有查到', false, date '2024-01-01'),
  ('hearing.notice', '听证公告到举行听证会', 'counted_backwards', 30, 'calendar', '省内做法：2018年至2023年6个听证会在30至35天前公告',
   '没有查到法定天数；本县的规定另行设置', false, date '2015-01-01'),
  ('hearing.notice', '听证公告到举行听证会', 'counted_backwards', 30, 'calendar', '沿用省内2023年以前的做法（30至35天前公告）',
   '粤府令第303号的天数没有查到；2025年有一例为22天；本县的规定另行设置', false, date '2024-01-01'),
  ('hearing.regulation', '规章草案听证会的公告', 'counted_backwards', 30, 'calendar', '《规章制定程序条例》第十六条', '规章草案', true, date '2018-05-01'),
  ('hearing.licence', '行政许可听证的告知', 'counted_backwards', 7, 'calendar', '《行政许可法》第四十八条', '行政许可', true, date '2015-01-01'),
  ('hearing.registration', '听证会报名时间', 'minimum_period', 6, 'calendar', '省内做法：2021年、2023年的3个听证会报名6至13天，开始那天不算',
   '没有查到法定天数；本县的规定另行设置', false, date '2015-01-01'),
  ('hearing.list', '公布听证会参加人名单', 'counted_backwards', 20, 'calendar', '省内做法：4个听证会在20至21天前公布',
   '《重大行政决策程序暂行条例》第十六条要求事先公布，没有写天数；本县的规定另行设置', false, date '2015-01-01'),
  ('hearing.materials', '听证材料送达参加人', 'counted_backwards', 7, 'calendar', '《重大行政决策程序暂行条例》（国务院令第713号）第十六条第三款', '', true,
   date '2019-09-01'),
  ('hearing.report', '听证报告', 'limit', 14, 'calendar', '省内做法：2023年的听证会9天、14天后公布', '没有查到法定天数；本县的规定另行设置', false,
   date '2015-01-01'),
  ('forum.materials', '座谈会材料送达', 'counted_backwards', 5, 'calendar', '本地做法', '没有查到法定天数；本县的规定另行设置', false, date '2015-01-01'),
  ('forum.record', '座谈会、走访记录的公布', 'limit', 14, 'calendar', '本地做法', '没有查到法定天数；本县的规定另行设置', false, date '2015-01-01');
insert into site_settings (key, value) values
  ('gathering_reminder_days', '2'),         -- days ahead; 0: no reminders
  ('registration_retention_days', '180');   -- after the report was published: our default, no number was found

-- ---- What is held ---------------------------------------------------------------------------------------------------------------
create sequence gathering_numbers;

create table gatherings (
  id bigint generated always as identity primary key,
  number text not null constraint gatherings_number unique,
  key uuid not null constraint gatherings_key unique,  -- of the form it was made with: pressed twice, it is one
  kind text not null constraint gatherings_kind check (kind in ('hearing', 'forum', 'visit')),
  procedure_id bigint not null references procedures,  -- the matter; in its result everything said here is answered
  unit_id bigint not null references units,
  unit_ids bigint[] not null,
  town_id bigint references units,                     -- for the public calendar
  title text not null constraint gatherings_title_length check (char_length(title) between 1 and 200),
  subject text not null default 'decision' constraint gatherings_subject check (subject in ('decision', 'regulation', 'licence')),
  matter text not null default '' constraint gatherings_matter_length check (char_length(matter) <= 5000),
  legal_basis text not null default '' constraint gatherings_basis_length check (char_length(legal_basis) <= 1000),
  place text not null default '' constraint gatherings_place_length check (char_length(place) <= 200),
  live_url text not null default '' constraint gatherings_live_url check (live_url = '' or live_url ~ '^https://[^[:space:]]+$' and char_length(live_url) <= 500),
  starts_at timestamptz,                               -- null while it is postponed to a time to be announced
  ends_at timestamptz,                                 -- planned
  registration_from timestamptz,
  registration_until timestamptz,                      -- exclusive
  list_on date, materials_on date, report_on date,     -- planned: list published, materials with everybody, report published
  observers int not null default 0 constraint gatherings_observers check (observers between 0 and 1000),
  media_seats int not null default 0 constraint gatherings_media check (media_seats between 0 and 100),
  conditions text not null default '' constraint gatherings_conditions_length check (char_length(conditions) <= 2000),
  papers text not null default '' constraint gatherings_papers_length check (char_length(papers) <= 1000),
  least_age int not null default 18 constraint gatherings_least_age check (least_age between 0 and 150),
  most_age int constraint gatherings_most_age check (most_age between least_age and 150),
  -- What the form asks besides name and phone.
  asks text[] not null default '{unit,reason}' constraint gatherings_asks check (asks <@
    array['sex', 'age', 'ethnicity', 'education', 'occupation', 'identity', 'unit', 'address', 'reason']),
  identity_basis text not null default '' constraint gatherings_identity_basis_length check (char_length(identity_basis) <= 200),
  practice_reason text not null default '' constraint gatherings_reason_length check (char_length(practice_reason) <= 1000),
  contact_phone text not null default '' constraint gatherings_phone_length check (char_length(contact_phone) <= 100),
  contact_address text not null default '' constraint gatherings_address_length check (char_length(contact_address) <= 200),
  contact_postcode text not null default '' constraint gatherings_postcode check (contact_postcode ~ '^([0-9]{6})?$'),
  contact_email text not null default '' constraint gatherings_email_length check (char_length(contact_email) <= 200),
  statement_minutes int not null default 5 constraint gatherings_statement_minutes check (statement_minutes between 1 and 120),
  is_streamed boolean not null default true,           -- everybody may follow the screen; else only who has its link
  screen_key uuid not null default gen_random_uuid(),  -- opens the screen in the hall
  state text not null default 'preparing' constraint gatherings_state check (state in
    ('preparing', 'announced', 'postponed', 'under_way', 'held', 'closed', 'cancelled')),
  version int not null default 1,                      -- grows with every change: who saves or publishes says what they have read
  began_at timestamptz, ended_at timestamptz, closed_at timestamptz,
  pages int,                                           -- of the transcript, fixed when it ended
  transcript_scan_id uuid references attachments,
  created_by bigint not null references staff,
  created_at timestamptz not null,
  erased_at timestamptz,                               -- what was asked of people is gone
  constraint gatherings_period check (ends_at > starts_at),
  constraint gatherings_registration_period check (registration_until > registration_from),
  constraint gatherings_registration_before check (registration_until <= starts_at),
  constraint gatherings_timed check (state in ('preparing', 'postponed', 'cancelled') or starts_at is not null),
  constraint gatherings_identity_why check (not 'identity' = any (asks) or identity_basis <> ''),
  constraint gatherings_over check ((state = 'closed') = (closed_at is not null))
);
create index gatherings_of_procedure on gatherings (procedure_id, id);
create index gatherings_of_units on gatherings using gin (unit_ids);
create index gatherings_coming on gatherings (starts_at) where state in ('announced', 'postponed', 'under_way');

create function gatherings_before_insert() returns trigger
language plpgsql set search_path = minyi, pg_catalog
as $$
begin
  new.number := public_number(case new.kind when 'hearing' then 'H' when 'forum' then 'F' else 'V' end, minyi_clock(), nextval('gathering_numbers'));
  return new;
end $$;
create trigger gatherings_numbered before insert on gatherings for each row execute function gatherings_before_insert();
grant usage on sequence gathering_numbers to minyi_guard;

-- 名额: how many of whom, and how each comes to their seat.
create table gathering_categories (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  ordinal int not null constraint gathering_categories_ordinal check (ordinal between 1 and 40),
  code text not null generated always as ('c' || lpad(ordinal::text, 2, '0')) stored,   -- as a lot names it
  name text not null constraint gathering_categories_name_length check (char_length(name) between 1 and 40),
  seats int not null constraint gathering_categories_seats check (seats between 1 and 500),
  way text not null constraint gathering_categories_way check (way in ('invitation', 'nomination', 'application')),
  nominator text not null default '' constraint gathering_categories_nominator_length check (char_length(nominator) <= 100),
  described text not null default '' constraint gathering_categories_described_length check (char_length(described) <= 500),
  constraint gathering_categories_place unique (gathering_id, ordinal),
  constraint gathering_categories_nominated_by check ((way = 'nomination') = (nominator <> ''))
);

-- Everybody who has a part in it. Who they are stands encrypted in gathering_contacts; here only what they agreed may be public.
create table gathering_people (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  role text not null constraint gathering_people_role check (role in
    ('presider', 'presenter', 'recorder', 'participant', 'observer', 'media', 'invited', 'met')),
  category_id bigint references gathering_categories,
  seat int not null constraint gathering_people_seat_positive check (seat > 0),   -- within its role: 参加人3
  staff_id bigint references staff,                    -- a colleague, who does not need a code
  unit_id bigint references units,                     -- of presenters and who is invited
  public_name text not null default '' constraint gathering_people_name_length check (char_length(public_name) <= 40),
  public_unit text not null default '' constraint gathering_people_unit_length check (char_length(public_unit) <= 100),
  consents boolean not null default false,             -- name and unit may be public
  key uuid not null constraint gathering_people_key unique,         -- what their code is derived from
  code_mac bytea not null constraint gathering_people_code_length check (octet_length(code_mac) = 32),
  state text not null default 'named' constraint gathering_people_state check (state in ('named', 'accepted', 'declined', 'replaced')),
  presence text constraint gathering_people_presence check (presence in ('present', 'absent', 'left')),
  named_by bigint references staff,
  named_at timestamptz not null,
  constraint gathering_people_seat unique (gathering_id, role, seat),
  constraint gathering_people_named_if_agreed check (consents or public_name = ''),
  constraint gathering_people_category check ((role = 'participant') = (category_id is not null))
);
create unique index gathering_people_one_presider on gathering_people (gathering_id) where role = 'presider' and state <> 'replaced';
create unique index gathering_people_once_staff on gathering_people (gathering_id, staff_id) where staff_id is not null and state <> 'replaced';

create table gathering_contacts (
  id uuid primary key,
  person_id bigint not null references gathering_people constraint gathering_contacts_person unique,
  key_id text not null,
  sealed bytea not null constraint gathering_contacts_size check (octet_length(sealed) <= 4096),
  created_at timestamptz not null
);

-- Somebody thinks that there should be a hearing: they say so with a comment of theirs, or join those who have.
create table hearing_proposals (
  submission_id bigint primary key references submissions,
  procedure_id bigint not null references procedures,
  people int not null,
  proposed_at timestamptz not null,
  unit_ids bigint[] not null
);
create index hearing_proposals_of_procedure on hearing_proposals (procedure_id);

-- ---- Papers ---------------------------------------------------------------------------------------------------------------------
-- Notice, list and record as they are worked on: sections made from the data and edited by people (`Report.Content`).
create table gathering_papers (
  gathering_id bigint not null references gatherings,
  kind text not null constraint gathering_papers_kind check (kind in ('gathering_notice', 'participant_list', 'gathering_record')),
  content jsonb not null constraint gathering_papers_content check (jsonb_typeof(content) = 'object' and octet_length(content::text) <= 1048576),
  version int not null default 1,
  updated_by bigint not null references staff,
  updated_at timestamptz not null,
  primary key (gathering_id, kind)
);
-- Files made by the worker of words that were put together where they were asked for.
create table gathering_files (
  gathering_id bigint not null references gatherings,
  kind text not null constraint gathering_files_kind check (kind in ('notice', 'list', 'record', 'poster', 'form', 'transcript')),
  format text not null constraint gathering_files_format check (format in ('docx', 'pdf')),
  words jsonb not null constraint gathering_files_words check (octet_length(words::text) <= 4194304),
  state text not null default 'waiting' constraint gathering_files_state check (state in ('waiting', 'made', 'failed')),
  data bytea constraint gathering_files_size check (octet_length(data) <= 10485760),
  asked_at timestamptz not null,
  primary key (gathering_id, kind, format),
  constraint gathering_files_made check ((state = 'made') = (data is not null))
);

alter table clearances add column gathering_id bigint constraint clearances_gathering references gatherings;
alter table clearances drop constraint clearances_kind;
alter table clearances add constraint clearances_kind check (case
  when questionnaire_id is not null then kind = 'questionnaire_result' and gathering_id is null
  when gathering_id is not null then kind in ('gathering_notice', 'gathering_change', 'participant_list', 'gathering_record')
  else kind in ('draft', 'announcement', 'result', 'extension', 'suspension', 'resumption', 'termination', 'correction', 'revision', 'hearing_answer') end);
alter table clearances drop constraint clearances_reason_given;
alter table clearances add constraint clearances_reason_given check (kind not in
    ('extension', 'suspension', 'termination', 'correction', 'gathering_change', 'hearing_answer') or reason <> '' or content = '{}');
drop index clearances_one_pending;
create unique index clearances_one_pending on clearances (procedure_id, kind) where published_at is null and withdrawn_at is null and gathering_id is null;
create unique index clearances_one_pending_paper on clearances (gathering_id, kind)
  where published_at is null and withdrawn_at is null and gathering_id is not null;
create index clearances_of_gathering on clearances (gathering_id, id) where gathering_id is not null;
alter table published_versions add column gathering_id bigint constraint published_versions_gathering references gatherings;
create index published_versions_of_gathering on published_versions (gathering_id, kind, version) where gathering_id is not null;

-- What a notice of change does when it is published.
create table gathering_changes (
  clearance_id bigint primary key references clearances,
  gathering_id bigint not null references gatherings,
  kind text not null constraint gathering_changes_kind check (kind in ('extended', 'nominated', 'moved', 'postponed', 'cancelled')),
  starts_at timestamptz, ends_at timestamptz,          -- moved
  place text,
  registration_until timestamptz,                      -- extended
  category_id bigint references gathering_categories,  -- nominated
  nominator text not null default '',
  constraint gathering_changes_moved check ((kind = 'moved') = (starts_at is not null and ends_at is not null and place is not null)),
  constraint gathering_changes_extended check ((kind = 'extended') = (registration_until is not null)),
  constraint gathering_changes_nominated check ((kind = 'nominated') = (category_id is not null and nominator <> ''))
);

-- ---- Public ---------------------------------------------------------------------------------------------------------------------
create table public_gatherings (
  gathering_id bigint primary key references gatherings,
  procedure_id bigint not null references procedures,
  number text not null constraint public_gatherings_number unique,
  kind text not null,
  title text not null,
  unit_id bigint not null,
  unit_name text not null,                             -- as it was called when this was published
  town_id bigint,
  state text not null,
  starts_at timestamptz, ends_at timestamptz,
  place text not null,
  live_url text not null,
  registration_from timestamptz, registration_until timestamptz,
  categories jsonb not null,                           -- [{code, name, seats, way, nominator, described}]
  asks text[] not null,
  identity_basis text not null,
  least_age int not null, most_age int,
  papers text not null,
  contact_phone text not null, contact_address text not null, contact_postcode text not null, contact_email text not null,
  is_streamed boolean not null,
  last_change text,                                    -- extended, nominated, moved, postponed, cancelled
  changed_at timestamptz
);
create index public_gatherings_of_procedure on public_gatherings (procedure_id);
create index public_gatherings_by_start on public_gatherings (starts_at, gathering_id);
grant select on public_gatherings to minyi_public, minyi_staff, minyi_work, minyi_intake;
grant select, insert, update on public_gatherings to minyi_guard;

-- ---- Who may see what -----------------------------------------------------------------------------------------------------------
alter table gatherings enable row level security;
alter table gathering_categories enable row level security;
alter table gathering_people enable row level security;
alter table gathering_contacts enable row level security;
alter table hearing_proposals enable row level security;
alter table gathering_papers enable row level security;
alter table gathering_files enable row level security;
alter table gathering_changes enable row level security;
grant select on gatherings, gathering_categories, hearing_proposals, gathering_papers, gathering_files, gathering_changes to minyi_staff;
grant select (id, gathering_id, role, category_id, seat, staff_id, unit_id, public_name, public_unit, consents, state, presence, named_by, named_at)
  on gathering_people to minyi_staff;
create policy gatherings_of_my_units on gatherings for select to minyi_staff using (unit_ids && (select actor_units()));
create policy gathering_categories_of_visible on gathering_categories for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy gathering_people_of_visible on gathering_people for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy hearing_proposals_of_my_units on hearing_proposals for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')));
create policy gathering_papers_of_visible on gathering_papers for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy gathering_files_of_visible on gathering_files for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy gathering_changes_of_visible on gathering_changes for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
grant select, update on gatherings to minyi_intake;    -- intake only locks rows; it has no policy that lets it change one
grant select on gathering_categories to minyi_intake;
create policy gatherings_intake_reads on gatherings for select to minyi_intake using (true);
create policy gatherings_intake_locks on gatherings for update to minyi_intake using (true) with check (false);
create policy gathering_categories_intake on gathering_categories for select to minyi_intake using (true);
grant select, insert, update, delete on gatherings, gathering_papers, gathering_files to minyi_guard;
grant select, insert, update, delete on gathering_categories, gathering_people, gathering_contacts to minyi_guard;
grant select, insert on hearing_proposals, gathering_changes to minyi_guard;
create policy gatherings_guard on gatherings to minyi_guard using (true) with check (true);
create policy gathering_categories_guard on gathering_categories to minyi_guard using (true) with check (true);
create policy gathering_people_guard on gathering_people to minyi_guard using (true) with check (true);
create policy gathering_contacts_guard on gathering_contacts to minyi_guard using (true) with check (true);
create policy hearing_proposals_guard on hearing_proposals to minyi_guard using (true) with check (true);
create policy gathering_papers_guard on gathering_papers to minyi_guard using (true) with check (true);
create policy gathering_files_guard on gathering_files to minyi_guard using (true) with check (true);
create policy gathering_changes_guard on gathering_changes to minyi_guard using (true) with check (true);

-- ---- Notices --------------------------------------------------------------------------------------------------------------------
alter table notices add column person_id bigint constraint notices_person references gathering_people;
create unique index notices_once_a_person on notices (key, person_id) where person_id is not null;
alter table notices drop constraint notices_one_person;
alter table notices add constraint notices_one_person check (num_nonnulls(submission_id, staff_id, addressee_id, person_id) = 1);
alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received', 'result',
    'registered', 'registration_checked', 'selected', 'gathering_changed', 'gathering_soon', 'materials_ready', 'transcript_ready', 'record_published')
  or addressee_id is not null and kind in ('written_asked', 'written_soon', 'written_over')
  or person_id is not null and kind in ('invited', 'gathering_changed', 'gathering_soon', 'materials_ready', 'transcript_ready', 'record_published')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review',
    'written_asked', 'written_soon', 'written_over', 'written_answered', 'view_given', 'evaluation', 'programme',
    'hearing_proposed', 'gathering_due', 'participant_left'));

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------
