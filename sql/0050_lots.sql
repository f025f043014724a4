-- 抽签 and what follows it: who was drawn, the list of participants, the materials they get.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid
set local search_path to minyi;

-- witnessed: drawn on site before witnesses, and recorded. verifiable: anybody can compute it (`Lot` in Sources/Participation/Lots says how): a commitment to a
-- seed before registration closes, the list in fixed order after it, then a public value that did not exist by then.
create table lots (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  kind text not null constraint lots_kind check (kind in ('witnessed', 'verifiable')),
  state text not null constraint lots_state check (state in ('committed', 'frozen', 'drawn', 'annulled')),
  commitment bytea constraint lots_commitment_length check (octet_length(commitment) = 32),   -- SHA-256 of the seed
  seed_id uuid,                                        -- binds the sealed seed to this row
  seed_key_id text,
  seed_sealed bytea constraint lots_seed_size check (octet_length(seed_sealed) <= 200),        -- until it is drawn
  seed bytea constraint lots_seed_length check (octet_length(seed) = 32),                      -- from then on
  committed_at timestamptz,
  value_source text not null default '' constraint lots_source_length check (char_length(value_source) <= 300),
  value_due_at timestamptz,                            -- when the public value comes into being
  earlier_sources jsonb not null default '[]',         -- other values named before the list was frozen: [{source, dueAt, until}]
  frozen_at timestamptz,
  list_sha256 bytea constraint lots_list_length check (octet_length(list_sha256) = 32),
  value text constraint lots_value_form check (char_length(value) between 1 and 200 and value !~ '[[:cntrl:]]'),
  value_entered_by bigint references staff,
  value_entered_at timestamptz,
  drawn_at timestamptz,                                -- witnessed: when it took place
  drawn_by bigint references staff,                    -- who had it computed, or recorded it
  place text not null default '' constraint lots_place_length check (char_length(place) <= 200),
  notary text not null default '' constraint lots_notary_length check (char_length(notary) <= 100),
  scan_id uuid references attachments,
  annulled_at timestamptz,
  annulled_why text not null default '' constraint lots_annulled_why_length check (char_length(annulled_why) <= 500),
  constraint lots_committed check (kind = 'witnessed' or commitment is not null and committed_at is not null and value_source <> '' and value_due_at is not null),
  constraint lots_seed_once check (kind = 'witnessed' or state = 'annulled' or (seed is null) = (seed_sealed is not null)),
  constraint lots_frozen check ((frozen_at is not null) = (list_sha256 is not null) and (state in ('committed', 'annulled') or frozen_at is not null)),
  -- The list stood fast before anybody could know the value.
  constraint lots_value_ahead check (kind = 'witnessed' or frozen_at is null or frozen_at < value_due_at),
  constraint lots_value_not_before check (value_entered_at is null or value_entered_at >= value_due_at),
  constraint lots_drawn check (state <> 'drawn' or drawn_at is not null and drawn_by is not null and (kind = 'witnessed' or seed is not null and value is not null)),
  constraint lots_second_person check (kind = 'witnessed' or drawn_by <> value_entered_by),
  constraint lots_scan check (kind = 'verifiable' or state <> 'drawn' or scan_id is not null),
  constraint lots_annulled check ((state = 'annulled') = (annulled_at is not null) and (state = 'annulled') = (annulled_why <> ''))
);
create unique index lots_one_holds on lots (gathering_id) where state <> 'annulled';

create table lot_witnesses (
  lot_id bigint not null references lots,
  ordinal int not null constraint lot_witnesses_ordinal check (ordinal between 1 and 10),
  name text not null constraint lot_witnesses_name_length check (char_length(name) between 1 and 40),
  capacity text not null constraint lot_witnesses_capacity_length check (char_length(capacity) between 1 and 100),
  primary key (lot_id, ordinal)
);
-- The list as it was frozen, and the order in which the lot puts it. The first of a category have its seats, the others follow as they are needed.
create table lot_entries (
  lot_id bigint not null references lots,
  category_id bigint not null references gathering_categories,
  registration_id bigint not null references registrations,
  number text not null,
  rank int constraint lot_entries_rank_positive check (rank > 0),
  primary key (lot_id, registration_id),
  constraint lot_entries_number unique (lot_id, number),
  constraint lot_entries_rank unique (lot_id, category_id, rank) deferrable initially deferred
);
-- The file that `minyi verify lot` checks, as far as it has come.
create table public_lots (
  gathering_id bigint not null references gatherings,
  lot_id bigint primary key references lots,
  file jsonb not null,
  changed_at timestamptz not null
);
create index public_lots_of_gathering on public_lots (gathering_id);
grant select on public_lots to minyi_public, minyi_staff, minyi_work;
grant select, insert, update on public_lots to minyi_guard;
create constraint trigger public_lots_public after insert or update on public_lots
  deferrable initially deferred for each row execute function public_gathering_changed();

