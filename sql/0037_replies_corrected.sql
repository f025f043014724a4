-- What is said by letter can be said anew, and what was said before stays on record; an answer taken back leaves its time on record too.
-- The published result counts what letters said, and says in columns of its own where and by when what was adopted takes effect.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, ban-drop-function, require-concurrent-index-creation, adding-not-nullable-field
-- squawk-ignore-file adding-field-with-default, constraint-missing-not-valid, adding-required-field, adding-serial-primary-key-field, disallowed-unique-constraint, adding-foreign-key-constraint
-- (Small tables.)

-- ---- Letters ---------------------------------------------------------------------------------------------------------------------
alter table written_consultations add column version int not null default 1;   -- grows with every rewriting: who saves or sends says what they have read
alter table written_consultations add column key uuid;                         -- of the form it was written with
alter table written_consultations add column dated_on date;                    -- 成文日期: the paper may leave before the button is pressed
-- Until now its paper bore the day it was sent, and only whoever asked could open its scan.
update written_consultations set dated_on = china_day(coalesce(sent_at, created_at));
update attachments t set unit_ids = w.unit_ids || w.asked_ids from written_consultations w where t.id = w.scan_id and w.state = 'sent';
alter table written_consultations alter column dated_on set not null;
alter table written_consultations add constraint written_consultations_key unique (key);
alter table written_consultations add constraint written_consultations_dated check (dated_on <= due_on);

-- Of the replies of one addressee the newest holds; those before it are superseded and stay.
alter table written_replies drop constraint written_replies_pkey;
alter table written_replies add column id bigint generated always as identity primary key;
alter table written_replies add column key uuid;                               -- of the form it came by
alter table written_replies add column superseded_at timestamptz;
alter table written_replies add column replaces bigint references written_replies;   -- the one that it corrects
create unique index written_replies_holding on written_replies (addressee_id) where superseded_at is null;
create unique index written_replies_by_key on written_replies (addressee_id, key);
create index written_replies_replaced on written_replies (replaces) where replaces is not null;

