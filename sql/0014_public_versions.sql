-- Which of what everyone may see has changed: the guarantee behind everything that servers keep in memory.
--
-- A version is given at the very end of a transaction, under a lock that is held until it has committed: so versions become
-- visible in their order, and whoever has read a version sees all that was changed up to it. As nobody takes another lock after
-- this one, it cannot be part of a deadlock. A comment that is received changes nothing public and takes no part in it.
set local search_path to minyi;

create table public_version (
  is_the_only boolean primary key default true constraint public_version_once check (is_the_only),
  version bigint not null,             -- grows by one with every transaction that changes something public
  changed_in xid8 not null             -- that transaction: its second change is no second version
);
insert into public_version (version, changed_in) values (1, pg_current_xact_id());

-- The version at which a topic changed last: the number of a procedure; '' is what many pages share (the site's name and foot, the
-- lists, the calendar).
create table public_changes (
  topic text primary key,
  version bigint not null
);
grant select on public_version, public_changes to minyi_public, minyi_staff, minyi_work;
grant select, update on public_version to minyi_guard;
grant select, insert, update on public_changes to minyi_guard;

create function note_public_change(p_topic text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update public_version set version = version + 1, changed_in = pg_current_xact_id() where changed_in <> pg_current_xact_id();
  insert into public_changes as c (topic, version) select p_topic, v.version from public_version v
  on conflict (topic) do update set version = excluded.version where c.version <> excluded.version;
  -- A hint, for those who would not wait until they ask again.
  perform pg_notify('minyi_public', p_topic);
end $$;

create function shared_public_row_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform note_public_change('');
  return null;
end $$;

-- A row of one procedure. Lists show every procedure's title, state and days.
create function public_row_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  id bigint;
  topic text;
begin
  if tg_table_name = 'published_opinions' then
    select v.procedure_id into id from published_versions v
    where v.id = case when tg_op = 'DELETE' then old.version_id else new.version_id end;
  else
    id := case when tg_op = 'DELETE' then old.procedure_id else new.procedure_id end;
  end if;
  select p.number into topic from public_procedures p where p.procedure_id = id;
  -- Nothing of it is public yet; once it is, its row among the public ones has changed.
  if topic is null then return null; end if;
  perform note_public_change(topic);
  if tg_table_name = 'public_procedures' then perform note_public_change(''); end if;
  return null;
end $$;

-- Only a comment that is shown, or was, is public.
create function shown_comment_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare topic text;
begin
  select p.number into topic from public_procedures p where p.procedure_id = new.procedure_id and p.comments_shown;
  if topic is not null then perform note_public_change(topic); end if;
  return null;
end $$;

create constraint trigger site_settings_public after insert or update or delete on site_settings
  deferrable initially deferred for each row execute function shared_public_row_changed();
create constraint trigger calendar_days_public after insert or update or delete on calendar_days
  deferrable initially deferred for each row execute function shared_public_row_changed();
create constraint trigger public_procedures_public after insert or update or delete on public_procedures
  deferrable initially deferred for each row execute function public_row_changed();
create constraint trigger published_versions_public after insert or update or delete on published_versions
  deferrable initially deferred for each row execute function public_row_changed();
-- They come with their version, which has noted it.
create constraint trigger published_opinions_public after update or delete on published_opinions
  deferrable initially deferred for each row execute function public_row_changed();
create constraint trigger public_figures_public after insert or update or delete on public_figures
  deferrable initially deferred for each row execute function public_row_changed();
create constraint trigger submissions_public after update of body, screening, withdrawn_at, sealed_at on submissions
  deferrable initially deferred for each row when (old.screening = 'shown' or new.screening = 'shown')
  execute function shown_comment_changed();

alter function note_public_change(text) owner to minyi_guard;
alter function shared_public_row_changed() owner to minyi_guard;
alter function public_row_changed() owner to minyi_guard;
alter function shown_comment_changed() owner to minyi_guard;
