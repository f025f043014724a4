-- What hearings, forums and visits still lacked.
set local search_path to minyi;

-- ---- The published record as a document ------------------------------------------------------------------------------------------

-- Made by a worker of exactly the words that were reviewed, approved and published. Open like the version itself; gone with its seal.
create table version_files (
  version_id bigint not null references published_versions,
  format text not null constraint version_files_format check (format in ('docx', 'pdf')),
  data bytea not null constraint version_files_size check (octet_length(data) <= 10485760),
  primary key (version_id, format)
);
grant select on version_files to minyi_public, minyi_staff;
grant select, insert, delete on version_files to minyi_guard;

-- Asks for what the workers can make and nobody has made: also of what was published before there was a program for it. One that has died is not
-- asked for again: an administrator sees it.
create function ask_for_version_files() returns int
language sql security definer set search_path = minyi, pg_temp
as $$
  with wanted as (
    select jsonb_build_object('version', v.id, 'format', f.format) as payload
    from site_settings s cross join unnest(string_to_array(s.value, ' ')) f (format) cross join published_versions v
    where s.key = 'report_formats' and f.format in ('docx', 'pdf') and v.kind = 'gathering_record' and v.sealed_at is null
      and not exists (select from version_files d where d.version_id = v.id and d.format = f.format))
  select count(enqueue_job('make_version_file', w.payload))::int from wanted w
  where not exists (select from jobs j where j.kind = 'make_version_file' and j.payload = w.payload)
$$;

-- `p_attempt` names the lease: whose lease has ended keeps nothing. Sealed meanwhile, nothing is kept either.
create function version_file_was_made(p_job_id bigint, p_attempt int, p_data bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  wanted text;
begin
  select p.* into v from published_versions p join jobs j on p.id = (j.payload ->> 'version')::bigint
  where j.id = p_job_id and j.attempts = p_attempt and j.kind = 'make_version_file' and j.taken_at is not null for update of p;
  if v.id is null or v.sealed_at is not null then return; end if;
  select j.payload ->> 'format' into wanted from jobs j where j.id = p_job_id;
  insert into version_files (version_id, format, data) values (v.id, wanted, p_data) on conflict (version_id, format) do nothing;
end $$;

-- The page of the gathering offers it from then on.
create function version_file_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform note_public_change(g.number) from published_versions v join public_gatherings g on g.gathering_id = v.gathering_id
  where v.id = coalesce(new.version_id, old.version_id);
  return null;
end $$;
create constraint trigger version_files_public after insert or delete on version_files
  deferrable initially deferred for each row execute function version_file_changed();

create function version_files_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  delete from version_files where version_id = new.id;
  return null;
end $$;
create trigger published_versions_files_sealed after update of sealed_at on published_versions
  for each row when (old.sealed_at is null and new.sealed_at is not null) execute function version_files_sealed();

-- ---- What comes after the end -----------------------------------------------------------------------------------------------------

-- Taken after the end; a correction is none.
create function is_late(e gathering_entries) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select e.replaces is null and exists (select from gathering_entries d where d.gathering_id = e.gathering_id and d.kind = 'ended' and d.position < e.position)
$$;

-- An outbox may bring after the end what was said before it. It gets a page of its own, so that what somebody has confirmed stays as they read it,
-- and a further one once somebody has spoken on that. Everywhere it is read it says that it was entered after the end.
create function late_page(g gatherings) returns int
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select case when exists (select from gathering_entries e where e.gathering_id = g.id and e.page = g.pages and e.replaces is null
      and not is_late(e)) or exists (select from transcript_marks k join gathering_people q on q.id = k.person_id
      where q.gathering_id = g.id and k.page = g.pages) then g.pages + 1 else greatest(g.pages, 1) end
$$;

-- Asks who was there to look at the transcript: all of them when it has ended, and who has looked already when a page is added.
create function ask_to_confirm(g gatherings, p_page int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  m record;
  once text := format('gathering.%s.transcript_ready', g.id) || case when p_page > 1 then '.' || p_page else '' end;
  facts jsonb := jsonb_build_object('due_on', coalesce(g.report_on, china_day(minyi_clock()) + 14));
begin
  -- Whom a visit meets has no transcript to confirm.
  for m in select p.id, r.submission_id from gathering_people p left join registrations r on r.id = p.registration_id
    where p.gathering_id = g.id and g.kind <> 'visit' and p.presence in ('present', 'left')
      and (p_page = 1 or exists (select from transcript_marks k where k.person_id = p.id)) loop
    if m.submission_id is null then perform notify_person('transcript_ready', m.id, facts, case when p_page > 1 then once || '.' || m.id end);
    else perform notify_author('transcript_ready', m.submission_id, once, facts); end if;
  end loop;
end $$;

-- As before; who was there is asked by `ask_to_confirm`.
create or replace function end_gathering(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := staffed_gathering(p_id);
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
  perform ask_to_confirm(g, 1);
end $$;

-- As before; that somebody has confirmed keeps nothing out that was said before the end.
create or replace function entry_fault(g gatherings, e gathering_entries) returns text
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
    when g.state = 'held' and e.kind not in ('correction', 'hidden') and e.said_at > g.ended_at then 'fixed'
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

-- As before; what comes after the end gets a page by `late_page`.
create or replace function take_entries(p_gathering_id bigint, p_entries jsonb) returns table (key uuid, place int, outcome text)
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
          if g.state = 'held' and e.kind in ('statement', 'question', 'reply', 'procedural') then e.page := late_page(g); end if;
          place := add_entry(g, e);
          if e.page > g.pages then
            update gatherings set pages = e.page where id = g.id;
            g.pages := e.page;
            perform ask_to_confirm(g, e.page);
          end if;
        end if;
      end if;
    end if;
    if outcome not in ('accepted', 'already') then perform gathering_event(g, 'entry_refused', outcome); end if;
    return next;
  end loop;
end $$;

-- As before, with when it was said, and whether it was entered after the end.
-- squawk-ignore ban-drop-function
drop function transcript_page(text, bytea, int);
create function transcript_page(p_number text, p_code_mac bytea, p_page int)
returns table (place int, kind text, label jsonb, body text, replaces int, becomes text, said_at timestamptz, late boolean)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select e.position, e.kind, person_label(e.person_id),
    case when exists (select from gathering_entries h where h.kind = 'hidden' and h.replaces in (e.id, e.replaces)) then '' else e.body end,
    (select r.position from gathering_entries r where r.id = e.replaces), e.becomes, e.said_at, is_late(e)
  from person_by_code(p_number, p_code_mac) m join gathering_entries e on e.gathering_id = m.gathering_id and e.page = p_page
  order by e.position
$$;

do $$
declare f text;
begin
  foreach f in array array['ask_for_version_files()', 'version_file_was_made(bigint, int, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
  foreach f in array array['transcript_page(text, bytea, int)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
  foreach f in array array['version_file_changed()', 'version_files_sealed()', 'late_page(gatherings)', 'is_late(gathering_entries)', 'ask_to_confirm(gatherings, int)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
end $$;
