-- Who is asked besides the public: units and organisations by letter (书面征求意见), and a unit of ours for its view of an opinion. Both are
-- process information: nothing of them is public by itself.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-foreign-key-constraint, ban-drop-not-null, renaming-table, ban-drop-function,
-- squawk-ignore-file require-concurrent-index-creation
-- (Small tables, and one look at each submission, event and notice, once.)

alter table events drop constraint events_subject;
alter table events add constraint events_subject check (subject in
  ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings', 'rule', 'clock', 'job', 'case', 'programme', 'written'));
alter table notices drop constraint notices_kind;
alter table notices add column addressee_id bigint;
alter table notices drop constraint notices_one_person;
alter table notices add constraint notices_one_person check (num_nonnulls(submission_id, staff_id, addressee_id) = 1);
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received', 'result')
  or addressee_id is not null and kind in ('written_asked', 'written_soon', 'written_over')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review',
    'written_asked', 'written_soon', 'written_over', 'written_answered', 'view_given', 'evaluation', 'programme'));

insert into legal_rules (code, name, kind, amount, day_kind, basis, scope, binding, valid_from) values
  ('written.reply', '回复书面征求意见', 'limit', 7, 'working', '本地做法', '没有查到法定期限；来函写明日期的，以来函为准', false, date '2015-01-01'),
  ('view.opinion', '责任单位对群众意见提出办理意见', 'limit', 5, 'working', '本地做法', '没有查到法定期限；本县的规定另行设置', false, date '2015-01-01'),
  ('view.urgent', '责任单位提出办理意见（紧急）', 'limit', 1, 'working', '本地做法', '没有查到法定期限；本县的规定另行设置', false, date '2015-01-01'),
  ('view.complex', '责任单位提出办理意见（复杂）', 'limit', 10, 'working', '本地做法', '没有查到法定期限；本县的规定另行设置', false, date '2015-01-01'),
  ('view.difficult', '责任单位提出办理意见（疑难）', 'limit', 15, 'working', '本地做法', '没有查到法定期限；本县的规定另行设置', false, date '2015-01-01'),
  ('view.ceiling', '办理意见延期后的最长期限', 'limit', 15, 'working', '本地做法', '没有查到法定期限；本县的规定另行设置', false, date '2015-01-01'),
  ('view.ceiling_difficult', '疑难办理意见延期后的最长期限', 'limit', 20, 'working', '本地做法', '没有查到法定期限；本县的规定另行设置', false, date '2015-01-01');
insert into legal_rules (code, name, kind, amount, measure, day_kind, basis, scope, binding, valid_from) values
  ('view.give_back', '退回不属于本单位的征求办理意见', 'limit', 24, 'hours', 'working', '本地做法', '非工作日不计时；本县的规定另行设置', false, date '2015-01-01');
insert into site_settings (key, value) values ('written_reminder_days', '2');    -- working days before the day, and after it

-- ---- Letters -------------------------------------------------------------------------------------------------------------------
create sequence written_numbers;

create table written_consultations (
  id bigint generated always as identity primary key,
  number text not null constraint written_consultations_number unique,
  procedure_id bigint not null references procedures,   -- also while it is still prepared
  edition_id bigint not null references editions,       -- what the letter is about
  unit_id bigint not null references units,             -- whose letter it is
  unit_ids bigint[] not null,                           -- the units that work on the procedure
  asked_ids bigint[] not null default '{}',             -- units of ours that have been asked
  title text not null constraint written_consultations_title_length check (char_length(title) between 1 and 200),
  document_number text not null default '' constraint written_consultations_document_number_length check (char_length(document_number) <= 60),
  body text not null constraint written_consultations_length check (char_length(body) between 1 and 10000),
  due_on date not null,
  -- Exclusive. The letter names the day, so it does not move with the calendar.
  due_at timestamptz not null generated always as ((due_on + 1)::timestamp at time zone 'Asia/Shanghai') stored,
  silence_agrees boolean not null,                      -- 逾期未回复视为无意见: only if the letter says so
  scan_id uuid references attachments,                  -- the letter with its seal
  state text not null default 'preparing' constraint written_consultations_state check (state in ('preparing', 'sent')),
  created_by bigint not null references staff,
  created_at timestamptz not null,
  sent_by bigint references staff,
  sent_at timestamptz,
  constraint written_consultations_sent check ((state = 'sent') = (sent_at is not null)),
  constraint written_consultations_numbered check (state = 'preparing' or document_number <> ''),
  constraint written_consultations_says_so check (not silence_agrees or position('视为无意见' in body) > 0)
);
create index written_consultations_of_procedure on written_consultations (procedure_id, id);
create index written_consultations_asked on written_consultations using gin (asked_ids);
create index written_consultations_due on written_consultations (due_at) where state = 'sent';

create table written_addressees (
  id bigint generated always as identity primary key,
  written_id bigint not null references written_consultations on delete cascade,
  ordinal int not null,
  unit_id bigint references units,                      -- a unit of ours, which answers at its desk
  organisation text not null default '' constraint written_addressees_organisation_length check (char_length(organisation) <= 100),
  -- The office's address, not a person's.
  email text not null default '' constraint written_addressees_email_form
    check (email = '' or email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and char_length(email) <= 254),
  key uuid not null constraint written_addressees_key unique,       -- what the code of an organisation is derived from
  code_mac bytea constraint written_addressees_code_length check (octet_length(code_mac) = 32),
  unit_ids bigint[] not null,
  constraint written_addressees_ordinal unique (written_id, ordinal),
  constraint written_addressees_unit_once unique (written_id, unit_id),
  constraint written_addressees_one_kind check ((unit_id is null) = (organisation <> '') and (unit_id is null) = (code_mac is not null))
);
alter table notices add constraint notices_addressee foreign key (addressee_id) references written_addressees;
create unique index notices_once_an_addressee on notices (key, addressee_id) where addressee_id is not null;

