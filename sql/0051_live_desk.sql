-- 听证进行中: what is said, entry by entry and never changed, what the screens show of it, and who confirms it.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid
set local search_path to minyi;

-- 议程: the order of art. 17, unless the presider has another.
create table agenda_items (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  ordinal int not null constraint agenda_items_ordinal_positive check (ordinal > 0),
  kind text not null constraint agenda_items_kind check (kind in
    ('opening', 'presentation', 'statements', 'questions', 'debate', 'explanation', 'confirmation', 'closing', 'other')),
  title text not null constraint agenda_items_title_length check (char_length(title) between 1 and 100),
  minutes int constraint agenda_items_minutes check (minutes between 1 and 600),
  constraint agenda_items_ordinal unique (gathering_id, ordinal)
);

-- 笔录. A correction is an entry of its own that names the one it corrects; what was typed first stays and is shown struck through.
create table gathering_entries (
  id bigint generated always as identity primary key,
  gathering_id bigint not null references gatherings,
  position int not null,                               -- 1, 2, 3 … without gaps: what screens and the desk catch up by
  key uuid not null constraint gathering_entries_key unique,   -- made where it was typed: sent twice, it is one
  kind text not null constraint gathering_entries_kind check (kind in
    ('began', 'agenda', 'presence', 'call', 'time', 'statement', 'question', 'reply', 'procedural', 'correction', 'hidden', 'ended')),
  turn int,                                            -- position of the call it belongs to
  agenda_item_id bigint references agenda_items,
  person_id bigint references gathering_people,
  next_id bigint references gathering_people,          -- call: who is called after them
  passage_id bigint references passages,               -- the row it is about
  body text not null default '' constraint gathering_entries_length check (char_length(body) <= 5000),
  seconds int constraint gathering_entries_seconds check (seconds between 0 and 36000),   -- call, time: how long from then on; 0 stops
  presence text constraint gathering_entries_presence check (presence in ('present', 'absent', 'left')),
  replaces bigint references gathering_entries,
  said_at timestamptz not null,                        -- by the clock where it was typed, held within the gathering
  at timestamptz not null,
  staff_id bigint not null references staff,
  page int,                                            -- of the transcript; given when it ended
  submission_id bigint references submissions,         -- what it became a part of
  constraint gathering_entries_position unique (gathering_id, position),
  constraint gathering_entries_words check ((kind in ('statement', 'question', 'reply', 'procedural')) <= (body <> '')),
  constraint gathering_entries_speaker check (kind not in ('call', 'statement', 'question', 'reply', 'presence') or person_id is not null),
  constraint gathering_entries_replaces check ((kind in ('correction', 'hidden')) = (replaces is not null)),
  constraint gathering_entries_timed check ((kind in ('call', 'time')) = (seconds is not null)),
  constraint gathering_entries_present check ((kind = 'presence') = (presence is not null))
);
create index gathering_entries_of_submission on gathering_entries (submission_id) where submission_id is not null;
create index gathering_entries_replaced on gathering_entries (replaces) where replaces is not null;

-- What screens show. A name only of who has agreed to it. Read through a door alone, which asks whether everybody may follow, or for the key of the hall.
create table screen_entries (
  gathering_id bigint not null references gatherings,
  position int not null,
  kind text not null,
  turn int,
  label text not null,                                 -- 参加人3 张某（村民）, or the agenda item
  next_label text not null default '',
  body text not null,                                  -- empty once hidden or sealed
  seconds int,
  replaces int,                                        -- position of what it corrects or hides
  at timestamptz not null,
  primary key (gathering_id, position)
);
alter table screen_entries enable row level security;
grant select, insert, update on screen_entries to minyi_guard;
create policy screen_entries_guard on screen_entries to minyi_guard using (true) with check (true);

-- Page by page, by who was there. One that was corrected since counts no longer: the door compares `at`.
create table transcript_marks (
  person_id bigint not null references gathering_people,
  page int not null constraint transcript_marks_page check (page > 0),
  verdict text not null constraint transcript_marks_verdict check (verdict in ('confirmed', 'objected')),
  note text not null default '' constraint transcript_marks_note_length check (char_length(note) <= 1000),
  at timestamptz not null,
  primary key (person_id, page),
  constraint transcript_marks_why check ((verdict = 'objected') = (note <> ''))
);
-- How it ended with who did not confirm on a page: signed on paper, or refused.
create table transcript_ends (
  person_id bigint primary key references gathering_people,
  outcome text not null constraint transcript_ends_outcome check (outcome in ('paper', 'refused', 'unreachable')),
  reason text not null default '' constraint transcript_ends_reason_length check (char_length(reason) <= 500),
  recorded_by bigint not null references staff,
  recorded_at timestamptz not null,
  constraint transcript_ends_why check (outcome = 'paper' or reason <> '')
);

alter table agenda_items enable row level security;
alter table gathering_entries enable row level security;
alter table transcript_marks enable row level security;
alter table transcript_ends enable row level security;
grant select on agenda_items, gathering_entries, transcript_marks, transcript_ends to minyi_staff;
create policy agenda_items_of_visible on agenda_items for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
create policy gathering_entries_of_my_units on gathering_entries for select to minyi_staff using (gathering_id = any (array(
  select g.id from gatherings g where g.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));
create policy transcript_marks_of_visible on transcript_marks for select to minyi_staff using (person_id = any (array(select p.id from gathering_people p)));
create policy transcript_ends_of_visible on transcript_ends for select to minyi_staff using (person_id = any (array(select p.id from gathering_people p)));
grant select, insert, update, delete on agenda_items to minyi_guard;
grant select, insert, update on gathering_entries, transcript_marks, transcript_ends to minyi_guard;
create policy agenda_items_guard on agenda_items to minyi_guard using (true) with check (true);
create policy gathering_entries_guard on gathering_entries to minyi_guard using (true) with check (true);
create policy transcript_marks_guard on transcript_marks to minyi_guard using (true) with check (true);
create policy transcript_ends_guard on transcript_ends to minyi_guard using (true) with check (true);

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------
