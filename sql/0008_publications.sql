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

do $$
declare f text;
begin
  foreach f in array array['prepare_clearance(bigint, text, text, jsonb, bigint, timestamptz, timestamptz, text)',
    'review_clearance(bigint, boolean, text, text)', 'approve_clearance(bigint, boolean, text, text, date, uuid)',
    'publish_clearance(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
alter function version_published(clearances, timestamptz) owner to minyi_guard;
alter function result_reconciles(bigint, jsonb) owner to minyi_guard;
