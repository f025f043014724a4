-- 座谈会的名单: who is asked to come is corrected and taken out again, and stands there once; and whoever is called together has somebody to call.
-- squawk-ignore-file ban-drop-constraint, ban-drop-function, constraint-missing-not-valid, adding-field-with-default, require-concurrent-index-creation
-- squawk-ignore-file require-concurrent-index-deletion
-- (Small tables, looked at once.)
set local search_path to minyi;

-- ---- Taken out of the list again ------------------------------------------------------------------------------------------------
alter table gathering_people
  add column removed_reason text not null default '' constraint gathering_people_removed_length check (char_length(removed_reason) <= 500),
  -- Of who did not agree to be named their own unit says too much: it has few people, or is a shop with its owner's name. This is the one place that
  -- says so; everything that is shown to others reads it here.
  add column shown_unit text not null generated always as (
    case when consents or role in ('presider', 'presenter', 'recorder') then public_unit else '' end) stored,
  drop constraint gathering_people_state,
  add constraint gathering_people_state check (state in ('named', 'accepted', 'declined', 'replaced', 'removed')),
  add constraint gathering_people_removed_why check ((state = 'removed') = (removed_reason <> ''));
grant select (removed_reason, shown_unit) on gathering_people to minyi_staff;
-- Who was taken out as somebody asked may be named again as what they are.
drop index gathering_people_once_staff;
create unique index gathering_people_once_staff on gathering_people (gathering_id, staff_id)
  where staff_id is not null and state not in ('replaced', 'removed');

-- ---- Once on the list -----------------------------------------------------------------------------------------------------------
-- Names and phones are sealed. That two are the same is seen by keyed hashes of them, which go where the sealed ones go.
alter table gathering_contacts
  add column name_index bytea constraint gathering_contacts_name_index_length check (octet_length(name_index) = 32),
  add column phone_index bytea constraint gathering_contacts_phone_index_length check (octet_length(phone_index) = 32);

-- Somebody of the same name is the same person where the phone is the same, and where there are not two phones to tell them apart, the unit. Two of
-- one household may share a phone. `p_except`: who is being corrected. The gathering is locked by who asks.
create function require_once(g gatherings, p_except bigint, p_name_index bytea, p_phone_index bytea, p_unit text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if exists (select from gathering_contacts c join gathering_people m on m.id = c.person_id
      where m.gathering_id = g.id and m.id <> p_except and m.state not in ('replaced', 'removed') and c.name_index = p_name_index
        and coalesce(c.phone_index = p_phone_index, m.public_unit = p_unit)) then
    perform refuse('gathering_people_once');
  end if;
end $$;

-- As before (0048), and nobody is named twice.
drop function name_person(bigint, text, bigint, bigint, bigint, text, text, boolean, uuid, bytea, uuid, text, bytea);
create function name_person(p_gathering_id bigint, p_role text, p_category_id bigint, p_staff_id bigint, p_unit_id bigint, p_public_name text,
  p_public_unit text, p_consents boolean, p_key uuid, p_code_mac bytea, p_contact_id uuid, p_contact_key_id text, p_contact bytea,
  p_name_index bytea default null, p_phone_index bytea default null) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_gathering_id);
  k gathering_categories;
  m gathering_people;
begin
  select * into m from gathering_people where key = p_key;
  if found then
    if m.gathering_id <> g.id or m.role <> p_role then perform refuse('gatherings_key_reused'); end if;
    return m.id;
  end if;
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if p_role = 'participant' then
    select * into k from gathering_categories where id = p_category_id and gathering_id = g.id;
    if not found then perform refuse('gathering_people_category'); end if;
    if k.way = 'application' then perform refuse('gathering_categories_applied'); end if;
  end if;
  perform require_once(g, 0, p_name_index, p_phone_index, p_public_unit);
  insert into gathering_people (gathering_id, role, category_id, seat, staff_id, unit_id, public_name, public_unit, consents, key, code_mac,
    named_by, named_at)
  values (g.id, p_role, p_category_id, 1 + coalesce((select max(seat) from gathering_people where gathering_id = g.id and role = p_role), 0),
    p_staff_id, p_unit_id, p_public_name, p_public_unit, p_consents, p_key, p_code_mac, actor_staff(), minyi_clock()) returning * into m;
  perform require_place(g, m);
  if p_contact is not null then
    insert into gathering_contacts (id, person_id, key_id, sealed, name_index, phone_index, created_at)
    values (p_contact_id, m.id, p_contact_key_id, p_contact, p_name_index, p_phone_index, minyi_clock());
  end if;
  if g.state = 'announced' then perform invite_person(g, m); end if;
  perform gathering_event(g, 'person_named', p_role);
  return m.id;
