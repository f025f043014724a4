-- 封存: what must be seen by nobody any more.
set local search_path to minyi;

-- Sealing: one person asks, a second confirms; then the words are gone from every table that anyone reads.
create table seals (
  id bigint generated always as identity primary key,
  submission_id bigint references submissions,
  version_id bigint references published_versions,
  reason text not null constraint seals_reason check (reason in ('secret', 'child', 'personal_data', 'unlawful')),
  requested_by bigint not null references staff,
  requested_at timestamptz not null,
  confirmed_by bigint references staff,
  confirmed_at timestamptz,
  report_due_at timestamptz,           -- a suspected secret is reported within 24 hours
  reported_at timestamptz,
  reported_by bigint references staff,
  declined_at timestamptz,             -- taken back, or found needless by the second person
  declined_by bigint references staff,
  unit_ids bigint[] not null,
  constraint seals_one_target check (num_nonnulls(submission_id, version_id) = 1),
  constraint seals_second_person check (confirmed_by <> requested_by),
  constraint seals_one_end check (confirmed_at is null or declined_at is null)
);
create unique index seals_once_submission on seals (submission_id) where declined_at is null;
create unique index seals_once_version on seals (version_id) where declined_at is null;
-- What was sealed is kept for the law, and nobody signs in with a role that can read it.
create table sealed_contents (
  seal_id bigint not null references seals,
  source text not null,
  source_id bigint not null,
  content text not null,
  primary key (seal_id, source, source_id)
);
alter table seals enable row level security;
alter table sealed_contents enable row level security;
grant select on seals to minyi_staff;
create policy seals_of_my_units on seals for select to minyi_staff using (unit_ids && (select actor_units()));
grant select, insert, update on seals to minyi_guard;
create policy seals_guard on seals to minyi_guard using (true) with check (true);
grant insert on sealed_contents to minyi_guard;
create policy sealed_contents_guard on sealed_contents for insert to minyi_guard with check (true);

create function request_seal(p_submission_id bigint, p_version_id bigint, p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  made bigint;
begin
  select coalesce((select unit_ids from submissions where id = p_submission_id),
    (select p.unit_ids from published_versions v join procedures p on p.id = v.procedure_id where v.id = p_version_id)) into units;
  if units is null then raise exception 'unknown target' using errcode = 'P0002'; end if;
  perform require_role(units, 'organiser', 'clerk', 'secrecy_reviewer', 'approver');
  insert into seals (submission_id, version_id, reason, requested_by, requested_at, report_due_at, unit_ids)
  values (p_submission_id, p_version_id, p_reason, actor_staff(), minyi_clock(),
    case when p_reason = 'secret' then minyi_clock() + interval '24 hours' end, units)
  returning id into made;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'seal', made, 'requested', actor_staff(), p_reason, units);
  return made;
end $$;

