-- An edition is edited until it goes before somebody. Every change of a passage is on record, where a passage comes from is known
-- from edition to edition, and a change can name the opinions it carries out.
--
-- The tables are small (thousands of rows), so their constraints and indexes are made at once.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation, disallowed-unique-constraint
set local search_path to minyi;

alter table drafts drop constraint drafts_kind;
alter table drafts add constraint drafts_kind check (kind in ('directory', 'text'));

-- A working edition has no `frozen_at`. What was imported before could not be edited, so it is as it was.
alter table editions add column extra_columns text[] not null default '{}'      -- local columns of a directory, in order
  constraint editions_extra_columns check (cardinality(extra_columns) <= 12);
alter table editions add column frozen_at timestamptz;
update editions set frozen_at = created_at;
create unique index editions_one_working on editions (draft_id) where frozen_at is null;

alter table passages add column text text not null default ''                   -- the words of a clause or heading of a text
  constraint passages_text_length check (char_length(text) <= 20000);
alter table passages add column depth int not null default 0                    -- 0 a row or clause; 1, 2 … a heading of that level
  constraint passages_depth check (depth between 0 and 6);
alter table passages add column extras jsonb not null default '{}'              -- local column → text
  constraint passages_extras check (jsonb_typeof(extras) = 'object');
alter table passages add column version int not null default 1;                 -- grows with every change of its words
-- Moving one passage renumbers others in one statement.
alter table passages drop constraint passages_position;
alter table passages add constraint passages_position unique (edition_id, position) deferrable initially immediate;

-- From which passages of the edition before a passage comes. How it comes from them is not stored but follows: none is added, two are
-- merged, one that several come from is split, the same words are unchanged and others reworded, and the order says what moved.
create table passage_origins (
  passage_id bigint not null references passages on delete cascade,
  origin_id bigint not null references passages,
  primary key (passage_id, origin_id)
);
create index passage_origins_of_origin on passage_origins (origin_id);
insert into passage_origins (passage_id, origin_id)
select n.id, o.id from passages n join editions e on e.id = n.edition_id
join editions b on b.draft_id = e.draft_id and b.ordinal = e.ordinal - 1
join passages o on o.edition_id = b.id and o.lineage = n.lineage;

-- Who changed what. `before` and `after` hold the cells that differ; nothing here is ever changed, unless the edition is sealed.
create table passage_changes (
  id bigint generated always as identity primary key,
  edition_id bigint not null references editions,
  lineage uuid not null,
  kind text not null constraint passage_changes_kind check (kind in ('edited', 'added', 'dropped', 'moved', 'split', 'merged')),
  before jsonb,
  after jsonb,
  staff_id bigint not null references staff,
  at timestamptz not null
);
create index passage_changes_of_edition on passage_changes (edition_id, id);

-- The opinions that a change carries out: on the changed passage, or on the one of the edition before that was dropped.
create table passage_opinions (
  edition_id bigint not null references editions,
  passage_id bigint not null references passages on delete cascade,
  opinion_id bigint not null references opinions on delete cascade,
  linked_by bigint not null references staff,
  linked_at timestamptz not null,
  primary key (passage_id, opinion_id, edition_id)
);
create index passage_opinions_of_opinion on passage_opinions (opinion_id);
create index passage_opinions_of_edition on passage_opinions (edition_id);

alter table passage_origins enable row level security;
alter table passage_changes enable row level security;
alter table passage_opinions enable row level security;
grant select on passage_origins, passage_changes, passage_opinions to minyi_staff;
create policy passage_origins_of_visible on passage_origins for select to minyi_staff
  using (passage_id in (select id from passages));
create policy passage_changes_of_visible on passage_changes for select to minyi_staff
  using (edition_id in (select id from editions));
-- Which opinion: for whoever may read opinions.
create policy passage_opinions_of_visible on passage_opinions for select to minyi_staff
  using (opinion_id in (select id from opinions));
grant select, insert, delete on passage_origins, passage_opinions to minyi_guard;
grant select, insert, update on passage_changes to minyi_guard;      -- sealing empties them
create policy passage_origins_guard on passage_origins to minyi_guard using (true) with check (true);
create policy passage_changes_guard on passage_changes to minyi_guard using (true) with check (true);
create policy passage_opinions_guard on passage_opinions to minyi_guard using (true) with check (true);
grant insert on editions to minyi_guard;
grant insert, delete on passages to minyi_guard;

-- Rows are put only into an edition that is still worked on.
alter policy passages_organiser_adds on passages
  with check (edition_id in (select e.id from editions e join drafts d on d.id = e.draft_id
    where e.frozen_at is null and d.unit_id = any ((select actor_units_as('organiser'))::bigint[])));

