-- A programme of work: which unit makes the directory of which field, and by when, as an office has decided. How far each has come follows
-- from drafts, procedures and published versions; nobody says it a second time. What units and the county report about it. And the files in
-- which a procedure that is over goes to the archive.
--
-- The tables are small (thousands of rows), or new.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation, disallowed-unique-constraint
set local search_path to minyi;

-- ---- Programmes ----------------------------------------------------------------------------------------------------------------
create table programmes (
  id bigint generated always as identity primary key,
  title text not null constraint programmes_title_length check (char_length(title) between 1 and 100),
  basis text not null default '' constraint programmes_basis_length check (char_length(basis) <= 200),   -- 龙府办〔2020〕58号
  unit_id bigint not null references units,   -- the office that runs it
  created_by bigint not null references staff,
  created_at timestamptz not null,
  ended_at timestamptz                        -- nobody is reminded any longer
);
-- By when; a day in the past is as good as any: plans are sent out late.
create table programme_stages (
  programme_id bigint not null references programmes,
  stage text not null constraint programme_stages_stage check (stage in ('first_draft', 'consultation', 'revision', 'publication', 'summary')),
  due_on date not null constraint programme_stages_due_on check (due_on between date '2015-01-01' and date '2099-12-31'),
  primary key (programme_id, stage)
);
-- One field of one unit. The draft is found by both, or named by hand; everything else is read from it.
create table programme_cells (
  id bigint generated always as identity primary key,
  programme_id bigint not null references programmes,
  field text not null constraint programme_cells_field_length check (char_length(field) between 1 and 40),
  unit_id bigint not null references units,
  draft_id bigint references drafts,
  constraint programme_cells_once unique (programme_id, field, unit_id)
);
create index programme_cells_of_unit on programme_cells (unit_id);
create index programme_cells_of_draft on programme_cells (draft_id);
-- A day of its own, where a cell has another than the programme.
create table programme_days (
  cell_id bigint not null references programme_cells on delete cascade,
  stage text not null constraint programme_days_stage check (stage in ('first_draft', 'consultation', 'revision', 'publication', 'summary')),
  due_on date not null constraint programme_days_due_on check (due_on between date '2015-01-01' and date '2099-12-31'),
  primary key (cell_id, stage)
);

