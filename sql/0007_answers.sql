-- Screening, answering and the reconciliation: no result until every submission ended in exactly one way.
set local search_path to minyi;

create table dispositions (
  id bigint generated always as identity primary key,
  opinion_id bigint not null references opinions,
  outcome text not null constraint dispositions_outcome check (outcome in
    ('adopted', 'partly_adopted', 'not_adopted', 'explained', 'transferred', 'invalid')),
  reason text not null constraint dispositions_reason_length check (char_length(reason) between 1 and 4000),
  transferred_to text not null default '',
  invalid_code text constraint dispositions_invalid_code check (invalid_code in ('blank', 'test', 'advertising', 'duplicate', 'unreadable')),
  answered_by bigint not null references staff,
  answered_at timestamptz not null,
  superseded_at timestamptz,
  unit_ids bigint[] not null,
  constraint dispositions_transferred_where check ((outcome = 'transferred') = (transferred_to <> '')),
  constraint dispositions_invalid_why check ((outcome = 'invalid') = (invalid_code is not null))
);
-- Exactly one answer holds at a time; earlier ones stay on record.
create unique index dispositions_one_current on dispositions (opinion_id) where superseded_at is null;
alter table dispositions enable row level security;
grant select on dispositions to minyi_staff, minyi_guard, minyi_intake;
grant insert, update on dispositions to minyi_guard;
create policy dispositions_of_my_units on dispositions for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')));
create policy dispositions_guard on dispositions to minyi_guard using (true) with check (true);
create policy dispositions_intake on dispositions for select to minyi_intake using (true);

create function require_role(p_unit_ids bigint[], variadic p_roles text[]) returns void
language plpgsql stable set search_path = minyi, pg_temp
as $$
begin
  if not actor_is_signed_in() or not p_unit_ids && actor_units_as(variadic p_roles) then
    raise exception 'this needs the role %', array_to_string(p_roles, ' or ') using errcode = '42501', constraint = 'role_required';
  end if;
end $$;
grant execute on function require_role(bigint[], text[]) to minyi_guard;

-- Screens first, publishes later. `shown` and `hidden` are visibility, never an answer. Returns how many changed.
create function screen(p_submission_ids bigint[], p_screening text, p_code text, p_batch uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  changed int := 0;
begin
  for s in select * from submissions where id = any (p_submission_ids) order by id for update loop
    perform require_role(s.unit_ids, 'organiser', 'clerk');
    continue when s.screening = p_screening and s.hidden_code is not distinct from p_code;
    update submissions set screening = p_screening, hidden_code = p_code where id = s.id;
    insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, batch, unit_ids)
    values (minyi_clock(), 'submission', s.id, 'screened', actor_staff(), s.screening, p_screening,
      coalesce(p_code, '') || '<' || coalesce(s.hidden_code, ''), p_batch, s.unit_ids);
    changed := changed + 1;
  end loop;
  return changed;
end $$;

