-- Lists of questionnaires at the desk: how many sheets each has, without counting sheet by sheet, and whether its papers are those of now.
set local search_path to minyi;

-- How many sheets count, by version: what the tally has, and what it has not seen yet.
create function sheets_that_count(p_ids bigint[]) returns table (questionnaire_id bigint, version int, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select x.questionnaire_id, x.version, sum(x.sheets)::bigint from (
    select t.questionnaire_id, t.option::int as version, t.sheets from tallies t
    where t.questionnaire_id = any (p_ids) and t.question = '_version' and t.line = '' and t.option <> ''
    union all
    select w.questionnaire_id, s.version, w.sign from sheets_to_tally w join answer_sheets s on s.id = w.sheet_id
    where w.questionnaire_id = any (p_ids)) x
  join questionnaires q on q.id = x.questionnaire_id and q.unit_ids && actor_units()
  group by 1, 2
$$;
alter function sheets_that_count(bigint[]) owner to minyi_guard;
grant execute on function sheets_that_count(bigint[]) to minyi_staff;