-- Whether replies to a letter are still taken. Who was asked cannot see the procedure.
create function letter_takes_replies(p_written_id bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select w.state = 'sent' and p.state not in ('answered', 'published', 'terminated')
  from written_consultations w join procedures p on p.id = w.procedure_id where w.id = p_written_id
$$;

-- Colleagues of an office hold their roles for every unit, but do not do every unit's work.
create function does_work_of(p_unit_id bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p_unit_id = actor_home_unit() or not exists (select from units h where h.id = actor_home_unit() and h.kind = 'office')
$$;

-- What a letter says and to whom, to be compared with what a form has sent.
create function letter_words(w written_consultations) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select jsonb_build_array(w.title, w.document_number, w.body, w.dated_on, w.due_on, w.silence_agrees,
    (select coalesce(jsonb_agg(a.unit_id order by a.unit_id), '[]') from written_addressees a where a.written_id = w.id and a.unit_id is not null),
    (select coalesce(jsonb_agg(jsonb_build_array(a.organisation, a.email) order by a.ordinal), '[]') from written_addressees a
      where a.written_id = w.id and a.unit_id is null))
$$;

-- Writes a letter, or writes it anew (p_id) while it is not sent, over the version that was read. Its addressees come as they are to stand:
-- units of ours by id, then organisations. The same form sent twice is one letter; sent with other words it is refused. Returns its id.
drop function write_letter(bigint, text, text, text, text, date, boolean, bigint[], text[], text[], uuid[], bytea[]);
create function write_letter(p_id bigint, p_version int, p_procedure text, p_title text, p_document_number text, p_body text, p_dated_on date,
  p_due_on date, p_silence_agrees boolean, p_unit_ids bigint[], p_organisations text[], p_emails text[], p_keys uuid[], p_code_macs bytea[])
returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  w written_consultations;
  words jsonb := jsonb_build_array(p_title, p_document_number, p_body, p_dated_on, p_due_on, p_silence_agrees,
    (select coalesce(jsonb_agg(u order by u), '[]') from unnest(p_unit_ids) u),
    (select coalesce(jsonb_agg(jsonb_build_array(o.name, o.email) order by o.place), '[]')
      from unnest(p_organisations, p_emails) with ordinality o (name, email, place)));
begin
  select * into p from procedures where number = p_procedure for share;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(array[p.unit_id], 'organiser');
  if p_id is null then
    -- Two presses at once: the second waits, and finds the letter.
    perform pg_advisory_xact_lock(hashtextextended(p_keys[1]::text, 37));
    select * into w from written_consultations x where x.key = p_keys[1];
    if found then
      if letter_words(w) <> words then perform refuse('written_consultations_key_reused'); end if;
      return w.id;
    end if;
  else
    select * into w from written_consultations where id = p_id and procedure_id = p.id for update;
    if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
    -- A second press finds its own words.
    if letter_words(w) = words and (w.state <> 'preparing' or w.edition_id is not distinct from p.edition_id) then return w.id; end if;
    if w.state <> 'preparing' then perform refuse('written_consultations_preparing'); end if;
    if w.version <> p_version then perform refuse('written_consultations_changed_meanwhile'); end if;
  end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('written_consultations_in_time'); end if;
  if p_due_on <= china_day(minyi_clock()) then perform refuse('written_consultations_due_ahead'); end if;
  if exists (select from unnest(p_unit_ids) n (id) left join units u on u.id = n.id and u.valid_until is null where u.id is null or u.id = p.unit_id) then
    perform refuse('written_addressees_units_there');
  end if;
  if cardinality(p_unit_ids) + cardinality(p_organisations) not between 1 and 200 then perform refuse('written_addressees_some'); end if;
  if p_id is null then
    insert into written_consultations (number, procedure_id, edition_id, unit_id, unit_ids, title, document_number, body, dated_on, due_on,
      silence_agrees, key, created_by, created_at)
    values (public_number('W', minyi_clock(), nextval('written_numbers')), p.id, p.edition_id, p.unit_id, p.unit_ids, p_title, p_document_number,
      p_body, p_dated_on, p_due_on, p_silence_agrees, p_keys[1], actor_staff(), minyi_clock()) returning * into w;
  else
    update written_consultations set title = p_title, document_number = p_document_number, body = p_body, dated_on = p_dated_on, due_on = p_due_on,
      silence_agrees = p_silence_agrees, edition_id = p.edition_id, version = version + 1 where id = w.id;
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

-- As before; once a letter is sent its scan stays the one that it has, and whoever was asked may open it.
create or replace function attach_letter_scan(p_id bigint, p_attachment_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  w written_consultations;
  hash bytea;
begin
  select * into w from written_consultations where id = p_id for update;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser', 'clerk');
  if w.state = 'sent' and w.scan_id is not null then perform refuse('written_consultations_scan_kept'); end if;
  update attachments set expires_at = null, unit_ids = w.unit_ids || w.asked_ids
  where id = p_attachment_id and uploaded_by = actor_staff() and expires_at is not null returning sha256 into hash;
  if not found then perform refuse('replies_file_missing'); end if;
  update attachments set expires_at = minyi_clock() where id = w.scan_id;
  update written_consultations set scan_id = p_attachment_id where id = w.id;
  perform record_written(w, 'scan_added', encode(hash, 'hex'));
end $$;

-- As before, of the version that was read.
drop function send_letter(bigint);
create function send_letter(p_id bigint, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare w written_consultations;
begin
  -- As everybody does it: the procedure, then its letter.
  perform 1 from procedures p join written_consultations l on l.procedure_id = p.id where l.id = p_id for share of p;
  select * into w from written_consultations where id = p_id for update;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser');
  if w.state = 'sent' then return; end if;
  if w.version <> p_version then perform refuse('written_consultations_changed_meanwhile'); end if;
  if w.document_number = '' then perform refuse('written_consultations_numbered'); end if;
  if w.due_at <= minyi_clock() then perform refuse('written_consultations_due_ahead'); end if;
  if w.dated_on > china_day(minyi_clock()) then perform refuse('written_consultations_dated_ahead'); end if;
  if exists (select from procedures p where p.id = w.procedure_id and p.state in ('answered', 'published', 'terminated')) then
    perform refuse('written_consultations_in_time');
  end if;
  update written_consultations set state = 'sent', sent_by = actor_staff(), sent_at = minyi_clock(),
    asked_ids = array(select a.unit_id from written_addressees a where a.written_id = w.id and a.unit_id is not null order by 1)
  where id = w.id returning * into w;
  update attachments set unit_ids = w.unit_ids || w.asked_ids where id = w.scan_id;
  -- What others are asked about stays as they read it.
  update editions set frozen_at = minyi_clock() where id = w.edition_id and frozen_at is null;
  perform tell_addressee(a, 'written_asked') from written_addressees a where a.written_id = w.id;
  perform record_written(w, 'sent');
end $$;

-- A reply that no longer holds: what was said stays on record, and counts among what was taken back.
create function set_reply_aside(r written_replies) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare moment timestamptz := minyi_clock();
begin
  update written_replies set superseded_at = moment where id = r.id;
  update submissions set withdrawn_at = moment where id = r.submission_id and withdrawn_at is null;
end $$;

-- Takes a reply. Its words become a submission by the channel `written`, which joins the answering. That it is shown says only that nobody has
-- to screen it: no list of comments has it, and a result has its words only if it was released. While the procedure takes it, a later reply
-- supersedes the one that was read (p_replaces; null: none was there). The same form sent twice is one reply; with other words it is refused.
drop function take_letter_reply(written_addressees, text, text, text, date, text, uuid, uuid, bytea, bytea);
create function take_letter_reply(a written_addressees, p_replaces bigint, p_kind text, p_body text, p_via text, p_arrived_on date,
  p_document_number text, p_scan_id uuid, p_key uuid, p_salt bytea, p_code_mac bytea) returns text
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
  select * into r from written_replies where addressee_id = a.id and key = p_key;
  if found then
    -- The day of what comes by itself is that of the press, and a second press may come after midnight.
    if (r.kind, r.via, r.document_number) is distinct from (p_kind, p_via, coalesce(p_document_number, ''))
      or p_via = 'letter' and r.arrived_on <> p_arrived_on
      or exists (select from submissions s where s.id = r.submission_id and s.body not in (p_body, '')) then
      perform refuse('written_replies_key_reused');
    end if;
    return w.number;
  end if;
  select * into r from written_replies where addressee_id = a.id and superseded_at is null;
  if r.id is distinct from p_replaces then perform refuse('written_replies_once'); end if;
  -- What somebody said themselves only they can correct.
  if p_via = 'letter' and r.via <> 'letter' then perform refuse('written_replies_own_words'); end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('written_replies_in_time'); end if;
  if p_arrived_on > china_day(moment) or p_arrived_on < w.dated_on then perform refuse('written_replies_arrived'); end if;
  if r.id is not null then perform set_reply_aside(r); end if;
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
  insert into written_replies (addressee_id, kind, is_late, replied_at, arrived_on, via, document_number, scan_id, submission_id, entered_by, key,
    replaces)
  values (a.id, p_kind, p_arrived_on > w.due_on, moment, p_arrived_on, p_via, coalesce(p_document_number, ''), p_scan_id, made, actor_staff(), p_key,
    p_replaces);
  perform record_written(w, case when p_replaces is null then 'replied' else 'reply_replaced' end, a.id::text);
  perform notify_staff('written_answered', array[w.unit_id], array['organiser', 'clerk'], format('written.%s.answered.%s', a.id, p_key),
    jsonb_build_object('number', w.number, 'written_id', w.id, 'code', p_kind));
  return w.number;
end $$;

-- A unit of ours answers at its desk.
drop function reply_to_letter(bigint, text, text, text, uuid, bytea, bytea);
create function reply_to_letter(p_addressee_id bigint, p_replaces bigint, p_kind text, p_body text, p_document_number text, p_key uuid, p_salt bytea,
  p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare a written_addressees;
begin
  select * into a from written_addressees where id = p_addressee_id and unit_id is not null;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(case when does_work_of(a.unit_id) then array[a.unit_id] else '{}' end, 'organiser', 'clerk', 'approver');
  return take_letter_reply(a, p_replaces, p_kind, p_body, 'desk', china_day(minyi_clock()), p_document_number, null, p_key, p_salt, p_code_mac);
end $$;

-- What came on paper is entered by those who asked, with its scan and the day it came.
drop function enter_letter_reply(bigint, text, text, date, text, uuid, uuid, bytea, bytea);
create function enter_letter_reply(p_addressee_id bigint, p_replaces bigint, p_kind text, p_body text, p_arrived_on date, p_document_number text,
  p_scan_id uuid, p_key uuid, p_salt bytea, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  a written_addressees;
begin
  select * into a from written_addressees where id = p_addressee_id;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(a.unit_ids, 'organiser', 'clerk');
  if not exists (select from written_replies r where r.addressee_id = a.id and r.key = p_key) then
    update attachments set expires_at = null, unit_ids = a.unit_ids where id = p_scan_id and uploaded_by = actor_staff() and expires_at is not null;
    if not found then perform refuse('replies_file_missing'); end if;
  end if;
  return take_letter_reply(a, p_replaces, p_kind, p_body, 'letter', p_arrived_on, p_document_number, p_scan_id, p_key, p_salt, p_code_mac);
end $$;

-- What was entered by mistake, for the wrong addressee perhaps: nobody has replied then. What somebody said themselves only they can correct, and
-- an entry that corrects another is corrected in its turn.
create function take_entry_back(p_reply_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  w written_consultations;
  r written_replies;
begin
  select l.* into w from written_replies x join written_addressees a on a.id = x.addressee_id join written_consultations l on l.id = a.written_id
  where x.id = p_reply_id;
  if not found then raise exception 'unknown reply' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser', 'clerk');
  perform 1 from procedures where id = w.procedure_id for share;
  perform 1 from written_consultations where id = w.id for update;
  select * into r from written_replies where id = p_reply_id;
  if r.superseded_at is not null then return; end if;
  if r.via <> 'letter' then perform refuse('written_replies_own_words'); end if;
  -- Whoever replied before would count as silent.
  if r.replaces is not null then perform refuse('written_replies_corrects'); end if;
  if not letter_takes_replies(w.id) then perform refuse('written_replies_in_time'); end if;
  perform set_reply_aside(r);
  perform record_written(w, 'entry_taken_back', r.addressee_id::text);
end $$;

-- ---- By the link -----------------------------------------------------------------------------------------------------------------
drop function letter_by_code(text, bytea);
create function letter_by_code(p_number text, p_code_mac bytea)
returns table (number text, title text, document_number text, body text, unit_name text, procedure_number text, procedure_public boolean, due_on date,
  due_at timestamptz, silence_agrees boolean, organisation text, reply_id bigint, reply_kind text, replied_at timestamptz, reply_body text,
  can_reply boolean, edition_id bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select w.number, w.title, w.document_number, w.body, u.name, p.number, p.state <> 'preparing', w.due_on, w.due_at, w.silence_agrees, a.organisation,
    r.id, r.kind, r.replied_at, case when s.sealed_at is null and s.withdrawn_at is null then s.body end, letter_takes_replies(w.id), w.edition_id
  from written_addressees a join written_consultations w on w.id = a.written_id and w.state = 'sent' join procedures p on p.id = w.procedure_id
  join units u on u.id = w.unit_id left join written_replies r on r.addressee_id = a.id and r.superseded_at is null
  left join submissions s on s.id = r.submission_id
  where w.number = p_number and a.code_mac = p_code_mac
$$;

drop function reply_by_code(text, bytea, text, text, uuid, bytea, bytea);
create function reply_by_code(p_number text, p_addressee_mac bytea, p_replaces bigint, p_kind text, p_body text, p_key uuid, p_salt bytea,
  p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare a written_addressees;
begin
  select x.* into a from written_addressees x join written_consultations w on w.id = x.written_id and w.state = 'sent'
  where w.number = p_number and x.code_mac = p_addressee_mac;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  return take_letter_reply(a, p_replaces, p_kind, p_body, 'link', china_day(minyi_clock()), '', null, p_key, p_salt, p_code_mac);
end $$;

-- As before, of the reply that holds.
create or replace function given_reply(p_addressee_id bigint) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.body from written_addressees a join written_replies r on r.addressee_id = a.id and r.superseded_at is null
  join submissions s on s.id = r.submission_id
  where a.id = p_addressee_id and actor_is_signed_in() and s.sealed_at is null and s.withdrawn_at is null
    and (array[a.unit_id] && actor_units_as('organiser', 'clerk', 'approver') or a.unit_ids && actor_units_as('organiser', 'clerk'))
$$;
create or replace function release_letter(p_addressee_id bigint, p_agreement text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  a written_addressees;
  w written_consultations;
begin
  select * into a from written_addressees where id = p_addressee_id;
  select * into w from written_consultations where id = a.written_id;
  if not found then raise exception 'unknown letter' using errcode = 'P0002'; end if;
  perform require_role(array[w.unit_id], 'organiser');
  -- As everybody does it: the procedure, then its letter.
  perform 1 from procedures where id = w.procedure_id for share;
  perform 1 from written_consultations where id = w.id for update;
  if not exists (select from written_replies r where r.addressee_id = a.id and r.kind = 'opinion' and r.superseded_at is null) then
    perform refuse('written_replies_released_words');
  end if;
  if p_agreement = '' then perform refuse('written_replies_released'); end if;
  update written_replies set agreement = coalesce(p_agreement, ''), released_by = case when p_agreement is not null then actor_staff() end,
    released_at = case when p_agreement is not null then minyi_clock() end
  where addressee_id = a.id and superseded_at is null and agreement <> coalesce(p_agreement, '');
  if found then
    -- A result that was prepared before says otherwise.
    perform lapse_results(array[w.procedure_id]);
    perform record_written(w, case when p_agreement is null then 'unreleased' else 'released' end, a.id::text);
  end if;
end $$;

-- As before; of a procedure that takes replies, and only whom anybody can tell. Returns how many were told.
create or replace function remind_addressees() returns int
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
      and letter_takes_replies(w.id) and (x.unit_id is not null or x.email <> '')
      and not exists (select from written_replies r where r.addressee_id = x.id and r.superseded_at is null)
  loop
    notice := case when a.due_at > moment then 'written_soon' when not a.silence_agrees then 'written_over' end;
    continue when notice is null
      or notice = 'written_soon' and working_days_between(china_day(moment), a.due_on, null) > days
      or notice = 'written_over' and working_days_between(a.due_on, china_day(moment), null) < 1
      or exists (select from notices n where n.key = format('written.%s.%s', (a.addressee).id, notice));
    perform tell_addressee(a.addressee, notice);
    told := told + exists (select from notices n where n.key = format('written.%s.%s', (a.addressee).id, notice))::int;
  end loop;
  return told;
end $$;

-- As before; a reply that holds is one, and where none is taken any more nobody is reminded.
create or replace function notice_in_delivery(p_job_id bigint)
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
         when n.kind in ('written_soon', 'written_over') then (
           select case when r.id is not null then 'replied' when not letter_takes_replies(x.written_id) then 'over' end
           from written_addressees x left join written_replies r on r.addressee_id = x.id and r.superseded_at is null
           where x.id = (n.facts ->> 'addressee_id')::bigint) end,
    c.id, c.key_id, c.sealed, m.sign_in_name, coalesce(m.email, a.email)
  from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid and n.state = 'waiting'
  left join submissions s on s.id = n.submission_id
  left join contacts c on c.submission_id = s.id
  left join staff m on m.id = n.staff_id
  left join written_addressees a on a.id = n.addressee_id
  left join units u on u.id = (n.facts ->> 'unit_id')::bigint
  where j.id = p_job_id and j.kind = 'deliver_notice' and j.taken_at is not null and j.died_at is null;
end $$;

-- The letters that wait for a reply from the units whose work this person does; where silence agrees, until their day.
create function waiting_letters() returns table (addressee_id bigint, due_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select a.id, w.due_at from written_addressees a join written_consultations w on w.id = a.written_id
  where a.unit_id = any (actor_units_as('organiser', 'clerk', 'approver')) and actor_is_signed_in() and does_work_of(a.unit_id)
    and letter_takes_replies(w.id) and (w.due_at > minyi_clock() or not w.silence_agrees)
    and not exists (select from written_replies r where r.addressee_id = a.id and r.superseded_at is null)
$$;

-- The words of a letter are its writer's official ones: nobody takes them back with a code, and none is given out.
create or replace function reissue_code(p_submission_id bigint, p_version int, p_code_mac bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then return false; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  if s.channel = 'written' then perform refuse('submissions_written_no_code'); end if;
  if p_version <> s.code_version + 1 then return false; end if;
  update submissions set code_version = p_version, code_mac = p_code_mac where id = s.id;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'code_reissued', actor_staff(), s.unit_ids);
  return true;
end $$;
create or replace function withdraw(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
begin
  perform 1 from procedures p where p.id = (select t.procedure_id from submissions t where t.number = p_number) for share;
  -- Locked, so that a scan or a division that comes at the same moment is either deleted here or refused there.
  select t.id, t.withdrawn_at, t.unit_ids, t.procedure_id, t.slip_id, t.channel into s from submissions t
  where t.number = p_number and t.code_mac = p_code_mac for update;
  if not found then return 'unknown'; end if;
  moment := minyi_clock();
  if s.withdrawn_at is not null then return 'already'; end if;
  if s.channel = 'written'
    or not exists (select from procedures p where p.id = s.procedure_id and p.state in ('announced', 'open', 'suspended') and moment < p.closes_at) then
    return 'closed';
  end if;
  update submissions set withdrawn_at = moment, body = '', public_name = null, slip_id = null where id = s.id;
  update opinions set body = '' where submission_id = s.id;
  -- Somebody who may come to harm is still looked after.
  delete from contacts c using submissions t
  where t.id = s.id and c.submission_id = t.id and not t.flags && array['threat', 'self_harm'];
  delete from attachments where id = s.slip_id;
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', s.id, 'withdrawn', s.unit_ids);
  return 'withdrawn';
end $$;

-- ---- What is public of it ----------------------------------------------------------------------------------------------------------
-- As before; how many letters offices have written to each other while it is open is nobody's business yet.
create or replace function refresh_figures() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare changed int;
begin
  with counted as (
    select procedure_id, name, count(*)::bigint as value from submissions s,
      lateral (values ('received'), ('received_' || case when s.channel = 'web' then 'web' else 'other' end)) v (name)
    where s.procedure_id in (select id from procedures where state not in ('preparing', 'published', 'terminated')) and s.channel <> 'written'
    group by procedure_id, name
  )
  insert into public_figures as f (procedure_id, name, value) select procedure_id, name, value from counted
  on conflict (procedure_id, name) do update set value = excluded.value where f.value <> excluded.value;
  get diagnostics changed = row_count;
  return changed;
end $$;
update public_figures f set value = (select count(*) from submissions s
    where s.procedure_id = f.procedure_id and s.channel <> 'written' and (f.name = 'received' or (f.name = 'received_web') = (s.channel = 'web')))
where f.name in ('received', 'received_web', 'received_other')
  and exists (select from submissions s where s.procedure_id = f.procedure_id and s.channel = 'written');

-- Where and by when what was adopted takes effect, and how many say the same and are answered alike: for tables and programs. People read
-- it in the reason.
alter table published_opinions add column effect text not null default '';
alter table published_opinions add column effect_on date;
alter table published_opinions add column alike int not null default 1;
create function published_opinions_sealed() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  new.effect := '';
  new.effect_on := null;
  new.alike := 1;
  return new;
end $$;
create trigger published_opinions_sealed before update of sealed_at on published_opinions
  for each row when (new.sealed_at is not null) execute function published_opinions_sealed();

-- How many offices were asked by letter, and what they said, as a result counts them: late ones by themselves, whatever they said.
create function letter_counts(p_procedure_id bigint) returns table (asked bigint, opinion bigint, nothing bigint, late bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select count(*), count(*) filter (where r.kind = 'opinion' and not r.is_late), count(*) filter (where r.kind = 'none' and not r.is_late),
    count(*) filter (where r.is_late)
  from written_consultations w join written_addressees a on a.written_id = w.id
  left join written_replies r on r.addressee_id = a.id and r.superseded_at is null
  where w.procedure_id = p_procedure_id and w.state = 'sent'
$$;

-- As before; and what is said of channels and of letters is so.
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
    )
    select not exists ((table stated except table on_record) union all (table on_record except table stated))
      and (p_content -> 'counts' ->> 'opinions')::bigint is not distinct from coalesce((select sum(count) from stated), 0)::bigint
      and (p_content -> 'counts' ->> 'submissions')::bigint is not distinct from (select count(*) from endings(p_procedure_id))
      and coalesce(p_content -> 'channels', '{}') = (select submissions from by_channel)
      and (select case when l.asked = 0 then p_content -> 'written' is null
          else ((p_content -> 'written' ->> 'asked')::bigint, (p_content -> 'written' ->> 'opinion')::bigint,
              (p_content -> 'written' ->> 'none')::bigint, (p_content -> 'written' ->> 'late')::bigint,
              (p_content -> 'written' ->> 'deemed')::bigint + (p_content -> 'written' ->> 'unanswered')::bigint)
            is not distinct from (l.asked, l.opinion, l.nothing, l.late, l.asked - l.opinion - l.nothing - l.late) end
        from letter_counts(p_procedure_id) l));
end $$;
-- A result that was prepared before says nothing of its letters.
update clearances set withdrawn_at = minyi_clock() where kind = 'result' and published_at is null and withdrawn_at is null
  and procedure_id in (select procedure_id from written_consultations where state = 'sent');

-- As before, with these columns.
create or replace function publish_clearance(p_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
  d clearances;
  p procedures;
  moment timestamptz;
  next_state text;
  made bigint;
  missing text;
begin
  select * into c from clearances where id = p_id;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  select * into p from procedures where id = c.procedure_id for update;
  select * into c from clearances where id = p_id for update;
  perform require_role(c.unit_ids, 'organiser');
  moment := minyi_clock();
  if c.published_at is not null or c.withdrawn_at is not null or c.approval_granted is not true or c.review_passed is not true
     or c.disclosure_attribute <> 'proactive' then
    raise exception 'not cleared' using errcode = '23514', constraint = 'clearances_cleared';
  end if;
  next_state := p.state;

  if c.kind = 'draft' then
    raise exception 'a draft goes out with its announcement' using errcode = '23514', constraint = 'clearances_draft_alone';
  elsif c.kind in ('announcement', 'correction') then
    select * into d from clearances where procedure_id = p.id and kind = 'draft' and published_at is null and withdrawn_at is null
      and edition_id = coalesce(c.edition_id, p.edition_id) for update;
    if d.approval_granted is not true or d.review_passed is not true or d.disclosure_attribute <> 'proactive' then
      raise exception 'the draft is not cleared' using errcode = '23514', constraint = 'clearances_draft_cleared';
    end if;
    if c.kind = 'announcement' then
      if p.state <> 'preparing' then raise exception 'already announced' using errcode = '23514', constraint = 'clearances_state'; end if;
      if p.closes_at <= moment then raise exception 'the period is over' using errcode = '23514', constraint = 'procedures_period_ahead'; end if;
      -- The day of opening is not counted, so it may be today; a day that nobody knew of counts for nothing.
      if (p.opens_at at time zone 'Asia/Shanghai')::date < (moment at time zone 'Asia/Shanghai')::date then
        raise exception 'the opening has passed' using errcode = '23514', constraint = 'procedures_opening_ahead';
      end if;
      next_state := 'announced';
    elsif state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') then
      raise exception 'no longer open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    perform version_published(d, moment);
    update clearances set published_at = moment where id = d.id;
    update procedures set edition_id = d.edition_id where id = p.id;
  elsif c.kind = 'extension' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') or c.closes_at <= p.closes_at then
      raise exception 'no longer open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    update procedures set closes_at = c.closes_at, entry_until = c.entry_until, extended = true where id = p.id;
  elsif c.kind = 'suspension' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') then
      raise exception 'not open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := 'suspended';
  elsif c.kind = 'resumption' then
    if p.state <> 'suspended' or c.closes_at <= moment or c.closes_at < p.closes_at then
      raise exception 'not suspended' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := case when moment < p.opens_at then 'announced' else 'open' end;
    update procedures set closes_at = c.closes_at, entry_until = c.entry_until, extended = extended or c.closes_at > p.closes_at where id = p.id;
  elsif c.kind = 'termination' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open', 'suspended') then
      raise exception 'not running' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := 'terminated';
    update procedures set closed_at = moment where id = p.id;
  elsif c.kind = 'revision' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('closed', 'answered', 'published') then
      raise exception 'not closed' using errcode = '23514', constraint = 'clearances_state';
    end if;
  elsif c.kind = 'result' then
    if p.state not in ('answered', 'published') then
      raise exception 'not answered' using errcode = '23514', constraint = 'clearances_state';
    end if;
    -- The guard sees every row, whoever publishes.
    select string_agg(number, ' ') into missing from endings(p.id) where ending is null;
    if missing is not null then
      raise exception 'not every submission has ended' using errcode = '23514', constraint = 'procedures_all_answered', detail = missing;
    end if;
    perform require_screened(p.id);
    if not result_reconciles(p.id, c.content) then
      raise exception 'the counts do not add up' using errcode = '23514', constraint = 'result_reconciles';
    end if;
    next_state := 'published';
  end if;

  made := version_published(c, moment);
  if c.kind = 'result' then
    insert into published_opinions (version_id, ordinal, submission_number, label, passage, body, outcome, reason, sealed_at, effect, effect_on, alike)
    select made, r.ordinal, r.number, r.label, coalesce(r.passage, ''), case when s.sealed_at is null then r.body end, r.outcome,
      coalesce(r.reason, ''), s.sealed_at, case when s.sealed_at is null then coalesce(r.effect, '') else '' end,
      case when s.sealed_at is null then r."effectOn" end, case when s.sealed_at is null then coalesce(r.alike, 1) else 1 end
    from jsonb_to_recordset(c.content -> 'opinions') r (ordinal int, number text, label text, passage text, body text, outcome text, reason text,
      effect text, "effectOn" date, alike int)
    join submissions s on s.number = r.number and s.procedure_id = p.id;
    -- The rows live in their own table from here on.
    update published_versions set content = content - 'opinions' where id = made;
  end if;
  update clearances set published_at = moment where id = c.id;
  update procedures set state = next_state where id = p.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  values (moment, 'procedure', p.id, case c.kind when 'announcement' then 'announced' when 'result' then 'published' when 'extension' then 'extended'
      when 'suspension' then 'suspended' when 'resumption' then 'resumed' when 'termination' then 'terminated' when 'revision' then 'revised' else 'corrected' end,
    actor_staff(), p.state, next_state, c.id::text, c.unit_ids);
  return made;
end $$;
-- As before; nor does it stay in these.
create or replace function seal_submission(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  t submissions;
begin
  select * into t from submissions where id = s.submission_id for update;
  insert into sealed_contents values (s.id, 'submission', t.id, concat_ws(e'\n', t.organisation, t.public_name, t.body));
  insert into sealed_contents select s.id, 'opinion', id, body from opinions where submission_id = t.id;
  insert into sealed_contents select s.id, 'disposition', d.id, concat_ws(e'\n', d.reason, nullif(d.effect, ''))
    from dispositions d join opinions o on o.id = d.opinion_id where o.submission_id = t.id;
  insert into sealed_contents
    select s.id, 'published_opinion', row_number() over (order by version_id, ordinal), concat_ws(e'\n', label, body, reason)
    from published_opinions where submission_number = t.number;
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where submission_number = t.number;
  update dispositions d set reason = '—', effect = case when effect = '' then '' else '—' end
    from opinions o where o.id = d.opinion_id and o.submission_id = t.id;
  update opinions set body = '' where submission_id = t.id;
  update submissions set body = '', organisation = '', public_name = null, sealed_at = moment where id = t.id;
  -- The scan of a slip or letter holds the words too: it belongs to no unit any longer.
  update attachments set unit_ids = '{}' where id = t.slip_id;
  -- A clearance still holds a copy of the words.
  update clearances set content = jsonb_set(content, '{opinions}', (
      select coalesce(jsonb_agg(case when o ->> 'number' = t.number then o - '{effect,effectOn,alike}'::text[] || '{"body": null, "label": "—", "reason": "—"}'
        else o end), '[]')
      from jsonb_array_elements(content -> 'opinions') o))
    where procedure_id = t.procedure_id and kind = 'result' and content ? 'opinions';
  update public_procedures set version = version + 1 where procedure_id = t.procedure_id;
end $$;

-- ---- Answers and groups ------------------------------------------------------------------------------------------------------------
-- Holds again what an undone step had superseded: a copy of that answer, so that each keeps the time in which it held.
alter table dispositions add column restores bigint references dispositions;

-- Takes back one's own step: what held before holds again, with its author and from now on, except where somebody has answered anew since.
-- Returns how many are as they were.
create or replace function undo_answers(p_batch uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz;
  units bigint[];
  given bigint[];
  of_submissions bigint[];
begin
  of_submissions := array(select distinct o.submission_id from dispositions d join opinions o on o.id = d.opinion_id
    where d.batch = p_batch and d.answered_by = actor_staff());
  perform 1 from procedures where id in (select procedure_id from opinions where submission_id = any (of_submissions)) order by id for share;
  perform hold_opinions(of_submissions);
  moment := minyi_clock();
  if exists (select from procedures p where p.state = 'terminated' and p.id in (select procedure_id from opinions where submission_id = any (of_submissions))) then
    perform refuse('dispositions_not_terminated');
  end if;
  given := array(select d.id from dispositions d join opinions o on o.id = d.opinion_id join procedures p on p.id = o.procedure_id
    where d.batch = p_batch and d.answered_by = actor_staff() and d.superseded_at is null and o.ending <> 'withdrawn'
    -- Once the answering has ended, nothing is left without an answer.
    and (d.replaces is not null or p.state not in ('answered', 'published')));
  if given = '{}' then perform refuse('dispositions_answered_since'); end if;
  for units in select distinct unit_ids from dispositions where id = any (given) loop perform require_role(units, 'organiser'); end loop;
  perform note_endings(of_submissions, -1);
  update dispositions set superseded_at = moment, undone_at = moment where id = any (given);
  insert into dispositions (opinion_id, outcome, reason, transferred_to, invalid_code, effect, effect_on, batch, replaces, restores, answered_by,
    answered_at, unit_ids)
  select b.opinion_id, b.outcome, b.reason, b.transferred_to, b.invalid_code, b.effect, b.effect_on, b.batch, b.replaces, b.id, b.answered_by,
    moment, b.unit_ids
  from dispositions d join dispositions b on b.id = d.replaces where d.id = any (given) order by b.id;
  update opinions o set version = o.version + 1,
    ending = (select b.outcome from dispositions b where b.id = d.replaces)
  from dispositions d where d.id = any (given) and o.id = d.opinion_id;
  perform groups_changed(array(select opinion_id from dispositions where id = any (given)));
  perform note_endings(of_submissions, 1);
  perform lapse_results(array(select distinct procedure_id from opinions where submission_id = any (of_submissions)));
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  select moment, 'submission', o.submission_id, 'answer_undone', actor_staff(), d.outcome, o.unit_ids
  from dispositions d join opinions o on o.id = d.opinion_id where d.id = any (given);
  return cardinality(given);
end $$;

-- As before. The first opinion stays the one it is, so that what units were asked about it, and have ended without saying anything, keeps its
-- place. What a change carries out, or a unit has spoken of or is asked about, is not divided.
create or replace function split_opinions(p_submission_id bigint, p_bodies text[], p_positions bigint[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  first bigint;
  groups bigint[];
  apart text[];
begin
  perform 1 from procedures where id = (select procedure_id from submissions where id = p_submission_id) for share;
  select * into s from submissions where id = p_submission_id for update;
  if not found then raise exception 'unknown submission' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser');
  perform hold_opinions(array[s.id]);
  if s.sealed_at is not null then perform refuse('submissions_sealed'); end if;
  -- A page that was opened before would write the words back.
  if s.withdrawn_at is not null then perform refuse('submissions_withdrawn'); end if;
  if exists (select from dispositions d join opinions o on o.id = d.opinion_id where o.submission_id = s.id) then perform refuse('opinions_answered'); end if;
  if exists (select from passage_opinions x join opinions o on o.id = x.opinion_id where o.submission_id = s.id) then perform refuse('opinions_linked'); end if;
  if exists (select from opinion_views v join opinions o on o.id = v.opinion_id join cases c on c.id = v.case_id
      where o.submission_id = s.id and (c.is_open or c.answer_id is not null)) then
    perform refuse('opinion_views_opinion');
  end if;
  if cardinality(p_bodies) not between 1 and 20 or cardinality(p_positions) <> cardinality(p_bodies)
    or exists (select from unnest(p_bodies) b where char_length(b) not between 1 and 5000) then
    perform refuse('opinions_split');
  end if;
  if exists (select from unnest(p_positions) n where n is not null
      and not exists (select from passages g where g.edition_id = s.edition_id and g.position = n)) then
    perform refuse('opinions_passage');
  end if;
  perform note_endings(array[s.id], -1);
  groups := array(select group_id from opinions where submission_id = s.id and group_id is not null);
  -- Whoever was taken out of a group stays out while it says the same.
  apart := array(select body from opinions where submission_id = s.id and is_apart);
  update opinions set group_id = null where submission_id = s.id;
  perform regroup(groups);
  select id into first from opinions where submission_id = s.id order by ordinal limit 1;
  update opinion_views set opinion_id = first where opinion_id in (select id from opinions where submission_id = s.id);
  delete from opinions where submission_id = s.id and id <> first;
  update opinions set ordinal = 1, body = p_bodies[1], is_apart = p_bodies[1] = any (apart), wording = null, likeness = null, version = version + 1,
    passage_id = (select g.id from passages g where g.edition_id = s.edition_id and g.position = p_positions[1])
  where id = first;
  insert into opinions (submission_id, ordinal, body, unit_ids, procedure_id, channel, passage_id, is_apart)
  select s.id, n, b, s.unit_ids, s.procedure_id, s.channel,
    (select g.id from passages g where g.edition_id = s.edition_id and g.position = place), b = any (apart)
  from unnest(p_bodies, p_positions) with ordinality x (b, place, n) where n > 1;
  perform note_endings(array[s.id], 1);
  perform fold_again(s.procedure_id);
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'split', actor_staff(), cardinality(p_bodies)::text, s.unit_ids);
  return cardinality(p_bodies);
end $$;

-- As before; what is said of how many are alike in a result that was prepared is said anew. The procedure first, as everybody does it.
create or replace function take_out(p_opinion_ids bigint[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  groups bigint[];
  taken int;
begin
  perform lapse_results(array(select distinct procedure_id from opinions where id = any (p_opinion_ids)));
  perform 1 from opinions where id = any (p_opinion_ids) order by id for update;
  for units in select distinct unit_ids from opinions where id = any (p_opinion_ids) loop perform require_role(units, 'organiser'); end loop;
  groups := array(select distinct group_id from opinions where id = any (p_opinion_ids) and group_id is not null);
  update opinions set group_id = null, wording = null, likeness = null, is_apart = true, version = version + 1
  where id = any (p_opinion_ids) and group_id is not null;
  get diagnostics taken = row_count;
  update opinion_groups set is_by_hand = true where id = any (groups);
  perform regroup(groups);
  return taken;
end $$;
create or replace function join_opinions(p_opinion_ids bigint[]) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  groups bigint[];
  made bigint;
begin
  perform lapse_results(array(select distinct procedure_id from opinions where id = any (p_opinion_ids)));
  perform 1 from opinions where id = any (p_opinion_ids) order by id for update;
  for units in select distinct unit_ids from opinions where id = any (p_opinion_ids) loop perform require_role(units, 'organiser'); end loop;
  if (select count(*) from opinions where id = any (p_opinion_ids) and ending is distinct from 'withdrawn') < 2
    or (select count(distinct (procedure_id, coalesce(passage_id, 0))) from opinions where id = any (p_opinion_ids)) > 1 then
    perform refuse('opinion_groups_one_passage');
  end if;
  groups := array(select distinct group_id from opinions where id = any (p_opinion_ids) and group_id is not null);
  select id into made from opinion_groups where id = any (groups) order by size desc, id limit 1;
  if made is null then
    insert into opinion_groups (procedure_id, passage_id, opinion_id, size, made_at)
    select procedure_id, passage_id, id, 1, minyi_clock() from opinions where id = any (p_opinion_ids) order by id limit 1
    returning id into made;
  end if;
  update opinions set group_id = made, wording = null, likeness = null, is_apart = false, version = version + 1
  where id = any (p_opinion_ids) and ending is distinct from 'withdrawn' and group_id is distinct from made;
  update opinion_groups set is_by_hand = true where id = any (array_append(groups, made));
  perform regroup(array_append(groups, made));
  return made;
end $$;

-- As before; once the answering has ended groups stay as they were answered.
create or replace function ask_for_folding() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  wanted int := case_number_of('fold_percent', 70);
  p record;
  asked int := 0;
begin
  for p in
    select c.id from procedures c left join procedure_foldings f on f.procedure_id = c.id
    cross join lateral (select max(o.id) as last from opinions o where o.procedure_id = c.id) n
    where c.state not in ('preparing', 'answered', 'published', 'terminated') and n.last is not null
      and (f.folded_at is null or f.is_stale or f.threshold <> wanted or n.last > f.last_opinion_id)
      and (f.asked_at is null or f.asked_at < minyi_clock() - interval '1 hour')
      and coalesce(f.folded_at, '-infinity') < minyi_clock() - make_interval(secs => 20 + coalesce(f.milliseconds, 0) * 0.02)
  loop
    insert into procedure_foldings (procedure_id, asked_at) values (p.id, minyi_clock())
    on conflict (procedure_id) do update set asked_at = minyi_clock();
    perform enqueue_job('fold_opinions', jsonb_build_object('procedure', p.id));
    asked := asked + 1;
  end loop;
  return asked;
end $$;

-- As before; it holds nothing but what it puts into a group, and does nothing once the answering has ended.
create or replace function opinions_were_folded(p_job_id bigint, p_threshold int, p_milliseconds int, p_last_id bigint, p_opinion_ids bigint[],
  p_groups int[], p_wordings int[], p_likeness int[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  asked bigint := procedure_in_folding(p_job_id);
  touched bigint[];
  was_skipped boolean;
begin
  if asked is null then return 0; end if;
  insert into procedure_foldings (procedure_id) values (asked) on conflict do nothing;
  if exists (select from procedures where id = asked and state in ('answered', 'published', 'terminated')) then
    update procedure_foldings set asked_at = null where procedure_id = asked;
    return 0;
  end if;
  perform 1 from procedure_foldings where procedure_id = asked for update;
  touched := array(select g.id from opinion_groups g where g.procedure_id = asked and g.threshold <> p_threshold and not g.is_by_hand
    and not exists (select from opinions o where o.group_id = g.id and o.ending is not null));
  update opinions set group_id = null, wording = null, likeness = null where group_id = any (touched);
  delete from opinion_groups where id = any (touched);

  with offered as materialized (
    select x.id, x.key, x.wording, x.likeness, min(o.passage_id) over (partition by x.key) as passage_id
    from unnest(p_opinion_ids, p_groups, p_wordings, p_likeness) x (id, key, wording, likeness) join opinions o on o.id = x.id
  ), settled as (
    select f.key, o.group_id from offered f join opinions o on o.id = f.id
    where o.procedure_id = asked and o.group_id is not null and o.passage_id is not distinct from f.passage_id
  ), wanted as materialized (
    select o.id from offered f join opinions o on o.id = f.id
    where o.procedure_id = asked and o.group_id is null and not o.is_apart and o.ending is distinct from 'withdrawn'
      and o.passage_id is not distinct from f.passage_id
  ), found as materialized (
    -- Waits for nobody: what somebody works on just now is folded the next time.
    select o.id, f.key, f.wording, f.likeness from offered f join opinions o on o.id = f.id
    where o.procedure_id = asked and o.group_id is null and not o.is_apart and o.ending is distinct from 'withdrawn'
      and o.passage_id is not distinct from f.passage_id
    for update of o skip locked
  ), homes as (
    -- The group that most of them are in already, or a new one.
    select distinct on (key) key, group_id from settled group by key, group_id order by key, count(*) desc, group_id
  ), made as (
    insert into opinion_groups (procedure_id, passage_id, opinion_id, threshold, size, version, made_at)
    select asked, o.passage_id, o.id, p_threshold, 0, 0, minyi_clock()
    from (select distinct on (f.key) f.key, f.id from found f where not exists (select from homes h where h.key = f.key)
      and f.key in (select key from found group by key having count(*) > 1) order by f.key, f.wording, f.id) first
    join opinions o on o.id = first.id
    returning id, opinion_id
  ), targets as (
    select key, group_id from homes
    union all
    select f.key, m.id from made m join found f on f.id = m.opinion_id
  ), moved as (
    update opinions o set group_id = t.group_id, wording = f.wording, likeness = f.likeness
    from found f join targets t on t.key = f.key
    where o.id = f.id
    returning o.group_id
  )
  select array_agg(distinct group_id), (select count(*) from found) < (select count(*) from wanted) into touched, was_skipped from moved;
  perform regroup(touched);
  update procedure_foldings set asked_at = null, folded_at = minyi_clock(), threshold = p_threshold, is_stale = was_skipped,
    last_opinion_id = greatest(last_opinion_id, p_last_id), milliseconds = p_milliseconds
  where procedure_id = asked;
  return coalesce(cardinality(touched), 0);
end $$;

-- As before; of a result that corrects another also those whose answer was taken back since.
create or replace function tell_results() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  n record;
  before timestamptz;
  told bigint[];
begin
  select t.version_id, t.last_submission_id, v.procedure_id, v.version into n
  from result_notices t join published_versions v on v.id = t.version_id where t.ended_at is null order by t.version_id limit 1;
  if not found then return 0; end if;
  before := (select max(published_at) from published_versions v where v.procedure_id = n.procedure_id and v.kind = 'result' and v.version < n.version);
  told := array(select s.id from submissions s join contacts c on c.submission_id = s.id
    where s.procedure_id = n.procedure_id and s.id > n.last_submission_id and s.withdrawn_at is null and s.sealed_at is null
      and (before is null or exists (select from opinions o join dispositions d on d.opinion_id = o.id
        where o.submission_id = s.id and (d.superseded_at is null and d.answered_at > before or d.undone_at > before)))
    order by s.id limit 1000);
  perform notify_authors('result', told, array(select 'result.' || n.version_id from unnest(told)),
    array(select jsonb_build_object('code', case when before is null then 'first' else 'again' end) from unnest(told)));
  update result_notices set last_submission_id = coalesce(told[cardinality(told)], last_submission_id),
    ended_at = case when cardinality(told) < 1000 then minyi_clock() end
  where version_id = n.version_id;
  return cardinality(told);
end $$;

-- As before; people as the workbench and the result count them, without those who took back what they sent.
create or replace function programme_consultations(p_programme_id bigint)
returns table (unit_id bigint, unit_name text, number text, title text, opens_at timestamptz, closes_at timestamptz, submissions bigint, opinions bigint,
  people bigint, adopted bigint, partly_adopted bigint, not_adopted bigint, explained bigint, others bigint, unanswered bigint, is_published boolean)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p.unit_id, u.name, p.number, p.title, p.opens_at, p.closes_at, n.submissions, n.opinions, n.people, n.adopted, n.partly_adopted, n.not_adopted,
    n.explained, n.others, n.unanswered, p.state = 'published'
  from procedures p join units u on u.id = p.unit_id
  cross join lateral (
    select coalesce(sum(c.submissions), 0)::bigint as submissions,
      coalesce(sum(c.opinions) filter (where c.ending <> 'withdrawn'), 0)::bigint as opinions,
      coalesce(sum(c.people) filter (where c.ending <> 'withdrawn'), 0)::bigint as people,
      coalesce(sum(c.opinions) filter (where c.ending = 'adopted'), 0)::bigint as adopted,
      coalesce(sum(c.opinions) filter (where c.ending = 'partly_adopted'), 0)::bigint as partly_adopted,
      coalesce(sum(c.opinions) filter (where c.ending = 'not_adopted'), 0)::bigint as not_adopted,
      coalesce(sum(c.opinions) filter (where c.ending = 'explained'), 0)::bigint as explained,
      coalesce(sum(c.opinions) filter (where c.ending in ('transferred', 'invalid')), 0)::bigint as others,
      coalesce(sum(c.opinions) filter (where c.ending = 'open'), 0)::bigint as unanswered
    from ending_counts c where c.procedure_id = p.id) n
  where p.draft_id in (select c.draft_id from programme_cells c where c.programme_id = p_programme_id and c.unit_id = any (actor_units()))
    and p.state not in ('preparing', 'terminated')
  order by u.code, p.id
$$;

-- Who has an opinion open just now, so that two people do not write the same answer. It is a hint that ends by itself: what protects answers is
-- their version.
create table opinion_looks (
  opinion_id bigint not null references opinions on delete cascade,
  staff_id bigint not null references staff,
  seen_at timestamptz not null,
  primary key (opinion_id, staff_id)
);
create index opinion_looks_of_staff on opinion_looks (staff_id);
alter table opinion_looks enable row level security;
grant select on opinion_looks to minyi_staff;
grant select, insert, update, delete on opinion_looks to minyi_guard;
create policy opinion_looks_of_visible on opinion_looks for select to minyi_staff
  using (exists (select from opinions o where o.id = opinion_id));
create policy opinion_looks_guard on opinion_looks to minyi_guard using (true) with check (true);
create function look_at_opinion(p_opinion_id bigint, p_stays boolean) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_role(o.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor') from opinions o where o.id = p_opinion_id;
  if not found then return; end if;
  delete from opinion_looks where staff_id = actor_staff() and (opinion_id = p_opinion_id and not p_stays or seen_at < minyi_clock() - interval '1 hour');
  if p_stays then
    -- It may be divided just now.
    insert into opinion_looks (opinion_id, staff_id, seen_at)
    select o.id, actor_staff(), minyi_clock() from opinions o where o.id = p_opinion_id for key share
    on conflict (opinion_id, staff_id) do update set seen_at = excluded.seen_at;
  end if;
end $$;

-- What a change of the draft carries out was adopted, or waits for its answer: a result does not say no to what the draft has done.
create function linked_opinions_adopted() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  asked bigint := case when tg_table_name = 'opinions' then (to_jsonb(new) ->> 'id')::bigint else (to_jsonb(new) ->> 'opinion_id')::bigint end;
begin
  if exists (select from opinions o join passage_opinions x on x.opinion_id = o.id
      where o.id = asked and o.ending in ('not_adopted', 'explained', 'transferred', 'invalid')) then
    perform refuse('opinions_linked_adopted', (select s.number from opinions o join submissions s on s.id = o.submission_id where o.id = asked));
  end if;
  return null;
end $$;
alter function linked_opinions_adopted() owner to minyi_guard;
-- Links from before, of what was not adopted after all; of a frozen edition nothing changes any more.
delete from passage_opinions x using opinions o, editions e
where o.id = x.opinion_id and e.id = x.edition_id and e.frozen_at is null and o.ending in ('not_adopted', 'explained', 'transferred', 'invalid');
create trigger opinions_linked_adopted after update of ending on opinions for each row
  when (new.ending in ('not_adopted', 'explained', 'transferred', 'invalid') and new.ending is distinct from old.ending)
  execute function linked_opinions_adopted();
create trigger passage_opinions_adopted after insert on passage_opinions for each row execute function linked_opinions_adopted();

-- Filters of the workbench whose matches may be few.
create index opinions_of_ending on opinions (procedure_id, ending, id) where ending is not null;
create index submissions_of_submitter on submissions (procedure_id, submitter, id);

-- The last step of somebody, which they may take back.
create index dispositions_of_author on dispositions (answered_by, id) where superseded_at is null and batch is not null;

-- Texts to begin a reply with are about messages, or about opinions.
alter table reply_templates add column about text not null default 'message' constraint reply_templates_about check (about in ('message', 'opinion'));
alter table reply_templates drop constraint reply_templates_name,
  add constraint reply_templates_name unique nulls not distinct (unit_id, about, name);
insert into reply_templates (unit_id, name, body, about) values
  (null, '采纳', '意见已采纳，草案作了相应修改。', 'opinion'),
  (null, '部分采纳', '意见中可行的部分已采纳，草案作了相应修改；其余部分现阶段还不具备条件，留待以后研究。', 'opinion'),
  (null, '不采纳', '现行规定对此已有明确要求，草案不能另作规定，因此没有采纳。', 'opinion'),
  (null, '解释说明', '草案中已经有这方面的内容，这里作一说明。', 'opinion');

-- How many comments about a procedure bear one of these keys: a table that was imported before is not imported again.
create function comments_with_keys(p_procedure text, p_keys uuid[]) returns bigint
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_role(p.unit_ids, 'organiser', 'clerk') from procedures p where p.number = p_procedure;
  return (select count(*) from submissions s join procedures p on p.id = s.procedure_id where p.number = p_procedure and s.key = any (p_keys));
end $$;

-- ---- Views -----------------------------------------------------------------------------------------------------------------------
-- As before; what one unit has given back keeps nobody from asking another, whom an opinion concerns is not asked about it, and a view is found
-- by the words of its opinion.
create or replace function ask_views(p_opinion_ids bigint[], p_unit_id bigint, p_question text) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  it record;
  made bigint;
  asked int := 0;
begin
  for it in
    select o.id, o.body, p.unit_id, p.title, p.state, s.withdrawn_at, s.sealed_at, s.concerned_unit_ids, s.concerned_staff_ids
    from opinions o join submissions s on s.id = o.submission_id
    join procedures p on p.id = s.procedure_id where o.id = any (p_opinion_ids) order by o.id for update of o
  loop
    perform require_role(array[it.unit_id], 'organiser');
    if it.withdrawn_at is not null then perform refuse('dispositions_not_withdrawn'); end if;
    if it.sealed_at is not null then perform refuse('submissions_sealed'); end if;
    if it.state = 'terminated' then perform refuse('dispositions_not_terminated'); end if;
    if it.unit_id = p_unit_id then perform refuse('opinion_views_other_unit'); end if;
    if p_unit_id = any (it.concerned_unit_ids) then perform refuse('opinion_views_concerned'); end if;
    continue when exists (select from opinion_views v join cases c on c.id = v.case_id
      where v.opinion_id = it.id and c.is_open and c.unit_id = p_unit_id);
    made := owe_case('view', 'opinion', 'V', concat_ws(' · ', nullif(left(it.body, 40), ''), it.title), it.unit_id, p_unit_id);
    insert into opinion_views (case_id, opinion_id, question, asked_by, asked_at)
    values (made, it.id, coalesce(p_question, ''), actor_staff(), minyi_clock());
    update cases set concerned_unit_ids = it.concerned_unit_ids, concerned_staff_ids = it.concerned_staff_ids
    where id = made and (it.concerned_unit_ids, it.concerned_staff_ids) <> ('{}', '{}');
    insert into case_words (case_id, month, grams, unit_ids, added)
    select c.id, month_number(c.received_on), bigrams(concat_ws(' ', c.number, c.title, it.body, p_question)), c.unit_ids,
      concat_ws(' ', it.body, p_question) from cases c where c.id = made;
    asked := asked + 1;
  end loop;
  return asked;
end $$;
insert into case_words (case_id, month, grams, unit_ids, added)
select c.id, month_number(c.received_on), bigrams(concat_ws(' ', c.number, c.title, o.body, v.question)), c.unit_ids, concat_ws(' ', o.body, v.question)
from opinion_views v join cases c on c.id = v.case_id join opinions o on o.id = v.opinion_id where c.state not in ('withdrawn', 'sealed');

-- As before; what units have said of a reply to a letter stays on record with the reply, which was corrected.
create or replace function views_end_with_submission() returns trigger
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
    if new.sealed_at is not null or new.channel <> 'written' then perform blank_case(v.case_id); end if;
    perform release_case(v.case_id, case when new.sealed_at is not null then 'sealed' else 'withdrawn' end);
  end loop;
  return null;
end $$;

-- As before, also what has no author.
create or replace function search_cases(p_words text, p_limit int) returns setof bigint
language plpgsql stable security definer set search_path = minyi, pg_temp
-- One plan for every month, and one that asks the index: a plan a month costs more than the month.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  wanted text[] := regexp_split_to_array(lower(trim(p_words)), '\s+');
  wanted_grams text[] := bigrams(p_words);
  units bigint[] := actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor');
  -- Whoever sees most units would look each of them up for little.
  everywhere boolean := cardinality(units) > 5;
  me bigint := actor_staff();
  mine bigint := actor_home_unit();
  left_over int := least(p_limit, 1000);
  found_now int;
  m int;
begin
  if not actor_is_signed_in() or cardinality(wanted_grams) = 0 then return; end if;
  m := (select max(w.month) from case_words w);
  while m is not null and left_over > 0 loop
    return query
    select c.id from (
      select w.case_id, w.added from case_words w where everywhere and w.month = m and w.grams @> wanted_grams
      union all
      select w.case_id, w.added from case_words w where not everywhere and w.month = m and w.grams @> wanted_grams and w.unit_ids && units
    ) w join cases c on c.id = w.case_id left join submissions s on s.id = c.submission_id
    where c.unit_ids && units and not c.concerned_unit_ids && array[mine] and not c.concerned_staff_ids && array[me]
      -- The pairs may stand apart; the words may not.
      and not exists (select from unnest(wanted) x where position(x in lower(concat_ws(' ', c.number, c.title, c.place, s.body, w.added))) = 0)
    order by c.id desc limit left_over;
    get diagnostics found_now = row_count;
    left_over := left_over - found_now;
    m := (select max(w.month) from case_words w where w.month < m);
  end loop;
end $$;

do $$
declare f text;
begin
  foreach f in array array['letter_words(written_consultations)', 'set_reply_aside(written_replies)', 'letter_counts(bigint)',
    'take_letter_reply(written_addressees, bigint, text, text, text, date, text, uuid, uuid, bytea, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['letter_takes_replies(bigint)', 'does_work_of(bigint)', 'write_letter(bigint, int, text, text, text, text, date, date, boolean, bigint[], text[], text[], uuid[], bytea[])',
    'send_letter(bigint, int)', 'reply_to_letter(bigint, bigint, text, text, text, uuid, bytea, bytea)',
    'enter_letter_reply(bigint, bigint, text, text, date, text, uuid, uuid, bytea, bytea)', 'take_entry_back(bigint)', 'waiting_letters()',
    'look_at_opinion(bigint, boolean)', 'comments_with_keys(text, uuid[])'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['letter_by_code(text, bytea)', 'reply_by_code(text, bytea, bigint, text, text, uuid, bytea, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
end $$;
