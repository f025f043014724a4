-- What a subscriber's calendar is given: what is coming, what goes on now, and what no longer happens as it was told.
set local search_path to minyi;

-- When it would have begun. A gathering that is postponed has no time; calendars that others keep have its old one, and must be told of it.
alter table public_gatherings add column former_starts_at timestamptz;

-- As before (0048); and it remembers when it would have begun.
create or replace function show_gathering(p_id bigint) returns void
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into public_gatherings as s (gathering_id, procedure_id, number, kind, title, unit_id, unit_name, town_id, state, starts_at, ends_at, place,
    live_url, registration_from, registration_until, categories, asks, identity_basis, least_age, most_age, conditions, papers, observers,
    presider, contact_phone, contact_address, contact_postcode, contact_email, is_streamed, last_change, changed_at)
  select g.id, g.procedure_id, g.number, g.kind, g.title, g.unit_id, u.name, g.town_id, g.state, g.starts_at, g.ends_at, g.place, g.live_url,
    g.registration_from, g.registration_until, gathering_categories_of(g.id), g.asks, g.identity_basis, g.least_age, g.most_age, g.conditions,
    g.papers, g.observers, coalesce((
      select coalesce(nullif(m.public_name, ''), s.display_name) from gathering_people m left join staff s on s.id = m.staff_id
      where m.gathering_id = g.id and m.role = 'presider' and m.state in ('named', 'accepted')), ''),
    g.contact_phone, g.contact_address, g.contact_postcode, g.contact_email, g.is_streamed, h.kind, h.published_at
  from gatherings g join units u on u.id = g.unit_id left join lateral (
    select c.kind, p.published_at from gathering_changes c join clearances p on p.id = c.clearance_id
    where c.gathering_id = g.id and p.published_at is not null order by p.published_at desc, p.id desc limit 1) h on true
  -- A hearing is announced by its notice; a forum or visit, which may be convened without one, is public from the first paper of it that
  -- was reviewed, approved and published.
  where g.id = p_id and g.state <> 'preparing'
    and (g.kind = 'hearing' or exists (select from clearances c where c.gathering_id = g.id and c.published_at is not null))
  on conflict (gathering_id) do update set
    title = excluded.title, unit_id = excluded.unit_id, town_id = excluded.town_id, state = excluded.state,
    former_starts_at = case when excluded.starts_at is distinct from s.starts_at then coalesce(s.starts_at, s.former_starts_at)
      else s.former_starts_at end,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, place = excluded.place, live_url = excluded.live_url, registration_from = excluded.registration_from,
    registration_until = excluded.registration_until, categories = excluded.categories, asks = excluded.asks,
    identity_basis = excluded.identity_basis, least_age = excluded.least_age, most_age = excluded.most_age,
    conditions = excluded.conditions, papers = excluded.papers, observers = excluded.observers, presider = excluded.presider,
    contact_phone = excluded.contact_phone, contact_address = excluded.contact_address, contact_postcode = excluded.contact_postcode,
    contact_email = excluded.contact_email, is_streamed = excluded.is_streamed, last_change = excluded.last_change, changed_at = excluded.changed_at
$$;

-- Everything public that has a day, one line for each beginning and end. `form`: solicitation, hearing, forum, visit, questionnaire, poll.
-- `over_at`: when what has begun ends; of beginnings that have an end of their own. `off_since`: when it was said that it does not take place
-- as it was told.
create view public_events with (security_invoker = true) as
  select 'solicitation' as form, p.number, p.title, p.unit_name, (select u.id from units u where u.name = p.unit_name and u.kind = 'town') as town_id,
    e.what, e.at, null::timestamptz as ends_at, '' as place, p.state, p.number as procedure_number, e.over_at, null::timestamptz as off_since
  from public_procedures p cross join lateral (values ('opens', p.opens_at, p.closes_at), ('closes', p.closes_at, null)) e (what, at, over_at)
  union all
  select g.kind, g.number, g.title, g.unit_name, g.town_id, e.what, e.at, case e.what when 'starts' then g.ends_at end, g.place, g.state, p.number,
    null, case when g.last_change in ('moved', 'postponed', 'cancelled') then g.changed_at end
  from public_gatherings g join public_procedures p using (procedure_id)
  cross join lateral (values ('registration_until', g.registration_until), ('starts', coalesce(g.starts_at, g.former_starts_at))) e (what, at)
  where e.at is not null
  union all
  select q.kind, q.number, q.title, q.unit_name, (select u.id from units u where u.name = q.unit_name and u.kind = 'town'), e.what, e.at, null, '',
    q.state, p.number, e.over_at, null
  from public_questionnaires q left join public_procedures p using (procedure_id)
  cross join lateral (values ('opens', q.opens_at, q.closes_at), ('closes', q.closes_at, null)) e (what, at, over_at);
grant select on public_events to minyi_public, minyi_staff, minyi_work, minyi_guard;

-- As before (0053).
create or replace function public_calendar(p_from timestamptz, p_until timestamptz, p_forms text[], p_unit_name text, p_town_id bigint)
returns table (form text, number text, title text, unit_name text, town_id bigint, what text, at timestamptz,
  ends_at timestamptz, place text, state text, procedure_number text)
language sql stable set search_path = minyi, pg_temp
as $$
  select x.form, x.number, x.title, x.unit_name, x.town_id, x.what, x.at, x.ends_at, x.place, x.state, x.procedure_number
  from public_events x
  where x.at >= p_from and x.at < p_until and x.form = any (p_forms) and (p_unit_name = '' or x.unit_name = p_unit_name)
    and (p_town_id is null or x.town_id = p_town_id)
  order by x.at, x.number, x.what limit 2000
$$;

-- From a day on: what is coming, first; then the beginnings of what goes on; and what was moved, postponed or cancelled since
-- `p_changed_from`, even where its day is over.
create function public_feed(p_from timestamptz, p_until timestamptz, p_changed_from timestamptz, p_forms text[], p_unit_name text, p_town_id bigint)
returns table (form text, number text, title text, unit_name text, what text, at timestamptz, ends_at timestamptz, place text, state text,
  procedure_number text)
language sql stable set search_path = minyi, pg_temp
as $$
  select x.form, x.number, x.title, x.unit_name, x.what, x.at, x.ends_at, x.place, x.state, x.procedure_number
  from public_events x
  -- What ends at midnight ends on the day before.
  cross join lateral (select case when x.what in ('closes', 'registration_until') then x.at - interval '1 microsecond' else x.at end as moment) m
  cross join lateral (select x.at < p_until and m.moment >= p_from as coming) c
  where (c.coming or x.at < p_from and x.over_at > p_from and x.state in ('announced', 'open', 'suspended') or x.off_since >= p_changed_from)
    and x.form = any (p_forms) and (p_unit_name = '' or x.unit_name = p_unit_name) and (p_town_id is null or x.town_id = p_town_id)
  order by not c.coming, m.moment, x.number, x.what limit 2000
$$;
grant execute on function public_feed(timestamptz, timestamptz, timestamptz, text[], text, bigint) to minyi_public, minyi_staff, minyi_work;
