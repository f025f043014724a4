-- 问卷结果的公布: the result of a questionnaire or poll goes the same way as everything that is published: it is frozen, reviewed for secrets,
-- approved by a second person and published as a version that is never changed. Its figures are those of the tally, and the database checks that.
--
-- So a clearance and a version belong to a procedure or to a questionnaire.
set local search_path to minyi;
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation, adding-foreign-key-constraint, ban-drop-constraint, ban-drop-not-null, renaming-object
-- (The tables that are altered are small: thousands of rows.)

alter table clearances alter column procedure_id drop not null;
alter table clearances add column questionnaire_id bigint constraint clearances_questionnaire references questionnaires;
alter table clearances add constraint clearances_subject check (num_nonnulls(procedure_id, questionnaire_id) = 1);
alter table clearances drop constraint clearances_kind;
alter table clearances add constraint clearances_kind check (case when questionnaire_id is null then kind in
    ('draft', 'announcement', 'result', 'extension', 'suspension', 'resumption', 'termination', 'correction', 'revision')
  else kind = 'questionnaire_result' end);
create unique index clearances_one_pending_result on clearances (questionnaire_id)
  where questionnaire_id is not null and published_at is null and withdrawn_at is null;
create index clearances_of_questionnaire on clearances (questionnaire_id, id) where questionnaire_id is not null;

alter table published_versions alter column procedure_id drop not null;
alter table published_versions add column questionnaire_id bigint constraint published_versions_questionnaire references questionnaires;
alter table published_versions add constraint published_versions_subject check (num_nonnulls(procedure_id, questionnaire_id) = 1);
create unique index published_versions_of_questionnaire on published_versions (questionnaire_id, kind, version) where questionnaire_id is not null;

-- As before, also of a questionnaire.
create or replace function version_published(p_clearance clearances, p_moment timestamptz) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into published_versions (procedure_id, questionnaire_id, kind, version, title, unit_name, content, content_hash, published_at, index_number,
    document_number, written_on, subject, keywords)
  select p_clearance.procedure_id, p_clearance.questionnaire_id, p_clearance.kind,
    1 + coalesce((select max(version) from published_versions v where v.kind = p_clearance.kind
      and (v.procedure_id = p_clearance.procedure_id or v.questionnaire_id = p_clearance.questionnaire_id)), 0),
    p_clearance.title, u.name, p_clearance.content, p_clearance.content_hash, p_moment, next_index_number(p_moment),
    p_clearance.document_number, p_clearance.written_on, p_clearance.subject, p_clearance.keywords
  from units u where u.id = coalesce((select unit_id from procedures where id = p_clearance.procedure_id),
    (select unit_id from questionnaires where id = p_clearance.questionnaire_id))
  returning id
$$;

create or replace function clearances_described() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  before clearances;
begin
  select * into before from clearances c
  where (c.procedure_id = new.procedure_id or c.questionnaire_id = new.questionnaire_id) and c.kind = new.kind and c.published_at is null
    and c.content <> '{}' and (new.kind <> 'revision' or c.edition_id is not distinct from new.edition_id)
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
    new.subject := coalesce(left((select p.field from procedures p where p.id = new.procedure_id), 60), '');
    new.written_on := china_day(new.prepared_at);
  end if;
  return new;
end $$;

-- ---- From the figures to the published result ---------------------------------------------------------------------------------

