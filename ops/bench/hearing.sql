-- A hearing of the scene that is under way, put straight into the database: how one gets there is not what is measured.
with matter as (select p.id, p.unit_id, p.unit_ids, s.id as staff_id from procedures p, staff s where s.sign_in_name = 'zuzhi' limit 1),
  made as (insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, ends_at, state, began_at, created_by, created_at)
    select gen_random_uuid(), 'hearing', id, unit_id, unit_ids, '听证会', '二楼会议室', minyi_clock() - interval '5 minutes', minyi_clock() + interval '4 hours',
      'under_way', minyi_clock() - interval '1 minute', staff_id, minyi_clock() from matter returning id, number),
  category as (insert into gathering_categories (gathering_id, ordinal, name, seats, way)
    select id, 1, '村民', 5, 'invitation' from made returning id, gathering_id),
  person as (insert into gathering_people (gathering_id, role, category_id, seat, key, code_mac, presence, named_at)
    select gathering_id, 'participant', id, 1, gen_random_uuid(), sha256('code'), 'present', minyi_clock() from category returning id)
select made.number, person.id from made, person
