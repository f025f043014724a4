-- What a unit has said the columns of its files mean, so that the next file is proposed the same. And documents.
--
-- A few hundred imports at most, so their constraint is checked at once.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
set local search_path to minyi;

create table heading_choices (
  unit_id bigint not null references units,
  heading text not null constraint heading_choices_heading_length check (char_length(heading) between 1 and 200),  -- as the file writes it
  choice text not null constraint heading_choices_choice_form check (choice ~ '^[a-z0-9_]{1,40}(:[a-z0-9_]{1,40})?$'), -- a code of ColumnChoice
  chosen_by bigint references staff,
  chosen_at timestamptz not null default minyi_clock(),
  primary key (unit_id, heading)
);
alter table heading_choices enable row level security;
grant select, insert, update on heading_choices to minyi_staff;
create policy heading_choices_of_my_units on heading_choices for select to minyi_staff using (unit_id = any ((select actor_units())::bigint[]));
create policy heading_choices_organiser_adds on heading_choices for insert to minyi_staff
  with check (unit_id = any ((select actor_units_as('organiser'))::bigint[]) and chosen_by = (select actor_staff()));
create policy heading_choices_organiser_changes on heading_choices for update to minyi_staff
  using (unit_id = any ((select actor_units_as('organiser'))::bigint[]))
  with check (unit_id = any ((select actor_units_as('organiser'))::bigint[]) and chosen_by = (select actor_staff()));

-- A document of a word processor, read by the worker while its upload waits; it goes with the upload. Some installations have no
-- program for it: the worker says whether it has.
create table document_readings (
  attachment_id uuid primary key references attachments on delete cascade,
  state text not null default 'waiting' constraint document_readings_state check (state in ('waiting', 'read', 'refused')),
  refusal text constraint document_readings_refusal_form check (refusal ~ '^[a-z_]{1,40}$'),   -- a code of DocumentFault
  content text,                           -- DocumentContent as JSON
  asked_at timestamptz not null,
  ended_at timestamptz,
  constraint document_readings_ended check ((state = 'waiting') = (ended_at is null)),
  constraint document_readings_refused check ((state = 'refused') = (refusal is not null)),
  constraint document_readings_content check ((state = 'read') = (content is not null) and octet_length(content) <= 67108864)
);
alter table document_readings enable row level security;
grant select on document_readings to minyi_staff;
create policy document_readings_of_visible on document_readings for select to minyi_staff
  using (attachment_id in (select id from attachments));
grant select, insert, update on document_readings to minyi_guard;
create policy document_readings_guard on document_readings to minyi_guard using (true) with check (true);

insert into site_settings (key, value) values ('document_reader', '');
grant update on site_settings to minyi_guard;
create policy site_settings_document_reader on site_settings for update to minyi_guard
  using (key = 'document_reader') with check (key = 'document_reader');

-- One's own upload, to be read soon. Asking twice changes nothing.
create function ask_for_reading(p_attachment_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if not actor_is_signed_in() or not exists (select from attachments where id = p_attachment_id and uploaded_by = actor_staff()
    and media_type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' and expires_at > minyi_clock()) then
    raise exception 'unknown upload' using errcode = 'P0002';
  end if;
  insert into document_readings (attachment_id, asked_at) values (p_attachment_id, minyi_clock()) on conflict do nothing;
  if found then perform enqueue_job('read_document', jsonb_build_object('attachment', p_attachment_id)); end if;
end $$;

-- The worker's narrow door: the one document it is reading just now. No row when it went meanwhile.
create function document_in_reading(p_job_id bigint) returns table (attachment_id uuid, data bytea)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select r.attachment_id, (select string_agg(c.data, ''::bytea order by c.ordinal) from attachment_chunks c where c.attachment_id = r.attachment_id)
  from jobs j join document_readings r on r.attachment_id = (j.payload ->> 'attachment')::uuid and r.state = 'waiting'
  where j.id = p_job_id and j.kind = 'read_document' and j.taken_at is not null and j.died_at is null
$$;

create function document_was_read(p_job_id bigint, p_refusal text, p_content text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update document_readings r set state = case when p_refusal is null then 'read' else 'refused' end, refusal = p_refusal, content = p_content,
    ended_at = minyi_clock()
  from jobs j where j.id = p_job_id and j.kind = 'read_document' and j.taken_at is not null
    and r.attachment_id = (j.payload ->> 'attachment')::uuid and r.state = 'waiting'
$$;

-- Whoever waits for a document or a table hears when its job was given up, and waits again when it is run once more.
create function reading_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.died_at is not null then
    update document_readings set state = 'refused', refusal = 'given_up', ended_at = new.died_at
    where attachment_id = (new.payload ->> 'attachment')::uuid and state = 'waiting';
  else
    update document_readings set state = 'waiting', refusal = null, ended_at = null
    where attachment_id = (new.payload ->> 'attachment')::uuid and refusal = 'given_up';
  end if;
  return null;
end $$;
alter function reading_follows_job() owner to minyi_guard;
create trigger readings_follow after update of died_at on jobs for each row
  when (new.kind = 'read_document' and old.died_at is distinct from new.died_at) execute function reading_follows_job();

alter table message_imports drop constraint message_imports_reason;
alter table message_imports add constraint message_imports_reason
  check (reason in ('faults', 'not_allowed', 'upload_gone', 'given_up'));
grant update on message_imports to minyi_guard;

create function import_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.died_at is not null then
    update message_imports set state = 'refused', reason = 'given_up', ended_at = new.died_at
    where id = (new.payload ->> 'import')::bigint and ended_at is null;
  else
    update message_imports set state = 'waiting', reason = null, ended_at = null
    where id = (new.payload ->> 'import')::bigint and reason = 'given_up';
  end if;
  return null;
end $$;
alter function import_follows_job() owner to minyi_guard;
create trigger imports_follow after update of died_at on jobs for each row
  when (new.kind = 'import_messages' and old.died_at is distinct from new.died_at) execute function import_follows_job();

-- What a worker reads documents with; empty when it has nothing for it.
create function announce_document_reader(p_name text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$ update site_settings set value = p_name where key = 'document_reader' and value <> p_name $$;

do $$
declare f text;
begin
  execute 'alter function ask_for_reading(uuid) owner to minyi_guard';
  execute 'grant execute on function ask_for_reading(uuid) to minyi_staff';
  foreach f in array array['document_in_reading(bigint)', 'document_was_read(bigint, text, text)', 'announce_document_reader(text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
end $$;
