-- What a review found of hearings: a lot that is annulled tells its seed, nobody is judged once they have been drawn, a lot without categories can
-- still be read, a form sent once more for somebody else registers them, who only listens confirms no transcript, a notice comes before the
-- registration that it announces, and nobody's address waits for a matter that is over.
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

-- ---- Registrations --------------------------------------------------------------------------------------------------------------

-- As before; and a key stands for one person: who goes back to the form and registers somebody else with it is told so, and not that they have
-- registered already.
create or replace function intake_registrations(p_keys uuid[], p_form_keys uuid[], p_gatherings text[], p_categories text[], p_organisations text[], p_reasons text[],
  p_consents boolean[], p_channels text[], p_salts bytea[], p_code_macs bytea[], p_has_name boolean[], p_has_phone boolean[],
  p_has_identity boolean[], p_person_indexes bytea[], p_contact_ids uuid[], p_contact_key_ids text[], p_contacts bytea[],
  p_phone_indexes bytea[], p_detail_ids uuid[], p_detail_key_ids text[], p_details bytea[], p_file_ids text[], p_arrived_on date[],
  p_staff_ids bigint[], p_grants text[])
returns table (ordinal bigint, outcome text, quota text, submission_id bigint, number text, received_at timestamptz, proof bytea)
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  moment timestamptz;
  prefix text;
  verdicts text[];
  gathering_ids bigint[];
  category_ids bigint[];
  taken bigint[];
  told record;