-- Whether a published version that can be read differs from so many sheets by a few only: who subtracts one from the other then reads what
-- those few have answered, however well each hides small numbers by itself.
create function questionnaire_result_tells(p_questionnaire_id bigint, p_sheets bigint, p_smallest bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select exists (select from published_versions v where v.questionnaire_id = p_questionnaire_id and v.kind = 'questionnaire_result'
    and v.sealed_at is null and abs((v.content ->> 'sheets')::bigint - p_sheets) between 1 and p_smallest - 1)
$$;

-- Whether every number that stands in a result is the number that is counted. What is not shown (too small) has none.
create function questionnaire_result_reconciles(p_questionnaire_id bigint, p_content jsonb) returns boolean
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with figures as materialized (select * from figures_of(p_questionnaire_id)),
  stated as (
    select '' as question, '' as line, '' as option, p_content ->> 'sheets' as sheets
    union all select '_version', '', v ->> 'version', v ->> 'sheets' from jsonb_array_elements(p_content -> 'versions') v
    union all select '_channel', '', l ->> 'option', l ->> 'count' from jsonb_array_elements(p_content -> 'channels' -> 'lines') l
    union all select k ->> 'code', '', '', k ->> 'answered' from jsonb_array_elements(p_content -> 'questions') k
    union all
    select k ->> 'code', p ->> 'line', l ->> 'option', l ->> 'count'
    from jsonb_array_elements(p_content -> 'questions') k, jsonb_array_elements(k -> 'parts') p, jsonb_array_elements(p -> 'lines') l
  )
  select p_content ? 'questions' and not exists (
    select from stated s left join figures f using (question, line, option)
    where s.sheets is not null and s.sheets::bigint <> coalesce(f.sheets, 0))
$$;

-- What keeps the figures of a questionnaire from being published, if anything does: sheets that are not counted yet, words nobody has read.
create function require_figures_ready(p_questionnaire_id bigint, p_content jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  -- The tally waits from here to the end of the transaction.
  perform 1 from tally_states where questionnaire_id = p_questionnaire_id for update;
  -- Answers of verified persons are not even there to be tallied until their box is emptied.
  if exists (select from sheets_to_tally where questionnaire_id = p_questionnaire_id)
     or exists (select from voice_boxes where questionnaire_id = p_questionnaire_id and emptied_at is null) then
    perform refuse('questionnaire_results_tallied');
  end if;
  if exists (select from text_wordings where questionnaire_id = p_questionnaire_id and screening = 'pending') then
    perform refuse('questionnaire_results_read');
  end if;
  if not questionnaire_result_reconciles(p_questionnaire_id, p_content) then perform refuse('questionnaire_results_reconcile'); end if;
end $$;

-- How many sheets that came or went are not counted yet; those of verified persons by their voices, until they are there.
create function questionnaire_untallied(p_questionnaire_id bigint) returns bigint
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_figures(p_questionnaire_id);
  return (select count(*) from sheets_to_tally where questionnaire_id = p_questionnaire_id)
    + (select count(*) from voices v join voice_boxes b using (questionnaire_id)
       where v.questionnaire_id = p_questionnaire_id and b.key_destroyed_at is not null and b.emptied_at is null);
end $$;

-- Freezes the result as it was read. While letters that came in time may still be entered, who prepares it says that all of them are:
-- nothing is entered after it is published.
create function prepare_questionnaire_result(p_id bigint, p_title text, p_content jsonb, p_entries_complete boolean) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_id);
  hash bytea := sha256(convert_to(p_content::text, 'UTF8'));
  made bigint;
begin
  if q.state not in ('closed', 'published') then perform refuse('questionnaire_results_closed'); end if;
  if q.state = 'closed' and minyi_clock() < q.entry_until and p_entries_complete is not true then perform refuse('questionnaire_results_entered'); end if;
  if coalesce(p_content ->> 'analysis', '') = '' or coalesce(p_content ->> 'nextStep', '') = '' then perform refuse('questionnaire_results_words'); end if;
  if coalesce(p_content ->> 'correction', '') = ''
     and exists (select from published_versions v where v.questionnaire_id = q.id and v.kind = 'questionnaire_result') then
    perform refuse('questionnaire_results_correction');
  end if;
  perform require_figures_ready(q.id, p_content);
  if questionnaire_result_tells(q.id, (p_content ->> 'sheets')::bigint, q.smallest_shown) then perform refuse('questionnaire_results_tell'); end if;
  -- As with the papers of procedures: the same words from the same person once more are the same clearance.
  select id into made from clearances
  where questionnaire_id = q.id and published_at is null and withdrawn_at is null and prepared_by = actor_staff() and title = p_title
    and content_hash = hash;
  if found then return made; end if;
  update clearances set withdrawn_at = minyi_clock() where questionnaire_id = q.id and published_at is null and withdrawn_at is null;
  insert into clearances (questionnaire_id, kind, title, content, content_hash, reason, unit_ids, prepared_by, prepared_at)
  values (q.id, 'questionnaire_result', p_title, p_content, hash, '', q.unit_ids, actor_staff(), minyi_clock())
  returning id into made;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', made, 'prepared', actor_staff(), 'questionnaire_result', q.unit_ids);
  return made;
end $$;

create function publish_questionnaire_result(p_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires;
  c clearances;
  made bigint;
begin
  -- In this order everywhere: the questionnaire, its tally, the clearance.
  select * into q from questionnaires where id = (select questionnaire_id from clearances where id = p_id) for update;
  perform 1 from tally_states where questionnaire_id = q.id for update;
  select * into c from clearances where id = p_id for update;
  perform require_role(c.unit_ids, 'organiser');
  if c.published_at is not null or c.withdrawn_at is not null or c.approval_granted is not true or c.review_passed is not true
     or c.disclosure_attribute <> 'proactive' then
    perform refuse('clearances_cleared');
  end if;
  if q.state not in ('closed', 'published') then perform refuse('questionnaire_results_closed'); end if;
  perform require_figures_ready(q.id, c.content);
  if questionnaire_result_tells(q.id, (c.content ->> 'sheets')::bigint, q.smallest_shown) then perform refuse('questionnaire_results_tell'); end if;
  made := version_published(c, minyi_clock());
  update clearances set published_at = minyi_clock() where id = c.id;
  update questionnaires set state = 'published', closed_at = coalesce(closed_at, closes_at) where id = q.id;
  perform questionnaire_event(q, case when q.state = 'published' then 'result_corrected' else 'published' end, 'published', c.id::text);
  return made;
end $$;

-- Publishes what was cleared, whatever it is about.
alter function publish_clearance(bigint) rename to publish_procedure_clearance;
create function publish_clearance(p_id bigint) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  select case when exists (select from clearances where id = p_id and questionnaire_id is not null)
    then publish_questionnaire_result(p_id) else publish_procedure_clearance(p_id) end
$$;

-- What was frozen holds as long as nothing moves below it: a sheet that comes or goes, a text that is shown or hidden.
create function questionnaire_result_lapses() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  -- Who prepares or publishes holds the tally, so it is seen here or sees this. Texts wait for them at the questionnaire.
  if tg_table_name = 'text_wordings' then perform 1 from questionnaires where id = new.questionnaire_id for share; end if;
  update clearances set withdrawn_at = minyi_clock()
  where questionnaire_id = new.questionnaire_id and published_at is null and withdrawn_at is null;
  return null;
end $$;
create trigger tally_states_moved after update of changed_at on tally_states for each row when (old.changed_at is distinct from new.changed_at)
  execute function questionnaire_result_lapses();
create trigger text_wordings_screened after update of screening on text_wordings for each row when (old.screening <> new.screening)
  execute function questionnaire_result_lapses();

-- Whoever keeps a page about it in memory hears of a version, and of its seal.
create function questionnaire_version_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare topics text[];
begin
  select array[q.number, coalesce(p.number, '')] into topics
  from public_questionnaires q left join public_procedures p using (procedure_id) where q.questionnaire_id = new.questionnaire_id;
  perform note_public_change(t) from unnest(topics) t;
  return null;
end $$;
create constraint trigger published_versions_of_questionnaire_public after insert or update on published_versions
  deferrable initially deferred for each row when (new.questionnaire_id is not null) execute function questionnaire_version_changed();

-- ---- Sealed as other versions are ---------------------------------------------------------------------------------------------

create or replace function request_seal(p_submission_id bigint, p_version_id bigint, p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  made bigint;
begin
  select coalesce((select unit_ids from submissions where id = p_submission_id),
    (select coalesce(p.unit_ids, q.unit_ids) from published_versions v left join procedures p on p.id = v.procedure_id
      left join questionnaires q on q.id = v.questionnaire_id where v.id = p_version_id)) into units;
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

-- A submission, and with it the versions in which something of it stands word for word: of a sheet, published results.
create function request_submission_seal(p_submission_id bigint, p_version_ids bigint[], p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  head bigint := request_seal(p_submission_id, null, p_reason);
  other bigint;
  made bigint;
begin
  for other in select distinct v from unnest(p_version_ids) v order by v loop
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

alter function seal_version(seals, timestamptz) rename to seal_procedure_version;

-- The version, what it was made from, and what was prepared after it with the same words.
create function seal_questionnaire_version(s seals, v published_versions, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare of_paper bigint[];
begin
  -- Publishing takes this row first, too.
  perform 1 from questionnaires where id = v.questionnaire_id for update;
  of_paper := array(select id from clearances where questionnaire_id = v.questionnaire_id and (published_at is null or content_hash = v.content_hash));
  insert into sealed_contents values (s.id, 'version', v.id,
    concat_ws(e'\n', v.title, v.document_number, v.subject, v.keywords, v.content::text));
  insert into sealed_contents select s.id, 'clearance', id, concat_ws(e'\n', title, document_number, subject, keywords, proposed_reason,
      attribute_reason, review_note, approval_note, content::text)
    from clearances where id = any (of_paper);
  insert into sealed_contents select s.id, 'evaluation', id, reason from evaluations where clearance_id = any (of_paper) and reason <> '';
  update attachments a set unit_ids = '{}' from clearances c where a.id = c.paper_scan_id and c.id = any (of_paper);
  update clearances set content = '{}', title = '—', document_number = '', subject = '', keywords = '', attribute_reason = '',
      proposed_reason = '', review_note = case when review_note = '' then '' else '—' end,
      approval_note = case when approval_note = '' then '' else '—' end,
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, moment) end
    where id = any (of_paper);
  update evaluations set reason = '—' where clearance_id = any (of_paper) and reason <> '';
  update published_versions set content = null, title = '—', document_number = '', subject = '', keywords = '', sealed_at = moment,
    seal_reason = s.reason where id = v.id;
end $$;

create function seal_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare v published_versions;
begin
  select * into v from published_versions where id = s.version_id;
  if v.questionnaire_id is null then perform seal_procedure_version(s, moment); return; end if;
  perform seal_questionnaire_version(s, v, moment);
end $$;

-- ---- Looked at again each year ------------------------------------------------------------------------------------------------

-- As before, also of results of questionnaires that stay inside.
create or replace function open_evaluations() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  today date := china_day(minyi_clock());
  span interval := make_interval(months => greatest(1, case_number_of('evaluation_months', 12)));
  opened int;
  u record;
begin
  delete from evaluations e where e.decided_at is null and (
    e.clearance_id is not null and not exists (select from clearances c where c.id = e.clearance_id and c.withdrawn_at is null and c.published_at is null)
    or e.lineage is not null and not exists (select from public_rows r where r.draft_id = e.draft_id and r.lineage = e.lineage and r.on_request));
  with subjects as (
    select c.id as clearance_id, null::bigint as draft_id, null::uuid as lineage, c.disclosure_attribute as attribute, china_day(c.approved_at) as last_on,
      coalesce(p.unit_id, q.unit_id) as unit_id, c.unit_ids
    from clearances c left join procedures p on p.id = c.procedure_id left join questionnaires q on q.id = c.questionnaire_id
    where c.approval_granted and c.withdrawn_at is null and c.published_at is null and c.disclosure_attribute <> 'proactive'
    union all
    -- Since the first edition in which the public read that it is.
    select null, r.draft_id, r.lineage, 'on_request', coalesce((select china_day(min(w.published_at)) from public_editions e
        join published_versions w on w.id = e.version_id cross join jsonb_array_elements(w.content -> 'passages') p
        where e.draft_id = r.draft_id and p ->> 'lineage' = r.lineage::text and chosen(p ->> 'disclosureMode') ~ '依申请'),
      china_day(d.published_at)), d.unit_id, t.unit_ids
    from public_rows r join public_directories d using (draft_id) join drafts t on t.id = r.draft_id where r.on_request
  ), dated as (
    select s.*, greatest(s.last_on, (select china_day(max(e.decided_at)) from evaluations e
      where e.clearance_id = s.clearance_id or e.draft_id = s.draft_id and e.lineage = s.lineage)) as decided_on from subjects s
  )
  insert into evaluations (clearance_id, draft_id, lineage, attribute, decided_last_on, due_on, unit_id, unit_ids, opened_at)
  select clearance_id, draft_id, lineage, attribute, decided_on, (decided_on + span)::date, unit_id, unit_ids, minyi_clock()
  from dated where decided_on + span <= today on conflict do nothing;
  get diagnostics opened = row_count;
  for u in select unit_id, count(*) as open from evaluations where decided_at is null group by unit_id
    having extract(day from today) = 1 or bool_or(china_day(opened_at) = today)
  loop
    perform notify_staff('evaluation', array[u.unit_id], array['organiser'], format('evaluation.%s.%s', u.unit_id, today),
      jsonb_build_object('unit_id', u.unit_id, 'open', u.open));
  end loop;
  return opened;
end $$;

do $$
declare f text;
begin
  foreach f in array array['questionnaire_result_reconciles(bigint, jsonb)', 'require_figures_ready(bigint, jsonb)',
    'publish_questionnaire_result(bigint)', 'questionnaire_result_lapses()', 'questionnaire_version_changed()',
    'seal_questionnaire_version(seals, published_versions, timestamptz)', 'seal_version(seals, timestamptz)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['prepare_questionnaire_result(bigint, text, jsonb, boolean)', 'questionnaire_untallied(bigint)', 'publish_clearance(bigint)',
    'questionnaire_result_tells(bigint, bigint, bigint)', 'request_submission_seal(bigint, bigint[], text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  revoke execute on function publish_procedure_clearance(bigint) from minyi_staff;
end $$;
