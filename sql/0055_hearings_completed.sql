-- What hearings, forums and visits still lacked.
set local search_path to minyi;

-- ---- The published record as a document ------------------------------------------------------------------------------------------

-- Made by a worker of exactly the words that were reviewed, approved and published. Open like the version itself; gone with its seal.
create table version_files (
  version_id bigint not null references published_versions,
  format text not null constraint version_files_format check (format in ('docx', 'pdf')),
  data bytea not null constraint version_files_size check (octet_length(data) <= 10485760),
  primary key (version_id, format)
);
grant select on version_files to minyi_public, minyi_staff;
grant select, insert, delete on version_files to minyi_guard;

-- Asks for what the workers can make and nobody has made: also of what was published before there was a program for it. One that has died is not
-- asked for again: an administrator sees it.
create function ask_for_version_files() returns int
language sql security definer set search_path = minyi, pg_temp
as $$
  with wanted as (
    select jsonb_build_object('version', v.id, 'format', f.format) as payload
    from site_settings s cross join unnest(string_to_array(s.value, ' ')) f (format) cross join published_versions v
    where s.key = 'report_formats' and f.format in ('docx', 'pdf') and v.kind = 'gathering_record' and v.sealed_at is null
      and not exists (select from version_files d where d.version_id = v.id and d.format = f.format))
  select count(enqueue_job('make_version_file', w.payload))::int from wanted w
  where not exists (select from jobs j where j.kind = 'make_version_file' and j.payload = w.payload)
$$;

-- `p_attempt` names the lease: whose lease has ended keeps nothing. Sealed meanwhile, nothing is kept either.
create function version_file_was_made(p_job_id bigint, p_attempt int, p_data bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  wanted text;
begin
  select p.* into v from published_versions p join jobs j on p.id = (j.payload ->> 'version')::bigint
  where j.id = p_job_id and j.attempts = p_attempt and j.kind = 'make_version_file' and j.taken_at is not null for update of p;
  if v.id is null or v.sealed_at is not null then return; end if;
  select j.payload ->> 'format' into wanted from jobs j where j.id = p_job_id;
  insert into version_files (version_id, format, data) values (v.id, wanted, p_data) on conflict (version_id, format) do nothing;
  perform note_public_change(g.number) from public_gatherings g where g.gathering_id = v.gathering_id;
end $$;

create function version_files_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  delete from version_files where version_id = new.id;
  return null;
end $$;
create trigger published_versions_files_sealed after update of sealed_at on published_versions
  for each row when (old.sealed_at is null and new.sealed_at is not null) execute function version_files_sealed();

do $$
declare f text;
begin
  foreach f in array array['ask_for_version_files()', 'version_file_was_made(bigint, int, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
  alter function version_files_sealed() owner to minyi_guard;
end $$;