create table written_replies (
  addressee_id bigint primary key references written_addressees,
  kind text not null constraint written_replies_kind check (kind in ('opinion', 'none')),
  is_late boolean not null,
  replied_at timestamptz not null,
  arrived_on date not null,                             -- on paper: the day it came
  via text not null constraint written_replies_via check (via in ('desk', 'link', 'letter')),
  document_number text not null default '' constraint written_replies_document_number_length check (char_length(document_number) <= 60),
  scan_id uuid references attachments,
  submission_id bigint constraint written_replies_submission unique references submissions,   -- its words, answered like any other
  entered_by bigint references staff,                   -- null: by the link
  -- Letters between offices are not public. One is released if whoever wrote it agrees, and how they did is on record.
  agreement text not null default '' constraint written_replies_agreement_length check (char_length(agreement) <= 500),
  released_by bigint references staff,
  released_at timestamptz,
  constraint written_replies_words check ((kind = 'opinion') = (submission_id is not null)),
  constraint written_replies_on_paper check (via <> 'letter' or scan_id is not null),
  constraint written_replies_released check ((released_at is null) = (agreement = '') and (released_at is null) = (released_by is null)),
  constraint written_replies_released_words check (released_at is null or kind = 'opinion')
);

alter table submissions drop constraint submissions_channel;
alter table submissions add constraint submissions_channel check (channel in
  ('web', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit', 'hotline', 'written'));
alter table submissions drop constraint submissions_staff_channel;
alter table submissions add constraint submissions_staff_channel check (channel = 'written' or (channel = 'web') = (entered_by is null));
grant insert on submissions to minyi_guard;
grant usage on sequence submission_numbers, written_numbers to minyi_guard;

alter table written_consultations enable row level security;
alter table written_addressees enable row level security;
alter table written_replies enable row level security;
grant select on written_consultations, written_addressees, written_replies to minyi_staff;
create policy written_consultations_of_my_units on written_consultations for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
    or asked_ids && (select actor_units_as('organiser', 'clerk', 'approver')));
create policy written_addressees_of_my_units on written_addressees for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
    or array[unit_id] && (select actor_units_as('organiser', 'clerk', 'approver'))
      and exists (select from written_consultations w where w.id = written_id and w.state = 'sent'));
create policy written_replies_of_visible on written_replies for select to minyi_staff
  using (exists (select from written_addressees a where a.id = addressee_id));
do $$
declare t text;
begin
  foreach t in array array['written_consultations', 'written_addressees', 'written_replies'] loop
    execute format('grant select, insert, update on %I to minyi_guard', t);
    execute format('create policy %I on %I to minyi_guard using (true) with check (true)', t || '_guard', t);
  end loop;
end $$;
grant delete on written_addressees to minyi_guard;

create function record_written(w written_consultations, p_kind text, p_code text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'written', w.id, p_kind, actor_staff(), p_code, w.unit_ids)
$$;

-- Writes a letter, or writes it anew (p_id) while it is not sent. Its addressees come as they are to stand: units of ours by id, then
-- organisations. Returns its id.
create function write_letter(p_id bigint, p_procedure text, p_title text, p_document_number text, p_body text, p_due_on date, p_silence_agrees boolean,
  p_unit_ids bigint[], p_organisations text[], p_emails text[], p_keys uuid[], p_code_macs bytea[]) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  w written_consultations;
begin
  select * into p from procedures where number = p_procedure for share;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(array[p.unit_id], 'organiser');
  if p.state in ('answered', 'published', 'terminated') then perform refuse('written_consultations_in_time'); end if;
  if p_due_on <= china_day(minyi_clock()) then perform refuse('written_consultations_due_ahead'); end if;
  if exists (select from unnest(p_unit_ids) n (id) left join units u on u.id = n.id and u.valid_until is null where u.id is null or u.id = p.unit_id) then
    perform refuse('written_addressees_units_there');
  end if;
  if cardinality(p_unit_ids) + cardinality(p_organisations) not between 1 and 200 then perform refuse('written_addressees_some'); end if;
  if p_id is null then
    -- A second press.
    select * into w from written_consultations x where x.id = (select a.written_id from written_addressees a where a.key = any (p_keys) limit 1);
    if found then return w.id; end if;
    insert into written_consultations (number, procedure_id, edition_id, unit_id, unit_ids, title, document_number, body, due_on, silence_agrees,
      created_by, created_at)
    values (public_number('W', minyi_clock(), nextval('written_numbers')), p.id, p.edition_id, p.unit_id, p.unit_ids, p_title, p_document_number,
      p_body, p_due_on, p_silence_agrees, actor_staff(), minyi_clock()) returning * into w;
  else
    select * into w from written_consultations where id = p_id and procedure_id = p.id for update;
    if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
    if w.state <> 'preparing' then perform refuse('written_consultations_preparing'); end if;
    update written_consultations set title = p_title, document_number = p_document_number, body = p_body, due_on = p_due_on,
      silence_agrees = p_silence_agrees, edition_id = p.edition_id where id = w.id;
    delete from written_addressees where written_id = w.id;
  end if;
  insert into written_addressees (written_id, ordinal, unit_id, organisation, email, key, code_mac, unit_ids)
  select w.id, row_number() over (order by a.place), a.unit_id, a.organisation, a.email, a.key, a.code_mac, w.unit_ids
  from (select n.place, n.id as unit_id, '' as organisation, '' as email, k.key, null::bytea as code_mac
      from unnest(p_unit_ids) with ordinality n (id, place) join unnest(p_keys) with ordinality k (key, place) using (place)
    union all select cardinality(p_unit_ids) + o.place, null, o.name, o.email, p_keys[cardinality(p_unit_ids) + o.place], o.mac
      from unnest(p_organisations, p_emails, p_code_macs) with ordinality o (name, email, mac, place)) a;
  perform record_written(w, case when p_id is null then 'written' else 'rewritten' end);
  return w.id;
end $$;

