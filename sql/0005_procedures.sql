-- A procedure asks the public about a draft. To the public it is called a consultation; `kind` leaves room for its sisters.
set local search_path to minyi;

create sequence procedure_numbers;

create table procedures (
  id bigint generated always as identity primary key,
  number text not null constraint procedures_number unique,
  kind text not null default 'solicitation' constraint procedures_kind check (kind in ('solicitation')),
  title text not null constraint procedures_title_length check (char_length(title) between 1 and 200),
  field text not null,
  unit_id bigint not null references units,          -- the organising unit
  unit_ids bigint[] not null,                        -- every unit that may see it
  draft_id bigint not null references drafts,
  edition_id bigint not null references editions,    -- what is before the public, or will be
  rule_id bigint references legal_rules,             -- the rule its period is measured against
  legal_basis text not null default '',
  explanatory_note text not null default '' constraint procedures_note_length check (char_length(explanatory_note) <= 20000),
  opens_at timestamptz not null,
  closes_at timestamptz not null,                    -- exclusive
  entry_until timestamptz,                           -- exclusive: letters received in time may still be entered
  shortening_reason text not null default '' constraint procedures_reason_length check (char_length(shortening_reason) <= 1000),
  contact_phone text not null default '',
  contact_address text not null default '',
  contact_postcode text not null default '' constraint procedures_postcode check (contact_postcode ~ '^([0-9]{6})?$'),
  contact_email text not null default '',
  name_rule text not null default 'optional' constraint procedures_name_rule check (name_rule in ('none', 'optional', 'required')),
  phone_rule text not null default 'optional' constraint procedures_phone_rule check (phone_rule in ('none', 'optional', 'required')),
  comments_shown boolean not null default false,     -- show screened comments while it is open
  revision_due_on date, publication_due_on date, result_due_on date,   -- the planned stages after closing
  state text not null default 'preparing' constraint procedures_state check (state in
    ('preparing', 'announced', 'open', 'suspended', 'closed', 'answered', 'published', 'terminated')),
  extended boolean not null default false,
  closed_at timestamptz,
  created_by bigint references staff,
  created_at timestamptz not null default minyi_clock(),
  constraint procedures_period check (closes_at > opens_at),
  constraint procedures_entry_after_closing check (entry_until >= closes_at)
);
create index procedures_of_units on procedures using gin (unit_ids);
create index procedures_to_advance on procedures (state, opens_at, closes_at) where state in ('announced', 'open');

-- The state at a moment. The worker writes the stored state a little later; nothing waits for it.
create function state_at(state text, opens_at timestamptz, closes_at timestamptz, moment timestamptz) returns text
language sql immutable set search_path = pg_catalog
as $$
  select case
    when state in ('announced', 'open') and moment >= closes_at then 'closed'
    when state = 'announced' and moment >= opens_at then 'open'
    else state end
$$;
grant execute on function state_at(text, timestamptz, timestamptz, timestamptz)
  to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;

create function procedures_before_insert() returns trigger
language plpgsql set search_path = minyi, pg_catalog
as $$
begin
  new.number := public_number('C', minyi_clock(), nextval('procedure_numbers'));
  return new;
end $$;
create trigger procedures_numbered before insert on procedures for each row execute function procedures_before_insert();
grant usage on sequence procedure_numbers to minyi_staff;

-- What everyone may know of a procedure once it is announced. Kept by the trigger below, free of row-level rules.
create table public_procedures (
  procedure_id bigint primary key references procedures,
  number text not null unique,
  title text not null,
  field text not null,
  unit_name text not null,          -- as it was called when this was published
  state text not null,
  extended boolean not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  entry_until timestamptz,
  closed_at timestamptz,
  edition_id bigint not null,
  name_rule text not null,
  phone_rule text not null,
  comments_shown boolean not null,
  revision_due_on date, publication_due_on date, result_due_on date,
  contact_phone text not null, contact_address text not null, contact_postcode text not null, contact_email text not null,
  version bigint not null default 1 -- grows with every change: the guarantee behind caches
);
create index public_procedures_by_closing on public_procedures (state, closes_at desc);
grant select on public_procedures to minyi_public, minyi_staff, minyi_work;
grant select, insert, update on public_procedures to minyi_guard;

