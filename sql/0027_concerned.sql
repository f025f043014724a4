-- Whom a message is about: hidden in every table also from administrators and in letters that wait, screened by somebody whom it does not
-- concern, and never sent on before the office knows who is meant.
set local search_path to minyi;
-- squawk-ignore-file require-concurrent-index-creation

-- ---- Who screens --------------------------------------------------------------------------------------------------------
-- Whether somebody in a unit can screen a case about these units and people.
create function can_screen(p_unit_id bigint, p_unit_ids bigint[], p_staff_ids bigint[]) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p_unit_id <> all (coalesce(p_unit_ids, '{}')) and exists (
    select from staff_roles r join staff s on s.id = r.staff_id
    where r.unit_id = p_unit_id and r.role in ('organiser', 'clerk') and s.active
      and s.id <> all (coalesce(p_staff_ids, '{}')) and s.unit_id <> all (coalesce(p_unit_ids, '{}')))
$$;

-- Which unit screens: the one that is set for this kind, else the first office. If somebody is concerned, one in which there is somebody else
-- goes before one in which nobody can, and a concerned one comes last.
create function screening_office(p_kind text, p_unit_ids bigint[], p_staff_ids bigint[]) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select u.id from units u
  where u.valid_until is null
  order by u.id = any (coalesce(p_unit_ids, '{}')),
    coalesce(cardinality(p_unit_ids), 0) + coalesce(cardinality(p_staff_ids), 0) > 0 and not can_screen(u.id, p_unit_ids, p_staff_ids),
    u.code <> coalesce((select value from site_settings where key = p_kind || '_office'), ''), u.kind <> 'office',
    not exists (select from staff_roles r where r.unit_id = u.id and r.role in ('organiser', 'clerk')), u.id
  limit 1
$$;

-- Most messages name nobody: the usual office is looked up once for all of them.
create or replace function case_office(p_kind text, p_concerned bigint[]) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$ select screening_office(p_kind, p_concerned, '{}') $$;

-- A case has come to a unit that does not usually screen: its people are told, or the first they hear of it is that it is late.
create function cases_elsewhere() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.concerned_staff_ids <> '{}' and not can_screen(new.office_id, new.concerned_unit_ids, new.concerned_staff_ids) then
    update cases set office_id = screening_office(kind, concerned_unit_ids, concerned_staff_ids) where id = new.id returning * into new;
  end if;
  if new.office_id <> screening_office(new.kind, '{}', '{}') then
    perform tell_staff(new.id, 'to_screen', array[new.office_id], array['organiser', 'clerk'], 'screening.' || new.office_id);
  end if;
  return null;
end $$;
-- Fired when the transaction ends, after everything that hangs on a new case is there.
create constraint trigger cases_about_an_office after insert on cases deferrable initially deferred for each row
  when (new.concerned_unit_ids <> '{}' or new.concerned_staff_ids <> '{}') execute function cases_elsewhere();

-- Names that the office has not looked at yet.
create function cases_name_people() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update cases c set concerned_unchecked = true
  from opened o join messages m on m.submission_id = o.submission_id and m.concerned_names <> ''
  where c.id = o.id and o.kind = 'message';
  return null;
end $$;
create trigger cases_of_messages_name_people after insert on cases referencing new table as opened
  for each statement execute function cases_name_people();

