-- Part of ops/bench/workbench: submissions with an opinion each, and answers, written as the product writes them; the triggers of both
-- tables run, and the counts are noted by the product's function.
select id as procedure_id, edition_id, unit_ids from procedures limit 1 \gset
select id as staff_id from staff where sign_in_name = 'zuzhi' \gset

insert into submissions (number, key, procedure_id, edition_id, passage_id, body, channel, received_at, arrived_on, entered_by, submitter, people,
  salt, proof, code_mac, unit_ids, screening)
select 'MY-2026-' || lpad(n::text, 7, '0'), gen_random_uuid(), :procedure_id, :edition_id, g.id,
  case when n % 10 = 0 then '办理时限写得太长了，希望缩短到十个工作日，第' || n / 500 || '批联名意见，请认真考虑。'
    else '意见第' || n || '号：' || substr(md5(n::text), 1, 12) || '，这一项写得不够清楚，希望补充办理地点和电话。' end,
  case when n % 100 = 0 then 'letter' else 'web' end, minyi_clock(), case when n % 100 = 0 then minyi_clock()::date end,
  case when n % 100 = 0 then :staff_id end, case when n % 50 = 0 then 'joint' else 'person' end, case when n % 50 = 0 then 12 else 1 end,
  decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), :'unit_ids', 'shown'
from generate_series(1, :count) n
left join passages g on g.edition_id = :edition_id and g.position = case when n % 10 = 0 then n / 500 % 100 + 1 when n % 3 > 0 then n % 100 + 1 end;
insert into opinions (submission_id, body, unit_ids) select id, body, unit_ids from submissions where procedure_id = :procedure_id order by id;

-- Campaigns are groups; most of what stands alone is answered.
with alike as (
  select passage_id, body, min(id) as first, count(*) as size from opinions where procedure_id = :procedure_id group by 1, 2 having count(*) > 1
), made as (
  insert into opinion_groups (procedure_id, passage_id, opinion_id, threshold, size, made_at)
  select :procedure_id, passage_id, first, 70, size, minyi_clock() from alike returning id, opinion_id
)
update opinions o set group_id = m.id, wording = 1, likeness = 100
from made m join opinions f on f.id = m.opinion_id
where o.procedure_id = :procedure_id and o.body = f.body and o.passage_id is not distinct from f.passage_id;
select note_endings(array(select id from submissions where procedure_id = :procedure_id), -1);
insert into dispositions (opinion_id, outcome, reason, effect, effect_on, answered_by, answered_at, unit_ids)
select id, (array['adopted', 'explained', 'not_adopted'])[id % 3 + 1], '已研究。', case when id % 3 = 0 then '修改稿' else '' end,
  case when id % 3 = 0 then date '2030-01-01' end, :staff_id, minyi_clock(), unit_ids
from opinions where procedure_id = :procedure_id and group_id is null and id % 4 > 0;
update opinions o set ending = d.outcome, version = 2 from dispositions d where d.opinion_id = o.id and o.procedure_id = :procedure_id;
select note_endings(array(select id from submissions where procedure_id = :procedure_id), 1);
insert into procedure_foldings (procedure_id, folded_at, threshold, last_opinion_id)
select :procedure_id, minyi_clock(), 70, max(id) from opinions on conflict (procedure_id) do update
  set folded_at = excluded.folded_at, threshold = 70, last_opinion_id = excluded.last_opinion_id, asked_at = null;