-- The scan of the sealed letter, before or after it is sent.
create function attach_letter_scan(p_id bigint, p_attachment_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare w written_consultations;
begin
  select * into w from written_consultations where id = p_id for update;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser', 'clerk');
  update attachments set expires_at = null, unit_ids = w.unit_ids where id = p_attachment_id and uploaded_by = actor_staff() and expires_at is not null;
  if not found then perform refuse('replies_file_missing'); end if;
  update attachments set expires_at = minyi_clock() where id = w.scan_id;
  update written_consultations set scan_id = p_attachment_id where id = w.id;
  perform record_written(w, 'scan_added');
end $$;

-- What an addressee is told: those of a unit at their desk, an organisation at its office's address, where it gave one.
create function tell_addressee(a written_addressees, p_kind text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  w written_consultations;
  facts jsonb;
  made uuid;
begin
  select * into w from written_consultations where id = a.written_id;
  facts := jsonb_build_object('number', w.number, 'due_on', w.due_on, 'unit_id', w.unit_id, 'addressee_id', a.id,
    'code', case when w.silence_agrees then 'silence_agrees' else 'silence_is_silence' end);
  if a.unit_id is not null then
    perform notify_staff(p_kind, array[a.unit_id], array['organiser', 'clerk', 'approver'], format('written.%s.%s', a.id, p_kind), facts);
  elsif a.email <> '' then
    insert into notices (kind, key, addressee_id, facts, created_at)
    values (p_kind, format('written.%s.%s', a.id, p_kind), a.id, facts, minyi_clock()) on conflict do nothing returning id into made;
    if made is not null then perform enqueue_job('deliver_notice', jsonb_build_object('notice', made)); end if;
  end if;
end $$;

create function send_letter(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare w written_consultations;
begin
  select * into w from written_consultations where id = p_id for update;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser');
  if w.state = 'sent' then return; end if;
  if w.document_number = '' then perform refuse('written_consultations_numbered'); end if;
  if w.due_at <= minyi_clock() then perform refuse('written_consultations_due_ahead'); end if;
  if exists (select from procedures p where p.id = w.procedure_id and p.state in ('answered', 'published', 'terminated')) then
    perform refuse('written_consultations_in_time');
  end if;
  update written_consultations set state = 'sent', sent_by = actor_staff(), sent_at = minyi_clock(),
    asked_ids = array(select a.unit_id from written_addressees a where a.written_id = w.id and a.unit_id is not null order by 1)
  where id = w.id;
  -- What others are asked about stays as they read it.
  update editions set frozen_at = minyi_clock() where id = w.edition_id and frozen_at is null;
  perform tell_addressee(a, 'written_asked') from written_addressees a where a.written_id = w.id;
  perform record_written(w, 'sent');
end $$;

-- Takes a reply, once. Its words become a submission by the channel `written`, which joins the answering. That it is shown says only that
-- nobody has to screen it: no list of comments has it, and a result has its words only if it was released.
create function take_letter_reply(a written_addressees, p_kind text, p_body text, p_via text, p_arrived_on date, p_document_number text, p_scan_id uuid,
  p_key uuid, p_salt bytea, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  w written_consultations;
  p procedures;
  r written_replies;
  moment timestamptz;
  made bigint;
  new_number text;
  organisation_name text;
begin
  -- Publishing takes the procedure FOR UPDATE.
  select x.* into p from procedures x join written_consultations l on l.procedure_id = x.id where l.id = a.written_id for share of x;
  select * into w from written_consultations where id = a.written_id for update;
  moment := minyi_clock();
  if w.state <> 'sent' then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  select * into r from written_replies where addressee_id = a.id;
  if found then
    -- A second press.
    if exists (select from submissions s where s.id = r.submission_id and s.key = p_key) or r.kind = 'none' and p_kind = 'none' then return w.number; end if;
    perform refuse('written_replies_once');
  end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('written_replies_in_time'); end if;
  if p_arrived_on > china_day(moment) or p_arrived_on < china_day(w.sent_at) then perform refuse('written_replies_arrived'); end if;
  if p_kind = 'opinion' then
    if char_length(coalesce(p_body, '')) not between 1 and 5000 then perform refuse('written_replies_length'); end if;
    organisation_name := coalesce((select u.name from units u where u.id = a.unit_id), a.organisation);
    new_number := public_number((select value from site_settings where key = 'number_prefix'), moment, nextval('submission_numbers'));
    insert into submissions (number, key, procedure_id, edition_id, body, channel, received_at, arrived_on, entered_by, slip_id, submitter, organisation,
      public_name, salt, proof, code_mac, screening, unit_ids)
    values (new_number, p_key, p.id, w.edition_id, p_body, 'written', moment, p_arrived_on, actor_staff(), p_scan_id, 'organisation',
      left(organisation_name, 100), null, p_salt,
      sha256(p_salt || convert_to(canonical_form(new_number, p.number, null, 'written', moment, 'organisation', 1, p_body), 'UTF8')),
      p_code_mac, 'shown', p.unit_ids)
    returning id into made;
    insert into opinions (submission_id, body, unit_ids) values (made, p_body, p.unit_ids);
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids) values (moment, 'submission', made, 'received', actor_staff(), p.unit_ids);
  end if;
  insert into written_replies (addressee_id, kind, is_late, replied_at, arrived_on, via, document_number, scan_id, submission_id, entered_by)
  values (a.id, p_kind, p_arrived_on > w.due_on, moment, p_arrived_on, p_via, coalesce(p_document_number, ''), p_scan_id, made, actor_staff());
  perform record_written(w, 'replied', a.id::text);
  perform notify_staff('written_answered', array[w.unit_id], array['organiser', 'clerk'], format('written.%s.answered', a.id),
    jsonb_build_object('number', w.number, 'written_id', w.id, 'code', p_kind));
  return w.number;
end $$;

-- A unit of ours answers at its desk.
create function reply_to_letter(p_addressee_id bigint, p_kind text, p_body text, p_document_number text, p_key uuid, p_salt bytea, p_code_mac bytea)
returns text language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare a written_addressees;
begin
  select * into a from written_addressees where id = p_addressee_id and unit_id is not null;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[a.unit_id], 'organiser', 'clerk', 'approver');
  return take_letter_reply(a, p_kind, p_body, 'desk', china_day(minyi_clock()), p_document_number, null, p_key, p_salt, p_code_mac);
end $$;

-- What came on paper is entered by those who asked, with its scan and the day it came.
create function enter_letter_reply(p_addressee_id bigint, p_kind text, p_body text, p_arrived_on date, p_document_number text, p_scan_id uuid,
  p_key uuid, p_salt bytea, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  a written_addressees;
begin
  select * into a from written_addressees where id = p_addressee_id;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(a.unit_ids, 'organiser', 'clerk');
  if not exists (select from written_replies r where r.addressee_id = a.id) then
    update attachments set expires_at = null, unit_ids = a.unit_ids where id = p_scan_id and uploaded_by = actor_staff() and expires_at is not null;
    if not found then perform refuse('replies_file_missing'); end if;
  end if;
  return take_letter_reply(a, p_kind, p_body, 'letter', p_arrived_on, p_document_number, p_scan_id, p_key, p_salt, p_code_mac);
end $$;

-- ---- By the link -----------------------------------------------------------------------------------------------------------------
-- The letter of an organisation that has its number and code; nothing where they do not belong together.
create function letter_by_code(p_number text, p_code_mac bytea)
returns table (number text, title text, document_number text, body text, unit_name text, procedure_number text, procedure_public boolean, due_on date,
  due_at timestamptz, silence_agrees boolean, organisation text, reply_kind text, replied_at timestamptz, reply_body text, can_reply boolean, edition_id bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select w.number, w.title, w.document_number, w.body, u.name, p.number, p.state <> 'preparing', w.due_on, w.due_at, w.silence_agrees, a.organisation,
    r.kind, r.replied_at, case when s.sealed_at is null and s.withdrawn_at is null then s.body end,
    r.addressee_id is null and p.state not in ('answered', 'published', 'terminated'), w.edition_id
  from written_addressees a join written_consultations w on w.id = a.written_id and w.state = 'sent' join procedures p on p.id = w.procedure_id
  join units u on u.id = w.unit_id left join written_replies r on r.addressee_id = a.id left join submissions s on s.id = r.submission_id
  where w.number = p_number and a.code_mac = p_code_mac
$$;

create function reply_by_code(p_number text, p_addressee_mac bytea, p_kind text, p_body text, p_key uuid, p_salt bytea, p_code_mac bytea)
returns text language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare a written_addressees;
begin
  select x.* into a from written_addressees x join written_consultations w on w.id = x.written_id and w.state = 'sent'
  where w.number = p_number and x.code_mac = p_addressee_mac;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  return take_letter_reply(a, p_kind, p_body, 'link', china_day(minyi_clock()), '', null, p_key, p_salt, p_code_mac);
end $$;

-- The passages that a letter is about, for whoever was asked, at the desk or with the code.
create function letter_passages(p_written_id bigint) returns setof passages
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.* from written_consultations w join passages g on g.edition_id = w.edition_id
  where w.id = p_written_id and w.state = 'sent' and actor_is_signed_in() and w.asked_ids && actor_units_as('organiser', 'clerk', 'approver')
  order by g.position
$$;
create function letter_passages_by_code(p_number text, p_code_mac bytea) returns setof passages
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.* from written_addressees a join written_consultations w on w.id = a.written_id and w.state = 'sent'
  join passages g on g.edition_id = w.edition_id
  where w.number = p_number and a.code_mac = p_code_mac
  order by g.position
$$;

-- What a unit that was asked has replied: it reads its own words, and not the others'.
create function given_reply(p_addressee_id bigint) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.body from written_addressees a join written_replies r on r.addressee_id = a.id join submissions s on s.id = r.submission_id
  where a.id = p_addressee_id and actor_is_signed_in() and s.sealed_at is null and s.withdrawn_at is null
    and (array[a.unit_id] && actor_units_as('organiser', 'clerk', 'approver') or a.unit_ids && actor_units_as('organiser', 'clerk'))
$$;

-- ---- Afterwards --------------------------------------------------------------------------------------------------------------------
-- The words of a letter may stand in the result: its writer has agreed, and how is written down. Null takes it back.
create function release_letter(p_addressee_id bigint, p_agreement text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  a written_addressees;
  w written_consultations;
begin
  select * into a from written_addressees where id = p_addressee_id;
  select * into w from written_consultations where id = a.written_id for update;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser');
  if not exists (select from written_replies r where r.addressee_id = a.id and r.kind = 'opinion') then perform refuse('written_replies_released_words'); end if;
  if p_agreement = '' then perform refuse('written_replies_released'); end if;
  update written_replies set agreement = coalesce(p_agreement, ''), released_by = case when p_agreement is not null then actor_staff() end,
    released_at = case when p_agreement is not null then minyi_clock() end
  where addressee_id = a.id and agreement <> coalesce(p_agreement, '');
  if found then
    -- A result that was prepared before says otherwise.
    perform lapse_results(array[w.procedure_id]);
    perform record_written(w, case when p_agreement is null then 'unreleased' else 'released' end, a.id::text);
  end if;
end $$;

-- A unit that ends hands over the letters it wrote and those it was asked to reply to.
create function letters_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update written_consultations set unit_id = case when unit_id = new.id then new.successor_id else unit_id end,
    unit_ids = case when new.id = any (unit_ids) then unit_ids || new.successor_id else unit_ids end,
    asked_ids = array_replace(asked_ids, new.id, new.successor_id)
  where new.id = any (unit_ids) or new.id = any (asked_ids);
  update written_addressees set unit_ids = unit_ids || new.successor_id where new.id = any (unit_ids);
  update written_addressees a set unit_id = new.successor_id where a.unit_id = new.id
    and not exists (select from written_addressees x where x.written_id = a.written_id and x.unit_id = new.successor_id);
  return null;
end $$;
create trigger units_letters_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function letters_succeeded();

-- Reminds whoever has not replied, once some days before the day that the letter names and once after it. Where silence agrees nobody is
-- reminded after it: there is nothing left to wait for. Returns how many.
create function remind_addressees() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  days int := greatest(1, case_number_of('written_reminder_days', 2));
  a record;
  notice text;
  told int := 0;
begin
  for a in
    select x as addressee, w.due_on, w.due_at, w.silence_agrees from written_consultations w join written_addressees x on x.written_id = w.id
    where w.state = 'sent' and w.due_at between moment - interval '40 days' and moment + make_interval(days => days * 2 + 15)
      and not exists (select from written_replies r where r.addressee_id = x.id)
  loop
    notice := case when a.due_at > moment then 'written_soon' when not a.silence_agrees then 'written_over' end;
    continue when notice is null
      or notice = 'written_soon' and working_days_between(china_day(moment), a.due_on, null) > days
      or notice = 'written_over' and working_days_between(a.due_on, china_day(moment), null) < 1
      or exists (select from notices n where n.key = format('written.%s.%s', (a.addressee).id, notice));
    perform tell_addressee(a.addressee, notice);
    told := told + 1;
  end loop;
  return told;
end $$;

-- As in 0027, and to an organisation that was asked by letter.
drop function notice_in_delivery(bigint);
create function notice_in_delivery(p_job_id bigint)
returns table (id uuid, kind text, facts jsonb, audience text, number text, unit_name text, obstacle text,
  contact_id uuid, key_id text, sealed bytea, sign_in_name text, email text)
language plpgsql stable security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select n.id, n.kind, n.facts, case when n.submission_id is not null then 'author' when n.addressee_id is not null then 'addressee' else 'staff' end,
    coalesce(s.number, n.facts ->> 'number'), u.name,
    case when s.withdrawn_at is not null then 'withdrawn'
         when s.sealed_at is not null then 'sealed'
         when s.id is not null and c.id is null then 'contact_erased'
         when not m.active then 'switched_off'
         when n.staff_id is not null and concerns('case', (n.facts ->> 'case_id')::bigint, n.staff_id) then 'concerned'
         when not m.wants_notices and n.kind <> 'test' then 'not_wished'
         when n.kind in ('written_soon', 'written_over')
           and exists (select from written_replies r where r.addressee_id = (n.facts ->> 'addressee_id')::bigint) then 'replied' end,
    c.id, c.key_id, c.sealed, m.sign_in_name, coalesce(m.email, a.email)
  from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid and n.state = 'waiting'
  left join submissions s on s.id = n.submission_id
  left join contacts c on c.submission_id = s.id
  left join staff m on m.id = n.staff_id
  left join written_addressees a on a.id = n.addressee_id
  left join units u on u.id = (n.facts ->> 'unit_id')::bigint
  where j.id = p_job_id and j.kind = 'deliver_notice' and j.taken_at is not null and j.died_at is null;
end $$;

-- As in 0010; a letter between offices is no comment.
create or replace function shown_comments(p_procedure text, p_before bigint, p_limit int)
returns table (id bigint, position_number text, body text, received_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.id, g.number, s.body, s.received_at
  from submissions s join procedures p on p.id = s.procedure_id left join passages g on g.id = s.passage_id
  where p.number = p_procedure and p.comments_shown and p.state <> 'preparing' and s.screening = 'shown' and s.channel <> 'written'
    and s.withdrawn_at is null and s.sealed_at is null and s.id < p_before
  order by s.id desc limit least(p_limit, 100)
$$;

-- ---- A case that nobody outside waits for ----------------------------------------------------------------------------------------
-- A case hangs on what somebody sent, or on something of its tenant's: then it has no author who is told, nothing of it is published, and
-- it begins with the unit that owes it.
alter table cases drop constraint cases_kind;
alter table cases add constraint cases_kind check (kind in ('message', 'view'));
alter table cases alter column submission_id drop not null;
alter table cases add constraint cases_submitted check ((kind = 'message') = (submission_id is not null));
alter table cases add constraint cases_internal_not_public check (submission_id is not null or not publishable and not wants_publication);
create sequence case_numbers;
grant usage on sequence case_numbers to minyi_guard;

-- For tenants: a case that a unit owes to another from now on. Returns its id.
create function owe_case(p_kind text, p_topic text, p_prefix text, p_title text, p_office_id bigint, p_unit_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  made bigint;
  e bigint;
begin
  if not exists (select from units where id = p_unit_id and valid_until is null) then perform refuse('cases_units_there'); end if;
  insert into cases (number, kind, topic, title, office_id, unit_id, state, received_at, received_on, accepted_at, assigned_at, publishable, clock_id)
  values (public_number(p_prefix, moment, nextval('case_numbers')), p_kind, p_topic, left(p_title, 200), p_office_id, p_unit_id, 'assigned', moment,
    china_day(moment), moment, moment, false, start_clock(p_kind || '.' || p_topic, moment, p_unit_id))
  returning id into made;
  perform copy_case_clock(made);
  insert into case_assignments (case_id, unit_id, assigned_by, assigned_at, clock_id)
  values (made, p_unit_id, actor_staff(), moment, start_clock(p_kind || '.give_back', moment, p_unit_id));
  e := record_case(made, 'assigned', null, 'assigned', p_unit_id::text);
  perform tell_staff(made, 'assigned', array[p_unit_id], array['organiser', 'clerk'], e::text);
  return made;
end $$;

-- As in 0025; what nobody screened has no clock of screening.
create or replace function leave_case(c cases) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if c.screening_clock_id is not null then perform stop_clock(c.screening_clock_id); end if;
  if c.clock_id is not null then perform stop_clock(c.clock_id); end if;
  perform end_assignment(c, 'ended');
end $$;

-- For tenants: what was owed is no longer wanted.
create function release_case(p_id bigint, p_state text) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases;
begin
  select * into c from cases where id = p_id and is_open for update;
  if not found then return false; end if;
  perform leave_case(c);
  perform end_supervision(c.id);
  update cases set state = p_state, warning = 'none', reminders = 0 where id = c.id;
  perform record_consequence(c.id, p_state, c.state, p_state, null);
  return true;
end $$;

-- As before; where there is no author nobody is told.
create or replace function tell_author(p_id bigint, p_kind text, p_event bigint, p_code text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_author(p_kind, c.submission_id, format('case.%s.%s.%s', c.id, p_kind, p_event),
    jsonb_strip_nulls(jsonb_build_object('number', c.number, 'due_on', c.due_on, 'provisional', c.provisional, 'code', p_code,
      -- Who asks what somebody else has asked is answered by the unit of the other case.
      'unit_id', coalesce(c.unit_id, (select r.unit_id from replies r where r.id = c.answer_id)),
      'old_due_on', case p_kind when 'extended' then (select x.old_due_on from case_extensions x where x.case_id = c.id and x.granted
        order by x.decided_at desc limit 1) end)))
  from cases c where c.id = p_id and c.submission_id is not null
$$;

-- As in 0024; `tenant` says which words are for it where it is no message.
create or replace function tell_staff(p_id bigint, p_kind text, p_unit_ids bigint[], p_roles text[], p_event text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_staff(p_kind, array_remove(p_unit_ids, null), p_roles, format('case.%s.%s.%s', c.id, p_kind, p_event),
    jsonb_strip_nulls(jsonb_build_object('case_id', c.id, 'number', c.number, 'tenant', nullif(c.kind, 'message'), 'due_on', c.due_on, 'provisional', c.provisional,
      'unit_id', case p_kind
        when 'given_back' then (select a.unit_id from case_assignments a where a.case_id = c.id order by a.id desc limit 1)
        else coalesce(c.unit_id, c.office_id) end,
      'code', case p_kind
        when 'assigned' then case when p_unit_ids = array[c.unit_id] then 'primary' else 'assisting' end
        when 'extension_decided' then (select case when x.granted then 'granted' else 'refused' end from case_extensions x
          where x.case_id = c.id and x.decided_at is not null order by x.decided_at desc limit 1) end,
      'due_at', case when p_kind = 'assigned' and p_unit_ids = array[c.unit_id] then (select k.due_at from case_assignments a
        join clocks k on k.id = a.clock_id where a.case_id = c.id and a.ended_at is null) end,
      'asked_for_on', case p_kind when 'extension_requested' then (select x.new_due_on from case_extensions x
        where x.case_id = c.id and x.decided_at is null and x.lapsed_at is null) end,
      -- On its last day no number is said.
      'days', nullif(case when p_kind in ('early', 'yellow', 'red') then working_days_between(china_day(minyi_clock()), c.due_on, null)
        when p_kind = 'overdue' then working_days_between(c.due_on, china_day(minyi_clock()), null) end, 0))),
    c.concerned_unit_ids, c.concerned_staff_ids)
  from cases c where c.id = p_id
$$;

-- As in 0018; from what offices ask each other nothing is learnt about the public's words.
create or replace function learn_words(c cases, p_unit_id bigint, p_by int) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into assigned_words as w (gram, unit_id, cases)
  select g, p_unit_id, greatest(p_by, 0) from unnest(bigrams(c.title)) g where p_unit_id is not null and c.submission_id is not null order by g
  on conflict (gram, unit_id) do update set cases = greatest(0, w.cases + p_by)
$$;

-- As in 0028; nobody is called back who did not ask.
create function cases_internal_not_called() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  new.callback := 'none';
  return new;
end $$;
create trigger cases_internal before update of callback on cases for each row
  when (new.submission_id is null and new.callback <> 'none') execute function cases_internal_not_called();

-- The scoreboard is about messages: as in 0020, without other kinds of cases.
create or replace function count_scores(p_case_ids bigint[]) returns setof case_scores
language sql stable set search_path = minyi, pg_temp
as $$
  select c.id, coalesce(c.unit_id, c.office_id), c.received_on, v.valid::int,
    (v.valid and c.state in ('declined', 'redirected', 'information_request'))::int,
    v.answered::int, (v.answered and c.published_at is not null)::int,
    (v.answered and c.is_late is not true)::int, (v.answered and c.is_late is true)::int,
    (c.is_open and c.warning = 'overdue')::int,
    (select count(*) from case_assignments a where a.case_id = c.id and a.ended_how = 'given_back' and a.unit_id = coalesce(c.unit_id, c.office_id))::int,
    (v.valid and exists (select from case_extensions x where x.case_id = c.id and x.granted))::int, case when v.valid then c.reopened else 0 end,
    case when v.answered then coalesce(c.working_days_used, 0) else 0 end,
    case when v.answered then greatest(0, china_day(c.answered_at) - c.received_on) else 0 end,
    (v.valid and r.submission_id is not null)::int, (v.valid and coalesce(r.resolved = 'yes', false))::int,
    case when v.valid then coalesce(r.attitude, 0) else 0 end, case when v.valid then coalesce(r.speed, 0) else 0 end
  from cases c
  cross join lateral (select c.state not in ('invalid', 'duplicate', 'withdrawn') as valid, c.state = 'completed' as answered) v
  left join lateral (select * from message_ratings m where m.submission_id = c.submission_id order by m.round desc limit 1) r on true
  where c.id = any (p_case_ids) and c.kind = 'message'
  union all
  select c.id, a.unit_id, c.received_on, 0, 0, 0, 0, 0, 0, 0, count(*)::int, 0, 0, 0, 0, 0, 0, 0, 0
  from case_assignments a join cases c on c.id = a.case_id
  where a.case_id = any (p_case_ids) and a.ended_how = 'given_back' and a.unit_id <> coalesce(c.unit_id, c.office_id) and c.kind = 'message'
  group by c.id, a.unit_id, c.received_on
$$;
create or replace function inspection_watch()
returns table (today date, oldest_unanswered_on date, last_published_on date, activities bigint, unpublished_rounds bigint, oldest_closed_on date)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select china_day(minyi_clock()), (select min(received_on) from cases where is_open and kind = 'message'),
    (select china_day(max(published_at)) from cases),
    (select count(*) from procedures where state <> 'preparing' and opens_at > minyi_clock() - interval '365 days' and opens_at <= minyi_clock()),
    (select count(*) from procedures where state in ('closed', 'answered')),
    (select min(china_day(closes_at)) from procedures where state in ('closed', 'answered'))
  where actor_is_signed_in() and exists (select from units where kind = 'office' and id = any (actor_units()))
$$;

-- ---- Views of opinions --------------------------------------------------------------------------------------------------------------
-- The organiser asks a unit what it thinks of an opinion. What it says is a reply of the case; the organiser's answers stand in dispositions:
-- together they are the history of the reasoning, and nothing of it is written twice.
create table opinion_views (
  case_id bigint primary key references cases,
  opinion_id bigint not null constraint opinion_views_opinion references opinions,
  question text not null default '' constraint opinion_views_question_length check (char_length(question) <= 1000),
  asked_by bigint not null references staff,
  asked_at timestamptz not null
);
create index opinion_views_of_opinion on opinion_views (opinion_id, case_id);
alter table opinion_views enable row level security;
grant select on opinion_views to minyi_staff;
create policy opinion_views_of_visible_cases on opinion_views for select to minyi_staff
  using (exists (select from cases c where c.id = case_id));
grant select, insert, update on opinion_views to minyi_guard;
create policy opinion_views_guard on opinion_views to minyi_guard using (true) with check (true);

-- Asks a unit about each of these opinions; what it is being asked already is not asked twice. Returns how many cases were opened.
create function ask_views(p_opinion_ids bigint[], p_unit_id bigint, p_question text) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  it record;
  asked int := 0;
begin
  for it in
    select o.id, p.unit_id, p.title, p.state, s.withdrawn_at, s.sealed_at from opinions o join submissions s on s.id = o.submission_id
    join procedures p on p.id = s.procedure_id where o.id = any (p_opinion_ids) order by o.id for update of o
  loop
    perform require_role(array[it.unit_id], 'organiser');
    if it.withdrawn_at is not null then perform refuse('dispositions_not_withdrawn'); end if;
    if it.sealed_at is not null then perform refuse('submissions_sealed'); end if;
    if it.state = 'terminated' then perform refuse('dispositions_not_terminated'); end if;
    if it.unit_id = p_unit_id then perform refuse('opinion_views_other_unit'); end if;
    continue when exists (select from opinion_views v join cases c on c.id = v.case_id
      where v.opinion_id = it.id and c.is_open and coalesce(c.unit_id, p_unit_id) = p_unit_id);
    insert into opinion_views (case_id, opinion_id, question, asked_by, asked_at)
    values (owe_case('view', 'opinion', 'V', it.title, it.unit_id, p_unit_id), it.id, coalesce(p_question, ''), actor_staff(), minyi_clock());
    asked := asked + 1;
  end loop;
  return asked;
end $$;

-- No longer wanted, by those who asked.
create function take_view_back(p_case_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_case_id);
begin
  if not exists (select from opinion_views v where v.case_id = c.id) then raise exception 'unknown view' using errcode = 'P0002'; end if;
  perform require_role(array[c.office_id], 'organiser');
  perform release_case(c.id, 'withdrawn');
end $$;

-- What a unit must see to say what it thinks: the opinion, its passage and the consultation, and nothing else of whoever sent it.
create function opinion_in_view(p_case_id bigint)
returns table (opinion_id bigint, body text, is_gone boolean, question text, asked_by text, asked_at timestamptz, channel text, passage_number text, passage text,
  passage_content text, procedure_number text, procedure_title text, procedure_public boolean, edition_ordinal int)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select o.id, case when s.sealed_at is null and s.withdrawn_at is null then o.body else '' end, s.sealed_at is not null or s.withdrawn_at is not null,
    v.question, a.display_name, v.asked_at, s.channel, g.number,
    concat_ws(' · ', nullif(g.level1, ''), nullif(g.level2, ''), nullif(g.level3, '')), coalesce(nullif(g.text, ''), g.content_elements),
    p.number, p.title, p.state <> 'preparing', e.ordinal
  from opinion_views v join cases c on c.id = v.case_id join opinions o on o.id = v.opinion_id join submissions s on s.id = o.submission_id
  join procedures p on p.id = s.procedure_id join editions e on e.id = s.edition_id join staff a on a.id = v.asked_by
  left join passages g on g.id = o.passage_id
  where v.case_id = p_case_id and actor_is_signed_in()
    and c.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor')
    and actor_home_unit() <> all (c.concerned_unit_ids) and actor_staff() <> all (c.concerned_staff_ids)
$$;

-- What is taken back or sealed needs no view; of what is sealed no word stays, nor of what anybody quoted.
create function views_end_with_submission() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare v record;
begin
  for v in select x.case_id, c.title from opinions o join opinion_views x on x.opinion_id = o.id join cases c on c.id = x.case_id
    where o.submission_id = new.id loop
    if new.sealed_at is not null then
      insert into sealed_contents
      select s.id, 'case_remark', r.id, r.body from seals s join case_remarks r on r.case_id = v.case_id where s.submission_id = new.id and s.declined_at is null
      union all select s.id, 'reply', r.id, r.body from seals s join replies r on r.case_id = v.case_id where s.submission_id = new.id and s.declined_at is null
      on conflict do nothing;
      update attachments set unit_ids = '{}' where id in (select x.attachment_id from replies r join reply_attachments x on x.reply_id = r.id
        where r.case_id = v.case_id union all select r.paper_scan_id from replies r where r.case_id = v.case_id);
      update opinion_views set question = case when question = '' then '' else '—' end where case_id = v.case_id;
    end if;
    perform blank_case(v.case_id);
    perform release_case(v.case_id, case when new.sealed_at is not null then 'sealed' else 'withdrawn' end);
  end loop;
  return null;
end $$;
create trigger submissions_views_end after update of withdrawn_at, sealed_at on submissions
  for each row when (new.kind = 'comment' and (old.withdrawn_at is null and new.withdrawn_at is not null or old.sealed_at is null and new.sealed_at is not null))
  execute function views_end_with_submission();

-- The organiser is told that a view is there.
create function view_given() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform notify_staff('view_given', array[new.office_id], array['organiser'], format('case.%s.view_given', new.id),
    jsonb_build_object('case_id', new.id, 'number', new.number, 'unit_id', new.unit_id));
  return null;
end $$;
create trigger cases_view_given after update of state on cases
  for each row when (new.kind = 'view' and new.state = 'completed' and old.state <> 'completed') execute function view_given();

-- ---- Tables of comments ----------------------------------------------------------------------------------------------------------
-- What 0024 has for tables of messages serves tables of comments about a procedure alike.
alter table message_imports rename to sheet_imports;
alter table sheet_imports add column kind text not null default 'message' constraint sheet_imports_kind check (kind in ('message', 'comment')),
  add column procedure_id bigint references procedures,
  add constraint sheet_imports_about check ((kind = 'comment') = (procedure_id is not null));
update jobs set kind = 'import_sheet' where kind = 'import_messages';

-- As in 0024; with a procedure (its number) it is a table of comments about it.
drop function request_import(uuid, int);
create function request_import(p_upload_id uuid, p_rows int, p_procedure text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  made bigint;
  p procedures;
begin
  perform require_role(actor_units_as('organiser', 'clerk'), 'organiser', 'clerk');
  if p_procedure is not null then
    select * into p from procedures where number = p_procedure;
    if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
    perform require_role(p.unit_ids, 'organiser', 'clerk');
  end if;
  -- As long as the worker may need, were it switched off meanwhile.
  update attachments set expires_at = minyi_clock() + interval '3 days'
  where id = p_upload_id and uploaded_by = actor_staff() and expires_at > minyi_clock();
  if not found then raise exception 'unknown upload' using errcode = 'P0002'; end if;
  insert into sheet_imports (upload_id, staff_id, rows, asked_at, kind, procedure_id)
  values (p_upload_id, actor_staff(), p_rows, minyi_clock(), case when p.id is null then 'message' else 'comment' end, p.id)
  on conflict do nothing returning id into made;
  if made is null then return (select id from sheet_imports where upload_id = p_upload_id); end if;
  perform enqueue_job('import_sheet', jsonb_build_object('import', made));
  return made;
end $$;

-- The worker sees no procedure; it needs the number of this one.
create function import_procedure(p_import_id bigint) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$ select p.number from sheet_imports i join procedures p on p.id = i.procedure_id where i.id = p_import_id $$;

drop function imported_messages(bigint, int);
create function imported_entries(p_import_id bigint, p_limit int)
returns table (case_id bigint, number text, title text, external_number text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select case when c.unit_ids && actor_units() and not concerns('case', c.id, actor_staff()) then c.id end, s.number,
    coalesce(m.title, left(s.body, 40)), concat_ws(' ', m.external_source, m.external_number)
  from sheet_imports i cross join lateral unnest(i.submission_ids) with ordinality t (submission_id, place)
  join submissions s on s.id = t.submission_id left join messages m on m.submission_id = s.id left join cases c on c.submission_id = s.id
  where i.id = p_import_id and i.staff_id = actor_staff() and actor_is_signed_in() order by t.place limit p_limit
$$;

create or replace function import_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.died_at is not null then
    update sheet_imports set state = 'refused', reason = 'given_up', ended_at = new.died_at
    where id = (new.payload ->> 'import')::bigint and ended_at is null;
  else
    update sheet_imports set state = 'waiting', reason = null, ended_at = null
    where id = (new.payload ->> 'import')::bigint and reason = 'given_up';
  end if;
  return null;
end $$;
drop trigger imports_follow on jobs;
create trigger imports_follow after update of died_at on jobs for each row
  when (new.kind = 'import_sheet' and old.died_at is distinct from new.died_at) execute function import_follows_job();

do $$
declare f text;
begin
  foreach f in array array['record_written(written_consultations, text, text)', 'tell_addressee(written_addressees, text)',
    'take_letter_reply(written_addressees, text, text, text, date, text, uuid, uuid, bytea, bytea)', 'owe_case(text, text, text, text, bigint, bigint)',
    'release_case(bigint, text)', 'views_end_with_submission()', 'view_given()', 'cases_internal_not_called()', 'letters_succeeded()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['write_letter(bigint, text, text, text, text, date, boolean, bigint[], text[], text[], uuid[], bytea[])',
    'attach_letter_scan(bigint, uuid)', 'send_letter(bigint)', 'reply_to_letter(bigint, text, text, text, uuid, bytea, bytea)',
    'enter_letter_reply(bigint, text, text, date, text, uuid, uuid, bytea, bytea)', 'letter_passages(bigint)', 'given_reply(bigint)', 'release_letter(bigint, text)',
    'ask_views(bigint[], bigint, text)', 'take_view_back(bigint)', 'opinion_in_view(bigint)', 'request_import(uuid, int, text)',
    'imported_entries(bigint, int)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['letter_by_code(text, bytea)', 'letter_passages_by_code(text, bytea)',
    'reply_by_code(text, bytea, text, text, uuid, bytea, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
  foreach f in array array['remind_addressees()', 'notice_in_delivery(bigint)', 'import_procedure(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
end $$;
