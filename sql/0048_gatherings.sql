-- 听证会、座谈会、实地走访: where people are met in person about a matter that is consulted on. One table for the three: who, when, where, what was
-- said and what became of it do not differ; what only a hearing has (registration, lot, list) hangs on it.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation, require-concurrent-index-deletion, adding-foreign-key-constraint
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
  conditions text not null,
  papers text not null,
  observers int not null,
  presider text not null,                              -- in office, or as they agreed; empty while there is none to be named
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
create unique index notices_once_a_person on notices (person_id, key) where person_id is not null;
-- Which notices there are, and to whom they go, stands in 0053.

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------
-- The version of a rule that is valid on a day, a unit's own before the county's; no row where there is none, unlike `rule_at`.
create function gathering_rule(p_rule text, p_day date, p_unit_id bigint) returns setof legal_rules
language sql stable rows 1 set search_path = minyi, pg_temp
as $$
  select * from legal_rules where code = p_rule and (unit_id is null or unit_id = p_unit_id)
    and valid_from <= p_day and coalesce(valid_until, 'infinity') > p_day
  order by unit_id nulls last limit 1
$$;

-- The last day that keeps a rule, counted from the day of a gathering by the version that is valid on that day; null where none is.
create function gathering_day(p_rule text, p_day date, p_unit_id bigint) returns date
language sql stable set search_path = minyi, pg_temp
as $$
  select counted_day(p_day, case when r.kind = 'counted_backwards' then -r.amount else r.amount end, r.day_kind, calendar_scope(p_unit_id))
  from gathering_rule(p_rule, p_day, p_unit_id) r
$$;
grant execute on function gathering_rule(text, date, bigint), gathering_day(text, date, bigint) to minyi_guard, minyi_staff;

-- The row of a gathering for who organises it, held until the end of the transaction.
create function organised_gathering(p_id bigint) returns gatherings
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings;
begin
  select * into g from gatherings where id = p_id for update;
  if not found then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  perform require_role(array[g.unit_id], 'organiser');
  return g;
end $$;

-- The same for everybody who works on it.
create function staffed_gathering(p_id bigint) returns gatherings
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings;
begin
  select * into g from gatherings where id = p_id for update;
  if not found then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  perform require_role(g.unit_ids, 'organiser', 'clerk');
  return g;
end $$;