-- A new edition ends the work on the one before.
create function editions_supersede() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update editions set frozen_at = minyi_clock() where draft_id = new.draft_id and frozen_at is null;
  return new;
end $$;
create trigger editions_begun before insert on editions for each row execute function editions_supersede();

-- The edition that a clearance is about is not edited any more: approved are exactly the words that were prepared.
create function clearances_freeze_edition() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update editions set frozen_at = minyi_clock() where id = new.edition_id and frozen_at is null;
  return null;
end $$;
create trigger clearances_freeze after insert on clearances for each row when (new.edition_id is not null)
  execute function clearances_freeze_edition();

-- The working edition for one who edits it, locked until the end of the transaction.
create function hold_edition(p_edition_id bigint) returns editions
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e editions;
begin
  select * into e from editions where id = p_edition_id for update;
  if not found then raise exception 'unknown edition' using errcode = 'P0002'; end if;
  perform require_role(array[d.unit_id], 'organiser') from drafts d where d.id = e.draft_id;
  if e.frozen_at is not null then
    raise exception 'no longer edited' using errcode = '23514', constraint = 'editions_frozen';
  end if;
  return e;
end $$;

-- A passage as its editor saw it. Another version than the one they saw: somebody changed it meanwhile.
create function hold_passage(p_passage_id bigint, p_version int) returns passages
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
begin
  perform hold_edition(edition_id) from passages where id = p_passage_id;
  select * into g from passages where id = p_passage_id;
  if not found or g.version <> p_version then
    raise exception 'changed meanwhile' using errcode = '23514', constraint = 'passages_changed_meanwhile';
  end if;
  return g;
end $$;

-- What a passage says, as the record of changes keeps it.
create function passage_cells(g passages) returns jsonb
language sql immutable set search_path = minyi, pg_temp
as $$
  select to_jsonb(g) - array['id', 'edition_id', 'position', 'lineage', 'version']
$$;

create function cells_apart(p_one jsonb, p_other jsonb) returns jsonb
language sql immutable set search_path = minyi, pg_temp
as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from (select * from jsonb_each(p_one) except select * from jsonb_each(p_other)) x
$$;

create function note_passage_change(g passages, p_kind text, p_before jsonb, p_after jsonb) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into passage_changes (edition_id, lineage, kind, before, after, staff_id, at)
  values (g.edition_id, g.lineage, p_kind, p_before, p_after, actor_staff(), minyi_clock())
$$;

-- The next edition, word for word the newest one, to be worked on. Returns its id.
create function begin_edition(p_draft_id bigint, p_stage text, p_note text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  d drafts;
  newest editions;
  made bigint;
begin
  select * into d from drafts where id = p_draft_id for update;
  if not found then raise exception 'unknown draft' using errcode = 'P0002'; end if;
  perform require_role(array[d.unit_id], 'organiser');
  select * into newest from editions where draft_id = d.id order by ordinal desc limit 1;
  if newest.frozen_at is null then
    raise exception 'worked on already' using errcode = '23514', constraint = 'editions_one_working';
  end if;
  insert into editions (draft_id, ordinal, stage, note, extra_columns, unit_ids, created_by)
  values (d.id, newest.ordinal + 1, p_stage, coalesce(p_note, ''), newest.extra_columns, d.unit_ids, actor_staff())
  returning id into made;
  insert into passages (edition_id, position, lineage, number, level1, level2, level3, content_elements, legal_basis, time_limit,
    publisher, carriers, audience, disclosure_mode, tier, source, text, depth, extras)
  select made, position, lineage, number, level1, level2, level3, content_elements, legal_basis, time_limit,
    publisher, carriers, audience, disclosure_mode, tier, source, text, depth, extras from passages where edition_id = newest.id;
  insert into passage_origins (passage_id, origin_id)
  select n.id, o.id from passages n join passages o on o.edition_id = newest.id and o.lineage = n.lineage where n.edition_id = made;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'draft', d.id, 'edition_begun', actor_staff(), made::text, d.unit_ids);
  return made;
end $$;

-- Changes cells of a passage. Returns the version it has now.
create function edit_passage(p_passage_id bigint, p_version int, p_cells jsonb) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
  wanted passages;
