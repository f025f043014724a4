-- What is written within an answer is a question of its own for the figures, for those who read what was written, and for sealing: a text
-- (Question.counted). In a cell of a matrix it is `question.row.column`; beside a choice, which is then {"option": "code", "comment":
-- "words"}, `question.comment`, and beside one of several `question.option.comment`. `question_kinds` names these parts, and `marks_of` knows
-- such a choice (0063); what is left is to take them apart where answers are.
set local search_path to minyi;

-- As before (0042), with these parts.
create or replace function answers_of(p_answers jsonb, p_version int, p_channel text, p_town text, p_received_at timestamptz)
returns table (question text, answer jsonb)
language sql stable
as $$
  select key, value from jsonb_each(p_answers)
  union all
  -- The texts in the cells of a matrix. (Most sheets have nothing so deep: not to take them apart again halves what this costs.)
  select a.key || '.' || r.key || '.' || c.key, c.value
  from jsonb_each(case when p_answers @? '$.*.*.*' then p_answers else '{}' end) a
  cross join lateral jsonb_each(case jsonb_typeof(a.value) when 'object' then a.value else '{}' end) r
  cross join lateral jsonb_each(case jsonb_typeof(r.value) when 'object' then r.value else '{}' end) c
  where jsonb_typeof(a.value) = 'object' and jsonb_typeof(r.value) = 'object' and jsonb_typeof(c.value) = 'string'
  union all
  -- Comments beside choices.
  select a.key || case when jsonb_typeof(a.value) = 'array' then '.' || coalesce(e ->> 'option', '_other') else '' end || '.comment',
    e -> 'comment'
  from jsonb_each(case when p_answers @? '$.*.comment' then p_answers else '{}' end) a
  cross join lateral jsonb_array_elements(case jsonb_typeof(a.value) when 'array' then a.value else jsonb_build_array(a.value) end) e
  where jsonb_typeof(e -> 'comment') = 'string'
  union all select '', 'true'
  union all select '_version', to_jsonb(p_version::text)
  union all select '_channel', to_jsonb(p_channel)
  union all select '_town', to_jsonb(p_town) where p_town is not null
  union all select '_day', to_jsonb((p_received_at at time zone 'Asia/Shanghai')::date)
$$;

-- As before (0042), also of such a part.
create or replace function wording_sheets(p_questionnaire_id bigint, p_question text, p_wording uuid) returns setof text
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
begin
  perform require_role(unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer') from questionnaires where id = p_questionnaire_id;
  return query
  with given as materialized (
    select a.submission_id, x.answer
    from answer_sheets a cross join lateral answers_of(a.answers, a.version, a.channel, a.town, a.received_at) x
    where a.questionnaire_id = p_questionnaire_id and a.answers ? split_part(p_question, '.', 1) and x.question = p_question
  ), answers as materialized (
    select distinct g.answer from given g
  )
  select s.number from texts_of(array(select p_question from answers), array(select a.answer from answers a), question_kinds(p_questionnaire_id)) t
  join given g on g.answer = t.answer join submissions s on s.id = g.submission_id
  where wording_of(t.words) = p_wording group by s.number order by s.number limit 100;
end $$;
