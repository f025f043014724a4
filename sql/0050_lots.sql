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
grant select (id, gathering_id, kind, state, commitment, seed, committed_at, value_source, value_due_at, frozen_at, list_sha256, value, value_entered_by,
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
