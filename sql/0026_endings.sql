-- How a case ends, and that what ended so stays so: an answer that was told is never screened away, a duplicate is answered or comes back,
-- what was withdrawn leaves no word behind, what was sealed waits for nobody, and an emergency is recorded whatever the clock does.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation

alter table cases drop constraint cases_state;
alter table cases add constraint cases_state check (state in
  ('received', 'accepted', 'assigned', 'reviewing', 'completed', 'declined', 'invalid', 'duplicate', 'redirected',
   'information_request', 'withdrawn', 'sealed'));

-- Working days that a case stood still by clocks it no longer goes by.
alter table cases add column paused_days int not null default 0;

create function leave_clock(c cases) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update cases set paused_days = paused_days + coalesce((select sum(working_days_between(china_day(p.from_at), china_day(p.until_at), k.unit_id))
    from clocks k join clock_pauses p on p.clock_id = k.id where k.id = c.clock_id), 0)::int
  where id = c.id
$$;

-- What follows for another case: nobody has acted on it, and whoever acted on this one need not know of it.
create function record_consequence(p_id bigint, p_kind text, p_from text, p_to text, p_code text) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, from_state, to_state, code, unit_ids)
  select minyi_clock(), 'case', c.id, p_kind, p_from, p_to, p_code, c.unit_ids from cases c where c.id = p_id
  returning id
$$;

