-- Whoever decides about a reply says which version they read; what was changed since is read again first. The same for who assigns, and
-- for who closes a supervision.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-function, ban-drop-constraint, constraint-missing-not-valid

-- Saves and hands the reply to the unit's head, together with what will be public of it. That is a version of its own: the public words
-- may be others though the reply's are the same.
create or replace function submit_reply(p_case_id bigint, p_version int, p_body text, p_public_title text, p_public_question text, p_public_answer text)
returns table (saved boolean, reply_id bigint, version int, body text, written_by text, written_at timestamptz)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  k record;
  e bigint;
begin
  if c.state = 'reviewing' and r.submitted_by = actor_staff()                                -- a second press
     and (r.body, r.public_title, r.public_question, r.public_answer) = (p_body, p_public_title, p_public_question, p_public_answer) then
    return query select true, r.id, r.version, r.body, s.display_name, r.written_at from staff s where s.id = r.written_by;
    return;
  end if;
  select * into k from save_reply(p_case_id, p_version, p_body);
  if k.saved then
    update replies set state = 'submitted', version = k.version + 1, submitted_by = actor_staff(), submitted_at = minyi_clock(),
      public_title = p_public_title, public_question = p_public_question, public_answer = p_public_answer, public_words_by = actor_staff()
    where id = k.reply_id;
    k.version := k.version + 1;
    update cases set state = 'reviewing' where id = c.id;
    e := record_case(c.id, 'submitted', 'assigned', 'reviewing', null);
    perform tell_staff(c.id, 'to_approve', array[c.unit_id], array['approver'], e::text);
  end if;
  return query select k.saved, k.reply_id, k.version, k.body, k.written_by, k.written_at;
end $$;

-- Somebody, and whom they stand in for today.
create function standing_for(p_staff_id bigint) returns setof bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select p_staff_id
  union
  select absent_id from substitutions where substitute_id = p_staff_id and china_day(minyi_clock()) between from_on and until_on
$$;
alter function standing_for(bigint) owner to minyi_guard;

-- What only a unit's own people may do. A role held in an office counts for every unit, but not here: unless the unit has nobody of its own.
create function require_own(p_unit_id bigint, variadic p_roles text[]) returns void
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_role(array[p_unit_id], variadic p_roles);
  if exists (select from staff_roles r join staff s on s.id = r.staff_id and s.active where r.unit_id = p_unit_id and r.role = any (p_roles))
     and not exists (select from staff_roles r where r.unit_id = p_unit_id and r.role = any (p_roles)
       and r.staff_id in (select standing_for(actor_staff()))) then
    raise exception 'only the head of the unit' using errcode = '42501', constraint = 'cases_head_of_unit';
  end if;
end $$;
alter function require_own(bigint, text[]) owner to minyi_guard;

-- Whose case it is now: the office's that screened it, the unit's that owes the answer, those that assist.
create function case_units(c cases) returns bigint[]
language sql immutable set search_path = minyi, pg_temp
as $$ select array_remove(array[c.office_id, c.unit_id] || c.assisting_ids, null) $$;
alter function case_units(cases) owner to minyi_guard;

