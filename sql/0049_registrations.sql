-- 听证会报名: a registration is a submission with its place and its papers beside it. It comes in through a door like that of a comment. Name, phone
-- and whatever else was asked are encrypted, seen by the organiser alone, and erased by rule after the report.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid, require-concurrent-index-creation
set local search_path to minyi;

create table registrations (
  id bigint generated always as identity primary key,
  submission_id bigint not null references submissions constraint registrations_submission unique,
  gathering_id bigint not null references gatherings,
  category_id bigint not null references gathering_categories,
  organisation text not null default '' constraint registrations_organisation_length check (char_length(organisation) <= 100),
  reason text not null default '' constraint registrations_reason_length check (char_length(reason) <= 1000),
  consents boolean not null,                           -- name and unit may be public if they take part
  person_index bytea constraint registrations_index_length check (octet_length(person_index) = 32),   -- null once erased or withdrawn
  verdict text not null default 'pending' constraint registrations_verdict check (verdict in ('pending', 'eligible', 'refused')),
  refused_code text constraint registrations_refused_code check (refused_code in ('age', 'residence', 'category', 'papers', 'identity', 'other')),
  refused_note text not null default '' constraint registrations_note_length check (char_length(refused_note) <= 500),
  checked_by bigint references staff,
  checked_at timestamptz,
  confirmed_at timestamptz,                            -- they will come
  withdrawn_at timestamptz,
  received_at timestamptz not null,
  unit_ids bigint[] not null,
  constraint registrations_refused_why check ((verdict = 'refused') = (refused_code is not null)),
  constraint registrations_checked check ((verdict = 'pending') = (checked_at is null))
);
-- One person, one registration, in whatever category.
create unique index registrations_one_person on registrations (gathering_id, person_index) where withdrawn_at is null and person_index is not null;
create index registrations_of_gathering on registrations (gathering_id, category_id, id);
create index registrations_of_category on registrations (category_id);

-- Identity number, sex, age and the like, as JSON, apart from name and phone (`contacts`), which deliver letters.
create table registration_details (
  id uuid primary key,
  registration_id bigint not null references registrations constraint registration_details_registration unique,
  key_id text not null,
  sealed bytea not null constraint registration_details_size check (octet_length(sealed) <= 8192),
  created_at timestamptz not null
);
alter table gathering_people add column registration_id bigint constraint gathering_people_registration references registrations;
create unique index gathering_people_once_registration on gathering_people (registration_id) where registration_id is not null;
grant select (registration_id) on gathering_people to minyi_staff;

alter table registrations enable row level security;
alter table registration_details enable row level security;
grant select (id, submission_id, gathering_id, category_id, organisation, reason, consents, verdict, refused_code, refused_note, checked_by, checked_at,
  confirmed_at, withdrawn_at, received_at, unit_ids) on registrations to minyi_staff;
create policy registrations_of_my_units on registrations for select to minyi_staff using (unit_ids && (select actor_units_as('organiser', 'clerk', 'auditor')));
grant select, insert on registrations to minyi_intake;
grant insert on registration_details to minyi_intake;
create policy registrations_intake on registrations to minyi_intake using (true) with check (true);
create policy registration_details_intake on registration_details for insert to minyi_intake with check (true);
grant select, update on registrations to minyi_guard;
grant select, delete on registration_details to minyi_guard;
create policy registrations_guard on registrations to minyi_guard using (true) with check (true);
create policy registration_details_guard on registration_details to minyi_guard using (true);

-- The canonical form of a registration, version 1: as that of a comment (0006), with its own header and fields.
create function registration_form(number text, gathering text, category text, channel text, received_at timestamptz) returns text
language sql stable
as $$
  select pg_catalog.concat('minyi-registration-v1', e'\n',
    'number:', pg_catalog.octet_length(number), ':', number, e'\n',
    'gathering:', pg_catalog.octet_length(gathering), ':', gathering, e'\n',
    'category:', pg_catalog.octet_length(category), ':', category, e'\n',
    'channel:', pg_catalog.octet_length(channel), ':', channel, e'\n',
    'received:27:', pg_catalog.to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e'\n')
