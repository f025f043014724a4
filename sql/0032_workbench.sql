-- The workbench: opinions that are about something of their own, groups of those that say nearly the same, answers that can be taken
-- back and are given to what was read, and counts of how everything ended that are kept and not counted.
--
-- What an opinion needs for its place in a list stands in its own row, so that a list reads fifty rows and not a hundred thousand.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation, adding-foreign-key-constraint
-- squawk-ignore-file adding-not-nullable-field, ban-drop-function
set local search_path to minyi;

alter table opinions add column procedure_id bigint references procedures;
alter table opinions add column channel text;
alter table opinions add column passage_id bigint references passages;      -- null: about the whole
-- Null: it waits for an answer. Else the outcome of the answer that holds, or that its author took the submission back.
alter table opinions add column ending text constraint opinions_ending check (ending in
  ('adopted', 'partly_adopted', 'not_adopted', 'explained', 'transferred', 'invalid', 'withdrawn'));
-- Grows with everything that somebody does with it: who answers says which version they have read.
alter table opinions add column version int not null default 1;

update opinions o set procedure_id = s.procedure_id, channel = s.channel, passage_id = s.passage_id,
  ending = case when s.withdrawn_at is not null then 'withdrawn'
    else (select d.outcome from dispositions d where d.opinion_id = o.id and d.superseded_at is null) end
from submissions s where s.id = o.submission_id;
alter table opinions alter column procedure_id set not null;
alter table opinions alter column channel set not null;

create index opinions_of_procedure on opinions (procedure_id, id);
create index opinions_open on opinions (procedure_id, id) where ending is null;
create index opinions_adopted on opinions (procedure_id, id) where ending in ('adopted', 'partly_adopted');
create index opinions_of_passage on opinions (procedure_id, passage_id, id);
create index opinions_of_channel on opinions (procedure_id, channel, id);

-- A new opinion is about what its submission is about, until somebody says otherwise.
create function opinions_of_submission() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  select procedure_id, channel, passage_id into new.procedure_id, new.channel, new.passage_id
  from submissions where id = new.submission_id;
  return new;
end $$;
alter function opinions_of_submission() owner to minyi_guard;
create trigger opinions_placed before insert on opinions for each row when (new.procedure_id is null)
  execute function opinions_of_submission();

-- ---- How everything ended ---------------------------------------------------------------------------------------------------

-- 件, 人次 and 条 by channel and ending, as differences that are added up: intake and answers only append, nobody waits for a row that
-- others count in, and the worker puts them together. Submissions end as open, answered, transferred, invalid, withdrawn; opinions as
-- open or as `opinions.ending` says.
create table ending_counts (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  channel text not null,
  ending text not null,
  submissions bigint not null default 0,
  people bigint not null default 0,
  opinions bigint not null default 0
);
create index ending_counts_of_procedure on ending_counts (procedure_id, channel, ending);
alter table ending_counts enable row level security;
grant select, insert, delete on ending_counts to minyi_guard;
create policy ending_counts_guard on ending_counts to minyi_guard using (true) with check (true);

