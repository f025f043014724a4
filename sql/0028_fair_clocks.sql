-- Clocks that are fair to everyone: days are counted from receipt, nobody is warned on the first day, what is put off comes back, and an
-- extension is granted in time and as far as a rule allows.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation, ban-drop-function
-- (Widened only: every row there fits. Of pauses there are some hundred.)

-- ---- How far ------------------------------------------------------------------------------------------------------------------
-- 30 working days were found for difficult matters of one county; everything else ends at 15 in the rules that were found. A county
-- that has set a number of its own keeps it.
update legal_rules set amount = 15, basis = '外县网络问政办理规则、黄山市长信箱：延期后最长15个工作日',
  scope = '外地做法，供参考；疑难或涉及几个单位的另有一条；本县的规定另行设置'
where code = 'message.ceiling' and unit_id is null and valid_from = date '2015-01-01' and amount = 30 and not binding;
insert into legal_rules (code, name, kind, amount, measure, day_kind, basis, scope, binding, valid_from) values
  ('message.ceiling_difficult', '疑难留言延期后的最长期限', 'limit', 30, 'days', 'working', '赫章县留言办理规则：重难件最长30个工作日',
   '外地做法，供参考；同一规则另有15个工作日的；本县的规定另行设置', false, date '2015-01-01');

-- The last day that an extension may ask for: as long as the rule of its urgency says, and the days on which the clock stood still.
-- Nothing for whom the case is not there.
create or replace function case_ceiling(p_case_id bigint) returns date
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select d.due_on from cases c join clocks k on k.id = c.clock_id
  cross join lateral rule_at(c.kind || case c.urgency when 'difficult' then '.ceiling_difficult' else '.ceiling' end, k.started_at, k.unit_id) r
  cross join lateral due_of(r, k.started_at, k.unit_id, null, array(select tstzrange(p.from_at, p.until_at, '[]') from clock_pauses p
    where p.clock_id = k.id and p.until_at is not null order by p.from_at)) d
  where c.id = p_case_id and c.unit_ids && actor_units() and not concerns('case', c.id, actor_staff())
$$;

