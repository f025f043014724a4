-- Building questionnaires: what was written before, so that nothing is lost when two work on one or somebody drops too much, and the
-- papers that are printed.
set local search_path to minyi;

-- The last contents of each questionnaire, the newest among them.
create table questionnaire_drafts (
  questionnaire_id bigint not null references questionnaires,
  content_version int not null,
  content jsonb not null,
  saved_by bigint references staff,
  saved_at timestamptz not null,
  primary key (questionnaire_id, content_version)
);
-- A form and a poster as PDF, made of what stands in `words`.
create table questionnaire_papers (
  questionnaire_id bigint not null references questionnaires,
  kind text not null constraint questionnaire_papers_kind check (kind in ('form', 'poster')),
  words jsonb not null constraint questionnaire_papers_words_size check (octet_length(words::text) <= 2097152),
  state text not null default 'waiting' constraint questionnaire_papers_state check (state in ('waiting', 'made', 'failed')),
  data bytea constraint questionnaire_papers_size check (octet_length(data) <= 10485760),
  asked_at timestamptz not null,
  primary key (questionnaire_id, kind),
  constraint questionnaire_papers_made check ((state = 'made') = (data is not null))
);

alter table questionnaire_drafts enable row level security;
alter table questionnaire_papers enable row level security;
grant select on questionnaire_drafts, questionnaire_papers to minyi_staff;
grant select, insert, delete on questionnaire_drafts to minyi_guard;
grant select, insert, update on questionnaire_papers to minyi_guard;
create policy questionnaire_drafts_of_visible on questionnaire_drafts for select to minyi_staff
  using (questionnaire_id = any (array(select id from questionnaires)));
create policy questionnaire_papers_of_visible on questionnaire_papers for select to minyi_staff
  using (questionnaire_id = any (array(select id from questionnaires)));
create policy questionnaire_drafts_guard on questionnaire_drafts to minyi_guard using (true) with check (true);
create policy questionnaire_papers_guard on questionnaire_papers to minyi_guard using (true) with check (true);

create function questionnaires_keep_drafts() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into questionnaire_drafts (questionnaire_id, content_version, content, saved_by, saved_at)
  values (new.id, new.content_version, new.content, actor_staff(), minyi_clock()) on conflict do nothing;
  delete from questionnaire_drafts where questionnaire_id = new.id and content_version <= new.content_version - 50;
  return null;
end $$;
create trigger questionnaires_drafts after insert or update of content_version on questionnaires
  for each row execute function questionnaires_keep_drafts();

-- Another content for one that is prepared, or on the way to a correction of one that is asked. Returns its version.
create function save_questionnaire_content(p_id bigint, p_content_version bigint, p_content jsonb) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_id);
begin
  if q.state not in ('preparing', 'announced', 'open', 'suspended') then perform refuse('questionnaires_not_open'); end if;
  if q.content_version is distinct from p_content_version then perform refuse('questionnaires_saved_meanwhile'); end if;
  update questionnaires set content = p_content, content_version = content_version + 1,
    title = case when state = 'preparing' then p_content ->> 'title' else title end
  where id = q.id;
  return q.content_version + 1;
end $$;

-- What a file had that the questionnaire made of it has not.
create function keep_import_losses(p_id bigint, p_lost jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_id);
begin
  if q.state <> 'preparing' then perform refuse('questionnaires_preparing'); end if;
  update questionnaires set lost = p_lost where id = q.id;
end $$;