-- The unit's head approves the version they read, on screen or on paper; for difficult and re-opened cases then the county office; then
-- the answer is told. Whoever comes second finds that it is no longer pending.
drop function approve_reply(bigint, boolean, text, text, date, uuid);
create function approve_reply(p_case_id bigint, p_version int, p_granted boolean, p_note text, p_signer text, p_signed_on date, p_scan uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  on_paper boolean := coalesce(p_signer, '') <> '';
  by_office boolean := r.state = 'approved';
  e bigint;
begin
  if on_paper then perform require_own(c.unit_id, 'organiser', 'clerk', 'approver');
  elsif by_office then perform require_role(array[c.office_id], 'approver');
  else perform require_own(c.unit_id, 'approver'); end if;
  -- A second press of the same button.
  if p_granted and r.state = 'told' and coalesce(r.office_approved_by, r.approved_by) = actor_staff() then return; end if;
  if p_granted and by_office and r.approved_by = actor_staff() then
    -- Who could approve for the office as well has to know that somebody else must.
    if c.office_id = any (actor_units_as('approver')) then perform refuse('replies_office_third_person'); end if;
    return;
  end if;
  if c.state <> 'reviewing' or r.state not in ('submitted', 'approved') or on_paper and by_office then perform refuse('replies_pending'); end if;
  if r.version is distinct from p_version then perform refuse('replies_changed_meanwhile'); end if;
  if r.submitted_by = actor_staff() then perform refuse('replies_second_person'); end if;
  if not p_granted then
    if coalesce(p_note, '') = '' then perform refuse('replies_return_why'); end if;
    perform reopen_draft(r);
    update cases set state = 'assigned' where id = c.id;
    e := record_case(c.id, 'returned', 'reviewing', 'assigned', case when by_office then 'office' else 'unit' end);
    perform remark_case(c.id, 'return', p_note);
    perform tell_staff(c.id, 'returned', array[c.unit_id], array['organiser', 'clerk'], e::text);
    return;
  end if;
  if on_paper then
    if p_signer = (select display_name from staff where id = r.submitted_by) then perform refuse('replies_second_person'); end if;
    if p_signed_on not between china_day(r.submitted_at) and china_day(minyi_clock()) then perform refuse('replies_paper_dated'); end if;
    perform claim_case_file(c, p_scan);
  end if;
  if by_office then
    update replies set office_approved_by = actor_staff(), office_approved_at = minyi_clock() where id = r.id;
  else
    update replies set state = 'approved', approved_by = actor_staff(), approved_at = minyi_clock(), paper_signer = coalesce(p_signer, ''),
      paper_signed_on = case when on_paper then p_signed_on end, paper_scan_id = case when on_paper then p_scan end
    where id = r.id;
  end if;
  e := record_case(c.id, 'approved', null, null, case when by_office then 'office' when on_paper then 'paper' else 'unit' end);
  perform remark_case(c.id, 'decision', p_note);
  if not by_office and (c.urgency = 'difficult' or c.reopened > 0) and c.unit_id <> c.office_id then
    perform tell_staff(c.id, 'to_approve', array[c.office_id], array['approver'], e::text);
  else
    perform tell_answer(c, r.id);
  end if;
end $$;

-- 保密审查 of exactly the words that will be public, by a second person who read this version of them. Passed, they go out if that is
-- set; else the office sends them.
drop function review_publication(bigint, boolean, text);
create function review_publication(p_case_id bigint, p_version int, p_passed boolean, p_note text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  e bigint;
begin
  perform require_role(case_units(c), 'secrecy_reviewer');
  if r.reviewed_by = actor_staff() and r.review_passed = p_passed and c.publication <> 'to_review' then return; end if;
  if c.publication <> 'to_review' then perform refuse('replies_reviewable'); end if;
  if r.version is distinct from p_version then perform refuse('replies_changed_meanwhile'); end if;
  if not p_passed and coalesce(p_note, '') = '' then perform refuse('replies_review_why'); end if;
  if p_passed and r.public_question = '' then perform refuse('replies_question_worded'); end if;
  update replies set reviewed_by = actor_staff(), reviewed_at = minyi_clock(), review_passed = p_passed, review_note = coalesce(p_note, '') where id = r.id;
  update cases set publication = case when p_passed then 'cleared' else 'returned' end where id = c.id;
  e := record_case(c.id, 'secrecy_reviewed', null, null, case when p_passed then 'passed' else 'returned' end);
  if not p_passed then
    perform tell_staff(c.id, 'returned', array[c.office_id, c.unit_id], array['organiser', 'clerk'], e::text);
  elsif case_number_of('case_auto_publish', 1) = 1 then
    perform publish_answer(c, r.id, null);
  end if;
end $$;

-- What will be public is worded anew, over the version that was read. It is reviewed again.
drop function word_publication(bigint, text, text, text);
create function word_publication(p_case_id bigint, p_version int, p_title text, p_question text, p_answer text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  e bigint;
begin
  perform require_role(array[c.office_id, c.unit_id], 'organiser', 'clerk');
  if (r.public_title, r.public_question, r.public_answer) = (p_title, p_question, p_answer) then
    -- A second press; or nothing was changed of what was sent back, and nobody would look at it again.
    if c.publication = 'returned' then perform refuse('replies_not_reworded'); end if;
    return;
  end if;
  if c.publication not in ('to_review', 'returned', 'cleared') then perform refuse('replies_rewordable'); end if;
  if r.version is distinct from p_version then perform refuse('replies_changed_meanwhile'); end if;
  update replies set version = r.version + 1, public_title = p_title, public_question = p_question, public_answer = p_answer,
    public_words_by = actor_staff(), reviewed_by = null, reviewed_at = null, review_passed = null, review_note = '' where id = r.id;
  update cases set publication = 'to_review' where id = c.id;
  e := record_case(c.id, 'reworded', null, null, null);
  perform tell_staff(c.id, 'to_approve', case_units(c), array['secrecy_reviewer'], e::text);
end $$;

-- Somebody else's act may have come first: everything is read once the case is held.
create or replace function answer_supervision(p_id bigint, p_answer text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v supervisions;
  c cases := hold_case((select case_id from supervisions where id = p_id));
begin
  select * into v from supervisions where id = p_id for update;
  perform require_own(v.unit_id, 'approver');
  if v.answer = p_answer then return; end if;
  if v.closed_at is not null then perform refuse('supervisions_open'); end if;
  if coalesce(p_answer, '') = '' then perform refuse('supervisions_answered'); end if;
  update supervisions set answer = p_answer, answered_by = actor_staff(), answered_at = minyi_clock() where id = p_id;
  perform record_case(c.id, 'supervision_answered', null, null, p_id::text);
end $$;

create or replace function close_supervision(p_id bigint, p_finding text, p_text text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v supervisions;
  c cases := hold_case((select case_id from supervisions where id = p_id));
begin
  select * into v from supervisions where id = p_id for update;
  perform require_role(c.unit_ids, 'supervisor');
  if v.closed_by = actor_staff() and v.finding = p_finding then return; end if;
  if v.closed_at is not null then perform refuse('supervisions_open'); end if;
  if v.answered_at is null and p_finding <> 'needless' then perform refuse('supervisions_answered'); end if;
  update supervisions set closed_by = actor_staff(), closed_at = minyi_clock(), finding = p_finding, finding_text = coalesce(p_text, '') where id = p_id;
  perform record_case(c.id, 'supervision_closed', null, null, p_finding);
end $$;

-- ---- Whose clock ------------------------------------------------------------------------------------------------------------
-- The clock of an answer goes by the rule and the closures of the unit that owes it, from the same start.
alter table clock_changes drop constraint clock_changes_cause;
alter table clock_changes add constraint clock_changes_cause check (cause in ('calendar', 'paused', 'resumed', 'extended', 'unit'));

create function scope_clock(p_id bigint, p_unit_id bigint) returns void
language plpgsql set search_path = minyi, pg_temp
as $$
declare
  k clocks := running_clock(p_id);
  version bigint := calendar_version();
  r legal_rules := rule_at((select code from legal_rules where id = k.rule_id), k.started_at, p_unit_id);
  d record;
begin
  if k.unit_id is not distinct from p_unit_id and k.rule_id = r.id then return; end if;
  if k.paused_at is not null then              -- counted when it goes on
    update clocks set unit_id = p_unit_id, rule_id = r.id where id = k.id;
    return;
  end if;
  select due.* into d from due_of(r, k.started_at, p_unit_id, k.extended_to, pauses_of(k)) due;
  if d.due_on <> k.due_on then
    insert into clock_changes (clock_id, at, cause, old_due_on, new_due_on) values (k.id, minyi_clock(), 'unit', k.due_on, d.due_on);
  end if;
  update clocks set unit_id = p_unit_id, rule_id = r.id, due_on = d.due_on, due_at = d.due_at, provisional = d.provisional, calendar_version = version
  where id = k.id;
end $$;
alter function scope_clock(bigint, bigint) owner to minyi_guard;

-- Whoever holds the case holds it no longer; how it came to that. What they asked for goes with them.
create or replace function end_assignment(c cases, p_how text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update case_extensions set lapsed_at = minyi_clock() where case_id = c.id and decided_at is null and lapsed_at is null;
  if c.unit_id is null then return; end if;
  perform stop_clock(clock_id) from case_assignments where case_id = c.id and ended_at is null and clock_id is not null;
  update case_assignments set ended_at = minyi_clock(), ended_how = p_how where case_id = c.id and ended_at is null;
  perform learn_words(c, c.unit_id, -1);
end $$;

create or replace function leave_case(c cases) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform stop_clock(c.screening_clock_id);
  if c.clock_id is not null then perform stop_clock(c.clock_id); end if;
  perform end_assignment(c, 'ended');
end $$;

-- People whom a submission names in words nobody of the county is called by: the office looks who is meant before it goes anywhere.
alter table cases add column concerned_unchecked boolean not null default false;

-- To a unit, or from the one that had it (null: none) as the assigner saw it to another. The citizen's clock goes on; the unit has hours
-- of its own in which to give it back.
drop function assign_case(bigint, bigint, bigint[], text, text);
create function assign_case(p_id bigint, p_unit_id bigint, p_from_unit_id bigint, p_assisting_ids bigint[], p_urgency text, p_remark text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  e bigint;
  assisting bigint[] := array(select distinct u from unnest(p_assisting_ids) u order by u);
  moved boolean := c.unit_id is distinct from p_unit_id;
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.state not in ('accepted', 'assigned') then perform refuse('cases_assignable'); end if;
  if moved and c.unit_id is distinct from p_from_unit_id then perform refuse('cases_assigned_meanwhile'); end if;
  if c.concerned_unchecked then perform refuse('cases_concerned_unchecked'); end if;
  if exists (select from unnest(assisting || p_unit_id) n (id) left join units u on u.id = n.id and u.valid_until is null where u.id is null) then
    perform refuse('cases_units_there');
  end if;
  if p_unit_id = any (assisting) then perform refuse('cases_assisting_others'); end if;
  perform set_case_urgency(p_id, p_urgency);
  if moved then perform end_assignment(c, 'reassigned'); end if;
  update cases set unit_id = p_unit_id, assisting_ids = assisting, state = 'assigned', assigned_at = case when moved then minyi_clock() else assigned_at end
  where id = p_id;
  perform scope_clock(n.clock_id, p_unit_id) from cases n where n.id = p_id;
  if c.assisting_ids <> assisting then
    e := record_case(p_id, 'assisting_set', null, null, array_to_string(assisting, ','));
    perform tell_staff(p_id, 'assigned', array(select u from unnest(assisting) u where u <> all (c.assisting_ids)), array['organiser', 'clerk'], e::text);
  end if;
  if moved then
    insert into case_assignments (case_id, unit_id, assigned_by, assigned_at, clock_id)
    values (p_id, p_unit_id, actor_staff(), minyi_clock(), start_clock(c.kind || '.give_back', minyi_clock(), p_unit_id));
    perform learn_words(c, p_unit_id, 1);
    e := record_case(p_id, 'assigned', c.state, 'assigned', p_unit_id::text);
    perform tell_author(p_id, 'assigned', e);
    perform tell_staff(p_id, 'assigned', array[p_unit_id], array['organiser', 'clerk'], e::text);
  end if;
  perform remark_case(p_id, 'assignment', p_remark);
end $$;

do $$
declare f text;
begin
  foreach f in array array['approve_reply(bigint, int, boolean, text, text, date, uuid)', 'review_publication(bigint, int, boolean, text)',
    'word_publication(bigint, int, text, text, text)', 'assign_case(bigint, bigint, bigint, bigint[], text, text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
