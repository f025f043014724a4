-- Nothing becomes public alone: what is to be published is frozen, reviewed for secrets, approved by a second person, then published.
set local search_path to minyi;

create table clearances (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  kind text not null constraint clearances_kind check (kind in
    ('draft', 'announcement', 'result', 'extension', 'suspension', 'resumption', 'termination', 'correction')),
  title text not null,
  content jsonb not null,                        -- exactly what will be public, already redacted
  content_hash bytea not null,
  edition_id bigint references editions,         -- draft, correction: the edition it is about
  closes_at timestamptz,                         -- extension, resumption: the new closing time (exclusive)
  entry_until timestamptz,
  reason text not null default '' constraint clearances_reason_length check (char_length(reason) <= 2000),
  disclosure_attribute text not null default 'proactive' constraint clearances_attribute check
    (disclosure_attribute in ('proactive', 'on_request', 'withheld')),
  unit_ids bigint[] not null,
  prepared_by bigint not null references staff,
  prepared_at timestamptz not null,
  reviewed_by bigint references staff,           -- 保密审查
  reviewed_at timestamptz,
  review_passed boolean,
  review_note text not null default '' constraint clearances_review_note_length check (char_length(review_note) <= 1000),
  approved_by bigint references staff,           -- 审签: on screen; for a paper form, who recorded the signature
  approved_at timestamptz,
  approval_granted boolean,
  approval_note text not null default '' constraint clearances_approval_note_length check (char_length(approval_note) <= 1000),
  paper_signer text not null default '' constraint clearances_paper_signer_length check (char_length(paper_signer) <= 40),
  paper_signed_on date,
  paper_scan_id uuid references attachments,
  published_at timestamptz,
  withdrawn_at timestamptz,                      -- taken back, or replaced by a newer one
  constraint clearances_second_person check (approved_by <> prepared_by),      -- on paper too: somebody else records it
  constraint clearances_reviewer_apart check (reviewed_by <> prepared_by),
  constraint clearances_paper_complete check ((paper_signer <> '') = (paper_signed_on is not null) and (paper_signer <> '') = (paper_scan_id is not null)),
  constraint clearances_reviewed_first check (approved_at is null or reviewed_at is not null),
  constraint clearances_reason_given check (kind not in ('extension', 'suspension', 'termination', 'correction') or reason <> ''
    or content = '{}'),                          -- sealed
  -- 不予通过, 依申请公开 and 不予公开 say why.
  constraint clearances_review_why check (review_note <> '' or review_passed is not false and disclosure_attribute = 'proactive'),
  constraint clearances_approval_why check (approval_note <> '' or approval_granted is not false)
);
create unique index clearances_one_pending on clearances (procedure_id, kind) where published_at is null and withdrawn_at is null;
create index clearances_of_procedure on clearances (procedure_id, id);
alter table clearances enable row level security;
grant select on clearances to minyi_staff;
grant select, insert, update on clearances to minyi_guard;
create policy clearances_of_my_units on clearances for select to minyi_staff
  using (unit_ids && (select actor_units()));
create policy clearances_guard on clearances to minyi_guard using (true) with check (true);

-- What has been published, for everyone. A version is never changed; it can only be followed by another, or sealed.
create table published_versions (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  kind text not null,
  version int not null,
  title text not null,
  unit_name text not null,
  content jsonb,                       -- null once sealed
  content_hash bytea not null,
  published_at timestamptz not null,
  sealed_at timestamptz,
  seal_reason text,
  constraint published_versions_number unique (procedure_id, kind, version),
  constraint published_versions_sealed check ((content is null) = (sealed_at is not null))
);
-- The rows of a result, apart so that one of them can be sealed and the rest stays.
create table published_opinions (
  version_id bigint not null references published_versions,
  ordinal int not null,
  submission_number text not null,
  label text not null,                 -- 网民1, 村民2, a unit's name or a masked name
  passage text not null,
  body text,                           -- null once sealed, or never shown (hidden)
  outcome text not null,
  reason text not null,
  sealed_at timestamptz,
  primary key (version_id, ordinal)
);
create index published_opinions_by_submission on published_opinions (submission_number);
grant select on published_versions, published_opinions to minyi_public, minyi_staff, minyi_work, minyi_intake;
grant select, insert, update on published_versions, published_opinions to minyi_guard;

