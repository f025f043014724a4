-- Figures while nothing waits to be counted, which is nearly always. What waits is told apart from what is counted by functions that ask for
-- it first and that keep their plans: to plan what would count it took as long as to read the figures of a million sheets.
set local search_path to minyi;

-- As before (0042).
create or replace function waiting_counts(p_questionnaire_id bigint, p_questions text[])
returns table (question text, line text, option text, number numeric, sheets bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
#variable_conflict use_column
begin
  if not exists (select from sheets_to_tally w where w.questionnaire_id = p_questionnaire_id) then return; end if;
  return query
  with given as materialized (
    select question, answer, sum(sign) as sheets from waiting_answers(p_questionnaire_id, p_questions) group by 1, 2
  )
  select m.question, m.line, m.option, m.number, sum(g.sheets)::bigint
  from marks_of(array(select question from given), array(select answer from given),
    (select question_kinds(p_questionnaire_id) where exists (select from given))) m
  join given g on g.question = m.question and g.answer = m.answer group by 1, 2, 3, 4 having sum(g.sheets) <> 0;
end $$;

-- As before (0042), with all that waits instead of the numbers of it: to ask which questions have numbers took longer than to look.
create or replace function number_figures_of(p_questionnaire_id bigint) returns setof question_numbers
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with recursive waiting as materialized (
    select w.question, w.line, s.*, sum(w.sheets)::bigint as sheets, sum(w.number * w.sheets) as total,
      sum(w.number * w.number * w.sheets) as squares
    from waiting_counts(p_questionnaire_id, null) w
    cross join lateral number_steps(w.number) s where w.number is not null group by 1, 2, 3, 4, 5
  ), summed as materialized (
    select question, line, sum(sheets)::bigint as sheets, sum(total) / sum(sheets) as mean,
      -- One division, at the end: a quotient is rounded, and the difference of two large ones would be nothing but that.
      sqrt(greatest(sum(sheets) * sum(squares) - sum(total) * sum(total), 0)) / sum(sheets) as spread
    from (
      select question, line, sheets, total, squares from tally_numbers
      where questionnaire_id = p_questionnaire_id and outer_width = 'Infinity'
      union all
      select question, line, sheets, total, squares from waiting where outer_width = 'Infinity') x
    group by 1, 2 having sum(sheets) <> 0
  ), sought as (
    select s.question, s.line, r.name, r.rank, 'Infinity'::numeric as width, '-Infinity'::numeric as start, 'Infinity'::numeric as until,
      0::bigint as sheets
    from summed s
    cross join lateral (values ('least', 1), ('lower', (s.sheets + 1) / 2), ('upper', s.sheets / 2 + 1), ('most', s.sheets)) r (name, rank)
    union all
    select s.question, s.line, s.name, s.rank - f.before, f.width, f.start, f.start + f.width, f.sheets
    from sought s cross join lateral (
      select *, (sum(p.sheets) over (order by p.start, p.width) - p.sheets)::bigint as before from (
        select x.start, x.width, sum(x.sheets)::bigint as sheets from (
          select t.start, t.width, t.sheets from tally_numbers t
          where t.questionnaire_id = p_questionnaire_id and t.question = s.question and t.line = s.line
            and t.outer_width = s.width and t.start >= s.start and t.start < s.until
          union all
          select w.start, w.width, w.sheets from waiting w
          where w.question = s.question and w.line = s.line and w.outer_width = s.width and w.start >= s.start and w.start < s.until) x
        group by 1, 2 having sum(x.sheets) <> 0) p) f
    where s.width > 0 and f.before < s.rank and f.before + f.sheets >= s.rank
  ), found as materialized (
    select question, line, max(start) filter (where name = 'least') as least, max(sheets) filter (where name = 'least') as least_sheets,
      max(start) filter (where name = 'most') as most, max(sheets) filter (where name = 'most') as most_sheets,
      (max(start) filter (where name = 'lower') + max(start) filter (where name = 'upper')) / 2 as median
    from sought where width = 0 group by 1, 2
  ), sized as materialized (
    select f.*, h.is_whole, c.width, 100::numeric ^ floor(log(c.width) / 2) as level
    from found f
    cross join lateral (
      -- A number with decimals is a part of 1 or less.
      select not exists (select from unnest(array[1, 0.01, 0.0001]) o cross join lateral (
        select from tally_numbers t where t.questionnaire_id = p_questionnaire_id and t.question = f.question and t.line = f.line
          and t.outer_width = o and t.width = 0 and t.sheets + coalesce((
            select w.sheets from waiting w
            where (w.question, w.line, w.outer_width, w.start, w.width) = (t.question, t.line, t.outer_width, t.start, t.width)), 0) <> 0
        limit 1) t)
      and not exists (
        select from waiting w where w.question = f.question and w.line = f.line and w.outer_width <= 1 and w.width = 0 and w.sheets > 0)
        as is_whole) h
    cross join lateral (select (f.most - f.least) / 10 as tenth) t
    cross join lateral (select case when tenth > 0 then 10::numeric ^ floor(log(tenth)) else 1 end as power) p
    cross join lateral (
      select case when h.is_whole then greatest(1, step) else step end as width
      from (select (select min(n * power) from unnest(array[1, 2, 5, 10]) n where n * power >= tenth) as step) w) c
  ), classes as (
    select question, line, array_agg(start order by start) as starts, array_agg(sheets order by start) as counts from (
      select s.question, s.line, (floor(r.start / s.width) * s.width)::float8 as start, sum(r.sheets)::bigint as sheets
      from sized s cross join lateral (
        select t.start, t.sheets
        from unnest(array[0.0001, 0.01, 1, 100, 1e4, 1e6, 1e8, 1e10, 1e12, 1e14, 1e16, 'Infinity']) o cross join lateral (
          select t.start, t.sheets from tally_numbers t
          where t.questionnaire_id = p_questionnaire_id and t.outer_width = o and t.question = s.question and t.line = s.line
            and t.width <= s.level offset 0) t
        where o > s.level
        union all
        select w.start, w.sheets from waiting w
        where w.question = s.question and w.line = s.line and w.outer_width > s.level and w.width <= s.level) r
      group by 1, 2, 3 having sum(r.sheets) <> 0) x
    group by question, line
  )
  select question, line, s.sheets, s.mean::float8, z.median::float8, s.spread::float8, z.least::float8, z.least_sheets, z.most::float8,
    z.most_sheets, z.is_whole, z.width::float8, c.starts, c.counts
  from summed s join sized z using (question, line) join classes c using (question, line);
end $$;

-- How many sheets that are counted have a mark of each of three questions; see `cross_table_of`.
create function counted_cross_table(p_questionnaire_id bigint, p_questions text[], p_lines text[],
  p_only_questions text[], p_only_lines text[], p_only_options text[])
returns table (first text, second text, third text, sheets bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
  with allowed as materialized (select * from unnest(p_only_questions, p_only_lines, p_only_options) o (question, line, option)),
  wanted as materialized (select count(distinct (question, line)) as questions from allowed),
  mask as materialized (
    select chunk, bit_and(bits) as bits from (
      select b.chunk, b.question, b.line, bit_or(b.bits) as bits from tally_bits b join allowed o using (question, line, option)
      where b.questionnaire_id = p_questionnaire_id group by 1, 2, 3) x
    group by chunk having count(*) = (select questions from wanted)
    union all
    select chunk, null from tally_bits
    where questionnaire_id = p_questionnaire_id and question = '' and (select questions from wanted) = 0
  )
  -- Bits are compared as they are read: to write them down between takes longer. (`offset 0`: and they are not put in order.) Null is
  -- every sheet, with which nothing need be compared.
  select first, second, third, sum(sheets)::bigint from (
    select x.first, b.option as second, x.third, bit_count(x.bits & b.bits) as sheets
    from (
      select a.chunk, a.option as first, c.option as third,
        coalesce(m.bits & a.bits & c.bits, m.bits & a.bits, a.bits & c.bits, a.bits) as bits
      from mask m join tally_bits a using (chunk) join (
        select chunk, option, case when question <> '' then bits end as bits from tally_bits
        where questionnaire_id = p_questionnaire_id and question = p_questions[3] and line = p_lines[3] offset 0) c using (chunk)
      where a.questionnaire_id = p_questionnaire_id and a.question = p_questions[1] and a.line = p_lines[1] offset 0) x
    join tally_bits b using (chunk)
    where b.questionnaire_id = p_questionnaire_id and b.question = p_questions[2] and b.line = p_lines[2] offset 0) y
  group by 1, 2, 3;
end $$;

-- The same of those that wait: more or fewer than what is counted.
create function waiting_cross_table(p_questionnaire_id bigint, p_questions text[], p_lines text[],
  p_only_questions text[], p_only_lines text[], p_only_options text[])
returns table (first text, second text, third text, sheets bigint)
language plpgsql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
#variable_conflict use_column
begin
  if not exists (select from sheets_to_tally w where w.questionnaire_id = p_questionnaire_id) then return; end if;
  return query
  with allowed as materialized (select * from unnest(p_only_questions, p_only_lines, p_only_options) o (question, line, option)),
  wanted as materialized (select count(distinct (question, line)) as questions from allowed),
  waiting as materialized (
    select * from waiting_answers(p_questionnaire_id, p_questions || p_only_questions)
  ), answers as materialized (
    select distinct question, answer from waiting
  ), marks as materialized (
    select * from marks_of(array(select question from answers), array(select answer from answers),
      (select question_kinds(p_questionnaire_id) where exists (select from answers))) where listed
  )
  -- Sheet by sheet: all that it has of each question.
  select f.option as first, s.option as second, t.option as third, sum(x.sign)::bigint
  from (
    select w.sheet_id, w.sign, array_agg(m.option) filter (where m.question = p_questions[1] and m.line = p_lines[1]) as firsts,
      array_agg(m.option) filter (where m.question = p_questions[2] and m.line = p_lines[2]) as seconds,
      array_agg(m.option) filter (where m.question = p_questions[3] and m.line = p_lines[3]) as thirds,
      count(distinct (m.question, m.line))
        filter (where (m.question, m.line, m.option) in (select question, line, option from allowed)) as fulfilled
    from waiting w join marks m on m.question = w.question and m.answer = w.answer group by 1, 2) x
  cross join lateral unnest(x.firsts) f (option) cross join lateral unnest(x.seconds) s (option) cross join lateral unnest(x.thirds) t (option)
  where x.fulfilled = (select questions from wanted)
  group by 1, 2, 3;
end $$;
alter function counted_cross_table(bigint, text[], text[], text[], text[], text[]) owner to minyi_guard;
alter function waiting_cross_table(bigint, text[], text[], text[], text[], text[]) owner to minyi_guard;

-- How many sheets have a mark of each of three questions, among those that have one of `p_only_options` of every question that is
-- named in `p_only_questions`. Option '' stands for any answer; a question '' has just that.
create or replace function cross_table_of(p_questionnaire_id bigint, p_questions text[], p_lines text[],
  p_only_questions text[], p_only_lines text[], p_only_options text[])
returns table (first text, second text, third text, sheets bigint)
language sql stable security definer set search_path = minyi, pg_temp set jit = off
as $$
  select first, second, third, sum(sheets)::bigint from (
    select * from counted_cross_table(p_questionnaire_id, p_questions, p_lines, p_only_questions, p_only_lines, p_only_options)
    union all
    select * from waiting_cross_table(p_questionnaire_id, p_questions, p_lines, p_only_questions, p_only_lines, p_only_options)) x
  group by 1, 2, 3 having sum(sheets) <> 0
$$;