create function procedures_made_public() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.state = 'preparing' then return null; end if;
  insert into public_procedures as p (procedure_id, number, title, field, unit_name, state, extended, opens_at, closes_at, entry_until,
    closed_at, edition_id, name_rule, phone_rule, comments_shown, revision_due_on, publication_due_on, result_due_on,
    contact_phone, contact_address, contact_postcode, contact_email)
  select new.id, new.number, new.title, new.field, u.name, new.state, new.extended, new.opens_at, new.closes_at, new.entry_until,
    new.closed_at, new.edition_id, new.name_rule, new.phone_rule, new.comments_shown, new.revision_due_on, new.publication_due_on,
    new.result_due_on, new.contact_phone, new.contact_address, new.contact_postcode, new.contact_email
  from units u where u.id = new.unit_id
  on conflict (procedure_id) do update set
    title = excluded.title, state = excluded.state, extended = excluded.extended, opens_at = excluded.opens_at,
    closes_at = excluded.closes_at, entry_until = excluded.entry_until, closed_at = excluded.closed_at,
    edition_id = excluded.edition_id, comments_shown = excluded.comments_shown,
    revision_due_on = excluded.revision_due_on, publication_due_on = excluded.publication_due_on,
    result_due_on = excluded.result_due_on, version = p.version + 1;
  perform pg_notify('minyi_public', new.id::text);
  return null;
end $$;
alter function procedures_made_public() owner to minyi_guard;
create trigger procedures_published after insert or update on procedures for each row execute function procedures_made_public();

alter table procedures enable row level security;
grant select on procedures to minyi_staff, minyi_intake, minyi_guard;
grant insert (kind, title, field, unit_id, unit_ids, draft_id, edition_id, rule_id, legal_basis, explanatory_note, opens_at, closes_at,
    entry_until, shortening_reason, contact_phone, contact_address, contact_postcode, contact_email, name_rule, phone_rule,
    comments_shown, revision_due_on, publication_due_on, result_due_on, created_by),
  update (title, field, edition_id, rule_id, legal_basis, explanatory_note, opens_at, closes_at, entry_until, shortening_reason,
    contact_phone, contact_address, contact_postcode, contact_email, name_rule, phone_rule, comments_shown,
    revision_due_on, publication_due_on, result_due_on)
  on procedures to minyi_staff;
grant update on procedures to minyi_guard, minyi_intake;   -- intake only locks rows; it has no policy that lets it change one
create policy procedures_of_my_units on procedures for select to minyi_staff
  using (unit_ids && (select actor_units()));
create policy procedures_organiser_adds on procedures for insert to minyi_staff
  with check (unit_id = any ((select actor_units_as('organiser'))::bigint[]) and state = 'preparing');
-- Once announced, a procedure changes only through a published announcement.
create policy procedures_organiser_prepares on procedures for update to minyi_staff
  using (state = 'preparing' and unit_id = any ((select actor_units_as('organiser'))::bigint[]))
  with check (state = 'preparing');
create policy procedures_guard on procedures to minyi_guard using (true) with check (true);
create policy procedures_intake_reads on procedures for select to minyi_intake using (true);
create policy procedures_intake_locks on procedures for update to minyi_intake using (true) with check (false);

-- Opening and closing at the time given, also when nobody was running at that moment: recorded as of the time given.
create function advance_procedures() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p record;
  moment timestamptz;
  moved int := 0;
begin
  for p in select id from procedures
    where (state = 'announced' and opens_at <= minyi_clock()) or (state = 'open' and closes_at <= minyi_clock())
    order by id for update skip locked
  loop
    moment := minyi_clock();
    if exists (select from procedures where id = p.id and state = 'announced' and opens_at <= moment) then
      insert into events (at, subject, subject_id, kind, from_state, to_state, unit_ids)
      select opens_at, 'procedure', id, 'opened', 'announced', 'open', unit_ids from procedures where id = p.id;
      update procedures set state = 'open' where id = p.id;
    end if;
    if exists (select from procedures where id = p.id and state = 'open' and closes_at <= moment) then
      insert into events (at, subject, subject_id, kind, from_state, to_state, unit_ids)
      select closes_at, 'procedure', id, 'closed', 'open', 'closed', unit_ids from procedures where id = p.id;
      update procedures set state = 'closed', closed_at = closes_at where id = p.id;
    end if;
    moved := moved + 1;
  end loop;
  return moved;
end $$;
alter function advance_procedures() owner to minyi_guard;
grant execute on function advance_procedures() to minyi_work;
