-- What an author can do with number and query code, how long names and phones are kept, and what everyone may read meanwhile.
set local search_path to minyi;

-- Number and query code open one receipt: what was received, where it stands, and the answer as the newest published result has
-- it: one that corrects it waits for its own version. A transfer is told at once, because the author has to turn elsewhere.
create function receipt(p_number text, p_code_mac bytea)
returns table (number text, procedure_number text, procedure_title text, procedure_state text, closes_at timestamptz, passage text,
  received_at timestamptz, channel text, submitter text, people int, body text, proof bytea, salt bytea, lineage uuid,
  withdrawn_at timestamptz, sealed_at timestamptz, can_withdraw boolean, has_scan boolean, arrived_on date, answers jsonb)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.number, p.number, p.title, state_at(p.state, p.opens_at, p.closes_at, minyi_clock()), p.closes_at,
    case when g.id is not null then g.number || ' ' || concat_ws(' · ', nullif(g.level1, ''), nullif(g.level2, '')) end,
    s.received_at, s.channel, s.submitter, s.people, s.body, s.proof, s.salt, g.lineage, s.withdrawn_at, s.sealed_at,
    s.withdrawn_at is null and s.sealed_at is null and p.state in ('announced', 'open', 'suspended') and minyi_clock() < p.closes_at,
    s.slip_id is not null, s.arrived_on,
    (select jsonb_agg(jsonb_build_object('ordinal', o.ordinal, 'opinion', o.body, 'outcome', d.outcome, 'reason', d.reason,
        'transferred_to', d.transferred_to, 'invalid_code', d.invalid_code) order by o.ordinal)
     from opinions o cross join lateral (
       select * from dispositions d
       where d.opinion_id = o.id and (d.superseded_at is null and d.outcome = 'transferred'
         or d.answered_at <= v.published_at and (d.superseded_at is null or d.superseded_at > v.published_at))
       order by d.id desc limit 1) d
     where o.submission_id = s.id)
  from submissions s join procedures p on p.id = s.procedure_id left join passages g on g.id = s.passage_id
  left join lateral (select max(published_at) as published_at from published_versions
    where procedure_id = p.id and kind = 'result') v on true
  where s.number = p_number and s.code_mac = p_code_mac
$$;

-- Taken back by its author until closing. It stays in the counts as withdrawn; its words, its scan and how to reach its author are
-- deleted. Number, dates and proof stay, so whoever kept the words can still show what had been received.
create function withdraw(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
begin
  perform 1 from procedures p where p.id = (select t.procedure_id from submissions t where t.number = p_number) for share;
  -- Locked, so that a scan or a division that comes at the same moment is either deleted here or refused there.
  select t.id, t.withdrawn_at, t.unit_ids, t.procedure_id, t.slip_id into s from submissions t
  where t.number = p_number and t.code_mac = p_code_mac for update;
  if not found then return 'unknown'; end if;
  moment := minyi_clock();
  if s.withdrawn_at is not null then return 'already'; end if;
  if not exists (select from procedures p where p.id = s.procedure_id and p.state in ('announced', 'open', 'suspended') and moment < p.closes_at) then
    return 'closed';
  end if;
  update submissions set withdrawn_at = moment, body = '', public_name = null, slip_id = null where id = s.id;
  update opinions set body = '' where submission_id = s.id;
  -- Somebody who may come to harm is still looked after.
  delete from contacts c using submissions t
  where t.id = s.id and c.submission_id = t.id and not t.flags && array['threat', 'self_harm'];
  delete from attachments where id = s.slip_id;
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', s.id, 'withdrawn', s.unit_ids);
  return 'withdrawn';
end $$;

-- Names and phones go when nobody needs them any longer: so many days after the result was published or the procedure ended early.
-- Nothing comes in any more by then, so each procedure has its turn once. Returns how many were deleted.
create function erase_contacts() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  moment timestamptz := minyi_clock();
  kept interval;
  erased int;
  total int := 0;
begin
  select make_interval(days => value::int) into kept from site_settings where key = 'contact_retention_days';
  for p in select c.id, c.unit_ids from procedures c
    where c.state in ('published', 'terminated')
      and (select min(v.published_at) from published_versions v
        where v.procedure_id = c.id and v.kind in ('result', 'termination')) <= moment - kept
      and not exists (select from events e where e.subject = 'procedure' and e.subject_id = c.id and e.kind = 'contacts_erased')
    order by c.id for update of c skip locked
  loop
    delete from contacts where submission_id in (select id from submissions where procedure_id = p.id);
    get diagnostics erased = row_count;
    insert into events (at, subject, subject_id, kind, code, unit_ids)
    values (moment, 'procedure', p.id, 'contacts_erased', erased::text, p.unit_ids);
    total := total + erased;
  end loop;
  return total;
end $$;
alter function erase_contacts() owner to minyi_guard;
grant execute on function erase_contacts() to minyi_work;

-- The same for one author who asks for it. False: there was none.
create function erase_contact(p_submission_id bigint) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select * into s from submissions where id = p_submission_id for update;
  if not found then raise exception 'unknown submission' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser');
  delete from contacts where submission_id = s.id;
  if not found then return false; end if;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'contact_erased', actor_staff(), s.unit_ids);
  return true;
