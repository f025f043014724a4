-- What a unit owes: a case file with a clock, from screening to the answer, its review and publication. A case hangs on a
-- submission and knows nothing of what kind of submission it is: messages are its first tenant.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, ban-drop-not-null, adding-foreign-key-constraint
-- (Some hundred rows each, and submissions and events: one check more is a scan of some seconds, once.)

create extension if not exists btree_gin schema public;

-- A submission may concern units and people. It is hidden from them, whatever roles they hold.
alter table submissions add column concerned_unit_ids bigint[] not null default '{}', add column concerned_staff_ids bigint[] not null default '{}';
alter table attachments add column concerned_unit_ids bigint[] not null default '{}', add column concerned_staff_ids bigint[] not null default '{}';
alter table submissions drop constraint submissions_kind;
alter table submissions add constraint submissions_kind check (kind in ('comment', 'message'));
alter table submissions alter column procedure_id drop not null, alter column edition_id drop not null;
alter table submissions add constraint submissions_about check ((kind = 'comment') = (procedure_id is not null and edition_id is not null));

-- 督查: opens and closes supervisions.
alter table staff_roles drop constraint staff_roles_role;
alter table staff_roles add constraint staff_roles_role check (role in
  ('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'administrator', 'duty_officer', 'supervisor'));

insert into site_settings (key, value) values
  ('message_office', ''),                       -- code of the unit that screens and assigns; empty: the first office
  ('case_early_days', '2'), ('case_yellow_days', '1'), ('case_red_days', '0'),   -- working days left
  ('case_reminder_days', '1'), ('case_supervision_days', '5'),                   -- working days overdue
  ('case_callback_percent', '10'), ('case_auto_publish', '1');

-- The unit a person belongs to, whatever roles in other units they hold or stand in for.
create function actor_home_unit() returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$ select unit_id from staff where id = actor_staff() $$;
alter function actor_home_unit() owner to minyi_guard;
grant execute on function actor_home_unit() to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;

create table cases (
  id bigint generated always as identity primary key,
  number text not null constraint cases_number unique,          -- the submission's
  kind text not null constraint cases_kind check (kind in ('message')),
  topic text not null constraint cases_topic check (topic ~ '^[a-z_]{1,30}$'),   -- the tenant's own kind: inquiry, complaint …
  submission_id bigint not null references submissions constraint cases_submission unique,
  title text not null constraint cases_title_length check (char_length(title) <= 200),
  place text not null default '' constraint cases_place_length check (char_length(place) <= 200),
  office_id bigint not null references units,                   -- screens and assigns
  unit_id bigint references units,                              -- 主办
  assisting_ids bigint[] not null default '{}',                 -- 协办
  concerned_unit_ids bigint[] not null default '{}',
  concerned_staff_ids bigint[] not null default '{}',
  unit_ids bigint[] not null default '{}',                      -- who may see it: office, primary, assisting, who held it before
  urgency text not null default 'ordinary' constraint cases_urgency check (urgency in ('urgent', 'ordinary', 'complex', 'difficult')),
  state text not null default 'received' constraint cases_state check (state in
    ('received', 'accepted', 'assigned', 'reviewing', 'completed', 'declined', 'invalid', 'duplicate', 'redirected',
     'information_request', 'withdrawn')),
  is_open boolean generated always as (state in ('received', 'accepted', 'assigned', 'reviewing')) stored,
  ending_code text,
  ending_text text not null default '' constraint cases_ending_text_length check (char_length(ending_text) <= 2000),
  original_id bigint references cases,                          -- the case this one repeats
  received_at timestamptz not null,
  received_on date not null,                                    -- entered for other doors: the day it reached the unit
  accepted_at timestamptz,
  assigned_at timestamptz,
  answered_at timestamptz,                                      -- approved and told: the clock stops
  published_at timestamptz,
  answer_id bigint,                                             -- the last reply that was told
  working_days_used int,
  is_late boolean,
  clock_id bigint references clocks,
  screening_clock_id bigint references clocks,
  -- Copied from the clock that runs: of screening while it is received, of the answer afterwards. While it is paused: as they were.
  due_on date,
  due_at timestamptz,
  provisional boolean not null default false,
  paused_at timestamptz,
  warning text not null default 'none' constraint cases_warning check (warning in ('none', 'early', 'yellow', 'red', 'overdue')),
  reminders int not null default 0,                             -- how often it was reminded of since it is overdue
  reopened int not null default 0,
  wants_publication boolean not null default false,             -- the author agreed
  publishable boolean not null default true,                    -- false: never, whatever the author agreed to
  publication text not null default 'none' constraint cases_publication check (publication in
    ('none', 'to_review', 'returned', 'cleared', 'published')),
  callback text not null default 'none' constraint cases_callback check (callback in ('none', 'due', 'done')),
  -- Never proposed, assigned or asked to assist, whatever the words suggest.
  constraint cases_office_not_concerned check (office_id <> all (concerned_unit_ids)),
  constraint cases_unit_not_concerned check (unit_id <> all (concerned_unit_ids)),
  constraint cases_assisting_not_concerned check (not assisting_ids && concerned_unit_ids),
  constraint cases_hidden_from_concerned check (not unit_ids && concerned_unit_ids),
  constraint cases_assisting_others check (unit_id <> all (assisting_ids)),
  constraint cases_not_own_original check (original_id <> id),
  -- Why it ended without an answer. That the author is not named is no reason.
  constraint cases_ending check (coalesce(case state
    when 'declined' then ending_text <> '' and ending_code in ('internal', 'official_letter', 'already_answered', 'petition_pending', 'not_a_matter')
    when 'invalid' then ending_code in ('blank', 'test', 'advertising', 'unreadable', 'abuse')
    when 'redirected' then ending_text <> '' and ending_code in ('other_organ', 'other_county', 'petition', 'court', 'discipline')
    when 'information_request' then ending_text <> '' and ending_code is null
    when 'duplicate' then original_id is not null and ending_code is null
    else ending_code is null and ending_text = '' end, false)),
  constraint cases_original_of_duplicate check (original_id is null or state = 'duplicate'),
  constraint cases_assigned_to check (state not in ('assigned', 'reviewing') or unit_id is not null)
);
-- The desk's list, most pressing first; what is over, newest first. Each unit finds its own rows at one place of the index.
create index cases_of_office on cases (office_id, due_at, id) where is_open;
create index cases_of_unit on cases (unit_id, due_at, id) where is_open;
create index cases_of_office_newest on cases (office_id, id);
create index cases_of_unit_newest on cases (unit_id, id);
create index cases_assisted on cases using gin (assisting_ids) where is_open;
create index cases_pressing on cases (due_on) where is_open;
create index cases_to_publish on cases (office_id, publication, answered_at, id) where publication in ('to_review', 'returned', 'cleared');
create index cases_to_publish_of_unit on cases (unit_id, publication, answered_at, id) where publication in ('to_review', 'returned', 'cleared');
create index cases_to_call_back on cases (office_id, answered_at, id) where callback = 'due';
create index cases_to_call_back_of_unit on cases (unit_id, answered_at, id) where callback = 'due';
create index cases_of_original on cases (original_id) where original_id is not null;
create index cases_by_clock on cases (clock_id);
create index cases_by_screening_clock on cases (screening_clock_id) where state = 'received';

-- Whose turn it was, and until when a unit could give it back.
create table case_assignments (
  id bigint generated always as identity primary key,
  case_id bigint not null references cases,
  unit_id bigint not null references units,
  assigned_by bigint references staff,
  assigned_at timestamptz not null,
  clock_id bigint references clocks,             -- of the hours in which it can be given back
  ended_at timestamptz,
  ended_how text constraint case_assignments_ended_how check (ended_how in ('given_back', 'reassigned', 'ended')),
  constraint case_assignments_end check ((ended_at is null) = (ended_how is null))
);
create unique index case_assignments_one_current on case_assignments (case_id) where ended_at is null;
create index case_assignments_of_case on case_assignments (case_id, id);

-- Free text about a case: reasons, remarks, notes, opinions of assisting units. Events hold codes only; this can be erased.
create table case_remarks (
  id bigint generated always as identity primary key,
  case_id bigint not null references cases,
  at timestamptz not null,
  staff_id bigint references staff,
  unit_id bigint references units,               -- of who wrote it
  kind text not null constraint case_remarks_kind check (kind in ('note', 'remark', 'opinion', 'screening', 'emergency', 'assignment',
    'give_back', 'return', 'pause', 'extension', 'decision', 'supervision', 'call_back', 'reopening', 'publication', 'concerned')),
  body text not null constraint case_remarks_length check (char_length(body) between 1 and 2000),
  is_private boolean not null default false,     -- for the unit of who wrote it
  to_citizen boolean not null default false
);
create index case_remarks_of_case on case_remarks (case_id, id);

-- Replies: the first, and after a re-opening the next. The draft is written in place, under a version, so that two people never
-- overwrite each other.
create table replies (
  id bigint generated always as identity primary key,
  case_id bigint not null references cases,
  ordinal int not null,
  unit_id bigint not null references units,
  body text not null default '' constraint replies_length check (char_length(body) <= 20000),
  version int not null default 1,
  state text not null default 'draft' constraint replies_state check (state in ('draft', 'submitted', 'approved', 'told')),
  written_by bigint not null references staff,
  written_at timestamptz not null,
  submitted_by bigint references staff,
  submitted_at timestamptz,
  approved_by bigint references staff,           -- 签发: the unit's head on screen; for a paper form, who recorded the signature
  approved_at timestamptz,
  paper_signer text not null default '' constraint replies_paper_signer_length check (char_length(paper_signer) <= 40),
  paper_signed_on date,
  paper_scan_id uuid references attachments,
  office_approved_by bigint references staff,    -- difficult and re-opened ones
  office_approved_at timestamptz,
  told_at timestamptz,
  -- Exactly what will be public, masked when it was submitted.
  public_title text not null default '' constraint replies_public_title_length check (char_length(public_title) <= 200),
  public_question text not null default '' constraint replies_public_question_length check (char_length(public_question) <= 5000),
  public_answer text not null default '' constraint replies_public_answer_length check (char_length(public_answer) <= 20000),
  public_words_by bigint references staff,       -- who wrote these words last
  reviewed_by bigint references staff,           -- 保密审查
  reviewed_at timestamptz,
  review_passed boolean,
  review_note text not null default '' constraint replies_review_note_length check (char_length(review_note) <= 1000),
  published_by bigint references staff,          -- null: by itself after the review
  published_at timestamptz,
  constraint replies_ordinal unique (case_id, ordinal),
  constraint replies_second_person check (approved_by <> submitted_by),
  constraint replies_office_third_person check (office_approved_by <> submitted_by and office_approved_by <> approved_by),
  constraint replies_reviewer_apart check (reviewed_by <> submitted_by and reviewed_by <> public_words_by),
  constraint replies_review_why check (review_note <> '' or review_passed is not false),
  constraint replies_paper_complete check ((paper_signer <> '') = (paper_signed_on is not null) and (paper_signer <> '') = (paper_scan_id is not null)),
  constraint replies_reviewed_first check (published_at is null or review_passed),
  constraint replies_written check (state = 'draft' or body <> '')
);
alter table cases add constraint cases_answer foreign key (answer_id) references replies;

create table reply_attachments (
  reply_id bigint not null references replies,
  attachment_id uuid not null references attachments,
  ordinal int not null,
  primary key (reply_id, attachment_id)
);

-- Texts to begin a reply with; those of no unit are for all.
create table reply_templates (
  id bigint generated always as identity primary key,
  unit_id bigint references units,
  name text not null constraint reply_templates_name_length check (char_length(name) between 1 and 60),
  body text not null constraint reply_templates_length check (char_length(body) between 1 and 5000),
  constraint reply_templates_name unique nulls not distinct (unit_id, name)
);
insert into reply_templates (unit_id, name, body) values
  (null, '一般答复', e'网友您好：\n您的留言收悉。现答复如下：\n经核查，……\n……\n感谢您对我们工作的关心和支持。如有疑问，请致电……。\n\n（单位）\n（日期）'),
  (null, '不属于本部门职责', e'网友您好：\n您的留言收悉。您反映的问题不在本部门职责范围内，请向×××（单位）反映，电话……。\n\n（单位）\n（日期）');

-- 延期: asked for before expiry, decided by the office.
create table case_extensions (
  id bigint generated always as identity primary key,
  case_id bigint not null references cases,
  asked_by bigint not null references staff,
  asked_at timestamptz not null,
  reason text not null constraint case_extensions_reason_length check (char_length(reason) between 1 and 1000),
  old_due_on date not null,
  new_due_on date not null,
  decided_by bigint references staff,
  decided_at timestamptz,
  granted boolean,
  lapsed_at timestamptz,                         -- the case ended before anybody decided
  note text not null default '' constraint case_extensions_note_length check (char_length(note) <= 1000),
  constraint case_extensions_later check (new_due_on > old_due_on),
  constraint case_extensions_decision check ((decided_at is null) = (granted is null)),
  constraint case_extensions_why check (granted is not false or note <> '')
);
create unique index case_extensions_one_pending on case_extensions (case_id) where decided_at is null and lapsed_at is null;
create index case_extensions_of_case on case_extensions (case_id, id);

-- 督办: opened by the supervision office, answered by the unit's head, closed with a finding.
create table supervisions (
  id bigint generated always as identity primary key,
  case_id bigint not null references cases,
  unit_id bigint not null references units,
  opened_by bigint not null references staff,
  opened_at timestamptz not null,
  demand text not null constraint supervisions_demand_length check (char_length(demand) between 1 and 2000),
  answer_due_on date not null,
  answered_by bigint references staff,
  answered_at timestamptz,
  answer text not null default '' constraint supervisions_answer_length check (char_length(answer) <= 4000),
  closed_by bigint references staff,
  closed_at timestamptz,
  finding text constraint supervisions_finding check (finding in ('resolved', 'explained', 'criticised', 'needless')),
  finding_text text not null default '' constraint supervisions_finding_length check (char_length(finding_text) <= 2000),
  constraint supervisions_closed check ((closed_at is null) = (finding is null))
);
create unique index supervisions_one_open on supervisions (case_id) where closed_at is null;
create index supervisions_of_case on supervisions (case_id, id);

create table case_callbacks (
  id bigint generated always as identity primary key,
  case_id bigint not null references cases,
  called_by bigint not null references staff,
  called_at timestamptz not null,
  result text not null constraint case_callbacks_result check (result in ('satisfied', 'dissatisfied', 'unreachable', 'declined'))
);
create index case_callbacks_of_case on case_callbacks (case_id, id);

-- The same matter through several doors: each is counted and answered.
create table case_links (
  case_id bigint not null references cases,
  other_id bigint not null references cases,
  linked_by bigint not null references staff,
  linked_at timestamptz not null,
  primary key (case_id, other_id),
  constraint case_links_order check (case_id < other_id)
);
create index case_links_other on case_links (other_id);

-- Who is responsible for what, in the words people use, and for which place.
create table responsibilities (
  id bigint generated always as identity primary key,
  unit_id bigint not null references units,
  kind text not null constraint responsibilities_kind check (kind in ('matter', 'place')),
  word text not null constraint responsibilities_word_length check (char_length(word) between 2 and 40),
  constraint responsibilities_once unique (unit_id, kind, word)
);

-- How often matters with these two characters in their title went to a unit and stayed there.
create table assigned_words (
  gram text not null,
  unit_id bigint not null references units,
  cases int not null,
  primary key (gram, unit_id)
);

-- The staff's search: two characters at a time, month by month. Read through a door only.
create table case_words (
  case_id bigint primary key references cases,
  month int not null,                            -- year × 12 + month
  grams text[] not null,
  unit_ids bigint[] not null                     -- the case's: a small unit need not visit what the whole county wrote
);
create index case_words_by_gram on case_words using gin (month, grams, unit_ids);
create index case_words_by_month on case_words (month);

-- Every two neighbouring characters of a text, once each; punctuation and spaces part words.
create function bigrams(p_text text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog
as $$
  select coalesce(array_agg(distinct a || b), '{}')
  from (select c as a, lead(c) over (order by n) as b
    from string_to_table(lower(p_text), null) with ordinality s (c, n)) pairs
  where a ~ '[[:alnum:]]' and b ~ '[[:alnum:]]'
$$;
grant execute on function bigrams(text) to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;

-- ---- Who may see a case -----------------------------------------------------------------------------------------------------
alter table cases enable row level security;
alter table case_assignments enable row level security;
alter table case_remarks enable row level security;
alter table replies enable row level security;
alter table reply_attachments enable row level security;
alter table reply_templates enable row level security;
alter table case_extensions enable row level security;
alter table supervisions enable row level security;
alter table case_callbacks enable row level security;
alter table case_links enable row level security;
alter table responsibilities enable row level security;
alter table assigned_words enable row level security;
alter table case_words enable row level security;

grant select on cases, case_assignments, case_remarks, replies, reply_attachments, case_extensions, supervisions, case_callbacks, case_links
  to minyi_staff;
-- As functions and not as operators: of `&&` the planner believes that it leaves one row in 200, never expects to fill a page, and sorts
-- every row of a unit instead of walking its index (641 ms and 18 at a million).
create policy cases_of_my_units on cases for select to minyi_staff
  using (arrayoverlap(unit_ids, (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor')))
    and not arrayoverlap(concerned_unit_ids, array[(select actor_home_unit())])
    and not arrayoverlap(concerned_staff_ids, array[(select actor_staff())]));
create policy case_assignments_of_visible on case_assignments for select to minyi_staff
  using (exists (select from cases c where c.id = case_id));
create policy case_remarks_of_visible on case_remarks for select to minyi_staff
  using (exists (select from cases c where c.id = case_id) and (not is_private or unit_id = (select actor_home_unit())));
create policy replies_of_visible on replies for select to minyi_staff
  using (exists (select from cases c where c.id = case_id));
create policy reply_attachments_of_visible on reply_attachments for select to minyi_staff
  using (exists (select from replies r where r.id = reply_id));
create policy case_extensions_of_visible on case_extensions for select to minyi_staff
  using (exists (select from cases c where c.id = case_id));
create policy supervisions_of_visible on supervisions for select to minyi_staff
  using (exists (select from cases c where c.id = case_id));
create policy case_callbacks_of_visible on case_callbacks for select to minyi_staff
  using (exists (select from cases c where c.id = case_id));
create policy case_links_of_visible on case_links for select to minyi_staff
  using (exists (select from cases c where c.id = case_id) and exists (select from cases c where c.id = other_id));

grant select, insert, update, delete on reply_templates to minyi_staff;
create policy reply_templates_read on reply_templates for select to minyi_staff
  using (unit_id is null or unit_id = any ((select actor_units())::bigint[]));
create policy reply_templates_added on reply_templates for insert to minyi_staff
  with check (unit_id = any ((select actor_units_as('organiser', 'clerk', 'approver'))::bigint[]));
create policy reply_templates_changed on reply_templates for update to minyi_staff
  using (unit_id = any ((select actor_units_as('organiser', 'clerk', 'approver'))::bigint[]));
create policy reply_templates_removed on reply_templates for delete to minyi_staff
  using (unit_id = any ((select actor_units_as('organiser', 'clerk', 'approver'))::bigint[]));
grant select, insert, delete on responsibilities to minyi_staff;
create policy responsibilities_read on responsibilities for select to minyi_staff using ((select actor_staff()) is not null);
create policy responsibilities_administrator_adds on responsibilities for insert to minyi_staff with check ((select actor_is('administrator')));
create policy responsibilities_administrator_removes on responsibilities for delete to minyi_staff using ((select actor_is('administrator')));

do $$
declare t text;
begin
  foreach t in array array['cases', 'case_assignments', 'case_remarks', 'replies', 'case_extensions', 'supervisions', 'case_callbacks',
    'assigned_words'] loop
    execute format('grant select, insert, update on %I to minyi_guard', t);
    execute format('create policy %I on %I to minyi_guard using (true) with check (true)', t || '_guard', t);
  end loop;
  foreach t in array array['case_links', 'reply_attachments', 'case_words'] loop
    execute format('grant select, insert, delete on %I to minyi_guard', t);
    execute format('create policy %I on %I to minyi_guard using (true) with check (true)', t || '_guard', t);
  end loop;
end $$;
grant update, delete on case_words to minyi_guard;
grant delete on case_remarks to minyi_guard;
grant select, insert on responsibilities to minyi_guard;
create policy responsibilities_guard on responsibilities to minyi_guard using (true) with check (true);

-- Submissions and files are hidden from whom they concern, like their case.
drop policy submissions_of_my_units on submissions;
create policy submissions_of_my_units on submissions for select to minyi_staff
  using ((unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
      or kind <> 'comment' and unit_ids && (select actor_units_as('supervisor')))
    and not concerned_unit_ids && array[(select actor_home_unit())] and not concerned_staff_ids && array[(select actor_staff())]);
drop policy submissions_duty_officer_reads_urgent on submissions;
create policy submissions_duty_officer_reads_urgent on submissions for select to minyi_staff
  using (flags && array['threat', 'self_harm'] and unit_ids && (select actor_units_as('duty_officer'))
    and not concerned_unit_ids && array[(select actor_home_unit())] and not concerned_staff_ids && array[(select actor_staff())]);
drop policy attachments_of_my_units on attachments;
create policy attachments_of_my_units on attachments for select to minyi_staff
  using ((unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor'))
      or uploaded_by = (select actor_staff()) and expires_at is not null)
    and not concerned_unit_ids && array[(select actor_home_unit())] and not concerned_staff_ids && array[(select actor_staff())]);

-- Whether a case or submission is about who is acting.
create function concerns(p_subject text, p_subject_id bigint, p_staff_id bigint) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select exists (
    select from submissions s
    where s.id = case p_subject when 'submission' then p_subject_id when 'case' then (select c.submission_id from cases c where c.id = p_subject_id) end
      and (s.concerned_staff_ids && array[p_staff_id]
        or s.concerned_unit_ids && array[(select t.unit_id from staff t where t.id = p_staff_id)]))
$$;
alter function concerns(text, bigint, bigint) owner to minyi_guard;
grant execute on function concerns(text, bigint, bigint) to minyi_staff, minyi_guard, minyi_intake;

alter table events drop constraint events_subject;
alter table events add constraint events_subject check (subject in
  ('procedure', 'submission', 'clearance', 'seal', 'staff', 'unit', 'draft', 'settings', 'rule', 'clock', 'job', 'case'));
drop policy events_of_my_units on events;
create policy events_of_my_units on events for select to minyi_staff
  using (case when subject = 'case'
    -- Whoever has it now reads what happened before, too.
    then exists (select from cases c where c.id = subject_id)
    else (unit_ids && (select actor_units()) or (select actor_is('administrator')))
      and (subject <> 'submission' or not concerns('submission', subject_id, (select actor_staff()))) end);

-- Every act is an event. Whoever a case concerns can do nothing about it: the record of the act is refused, and so is the act.
create function events_by_the_concerned() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  if concerns(new.subject, new.subject_id, new.staff_id) then
    raise exception 'it concerns who is acting' using errcode = '42501', constraint = 'cases_not_by_concerned';
  end if;
  return new;
end $$;
create trigger events_not_by_the_concerned before insert on events for each row
  when (new.staff_id is not null and new.subject in ('case', 'submission')) execute function events_by_the_concerned();

-- ---- What follows from a case's row ----------------------------------------------------------------------------------------
create function cases_seen_by() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  new.unit_ids := array(select distinct u from unnest(new.unit_ids || new.office_id || new.unit_id || new.assisting_ids) u
    where u is not null and u <> all (new.concerned_unit_ids) order by u);
  return new;
end $$;
create trigger cases_seen before insert or update of office_id, unit_id, assisting_ids, concerned_unit_ids, unit_ids on cases
  for each row execute function cases_seen_by();

-- A submission is seen by whoever sees its case; so is its scan.
create function cases_submission_seen() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update submissions set unit_ids = new.unit_ids, concerned_unit_ids = new.concerned_unit_ids, concerned_staff_ids = new.concerned_staff_ids
  where id = new.submission_id
    and (unit_ids, concerned_unit_ids, concerned_staff_ids) is distinct from (new.unit_ids, new.concerned_unit_ids, new.concerned_staff_ids);
  update case_words set unit_ids = new.unit_ids where case_id = new.id and unit_ids <> new.unit_ids;
  update attachments a set unit_ids = new.unit_ids, concerned_unit_ids = new.concerned_unit_ids, concerned_staff_ids = new.concerned_staff_ids
  where a.id in (select s.slip_id from submissions s where s.id = new.submission_id
      union all select x.attachment_id from replies r join reply_attachments x on x.reply_id = r.id where r.case_id = new.id
      union all select r.paper_scan_id from replies r where r.case_id = new.id)
    and cardinality(a.unit_ids) > 0;             -- what was sealed belongs to nobody
  return null;
end $$;
create trigger cases_seen_with_submission after update of office_id, unit_id, assisting_ids, concerned_unit_ids, concerned_staff_ids on cases
  for each row when ((old.unit_ids, old.concerned_unit_ids, old.concerned_staff_ids)
    is distinct from (new.unit_ids, new.concerned_unit_ids, new.concerned_staff_ids)) execute function cases_submission_seen();

-- A clock that is moved moves its case, as many as there are.
create function cases_follow_clocks() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update cases c set due_on = coalesce(k.due_on, c.due_on), due_at = coalesce(k.due_at, c.due_at), provisional = k.provisional, paused_at = k.paused_at
  from moved k
  where c.clock_id = k.id and c.is_open and c.state <> 'received';
  update cases c set due_on = coalesce(k.due_on, c.due_on), due_at = coalesce(k.due_at, c.due_at), provisional = k.provisional, paused_at = k.paused_at
  from moved k
  where c.screening_clock_id = k.id and c.state = 'received';
  return null;
end $$;
create trigger clocks_move_cases after update on clocks referencing new table as moved
  for each statement execute function cases_follow_clocks();

-- Taken back by its author: nobody owes an answer any longer.
create function cases_withdrawn() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases;
begin
  delete from case_words w using cases x where x.submission_id = new.id and w.case_id = x.id;
  select * into c from cases where submission_id = new.id and is_open for update;
  if found then
    perform leave_case(c);
    update cases set state = 'withdrawn', warning = 'none', reminders = 0 where id = c.id;
    perform record_case(c.id, 'withdrawn', c.state, 'withdrawn', null);
  end if;
  return null;
end $$;
create trigger submissions_case_withdrawn after update of withdrawn_at on submissions
  for each row when (old.withdrawn_at is null and new.withdrawn_at is not null and new.kind <> 'comment') execute function cases_withdrawn();

-- Sealed: every word about it leaves what anybody reads.
create function cases_sealed() returns trigger
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
  delete from case_words where case_id = c.id;
  update case_remarks set body = '—' where case_id = c.id;
  update replies set body = '—', public_title = '—', public_question = '—', public_answer = '—', review_note = '—' where case_id = c.id;
  update case_extensions set reason = '—', note = '—' where case_id = c.id;
  update supervisions set demand = '—', answer = '—', finding_text = '—' where case_id = c.id;
  update cases set title = '—', place = '', ending_text = case when ending_text = '' then '' else '—' end where id = c.id;
  update attachments set unit_ids = '{}' where id in (select x.attachment_id from replies r join reply_attachments x on x.reply_id = r.id
      where r.case_id = c.id union all select r.paper_scan_id from replies r where r.case_id = c.id);
  return null;
end $$;
create trigger submissions_case_sealed after update of sealed_at on submissions
  for each row when (old.sealed_at is null and new.sealed_at is not null and new.kind <> 'comment') execute function cases_sealed();

-- ---- What every door begins and ends with ----------------------------------------------------------------------------------
-- A case, held until the end of the transaction. Whom it concerns learns nothing of it.
create function hold_case(p_id bigint) returns cases
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases;
begin
  select * into c from cases where id = p_id for update;
  if not found or concerns('case', p_id, actor_staff()) then raise exception 'unknown case' using errcode = 'P0002'; end if;
  return c;
end $$;

-- Returns the id of the event: the stable part of the key of whatever is told about it.
create function record_case(p_id bigint, p_kind text, p_from text, p_to text, p_code text) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  select minyi_clock(), 'case', c.id, p_kind, actor_staff(), p_from, p_to, p_code, c.unit_ids from cases c where c.id = p_id
  returning id
$$;

create function remark_case(p_id bigint, p_kind text, p_body text, p_private boolean default false, p_to_citizen boolean default false) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into case_remarks (case_id, at, staff_id, unit_id, kind, body, is_private, to_citizen)
  select p_id, minyi_clock(), actor_staff(), actor_home_unit(), p_kind, p_body, p_private, p_to_citizen where coalesce(p_body, '') <> ''
$$;

create function refuse(p_constraint text, p_detail text default '') returns void
language plpgsql set search_path = pg_catalog
as $$
begin
  raise exception '%', p_constraint using errcode = '23514', constraint = p_constraint, detail = p_detail;
end $$;

create function case_number_of(p_key text, p_otherwise int) returns int
language sql stable security definer set search_path = minyi, pg_temp
as $$ select coalesce((select value::int from site_settings where key = p_key and value ~ '^[0-9]{1,4}$'), p_otherwise) $$;

create function tell_author(p_id bigint, p_kind text, p_event bigint, p_code text default null) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_author(p_kind, c.submission_id, format('case.%s.%s.%s', c.id, p_kind, p_event),
    jsonb_strip_nulls(jsonb_build_object('number', c.number, 'due_on', c.due_on, 'provisional', c.provisional, 'unit_id', c.unit_id, 'code', p_code)))
  from cases c where c.id = p_id
$$;

create function tell_staff(p_id bigint, p_kind text, p_unit_ids bigint[], p_roles text[], p_event text) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  select notify_staff(p_kind, array_remove(p_unit_ids, null), p_roles, format('case.%s.%s.%s', c.id, p_kind, p_event),
    jsonb_strip_nulls(jsonb_build_object('case_id', c.id, 'number', c.number, 'due_on', c.due_on, 'provisional', c.provisional)),
    c.concerned_unit_ids, c.concerned_staff_ids)
  from cases c where c.id = p_id
$$;

-- 'message.inquiry', 'message.difficult': the rule by which a case's clock runs.
create function case_rule(c cases) returns text
language sql immutable set search_path = pg_catalog
as $$ select c.kind || '.' || case c.urgency when 'ordinary' then c.topic else c.urgency end $$;

create function copy_case_clock(p_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update cases c set due_on = coalesce(k.due_on, c.due_on), due_at = coalesce(k.due_at, c.due_at), provisional = k.provisional, paused_at = k.paused_at
  from clocks k
  where c.id = p_id and k.id = case when c.state = 'received' then c.screening_clock_id else c.clock_id end
$$;

-- ---- In ---------------------------------------------------------------------------------------------------------------------
-- Which unit screens: the one that is set for this kind, else the first office in which somebody does such work; never one that it
-- concerns. Where everything else is concerned too, some unit that is not; and in a county with one unit, that one.
create function case_office(p_kind text, p_concerned bigint[]) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select u.id from units u
  where u.valid_until is null
  order by u.id = any (coalesce(p_concerned, '{}')),
    u.code <> coalesce((select value from site_settings where key = p_kind || '_office'), ''), u.kind <> 'office',
    not exists (select from staff_roles r where r.unit_id = u.id and r.role in ('organiser', 'clerk')), u.id
  limit 1
$$;

-- Opens a case for each submission that came in, within its transaction. Concerned units and people come as array literals.
create function open_cases(p_submission_ids bigint[], p_kind text, p_topics text[], p_titles text[], p_received_on date[],
  p_concerned_units text[], p_concerned_staff text[], p_wants_publication boolean[], p_publishable boolean[] default null, p_places text[] default null)
returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare opened bigint[];
begin
  with made as (
    insert into cases (number, kind, topic, submission_id, title, place, office_id, concerned_unit_ids, concerned_staff_ids, received_at, received_on,
      wants_publication, publishable, screening_clock_id)
    select s.number, p_kind, i.topic, s.id, i.title, coalesce(i.place, ''), o.id,
      array_remove(coalesce(i.units::bigint[], '{}'), o.id), coalesce(i.staff::bigint[], '{}'), s.received_at, i.received_on,
      coalesce(i.wants, false), coalesce(i.publishable, true),
      -- A letter counts from the day on which it came.
      start_clock(p_kind || '.screening', least(s.received_at, (i.received_on + 1)::timestamp at time zone 'Asia/Shanghai' - interval '1 second'), null)
    from unnest(p_submission_ids, p_topics, p_titles, p_received_on, p_concerned_units, p_concerned_staff, p_wants_publication, p_publishable, p_places)
        i (id, topic, title, received_on, units, staff, wants, publishable, place)
      join submissions s on s.id = i.id
      cross join lateral case_office(p_kind, i.units::bigint[]) o (id)
    returning id
  )
  select array_agg(id) into opened from made;
  update cases c set due_on = k.due_on, due_at = k.due_at, provisional = k.provisional from clocks k
  where c.id = any (opened) and k.id = c.screening_clock_id;
  update submissions s set unit_ids = c.unit_ids, concerned_unit_ids = c.concerned_unit_ids, concerned_staff_ids = c.concerned_staff_ids
  from cases c
  where c.id = any (opened) and s.id = c.submission_id
    and (s.unit_ids, s.concerned_unit_ids, s.concerned_staff_ids) is distinct from (c.unit_ids, c.concerned_unit_ids, c.concerned_staff_ids);
  insert into case_words (case_id, month, grams, unit_ids)
  select c.id, extract(year from c.received_on)::int * 12 + extract(month from c.received_on)::int,
    bigrams(concat_ws(' ', c.number, c.title, c.place, s.body)), c.unit_ids
  from cases c join submissions s on s.id = c.submission_id where c.id = any (opened);
  insert into events (at, subject, subject_id, kind, to_state, unit_ids)
  select c.received_at, 'case', c.id, 'received', 'received', c.unit_ids from cases c where c.id = any (opened);
  return coalesce(cardinality(opened), 0);
end $$;
alter function open_cases(bigint[], text, text[], text[], date[], text[], text[], boolean[], boolean[], text[]) owner to minyi_guard;
alter function case_office(text, bigint[]) owner to minyi_guard;
grant execute on function open_cases(bigint[], text, text[], text[], date[], text[], text[], boolean[], boolean[], text[]), case_office(text, bigint[])
  to minyi_intake;

-- ---- Screening ---------------------------------------------------------------------------------------------------------------
-- What a unit learns, or unlearns, from a matter that went to it.
create function learn_words(c cases, p_unit_id bigint, p_by int) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into assigned_words as w (gram, unit_id, cases)
  select g, p_unit_id, greatest(p_by, 0) from unnest(bigrams(c.title)) g where p_unit_id is not null order by g
  on conflict (gram, unit_id) do update set cases = greatest(0, w.cases + p_by)
$$;

-- Whoever holds the case holds it no longer; how it came to that.
create function end_assignment(c cases, p_how text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if c.unit_id is null then return; end if;
  perform stop_clock(clock_id) from case_assignments where case_id = c.id and ended_at is null and clock_id is not null;
  update case_assignments set ended_at = minyi_clock(), ended_how = p_how where case_id = c.id and ended_at is null;
  perform learn_words(c, c.unit_id, -1);
end $$;

-- Nothing runs any longer: no clock, no assignment, no request for more time.
create function leave_case(c cases) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform stop_clock(c.screening_clock_id);
  if c.clock_id is not null then perform stop_clock(c.clock_id); end if;
  perform end_assignment(c, 'ended');
  update case_extensions set lapsed_at = minyi_clock() where case_id = c.id and decided_at is null and lapsed_at is null;
end $$;

-- The case that another one repeats: one that is answered, or will be.
create function original_case(c cases, p_number text) returns cases
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare o cases;
begin
  select * into o from cases where number = p_number for share;
  if not found or o.id = c.id or o.kind <> c.kind or concerns('case', o.id, actor_staff()) or not o.unit_ids && actor_units() then
    perform refuse('cases_original_known');
  end if;
  if not o.is_open and o.state <> 'completed' then perform refuse('cases_original_answerable'); end if;
  return o;
end $$;

-- Accepts a case, or ends it with a reason. A mistaken decision is taken back by deciding anew and saying why; both stay on record.
create function screen_case(p_id bigint, p_verdict text, p_code text, p_text text, p_original text, p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  o cases;
  e bigint;
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if p_verdict = 'duplicate' then o := original_case(c, p_original); end if;
  -- A second press.
  if c.state = p_verdict and c.ending_code is not distinct from p_code and c.ending_text = coalesce(p_text, '')
     and c.original_id is not distinct from o.id then return; end if;
  if p_verdict not in ('accepted', 'declined', 'invalid', 'duplicate', 'redirected', 'information_request')
     or c.state in ('reviewing', 'completed', 'withdrawn') or c.state = 'assigned' and p_verdict = 'accepted' then
    perform refuse('cases_screenable');
  end if;
  if c.state <> 'received' and coalesce(p_reason, '') = '' then perform refuse('cases_rescreening_reason'); end if;
  if exists (select from cases d where d.original_id = c.id) then perform refuse('cases_has_duplicates'); end if;

  perform leave_case(c);
  if p_verdict = 'accepted' then
    -- Ended by mistake, it goes on from where it had begun.
    update cases set state = 'accepted', ending_code = null, ending_text = '', original_id = null, answer_id = null, answered_at = null,
      unit_id = null, assisting_ids = '{}', accepted_at = coalesce(accepted_at, minyi_clock()),
      clock_id = start_clock(case_rule(c), coalesce(c.accepted_at, minyi_clock()), null)
    where id = c.id;
    perform copy_case_clock(c.id);
  else
    update cases set state = p_verdict, ending_code = p_code, ending_text = coalesce(p_text, ''), original_id = o.id, warning = 'none', reminders = 0,
      answer_id = case when o.state = 'completed' then o.answer_id end, answered_at = case when o.state = 'completed' then minyi_clock() end
    where id = c.id;
  end if;
  e := record_case(c.id, case when c.state = 'received' then 'screened' else 'rescreened' end, c.state, p_verdict, p_code);
  perform remark_case(c.id, 'screening', p_reason);
  perform tell_author(c.id, case when p_verdict = 'accepted' then 'accepted' when o.state = 'completed' then 'answered' else 'not_accepted' end, e, p_verdict);
end $$;

-- Sets the urgency and with it the rule. A clock that was not paused or extended goes on from the same start under the new one.
create function set_case_urgency(p_id bigint, p_urgency text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  k clocks;
begin
  update cases set urgency = p_urgency where id = p_id and urgency <> p_urgency returning * into c;
  if not found then return; end if;
  perform record_case(p_id, 'urgency_set', null, null, p_urgency);
  if c.clock_id is null then return; end if;
  select * into k from clocks where id = c.clock_id;
  if k.extended_to is not null or exists (select from clock_pauses where clock_id = k.id) then perform refuse('cases_urgency_fixed'); end if;
  perform stop_clock(k.id);
  update cases set clock_id = start_clock(case_rule(c), k.started_at, k.unit_id) where id = p_id;
  perform copy_case_clock(p_id);
end $$;

-- Somebody may come to harm: who was called is on record, and the case is urgent from here on.
create function record_emergency(p_id bigint, p_called text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id, c.unit_id], 'organiser', 'clerk');
  if not c.is_open then perform refuse('cases_open'); end if;
  if coalesce(p_called, '') = '' then perform refuse('cases_emergency_called'); end if;
  perform record_case(p_id, 'emergency', null, null, null);
  perform remark_case(p_id, 'emergency', p_called);
  perform set_case_urgency(p_id, 'urgent');
end $$;

-- Whom it concerns, as far as the office knows by now. Where that is the office itself, another one takes over.
create function set_concerned(p_id bigint, p_unit_ids bigint[], p_staff_ids bigint[], p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if (c.concerned_unit_ids, c.concerned_staff_ids) = (p_unit_ids, p_staff_ids) then return; end if;
  perform record_case(p_id, 'concerned_set', null, null, cardinality(p_unit_ids) || '+' || cardinality(p_staff_ids));
  perform remark_case(p_id, 'concerned', p_reason, true);
  update cases set concerned_unit_ids = p_unit_ids, concerned_staff_ids = p_staff_ids,
    office_id = case when office_id = any (p_unit_ids) then case_office(kind, p_unit_ids) else office_id end
  where id = p_id;
end $$;

-- The office decides that it is never published, or may be after all if its author agrees.
create function set_publishable(p_id bigint, p_publishable boolean, p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.publishable = p_publishable then return; end if;
  if c.publication = 'published' then perform refuse('cases_published'); end if;
  update cases set publishable = p_publishable,
    publication = case when p_publishable and c.wants_publication and c.state = 'completed' then 'to_review' else 'none' end
  where id = p_id;
  perform record_case(p_id, 'publishable_set', null, null, p_publishable::text);
  perform remark_case(p_id, 'publication', p_reason);
end $$;

-- ---- Assigning ---------------------------------------------------------------------------------------------------------------
-- To a unit, or to another one. The citizen's clock goes on; the unit has hours of its own in which to give it back.
create function assign_case(p_id bigint, p_unit_id bigint, p_assisting_ids bigint[], p_urgency text, p_remark text) returns void
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
  if exists (select from unnest(assisting || p_unit_id) n (id) left join units u on u.id = n.id and u.valid_until is null where u.id is null) then
    perform refuse('cases_units_there');
  end if;
  if p_unit_id = any (assisting) then perform refuse('cases_assisting_others'); end if;
  perform set_case_urgency(p_id, p_urgency);
  if moved then perform end_assignment(c, 'reassigned'); end if;
  update cases set unit_id = p_unit_id, assisting_ids = assisting, state = 'assigned', assigned_at = case when moved then minyi_clock() else assigned_at end
  where id = p_id;
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

-- Not ours: back to the office within the hours of the rule.
create function give_back_case(p_id bigint, p_code text, p_remark text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  due timestamptz;
  e bigint;
begin
  perform require_role(array[c.unit_id], 'organiser', 'clerk');
  if c.state <> 'assigned' then perform refuse('cases_give_back_state'); end if;
  if p_code not in ('not_ours', 'wrong_area', 'concerned', 'other_lead') or coalesce(p_remark, '') = '' then perform refuse('cases_give_back_reason'); end if;
  select k.due_at into due from case_assignments a join clocks k on k.id = a.clock_id where a.case_id = p_id and a.ended_at is null;
  if due <= minyi_clock() then perform refuse('cases_give_back_in_time', due::text); end if;
  perform end_assignment(c, 'given_back');
  update cases set state = 'accepted', unit_id = null where id = p_id;
  e := record_case(p_id, 'given_back', 'assigned', 'accepted', p_code);
  perform remark_case(p_id, 'give_back', p_remark);
  perform tell_staff(p_id, 'given_back', array[c.office_id], array['organiser', 'clerk'], e::text);
end $$;

-- The same matter through several doors. Linked or not, each is counted and answered.
create function link_cases(p_id bigint, p_other text, p_linked boolean) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
  o cases;
begin
  perform require_role(array[c.office_id, c.unit_id], 'organiser', 'clerk');
  select * into o from cases where number = p_other;
  if not found or o.id = c.id or concerns('case', o.id, actor_staff()) or not o.unit_ids && actor_units() then perform refuse('case_links_known'); end if;
  if p_linked then
    insert into case_links values (least(c.id, o.id), greatest(c.id, o.id), actor_staff(), minyi_clock()) on conflict do nothing;
  else
    delete from case_links where case_id = least(c.id, o.id) and other_id = greatest(c.id, o.id);
  end if;
  if found then
    perform record_case(c.id, case when p_linked then 'linked' else 'unlinked' end, null, null, o.id::text);
    perform record_case(o.id, case when p_linked then 'linked' else 'unlinked' end, null, null, c.id::text);
  end if;
end $$;

-- A remark, a note for the own unit only, or the opinion of a unit that assists.
create function add_case_remark(p_id bigint, p_kind text, p_body text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_id);
begin
  perform require_role(c.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'supervisor');
  if p_kind not in ('note', 'remark', 'opinion') or p_kind = 'opinion' and (actor_home_unit() = any (c.assisting_ids)) is not true then
    perform refuse('case_remarks_kind');
  end if;
  -- A second press.
  if (select r.body = p_body and r.kind = p_kind and r.staff_id = actor_staff() from case_remarks r where r.case_id = p_id order by r.id desc limit 1) then
    return;
  end if;
  perform remark_case(p_id, p_kind, p_body, p_kind = 'note');
  perform record_case(p_id, case p_kind when 'opinion' then 'opinion_given' else 'remarked' end, null, null, p_kind);
end $$;

-- ---- Replying ----------------------------------------------------------------------------------------------------------------
create function reply_of(c cases) returns replies
language sql stable security definer set search_path = minyi, pg_temp
as $$ select r.* from replies r where r.case_id = c.id and r.ordinal = c.reopened + 1 $$;

-- Saves a draft over the version it was begun with (0: none yet). Who comes second is told who saved what and when; nothing is lost.
create function save_reply(p_case_id bigint, p_version int, p_body text)
returns table (saved boolean, reply_id bigint, version int, body text, written_by text, written_at timestamptz)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  kept boolean := true;
begin
  perform require_role(array[c.unit_id], 'organiser', 'clerk', 'approver');
  if c.state <> 'assigned' then perform refuse('replies_editable'); end if;
  if r.id is null and p_version = 0 then
    insert into replies (case_id, ordinal, unit_id, body, written_by, written_at)
    values (c.id, c.reopened + 1, c.unit_id, p_body, actor_staff(), minyi_clock());
  elsif r.body = p_body then
    null;                                        -- a second press, or both wrote the same
  elsif r.version = p_version then
    update replies set body = p_body, version = r.version + 1, unit_id = c.unit_id, written_by = actor_staff(), written_at = minyi_clock() where id = r.id;
  else
    kept := false;
  end if;
  return query select kept, n.id, n.version, n.body, s.display_name, n.written_at
  from replies n join staff s on s.id = n.written_by where n.case_id = c.id and n.ordinal = c.reopened + 1;
end $$;

-- Saves and hands the reply to the unit's head, together with what will be public of it.
create function submit_reply(p_case_id bigint, p_version int, p_body text, p_public_title text, p_public_question text, p_public_answer text)
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
  if c.state = 'reviewing' and r.body = p_body and r.submitted_by = actor_staff() then      -- a second press
    return query select true, r.id, r.version, r.body, s.display_name, r.written_at from staff s where s.id = r.written_by;
    return;
  end if;
  select * into k from save_reply(p_case_id, p_version, p_body);
  if k.saved then
    update replies set state = 'submitted', submitted_by = actor_staff(), submitted_at = minyi_clock(), public_title = p_public_title,
      public_question = p_public_question, public_answer = p_public_answer, public_words_by = actor_staff()
    where id = k.reply_id;
    update cases set state = 'reviewing' where id = c.id;
    e := record_case(c.id, 'submitted', 'assigned', 'reviewing', null);
    perform tell_staff(c.id, 'to_approve', array[c.unit_id], array['approver'], e::text);
  end if;
  return query select k.saved, k.reply_id, k.version, k.body, k.written_by, k.written_at;
end $$;

create function attach_to_reply(p_case_id bigint, p_attachment_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
begin
  perform require_role(array[c.unit_id], 'organiser', 'clerk', 'approver');
  if c.state <> 'assigned' then perform refuse('replies_editable'); end if;
  if r.id is null then
    perform save_reply(p_case_id, 0, '');
    r := reply_of(c);
  end if;
  if (select count(*) from reply_attachments where reply_id = r.id) >= 5 then perform refuse('reply_attachments_most'); end if;
  perform claim_case_file(c, p_attachment_id);
  insert into reply_attachments select r.id, p_attachment_id, 1 + coalesce(max(ordinal), 0) from reply_attachments where reply_id = r.id;
end $$;

create function detach_from_reply(p_case_id bigint, p_attachment_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
begin
  perform require_role(array[c.unit_id], 'organiser', 'clerk', 'approver');
  if c.state <> 'assigned' then perform refuse('replies_editable'); end if;
  delete from reply_attachments where reply_id = r.id and attachment_id = p_attachment_id;
  if found then update attachments set expires_at = minyi_clock() where id = p_attachment_id; end if;
end $$;

-- A fresh upload of their own, from here on seen like the case; no file of something else.
create function claim_case_file(c cases, p_attachment_id uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update attachments set expires_at = null, unit_ids = c.unit_ids, concerned_unit_ids = c.concerned_unit_ids, concerned_staff_ids = c.concerned_staff_ids
  where id = p_attachment_id and uploaded_by = actor_staff() and expires_at is not null;
  if not found then perform refuse('replies_file_missing'); end if;
end $$;

-- Handed in too early: back to its writer, who asked for it.
create function recall_reply(p_case_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
begin
  perform require_role(array[c.unit_id], 'organiser', 'clerk');
  if c.state = 'assigned' then return; end if;
  if c.state <> 'reviewing' or r.state <> 'submitted' then perform refuse('replies_pending'); end if;
  perform reopen_draft(r);
  update cases set state = 'assigned' where id = c.id;
  perform record_case(c.id, 'recalled', 'reviewing', 'assigned', null);
end $$;

create function reopen_draft(r replies) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update replies set state = 'draft', submitted_by = null, submitted_at = null, approved_by = null, approved_at = null, office_approved_by = null,
    office_approved_at = null, paper_signer = '', paper_signed_on = null, paper_scan_id = null
  where id = r.id
$$;

-- The unit's head approves, on screen or on paper; for difficult and re-opened cases then the county office; then the answer is told.
-- Whoever comes second finds that it is no longer pending.
create function approve_reply(p_case_id bigint, p_granted boolean, p_note text, p_signer text, p_signed_on date, p_scan uuid) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  on_paper boolean := coalesce(p_signer, '') <> '';
  by_office boolean := r.state = 'approved';
  e bigint;
begin
  if on_paper then perform require_role(array[c.unit_id], 'organiser', 'clerk', 'approver');
  else perform require_role(array[case when by_office then c.office_id else c.unit_id end], 'approver'); end if;
  -- A second press of the same button.
  if p_granted and r.state in ('approved', 'told') and coalesce(r.office_approved_by, r.approved_by) = actor_staff() then return; end if;
  if c.state <> 'reviewing' or r.state not in ('submitted', 'approved') or on_paper and by_office then perform refuse('replies_pending'); end if;
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

-- Working days a clock has counted up to a day: those of its pauses are the citizen's or a third party's.
create function clock_days_used(p_clock_id bigint, p_day date) returns int
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select working_days_between(china_day(k.started_at), p_day, k.unit_id)
    - coalesce((select sum(working_days_between(china_day(p.from_at), china_day(p.until_at), k.unit_id)) from clock_pauses p where p.clock_id = k.id), 0)::int
  from clocks k where k.id = p_clock_id
$$;

-- Approved: the clock stops, days used and lateness are fixed, the author is told; so are those of the cases that repeat this one.
create function tell_answer(c cases, p_reply_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  e bigint;
  d record;
begin
  perform resume_clock(c.clock_id);
  update replies set state = 'told', told_at = moment where id = p_reply_id;
  update cases set state = 'completed', answered_at = moment, answer_id = p_reply_id, warning = 'none', reminders = 0,
    working_days_used = coalesce(working_days_used, 0) + clock_days_used(c.clock_id, china_day(moment)),
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
  perform tell_author(c.id, 'answered', e);
  if c.wants_publication and c.publishable then
    perform tell_staff(c.id, 'to_approve', c.unit_ids, array['secrecy_reviewer'], e::text);
  end if;
  for d in update cases set answer_id = p_reply_id, answered_at = moment where original_id = c.id returning id loop
    perform tell_author(d.id, 'answered', record_case(d.id, 'answered', null, null, 'original'));
  end loop;
end $$;

-- ---- Review and publication ----------------------------------------------------------------------------------------------
-- 保密审查 of exactly the words that will be public, by a second person. Passed, they go out if that is set; else the office sends them.
create function review_publication(p_case_id bigint, p_passed boolean, p_note text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  e bigint;
begin
  perform require_role(c.unit_ids, 'secrecy_reviewer');
  if r.reviewed_by = actor_staff() and r.review_passed = p_passed and c.publication <> 'to_review' then return; end if;
  if c.publication <> 'to_review' then perform refuse('replies_reviewable'); end if;
  if not p_passed and coalesce(p_note, '') = '' then perform refuse('replies_review_why'); end if;
  update replies set reviewed_by = actor_staff(), reviewed_at = minyi_clock(), review_passed = p_passed, review_note = coalesce(p_note, '') where id = r.id;
  update cases set publication = case when p_passed then 'cleared' else 'returned' end where id = c.id;
  e := record_case(c.id, 'secrecy_reviewed', null, null, case when p_passed then 'passed' else 'returned' end);
  if not p_passed then
    perform tell_staff(c.id, 'returned', array[c.office_id, c.unit_id], array['organiser', 'clerk'], e::text);
  elsif case_number_of('case_auto_publish', 1) = 1 then
    perform publish_answer(c, r.id, null);
  end if;
end $$;

-- What will be public is worded anew, because the review sent it back. It is reviewed again.
create function word_publication(p_case_id bigint, p_title text, p_question text, p_answer text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  r replies := reply_of(c);
  e bigint;
begin
  perform require_role(array[c.office_id, c.unit_id], 'organiser', 'clerk');
  if (r.public_title, r.public_question, r.public_answer) = (p_title, p_question, p_answer) then return; end if;
  if c.publication not in ('to_review', 'returned', 'cleared') then perform refuse('replies_rewordable'); end if;
  update replies set public_title = p_title, public_question = p_question, public_answer = p_answer, public_words_by = actor_staff(),
    reviewed_by = null, reviewed_at = null, review_passed = null, review_note = '' where id = r.id;
  update cases set publication = 'to_review' where id = c.id;
  e := record_case(c.id, 'reworded', null, null, null);
  perform tell_staff(c.id, 'to_approve', c.unit_ids, array['secrecy_reviewer'], e::text);
end $$;

create function publish_answer(c cases, p_reply_id bigint, p_staff_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare moment timestamptz := minyi_clock();
begin
  update replies set published_by = p_staff_id, published_at = moment where id = p_reply_id;
  update cases set publication = 'published', published_at = moment where id = c.id;
  perform tell_author(c.id, 'published', record_case(c.id, 'published', null, null, null));
end $$;

create function publish_case(p_case_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_case_id);
begin
  perform require_role(array[c.office_id, c.unit_id], 'organiser');
  if c.publication = 'published' then return; end if;
  if c.publication <> 'cleared' or not c.wants_publication or not c.publishable then perform refuse('replies_cleared'); end if;
  perform publish_answer(c, c.answer_id, actor_staff());
end $$;

-- ---- Time --------------------------------------------------------------------------------------------------------------------
-- The last day that an extension may ask for.
create function case_ceiling(p_case_id bigint) returns date
language sql stable security definer set search_path = minyi, pg_temp
as $$ select d.due_on from cases c join clocks k on k.id = c.clock_id cross join lateral clock_due(c.kind || '.ceiling', k.started_at, k.unit_id) d where c.id = p_case_id $$;

create function ask_extension(p_case_id bigint, p_new_due_on date, p_reason text) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  made bigint;
  e bigint;
begin
  perform require_role(array[c.unit_id], 'organiser', 'clerk', 'approver');
  if c.state not in ('assigned', 'reviewing') then perform refuse('case_extensions_state'); end if;
  select id into made from case_extensions
  where case_id = c.id and decided_at is null and lapsed_at is null and asked_by = actor_staff() and new_due_on = p_new_due_on and reason = p_reason;
  if found then return made; end if;             -- a second press
  if c.paused_at is not null then perform refuse('case_extensions_paused'); end if;
  if c.due_at <= minyi_clock() then perform refuse('case_extensions_before_expiry', c.due_on::text); end if;
  if p_new_due_on > case_ceiling(c.id) then perform refuse('case_extensions_within_ceiling', case_ceiling(c.id)::text); end if;
  insert into case_extensions (case_id, asked_by, asked_at, reason, old_due_on, new_due_on)
  values (c.id, actor_staff(), minyi_clock(), p_reason, c.due_on, p_new_due_on) returning id into made;
  e := record_case(c.id, 'extension_requested', null, null, p_new_due_on::text);
  perform tell_staff(c.id, 'extension_requested', array[c.office_id], array['organiser', 'clerk'], e::text);
  return made;
end $$;

create function decide_extension(p_id bigint, p_granted boolean, p_note text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  x case_extensions;
  c cases;
  e bigint;
begin
  select * into x from case_extensions where id = p_id;
  c := hold_case(x.case_id);
  select * into x from case_extensions where id = p_id for update;
  perform require_role(array[c.office_id], 'organiser', 'clerk', 'approver');
  if x.decided_by = actor_staff() and x.granted = p_granted then return; end if;
  if x.decided_at is not null or x.lapsed_at is not null then perform refuse('case_extensions_pending'); end if;
  if x.asked_by = actor_staff() then perform refuse('case_extensions_second_person'); end if;
  if not p_granted and coalesce(p_note, '') = '' then perform refuse('case_extensions_why'); end if;
  update case_extensions set decided_by = actor_staff(), decided_at = minyi_clock(), granted = p_granted, note = coalesce(p_note, '') where id = p_id;
  if p_granted then
    perform extend_clock(c.clock_id, x.new_due_on);
    update cases set warning = 'none', reminders = 0 where id = c.id;
  end if;
  e := record_case(c.id, case when p_granted then 'extension_granted' else 'extension_refused' end, null, null, x.new_due_on::text);
  if p_granted then perform tell_author(c.id, 'extended', e); end if;
  perform tell_staff(c.id, 'extension_decided', array[c.unit_id], array['organiser', 'clerk', 'approver'], e::text);
end $$;

-- The clock stands still while somebody else has to act, and goes on.
create function pause_case(p_id bigint, p_code text, p_remark text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.paused_at is not null then return; end if;
  if c.state not in ('accepted', 'assigned') then perform refuse('cases_pausable'); end if;
  if p_code not in ('citizen', 'third_party') or coalesce(p_remark, '') = '' then perform refuse('cases_pause_reason'); end if;
  perform pause_clock(c.clock_id, p_code);
  perform record_case(p_id, 'paused', null, null, p_code);
  perform remark_case(p_id, 'pause', p_remark);
end $$;

create function resume_case(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.paused_at is null or not c.is_open then return; end if;
  perform resume_clock(c.clock_id);
  perform record_case(p_id, 'resumed', null, null, null);
end $$;

-- The ladder: early, yellow, red by the working days left, then overdue, which is reminded of again and again. A thousand
-- steps a call, so that nobody waits long for a row. Returns how many.
create function advance_cases() returns int
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
        case when c.due_at <= moment then working_days_between(c.due_on, today, null) end as days_over
      from cases c
      -- A holiday of two weeks may lie between.
      where c.is_open and c.paused_at is null and c.due_on <= today + greatest(early, yellow, red) * 2 + 15
    ), judged as (
      select p.*, coalesce(p.days_over, 0) / every as next_reminders,
        case when over then 'overdue' when days_left <= red then 'red' when days_left <= yellow then 'yellow' when days_left <= early then 'early'
          else 'none' end as next_warning
      from pressing p
    ), moving as materialized (
      select c.id, j.warning as was, j.next_warning, j.next_reminders, j.days_over
      from (select * from judged where warning <> next_warning or reminders < next_reminders limit 1000) j
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
  return steps;
end $$;

-- ---- Supervision (督办) ---------------------------------------------------------------------------------------------------
create function open_supervision(p_case_id bigint, p_demand text, p_answer_due_on date) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases := hold_case(p_case_id);
  made bigint;
  e bigint;
begin
  perform require_role(c.unit_ids, 'supervisor');
  select id into made from supervisions where case_id = c.id and closed_at is null and opened_by = actor_staff() and demand = p_demand;
  if found then return made; end if;
  if c.unit_id is null or c.state not in ('assigned', 'reviewing', 'completed') then perform refuse('supervisions_state'); end if;
  if p_answer_due_on < china_day(minyi_clock()) then perform refuse('supervisions_due_ahead'); end if;
  insert into supervisions (case_id, unit_id, opened_by, opened_at, demand, answer_due_on)
  values (c.id, c.unit_id, actor_staff(), minyi_clock(), p_demand, p_answer_due_on) returning id into made;
  e := record_case(c.id, 'supervised', null, null, made::text);
  perform tell_staff(c.id, 'supervised', array[c.unit_id], array['organiser', 'clerk', 'approver'], e::text);
  return made;
end $$;

create function answer_supervision(p_id bigint, p_answer text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v supervisions;
  c cases;
begin
  select * into v from supervisions where id = p_id;
  c := hold_case(v.case_id);
  perform require_role(array[v.unit_id], 'approver');
  if v.answer = p_answer then return; end if;
  if v.closed_at is not null then perform refuse('supervisions_open'); end if;
  if coalesce(p_answer, '') = '' then perform refuse('supervisions_answered'); end if;
  update supervisions set answer = p_answer, answered_by = actor_staff(), answered_at = minyi_clock() where id = p_id;
  perform record_case(c.id, 'supervision_answered', null, null, p_id::text);
end $$;

create function close_supervision(p_id bigint, p_finding text, p_text text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v supervisions;
  c cases;
begin
  select * into v from supervisions where id = p_id;
  c := hold_case(v.case_id);
  perform require_role(c.unit_ids, 'supervisor');
  if v.closed_by = actor_staff() and v.finding = p_finding then return; end if;
  if v.closed_at is not null then perform refuse('supervisions_open'); end if;
  if v.answered_at is null and p_finding <> 'needless' then perform refuse('supervisions_answered'); end if;
  update supervisions set closed_by = actor_staff(), closed_at = minyi_clock(), finding = p_finding, finding_text = coalesce(p_text, '') where id = p_id;
  perform record_case(c.id, 'supervision_closed', null, null, p_finding);
end $$;

-- ---- Afterwards --------------------------------------------------------------------------------------------------------------
create function record_callback(p_case_id bigint, p_result text, p_remark text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c cases := hold_case(p_case_id);
begin
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  if c.state <> 'completed' then perform refuse('case_callbacks_completed'); end if;
  if c.callback = 'done' and exists (select from case_callbacks b where b.case_id = c.id and b.called_by = actor_staff() and b.result = p_result
    and b.called_at > minyi_clock() - interval '1 minute') then return; end if;
  insert into case_callbacks (case_id, called_by, called_at, result) values (c.id, actor_staff(), minyi_clock(), p_result);
  -- Nobody answered: it stays to be done.
  update cases set callback = case when p_result = 'unreachable' then 'due' else 'done' end where id = c.id;
  perform record_case(c.id, 'called_back', null, null, p_result);
  perform remark_case(c.id, 'call_back', p_remark);
end $$;

-- The author is dissatisfied: once, the unit answers anew, by a new clock, and the county office approves too. Called by the author's door.
-- Returns reopened, or why not: unknown, not_completed, already.
create function reopen_case(p_submission_id bigint, p_reason text) returns text
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
  update cases set state = 'assigned', reopened = 1, clock_id = start_clock(case_rule(c), minyi_clock(), null),
    publication = case when publication = 'published' then 'published' else 'none' end, callback = 'none' where id = c.id;
  perform copy_case_clock(c.id);
  e := record_case(c.id, 'reopened', 'completed', 'assigned', null);
  perform remark_case(c.id, 'reopening', p_reason);
  perform tell_staff(c.id, 'reopened', array[c.office_id, c.unit_id], array['organiser', 'clerk', 'approver'], e::text);
  return 'reopened';
end $$;

-- A unit that ends hands its cases over too. Those that concern whoever takes over go back to the office.
create function cases_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  concerned bigint[];
begin
  for c in select * from cases where new.id = any (unit_ids) or new.id = any (concerned_unit_ids) order by id for update loop
    concerned := c.concerned_unit_ids || case when new.id = any (c.concerned_unit_ids) then array[new.successor_id] else '{}'::bigint[] end;
    if new.successor_id <> all (concerned) then
      update cases set office_id = case when office_id = new.id then new.successor_id else office_id end,
        unit_id = case when unit_id = new.id then new.successor_id else unit_id end,
        assisting_ids = array_remove(array_replace(assisting_ids, new.id, new.successor_id), case when unit_id in (new.id, new.successor_id) then new.successor_id end),
        unit_ids = unit_ids || new.successor_id
      where id = c.id;
    else
      if c.unit_id in (new.id, new.successor_id) and c.is_open then
        perform end_assignment(c, 'given_back');
        perform record_case(c.id, 'given_back', c.state, 'accepted', 'concerned');
      end if;
      update cases set concerned_unit_ids = concerned,
        office_id = case when office_id in (new.id, new.successor_id) then case_office(kind, concerned) else office_id end,
        state = case when unit_id in (new.id, new.successor_id) and is_open then 'accepted' else state end,
        unit_id = case when unit_id not in (new.id, new.successor_id) then unit_id end,
        assisting_ids = array_remove(array_remove(assisting_ids, new.id), new.successor_id)
      where id = c.id;
    end if;
  end loop;
  insert into responsibilities (unit_id, kind, word) select new.successor_id, kind, word from responsibilities where unit_id = new.id
    on conflict do nothing;
  insert into assigned_words as w (gram, unit_id, cases) select gram, new.successor_id, cases from assigned_words where unit_id = new.id
    on conflict (gram, unit_id) do update set cases = w.cases + excluded.cases;
  return null;
end $$;
create trigger units_cases_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function cases_succeeded();

-- ---- Finding -----------------------------------------------------------------------------------------------------------------
-- Which units a case may be for, and why: what they are responsible for, the names in the text, what went to them before. Never one
-- that it concerns.
create function propose_units(p_case_id bigint) returns table (unit_id bigint, unit_name text, reason text, words text[], weight numeric)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  c cases;
  said text;
begin
  select * into c from cases where id = p_case_id;
  if not found or concerns('case', p_case_id, actor_staff()) then return; end if;
  perform require_role(array[c.office_id], 'organiser', 'clerk');
  select lower(concat_ws(' ', c.title, c.place, s.body)) into said from submissions s where s.id = c.submission_id;
  return query
  with candidates as (
    select u.id, u.name, u.kind from units u where u.valid_until is null and u.id <> all (c.concerned_unit_ids)
  ), responsible as (
    select r.unit_id, r.kind, array_agg(r.word order by char_length(r.word) desc) as words, sum(char_length(r.word)) as characters
    from responsibilities r where position(lower(r.word) in said) > 0 group by r.unit_id, r.kind
  ), grams as (
    select g from unnest(bigrams(c.title)) g
  ), known as (
    select w.gram, w.unit_id, w.cases, sum(w.cases) over (partition by w.gram) as total from assigned_words w join grams on g = w.gram where w.cases > 0
  ), past as (
    select k.unit_id, (array_agg(k.gram order by k.cases::numeric / k.total * ln(k.cases + 1) desc))[1:3] as words,
      sum(k.cases::numeric / k.total) / greatest(1, (select count(*) from grams)) as share
    from known k where k.total > 1 group by k.unit_id
  ), reasons as (
    select unit_id, kind as reason, words, case kind when 'matter' then 10 else 4 end + characters::numeric * case kind when 'matter' then 5 else 2 end as weight from responsible
    union all
    select id, 'name', array[name], case kind when 'town' then 12 else 30 end from candidates
    where kind <> 'office' and position(lower(regexp_replace(name, '^(县|区|市)', '')) in said) > 0
    union all
    select unit_id, 'past', words, round(40 * share, 1) from past where share > 0.1
  )
  select n.id, n.name, r.reason, r.words, r.weight from reasons r join candidates n on n.id = r.unit_id
  where n.id in (select t.unit_id from reasons t join candidates m on m.id = t.unit_id group by t.unit_id order by sum(t.weight) desc, t.unit_id limit 4)
    -- Who gave it back is not asked again.
    and not exists (select from case_assignments a where a.case_id = c.id and a.unit_id = n.id and a.ended_how = 'given_back')
  order by sum(r.weight) over (partition by n.id) desc, n.id, r.weight desc;
end $$;

-- Cases with these words in number, title, place or text that the actor may see, the newest first; at most so many, as the words may be
-- everywhere. The order is that of arrival, month by month, so that common words are found without looking at all there are.
create function search_cases(p_words text, p_limit int) returns setof bigint
language plpgsql stable security definer set search_path = minyi, pg_temp
-- One plan for every month, and one that asks the index: a plan a month costs more than the month.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  wanted text[] := regexp_split_to_array(lower(trim(p_words)), '\s+');
  wanted_grams text[] := bigrams(p_words);
  units bigint[] := actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor');
  -- Whoever sees most units would look each of them up for little.
  everywhere boolean := cardinality(units) > 5;
  me bigint := actor_staff();
  mine bigint := actor_home_unit();
  left_over int := least(p_limit, 1000);
  found_now int;
  m int;
begin
  if not actor_is_signed_in() or cardinality(wanted_grams) = 0 then return; end if;
  m := (select max(w.month) from case_words w);
  while m is not null and left_over > 0 loop
    return query
    select c.id from (
      select w.case_id from case_words w where everywhere and w.month = m and w.grams @> wanted_grams
      union all
      select w.case_id from case_words w where not everywhere and w.month = m and w.grams @> wanted_grams and w.unit_ids && units
    ) w join cases c on c.id = w.case_id join submissions s on s.id = c.submission_id
    where c.unit_ids && units and not c.concerned_unit_ids && array[mine] and not c.concerned_staff_ids && array[me]
      -- The pairs may stand apart; the words may not.
      and not exists (select from unnest(wanted) x where position(x in lower(concat_ws(' ', c.number, c.title, c.place, s.body))) = 0)
    order by c.id desc limit left_over;
    get diagnostics found_now = row_count;
    left_over := left_over - found_now;
    m := (select max(w.month) from case_words w where w.month < m);
  end loop;
end $$;

do $$
declare f text;
begin
  foreach f in array array['hold_case(bigint)', 'record_case(bigint, text, text, text, text)', 'remark_case(bigint, text, text, boolean, boolean)',
    'refuse(text, text)', 'case_number_of(text, int)', 'tell_author(bigint, text, bigint, text)', 'tell_staff(bigint, text, bigint[], text[], text)',
    'case_rule(cases)', 'copy_case_clock(bigint)', 'cases_submission_seen()', 'cases_follow_clocks()', 'cases_withdrawn()', 'cases_sealed()', 'cases_succeeded()',
    'learn_words(cases, bigint, int)', 'end_assignment(cases, text)', 'leave_case(cases)', 'original_case(cases, text)', 'set_case_urgency(bigint, text)',
    'reply_of(cases)', 'claim_case_file(cases, uuid)', 'reopen_draft(replies)', 'tell_answer(cases, bigint)', 'clock_days_used(bigint, date)',
    'publish_answer(cases, bigint, bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['screen_case(bigint, text, text, text, text, text)', 'record_emergency(bigint, text)',
    'set_concerned(bigint, bigint[], bigint[], text)', 'set_publishable(bigint, boolean, text)',
    'assign_case(bigint, bigint, bigint[], text, text)', 'give_back_case(bigint, text, text)', 'link_cases(bigint, text, boolean)',
    'add_case_remark(bigint, text, text)', 'save_reply(bigint, int, text)', 'submit_reply(bigint, int, text, text, text, text)',
    'attach_to_reply(bigint, uuid)', 'detach_from_reply(bigint, uuid)', 'recall_reply(bigint)',
    'approve_reply(bigint, boolean, text, text, date, uuid)', 'review_publication(bigint, boolean, text)',
    'word_publication(bigint, text, text, text)', 'publish_case(bigint)', 'case_ceiling(bigint)', 'ask_extension(bigint, date, text)',
    'decide_extension(bigint, boolean, text)', 'pause_case(bigint, text, text)', 'resume_case(bigint)',
    'open_supervision(bigint, text, date)', 'answer_supervision(bigint, text)', 'close_supervision(bigint, text, text)',
    'record_callback(bigint, text, text)', 'propose_units(bigint)', 'search_cases(text, int)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
alter function advance_cases() owner to minyi_guard;
grant execute on function advance_cases() to minyi_work;
alter function reopen_case(bigint, text) owner to minyi_guard;
grant execute on function reopen_case(bigint, text) to minyi_intake;
