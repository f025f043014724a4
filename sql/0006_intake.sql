-- The one door through which everything a person sends comes in.
set local search_path to minyi;

create sequence submission_numbers;

create table submissions (
  id bigint generated always as identity primary key,
  number text not null constraint submissions_number unique,
  key uuid not null constraint submissions_key unique,         -- one key, one submission, however often it is sent
  kind text not null default 'comment' constraint submissions_kind check (kind in ('comment')),
  procedure_id bigint not null references procedures,
  edition_id bigint not null references editions,              -- what was before the public when it was written
  passage_id bigint references passages,                       -- null: about the whole
  body text not null,
  channel text not null constraint submissions_channel check (channel in ('web', 'counter', 'phone', 'letter', 'mail', 'meeting')),
  received_at timestamptz not null,                            -- the database's clock
  arrived_on date,                                             -- other channels: the day it reached the unit
  entered_by bigint references staff,
  for_someone boolean not null default false,                  -- entered by a clerk for the author (proxy)
  read_back boolean not null default false,
  slip_id uuid references attachments,                         -- the signed slip, the seal, the signed list
  submitter text not null constraint submissions_submitter check (submitter in ('person', 'organisation', 'joint')),
  people int not null default 1 constraint submissions_people check (people between 1 and 1000000),
  organisation text not null default '' constraint submissions_organisation_length check (char_length(organisation) <= 100),
  public_name text,                                            -- masked, and only if the author agreed
  salt bytea not null constraint submissions_salt_length check (octet_length(salt) = 16),
  proof bytea not null constraint submissions_proof_length check (octet_length(proof) = 32),
  code_mac bytea not null constraint submissions_code_length check (octet_length(code_mac) = 32),
  code_version int not null default 1,
  screening text not null default 'pending' constraint submissions_screening check (screening in ('pending', 'shown', 'hidden')),
  hidden_code text constraint submissions_hidden_code check (hidden_code in
    ('abuse', 'advertising', 'personal_data', 'secret', 'child', 'unlawful', 'off_topic')),
  flags text[] not null default '{}' constraint submissions_flags check (flags <@ array['threat', 'self_harm', 'child', 'secret', 'personal_data']),
  withdrawn_at timestamptz,
  sealed_at timestamptz,
  unit_ids bigint[] not null,
  constraint submissions_body_length check (char_length(body) between 1 and 5000
    or body = '' and (sealed_at is not null or withdrawn_at is not null)),
  constraint submissions_hidden_has_code check ((screening = 'hidden') = (hidden_code is not null)),
  constraint submissions_staff_channel check ((channel = 'web') = (entered_by is null))
);
create index submissions_of_procedure on submissions (procedure_id, id);
create index submissions_of_units on submissions using gin (unit_ids);

-- How to reach the author: encrypted, apart, erased without touching the opinion.
create table contacts (
  id uuid primary key,
  submission_id bigint not null references submissions constraint contacts_submission unique,
  key_id text not null,
  sealed bytea not null constraint contacts_size check (octet_length(sealed) <= 4096),
  phone_index bytea,
  created_at timestamptz not null
);
create index contacts_by_phone on contacts (phone_index) where phone_index is not null;

-- One point in a submission. A submission starts with one opinion and may be split.
create table opinions (
  id bigint generated always as identity primary key,
  submission_id bigint not null references submissions,
  ordinal int not null default 1,
  body text not null,
  unit_ids bigint[] not null,
  constraint opinions_ordinal unique (submission_id, ordinal)
);

create table public_figures (
  procedure_id bigint not null references procedures,
  name text not null,                  -- received, received_web, …, people
  value bigint not null,
  primary key (procedure_id, name)
);
grant select on public_figures to minyi_public, minyi_staff, minyi_work;
grant select, insert, update, delete on public_figures to minyi_guard;

