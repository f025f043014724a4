-- What somebody wrote in a questionnaire may be shown without some of its words, as it may be shown whole or not at all: who screens it names
-- the words, and why. The words as they were written stay where they are, and are read at the desk only. And who has screened many in one step
-- can take the step back.
--
-- The table that is altered is small (thousands of rows), so its constraints are checked at once.
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint, ban-drop-function
set local search_path to minyi;

alter table text_wordings
  add column blanked text[] not null default '{}',   -- the words that are taken out; they stay here while it is screened anew
  add column blanked_words text,                     -- what is shown then: `***` in the place of each
  add column blanked_code text constraint text_wordings_blanked_code check ((blanked_code is not null) = (blanked_words is not null)
    and blanked_code in ('abuse', 'advertising', 'personal_data', 'secret', 'child', 'unlawful', 'off_topic')),
  add column screened_by bigint constraint text_wordings_screened_by references staff,
  add column screened_at timestamptz,
  add column screened_in uuid,                       -- the step, while it can be taken back
  add column screened_from text constraint text_wordings_screened_from check (screened_from in ('pending', 'shown', 'hidden')
    and (screened_from = 'hidden') = (screened_from_code is not null)),
  add column screened_from_code text,
  add constraint text_wordings_screened_in check ((screened_in is not null) = (screened_from is not null)),
  add constraint text_wordings_blanked_words check ((blanked_words is not null) = (cardinality(blanked) > 0)
    and blanked_words <> words and blanked_words ~ '[^*[:space:]]');

-- Writes down that texts were screened; who keeps pages in memory hears of it, also of the page it stands in. What was taken out is said
-- nowhere: that goes with the sheets.
create function texts_screened(q questionnaires, p_code text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform questionnaire_event(q, 'texts_screened', q.state, p_code);
  perform note_public_change(t) from public_questionnaires p left join public_procedures c using (procedure_id)
    cross join unnest(array[p.number, c.number]) t
  where p.questionnaire_id = q.id and t is not null;
end $$;
alter function texts_screened(questionnaires, text) owner to minyi_guard;

-- As before in 0042; shown ones may lack words: `p_blanks` is [{"wording", "passages", "words"}], and `p_code` is then why, as it is where
-- they are hidden. What is shown is what was written but for the stars: nobody gets other words put into the mouth.
drop function screen_wordings(bigint, text, uuid[], text, text, text);
create function screen_wordings(p_questionnaire_id bigint, p_question text, p_wordings uuid[], p_screening text, p_code text, p_before text,
  p_blanks jsonb, p_batch uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare
  q questionnaires;
  changed int;
  without int;
begin
  select * into q from questionnaires where id = p_questionnaire_id;
  perform require_role(q.unit_ids, 'organiser', 'clerk');
  if exists (
      select from jsonb_to_recordset(p_blanks) b (wording uuid, passages text[], words text)
      join text_wordings w on w.questionnaire_id = q.id and w.question = p_question and w.wording = b.wording
      where w.words not like regexp_replace(regexp_replace(b.words, '([\\%_])', '\\\1', 'g'), '[*]+', '%', 'g')
        or exists (select from unnest(b.passages) x where strpos(w.words, x) = 0 or strpos(b.words, x) > 0)) then
    perform refuse('text_wordings_blanked');
  end if;
  with screened as (
    update text_wordings w set screening = p_screening, hidden_code = case when p_screening = 'hidden' then p_code end,
      blanked = case when p_screening = 'shown' then coalesce(b.passages, '{}') else w.blanked end,
      blanked_words = case when p_screening = 'shown' then b.words else w.blanked_words end,
      blanked_code = case when p_screening <> 'shown' then w.blanked_code when b.wording is not null then p_code end,
      screened_by = actor_staff(), screened_at = minyi_clock(), screened_in = p_batch, screened_from = w.screening,
      screened_from_code = w.hidden_code
    from unnest(p_wordings) x (wording)
    left join jsonb_to_recordset(p_blanks) b (wording uuid, passages text[], words text) using (wording)
    where w.questionnaire_id = q.id and w.question = p_question and w.wording = x.wording
      and w.screening = p_before and w.screening <> p_screening
    returning w.screening = 'shown' and w.blanked_words is not null as lacks
  )
  select count(*), count(*) filter (where lacks) into changed, without from screened;
  if changed > 0 then
    perform texts_screened(q, p_question || ' ' || p_screening || case when p_screening = 'hidden' then ' ' || p_code else '' end || ' ' || changed);
    if without > 0 then perform questionnaire_event(q, 'texts_blanked', q.state, p_question || ' ' || p_code || '/' || without); end if;
  end if;
  return changed;
end $$;
alter function screen_wordings(bigint, text, uuid[], text, text, text, jsonb, uuid) owner to minyi_guard;
grant execute on function screen_wordings(bigint, text, uuid[], text, text, text, jsonb, uuid) to minyi_staff;

-- Takes one's own step back, except where somebody has screened one since. Returns how many are again as they were; what was taken out of
-- those that wait again is still named beside them.
create function undo_wordings(p_questionnaire_id bigint, p_batch uuid) returns int
language plpgsql security definer set search_path = minyi, pg_temp set jit = off
as $$
declare
  q questionnaires;
  undone int;
begin
  select * into q from questionnaires where id = p_questionnaire_id;
  perform require_role(q.unit_ids, 'organiser', 'clerk');
  update text_wordings set screening = screened_from, hidden_code = screened_from_code, screened_at = minyi_clock(), screened_in = null,
    screened_from = null, screened_from_code = null
  where questionnaire_id = q.id and screened_in = p_batch and screened_by = actor_staff();
  get diagnostics undone = row_count;
  if undone > 0 then perform texts_screened(q, 'undone ' || undone); end if;
  return undone;
end $$;
alter function undo_wordings(bigint, uuid) owner to minyi_guard;
grant execute on function undo_wordings(bigint, uuid) to minyi_staff;

-- As before in 0042, without the words that were taken out, and whether any were.
drop function public_wordings(text);
create function public_wordings(p_number text) returns table (question text, words text, sheets bigint, blanked boolean)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  with counted as (
    select w.question, coalesce(w.blanked_words, w.words) as words, w.blanked_words is not null as blanked, w.wording,
      case when results_are_exact(q) then w.sheets else coalesce(c.sheets, 1) end as sheets
    from public_results_open(p_number) q join text_wordings w on w.questionnaire_id = q
    left join (
      select s.questionnaire_id, k.* from shown_results s,
        jsonb_to_recordset(s.wordings) k (question text, wording uuid, sheets bigint)) c
      on c.questionnaire_id = q and c.question = w.question and c.wording = w.wording
    where w.screening = 'shown'
  )
  select question, words, sheets, blanked from (
    select *, row_number() over (partition by question order by sheets desc, wording) as place from counted) x
  where place <= 100 order by question, place
$$;
alter function public_wordings(text) owner to minyi_guard;
grant execute on function public_wordings(text) to minyi_public, minyi_staff;
