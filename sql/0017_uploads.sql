-- Files that the public sends with what it writes: stored before the words they belong to, under the key of the form, and claimed
-- when that form is accepted. A day later nobody has claimed them, and they go.
set local search_path to minyi;

-- A row an attachment, without its bytes: checked and indexed in a moment. The media types only grow.
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation, ban-drop-constraint
alter table attachments
  add column form_key uuid,     -- the idempotency key of the form it was sent with; null: a file of staff, or a scan added to a receipt
  add column seconds real,      -- how long a recording is
  drop constraint attachments_media_type,
  add constraint attachments_media_type check (media_type in ('application/pdf', 'image/jpeg', 'image/png', 'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'audio/webm', 'audio/ogg', 'audio/mp4', 'audio/wav', 'audio/mpeg', 'audio/aac', 'audio/amr')),
  add constraint attachments_seconds check ((seconds is not null) = (media_type like 'audio/%')),
  add constraint attachments_form_is_public check (form_key is null or uploaded_by is null);
create index attachments_of_form on attachments (form_key) where form_key is not null;
create index attachments_of_day on attachments (uploaded_at) include (size) where form_key is not null;

insert into site_settings (key, value) values ('upload_megabytes_a_day', '4096');

-- The door that claims gives a file to the units of its submission.
grant select (name, media_type, size, sha256, seconds, form_key, uploaded_at), update (unit_ids) on attachments to minyi_intake;

-- What all forms together may send in a day, in bytes, so that strangers cannot fill the disk. A small file counts as 64 KiB.
create function upload_room() returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select (select value::bigint * 1048576 from site_settings where key = 'upload_megabytes_a_day')
    - (select coalesce(sum(greatest(a.size, 65536)), 0) from attachments a
       where a.form_key is not null and a.uploaded_at > minyi_clock() - interval '1 day')
$$;
alter function upload_room() owner to minyi_intake;

-- Stores one file for a form. Whoever has its key may add to it: five files of 50 MB together, and one recording. The same file sent
-- again is the one that is there. Outcomes: stored, too_many, too_much (of this form), full (of this day).
create function store_upload(p_form_key uuid, p_name text, p_media_type text, p_sha256 bytea, p_data bytea, p_seconds real)
returns table (outcome text, id uuid)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  is_recording boolean := p_media_type like 'audio/%';
  made uuid := gen_random_uuid();
  files int;
  bytes bigint;
  same uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_form_key::text, 17));
  select count(*) filter (where (a.media_type like 'audio/%') = is_recording), coalesce(sum(a.size), 0),
    min(a.id::text) filter (where a.sha256 = p_sha256)::uuid
  into files, bytes, same
  from attachments a where a.form_key = p_form_key and a.expires_at > minyi_clock();
  if same is not null then return query select 'stored', same;
  elsif files >= (case when is_recording then 1 else 5 end) then return query select 'too_many', null::uuid;
  elsif bytes + octet_length(p_data) > 52428800 then return query select 'too_much', null::uuid;
  elsif greatest(octet_length(p_data), 65536) > upload_room() then return query select 'full', null::uuid;
  else
    insert into attachments (id, name, media_type, size, sha256, unit_ids, form_key, seconds, uploaded_at, expires_at)
    values (made, p_name, p_media_type, octet_length(p_data), p_sha256, '{}', p_form_key, p_seconds, minyi_clock(), minyi_clock() + interval '1 day');
    insert into attachment_chunks (attachment_id, ordinal, data)
    select made, n, substring(p_data from n * 262144 + 1 for 262144) from generate_series(0, (octet_length(p_data) - 1) / 262144) n;
    return query select 'stored', made;
  end if;
end $$;
alter function store_upload(uuid, text, text, bytea, bytea, real) owner to minyi_intake;
grant execute on function store_upload(uuid, text, text, bytea, bytea, real) to minyi_public;

-- What waits under a form's key, for the page that shows the form again.
create function uploads_of(p_form_key uuid)
returns table (id uuid, name text, media_type text, size int, seconds real)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select a.id, a.name, a.media_type, a.size, a.seconds from attachments a
  where a.form_key = p_form_key and a.expires_at > minyi_clock() order by a.uploaded_at, a.id
$$;
alter function uploads_of(uuid) owner to minyi_intake;
grant execute on function uploads_of(uuid) to minyi_public;

-- Its author thinks better of one. Returns whether it was there; the sweep removes it.
create function remove_upload(p_form_key uuid, p_id uuid) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update attachments a set expires_at = minyi_clock() where a.id = p_id and a.form_key = p_form_key and a.expires_at > minyi_clock();
  return found;
end $$;
alter function remove_upload(uuid, uuid) owner to minyi_intake;
grant execute on function remove_upload(uuid, uuid) to minyi_public;
