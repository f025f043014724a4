-- Submissions come through the door in batches: many people's in one transaction, each judged by its own actor. What 0006 promises
-- of a call holds of each row of it. Rows travel as one array a column: taking a batch of JSON apart was a sixth of its cost.
set local search_path to minyi;

-- Called once a submission: a function that is a single expression and sets nothing becomes part of the query that calls it.
create or replace function canonical_form(number text, procedure text, passage uuid, channel text, received_at timestamptz, submitter text, people int, body text)
returns text language sql stable
as $$
  select pg_catalog.concat('minyi-submission-v1', e'\n',
    'number:', pg_catalog.octet_length(number), ':', number, e'\n',
    'procedure:', pg_catalog.octet_length(procedure), ':', procedure, e'\n',
    'passage:', case when passage is null then '0:' else '36:' end, passage, e'\n',
    'channel:', pg_catalog.octet_length(channel), ':', channel, e'\n',
    'received:27:', pg_catalog.to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e'\n',
    'submitter:', pg_catalog.octet_length(submitter), ':', submitter, e'\n',
    'people:', pg_catalog.octet_length(people::text), ':', people, e'\n',
    'body:', pg_catalog.octet_length(body), ':', body, e'\n')
$$;

create or replace function check_digit(digits text) returns text
language plpgsql immutable strict
as $$
declare
  product int := 10;
  total int;
begin
  for i in 1..pg_catalog.length(digits) loop
    total := (product + pg_catalog.ascii(pg_catalog.substr(digits, i, 1)) - 48) % 10;
    if total = 0 then total := 10; end if;
    product := (total * 2) % 11;
  end loop;
  return ((11 - product) % 10)::text;
end $$;

create or replace function public_number(prefix text, moment timestamptz, ordinal bigint) returns text
language plpgsql immutable strict
as $$
declare
  y text := pg_catalog.to_char(moment at time zone 'Asia/Shanghai', 'YYYY');
  n text := pg_catalog.lpad(ordinal::text, greatest(6, pg_catalog.length(ordinal::text)), '0');   -- lpad cuts what is longer
begin
  return pg_catalog.concat_ws('-', prefix, y, n, minyi.check_digit(y || n));
end $$;

-- The units for which a row's own actor may enter what somebody wrote or said.
create function granted_units(grants text) returns bigint[]
language sql stable
as $$
  select coalesce(pg_catalog.array_agg(u.id::bigint), '{}')
  from pg_catalog.unnest(array['organiser', 'clerk']) r (role), pg_catalog.jsonb_array_elements_text(grants::jsonb -> r.role) u (id)
$$;
grant execute on function granted_units(text) to minyi_intake;

-- Served and migrated by one program: no older client calls it any longer.
-- squawk-ignore ban-drop-function
drop function intake(jsonb);

-- Takes any number of submissions, one array a column and one element a row, and gives each an outcome; one that is refused never
-- hurts its neighbours. Numbers are read wide and judged against the limits of the table: what does not fit is malformed, and no
-- error of the whole.
-- A position of null is the whole. Contact data comes encrypted or not at all. What a clerk entered has arrived_on, for_someone,
-- read_back, slip_id, and its actor: staff_id and grants (as minyi.grants has them). These count for the staff role alone: the login
-- role is the wall, and whoever signs in as the public claims in vain to be staff.
-- Outcomes: accepted, already, key_reused, unknown_procedure, unknown_passage, not_open, suspended, closed, entry_over, arrived_early,
-- arrived_late, not_allowed, malformed, empty, too_long, name_required, phone_required.
create function intake(p_keys uuid[], p_procedures text[], p_edition_ids bigint[], p_positions bigint[], p_bodies text[], p_channels text[],
  p_submitters text[], p_people bigint[], p_organisations text[], p_public_names text[], p_salts bytea[], p_code_macs bytea[],
  p_has_name boolean[], p_has_phone boolean[], p_contact_ids uuid[], p_contact_key_ids text[], p_contacts bytea[], p_phone_indexes bytea[],
  p_arrived_on date[], p_for_someone boolean[], p_read_back boolean[], p_slip_ids uuid[], p_staff_ids bigint[], p_grants text[])
returns table (ordinal bigint, outcome text, submission_id bigint, number text, received_at timestamptz, proof bytea)
language plpgsql security definer set search_path = minyi, pg_temp
-- One plan for every batch, and one that looks rows up by key: a connection may have made it while the tables were still empty.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  moment timestamptz;
  prefix text;
  verdicts text[];
  procedure_ids bigint[];
  passage_ids bigint[];
  taken bigint[];