-- Who edits what is being cleared starts the clearing anew: an approval covers exactly the words that were approved.
create function clearances_lapse() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if old.state = 'preparing' and new.state = 'preparing' then
    update clearances set withdrawn_at = minyi_clock() where procedure_id = new.id and published_at is null and withdrawn_at is null;
  end if;
  return null;
end $$;
alter function clearances_lapse() owner to minyi_guard;
create trigger procedures_edited after update on procedures for each row execute function clearances_lapse();

-- The same for a result: an answer given, or a visibility changed, after it was prepared sets it aside.
create function result_lapse() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  asked bigint;
begin
  if tg_table_name = 'submissions' then
    asked := new.procedure_id;
  else
    select s.procedure_id into asked from opinions o join submissions s on s.id = o.submission_id where o.id = new.opinion_id;
  end if;
  -- Waits for one who is preparing the result just now; the statement after this one sees what they prepared.
  perform 1 from procedures where id = asked for share;
  update clearances set withdrawn_at = minyi_clock()
  where procedure_id = asked and kind = 'result' and published_at is null and withdrawn_at is null;
  return null;
end $$;
alter function result_lapse() owner to minyi_guard;
create trigger dispositions_given after insert on dispositions for each row execute function result_lapse();
create trigger submissions_screened after update of screening on submissions for each row
  when (old.screening <> new.screening) execute function result_lapse();