$$;
grant execute on function registration_form(text, text, text, text, timestamptz) to minyi_intake, minyi_guard;

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------

-- A lot's list stands fast (0050): nobody is added to it any longer, and nobody is judged anew.
create function list_is_frozen(p_gathering_id bigint) returns boolean
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$ begin return exists (select from lots l where l.gathering_id = p_gathering_id and l.state in ('frozen', 'drawn')); end $$;
alter function list_is_frozen(bigint) owner to minyi_guard;
grant execute on function list_is_frozen(bigint) to minyi_intake, minyi_staff;

-- What came on paper in time is entered for three working days longer. Exclusive.
create function registration_entry_until(g gatherings) returns timestamptz
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select (counted_day(china_day(g.registration_until - interval '1 microsecond'), 3, 'working', calendar_scope(g.unit_id)) + 1)::timestamp
    at time zone 'Asia/Shanghai'
$$;
alter function registration_entry_until(gatherings) owner to minyi_guard;
grant execute on function registration_entry_until(gatherings) to minyi_intake, minyi_staff;
grant execute on function china_day(timestamptz) to minyi_intake;

-- ---- Receiving ------------------------------------------------------------------------------------------------------------------

-- Takes any number of registrations, one array a column, and gives each an outcome; one that is refused never hurts its neighbours.
create function intake_registrations(p_keys uuid[], p_form_keys uuid[], p_gatherings text[], p_categories text[], p_organisations text[], p_reasons text[],
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
         when r.gathering_id is distinct from v.gathering_id or r.category_id is distinct from v.category_id then 'key_reused'
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
alter function intake_registrations(uuid[], uuid[], text[], text[], text[], text[], boolean[], text[], bytea[], bytea[], boolean[], boolean[], boolean[],
  bytea[], uuid[], text[], bytea[], bytea[], uuid[], text[], bytea[], text[], date[], bigint[], text[]) owner to minyi_intake;
grant execute on function intake_registrations(uuid[], uuid[], text[], text[], text[], text[], boolean[], text[], bytea[], bytea[], boolean[], boolean[],
  boolean[], bytea[], uuid[], text[], bytea[], bytea[], uuid[], text[], bytea[], text[], date[], bigint[], text[]) to minyi_public, minyi_staff;

-- ---- The receipt ----------------------------------------------------------------------------------------------------------------

-- Standing: registered, refused, chosen, reserve, not_chosen, replaced, withdrawn.
create function registration_standing(r registrations) returns text
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare
  seat text;
  place int;
  seats int;
begin
  if r.withdrawn_at is not null then return 'withdrawn'; end if;
  if r.verdict = 'refused' then return 'refused'; end if;
  select p.state into seat from gathering_people p where p.registration_id = r.id;
  if found then return case when seat in ('named', 'accepted') then 'chosen' else 'replaced' end; end if;
  select e.rank, c.seats into place, seats from lot_entries e join lots l on l.id = e.lot_id join gathering_categories c on c.id = e.category_id
  where l.gathering_id = r.gathering_id and l.state = 'drawn' and e.registration_id = r.id;
  if place > seats then return 'reserve'; end if;
  if exists (select from published_versions v where v.gathering_id = r.gathering_id and v.kind = 'participant_list') then return 'not_chosen'; end if;
  return 'registered';
end $$;

create function registration_receipt(p_number text, p_code_mac bytea)
returns table (number text, gathering text, procedure text, title text, state text, starts_at timestamptz, place text, category text,
  category_code text, channel text, received_at timestamptz, arrived_on date, proof bytea, salt bytea, verdict text, refused_code text,
  refused_note text, standing text, seat int, person_code_key uuid, materials jsonb, delivered_on date, confirmed_at timestamptz,
  withdrawn_at timestamptz, sealed_at timestamptz, can_withdraw boolean, can_confirm boolean, papers jsonb, statements jsonb, form text)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select s.number, g.number, p.number, g.title, g.state, g.starts_at, g.place, c.name, c.code, s.channel, s.received_at, s.arrived_on, s.proof,
    s.salt, r.verdict, r.refused_code, r.refused_note, x.standing, case when x.standing = 'chosen' then h.seat end,
    case when x.standing = 'chosen' then h.key end,
    case when x.standing = 'chosen' then (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'title', m.title, 'file', m.attachment_id is not null) order by m.ordinal), '[]')
      from gathering_materials m where m.gathering_id = g.id and m.removed_at is null) else '[]' end,
    (select d.delivered_on from material_deliveries d where d.person_id = h.id), r.confirmed_at, r.withdrawn_at, s.sealed_at,
    r.withdrawn_at is null and s.sealed_at is null and g.state not in ('under_way', 'held', 'closed'),
    x.standing = 'chosen' and r.confirmed_at is null and g.state in ('announced', 'postponed'),
    -- What they handed in, without the names of the files, which say whose they are.
    (select coalesce(jsonb_agg(jsonb_build_object('kind', a.media_type, 'size', a.size) order by f.ordinal), '[]')
      from submission_attachments f join attachments a on a.id = f.attachment_id where f.submission_id = s.id and s.sealed_at is null),
    -- What they said there (0051), with the numbers by which the result names it.
    (select coalesce(jsonb_agg(jsonb_build_object('number', t.number, 'body', t.body) order by t.id), '[]') from submissions t
      where t.sealed_at is null and t.id in (select e.submission_id from gathering_entries e where e.gathering_id = g.id and e.person_id = h.id)),
    registration_form(s.number, g.number, c.code, s.channel, s.received_at)
  from submissions s join registrations r on r.submission_id = s.id join gatherings g on g.id = r.gathering_id
  join procedures p on p.id = g.procedure_id join gathering_categories c on c.id = r.category_id
  cross join lateral (select registration_standing(r) as standing) x
  left join gathering_people h on h.registration_id = r.id
  where s.number = p_number and s.code_mac = p_code_mac;
