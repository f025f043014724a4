-- A change of what is public sends one hint a transaction: who hears it asks for everything anyway, and asked once a topic.
set local search_path to minyi;

create or replace function note_public_change(p_topic text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update public_version set version = version + 1, changed_in = pg_current_xact_id() where changed_in <> pg_current_xact_id();
  insert into public_changes as c (topic, version) select p_topic, v.version from public_version v
  on conflict (topic) do update set version = excluded.version where c.version <> excluded.version;
  -- A hint, for those who would not wait until they ask again. It says nothing, so that PostgreSQL sends one a transaction.
  perform pg_notify('minyi_public', '');
end $$;