-- 听证材料
create table gathering_materials (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  ordinal int not null,
  title text not null constraint gathering_materials_title_length check (char_length(title) between 1 and 200),
  attachment_id uuid references attachments,           -- null: handed over on paper only
  added_at timestamptz not null,
  removed_at timestamptz,
  constraint gathering_materials_ordinal unique (gathering_id, ordinal)
);
create table material_deliveries (
  person_id bigint primary key references gathering_people,
  delivered_on date not null,
  way text not null constraint material_deliveries_way check (way in ('web', 'handed', 'post', 'mail')),
  scan_id uuid references attachments,                 -- the signed receipt
  entered_by bigint references staff,                  -- null: the person, on their own page
  entered_at timestamptz not null,
  constraint material_deliveries_who check ((way = 'web') = (entered_by is null))
);

alter table lots enable row level security;
alter table lot_witnesses enable row level security;
alter table lot_entries enable row level security;
alter table gathering_materials enable row level security;
alter table material_deliveries enable row level security;
-- Nobody at the desk reads a seed before it is drawn, not even encrypted.
grant select (id, gathering_id, kind, state, commitment, seed, committed_at, value_source, value_due_at, earlier_sources, frozen_at, list_sha256, value, value_entered_by,
  value_entered_at, drawn_at, drawn_by, place, notary, scan_id, annulled_at, annulled_why) on lots to minyi_staff;
grant select on lot_witnesses, lot_entries, gathering_materials, material_deliveries to minyi_staff;
create policy lots_of_visible on lots for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy lot_witnesses_of_visible on lot_witnesses for select to minyi_staff using (lot_id = any (array(select id from lots)));
create policy lot_entries_of_visible on lot_entries for select to minyi_staff using (lot_id = any (array(select id from lots)));
create policy gathering_materials_of_visible on gathering_materials for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy material_deliveries_of_visible on material_deliveries for select to minyi_staff
  using (person_id = any (array(select p.id from gathering_people p)));
grant select, insert, update on lots, lot_entries, gathering_materials, material_deliveries to minyi_guard;
grant select, insert, delete on lot_witnesses to minyi_guard;
create policy lots_guard on lots to minyi_guard using (true) with check (true);
create policy lot_witnesses_guard on lot_witnesses to minyi_guard using (true) with check (true);
create policy lot_entries_guard on lot_entries to minyi_guard using (true) with check (true);
create policy gathering_materials_guard on gathering_materials to minyi_guard using (true) with check (true);
create policy material_deliveries_guard on material_deliveries to minyi_guard using (true) with check (true);

