-- What a review found of hearings: a lot that is annulled tells its seed, nobody is judged once they have been drawn, a lot without categories can
-- still be read, a notice comes before the registration that it announces, and nobody's address waits for a matter that is over.
set local search_path to minyi;

-- ---- Lots -----------------------------------------------------------------------------------------------------------------------

-- As before; where every category is nominated by now the list of categories is empty, and still there: a file without it is none.
create or replace function show_lot(p_lot_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots;
  g gatherings;
  listed boolean;
begin
  select * into l from lots where id = p_lot_id;
  select * into g from gatherings where id = l.gathering_id;
  listed := l.frozen_at is not null;
  insert into public_lots as p (gathering_id, lot_id, file, changed_at) values (g.id, l.id, jsonb_strip_nulls(jsonb_build_object(
    'format', case l.kind when 'verifiable' then 'minyi-lot-v1' else 'minyi-lot-witnessed-v1' end, 'state', l.state,
    'hearing', g.number, 'title', g.title, 'commitment', encode(l.commitment, 'hex'), 'committedAt', lot_time(l.committed_at),
    'registrationUntil', lot_time(g.registration_until), 'valueSource', nullif(l.value_source, ''),
    'earlierSources', nullif(l.earlier_sources, '[]'), 'valueDueAt', lot_time(l.value_due_at),
    -- Recorded after it was drawn, a witnessed lot has a list and no moment at which that stood fast before.
    'frozenAt', case l.kind when 'verifiable' then lot_time(l.frozen_at) end, 'listSha256', encode(l.list_sha256, 'hex'),
    'value', l.value, 'valueEnteredAt', lot_time(l.value_entered_at), 'drawnAt', lot_time(l.drawn_at), 'seed', encode(l.seed, 'hex'),
    'witnesses', (select jsonb_agg(format('%s（%s）', w.name, w.capacity) order by w.ordinal) from lot_witnesses w where w.lot_id = l.id),
    'place', nullif(l.place, ''), 'notary', nullif(l.notary, ''), 'annulledAt', lot_time(l.annulled_at), 'annulledWhy', nullif(l.annulled_why, ''),
    'categories', (select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'seats', c.seats,
        'numbers', case when listed then coalesce(e.numbers, '[]') end,
        'chosen', case when l.drawn_at is not null then coalesce(e.chosen, '[]') end,
        'reserve', case when l.drawn_at is not null then coalesce(e.reserve, '[]') end) order by c.code), '[]')
      from gathering_categories c cross join lateral (
        select jsonb_agg(e.number order by e.number collate "C") as numbers, jsonb_agg(e.number order by e.rank) filter (where e.rank <= c.seats) as chosen,
          jsonb_agg(e.number order by e.rank) filter (where e.rank > c.seats) as reserve
        from lot_entries e where e.lot_id = l.id and e.category_id = c.id) e
      where c.gathering_id = g.id and c.way = 'application'))), minyi_clock())
  on conflict (lot_id) do update set file = excluded.file, changed_at = excluded.changed_at;
end $$;

update public_lots set file = file || '{"categories": []}' where not file ? 'categories';

