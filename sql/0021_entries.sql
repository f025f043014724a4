-- Messages that come by other doors than the web: what is entered already, and what may be the same matter.
set local search_path to minyi;

-- Which of these numbers of other systems were entered before, by their place in the lists. It says no more than that, because the
-- message may belong to another unit.
create function known_external(p_sources text[], p_numbers text[]) returns table (ordinal bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  perform require_role(actor_units_as('organiser', 'clerk'), 'organiser', 'clerk');
  return query
    select i.ordinal from unnest(p_sources, p_numbers) with ordinality i (source, number, ordinal)
    join messages m on m.external_source = i.source and m.external_number = i.number;
end $$;
alter function known_external(text[], text[]) owner to minyi_guard;
grant execute on function known_external(text[], text[]) to minyi_staff;

-- Cases that may be the same matter as this one, come through another door: of the same telephone number within three months, or with
-- three characters in a row of the title in common, as often as possible, in the months around it. Those the actor may see, and that are not linked yet.
create function similar_cases(p_id bigint) returns table (case_id bigint, same_phone boolean)
language plpgsql stable security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  c cases;
  signs text[];
  at_month int;
  seen bigint[] := '{}';
begin
  select * into c from cases where id = p_id and unit_ids && actor_units() and not concerns('case', p_id, actor_staff());
  if not found then raise exception 'unknown case' using errcode = 'P0002'; end if;
  signs := string_to_array(regexp_replace(lower(left(c.title, 50)), '[[:space:][:punct:]，。、；：？！“”（）《》]', '', 'g'), null);
  at_month := extract(year from c.received_on)::int * 12 + extract(month from c.received_on)::int;
  for month_at in at_month - 1 .. at_month + 1 loop
    seen := seen || array(
      select t.case_id from generate_series(1, cardinality(signs) - 2) i, lateral (
        select w.case_id from case_words w
        where w.month = month_at and w.grams @> array[signs[i] || signs[i + 1], signs[i + 1] || signs[i + 2]] and w.case_id <> p_id limit 40) t);
  end loop;
  return query
    with alike as (
      select s.id, count(*) as shared from unnest(seen) s (id) group by s.id
      having count(*) >= greatest(2, (cardinality(signs) - 2) / 3)
    ), called as (
      select o.id from contacts k join contacts t on t.phone_index = k.phone_index and t.submission_id <> k.submission_id
      join cases o on o.submission_id = t.submission_id
      where k.submission_id = c.submission_id and abs(o.received_on - c.received_on) <= 92 order by o.id desc limit 40
    )
    select o.id, exists (select from called where called.id = o.id)
    from cases o left join alike a on a.id = o.id
    where o.id in (select id from alike union select id from called)
      and o.unit_ids && actor_units() and not concerns('case', o.id, actor_staff())
      and not exists (select from case_links l where l.case_id = least(o.id, p_id) and l.other_id = greatest(o.id, p_id))
    order by 2 desc, coalesce(a.shared, 0) desc, o.id desc limit 5;
end $$;
alter function similar_cases(bigint) owner to minyi_guard;
grant execute on function similar_cases(bigint) to minyi_staff;