-- HMAC-SHA256 (RFC 2104) of a key of 32 bytes: the database draws, and `Lot` in Swift checks what it has drawn.
create function lot_mac(p_seed bytea, p_message text) returns bytea
language plpgsql immutable set search_path = pg_catalog
as $$
declare
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
begin
  for i in 0..31 loop
    inner_pad := set_byte(inner_pad, i, 54 # get_byte(p_seed, i));
    outer_pad := set_byte(outer_pad, i, 92 # get_byte(p_seed, i));
  end loop;
  return sha256(outer_pad || sha256(inner_pad || convert_to(p_message, 'UTF8')));
end $$;
grant execute on function lot_mac(bytea, text) to minyi_guard;

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------

-- The lot, locked after its hearing, for whoever organises that.
create function organised_lot(p_lot_id bigint) returns lots
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare l lots;
begin
  perform organised_gathering((select gathering_id from lots where id = p_lot_id));
  select * into l from lots where id = p_lot_id for update;
  return l;
end $$;

create function lot_time(p_moment timestamptz) returns text
language sql immutable
as $$ select pg_catalog.to_char(p_moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- Writes what is public of the lot, as far as it has come. What is not there yet has no key.
create function show_lot(p_lot_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots;
  g gatherings;
  listed boolean;
begin
  select * into l from lots where id = p_lot_id;
  select * into g from gatherings where id = l.gathering_id;
  listed := l.frozen_at is not null;
  insert into public_lots as p (gathering_id, lot_id, file, changed_at) values (g.id, l.id, jsonb_strip_nulls(jsonb_build_object(
    'format', case l.kind when 'verifiable' then 'minyi-lot-v1' else 'minyi-lot-witnessed-v1' end, 'state', l.state,
    'hearing', g.number, 'title', g.title, 'commitment', encode(l.commitment, 'hex'), 'committedAt', lot_time(l.committed_at),
    'registrationUntil', lot_time(g.registration_until), 'valueSource', nullif(l.value_source, ''),
    'earlierSources', nullif(l.earlier_sources, '[]'), 'valueDueAt', lot_time(l.value_due_at),
    -- Recorded after it was drawn, a witnessed lot has a list and no moment at which that stood fast before.
    'frozenAt', case l.kind when 'verifiable' then lot_time(l.frozen_at) end, 'listSha256', encode(l.list_sha256, 'hex'),
    'value', l.value, 'valueEnteredAt', lot_time(l.value_entered_at), 'drawnAt', lot_time(l.drawn_at), 'seed', encode(l.seed, 'hex'),
    'witnesses', (select jsonb_agg(format('%s（%s）', w.name, w.capacity) order by w.ordinal) from lot_witnesses w where w.lot_id = l.id),
    'place', nullif(l.place, ''), 'notary', nullif(l.notary, ''), 'annulledAt', lot_time(l.annulled_at), 'annulledWhy', nullif(l.annulled_why, ''),
    'categories', (select jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'seats', c.seats,
        'numbers', case when listed then coalesce(e.numbers, '[]') end,
        'chosen', case when l.drawn_at is not null then coalesce(e.chosen, '[]') end,
        'reserve', case when l.drawn_at is not null then coalesce(e.reserve, '[]') end) order by c.code)
      from gathering_categories c cross join lateral (
        select jsonb_agg(e.number order by e.number collate "C") as numbers, jsonb_agg(e.number order by e.rank) filter (where e.rank <= c.seats) as chosen,
          jsonb_agg(e.number order by e.rank) filter (where e.rank > c.seats) as reserve
        from lot_entries e where e.lot_id = l.id and e.category_id = c.id) e
      where c.gathering_id = g.id and c.way = 'application'))), minyi_clock())
  on conflict (lot_id) do update set file = excluded.file, changed_at = excluded.changed_at;
end $$;

create function lot_event(g gatherings, p_kind text, p_lot_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$ select gathering_event(g, p_kind, p_lot_id::text) $$;

-- Makes a file of the actor's that of a hearing: whoever sees the hearing sees it.
create function claim_gathering_scan(g gatherings, p_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update attachments set expires_at = null, unit_ids = g.unit_ids where id = p_id and uploaded_by = actor_staff() and expires_at > minyi_clock();
  if not found then perform refuse('lots_scan'); end if;
end $$;

create function note_witnesses(p_lot_id bigint, p_names text[], p_capacities text[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if cardinality(p_names) <> cardinality(p_capacities) or (select count(distinct n) from unnest(p_names) n where n <> '') < 2 then
    perform refuse('lots_witnesses_two');
  end if;
  insert into lot_witnesses (lot_id, ordinal, name, capacity)
  select p_lot_id, w.ordinal, w.name, w.capacity from unnest(p_names, p_capacities) with ordinality w (name, capacity, ordinal);
end $$;

-- Everybody has been looked at, and nobody can come any more: what is listed now is who takes part in the lot.
create function require_checked(g gatherings, p_moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare unchecked text;
begin
  if g.kind <> 'hearing' or g.state not in ('announced', 'postponed') then perform refuse('lots_not_coming'); end if;
  if p_moment < g.registration_until then perform refuse('lots_registration_open'); end if;
  select string_agg(s.number, ' ' order by s.number collate "C") into unchecked
  from registrations r join submissions s on s.id = r.submission_id
  where r.gathering_id = g.id and r.verdict = 'pending' and r.withdrawn_at is null;
  if unchecked is not null then perform refuse('registrations_unchecked', unchecked); end if;
end $$;

create function list_for_lot(g gatherings, p_lot_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into lot_entries (lot_id, category_id, registration_id, number)
  select p_lot_id, c.id, r.id, s.number
  from registrations r join submissions s on s.id = r.submission_id join gathering_categories c on c.id = r.category_id
  where r.gathering_id = g.id and r.verdict = 'eligible' and r.withdrawn_at is null and c.way = 'application'
$$;

create function lot_list_hash(p_lot_id bigint) returns bytea
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select sha256(convert_to(coalesce(string_agg(format(e'%s\t%s\n', c.code, e.number), '' order by c.code, e.number collate "C"), ''), 'UTF8'))
  from lot_entries e join gathering_categories c on c.id = e.category_id where e.lot_id = p_lot_id
$$;

-- The hash of a seed that is kept, and the public value that will decide. Returns the lot.
create function commit_lot(p_gathering_id bigint, p_commitment bytea, p_seed_id uuid, p_key_id text, p_sealed bytea, p_value_source text,
  p_value_due_at timestamptz) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := organised_gathering(p_gathering_id);
  moment timestamptz := minyi_clock();
  made bigint;
begin
  if g.kind <> 'hearing' or g.state <> 'announced' then perform refuse('lots_not_coming'); end if;
  if exists (select from lots where gathering_id = g.id and state <> 'annulled') then perform refuse('lots_one_holds'); end if;
  if not exists (select from gathering_categories where gathering_id = g.id and way = 'application') then perform refuse('lots_no_category'); end if;
  if moment >= g.registration_until then perform refuse('lots_in_time'); end if;
  if p_value_due_at <= g.registration_until or p_value_due_at >= g.starts_at then perform refuse('lots_value_ahead'); end if;
  insert into lots (gathering_id, kind, state, commitment, seed_id, seed_key_id, seed_sealed, committed_at, value_source, value_due_at)
  values (g.id, 'verifiable', 'committed', p_commitment, p_seed_id, p_key_id, p_sealed, moment, p_value_source, p_value_due_at) returning id into made;
  perform lot_event(g, 'lot_committed', made);
  perform show_lot(made);
  return made;
end $$;

-- Another public value; the one before stays public with the moment until which it was meant.
create function rename_value(p_lot_id bigint, p_value_source text, p_value_due_at timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
  moment timestamptz := minyi_clock();
begin
  if l.value_source = p_value_source and l.value_due_at = p_value_due_at then return; end if;
  if l.state <> 'committed' then perform refuse('lots_list_frozen'); end if;
  select * into g from gatherings where id = l.gathering_id;
  if p_value_due_at <= greatest(g.registration_until, moment) or p_value_due_at >= g.starts_at then perform refuse('lots_value_ahead'); end if;
  update lots set value_source = p_value_source, value_due_at = p_value_due_at, earlier_sources = earlier_sources || jsonb_build_array(
    jsonb_build_object('source', l.value_source, 'dueAt', lot_time(l.value_due_at), 'until', lot_time(moment))) where id = l.id;
  perform lot_event(g, 'lot_value_renamed', l.id);
  perform show_lot(l.id);
end $$;

create function freeze_lot(p_lot_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
  moment timestamptz := minyi_clock();
begin
  if l.state = 'frozen' then return; end if;
  if l.state <> 'committed' then perform refuse('lots_not_committed'); end if;
  select * into g from gatherings where id = l.gathering_id;
  perform require_checked(g, moment);
  if moment >= l.value_due_at then perform refuse('lots_value_ahead'); end if;
  perform list_for_lot(g, l.id);
  update lots set state = 'frozen', frozen_at = moment, list_sha256 = lot_list_hash(l.id) where id = l.id;
  perform lot_event(g, 'lot_frozen', l.id);
  perform show_lot(l.id);
end $$;

-- Once: with a second value somebody who has drawn could ask for a third.
create function enter_value(p_lot_id bigint, p_value text, p_names text[], p_capacities text[], p_scan uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering((select gathering_id from lots where id = p_lot_id));
  l lots;
  moment timestamptz := minyi_clock();
begin
  select * into l from lots where id = p_lot_id for update;
  if l.state <> 'frozen' then perform refuse('lots_not_frozen'); end if;
  if l.value is not null then
    if l.value = p_value and l.value_entered_by = actor_staff() then return; end if;
    perform refuse('lots_value_stands');
  end if;
  if moment < l.value_due_at then perform refuse('lots_value_not_before'); end if;
  if coalesce(p_value, '') = '' or p_value <> regexp_replace(btrim(p_value), '[[:space:]]+', ' ', 'g') then perform refuse('lots_value_form'); end if;
  perform note_witnesses(l.id, p_names, p_capacities);
  if p_scan is not null then perform claim_gathering_scan(g, p_scan); end if;
  update lots set value = p_value, value_entered_by = actor_staff(), value_entered_at = moment, scan_id = p_scan where id = l.id;
  perform lot_event(g, 'lot_value_entered', l.id);
  perform show_lot(l.id);
end $$;

-- The seed as it was sealed, for who draws: once the value is there, and to another than who entered it.
create function sealed_seed(p_lot_id bigint) returns table (seed_id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
begin
  if l.state <> 'frozen' or l.value is null then perform refuse('lots_no_value'); end if;
  if l.value_entered_by = actor_staff() then perform refuse('lots_second_person'); end if;
  select * into g from gatherings where id = l.gathering_id;
  perform lot_event(g, 'seed_opened', l.id);
  return query select l.seed_id, l.seed_key_id, l.seed_sealed;
end $$;

create function draw_lot(p_lot_id bigint, p_seed bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
begin
  if l.state = 'drawn' then return; end if;
  if l.state <> 'frozen' or l.value is null then perform refuse('lots_no_value'); end if;
  if l.value_entered_by = actor_staff() then perform refuse('lots_second_person'); end if;
  if octet_length(p_seed) <> 32 or sha256(p_seed) <> l.commitment then perform refuse('lots_seed'); end if;
  select * into g from gatherings where id = l.gathering_id;
  update lot_entries e set rank = o.rank from (
    select x.registration_id, row_number() over (partition by x.category_id order by lot_mac(p_seed,
      concat_ws(e'\n', 'minyi-lot-v1', g.number, l.value, c.code, x.number)), x.number collate "C") as rank
    from lot_entries x join gathering_categories c on c.id = x.category_id where x.lot_id = l.id) o
  where e.lot_id = l.id and e.registration_id = o.registration_id;
  update lots set state = 'drawn', seed = p_seed, seed_sealed = null, drawn_at = minyi_clock(), drawn_by = actor_staff() where id = l.id;
  perform lot_event(g, 'lot_drawn', l.id);
  perform show_lot(l.id);
end $$;

-- What was drawn on site: every number of a category in the order in which it was drawn. A category without more applicants than seats need
-- not be drawn; it then stands in the order of its numbers.
create function record_witnessed_lot(p_gathering_id bigint, p_drawn_at timestamptz, p_place text, p_notary text, p_names text[], p_capacities text[],
  p_numbers text[], p_ranks int[], p_scan uuid) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := organised_gathering(p_gathering_id);
  moment timestamptz := minyi_clock();
  made bigint;
begin
  select id into made from lots where gathering_id = g.id and state = 'drawn' and scan_id = p_scan;
  if found then return made; end if;
  if exists (select from lots where gathering_id = g.id and state <> 'annulled') then perform refuse('lots_one_holds'); end if;
  if not exists (select from gathering_categories where gathering_id = g.id and way = 'application') then perform refuse('lots_no_category'); end if;
  perform require_checked(g, moment);
  if p_drawn_at is null or p_drawn_at < g.registration_until or p_drawn_at > moment then perform refuse('lots_drawn_when'); end if;
  if coalesce(p_place, '') = '' then perform refuse('lots_place'); end if;
  if p_scan is null then perform refuse('lots_scan'); end if;
  perform claim_gathering_scan(g, p_scan);
  insert into lots (gathering_id, kind, state, drawn_at, drawn_by, place, notary, scan_id, frozen_at, list_sha256)
  values (g.id, 'witnessed', 'drawn', p_drawn_at, actor_staff(), p_place, coalesce(p_notary, ''), p_scan, moment, sha256('')) returning id into made;
  perform note_witnesses(made, p_names, p_capacities);
  perform list_for_lot(g, made);
  if cardinality(p_numbers) is distinct from cardinality(p_ranks)
    or (select count(*) <> count(distinct n) or not bool_and(coalesce(exists (select from lot_entries e where e.lot_id = made and e.number = n), false))
      from unnest(p_numbers) n) then
    perform refuse('lots_list_whole');
  end if;
  update lot_entries e set rank = n.rank from unnest(p_numbers, p_ranks) n (number, rank) where e.lot_id = made and e.number = n.number;
  -- What was not drawn because it needed not be.
  update lot_entries e set rank = o.rank from (
    select x.registration_id, row_number() over (partition by x.category_id order by x.number collate "C") as rank
    from lot_entries x join gathering_categories c on c.id = x.category_id
    where x.lot_id = made and (select count(*) <= c.seats and count(y.rank) = 0 from lot_entries y where y.lot_id = made and y.category_id = c.id)) o
  where e.lot_id = made and e.registration_id = o.registration_id;
  if exists (select from lot_entries where lot_id = made group by category_id
      having count(rank) <> count(*) or min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)) then
    perform refuse('lots_list_whole');
  end if;
  update lots set list_sha256 = lot_list_hash(made) where id = made;
  perform lot_event(g, 'lot_recorded', made);
  perform show_lot(made);
  return made;
end $$;

-- A lot that does not count. It stays public with the reason; who had a seat by it has none.
create function annul_lot(p_lot_id bigint, p_why text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
begin
  if l.state = 'annulled' then return; end if;
  if exists (select from published_versions where gathering_id = l.gathering_id and kind = 'participant_list') then perform refuse('lots_list_published'); end if;
  select * into g from gatherings where id = l.gathering_id;
  if g.state not in ('announced', 'postponed') then perform refuse('lots_not_coming'); end if;
  if coalesce(btrim(p_why), '') = '' then perform refuse('lots_annulled_why'); end if;
  -- A registration that another lot chooses has a seat anew, and is confirmed anew.
  update registrations r set confirmed_at = null from lot_entries e where e.lot_id = l.id and r.id = e.registration_id and r.confirmed_at is not null;
  update gathering_people p set state = 'replaced', registration_id = null
  from lot_entries e where e.lot_id = l.id and p.registration_id = e.registration_id;
  update lots set state = 'annulled', seed_sealed = null, annulled_at = minyi_clock(), annulled_why = p_why where id = l.id;
  perform lot_event(g, 'lot_annulled', l.id);
  perform show_lot(l.id);
end $$;

-- Once a list is frozen, nothing changes who is on it.
create function registrations_frozen() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if list_is_frozen(new.gathering_id) then perform refuse('lots_list_frozen'); end if;
  return new;
end $$;
create trigger registrations_added_to_frozen before insert on registrations for each row execute function registrations_frozen();
create trigger registrations_frozen before update of verdict, category_id on registrations for each row
  when (old.verdict <> new.verdict or old.category_id <> new.category_id) execute function registrations_frozen();

-- A hearing or category that changes under a lot: what was committed to shows it, what is frozen refuses it.
create function lots_follow() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare l lots;
begin
  select * into l from lots where gathering_id = (to_jsonb(new) ->> tg_argv[0])::bigint and state <> 'annulled';
  if not found then return null; end if;
  if l.state <> 'committed' then perform refuse('lots_list_frozen'); end if;
  perform show_lot(l.id);
  return null;
end $$;
create trigger gatherings_lot_follows after update of registration_until on gatherings for each row
  when (old.registration_until is distinct from new.registration_until) execute function lots_follow('id');
create trigger gathering_categories_lot_follows after update of name, seats, way on gathering_categories for each row
  when ((old.name, old.seats, old.way) is distinct from (new.name, new.seats, new.way)) execute function lots_follow('gathering_id');

-- ---- Who has a seat -------------------------------------------------------------------------------------------------------------

-- Registrations that get the seats that are empty now, in their order: by the lot that holds, or all of a category that needs none.
create function seats_open(p_gathering_id bigint) returns table (registration_id bigint, category_id bigint, ordinal int, rank int)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  with held as (select l.id, l.state from lots l where l.gathering_id = p_gathering_id and l.state <> 'annulled'),
  categories as (
    select c.id, c.ordinal, c.seats, c.seats - (select count(*) from gathering_people p
      where p.category_id = c.id and p.state in ('named', 'accepted')) as free
    from gathering_categories c where c.gathering_id = p_gathering_id and c.way = 'application'
  ), ranked as (
    select e.category_id, e.registration_id, e.rank from lot_entries e join held h on h.id = e.lot_id and h.state = 'drawn'
    union all
    select x.category_id, x.id, row_number() over (partition by x.category_id order by x.number collate "C")::int
    from (select r.*, s.number, count(*) over (partition by r.category_id) as applied
      from registrations r join submissions s on s.id = r.submission_id
      where r.gathering_id = p_gathering_id and r.verdict = 'eligible' and r.withdrawn_at is null) x
    join categories c on c.id = x.category_id
    where x.applied <= c.seats and not exists (select from held where state in ('frozen', 'drawn'))
      and minyi_clock() >= (select g.registration_until from gatherings g where g.id = p_gathering_id)
      and not exists (select from registrations p where p.category_id = c.id and p.verdict = 'pending' and p.withdrawn_at is null)
  ), waiting as (
    select k.*, c.ordinal, c.free, row_number() over (partition by k.category_id order by k.rank) as place
    from ranked k join categories c on c.id = k.category_id join registrations r on r.id = k.registration_id
    where r.withdrawn_at is null and not exists (select from gathering_people p where p.registration_id = k.registration_id)
  )
  select w.registration_id, w.category_id, w.ordinal, w.rank from waiting w where w.place <= w.free order by w.ordinal, w.rank
$$;

-- Whom to give the seats that are empty, with their contact: their names go into the list where they agreed.
create function seats_to_fill(p_gathering_id bigint) returns table (registration_id bigint, category_id bigint, rank int, consents boolean,
  organisation text, contact_id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := organised_gathering(p_gathering_id);
begin
  if g.state not in ('announced', 'postponed') then perform refuse('lots_not_coming'); end if;
  if exists (select from seats_open(g.id)) then perform gathering_event(g, 'contacts_read', 'seats'); end if;
  return query select o.registration_id, o.category_id, o.rank, r.consents, r.organisation, c.id, c.key_id, c.sealed
    from seats_open(g.id) o join registrations r on r.id = o.registration_id left join contacts c on c.submission_id = r.submission_id
    order by o.ordinal, o.rank;
end $$;

-- Gives them their seats, in the order of `seats_to_fill`. Returns how many.
create function seat_participants(p_gathering_id bigint, p_registration_ids bigint[], p_keys uuid[], p_code_macs bytea[], p_names text[],
  p_units text[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := organised_gathering(p_gathering_id);
  moment timestamptz := minyi_clock();
  n int := cardinality(p_registration_ids);
  seats int;
begin
  if g.state not in ('announced', 'postponed') then perform refuse('lots_not_coming'); end if;
  -- Pressed twice.
  if n = (select count(*) from gathering_people where gathering_id = g.id and registration_id = any (p_registration_ids)) then return 0; end if;
  if array[n, n, n, n] <> array[cardinality(p_keys), cardinality(p_code_macs), cardinality(p_names), cardinality(p_units)]
    or p_registration_ids is distinct from (select array_agg(o.registration_id order by o.ordinal, o.rank)
      from (select * from seats_open(g.id) o order by o.ordinal, o.rank limit n) o) then
    perform refuse('lots_order');
  end if;
  if exists (select from unnest(p_registration_ids, p_names, p_units) x (id, name, unit) join registrations r on r.id = x.id
      where not r.consents and (x.name <> '' or x.unit <> '')) then
    perform refuse('gatherings_list_consent');
  end if;
  seats := coalesce((select max(seat) from gathering_people where gathering_id = g.id and role = 'participant'), 0);
  insert into gathering_people (gathering_id, role, category_id, seat, public_name, public_unit, consents, key, code_mac, state, named_by, named_at, registration_id)
  select g.id, 'participant', r.category_id, seats + x.ordinal, x.name, x.unit, r.consents, x.key, x.mac, 'named', actor_staff(), moment, r.id
  from unnest(p_registration_ids, p_keys, p_code_macs, p_names, p_units) with ordinality x (id, key, mac, name, unit, ordinal)
  join registrations r on r.id = x.id;
  perform gathering_event(g, 'seats_filled', n::text);
  -- Who was told that they wait in reserve learns that it is their turn.
  if exists (select from published_versions where gathering_id = g.id and kind = 'participant_list') then
    perform notify_authors('selected', array_agg(r.submission_id), array_agg(format('gathering.%s.selected.chosen', g.id)),
      array_agg(jsonb_strip_nulls(jsonb_build_object('code', 'chosen', 'due_on', china_day(g.starts_at)))))
    from registrations r where r.id = any (p_registration_ids);
  end if;
  return n;
end $$;

-- ---- Materials ------------------------------------------------------------------------------------------------------------------
create function add_material(p_gathering_id bigint, p_title text, p_attachment_id uuid) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_gathering_id);
  made bigint;
begin
  if g.state not in ('preparing', 'announced', 'postponed') then perform refuse('gatherings_over'); end if;
  if (select count(*) from gathering_materials where gathering_id = g.id and removed_at is null) >= 30 then perform refuse('gathering_materials_most'); end if;
  select id into made from gathering_materials where gathering_id = g.id and attachment_id = p_attachment_id;
  if found then return made; end if;
  if p_attachment_id is not null then perform claim_gathering_scan(g, p_attachment_id); end if;
  insert into gathering_materials (gathering_id, ordinal, title, attachment_id, added_at)
  values (g.id, 1 + coalesce((select max(ordinal) from gathering_materials where gathering_id = g.id), 0), p_title, p_attachment_id, minyi_clock())
  returning id into made;
  perform gathering_event(g, 'material_added', made::text);
  return made;
end $$;

create function remove_material(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g gatherings := staffed_gathering((select gathering_id from gathering_materials where id = p_id));
begin
  if g.state not in ('preparing', 'announced', 'postponed') then perform refuse('gatherings_over'); end if;
  update gathering_materials set removed_at = minyi_clock() where id = p_id and removed_at is null;
  if found then perform gathering_event(g, 'material_removed', p_id::text); end if;
end $$;

-- Tells everybody who has a seat that the materials are there to be read. Once for what is there now. Returns how many were told.
create function offer_materials(p_gathering_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := staffed_gathering(p_gathering_id);
  newest bigint := (select max(id) from gathering_materials where gathering_id = g.id and removed_at is null and attachment_id is not null);
  facts jsonb := jsonb_strip_nulls(jsonb_build_object('due_on', g.materials_on));
  waiting gathering_people[];
begin
  if g.state not in ('announced', 'postponed') then perform refuse('lots_not_coming'); end if;
  if newest is null then perform refuse('gathering_materials_none'); end if;
  select coalesce(array_agg(p), '{}') into waiting from gathering_people p
  where p.gathering_id = g.id and p.role in ('participant', 'invited') and p.state in ('named', 'accepted')
    and not exists (select from material_deliveries d where d.person_id = p.id);
  perform notify_authors('materials_ready', array_agg(r.submission_id), array_agg(format('materials_ready.%s.%s', g.id, newest)), array_agg(facts))
  from unnest(waiting) p join registrations r on r.id = p.registration_id having count(*) > 0;
  perform notify_person('materials_ready', p.id, facts, format('materials_ready.%s.%s', g.id, newest)) from unnest(waiting) p where p.registration_id is null;
  perform gathering_event(g, 'materials_offered', cardinality(waiting)::text);
  return cardinality(waiting);
end $$;

-- Handed over, or sent by post or mail, with a scan of what was signed. A second entry only moves the day ahead, and proves it.
create function deliver_materials(p_person_ids bigint[], p_on date, p_way text, p_scan uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  ids bigint[] := (select array_agg(distinct gathering_id) from gathering_people where id = any (p_person_ids));
  g gatherings;
  done int;
begin
  if cardinality(ids) is distinct from 1 then raise exception 'people of one gathering' using errcode = 'P0002'; end if;
  g := staffed_gathering(ids[1]);
  if p_way not in ('handed', 'post', 'mail') then perform refuse('material_deliveries_way'); end if;
  if p_on is null or p_on > china_day(minyi_clock()) then perform refuse('material_deliveries_day'); end if;
  if p_scan is not null and not exists (select from material_deliveries where scan_id = p_scan) then perform claim_gathering_scan(g, p_scan); end if;
  insert into material_deliveries as d (person_id, delivered_on, way, scan_id, entered_by, entered_at)
  select p.id, p_on, p_way, p_scan, actor_staff(), minyi_clock() from gathering_people p
  where p.id = any (p_person_ids) and p.state in ('named', 'accepted')
  on conflict (person_id) do update set delivered_on = excluded.delivered_on, way = excluded.way, scan_id = excluded.scan_id,
      entered_by = excluded.entered_by, entered_at = excluded.entered_at
    where excluded.delivered_on < d.delivered_on and excluded.scan_id is not null;
  get diagnostics done = row_count;
  perform gathering_event(g, 'materials_delivered', done::text);
  return done;
end $$;

-- Who takes part, by what they hold: number and code of their registration, or the hearing's number and the code they were given.
create function participant_of_code(p_number text, p_code_mac bytea) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p.id from submissions s join registrations r on r.submission_id = s.id join gathering_people p on p.registration_id = r.id
  where s.number = p_number and s.code_mac = p_code_mac and r.withdrawn_at is null and p.state in ('named', 'accepted')
  union all
  select p.id from gatherings g join gathering_people p on p.gathering_id = g.id
  where g.number = p_number and p.code_mac = p_code_mac and p.state in ('named', 'accepted')
$$;

create function participant_materials(p_number text, p_code_mac bytea)
returns table (id bigint, title text, attachment_id uuid, name text, media_type text, size int, delivered_on date)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select m.id, m.title, a.id, a.name, a.media_type, a.size, (select d.delivered_on from material_deliveries d where d.person_id = p.id)
  from gathering_people p join gathering_materials m on m.gathering_id = p.gathering_id and m.removed_at is null
  left join attachments a on a.id = m.attachment_id
  where p.id = participant_of_code(p_number, p_code_mac) order by m.ordinal
$$;

create function material_chunk(p_number text, p_code_mac bytea, p_id bigint, p_ordinal int) returns bytea
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select k.data from gathering_people p join gathering_materials m on m.gathering_id = p.gathering_id and m.id = p_id and m.removed_at is null
  join attachment_chunks k on k.attachment_id = m.attachment_id and k.ordinal = p_ordinal
  where p.id = participant_of_code(p_number, p_code_mac)
$$;

-- They say on their own page that they have the materials: acknowledged, already, closed, unknown.
create function acknowledge_materials(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p gathering_people;
  g gatherings;
begin
  select * into p from gathering_people where id = participant_of_code(p_number, p_code_mac);
  if not found then return 'unknown'; end if;
  select * into g from gatherings where id = p.gathering_id for share;
  if exists (select from material_deliveries where person_id = p.id) then return 'already'; end if;
  if g.state not in ('announced', 'postponed', 'under_way')
    or not exists (select from gathering_materials where gathering_id = g.id and removed_at is null and attachment_id is not null) then
    return 'closed';
  end if;
  insert into material_deliveries (person_id, delivered_on, way, entered_at)
  values (p.id, china_day(minyi_clock()), 'web', minyi_clock()) on conflict do nothing;
  return case when found then 'acknowledged' else 'already' end;
end $$;

do $$
declare f text;
begin
  foreach f in array array['commit_lot(bigint, bytea, uuid, text, bytea, text, timestamptz)', 'rename_value(bigint, text, timestamptz)',
    'freeze_lot(bigint)', 'enter_value(bigint, text, text[], text[], uuid)', 'sealed_seed(bigint)', 'draw_lot(bigint, bytea)',
    'record_witnessed_lot(bigint, timestamptz, text, text, text[], text[], text[], int[], uuid)', 'annul_lot(bigint, text)',
    'seats_to_fill(bigint)', 'seat_participants(bigint, bigint[], uuid[], bytea[], text[], text[])', 'add_material(bigint, text, uuid)',
    'remove_material(bigint)', 'offer_materials(bigint)', 'deliver_materials(bigint[], date, text, uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['acknowledge_materials(text, bytea)', 'material_chunk(text, bytea, bigint, int)', 'participant_materials(text, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
  foreach f in array array['organised_lot(bigint)', 'lot_time(timestamptz)', 'show_lot(bigint)', 'lot_event(gatherings, text, bigint)',
    'claim_gathering_scan(gatherings, uuid)', 'note_witnesses(bigint, text[], text[])', 'require_checked(gatherings, timestamptz)',
    'list_for_lot(gatherings, bigint)', 'lot_list_hash(bigint)', 'seats_open(bigint)', 'participant_of_code(text, bytea)',
    'registrations_frozen()', 'lots_follow()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
end $$;
