-- Units end and are succeeded.
set local search_path to minyi;

-- A unit that ends hands over everything: what runs, and what may have to be corrected or sealed. Dates stay; published pages keep
-- the old name.
create function succeed_unit(p_unit_id bigint, p_successor_id bigint, p_on date) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
begin
  if not actor_is_signed_in() or not actor_is('administrator') then
    raise exception 'this needs the role administrator' using errcode = '42501', constraint = 'role_required';
  end if;
  -- People and work move at once, so the day has come; and whoever takes over is still there.
  if p_on > (moment at time zone 'Asia/Shanghai')::date
     or not exists (select from units where id = p_unit_id and valid_until is null and valid_from < p_on) then
    raise exception 'not on this day' using errcode = '23514', constraint = 'units_succession_day';
  end if;
  if not exists (select from units where id = p_successor_id and valid_until is null and id <> p_unit_id) then
    raise exception 'no such successor' using errcode = '23514', constraint = 'units_successor_there';
  end if;
  update units set valid_until = p_on, successor_id = p_successor_id where id = p_unit_id;
  update procedures set unit_id = case when unit_id = p_unit_id then p_successor_id else unit_id end,
    unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u)
  where p_unit_id = any (unit_ids);
  update drafts set unit_id = case when unit_id = p_unit_id then p_successor_id else unit_id end,
    unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update editions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update submissions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update opinions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update dispositions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update clearances set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update seals set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update attachments set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  insert into staff_roles (staff_id, unit_id, role) select staff_id, p_successor_id, role from staff_roles where unit_id = p_unit_id
    on conflict do nothing;
  delete from staff_roles where unit_id = p_unit_id;
  update staff set unit_id = p_successor_id where unit_id = p_unit_id;
  insert into events (at, subject, subject_id, kind, staff_id, code)
  values (moment, 'unit', p_unit_id, 'succeeded', actor_staff(), p_successor_id::text);
end $$;

alter function succeed_unit(bigint, bigint, date) owner to minyi_guard;
grant execute on function succeed_unit(bigint, bigint, date) to minyi_staff;