alter table submissions enable row level security;
alter table contacts enable row level security;
alter table opinions enable row level security;
grant select on submissions to minyi_intake, minyi_guard;
grant insert on submissions to minyi_intake;
grant update (slip_id) on submissions to minyi_intake;
grant update on submissions to minyi_guard;
grant select (id, number, kind, procedure_id, edition_id, passage_id, body, channel, received_at, arrived_on, entered_by, for_someone,
  read_back, slip_id, submitter, people, organisation, public_name, proof, code_version, screening, hidden_code, flags, withdrawn_at,
  sealed_at, unit_ids) on submissions to minyi_staff;
create policy submissions_of_my_units on submissions for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')));
-- Whoever is called because somebody may be in danger can read what was written, and nothing else.
create policy submissions_duty_officer_reads_urgent on submissions for select to minyi_staff
  using (flags && array['threat', 'self_harm'] and unit_ids && (select actor_units_as('duty_officer')));
create policy submissions_intake_reads on submissions for select to minyi_intake using (true);
create policy submissions_intake_adds on submissions for insert to minyi_intake with check (true);
create policy submissions_intake_adds_scans on submissions for update to minyi_intake using (true) with check (true);
create policy submissions_guard on submissions to minyi_guard using (true) with check (true);
grant insert on contacts to minyi_intake;
grant select, delete on contacts to minyi_guard;
create policy contacts_intake_adds on contacts for insert to minyi_intake with check (true);
create policy contacts_guard on contacts to minyi_guard using (true);
grant select, insert on opinions to minyi_intake;
grant select, insert, update on opinions to minyi_guard;
grant select on opinions to minyi_staff;
create policy opinions_of_my_units on opinions for select to minyi_staff
  using (unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor')));
create policy opinions_intake on opinions to minyi_intake using (true) with check (true);
create policy opinions_guard on opinions to minyi_guard using (true) with check (true);
grant usage on sequence submission_numbers to minyi_intake;
create policy attachments_intake on attachments for select to minyi_intake using (true);
grant select (id, unit_ids, uploaded_by, expires_at), insert, update (expires_at) on attachments to minyi_intake;
grant insert on attachment_chunks to minyi_intake;
create policy attachments_intake_adds on attachments for insert to minyi_intake with check (uploaded_by is null);
create policy attachments_intake_claims on attachments for update to minyi_intake using (true) with check (true);
create policy attachment_chunks_intake on attachment_chunks for insert to minyi_intake with check (true);

-- The canonical form, version 1: a header line, then name:bytes:value lines in this order. Stable for ever; a new form is a new version.
create function canonical_form(number text, procedure text, passage uuid, channel text, received_at timestamptz, submitter text, people int, body text)
returns text language sql immutable set search_path = pg_catalog
as $$
  select 'minyi-submission-v1' || e'\n' || string_agg(name || ':' || octet_length(value) || ':' || value || e'\n', '' order by ordinal)
  from (values
    (1, 'number', number), (2, 'procedure', procedure), (3, 'passage', coalesce(passage::text, '')), (4, 'channel', channel),
    (5, 'received', to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
    (6, 'submitter', submitter), (7, 'people', people::text), (8, 'body', body)
  ) fields (ordinal, name, value)
$$;
grant execute on function canonical_form(text, text, uuid, text, timestamptz, text, int, text) to minyi_intake, minyi_guard, minyi_staff, minyi_public;

-- Takes any number of submissions and gives each an outcome; one that is refused never hurts its neighbours. Numbers are read
-- wide and judged against the limits of the table: what does not fit is malformed, and no error of the whole.
-- An item: key, procedure (number), edition_id, position (null: the whole), body, channel, submitter, people, organisation, public_name,
-- salt, code_mac, has_name, has_phone, and where there is contact data contact_id, contact_key_id, contact, phone_index (bytes as hex);
-- from staff also arrived_on, for_someone, read_back, slip_id.
-- Outcomes: accepted, already, key_reused, unknown_procedure, unknown_passage, not_open, suspended, closed, entry_over, arrived_early,
-- arrived_late, not_allowed, malformed, empty, too_long, name_required, phone_required.
create function intake(p_items jsonb)
returns table (ordinal bigint, outcome text, submission_id bigint, number text, received_at timestamptz)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  moment timestamptz;
  prefix text;
  verdicts jsonb;
  taken uuid[];
  staff_units bigint[] := case when actor_is_signed_in() then actor_units_as('organiser', 'clerk') else '{}' end;
begin
  -- Closing takes these rows FOR UPDATE: whoever is second sees what the first has done.
  perform 1 from procedures p
  where p.number in (select i ->> 'procedure' from jsonb_array_elements(p_items) i) order by p.id for share;
  moment := minyi_clock();              -- read once, after the lock: compared and stored alike
  select value into prefix from site_settings where key = 'number_prefix';

  with items as materialized (
    select n.ordinal, i.*
    from jsonb_array_elements(p_items) with ordinality n (item, ordinal),
      jsonb_to_record(n.item) i (key uuid, procedure text, edition_id bigint, position bigint, body text, channel text, submitter text,
        people bigint, organisation text, public_name text, salt text, code_mac text, contact_id uuid, contact_key_id text, contact text,
        has_name boolean, has_phone boolean, phone_index text, arrived_on date, for_someone boolean, read_back boolean, slip_id uuid)
  ), judged as materialized (
    select i.*, p.id as procedure_id, p.number as procedure_number, e.id as judged_edition, s.id as passage_id, s.lineage, p.unit_ids,
      case
        when p.id is null or p.state = 'preparing' then 'unknown_procedure'
        when i.channel = 'web' and session_user <> 'minyi_public' then 'not_allowed'
        when i.channel <> 'web' and not (p.unit_ids && staff_units) then 'not_allowed'
        when i.slip_id is not null and not exists (select from attachments a where a.id = i.slip_id
          and a.uploaded_by = actor_staff() and a.expires_at is not null) then 'not_allowed'
        when coalesce(i.people, 1) not between 1 and 1000000 or char_length(i.organisation) > 100
          or i.submitter not in ('person', 'organisation', 'joint') or char_length(i.contact) > 8192 then 'malformed'
        when char_length(coalesce(i.body, '')) = 0 then 'empty'
        when char_length(i.body) > 2000 then 'too_long'
        when e.id is null or (i.position is not null and s.id is null) then 'unknown_passage'
        when p.state = 'terminated' then 'closed'
        when moment < p.opens_at then 'not_open'
        when i.channel = 'web' and (moment >= p.closes_at or p.closed_at is not null) then 'closed'
        when i.channel = 'web' and p.state = 'suspended' then 'suspended'
        when i.channel <> 'web' and moment >= coalesce(p.entry_until, p.closes_at) then 'entry_over'
        when i.channel <> 'web' and (i.arrived_on is null or i.arrived_on > (moment at time zone 'Asia/Shanghai')::date
          or i.arrived_on > ((p.closes_at - interval '1 microsecond') at time zone 'Asia/Shanghai')::date) then 'arrived_late'
        when i.channel <> 'web' and i.arrived_on < first_arrival(p.id, p.opens_at) then 'arrived_early'
        when i.channel = 'web' and p.name_rule = 'required' and i.has_name is not true then 'name_required'
        when i.channel = 'web' and p.phone_rule = 'required' and i.has_phone is not true then 'phone_required'
        else 'ok' end as verdict
    from items i
    left join procedures p on p.number = i.procedure
    left join editions e on e.id = i.edition_id and e.draft_id = p.draft_id
    left join passages s on s.edition_id = e.id and s.position = i.position
  ), numbered as materialized (
    select n.*, public_number(prefix, moment, nextval('submission_numbers')) as new_number
    from (select distinct on (j.key) j.* from judged j
          where j.verdict = 'ok' and not exists (select from submissions t where t.key = j.key)
          order by j.key, j.ordinal) n
  ), inserted as (
    insert into submissions (number, key, procedure_id, edition_id, passage_id, body, channel, received_at, arrived_on, entered_by,
      for_someone, read_back, slip_id, submitter, people, organisation, public_name, salt, proof, code_mac, unit_ids)
    select n.new_number, n.key, n.procedure_id, n.judged_edition, n.passage_id, n.body, n.channel, moment,
      n.arrived_on, case when n.channel <> 'web' then actor_staff() end,
      coalesce(n.for_someone, false), coalesce(n.read_back, false), n.slip_id, n.submitter, coalesce(n.people, 1),
      coalesce(n.organisation, ''), n.public_name, decode(n.salt, 'hex'),
      sha256(decode(n.salt, 'hex') || convert_to(canonical_form(n.new_number, n.procedure_number, n.lineage, n.channel, moment,
        n.submitter, coalesce(n.people, 1)::int, n.body), 'UTF8')),
      decode(n.code_mac, 'hex'), n.unit_ids
    from numbered n
    on conflict (key) do nothing
    returning id, key, body, unit_ids
  ), voiced as (
    insert into opinions (submission_id, body, unit_ids) select id, body, unit_ids from inserted
  ), reachable as (
    insert into contacts (id, submission_id, key_id, sealed, phone_index, created_at)
    select n.contact_id, s.id, n.contact_key_id, decode(n.contact, 'hex'), decode(n.phone_index, 'hex'), moment
    from inserted s join numbered n on n.key = s.key where n.contact is not null
  ), claimed as (
    update attachments a set expires_at = null from inserted s join numbered n on n.key = s.key where a.id = n.slip_id
  ), recorded as (
    insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
    select moment, 'submission', s.id, 'received', actor_staff(), s.unit_ids from inserted s
  )
  select jsonb_agg(jsonb_build_object('ordinal', j.ordinal, 'key', j.key, 'verdict', j.verdict,
      'procedure_id', j.procedure_id, 'passage_id', j.passage_id, 'body', j.body, 'submitter', j.submitter,
      'people', coalesce(j.people, 1), 'organisation', coalesce(j.organisation, ''))),
    (select array_agg(s.key) from inserted s)
  into verdicts, taken from judged j;

  -- A second statement has a new snapshot: it sees the row that a concurrent twin has just committed.
  return query
  select v.ordinal,
    case when s.id is null then v.verdict
         when s.procedure_id is distinct from v.procedure_id or s.passage_id is distinct from v.passage_id or s.body <> v.body
           or s.submitter <> v.submitter or s.people <> v.people or s.organisation <> v.organisation then 'key_reused'
         when v.key = any (taken) and v.ordinal = min(v.ordinal) over (partition by v.key) then 'accepted'
         else 'already' end,
    s.id, s.number, s.received_at
  from jsonb_to_recordset(verdicts) v (ordinal bigint, key uuid, verdict text, procedure_id bigint, passage_id bigint, body text,
    submitter text, people bigint, organisation text)
  left join submissions s on s.key = v.key
  order by v.ordinal;
end $$;
alter function intake(jsonb) owner to minyi_intake;
grant execute on function intake(jsonb) to minyi_public, minyi_staff;

-- Public counts live in a public table; the worker refreshes them, so that no visitor's role ever counts raw rows.
create function refresh_figures() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare changed int;
begin
  with counted as (
    select procedure_id, name, count(*)::bigint as value from submissions s,
      lateral (values ('received'), ('received_' || case when s.channel = 'web' then 'web' else 'other' end)) v (name)
    where s.procedure_id in (select id from procedures where state not in ('preparing', 'published', 'terminated'))
    group by procedure_id, name
  )
  insert into public_figures as f (procedure_id, name, value) select procedure_id, name, value from counted
  on conflict (procedure_id, name) do update set value = excluded.value where f.value <> excluded.value;
  get diagnostics changed = row_count;
  return changed;
end $$;
alter function refresh_figures() owner to minyi_guard;
grant execute on function refresh_figures() to minyi_work;