-- The counts of these submissions as they are now.
create function count_endings(p_submission_ids bigint[])
returns table (procedure_id bigint, channel text, ending text, submissions bigint, people bigint, opinions bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  with points as (
    select o.submission_id, o.procedure_id, o.channel, o.ending from opinions o where o.submission_id = any (p_submission_ids)
  ), ended as (
    select p.submission_id, p.procedure_id, p.channel,
      case when bool_or(p.ending is null) then 'open' when bool_or(p.ending = 'withdrawn') then 'withdrawn'
        when bool_and(p.ending = 'invalid') then 'invalid' when bool_and(p.ending in ('transferred', 'invalid')) then 'transferred'
        else 'answered' end as ending
    from points p group by p.submission_id, p.procedure_id, p.channel
  )
  select procedure_id, channel, ending, sum(submissions)::bigint, sum(people)::bigint, sum(opinions)::bigint from (
    select e.procedure_id, e.channel, e.ending, 1 as submissions, s.people, 0 as opinions
    from ended e join submissions s on s.id = e.submission_id
    union all
    select procedure_id, channel, coalesce(ending, 'open'), 0, 0, 1 from points) x
  group by 1, 2, 3
$$;
alter function count_endings(bigint[]) owner to minyi_guard;

-- Whoever changes how something ended calls this before (-1) and after (+1), and holds all opinions of those submissions meanwhile.
create function note_endings(p_submission_ids bigint[], p_sign int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into ending_counts (procedure_id, channel, ending, submissions, people, opinions)
  select c.procedure_id, c.channel, c.ending, p_sign * c.submissions, p_sign * c.people, p_sign * c.opinions
  from count_endings(p_submission_ids) c;
end $$;
alter function note_endings(bigint[], int) owner to minyi_guard;

insert into ending_counts (procedure_id, channel, ending, submissions, people, opinions)
select c.* from count_endings(array(select id from submissions where procedure_id is not null)) c;

-- What has just come in waits for its answer.
create function submissions_counted() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into ending_counts (procedure_id, channel, ending, submissions, people, opinions)
  select procedure_id, channel, 'open', count(*), sum(people), count(*) from received where procedure_id is not null
  group by procedure_id, channel;
  return null;
end $$;
alter function submissions_counted() owner to minyi_guard;
create trigger submissions_count after insert on submissions referencing new table as received
  for each statement execute function submissions_counted();

create function hold_opinions(p_submission_ids bigint[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$ begin perform 1 from opinions where submission_id = any (p_submission_ids) order by id for update; end $$;
alter function hold_opinions(bigint[]) owner to minyi_guard;

-- How each channel stands, for the people who work on the procedure.
drop function reconciliation(bigint);
create function reconciliation(p_procedure_id bigint)
returns table (channel text, ending text, submissions bigint, people bigint, opinions bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  perform require_role(p.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')
  from procedures p where p.id = p_procedure_id;
  return query select c.channel, c.ending, sum(c.submissions)::bigint, sum(c.people)::bigint, sum(c.opinions)::bigint
    from ending_counts c where c.procedure_id = p_procedure_id group by c.channel, c.ending;
end $$;
alter function reconciliation(bigint) owner to minyi_guard;
grant execute on function reconciliation(bigint) to minyi_staff;

-- Puts the differences of a procedure together when there are many. Returns how many rows are gone.
create function compact_endings() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  gone int := 0;
  asked bigint;
  taken int;
begin
  for asked in select procedure_id from ending_counts group by procedure_id
    having count(*) > 100 and count(*) > 2 * count(distinct (channel, ending)) loop
    with old as (
      delete from ending_counts where procedure_id = asked returning *
    ), made as (
      insert into ending_counts (procedure_id, channel, ending, submissions, people, opinions)
      select asked, channel, ending, sum(submissions), sum(people), sum(opinions) from old group by channel, ending
      having sum(submissions) <> 0 or sum(people) <> 0 or sum(opinions) <> 0
      returning 1
    )
    select (select count(*) from old) - (select count(*) from made) into taken;
    gone := gone + taken;
  end loop;
  return gone;
end $$;
alter function compact_endings() owner to minyi_guard;
grant execute on function compact_endings() to minyi_work;

-- Counts everything anew at night, in one statement and so at one moment. Where the sums differ the recount holds from then on.
-- Returns how many sums were wrong.
create function prove_endings() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare wrong int;
begin
  with now as (
    select c.* from count_endings(array(select id from submissions where procedure_id is not null)) c
  ), apart as (
    select procedure_id, channel, ending, sum(submissions) as submissions, sum(people) as people, sum(opinions) as opinions from (
      select * from now
      union all
      select procedure_id, channel, ending, -submissions, -people, -opinions from ending_counts) x
    group by 1, 2, 3 having sum(submissions) <> 0 or sum(people) <> 0 or sum(opinions) <> 0
  )
  insert into ending_counts (procedure_id, channel, ending, submissions, people, opinions) select * from apart;
  get diagnostics wrong = row_count;
  return wrong;
end $$;
alter function prove_endings() owner to minyi_guard;
grant execute on function prove_endings() to minyi_work;

-- ---- Groups -----------------------------------------------------------------------------------------------------------------

-- Opinions on the same passage (or the whole) that say nearly the same: answered at one stroke, each still counted. An answer says
-- what becomes of one passage; the same words about two rows are two matters.
create table opinion_groups (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  passage_id bigint references passages,
  opinion_id bigint not null references opinions,     -- the one that stands for it
  threshold int,                                      -- per cent, as it was folded by; null: made by hand
  is_by_hand boolean not null default false,          -- people have put something in or taken something out
  size int not null,
  version int not null default 1,                     -- grows when who is in it changes
  made_at timestamptz not null
);
create index opinion_groups_of_procedure on opinion_groups (procedure_id, opinion_id);
create index opinion_groups_by_opinion on opinion_groups (opinion_id);
alter table opinions add column group_id bigint references opinion_groups;
alter table opinions add column wording int;          -- within its group; exact copies share one, the first is 1
alter table opinions add column likeness int;         -- per cent of what is alike with the first wording; null: put there by hand
-- Taken out by hand: it stays out when folding runs again.
alter table opinions add column is_apart boolean not null default false;
create index opinions_of_group on opinions (group_id, id) where group_id is not null;
alter table opinion_groups enable row level security;
grant select on opinion_groups to minyi_staff;
grant select, insert, update, delete on opinion_groups to minyi_guard;
create policy opinion_groups_of_visible on opinion_groups for select to minyi_staff
  using (exists (select from procedures p where p.id = procedure_id));
create policy opinion_groups_guard on opinion_groups to minyi_guard using (true) with check (true);

-- How far folding has come. `is_stale`: something was divided or placed anew since.
create table procedure_foldings (
  procedure_id bigint primary key references procedures,
  asked_at timestamptz,                               -- a job waits or runs
  folded_at timestamptz,
  threshold int,
  last_opinion_id bigint not null default 0,
  is_stale boolean not null default false,
  milliseconds int not null default 0
);
alter table procedure_foldings enable row level security;
grant select on procedure_foldings to minyi_staff;
grant select, insert, update on procedure_foldings to minyi_guard;
create policy procedure_foldings_of_visible on procedure_foldings for select to minyi_staff
  using (exists (select from procedures p where p.id = procedure_id));
create policy procedure_foldings_guard on procedure_foldings to minyi_guard using (true) with check (true);
insert into site_settings (key, value) values ('fold_percent', '70');

-- Counts who is left in these groups; one is no group.
create function regroup(p_group_ids bigint[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  with counted as (
    select g.id, count(o.id) as size, min(o.id) as first, bool_or(o.id = g.opinion_id) as has_first
    from opinion_groups g left join opinions o on o.group_id = g.id where g.id = any (p_group_ids) group by g.id
  )
  update opinion_groups g set size = c.size, version = g.version + 1,
    opinion_id = case when c.has_first or c.first is null then g.opinion_id else c.first end
  from counted c where c.id = g.id;
  update opinions o set group_id = null, wording = null, likeness = null from opinion_groups g
    where g.id = any (p_group_ids) and g.size < 2 and o.group_id = g.id;
  delete from opinion_groups where id = any (p_group_ids) and size < 2;
end $$;

-- Somebody has answered within these groups, or taken an answer back: who answers one of them as it was read before is told.
create function groups_changed(p_opinion_ids bigint[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform 1 from opinion_groups where id in (select group_id from opinions where id = any (p_opinion_ids)) order by id for update;
  update opinion_groups set version = version + 1 where id in (select group_id from opinions where id = any (p_opinion_ids));
end $$;

-- What is stale is folded again, when nobody can be waiting for it in this moment.
create function fold_again(p_procedure_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into procedure_foldings (procedure_id, is_stale) values (p_procedure_id, true)
  on conflict (procedure_id) do update set is_stale = true
$$;

-- Takes opinions out of their groups, for good.
create function take_out(p_opinion_ids bigint[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  groups bigint[];
  taken int;
begin
  perform 1 from opinions where id = any (p_opinion_ids) order by id for update;
  for units in select distinct unit_ids from opinions where id = any (p_opinion_ids) loop perform require_role(units, 'organiser'); end loop;
  groups := array(select distinct group_id from opinions where id = any (p_opinion_ids) and group_id is not null);
  update opinions set group_id = null, wording = null, likeness = null, is_apart = true, version = version + 1
  where id = any (p_opinion_ids) and group_id is not null;
  get diagnostics taken = row_count;
  update opinion_groups set is_by_hand = true where id = any (groups);
  perform regroup(groups);
  return taken;
end $$;

-- A group that is none: everything in it stays apart from now on.
create function dissolve_group(p_group_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$ begin return take_out(array(select id from opinions where group_id = p_group_id)); end $$;

-- Says that these say the same. They join the largest group that one of them is in, or make one. Returns its id.
create function join_opinions(p_opinion_ids bigint[]) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  units bigint[];
  groups bigint[];
  made bigint;
begin
  perform 1 from opinions where id = any (p_opinion_ids) order by id for update;
  for units in select distinct unit_ids from opinions where id = any (p_opinion_ids) loop perform require_role(units, 'organiser'); end loop;
  if (select count(*) from opinions where id = any (p_opinion_ids) and ending is distinct from 'withdrawn') < 2
    or (select count(distinct (procedure_id, coalesce(passage_id, 0))) from opinions where id = any (p_opinion_ids)) > 1 then
    raise exception 'two or more on the same passage' using errcode = '23514', constraint = 'opinion_groups_one_passage';
  end if;
  groups := array(select distinct group_id from opinions where id = any (p_opinion_ids) and group_id is not null);
  select id into made from opinion_groups where id = any (groups) order by size desc, id limit 1;
  if made is null then
    insert into opinion_groups (procedure_id, passage_id, opinion_id, size, made_at)
    select procedure_id, passage_id, id, 1, minyi_clock() from opinions where id = any (p_opinion_ids) order by id limit 1
    returning id into made;
  end if;
  update opinions set group_id = made, wording = null, likeness = null, is_apart = false, version = version + 1
  where id = any (p_opinion_ids) and ending is distinct from 'withdrawn' and group_id is distinct from made;
  update opinion_groups set is_by_hand = true where id = any (array_append(groups, made));
  perform regroup(array_append(groups, made));
  return made;
end $$;

-- Asks the worker to fold what has changed: at most one job a procedure, and one that took long has longer pauses. Returns how many.
create function ask_for_folding() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  wanted int := case_number_of('fold_percent', 70);
  p record;
  asked int := 0;
begin
  for p in
    select c.id from procedures c left join procedure_foldings f on f.procedure_id = c.id
    cross join lateral (select max(o.id) as last from opinions o where o.procedure_id = c.id) n
    where c.state not in ('preparing', 'published', 'terminated') and n.last is not null
      and (f.folded_at is null or f.is_stale or f.threshold <> wanted or n.last > f.last_opinion_id)
      and (f.asked_at is null or f.asked_at < minyi_clock() - interval '1 hour')
      and coalesce(f.folded_at, '-infinity') < minyi_clock() - make_interval(secs => 20 + coalesce(f.milliseconds, 0) * 0.02)
  loop
    insert into procedure_foldings (procedure_id, asked_at) values (p.id, minyi_clock())
    on conflict (procedure_id) do update set asked_at = minyi_clock();
    perform enqueue_job('fold_opinions', jsonb_build_object('procedure', p.id));
    asked := asked + 1;
  end loop;
  return asked;
end $$;
alter function ask_for_folding() owner to minyi_guard;
grant execute on function ask_for_folding() to minyi_work;

create function procedure_in_folding(p_job_id bigint) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select (payload ->> 'procedure')::bigint from jobs
  where id = p_job_id and kind = 'fold_opinions' and taken_at is not null and died_at is null
$$;

-- The words that a job compares, those on the same passage together. What was taken out by hand is left out.
create function opinions_in_folding(p_job_id bigint) returns table (id bigint, passage_id bigint, body text, threshold int)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select o.id, o.passage_id, o.body, case_number_of('fold_percent', 70) from opinions o
  where o.procedure_id = procedure_in_folding(p_job_id) and not o.is_apart and o.ending is distinct from 'withdrawn' and o.body <> ''
  order by o.passage_id nulls first, o.id
$$;

-- What a job has found: opinions by the number of their group and wording. What is in a group already stays there; nothing is put
-- together that people have kept apart. Groups made by another threshold that nobody has answered or changed are made anew.
create function opinions_were_folded(p_job_id bigint, p_threshold int, p_milliseconds int, p_last_id bigint, p_opinion_ids bigint[],
  p_groups int[], p_wordings int[], p_likeness int[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  asked bigint := procedure_in_folding(p_job_id);
  touched bigint[];
begin
  if asked is null then return 0; end if;
  insert into procedure_foldings (procedure_id) values (asked) on conflict do nothing;
  perform 1 from procedure_foldings where procedure_id = asked for update;
  touched := array(select g.id from opinion_groups g where g.procedure_id = asked and g.threshold <> p_threshold and not g.is_by_hand
    and not exists (select from opinions o where o.group_id = g.id and o.ending is not null));
  update opinions set group_id = null, wording = null, likeness = null where group_id = any (touched);
  delete from opinion_groups where id = any (touched);

  with offered as materialized (
    select x.id, x.key, x.wording, x.likeness, min(o.passage_id) over (partition by x.key) as passage_id
    from unnest(p_opinion_ids, p_groups, p_wordings, p_likeness) x (id, key, wording, likeness) join opinions o on o.id = x.id
  ), found as materialized (
    -- Waits for nobody: what somebody works on just now is folded the next time.
    select o.id, f.key, f.wording, f.likeness, o.group_id from offered f join opinions o on o.id = f.id
    where o.procedure_id = asked and not o.is_apart and o.ending is distinct from 'withdrawn' and o.passage_id is not distinct from f.passage_id
    for update of o skip locked
  ), homes as (
    -- The group that most of them are in already, or a new one.
    select distinct on (key) key, group_id from found where group_id is not null group by key, group_id order by key, count(*) desc, group_id
  ), made as (
    insert into opinion_groups (procedure_id, passage_id, opinion_id, threshold, size, version, made_at)
    select asked, o.passage_id, o.id, p_threshold, 0, 0, minyi_clock()
    from (select distinct on (f.key) f.key, f.id from found f where not exists (select from homes h where h.key = f.key)
      and f.key in (select key from found group by key having count(*) > 1) order by f.key, f.wording, f.id) first
    join opinions o on o.id = first.id
    returning id, opinion_id
  ), targets as (
    select key, group_id from homes
    union all
    select f.key, m.id from made m join found f on f.id = m.opinion_id
  ), moved as (
    update opinions o set group_id = t.group_id, wording = f.wording, likeness = f.likeness
    from found f join targets t on t.key = f.key
    where o.id = f.id and f.group_id is null
    returning o.group_id
  )
  select array_agg(distinct group_id) into touched from moved;
  perform regroup(touched);
  update procedure_foldings set asked_at = null, folded_at = minyi_clock(), threshold = p_threshold, is_stale = false,
    last_opinion_id = greatest(last_opinion_id, p_last_id), milliseconds = p_milliseconds
  where procedure_id = asked;
  return coalesce(cardinality(touched), 0);
end $$;

do $$
declare f text;
begin
  foreach f in array array['regroup(bigint[])', 'groups_changed(bigint[])', 'fold_again(bigint)', 'procedure_in_folding(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['take_out(bigint[])', 'dissolve_group(bigint)', 'join_opinions(bigint[])'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['opinions_in_folding(bigint)',
    'opinions_were_folded(bigint, int, int, bigint, bigint[], int[], int[], int[])'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
end $$;

-- ---- Taken back by its author -------------------------------------------------------------------------------------------------

create function submissions_leaving() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform hold_opinions(array[new.id]);
  perform note_endings(array[new.id], -1);
  return new;
end $$;
create function submissions_left() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare groups bigint[] := array(select group_id from opinions where submission_id = new.id and group_id is not null);
begin
  update opinions set ending = 'withdrawn', group_id = null, wording = null, likeness = null, version = version + 1
  where submission_id = new.id;
  perform regroup(groups);
  perform note_endings(array[new.id], 1);
  return null;
end $$;
alter function submissions_leaving() owner to minyi_guard;
alter function submissions_left() owner to minyi_guard;
create trigger submissions_leave before update of withdrawn_at on submissions for each row
  when (new.procedure_id is not null and old.withdrawn_at is null and new.withdrawn_at is not null) execute function submissions_leaving();
create trigger submissions_have_left after update of withdrawn_at on submissions for each row
  when (new.procedure_id is not null and old.withdrawn_at is null and new.withdrawn_at is not null) execute function submissions_left();

-- ---- Splitting --------------------------------------------------------------------------------------------------------------

-- As before, each opinion with the passage it is about (its position in the edition that was commented on; null: the whole).
drop function split_opinions(bigint, text[]);
create function split_opinions(p_submission_id bigint, p_bodies text[], p_positions bigint[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  groups bigint[];
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then raise exception 'unknown submission' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser');
  perform hold_opinions(array[s.id]);
  if s.sealed_at is not null then
    raise exception 'sealed' using errcode = '23514', constraint = 'submissions_sealed';
  end if;
  -- A page that was opened before would write the words back.
  if s.withdrawn_at is not null then
    raise exception 'withdrawn' using errcode = '23514', constraint = 'submissions_withdrawn';
  end if;
  if exists (select from dispositions d join opinions o on o.id = d.opinion_id where o.submission_id = s.id) then
    raise exception 'answered opinions are not split' using errcode = '23514', constraint = 'opinions_answered';
  end if;
  if cardinality(p_bodies) not between 1 and 20 or cardinality(p_positions) <> cardinality(p_bodies)
    or exists (select from unnest(p_bodies) b where char_length(b) not between 1 and 5000) then
    raise exception 'between 1 and 20 opinions with text' using errcode = '23514', constraint = 'opinions_split';
  end if;
  if exists (select from unnest(p_positions) n where n is not null
      and not exists (select from passages g where g.edition_id = s.edition_id and g.position = n)) then
    raise exception 'no such passage' using errcode = '23514', constraint = 'opinions_passage';
  end if;
  perform note_endings(array[s.id], -1);
  groups := array(select group_id from opinions where submission_id = s.id and group_id is not null);
  update opinions set group_id = null where submission_id = s.id;
  perform regroup(groups);
  delete from opinions where submission_id = s.id;
  insert into opinions (submission_id, ordinal, body, unit_ids, procedure_id, channel, passage_id)
  select s.id, n, b, s.unit_ids, s.procedure_id, s.channel,
    (select g.id from passages g where g.edition_id = s.edition_id and g.position = place)
  from unnest(p_bodies, p_positions) with ordinality x (b, place, n);
  perform note_endings(array[s.id], 1);
  perform fold_again(s.procedure_id);
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'split', actor_staff(), cardinality(p_bodies)::text, s.unit_ids);
  return cardinality(p_bodies);
end $$;
alter function split_opinions(bigint, text[], bigint[]) owner to minyi_guard;
grant execute on function split_opinions(bigint, text[], bigint[]) to minyi_staff;

-- ---- Answers ----------------------------------------------------------------------------------------------------------------

alter table dispositions add column effect text not null default ''       -- where what was adopted shows, if no change is linked
  constraint dispositions_effect_length check (char_length(effect) <= 500);
alter table dispositions add column effect_on date;                        -- and by when it takes effect
alter table dispositions add constraint dispositions_effect_whole check ((effect = '') = (effect_on is null));
alter table dispositions add constraint dispositions_effect_of_adopted check (effect = '' or outcome in ('adopted', 'partly_adopted'));
alter table dispositions add column batch uuid;                            -- one step, that can be taken back as one
alter table dispositions add column replaces bigint references dispositions;
alter table dispositions add column undone_at timestamptz;
create index dispositions_of_opinion on dispositions (opinion_id, id);
create index dispositions_of_batch on dispositions (batch) where batch is not null;

-- An answer given or taken back, or a visibility changed, after a result was prepared sets it aside.
create function lapse_results(p_procedure_ids bigint[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  -- Waits for one who is preparing the result just now; the statement after this one sees what they prepared.
  perform 1 from procedures where id = any (p_procedure_ids) order by id for share;
  update clearances set withdrawn_at = minyi_clock()
  where procedure_id = any (p_procedure_ids) and kind = 'result' and published_at is null and withdrawn_at is null;
end $$;
create or replace function result_lapse() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$ begin perform lapse_results(array[new.procedure_id]); return null; end $$;
create function answers_lapse() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform lapse_results(array(select distinct o.procedure_id from given g join opinions o on o.id = g.opinion_id));
  return null;
end $$;
alter function lapse_results(bigint[]) owner to minyi_guard;
alter function answers_lapse() owner to minyi_guard;
-- Once for all that are given together.
drop trigger dispositions_given on dispositions;
create trigger dispositions_given after insert on dispositions referencing new table as given
  for each statement execute function answers_lapse();

-- One answer for one or several opinions. Earlier answers are superseded, never changed; the same answer given twice is given
-- once. With versions (null: whatever holds): somebody who has read another one than holds now gives no answer, to none of them. A
-- published result is corrected by answering anew and publishing a new version. Returns how many were answered.
drop function answer_opinions(bigint[], text, text, text, text);
create function answer_opinions(p_opinion_ids bigint[], p_versions int[], p_outcome text, p_reason text, p_transferred_to text,
  p_invalid_code text, p_effect text, p_effect_on date, p_batch uuid)
returns int language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz;
  units bigint[];
  asked bigint[];
  of_submissions bigint[];
  changed text;
begin
  of_submissions := array(select distinct submission_id from opinions where id = any (p_opinion_ids));
  -- Publishing takes these rows FOR UPDATE: an answer stands in the version just published, or bears a later time than it.
  perform 1 from procedures where id in (select procedure_id from opinions where id = any (p_opinion_ids)) order by id for share;
  perform hold_opinions(of_submissions);
  moment := minyi_clock();
  for units in select distinct unit_ids from opinions where id = any (p_opinion_ids) loop perform require_role(units, 'organiser'); end loop;
  if exists (select from opinions where id = any (p_opinion_ids) and ending = 'withdrawn') then
    raise exception 'withdrawn' using errcode = '23514', constraint = 'dispositions_not_withdrawn';
  end if;
  if exists (select from procedures p where p.state = 'terminated' and p.id in (select procedure_id from opinions where id = any (p_opinion_ids))) then
    raise exception 'terminated' using errcode = '23514', constraint = 'dispositions_not_terminated';
  end if;
  -- A second press of the button finds its own answer.
  asked := array(select o.id from opinions o left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
    where o.id = any (p_opinion_ids) and (d.outcome, d.reason, d.transferred_to, d.invalid_code, d.effect, d.effect_on) is distinct from
      (p_outcome, p_reason, coalesce(p_transferred_to, ''), p_invalid_code, coalesce(p_effect, ''), p_effect_on) order by o.id);
  select string_agg(distinct s.number, ' ') into changed
  from unnest(p_opinion_ids, p_versions) x (id, version) join opinions o on o.id = x.id join submissions s on s.id = o.submission_id
  where o.id = any (asked) and o.version <> x.version;
  if p_versions is not null and exists (select from unnest(p_opinion_ids) x (id) where not exists (select from opinions o where o.id = x.id)) then
    raise exception 'divided meanwhile' using errcode = '23514', constraint = 'opinions_divided_meanwhile';
  end if;
  if changed is not null then
    raise exception 'changed meanwhile' using errcode = '23514', constraint = 'opinions_changed_meanwhile', detail = changed;
  end if;
  perform note_endings(of_submissions, -1);
  update dispositions set superseded_at = moment where opinion_id = any (asked) and superseded_at is null;
  update opinions set ending = p_outcome, version = version + 1 where id = any (asked);
  perform groups_changed(asked);
  insert into dispositions (opinion_id, outcome, reason, transferred_to, invalid_code, effect, effect_on, batch, replaces, answered_by,
    answered_at, unit_ids)
  select o.id, p_outcome, p_reason, coalesce(p_transferred_to, ''), p_invalid_code, coalesce(p_effect, ''), p_effect_on, p_batch,
    (select max(d.id) from dispositions d where d.opinion_id = o.id and d.superseded_at = moment and d.undone_at is null), actor_staff(), moment, o.unit_ids
  from opinions o where o.id = any (asked);
  perform note_endings(of_submissions, 1);
  insert into events (at, subject, subject_id, kind, staff_id, code, batch, unit_ids)
  select moment, 'submission', o.submission_id, 'answered', actor_staff(), p_outcome, p_batch, o.unit_ids from opinions o where o.id = any (asked);
  return (select count(*) from opinions where id = any (p_opinion_ids));
end $$;
alter function answer_opinions(bigint[], int[], text, text, text, text, text, date, uuid) owner to minyi_guard;
grant execute on function answer_opinions(bigint[], int[], text, text, text, text, text, date, uuid) to minyi_staff;

-- A group is answered at one stroke, as it was when it was read.
create function answer_group(p_group_id bigint, p_version int, p_outcome text, p_reason text, p_transferred_to text,
  p_invalid_code text, p_effect text, p_effect_on date, p_batch uuid)
returns int language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare g opinion_groups;
begin
  -- A second press of the button.
  if exists (select from dispositions where batch = p_batch and answered_by = actor_staff()) then
    return (select count(*) from opinions where group_id = p_group_id);
  end if;
  -- As everybody does it: the procedure, the opinions, their group.
  perform 1 from procedures where id = (select procedure_id from opinion_groups where id = p_group_id) for share;
  perform hold_opinions(array(select submission_id from opinions where group_id = p_group_id));
  select * into g from opinion_groups where id = p_group_id for update;
  if not found or g.version <> p_version then
    raise exception 'changed meanwhile' using errcode = '23514', constraint = 'opinion_groups_changed_meanwhile';
  end if;
  return answer_opinions(array(select id from opinions where group_id = g.id), null, p_outcome, p_reason, p_transferred_to,
    p_invalid_code, p_effect, p_effect_on, p_batch);
end $$;
alter function answer_group(bigint, int, text, text, text, text, text, date, uuid) owner to minyi_guard;
grant execute on function answer_group(bigint, int, text, text, text, text, text, date, uuid) to minyi_staff;

-- Takes back one's own step: what held before holds again, with its author and its time, except where somebody has answered anew
-- since. Returns how many are as they were.
create function undo_answers(p_batch uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz;
  units bigint[];
  given bigint[];
  of_submissions bigint[];
begin
  of_submissions := array(select distinct o.submission_id from dispositions d join opinions o on o.id = d.opinion_id
    where d.batch = p_batch and d.answered_by = actor_staff());
  perform 1 from procedures where id in (select procedure_id from opinions where submission_id = any (of_submissions)) order by id for share;
  perform hold_opinions(of_submissions);
  moment := minyi_clock();
  given := array(select d.id from dispositions d join opinions o on o.id = d.opinion_id join procedures p on p.id = o.procedure_id
    where d.batch = p_batch and d.answered_by = actor_staff() and d.superseded_at is null and o.ending <> 'withdrawn'
    -- Once the answering has ended, nothing is left without an answer.
    and (d.replaces is not null or p.state not in ('answered', 'published')));
  if given = '{}' then
    raise exception 'answered anew' using errcode = '23514', constraint = 'dispositions_answered_since';
  end if;
  for units in select distinct unit_ids from dispositions where id = any (given) loop perform require_role(units, 'organiser'); end loop;
  perform note_endings(of_submissions, -1);
  update dispositions set superseded_at = moment, undone_at = moment where id = any (given);
  update dispositions set superseded_at = null where id in (select replaces from dispositions where id = any (given));
  update opinions o set version = o.version + 1,
    ending = (select b.outcome from dispositions b where b.id = d.replaces)
  from dispositions d where d.id = any (given) and o.id = d.opinion_id;
  perform groups_changed(array(select opinion_id from dispositions where id = any (given)));
  perform note_endings(of_submissions, 1);
  perform lapse_results(array(select distinct procedure_id from opinions where submission_id = any (of_submissions)));
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  select moment, 'submission', o.submission_id, 'answer_undone', actor_staff(), d.outcome, o.unit_ids
  from dispositions d join opinions o on o.id = d.opinion_id where d.id = any (given);
  return cardinality(given);
end $$;
alter function undo_answers(uuid) owner to minyi_guard;
grant execute on function undo_answers(uuid) to minyi_staff;

-- As before; where an answer takes effect is part of its words.
create or replace function seal_submission(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  t submissions;
begin
  select * into t from submissions where id = s.submission_id for update;
  insert into sealed_contents values (s.id, 'submission', t.id, concat_ws(e'\n', t.organisation, t.public_name, t.body));
  insert into sealed_contents select s.id, 'opinion', id, body from opinions where submission_id = t.id;
  insert into sealed_contents select s.id, 'disposition', d.id, concat_ws(e'\n', d.reason, nullif(d.effect, ''))
    from dispositions d join opinions o on o.id = d.opinion_id where o.submission_id = t.id;
  insert into sealed_contents
    select s.id, 'published_opinion', row_number() over (order by version_id, ordinal), concat_ws(e'\n', label, body, reason)
    from published_opinions where submission_number = t.number;
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where submission_number = t.number;
  update dispositions d set reason = '—', effect = case when effect = '' then '' else '—' end
    from opinions o where o.id = d.opinion_id and o.submission_id = t.id;
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

-- ---- The end of the answering -------------------------------------------------------------------------------------------------

-- What was adopted, in whole or in part, shows in a change that is linked, or the answer says where and by when it will.
create function require_effects(p_procedure_id bigint) returns void
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare lacking text;
begin
  select string_agg(number, ' ' order by id) into lacking from (
    select distinct s.id, s.number from opinions o join submissions s on s.id = o.submission_id
    join dispositions d on d.opinion_id = o.id and d.superseded_at is null
    where o.procedure_id = p_procedure_id and o.ending in ('adopted', 'partly_adopted') and d.effect = '' and s.sealed_at is null
      and not exists (select from passage_opinions x where x.opinion_id = o.id)
    order by s.id limit 50) l;
  if lacking is not null then
    raise exception 'adopted, and nobody says where' using errcode = '23514', constraint = 'dispositions_effect', detail = lacking;
  end if;
end $$;
alter function require_effects(bigint) owner to minyi_guard;

create or replace function finish_answering(p_procedure_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  missing text;
begin
  select * into p from procedures where id = p_procedure_id for update;
  if not found then raise exception 'unknown procedure' using errcode = 'P0002'; end if;
  perform require_role(p.unit_ids, 'organiser');
  if p.state <> 'closed' or minyi_clock() < coalesce(p.entry_until, p.closes_at) then
    raise exception 'still collecting' using errcode = '23514', constraint = 'procedures_still_collecting';
  end if;
  select string_agg(number, ' ') into missing from endings(p.id) where ending is null;
  if missing is not null then
    raise exception 'not every submission has ended' using errcode = '23514', constraint = 'procedures_all_answered', detail = missing;
  end if;
  perform require_effects(p.id);
  perform require_screened(p.id);
  update procedures set state = 'answered' where id = p.id;
  insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
  values (minyi_clock(), 'procedure', p.id, 'answered', actor_staff(), 'closed', 'answered', p.unit_ids);
end $$;

-- As before; and no result says of something that it was adopted without saying where.
create or replace function result_reconciles(p_procedure_id bigint, p_content jsonb) returns boolean
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  perform require_effects(p_procedure_id);
  return (
    with stated as (
      select o ->> 'number' as number, o ->> 'outcome' as outcome, count(*) from jsonb_array_elements(p_content -> 'opinions') o group by 1, 2
    ), on_record as (
      select s.number, d.outcome, count(*)
      from submissions s join opinions o on o.submission_id = s.id join dispositions d on d.opinion_id = o.id and d.superseded_at is null
      where s.procedure_id = p_procedure_id and s.withdrawn_at is null group by 1, 2
    )
    select not exists ((table stated except table on_record) union all (table on_record except table stated))
      and (p_content -> 'counts' ->> 'opinions')::bigint is not distinct from coalesce((select sum(count) from stated), 0)::bigint
      and (p_content -> 'counts' ->> 'submissions')::bigint is not distinct from (select count(*) from endings(p_procedure_id)));
end $$;

-- ---- Every author is told -----------------------------------------------------------------------------------------------------

-- As before, each answer with where and when it takes effect.
create or replace function receipt(p_number text, p_code_mac bytea)
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
        'transferred_to', d.transferred_to, 'invalid_code', d.invalid_code, 'effect', d.effect, 'effect_on', d.effect_on) order by o.ordinal)
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

-- Results whose authors are being told, and how far that is. By the worker: a result may answer a hundred thousand.
create table result_notices (
  version_id bigint primary key references published_versions,
  last_submission_id bigint not null default 0,
  ended_at timestamptz
);
create index result_notices_to_do on result_notices (version_id) where ended_at is null;
alter table result_notices enable row level security;
grant select, insert, update on result_notices to minyi_guard;
create policy result_notices_guard on result_notices to minyi_guard using (true) with check (true);

create function results_to_tell() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into result_notices (version_id) values (new.id);
  return null;
end $$;
alter function results_to_tell() owner to minyi_guard;
create trigger published_versions_told after insert on published_versions for each row when (new.kind = 'result')
  execute function results_to_tell();

alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received', 'result')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review'));

-- Tells the next thousand authors of a published result who can be reached; of one that corrects another, those who were answered anew.
-- Returns how many there were.
create function tell_results() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  n record;
  before timestamptz;
  told bigint[];
begin
  select t.version_id, t.last_submission_id, v.procedure_id, v.version into n
  from result_notices t join published_versions v on v.id = t.version_id where t.ended_at is null order by t.version_id limit 1;
  if not found then return 0; end if;
  before := (select max(published_at) from published_versions v where v.procedure_id = n.procedure_id and v.kind = 'result' and v.version < n.version);
  told := array(select s.id from submissions s join contacts c on c.submission_id = s.id
    where s.procedure_id = n.procedure_id and s.id > n.last_submission_id and s.withdrawn_at is null and s.sealed_at is null
      and (before is null or exists (select from opinions o join dispositions d on d.opinion_id = o.id
        where o.submission_id = s.id and d.superseded_at is null and d.answered_at > before))
    order by s.id limit 1000);
  perform notify_authors('result', told, array(select 'result.' || n.version_id from unnest(told)),
    array(select jsonb_build_object('code', case when before is null then 'first' else 'again' end) from unnest(told)));
  update result_notices set last_submission_id = coalesce(told[cardinality(told)], last_submission_id),
    ended_at = case when cardinality(told) < 1000 then minyi_clock() end
  where version_id = n.version_id;
  return cardinality(told);
end $$;
alter function tell_results() owner to minyi_guard;
grant execute on function tell_results() to minyi_work;