end $$;

-- ---- Corrected ------------------------------------------------------------------------------------------------------------------
-- Of somebody who was met, or asked to come to a forum: how they are called, whether that may be public, how to reach them. `p_words` says what
-- was changed, never what it was or is now, for that may be nobody's to read. `p_key` makes it count once. On a visit it is a correction of the
-- entry by which they are there, as words are corrected by one of theirs: those notes are all that says whom it met. The list of a forum is kept
-- by who asks people to come, and the trace of it is the event.
drop function correct_met_person(bigint, uuid, text, text, text, boolean, uuid, text, bytea);
create function correct_person(p_id bigint, p_key uuid, p_words text, p_public_name text, p_public_unit text, p_consents boolean,
  p_contact_id uuid, p_contact_key_id text, p_contact bytea, p_name_index bytea, p_phone_index bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering((select gathering_id from gathering_people where id = p_id));
  m gathering_people;
  e gathering_entries;
begin
  select * into m from gathering_people where id = p_id for update;
  if (g.kind, m.role) not in (('visit', 'met'), ('forum', 'invited')) then perform refuse('gathering_people_invited'); end if;
  if exists (select from events where batch = p_key and subject = 'gathering' and subject_id = g.id) then return; end if;
  if m.role = 'met' and g.state not in ('under_way', 'held') then perform refuse('gatherings_noted'); end if;
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if m.state = 'removed' then perform refuse('gathering_people_gone'); end if;
  if m.role = 'invited' then perform require_once(g, m.id, p_name_index, p_phone_index, p_public_unit); end if;
  if m.role = 'met' then
    select t.id into e.replaces from gathering_entries t where t.person_id = m.id and t.kind = 'presence' order by t.position limit 1;
    if e.replaces is null then
      -- Named at the desk: that they were met has no entry yet.
      e.key := md5('present ' || m.key)::uuid; e.kind := 'presence'; e.person_id := m.id; e.presence := 'present'; e.said_at := minyi_clock();
      perform add_entry(g, e);
      select t.id into e.replaces from gathering_entries t where t.key = md5('present ' || m.key)::uuid;
    end if;
  end if;
  update gathering_people set public_name = p_public_name, public_unit = p_public_unit, consents = p_consents where id = m.id;
  delete from gathering_contacts where person_id = m.id;
  insert into gathering_contacts (id, person_id, key_id, sealed, name_index, phone_index, created_at)
  values (p_contact_id, m.id, p_contact_key_id, p_contact, p_name_index, p_phone_index, minyi_clock());
  if m.role = 'met' then
    e.key := p_key; e.kind := 'correction'; e.person_id := m.id; e.presence := null; e.body := p_words; e.said_at := minyi_clock();
    perform add_entry(g, e);
  end if;
  -- A name that is not to be public any longer stands nowhere as it was shown, nor in a file that was made.
  update screen_entries s set speaker = person_label(m.id) from gathering_entries t
    left join gathering_entries r on r.id = t.replaces
  where t.gathering_id = g.id and coalesce(t.person_id, r.person_id) = m.id and s.gathering_id = g.id and s.position = t.position;
  update screen_entries s set next_speaker = person_label(m.id) from gathering_entries t
  where t.gathering_id = g.id and t.next_id = m.id and s.gathering_id = g.id and s.position = t.position;
  delete from gathering_files where gathering_id = g.id and kind = 'transcript';
  perform person_event(g, m, 'person_corrected', p_words, p_key);
end $$;

-- What was done about one person: who they are in the code is their role and seat, which say nothing by themselves.
create function person_event(g gatherings, m gathering_people, p_kind text, p_words text, p_key uuid) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, batch, unit_ids)
  values (minyi_clock(), 'gathering', g.id, p_kind, actor_staff(), g.state, g.state, m.role || m.seat || ' ' || p_words, p_key, g.unit_ids)