-- Whom it concerns, as far as the office knows by now. Where then nobody in the office may see it, another one takes over.
create or replace function set_concerned(p_id bigint, p_unit_ids bigint[], p_staff_ids bigint[], p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  office bigint := c.office_id;
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if not c.concerned_unchecked and (c.concerned_unit_ids, c.concerned_staff_ids) = (p_unit_ids, p_staff_ids) then return; end if;
  perform record_case(p_id, 'concerned_set', null, null, cardinality(p_unit_ids) || '+' || cardinality(p_staff_ids));
  perform remark_case(p_id, 'concerned', p_reason, true);
  if not can_screen(office, p_unit_ids, p_staff_ids) then office := screening_office(c.kind, p_unit_ids, p_staff_ids); end if;
  update cases set concerned_unit_ids = p_unit_ids, concerned_staff_ids = p_staff_ids, concerned_unchecked = false, office_id = office
  where id = p_id;
  if office <> c.office_id then
    perform tell_staff(p_id, 'to_screen', array[office], array['organiser', 'clerk'], 'screening.' || office);
  end if;
end $$;

-- ---- What they might learn in other ways ------------------------------------------------------------------------------------
-- To whom it concerns, a submission is one that does not exist.
create or replace function events_by_the_concerned() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  if concerns(new.subject, new.subject_id, new.staff_id) then
    raise exception 'unknown %', new.subject using errcode = 'P0002';
  end if;
  return new;
end $$;

create or replace function seals_by_the_concerned() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  if concerns('submission', new.submission_id, actor_staff()) then
    raise exception 'unknown target' using errcode = 'P0002';
  end if;
  return new;
end $$;

drop policy events_of_my_units on events;
create policy events_of_my_units on events for select to minyi_staff
  using (case subject
    -- Whoever has it now reads what happened before, too.
    when 'case' then exists (select from cases c where c.id = subject_id)
    when 'submission' then exists (select from submissions s where s.id = subject_id)
    else unit_ids && (select actor_units()) or (select actor_is('administrator')) end);
revoke execute on function concerns(text, bigint, bigint) from minyi_staff;

create or replace function code_version_of(p_submission_id bigint) returns table (key uuid, code_version int)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare s record;
begin
  select * into s from submissions where id = p_submission_id;
  if not found or concerns('submission', s.id, actor_staff()) then return; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  return query select s.key, s.code_version;
end $$;

create or replace function messages_of_same_phone(p_submission_id bigint) returns int
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select t.id, t.unit_ids, c.phone_index into s from submissions t left join contacts c on c.submission_id = t.id where t.id = p_submission_id;
  if not found or concerns('submission', s.id, actor_staff()) then return 0; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor');
  return (select count(*) from contacts c join submissions t on t.id = c.submission_id
    where c.phone_index = s.phone_index and t.id < s.id and t.kind = 'message' and not concerns('submission', t.id, actor_staff()));
end $$;

-- The name and phone of an author, still encrypted; each reading is recorded. Of what a unit owes an answer, for those who owe it now: a
-- unit that gave it back has no more use for them.
create or replace function read_contact(p_submission_id bigint) returns table (id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  s record;
  units bigint[];
begin
  select * into s from submissions where id = p_submission_id;
  if not found or concerns('submission', s.id, actor_staff())
    or (s.withdrawn_at is not null or s.sealed_at is not null) and not s.flags && array['threat', 'self_harm'] then return; end if;
  select case_units(c) into units from cases c where c.submission_id = s.id;
  units := coalesce(units, s.unit_ids);
  perform require_role(units, 'organiser', 'clerk') where not s.flags && array['threat', 'self_harm'];
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'duty_officer') where s.flags && array['threat', 'self_harm'];
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'contact_read', actor_staff(), s.unit_ids);
  return query select c.id, c.key_id, c.sealed from contacts c where c.submission_id = s.id;
end $$;

-- An administrator sees that letters wait or failed, not what they are about.
revoke select on notices from minyi_staff;
grant select (id, kind, staff_id, state, reason, channel, created_at, ended_at) on notices to minyi_staff;

-- A letter that waits is not delivered to somebody whom its case turned out to be about.
create or replace function notice_in_delivery(p_job_id bigint)
returns table (id uuid, kind text, facts jsonb, to_author boolean, number text, unit_name text, obstacle text,
  contact_id uuid, key_id text, sealed bytea, sign_in_name text, email text)
language plpgsql stable security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select n.id, n.kind, n.facts, n.submission_id is not null, coalesce(s.number, n.facts ->> 'number'), u.name,
    case when s.withdrawn_at is not null then 'withdrawn'
         when s.sealed_at is not null then 'sealed'
         when s.id is not null and c.id is null then 'contact_erased'
         when not m.active then 'switched_off'
         when n.staff_id is not null and concerns('case', (n.facts ->> 'case_id')::bigint, n.staff_id) then 'concerned'
         when not m.wants_notices and n.kind <> 'test' then 'not_wished' end,
    c.id, c.key_id, c.sealed, m.sign_in_name, m.email
  from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid and n.state = 'waiting'
  left join submissions s on s.id = n.submission_id
  left join contacts c on c.submission_id = s.id
  left join staff m on m.id = n.staff_id
  left join units u on u.id = (n.facts ->> 'unit_id')::bigint
  where j.id = p_job_id and j.kind = 'deliver_notice' and j.taken_at is not null and j.died_at is null;
end $$;

-- Supervisors read the files of cases, not those of comments.
create index submissions_by_slip on submissions (slip_id) where slip_id is not null;
create index replies_by_scan on replies (paper_scan_id) where paper_scan_id is not null;
create index reply_attachments_by_file on reply_attachments (attachment_id);
drop policy attachments_of_my_units on attachments;
create policy attachments_of_my_units on attachments for select to minyi_staff
  using ((unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
      or unit_ids && (select actor_units_as('supervisor')) and (
        exists (select from submission_attachments f where f.attachment_id = attachments.id)
        or exists (select from reply_attachments f where f.attachment_id = attachments.id)
        or exists (select from replies r where r.paper_scan_id = attachments.id)
        or exists (select from submissions s where s.slip_id = attachments.id))
      or uploaded_by = (select actor_staff()) and expires_at is not null)
    and not concerned_unit_ids && array[(select actor_home_unit())] and not concerned_staff_ids && array[(select actor_staff())]);

do $$
declare f text;
begin
  foreach f in array array['can_screen(bigint, bigint[], bigint[])', 'screening_office(text, bigint[], bigint[])', 'cases_elsewhere()',
    'cases_name_people()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
end $$;
