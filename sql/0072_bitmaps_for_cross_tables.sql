-- Cross-tables are counted by the program: the database hands over which sheets have which marks, as bitmaps. It compared them by single
-- bytes, anew for each cell, and twice where there was a filter; a processor compares 64 sheets at a time, and each bitmap is read once.
set local search_path to minyi;

-- squawk-ignore ban-drop-function
drop function questionnaire_cross_table(bigint, text[], text[], text[], text[], text[]);
-- squawk-ignore ban-drop-function
drop function cross_table_of(bigint, text[], text[], text[], text[], text[]);
-- squawk-ignore ban-drop-function
drop function counted_cross_table(bigint, text[], text[], text[], text[], text[]);
-- squawk-ignore ban-drop-function
drop function waiting_cross_table(bigint, text[], text[], text[], text[], text[]);

-- The bitmaps of some marks; an option that is null stands for all of its question and line, '' for any answer. Of each mark those chunks in
-- which a sheet has it, and one after the other their 1,024 bytes.
create function questionnaire_bits(p_questionnaire_id bigint, p_questions text[], p_lines text[], p_options text[])
returns table (question text, line text, option text, chunks int[], bits bytea)
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  perform require_figures(p_questionnaire_id);
  return query
  -- The form in which a bitmap is sent has its length in the first four bytes.
  select b.question, b.line, b.option, array_agg(b.chunk), string_agg(substr(bit_send(b.bits), 5), '')
  from unnest(p_questions, p_lines, p_options) a (question, line, option)
  join tally_bits b on b.question = a.question and b.line = a.line and b.option = coalesce(a.option, b.option)
  where b.questionnaire_id = p_questionnaire_id
  group by b.question, b.line, b.option;
end $$;

-- The same marks of those sheets that came (`sign` 1) or went (-1), and are not in the bitmaps yet: which of these have it, from 0 on.
create function questionnaire_waiting_marks(p_questionnaire_id bigint, p_questions text[], p_lines text[], p_options text[])
returns table (question text, line text, option text, sign int, places int[])
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
#variable_conflict use_column
begin
  perform require_figures(p_questionnaire_id);
  if not exists (select from sheets_to_tally w where w.questionnaire_id = p_questionnaire_id) then return; end if;
  return query
  with waiting as materialized (
    select question, answer, sign, (dense_rank() over (order by sheet_id) - 1)::int as place
    from waiting_answers(p_questionnaire_id, p_questions)
  ), answers as materialized (
    select distinct question, answer from waiting
  ), marks as materialized (
    select * from marks_of(array(select question from answers), array(select answer from answers),
      (select question_kinds(p_questionnaire_id) where exists (select from answers))) where listed
  )
  select m.question, m.line, m.option, w.sign, array_agg(w.place)
  from waiting w join marks m on m.question = w.question and m.answer = w.answer
  where exists (select from unnest(p_questions, p_lines, p_options) a (question, line, option)
    where m.question = a.question and m.line = a.line and m.option = coalesce(a.option, m.option))
  group by 1, 2, 3, 4;
end $$;

alter function questionnaire_bits(bigint, text[], text[], text[]) owner to minyi_guard;
alter function questionnaire_waiting_marks(bigint, text[], text[], text[]) owner to minyi_guard;
grant execute on function questionnaire_bits(bigint, text[], text[], text[]) to minyi_staff;
grant execute on function questionnaire_waiting_marks(bigint, text[], text[], text[]) to minyi_staff;
