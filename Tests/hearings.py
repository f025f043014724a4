"""A hearing that is under way, put straight into the database: how one gets there is tried elsewhere."""

# One participant who is there, and the person who records. The organiser of the demo, `zuzhi`, has it at the desk.
UNDER_WAY = """
with matter as (select p.id, p.unit_id, p.unit_ids, s.id as staff_id from procedures p
    join staff s on s.sign_in_name = 'zuzhi' join public_procedures o on o.number = p.number
    where o.state = 'open' and exists (select from staff_roles r where r.staff_id = s.id and r.role = 'organiser' and r.unit_id = p.unit_id)
    order by p.id limit 1),
  made as (insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, ends_at, state, began_at, created_by, created_at)
    select gen_random_uuid(), 'hearing', id, unit_id, unit_ids, '试验听证会', '二楼会议室', now() - interval '5 minutes', now() + interval '2 hours',
      'under_way', now() - interval '1 minute', staff_id, now() from matter returning id, number),
  category as (insert into gathering_categories (gathering_id, ordinal, name, seats, way)
    select id, 1, '村民', 5, 'invitation' from made returning id, gathering_id),
  person as (insert into gathering_people (gathering_id, role, category_id, seat, key, code_mac, presence, named_at)
    select gathering_id, 'participant', id, 1, gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'present', now() from category returning id)
select made.number, person.id from made, person
"""

# A visit that is under way, by the same organiser.
VISIT = """
with matter as (select p.id, p.unit_id, p.unit_ids, s.id as staff_id from procedures p
    join staff s on s.sign_in_name = 'zuzhi' join public_procedures o on o.number = p.number
    where o.state = 'open' and exists (select from staff_roles r where r.staff_id = s.id and r.role = 'organiser' and r.unit_id = p.unit_id)
    order by p.id limit 1)
insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, ends_at, state, began_at, created_by, created_at)
select gen_random_uuid(), 'visit', id, unit_id, unit_ids, '试走访', '黎咀村', now() - interval '5 minutes', now() + interval '2 hours',
  'under_way', now() - interval '1 minute', staff_id, now() from matter returning number
"""