-- A sheet that the unit has entered was entered wrongly: it is taken back as long as sheets are entered.
create function void_entered_sheet(p_number text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  q questionnaires;
  moment timestamptz;
begin
  select t.id, a.questionnaire_id into s from submissions t join answer_sheets a on a.submission_id = t.id
  where t.number = p_number and a.entered_by is not null;
  if not found then raise exception 'unknown sheet' using errcode = 'P0002'; end if;
  select * into q from questionnaires where id = s.questionnaire_id for share;
  perform require_role(array[q.unit_id], 'organiser', 'clerk');
  perform 1 from quota_counts where questionnaire_id = q.id order by code for update;
  perform 1 from submissions where id = s.id and withdrawn_at is null and sealed_at is null for update;
  if not found then perform refuse('entered_sheets_taken_back'); end if;
  moment := minyi_clock();
  if q.state not in ('open', 'suspended', 'closed') or moment >= q.entry_until then perform refuse('entered_sheets_over'); end if;
  perform take_sheet_back(s.id, moment, 'voided');
end $$;

-- Takes back one that was announced and has not begun, to be prepared again. Nobody has answered what was frozen, so it is forgotten.
create function take_back_questionnaire(p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_id);
  host text := (select number from public_procedures where procedure_id = q.procedure_id);
begin
  if q.state <> 'announced' or q.opens_at <= minyi_clock() or exists (select from answer_sheets where questionnaire_id = q.id) then
    perform refuse('questionnaires_begun');
  end if;
  -- The key by which persons are told apart is made once.
  if q.voice = 'person' then perform refuse('questionnaires_key_made'); end if;
  delete from public_questionnaires where questionnaire_id = q.id;
  delete from questionnaire_versions where questionnaire_id = q.id;
  delete from quota_counts where questionnaire_id = q.id;
  update questionnaires set state = 'preparing', version = null, entry_until = null, promised_until = null, deadline_note = '' where id = q.id;
  perform questionnaire_event(q, 'taken_back', 'preparing');
  perform note_public_change(q.number);
  perform note_public_change('');
  if host is not null then perform note_public_change(host); end if;
end $$;

-- Deletes one that is prepared, as it was read: nobody outside has seen it. What happened to it stays among the events.
create function drop_questionnaire(p_id bigint, p_content_version bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_id);
begin
  if q.state <> 'preparing' then perform refuse('questionnaires_preparing'); end if;
  if q.content_version is distinct from p_content_version then perform refuse('questionnaires_saved_meanwhile'); end if;
  delete from questionnaire_drafts where questionnaire_id = q.id;
  delete from questionnaire_papers where questionnaire_id = q.id;
  delete from invitation_codes where questionnaire_id = q.id;
  begin
    delete from questionnaires where id = q.id;
  exception when foreign_key_violation then
    perform refuse('questionnaires_in_use');
  end;
  perform questionnaire_event(q, 'dropped', null);
end $$;
grant delete on questionnaires, questionnaire_versions, quota_counts, public_questionnaires, questionnaire_papers, invitation_codes to minyi_guard;

-- A paper of the questionnaire with these words; the same asked for twice is made once.
create function ask_for_questionnaire_paper(p_id bigint, p_kind text, p_words jsonb) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare asking bigint[] := (select unit_ids from questionnaires where id = p_id and unit_ids && actor_units());
begin
  if asking is null then raise exception 'unknown questionnaire' using errcode = 'P0002'; end if;
  perform require_role(asking, 'organiser', 'clerk');
  insert into questionnaire_papers as f (questionnaire_id, kind, words, asked_at) values (p_id, p_kind, p_words, minyi_clock())
  on conflict (questionnaire_id, kind) do update set words = excluded.words, state = 'waiting', data = null, asked_at = excluded.asked_at
    where f.words <> excluded.words or f.state = 'failed' or f.state = 'waiting' and f.asked_at < minyi_clock() - interval '1 minute';
  if found then perform enqueue_job('make_paper', jsonb_build_object('questionnaire', p_id, 'paper', p_kind)); end if;
end $$;

-- The worker's narrow door: the one paper it is making just now.
create function paper_in_making(p_job_id bigint) returns table (kind text, words text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select f.kind, f.words::text from jobs j
  join questionnaire_papers f on f.questionnaire_id = (j.payload ->> 'questionnaire')::bigint and f.kind = j.payload ->> 'paper'
    and f.state = 'waiting'
  where j.id = p_job_id and j.kind = 'make_paper' and j.taken_at is not null and j.died_at is null
$$;

-- `p_words`: of which it was made; other ones asked for meanwhile have a job of their own.
create function paper_was_made(p_job_id bigint, p_words text, p_data bytea) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  update questionnaire_papers f set state = case when p_data is null then 'failed' else 'made' end, data = p_data
  from jobs j where j.id = p_job_id and j.kind = 'make_paper' and j.taken_at is not null
    and f.questionnaire_id = (j.payload ->> 'questionnaire')::bigint and f.kind = j.payload ->> 'paper' and f.state = 'waiting'
    and f.words = p_words::jsonb
$$;

create function erase_questionnaire_papers() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare gone int;
begin
  update questionnaire_papers set state = 'failed', data = null where state = 'made' and asked_at <= minyi_clock() - interval '7 days';
  get diagnostics gone = row_count;
  return gone;
end $$;

do $$
declare f text;
begin
  alter function questionnaires_keep_drafts() owner to minyi_guard;
  foreach f in array array['save_questionnaire_content(bigint, bigint, jsonb)', 'take_back_questionnaire(bigint)',
    'drop_questionnaire(bigint, bigint)', 'keep_import_losses(bigint, jsonb)', 'void_entered_sheet(text)', 'ask_for_questionnaire_paper(bigint, text, jsonb)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['paper_in_making(bigint)', 'paper_was_made(bigint, text, bytea)', 'erase_questionnaire_papers()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_work';
  end loop;
end $$;