begin
  -- Freezing the list and changes take these rows FOR UPDATE: whoever is second sees what the first has done.
  perform 1 from gatherings g where g.number = any (p_gatherings) order by g.id for share;
  -- The same person twice at once: one after the other.
  perform pg_advisory_xact_lock(k.place) from (
    select distinct hashtextextended(concat('registration ', i.gathering, ' ', i.person), 0) as place
    from unnest(p_gatherings, p_person_indexes) i (gathering, person) where i.person is not null order by 1) k;
  moment := minyi_clock();             -- read once, after the locks: compared and stored alike
  select value into prefix from site_settings where key = 'number_prefix';

  with claims as materialized (
    -- The form that claims a file first, as with messages (0029): a file has one, and forms may come with the key of another.
    select f.id, min(i.ordinal) as ordinal from unnest(p_file_ids) with ordinality i (files_text, ordinal),
      unnest(coalesce(i.files_text, '{}')::uuid[]) f (id) group by f.id
  ), waiting as materialized (
    -- Held, so that a form of another transaction has claimed them before or does not at all.
    select a.id, a.form_key, a.uploaded_by, a.media_type from attachments a
    where a.id in (select id from claims) and a.expires_at > moment order by a.id for update
  ), judged as materialized (
    select i.ordinal, i.key, i.person_index, g.id as gathering_id, c.id as category_id,
      case
        when g.id is null or g.state = 'preparing' or g.kind <> 'hearing' then 'unknown_gathering'
        when i.channel = 'web' and session_user <> 'minyi_public' then 'not_allowed'
        when i.channel <> 'web' and (session_user <> 'minyi_staff' or i.staff_id is null or not g.unit_ids && granted_units(i.grants)) then 'not_allowed'
        when i.channel is null or i.channel not in ('web', 'counter', 'phone', 'letter', 'mail') or i.person_index is null
          or char_length(i.organisation) > 100 or char_length(i.reason) > 1000 or octet_length(i.contact) > 4096
          or octet_length(i.details) > 8192 or cardinality(coalesce(i.files_text, '{}')::uuid[]) > 5 then 'malformed'
        when g.state not in ('announced', 'postponed') then 'closed'
        when g.state = 'postponed' then 'suspended'
        when g.registration_until is null then 'closed'
        when moment < coalesce(g.registration_from, g.registration_until) then 'not_open'
        when i.channel = 'web' and moment >= g.registration_until then 'closed'
        when i.channel <> 'web' and (list_is_frozen(g.id) or moment >= registration_entry_until(g)) then 'entry_over'
        when i.channel <> 'web' and (i.arrived_on is null or i.arrived_on > china_day(moment)
          or i.arrived_on > china_day(g.registration_until - interval '1 microsecond')) then 'arrived_late'
        when c.id is null or c.way <> 'application' then 'unknown_category'
        when i.has_name is not true or i.contact is null then 'name_required'
        when i.has_phone is not true then 'phone_required'
        when 'identity' = any (g.asks) and (i.has_identity is not true or i.details is null) then 'identity_required'
        when i.consents is null then 'consent_required'
        when exists (select from unnest(coalesce(i.files_text, '{}')::uuid[]) f (id)
            left join waiting a on a.id = f.id and a.media_type not like 'audio/%'
              and (case when i.channel = 'web' then a.uploaded_by is null and a.form_key = i.form_key else a.uploaded_by = i.staff_id end)
            left join claims k on k.id = f.id
            where a.id is null or k.ordinal <> i.ordinal)
          or (select count(f) <> count(distinct f) from unnest(coalesce(i.files_text, '{}')::uuid[]) f) then 'unknown_file'
        when exists (select from registrations r join submissions s on s.id = r.submission_id
            where r.gathering_id = g.id and r.person_index = i.person_index and r.withdrawn_at is null and s.key <> i.key) then 'registered_already'
        else 'ok' end as verdict
    from unnest(p_keys, p_form_keys, p_gatherings, p_categories, p_organisations, p_reasons, p_consents, p_channels, p_has_name, p_has_phone,
        p_has_identity, p_person_indexes, p_contacts, p_details, p_file_ids, p_arrived_on, p_staff_ids, p_grants)
      with ordinality i (key, form_key, gathering, category, organisation, reason, consents, channel, has_name, has_phone, has_identity,
        person_index, contact, details, files_text, arrived_on, staff_id, grants, ordinal)
    left join gatherings g on g.number = i.gathering
    left join gathering_categories c on c.gathering_id = g.id and c.code = i.category
  )
  select array_agg(case when j.verdict = 'ok' and exists (select from judged e where e.verdict = 'ok' and e.gathering_id = j.gathering_id
        and e.person_index = j.person_index and e.key <> j.key and e.ordinal < j.ordinal) then 'registered_already' else j.verdict end order by j.ordinal),
    array_agg(j.gathering_id order by j.ordinal), array_agg(j.category_id order by j.ordinal)
  into verdicts, gathering_ids, category_ids from judged j;

  with numbered as materialized (
    select n.*, public_number(prefix, moment, nextval('submission_numbers')) as new_number
    from (select distinct on (i.key) i.*, g.number as gathering, g.unit_ids, c.code as category
          from unnest(p_keys, p_organisations, p_reasons, p_consents, p_channels, p_salts, p_code_macs, p_person_indexes, p_contact_ids,
              p_contact_key_ids, p_contacts, p_phone_indexes, p_detail_ids, p_detail_key_ids, p_details, p_file_ids, p_arrived_on, p_staff_ids,
              verdicts, gathering_ids, category_ids)
            with ordinality i (key, organisation, reason, consents, channel, salt, code_mac, person_index, contact_id, contact_key_id,
              contact, phone_index, detail_id, detail_key_id, details, files, arrived_on, staff_id, verdict, gathering_id, category_id, ordinal)
          join gatherings g on g.id = i.gathering_id join gathering_categories c on c.id = i.category_id
          where i.verdict = 'ok' and (select s.id from submissions s where s.key = i.key) is null
          order by i.key, i.ordinal) n
  ), inserted as (
    insert into submissions (number, key, kind, body, channel, received_at, arrived_on, entered_by, submitter, salt, proof, code_mac, unit_ids)
    select n.new_number, n.key, 'registration', '', n.channel, moment, n.arrived_on, case when n.channel <> 'web' then n.staff_id end, 'person',
      n.salt, sha256(n.salt || convert_to(registration_form(n.new_number, n.gathering, n.category, n.channel, moment), 'UTF8')),
      n.code_mac, n.unit_ids
    from numbered n
    on conflict (key) do nothing
    returning id, key
  ), stored as materialized (
    select s.id, n.* from inserted s join numbered n on n.key = s.key
  ), registered as (
    insert into registrations (submission_id, gathering_id, category_id, organisation, reason, consents, person_index, received_at, unit_ids)
    select id, gathering_id, category_id, coalesce(organisation, ''), coalesce(reason, ''), consents, person_index, moment, unit_ids from stored
    returning id as registration_id, submission_id as of_submission
  ), reachable as (
    insert into contacts (id, submission_id, key_id, sealed, phone_index, created_at)
    select contact_id, id, contact_key_id, contact, phone_index, moment from stored
  ), detailed as (
    insert into registration_details (id, registration_id, key_id, sealed, created_at)
    select s.detail_id, r.registration_id, s.detail_key_id, s.details, moment
    from stored s join registered r on r.of_submission = s.id where s.details is not null
  ), filed as (
    insert into submission_attachments (submission_id, ordinal, attachment_id)
    select s.id, f.place, f.id from stored s, unnest(coalesce(s.files, '{}')::uuid[]) with ordinality f (id, place)
  ), claimed as (
    -- Of no unit: nobody sees an identity card but by the door that asks for an organiser.
    update attachments a set expires_at = null, unit_ids = '{}' from stored s where a.id = any (coalesce(s.files, '{}')::uuid[])
  ), recorded as (
    insert into events (at, recorded_at, subject, subject_id, kind, staff_id, unit_ids)
    select moment, moment, 'submission', id, 'received', case when channel <> 'web' then staff_id end, unit_ids from stored
  )
  select array_agg(s.ordinal) as places, array_agg(s.id) as ids, array_agg(format('registration.%s.registered', s.id)) as keys,
    array_agg(jsonb_strip_nulls(jsonb_build_object('due_on', coalesce(g.list_on, china_day(g.starts_at))))) as facts
  into told from stored s join gatherings g on g.id = s.gathering_id;
  taken := told.places;
  -- Who was turned away is counted, in case it is disputed; nothing says who it was.
  insert into events (at, subject, subject_id, kind, code, staff_id, unit_ids)
  select moment, 'gathering', g.id, 'registration_turned_away', v.verdict, case when v.channel <> 'web' then v.staff_id end, g.unit_ids
  from unnest(p_keys, verdicts, gathering_ids, p_channels, p_staff_ids) v (key, verdict, gathering_id, channel, staff_id)
  join gatherings g on g.id = v.gathering_id
  where v.verdict in ('closed', 'registered_already', 'arrived_late', 'entry_over') and not exists (select from submissions s where s.key = v.key);
  if taken is not null then perform notify_authors('registered', told.ids, told.keys, told.facts); end if;

  -- A second statement has a new snapshot: it sees the row that a concurrent twin has just committed.
  return query
  select v.ordinal,
    case when s.id is null then v.verdict
         when r.gathering_id is distinct from v.gathering_id or r.category_id is distinct from v.category_id
           or r.person_index is distinct from v.person_index then 'key_reused'
         when v.ordinal = any (taken) then 'accepted'
         else 'already' end,
    null::text, s.id,
    -- Who enters is told which it is, to give the person a new code; nobody on the web is.
    coalesce(s.number, (select t.number from registrations d join submissions t on t.id = d.submission_id
      where v.verdict = 'registered_already' and session_user = 'minyi_staff' and d.gathering_id = v.gathering_id and d.person_index = v.person_index
        and d.withdrawn_at is null)), s.received_at, s.proof
  from unnest(p_keys, verdicts, gathering_ids, category_ids, p_person_indexes) with ordinality
    v (key, verdict, gathering_id, category_id, person_index, ordinal)
  left join submissions s on s.key = v.key
  left join registrations r on r.submission_id = s.id
  order by v.ordinal;
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

