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
