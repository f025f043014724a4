-- A questionnaire that has closed, with :sheets answer sheets as drawn from fixed chances, and what the tally makes of them.
-- Part of ops/bench/questionnaire-results.
set search_path = minyi, public;
-- Nothing else is told of them: they are there to be counted.
set session_replication_role = replica;

create temp table asked as select $${
  "title": "满意度调查", "pages": [{"code": "p1", "groups": [{"code": "g1", "questions": [
    {"code": "q1", "text": "总的来说，您满意吗？", "kind": {"scale": {"from": 1, "to": 5}}},
    {"code": "q2", "text": "您在哪里办的事？", "kind": {"single": {"options": [{"code": "a", "text": "政务大厅"}, {"code": "b", "text": "镇便民中心"},
      {"code": "c", "text": "村里"}, {"code": "d", "text": "网上"}], "other": "其他"}}},
    {"code": "q3", "text": "哪些方面要改？", "kind": {"multiple": {"options": [{"code": "a", "text": "排队"}, {"code": "b", "text": "材料"},
      {"code": "c", "text": "态度"}, {"code": "d", "text": "指引"}, {"code": "e", "text": "时间"}, {"code": "f", "text": "没有"}]}}},
    {"code": "q4", "text": "一次办成了吗？", "kind": "yesNo"},
    {"code": "q5", "text": "您的年龄？", "kind": {"number": {"least": 0, "most": 120, "unit": "岁"}}},
    {"code": "q6", "text": "先改什么？", "kind": {"ranking": {"options": [{"code": "a", "text": "排队"}, {"code": "b", "text": "材料"}, {"code": "c", "text": "态度"}]}}},
    {"code": "q7", "text": "各个窗口怎么样？", "kind": {"matrix": {"rows": [{"code": "r1", "text": "医保"}, {"code": "r2", "text": "社保"}, {"code": "r3", "text": "户籍"}],
      "columns": [{"code": "x", "text": "好"}, {"code": "y", "text": "一般"}, {"code": "z", "text": "不好"}]}}},
    {"code": "q8", "text": "还有什么建议？", "kind": {"text": {"isLong": true, "most": 500}}},
    {"code": "q9", "text": "您家一年收入多少元？", "kind": {"number": {"least": 0, "unit": "元"}}}
  ]}]}]}$$::jsonb as content;

with made as (
  insert into questionnaires (number, kind, unit_id, unit_ids, title, content, content_version, version, results_shown, opens_at, closes_at, state, closed_at)
  select public_number('Q', now(), nextval('questionnaire_numbers')), 'questionnaire', u.id, array[u.id], '满意度调查', a.content, 1, 1, 'closed',
    now() - interval '60 days', now() - interval '1 day', 'closed', now() - interval '1 day'
  from asked a cross join (select unit_id as id from procedures limit 1) u returning id, content
)
insert into questionnaire_versions (questionnaire_id, version, content, opened_at, note) select id, 1, content, now() - interval '60 days', '' from made;
select show_questionnaire(max(id)) from questionnaires;

-- The same every time.
select setseed(0.5);
with drawn as (
  insert into answer_sheets (id, questionnaire_id, version, answers, quotas, channel, town, received_at)
  select gen_random_uuid(), q.id, 1, jsonb_strip_nulls(jsonb_build_object(
      'q1', 1 + floor(5 * sqrt(random()))::int,
      'q2', case when random() < 0.95 then to_jsonb(substr('abcd', 1 + floor(4 * random() ^ 2)::int, 1)) else '{"other": "别处"}' end,
      'q3', (array['["a"]', '["a", "b"]', '["b", "c", "e"]', '["f"]', '["d"]', null])[1 + floor(6 * random())::int]::jsonb,
      'q4', random() < 0.7, 'q5', 18 + floor(70 * random())::int,
      'q6', (array['["a", "b", "c"]', '["c", "a", "b"]', '["b", "c", "a"]', null])[1 + floor(4 * random())::int]::jsonb,
      'q7', jsonb_build_object('r1', substr('xyz', 1 + floor(3 * random())::int, 1), 'r2', substr('xyz', 1 + floor(3 * random() ^ 2)::int, 1),
        'r3', substr('xyz', 1 + floor(3 * random() ^ 3)::int, 1)),
      'q8', case when random() < 0.05 then '希望多开几个窗口 ' || floor(500 * random()) end,
      -- Nearly every one another number.
      'q9', floor(8000 * exp(4 * random()))::int)), '{}',
    (array['web', 'web', 'web', 'letter', 'phone'])[1 + floor(5 * random())::int], (array['老隆镇', '麻布岗镇', '车田镇', null])[1 + floor(4 * random())::int],
    q.opens_at + (q.closes_at - q.opens_at) * n / :sheets
  from generate_series(1, :sheets) n cross join (select * from questionnaires order by id desc limit 1) q
  returning id, questionnaire_id
)
insert into sheets_to_tally (sheet_id, questionnaire_id, sign) select id, questionnaire_id, 1 from drawn;
insert into page_visits (questionnaire_id, version, page, started) select max(id), 1, 'p1', :sheets * 5 / 4 from questionnaires;
set session_replication_role = origin;
analyze answer_sheets;
analyze sheets_to_tally;
