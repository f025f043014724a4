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
  constraint passages_extras check (jsonb_typeof(extras) = 'object')
  constraint passages_extras_length check (octet_length(extras::text) <= 262144);   -- twelve columns of 5000 characters
alter table passages add column version int not null default 1;                 -- grows with every change of its words
-- Moving one passage renumbers others in one statement.
alter table passages drop constraint passages_position;
alter table passages add constraint passages_position unique (edition_id, position) deferrable initially immediate;
-- So does a lineage that is corrected by hand.
alter table passages drop constraint passages_lineage;
alter table passages add constraint passages_lineage unique (edition_id, lineage) deferrable initially immediate;

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
  using (exists (select from passages g where g.id = passage_id));
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
  -- One that the secrecy review sent back was seen by nobody: the next is still the first.
  if p_stage = 'first' and exists (select from clearances c join editions e on e.id = c.edition_id
      where e.draft_id = d.id and c.published_at is not null) then
    raise exception 'published already' using errcode = '23514', constraint = 'editions_first';
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
  wanted := jsonb_populate_record(g, jsonb_strip_nulls(p_cells) - array['id', 'edition_id', 'position', 'lineage', 'version']);
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
    "text": "", "depth": 0, "extras": {}}'::jsonb || jsonb_strip_nulls(p_cells));
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
  -- The opinions it carried out are carried out by the dropping, where nothing else goes on from where it came from.
  insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
  select l.edition_id, o.origin_id, l.opinion_id, l.linked_by, l.linked_at
  from passage_opinions l join passage_origins o on o.passage_id = l.passage_id
  where l.passage_id = g.id and l.edition_id = g.edition_id
    and not exists (select from passage_origins x where x.origin_id = o.origin_id and x.passage_id <> g.id)
  on conflict do nothing;
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
  -- The line goes on in the first passage that comes first of all from one; what comes from none begins its own.
  with firsts as (
    select distinct on (n.id) n.id, n.position, o.lineage from passages n join passage_origins x on x.passage_id = n.id
    join passages o on o.id = x.origin_id where n.edition_id = e.id order by n.id, o.position
  ), heirs as (
    select distinct on (lineage) id, lineage from firsts order by lineage, position
  ), lines as materialized (
    select n.id, n.lineage as was, case when h.id is not null then h.lineage
      when n.lineage in (select o.lineage from passages o join editions b on b.id = o.edition_id
        where b.draft_id = e.draft_id and b.ordinal = e.ordinal - 1) then gen_random_uuid()
      else n.lineage end as becomes
    from passages n left join heirs h on h.id = n.id where n.edition_id = e.id
  ), changes as (
    update passage_changes c set lineage = l.becomes from lines l where c.edition_id = e.id and c.lineage = l.was and l.was <> l.becomes
  )
  update passages n set lineage = l.becomes from lines l where n.id = l.id and l.was <> l.becomes;
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
  foreach f in array array['editions_supersede()', 'clearances_freeze_edition()', 'hold_passage(bigint, int)',
    'passage_cells(passages)', 'cells_apart(jsonb, jsonb)',
    'note_passage_change(passages, text, jsonb, jsonb)', 'insert_passage(bigint, bigint, jsonb)', 'take_passage(passages)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['begin_edition(bigint, text, text)', 'edit_passage(bigint, int, jsonb)',
    'add_passage(bigint, bigint, jsonb)', 'drop_passage(bigint, int)', 'move_passage(bigint, int, bigint)',
    'split_passage(bigint, int, jsonb)', 'merge_passages(bigint[], int[], jsonb)', 'set_origins(bigint, bigint[], bigint[])',
    'link_opinion(bigint, bigint, bigint, boolean)', 'hold_edition(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;

-- 修改稿、正式稿: a later edition before the public, once the comments are in.
alter table clearances drop constraint clearances_kind;
alter table clearances add constraint clearances_kind check (kind in
  ('draft', 'announcement', 'result', 'extension', 'suspension', 'resumption', 'termination', 'correction', 'revision'));

-- As before, and 'revision'.
create or replace function prepare_clearance(p_procedure_id bigint, p_kind text, p_title text, p_content jsonb, p_edition_id bigint,
  p_closes_at timestamptz, p_entry_until timestamptz, p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  state_now text;
  made bigint;
begin
  select * into p from procedures where id = p_procedure_id for update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(p.unit_ids, 'organiser');
  state_now := state_at(p.state, p.opens_at, p.closes_at, minyi_clock());
  if (case p_kind
      when 'announcement' then p.state = 'preparing'
      when 'draft' then state_now in ('preparing', 'announced', 'open')
      when 'result' then p.state in ('answered', 'published')
      -- A later edition than the one that was commented on and those published since, when nobody comments any more.
      when 'revision' then state_now in ('closed', 'answered', 'published') and exists (select from editions e
        join editions asked on asked.id = p.edition_id and asked.draft_id = e.draft_id and asked.ordinal < e.ordinal
        where e.id = p_edition_id and not exists (select from clearances r join editions n on n.id = r.edition_id
          where r.procedure_id = p.id and r.kind = 'revision' and r.published_at is not null and n.ordinal > e.ordinal))
      when 'extension' then state_now in ('announced', 'open') and p_closes_at > p.closes_at
      when 'suspension' then state_now in ('announced', 'open')
      when 'resumption' then state_now = 'suspended' and p_closes_at > minyi_clock() and p_closes_at >= p.closes_at
      when 'termination' then state_now in ('announced', 'open', 'suspended')
      when 'correction' then state_now in ('announced', 'open') and p_edition_id is not null end) is not true then
    raise exception 'not in this state' using errcode = '23514', constraint = 'clearances_state';
  end if;
  -- The same words from the same person once more (a second press) are the same clearance: what was said of them stands.
  select id into made from clearances
  where procedure_id = p.id and kind = p_kind and published_at is null and withdrawn_at is null and prepared_by = actor_staff()
    and title = p_title and content_hash = sha256(convert_to(p_content::text, 'UTF8')) and reason = coalesce(p_reason, '')
    and (edition_id, closes_at, entry_until) is not distinct from (p_edition_id, p_closes_at, p_entry_until);
  if found then return made; end if;
  update clearances set withdrawn_at = minyi_clock()
  where procedure_id = p.id and kind = p_kind and published_at is null and withdrawn_at is null;
  insert into clearances (procedure_id, kind, title, content, content_hash, edition_id, closes_at, entry_until, reason, unit_ids,
    prepared_by, prepared_at)
  values (p.id, p_kind, p_title, p_content, sha256(convert_to(p_content::text, 'UTF8')), p_edition_id, p_closes_at, p_entry_until,
    coalesce(p_reason, ''), p.unit_ids, actor_staff(), minyi_clock())
  returning id into made;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', made, 'prepared', actor_staff(), p_kind, p.unit_ids);
  return made;
end $$;

create or replace function publish_clearance(p_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
  d clearances;
  p procedures;
  moment timestamptz;
  next_state text;
  made bigint;
  missing text;
begin
  select * into c from clearances where id = p_id;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  select * into p from procedures where id = c.procedure_id for update;
  select * into c from clearances where id = p_id for update;
  perform require_role(c.unit_ids, 'organiser');
  moment := minyi_clock();
  if c.published_at is not null or c.withdrawn_at is not null or c.approval_granted is not true or c.review_passed is not true
     or c.disclosure_attribute <> 'proactive' then
    raise exception 'not cleared' using errcode = '23514', constraint = 'clearances_cleared';
  end if;
  next_state := p.state;

  if c.kind = 'draft' then
    raise exception 'a draft goes out with its announcement' using errcode = '23514', constraint = 'clearances_draft_alone';
  elsif c.kind in ('announcement', 'correction') then
    select * into d from clearances where procedure_id = p.id and kind = 'draft' and published_at is null and withdrawn_at is null
      and edition_id = coalesce(c.edition_id, p.edition_id) for update;
    if d.approval_granted is not true or d.review_passed is not true or d.disclosure_attribute <> 'proactive' then
      raise exception 'the draft is not cleared' using errcode = '23514', constraint = 'clearances_draft_cleared';
    end if;
    if c.kind = 'announcement' then
      if p.state <> 'preparing' then raise exception 'already announced' using errcode = '23514', constraint = 'clearances_state'; end if;
      if p.closes_at <= moment then raise exception 'the period is over' using errcode = '23514', constraint = 'procedures_period_ahead'; end if;
      -- The day of opening is not counted, so it may be today; a day that nobody knew of counts for nothing.
      if (p.opens_at at time zone 'Asia/Shanghai')::date < (moment at time zone 'Asia/Shanghai')::date then
        raise exception 'the opening has passed' using errcode = '23514', constraint = 'procedures_opening_ahead';
      end if;
      next_state := 'announced';
    elsif state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') then
      raise exception 'no longer open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    perform version_published(d, moment);
    update clearances set published_at = moment where id = d.id;
    update procedures set edition_id = d.edition_id where id = p.id;
  elsif c.kind = 'extension' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') or c.closes_at <= p.closes_at then
      raise exception 'no longer open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    update procedures set closes_at = c.closes_at, entry_until = c.entry_until, extended = true where id = p.id;
  elsif c.kind = 'suspension' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') then
      raise exception 'not open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := 'suspended';
  elsif c.kind = 'resumption' then
    if p.state <> 'suspended' or c.closes_at <= moment or c.closes_at < p.closes_at then
      raise exception 'not suspended' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := case when moment < p.opens_at then 'announced' else 'open' end;
    update procedures set closes_at = c.closes_at, entry_until = c.entry_until, extended = extended or c.closes_at > p.closes_at where id = p.id;
  elsif c.kind = 'termination' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open', 'suspended') then
      raise exception 'not running' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := 'terminated';
    update procedures set closed_at = moment where id = p.id;
  elsif c.kind = 'revision' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('closed', 'answered', 'published') then
      raise exception 'not closed' using errcode = '23514', constraint = 'clearances_state';
    end if;
  elsif c.kind = 'result' then
    if p.state not in ('answered', 'published') then
      raise exception 'not answered' using errcode = '23514', constraint = 'clearances_state';
    end if;
    -- The guard sees every row, whoever publishes.
    select string_agg(number, ' ') into missing from endings(p.id) where ending is null;
    if missing is not null then
      raise exception 'not every submission has ended' using errcode = '23514', constraint = 'procedures_all_answered', detail = missing;
    end if;
    perform require_screened(p.id);
    if not result_reconciles(p.id, c.content) then
      raise exception 'the counts do not add up' using errcode = '23514', constraint = 'result_reconciles';
    end if;
    next_state := 'published';
  end if;

  made := version_published(c, moment);
  if c.kind = 'result' then
    insert into published_opinions (version_id, ordinal, submission_number, label, passage, body, outcome, reason, sealed_at)
    select made, r.ordinal, r.number, r.label, coalesce(r.passage, ''), case when s.sealed_at is null then r.body end, r.outcome,
      coalesce(r.reason, ''), s.sealed_at
    from jsonb_to_recordset(c.content -> 'opinions') r (ordinal int, number text, label text, passage text, body text, outcome text, reason text)
    join submissions s on s.number = r.number and s.procedure_id = p.id;
    -- The rows live in their own table from here on.
    update published_versions set content = content - 'opinions' where id = made;
  end if;
  update clearances set published_at = moment where id = c.id;
  update procedures set state = next_state where id = p.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  values (moment, 'procedure', p.id, case c.kind when 'announcement' then 'announced' when 'result' then 'published' when 'extension' then 'extended'
      when 'suspension' then 'suspended' when 'resumption' then 'resumed' when 'termination' then 'terminated' when 'revision' then 'revised' else 'corrected' end,
    actor_staff(), p.state, next_state, c.id::text, c.unit_ids);
  return made;
end $$;

-- As before, with the words of clauses, local columns and the record of changes; a later edition as the first.
create or replace function seal_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  edition bigint;
  quoting bigint[];
begin
  select * into v from published_versions where id = s.version_id for update;
  -- Of revisions there may be several, each about an edition of its own.
  edition := case when v.kind in ('draft', 'revision') then (v.content -> 'edition' ->> 'id')::bigint end;
  insert into sealed_contents values (s.id, 'version', v.id, v.title || e'\n' || v.content::text);
  insert into sealed_contents select s.id, 'version_opinion', ordinal, concat_ws(e'\n', label, body, reason)
    from published_opinions where version_id = v.id;
  insert into sealed_contents select s.id, 'clearance', id, concat_ws(e'\n', title, reason, content::text)
    from clearances where procedure_id = v.procedure_id and kind = v.kind and (v.kind <> 'revision' or edition_id = edition);
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where version_id = v.id;
  update attachments a set unit_ids = '{}' from clearances c
    where a.id = c.paper_scan_id and c.procedure_id = v.procedure_id and c.kind = v.kind and (v.kind <> 'revision' or c.edition_id = edition);
  update clearances set content = '{}', title = '—', reason = '',
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, moment) end
    where procedure_id = v.procedure_id and kind = v.kind and (v.kind <> 'revision' or edition_id = edition);
  if v.kind = 'announcement' then
    update procedures set explanatory_note = '', legal_basis = '', shortening_reason = '' where id = v.procedure_id;
  elsif v.kind in ('draft', 'revision') then
    insert into sealed_contents select s.id, 'passage', id, concat_ws(e'\n', level1, level2, level3, content_elements, legal_basis,
        time_limit, publisher, carriers, audience, source, text, nullif(extras, '{}')) from passages where edition_id = edition;
    update passages set level1 = '', level2 = '', level3 = '', content_elements = '', legal_basis = '', time_limit = '', publisher = '',
      carriers = '', audience = '', disclosure_mode = '', tier = '', source = '', text = '', extras = '{}' where edition_id = edition;
    -- The record of changes quotes its words, also as what they were before the next edition changed them.
    quoting := array(select n.id from editions n join editions e on e.draft_id = n.draft_id and n.ordinal in (e.ordinal, e.ordinal + 1)
      where e.id = edition);
    insert into sealed_contents select s.id, 'passage_change', c.id, concat_ws(e'\n', c.before, c.after) from passage_changes c
      where c.edition_id = any (quoting) and (c.before is not null or c.after is not null);
    update passage_changes c set before = null, after = null
      where c.edition_id = any (quoting);
  end if;
  update published_versions set content = null, title = '—', sealed_at = moment, seal_reason = s.reason where id = v.id;
  update public_procedures set version = version + 1 where procedure_id = v.procedure_id;
end $$;
