-- What is asked about: a draft has editions, an edition has passages (a directory's row, a text's clause).
set local search_path to minyi;

create table drafts (
  id bigint generated always as identity primary key,
  kind text not null default 'directory' constraint drafts_kind check (kind in ('directory')),
  title text not null constraint drafts_title_length check (char_length(title) between 1 and 200),
  field text not null,
  unit_id bigint not null references units,
  unit_ids bigint[] not null,
  created_by bigint references staff,
  created_at timestamptz not null default minyi_clock()
);
create table editions (
  id bigint generated always as identity primary key,
  draft_id bigint not null references drafts,
  ordinal int not null,
  stage text not null default 'first' constraint editions_stage check (stage in ('first', 'revised', 'final')),
  source_name text not null default '',
  note text not null default '',
  upload_id uuid,                         -- the upload it was imported from: a second press finds it here
  unit_ids bigint[] not null,
  created_by bigint references staff,
  created_at timestamptz not null default minyi_clock(),
  constraint editions_ordinal unique (draft_id, ordinal),
  constraint editions_upload unique (upload_id)
);
create table passages (
  id bigint generated always as identity primary key,
  edition_id bigint not null references editions,
  position int not null,
  lineage uuid not null default gen_random_uuid(),  -- survives from edition to edition
  number text not null,
  level1 text not null,
  level2 text not null,
  level3 text not null default '',
  content_elements text not null,
  legal_basis text not null,
  time_limit text not null,
  publisher text not null,
  carriers text not null,
  audience text not null,
  disclosure_mode text not null,
  tier text not null,
  source text not null default '',
  constraint passages_position unique (edition_id, position),
  constraint passages_lineage unique (edition_id, lineage)
);

alter table drafts enable row level security;
alter table editions enable row level security;
alter table passages enable row level security;
grant select, insert on drafts, editions, passages to minyi_staff;
grant update (title, field) on drafts to minyi_staff;
create policy drafts_of_my_units on drafts for select to minyi_staff using (unit_ids && (select actor_units()));
create policy drafts_organiser_adds on drafts for insert to minyi_staff
  with check (unit_id = any ((select actor_units_as('organiser'))::bigint[]));
create policy drafts_organiser_changes on drafts for update to minyi_staff
  using (unit_id = any ((select actor_units_as('organiser'))::bigint[]));
create policy editions_of_my_units on editions for select to minyi_staff using (unit_ids && (select actor_units()));
create policy editions_organiser_adds on editions for insert to minyi_staff
  with check (draft_id in (select id from drafts where unit_id = any ((select actor_units_as('organiser'))::bigint[])));
-- Passages are read an edition at a time, so their edition's own policy decides.
create policy passages_of_visible_editions on passages for select to minyi_staff
  using (edition_id in (select id from editions));
create policy passages_organiser_adds on passages for insert to minyi_staff
  with check (edition_id in (select e.id from editions e join drafts d on d.id = e.draft_id
    where d.unit_id = any ((select actor_units_as('organiser'))::bigint[])));
grant select, update on drafts, editions to minyi_guard;
grant select, update on passages to minyi_guard;   -- sealing empties them
create policy drafts_guard on drafts to minyi_guard using (true) with check (true);
create policy editions_guard on editions to minyi_guard using (true) with check (true);
create policy passages_guard on passages to minyi_guard using (true) with check (true);
grant select on passages, editions to minyi_intake;
create policy passages_intake on passages for select to minyi_intake using (true);
create policy editions_intake on editions for select to minyi_intake using (true);

-- Files arrive in chunks of 256 KiB with an expiry and are kept once something claims them.
create table attachments (
  id uuid primary key default gen_random_uuid(),
  name text not null constraint attachments_name_length check (char_length(name) between 1 and 200),
  media_type text not null constraint attachments_media_type check (media_type in ('application/pdf', 'image/jpeg', 'image/png', 'text/csv')),
  size int not null constraint attachments_size check (size between 1 and 10485760),
  sha256 bytea not null,
  unit_ids bigint[] not null,
  uploaded_by bigint references staff,    -- null: the author of a submission
  uploaded_at timestamptz not null default minyi_clock(),
  expires_at timestamptz                  -- null once claimed
);
create table attachment_chunks (
  attachment_id uuid not null references attachments on delete cascade,
  ordinal int not null,
  data bytea not null constraint attachment_chunks_size check (octet_length(data) <= 262144),
  primary key (attachment_id, ordinal)
);
alter table attachments enable row level security;
alter table attachment_chunks enable row level security;
grant select, insert on attachments, attachment_chunks to minyi_staff;
-- A scan holds the words and names of submissions: whoever may read those, and until it is claimed whoever uploaded it.
create policy attachments_of_my_units on attachments for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
    or uploaded_by = (select actor_staff()) and expires_at is not null);
create policy attachments_mine on attachments for insert to minyi_staff
  with check (uploaded_by = (select actor_staff()) and unit_ids <@ (select actor_units()));
create policy attachment_chunks_of_visible on attachment_chunks for select to minyi_staff
  using (attachment_id in (select id from attachments));
create policy attachment_chunks_mine on attachment_chunks for insert to minyi_staff
  with check (attachment_id in (select id from attachments where uploaded_by = (select actor_staff())
    and expires_at is not null));   -- what was claimed is on record as it was
grant select, update, delete on attachments to minyi_guard;
create policy attachments_guard on attachments to minyi_guard using (true) with check (true);

-- Uploads that nothing claimed are removed once they expire. Returns how many.
create function sweep_attachments() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare removed int;
begin
  delete from attachments where expires_at <= minyi_clock();
  get diagnostics removed = row_count;
  return removed;
end $$;
alter function sweep_attachments() owner to minyi_guard;
grant execute on function sweep_attachments() to minyi_work;