begin
  -- Closing takes these rows FOR UPDATE: whoever is second sees what the first has done. What is over takes nothing more and is
  -- not locked: the latecomers of one consultation, whose result is just being published, must not hold up the others.
  perform 1 from procedures p
  where p.number = any (p_procedures) and greatest(p.closes_at, p.entry_until) > minyi_clock() order by p.id for share;
  moment := minyi_clock();              -- read once, after the lock: compared and stored alike
  select value into prefix from site_settings where key = 'number_prefix';

  with judged as materialized (
    select i.*, p.id as procedure_id, e.id as judged_edition, s.id as passage_id, s.lineage, p.unit_ids,
      case
        when p.id is null or p.state = 'preparing' then 'unknown_procedure'
        when i.channel = 'web' and session_user <> 'minyi_public' then 'not_allowed'
        when i.channel <> 'web' and (session_user <> 'minyi_staff' or i.staff_id is null or not p.unit_ids && granted_units(i.grants)) then 'not_allowed'
        when i.slip_id is not null and not exists (select from attachments a where a.id = i.slip_id
          and a.uploaded_by = i.staff_id and a.expires_at is not null) then 'not_allowed'
        when coalesce(i.people, 1) not between 1 and 1000000 or char_length(i.organisation) > 100
          or i.submitter not in ('person', 'organisation', 'joint') or octet_length(i.contact) > 4096 then 'malformed'
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
    from unnest(p_keys, p_procedures, p_edition_ids, p_positions, p_bodies, p_channels, p_submitters, p_people, p_organisations,
        p_public_names, p_salts, p_code_macs, p_has_name, p_has_phone, p_contact_ids, p_contact_key_ids, p_contacts, p_phone_indexes,
        p_arrived_on, p_for_someone, p_read_back, p_slip_ids, p_staff_ids, p_grants)
      with ordinality i (key, procedure, edition_id, position, body, channel, submitter, people, organisation, public_name, salt,
        code_mac, has_name, has_phone, contact_id, contact_key_id, contact, phone_index, arrived_on, for_someone, read_back, slip_id,
        staff_id, grants, ordinal)
    left join procedures p on p.number = i.procedure
    left join editions e on e.id = i.edition_id and e.draft_id = p.draft_id
    left join passages s on s.edition_id = e.id and s.position = i.position
  ), numbered as materialized (
    select n.*, public_number(prefix, moment, nextval('submission_numbers')) as new_number
    from (select distinct on (j.key) j.* from judged j
          where j.verdict = 'ok' and (select t.id from submissions t where t.key = j.key) is null
          order by j.key, j.ordinal) n
  ), inserted as (
    insert into submissions (number, key, procedure_id, edition_id, passage_id, body, channel, received_at, arrived_on, entered_by,
      for_someone, read_back, slip_id, submitter, people, organisation, public_name, salt, proof, code_mac, unit_ids)
    select n.new_number, n.key, n.procedure_id, n.judged_edition, n.passage_id, n.body, n.channel, moment,
      n.arrived_on, case when n.channel <> 'web' then n.staff_id end,
      coalesce(n.for_someone, false), coalesce(n.read_back, false), n.slip_id, n.submitter, coalesce(n.people, 1),
      coalesce(n.organisation, ''), n.public_name, n.salt,
      sha256(n.salt || convert_to(canonical_form(n.new_number, n.procedure, n.lineage, n.channel, moment,
        n.submitter, coalesce(n.people, 1)::int, n.body), 'UTF8')),
      n.code_mac, n.unit_ids
    from numbered n
    on conflict (key) do nothing
    returning id, key
  ), stored as materialized (
    select s.id, n.* from inserted s join numbered n on n.key = s.key
  ), voiced as (
    insert into opinions (submission_id, body, unit_ids) select id, body, unit_ids from stored
  ), reachable as (
    insert into contacts (id, submission_id, key_id, sealed, phone_index, created_at)
    select contact_id, id, contact_key_id, contact, phone_index, moment from stored where contact is not null
  ), claimed as (
    update attachments a set expires_at = null from stored s where a.id = s.slip_id
  ), recorded as (
    insert into events (at, recorded_at, subject, subject_id, kind, staff_id, unit_ids)
    select moment, moment, 'submission', id, 'received', case when channel <> 'web' then staff_id end, unit_ids from stored
  )
  select array_agg(j.verdict order by j.ordinal), array_agg(j.procedure_id order by j.ordinal),
    array_agg(j.passage_id order by j.ordinal), (select array_agg(s.ordinal) from stored s)
  into verdicts, procedure_ids, passage_ids, taken from judged j;

  -- A second statement has a new snapshot: it sees the row that a concurrent twin has just committed.
  return query
  select v.ordinal,
    case when s.id is null then v.verdict
         when s.procedure_id is distinct from v.procedure_id or s.passage_id is distinct from v.passage_id or s.body <> v.body
           or s.submitter <> v.submitter or s.people <> coalesce(v.people, 1) or s.organisation <> coalesce(v.organisation, '')
           then 'key_reused'
         when v.ordinal = any (taken) then 'accepted'
         else 'already' end,
    s.id, s.number, s.received_at, s.proof
  from unnest(p_keys, verdicts, procedure_ids, passage_ids, p_bodies, p_submitters, p_people, p_organisations)
    with ordinality v (key, verdict, procedure_id, passage_id, body, submitter, people, organisation, ordinal)
  left join submissions s on s.key = v.key
  order by v.ordinal;
end $$;
alter function intake(uuid[], text[], bigint[], bigint[], text[], text[], text[], bigint[], text[], text[], bytea[], bytea[], boolean[], boolean[],
  uuid[], text[], bytea[], bytea[], date[], boolean[], boolean[], uuid[], bigint[], text[])
  owner to minyi_intake;
grant execute on function intake(uuid[], text[], bigint[], bigint[], text[], text[], text[], bigint[], text[], text[], bytea[], bytea[], boolean[], boolean[],
  uuid[], text[], bytea[], bytea[], date[], boolean[], boolean[], uuid[], bigint[], text[])
  to minyi_public, minyi_staff;
