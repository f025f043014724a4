-- 问卷调查 and 民意调查: what is asked, in which version, and until when. What was answered has its own tables, in the file after this one.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- (Widened only: every row there fits.)

alter table events drop constraint events_subject;
alter table events add constraint events_subject check (subject in
  ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings', 'rule', 'clock', 'job', 'case', 'programme', 'written',
    'questionnaire'));

create sequence questionnaire_numbers;

create table questionnaires (
  id bigint generated always as identity primary key,
  number text not null constraint questionnaires_number unique,
  kind text not null constraint questionnaires_kind check (kind in ('questionnaire', 'poll')),
  unit_id bigint not null references units,
  unit_ids bigint[] not null,                        -- every unit that may see it
  title text not null constraint questionnaires_title_length check (char_length(title) between 1 and 200),
  purpose text not null default '' constraint questionnaires_purpose_length check (char_length(purpose) <= 2000),
  who_may_answer text not null default '' constraint questionnaires_who_length check (char_length(who_may_answer) <= 500),
  -- As it is worked on. What was opened stands in questionnaire_versions.
  content jsonb not null default '{}' constraint questionnaires_content_size check (octet_length(content::text) <= 1048576),
  -- What the file had that it was made of and this has not.
  lost jsonb not null default '[]' constraint questionnaires_lost_size check (octet_length(lost::text) <= 1048576),
  content_version int not null default 1,            -- grows with every save: who saves says which one they have read
  version int,                                       -- the newest one that was opened
  -- open: nobody is kept from answering twice; browser: one for each browser, which is weak; code: an invitation for each;
  -- person: one for each verified person, in tables of its own.
  voice text not null default 'open' constraint questionnaires_voice check (voice in ('open', 'browser', 'code', 'person')),
  results_shown text not null default 'published' constraint questionnaires_results_shown check (results_shown in ('live', 'closed', 'published')),
  most_sheets int constraint questionnaires_most_sheets check (most_sheets between 1 and 10000000),
  opens_at timestamptz not null,
  closes_at timestamptz not null,                    -- exclusive
  promised_until timestamptz,                        -- what people were told before the end was last changed, and why it was
  deadline_note text not null default '' constraint questionnaires_deadline_note check (char_length(deadline_note) <= 500),
  stop_note text not null default '' constraint questionnaires_stop_note check (char_length(stop_note) <= 500),  -- of suspending, of closing early
  entry_until timestamptz,                           -- exclusive: paper that came in time may still be entered
  state text not null default 'preparing' constraint questionnaires_state check (state in
    ('preparing', 'announced', 'open', 'suspended', 'closed', 'published', 'terminated')),
  percent_base text not null default 'respondents' constraint questionnaires_percent_base check (percent_base in ('respondents', 'answers')),
  smallest_shown int not null default 5 constraint questionnaires_smallest_shown check (smallest_shown between 1 and 100),
  contact_phone text not null default '' constraint questionnaires_phone_length check (char_length(contact_phone) <= 100),
  procedure_id bigint references procedures,         -- the consultation whose page it stands in
  created_by bigint references staff,
  created_at timestamptz not null default minyi_clock(),
  closed_at timestamptz,
  constraint questionnaires_period check (closes_at > opens_at)
);
create index questionnaires_of_units on questionnaires using gin (unit_ids);
create index questionnaires_to_advance on questionnaires (state, opens_at, closes_at) where state in ('announced', 'open', 'suspended');

-- What was asked: version 1 from the opening, each correction the next one. Never changed; an answer names the one it was given to.
create table questionnaire_versions (
  questionnaire_id bigint not null references questionnaires,
  version int not null,
  content jsonb not null,
  opened_at timestamptz not null,
  note text not null constraint questionnaire_versions_note check (version = 1 and note = '' or char_length(note) between 1 and 500),
  opened_by bigint references staff,
  primary key (questionnaire_id, version)
);

-- How many sheets of a kind there may be, and are. The code '' stands for all of them together. One that a correction has dropped stays
-- without a limit: sheets hold its places, and give them back.
create table quota_counts (
  questionnaire_id bigint not null references questionnaires,
  code text not null,
  most int,
  taken int not null default 0 constraint quota_counts_taken check (taken >= 0),
  primary key (questionnaire_id, code)
);

