-- 听证进行中: what is said, entry by entry and never changed, what the screens show of it, and who confirms it.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid
set local search_path to minyi;

-- 议程: the order of art. 17, unless the presider has another.
create table agenda_items (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings on delete cascade,   -- one that is dropped while it is prepared
  ordinal int not null constraint agenda_items_ordinal_positive check (ordinal > 0),
  kind text not null constraint agenda_items_kind check (kind in
    ('opening', 'presentation', 'statements', 'questions', 'debate', 'explanation', 'confirmation', 'closing', 'other')),
  title text not null constraint agenda_items_title_length check (char_length(title) between 1 and 100),
  minutes int constraint agenda_items_minutes check (minutes between 1 and 600),
  constraint agenda_items_ordinal unique (gathering_id, ordinal)
);

-- 笔录. A correction is an entry of its own that names the one it corrects; what was typed first stays and is shown struck through.
create table gathering_entries (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  position int not null,                               -- 1, 2, 3 … without gaps: what screens and the desk catch up by
  key uuid not null constraint gathering_entries_key unique,   -- made where it was typed: sent twice, it is one
  kind text not null constraint gathering_entries_kind check (kind in
    ('began', 'agenda', 'presence', 'call', 'time', 'statement', 'question', 'reply', 'procedural', 'correction', 'hidden', 'ended')),
  turn int,                                            -- position of the call it belongs to
  agenda_item_id bigint references agenda_items,
  person_id bigint references gathering_people,
  next_id bigint references gathering_people,          -- call: who is called after them
  passage_id bigint references passages,               -- the row it is about
  body text not null default '' constraint gathering_entries_length check (char_length(body) <= 5000),
  seconds int constraint gathering_entries_seconds check (seconds between 0 and 36000),   -- call, time: how long from then on; 0 stops
  presence text constraint gathering_entries_presence check (presence in ('present', 'absent', 'left')),
  replaces bigint references gathering_entries,
  becomes text constraint gathering_entries_becomes check (becomes is null   -- what a correction makes of it, if not what it was
    or kind = 'correction' and becomes in ('statement', 'question', 'reply', 'procedural')),
  said_at timestamptz not null,                        -- by the clock where it was typed, held within the gathering
  at timestamptz not null,
  staff_id bigint not null references staff,
  page int,                                            -- of the transcript; given when it ended
  submission_id bigint references submissions,         -- what it became a part of
  constraint gathering_entries_position unique (gathering_id, position),
  constraint gathering_entries_words check ((kind in ('statement', 'question', 'reply', 'procedural')) <= (body <> '')),
  constraint gathering_entries_speaker check (kind not in ('call', 'statement', 'question', 'reply', 'presence') or person_id is not null),
  constraint gathering_entries_replaces check ((kind in ('correction', 'hidden')) = (replaces is not null)),
  constraint gathering_entries_timed check ((kind in ('call', 'time')) = (seconds is not null)),
  constraint gathering_entries_present check ((kind = 'presence') = (presence is not null))
);
create index gathering_entries_of_submission on gathering_entries (submission_id) where submission_id is not null;
create index gathering_entries_replaced on gathering_entries (replaces) where replaces is not null;

-- What screens show. A name only of who has agreed to it. Read through a door alone, which asks whether everybody may follow, or for the key of the hall.
create table screen_entries (
  gathering_id bigint not null references gatherings,
  position int not null,
  kind text not null,
  turn int,
  label text not null,                                 -- the agenda item
  speaker jsonb,                                       -- as `person_label` says it: the words for it come with the language of the page
  next_speaker jsonb,
  body text not null,                                  -- empty once hidden, a dash once sealed
  seconds int,
  replaces int,                                        -- position of what it corrects or hides
  becomes text,
  sealed boolean not null default false,               -- whoever has shown it takes it off
  at timestamptz not null,
  primary key (gathering_id, position)
);
create index screen_entries_sealed on screen_entries (gathering_id) where sealed;
alter table screen_entries enable row level security;
grant select, insert, update on screen_entries to minyi_guard;
create policy screen_entries_guard on screen_entries to minyi_guard using (true) with check (true);

