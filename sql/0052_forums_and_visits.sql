-- 座谈会 and 实地走访 use the tables of hearings; here stands what only they have.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid, require-concurrent-index-creation
set local search_path to minyi;

-- 走访一轮: several visits on one route.
create table visit_rounds (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  title text not null constraint visit_rounds_title_length check (char_length(title) between 1 and 100),
  unit_ids bigint[] not null,
  created_by bigint not null references staff,
  created_at timestamptz not null
);
alter table gatherings add column round_id bigint constraint gatherings_round references visit_rounds;
alter table gatherings add column route_position int constraint gatherings_route check ((round_id is null) = (route_position is null));
alter table gatherings add constraint gatherings_round_of_visits check (round_id is null or kind = 'visit');
create unique index gatherings_route_position on gatherings (round_id, route_position) where round_id is not null;

-- A picture, made smaller where it was taken and rid of everything but the picture (`PlainPicture`).
create table gathering_photos (
  key uuid primary key,                                -- made in the browser: sent twice, it is one
  gathering_id bigint not null references gatherings,
  attachment_id uuid references attachments constraint gathering_photos_attachment unique,   -- null once removed
  caption text not null default '' constraint gathering_photos_caption_length check (char_length(caption) <= 200),
  shows_people boolean not null default true,          -- until whoever took it has said that nobody can be recognised
  consents boolean not null default false,             -- whoever can be recognised agreed that it is public
  taken_at timestamptz not null,
  added_by bigint not null references staff,
  added_at timestamptz not null,
  removed_at timestamptz,
  constraint gathering_photos_there check ((attachment_id is null) = (removed_at is not null))
);
create index gathering_photos_of_gathering on gathering_photos (gathering_id, taken_at);

alter table visit_rounds enable row level security;
alter table gathering_photos enable row level security;
grant select on visit_rounds, gathering_photos to minyi_staff;
create policy visit_rounds_of_my_units on visit_rounds for select to minyi_staff using (unit_ids && (select actor_units()));
create policy gathering_photos_of_visible on gathering_photos for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
grant select, insert, update on visit_rounds, gathering_photos to minyi_guard;
create policy visit_rounds_guard on visit_rounds to minyi_guard using (true) with check (true);
create policy gathering_photos_guard on gathering_photos to minyi_guard using (true) with check (true);

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------

-- A forum or visit is called without a paper: those who are invited are told. Nobody else reads of it before a paper of it is published.
create function convene_gathering(p_id bigint, p_version int) returns void
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

-- 走访路线: the visits of a round in the order in which they are made. One that has left the list stands alone again.
create function save_round(p_id bigint, p_procedure text, p_title text, p_gathering_ids bigint[]) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  made bigint := p_id;
begin
  select * into p from procedures where number = p_procedure for share;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(array[p.unit_id], 'organiser');
  perform 1 from gatherings where id = any (p_gathering_ids) or round_id = p_id order by id for update;
  if exists (select from unnest(p_gathering_ids) w (id) left join gatherings g on g.id = w.id and g.procedure_id = p.id and g.kind = 'visit'
      where g.id is null or g.round_id is distinct from p_id and g.round_id is not null) then
    perform refuse('visit_rounds_visits');
  end if;
  if p_id is null then
    insert into visit_rounds (procedure_id, title, unit_ids, created_by, created_at)
    values (p.id, p_title, p.unit_ids, actor_staff(), minyi_clock()) returning id into made;
  else
    update visit_rounds set title = p_title where id = p_id and procedure_id = p.id;
    if not found then raise exception 'unknown round' using errcode = 'P0002'; end if;
  end if;
  update gatherings set round_id = null, route_position = null where round_id = made;
  update gatherings g set round_id = made, route_position = w.place
  from unnest(p_gathering_ids) with ordinality w (id, place) where g.id = w.id;
  return made;
end $$;

-- What was written down on the way, as the phone sends it: as often as it likes, each thing is taken once. People are there
-- from the moment they are named, and what they say is an entry like any other. Both have keys that were made on the phone.
create function take_field_notes(p_gathering_id bigint, p_people jsonb, p_points jsonb) returns table (point text, outcome text)
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