-- What everyone may know of one from its announcement on. Kept by a trigger, free of row-level rules.
create table public_questionnaires (
  questionnaire_id bigint primary key references questionnaires,
  number text not null constraint public_questionnaires_number unique,
  kind text not null,
  title text not null,
  purpose text not null,
  who_may_answer text not null,
  unit_name text not null,             -- as it was called when this was published
  state text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  promised_until timestamptz,
  deadline_note text not null,
  stop_note text not null,
  closed_at timestamptz,
  voice text not null,
  results_shown text not null,
  percent_base text not null,
  smallest_shown int not null,
  contact_phone text not null,
  procedure_id bigint,
  content jsonb not null,              -- of the newest version
  version int not null,
  version_note text not null,          -- what that version corrected
  version_at timestamptz not null,
  is_full boolean not null,            -- as many have answered as may
  unlinked_counted bigint              -- how many answers of verified persons there were; null until they stand with the others
);
create index public_questionnaires_by_closing on public_questionnaires (closes_at desc, questionnaire_id desc);
create index public_questionnaires_of_procedure on public_questionnaires (procedure_id) where procedure_id is not null;
grant select on public_questionnaires to minyi_public, minyi_staff, minyi_work;
grant select, insert, update on public_questionnaires to minyi_guard;

-- Writes down what everyone may know of it now.
create function show_questionnaire(p_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into public_questionnaires (questionnaire_id, number, kind, title, purpose, who_may_answer, unit_name, state, opens_at, closes_at,
    promised_until, deadline_note, stop_note, closed_at, voice, results_shown, percent_base, smallest_shown, contact_phone, procedure_id, content, version, version_note, version_at, is_full)
  select q.id, q.number, q.kind, q.title, q.purpose, q.who_may_answer, u.name, q.state, q.opens_at, q.closes_at,
    q.promised_until, q.deadline_note, q.stop_note, q.closed_at, q.voice,
    q.results_shown, q.percent_base, q.smallest_shown, q.contact_phone, q.procedure_id, v.content, v.version, v.note, v.opened_at,
    exists (select from quota_counts c where c.questionnaire_id = q.id and c.code = '' and c.taken >= c.most)
  from questionnaires q join units u on u.id = q.unit_id
  join questionnaire_versions v on v.questionnaire_id = q.id and v.version = q.version
  where q.id = p_id and q.state <> 'preparing'
  on conflict (questionnaire_id) do update set
    title = excluded.title, purpose = excluded.purpose, who_may_answer = excluded.who_may_answer, state = excluded.state,
    opens_at = excluded.opens_at, closes_at = excluded.closes_at, promised_until = excluded.promised_until,
    deadline_note = excluded.deadline_note, stop_note = excluded.stop_note, closed_at = excluded.closed_at, results_shown = excluded.results_shown,
    contact_phone = excluded.contact_phone, procedure_id = excluded.procedure_id, content = excluded.content, version = excluded.version,
    version_note = excluded.version_note, version_at = excluded.version_at, is_full = excluded.is_full
$$;
alter function show_questionnaire(bigint) owner to minyi_guard;
grant execute on function show_questionnaire(bigint) to minyi_intake;

create function questionnaires_made_public() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform show_questionnaire(new.id);
  return null;
end $$;
alter function questionnaires_made_public() owner to minyi_guard;
create trigger questionnaires_published after insert or update on questionnaires for each row execute function questionnaires_made_public();

-- Its own pages, the lists, and the page of the consultation that it stands in.
create function public_questionnaire_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare host text;
begin
  perform note_public_change(new.number);
  perform note_public_change('');
  select p.number into host from public_procedures p where p.procedure_id = new.procedure_id;
  if host is not null then perform note_public_change(host); end if;
  return null;
end $$;
alter function public_questionnaire_changed() owner to minyi_guard;
create constraint trigger public_questionnaires_public after insert or update on public_questionnaires
  deferrable initially deferred for each row execute function public_questionnaire_changed();
-- Forms that ask for a unit or a town are kept, too.
create constraint trigger units_public after insert or update of code, name, kind, valid_until on units
  deferrable initially deferred for each row execute function shared_public_row_changed();

create function questionnaires_before_insert() returns trigger
language plpgsql set search_path = minyi, pg_catalog
as $$
begin
  new.number := public_number('Q', minyi_clock(), nextval('questionnaire_numbers'));
  return new;
end $$;
create trigger questionnaires_numbered before insert on questionnaires for each row execute function questionnaires_before_insert();
grant usage on sequence questionnaire_numbers to minyi_guard;

alter table questionnaires enable row level security;
alter table questionnaire_versions enable row level security;
alter table quota_counts enable row level security;
grant select on questionnaires, questionnaire_versions, quota_counts to minyi_staff;
grant select, insert, update on questionnaires to minyi_guard;
grant select, insert on questionnaire_versions to minyi_guard;
grant select, insert, update on quota_counts to minyi_guard;
grant select, update on questionnaires to minyi_intake;   -- intake only locks rows; it has no policy that lets it change one
grant select, update on quota_counts to minyi_intake;
grant select on questionnaire_versions to minyi_intake;
create policy questionnaires_of_my_units on questionnaires for select to minyi_staff using (unit_ids && (select actor_units()));
create policy questionnaires_guard on questionnaires to minyi_guard using (true) with check (true);
create policy questionnaires_intake_reads on questionnaires for select to minyi_intake using (true);
create policy questionnaires_intake_locks on questionnaires for update to minyi_intake using (true) with check (false);
create policy questionnaire_versions_of_visible on questionnaire_versions for select to minyi_staff
  using (questionnaire_id = any (array(select id from questionnaires)));
create policy questionnaire_versions_guard on questionnaire_versions to minyi_guard using (true) with check (true);
create policy questionnaire_versions_intake on questionnaire_versions for select to minyi_intake using (true);
create policy quota_counts_of_visible on quota_counts for select to minyi_staff
  using (questionnaire_id = any (array(select id from questionnaires)));
create policy quota_counts_guard on quota_counts to minyi_guard using (true) with check (true);
create policy quota_counts_intake_reads on quota_counts for select to minyi_intake using (true);
create policy quota_counts_intake_counts on quota_counts for update to minyi_intake using (true) with check (true);

-- ---- At the desk ------------------------------------------------------------------------------------------------------------

-- The row of a questionnaire for who organises it, held until the end of the transaction.
create function organised_questionnaire(p_id bigint) returns questionnaires
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires;
begin
  select * into q from questionnaires where id = p_id for update;
  if not found then raise exception 'unknown questionnaire' using errcode = 'P0002'; end if;
  perform require_role(array[q.unit_id], 'organiser');
  return q;
end $$;

create function questionnaire_event(q questionnaires, p_kind text, p_to_state text, p_code text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  values (minyi_clock(), 'questionnaire', q.id, p_kind, actor_staff(), q.state, p_to_state, p_code, q.unit_ids)
$$;

-- Makes one (`p_id` null) or changes it while it is prepared. Returns its id and the content version that holds now.
create function save_questionnaire(p_id bigint, p_content_version bigint, p_unit_id bigint, p_kind text, p_title text, p_purpose text, p_who_may_answer text,
  p_content jsonb, p_voice text, p_results_shown text, p_most_sheets bigint, p_opens_at timestamptz, p_closes_at timestamptz,
  p_percent_base text, p_smallest_shown bigint, p_contact_phone text, p_procedure_id bigint)
returns table (id bigint, content_version int)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare q questionnaires;
begin
  if p_procedure_id is not null and not exists (select from procedures p where p.id = p_procedure_id
    and p.unit_id = any (actor_units_as('organiser'))) then
    raise exception 'not a consultation of this unit' using errcode = '23514', constraint = 'questionnaires_foreign_procedure';
  end if;
  perform require_role(array[p_unit_id], 'organiser');
  if p_id is null then
    insert into questionnaires (number, kind, unit_id, unit_ids, title, purpose, who_may_answer, content, voice, results_shown, most_sheets,
      opens_at, closes_at, percent_base, smallest_shown, contact_phone, procedure_id, created_by)
    values ('', p_kind, p_unit_id, array[p_unit_id], p_title, p_purpose, p_who_may_answer, p_content, p_voice, p_results_shown, p_most_sheets,
      p_opens_at, p_closes_at, p_percent_base, p_smallest_shown, p_contact_phone, p_procedure_id, actor_staff())
    returning * into q;
    perform questionnaire_event(q, 'created', 'preparing');
    return query select q.id, q.content_version;
    return;
  end if;
  q := organised_questionnaire(p_id);
  if q.state <> 'preparing' then
    raise exception 'no longer prepared' using errcode = '23514', constraint = 'questionnaires_preparing';
  end if;
  if q.content_version is distinct from p_content_version then
    raise exception 'saved by somebody else' using errcode = '23514', constraint = 'questionnaires_saved_meanwhile';
  end if;
  return query
  update questionnaires t set kind = p_kind, unit_id = p_unit_id, unit_ids = array[p_unit_id], title = p_title, purpose = p_purpose,
    who_may_answer = p_who_may_answer, content = p_content, content_version = t.content_version + 1, voice = p_voice,
    results_shown = p_results_shown, most_sheets = p_most_sheets, opens_at = p_opens_at, closes_at = p_closes_at,
    percent_base = p_percent_base, smallest_shown = p_smallest_shown, contact_phone = p_contact_phone, procedure_id = p_procedure_id
  where t.id = p_id returning t.id, t.content_version;
end $$;

-- The quotas of this content, with what is taken of those that were there before, also of one that was dropped in between.
create function keep_quotas(p_id bigint, p_content jsonb, p_most_sheets int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform 1 from quota_counts c where c.questionnaire_id = p_id order by c.code for update;
  update quota_counts c set most = null where c.questionnaire_id = p_id and c.code <> ''
    and not exists (select from jsonb_path_query(p_content, '$.quotas[*]') k where k ->> 'code' = c.code);
  insert into quota_counts (questionnaire_id, code, most)
  select p_id, k ->> 'code', least((k ->> 'most')::bigint, 10000000) from jsonb_path_query(p_content, '$.quotas[*]') k where k ->> 'code' <> ''
  union all select p_id, '', p_most_sheets where p_most_sheets is not null
  on conflict (questionnaire_id, code) do update set most = excluded.most;
end $$;

-- What is asked from now on must ask something, and a poll one thing. Everything else about it was checked by who calls.
create function require_asking(p_kind text, p_content jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  asked int := (select count(*) from jsonb_path_query(p_content, '$.pages[*].groups[*].questions[*] ? (!exists(@.kind ? (@ == "information")))') k);
begin
  if asked = 0 then raise exception 'nothing is asked' using errcode = '23514', constraint = 'questionnaires_nothing_asked'; end if;
  if p_kind = 'poll' and asked > 1 then raise exception 'a poll asks one thing' using errcode = '23514', constraint = 'questionnaires_one_question'; end if;
end $$;

-- Freezes what was read as `p_content_version` as version 1. It opens at once, or waits for its time.
create function open_questionnaire(p_id bigint, p_content_version bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_id);
  moment timestamptz := minyi_clock();
  next_state text;
begin
  if q.state <> 'preparing' then
    raise exception 'no longer prepared' using errcode = '23514', constraint = 'questionnaires_preparing';
  end if;
  if q.content_version is distinct from p_content_version then
    raise exception 'saved by somebody else' using errcode = '23514', constraint = 'questionnaires_saved_meanwhile';
  end if;
  if q.closes_at <= moment then raise exception 'its time is over' using errcode = '23514', constraint = 'questionnaires_period_over'; end if;
  perform require_asking(q.kind, q.content);
  next_state := case when q.opens_at > moment then 'announced' else 'open' end;
  insert into questionnaire_versions (questionnaire_id, version, content, opened_at, note, opened_by)
  values (q.id, 1, q.content, moment, '', actor_staff());
  perform keep_quotas(q.id, q.content, q.most_sheets);
  update questionnaires set state = next_state, version = 1, opens_at = greatest(opens_at, moment),
    entry_until = closes_at + make_interval(days => (select value::int from site_settings where key = 'entry_window_days'))
  where id = q.id;
  perform questionnaire_event(q, case when next_state = 'open' then 'opened' else 'announced' end, next_state);
end $$;

-- A correction of what is asked: the next version, which everyone who answers from now on gets. Quotas that are new count from now on.
-- Returns its number.
create function correct_questionnaire(p_id bigint, p_content_version bigint, p_note text, p_content jsonb) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_id);
begin
  if q.state not in ('announced', 'open', 'suspended') or minyi_clock() >= q.closes_at then
    raise exception 'not open' using errcode = '23514', constraint = 'questionnaires_not_open';
  end if;
  if q.content_version is distinct from p_content_version then
    raise exception 'saved by somebody else' using errcode = '23514', constraint = 'questionnaires_saved_meanwhile';
  end if;
  perform require_asking(q.kind, p_content);
  insert into questionnaire_versions (questionnaire_id, version, content, opened_at, note, opened_by)
  values (q.id, q.version + 1, p_content, minyi_clock(), p_note, actor_staff());
  perform keep_quotas(q.id, p_content, q.most_sheets);
  update questionnaires set content = p_content, content_version = content_version + 1, version = version + 1 where id = q.id;
  perform questionnaire_event(q, 'corrected', q.state, (q.version + 1)::text);
  return q.version + 1;
end $$;

-- Closes it now. `p_reason`: what everyone reads.
create function close_questionnaire(p_id bigint, p_reason text default '') returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_id);
  moment timestamptz := minyi_clock();
begin
  if q.state not in ('open', 'suspended') then raise exception 'not open' using errcode = '23514', constraint = 'questionnaires_not_open'; end if;
  update questionnaires set state = 'closed', closed_at = least(closes_at, moment), stop_note = p_reason,
    entry_until = least(closes_at, moment) + (entry_until - closes_at) where id = q.id;
  perform questionnaire_event(q, 'closed', 'closed');
end $$;

-- Another end: later, or earlier but still to come. `p_reason`: what everyone reads, beside the end they were told before.
create function extend_questionnaire(p_id bigint, p_closes_at timestamptz, p_reason text default '') returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_id);
begin
  if q.state not in ('announced', 'open', 'suspended') or minyi_clock() >= q.closes_at or p_closes_at <= minyi_clock() then
    raise exception 'not open' using errcode = '23514', constraint = 'questionnaires_not_open';
  end if;
  update questionnaires set closes_at = p_closes_at, entry_until = p_closes_at + (entry_until - closes_at), promised_until = q.closes_at,
    deadline_note = p_reason
  where id = q.id and closes_at <> p_closes_at;
  perform questionnaire_event(q, 'extended', q.state, to_char(p_closes_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'));
end $$;

-- Takes nothing in for a while (`p_suspended`, and everyone reads why), or again.
create function suspend_questionnaire(p_id bigint, p_suspended boolean, p_reason text default '') returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_id);
  next_state text;
begin
  if p_suspended and q.state <> 'open' or not p_suspended and q.state <> 'suspended' or minyi_clock() >= q.closes_at then
    raise exception 'not open' using errcode = '23514', constraint = 'questionnaires_not_open';
  end if;
  next_state := case when p_suspended then 'suspended' else 'open' end;
  update questionnaires set state = next_state, stop_note = p_reason where id = q.id;
  perform questionnaire_event(q, case when p_suspended then 'suspended' else 'resumed' end, next_state);
end $$;

-- Ends it without a result. `p_reason`: what everyone reads.
create function terminate_questionnaire(p_id bigint, p_reason text default '') returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_id);
begin
  if q.state in ('preparing', 'published', 'terminated') then
    raise exception 'not open' using errcode = '23514', constraint = 'questionnaires_not_open';
  end if;
  update questionnaires set state = 'terminated', closed_at = coalesce(closed_at, minyi_clock()), stop_note = p_reason where id = q.id;
  perform questionnaire_event(q, 'terminated', 'terminated');
end $$;

-- Opening and closing at the time given, also when nobody was running at that moment: recorded as of the time given.
create function advance_questionnaires() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires;
  moment timestamptz;
  moved int := 0;
begin
  for q in select * from questionnaires
    where state = 'announced' and opens_at <= minyi_clock() or state in ('open', 'suspended') and closes_at <= minyi_clock()
    order by id for update skip locked
  loop
    moment := minyi_clock();
    if q.state = 'announced' and q.opens_at <= moment then
      insert into events (at, subject, subject_id, kind, from_state, to_state, unit_ids)
      values (q.opens_at, 'questionnaire', q.id, 'opened', 'announced', 'open', q.unit_ids);
      update questionnaires set state = 'open' where id = q.id;
      q.state := 'open';
    end if;
    if q.state in ('open', 'suspended') and q.closes_at <= moment then
      insert into events (at, subject, subject_id, kind, from_state, to_state, unit_ids)
      values (q.closes_at, 'questionnaire', q.id, 'closed', q.state, 'closed', q.unit_ids);
      update questionnaires set state = 'closed', closed_at = closes_at where id = q.id;
    end if;
    moved := moved + 1;
  end loop;
  return moved;
end $$;
alter function advance_questionnaires() owner to minyi_guard;
grant execute on function advance_questionnaires() to minyi_work;

do $$
declare f text;
begin
  foreach f in array array['organised_questionnaire(bigint)', 'questionnaire_event(questionnaires, text, text, text)',
    'keep_quotas(bigint, jsonb, int)', 'require_asking(text, jsonb)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['save_questionnaire(bigint, bigint, bigint, text, text, text, text, jsonb, text, text, bigint, timestamptz, timestamptz, text, bigint, text, bigint)',
    'open_questionnaire(bigint, bigint)', 'correct_questionnaire(bigint, bigint, text, jsonb)', 'close_questionnaire(bigint, text)',
    'extend_questionnaire(bigint, timestamptz, text)', 'suspend_questionnaire(bigint, boolean, text)', 'terminate_questionnaire(bigint, text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;

-- A unit that ends hands over what it asks, with its results and who may see them.
create function questionnaires_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update questionnaires set unit_id = case when unit_id = new.id then new.successor_id else unit_id end,
    unit_ids = array(select distinct u from unnest(array_append(unit_ids, new.successor_id)) u)
  where new.id = any (unit_ids);
  return null;
end $$;
alter function questionnaires_succeeded() owner to minyi_guard;
create trigger units_questionnaires_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function questionnaires_succeeded();
