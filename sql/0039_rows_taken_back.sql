-- A row that was dropped can be taken back, rows are numbered anew, and who confirmed where the rows of an edition come from is on record.
--
-- The table is small (a line a change made by hand), so its constraint is made at once.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation
set local search_path to minyi;

alter table passage_changes drop constraint passage_changes_kind;
alter table passage_changes add constraint passage_changes_kind
  check (kind in ('edited', 'added', 'dropped', 'moved', 'split', 'merged', 'restored', 'renumbered'));

-- A press may write a line a row: what a line says of its row, and whether it was taken back, is found without reading them all.
create index passage_changes_of_line on passage_changes (edition_id, lineage, id);
create index passage_changes_dropped on passage_changes ((before ->> 'passage')) where kind = 'dropped';
create index passage_changes_restored on passage_changes (edition_id, (before ->> 'change')) where kind = 'restored';

-- A link that contradicts the answer of its opinion may be older than the rule against it: its row could neither be dropped nor merged.
delete from passage_opinions l using opinions o, editions e
where o.id = l.opinion_id and e.id = l.edition_id and e.frozen_at is null and o.ending in ('not_adopted', 'explained', 'transferred', 'invalid');

-- As before; the record also keeps what it takes to put the row back: which it was, where it stood, what it came from, and the opinions
-- it carried out.
create or replace function drop_passage(p_passage_id bigint, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g passages;
  kept jsonb;
begin
  g := hold_passage(p_passage_id, p_version);
  kept := passage_cells(g) || jsonb_build_object('passage', g.id, 'position', g.position,
    'origins', (select coalesce(jsonb_agg(origin_id order by origin_id), '[]') from passage_origins where passage_id = g.id),
    'opinions', (select coalesce(jsonb_agg(opinion_id order by opinion_id), '[]') from passage_opinions
      where passage_id = g.id and edition_id = g.edition_id));
  -- The opinions it carried out are carried out by the dropping, where nothing else goes on from where it came from.
  insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
  select l.edition_id, o.origin_id, l.opinion_id, l.linked_by, l.linked_at
  from passage_opinions l join passage_origins o on o.passage_id = l.passage_id
  where l.passage_id = g.id and l.edition_id = g.edition_id
    and not exists (select from passage_origins x where x.origin_id = o.origin_id and x.passage_id <> g.id)
  on conflict do nothing;
  perform take_passage(g);
  perform note_passage_change(g, 'dropped', kept, null);
end $$;

-- Puts back a passage that was dropped, where it stood, with what it came from and the opinions it carried out, but for those that nobody may
-- link any longer. Returns its id.
create function restore_passage(p_change_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c passage_changes;
  e editions;
  g passages;
  origins bigint[];
  made bigint;
begin
  select * into c from passage_changes where id = p_change_id and kind = 'dropped';
  if not found then raise exception 'unknown change' using errcode = 'P0002'; end if;
  e := hold_edition(c.edition_id);
  -- As it is now: its words may have been sealed meanwhile.
  select * into c from passage_changes where id = p_change_id for share;
  if c.before is null or exists (select from passage_changes r
      where r.edition_id = e.id and r.kind = 'restored' and r.before ->> 'change' = c.id::text) then
    raise exception 'back already' using errcode = '23514', constraint = 'passage_changes_restored_once';
  end if;
  -- The places that come before it, or its end where the edition is shorter by now.
  made := insert_passage(e.id, (select id from passages where edition_id = e.id
      and position < coalesce((c.before ->> 'position')::int, 2147483647) order by position desc limit 1), c.before);
  update passages set lineage = c.lineage
  where id = made and not exists (select from passages where edition_id = e.id and lineage = c.lineage);
  origins := array(select o.id from passages o join editions b on b.id = o.edition_id
    where b.draft_id = e.draft_id and b.ordinal = e.ordinal - 1
      and case when c.before ? 'origins' then c.before -> 'origins' @> to_jsonb(o.id) else o.lineage = c.lineage end);
  -- Of several, those that went on elsewhere meanwhile stay there: nobody could say what became of what.
  insert into passage_origins (passage_id, origin_id)
  select made, o from unnest(origins) o
  where cardinality(origins) = 1 or not exists (select from passage_origins x where x.origin_id = o);
  -- What its dropping carried out is carried out no more; what it carried out itself is again. Where the record does not say what that was, it
  -- is what its dropping took over.
  insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
  select e.id, made, o.id, l.linked_by, l.linked_at from passage_opinions l join opinions o on o.id = l.opinion_id
  where not c.before ? 'opinions' and l.edition_id = e.id and l.passage_id = any (origins)
    and coalesce(o.ending, 'adopted') in ('adopted', 'partly_adopted')
  on conflict do nothing;
  delete from passage_opinions where edition_id = e.id and passage_id = any (origins);
  insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
  select e.id, made, o.id, actor_staff(), minyi_clock()
  from jsonb_array_elements_text(coalesce(c.before -> 'opinions', '[]')) x (id) join opinions o on o.id = x.id::bigint
  join submissions s on s.id = o.submission_id
  where s.withdrawn_at is null and s.sealed_at is null and coalesce(o.ending, 'adopted') in ('adopted', 'partly_adopted')
  on conflict do nothing;
  select * into g from passages where id = made;
  perform note_passage_change(g, 'restored', jsonb_build_object('change', c.id), passage_cells(g));
  return made;
end $$;

-- Numbers the rows of a directory from 1 in the order they stand in. Returns how many got another number.
create function renumber_passages(p_edition_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e editions;
  moment timestamptz := minyi_clock();
  changed int;
begin
  e := hold_edition(p_edition_id);
  if (select kind from drafts where id = e.draft_id) <> 'directory' then
    raise exception 'clauses number themselves' using errcode = '23514', constraint = 'passages_renumbered';
  end if;
  with others as (
    select id, number from passages where edition_id = e.id and number <> position::text
  ), renumbered as (
    update passages p set number = p.position::text, version = p.version + 1 from others o where p.id = o.id
    returning p.lineage, p.position, o.number as was
  )
  insert into passage_changes (edition_id, lineage, kind, before, after, staff_id, at)
  select e.id, lineage, 'renumbered', jsonb_build_object('number', was), jsonb_build_object('number', position::text),
    actor_staff(), moment
  from renumbered order by position;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- Somebody has looked at where the passages of an edition come from, and stands by it.
create function confirm_origins(p_edition_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e editions;
begin
  e := hold_edition(p_edition_id);
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'draft', e.draft_id, 'origins_confirmed', actor_staff(), e.id::text, e.unit_ids);
end $$;

do $$
declare f text;
begin
  foreach f in array array['restore_passage(bigint)', 'renumber_passages(bigint)', 'confirm_origins(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