-- Which of these people have been named there. Their keys are what their codes are made of, so nobody reads them; whoever has one may ask.
create function known_people(p_gathering_id bigint, p_keys uuid[]) returns setof uuid
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p.key from gathering_people p join gatherings g on g.id = p.gathering_id
  where p.gathering_id = p_gathering_id and p.key = any (p_keys) and g.unit_ids && actor_units_as('organiser', 'clerk')
$$;

create function add_photo(p_key uuid, p_gathering_id bigint, p_attachment_id uuid, p_caption text, p_shows_people boolean, p_consents boolean,
  p_taken_at timestamptz) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_gathering_id);
begin
  if exists (select from gathering_photos where key = p_key) then return 'already'; end if;
  if g.kind = 'hearing' or g.state not in ('announced', 'under_way', 'held') then perform refuse('gathering_photos_over'); end if;
  if (select count(*) from gathering_photos where gathering_id = g.id and removed_at is null) >= 40 then perform refuse('gathering_photos_most'); end if;
  update attachments set expires_at = null, unit_ids = g.unit_ids
  where id = p_attachment_id and uploaded_by = actor_staff() and expires_at is not null and media_type like 'image/%';
  if not found then perform refuse('replies_file_missing'); end if;
  insert into gathering_photos (key, gathering_id, attachment_id, caption, shows_people, consents, taken_at, added_by, added_at)
  values (p_key, g.id, p_attachment_id, p_caption, p_shows_people, p_consents, least(p_taken_at, minyi_clock()), actor_staff(), minyi_clock());
  perform gathering_event(g, 'photo_added');
  return 'stored';
end $$;

-- The picture goes; that there was one stays, so that a phone that sends it once more is told so.
create function remove_photo(p_key uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  f gathering_photos;
  g gatherings;
begin
  select * into f from gathering_photos where key = p_key;
  if not found then raise exception 'unknown photo' using errcode = 'P0002'; end if;
  g := staffed_gathering(f.gathering_id);
  update gathering_photos set removed_at = minyi_clock(), caption = '', attachment_id = null where key = p_key and removed_at is null;
  if not found then return; end if;
  update attachments set unit_ids = '{}', expires_at = minyi_clock() where id = f.attachment_id;
  perform gathering_event(g, 'photo_removed');
  perform note_public_change(g.number);
end $$;

-- Public with the record: what shows nobody, or only people who have agreed.
create function public_photos(p_number text) returns table (key uuid, caption text, taken_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select f.key, f.caption, f.taken_at from gathering_photos f join gatherings g on g.id = f.gathering_id
  where g.number = p_number and f.removed_at is null and (f.consents or not f.shows_people)
    and exists (select from published_versions v where v.gathering_id = g.id and v.kind = 'gathering_record' and v.sealed_at is null)
  order by f.taken_at, f.key
$$;
create function photo_chunk(p_number text, p_key uuid, p_ordinal int) returns bytea
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select c.data from public_photos(p_number) p join gathering_photos f on f.key = p.key
  join attachment_chunks c on c.attachment_id = f.attachment_id and c.ordinal = p_ordinal where p.key = p_key
$$;
create function photo_type(p_number text, p_key uuid) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select a.media_type from public_photos(p_number) p join gathering_photos f on f.key = p.key join attachments a on a.id = f.attachment_id
  where p.key = p_key
$$;

-- A unit that ends hands over its rounds, as its gatherings.
create function visit_rounds_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update visit_rounds set unit_ids = array(select distinct u from unnest(array_append(unit_ids, new.successor_id)) u) where new.id = any (unit_ids);
  return null;
end $$;
alter function visit_rounds_succeeded() owner to minyi_guard;
create trigger units_visit_rounds_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function visit_rounds_succeeded();

do $$
declare f text;
begin
  foreach f in array array['convene_gathering(bigint, int)', 'save_round(bigint, text, text, bigint[])', 'take_field_notes(bigint, jsonb, jsonb)', 'known_people(bigint, uuid[])',
    'add_photo(uuid, bigint, uuid, text, boolean, boolean, timestamptz)', 'remove_photo(uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['public_photos(text)', 'photo_chunk(text, uuid, int)', 'photo_type(text, uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
end $$;