$$;

-- Asked by mistake. Their seat stays empty, for the others have cards with theirs; why is kept. Whoever came or spoke is in the record.
create function remove_person(p_id bigint, p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering((select gathering_id from gathering_people where id = p_id));
  m gathering_people;
begin
  select * into m from gathering_people where id = p_id for update;
  if g.kind <> 'forum' or m.role <> 'invited' then perform refuse('gathering_people_invited'); end if;
  if m.state = 'removed' then return; end if;
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if m.presence is not null or exists (select from gathering_entries t where t.gathering_id = g.id and m.id in (t.person_id, t.next_id)) then
    perform refuse('gathering_people_recorded');
  end if;
  update gathering_people set state = 'removed', removed_reason = p_reason where id = m.id;
  perform person_event(g, m, 'person_removed', '', null);
end $$;

-- As before (0048); who was taken out comes back by being named again.
create or replace function change_person(p_id bigint, p_state text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings;
  m gathering_people;
begin
  g := staffed_gathering((select gathering_id from gathering_people where id = p_id));
  select * into m from gathering_people where id = p_id for update;
  if g.state in ('closed', 'cancelled') then perform refuse('gatherings_over'); end if;
  if m.state = p_state then return; end if;
  if m.state = 'removed' then perform refuse('gathering_people_gone'); end if;
  update gathering_people set state = p_state where id = m.id;
  if p_state in ('named', 'accepted') and m.state in ('declined', 'replaced') then
    -- A seat for which one registers comes back to nobody who has withdrawn or whose lot was annulled: that would go past the lot.
    if exists (select from gathering_categories k where k.id = m.category_id and k.way = 'application') and not exists (
        select from registrations r where r.id = m.registration_id and r.verdict = 'eligible' and r.withdrawn_at is null) then
      perform refuse('gathering_categories_applied');
    end if;
    perform require_place(g, m);
  elsif p_state in ('declined', 'replaced') and m.role = 'participant' then
    perform person_left(g, m);
  end if;
  perform gathering_event(g, 'person_changed', p_state);
end $$;

-- As before (0053); to nobody who was taken out before it went.
create or replace function notice_in_delivery(p_job_id bigint)
returns table (id uuid, kind text, facts jsonb, audience text, number text, unit_name text, obstacle text,
  contact_id uuid, key_id text, sealed bytea, sign_in_name text, email text)
language plpgsql stable security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select n.id, n.kind, n.facts, case when n.submission_id is not null then 'author' when n.addressee_id is not null then 'addressee'
      when n.person_id is not null then 'person' when n.subscription_id is not null then 'subscriber' else 'staff' end,
    coalesce(s.number, h.number, n.facts ->> 'number'), u.name,
    case when s.withdrawn_at is not null then 'withdrawn'
         when s.sealed_at is not null then 'sealed'
         when s.id is not null and c.id is null or g.id is not null and k.id is null then 'contact_erased'
         when g.state in ('declined', 'replaced', 'removed') then 'over'
         when not m.active then 'switched_off'
         when n.staff_id is not null and concerns('case', (n.facts ->> 'case_id')::bigint, n.staff_id) then 'concerned'
         when not m.wants_notices and n.kind <> 'test' then 'not_wished'
         when n.kind in ('written_soon', 'written_over') then (
           select case when r.id is not null then 'replied' when not letter_takes_replies(x.written_id) then 'over' end
           from written_addressees x left join written_replies r on r.addressee_id = x.id and r.superseded_at is null
           where x.id = (n.facts ->> 'addressee_id')::bigint) end,
    coalesce(c.id, k.id, b.id), coalesce(c.key_id, k.key_id, b.key_id), coalesce(c.sealed, k.sealed, b.sealed), m.sign_in_name,
    coalesce(m.email, a.email)
  from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid and n.state = 'waiting'
  left join submissions s on s.id = n.submission_id
  left join contacts c on c.submission_id = s.id
  left join staff m on m.id = n.staff_id
  left join written_addressees a on a.id = n.addressee_id
  left join gathering_people g on g.id = n.person_id
  left join gatherings h on h.id = g.gathering_id
  left join gathering_contacts k on k.person_id = g.id
  left join reminder_subscriptions b on b.id = n.subscription_id
  left join units u on u.id = (n.facts ->> 'unit_id')::bigint
  where j.id = p_job_id and j.kind = 'deliver_notice' and j.taken_at is not null and j.died_at is null;
end $$;

-- As before (0055); nobody speaks who was taken out.
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
    when e.kind in ('call', 'statement', 'question', 'reply') and (m.state in ('declined', 'replaced', 'removed')
      or coalesce(m.presence, case m.role when 'met' then 'present' end, '') <> 'present') then 'not_present'
    end
  from (select) one left join gathering_people m on m.id = e.person_id and m.gathering_id = g.id
  left join gathering_people n on n.id = e.next_id and n.gathering_id = g.id
$$;

-- ---- Shown ----------------------------------------------------------------------------------------------------------------------
-- As before (0051); whose unit may be said stands with the person.
create or replace function person_label(p_id bigint) returns jsonb
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select jsonb_build_object('role', m.role, 'seat', m.seat, 'name', m.public_name,
    'of', coalesce(c.name, u.name, m.shown_unit))
  from gathering_people m left join gathering_categories c on c.id = m.category_id left join units u on u.id = m.unit_id
  where m.id = p_id
$$;

-- ---- Somebody to call -----------------------------------------------------------------------------------------------------------
-- As before (0052). Whom it calls together must be able to ask about it, and its notice, which comes after, cannot be given a telephone any more.
create or replace function convene_gathering(p_id bigint, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  r record;
begin
  -- The procedure first, as everywhere: whoever ends it meanwhile sees this one, or is seen here.
  select * into p from procedures where id = (select procedure_id from gatherings where id = p_id) for share;
  g := organised_gathering(p_id);
  if g.state = 'announced' then return; end if;
  if g.kind = 'hearing' or g.state <> 'preparing' then perform refuse('gatherings_preparing'); end if;
  if p.state = 'preparing' then perform refuse('gatherings_procedure_first'); end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('gatherings_procedure_over'); end if;
  if g.version <> p_version then perform refuse('gatherings_changed_meanwhile'); end if;
  if g.starts_at is null or g.place = '' then perform refuse('gatherings_timed'); end if;
  if g.contact_phone = '' then perform refuse('gatherings_phone'); end if;
  if g.kind = 'forum' and g.practice_reason = ''
      and (g.materials_on is null or g.materials_on > gathering_day('forum.materials', china_day(g.starts_at), g.unit_id)) then
    perform refuse('gatherings_practice_reason');
  end if;
  if g.kind = 'forum' and not exists (select from gathering_people where gathering_id = g.id and role = 'presider' and state in ('named', 'accepted')) then
    perform refuse('gatherings_presider_first');
  end if;
  update gatherings set state = 'announced', version = version + 1 where id = g.id;
  for r in select id from gathering_people where gathering_id = g.id and state in ('named', 'accepted') loop
    perform notify_person('invited', r.id, jsonb_build_object('unit_id', g.unit_id, 'due_on', china_day(g.starts_at)));
  end loop;
  perform gathering_event(g, 'convened');
end $$;

-- As before (0048); who reads the notice without the web needs a telephone. What was convened without one before may still be announced.
create or replace function require_gathering_paper(p procedures, g gatherings, p_kind text, p_content jsonb, h gathering_changes) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare moment timestamptz := minyi_clock();
begin
  if p_kind = 'hearing_answer' then
    if g.id is not null or p.state not in ('announced', 'open', 'suspended', 'closed') then perform refuse('gatherings_paper_state'); end if;
    return;
  end if;
  if p_kind = 'gathering_notice' then
    -- A forum or visit that was convened is announced afterwards, if at all.
    if g.state <> 'preparing' and (g.kind = 'hearing' or g.state <> 'announced'
        or exists (select from clearances where gathering_id = g.id and kind = p_kind and published_at is not null)) then
      perform refuse('gatherings_paper_state');
    end if;
    if p.state = 'preparing' then perform refuse('gatherings_procedure_first'); end if;
    if p.state in ('answered', 'published', 'terminated') then perform refuse('gatherings_procedure_over'); end if;
    if g.starts_at is null or g.ends_at is null or g.place = '' then perform refuse('gatherings_timed'); end if;
    if g.starts_at <= moment then perform refuse('gatherings_ahead'); end if;
    if g.contact_phone = '' and g.state = 'preparing' then perform refuse('gatherings_phone'); end if;
    if g.kind = 'hearing' and not exists (select from gathering_people where gathering_id = g.id and role = 'presider' and state in ('named', 'accepted')) then
      perform refuse('gatherings_presider_first');
    end if;
    perform require_gathering_dates(g, announced_on(g.id));
  elsif p_kind = 'gathering_change' then
    if g.state not in ('announced', 'postponed') or h.kind is null or h.kind in ('extended', 'nominated', 'postponed') and g.state <> 'announced' then
      perform refuse('gatherings_paper_state');
    end if;
    if h.kind = 'extended' and (h.registration_until <= greatest(g.registration_until, moment)
        or h.registration_until > (g.list_on + 1)::timestamp at time zone 'Asia/Shanghai') then
      perform refuse('gatherings_rule_registration');
    end if;
    if h.kind in ('extended', 'nominated') and list_is_fixed(g.id) then perform refuse('lots_list_frozen'); end if;
    if h.kind = 'nominated' and not exists (select from gathering_categories where id = h.category_id and gathering_id = g.id) then
      perform refuse('gathering_people_category');
    end if;
    if h.kind = 'moved' then
      -- Nobody could be told any longer.
      if g.erased_at is not null then perform refuse('gatherings_erased'); end if;
      if h.starts_at <= moment then perform refuse('gatherings_ahead'); end if;
      g.starts_at := h.starts_at;
      g.ends_at := h.ends_at;
      perform require_gathering_dates(g, announced_on(g.id));
    end if;
  elsif p_kind = 'participant_list' then
    if g.kind <> 'hearing' or g.state <> 'announced' or g.registration_until > moment then perform refuse('gatherings_paper_state'); end if;
    if not exists (select from lots where gathering_id = g.id and state = 'drawn') and exists (
        select from gathering_categories k where k.gathering_id = g.id and k.way = 'application' and k.seats < (select count(*) from registrations r
          where r.category_id = k.id and r.verdict = 'eligible' and r.withdrawn_at is null)) then
      perform refuse('gatherings_lot_first');
    end if;
    -- The second cell of each row is a name.
    if exists (select from jsonb_path_query(p_content, '$.sections[*].tables[*].rows[*][1]') n
        where n #>> '{}' not in ('', '—', '未同意公开') and n #>> '{}' not in (select m.public_name from gathering_people m
          where m.gathering_id = g.id and m.consents and m.state in ('named', 'accepted'))) then
      perform refuse('gatherings_list_consent');
    end if;
  elsif p_kind = 'gathering_record' then
    if g.state <> 'closed' then perform refuse('gatherings_not_closed'); end if;
  else
    perform refuse('gatherings_paper_state');
  end if;
end $$;

do $$
declare f text;
begin
  foreach f in array array['require_once(gatherings, bigint, bytea, bytea, text)', 'person_event(gatherings, gathering_people, text, text, uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'revoke execute on function ' || f || ' from public';
  end loop;
  foreach f in array array['correct_person(bigint, uuid, text, text, text, boolean, uuid, text, bytea, bytea, bytea)', 'remove_person(bigint, text)',
    'name_person(bigint, text, bigint, bigint, bigint, text, text, boolean, uuid, bytea, uuid, text, bytea, bytea, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'revoke execute on function ' || f || ' from public';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