-- Their answer will not come: the duplicates of a case are screened anew, with a screening clock of their own.
create function release_duplicates(p_original_id bigint, p_why text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  d cases;
begin
  for d in select * from cases where original_id = p_original_id and state = 'duplicate' and answered_at is null order by id for update loop
    perform leave_clock(d);
    update cases set state = 'received', original_id = null, warning = 'none', reminders = 0,
      unit_id = null, assisting_ids = '{}', assigned_at = null, accepted_at = null, clock_id = null,
      screening_clock_id = start_clock(d.kind || '.screening', minyi_clock(), null)
    where id = d.id;
    perform copy_case_clock(d.id);
    perform tell_author(d.id, 'received', record_consequence(d.id, 'rescreened', 'duplicate', 'received', p_why));
  end loop;
end $$;

-- The case that another one repeats: one whose answer its author may read, because it is or may be public.
create or replace function original_case(c cases, p_number text) returns cases
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare o cases;
begin
  select * into o from cases where number = p_number for share;
  if not found or o.id = c.id or o.kind <> c.kind or concerns('case', o.id, actor_staff()) or not o.unit_ids && actor_units() then
    perform refuse('cases_original_known');
  end if;
  if not o.is_open and o.state <> 'completed' then perform refuse('cases_original_answerable'); end if;
  if not (o.wants_publication and o.publishable) then perform refuse('cases_original_public'); end if;
  return o;
end $$;

-- Accepts a case, or ends it with a reason. A mistaken decision is taken back by deciding anew and saying why; both stay on record. Once
-- its author has an answer there is nothing to take back.
create or replace function screen_case(p_id bigint, p_verdict text, p_code text, p_text text, p_original text, p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  o cases;
  e bigint;
  answered boolean;
  repeated_by text;
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if p_verdict = 'duplicate' then o := original_case(c, p_original); end if;
  -- A second press.
  if c.state = p_verdict and c.ending_code is not distinct from p_code and c.ending_text = coalesce(p_text, '')
     and c.original_id is not distinct from o.id then return; end if;
  if p_verdict not in ('accepted', 'declined', 'invalid', 'duplicate', 'redirected', 'information_request')
     or c.state in ('reviewing', 'completed', 'withdrawn', 'sealed') or c.state = 'assigned' and p_verdict = 'accepted' then
    perform refuse('cases_screenable');
  end if;
  if exists (select from replies r where r.case_id = c.id and r.told_at is not null) or c.state = 'duplicate' and c.answered_at is not null then
    perform refuse('cases_answered_before');
  end if;
  if c.state <> 'received' and coalesce(p_reason, '') = '' then perform refuse('cases_rescreening_reason'); end if;
  -- Who supervises it has the last word.
  if p_verdict <> 'accepted' and exists (select from supervisions v where v.case_id = c.id and v.closed_at is null) then
    perform refuse('cases_supervised');
  end if;
  -- Those that repeat it wait for its answer; it may be accepted, but not end without one.
  if p_verdict <> 'accepted' then
    select string_agg(number, ' ' order by id) into repeated_by from cases where original_id = c.id and state = 'duplicate';
    if repeated_by is not null then perform refuse('cases_has_duplicates', repeated_by); end if;
  end if;

  answered := o.state = 'completed' and o.publication = 'published';
  perform leave_case(c);
  if p_verdict = 'accepted' then
    perform leave_clock(c);
    -- Ended by mistake, it goes on from where it had begun.
    update cases set state = 'accepted', ending_code = null, ending_text = '', original_id = null, answer_id = null, answered_at = null,
      unit_id = null, assisting_ids = '{}', accepted_at = coalesce(accepted_at, minyi_clock()),
      clock_id = start_clock(case_rule(c), coalesce(c.accepted_at, minyi_clock()), null)
    where id = c.id;
    perform copy_case_clock(c.id);
  else
    update cases set state = p_verdict, ending_code = p_code, ending_text = coalesce(p_text, ''), original_id = o.id, warning = 'none', reminders = 0,
      answer_id = case when answered then o.answer_id end, answered_at = case when answered then minyi_clock() end
    where id = c.id;
  end if;
  e := record_case(c.id, case when c.state = 'received' then 'screened' else 'rescreened' end, c.state, p_verdict, p_code);
  perform remark_case(c.id, 'screening', p_reason);
  perform tell_author(c.id, case when p_verdict = 'accepted' then 'accepted' when answered then 'answered' else 'not_accepted' end, e, p_verdict);
end $$;

-- Published: its author is told, and who asked the same before now has an answer that they may read.
create or replace function publish_answer(c cases, p_reply_id bigint, p_staff_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  d record;
begin
  update replies set published_by = p_staff_id, published_at = moment where id = p_reply_id;
  update cases set publication = 'published', published_at = moment where id = c.id;
  perform tell_author(c.id, 'published', record_case(c.id, 'published', null, null, null));
  for d in update cases set answer_id = p_reply_id, answered_at = moment where original_id = c.id and state = 'duplicate' returning id loop
    perform tell_author(d.id, 'answered', record_consequence(d.id, 'answered', null, null, 'original'));
  end loop;
end $$;

-- It will not be public after all.
create function cases_never_public() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform release_duplicates(new.id, 'original_not_public');
  return null;
end $$;
create trigger cases_not_publishable after update of publishable on cases for each row
  when (old.publishable and not new.publishable) execute function cases_never_public();

-- Nobody has to answer any longer what was supervised.
create function end_supervision(p_case_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update supervisions set closed_at = minyi_clock(), finding = 'needless' where case_id = p_case_id and closed_at is null;
  if found then perform record_consequence(p_case_id, 'supervision_closed', null, null, 'needless'); end if;
end $$;

-- Takes every word out of a case: anybody may have quoted its author.
create function blank_case(p_case_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update case_remarks set body = '—' where case_id = p_case_id;
  update replies set body = '—', public_title = '—', public_question = '—', public_answer = '—',
    review_note = case when review_note = '' then '' else '—' end where case_id = p_case_id;
  update case_extensions set reason = '—', note = case when note = '' then '' else '—' end where case_id = p_case_id;
  update supervisions set demand = '—', answer = case when answer = '' then '' else '—' end,
    finding_text = case when finding_text = '' then '' else '—' end where case_id = p_case_id;
  update cases set title = '—', place = '', ending_text = case when ending_text = '' then '' else '—' end where id = p_case_id;
  delete from case_words where case_id = p_case_id;
$$;

create or replace function cases_withdrawn() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
begin
  select * into c from cases where submission_id = new.id for update;
  if not found then return null; end if;
  perform blank_case(c.id);
  -- Files of a reply that nobody was given.
  with gone as (
    delete from reply_attachments x using replies r where r.id = x.reply_id and r.case_id = c.id returning x.attachment_id
  )
  update attachments set expires_at = minyi_clock(), unit_ids = '{}' where id in (select attachment_id from gone);
  if not c.is_open then return null; end if;
  perform leave_case(c);
  perform end_supervision(c.id);
  update cases set state = 'withdrawn', warning = 'none', reminders = 0 where id = c.id;
  perform record_case(c.id, 'withdrawn', c.state, 'withdrawn', null);
  perform release_duplicates(c.id, 'original_withdrawn');
  return null;
end $$;

-- Sealed: every word about it leaves what anybody reads, and nobody is waited for any longer.
create or replace function cases_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  seal bigint;
begin
  select * into c from cases where submission_id = new.id for update;
  if not found then return null; end if;
  select id into seal from seals where submission_id = new.id and declined_at is null;
  insert into sealed_contents values (seal, 'case', c.id, concat_ws(e'\n', c.title, c.place, c.ending_text));
  insert into sealed_contents select seal, 'case_remark', id, body from case_remarks where case_id = c.id;
  insert into sealed_contents select seal, 'reply', id, concat_ws(e'\n', body, public_title, public_question, public_answer)
    from replies where case_id = c.id;
  perform blank_case(c.id);
  update attachments set unit_ids = '{}' where id in (select x.attachment_id from replies r join reply_attachments x on x.reply_id = r.id
      where r.case_id = c.id union all select r.paper_scan_id from replies r where r.case_id = c.id);
  perform release_duplicates(c.id, 'original_sealed');
  if not c.is_open then return null; end if;
  perform leave_case(c);
  perform end_supervision(c.id);
  update cases set state = 'sealed', warning = 'none', reminders = 0 where id = c.id;
  perform record_case(c.id, 'sealed', c.state, 'sealed', null);
  return null;
end $$;

-- Somebody may come to harm: who was called is on record whatever else may be changed, and the case is due by the rule for what is urgent,
-- counted from now, unless it was due before.
create or replace function record_emergency(p_id bigint, p_called text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  moment timestamptz := minyi_clock();
  started bigint;
begin
  perform require_role(array[c.office_id, c.unit_id], 'organiser', 'clerk');
  if not c.is_open then perform refuse('cases_open'); end if;
  if coalesce(p_called, '') = '' then perform refuse('cases_emergency_called'); end if;
  perform record_case(p_id, 'emergency', null, null, null);
  perform remark_case(p_id, 'emergency', p_called);
  if c.urgency <> 'urgent' then
    update cases set urgency = 'urgent' where id = p_id;
    perform record_case(p_id, 'urgency_set', null, null, 'urgent');
  end if;
  if c.paused_at is null and c.due_at <= (select due_at from clock_due(c.kind || '.urgent', moment, c.unit_id)) then return; end if;
  -- Its author was told that it stands still.
  if c.paused_at is not null then perform end_pause(c, 'emergency'); end if;
  started := start_clock(c.kind || '.urgent', moment, c.unit_id);
  if c.state = 'received' then
    perform stop_clock(c.screening_clock_id);
    update cases set screening_clock_id = started where id = p_id;
  else
    perform stop_clock(c.clock_id);
    perform leave_clock(c);
    update cases set clock_id = started where id = p_id;
    update case_extensions set lapsed_at = moment where case_id = p_id and decided_at is null and lapsed_at is null;
  end if;
  perform copy_case_clock(p_id);
end $$;

do $$
declare f text;
begin
  foreach f in array array['leave_clock(cases)', 'end_supervision(bigint)', 'record_consequence(bigint, text, text, text, text)', 'release_duplicates(bigint, text)', 'cases_never_public()', 'blank_case(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
end $$;
