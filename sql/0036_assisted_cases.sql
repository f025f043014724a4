set local search_path to minyi;

-- The open cases that a unit helps another with, by the index: row security would have every open case read for a condition on an
-- array. Whoever asks finds among them what they may see.
create function assisted_cases(p_unit_id bigint) returns setof bigint
language sql stable security definer set search_path = minyi, pg_temp set enable_seqscan = off
as $$ select id from cases where is_open and assisting_ids @> array[p_unit_id] $$;
alter function assisted_cases(bigint) owner to minyi_guard;
grant execute on function assisted_cases(bigint) to minyi_staff;