-- As before; the seed stays sealed until `tell_seed` has told it.
create or replace function annul_lot(p_lot_id bigint, p_why text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
begin
  if l.state = 'annulled' then return; end if;
  if exists (select from published_versions where gathering_id = l.gathering_id and kind = 'participant_list') then perform refuse('lots_list_published'); end if;
  select * into g from gatherings where id = l.gathering_id;
  if g.state not in ('announced', 'postponed') then perform refuse('lots_not_coming'); end if;
  if coalesce(btrim(p_why), '') = '' then perform refuse('lots_annulled_why'); end if;
  -- A registration that another lot chooses has a seat anew, and is confirmed anew.
  update registrations r set confirmed_at = null from lot_entries e where e.lot_id = l.id and r.id = e.registration_id and r.confirmed_at is not null;
  update gathering_people p set state = 'replaced', registration_id = null
  from lot_entries e where e.lot_id = l.id and p.registration_id = e.registration_id;
  update lots set state = 'annulled', annulled_at = minyi_clock(), annulled_why = p_why where id = l.id;
  perform lot_event(g, 'lot_annulled', l.id);
  perform show_lot(l.id);
end $$;

-- As before; and of a lot that was annulled, to tell what it would have drawn. No row where it has none to open.
create or replace function sealed_seed(p_lot_id bigint) returns table (seed_id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  l lots := organised_lot(p_lot_id);
  g gatherings;
begin
  if l.state <> 'annulled' then
    if l.state <> 'frozen' or l.value is null then perform refuse('lots_no_value'); end if;
    if l.value_entered_by = actor_staff() then perform refuse('lots_second_person'); end if;
  end if;
  select * into g from gatherings where id = l.gathering_id;
  if l.seed_sealed is not null then perform lot_event(g, 'seed_opened', l.id); end if;
  return query select l.seed_id, l.seed_key_id, l.seed_sealed where l.seed_sealed is not null;
end $$;

-- Told of a lot that was annulled: whoever annuls one once its value is known cannot have chosen by its outcome and let nobody see that.
create function tell_seed(p_lot_id bigint, p_seed bytea) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare l lots := organised_lot(p_lot_id);
begin
  if l.state <> 'annulled' or l.seed_sealed is null then return; end if;
  if octet_length(p_seed) <> 32 or sha256(p_seed) <> l.commitment then perform refuse('lots_seed'); end if;
  update lots set seed = p_seed, seed_sealed = null where id = l.id;
  perform show_lot(l.id);
end $$;
alter function tell_seed(bigint, bytea) owner to minyi_guard;
grant execute on function tell_seed(bigint, bytea) to minyi_staff;

-- As before; of registrations as they were judged before it was drawn.
create or replace function record_witnessed_lot(p_gathering_id bigint, p_drawn_at timestamptz, p_place text, p_notary text, p_names text[], p_capacities text[],
  p_numbers text[], p_ranks int[], p_scan uuid) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings := organised_gathering(p_gathering_id);
  moment timestamptz := minyi_clock();
  made bigint;
  since text;
begin
  select id into made from lots where gathering_id = g.id and state = 'drawn' and scan_id = p_scan;
  if found then return made; end if;
  if exists (select from lots where gathering_id = g.id and state <> 'annulled') then perform refuse('lots_one_holds'); end if;
  if not exists (select from gathering_categories where gathering_id = g.id and way = 'application') then perform refuse('lots_no_category'); end if;
  perform require_checked(g, moment);
  if p_drawn_at is null or p_drawn_at < g.registration_until or p_drawn_at > moment then perform refuse('lots_drawn_when'); end if;
  -- Who was judged after they had been drawn was judged by the outcome. It is told to the minute.
  select string_agg(s.number, ' ' order by s.number collate "C") into since
  from registrations r join submissions s on s.id = r.submission_id join gathering_categories c on c.id = r.category_id and c.way = 'application'
  where r.gathering_id = g.id and r.withdrawn_at is null and r.checked_at >= p_drawn_at + interval '1 minute';
  if since is not null then perform refuse('lots_judged_since', since); end if;
  if coalesce(p_place, '') = '' then perform refuse('lots_place'); end if;
  if p_scan is null then perform refuse('lots_scan'); end if;
  perform claim_gathering_scan(g, p_scan);
  insert into lots (gathering_id, kind, state, drawn_at, drawn_by, place, notary, scan_id, frozen_at, list_sha256)
  values (g.id, 'witnessed', 'drawn', p_drawn_at, actor_staff(), p_place, coalesce(p_notary, ''), p_scan, moment, sha256('')) returning id into made;
  perform note_witnesses(made, p_names, p_capacities);
  perform list_for_lot(g, made);
  if cardinality(p_numbers) is distinct from cardinality(p_ranks)
    or (select count(*) <> count(distinct n) or not bool_and(coalesce(exists (select from lot_entries e where e.lot_id = made and e.number = n), false))
      from unnest(p_numbers) n) then
    perform refuse('lots_list_whole');
  end if;
  update lot_entries e set rank = n.rank from unnest(p_numbers, p_ranks) n (number, rank) where e.lot_id = made and e.number = n.number;
  -- What was not drawn because it needed not be.
  update lot_entries e set rank = o.rank from (
    select x.registration_id, row_number() over (partition by x.category_id order by x.number collate "C") as rank
    from lot_entries x join gathering_categories c on c.id = x.category_id
    where x.lot_id = made and (select count(*) <= c.seats and count(y.rank) = 0 from lot_entries y where y.lot_id = made and y.category_id = c.id)) o
  where e.lot_id = made and e.registration_id = o.registration_id;
  if exists (select from lot_entries where lot_id = made group by category_id
      having count(rank) <> count(*) or min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)) then
    perform refuse('lots_list_whole');
  end if;
  update lots set list_sha256 = lot_list_hash(made) where id = made;
  perform lot_event(g, 'lot_recorded', made);
  perform show_lot(made);
  return made;
end $$;

-- ---- Dates ----------------------------------------------------------------------------------------------------------------------

-- As before; and in the order of things, which the planner shows as broken.
create or replace function require_gathering_dates(g gatherings, p_today date) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  held date := china_day(g.starts_at);
  applies boolean := exists (select from gathering_categories where gathering_id = g.id and way = 'application');
  r record;
begin
  -- The order of things, before it is announced: nobody registers, counted from whatever day, before they could read of it, and nothing is
  -- reported before it was held. Afterwards a day may lie behind, as the notice of a hearing that was moved finds it.
  if g.state = 'preparing' then
    if g.kind = 'hearing' and applies and china_day(g.registration_from) < p_today then perform refuse('gatherings_registration_begun'); end if;
    if g.report_on < held then perform refuse('gatherings_report_before'); end if;
  end if;
  if g.kind = 'hearing' then
    -- Beforehand (Order 713, article 16): no number of days, but not on the day.
    if g.list_on is null or g.list_on >= held then perform refuse('gatherings_rule_list'); end if;
    if applies and (g.registration_from is null or g.registration_until is null
        or g.registration_until > (g.list_on + 1)::timestamp at time zone 'Asia/Shanghai') then
      perform refuse('gatherings_rule_registration');
    end if;
  end if;
  for r in
    select w.refusal, l.binding, coalesce(w.day <= w.latest, false) as kept
    from (
      select 'hearing.notice' as code, 'gatherings_rule_notice' as refusal, p_today as day, gathering_day('hearing.notice', held, g.unit_id) as latest
        where g.kind = 'hearing'
      union all select 'hearing.' || g.subject, 'gatherings_rule_notice', p_today, gathering_day('hearing.' || g.subject, held, g.unit_id)
        where g.kind = 'hearing'
      union all select 'hearing.list', 'gatherings_rule_list', g.list_on, gathering_day('hearing.list', held, g.unit_id) where g.kind = 'hearing'
      union all select m, 'gatherings_rule_materials', g.materials_on, gathering_day(m, held, g.unit_id)
        from (select case g.kind when 'hearing' then 'hearing.materials' when 'forum' then 'forum.materials' end as m) k where m is not null
      union all select m, 'gatherings_rule_report', g.report_on, gathering_day(m, held, g.unit_id)
        from (select case g.kind when 'hearing' then 'hearing.report' else 'forum.record' end as m) k
      -- The day on which registration begins is not counted, and the last one is whole.
      union all select 'hearing.registration', 'gatherings_rule_registration',
        (select counted_day(china_day(g.registration_from), q.amount, q.day_kind, calendar_scope(g.unit_id))
          from gathering_rule('hearing.registration', held, g.unit_id) q), china_day(g.registration_until - interval '1 microsecond')
        where applies and g.kind = 'hearing'
    ) w cross join lateral gathering_rule(w.code, held, g.unit_id) l
    where w.latest is not null
    order by not l.binding
  loop
    continue when r.kept;
    if r.binding then perform refuse(r.refusal); end if;
    if g.practice_reason = '' then perform refuse('gatherings_practice_reason'); end if;
  end loop;
end $$;

-- ---- Reminders ------------------------------------------------------------------------------------------------------------------

-- As before; and an address that waits for a matter that is over: nothing is left to be told.
create or replace function erase_unconfirmed_reminders() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare erased int;
begin
  delete from reminder_subscriptions s where s.confirmed_at is null and s.asked_at < minyi_clock() - interval '1 day'
    or exists (select from procedures p where p.id = s.procedure_id and p.state in ('published', 'terminated'));
  get diagnostics erased = row_count;
  return erased;
end $$;
