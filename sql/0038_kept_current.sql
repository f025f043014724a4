-- Who signs has read what holds; what is sealed leaves its neighbours, too; a file for the archive is whole or is not made; and what a programme
-- asks of a cell can have days of its own.
--
-- The tables that are altered are small (thousands of rows), so their constraints are checked at once.
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation, adding-required-field, adding-foreign-key-constraint, ban-drop-function
set local search_path to minyi;

-- ---- Bound to what was read ------------------------------------------------------------------------------------------------------
-- What the drafter gave as the reason of what they proposed stays on record, whatever reviewer and signer find.
alter table clearances add column proposed_reason text not null default '' constraint clearances_proposed_reason_length check
  (char_length(proposed_reason) <= 1000);
update clearances set proposed_reason = attribute_reason where proposed_attribute <> 'proactive' and proposed_attribute = disclosure_attribute;

-- What is said of a paper that is prepared anew is what held of it before, as far as it had come; of a new one what is plain. A number stands
-- at the head of one paper only: of another edition it is not taken over.
create or replace function clearances_described() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  before clearances;
begin
  select * into before from clearances c where c.procedure_id = new.procedure_id and c.kind = new.kind and c.published_at is null and c.content <> '{}'
    and (new.kind <> 'revision' or c.edition_id is not distinct from new.edition_id)
  order by c.id desc limit 1;
  if found then
    new.document_number := case when before.edition_id is not distinct from new.edition_id then before.document_number else '' end;
    new.subject := before.subject;
    new.keywords := before.keywords;
    new.written_on := before.written_on;
    new.proposed_attribute := before.disclosure_attribute;
    new.disclosure_attribute := before.disclosure_attribute;
    new.attribute_reason := before.attribute_reason;
    new.proposed_reason := before.attribute_reason;
  else
    new.subject := left((select p.field from procedures p where p.id = new.procedure_id), 60);
    new.written_on := china_day(new.prepared_at);
  end if;
  return new;
end $$;

create or replace function describe_clearance(p_id bigint, p_version int, p_attribute text, p_reason text, p_document_number text, p_written_on date,
  p_subject text, p_keywords text) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
  why text := case when p_attribute = 'proactive' then '' else p_reason end;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  perform require_role(c.unit_ids, 'organiser');
  if c.published_at is not null or c.withdrawn_at is not null or c.reviewed_at is not null then
    raise exception 'no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if (c.proposed_attribute, c.proposed_reason, c.document_number, c.subject, c.keywords) = (p_attribute, why, p_document_number, p_subject, p_keywords)
     and c.written_on is not distinct from p_written_on then return c.version; end if;
  if c.version is distinct from p_version then
    raise exception 'changed meanwhile' using errcode = '23514', constraint = 'clearances_changed_meanwhile';
  end if;
  if p_written_on > china_day(minyi_clock()) then
    raise exception 'written in the future' using errcode = '23514', constraint = 'clearances_written_on';
  end if;
  update clearances set proposed_attribute = p_attribute, disclosure_attribute = p_attribute, attribute_reason = why, proposed_reason = why,
    document_number = p_document_number, written_on = p_written_on, subject = p_subject, keywords = p_keywords, version = version + 1 where id = c.id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', c.id, 'described', actor_staff(), p_attribute, c.unit_ids);
  return c.version + 1;
end $$;