begin
  g := hold_passage(p_passage_id, p_version);
  wanted := jsonb_populate_record(g, p_cells - array['id', 'edition_id', 'position', 'lineage', 'version']);
  if passage_cells(wanted) = passage_cells(g) then return g.version; end if;
  update passages set number = wanted.number, level1 = wanted.level1, level2 = wanted.level2, level3 = wanted.level3,
    content_elements = wanted.content_elements, legal_basis = wanted.legal_basis, time_limit = wanted.time_limit,
    publisher = wanted.publisher, carriers = wanted.carriers, audience = wanted.audience, disclosure_mode = wanted.disclosure_mode,
    tier = wanted.tier, source = wanted.source, text = wanted.text, depth = wanted.depth, extras = wanted.extras, version = g.version + 1
  where id = g.id;
  perform note_passage_change(g, 'edited', cells_apart(passage_cells(g), passage_cells(wanted)),
    cells_apart(passage_cells(wanted), passage_cells(g)));
  return g.version + 1;
end $$;

-- A passage with the cells given, after one of the edition or (null) at its head. Returns its id. For `add` and `split`.
create function insert_passage(p_edition_id bigint, p_after bigint, p_cells jsonb) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
  place int := coalesce((select position from passages where id = p_after and edition_id = p_edition_id), 0) + 1;
  made bigint;
begin
  if (select count(*) from passages where edition_id = p_edition_id) >= 20000 then
    raise exception 'too many passages' using errcode = '23514', constraint = 'passages_number_of';
  end if;
  g := jsonb_populate_record(null::passages, '{"number": "", "level1": "", "level2": "", "level3": "", "content_elements": "",
    "legal_basis": "", "time_limit": "", "publisher": "", "carriers": "", "audience": "", "disclosure_mode": "", "tier": "", "source": "",
    "text": "", "depth": 0, "extras": {}}'::jsonb || p_cells);
  update passages set position = position + 1 where edition_id = p_edition_id and position >= place;
  insert into passages (edition_id, position, number, level1, level2, level3, content_elements, legal_basis, time_limit,
    publisher, carriers, audience, disclosure_mode, tier, source, text, depth, extras)
  values (p_edition_id, place, g.number, g.level1, g.level2, g.level3, g.content_elements, g.legal_basis, g.time_limit,
    g.publisher, g.carriers, g.audience, g.disclosure_mode, g.tier, g.source, g.text, g.depth, g.extras)
  returning id into made;
  return made;
end $$;

create function add_passage(p_edition_id bigint, p_after bigint, p_cells jsonb) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  made bigint;
begin
  perform hold_edition(p_edition_id);
  made := insert_passage(p_edition_id, p_after, p_cells);
  perform note_passage_change(g, 'added', null, passage_cells(g)) from passages g where g.id = made;
  return made;
end $$;

-- Takes a passage out; those after it move up. For `drop` and `merge`.
create function take_passage(g passages) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  with taken as (delete from passages where id = g.id returning edition_id, position)
  update passages p set position = p.position - 1 from taken t where p.edition_id = t.edition_id and p.position > t.position
$$;