-- ---- Transcripts ----------------------------------------------------------------------------------------------------------------

-- As before; who only listens confirms nothing, and objects to nothing that the report would print.
create or replace function person_by_code(p_number text, p_code_mac bytea) returns gathering_people
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select m from gathering_people m join gatherings g on g.id = m.gathering_id
  where g.number = p_number and m.code_mac = p_code_mac and m.state in ('named', 'accepted') and m.presence in ('present', 'left')
    and m.role not in ('observer', 'media')
    and g.state in ('held', 'closed')
$$;

-- As before (0055); nor is asked to.
create or replace function ask_to_confirm(g gatherings, p_page int) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  m record;
  once text := format('gathering.%s.transcript_ready', g.id) || case when p_page > 1 then '.' || p_page else '' end;
  facts jsonb := jsonb_build_object('due_on', coalesce(g.report_on, china_day(minyi_clock()) + 14));
begin
  -- Whom a visit meets has no transcript to confirm.
  for m in select p.id, r.submission_id from gathering_people p left join registrations r on r.id = p.registration_id
    where p.gathering_id = g.id and g.kind <> 'visit' and p.presence in ('present', 'left') and p.role not in ('observer', 'media')
      and (p_page = 1 or exists (select from transcript_marks k where k.person_id = p.id)) loop
    if m.submission_id is null then perform notify_person('transcript_ready', m.id, facts, case when p_page > 1 then once || '.' || m.id end);
    else perform notify_author('transcript_ready', m.submission_id, once, facts); end if;
  end loop;
end $$;

-- What was said is read by those who work on it (0051), and so are the files that repeat it, and what people object to in it.
alter policy gathering_files_of_visible on gathering_files using (gathering_id = any (array(
  select g.id from gatherings g where g.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));
alter policy transcript_marks_of_visible on transcript_marks using (person_id = any (array(
  select m.id from gathering_people m join gatherings g on g.id = m.gathering_id
  where g.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));
alter policy transcript_ends_of_visible on transcript_ends using (person_id = any (array(
  select m.id from gathering_people m join gatherings g on g.id = m.gathering_id
  where g.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));

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