-- 总结: what a unit reports about its part, and the office (the programme's own unit) about the whole. Written from the figures, then by people.
create table reports (
  id bigint generated always as identity primary key,
  programme_id bigint not null references programmes,
  unit_id bigint not null references units,
  content jsonb not null constraint reports_content check (jsonb_typeof(content) = 'object' and octet_length(content::text) <= 1048576),
  version int not null default 1,
  updated_by bigint not null references staff,
  updated_at timestamptz not null,
  handed_in_by bigint references staff,
  handed_in_at timestamptz,                   -- while it is set nothing changes
  constraint reports_once unique (programme_id, unit_id),
  constraint reports_handed_in check ((handed_in_by is null) = (handed_in_at is null))
);
-- A report as a document, made by the worker of one version of it.
create table report_files (
  report_id bigint not null references reports,
  format text not null constraint report_files_format check (format in ('docx', 'pdf')),
  version int not null,
  state text not null default 'waiting' constraint report_files_state check (state in ('waiting', 'made', 'failed')),
  data bytea constraint report_files_size check (octet_length(data) <= 10485760),
  asked_at timestamptz not null,
  primary key (report_id, format),
  constraint report_files_made check ((state = 'made') = (data is not null))
);

alter table programmes enable row level security;
alter table programme_stages enable row level security;
alter table programme_cells enable row level security;
alter table programme_days enable row level security;
alter table reports enable row level security;
alter table report_files enable row level security;
grant select on programmes, programme_stages, programme_cells, programme_days, reports, report_files to minyi_staff;
create policy programmes_colleagues_read on programmes for select to minyi_staff using ((select actor_staff()) is not null);
create policy programme_stages_colleagues_read on programme_stages for select to minyi_staff using ((select actor_staff()) is not null);
create policy programme_cells_of_my_units on programme_cells for select to minyi_staff using (unit_id = any ((select actor_units())::bigint[]));
create policy programme_days_of_visible on programme_days for select to minyi_staff using (cell_id in (select id from programme_cells));
create policy reports_of_my_units on reports for select to minyi_staff using (unit_id = any ((select actor_units())::bigint[]));
create policy report_files_of_visible on report_files for select to minyi_staff using (report_id in (select id from reports));
grant select, insert, update on programmes, reports, report_files to minyi_guard;
grant select, insert, update, delete on programme_stages, programme_cells, programme_days to minyi_guard;
create policy programmes_guard on programmes to minyi_guard using (true) with check (true);
create policy programme_stages_guard on programme_stages to minyi_guard using (true) with check (true);
create policy programme_cells_guard on programme_cells to minyi_guard using (true) with check (true);
create policy programme_days_guard on programme_days to minyi_guard using (true) with check (true);
create policy reports_guard on reports to minyi_guard using (true) with check (true);
create policy report_files_guard on report_files to minyi_guard using (true) with check (true);

alter table events drop constraint events_subject;
alter table events add constraint events_subject check (subject in
  ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings', 'rule', 'clock', 'job', 'case', 'programme'));

create function note_programme(p_id bigint, p_kind text, p_code text, p_unit_ids bigint[]) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'programme', p_id, p_kind, actor_staff(), p_code, p_unit_ids)
$$;

-- The programme for one who runs it: an organiser of its office.
create function hold_programme(p_id bigint) returns programmes
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare p programmes;
begin
  select * into p from programmes where id = p_id for update;
  if not found then raise exception 'unknown programme' using errcode = 'P0002'; end if;
  perform require_role(array[p.unit_id], 'organiser');
  return p;
end $$;

-- A new programme (null), or other words and days of one. Returns its id.
create function save_programme(p_id bigint, p_title text, p_basis text, p_stages text[], p_days date[]) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  office bigint;
  made bigint := p_id;
begin
  if p_id is null then
    select u.id into office from units u where u.kind = 'office' and u.valid_until is null and u.id = any (actor_units_as('organiser'))
    order by u.id = actor_home_unit() desc, u.id limit 1;
    perform require_role(array_remove(array[office], null), 'organiser');
    insert into programmes (title, basis, unit_id, created_by, created_at) values (p_title, p_basis, office, actor_staff(), minyi_clock())
    returning id into made;
  else
    office := (hold_programme(p_id)).unit_id;
    update programmes set title = p_title, basis = p_basis where id = p_id;
  end if;
  if cardinality(p_stages) <> 5 or (select count(distinct s) from unnest(p_stages) s) <> 5 or array_position(p_days, null) is not null then
    perform refuse('programme_stages_all');
  end if;
  insert into programme_stages as t (programme_id, stage, due_on) select made, s, d from unnest(p_stages, p_days) x (s, d)
  on conflict (programme_id, stage) do update set due_on = excluded.due_on;
  perform note_programme(made, case when p_id is null then 'created' else 'changed' end, null, array[office]);
  return made;
end $$;

-- Ends it, or takes it up again.
create function end_programme(p_id bigint, p_ends boolean) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare p programmes := hold_programme(p_id);
begin
  if (p.ended_at is not null) = p_ends then return; end if;
  update programmes set ended_at = case when p_ends then minyi_clock() end where id = p.id;
  perform note_programme(p.id, case when p_ends then 'ended' else 'taken_up' end, null, array[p.unit_id]);
end $$;

-- The newest draft of a unit in a field. One draft may be about several fields: 社会救助、养老服务.
create function draft_in_field(p_unit_id bigint, p_field text) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select id from drafts where unit_id = p_unit_id and (field = p_field or p_field = any (regexp_split_to_array(field, '\s*[、，,;；/]\s*')))
  order by id desc limit 1
$$;

-- Cells that wait for a draft find a new one; a hand that has named another is not corrected.
create function drafts_find_cells() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update programme_cells c set draft_id = draft_in_field(c.unit_id, c.field)
  from programmes p where p.id = c.programme_id and p.ended_at is null and c.draft_id is null and c.unit_id = new.unit_id;
  return null;
end $$;
create trigger drafts_in_programmes after insert or update of field on drafts for each row execute function drafts_find_cells();

-- Loads a plan, a cell a line; `p_days` has five days a line, null for the programme's own. A cell that is there gets the days of its line. All
-- or nothing. Returns what became of each line.
create function load_programme(p_id bigint, p_fields text[], p_unit_ids bigint[], p_days date[])
returns table (line int, outcome text)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p programmes := hold_programme(p_id);
  stages constant text[] := array['first_draft', 'consultation', 'revision', 'publication', 'summary'];
  cell bigint;
  before jsonb;
  wanted jsonb;
begin
  for i in 1..cardinality(p_fields) loop
    insert into programme_cells (programme_id, field, unit_id, draft_id)
    values (p.id, p_fields[i], p_unit_ids[i], draft_in_field(p_unit_ids[i], p_fields[i]))
    on conflict on constraint programme_cells_once do nothing returning id into cell;
    outcome := case when cell is null then 'same' else 'added' end;
    if cell is null then
      select c.id into cell from programme_cells c where c.programme_id = p.id and c.field = p_fields[i] and c.unit_id = p_unit_ids[i];
    end if;
    select coalesce(jsonb_object_agg(d.stage, d.due_on), '{}') into before from programme_days d where d.cell_id = cell;
    select coalesce(jsonb_object_agg(s, d), '{}') into wanted
    from unnest(stages, p_days[(i - 1) * 5 + 1 : i * 5]) x (s, d) join programme_stages t on t.programme_id = p.id and t.stage = s
    where d <> t.due_on;
    if before <> wanted then
      if outcome = 'same' then outcome := 'changed'; end if;
      delete from programme_days d where d.cell_id = cell;
      insert into programme_days (cell_id, stage, due_on) select cell, key, value::date from jsonb_each_text(wanted);
    end if;
    line := i;
    return next;
  end loop;
  if (select count(*) from programme_cells c where c.programme_id = p.id) > 3000 then perform refuse('programme_cells_number_of'); end if;
  perform note_programme(p.id, 'loaded', cardinality(p_fields)::text, array[p.unit_id]);
end $$;

create function hold_cell(p_cell_id bigint) returns programme_cells
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c programme_cells;
begin
  select * into c from programme_cells where id = p_cell_id for update;
  if not found then raise exception 'unknown cell' using errcode = 'P0002'; end if;
  return c;
end $$;

-- The unit, or who runs the programme, says which draft it is; null: none.
create function link_cell(p_cell_id bigint, p_draft_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c programme_cells := hold_cell(p_cell_id);
begin
  perform require_role(array[c.unit_id, (select unit_id from programmes where id = c.programme_id)], 'organiser');
  if p_draft_id is not null and not exists (select from drafts where id = p_draft_id and unit_ids && actor_units()) then
    raise exception 'unknown draft' using errcode = 'P0002';
  end if;
  if c.draft_id is not distinct from p_draft_id then return; end if;
  update programme_cells set draft_id = p_draft_id where id = c.id;
  perform note_programme(c.programme_id, 'draft_named', p_draft_id::text, array[c.unit_id]);
end $$;

-- Takes a cell out of the plan. The draft stays.
create function drop_cell(p_cell_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c programme_cells := hold_cell(p_cell_id);
begin
  perform hold_programme(c.programme_id);
  delete from programme_cells where id = c.id;
  perform note_programme(c.programme_id, 'cell_dropped', null, array[c.unit_id]);
end $$;

-- ---- How far it is -----------------------------------------------------------------------------------------------------------------
-- A row for each cell and stage: waiting, doing, or done and when. For definers: it sees every cell.
create function cell_progress(p_programme_id bigint)
returns table (cell_id bigint, field text, unit_id bigint, draft_id bigint, procedure_id bigint, stage text, due_on date, state text, done_on date)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  with facts as materialized (
    select c.id, c.field, c.unit_id, c.draft_id, e.*, p.*, v.published_at, r.begun as report_begun, r.handed_in_at
    from programme_cells c
    left join lateral (
      select min(e.created_at) as drafted_at, min(e.frozen_at) filter (where e.stage <> 'first') as revised_at,
        coalesce(bool_or(e.stage <> 'first'), false) as is_revised, coalesce(bool_or(e.stage = 'final'), false) as is_final
      from editions e where e.draft_id = c.draft_id) e on true
    left join lateral (
      select max(p.id) as procedure_id, coalesce(bool_or(p.state <> 'preparing'), false) as was_opened,
        min(coalesce(p.closed_at, p.closes_at)) filter (where state_at(p.state, p.opens_at, p.closes_at, minyi_clock())
          in ('closed', 'answered', 'published')) as closed_at
      from procedures p where p.draft_id = c.draft_id and p.state <> 'terminated') p on true
    left join lateral (
      select min(l.published_at) as published_at from editions e join clearances l on l.edition_id = e.id and l.published_at is not null
      where e.draft_id = c.draft_id and e.stage = 'final') v on true
    left join lateral (
      select true as begun, r.handed_in_at from reports r where r.programme_id = c.programme_id and r.unit_id = c.unit_id) r on true
    where c.programme_id = p_programme_id
  )
  select f.id, f.field, f.unit_id, f.draft_id, f.procedure_id, s.stage, coalesce(own.due_on, s.due_on),
    case when x.done_at is not null then 'done' when x.is_begun then 'doing' else 'waiting' end, china_day(x.done_at)
  from facts f join programme_stages s on s.programme_id = p_programme_id
  left join programme_days own on own.cell_id = f.id and own.stage = s.stage
  cross join lateral (select
    case s.stage when 'first_draft' then f.drafted_at when 'consultation' then f.closed_at when 'revision' then f.revised_at
      when 'publication' then f.published_at else f.handed_in_at end as done_at,
    case s.stage when 'consultation' then f.was_opened when 'revision' then f.is_revised when 'publication' then f.is_final
      when 'summary' then coalesce(f.report_begun, false) else false end as is_begun) x
$$;

-- The same for whoever asks, of the units they see: it says the same to each of them.
create function programme_progress(p_programme_id bigint)
returns table (cell_id bigint, field text, unit_id bigint, unit_name text, unit_kind text, draft_id bigint, procedure_number text, stage text,
  due_on date, state text, done_on date)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.cell_id, g.field, g.unit_id, u.name, u.kind, g.draft_id, p.number, g.stage, g.due_on, g.state, g.done_on
  from cell_progress(p_programme_id) g join units u on u.id = g.unit_id left join procedures p on p.id = g.procedure_id
  where g.unit_id = any (actor_units())
  order by array_position(array['office', 'department', 'town'], u.kind), u.code, g.field, g.cell_id,
    array_position(array['first_draft', 'consultation', 'revision', 'publication', 'summary'], g.stage)
$$;

-- What was asked and answered for the cells of a programme, of the units one sees. A draft of two fields stands once in each of their cells, and
-- its procedure has one number, so that a sum can count it once.
create function programme_consultations(p_programme_id bigint)
returns table (unit_id bigint, unit_name text, number text, title text, opens_at timestamptz, closes_at timestamptz, submissions bigint, opinions bigint,
  people bigint, adopted bigint, partly_adopted bigint, not_adopted bigint, explained bigint, others bigint, unanswered bigint, is_published boolean)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p.unit_id, u.name, p.number, p.title, p.opens_at, p.closes_at, s.submissions, o.opinions, s.people, o.adopted, o.partly_adopted, o.not_adopted,
    o.explained, o.others, o.unanswered, p.state = 'published'
  from procedures p join units u on u.id = p.unit_id
  cross join lateral (select count(*) as submissions, coalesce(sum(s.people), 0)::bigint as people from submissions s where s.procedure_id = p.id) s
  cross join lateral (
    select count(*) as opinions, count(*) filter (where d.outcome = 'adopted') as adopted, count(*) filter (where d.outcome = 'partly_adopted') as partly_adopted,
      count(*) filter (where d.outcome = 'not_adopted') as not_adopted, count(*) filter (where d.outcome = 'explained') as explained,
      count(*) filter (where d.outcome in ('transferred', 'invalid')) as others, count(*) filter (where d.id is null) as unanswered
    from submissions s join opinions o on o.submission_id = s.id left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
    where s.procedure_id = p.id and s.withdrawn_at is null) o
  where p.draft_id in (select c.draft_id from programme_cells c where c.programme_id = p_programme_id and c.unit_id = any (actor_units()))
    and p.state not in ('preparing', 'terminated')
  order by u.code, p.id
$$;

-- ---- Reminders -------------------------------------------------------------------------------------------------------------------
insert into site_settings (key, value) values ('programme_reminder_days', '3');   -- working days ahead; 0: no reminders

alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received', 'result')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review', 'evaluation',
    'programme'));

-- Tells a unit, once a working day and stage, what of it is due soon and what is late. Returns how many letters that were.
create function remind_programmes() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  today date := china_day(minyi_clock());
  early int := case_number_of('programme_reminder_days', 3);
  r record;
  told int := 0;
begin
  if early = 0 then return 0; end if;
  for r in
    select p.id, g.unit_id, g.stage, count(*) filter (where g.due_on >= today) as soon, count(*) filter (where g.due_on < today) as overdue,
      min(g.due_on) as due_on
    from programmes p cross join lateral cell_progress(p.id) g
    where p.ended_at is null and g.state <> 'done' and (g.due_on < today or working_days_between(today, g.due_on, null) <= early)
    group by 1, 2, 3 having working_days_between(today - 1, today, g.unit_id) = 1
  loop
    perform notify_staff('programme', array[r.unit_id], array['organiser', 'clerk'], format('programme.%s.%s.%s.%s', r.id, r.stage, r.unit_id, today),
      jsonb_strip_nulls(jsonb_build_object('programme_id', r.id, 'unit_id', r.unit_id, 'code', r.stage, 'due_on', r.due_on,
        'soon', nullif(r.soon, 0), 'overdue', nullif(r.overdue, 0))));
    told := told + 1;
  end loop;
  return told;
end $$;

-- ---- Reports ---------------------------------------------------------------------------------------------------------------------
-- Who writes the report of a unit: its organiser, or one of the programme's office.
create function require_reporter(p_programme_id bigint, p_unit_id bigint) returns void
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_role(array[p_unit_id, p.unit_id], 'organiser') from programmes p where p.id = p_programme_id
    and (p_unit_id = p.unit_id or exists (select from programme_cells c where c.programme_id = p.id and c.unit_id = p_unit_id));
  if not found then raise exception 'no part in it' using errcode = 'P0002'; end if;
end $$;

-- Saves a report as its writer saw it (version 0: there was none). Returns the version it has now.
create function save_report(p_programme_id bigint, p_unit_id bigint, p_version int, p_content jsonb) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare r reports;
begin
  perform require_reporter(p_programme_id, p_unit_id);
  insert into reports (programme_id, unit_id, content, updated_by, updated_at) values (p_programme_id, p_unit_id, p_content, actor_staff(), minyi_clock())
  on conflict on constraint reports_once do nothing returning * into r;
  if found then
    perform note_programme(p_programme_id, 'report_begun', r.id::text, array[p_unit_id]);
    return r.version;
  end if;
  select * into r from reports where programme_id = p_programme_id and unit_id = p_unit_id for update;
  if r.handed_in_at is not null then perform refuse('reports_handed_in_already'); end if;
  if r.content = p_content then return r.version; end if;
  if r.version <> p_version then perform refuse('reports_changed_meanwhile'); end if;
  update reports set content = p_content, version = r.version + 1, updated_by = actor_staff(), updated_at = minyi_clock() where id = r.id;
  return r.version + 1;
end $$;

-- Hands it in as it was read, or takes it back to go on with it.
create function hand_in_report(p_id bigint, p_version int, p_hands_in boolean) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare r reports;
begin
  select * into r from reports where id = p_id for update;
  if not found then raise exception 'unknown report' using errcode = 'P0002'; end if;
  perform require_reporter(r.programme_id, r.unit_id);
  if (r.handed_in_at is not null) = p_hands_in then return; end if;
  if p_hands_in and r.version <> p_version then perform refuse('reports_changed_meanwhile'); end if;
  update reports set handed_in_at = case when p_hands_in then minyi_clock() end, handed_in_by = case when p_hands_in then actor_staff() end where id = r.id;
  perform note_programme(r.programme_id, case when p_hands_in then 'report_handed_in' else 'report_taken_back' end, r.id::text, array[r.unit_id]);
end $$;

-- A document of the report as it is now; asked for twice it is made once.
create function ask_for_report(p_id bigint, p_format text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare r reports;
begin
  select * into r from reports where id = p_id;
  if not found or not actor_is_signed_in() or not r.unit_id = any (actor_units()) then
    raise exception 'unknown report' using errcode = 'P0002';
  end if;
  insert into report_files as f (report_id, format, version, asked_at) values (r.id, p_format, r.version, minyi_clock())
  on conflict (report_id, format) do update set version = excluded.version, state = 'waiting', data = null, asked_at = excluded.asked_at
    where f.version <> excluded.version or f.state = 'failed' or f.state = 'waiting' and f.asked_at < minyi_clock() - interval '1 minute';
  if found then perform enqueue_job('make_report', jsonb_build_object('report', r.id, 'format', p_format, 'version', r.version)); end if;
end $$;

-- The worker's narrow door: the one report it is making a document of just now. No row when another version was asked for meanwhile.
create function report_in_making(p_job_id bigint) returns table (format text, title text, basis text, unit_name text, is_overall boolean, content text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select f.format, p.title, p.basis, u.name, r.unit_id = p.unit_id, r.content::text
  from jobs j join reports r on r.id = (j.payload ->> 'report')::bigint
  join report_files f on f.report_id = r.id and f.format = j.payload ->> 'format' and f.state = 'waiting' and f.version = r.version
  join programmes p on p.id = r.programme_id join units u on u.id = r.unit_id
  where j.id = p_job_id and j.kind = 'make_report' and j.taken_at is not null and j.died_at is null
$$;

create function report_was_made(p_job_id bigint, p_data bytea) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update report_files f set state = case when p_data is null then 'failed' else 'made' end, data = p_data
  from jobs j where j.id = p_job_id and j.kind = 'make_report' and j.taken_at is not null
    and f.report_id = (j.payload ->> 'report')::bigint and f.format = j.payload ->> 'format' and f.state = 'waiting'
    and f.version = (j.payload ->> 'version')::int
$$;

-- What a worker makes documents with; empty where it has nothing for it.
insert into site_settings (key, value) values ('report_formats', '');
create policy site_settings_report_formats on site_settings for update to minyi_guard
  using (key = 'report_formats') with check (key = 'report_formats');
create function announce_report_formats(p_formats text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$ update site_settings set value = p_formats where key = 'report_formats' and value <> p_formats $$;

-- ---- Procedure files -------------------------------------------------------------------------------------------------------------
-- 一案一卷: a procedure that is over, with everything about it, as one ZIP file. It is made by the worker and waits here some days; it can be
-- made again at any time, and says the same.
create table procedure_files (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  term text not null constraint procedure_files_term check (term in ('permanent', 'years_30', 'years_10')),   -- 保管期限, chosen by who asks
  state text not null default 'waiting' constraint procedure_files_state check (state in ('waiting', 'made', 'failed', 'gone')),
  size bigint,                          -- bytes
  sha256 bytea,                         -- of the ZIP file
  content_sha256 bytea,                 -- of its list of hashes: the same whenever the same is put in
  asked_by bigint not null references staff,
  asked_at timestamptz not null,
  made_at timestamptz,
  unit_ids bigint[] not null,
  constraint procedure_files_whole check ((state in ('made', 'gone')) = (made_at is not null and size is not null and sha256 is not null and content_sha256 is not null))
);
create index procedure_files_of_procedure on procedure_files (procedure_id, id);
create table procedure_file_chunks (
  file_id bigint not null references procedure_files,
  ordinal int not null,
  data bytea not null constraint procedure_file_chunks_size check (octet_length(data) <= 262144),
  primary key (file_id, ordinal)
);
alter table procedure_files enable row level security;
alter table procedure_file_chunks enable row level security;
grant select on procedure_files, procedure_file_chunks to minyi_staff;
create policy procedure_files_of_my_units on procedure_files for select to minyi_staff using (unit_ids && (select actor_units_as('organiser', 'auditor')));
create policy procedure_file_chunks_of_visible on procedure_file_chunks for select to minyi_staff using (file_id in (select id from procedure_files));
grant select on procedure_files to minyi_work;
create policy procedure_files_worker on procedure_files for select to minyi_work using (true);
grant select, insert, delete on procedure_file_chunks to minyi_work;
create policy procedure_file_chunks_worker on procedure_file_chunks to minyi_work
  using (file_id in (select id from procedure_files where state = 'waiting')) with check (file_id in (select id from procedure_files where state = 'waiting'));
grant select, insert, update on procedure_files to minyi_guard;
grant select, delete on procedure_file_chunks to minyi_guard;
create policy procedure_files_guard on procedure_files to minyi_guard using (true) with check (true);
create policy procedure_file_chunks_guard on procedure_file_chunks to minyi_guard using (true) with check (true);

create function note_procedure_file(f procedure_files, p_kind text, p_staff_id bigint, p_code text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'procedure', f.procedure_id, p_kind, p_staff_id, p_code, f.unit_ids)
$$;

-- Asks for the file of a procedure that is over; while one is being made, that one. Returns its id.
create function request_procedure_file(p_procedure_id bigint, p_term text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  f procedure_files;
begin
  select * into p from procedures where id = p_procedure_id for update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(p.unit_ids, 'organiser', 'auditor');
  if p.state not in ('published', 'terminated') then perform refuse('procedure_files_when_over'); end if;
  select * into f from procedure_files where procedure_id = p.id and state = 'waiting';
  if found then return f.id; end if;
  insert into procedure_files (procedure_id, term, asked_by, asked_at, unit_ids) values (p.id, p_term, actor_staff(), minyi_clock(), p.unit_ids)
  returning * into f;
  perform enqueue_job('make_procedure_file', jsonb_build_object('file', f.id));
  return f.id;
end $$;

-- The worker has put every piece of it here.
create function procedure_file_was_made(p_job_id bigint, p_size bigint, p_sha256 bytea, p_content_sha256 bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare f procedure_files;
begin
  update procedure_files t set state = 'made', size = p_size, sha256 = p_sha256, content_sha256 = p_content_sha256, made_at = minyi_clock()
  from jobs j where j.id = p_job_id and j.kind = 'make_procedure_file' and j.taken_at is not null and t.id = (j.payload ->> 'file')::bigint
    and t.state = 'waiting'
    -- Of another attempt's pieces among these nothing is kept.
    and p_size = (select sum(octet_length(x.data)) from procedure_file_chunks x where x.file_id = t.id) returning t.* into f;
  if found then perform note_procedure_file(f, 'file_made', f.asked_by, f.term); end if;
end $$;

-- Who takes it along is on record, before the first byte of it goes.
create function note_file_taken(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare f procedure_files;
begin
  select * into f from procedure_files where id = p_id;
  if not found then raise exception 'unknown file' using errcode = 'P0002'; end if;
  perform require_role(f.unit_ids, 'organiser', 'auditor');
  if f.state <> 'made' then perform refuse('procedure_files_not_there'); end if;
  perform note_procedure_file(f, 'file_taken', actor_staff(), encode(f.sha256, 'hex'));
end $$;

create function procedure_file_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update procedure_files set state = case when new.died_at is null then 'waiting' else 'failed' end
  where id = (new.payload ->> 'file')::bigint and state in ('waiting', 'failed');
  return null;
end $$;
create trigger procedure_files_follow after update of died_at on jobs for each row
  when (new.kind = 'make_procedure_file' and old.died_at is distinct from new.died_at) execute function procedure_file_follows_job();

-- Files that were there to be taken for a week go, and so do the documents of reports; each can be made again. Returns how many.
-- A unit that ends hands over what a programme asks of it, its evaluations and the files of its procedures. What its successor is asked for
-- already is asked for once.
create function programmes_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update programmes set unit_id = new.successor_id where unit_id = new.id;
  delete from programme_cells c where c.unit_id = new.id and exists (select from programme_cells x
    where x.programme_id = c.programme_id and x.field = c.field and x.unit_id = new.successor_id);
  update programme_cells set unit_id = new.successor_id where unit_id = new.id;
  update reports r set unit_id = new.successor_id where r.unit_id = new.id
    and not exists (select from reports x where x.programme_id = r.programme_id and x.unit_id = new.successor_id);
  update procedure_files set unit_ids = unit_ids || new.successor_id where new.id = any (unit_ids);
  update evaluations set unit_id = case when unit_id = new.id then new.successor_id else unit_id end, unit_ids = unit_ids || new.successor_id
  where new.id = any (unit_ids) or unit_id = new.id;
  return null;
end $$;
create trigger units_programmes_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function programmes_succeeded();

-- What is sealed or taken back leaves a file that was made of it; one that is being made is not kept.
create function procedure_files_lapse() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  with old as (
    update procedure_files set state = case state when 'made' then 'gone' else 'failed' end
    where procedure_id = new.procedure_id and state in ('made', 'waiting') returning id)
  delete from procedure_file_chunks where file_id in (select id from old);
  return null;
end $$;
create trigger submissions_leave_files after update of sealed_at, withdrawn_at on submissions for each row
  when (new.procedure_id is not null and (old.sealed_at, old.withdrawn_at) is distinct from (new.sealed_at, new.withdrawn_at))
  execute function procedure_files_lapse();
create trigger published_versions_leave_files after update of sealed_at on published_versions for each row
  when (old.sealed_at is distinct from new.sealed_at) execute function procedure_files_lapse();

create function erase_made_files() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare gone int;
begin
  update procedure_files set state = 'gone' where state = 'made' and made_at <= minyi_clock() - interval '7 days';
  delete from procedure_file_chunks where file_id in (select id from procedure_files where state in ('failed', 'gone'));
  get diagnostics gone = row_count;
  update report_files set state = 'failed', data = null where state = 'made' and asked_at <= minyi_clock() - interval '7 days';
  return gone;
end $$;

do $$
declare f text;
begin
  foreach f in array array['note_programme(bigint, text, text, bigint[])', 'hold_programme(bigint)', 'draft_in_field(bigint, text)', 'drafts_find_cells()',
    'hold_cell(bigint)', 'cell_progress(bigint)', 'require_reporter(bigint, bigint)', 'note_procedure_file(procedure_files, text, bigint, text)',
    'procedure_file_follows_job()', 'procedure_files_lapse()', 'programmes_succeeded()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['save_programme(bigint, text, text, text[], date[])', 'end_programme(bigint, boolean)',
    'load_programme(bigint, text[], bigint[], date[])', 'link_cell(bigint, bigint)', 'drop_cell(bigint)', 'programme_progress(bigint)',
    'programme_consultations(bigint)', 'save_report(bigint, bigint, int, jsonb)', 'hand_in_report(bigint, int, boolean)', 'ask_for_report(bigint, text)',
    'request_procedure_file(bigint, text)', 'note_file_taken(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['remind_programmes()', 'report_in_making(bigint)', 'report_was_made(bigint, bytea)', 'announce_report_formats(text)',
    'procedure_file_was_made(bigint, bigint, bytea, bytea)', 'erase_made_files()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
end $$;