-- What was asked for in time is granted in time: a date that has passed is not moved, and no ceiling is passed that has moved since.
create or replace function decide_extension(p_id bigint, p_granted boolean, p_note text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  x case_extensions;
  c cases := hold_case((select case_id from case_extensions where id = p_id));
  e bigint;
begin
  select * into x from case_extensions where id = p_id for update;
  perform require_role(array[c.office_id], 'organiser', 'clerk', 'approver');
  if x.decided_by = actor_staff() and x.granted = p_granted then return; end if;
  if x.decided_at is not null or x.lapsed_at is not null then perform refuse('case_extensions_pending'); end if;
  if x.asked_by = actor_staff() then perform refuse('case_extensions_second_person'); end if;
  if not p_granted and coalesce(p_note, '') = '' then perform refuse('case_extensions_why'); end if;
  if p_granted and c.paused_at is null and c.due_at <= minyi_clock() then perform refuse('case_extensions_granted_in_time', c.due_on::text); end if;
  if p_granted and x.new_due_on > case_ceiling(c.id) then perform refuse('case_extensions_within_ceiling', case_ceiling(c.id)::text); end if;
  update case_extensions set decided_by = actor_staff(), decided_at = minyi_clock(), granted = p_granted, note = coalesce(p_note, '') where id = p_id;
  if p_granted then
    perform extend_clock(c.clock_id, x.new_due_on);
    update cases set warning = 'none', reminders = 0 where id = c.id;
  end if;
  e := record_case(c.id, case when p_granted then 'extension_granted' else 'extension_refused' end, null, null, x.new_due_on::text);
  if p_granted then perform tell_author(c.id, 'extended', e); end if;
  perform tell_staff(c.id, 'extension_decided', array[c.unit_id], array['organiser', 'clerk', 'approver'], e::text);
end $$;

-- ---- Days used ------------------------------------------------------------------------------------------------------------------
-- Working days from a day through another, less those on which a clock stood still: those are the citizen's, or a third party's.
drop function clock_days_used(bigint, date);
create function clock_days_used(p_clock_id bigint, p_from date, p_day date) returns int
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select working_days_between(p_from, p_day, k.unit_id)
    - coalesce((select sum(working_days_between(china_day(p.from_at), china_day(p.until_at), k.unit_id)) from clock_pauses p where p.clock_id = k.id), 0)::int
  from clocks k where k.id = p_clock_id
$$;
alter function clock_days_used(bigint, date, date) owner to minyi_guard;

-- Approved: the clock stops, days used and lateness are fixed, the author is told. Days are counted from receipt, as a citizen counts
-- them; of a case that was opened again both spans, and not the time in which nobody had asked for more.
create or replace function tell_answer(c cases, p_reply_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  began date := case when c.reopened = 0 then c.received_on else (select china_day(started_at) from clocks where id = c.clock_id) end;
  e bigint;
begin
  perform resume_clock(c.clock_id);
  update replies set state = 'told', told_at = moment where id = p_reply_id;
  update cases set state = 'completed', answered_at = moment, answer_id = p_reply_id, warning = 'none', reminders = 0,
    working_days_used = case when c.reopened = 0 then 0 else coalesce(working_days_used, 0) end + clock_days_used(c.clock_id, began, china_day(moment))
      - case when c.reopened = 0 then c.paused_days else 0 end,
    is_late = coalesce(is_late, false) or due_at <= moment,
    publication = case when wants_publication and publishable then 'to_review' else 'none' end,
    -- Which cases are called back is settled by their number, so that nobody chooses.
    callback = case when mod(('x' || substr(md5(number), 1, 6))::bit(24)::int, 100) < case_number_of('case_callback_percent', 10) then 'due' else 'none' end
  where id = c.id;
  perform stop_clock(c.clock_id);
  -- Nobody gives it back any more; a clock that ran on would be counted again with every change of the calendar.
  perform stop_clock(a.clock_id) from case_assignments a where a.case_id = c.id and a.ended_at is null and a.clock_id is not null;
  update case_extensions set lapsed_at = moment where case_id = c.id and decided_at is null and lapsed_at is null;
  e := record_case(c.id, 'answered', 'reviewing', 'completed', null);
  -- Only of the first answer may its author ask for another.
  perform tell_author(c.id, 'answered', e, case when c.reopened = 0 then 'first' else 'again' end);
  if c.wants_publication and c.publishable then
    perform tell_staff(c.id, 'to_approve', case_units(c), array['secrecy_reviewer'], e::text);
  end if;
end $$;

-- What was answered before is counted alike: it lacks the days between receipt and acceptance.
update cases set working_days_used = working_days_used + working_days_between(received_on, china_day(accepted_at), null)
where working_days_used is not null and china_day(accepted_at) > received_on;
update public_messages m set working_days = c.working_days_used from cases c where c.id = m.case_id and m.working_days <> c.working_days_used;

-- ---- Screening in time ------------------------------------------------------------------------------------------------------
-- The office, too, has a limit. Whether it was kept stays with the case; while it is received, its day is that of screening.
alter table cases add column screened_late boolean not null default false;
update cases c set screened_late = true from clocks k
where k.id = c.screening_clock_id and c.state not in ('received', 'withdrawn', 'sealed') and k.stopped_at >= k.due_at;
create index cases_screened_late on cases (received_on) where screened_late;
create index cases_unscreened on cases (received_on, due_at) where state = 'received';

create function case_screened() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  new.screened_late := old.screened_late or old.due_at <= minyi_clock();
  return new;
end $$;
create trigger cases_screened before update of state on cases
  for each row when (old.state = 'received' and new.state not in ('received', 'withdrawn', 'sealed')) execute function case_screened();

-- Of the messages received in these days: how many were screened after their day, or still wait for it though it has passed.
create function screened_late(p_from date, p_through date) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select (select count(*) from cases where screened_late and received_on between p_from and p_through)
    + (select count(*) from cases where state = 'received' and due_at <= minyi_clock() and received_on between p_from and p_through)
$$;
alter function screened_late(date, date) owner to minyi_guard;
grant execute on function screened_late(date, date) to minyi_public, minyi_staff;

-- ---- Pauses that come back --------------------------------------------------------------------------------------------------
insert into site_settings (key, value) values ('case_pause_days', '10');        -- working days until somebody looks whether it still waits
alter table clock_pauses add column review_on date;
update clock_pauses set review_on = china_day(minyi_clock()) where until_at is null;
create index clock_pauses_to_review on clock_pauses (review_on) where until_at is null;

alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review'));

-- The day on which a pause that lasts is looked at again.
create function pause_review_on() returns date
language sql stable set search_path = minyi, pg_temp
as $$ select counted_day(china_day(minyi_clock()), greatest(1, case_number_of('case_pause_days', 10)), 'working', 0) $$;
alter function pause_review_on() owner to minyi_guard;

-- The clock stands still while somebody else has to act. The author is told why; what the office writes about it stands on the receipt.
create or replace function pause_case(p_id bigint, p_code text, p_remark text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.paused_at is not null then return; end if;
  if c.state not in ('accepted', 'assigned') then perform refuse('cases_pausable'); end if;
  if p_code not in ('citizen', 'third_party') or coalesce(p_remark, '') = '' then perform refuse('cases_pause_reason'); end if;
  perform pause_clock(c.clock_id, p_code);
  update clock_pauses set review_on = pause_review_on() where clock_id = c.clock_id and until_at is null;
  perform remark_case(p_id, 'pause', p_remark, false, true);
  perform tell_author(p_id, 'paused', record_case(p_id, 'paused', null, null, p_code), p_code);
end $$;

-- What was waited for has come; the code says by whose word, where it was not the office's.
create function end_pause(c cases, p_code text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform resume_clock(c.clock_id);
  perform tell_author(c.id, 'resumed', record_case(c.id, 'resumed', null, null, p_code),
    (select p.reason from clock_pauses p where p.clock_id = c.clock_id order by p.from_at desc limit 1));
end $$;
alter function end_pause(cases, text) owner to minyi_guard;

create or replace function resume_case(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.paused_at is null or not c.is_open then return; end if;
  perform end_pause(c, null);
end $$;

-- A word more from its author, while the matter is open; where the clock waits for just that, it goes on. Returns added, already (the
-- same form again), empty, too_long, too_many, closed, or unknown where number and code do not fit.
create or replace function add_to_message(p_number text, p_code_mac bytea, p_key uuid, p_body text) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  made int;
begin
  -- Everyone who works on a case takes its row first.
  select k.* into c from cases k join submissions t on t.id = k.submission_id join messages m on m.submission_id = t.id
  where t.number = p_number and t.code_mac = p_code_mac and t.withdrawn_at is null and t.sealed_at is null for update of k, t;
  if not found then return 'unknown'; end if;
  if exists (select from message_additions where key = p_key) then return 'already'; end if;
  if char_length(coalesce(p_body, '')) = 0 then return 'empty'; end if;
  if char_length(p_body) > 1000 then return 'too_long'; end if;
  if not c.is_open then return 'closed'; end if;
  select coalesce(max(ordinal), 0) + 1 into made from message_additions where submission_id = c.submission_id;
  if made > 20 then return 'too_many'; end if;
  insert into message_additions (submission_id, ordinal, key, body, added_at) values (c.submission_id, made, p_key, p_body, minyi_clock());
  insert into events (at, subject, subject_id, kind, code, unit_ids) values (minyi_clock(), 'case', c.id, 'addition_received', made::text, c.unit_ids);
  if exists (select from clock_pauses p where p.clock_id = c.clock_id and p.until_at is null and p.reason = 'citizen') then
    perform end_pause(c, 'addition');
    perform tell_staff(c.id, 'addition', array[c.office_id, c.unit_id], array['organiser', 'clerk'], made::text);
  else
    perform tell_author(c.id, 'addition_received', made);
    perform tell_staff(c.id, 'addition', array[coalesce(c.unit_id, c.office_id)], array['organiser', 'clerk'], made::text);
  end if;
  return 'added';
end $$;

-- ---- The ladder ---------------------------------------------------------------------------------------------------------------
-- Early, yellow, red by the working days left, then overdue, which is reminded of again and again. A limit begins on the day after: on its
-- first day nobody is warned, and one of a day or two skips the rungs that its length does not reach. A pause is looked at when its day
-- has come, and again and again. Two hundred steps a call, each of which tells several people, so
-- that nobody waits long for a row. Returns how many.
create or replace function advance_cases() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  today date := china_day(moment);
  early int := case_number_of('case_early_days', 2);
  yellow int := case_number_of('case_yellow_days', 1);
  red int := case_number_of('case_red_days', 0);
  every int := greatest(1, case_number_of('case_reminder_days', 1));
  supervised int := case_number_of('case_supervision_days', 5);
  step record;
  e bigint;
  steps int := 0;
begin
  for step in
    with pressing as (
      select c.id, c.warning, c.reminders, c.due_at <= moment as over, working_days_between(today, c.due_on, null) as days_left,
        working_days_between(china_day(k.started_at), c.due_on, null) as days_in_all,
        case when c.due_at <= moment then working_days_between(c.due_on, today, null) end as days_over
      from cases c join clocks k on k.id = case when c.state = 'received' then c.screening_clock_id else c.clock_id end
      -- A holiday of two weeks may lie between.
      where c.is_open and c.paused_at is null and c.due_on <= today + greatest(early, yellow, red) * 2 + 15
    ), judged as (
      select p.*, coalesce(p.days_over, 0) / every as next_reminders,
        case when over then 'overdue' when days_left >= days_in_all then 'none'
          when days_left <= red then 'red' when days_left <= yellow then 'yellow' when days_left <= early then 'early'
          else 'none' end as next_warning
      from pressing p
    ), moving as materialized (
      select c.id, j.warning as was, j.next_warning, j.next_reminders, j.days_over
      from (select * from judged where warning <> next_warning or reminders < next_reminders limit 200) j
      join cases c on c.id = j.id and c.is_open and c.warning = j.warning and c.reminders = j.reminders
      for update of c skip locked
    )
    update cases c set warning = m.next_warning, reminders = m.next_reminders from moving m where c.id = m.id
    returning c.id, c.office_id, c.unit_id, m.was, c.warning, m.days_over
  loop
    steps := steps + 1;
    e := record_case(step.id, case when step.was = step.warning then 'reminded' else 'warned' end, null, null,
      case when step.was = step.warning then step.days_over::text else step.warning end);
    continue when step.warning = 'none';
    perform tell_staff(step.id, step.warning, array[coalesce(step.unit_id, step.office_id)],
      array['organiser', 'clerk'] || case when step.warning in ('red', 'overdue') then array['approver'] else '{}'::text[] end, e::text);
    if step.warning = 'overdue' and step.days_over >= supervised then
      perform tell_staff(step.id, 'overdue', array(select id from units where kind = 'office'), array['supervisor'], e || '.supervisor');
    end if;
  end loop;

  for step in
    with due as materialized (
      select p.clock_id, c.id, c.office_id, c.unit_id from clock_pauses p join cases c on c.clock_id = p.clock_id and c.is_open
      where p.until_at is null and p.review_on <= today limit 200 for update of c skip locked
    )
    update clock_pauses p set review_on = pause_review_on() from due d where p.clock_id = d.clock_id and p.until_at is null
    returning d.id, d.office_id, d.unit_id, p.reason
  loop
    steps := steps + 1;
    e := record_case(step.id, 'pause_review', null, null, step.reason);
    perform tell_staff(step.id, 'pause_review', array[step.office_id, step.unit_id], array['organiser', 'clerk'], e::text);
  end loop;
  return steps;
end $$;

-- The author is dissatisfied: once, the unit answers anew, by a new clock of its own, and the county office approves too. Called by the
-- author's door. Returns reopened, or why not: unknown, not_completed, already.
create or replace function reopen_case(p_submission_id bigint, p_reason text) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  e bigint;
begin
  select * into c from cases where submission_id = p_submission_id for update;
  if not found then return 'unknown'; end if;
  if c.reopened > 0 then return 'already'; end if;
  if c.state <> 'completed' then return 'not_completed'; end if;
  update cases set state = 'assigned', reopened = 1, clock_id = start_clock(case_rule(c), minyi_clock(), c.unit_id),
    publication = case when publication = 'published' then 'published' else 'none' end, callback = 'none' where id = c.id;
  perform copy_case_clock(c.id);
  e := record_case(c.id, 'reopened', 'completed', 'assigned', null);
  perform remark_case(c.id, 'reopening', p_reason);
  perform tell_staff(c.id, 'reopened', array[c.office_id, c.unit_id], array['organiser', 'clerk', 'approver'], e::text);
  return 'reopened';
end $$;

-- What a unit owes, for its people and for who stands in for them; for a calendar elsewhere, numbers and days and never a word.
create or replace function calendar_feed(p_token_hash bytea)
returns table (case_id bigint, number text, unit_name text, due_on date, due_at timestamptz, provisional boolean)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select c.id, c.number, u.name, c.due_on, c.due_at, c.provisional
  from calendar_feeds f join staff s on s.id = f.staff_id and s.active
  join units u on exists (select from staff_roles r where r.unit_id = u.id and r.role in ('organiser', 'clerk', 'approver', 'supervisor')
    and r.staff_id in (select standing_for(s.id)))
  join cases c on c.is_open and c.paused_at is null and coalesce(c.unit_id, c.office_id) = u.id
  where f.token_hash = p_token_hash and not s.unit_id = any (c.concerned_unit_ids) and not s.id = any (c.concerned_staff_ids)
  order by c.due_at, c.id limit 1000
$$;