-- Page by page, by who was there. One that was corrected since counts no longer: the door compares `at`.
create table transcript_marks (
  person_id bigint not null references gathering_people,
  page int not null constraint transcript_marks_page check (page > 0),
  verdict text not null constraint transcript_marks_verdict check (verdict in ('confirmed', 'objected')),
  note text not null default '' constraint transcript_marks_note_length check (char_length(note) <= 1000),
  at timestamptz not null,
  primary key (person_id, page),
  constraint transcript_marks_why check ((verdict = 'objected') = (note <> ''))
);
-- How it ended with who did not confirm on a page: signed on paper, or refused.
create table transcript_ends (
  person_id bigint primary key references gathering_people,
  outcome text not null constraint transcript_ends_outcome check (outcome in ('paper', 'refused', 'unreachable')),
  reason text not null default '' constraint transcript_ends_reason_length check (char_length(reason) <= 500),
  recorded_by bigint not null references staff,
  recorded_at timestamptz not null,
  constraint transcript_ends_why check (outcome = 'paper' or reason <> '')
);

alter table agenda_items enable row level security;
alter table gathering_entries enable row level security;
alter table transcript_marks enable row level security;
alter table transcript_ends enable row level security;
grant select on agenda_items, gathering_entries, transcript_marks, transcript_ends to minyi_staff;
create policy agenda_items_of_visible on agenda_items for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy gathering_entries_of_my_units on gathering_entries for select to minyi_staff using (gathering_id = any (array(
  select g.id from gatherings g where g.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));
create policy transcript_marks_of_visible on transcript_marks for select to minyi_staff using (person_id = any (array(select p.id from gathering_people p)));
create policy transcript_ends_of_visible on transcript_ends for select to minyi_staff using (person_id = any (array(select p.id from gathering_people p)));
grant select, insert, update, delete on agenda_items to minyi_guard;
grant select, insert, update on gathering_entries, transcript_marks to minyi_guard;
grant select, insert, update, delete on transcript_ends to minyi_guard;
create policy agenda_items_guard on agenda_items to minyi_guard using (true) with check (true);
create policy gathering_entries_guard on gathering_entries to minyi_guard using (true) with check (true);
create policy transcript_marks_guard on transcript_marks to minyi_guard using (true) with check (true);
create policy transcript_ends_guard on transcript_ends to minyi_guard using (true) with check (true);

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------

-- How somebody is called on screen and transcript: by role and seat, and by name only where they have agreed. Null for nobody.
create function person_label(p_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select jsonb_build_object('role', m.role, 'seat', m.seat, 'name', m.public_name,
    'of', coalesce(c.name, u.name, case when m.consents then m.public_unit end, ''))
  from gathering_people m left join gathering_categories c on c.id = m.category_id left join units u on u.id = m.unit_id
  where m.id = p_id
$$;

create function save_agenda(p_gathering_id bigint, p_kinds text[], p_titles text[], p_minutes int[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := staffed_gathering(p_gathering_id);
begin
  if g.state not in ('preparing', 'announced', 'postponed') then perform refuse('gatherings_not_begun'); end if;
  delete from agenda_items where gathering_id = g.id;
  insert into agenda_items (gathering_id, ordinal, kind, title, minutes)
  select g.id, i.ordinal, i.kind, i.title, nullif(i.minutes, 0)
  from unnest(p_kinds, p_titles, p_minutes) with ordinality i (kind, title, minutes, ordinal);
  perform gathering_event(g, 'agenda_saved');
end $$;

-- Adds an entry that is judged already, and what the screen shows of it. Returns its position. The gathering is locked.
create function add_entry(g gatherings, e gathering_entries) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  place int := (select coalesce(max(t.position), 0) + 1 from gathering_entries t where t.gathering_id = g.id);
  target gathering_entries;
begin
  select * into target from gathering_entries t where t.id = e.replaces;
  insert into gathering_entries (gathering_id, position, key, kind, turn, agenda_item_id, person_id, next_id, passage_id, body, seconds, presence,
    replaces, becomes, said_at, at, staff_id, page)
  values (g.id, place, e.key, e.kind,
    case when e.kind = 'call' then place else coalesce(target.turn, (select t.turn from gathering_entries t
      where t.gathering_id = g.id and t.kind in ('call', 'agenda') order by t.position desc limit 1)) end,
    e.agenda_item_id, e.person_id, e.next_id, e.passage_id, coalesce(e.body, ''), e.seconds, e.presence, e.replaces, e.becomes, e.said_at, minyi_clock(),
    actor_staff(), coalesce(target.page, e.page));
  insert into screen_entries (gathering_id, position, kind, turn, label, speaker, next_speaker, body, seconds, replaces, becomes, at)
  select g.id, place, t.kind, t.turn,
    coalesce((select a.title from agenda_items a where a.id = t.agenda_item_id), ''), person_label(coalesce(t.person_id, target.person_id)),
    person_label(t.next_id),
    -- What was taken from the screen does not come back by a correction.
    case when exists (select from gathering_entries h where h.replaces = target.id and h.kind = 'hidden') then '' else t.body end,
    t.seconds, target.position, t.becomes, t.at
  from gathering_entries t where t.gathering_id = g.id and t.position = place;
  if e.kind = 'hidden' then
    update screen_entries s set body = '' where s.gathering_id = g.id and (s.position = target.position or s.replaces = target.position);
  elsif e.kind = 'presence' then
    update gathering_people m set presence = e.presence where m.id = e.person_id;
  end if;
  -- Who signed on paper has not signed what was changed since: as a mark, it counts no longer.
  if g.state = 'held' and coalesce(target.page, e.page) is not null then
    delete from transcript_ends t using gathering_people m where m.id = t.person_id and m.gathering_id = g.id and t.outcome = 'paper';
  end if;
  return place;
end $$;

-- What stands against an entry; null if nothing does.
create function entry_fault(g gatherings, e gathering_entries) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select case
    when e.kind in ('correction', 'hidden') and not exists (select from gathering_entries t
      where t.id = e.replaces and t.gathering_id = g.id and t.kind in ('statement', 'question', 'reply', 'procedural')) then 'unknown'
    when e.person_id is not null and m.id is null or e.next_id is not null and n.id is null
      or e.agenda_item_id is not null and not exists (select from agenda_items a where a.id = e.agenda_item_id and a.gathering_id = g.id)
      or e.passage_id is not null and not exists (select from passages s join procedures p on p.edition_id = s.edition_id
        where s.id = e.passage_id and p.id = g.procedure_id) then 'unknown'
    when e.kind is null or e.kind not in ('agenda', 'presence', 'call', 'time', 'statement', 'question', 'reply', 'procedural', 'correction', 'hidden')
      or e.kind in ('statement', 'question', 'reply', 'procedural', 'correction') and btrim(coalesce(e.body, ''), e' \t\n\r') = ''
      or char_length(e.body) > 5000 or e.kind in ('call', 'statement', 'question', 'reply', 'presence') and e.person_id is null
      or e.kind = 'agenda' and e.agenda_item_id is null
      or (e.kind in ('call', 'time')) <> (e.seconds is not null) or e.seconds not between 0 and 36000
      or (e.kind = 'presence') <> (e.presence is not null) or e.presence not in ('present', 'absent', 'left')
      or (e.kind in ('correction', 'hidden')) <> (e.replaces is not null)
      or e.becomes is not null and (e.kind <> 'correction' or e.becomes not in ('statement', 'question', 'reply', 'procedural')) then 'malformed'
    when g.state not in ('under_way', 'held') then 'not_under_way'
    when g.state = 'held' and e.kind not in ('correction', 'hidden') and (e.said_at > g.ended_at
      or exists (select from transcript_marks k join gathering_people q on q.id = k.person_id where q.gathering_id = g.id)) then 'fixed'
    when e.kind in ('call', 'statement', 'question', 'reply') and m.role in ('observer', 'media') then 'may_not_speak'
    when e.becomes in ('statement', 'question', 'reply') then (select case when w.id is null then 'no_speaker'
      when w.role in ('observer', 'media') then 'may_not_speak' end
      from gathering_entries t left join gathering_people w on w.id = t.person_id where t.id = e.replaces)
    -- Whom a visit meets is there by being met.
    when e.kind in ('call', 'statement', 'question', 'reply') and (m.state in ('declined', 'replaced')
      or coalesce(m.presence, case m.role when 'met' then 'present' end, '') <> 'present') then 'not_present'
    end
  from (select) one left join gathering_people m on m.id = e.person_id and m.gathering_id = g.id
  left join gathering_people n on n.id = e.next_id and n.gathering_id = g.id
$$;

-- Any number of entries, each with an outcome; one that is refused never hurts its neighbours, and is on record.
create function take_entries(p_gathering_id bigint, p_entries jsonb) returns table (key uuid, place int, outcome text)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  g gatherings;
  typed jsonb;
  i record;
  e gathering_entries;
  known gathering_entries;
begin
  -- Not staffed_gathering: whoever refers to the gathering meanwhile need not wait.
  select * into g from gatherings where id = p_gathering_id for no key update;
  if not found then raise exception 'unknown gathering' using errcode = 'P0002'; end if;
  perform require_role(g.unit_ids, 'organiser', 'clerk');
  if jsonb_typeof(p_entries) <> 'array' or jsonb_array_length(p_entries) > 200 then perform refuse('gathering_entries_some'); end if;
  for typed in select t.value from jsonb_array_elements(p_entries) t loop
    key := null; place := null; outcome := null;
    begin
      select * into strict i from jsonb_to_record(typed) t (key uuid, kind text, person bigint, next bigint, item bigint, passage bigint, body text,
        seconds int, presence text, replaces uuid, becomes text, "saidAt" timestamptz);
      if i.key is null then outcome := 'malformed'; end if;
    exception when data_exception then
      outcome := 'malformed';
      if typed ->> 'key' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then key := (typed ->> 'key')::uuid; end if;
    end;
    if outcome is null then
      key := i.key;
      select * into known from gathering_entries t where t.key = i.key;
      if found then
        outcome := case when known.gathering_id = g.id and known.kind = i.kind and known.person_id is not distinct from i.person
          and (known.body = coalesce(i.body, '') or known.body = '—' and known.submission_id is not null) then 'already' else 'key_reused' end;
        if outcome = 'already' then place := known.position; end if;
      else
        e := null;
        e.key := i.key; e.kind := i.kind; e.person_id := i.person; e.next_id := i.next; e.agenda_item_id := i.item; e.passage_id := i.passage;
        e.body := coalesce(i.body, ''); e.seconds := i.seconds; e.presence := i.presence; e.becomes := i.becomes;
        -- A correction of a correction is one of what was first typed.
        select coalesce(t.replaces, t.id) into e.replaces from gathering_entries t where t.key = i.replaces and t.gathering_id = g.id;
        if i.replaces is not null and e.replaces is null then outcome := 'unknown'; end if;
        e.said_at := least(greatest(coalesce(i."saidAt", minyi_clock()), g.began_at), minyi_clock());
        outcome := coalesce(outcome, entry_fault(g, e), 'accepted');
        if outcome = 'accepted' then
          if g.state = 'held' and e.kind in ('statement', 'question', 'reply', 'procedural') then e.page := greatest(g.pages, 1); end if;
          place := add_entry(g, e);
          -- The first words may come after it has ended with none.
          if e.page > g.pages then
            update gatherings set pages = e.page where id = g.id;
            g.pages := e.page;
          end if;
        end if;
      end if;
    end if;
    if outcome not in ('accepted', 'already') then perform gathering_event(g, 'entry_refused', outcome); end if;
    return next;
  end loop;
end $$;

-- An entry that a door makes.
create function note_entry(g gatherings, p_kind text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare e gathering_entries;
begin
  e.key := gen_random_uuid(); e.kind := p_kind; e.said_at := minyi_clock();
  perform add_entry(g, e);
end $$;

create function begin_gathering(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_id);
  late text;
begin
  if g.state <> 'announced' then perform refuse('gatherings_announced'); end if;
  -- A visit may be made on another day than was planned.
  if g.kind <> 'visit' and minyi_clock() < g.starts_at - interval '2 hours' then perform refuse('gatherings_too_early'); end if;
  if (select count(distinct role) from gathering_people where gathering_id = g.id and state in ('named', 'accepted')
      and (role in ('presider', 'recorder') or role = 'presenter' and g.kind = 'hearing')) 
      < (case g.kind when 'hearing' then 3 when 'forum' then 2 else 0 end) then   -- a visit is made by who writes it down
    perform refuse('gatherings_roles_filled');
  end if;
  if g.kind = 'hearing' then
    if not exists (select from published_versions where gathering_id = g.id and kind = 'participant_list') then
      perform refuse('gatherings_list_first');
    end if;
    if exists (select from gathering_rule('hearing.materials', china_day(g.starts_at), g.unit_id) r where r.binding) then
      select string_agg(m.seat::text, '、' order by m.seat) into late from gathering_people m
      where m.gathering_id = g.id and m.role = 'participant' and m.state in ('named', 'accepted') and not exists (
        select from material_deliveries d where d.person_id = m.id
          and d.delivered_on <= gathering_day('hearing.materials', china_day(g.starts_at), g.unit_id));
      if late is not null then perform refuse('gatherings_materials_late', late); end if;
    end if;
  end if;
  update gatherings set state = 'under_way', began_at = minyi_clock(), version = version + 1 where id = g.id;
  -- Without them it could not have begun.
  update gathering_people set presence = 'present' where gathering_id = g.id and role in ('presider', 'recorder') and state in ('named', 'accepted');
  perform note_entry(g, 'began');
  perform gathering_event(g, 'began');
end $$;

create function end_gathering(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_id);
  m record;
  facts jsonb := jsonb_build_object('due_on', coalesce(g.report_on, china_day(minyi_clock()) + 14));
begin
  if g.state <> 'under_way' then perform refuse('gatherings_under_way'); end if;
  perform note_entry(g, 'ended');
  update gathering_entries e set page = n.page from (
    select id, ((row_number() over (order by position) - 1) / 12 + 1)::int as page from gathering_entries
    where gathering_id = g.id and kind in ('statement', 'question', 'reply', 'procedural')) n
  where e.id = n.id or e.replaces = n.id;
  update gatherings set state = 'held', ended_at = minyi_clock(), version = version + 1,
    pages = (select coalesce(max(page), 0) from gathering_entries where gathering_id = g.id) where id = g.id;
  perform gathering_event(g, 'ended');
  -- Whom a visit meets has no transcript to confirm.
  for m in select p.id, r.submission_id from gathering_people p left join registrations r on r.id = p.registration_id
    where p.gathering_id = g.id and g.kind <> 'visit' and p.presence in ('present', 'left') loop
    if m.submission_id is null then perform notify_person('transcript_ready', m.id, facts);
    else perform notify_author('transcript_ready', m.submission_id, format('gathering.%s.transcript_ready', g.id), facts); end if;
  end loop;
end $$;

-- ---- Confirmed ------------------------------------------------------------------------------------------------------------------

create function person_by_code(p_number text, p_code_mac bytea) returns gathering_people
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select m from gathering_people m join gatherings g on g.id = m.gathering_id
  where g.number = p_number and m.code_mac = p_code_mac and m.state in ('named', 'accepted') and m.presence in ('present', 'left')
    and g.state in ('held', 'closed')
$$;

-- A mark counts while nothing on its page was corrected after it.
create function mark_counts(k transcript_marks) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select not exists (select from gathering_entries e join gathering_people m on m.gathering_id = e.gathering_id
    where m.id = k.person_id and e.page = k.page and e.replaces is not null and e.at > k.at)
$$;

create function transcript_by_code(p_number text, p_code_mac bytea) returns table (title text, label jsonb, pages int, marks jsonb, state text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.title, person_label(m.id), g.pages, (select coalesce(jsonb_agg(jsonb_build_object('page', k.page, 'verdict', k.verdict) order by k.page), '[]')
    from transcript_marks k where k.person_id = m.id and mark_counts(k)), g.state
  from person_by_code(p_number, p_code_mac) m join gatherings g on g.id = m.gathering_id
$$;

create function transcript_page(p_number text, p_code_mac bytea, p_page int)
returns table (place int, kind text, label jsonb, body text, replaces int, becomes text, at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select e.position, e.kind, person_label(e.person_id),
    case when exists (select from gathering_entries h where h.kind = 'hidden' and h.replaces in (e.id, e.replaces)) then '' else e.body end,
    (select r.position from gathering_entries r where r.id = e.replaces), e.becomes, e.at
  from person_by_code(p_number, p_code_mac) m join gathering_entries e on e.gathering_id = m.gathering_id and e.page = p_page
  order by e.position
$$;

create function mark_page(p_number text, p_code_mac bytea, p_page int, p_seen int, p_verdict text, p_note text) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  m gathering_people := person_by_code(p_number, p_code_mac);
  g gatherings;
begin
  if m.id is null then return 'unknown'; end if;
  -- Shared with no entry: one that is taken at this moment is either seen here or makes this mark void.
  select * into g from gatherings where id = m.gathering_id for update;
  if g.state <> 'held' then return 'over'; end if;
  if p_page not between 1 and g.pages or p_page is null then return 'unknown'; end if;
  if p_verdict = 'objected' and btrim(coalesce(p_note, '')) = '' then return 'reason'; end if;
  if exists (select from gathering_entries e where e.gathering_id = g.id and e.page = p_page and e.position > p_seen) then return 'changed'; end if;
  insert into transcript_marks (person_id, page, verdict, note, at)
  values (m.id, p_page, p_verdict, case p_verdict when 'objected' then btrim(p_note) else '' end, minyi_clock())
  on conflict (person_id, page) do update set verdict = excluded.verdict, note = excluded.note, at = excluded.at;
  return 'marked';
end $$;

create function end_confirmation(p_person_id bigint, p_outcome text, p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := staffed_gathering((select gathering_id from gathering_people where id = p_person_id));
begin
  if g.state <> 'held' then perform refuse('gatherings_held'); end if;
  if p_outcome = 'paper' and g.transcript_scan_id is null then perform refuse('transcript_ends_scan'); end if;
  insert into transcript_ends (person_id, outcome, reason, recorded_by, recorded_at)
  values (p_person_id, p_outcome, btrim(coalesce(p_reason, '')), actor_staff(), minyi_clock())
  on conflict (person_id) do update set outcome = excluded.outcome, reason = excluded.reason, recorded_by = excluded.recorded_by,
    recorded_at = excluded.recorded_at;
  perform gathering_event(g, 'confirmation_ended', p_outcome);
end $$;

create function attach_transcript_scan(p_id bigint, p_scan uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := staffed_gathering(p_id);
begin
  if g.state <> 'held' then perform refuse('gatherings_held'); end if;
  if g.transcript_scan_id = p_scan then return; end if;
  update attachments set expires_at = null, unit_ids = g.unit_ids where id = p_scan and uploaded_by = actor_staff() and expires_at > minyi_clock();
  if not found then raise exception 'unknown file' using errcode = 'P0002'; end if;
  update gatherings set transcript_scan_id = p_scan, version = version + 1 where id = g.id;
  perform gathering_event(g, 'transcript_scanned');
end $$;

-- ---- Closed ---------------------------------------------------------------------------------------------------------------------

-- One submission of what somebody said at a turn: of the entries given, in order.
create function make_statement(g gatherings, p procedures, m gathering_people, p_entries bigint[], p_body text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  new_number text := public_number((select value from site_settings where key = 'number_prefix'), moment, nextval('submission_numbers'));
  channel text := case g.kind when 'hearing' then 'hearing' when 'forum' then 'meeting' else 'site_visit' end;
  salt bytea := uuid_send(gen_random_uuid());
  place passages;
  of_unit boolean := m.public_unit <> '' and m.consents and exists (select from gathering_categories c where c.id = m.category_id and c.way <> 'application');
  made bigint;
begin
  -- The row as the newest edition has it.
  select n.* into place from gathering_entries e join passages s on s.id = e.passage_id join passages n on n.lineage = s.lineage and n.edition_id = p.edition_id
  where e.id = any (p_entries) order by e.position limit 1;
  insert into submissions (number, key, procedure_id, edition_id, passage_id, body, channel, received_at, arrived_on, entered_by, submitter,
    organisation, public_name, salt, proof, code_mac, unit_ids)
  values (new_number, gen_random_uuid(), p.id, p.edition_id, place.id, p_body, channel, moment, china_day(g.began_at),
    (select e.staff_id from gathering_entries e where e.id = p_entries[1]), case when of_unit then 'organisation' else 'person' end,
    case when of_unit then m.public_unit else '' end, nullif(m.public_name, ''), salt,
    sha256(salt || convert_to(canonical_form(new_number, p.number, place.lineage, channel, moment,
      case when of_unit then 'organisation' else 'person' end, 1, p_body), 'UTF8')),
    -- Nobody has its code.
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), p.unit_ids)
  returning id into made;
  insert into opinions (submission_id, body, unit_ids) values (made, p_body, p.unit_ids);
  update gathering_entries set submission_id = made where id = any (p_entries) or replaces = any (p_entries);
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids) values (moment, 'submission', made, 'received', actor_staff(), p.unit_ids);
end $$;

-- Returns how many opinions were made.
create function close_gathering(p_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  m gathering_people;
  e record;
  missing text;
  ids bigint[] := '{}';
  words text := '';
  turn int;
  passage bigint;
  made int := 0;
begin
  select * into p from procedures where id = (select procedure_id from gatherings where id = p_id) for share;
  g := organised_gathering(p_id);
  if g.state <> 'held' then perform refuse('gatherings_held'); end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('gatherings_procedure_over'); end if;
  if g.kind = 'hearing' then
    select string_agg(distinct q.role || q.seat, ' ') into missing
    from gathering_people q cross join generate_series(1, g.pages) page
    where q.gathering_id = g.id and q.role in ('participant', 'presider', 'presenter') and q.presence in ('present', 'left')
      and not exists (select from transcript_ends t where t.person_id = q.id)
      and not exists (select from transcript_marks k where k.person_id = q.id and k.page = page and mark_counts(k));
    if missing is not null then perform refuse('gatherings_unconfirmed', missing); end if;
  end if;
  -- What was hidden from the screen was said all the same. What a correction makes a question, or a reply, is that.
  for e in select t.id, t.turn, t.person_id, t.passage_id, coalesce((select c.body from gathering_entries c where c.replaces = t.id
      and c.kind = 'correction' order by c.position desc limit 1), t.body) as body
    from gathering_entries t join gathering_people q on q.id = t.person_id
    where t.gathering_id = g.id and t.kind in ('statement', 'question', 'reply', 'procedural') and q.role in ('participant', 'invited', 'met')
      and coalesce((select c.becomes from gathering_entries c where c.replaces = t.id and c.becomes is not null order by c.position desc limit 1),
        t.kind) in ('statement', 'question')
    order by t.turn nulls first, t.person_id, t.position loop
    if ids <> '{}' and (m.id <> e.person_id or turn is distinct from e.turn or passage is distinct from e.passage_id
        or char_length(words) + 1 + char_length(e.body) > 5000) then
      perform make_statement(g, p, m, ids, words);
      made := made + 1; ids := '{}'; words := '';
    end if;
    if m.id is distinct from e.person_id then select * into m from gathering_people where id = e.person_id; end if;
    turn := e.turn; passage := e.passage_id; ids := ids || e.id;
    words := case when words = '' then e.body else words || e'\n' || e.body end;
  end loop;
  if ids <> '{}' then perform make_statement(g, p, m, ids, words); made := made + 1; end if;
  update gatherings set state = 'closed', closed_at = minyi_clock(), version = version + 1 where id = g.id;
  perform gathering_event(g, 'closed', made::text);
  return made;
end $$;

-- ---- Shown ----------------------------------------------------------------------------------------------------------------------

create function gathering_screen(p_number text, p_screen_key uuid) returns table (gathering_id bigint, screen_key uuid, title text, state text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.id, g.screen_key, g.title, g.state from gatherings g
  -- A hearing is public. What is said at a forum or on a visit is read in its record, once that is approved; a forum may have a screen in its room.
  where g.number = p_number and g.state <> 'preparing'
    and (g.is_streamed and g.kind = 'hearing' and p_screen_key is null or g.screen_key = p_screen_key)
$$;

create function screen_entries_after(p_gathering_id bigint, p_screen_key uuid, p_after int, p_limit int)
returns table (place int, kind text, turn int, label text, speaker jsonb, next_speaker jsonb, body text, seconds int, replaces int, becomes text,
  at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.position, s.kind, s.turn, s.label, s.speaker, s.next_speaker, s.body, s.seconds, s.replaces, s.becomes, s.at
  from screen_entries s join gatherings g on g.id = s.gathering_id
  where s.gathering_id = p_gathering_id and g.screen_key = p_screen_key and s.position > p_after
  order by s.position limit least(p_limit, 500)
$$;

-- What those who follow are to be told beside what is said: whether everybody still may, and what was sealed.
create function screen_standing(p_gathering_id bigint, p_screen_key uuid) returns table (is_open boolean, sealed int[])
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select g.is_streamed and g.kind = 'hearing',
    array(select s.position from screen_entries s where s.gathering_id = g.id and s.sealed order by s.position)
  from gatherings g where g.id = p_gathering_id and g.screen_key = p_screen_key
$$;

-- ---- What was said is nobody's to take back ---------------------------------------------------------------------------------------

create function was_said(p_submission_id bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$ select exists (select from gathering_entries where submission_id = p_submission_id) $$;

create or replace function reissue_code(p_submission_id bigint, p_version int, p_code_mac bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then return false; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  if was_said(s.id) then perform refuse('submissions_statement_no_code'); end if;
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
  if s.channel = 'written' or was_said(s.id)
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

create or replace function shown_comments(p_procedure text, p_before bigint, p_limit int)
returns table (id bigint, position_number text, body text, received_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.id, g.number, s.body, s.received_at
  from submissions s join procedures p on p.id = s.procedure_id left join passages g on g.id = s.passage_id
  where p.number = p_procedure and p.comments_shown and p.state <> 'preparing' and s.screening = 'shown' and s.channel <> 'written' and not was_said(s.id)
    and s.withdrawn_at is null and s.sealed_at is null and s.id < p_before
  order by s.id desc limit least(p_limit, 100)
$$;

-- Sealed, what was said stands neither on the screen nor in the transcript.
create function statement_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare w record;
begin
  -- A record that is not published holds the lines, too (`HearingReport`): what was cleared is set aside. A published one has a seal of its own.
  for w in select e.gathering_id as of, '：' || substr(b.text, 2, length(b.text) - 2) as line from gathering_entries e
      cross join lateral (select to_jsonb(e.body)::text) b (text) where e.submission_id = new.id and e.body <> '' loop
    update gathering_papers set content = replace(replace(content::text, w.line || '\n', '：—\n'), w.line || '"', '：—"')::jsonb, version = version + 1
    where gathering_id = w.of and kind = 'gathering_record' and strpos(content::text, w.line) > 0;
    update clearances set content = replace(replace(content::text, w.line || '\n', '：—\n'), w.line || '"', '：—"')::jsonb,
      withdrawn_at = coalesce(withdrawn_at, minyi_clock())
    where gathering_id = w.of and kind = 'gathering_record' and published_at is null and strpos(content::text, w.line) > 0;
  end loop;
  insert into sealed_contents (seal_id, source, source_id, content)
  select s.id, 'gathering_entry', e.id, e.body from seals s join gathering_entries e on e.submission_id = new.id and e.body <> ''
  where s.submission_id = new.id and s.declined_at is null;
  update screen_entries s set body = '—', sealed = true from gathering_entries e
  where e.submission_id = new.id and e.body <> '' and s.gathering_id = e.gathering_id and s.position = e.position;
  update gathering_entries set body = '—' where submission_id = new.id and body <> '';
  -- Files made of the words as they stood; asked for again, they are made without them.
  delete from gathering_files f using gathering_entries e
  where e.submission_id = new.id and f.gathering_id = e.gathering_id and f.kind in ('transcript', 'record');
  return null;
end $$;
create trigger submissions_statement_sealed after update of sealed_at on submissions for each row
  when (old.sealed_at is null and new.sealed_at is not null) execute function statement_sealed();

do $$
declare f text;
begin
  foreach f in array array['person_label(bigint)', 'save_agenda(bigint, text[], text[], int[])', 'take_entries(bigint, jsonb)', 'begin_gathering(bigint)',
    'end_gathering(bigint)', 'end_confirmation(bigint, text, text)', 'attach_transcript_scan(bigint, uuid)', 'close_gathering(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['transcript_by_code(text, bytea)', 'transcript_page(text, bytea, int)', 'mark_page(text, bytea, int, int, text, text)',
    'gathering_screen(text, uuid)', 'screen_entries_after(bigint, uuid, int, int)', 'screen_standing(bigint, uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
  foreach f in array array['add_entry(gatherings, gathering_entries)', 'entry_fault(gatherings, gathering_entries)', 'note_entry(gatherings, text)',
    'person_by_code(text, bytea)', 'mark_counts(transcript_marks)',
    'make_statement(gatherings, procedures, gathering_people, bigint[], text)', 'was_said(bigint)', 'statement_sealed()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  grant execute on function was_said(bigint) to minyi_intake;
end $$;