-- As before, of the version that was read and no other; another attribute than was proposed has its reason, in either direction.
drop function review_clearance(bigint, boolean, text, text, int);
create function review_clearance(p_id bigint, p_passed boolean, p_note text, p_attribute text, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c clearances;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  perform require_role(c.unit_ids, 'secrecy_reviewer');
  -- A second press of the same button.
  if c.reviewed_by = actor_staff() and c.review_passed = p_passed and c.disclosure_attribute = p_attribute then return; end if;
  if c.published_at is not null or c.withdrawn_at is not null or c.reviewed_at is not null then
    raise exception 'no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if c.version is distinct from p_version then
    raise exception 'changed meanwhile' using errcode = '23514', constraint = 'clearances_changed_meanwhile';
  end if;
  if p_attribute <> c.proposed_attribute and coalesce(p_note, '') = '' then
    raise exception 'another attribute without a reason' using errcode = '23514', constraint = 'clearances_attribute_why';
  end if;
  update clearances set reviewed_by = actor_staff(), reviewed_at = minyi_clock(), review_passed = p_passed,
    review_note = coalesce(p_note, ''), disclosure_attribute = p_attribute, version = version + 1,
    attribute_reason = case when p_attribute = 'proactive' then '' when p_attribute = c.proposed_attribute and c.attribute_reason <> ''
      then c.attribute_reason else coalesce(p_note, '') end,
    withdrawn_at = case when p_passed then null else minyi_clock() end
  where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', p_id, 'secrecy_reviewed', actor_staff(), case when p_passed then 'passed' else 'refused' end, c.unit_ids);
  if p_attribute <> c.proposed_attribute then
    insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
    values (minyi_clock(), 'clearance', p_id, 'attribute_reviewed', actor_staff(), c.proposed_attribute, p_attribute, c.unit_ids);
  end if;
end $$;

drop function approve_clearance(bigint, boolean, text, text, date, uuid, text, int);
create function approve_clearance(p_id bigint, p_granted boolean, p_note text, p_signer text, p_signed_on date, p_scan uuid,
  p_attribute text, p_version int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
  on_paper boolean := coalesce(p_signer, '') <> '';
  decided text;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  decided := coalesce(p_attribute, c.disclosure_attribute);
  if on_paper then
    perform require_role(c.unit_ids, 'organiser', 'clerk', 'approver');
    -- A fresh upload of their own; no file of something else.
    if not exists (select from attachments a where a.id = p_scan and a.uploaded_by = actor_staff() and a.expires_at is not null) then
      raise exception 'the scan is missing' using errcode = '23514', constraint = 'clearances_paper_complete';
    end if;
    if p_signer = (select display_name from staff where id = c.prepared_by) then
      raise exception 'signed by who prepared it' using errcode = '23514', constraint = 'clearances_second_person';
    end if;
  else
    perform require_role(c.unit_ids, 'approver');
  end if;
  -- A second press of the same button; the second copy of a scan is claimed by nothing and swept.
  if c.approved_by = actor_staff() and c.approval_granted = p_granted and (c.paper_signer <> '') = on_paper and c.disclosure_attribute = decided
  then return; end if;
  if c.published_at is not null or c.withdrawn_at is not null or c.approved_at is not null or c.review_passed is not true then
    raise exception 'not reviewed or no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if c.version is distinct from p_version then
    raise exception 'changed meanwhile' using errcode = '23514', constraint = 'clearances_changed_meanwhile';
  end if;
  if decided <> c.disclosure_attribute and coalesce(p_note, '') = '' then
    raise exception 'another attribute without a reason' using errcode = '23514', constraint = 'clearances_attribute_why';
  end if;
  if on_paper then update attachments set expires_at = null where id = p_scan; end if;
  update clearances set approved_by = actor_staff(), approved_at = minyi_clock(), approval_granted = p_granted,
    approval_note = coalesce(p_note, ''), paper_signer = coalesce(p_signer, ''), paper_signed_on = p_signed_on, paper_scan_id = p_scan,
    disclosure_attribute = decided, version = version + 1,
    attribute_reason = case when decided = 'proactive' then '' when decided = c.disclosure_attribute then c.attribute_reason else p_note end,
    withdrawn_at = case when p_granted then null else minyi_clock() end
  where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', p_id, 'approved', actor_staff(),
    case when not p_granted then 'refused' when on_paper then 'granted_on_paper' else 'granted' end, c.unit_ids);
  if decided <> c.disclosure_attribute then
    insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
    values (minyi_clock(), 'clearance', p_id, 'attribute_decided', actor_staff(), c.disclosure_attribute, decided, c.unit_ids);
  end if;
end $$;

-- ---- Sealing ---------------------------------------------------------------------------------------------------------------------
-- Versions that hold the same words are sealed together: asked for in one step, and confirmed or declined in one.
alter table seals add column with_id bigint constraint seals_with references seals;
create index seals_with_others on seals (with_id) where with_id is not null;

-- Asks to seal the first of these versions, and the others with it; those that somebody has asked for already stay as they are.
create function request_seals(p_version_ids bigint[], p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  head bigint := request_seal(null, p_version_ids[1], p_reason);
  other bigint;
  made bigint;
begin
  for other in select distinct v from unnest(p_version_ids[2:]) v where v <> p_version_ids[1] order by v loop
    continue when exists (select from seals where version_id = other and declined_at is null);
    begin
      made := request_seal(null, other, p_reason);
      update seals set with_id = head where id = made;
    exception when unique_violation then
      -- A colleague asked at the same moment.
      null;
    end;
  end loop;
  return head;
end $$;

create or replace function confirm_seal(p_id bigint) returns void
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
  perform 1 from procedures p where p.id in (select t.procedure_id from submissions t where t.id = s.submission_id
    union select v.procedure_id from seals x join published_versions v on v.id = x.version_id where x.id = s.id or x.with_id = s.id)
  order by p.id for update;
  select * into s from seals where id = p_id for update;
  if s.declined_at is not null then
    raise exception 'declined' using errcode = '23514', constraint = 'seals_one_end';
  end if;
  if s.confirmed_at is null then
    moment := minyi_clock();
    update seals set confirmed_by = actor_staff(), confirmed_at = moment where id = p_id;
    if s.submission_id is not null then perform seal_submission(s, moment); else perform seal_version(s, moment); end if;
    insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
    values (moment, 'seal', p_id, 'confirmed', actor_staff(), s.reason, s.unit_ids);
    perform pg_notify('minyi_public', 'sealed');
  end if;
  perform confirm_seal(x.id) from seals x where x.with_id = p_id and x.confirmed_at is null and x.declined_at is null;
end $$;

create or replace function decline_seal(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s seals;
begin
  select * into s from seals where id = p_id for update;
  if not found then raise exception 'unknown seal' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'secrecy_reviewer', 'approver');
  if s.declined_at is null then
    update seals set declined_at = minyi_clock(), declined_by = actor_staff() where id = p_id;
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
    values (minyi_clock(), 'seal', p_id, 'declined', actor_staff(), s.unit_ids);
  end if;
  perform decline_seal(x.id) from seals x where x.with_id = p_id and x.confirmed_at is null and x.declined_at is null;
end $$;

-- As before, of the papers of this version and of those that could publish its words again; a paper of another version is another decision.
-- Everything that is blanked is kept for the law, and so are the notes of reviewer, signer and yearly evaluation, which may quote.
create or replace function seal_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  edition bigint;
  quoting bigint[];
  of_paper bigint[];
begin
  select * into v from published_versions where id = s.version_id for update;
  -- Of revisions there may be several, each about an edition of its own.
  edition := case when v.kind in ('draft', 'revision') then (v.content -> 'edition' ->> 'id')::bigint end;
  of_paper := array(select id from clearances where procedure_id = v.procedure_id and kind = v.kind and (v.kind <> 'revision' or edition_id = edition)
    and (published_at is null or content_hash = v.content_hash));
  if v.kind in ('draft', 'revision') then
    of_paper := of_paper || array(select c.id from clearances c join procedures p on p.id = c.procedure_id
      where p.draft_id = (select draft_id from procedures where id = v.procedure_id) and c.kind in ('draft', 'revision')
        and c.published_at is null and c.id <> all (of_paper)
        and exists (select from jsonb_array_elements(c.content -> 'passages') y where y.value - array['lineage', 'position', 'number'] in (
          select x.value - array['lineage', 'position', 'number'] from jsonb_array_elements(v.content -> 'passages') x)));
  end if;
  insert into sealed_contents values (s.id, 'version', v.id,
    concat_ws(e'\n', v.title, v.document_number, v.subject, v.keywords, v.content::text));
  insert into sealed_contents select s.id, 'version_opinion', ordinal, concat_ws(e'\n', label, body, reason)
    from published_opinions where version_id = v.id;
  insert into sealed_contents select s.id, 'clearance', id, concat_ws(e'\n', title, reason, document_number, subject, keywords, proposed_reason,
      attribute_reason, review_note, approval_note, content::text)
    from clearances where id = any (of_paper);
  insert into sealed_contents select s.id, 'evaluation', id, reason from evaluations where clearance_id = any (of_paper) and reason <> '';
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where version_id = v.id;
  update attachments a set unit_ids = '{}' from clearances c where a.id = c.paper_scan_id and c.id = any (of_paper);
  update clearances set content = '{}', title = '—', reason = '', document_number = '', subject = '', keywords = '', attribute_reason = '',
      proposed_reason = '', review_note = case when review_note = '' then '' else '—' end,
      approval_note = case when approval_note = '' then '' else '—' end,
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, moment) end
    where id = any (of_paper);
  update evaluations set reason = '—' where clearance_id = any (of_paper) and reason <> '';
  if v.kind = 'announcement' then
    update procedures set explanatory_note = '', legal_basis = '', shortening_reason = '' where id = v.procedure_id;
  elsif v.kind in ('draft', 'revision') then
    insert into sealed_contents select s.id, 'evaluation', t.id, t.reason from evaluations t join passages p on p.edition_id = edition
      and p.lineage = t.lineage where t.reason <> '' on conflict do nothing;
    update evaluations t set reason = '—' from passages p where p.edition_id = edition and p.lineage = t.lineage and t.reason <> '';
    insert into sealed_contents select s.id, 'passage', id, concat_ws(e'\n', level1, level2, level3, content_elements, legal_basis,
        time_limit, publisher, carriers, audience, source, text, nullif(extras, '{}')) from passages where edition_id = edition;
    update passages set level1 = '', level2 = '', level3 = '', content_elements = '', legal_basis = '', time_limit = '', publisher = '',
      carriers = '', audience = '', disclosure_mode = '', tier = '', source = '', text = '', extras = '{}' where edition_id = edition;
    -- The record of changes quotes its words, also as what they were before the next edition changed them.
    quoting := array(select n.id from editions n join editions e on e.draft_id = n.draft_id and n.ordinal in (e.ordinal, e.ordinal + 1)
      where e.id = edition);
    insert into sealed_contents select s.id, 'passage_change', c.id, concat_ws(e'\n', c.before, c.after) from passage_changes c
      where c.edition_id = any (quoting) and (c.before is not null or c.after is not null);
    update passage_changes c set before = null, after = null
      where c.edition_id = any (quoting);
  end if;
  update published_versions set content = null, title = '—', document_number = '', subject = '', keywords = '', sealed_at = moment,
    seal_reason = s.reason where id = v.id;
  update public_procedures set version = version + 1 where procedure_id = v.procedure_id;
end $$;

-- Notes about what was sealed earlier.
insert into sealed_contents select s.id, 'clearance_notes', c.id, concat_ws(e'\n', c.review_note, c.approval_note)
  from clearances c join lateral (select x.id from seals x join published_versions v on v.id = x.version_id
    where x.confirmed_at is not null and v.procedure_id = c.procedure_id and v.kind = c.kind order by x.id limit 1) s on true
  where c.content = '{}' and (c.review_note <> '' or c.approval_note <> '');
insert into sealed_contents select s.id, 'evaluation', t.id, t.reason
  from evaluations t join clearances c on c.id = t.clearance_id join lateral (select x.id from seals x join published_versions v on v.id = x.version_id
    where x.confirmed_at is not null and v.procedure_id = c.procedure_id and v.kind = c.kind order by x.id limit 1) s on true
  where c.content = '{}' and t.reason <> '' on conflict do nothing;
update clearances set review_note = case when review_note = '' then '' else '—' end,
    approval_note = case when approval_note = '' then '' else '—' end
  where content = '{}' and (review_note <> '' or approval_note <> '');
update evaluations t set reason = '—' from clearances c where c.id = t.clearance_id and c.content = '{}' and t.reason <> '';

-- What its author takes back names nobody any longer, nor does what was taken back earlier.
update submissions set organisation = '' where withdrawn_at is not null and organisation <> '';
create function withdrawn_names_nobody() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  new.organisation := '';
  return new;
end $$;
create trigger submissions_withdrawn_names_nobody before update of withdrawn_at on submissions for each row
  when (old.withdrawn_at is null and new.withdrawn_at is not null) execute function withdrawn_names_nobody();

-- ---- Final directories -------------------------------------------------------------------------------------------------------------
-- Whether any published edition of a directory has a row: asked before its history is put together.
create function is_public_row(p_draft_id bigint, p_lineage uuid) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select exists (select from public_editions e join editions t on t.draft_id = e.draft_id and t.ordinal = e.ordinal
    join passages g on g.edition_id = t.id and g.lineage = p_lineage where e.draft_id = p_draft_id)
$$;

-- As before. Of towns that are there still, and by their whole names: one whose name is part of another's is not meant with it.
create or replace function row_marks(p_unit_id bigint, p_field_ids int[], p_publisher text, p_tier text, p_audience text, p_mode text, p_limit text[],
  p_draft_id bigint) returns text[]
language sql stable set search_path = minyi, pg_temp
as $$
  with towns as (
    select u.id, regexp_replace(u.name, '人民政府$', '') as name from units u where u.kind = 'town' and u.valid_until is null
  ), matched as (
    select t.id, t.name from towns t where position(t.name in p_publisher) > 0
  ), named as (
    select m.id from matched m where not exists (select from matched x where x.id <> m.id and x.name <> m.name and position(m.name in x.name) > 0
      and position(m.name in replace(p_publisher, x.name, '')) = 0)
    union select u.id from units u where u.id = p_unit_id and u.kind = 'town'
  ), tiers as (
    select name from unnest(tiers_of(p_tier)) name
  )
  select array['directory:' || p_draft_id::text, 'unit:' || p_unit_id::text]
    || array(select 'field:' || f::text from unnest(p_field_ids) f)
    || array(select 'tier:' || name from tiers)
    || case when exists (select from named) then array(select 'town:' || id::text from named)
      when exists (select from tiers where name ~ '^(乡|镇|街)') then array['town:*'] else '{}'::text[] end
    || case when p_audience ~ '全社会' then array['audience:everyone'] when p_audience <> '' then array['audience:some'] else '{}'::text[] end
    || case when p_mode ~ '主动' then array['mode:proactive'] else '{}'::text[] end
    || case when p_mode ~ '依申请' then array['mode:on_request'] else '{}'::text[] end
    || array(select 'limit:' || c from unnest(p_limit) c)
$$;

-- As before. A directory keeps its number, and rows are found by the title and the field that were approved.
create or replace function show_directory(p_draft_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  d drafts;
  v record;
  on_day date;
  shown_title text;
  shown_field text;
begin
  select * into d from drafts where id = p_draft_id;
  select w.*, e.ordinal, p.number as procedure_number into v
  from public_editions e join published_versions w on w.id = e.version_id join procedures p on p.id = w.procedure_id
  where e.draft_id = d.id and e.stage = 'final' and w.kind = 'revision' order by e.ordinal desc, w.id desc limit 1;
  if v.id is null then return; end if;
  on_day := china_day(v.published_at);
  -- As they were approved: those of the draft may be others by now.
  shown_title := coalesce(regexp_replace(v.content ->> 'title', '（正式稿）$', ''), '—');
  shown_field := coalesce(v.content ->> 'field', (select t.field from public_directories t where t.draft_id = d.id), d.field);
  insert into public_directories as t (draft_id, number, title, field, field_ids, unit_id, unit_name, procedure_number, version_id, version, edition,
    rows, extra_columns, tiers, published_at, first_published_at, confirmed_on, sealed_at)
  values (d.id, coalesce((select t.number from public_directories t where t.draft_id = d.id), public_number('D', minyi_clock(), nextval('directory_numbers'))),
    shown_title, shown_field, fields_of(shown_field), d.unit_id, v.unit_name, v.procedure_number, v.id, v.version, v.ordinal,
    coalesce(jsonb_array_length(v.content -> 'passages'), 0),
    coalesce(array(select jsonb_array_elements_text(nullif(v.content -> 'extraColumns', 'null'))), '{}'),
    array(select distinct t from jsonb_array_elements(v.content -> 'passages') p, unnest(tiers_of(p ->> 'tier')) t), v.published_at, v.published_at,
    greatest(on_day, (select china_day(max(c.confirmed_at)) from row_confirmations c where c.draft_id = d.id and c.lineage is null)), v.sealed_at)
  on conflict (draft_id) do update set title = excluded.title, field = excluded.field, field_ids = excluded.field_ids, unit_id = excluded.unit_id,
    unit_name = excluded.unit_name, procedure_number = excluded.procedure_number, version_id = excluded.version_id, version = excluded.version,
    edition = excluded.edition, rows = excluded.rows, extra_columns = excluded.extra_columns,
    tiers = excluded.tiers, published_at = excluded.published_at,
    confirmed_on = excluded.confirmed_on, sealed_at = excluded.sealed_at;
  delete from public_rows where draft_id = d.id;
  insert into public_rows (draft_id, lineage, position, number, level1, level2, level3, content_elements, legal_basis, time_limit, publisher,
    carriers, audience, disclosure_mode, tier, extras, limit_amount, limit_unit, update_every, on_request, confirmed_on, words, terms)
  select d.id, r.lineage, r.position, r.number, r.level1, r.level2, r.level3, r."contentElements", r."legalBasis", r."timeLimit", r.publisher,
    r.carriers, r.audience, r."disclosureMode", r.tier, coalesce(r.extras, '{}'), l.amount, l.unit, l.every, chosen(r."disclosureMode") ~ '依申请',
    greatest(on_day, (select china_day(max(c.confirmed_at)) from row_confirmations c
      where c.draft_id = d.id and (c.lineage is null or c.lineage = r.lineage))),
    w.words, row_grams(w.words) || row_marks(d.unit_id, fields_of(shown_field), r.publisher, r.tier, chosen(r.audience),
      chosen(r."disclosureMode"), l.codes, d.id)
  from (
    -- 同上: what the last row above it says.
    select x.*, first_value(x."timeLimit") over (partition by x.run order by x.position) as "limitMeant"
    from (
      select p.*, count(*) filter (where p."timeLimit" !~ '^[[:space:]]*(同上|〃|″)') over (order by p.position) as run
      from jsonb_to_recordset(v.content -> 'passages') p (lineage uuid, position int, number text, level1 text, level2 text, level3 text,
        "contentElements" text, "legalBasis" text, "timeLimit" text, publisher text, carriers text, audience text, "disclosureMode" text,
        tier text, extras jsonb)
    ) x
  ) r, lateral time_limit(r."limitMeant") l, lateral (select folded(concat_ws(e'\n', shown_title, shown_field, r.level1, r.level2, r.level3,
      r."contentElements", r."legalBasis", r."timeLimit", r.publisher, chosen(r.carriers), r.audience,
      (select string_agg(e.value, e'\n') from jsonb_each_text(coalesce(r.extras, '{}')) e))) as words) w;
end $$;

-- As before. The longest word is looked for in all rows, the others only in those that it left: each would read most rows of a county.
create or replace function near_rows(p_words text[], p_marks text[], p_towns text[]) returns bigint[]
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_custom_plan set enable_seqscan = off set jit = off
as $$
declare
  w text;
  hits bigint[];
begin
  for w in select x from unnest(p_words) x order by char_length(x) desc, x loop
    if hits is not null then
      hits := array(select r.id from public_rows r where r.id = any (hits) and (r.words like '%' || like_pattern(w) || '%'
        or char_length(w) between 3 and 20 and exists (select from near_word(w) n where r.words like any (n.patterns))));
    elsif char_length(w) between 3 and 20 then
      hits := array(select distinct r.id from near_word(w) n join public_rows r
        on r.terms @> (n.grams || p_marks) and (p_towns is null or r.terms && p_towns) and r.words like any (n.patterns));
    else
      hits := array(select r.id from public_rows r where r.terms @> (row_grams(w) || p_marks) and (p_towns is null or r.terms && p_towns)
        and r.words like '%' || like_pattern(w) || '%');
    end if;
    if hits = '{}' then return hits; end if;
  end loop;
  return coalesce(hits, '{}');
end $$;

select show_directory(draft_id) from public_directories;

-- ---- Programmes --------------------------------------------------------------------------------------------------------------------
-- Somebody has said by hand which draft it is, or that there is none: that is not corrected.
alter table programme_cells add column is_named boolean not null default false;

-- As before; a field has other names, too: 生态环境 is 环境保护.
create or replace function draft_in_field(p_unit_id bigint, p_field text) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select id from drafts where unit_id = p_unit_id and (field = p_field or p_field = any (regexp_split_to_array(field, '\s*[、，,;；/]\s*'))
    or fields_of(field) && fields_of(p_field))
  order by id desc limit 1
$$;

create or replace function drafts_find_cells() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update programme_cells c set draft_id = draft_in_field(c.unit_id, c.field)
  from programmes p where p.id = c.programme_id and p.ended_at is null and c.draft_id is null and not c.is_named and c.unit_id = new.unit_id;
  return null;
end $$;

create or replace function link_cell(p_cell_id bigint, p_draft_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c programme_cells := hold_cell(p_cell_id);
begin
  perform require_role(array[c.unit_id, (select unit_id from programmes where id = c.programme_id)], 'organiser');
  if p_draft_id is not null and not exists (select from drafts where id = p_draft_id and unit_ids && actor_units()) then
    raise exception 'unknown draft' using errcode = 'P0002';
  end if;
  if c.is_named and c.draft_id is not distinct from p_draft_id then return; end if;
  update programme_cells set draft_id = p_draft_id, is_named = true where id = c.id;
  perform note_programme(c.programme_id, 'draft_named', p_draft_id::text, array[c.unit_id]);
end $$;

-- The programme of a cell first, then the cell, as loading a plan takes them.
create function hold_programme_of(p_cell_id bigint) returns programmes
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare p programmes := hold_programme((select programme_id from programme_cells where id = p_cell_id));
begin
  perform hold_cell(p_cell_id);
  return p;
end $$;

create or replace function drop_cell(p_cell_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p programmes := hold_programme_of(p_cell_id);
  unit bigint;
begin
  delete from programme_cells where id = p_cell_id returning unit_id into unit;
  perform note_programme(p.id, 'cell_dropped', null, array[unit]);
end $$;

-- Days of its own for one cell; null, or the programme's own day: none.
create function set_cell_days(p_cell_id bigint, p_stages text[], p_days date[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p programmes := hold_programme_of(p_cell_id);
  before jsonb := (select coalesce(jsonb_object_agg(stage, due_on), '{}') from programme_days where cell_id = p_cell_id);
  wanted jsonb;
begin
  select coalesce(jsonb_object_agg(s, d), '{}') into wanted from unnest(p_stages, p_days) x (s, d)
  join programme_stages t on t.programme_id = p.id and t.stage = s where d <> t.due_on;
  if before = wanted then return; end if;
  delete from programme_days where cell_id = p_cell_id;
  insert into programme_days (cell_id, stage, due_on) select p_cell_id, key, value::date from jsonb_each_text(wanted);
  perform note_programme(p.id, 'cell_days', null, (select array[unit_id] from programme_cells where id = p_cell_id));
end $$;

-- As before. What is late is said on the first working day after its day, and then on the first of each week: a letter a day is read by nobody.
create or replace function remind_programmes() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  today date := china_day(minyi_clock());
  monday date := date_trunc('week', today)::date;
  early int := case_number_of('programme_reminder_days', 3);
  r record;
  told int := 0;
begin
  if early = 0 then return 0; end if;
  for r in
    select p.id, g.unit_id, g.stage, count(*) filter (where g.due_on >= today) as soon, count(*) filter (where g.due_on < today) as overdue,
      min(g.due_on) as due_on
    from programmes p cross join lateral cell_progress(p.id) g
    where p.ended_at is null and g.state <> 'done' and (g.due_on < today or working_days_between(today, g.due_on, null) <= early)
    group by 1, 2, 3 having working_days_between(today - 1, today, g.unit_id) = 1
      and (max(g.due_on) >= today or working_days_between(monday - 1, today, g.unit_id) = 1
        or bool_or(working_days_between(g.due_on, today, g.unit_id) = 1))
  loop
    perform notify_staff('programme', array[r.unit_id], array['organiser', 'clerk'], format('programme.%s.%s.%s.%s', r.id, r.stage, r.unit_id, today),
      jsonb_strip_nulls(jsonb_build_object('programme_id', r.id, 'unit_id', r.unit_id, 'code', r.stage, 'due_on', r.due_on,
        'soon', nullif(r.soon, 0), 'overdue', nullif(r.overdue, 0))));
    told := told + 1;
  end loop;
  return told;
end $$;

-- ---- Documents of reports ------------------------------------------------------------------------------------------------------------
-- As before, of this attempt: whose lease has ended, and who was replaced, ends nothing.
drop function report_was_made(bigint, bytea);
create function report_was_made(p_job_id bigint, p_attempt int, p_data bytea) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update report_files f set state = case when p_data is null then 'failed' else 'made' end, data = p_data
  from jobs j where j.id = p_job_id and j.attempts = p_attempt and j.kind = 'make_report' and j.taken_at is not null
    and f.report_id = (j.payload ->> 'report')::bigint and f.format = j.payload ->> 'format' and f.state = 'waiting'
    and f.version = (j.payload ->> 'version')::int
$$;

-- A job that dies leaves no file waiting for ever.
create function report_file_follows_job() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update report_files set state = case when new.died_at is null then 'waiting' else 'failed' end
  where report_id = (new.payload ->> 'report')::bigint and format = new.payload ->> 'format' and version = (new.payload ->> 'version')::int
    and state in ('waiting', 'failed');
  return null;
end $$;
create trigger report_files_follow after update of died_at on jobs for each row
  when (new.kind = 'make_report' and old.died_at is distinct from new.died_at) execute function report_file_follows_job();

-- ---- Procedure files -----------------------------------------------------------------------------------------------------------------
-- Pieces come through a door that knows the attempt: what is there was all put there by one.
drop policy procedure_file_chunks_worker on procedure_file_chunks;
revoke select, insert, delete on procedure_file_chunks from minyi_work;
grant insert on procedure_file_chunks to minyi_guard;

-- The first piece of an attempt takes the place of all that another left. False: somebody else makes the file by now, or nobody wants it.
create function keep_file_piece(p_job_id bigint, p_attempt int, p_ordinal int, p_data bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare file bigint;
begin
  select f.id into file from jobs j join procedure_files f on f.id = (j.payload ->> 'file')::bigint and f.state = 'waiting'
  where j.id = p_job_id and j.kind = 'make_procedure_file' and j.attempts = p_attempt and j.taken_at is not null for update of f;
  if not found then return false; end if;
  -- Another attempt may have begun while this one waited for the file.
  perform 1 from jobs j where j.id = p_job_id and j.attempts = p_attempt and j.taken_at is not null;
  if not found then return false; end if;
  if p_ordinal = 0 then delete from procedure_file_chunks where file_id = file; end if;
  insert into procedure_file_chunks (file_id, ordinal, data) values (file, p_ordinal, p_data);
  return true;
end $$;

drop function procedure_file_was_made(bigint, bigint, bytea, bytea);
create function procedure_file_was_made(p_job_id bigint, p_attempt int, p_size bigint, p_sha256 bytea, p_content_sha256 bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare f procedure_files;
begin
  update procedure_files t set state = 'made', size = p_size, sha256 = p_sha256, content_sha256 = p_content_sha256, made_at = minyi_clock()
  from jobs j where j.id = p_job_id and j.attempts = p_attempt and j.kind = 'make_procedure_file' and j.taken_at is not null
    and t.id = (j.payload ->> 'file')::bigint and t.state = 'waiting'
    and p_size = (select sum(octet_length(x.data)) from procedure_file_chunks x where x.file_id = t.id) returning t.* into f;
  if not found then return false; end if;
  perform note_procedure_file(f, 'file_made', f.asked_by, f.term);
  return true;
end $$;

-- Everything on record about a procedure: of itself, its draft, its papers, what was sent, its letters, views and seals.
create function procedure_events(p_procedure_id bigint) returns setof events
language sql stable set search_path = minyi, pg_temp
as $$
  select e.* from events e where e.subject = 'procedure' and e.subject_id = p_procedure_id
  union all select e.* from events e where e.subject = 'draft' and e.subject_id = (select draft_id from procedures where id = p_procedure_id)
  union all select e.* from events e where e.subject = 'clearance' and e.subject_id in (select id from clearances where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'submission' and e.subject_id in (select id from submissions where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'written' and e.subject_id in (select id from written_consultations where procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'case' and e.subject_id in (select v.case_id from opinion_views v
    join opinions o on o.id = v.opinion_id where o.procedure_id = p_procedure_id)
  union all select e.* from events e where e.subject = 'seal' and e.subject_id in (select s.id from seals s
    left join submissions t on t.id = s.submission_id left join published_versions v on v.id = s.version_id
    where coalesce(t.procedure_id, v.procedure_id) = p_procedure_id)
$$;

-- How many there are of everything that goes into the file of a procedure: as far as whoever asks may see them. So it says less to some than
-- to the guard, who sees all of them.
create function procedure_holdings(p_procedure_id bigint) returns bigint[]
language sql stable set search_path = minyi, pg_temp
as $$
  select array[
    (select count(*) from submissions where procedure_id = p_procedure_id),
    (select count(*) from opinions where procedure_id = p_procedure_id),
    (select count(*) from dispositions d join opinions o on o.id = d.opinion_id where o.procedure_id = p_procedure_id),
    (select count(*) from submissions s join attachments a on a.id = s.slip_id where s.procedure_id = p_procedure_id and s.sealed_at is null),
    (select count(*) from clearances where procedure_id = p_procedure_id),
    (select count(*) from clearances c join attachments a on a.id = c.paper_scan_id where c.procedure_id = p_procedure_id and c.content <> '{}'),
    (select count(*) from editions e join procedures p on p.draft_id = e.draft_id where p.id = p_procedure_id),
    (select count(*) from written_consultations where procedure_id = p_procedure_id),
    (select count(*) from written_addressees a join written_consultations w on w.id = a.written_id where w.procedure_id = p_procedure_id),
    (select count(*) from written_replies r join written_addressees a on a.id = r.addressee_id join written_consultations w on w.id = a.written_id
      where w.procedure_id = p_procedure_id),
    (select count(*) from written_consultations w join attachments a on a.id = w.scan_id where w.procedure_id = p_procedure_id),
    (select count(*) from opinion_views v join opinions o on o.id = v.opinion_id where o.procedure_id = p_procedure_id),
    (select count(*) from procedure_events(p_procedure_id) where kind not in ('file_made', 'file_taken', 'ledger_taken'))]
$$;

-- Of all of them, to whom asks for the file.
create function all_procedure_holdings(p_procedure_id bigint) returns bigint[]
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select procedure_holdings(p.id) from procedures p where p.id = p_procedure_id and p.unit_ids && actor_units_as('organiser', 'auditor')
$$;

-- A file holds everything or is not made: it cannot say what it does not have.
create function require_all_holdings(p_procedure_id bigint) returns void
language plpgsql stable set search_path = minyi, pg_temp
as $$
begin
  if procedure_holdings(p_procedure_id) is distinct from all_procedure_holdings(p_procedure_id) then perform refuse('procedure_files_complete'); end if;
end $$;

-- Who takes the ledger along is on record.
create function note_ledger_taken(p_procedure_id bigint, p_format text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare p procedures;
begin
  select * into p from procedures where id = p_procedure_id;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(p.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor');
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'procedure', p.id, 'ledger_taken', actor_staff(), p_format, p.unit_ids);
end $$;

do $$
declare f text;
begin
  foreach f in array array['row_marks(bigint, int[], text, text, text, text, text[], bigint)', 'hold_programme_of(bigint)', 'report_file_follows_job()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['review_clearance(bigint, boolean, text, text, int)',
    'approve_clearance(bigint, boolean, text, text, date, uuid, text, int)', 'request_seals(bigint[], text)', 'set_cell_days(bigint, text[], date[])',
    'all_procedure_holdings(bigint)', 'note_ledger_taken(bigint, text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['report_was_made(bigint, int, bytea)', 'keep_file_piece(bigint, int, int, bytea)',
    'procedure_file_was_made(bigint, int, bigint, bytea, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
  foreach f in array array['procedure_holdings(bigint)', 'procedure_events(bigint)', 'require_all_holdings(bigint)', 'refuse(text, text)'] loop
    execute 'grant execute on function ' || f || ' to minyi_staff, minyi_guard';
  end loop;
  alter function is_public_row(bigint, uuid) owner to minyi_guard;
  grant execute on function is_public_row(bigint, uuid) to minyi_public, minyi_staff;
end $$;