end $$;
alter function erase_contact(bigint) owner to minyi_guard;
grant execute on function erase_contact(bigint) to minyi_staff;

-- The author of an organisation's submission or a joint letter adds one scan until closing: the seal, the signed list. It is
-- for the unit only. Another one replaces it. Returns added, closed, or unknown where number and code do not fit.
create function add_scan(p_number text, p_code_mac bytea, p_name text, p_media_type text, p_sha256 bytea, p_data bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
  made uuid := gen_random_uuid();
begin
  perform 1 from procedures p where p.id = (select t.procedure_id from submissions t where t.number = p_number) for share;
  select t.id, t.unit_ids, t.procedure_id, t.slip_id into s from submissions t
  where t.number = p_number and t.code_mac = p_code_mac and t.submitter in ('organisation', 'joint')
    and t.withdrawn_at is null and t.sealed_at is null for update;
  if not found then return 'unknown'; end if;
  moment := minyi_clock();
  if not exists (select from procedures p where p.id = s.procedure_id and p.state in ('announced', 'open', 'suspended') and moment < p.closes_at) then
    return 'closed';
  end if;
  insert into attachments (id, name, media_type, size, sha256, unit_ids)
  values (made, p_name, p_media_type, octet_length(p_data), p_sha256, s.unit_ids);
  insert into attachment_chunks (attachment_id, ordinal, data)
  select made, n, substring(p_data from n * 262144 + 1 for 262144) from generate_series(0, (octet_length(p_data) - 1) / 262144) n;
  update attachments set expires_at = moment where id = s.slip_id;
  update submissions set slip_id = made where id = s.id;
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', s.id, 'scan_added', s.unit_ids);
  return 'added';
end $$;

-- Screened comments, for procedures that show them while they are open.
create function shown_comments(p_procedure text, p_before bigint, p_limit int)
returns table (id bigint, position_number text, body text, received_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.id, g.number, s.body, s.received_at
  from submissions s join procedures p on p.id = s.procedure_id left join passages g on g.id = s.passage_id
  where p.number = p_procedure and p.comments_shown and p.state <> 'preparing' and s.screening = 'shown'
    and s.withdrawn_at is null and s.sealed_at is null and s.id < p_before
  order by s.id desc limit least(p_limit, 100)
$$;

grant select on passages to minyi_intake;
alter function receipt(text, bytea) owner to minyi_intake;
alter function withdraw(text, bytea) owner to minyi_guard;
alter function add_scan(text, bytea, text, text, bytea, bytea) owner to minyi_intake;
alter function shown_comments(text, bigint, int) owner to minyi_intake;
grant execute on function receipt(text, bytea), withdraw(text, bytea), add_scan(text, bytea, text, text, bytea, bytea),
  shown_comments(text, bigint, int) to minyi_public, minyi_staff;