end $$;

-- What stands encrypted of a registration, and its papers.
create function blank_registration(r registrations) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  delete from contacts where submission_id = r.submission_id;
  delete from registration_details where registration_id = r.id;
  delete from gathering_contacts where person_id in (select id from gathering_people where registration_id = r.id);
  delete from attachments where id in (select attachment_id from submission_attachments where submission_id = r.submission_id);
end $$;

-- Returns withdrawn, already, closed (it has begun or is over), or unknown. The number stays in a list that is frozen.
create function withdraw_registration(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings;
  r registrations;
  moment timestamptz;
begin
  select x.* into r from submissions s join registrations x on x.submission_id = s.id
  where s.number = p_number and s.code_mac = p_code_mac and s.sealed_at is null;
  if not found then return 'unknown'; end if;
  select * into g from gatherings where id = r.gathering_id for share;
  select * into r from registrations where id = r.id for update;
  moment := minyi_clock();
  if r.withdrawn_at is not null then return 'already'; end if;
  if g.state in ('under_way', 'held', 'closed') then return 'closed'; end if;
  perform blank_registration(r);
  update registrations set withdrawn_at = moment, person_index = null, reason = '', organisation = '', refused_note = '' where id = r.id;
  update submissions set withdrawn_at = moment where id = r.submission_id;
  update gathering_people set state = 'replaced', consents = false, public_name = '', public_unit = ''
  where registration_id = r.id and state <> 'replaced';
  if found then
    perform notify_staff('participant_left', g.unit_ids, array['organiser', 'clerk'], format('registration.%s.left', r.id),
      jsonb_build_object('gathering', g.number, 'unit_id', g.unit_id));
  end if;
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', r.submission_id, 'withdrawn', r.unit_ids);
  return 'withdrawn';
end $$;

-- Who was chosen says that they will come. Returns confirmed, already, closed, or unknown.
create function confirm_registration(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings;
  r registrations;
begin
  select x.* into r from submissions s join registrations x on x.submission_id = s.id
  where s.number = p_number and s.code_mac = p_code_mac and s.sealed_at is null;
  if not found then return 'unknown'; end if;
  select * into g from gatherings where id = r.gathering_id for share;
  select * into r from registrations where id = r.id for update;
  if r.confirmed_at is not null then return 'already'; end if;
  if registration_standing(r) <> 'chosen' or g.state not in ('announced', 'postponed') then return 'closed'; end if;
  update registrations set confirmed_at = minyi_clock() where id = r.id;
  update gathering_people set state = 'accepted' where registration_id = r.id and state = 'named';
  insert into events (at, subject, subject_id, kind, unit_ids)
  values (minyi_clock(), 'submission', r.submission_id, 'registration_confirmed', r.unit_ids);
  return 'confirmed';
end $$;

-- ---- At the desk ----------------------------------------------------------------------------------------------------------------

-- A registration before somebody who organises for the unit that holds the hearing: what people say of themselves is for no other.
create function organised_registration(p_id bigint) returns registrations
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings;
  r registrations;
begin
  select t.* into g from gatherings t where t.id = (select x.gathering_id from registrations x where x.id = p_id) for share;
  if not found then raise exception 'unknown registration' using errcode = 'P0002'; end if;
  perform require_role(array[g.unit_id], 'organiser');
  select * into r from registrations where id = p_id for update;
  return r;
end $$;

create function check_registration(p_id bigint, p_verdict text, p_code text, p_note text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  r registrations := organised_registration(p_id);
  moment timestamptz := minyi_clock();
begin
  if r.withdrawn_at is not null then perform refuse('registrations_withdrawn'); end if;
  if r.verdict = p_verdict and r.refused_code is not distinct from p_code and r.refused_note = p_note then return; end if;
  if list_is_frozen(r.gathering_id) or p_verdict <> 'eligible' and exists (
      select from gathering_people h where h.registration_id = r.id and h.state in ('named', 'accepted')) then
    perform refuse('lots_list_frozen');
  end if;
  update registrations set verdict = p_verdict, refused_code = p_code, refused_note = p_note,
    checked_by = case when p_verdict <> 'pending' then actor_staff() end, checked_at = case when p_verdict <> 'pending' then moment end
  where id = r.id;
  insert into events (at, subject, subject_id, kind, code, staff_id, unit_ids)
  values (moment, 'submission', r.submission_id, 'registration_checked', coalesce(p_code, p_verdict), actor_staff(), r.unit_ids);
  -- Judged anew within the same second, they hear of the last.
  if p_verdict <> 'pending' then
    perform notify_authors('registration_checked', array[r.submission_id],
      array[format('registration.%s.checked.%s', r.submission_id, extract(epoch from moment))],
      array[jsonb_build_object('code', coalesce(p_code, p_verdict))]);
  end if;
end $$;

-- Still encrypted; each reading is recorded, and whether the identity number was shown in full.
create function read_registration(p_id bigint, p_in_full boolean)
returns table (contact_id uuid, contact_key_id text, contact bytea, detail_id uuid, detail_key_id text, detail bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare r registrations := organised_registration(p_id);
begin
  if exists (select from submissions s where s.id = r.submission_id and (s.withdrawn_at is not null or s.sealed_at is not null)) then return; end if;
  insert into events (at, subject, subject_id, kind, code, staff_id, unit_ids)
  values (minyi_clock(), 'submission', r.submission_id, 'registration_read', case when p_in_full then 'identity' end, actor_staff(), r.unit_ids);
  return query select c.id, c.key_id, c.sealed, d.id, d.key_id, d.sealed
  from (select r.submission_id as of_submission) x
  left join contacts c on c.submission_id = x.of_submission left join registration_details d on d.registration_id = r.id;
end $$;

create function registration_papers(p_id bigint) returns table (id uuid, name text, media_type text, size int)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
begin
  perform require_role(array[g.unit_id], 'organiser') from registrations r join gatherings g on g.id = r.gathering_id where r.id = p_id;
  return query select a.id, a.name, a.media_type, a.size
  from registrations r join submissions s on s.id = r.submission_id and s.sealed_at is null
  join submission_attachments f on f.submission_id = s.id join attachments a on a.id = f.attachment_id
  where r.id = p_id order by f.ordinal;
end $$;

-- One piece of such a paper; null after the last.
create function registration_paper_chunk(p_id bigint, p_attachment uuid, p_ordinal int) returns bytea
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select k.data from registration_papers(p_id) f join attachment_chunks k on k.attachment_id = f.id
  where f.id = p_attachment and k.ordinal = p_ordinal
$$;

-- How many have registered, wait to be checked, and may be drawn, a category each. Who withdrew is in none.
create function eligible_counts(p_gathering_id bigint) returns table (category_id bigint, registered bigint, pending bigint, eligible bigint)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select c.id, count(r.id), count(r.id) filter (where r.verdict = 'pending'), count(r.id) filter (where r.verdict = 'eligible')
  from gatherings g join gathering_categories c on c.gathering_id = g.id
  left join registrations r on r.category_id = c.id and r.withdrawn_at is null
  where g.id = p_gathering_id and actor_is_signed_in() and g.unit_ids && actor_units() and c.way = 'application'
  group by c.id order by c.ordinal
$$;

-- As before; of a registration, whose readers are fewer, by `read_registration` alone.
create or replace function read_contact(p_submission_id bigint) returns table (id uuid, key_id text, sealed bytea)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  s record;
  units bigint[];
begin
  select * into s from submissions where id = p_submission_id;
  if not found or s.kind = 'registration' or concerns('submission', s.id, actor_staff())
    or (s.withdrawn_at is not null or s.sealed_at is not null) and not s.flags && array['threat', 'self_harm'] then return; end if;
  select case_units(c) into units from cases c where c.submission_id = s.id;
  units := coalesce(units, s.unit_ids);
  perform require_role(units, 'organiser', 'clerk') where not s.flags && array['threat', 'self_harm'];
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'duty_officer') where s.flags && array['threat', 'self_harm'];
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'contact_read', actor_staff(), s.unit_ids);
  return query select c.id, c.key_id, c.sealed from contacts c where c.submission_id = s.id;
end $$;

-- ---- Erasure --------------------------------------------------------------------------------------------------------------------

-- After the day of what is neither reported nor cancelled: our default, no number was found.
insert into site_settings (key, value) values ('unreported_retention_days', '365');

-- When nothing is left of what people gave of themselves, and by which rule: so many days after the report was published (`reported`) or the
-- cancellation was (`cancelled`); of what has neither, after its day (`unreported`), or that on which registration closed while it has none. At least
-- thirty, so that nothing is entered after it. No row where nobody can have given anything.
create function registrations_end(p_gathering_id bigint) returns table (code text, ends_at timestamptz)
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
begin
  return query
  select e.code, e.since + make_interval(days => e.days)
  from gatherings g
  cross join lateral (
    select 'reported' as code, min(v.published_at) as since, case_number_of('registration_retention_days', 180) as days
    from published_versions v where v.gathering_id = g.id and v.kind = 'gathering_record'
    union all
    select 'cancelled', min(v.published_at), case_number_of('registration_retention_days', 180)
    from published_versions v
    where v.gathering_id = g.id and g.state = 'cancelled' and v.kind = 'gathering_change' and not exists (
      select from published_versions w where w.gathering_id = g.id and w.kind = 'gathering_change' and w.id > v.id)
    union all
    select 'unreported', coalesce(g.ended_at, g.starts_at, g.registration_until), greatest(30, case_number_of('unreported_retention_days', 365))
    where not exists (select from published_versions v where v.gathering_id = g.id and v.kind = 'gathering_record')) e
  where g.id = p_gathering_id and e.since is not null
  order by e.code = 'unreported', e.since limit 1;
end $$;

-- Then: their names where they agreed stay in what was published. Returns how many registrations that were.
create function erase_registrations() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  g gatherings;
  moment timestamptz := minyi_clock();
  here int;
  erased int := 0;
begin
  for g in
    select t.* from gatherings t
    where t.erased_at is null and (select e.ends_at from registrations_end(t.id) e) <= moment
    order by t.id for update of t skip locked
  loop
    perform blank_registration(r) from registrations r where r.gathering_id = g.id;
    update registrations set person_index = null, reason = '', organisation = '', refused_note = '' where gathering_id = g.id;
    get diagnostics here = row_count;
    delete from gathering_contacts where person_id in (select id from gathering_people where gathering_id = g.id);
    -- Nobody has read these names, and nobody will.
    update gathering_people set consents = false, public_name = '', public_unit = ''
    where gathering_id = g.id and registration_id is not null and not exists (
      select from published_versions v where v.gathering_id = g.id and v.kind in ('participant_list', 'gathering_record'));
    update gatherings set erased_at = moment where id = g.id;
    insert into events (at, subject, subject_id, kind, code, unit_ids)
    values (moment, 'gathering', g.id, 'registrations_erased', here::text, g.unit_ids);
    erased := erased + here;
  end loop;
  return erased;
end $$;

-- A sealed registration: words and papers leave every screen, as those of a comment.
create function registration_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into sealed_contents (seal_id, source, source_id, content)
  select s.id, 'registration', new.id, concat_ws(e'\n', r.organisation, r.reason, r.refused_note, nullif(h.public_name, ''), nullif(h.public_unit, ''))
  from seals s join registrations r on r.submission_id = new.id left join gathering_people h on h.registration_id = r.id
  where s.submission_id = new.id and s.declined_at is null;
  delete from contacts where submission_id = new.id;
  delete from registration_details d using registrations r where r.submission_id = new.id and d.registration_id = r.id;
  update registrations set organisation = '', reason = '', refused_note = '' where submission_id = new.id;
  update gathering_people h set consents = false, public_name = '', public_unit = '' from registrations r
  where r.submission_id = new.id and h.registration_id = r.id;
  return null;
end $$;
create trigger submissions_registration_sealed after update of sealed_at on submissions for each row
  when (new.kind = 'registration' and old.sealed_at is null and new.sealed_at is not null) execute function registration_sealed();

create function registrations_succeeded() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update registrations set unit_ids = array(select distinct u from unnest(array_append(unit_ids, new.successor_id)) u) where new.id = any (unit_ids);
  return null;
end $$;
create trigger units_registrations_succeeded after update of successor_id on units
  for each row when (old.successor_id is null and new.successor_id is not null) execute function registrations_succeeded();

do $$
declare f text;
begin
  foreach f in array array['registration_standing(registrations)', 'blank_registration(registrations)', 'organised_registration(bigint)',
    'registration_sealed()', 'registrations_succeeded()', 'erase_registrations()', 'registrations_end(bigint)', 'registration_receipt(text, bytea)',
    'withdraw_registration(text, bytea)', 'confirm_registration(text, bytea)', 'check_registration(bigint, text, text, text)',
    'read_registration(bigint, boolean)', 'registration_papers(bigint)', 'registration_paper_chunk(bigint, uuid, int)',
    'eligible_counts(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
end $$;
grant execute on function registration_receipt(text, bytea), withdraw_registration(text, bytea), confirm_registration(text, bytea)
  to minyi_public, minyi_staff;
grant execute on function check_registration(bigint, text, text, text), read_registration(bigint, boolean), registration_papers(bigint),
  registration_paper_chunk(bigint, uuid, int), eligible_counts(bigint), registrations_end(bigint) to minyi_staff;
grant execute on function erase_registrations() to minyi_work;