-- Takes back one bulk action, and only where nobody has changed anything since.
create function undo_screening(p_batch uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e record;
  undone int := 0;
begin
  for e in select * from events where batch = p_batch and kind = 'screened' and staff_id = actor_staff() order by subject_id loop
    perform require_role(e.unit_ids, 'organiser', 'clerk');
    continue when exists (select from events n where n.subject = 'submission' and n.subject_id = e.subject_id and n.id > e.id
      and n.kind in ('screened', 'screening_undone'));
    update submissions set screening = e.from_state, hidden_code = nullif(split_part(e.code, '<', 2), '') where id = e.subject_id;
    insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
    values (minyi_clock(), 'submission', e.subject_id, 'screening_undone', actor_staff(), e.to_state, e.from_state, e.unit_ids);
    undone := undone + 1;
  end loop;
  return undone;
end $$;

create function flag_submission(p_submission_id bigint, p_flags text[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then raise exception 'unknown submission' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'secrecy_reviewer');
  update submissions set flags = p_flags where id = s.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'flagged', actor_staff(), array_to_string(s.flags, ','), array_to_string(p_flags, ','), s.unit_ids);
end $$;

-- Splits a submission into several opinions while nothing is answered, or puts it together again with one.
create function split_opinions(p_submission_id bigint, p_bodies text[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then raise exception 'unknown submission' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser');
  if s.sealed_at is not null then
    raise exception 'sealed' using errcode = '23514', constraint = 'submissions_sealed';
  end if;
  -- A page that was opened before would write the words back.
  if s.withdrawn_at is not null then
    raise exception 'withdrawn' using errcode = '23514', constraint = 'submissions_withdrawn';
  end if;
  if exists (select from dispositions d join opinions o on o.id = d.opinion_id where o.submission_id = s.id) then
    raise exception 'answered opinions are not split' using errcode = '23514', constraint = 'opinions_answered';
  end if;
  if cardinality(p_bodies) not between 1 and 20 or exists (select from unnest(p_bodies) b where char_length(b) not between 1 and 5000) then
    raise exception 'between 1 and 20 opinions with text' using errcode = '23514', constraint = 'opinions_split';
  end if;
  delete from opinions where submission_id = s.id;
  insert into opinions (submission_id, ordinal, body, unit_ids)
  select s.id, n, b, s.unit_ids from unnest(p_bodies) with ordinality x (b, n);
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'split', actor_staff(), cardinality(p_bodies)::text, s.unit_ids);
  return cardinality(p_bodies);
end $$;
grant delete on opinions to minyi_guard;

-- One answer for one or several opinions. Earlier answers are superseded, never changed; the same answer given twice is given
-- once. A published result is corrected by answering anew and publishing a new version. Returns how many were answered.
create function answer_opinions(p_opinion_ids bigint[], p_outcome text, p_reason text, p_transferred_to text, p_invalid_code text)
returns int language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  asked record;
  moment timestamptz;
  answered int := 0;
begin
  -- Publishing takes these rows FOR UPDATE: an answer stands in the version just published, or bears a later time than it.
  perform 1 from procedures where id in (select s.procedure_id from opinions o join submissions s on s.id = o.submission_id
    where o.id = any (p_opinion_ids)) order by id for share;
  moment := minyi_clock();
  for asked in
    select o.id, o.unit_ids, s.id as submission_id, s.withdrawn_at, p.state
    from opinions o join submissions s on s.id = o.submission_id join procedures p on p.id = s.procedure_id
    where o.id = any (p_opinion_ids) order by o.id for update of o
  loop
    perform require_role(asked.unit_ids, 'organiser');
    if asked.withdrawn_at is not null then
      raise exception 'withdrawn' using errcode = '23514', constraint = 'dispositions_not_withdrawn';
    end if;
    if asked.state = 'terminated' then
      raise exception 'terminated' using errcode = '23514', constraint = 'dispositions_not_terminated';
    end if;
    answered := answered + 1;
    continue when exists (select from dispositions d where d.opinion_id = asked.id and d.superseded_at is null
      and d.outcome = p_outcome and d.reason = p_reason and d.transferred_to = coalesce(p_transferred_to, '')
      and d.invalid_code is not distinct from p_invalid_code);
    update dispositions set superseded_at = moment where opinion_id = asked.id and superseded_at is null;
    insert into dispositions (opinion_id, outcome, reason, transferred_to, invalid_code, answered_by, answered_at, unit_ids)
    values (asked.id, p_outcome, p_reason, coalesce(p_transferred_to, ''), p_invalid_code, actor_staff(), moment, asked.unit_ids);
    insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
    values (moment, 'submission', asked.submission_id, 'answered', actor_staff(), p_outcome, asked.unit_ids);
  end loop;
  return answered;
end $$;

-- Every submission of a procedure and how it ended; `ending` is null where it has not, and publication waits for it.
-- Only the guard calls this: it must see every row, whoever asks.
create function endings(p_procedure_id bigint)
returns table (submission_id bigint, number text, ending text, opinions bigint, answered bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.id, s.number,
    case when s.withdrawn_at is not null then 'withdrawn'
         when count(*) filter (where d.id is null) > 0 then null
         when bool_and(d.outcome = 'invalid') then 'invalid'
         when bool_and(d.outcome in ('transferred', 'invalid')) then 'transferred'
         else 'answered' end,
    count(*), count(d.id)
  from submissions s left join opinions o on o.submission_id = s.id
  left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
  where s.procedure_id = p_procedure_id
  group by s.id, s.number, s.withdrawn_at
  order by s.id
$$;

-- The same for the people who work on the procedure.
create function reconciliation(p_procedure_id bigint)
returns table (submission_id bigint, number text, ending text, opinions bigint, answered bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_role(p.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')
  from procedures p where p.id = p_procedure_id;
  return query select * from endings(p_procedure_id);
end $$;

-- 先审后发: nothing goes into a result that nobody has looked at.
create function require_screened(p_procedure_id bigint) returns void
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare waiting text;
begin
  select string_agg(number, ' ' order by id) into waiting from submissions
  where procedure_id = p_procedure_id and screening = 'pending' and withdrawn_at is null and sealed_at is null;
  if waiting is not null then
    raise exception 'not every submission is screened' using errcode = '23514', constraint = 'submissions_screened', detail = waiting;
  end if;
end $$;

create function finish_answering(p_procedure_id bigint) returns void
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
  select string_agg(number, ' ') into missing from endings(p.id) where ending is null;
  if missing is not null then
    raise exception 'not every submission has ended' using errcode = '23514', constraint = 'procedures_all_answered', detail = missing;
  end if;
  perform require_screened(p.id);
  update procedures set state = 'answered' where id = p.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
  values (minyi_clock(), 'procedure', p.id, 'answered', actor_staff(), 'closed', 'answered', p.unit_ids);
end $$;

-- The name and phone of an author, still encrypted; each reading is recorded.
create function read_contact(p_submission_id bigint) returns table (id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare s record;
begin
  select * into s from submissions where id = p_submission_id;
  if not found or (s.withdrawn_at is not null or s.sealed_at is not null) and not s.flags && array['threat', 'self_harm'] then return; end if;
  perform require_role(s.unit_ids, variadic array['organiser', 'clerk']
    || case when s.flags && array['threat', 'self_harm'] then array['duty_officer'] else '{}'::text[] end);
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'contact_read', actor_staff(), s.unit_ids);
  return query select c.id, c.key_id, c.sealed from contacts c where c.submission_id = s.id;
end $$;

-- A lost query code is replaced at the counter; the old one stops working.
create function code_version_of(p_submission_id bigint) returns table (key uuid, code_version int)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare s record;
begin
  select * into s from submissions where id = p_submission_id;
  if not found then return; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  return query select s.key, s.code_version;
end $$;

create function reissue_code(p_submission_id bigint, p_version int, p_code_mac bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then return false; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  if p_version <> s.code_version + 1 then return false; end if;
  update submissions set code_version = p_version, code_mac = p_code_mac where id = s.id;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'code_reissued', actor_staff(), s.unit_ids);
  return true;
end $$;

alter function endings(bigint) owner to minyi_guard;
alter function require_screened(bigint) owner to minyi_guard;
alter function require_role(bigint[], text[]) owner to minyi_guard;
do $$
declare f text;
begin
  foreach f in array array['screen(bigint[], text, text, uuid)', 'undo_screening(uuid)', 'flag_submission(bigint, text[])',
    'split_opinions(bigint, text[])', 'answer_opinions(bigint[], text, text, text, text)', 'reconciliation(bigint)',
    'finish_answering(bigint)', 'read_contact(bigint)', 'code_version_of(bigint)', 'reissue_code(bigint, int, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
