-- 走访: what was noted can be corrected until it is worked up, and what comes later is refused note by note.
set local search_path to minyi;

-- Of somebody who was met: how they are called, whether that may be public, how to reach them. A correction of the entry by which they
-- are there, as words are corrected by one of theirs: `p_words` says what was changed, never what it was or is now, for that may be nobody's
-- to read. `p_key` makes it count once. The sealed contact takes the place of the one before.
create function correct_met_person(p_id bigint, p_key uuid, p_words text, p_public_name text, p_public_unit text, p_consents boolean,
  p_contact_id uuid, p_contact_key_id text, p_contact bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering((select gathering_id from gathering_people where id = p_id));
  m gathering_people;
  e gathering_entries;
begin
  select * into m from gathering_people where id = p_id for update;
  if g.kind <> 'visit' or m.role <> 'met' then perform refuse('gatherings_visit'); end if;
  if g.state not in ('under_way', 'held') then perform refuse('gatherings_noted'); end if;
  if exists (select from gathering_entries where key = p_key) then return; end if;
  select t.id into e.replaces from gathering_entries t where t.person_id = m.id and t.kind = 'presence' order by t.position limit 1;
  if e.replaces is null then
    -- Named at the desk: that they were met has no entry yet.
    e.key := md5('present ' || m.key)::uuid; e.kind := 'presence'; e.person_id := m.id; e.presence := 'present'; e.said_at := minyi_clock();
    perform add_entry(g, e);
    select t.id into e.replaces from gathering_entries t where t.key = md5('present ' || m.key)::uuid;
  end if;
  update gathering_people set public_name = p_public_name, public_unit = p_public_unit, consents = p_consents where id = m.id;
  delete from gathering_contacts where person_id = m.id;
  insert into gathering_contacts (id, person_id, key_id, sealed, created_at) values (p_contact_id, m.id, p_contact_key_id, p_contact, minyi_clock());
  e.key := p_key; e.kind := 'correction'; e.person_id := m.id; e.presence := null; e.body := p_words; e.said_at := minyi_clock();
  perform add_entry(g, e);
  -- A name that is not to be public any longer stands nowhere as it was shown, nor in a file that was made.
  update screen_entries s set speaker = person_label(m.id) from gathering_entries t
    left join gathering_entries r on r.id = t.replaces
  where t.gathering_id = g.id and coalesce(t.person_id, r.person_id) = m.id and s.gathering_id = g.id and s.position = t.position;
  delete from gathering_files where gathering_id = g.id and kind = 'transcript';
  perform gathering_event(g, 'person_corrected');
end $$;

-- Names of those who did not agree to be named, against which what is written under pictures is read. Each reading is an event, but not each picture is one:
-- what one person sends within an hour is one reading.
create function unnamed_contacts(p_gathering_id bigint) returns table (person_id bigint, id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare g gatherings := staffed_gathering(p_gathering_id);
begin
  if not exists (select from events v where v.subject = 'gathering' and v.subject_id = g.id and v.kind = 'contacts_read' and v.code = 'captions'
      and v.staff_id = actor_staff() and v.at > minyi_clock() - interval '1 hour') then
    perform gathering_event(g, 'contacts_read', 'captions');
  end if;
  return query select c.person_id, c.id, c.key_id, c.sealed from gathering_contacts c join gathering_people m on m.id = c.person_id
    where m.gathering_id = g.id and not m.consents and m.role not in ('presider', 'presenter', 'recorder') order by c.person_id;
end $$;

-- As before; and of a visit that takes no more notes each is refused by itself, so that the phone can give it back.
create or replace function take_field_notes(p_gathering_id bigint, p_people jsonb, p_points jsonb) returns table (point text, outcome text)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  g gatherings := staffed_gathering(p_gathering_id);
  m jsonb;
  said jsonb;
begin
  if g.kind <> 'visit' then perform refuse('gatherings_visit'); end if;
  if jsonb_array_length(p_people) > 50 or jsonb_array_length(p_points) > 150 then perform refuse('field_notes_size'); end if;
  if g.state not in ('announced', 'under_way', 'held') then
    return query select w.note ->> 'key', case when t.id is null then 'not_under_way' else 'already' end
      from jsonb_array_elements(p_points) w (note) left join gathering_entries t on t.gathering_id = g.id and t.key = md5(w.note ->> 'key')::uuid;
    if exists (select from jsonb_array_elements(p_points) w (note) where not exists (
        select from gathering_entries t where t.gathering_id = g.id and t.key = md5(w.note ->> 'key')::uuid)) then
      perform gathering_event(g, 'entry_refused', 'not_under_way');
    end if;
    return;
  end if;
  if g.state = 'announced' then perform begin_gathering(g.id); end if;
  -- It began when the first was written down, by the clock of the phone, which may have had no network: not before it was convened.
  update gatherings set began_at = greatest((select min(at) from events where subject = 'gathering' and subject_id = g.id and to_state = 'announced'), w.said_at)
  from (select min((n ->> 'saidAt')::timestamptz) as said_at from jsonb_array_elements(p_people || p_points) n) w
  where id = g.id and state = 'under_way' and w.said_at < began_at;
  for m in select * from jsonb_array_elements(p_people) loop
    if not exists (select from gathering_people p where p.key = (m ->> 'key')::uuid) then
      perform name_person(g.id, 'met', null, null, null, m ->> 'publicName', m ->> 'publicUnit', (m ->> 'consents')::boolean,
        (m ->> 'key')::uuid, decode(m ->> 'codeMac', 'hex'), (m ->> 'contactID')::uuid, m ->> 'contactKey', decode(m ->> 'contact', 'hex'));
    end if;
  end loop;
  select jsonb_agg(e.entry order by e.place) into said from (
    select 0 as place, jsonb_build_object('key', md5('present ' || p.key)::uuid, 'kind', 'presence', 'person', p.id, 'presence', 'present',
      'saidAt', w.note ->> 'saidAt') as entry
    from jsonb_array_elements(p_people) w (note) join gathering_people p on p.key = (w.note ->> 'key')::uuid
    where p.gathering_id = g.id and p.presence is null
    union all
    select w.place::int, jsonb_build_object('key', md5(w.note ->> 'key')::uuid, 'kind', 'statement', 'person', p.id, 'body', w.note ->> 'text',
      'saidAt', w.note ->> 'saidAt')
    from jsonb_array_elements(p_points) with ordinality w (note, place)
    join gathering_people p on p.key = (w.note ->> 'person')::uuid and p.gathering_id = g.id) e;
  return query
    with taken as materialized (select t.key, t.outcome from take_entries(g.id, coalesce(said, '[]')) t)
    select w.note ->> 'key', coalesce(t.outcome, 'unknown')
    from jsonb_array_elements(p_points) w (note) left join taken t on t.key = md5(w.note ->> 'key')::uuid;
end $$;

do $$
declare f text;
begin
  foreach f in array array['correct_met_person(bigint, uuid, text, text, text, boolean, uuid, text, bytea)', 'unnamed_contacts(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'revoke execute on function ' || f || ' from public';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