-- Freezes a text for publication. A newer preparation of the same kind replaces one that is still pending.
create function prepare_clearance(p_procedure_id bigint, p_kind text, p_title text, p_content jsonb, p_edition_id bigint,
  p_closes_at timestamptz, p_entry_until timestamptz, p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  state_now text;
  made bigint;
begin
  select * into p from procedures where id = p_procedure_id for update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(p.unit_ids, 'organiser');
  state_now := state_at(p.state, p.opens_at, p.closes_at, minyi_clock());
  if (case p_kind
      when 'announcement' then p.state = 'preparing'
      when 'draft' then state_now in ('preparing', 'announced', 'open')
      when 'result' then p.state in ('answered', 'published')
      when 'extension' then state_now in ('announced', 'open') and p_closes_at > p.closes_at
      when 'suspension' then state_now in ('announced', 'open')
      when 'resumption' then state_now = 'suspended' and p_closes_at > minyi_clock() and p_closes_at >= p.closes_at
      when 'termination' then state_now in ('announced', 'open', 'suspended')
      when 'correction' then state_now in ('announced', 'open') and p_edition_id is not null end) is not true then
    raise exception 'not in this state' using errcode = '23514', constraint = 'clearances_state';
  end if;
  -- The same words from the same person once more (a second press) are the same clearance: what was said of them stands.
  select id into made from clearances
  where procedure_id = p.id and kind = p_kind and published_at is null and withdrawn_at is null and prepared_by = actor_staff()
    and title = p_title and content_hash = sha256(convert_to(p_content::text, 'UTF8')) and reason = coalesce(p_reason, '')
    and (edition_id, closes_at, entry_until) is not distinct from (p_edition_id, p_closes_at, p_entry_until);
  if found then return made; end if;
  update clearances set withdrawn_at = minyi_clock()
  where procedure_id = p.id and kind = p_kind and published_at is null and withdrawn_at is null;
  insert into clearances (procedure_id, kind, title, content, content_hash, edition_id, closes_at, entry_until, reason, unit_ids,
    prepared_by, prepared_at)
  values (p.id, p_kind, p_title, p_content, sha256(convert_to(p_content::text, 'UTF8')), p_edition_id, p_closes_at, p_entry_until,
    coalesce(p_reason, ''), p.unit_ids, actor_staff(), minyi_clock())
  returning id into made;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', made, 'prepared', actor_staff(), p_kind, p.unit_ids);
  return made;
end $$;

create function review_clearance(p_id bigint, p_passed boolean, p_note text, p_attribute text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c record;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  perform require_role(c.unit_ids, 'secrecy_reviewer');
  -- A second press of the same button.
  if c.reviewed_by = actor_staff() and c.review_passed = p_passed and c.disclosure_attribute = p_attribute then return; end if;
  if c.published_at is not null or c.withdrawn_at is not null or c.reviewed_at is not null then
    raise exception 'no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  update clearances set reviewed_by = actor_staff(), reviewed_at = minyi_clock(), review_passed = p_passed,
    review_note = coalesce(p_note, ''), disclosure_attribute = p_attribute,
    withdrawn_at = case when p_passed then null else minyi_clock() end
  where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', p_id, 'secrecy_reviewed', actor_staff(), case when p_passed then 'passed' else 'refused' end, c.unit_ids);
end $$;

-- Approval by a second person on screen, or the record of a signed paper form: signer, date and scan.
create function approve_clearance(p_id bigint, p_granted boolean, p_note text, p_signer text, p_signed_on date, p_scan uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c record;
  on_paper boolean := coalesce(p_signer, '') <> '';
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
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
  if c.approved_by = actor_staff() and c.approval_granted = p_granted and (c.paper_signer <> '') = on_paper then return; end if;
  if c.published_at is not null or c.withdrawn_at is not null or c.approved_at is not null or c.review_passed is not true then
    raise exception 'not reviewed or no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if on_paper then update attachments set expires_at = null where id = p_scan; end if;
  update clearances set approved_by = actor_staff(), approved_at = minyi_clock(), approval_granted = p_granted,
    approval_note = coalesce(p_note, ''), paper_signer = coalesce(p_signer, ''), paper_signed_on = p_signed_on, paper_scan_id = p_scan,
    withdrawn_at = case when p_granted then null else minyi_clock() end
  where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', p_id, 'approved', actor_staff(),
    case when not p_granted then 'refused' when on_paper then 'granted_on_paper' else 'granted' end, c.unit_ids);
end $$;

-- Whether a result names every opinion that was answered exactly once, with the outcome on record, and counts every submission.
create function result_reconciles(p_procedure_id bigint, p_content jsonb) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  with stated as (
    select o ->> 'number' as number, o ->> 'outcome' as outcome, count(*) from jsonb_array_elements(p_content -> 'opinions') o group by 1, 2
  ), on_record as (
    select s.number, d.outcome, count(*)
    from submissions s join opinions o on o.submission_id = s.id join dispositions d on d.opinion_id = o.id and d.superseded_at is null
    where s.procedure_id = p_procedure_id and s.withdrawn_at is null group by 1, 2
  )
  select not exists ((table stated except table on_record) union all (table on_record except table stated))
    and (p_content -> 'counts' ->> 'opinions')::bigint is not distinct from coalesce((select sum(count) from stated), 0)::bigint
    and (p_content -> 'counts' ->> 'submissions')::bigint is not distinct from (select count(*) from endings(p_procedure_id))
$$;

create function version_published(p_clearance clearances, p_moment timestamptz) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into published_versions (procedure_id, kind, version, title, unit_name, content, content_hash, published_at)
  select p.id, p_clearance.kind, 1 + coalesce((select max(version) from published_versions v where v.procedure_id = p.id and v.kind = p_clearance.kind), 0),
    p_clearance.title, u.name, p_clearance.content, p_clearance.content_hash, p_moment
  from procedures p join units u on u.id = p.unit_id where p.id = p_clearance.procedure_id
  returning id
$$;

-- The first day on which a letter about a procedure can have arrived: that of its announcement.
create function first_arrival(p_procedure_id bigint, p_opens_at timestamptz) returns date
language sql stable set search_path = minyi, pg_temp
as $$
  select (least(p_opens_at, min(v.published_at)) at time zone 'Asia/Shanghai')::date from published_versions v
  where v.procedure_id = p_procedure_id and v.kind = 'announcement'
$$;
grant execute on function first_arrival(bigint, timestamptz) to minyi_staff, minyi_intake;

-- Publishes what was cleared and does what it says. The draft goes out together with the announcement or correction that names it.
create function publish_clearance(p_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
  d clearances;
  p procedures;
  moment timestamptz;
  next_state text;
  made bigint;
  missing text;
begin
  select * into c from clearances where id = p_id;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  select * into p from procedures where id = c.procedure_id for update;
  select * into c from clearances where id = p_id for update;
  perform require_role(c.unit_ids, 'organiser');
  moment := minyi_clock();
  if c.published_at is not null or c.withdrawn_at is not null or c.approval_granted is not true or c.review_passed is not true
     or c.disclosure_attribute <> 'proactive' then
    raise exception 'not cleared' using errcode = '23514', constraint = 'clearances_cleared';
  end if;
  next_state := p.state;

  if c.kind = 'draft' then
    raise exception 'a draft goes out with its announcement' using errcode = '23514', constraint = 'clearances_draft_alone';
  elsif c.kind in ('announcement', 'correction') then
    select * into d from clearances where procedure_id = p.id and kind = 'draft' and published_at is null and withdrawn_at is null
      and edition_id = coalesce(c.edition_id, p.edition_id) for update;
    if d.approval_granted is not true or d.review_passed is not true or d.disclosure_attribute <> 'proactive' then
      raise exception 'the draft is not cleared' using errcode = '23514', constraint = 'clearances_draft_cleared';
    end if;
    if c.kind = 'announcement' then
      if p.state <> 'preparing' then raise exception 'already announced' using errcode = '23514', constraint = 'clearances_state'; end if;
      if p.closes_at <= moment then raise exception 'the period is over' using errcode = '23514', constraint = 'procedures_period_ahead'; end if;
      -- The day of opening is not counted, so it may be today; a day that nobody knew of counts for nothing.
      if (p.opens_at at time zone 'Asia/Shanghai')::date < (moment at time zone 'Asia/Shanghai')::date then
        raise exception 'the opening has passed' using errcode = '23514', constraint = 'procedures_opening_ahead';
      end if;
      next_state := 'announced';
    elsif state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') then
      raise exception 'no longer open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    perform version_published(d, moment);
    update clearances set published_at = moment where id = d.id;
    update procedures set edition_id = d.edition_id where id = p.id;
  elsif c.kind = 'extension' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') or c.closes_at <= p.closes_at then
      raise exception 'no longer open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    update procedures set closes_at = c.closes_at, entry_until = c.entry_until, extended = true where id = p.id;
  elsif c.kind = 'suspension' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open') then
      raise exception 'not open' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := 'suspended';
  elsif c.kind = 'resumption' then
    if p.state <> 'suspended' or c.closes_at <= moment or c.closes_at < p.closes_at then
      raise exception 'not suspended' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := case when moment < p.opens_at then 'announced' else 'open' end;
    update procedures set closes_at = c.closes_at, entry_until = c.entry_until, extended = extended or c.closes_at > p.closes_at where id = p.id;
  elsif c.kind = 'termination' then
    if state_at(p.state, p.opens_at, p.closes_at, moment) not in ('announced', 'open', 'suspended') then
      raise exception 'not running' using errcode = '23514', constraint = 'clearances_state';
    end if;
    next_state := 'terminated';
    update procedures set closed_at = moment where id = p.id;
  elsif c.kind = 'result' then
    if p.state not in ('answered', 'published') then
      raise exception 'not answered' using errcode = '23514', constraint = 'clearances_state';
    end if;
    -- The guard sees every row, whoever publishes.
    select string_agg(number, ' ') into missing from endings(p.id) where ending is null;
    if missing is not null then
      raise exception 'not every submission has ended' using errcode = '23514', constraint = 'procedures_all_answered', detail = missing;
    end if;
    perform require_screened(p.id);
    if not result_reconciles(p.id, c.content) then
      raise exception 'the counts do not add up' using errcode = '23514', constraint = 'result_reconciles';
    end if;
    next_state := 'published';
  end if;

  made := version_published(c, moment);
  if c.kind = 'result' then
    insert into published_opinions (version_id, ordinal, submission_number, label, passage, body, outcome, reason, sealed_at)
    select made, r.ordinal, r.number, r.label, coalesce(r.passage, ''), case when s.sealed_at is null then r.body end, r.outcome,
      coalesce(r.reason, ''), s.sealed_at
    from jsonb_to_recordset(c.content -> 'opinions') r (ordinal int, number text, label text, passage text, body text, outcome text, reason text)
    join submissions s on s.number = r.number and s.procedure_id = p.id;
    -- The rows live in their own table from here on.
    update published_versions set content = content - 'opinions' where id = made;
  end if;
  update clearances set published_at = moment where id = c.id;
  update procedures set state = next_state where id = p.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  values (moment, 'procedure', p.id, case c.kind when 'announcement' then 'announced' when 'result' then 'published' when 'extension' then 'extended'
      when 'suspension' then 'suspended' when 'resumption' then 'resumed' when 'termination' then 'terminated' else 'corrected' end,
    actor_staff(), p.state, next_state, c.id::text, c.unit_ids);
  return made;
end $$;

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

-- Number and query code open one receipt: what was received, where it stands, and the answer as the newest published result has
-- it: one that corrects it waits for its own version. A transfer is told at once, because the author has to turn elsewhere.
create function receipt(p_number text, p_code_mac bytea)
returns table (number text, procedure_number text, procedure_title text, procedure_state text, closes_at timestamptz, passage text,
  received_at timestamptz, channel text, submitter text, people int, body text, proof bytea, salt bytea, lineage uuid,
  withdrawn_at timestamptz, sealed_at timestamptz, can_withdraw boolean, has_scan boolean, arrived_on date, answers jsonb)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.number, p.number, p.title, state_at(p.state, p.opens_at, p.closes_at, minyi_clock()), p.closes_at,
    case when g.id is not null then g.number || ' ' || concat_ws(' · ', nullif(g.level1, ''), nullif(g.level2, '')) end,
    s.received_at, s.channel, s.submitter, s.people, s.body, s.proof, s.salt, g.lineage, s.withdrawn_at, s.sealed_at,
    s.withdrawn_at is null and s.sealed_at is null and p.state in ('announced', 'open', 'suspended') and minyi_clock() < p.closes_at,
    s.slip_id is not null, s.arrived_on,
    (select jsonb_agg(jsonb_build_object('ordinal', o.ordinal, 'opinion', o.body, 'outcome', d.outcome, 'reason', d.reason,
        'transferred_to', d.transferred_to, 'invalid_code', d.invalid_code) order by o.ordinal)
     from opinions o cross join lateral (
       select * from dispositions d
       where d.opinion_id = o.id and (d.superseded_at is null and d.outcome = 'transferred'
         or d.answered_at <= v.published_at and (d.superseded_at is null or d.superseded_at > v.published_at))
       order by d.id desc limit 1) d
     where o.submission_id = s.id)
  from submissions s join procedures p on p.id = s.procedure_id left join passages g on g.id = s.passage_id
  left join lateral (select max(published_at) as published_at from published_versions
    where procedure_id = p.id and kind = 'result') v on true
  where s.number = p_number and s.code_mac = p_code_mac
$$;

-- Taken back by its author until closing. It stays in the counts as withdrawn; its words, its scan and how to reach its author are
-- deleted. Number, dates and proof stay, so whoever kept the words can still show what had been received.
create function withdraw(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
begin
  perform 1 from procedures p where p.id = (select t.procedure_id from submissions t where t.number = p_number) for share;
  -- Locked, so that a scan or a division that comes at the same moment is either deleted here or refused there.
  select t.id, t.withdrawn_at, t.unit_ids, t.procedure_id, t.slip_id into s from submissions t
  where t.number = p_number and t.code_mac = p_code_mac for update;
  if not found then return 'unknown'; end if;
  moment := minyi_clock();
  if s.withdrawn_at is not null then return 'already'; end if;
  if not exists (select from procedures p where p.id = s.procedure_id and p.state in ('announced', 'open', 'suspended') and moment < p.closes_at) then
    return 'closed';
  end if;
  update submissions set withdrawn_at = moment, body = '', public_name = null, slip_id = null where id = s.id;
  update opinions set body = '' where submission_id = s.id;
  delete from contacts where submission_id = s.id;
  delete from attachments where id = s.slip_id;
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', s.id, 'withdrawn', s.unit_ids);
  return 'withdrawn';
end $$;

-- Names and phones go when nobody needs them any longer: so many days after the result was published or the procedure ended early.
-- Nothing comes in any more by then, so each procedure has its turn once. Returns how many were deleted.
create function erase_contacts() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  moment timestamptz := minyi_clock();
  kept interval;
  erased int;
  total int := 0;
begin
  select make_interval(days => value::int) into kept from site_settings where key = 'contact_retention_days';
  for p in select c.id, c.unit_ids from procedures c
    where c.state in ('published', 'terminated')
      and (select min(v.published_at) from published_versions v
        where v.procedure_id = c.id and v.kind in ('result', 'termination')) <= moment - kept
      and not exists (select from events e where e.subject = 'procedure' and e.subject_id = c.id and e.kind = 'contacts_erased')
    order by c.id for update of c skip locked
  loop
    delete from contacts where submission_id in (select id from submissions where procedure_id = p.id);
    get diagnostics erased = row_count;
    insert into events (at, subject, subject_id, kind, code, unit_ids)
    values (moment, 'procedure', p.id, 'contacts_erased', erased::text, p.unit_ids);
    total := total + erased;
  end loop;
  return total;
end $$;
alter function erase_contacts() owner to minyi_guard;
grant execute on function erase_contacts() to minyi_work;

-- The same for one author who asks for it. False: there was none.
create function erase_contact(p_submission_id bigint) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then raise exception 'unknown submission' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser');
  delete from contacts where submission_id = s.id;
  if not found then return false; end if;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'contact_erased', actor_staff(), s.unit_ids);
  return true;
end $$;
alter function erase_contact(bigint) owner to minyi_guard;
grant execute on function erase_contact(bigint) to minyi_staff;

-- The author of an organisation's submission or a joint letter adds one scan until closing: the seal, the signed list. It is
-- for the unit only. Another one replaces it. Returns added, closed, or unknown where number and code do not fit.
create function add_scan(p_number text, p_code_mac bytea, p_name text, p_media_type text, p_sha256 bytea, p_data bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
  made uuid := gen_random_uuid();
begin
  perform 1 from procedures p where p.id = (select t.procedure_id from submissions t where t.number = p_number) for share;
  select t.id, t.unit_ids, t.procedure_id, t.slip_id into s from submissions t
  where t.number = p_number and t.code_mac = p_code_mac and t.submitter in ('organisation', 'joint')
    and t.withdrawn_at is null and t.sealed_at is null for update;
  if not found then return 'unknown'; end if;
  moment := minyi_clock();
  if not exists (select from procedures p where p.id = s.procedure_id and p.state in ('announced', 'open', 'suspended') and moment < p.closes_at) then
    return 'closed';
  end if;
  insert into attachments (id, name, media_type, size, sha256, unit_ids)
  values (made, p_name, p_media_type, octet_length(p_data), p_sha256, s.unit_ids);
  insert into attachment_chunks (attachment_id, ordinal, data)
  select made, n, substring(p_data from n * 262144 + 1 for 262144) from generate_series(0, (octet_length(p_data) - 1) / 262144) n;
  update attachments set expires_at = moment where id = s.slip_id;
  update submissions set slip_id = made where id = s.id;
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', s.id, 'scan_added', s.unit_ids);
  return 'added';
end $$;

-- Screened comments, for procedures that show them while they are open.
create function shown_comments(p_procedure text, p_before bigint, p_limit int)
returns table (id bigint, position_number text, body text, received_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.id, g.number, s.body, s.received_at
  from submissions s join procedures p on p.id = s.procedure_id left join passages g on g.id = s.passage_id
  where p.number = p_procedure and p.comments_shown and p.state <> 'preparing' and s.screening = 'shown'
    and s.withdrawn_at is null and s.sealed_at is null and s.id < p_before
  order by s.id desc limit least(p_limit, 100)
$$;

grant select on passages to minyi_intake;
alter function receipt(text, bytea) owner to minyi_intake;
alter function withdraw(text, bytea) owner to minyi_guard;
alter function add_scan(text, bytea, text, text, bytea, bytea) owner to minyi_intake;
alter function shown_comments(text, bigint, int) owner to minyi_intake;
grant execute on function receipt(text, bytea), withdraw(text, bytea), add_scan(text, bytea, text, text, bytea, bytea),
  shown_comments(text, bigint, int) to minyi_public, minyi_staff;

-- A unit that ends hands over everything: what runs, and what may have to be corrected or sealed. Dates stay; published pages keep
-- the old name.
create function succeed_unit(p_unit_id bigint, p_successor_id bigint, p_on date) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
begin
  if not actor_is_signed_in() or not actor_is('administrator') then
    raise exception 'this needs the role administrator' using errcode = '42501', constraint = 'role_required';
  end if;
  -- People and work move at once, so the day has come; and whoever takes over is still there.
  if p_on > (moment at time zone 'Asia/Shanghai')::date
     or not exists (select from units where id = p_unit_id and valid_until is null and valid_from < p_on) then
    raise exception 'not on this day' using errcode = '23514', constraint = 'units_succession_day';
  end if;
  if not exists (select from units where id = p_successor_id and valid_until is null and id <> p_unit_id) then
    raise exception 'no such successor' using errcode = '23514', constraint = 'units_successor_there';
  end if;
  update units set valid_until = p_on, successor_id = p_successor_id where id = p_unit_id;
  update procedures set unit_id = case when unit_id = p_unit_id then p_successor_id else unit_id end,
    unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u)
  where p_unit_id = any (unit_ids);
  update drafts set unit_id = case when unit_id = p_unit_id then p_successor_id else unit_id end,
    unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update editions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update submissions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update opinions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update dispositions set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update clearances set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update seals set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  update attachments set unit_ids = array(select distinct u from unnest(array_append(unit_ids, p_successor_id)) u) where p_unit_id = any (unit_ids);
  insert into staff_roles (staff_id, unit_id, role) select staff_id, p_successor_id, role from staff_roles where unit_id = p_unit_id
    on conflict do nothing;
  delete from staff_roles where unit_id = p_unit_id;
  update staff set unit_id = p_successor_id where unit_id = p_unit_id;
  insert into events (at, subject, subject_id, kind, staff_id, code)
  values (moment, 'unit', p_unit_id, 'succeeded', actor_staff(), p_successor_id::text);
end $$;

do $$
declare f text;
begin
  foreach f in array array['prepare_clearance(bigint, text, text, jsonb, bigint, timestamptz, timestamptz, text)',
    'review_clearance(bigint, boolean, text, text)', 'approve_clearance(bigint, boolean, text, text, date, uuid)',
    'publish_clearance(bigint)', 'request_seal(bigint, bigint, text)', 'confirm_seal(bigint)', 'decline_seal(bigint)', 'report_seal(bigint)',
    'succeed_unit(bigint, bigint, date)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
alter function version_published(clearances, timestamptz) owner to minyi_guard;
alter function result_reconciles(bigint, jsonb) owner to minyi_guard;
alter function seal_submission(seals, timestamptz) owner to minyi_guard;
alter function seal_version(seals, timestamptz) owner to minyi_guard;