create function drop_passage(p_passage_id bigint, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
begin
  g := hold_passage(p_passage_id, p_version);
  perform take_passage(g);
  perform note_passage_change(g, 'dropped', passage_cells(g), null);
end $$;

-- Puts a passage after another one, or (null) at the head.
create function move_passage(p_passage_id bigint, p_version int, p_after bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
  place int;
begin
  g := hold_passage(p_passage_id, p_version);
  place := coalesce((select position from passages where id = p_after and edition_id = g.edition_id and id <> g.id), 0);
  if p_after is not null and place = 0 then
    raise exception 'nothing to stand after' using errcode = '23514', constraint = 'passages_changed_meanwhile';
  end if;
  place := case when place < g.position then place + 1 else place end;
  if place = g.position then return; end if;
  update passages set position = case
      when id = g.id then place
      when place < g.position then position + 1
      else position - 1 end
  where edition_id = g.edition_id and position between least(place, g.position) and greatest(place, g.position);
  perform note_passage_change(g, 'moved', jsonb_build_object('position', g.position), jsonb_build_object('position', place));
end $$;

-- Divides a passage: the first part stays it, the others follow it. Returns the ids of all parts.
create function split_passage(p_passage_id bigint, p_version int, p_parts jsonb) returns bigint[]
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
  parts bigint[];
  made bigint;
begin
  if jsonb_typeof(p_parts) <> 'array' or jsonb_array_length(p_parts) not between 2 and 20 then
    raise exception 'two parts or more' using errcode = '23514', constraint = 'passages_split';
  end if;
  g := hold_passage(p_passage_id, p_version);
  perform edit_passage(g.id, g.version, p_parts -> 0);
  parts := array[g.id];
  for n in 1..jsonb_array_length(p_parts) - 1 loop
    made := insert_passage(g.edition_id, parts[n], passage_cells(g) || (p_parts -> n));
    insert into passage_origins (passage_id, origin_id) select made, origin_id from passage_origins where passage_id = g.id;
    parts := parts || made;
  end loop;
  perform note_passage_change(g, 'split', passage_cells(g), p_parts);
  return parts;
end $$;

-- Joins passages into the first of them.
create function merge_passages(p_passage_ids bigint[], p_versions int[], p_cells jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
  other passages;
begin
  if cardinality(p_passage_ids) not between 2 and 20 or cardinality(p_versions) <> cardinality(p_passage_ids)
     or cardinality(p_passage_ids) <> (select count(distinct id) from unnest(p_passage_ids) id) then
    raise exception 'two passages or more' using errcode = '23514', constraint = 'passages_merge';
  end if;
  g := hold_passage(p_passage_ids[1], p_versions[1]);
  for n in 2..cardinality(p_passage_ids) loop
    other := hold_passage(p_passage_ids[n], p_versions[n]);
    if other.edition_id <> g.edition_id then
      raise exception 'of one edition' using errcode = '23514', constraint = 'passages_merge';
    end if;
    insert into passage_origins (passage_id, origin_id) select g.id, origin_id from passage_origins where passage_id = other.id
      on conflict do nothing;
    insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
    select edition_id, g.id, opinion_id, linked_by, linked_at from passage_opinions where passage_id = other.id on conflict do nothing;
    perform take_passage(other);
    perform note_passage_change(other, 'merged', passage_cells(other), null);
  end loop;
  select * into g from passages where id = g.id;
  perform edit_passage(g.id, g.version, p_cells);
end $$;

-- Where the passages of an edition come from, all of it at once: after an import, or corrected by hand.
create function set_origins(p_edition_id bigint, p_passage_ids bigint[], p_origin_ids bigint[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e editions;
begin
  e := hold_edition(p_edition_id);
  delete from passage_origins where passage_id in (select id from passages where edition_id = e.id);
  insert into passage_origins (passage_id, origin_id)
  select distinct n.id, o.id from unnest(p_passage_ids, p_origin_ids) x (passage_id, origin_id)
  join passages n on n.id = x.passage_id and n.edition_id = e.id
  join passages o on o.id = x.origin_id
  join editions b on b.id = o.edition_id and b.draft_id = e.draft_id and b.ordinal = e.ordinal - 1;
  if (select count(*) from passage_origins where passage_id = any (p_passage_ids))
     <> (select count(*) from (select distinct * from unnest(p_passage_ids, p_origin_ids)) x) then
    raise exception 'from the edition before' using errcode = '23514', constraint = 'passage_origins_before';
  end if;
end $$;

-- A change and an opinion it carries out.
create function link_opinion(p_edition_id bigint, p_passage_id bigint, p_opinion_id bigint, p_linked boolean) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e editions;
begin
  select * into e from editions where id = p_edition_id;
  if not found then raise exception 'unknown edition' using errcode = 'P0002'; end if;
  perform require_role(array[d.unit_id], 'organiser') from drafts d where d.id = e.draft_id;
  if not p_linked then
    delete from passage_opinions where edition_id = e.id and passage_id = p_passage_id and opinion_id = p_opinion_id;
    return;
  end if;
  -- A passage of this edition, or one of the edition before that does not go on.
  if not exists (select from passages g where g.id = p_passage_id and (g.edition_id = e.id
      or g.edition_id = (select id from editions b where b.draft_id = e.draft_id and b.ordinal = e.ordinal - 1)
        and not exists (select from passage_origins o where o.origin_id = g.id)))
    or not exists (select from opinions o join submissions s on s.id = o.submission_id join procedures p on p.id = s.procedure_id
      where o.id = p_opinion_id and p.draft_id = e.draft_id and s.withdrawn_at is null and s.sealed_at is null) then
    raise exception 'not of this draft' using errcode = '23514', constraint = 'passage_opinions_of_draft';
  end if;
  insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
  values (e.id, p_passage_id, p_opinion_id, actor_staff(), minyi_clock()) on conflict do nothing;
end $$;

do $$
declare f text;
begin
  foreach f in array array['editions_supersede()', 'clearances_freeze_edition()', 'hold_edition(bigint)', 'hold_passage(bigint, int)',
    'passage_cells(passages)', 'cells_apart(jsonb, jsonb)',
    'note_passage_change(passages, text, jsonb, jsonb)', 'insert_passage(bigint, bigint, jsonb)', 'take_passage(passages)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['begin_edition(bigint, text, text)', 'edit_passage(bigint, int, jsonb)',
    'add_passage(bigint, bigint, jsonb)', 'drop_passage(bigint, int)', 'move_passage(bigint, int, bigint)',
    'split_passage(bigint, int, jsonb)', 'merge_passages(bigint[], int[], jsonb)', 'set_origins(bigint, bigint[], bigint[])',
    'link_opinion(bigint, bigint, bigint, boolean)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
