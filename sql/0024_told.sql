-- What people are told, whole: every line of a letter has its fact, a pause is told with its reason, and a unit hears once a working day
-- what it has to do. Files of an answer reach its author. Tables of messages are imported by the worker.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- (Widened only: every row there fits.)

alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received')
  or staff_id is not null and kind in ('assigned', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test'));

-- ---- The facts of letters ------------------------------------------------------------------------------------------------------
create or replace function tell_author(p_id bigint, p_kind text, p_event bigint, p_code text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_author(p_kind, c.submission_id, format('case.%s.%s.%s', c.id, p_kind, p_event),
    jsonb_strip_nulls(jsonb_build_object('number', c.number, 'due_on', c.due_on, 'provisional', c.provisional, 'code', p_code,
      -- Who asks what somebody else has asked is answered by the unit of the other case.
      'unit_id', coalesce(c.unit_id, (select r.unit_id from replies r where r.id = c.answer_id)),
      'old_due_on', case p_kind when 'extended' then (select x.old_due_on from case_extensions x where x.case_id = c.id and x.granted
        order by x.decided_at desc limit 1) end)))
  from cases c where c.id = p_id
$$;

-- What has just happened to the case stands in its tables by now: the facts of each kind are read from there.
create or replace function tell_staff(p_id bigint, p_kind text, p_unit_ids bigint[], p_roles text[], p_event text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_staff(p_kind, array_remove(p_unit_ids, null), p_roles, format('case.%s.%s.%s', c.id, p_kind, p_event),
    jsonb_strip_nulls(jsonb_build_object('case_id', c.id, 'number', c.number, 'due_on', c.due_on, 'provisional', c.provisional,
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

-- ---- On the receipt --------------------------------------------------------------------------------------------------------------
-- As in 0019; of a case that repeats another one it says by when that one is answered, and shows that answer once it is published: its
-- author wrote to the county and not to the other.
create or replace function message_receipt(p_number text, p_code_mac bytea)
returns table (number text, kind text, title text, body text, place text, wished_unit text, wished_unit_code text, concerned_units text,
  concerned_unit_codes text, concerned_names text, channel text, received_at timestamptz, arrived_on date, proof bytea, salt bytea,
  recording_hash text, file_hashes text, files jsonb, has_recording boolean, may_be_published boolean, withdrawn_at timestamptz,
  sealed_at timestamptz, state text, ending_code text, ending_text text, original_number text, unit text, due_on date, provisional boolean,
  is_late boolean, is_paused boolean, working_days int, answered_at timestamptz, reopened int, is_public boolean, clock jsonb,
  history jsonb, answers jsonb, additions jsonb, ratings jsonb, can_add boolean, can_withdraw boolean, can_rate boolean, can_reopen boolean)
language plpgsql stable security definer set search_path = minyi, pg_temp
-- Planning it, over all the months of events, takes ten times as long as running it: one plan for a session.
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select s.number, m.kind, m.title, s.body, m.place, w.name, w.code,
    (select string_agg(u.name, '、' order by u.code) from units u where u.id = any (told.concerned)),
    (select string_agg(u.code, ' ' order by u.code) from units u where u.id = any (told.concerned)),
    m.concerned_names, s.channel, s.received_at, s.arrived_on, s.proof, s.salt,
    (select encode(a.sha256, 'hex') from submission_attachments f join attachments a on a.id = f.attachment_id
     where f.submission_id = s.id and f.ordinal = 0),
    (select string_agg(encode(a.sha256, 'hex'), ' ' order by f.ordinal) from submission_attachments f join attachments a on a.id = f.attachment_id
     where f.submission_id = s.id and f.ordinal > 0),
    (select jsonb_agg(jsonb_build_object('name', a.name, 'size', a.size) order by f.ordinal)
     from submission_attachments f join attachments a on a.id = f.attachment_id where f.submission_id = s.id and f.ordinal > 0),
    exists (select from submission_attachments f where f.submission_id = s.id and f.ordinal = 0),
    m.may_be_published, s.withdrawn_at, s.sealed_at, c.state, c.ending_code, c.ending_text,
    (select p.number from public_messages p where p.case_id = c.original_id and p.sealed_at is null),
    u.name, case when o.id is null then c.due_on when o.is_open and o.state <> 'received' and o.paused_at is null then o.due_on end,
    case when o.id is null then c.provisional else o.provisional end, coalesce(c.is_late, c.warning = 'overdue'), c.paused_at is not null, c.working_days_used, c.answered_at,
    c.reopened, exists (select from public_messages p where p.case_id = c.id and p.published_at is not null and p.sealed_at is null),
    -- What the counting day by day is made from.
    (select jsonb_build_object('rule', k.rule_id, 'unit', k.unit_id, 'started', extract(epoch from k.started_at),
       'extended_to', k.extended_to, 'extended', extract(epoch from k.extended_at),
       'pauses', (select coalesce(jsonb_agg(jsonb_build_object('from', extract(epoch from p.from_at), 'until', extract(epoch from p.until_at))
          order by p.from_at), '[]') from clock_pauses p where p.clock_id = k.id))
     from clocks k where k.id = case when c.state = 'received' then c.screening_clock_id else c.clock_id end),
    (select jsonb_agg(jsonb_build_object('at', extract(epoch from e.at),
       'kind', e.kind || case when e.kind in ('screened', 'rescreened') then '_' || e.to_state else '' end) order by e.at, e.id) from events e
     where e.subject = 'case' and e.subject_id = c.id),
    -- Who asks what somebody else has asked is answered with that answer, once everyone may read it.
    (select jsonb_agg(jsonb_build_object('body', case when r.case_id = c.id then r.body else r.public_answer end, 'unit', v.name,
       'at', extract(epoch from r.told_at)) order by r.ordinal)
     from replies r join units v on v.id = r.unit_id
     where r.told_at is not null and (r.case_id = c.id or o.id is not null and r.id = o.answer_id and r.published_at is not null
       and exists (select from public_messages p where p.case_id = o.id and p.published_at is not null and p.sealed_at is null))),
    (select jsonb_agg(jsonb_build_object('body', a.body, 'at', extract(epoch from a.added_at)) order by a.ordinal)
     from message_additions a where a.submission_id = s.id),
    (select jsonb_agg(jsonb_build_object('round', t.round, 'resolved', t.resolved, 'attitude', t.attitude, 'speed', t.speed, 'reason', t.reason)
       order by t.round) from message_ratings t where t.submission_id = s.id),
    told.holds and c.is_open and (select count(*) < 20 from message_additions a where a.submission_id = s.id),
    told.holds and c.state in ('received', 'accepted', 'assigned', 'reviewing') and c.answered_at is null,
    told.holds and c.state = 'completed' and not exists (select from message_ratings t where t.submission_id = s.id and t.round = c.reopened),
    told.holds and c.state = 'completed' and c.reopened = 0
  from submissions s join messages m on m.submission_id = s.id join cases c on c.submission_id = s.id
  left join cases o on o.id = c.original_id and c.state = 'duplicate'
  left join units w on w.id = m.wished_unit_id left join units u on u.id = coalesce(c.unit_id, c.office_id)
  cross join lateral (select s.withdrawn_at is null and s.sealed_at is null as holds, m.told_unit_ids as concerned) told
  where s.number = p_number and s.code_mac = p_code_mac;
end $$;

-- Why it takes longer, in the words of who works on it: of each pause, and of each extension that was granted.
create function receipt_reasons(p_number text, p_code_mac bytea) returns table (at timestamptz, kind text, body text, old_due_on date)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select w.at, w.kind, w.body, w.old_due_on
  from submissions s join cases c on c.submission_id = s.id
  cross join lateral (
    select r.at, r.kind, r.body, null::date as old_due_on from case_remarks r where r.case_id = c.id and r.kind = 'pause' and r.to_citizen
    union all
    select x.decided_at, 'extension', x.reason, x.old_due_on from case_extensions x where x.case_id = c.id and x.granted
  ) w
  where s.number = p_number and s.code_mac = p_code_mac and s.withdrawn_at is null and s.sealed_at is null
  order by w.at
$$;

-- The files of the answers that were told to the author of a case, with the place of their answer among them, from 1. Those of an
-- answer to somebody else's question are not among them: nobody has reviewed them for others.
grant select on attachment_chunks to minyi_guard;
create policy attachment_chunks_guard on attachment_chunks for select to minyi_guard using (true);
create function answer_files(p_number text, p_code_mac bytea)
returns table (answer int, id uuid, name text, media_type text, size int, seconds real)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select r.place, a.id, a.name, a.media_type, a.size, a.seconds
  from submissions s join cases c on c.submission_id = s.id
  cross join lateral (select t.id, (row_number() over (order by t.ordinal))::int as place from replies t
    where t.case_id = c.id and t.told_at is not null) r
  join reply_attachments x on x.reply_id = r.id join attachments a on a.id = x.attachment_id
  where s.number = p_number and s.code_mac = p_code_mac and s.sealed_at is null
  order by r.place, x.ordinal
$$;

-- One piece of such a file; null after the last.
create function answer_file_chunk(p_number text, p_code_mac bytea, p_id uuid, p_ordinal int) returns bytea
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select k.data from answer_files(p_number, p_code_mac) f join attachment_chunks k on k.attachment_id = f.id
  where f.id = p_id and k.ordinal = p_ordinal
$$;

-- ---- Once a working day ------------------------------------------------------------------------------------------------------------
insert into site_settings (key, value) values ('case_digest', '1');

-- Tells each unit what it has open, what is due soon, what is overdue; once a working day of its own, and not where nothing is open.
-- A case that is about one of its people counts in none: the letter goes to all of them. Returns how many units were told.
create function send_digests() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  today date := china_day(minyi_clock());
  early int := case_number_of('case_early_days', 2);
  u record;
  told int := 0;
begin
  if case_number_of('case_digest', 1) = 0 then return 0; end if;
  for u in
    select coalesce(c.unit_id, c.office_id) as id, count(*) as open, count(*) filter (where c.paused_at is null and c.due_on < today) as overdue,
      count(*) filter (where c.paused_at is null and c.due_on >= today and working_days_between(today, c.due_on, null) <= early) as soon
    from cases c where c.is_open and c.concerned_staff_ids = '{}'
    group by 1 having working_days_between(today - 1, today, coalesce(c.unit_id, c.office_id)) = 1
  loop
    perform notify_staff('digest', array[u.id], array['organiser', 'clerk'], format('digest.%s.%s', u.id, today),
      jsonb_strip_nulls(jsonb_build_object('unit_id', u.id, 'open', u.open, 'soon', nullif(u.soon, 0), 'days', early,
        'overdue', nullif(u.overdue, 0))));
    told := told + 1;
  end loop;
  return told;
end $$;

-- ---- Tables of messages --------------------------------------------------------------------------------------------------------------
-- A table that somebody has confirmed, on its way in: the worker takes it whole or not at all, and writes down how far it is.
create table message_imports (
  id bigint generated always as identity primary key,
  upload_id uuid not null constraint message_imports_upload unique,   -- its file goes after some days, and this with it
  staff_id bigint not null references staff,
  rows int not null constraint message_imports_rows check (rows > 0),
  done int not null default 0,         -- rows that have passed the door; stored once all have
  state text not null default 'waiting' constraint message_imports_state check (state in ('waiting', 'running', 'done', 'refused')),
  reason text constraint message_imports_reason check (reason in ('faults', 'not_allowed', 'upload_gone')),
  faults jsonb,                        -- the report, cell by cell
  submission_ids bigint[] not null default '{}',                      -- what has become of the rows, in their order
  asked_at timestamptz not null,
  ended_at timestamptz,
  constraint message_imports_ended check ((state in ('done', 'refused')) = (ended_at is not null)),
  constraint message_imports_refused_why check ((state = 'refused') = (reason is not null) and (reason = 'faults') = (faults is not null))
);
create index message_imports_of_staff on message_imports (staff_id, id);
alter table message_imports enable row level security;
grant select on message_imports to minyi_staff;
create policy message_imports_mine on message_imports for select to minyi_staff using (staff_id = (select actor_staff()));
grant select, update, delete on message_imports to minyi_work;
create policy message_imports_worker on message_imports to minyi_work using (true) with check (true);
grant select, insert on message_imports to minyi_guard;
create policy message_imports_guard on message_imports to minyi_guard using (true) with check (true);

-- Confirms a table that the actor has uploaded. Confirmed twice, it is imported once. Returns the import.
create function request_import(p_upload_id uuid, p_rows int) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare made bigint;
begin
  perform require_role(actor_units_as('organiser', 'clerk'), 'organiser', 'clerk');
  -- As long as the worker may need, were it switched off meanwhile.
  update attachments set expires_at = minyi_clock() + interval '3 days'
  where id = p_upload_id and uploaded_by = actor_staff() and expires_at > minyi_clock();
  if not found then raise exception 'unknown upload' using errcode = 'P0002'; end if;
  insert into message_imports (upload_id, staff_id, rows, asked_at) values (p_upload_id, actor_staff(), p_rows, minyi_clock())
  on conflict do nothing returning id into made;
  if made is null then return (select id from message_imports where upload_id = p_upload_id); end if;
  perform enqueue_job('import_messages', jsonb_build_object('import', made));
  return made;
end $$;

-- What has become of the rows of an import, in their order, for whoever asked for it: the numbers to hand back, and the cases they may see.
create function imported_messages(p_import_id bigint, p_limit int)
returns table (case_id bigint, number text, title text, external_number text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select case when c.unit_ids && actor_units() and not concerns('case', c.id, actor_staff()) then c.id end, s.number, m.title,
    concat_ws(' ', m.external_source, m.external_number)
  from message_imports i cross join lateral unnest(i.submission_ids) with ordinality t (submission_id, place)
  join submissions s on s.id = t.submission_id join messages m on m.submission_id = s.id join cases c on c.submission_id = s.id
  where i.id = p_import_id and i.staff_id = actor_staff() and actor_is_signed_in() order by t.place limit p_limit
$$;

do $$
declare f text;
begin
  foreach f in array array['receipt_reasons(text, bytea)', 'answer_files(text, bytea)', 'answer_file_chunk(text, bytea, uuid, int)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
end $$;
alter function send_digests() owner to minyi_guard;
grant execute on function send_digests() to minyi_work;
alter function request_import(uuid, int) owner to minyi_guard;
grant execute on function request_import(uuid, int) to minyi_staff;
alter function imported_messages(bigint, int) owner to minyi_guard;
grant execute on function imported_messages(bigint, int) to minyi_staff;
-- The worker, too, must be able to open what it is to deliver by, and says at its start that it cannot.
grant execute on function introduce_contact_key(text, bytea), contact_keys_in_use() to minyi_work;