-- `g`: as it was before.
create function gathering_event(g gatherings, p_kind text, p_code text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  values (minyi_clock(), 'gathering', g.id, p_kind, actor_staff(), g.state, (select state from gatherings where id = g.id), p_code, g.unit_ids)
$$;

create function gathering_categories_of(p_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select coalesce(jsonb_agg(jsonb_build_object('code', code, 'name', name, 'seats', seats, 'way', way, 'nominator', nominator, 'described', described)
    order by ordinal), '[]') from gathering_categories where gathering_id = p_id
$$;

-- What was prepared with other words is set aside: an approval covers exactly the words that were approved.
create function set_gathering_papers_aside(p_id bigint, p_kind text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update clearances set withdrawn_at = minyi_clock()
  where gathering_id = p_id and (p_kind is null or kind = p_kind) and published_at is null and withdrawn_at is null
$$;

-- ---- Public ---------------------------------------------------------------------------------------------------------------------
create function show_gathering(p_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into public_gatherings as s (gathering_id, procedure_id, number, kind, title, unit_id, unit_name, town_id, state, starts_at, ends_at, place,
    live_url, registration_from, registration_until, categories, asks, identity_basis, least_age, most_age, conditions, papers, observers,
    presider, contact_phone, contact_address, contact_postcode, contact_email, is_streamed, last_change, changed_at)
  select g.id, g.procedure_id, g.number, g.kind, g.title, g.unit_id, u.name, g.town_id, g.state, g.starts_at, g.ends_at, g.place, g.live_url,
    g.registration_from, g.registration_until, gathering_categories_of(g.id), g.asks, g.identity_basis, g.least_age, g.most_age, g.conditions,
    g.papers, g.observers, coalesce((
      select coalesce(nullif(m.public_name, ''), s.display_name) from gathering_people m left join staff s on s.id = m.staff_id
      where m.gathering_id = g.id and m.role = 'presider' and m.state in ('named', 'accepted')), ''),
    g.contact_phone, g.contact_address, g.contact_postcode, g.contact_email, g.is_streamed, h.kind, h.published_at
  from gatherings g join units u on u.id = g.unit_id left join lateral (
    select c.kind, p.published_at from gathering_changes c join clearances p on p.id = c.clearance_id
    where c.gathering_id = g.id and p.published_at is not null order by p.published_at desc, p.id desc limit 1) h on true
  -- A hearing is announced by its notice; a forum or visit, which may be convened without one, is public from the first paper of it that
  -- was reviewed, approved and published.
  where g.id = p_id and g.state <> 'preparing'
    and (g.kind = 'hearing' or exists (select from clearances c where c.gathering_id = g.id and c.published_at is not null))
  on conflict (gathering_id) do update set
    title = excluded.title, unit_id = excluded.unit_id, town_id = excluded.town_id, state = excluded.state, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, place = excluded.place, live_url = excluded.live_url, registration_from = excluded.registration_from,
    registration_until = excluded.registration_until, categories = excluded.categories, asks = excluded.asks,
    identity_basis = excluded.identity_basis, least_age = excluded.least_age, most_age = excluded.most_age,
    conditions = excluded.conditions, papers = excluded.papers, observers = excluded.observers, presider = excluded.presider,
    contact_phone = excluded.contact_phone, contact_address = excluded.contact_address, contact_postcode = excluded.contact_postcode,
    contact_email = excluded.contact_email, is_streamed = excluded.is_streamed, last_change = excluded.last_change, changed_at = excluded.changed_at
$$;

create function gatherings_made_public() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform show_gathering(new.id);
  return null;
end $$;
create trigger gatherings_published after insert or update on gatherings for each row execute function gatherings_made_public();

create function gathering_presider_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform show_gathering(new.gathering_id);
  return null;
end $$;
create trigger gathering_people_presider after insert or update on gathering_people
  for each row when (new.role = 'presider') execute function gathering_presider_changed();

-- Its own page, the lists, and the page of its consultation.
create function public_gathering_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g public_gatherings;
begin
  select * into g from public_gatherings where gathering_id = new.gathering_id;
  perform note_public_change(t) from unnest(array[g.number, (select number from public_procedures p where p.procedure_id = g.procedure_id), '']) t
  where t is not null;
  return null;
end $$;
create constraint trigger public_gatherings_public after insert or update on public_gatherings
  deferrable initially deferred for each row execute function public_gathering_changed();
create constraint trigger published_versions_of_gathering_public after insert or update on published_versions
  deferrable initially deferred for each row when (new.gathering_id is not null) execute function public_gathering_changed();

-- ---- Planned --------------------------------------------------------------------------------------------------------------------

-- Makes one (`p_id` null) or changes it while it is prepared. `p_facts`: every column that a form holds, by its name.
create function save_gathering(p_id bigint, p_version int, p_key uuid, p_kind text, p_procedure text, p_facts jsonb, p_categories jsonb) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  f gatherings := jsonb_populate_record(null::gatherings, p_facts);
begin
  -- One after the other: pressed twice at once, the second finds what the first has made.
  select * into p from procedures where number = p_procedure for no key update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  if p_id is null then
    perform require_role(array[p.unit_id], 'organiser');
    select * into g from gatherings where key = p_key for update;
    if found then
      if g.created_by <> actor_staff() or g.procedure_id <> p.id or g.kind <> p_kind or jsonb_populate_record(g, p_facts) is distinct from g
          or (select coalesce(jsonb_agg(c - 'code'), '[]') from jsonb_array_elements(gathering_categories_of(g.id)) c) <> p_categories then
        perform refuse('gatherings_key_reused');
      end if;
      return g.number;
    end if;
  else
    g := organised_gathering(p_id);
    if g.procedure_id <> p.id then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
    if g.state <> 'preparing' then perform refuse('gatherings_preparing'); end if;
    if g.version is distinct from p_version then perform refuse('gatherings_changed_meanwhile'); end if;
  end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('gatherings_procedure_over'); end if;
  if coalesce(g.kind, p_kind) = 'hearing' and jsonb_array_length(p_categories) = 0 or jsonb_array_length(p_categories) > 40 then
    perform refuse('gathering_categories_some');
  end if;
  if g.id is null then
    insert into gatherings (number, key, kind, procedure_id, unit_id, unit_ids, title, created_by, created_at)
    values ('', p_key, p_kind, p.id, p.unit_id, p.unit_ids, f.title, actor_staff(), minyi_clock()) returning * into g;
  end if;
  update gatherings t set (town_id, title, subject, matter, legal_basis, place, live_url, starts_at, ends_at, registration_from, registration_until,
      list_on, materials_on, report_on, observers, media_seats, conditions, papers, least_age, most_age, asks, identity_basis, practice_reason,
      contact_phone, contact_address, contact_postcode, contact_email, statement_minutes, is_streamed, version)
    = (f.town_id, f.title, f.subject, f.matter, f.legal_basis, f.place, f.live_url, f.starts_at, f.ends_at, f.registration_from, f.registration_until,
      f.list_on, f.materials_on, f.report_on, f.observers, f.media_seats, f.conditions, f.papers, f.least_age, f.most_age, f.asks, f.identity_basis,
      f.practice_reason, f.contact_phone, f.contact_address, f.contact_postcode, f.contact_email, f.statement_minutes, f.is_streamed,
      t.version + (p_id is not null)::int)
  where t.id = g.id;
  -- Who was named into a category stays in it.
  if exists (select from gathering_people m join gathering_categories k on k.id = m.category_id
      where m.gathering_id = g.id and p_categories -> (k.ordinal - 1) ->> 'name' is distinct from k.name) then
    perform refuse('gathering_categories_in_use');
  end if;
  delete from gathering_categories where gathering_id = g.id and ordinal > jsonb_array_length(p_categories);
  insert into gathering_categories (gathering_id, ordinal, name, seats, way, nominator, described)
  select g.id, k.ordinal, k.value ->> 'name', (k.value ->> 'seats')::int, k.value ->> 'way', k.value ->> 'nominator', k.value ->> 'described'
  from jsonb_array_elements(p_categories) with ordinality k (value, ordinal)
  on conflict (gathering_id, ordinal) do update set name = excluded.name, seats = excluded.seats, way = excluded.way,
    nominator = excluded.nominator, described = excluded.described;
  perform set_gathering_papers_aside(g.id);
  perform gathering_event(g, case when p_id is null then 'created' else 'saved' end);
  return g.number;
end $$;

-- What may be planned otherwise without telling everybody by a notice. Returns the new version.
create function plan_gathering(p_id bigint, p_version int, p_list_on date, p_materials_on date, p_report_on date, p_live_url text,
  p_is_streamed boolean, p_statement_minutes int, p_practice_reason text) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := organised_gathering(p_id);
  planned gatherings;
begin
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if g.version is distinct from p_version then perform refuse('gatherings_changed_meanwhile'); end if;
  update gatherings set list_on = p_list_on, materials_on = p_materials_on, report_on = p_report_on, live_url = p_live_url,
    is_streamed = p_is_streamed, statement_minutes = p_statement_minutes, practice_reason = p_practice_reason, version = version + 1
  where id = g.id returning * into planned;
  if g.state = 'preparing' then perform set_gathering_papers_aside(g.id); end if;
  if g.state = 'announced' and (g.list_on, g.materials_on, g.report_on, g.practice_reason) is distinct from
      (planned.list_on, planned.materials_on, planned.report_on, planned.practice_reason) then
    perform require_gathering_dates(planned, announced_on(g.id));
  end if;
  perform gathering_event(g, 'planned');
  return planned.version;
end $$;

create function drop_gathering(p_id bigint, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := organised_gathering(p_id);
begin
  if g.state <> 'preparing' then perform refuse('gatherings_preparing'); end if;
  if g.version is distinct from p_version then perform refuse('gatherings_changed_meanwhile'); end if;
  delete from gathering_files where gathering_id = g.id;
  delete from gathering_papers where gathering_id = g.id;
  delete from gathering_contacts c using gathering_people m where m.id = c.person_id and m.gathering_id = g.id;
  begin
    delete from gathering_people where gathering_id = g.id;
    delete from gathering_categories where gathering_id = g.id;
    delete from gatherings where id = g.id;
  exception when foreign_key_violation then
    -- Somebody has reviewed a paper of it: that stays on record.
    perform refuse('gatherings_in_use');
  end;
  perform gathering_event(g, 'dropped');
end $$;

-- The day on which it was announced first; today where it was not.
create function announced_on(p_id bigint) returns date
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select china_day(coalesce((select min(published_at) from clearances where gathering_id = p_id and kind = 'gathering_notice'), minyi_clock()))
$$;

-- Holds the dates of a hearing against the rules that are valid on its day. What a rule binds must be kept; from a practice one may depart,
-- and says why. `p_today`: the day of its notice.
create function require_gathering_dates(g gatherings, p_today date) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  held date := china_day(g.starts_at);
  applies boolean := exists (select from gathering_categories where gathering_id = g.id and way = 'application');
  r record;
begin
  if g.kind = 'hearing' then
    -- Beforehand (Order 713, article 16): no number of days, but not on the day.
    if g.list_on is null or g.list_on >= held then perform refuse('gatherings_rule_list'); end if;
    if applies and (g.registration_from is null or g.registration_until is null
        or g.registration_until > (g.list_on + 1)::timestamp at time zone 'Asia/Shanghai') then
      perform refuse('gatherings_rule_registration');
    end if;
  end if;
  for r in
    select w.refusal, l.binding, coalesce(w.day <= w.latest, false) as kept
    from (
      select 'hearing.notice' as code, 'gatherings_rule_notice' as refusal, p_today as day, gathering_day('hearing.notice', held, g.unit_id) as latest
        where g.kind = 'hearing'
      union all select 'hearing.' || g.subject, 'gatherings_rule_notice', p_today, gathering_day('hearing.' || g.subject, held, g.unit_id)
        where g.kind = 'hearing'
      union all select 'hearing.list', 'gatherings_rule_list', g.list_on, gathering_day('hearing.list', held, g.unit_id) where g.kind = 'hearing'
      union all select m, 'gatherings_rule_materials', g.materials_on, gathering_day(m, held, g.unit_id)
        from (select case g.kind when 'hearing' then 'hearing.materials' when 'forum' then 'forum.materials' end as m) k where m is not null
      union all select m, 'gatherings_rule_report', g.report_on, gathering_day(m, held, g.unit_id)
        from (select case g.kind when 'hearing' then 'hearing.report' else 'forum.record' end as m) k
      -- The day on which registration begins is not counted, and the last one is whole.
      union all select 'hearing.registration', 'gatherings_rule_registration',
        (select counted_day(china_day(g.registration_from), q.amount, q.day_kind, calendar_scope(g.unit_id))
          from gathering_rule('hearing.registration', held, g.unit_id) q), china_day(g.registration_until - interval '1 microsecond')
        where applies and g.kind = 'hearing'
    ) w cross join lateral gathering_rule(w.code, held, g.unit_id) l
    where w.latest is not null
    order by not l.binding
  loop
    continue when r.kept;
    if r.binding then perform refuse(r.refusal); end if;
    if g.practice_reason = '' then perform refuse('gatherings_practice_reason'); end if;
  end loop;
end $$;

-- ---- People ---------------------------------------------------------------------------------------------------------------------

-- Gives somebody their part, with the next seat of it. The same key is the same person. Their name is plain only where they agreed.
create function name_person(p_gathering_id bigint, p_role text, p_category_id bigint, p_staff_id bigint, p_unit_id bigint, p_public_name text,
  p_public_unit text, p_consents boolean, p_key uuid, p_code_mac bytea, p_contact_id uuid, p_contact_key_id text, p_contact bytea) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_gathering_id);
  k gathering_categories;
  m gathering_people;
begin
  select * into m from gathering_people where key = p_key;
  if found then
    if m.gathering_id <> g.id or m.role <> p_role then perform refuse('gatherings_key_reused'); end if;
    return m.id;
  end if;
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if p_role = 'participant' then
    select * into k from gathering_categories where id = p_category_id and gathering_id = g.id;
    if not found then perform refuse('gathering_people_category'); end if;
    if k.way = 'application' then perform refuse('gathering_categories_applied'); end if;
  end if;
  insert into gathering_people (gathering_id, role, category_id, seat, staff_id, unit_id, public_name, public_unit, consents, key, code_mac,
    named_by, named_at)
  values (g.id, p_role, p_category_id, 1 + coalesce((select max(seat) from gathering_people where gathering_id = g.id and role = p_role), 0),
    p_staff_id, p_unit_id, p_public_name, p_public_unit, p_consents, p_key, p_code_mac, actor_staff(), minyi_clock()) returning * into m;
  perform require_place(g, m);
  if p_contact is not null then
    insert into gathering_contacts (id, person_id, key_id, sealed, created_at) values (p_contact_id, m.id, p_contact_key_id, p_contact, minyi_clock());
  end if;
  if g.state = 'announced' then perform invite_person(g, m); end if;
  perform gathering_event(g, 'person_named', p_role);
  return m.id;
end $$;

-- Whether somebody may have the part that they have: a seat is free, and who presides has neither drafted nor presents what is heard.
create function require_place(g gatherings, m gathering_people) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if m.category_id is not null and (select count(*) from gathering_people where category_id = m.category_id and state in ('named', 'accepted'))
      > (select seats from gathering_categories where id = m.category_id) then
    perform refuse('gathering_categories_full');
  end if;
  if g.kind = 'hearing' and exists (select from gathering_people c where c.gathering_id = g.id and c.role = 'presider' and c.state <> 'replaced' and (
      exists (select from gathering_people t where t.gathering_id = g.id and t.role = 'presenter' and t.state <> 'replaced' and t.staff_id = c.staff_id)
      or c.staff_id in (select p.created_by from procedures p where p.id = g.procedure_id
        union select d.created_by from procedures p join drafts d on d.id = p.draft_id where p.id = g.procedure_id
        union select e.created_by from procedures p join editions e on e.id = p.edition_id where p.id = g.procedure_id))) then
    perform refuse('gatherings_presider_not_drafter');
  end if;
end $$;

create function change_person(p_id bigint, p_state text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings;
  m gathering_people;
begin
  g := staffed_gathering((select gathering_id from gathering_people where id = p_id));
  select * into m from gathering_people where id = p_id for update;
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if m.state = p_state then return; end if;
  update gathering_people set state = p_state where id = m.id;
  if p_state in ('named', 'accepted') and m.state in ('declined', 'replaced') then
    -- A seat for which one registers comes back to nobody who has withdrawn or whose lot was annulled: that would go past the lot.
    if exists (select from gathering_categories k where k.id = m.category_id and k.way = 'application') and not exists (
        select from registrations r where r.id = m.registration_id and r.verdict = 'eligible' and r.withdrawn_at is null) then
      perform refuse('gathering_categories_applied');
    end if;
    perform require_place(g, m);
  elsif p_state in ('declined', 'replaced') and m.role = 'participant' then
    perform person_left(g, m);
  end if;
  perform gathering_event(g, 'person_changed', p_state);
end $$;

-- Who had a seat by a lot, or by having registered, has left it: somebody else is to be called up.
create function person_left(g gatherings, m gathering_people) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_staff('participant_left', array[g.unit_id], array['organiser'], format('gathering_person.%s.left', m.id),
    jsonb_build_object('gathering', g.number, 'unit_id', g.unit_id))
  from gathering_categories k where k.id = m.category_id and k.way = 'application'
$$;

-- Each reading is an event.
create function person_contacts(p_gathering_id bigint) returns table (person_id bigint, id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare g gatherings;
begin
  select * into g from gatherings where id = p_gathering_id;
  if not found then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  perform require_role(g.unit_ids, 'organiser', 'clerk');
  perform gathering_event(g, 'contacts_read');
  return query select c.person_id, c.id, c.key_id, c.sealed from gathering_contacts c join gathering_people m on m.id = c.person_id
    where m.gathering_id = g.id order by c.person_id;
end $$;

-- What the codes are derived from, for the cards that people get.
create function person_keys(p_gathering_id bigint) returns table (person_id bigint, key uuid)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare g gatherings;
begin
  select * into g from gatherings where id = p_gathering_id;
  if not found then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  perform require_role(g.unit_ids, 'organiser', 'clerk');
  perform gathering_event(g, 'codes_read');
  return query select m.id, m.key from gathering_people m where m.gathering_id = g.id and m.state in ('named', 'accepted') order by m.id;
end $$;

-- ---- Told -----------------------------------------------------------------------------------------------------------------------

-- Tells somebody who left a way to be reached, once an event.
create function notify_person(p_kind text, p_person_id bigint, p_facts jsonb, p_key text default null) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare made uuid;
begin
  insert into notices (kind, key, person_id, facts, created_at)
  select p_kind, coalesce(p_key, format('gathering_person.%s.%s', p_person_id, p_kind)), c.person_id, p_facts, minyi_clock()
  from gathering_contacts c where c.person_id = p_person_id
  on conflict do nothing returning id into made;
  if made is not null then perform enqueue_job('deliver_notice', jsonb_build_object('notice', made)); end if;
end $$;

create function invite_person(g gatherings, m gathering_people) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_person('invited', m.id, jsonb_build_object('unit_id', g.unit_id, 'due_on', china_day(g.starts_at)))
  where m.role in ('participant', 'invited', 'observer', 'media')
$$;

-- Tells everybody who has registered and not withdrawn, and everybody who has a part in it.
create function notify_gathering(g gatherings, p_kind text, p_event text, p_facts jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare once text := format('gathering.%s.%s', g.id, p_event);
begin
  perform notify_authors(p_kind, array_agg(r.submission_id), array_agg(once), array_agg(p_facts))
  from registrations r where r.gathering_id = g.id and r.withdrawn_at is null having count(*) > 0;
  perform notify_person(p_kind, m.id, p_facts, once) from gathering_people m where m.gathering_id = g.id and m.state in ('named', 'accepted');
end $$;

-- Ahead of the day; and who works on it of each step that is due, once.
create function remind_gatherings() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  today date := china_day(moment);
  days int := case_number_of('gathering_reminder_days', 2);
  g gatherings;
  step record;
  reminded int := 0;
begin
  if days = 0 then return 0; end if;
  for g in select * from gatherings where state in ('preparing', 'announced', 'held', 'closed') and starts_at is not null order by id for update skip locked loop
    if g.state = 'announced' and g.starts_at > moment and china_day(g.starts_at) <= today + days then
      perform notify_gathering(g, 'gathering_soon', 'soon.' || china_day(g.starts_at), jsonb_build_object('due_on', china_day(g.starts_at)));
      reminded := reminded + 1;
    end if;
    for step in
      select * from gathering_steps(g) s where s.due_on <= today + days
    loop
      perform notify_staff('gathering_due', array[g.unit_id], array['organiser'], format('gathering.%s.%s.%s', g.id, step.code, step.due_on),
        jsonb_build_object('gathering', g.number, 'unit_id', g.unit_id, 'due_on', step.due_on, 'code', step.code));
    end loop;
  end loop;
  return reminded;
end $$;

-- What is to be done of it now, and by when.
create function gathering_steps(g gatherings) returns table (code text, due_on date)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with it as (
    select g.kind = 'hearing' as hears, china_day(g.starts_at) as held, g.registration_until <= minyi_clock() as registered,
      exists (select from gathering_categories k where k.gathering_id = g.id and k.way = 'application' and k.seats < (select count(*) from registrations r
        where r.category_id = k.id and r.verdict <> 'refused' and r.withdrawn_at is null)) as is_full,
      (select l.state from lots l where l.gathering_id = g.id and l.state <> 'annulled') as lot
  )
  select 'notice'::text, least(gathering_day('hearing.notice', held, g.unit_id), gathering_day('hearing.' || g.subject, held, g.unit_id))
    from it where g.state = 'preparing' and hears
  union all select 'commit_lot', china_day(g.registration_until - interval '1 microsecond')
    from it where g.state = 'announced' and not registered and is_full and lot is null
  union all select 'freeze_list', g.list_on from it where g.state = 'announced' and registered and lot = 'committed'
  union all select 'draw_lot', g.list_on from it where g.state = 'announced' and registered and (lot = 'frozen' or lot is null and is_full)
  union all select 'publish_list', g.list_on from it where g.state = 'announced' and hears and coalesce(registered, true)
    and (lot = 'drawn' or lot is null and not is_full)
    and not exists (select from clearances c where c.gathering_id = g.id and c.kind = 'participant_list' and c.published_at is not null)
  union all select 'deliver_materials', g.materials_on from it where g.state = 'announced' and exists (select from gathering_people m
    where m.gathering_id = g.id and m.role in ('participant', 'invited') and m.state in ('named', 'accepted')
      and not exists (select from material_deliveries d where d.person_id = m.id))
  union all select 'close_transcript', g.report_on from it where g.state = 'held'
  union all select 'publish_record', g.report_on from it where g.state = 'closed'
    and not exists (select from clearances c where c.gathering_id = g.id and c.kind = 'gathering_record' and c.published_at is not null);
end $$;

-- ---- Proposed by the public -----------------------------------------------------------------------------------------------------

-- Joins a comment of one's own to those who think that there should be a hearing: proposed, already, closed, unknown.
create function propose_hearing(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s submissions;
  p procedures;
  so_far bigint;
  reached int;
begin
  select * into s from submissions where number = p_number and code_mac = p_code_mac and kind = 'comment' and channel <> 'written';
  if not found then return 'unknown'; end if;
  select * into p from procedures where id = s.procedure_id for share;
  select * into s from submissions where id = s.id for share;
  if s.withdrawn_at is not null or s.sealed_at is not null then return 'unknown'; end if;
  if state_at(p.state, p.opens_at, p.closes_at, minyi_clock()) not in ('announced', 'open', 'suspended') then return 'closed'; end if;
  insert into hearing_proposals (submission_id, procedure_id, people, proposed_at, unit_ids)
  values (s.id, p.id, s.people, minyi_clock(), s.unit_ids) on conflict do nothing;
  if not found then return 'already'; end if;
  insert into events (at, subject, subject_id, kind, unit_ids) values (minyi_clock(), 'submission', s.id, 'hearing_proposed', s.unit_ids);
  select count(*) into so_far from hearing_proposals where procedure_id = p.id;
  -- Two who propose at the same moment may both pass a mark: they tell of it once.
  reached := (select max(n) from unnest(array[1, 5, 20, 100]) n where n <= so_far);
  perform notify_staff('hearing_proposed', array[p.unit_id], array['organiser'], format('hearing_proposed.%s.%s', p.id, reached),
    jsonb_build_object('procedure', p.number, 'open', so_far));
  return 'proposed';
end $$;

create function refresh_proposals() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare changed int;
begin
  with counted as (
    select h.procedure_id, count(*) filter (where holds) as proposals, coalesce(sum(h.people) filter (where holds), 0) as people
    from hearing_proposals h join submissions s on s.id = h.submission_id
    cross join lateral (select s.withdrawn_at is null and s.sealed_at is null as holds) w
    where h.procedure_id in (select id from procedures where state not in ('preparing', 'published', 'terminated'))
    group by h.procedure_id
  )
  insert into public_figures as f (procedure_id, name, value)
  select procedure_id, v.name, v.value from counted, lateral (values ('hearing_proposals', proposals), ('hearing_proposal_people', people)) v (name, value)
  on conflict (procedure_id, name) do update set value = excluded.value where f.value <> excluded.value;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- ---- Papers ---------------------------------------------------------------------------------------------------------------------

-- `p_version`: as it was read; 0 where there was none. Returns the new one.
create function save_gathering_paper(p_gathering_id bigint, p_kind text, p_version int, p_content jsonb) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_gathering_id);
  before gathering_papers;
begin
  if g.state = 'cancelled' then perform refuse('gatherings_over'); end if;
  select * into before from gathering_papers where gathering_id = g.id and kind = p_kind;
  if coalesce(before.version, 0) <> p_version then perform refuse('gathering_papers_changed_meanwhile'); end if;
  if before.content = p_content then return p_version; end if;
  insert into gathering_papers (gathering_id, kind, content, updated_by, updated_at) values (g.id, p_kind, p_content, actor_staff(), minyi_clock())
  on conflict (gathering_id, kind) do update set content = excluded.content, version = p_version + 1, updated_by = excluded.updated_by,
    updated_at = excluded.updated_at;
  perform set_gathering_papers_aside(g.id, p_kind);
  perform gathering_event(g, 'paper_saved', p_kind);
  return p_version + 1;
end $$;

-- What a paper needs, when it is prepared and when it is published.
create function require_gathering_paper(p procedures, g gatherings, p_kind text, p_content jsonb, h gathering_changes) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare moment timestamptz := minyi_clock();
begin
  if p_kind = 'hearing_answer' then
    if g.id is not null or p.state not in ('announced', 'open', 'suspended', 'closed') then perform refuse('gatherings_paper_state'); end if;
    return;
  end if;
  if p_kind = 'gathering_notice' then
    -- A forum or visit that was convened is announced afterwards, if at all.
    if g.state <> 'preparing' and (g.kind = 'hearing' or g.state <> 'announced'
        or exists (select from clearances where gathering_id = g.id and kind = p_kind and published_at is not null)) then
      perform refuse('gatherings_paper_state');
    end if;
    if p.state = 'preparing' then perform refuse('gatherings_procedure_first'); end if;
    if p.state in ('answered', 'published', 'terminated') then perform refuse('gatherings_procedure_over'); end if;
    if g.starts_at is null or g.ends_at is null or g.place = '' then perform refuse('gatherings_timed'); end if;
    if g.starts_at <= moment then perform refuse('gatherings_ahead'); end if;
    if g.kind = 'hearing' and not exists (select from gathering_people where gathering_id = g.id and role = 'presider' and state in ('named', 'accepted')) then
      perform refuse('gatherings_presider_first');
    end if;
    perform require_gathering_dates(g, announced_on(g.id));
  elsif p_kind = 'gathering_change' then
    if g.state not in ('announced', 'postponed') or h.kind is null or h.kind in ('extended', 'nominated', 'postponed') and g.state <> 'announced' then
      perform refuse('gatherings_paper_state');
    end if;
    if h.kind = 'extended' and (h.registration_until <= greatest(g.registration_until, moment)
        or h.registration_until > (g.list_on + 1)::timestamp at time zone 'Asia/Shanghai') then
      perform refuse('gatherings_rule_registration');
    end if;
    if h.kind in ('extended', 'nominated') and list_is_fixed(g.id) then perform refuse('lots_list_frozen'); end if;
    if h.kind = 'nominated' and not exists (select from gathering_categories where id = h.category_id and gathering_id = g.id) then
      perform refuse('gathering_people_category');
    end if;
    if h.kind = 'moved' then
      -- Nobody could be told any longer.
      if g.erased_at is not null then perform refuse('gatherings_erased'); end if;
      if h.starts_at <= moment then perform refuse('gatherings_ahead'); end if;
      g.starts_at := h.starts_at;
      g.ends_at := h.ends_at;
      perform require_gathering_dates(g, announced_on(g.id));
    end if;
  elsif p_kind = 'participant_list' then
    if g.kind <> 'hearing' or g.state <> 'announced' or g.registration_until > moment then perform refuse('gatherings_paper_state'); end if;
    if not exists (select from lots where gathering_id = g.id and state = 'drawn') and exists (
        select from gathering_categories k where k.gathering_id = g.id and k.way = 'application' and k.seats < (select count(*) from registrations r
          where r.category_id = k.id and r.verdict = 'eligible' and r.withdrawn_at is null)) then
      perform refuse('gatherings_lot_first');
    end if;
    -- The second cell of each row is a name.
    if exists (select from jsonb_path_query(p_content, '$.sections[*].tables[*].rows[*][1]') n
        where n #>> '{}' not in ('', '—', '未同意公开') and n #>> '{}' not in (select m.public_name from gathering_people m
          where m.gathering_id = g.id and m.consents and m.state in ('named', 'accepted'))) then
      perform refuse('gatherings_list_consent');
    end if;
  elsif p_kind = 'gathering_record' then
    if g.state <> 'closed' then perform refuse('gatherings_not_closed'); end if;
  else
    perform refuse('gatherings_paper_state');
  end if;
end $$;

-- Whether who may be drawn, or who takes part, stands fast already.
create function list_is_fixed(p_id bigint) returns boolean
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  return list_is_frozen(p_id)
    or exists (select from published_versions where gathering_id = p_id and kind = 'participant_list');
end $$;

-- Freezes what was read. `p_gathering_id` null: the answer to all who proposed a hearing. `p_change`: the row of `gathering_changes`.
create function prepare_gathering_paper(p_procedure_id bigint, p_gathering_id bigint, p_kind text, p_title text, p_content jsonb, p_reason text,
  p_change jsonb) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  h gathering_changes := jsonb_populate_record(null::gathering_changes, coalesce(p_change, '{}'));
  hash bytea := sha256(convert_to(p_content::text, 'UTF8'));
  made bigint;
begin
  select * into p from procedures where id = p_procedure_id for update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(array[p.unit_id], 'organiser');
  if p_gathering_id is not null then
    g := organised_gathering(p_gathering_id);
    if g.procedure_id <> p.id then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  end if;
  h.nominator := coalesce(h.nominator, '');
  perform require_gathering_paper(p, g, p_kind, p_content, h);
  -- The same words from the same person once more (a second press) are the same clearance: what was said of them stands.
  select c.id into made from clearances c left join gathering_changes n on n.clearance_id = c.id
  where c.procedure_id = p.id and c.gathering_id is not distinct from g.id and c.kind = p_kind and c.published_at is null and c.withdrawn_at is null
    and c.prepared_by = actor_staff() and c.title = p_title and c.content_hash = hash and c.reason = p_reason
    and (n.clearance_id is null or (n.kind, n.starts_at, n.ends_at, n.place, n.registration_until, n.category_id, n.nominator)
      is not distinct from (h.kind, h.starts_at, h.ends_at, h.place, h.registration_until, h.category_id, h.nominator));
  if found then return made; end if;
  update clearances set withdrawn_at = minyi_clock()
  where procedure_id = p.id and gathering_id is not distinct from g.id and kind = p_kind and published_at is null and withdrawn_at is null;
  insert into clearances (procedure_id, gathering_id, kind, title, content, content_hash, reason, unit_ids, prepared_by, prepared_at)
  values (p.id, g.id, p_kind, p_title, p_content, hash, p_reason, coalesce(g.unit_ids, p.unit_ids), actor_staff(), minyi_clock())
  returning id into made;
  if p_kind = 'gathering_change' then
    h.clearance_id := made;
    h.gathering_id := g.id;
    insert into gathering_changes select h.*;
  end if;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', made, 'prepared', actor_staff(), p_kind, coalesce(g.unit_ids, p.unit_ids));
  return made;
end $$;

-- Publishes what was cleared and does what it says.
create function publish_gathering_paper(p_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  c clearances;
  h gathering_changes;
  m gathering_people;
  made bigint;
begin
  -- In this order everywhere: the procedure, the gathering, the clearance.
  select * into p from procedures where id = (select procedure_id from clearances where id = p_id) for update;
  select * into g from gatherings where id = (select gathering_id from clearances where id = p_id) for update;
  select * into c from clearances where id = p_id for update;
  perform require_role(c.unit_ids, 'organiser');
  if c.published_at is not null or c.withdrawn_at is not null or c.approval_granted is not true or c.review_passed is not true
     or c.disclosure_attribute <> 'proactive' then
    perform refuse('clearances_cleared');
  end if;
  select * into h from gathering_changes where clearance_id = c.id;
  perform require_gathering_paper(p, g, c.kind, c.content, h);
  made := version_published(c, minyi_clock());
  update clearances set published_at = minyi_clock() where id = c.id;
  if c.kind = 'gathering_notice' then
    update gatherings set state = 'announced', version = version + 1 where id = g.id;
    for m in select * from gathering_people where gathering_id = g.id and state in ('named', 'accepted') loop
      perform invite_person(g, m);
    end loop;
  elsif c.kind = 'gathering_change' then
    perform change_gathering(g, h);
    perform notify_gathering(g, 'gathering_changed', 'changed.' || c.id,
      jsonb_strip_nulls(jsonb_build_object('code', h.kind, 'due_on',
        case h.kind when 'extended' then china_day(h.registration_until - interval '1 microsecond') when 'moved' then china_day(h.starts_at) end)));
  elsif c.kind = 'participant_list' then
    perform tell_selected(g);
  elsif c.kind = 'gathering_record' then
    perform show_gathering(g.id);
    perform notify_gathering(g, 'record_published', 'record.' || c.id, '{}');
  end if;
  if g.id is not null then perform gathering_event(g, 'published', c.kind); end if;
  return made;
end $$;

create function change_gathering(g gatherings, h gathering_changes) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if h.kind = 'nominated' then
    update gathering_categories set way = 'nomination', nominator = h.nominator where id = h.category_id;
  end if;
  update gatherings t set version = t.version + 1,
    state = case h.kind when 'moved' then 'announced' when 'postponed' then 'postponed' when 'cancelled' then 'cancelled' else t.state end,
    starts_at = case h.kind when 'moved' then h.starts_at when 'postponed' then null else t.starts_at end,
    ends_at = case h.kind when 'moved' then h.ends_at when 'postponed' then null else t.ends_at end,
    place = coalesce(h.place, t.place),
    registration_until = coalesce(h.registration_until, t.registration_until)
  where t.id = g.id;
end $$;

-- How the choice ended, to everybody who could be chosen.
create function tell_selected(g gatherings) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform notify_authors('selected', array_agg(x.submission_id), array_agg(format('gathering.%s.selected.%s', g.id, x.code)),
    array_agg(jsonb_build_object('code', x.code, 'due_on', china_day(g.starts_at))))
  from (select r.submission_id, case
      when exists (select from gathering_people m where m.registration_id = r.id and m.state in ('named', 'accepted')) then 'chosen'
      when exists (select from lot_entries e join lots l on l.id = e.lot_id where e.registration_id = r.id and l.state = 'drawn') then 'reserve'
      else 'not_chosen' end as code
    from registrations r where r.gathering_id = g.id and r.verdict = 'eligible' and r.withdrawn_at is null) x
  having count(*) > 0;
end $$;

-- ---- Files ----------------------------------------------------------------------------------------------------------------------

-- A file with these words; the same asked for twice is made once.
create function ask_for_gathering_file(p_gathering_id bigint, p_kind text, p_format text, p_words jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare asking bigint[] := (select unit_ids from gatherings where id = p_gathering_id and unit_ids && actor_units());
begin
  if asking is null then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  perform require_role(asking, 'organiser', 'clerk');
  insert into gathering_files as f (gathering_id, kind, format, words, asked_at) values (p_gathering_id, p_kind, p_format, p_words, minyi_clock())
  on conflict (gathering_id, kind, format) do update set words = excluded.words, state = 'waiting', data = null, asked_at = excluded.asked_at
    where f.words <> excluded.words or f.state = 'failed' or f.state = 'waiting' and f.asked_at < minyi_clock() - interval '1 minute';
  if found then
    perform enqueue_job('make_gathering_file', jsonb_build_object('gathering', p_gathering_id, 'kind', p_kind, 'format', p_format));
  end if;
end $$;

-- The worker's narrow door: the one file it is making just now.
create function gathering_file_in_making(p_job_id bigint) returns table (kind text, format text, words text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select f.kind, f.format, f.words::text from jobs j
  join gathering_files f on f.gathering_id = (j.payload ->> 'gathering')::bigint and f.kind = j.payload ->> 'kind' and f.format = j.payload ->> 'format'
    and f.state = 'waiting'
  where j.id = p_job_id and j.kind = 'make_gathering_file' and j.taken_at is not null and j.died_at is null
$$;

-- `p_words`: of which it was made; other ones asked for meanwhile have a job of their own.
create function gathering_file_was_made(p_job_id bigint, p_attempt int, p_words text, p_data bytea) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update gathering_files f set state = case when p_data is null then 'failed' else 'made' end, data = p_data
  from jobs j where j.id = p_job_id and j.attempts = p_attempt and j.kind = 'make_gathering_file' and j.taken_at is not null
    and f.gathering_id = (j.payload ->> 'gathering')::bigint and f.kind = j.payload ->> 'kind' and f.format = j.payload ->> 'format'
    and f.state = 'waiting' and f.words = p_words::jsonb
$$;

create function erase_gathering_files() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare gone int;
begin
  -- Their words, too: what was sealed or withdrawn since stands in no file.
  update gathering_files set state = 'failed', data = null, words = '{}'
  where state <> 'waiting' and words <> '{}' and asked_at <= minyi_clock() - interval '7 days';
  get diagnostics gone = row_count;
  return gone;
end $$;

-- A job that dies leaves no file waiting for ever.
create function gathering_file_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update gathering_files set state = case when new.died_at is null then 'waiting' else 'failed' end
  where gathering_id = (new.payload ->> 'gathering')::bigint and kind = new.payload ->> 'kind' and format = new.payload ->> 'format'
    and state in ('waiting', 'failed');
  return null;
end $$;
create trigger gathering_files_follow after update of died_at on jobs for each row
  when (new.kind = 'make_gathering_file' and old.died_at is distinct from new.died_at) execute function gathering_file_follows_job();

-- ---- What others do with it -----------------------------------------------------------------------------------------------------

-- As before, also of a gathering. Its versions count among those of its procedure, so that their addresses stay apart.
create or replace function version_published(p_clearance clearances, p_moment timestamptz) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into published_versions (procedure_id, questionnaire_id, gathering_id, kind, version, title, unit_name, content, content_hash, published_at,
    index_number, document_number, written_on, subject, keywords)
  select p_clearance.procedure_id, p_clearance.questionnaire_id, p_clearance.gathering_id, p_clearance.kind,
    1 + coalesce((select max(version) from published_versions v where v.kind = p_clearance.kind
      and (v.procedure_id = p_clearance.procedure_id or v.questionnaire_id = p_clearance.questionnaire_id)), 0),
    p_clearance.title, u.name, p_clearance.content, p_clearance.content_hash, p_moment, next_index_number(p_moment),
    p_clearance.document_number, p_clearance.written_on, p_clearance.subject, p_clearance.keywords
  from units u where u.id = coalesce((select unit_id from procedures where id = p_clearance.procedure_id),
    (select unit_id from questionnaires where id = p_clearance.questionnaire_id))
  returning id
$$;

-- As before; the paper before it is one of the same gathering.
create or replace function clearances_described() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  before clearances;
begin
  select * into before from clearances c
  where (c.procedure_id = new.procedure_id or c.questionnaire_id = new.questionnaire_id) and c.gathering_id is not distinct from new.gathering_id
    and c.kind = new.kind and c.published_at is null
    and c.content <> '{}' and (new.kind <> 'revision' or c.edition_id is not distinct from new.edition_id)
  order by c.id desc limit 1;
  if found then
    new.document_number := case when before.edition_id is not distinct from new.edition_id then before.document_number else '' end;
    new.subject := before.subject;
    new.keywords := before.keywords;
    new.written_on := before.written_on;
    new.proposed_attribute := before.disclosure_attribute;
    new.disclosure_attribute := before.disclosure_attribute;
    new.attribute_reason := before.attribute_reason;
    new.proposed_reason := before.attribute_reason;
  else
    new.subject := coalesce(left((select p.field from procedures p where p.id = new.procedure_id), 60), '');
    new.written_on := china_day(new.prepared_at);
  end if;
  return new;
end $$;

-- As before; papers of gatherings are set aside where these change.
create or replace function clearances_lapse() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if old.state = 'preparing' and new.state = 'preparing' then
    update clearances set withdrawn_at = minyi_clock()
    where procedure_id = new.id and published_at is null and withdrawn_at is null and gathering_id is null;
  end if;
  return null;
end $$;

-- As before, also of a gathering, and the answer to who proposed a hearing.
create or replace function publish_clearance(p_id bigint) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  select case when exists (select from clearances where id = p_id and questionnaire_id is not null) then publish_questionnaire_result(p_id)
    when exists (select from clearances where id = p_id and (gathering_id is not null or kind = 'hearing_answer')) then publish_gathering_paper(p_id)
    else publish_procedure_clearance(p_id) end
$$;

-- The version, what it was made from, and what was prepared after it with the same words.
create function seal_gathering_version(s seals, v published_versions, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare of_paper bigint[];
begin
  -- Publishing takes these rows first, too.
  perform 1 from procedures where id = v.procedure_id for update;
  perform 1 from gatherings where id = v.gathering_id for update;
  of_paper := array(select id from clearances where gathering_id = v.gathering_id and kind = v.kind
    and (published_at is null or content_hash = v.content_hash));
  insert into sealed_contents values (s.id, 'version', v.id,
    concat_ws(e'\n', v.title, v.document_number, v.subject, v.keywords, v.content::text));
  insert into sealed_contents select s.id, 'clearance', id, concat_ws(e'\n', title, reason, document_number, subject, keywords, proposed_reason,
      attribute_reason, review_note, approval_note, content::text)
    from clearances where id = any (of_paper);
  insert into sealed_contents select s.id, 'evaluation', id, reason from evaluations where clearance_id = any (of_paper) and reason <> '';
  insert into sealed_contents select s.id, 'gathering_paper', v.gathering_id, content::text
    from gathering_papers where gathering_id = v.gathering_id and kind = v.kind;
  update gathering_papers set content = '{"title":"—","sections":[],"figuresAt":""}', version = version + 1
    where gathering_id = v.gathering_id and kind = v.kind;
  delete from gathering_files where gathering_id = v.gathering_id
    and kind = case v.kind when 'gathering_notice' then 'notice' when 'participant_list' then 'list' when 'gathering_record' then 'record' end;
  update attachments a set unit_ids = '{}' from clearances c where a.id = c.paper_scan_id and c.id = any (of_paper);
  update clearances set content = '{}', title = '—', reason = '', document_number = '', subject = '', keywords = '', attribute_reason = '',
      proposed_reason = '', review_note = case when review_note = '' then '' else '—' end,
      approval_note = case when approval_note = '' then '' else '—' end,
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, moment) end
    where id = any (of_paper);
  update evaluations set reason = '—' where clearance_id = any (of_paper) and reason <> '';
  update published_versions set content = null, title = '—', document_number = '', subject = '', keywords = '', sealed_at = moment,
    seal_reason = s.reason where id = v.id;
  update public_procedures set version = version + 1 where procedure_id = v.procedure_id;
end $$;

-- As before, also of a gathering.
create or replace function seal_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare v published_versions;
begin
  select * into v from published_versions where id = s.version_id;
  if v.gathering_id is not null then perform seal_gathering_version(s, v, moment); return; end if;
  if v.questionnaire_id is null then perform seal_procedure_version(s, moment); return; end if;
  perform seal_questionnaire_version(s, v, moment);
end $$;

-- A unit that ends hands over its gatherings, and who may see them.
create function gatherings_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update gatherings set unit_id = case when unit_id = new.id then new.successor_id else unit_id end,
    unit_ids = array(select distinct u from unnest(array_append(unit_ids, new.successor_id)) u)
  where new.id = any (unit_ids);
  update hearing_proposals set unit_ids = array(select distinct u from unnest(array_append(unit_ids, new.successor_id)) u)
  where new.id = any (unit_ids);
  return null;
end $$;
create trigger units_gatherings_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function gatherings_succeeded();
grant update on hearing_proposals to minyi_guard;

do $$
declare f text;
begin
  foreach f in array array['organised_gathering(bigint)', 'staffed_gathering(bigint)', 'gathering_event(gatherings, text, text)',
    'gathering_categories_of(bigint)', 'set_gathering_papers_aside(bigint, text)', 'show_gathering(bigint)', 'gatherings_made_public()',
    'gathering_presider_changed()',
    'public_gathering_changed()', 'announced_on(bigint)', 'require_gathering_dates(gatherings, date)', 'require_place(gatherings, gathering_people)',
    'person_left(gatherings, gathering_people)', 'notify_person(text, bigint, jsonb, text)', 'invite_person(gatherings, gathering_people)',
    'notify_gathering(gatherings, text, text, jsonb)', 'gathering_steps(gatherings)', 'list_is_fixed(bigint)',
    'require_gathering_paper(procedures, gatherings, text, jsonb, gathering_changes)', 'publish_gathering_paper(bigint)',
    'change_gathering(gatherings, gathering_changes)', 'tell_selected(gatherings)', 'gathering_file_follows_job()',
    'seal_gathering_version(seals, published_versions, timestamptz)', 'gatherings_succeeded()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['save_gathering(bigint, int, uuid, text, text, jsonb, jsonb)',
    'plan_gathering(bigint, int, date, date, date, text, boolean, int, text)', 'drop_gathering(bigint, int)',
    'name_person(bigint, text, bigint, bigint, bigint, text, text, boolean, uuid, bytea, uuid, text, bytea)', 'change_person(bigint, text)',
    'person_contacts(bigint)', 'person_keys(bigint)', 'save_gathering_paper(bigint, text, int, jsonb)',
    'prepare_gathering_paper(bigint, bigint, text, text, jsonb, text, jsonb)', 'ask_for_gathering_file(bigint, text, text, jsonb)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['refresh_proposals()', 'remind_gatherings()', 'gathering_file_in_making(bigint)',
    'gathering_file_was_made(bigint, int, text, bytea)', 'erase_gathering_files()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
  alter function propose_hearing(text, bytea) owner to minyi_guard;
  grant execute on function propose_hearing(text, bytea) to minyi_public, minyi_staff;
end $$;