-- The words of a submission leave every table that anyone reads: its text, who sent it, how it was answered, the public rows.
create function seal_submission(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  t submissions;
begin
  select * into t from submissions where id = s.submission_id for update;
  insert into sealed_contents values (s.id, 'submission', t.id, concat_ws(e'\n', t.organisation, t.public_name, t.body));
  insert into sealed_contents select s.id, 'opinion', id, body from opinions where submission_id = t.id;
  insert into sealed_contents select s.id, 'disposition', d.id, d.reason
    from dispositions d join opinions o on o.id = d.opinion_id where o.submission_id = t.id;
  insert into sealed_contents
    select s.id, 'published_opinion', row_number() over (order by version_id, ordinal), concat_ws(e'\n', label, body, reason)
    from published_opinions where submission_number = t.number;
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where submission_number = t.number;
  update dispositions d set reason = '—' from opinions o where o.id = d.opinion_id and o.submission_id = t.id;
  update opinions set body = '' where submission_id = t.id;
  update submissions set body = '', organisation = '', public_name = null, sealed_at = moment where id = t.id;
  -- The scan of a slip or letter holds the words too: it belongs to no unit any longer.
  update attachments set unit_ids = '{}' where id = t.slip_id;
  -- A clearance still holds a copy of the words.
  update clearances set content = jsonb_set(content, '{opinions}', (
      select coalesce(jsonb_agg(case when o ->> 'number' = t.number then o || '{"body": null, "label": "—", "reason": "—"}' else o end), '[]')
      from jsonb_array_elements(content -> 'opinions') o))
    where procedure_id = t.procedure_id and kind = 'result' and content ? 'opinions';
  update public_procedures set version = version + 1 where procedure_id = t.procedure_id;
end $$;

-- A published version, and whatever on the desk it was made from or was prepared before it was sealed.
create function seal_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  edition bigint;
begin
  select * into v from published_versions where id = s.version_id for update;
  insert into sealed_contents values (s.id, 'version', v.id, v.title || e'\n' || v.content::text);
  insert into sealed_contents select s.id, 'version_opinion', ordinal, concat_ws(e'\n', label, body, reason)
    from published_opinions where version_id = v.id;
  insert into sealed_contents select s.id, 'clearance', id, concat_ws(e'\n', title, reason, content::text)
    from clearances where procedure_id = v.procedure_id and kind = v.kind;
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where version_id = v.id;
  update attachments a set unit_ids = '{}' from clearances c
    where a.id = c.paper_scan_id and c.procedure_id = v.procedure_id and c.kind = v.kind;
  update clearances set content = '{}', title = '—', reason = '',
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, moment) end
    where procedure_id = v.procedure_id and kind = v.kind;
  if v.kind = 'announcement' then
    update procedures set explanatory_note = '', legal_basis = '', shortening_reason = '' where id = v.procedure_id;
  elsif v.kind = 'draft' then
    edition := (v.content -> 'edition' ->> 'id')::bigint;
    insert into sealed_contents select s.id, 'passage', id, concat_ws(e'\n', level1, level2, level3, content_elements, legal_basis,
        time_limit, publisher, carriers, audience, source) from passages where edition_id = edition;
    update passages set level1 = '', level2 = '', level3 = '', content_elements = '', legal_basis = '', time_limit = '', publisher = '',
      carriers = '', audience = '', disclosure_mode = '', tier = '', source = '' where edition_id = edition;
  end if;
  update published_versions set content = null, title = '—', sealed_at = moment, seal_reason = s.reason where id = v.id;
  update public_procedures set version = version + 1 where procedure_id = v.procedure_id;
end $$;

create function confirm_seal(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s seals;
  moment timestamptz;
begin
  select * into s from seals where id = p_id;
  if not found then raise exception 'unknown seal' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'secrecy_reviewer', 'approver');
  -- Publishing takes this row too: what is published in the same moment is seen here, or sees the seal.
  perform 1 from procedures p where p.id = coalesce((select t.procedure_id from submissions t where t.id = s.submission_id),
    (select v.procedure_id from published_versions v where v.id = s.version_id)) for update;
  select * into s from seals where id = p_id for update;
  if s.confirmed_at is not null then return; end if;
  if s.declined_at is not null then
    raise exception 'declined' using errcode = '23514', constraint = 'seals_one_end';
  end if;
  moment := minyi_clock();
  update seals set confirmed_by = actor_staff(), confirmed_at = moment where id = p_id;
  if s.submission_id is not null then perform seal_submission(s, moment); else perform seal_version(s, moment); end if;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (moment, 'seal', p_id, 'confirmed', actor_staff(), s.reason, s.unit_ids);
  perform pg_notify('minyi_public', 'sealed');
end $$;

-- Taken back by who asked, or found needless by the second person. It may be asked for again.
create function decline_seal(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s seals;
begin
  select * into s from seals where id = p_id for update;
  if not found then raise exception 'unknown seal' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'secrecy_reviewer', 'approver');
  if s.declined_at is not null then return; end if;
  update seals set declined_at = minyi_clock(), declined_by = actor_staff() where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'seal', p_id, 'declined', actor_staff(), s.unit_ids);
end $$;

create function report_seal(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s seals;
begin
  select * into s from seals where id = p_id for update;
  if not found then raise exception 'unknown seal' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'secrecy_reviewer', 'approver', 'organiser');
  if s.reported_at is not null then return; end if;
  update seals set reported_at = minyi_clock(), reported_by = actor_staff() where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'seal', p_id, 'reported', actor_staff(), s.unit_ids);
end $$;

do $$
declare f text;
begin
  foreach f in array array['request_seal(bigint, bigint, text)', 'confirm_seal(bigint)', 'decline_seal(bigint)',
    'report_seal(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
alter function seal_submission(seals, timestamptz) owner to minyi_guard;
alter function seal_version(seals, timestamptz) owner to minyi_guard;
