-- 一人一票，不留对应关系: one voice for each verified person, and nothing that leads from the person to the answers.
--
-- Who somebody is, is known to the web server for the length of two requests. What is kept of it is a voice: an HMAC of their identity with
-- a key of this questionnaire alone. Voices and answers stand in two tables without a common column, number, time or order. They are
-- written in batches, in an order of chance, by separate transactions, as equal transaction numbers would link them: one transaction takes
-- the voices, the next brings the answers, a third settles the voices. The box says how far a batch has come, so that after a crash what is
-- left is settled or freed without knowing which voice belongs to which answers. Transactions that follow each other have numbers that follow
-- each other, too, and a batch is often one vote: so once an hour all voices of a box are written anew in an order of chance by one
-- transaction, and all answers by another. Until then the numbers tell which belong together. When the questionnaire closes, the key is
-- destroyed in the same transaction; then voices and answers are written anew once more, and only then the answers are counted.
set local search_path to minyi;

create table voice_boxes (
  questionnaire_id bigint primary key references questionnaires on delete cascade,   -- one that is dropped was never answered
  key_id text,                         -- of the server's keys that this one is encrypted with
  sealed_key bytea,
  key_destroyed_at timestamptz,
  provider text,                       -- where people signed in when it was opened: elsewhere the same people would be others, with new voices
  batch uuid,                          -- the one under way: one at a time
  batch_began_at timestamptz,
  batch_is_in boolean not null default false,   -- its answers are stored
  voices_new boolean not null default false,    -- some came since they were last written anew in an order of chance
  voices_shuffled_at timestamptz,
  sheets_new boolean not null default false,    -- the same of the answers
  sheets_shuffled_at timestamptz,
  voices bigint,                       -- how many there were when it was closed
  sheets bigint,                       -- how many answers were found with them
  mixed_at timestamptz,                -- the voices were written anew
  emptied_at timestamptz,              -- the answers were brought to the others
  constraint voice_boxes_key check (num_nonnulls(key_id, sealed_key) = case when key_destroyed_at is null then 2 else 0 end),
  constraint voice_boxes_batch check ((batch is null) = (batch_began_at is null) and (batch is not null or not batch_is_in))
);

-- Who has voted: nothing else is known of them. Unsettled: whether their answers are in is not known yet.
create table voices (
  questionnaire_id bigint not null references questionnaires,
  voice bytea not null constraint voices_length check (octet_length(voice) = 32),
  is_settled boolean not null,
  constraint voices_one_each primary key (questionnaire_id, voice)
);
create index voices_unsettled on voices (questionnaire_id) where not is_settled;

-- What was answered, until the questionnaire closes. Nobody reads it before: figures that grow by one would show who has answered what.
create table unlinked_sheets (
  id uuid primary key default gen_random_uuid(),
  questionnaire_id bigint not null,
  version int not null,
  answers jsonb not null constraint unlinked_sheets_size check (octet_length(answers::text) <= 131072),
  town text constraint unlinked_sheets_town_length check (char_length(town) <= 100),
  received_at timestamptz not null constraint unlinked_sheets_hour check (received_at = date_trunc('hour', received_at, 'UTC')),
  constraint unlinked_sheets_version foreign key (questionnaire_id, version) references questionnaire_versions
);
create index unlinked_sheets_of_questionnaire on unlinked_sheets (questionnaire_id);

-- What is deleted or written anew stands in the files until it is vacuumed: here that is whenever autovacuum looks, not once enough has
-- gathered. The worker cannot do it itself: before PostgreSQL 17 only the owner of a table may.
alter table voice_boxes set (autovacuum_enabled = true, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
alter table voices set (autovacuum_enabled = true, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
alter table unlinked_sheets set (autovacuum_enabled = true, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- How people say who they are: at the provider of OpenID Connect, by a code sent to their phone, or as they like – which gives who has both two
-- identities, and so two voices.
alter table questionnaires
  add column person_way text not null default 'openid' constraint questionnaires_person_way check (person_way in ('openid', 'phone', 'either'));

-- 验证码 on its way: which phone it was sent to, and who has voted with it, is not kept; the phone stands here as an HMAC, for an hour, so that
-- nobody is sent too many.
create table phone_codes (
  id uuid primary key,
  questionnaire_id bigint not null references questionnaires on delete cascade,
  phone bytea not null constraint phone_codes_phone_length check (octet_length(phone) = 32),
  code_mac bytea not null constraint phone_codes_code_length check (octet_length(code_mac) = 32),
  tries int not null default 0,
  made_at timestamptz not null
);
create index phone_codes_by_phone on phone_codes (phone, made_at);
create index phone_codes_by_age on phone_codes (made_at);

-- How many were sent in each hour, to whomever: messages cost money, and whoever has many addresses and many numbers is stopped by no limit for
-- each. Counted apart, as a code that was used is gone.
create table phone_codes_sent (
  hour timestamptz primary key constraint phone_codes_sent_hour check (hour = date_trunc('hour', hour, 'UTC')),
  codes int not null
);
insert into site_settings (key, value) values ('phone_codes_an_hour', '1000');

alter table public_questionnaires
  add column person_way text not null default 'openid',
  add column voice_key_destroyed_at timestamptz,
  add column voices_counted bigint;

alter table voice_boxes enable row level security;
alter table voices enable row level security;
alter table unlinked_sheets enable row level security;
alter table phone_codes enable row level security;
alter table phone_codes_sent enable row level security;
grant select, insert, update on voice_boxes to minyi_guard;
grant select, insert, update, delete on voices to minyi_guard;
grant select, insert, delete on unlinked_sheets to minyi_guard;
grant insert on answer_sheets to minyi_guard;
grant select, insert, update, delete on phone_codes, phone_codes_sent to minyi_guard;
create policy voice_boxes_guard on voice_boxes to minyi_guard using (true) with check (true);
create policy voices_guard on voices to minyi_guard using (true) with check (true);
create policy phone_codes_guard on phone_codes to minyi_guard using (true) with check (true);
create policy phone_codes_sent_guard on phone_codes_sent to minyi_guard using (true) with check (true);
create policy unlinked_sheets_guard on unlinked_sheets to minyi_guard using (true) with check (true);

-- What everyone may know.
create function voice_boxes_made_public() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update public_questionnaires set voice_key_destroyed_at = new.key_destroyed_at, voices_counted = new.voices, unlinked_counted = new.sheets
  where questionnaire_id = new.questionnaire_id;
  return null;
end $$;
alter function voice_boxes_made_public() owner to minyi_guard;
create trigger voice_boxes_published after update on voice_boxes for each row
  when ((old.key_destroyed_at, old.voices, old.sheets) is distinct from (new.key_destroyed_at, new.voices, new.sheets))
  execute function voice_boxes_made_public();

-- ---- The box --------------------------------------------------------------------------------------------------------------

-- The key of a questionnaire that is about to be opened, encrypted. Made by who opens it, in the same transaction.
create function make_voice_box(p_questionnaire_id bigint, p_key_id text, p_sealed_key bytea, p_provider text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_questionnaire_id);
begin
  if q.state <> 'preparing' then perform refuse('questionnaires_preparing'); end if;
  insert into voice_boxes (questionnaire_id, key_id, sealed_key, provider) values (q.id, p_key_id, p_sealed_key, p_provider)
  on conflict (questionnaire_id) do update set key_id = excluded.key_id, sealed_key = excluded.sealed_key, provider = excluded.provider;
end $$;

-- One that asks verified persons is opened with a key and with nothing that would betray them; when it ends, the key is destroyed with it.
create function questionnaires_with_voices() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.version is distinct from old.version then
    update public_questionnaires set person_way = new.person_way where questionnaire_id = new.id;
    if not exists (select from voice_boxes b where b.questionnaire_id = new.id and b.sealed_key is not null) then
      perform refuse('questionnaires_person_without_key');
    end if;
    if new.results_shown = 'live' then perform refuse('questionnaires_person_live'); end if;
    -- A place in a quota is taken in the same moment as a voice, or it could be taken twice.
    if new.most_sheets is not null or jsonb_path_exists(new.content, '$.quotas[*]') then perform refuse('questionnaires_person_quotas'); end if;
    -- A file says too much about who has made it.
    if jsonb_path_exists(new.content, '$.pages[*].groups[*].questions[*] ? (@.kind == "file")') then
      perform refuse('questionnaires_person_files');
    end if;
  end if;
  if new.closed_at is not null and old.closed_at is null then
    update voice_boxes set key_id = null, sealed_key = null, key_destroyed_at = minyi_clock()
    where questionnaire_id = new.id and key_destroyed_at is null;
    if found then
      insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
      values (minyi_clock(), 'questionnaire', new.id, 'voice_key_destroyed', actor_staff(), new.unit_ids);
    end if;
  end if;
  return null;
end $$;
alter function questionnaires_with_voices() owner to minyi_guard;
-- Named so that it comes after the trigger that makes the row public.
create trigger questionnaires_voices after update on questionnaires for each row when (new.voice = 'person')
  execute function questionnaires_with_voices();

-- Chosen while it is prepared, in the transaction that saves its other settings.
create function choose_person_way(p_questionnaire_id bigint, p_way text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_questionnaire_id);
begin
  if q.state <> 'preparing' then perform refuse('questionnaires_preparing'); end if;
  update questionnaires set person_way = p_way where id = q.id and person_way <> p_way;
end $$;

-- The encrypted key while voices are taken; none afterwards.
create function voice_key(p_questionnaire text) returns table (questionnaire_id bigint, key_id text, sealed_key bytea, provider text)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select b.questionnaire_id, b.key_id, b.sealed_key, b.provider from questionnaires q join voice_boxes b on b.questionnaire_id = q.id
  where q.number = p_questionnaire and b.sealed_key is not null and q.state in ('announced', 'open')
    and minyi_clock() >= q.opens_at and minyi_clock() < q.closes_at
$$;

-- One that is not settled may still be freed: who hears now that they have voted would not come again.
create function voice_is_used(p_questionnaire text, p_voice bytea) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select exists (
    select from voices v join questionnaires q on q.id = v.questionnaire_id
    where q.number = p_questionnaire and v.voice = p_voice and v.is_settled)
$$;

-- How many have voted so far, for those who see the questionnaire; nothing once their answers stand with the others.
create function voices_so_far(p_questionnaire_id bigint) returns bigint
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select count(*) from voices v join voice_boxes b using (questionnaire_id) join questionnaires q on q.id = questionnaire_id
  where v.questionnaire_id = p_questionnaire_id and v.is_settled and b.emptied_at is null and q.unit_ids && actor_units()
$$;

-- A code that is to be sent to a phone. Outcomes: made, closed, full (no more in this hour, to any phone: `phone_codes_an_hour`), wait (one in
-- a minute and five in an hour, whatever for).
create function make_phone_code(p_questionnaire text, p_id uuid, p_phone bytea, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires;
  moment timestamptz;
  this_hour timestamptz;
  most int := case_number_of('phone_codes_an_hour', 1000);
begin
  select * into q from questionnaires where number = p_questionnaire and voice = 'person' and person_way in ('phone', 'either');
  perform pg_advisory_xact_lock(hashtextextended(encode(p_phone, 'hex'), 44));
  moment := minyi_clock();
  if q.id is null or q.state not in ('announced', 'open') or moment < q.opens_at or moment >= q.closes_at then return 'closed'; end if;
  -- Before the phone is looked at: otherwise who is told to wait would learn that it was sent one.
  this_hour := date_trunc('hour', moment, 'UTC');
  if coalesce((select s.codes from phone_codes_sent s where s.hour = this_hour), 0) >= most then return 'full'; end if;
  if (select count(*) >= 5 or max(c.made_at) > moment - interval '1 minute' from phone_codes c
      where c.phone = p_phone and c.made_at > moment - interval '1 hour') then
    return 'wait';
  end if;
  -- Once more, as others ask at the same time.
  insert into phone_codes_sent as s (hour, codes) values (this_hour, 1)
  on conflict (hour) do update set codes = s.codes + 1 where s.codes < most;
  if not found then return 'full'; end if;
  insert into phone_codes (id, questionnaire_id, phone, code_mac, made_at) values (p_id, q.id, p_phone, p_code_mac, moment);
  return 'made';
end $$;

-- Whether this is the code that was sent: right (and it is gone), wrong, or over (after five minutes, or five tries).
create function use_phone_code(p_questionnaire text, p_id uuid, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c phone_codes;
begin
  select s.* into c from phone_codes s join questionnaires q on q.id = s.questionnaire_id
  where s.id = p_id and q.number = p_questionnaire for update of s;
  if c.id is null or c.made_at <= minyi_clock() - interval '5 minutes' or c.tries >= 5 then return 'over'; end if;
  if c.code_mac = p_code_mac then
    delete from phone_codes where id = p_id;
    return 'right';
  end if;
  update phone_codes set tries = tries + 1 where id = p_id;
  return 'wrong';
end $$;

create function erase_phone_codes() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare gone int;
begin
  delete from phone_codes where made_at <= minyi_clock() - interval '1 hour';
  get diagnostics gone = row_count;
  delete from phone_codes_sent where hour <= minyi_clock() - interval '1 hour';
  return gone;
end $$;

-- ---- A batch --------------------------------------------------------------------------------------------------------------

-- Ends the batch of a box that the caller has locked: settles its voices when their answers are in, frees them when not.
create function end_batch(p_questionnaire_id bigint) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare is_in boolean;
begin
  select batch_is_in into is_in from voice_boxes where questionnaire_id = p_questionnaire_id;
  if is_in then
    update voices set is_settled = true where questionnaire_id = p_questionnaire_id and not is_settled;
  else
    delete from voices where questionnaire_id = p_questionnaire_id and not is_settled;
  end if;
  update voice_boxes
  set batch = null, batch_began_at = null, batch_is_in = false, voices_new = voices_new or is_in, sheets_new = sheets_new or is_in
  where questionnaire_id = p_questionnaire_id;
  return is_in;
end $$;

-- First transaction: takes the voices of a batch. Which answers belong to them is not said; `p_versions` are those they answered to.
-- An outcome for each: taken, used, changed (another version holds now); or for all: unknown_questionnaire, not_open, suspended, closed,
-- busy (another batch is under way, try again in a moment).
create function take_voices(p_questionnaire text, p_batch uuid, p_voices bytea[], p_versions bigint[])
returns table (ordinal bigint, outcome text)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  q questionnaires;
  b voice_boxes;
  moment timestamptz;
  verdict text;
  taken bigint[];
begin
  -- Closing takes this row FOR UPDATE: whoever is second sees what the first has done.
  select * into q from questionnaires where number = p_questionnaire for share;
  select * into b from voice_boxes where questionnaire_id = q.id for update;
  moment := minyi_clock();
  verdict := case
    when q.id is null or q.state = 'preparing' or b.questionnaire_id is null then 'unknown_questionnaire'
    when q.state in ('terminated', 'published') or moment >= q.closes_at or q.closed_at is not null then 'closed'
    when moment < q.opens_at then 'not_open'
    when q.state = 'suspended' then 'suspended'
    when moment < b.batch_began_at + interval '10 seconds' then 'busy' end;
  if verdict is not null then
    return query select n, verdict from generate_series(1, cardinality(p_voices)::bigint) n;
    return;
  end if;
  -- Who began it was killed, or waits no longer.
  if b.batch is not null then perform end_batch(q.id); end if;
  with wanted as (
    select distinct on (w.voice) w.voice, w.ordinal from unnest(p_voices, p_versions) with ordinality w (voice, version, ordinal)
    where w.version = q.version order by w.voice, w.ordinal
  ), put as (
    -- Ordered by voice, which is an order of chance, and the same for all who come at once.
    insert into voices (questionnaire_id, voice, is_settled) select q.id, w.voice, false from wanted w order by w.voice
    on conflict do nothing returning voice
  )
  select array_agg(w.ordinal) into taken from put join wanted w using (voice);
  if taken is not null then
    update voice_boxes set batch = p_batch, batch_began_at = moment where questionnaire_id = q.id;
  end if;
  return query
  select w.ordinal, case when w.ordinal = any (taken) then 'taken' when w.version is distinct from q.version then 'changed' else 'used' end
  from unnest(p_versions) with ordinality w (version, ordinal) order by w.ordinal;
end $$;

-- Second transaction: brings the answers of a batch whose voices were taken, all of them or none.
create function put_unlinked_sheets(p_questionnaire text, p_batch uuid, p_versions bigint[], p_answers text[], p_towns text[]) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare asked bigint;
begin
  select b.questionnaire_id into asked from voice_boxes b join questionnaires q on q.id = b.questionnaire_id
  where q.number = p_questionnaire and b.batch = p_batch and not b.batch_is_in for update of b;
  if not found then raise exception 'no such batch' using errcode = 'P0002'; end if;
  if (select count(*) from voices v where v.questionnaire_id = asked and not v.is_settled) <> cardinality(p_answers) then
    raise exception 'as many answers as voices' using errcode = '22023';
  end if;
  if exists (select from unnest(p_answers) a where octet_length(a) > 65536 or jsonb_typeof(a::jsonb) <> 'object' or a::jsonb = '{}') then
    raise exception 'not the answers to a questionnaire' using errcode = '22023';
  end if;
  insert into unlinked_sheets (questionnaire_id, version, answers, town, received_at)
  select asked, s.version, s.answers::jsonb, s.town, date_trunc('hour', minyi_clock(), 'UTC')
  from unnest(p_versions, p_answers, p_towns) s (version, answers, town) order by random();
  update voice_boxes set batch_is_in = true where questionnaire_id = asked;
end $$;

-- Third transaction: settles the voices, or frees them when their answers did not come in. Returns whether they are in; null when somebody
-- else has ended the batch.
create function settle_voices(p_questionnaire text, p_batch uuid) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare asked bigint;
begin
  select b.questionnaire_id into asked from voice_boxes b join questionnaires q on q.id = b.questionnaire_id
  where q.number = p_questionnaire and b.batch = p_batch for update of b;
  if not found then return null; end if;
  return end_batch(asked);
end $$;

-- ---- Afterwards -----------------------------------------------------------------------------------------------------------

-- Writes the voices of a box that the caller has locked anew in an order of chance.
create function shuffle_voices(p_questionnaire_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare counted bigint;
begin
  with gone as (delete from voices where questionnaire_id = p_questionnaire_id returning *)
  insert into voices (questionnaire_id, voice, is_settled) select questionnaire_id, voice, is_settled from gone order by random();
  get diagnostics counted = row_count;
  return counted;
end $$;

-- One step for one box: a batch that nobody ends; once an hour its voices, and in another step its answers, written anew in an order of
-- chance; the voices of a closed one, for the last time; its answers, brought to the others. Each step is a transaction of its own, so that
-- voices and answers never share one. Returns 0 when nothing is left to do.
create function tend_voice_boxes() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  b voice_boxes;
  q questionnaires;
  moment timestamptz := minyi_clock();
  hour_ago timestamptz := moment - interval '1 hour';
  counted bigint;
begin
  -- By chance: one in which something fails keeps no other waiting for long.
  select * into b from voice_boxes
  where batch_began_at < moment - interval '10 seconds'
     or batch is null and key_destroyed_at is null
        and (voices_new and coalesce(voices_shuffled_at <= hour_ago, true) or sheets_new and coalesce(sheets_shuffled_at <= hour_ago, true))
     or batch is null and key_destroyed_at is not null and emptied_at is null
  order by random() limit 1 for update skip locked;
  if not found then return 0; end if;
  if b.batch is not null then
    perform end_batch(b.questionnaire_id);
  elsif b.key_destroyed_at is null and b.voices_new and coalesce(b.voices_shuffled_at <= hour_ago, true) then
    perform shuffle_voices(b.questionnaire_id);
    update voice_boxes set voices_new = false, voices_shuffled_at = moment where questionnaire_id = b.questionnaire_id;
  elsif b.key_destroyed_at is null then
    with gone as (delete from unlinked_sheets where questionnaire_id = b.questionnaire_id returning *)
    insert into unlinked_sheets (questionnaire_id, version, answers, town, received_at)
    select questionnaire_id, version, answers, town, received_at from gone order by random();
    update voice_boxes set sheets_new = false, sheets_shuffled_at = moment where questionnaire_id = b.questionnaire_id;
  elsif b.mixed_at is null then
    counted := shuffle_voices(b.questionnaire_id);
    update voice_boxes set mixed_at = moment, voices = counted where questionnaire_id = b.questionnaire_id;
  else
    select * into q from questionnaires where id = b.questionnaire_id;
    with gone as (
      delete from unlinked_sheets where questionnaire_id = q.id returning *
    ), put as (
      insert into answer_sheets (id, questionnaire_id, version, answers, quotas, channel, town, received_at)
      select gen_random_uuid(), questionnaire_id, version, answers, '{}', 'web', town, received_at from gone order by random()
      returning id
    ), waiting as (
      insert into sheets_to_tally (sheet_id, questionnaire_id, sign) select id, q.id, 1 from put order by random()
    )
    select count(*) into counted from put;
    update voice_boxes set emptied_at = moment, sheets = counted where questionnaire_id = q.id;
    perform questionnaire_event(q, 'voices_mixed', q.state, counted || ' ' || b.voices);
  end if;
  return 1;
end $$;

-- As in 0012; keys of voices are encrypted with the same.
create or replace function contact_keys_in_use() returns setof text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select k.key_id from contact_keys k
  where exists (select from contacts c where c.key_id = k.key_id) or exists (select from voice_boxes b where b.key_id = k.key_id) order by 1
$$;

do $$
declare f text;
begin
  foreach f in array array['make_voice_box(bigint, text, bytea, text)', 'voices_so_far(bigint)', 'choose_person_way(bigint, text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['voice_key(text)', 'voice_is_used(text, bytea)', 'make_phone_code(text, uuid, bytea, bytea)',
    'use_phone_code(text, uuid, bytea)', 'take_voices(text, uuid, bytea[], bigint[])',
    'put_unlinked_sheets(text, uuid, bigint[], text[], text[])', 'settle_voices(text, uuid)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public';
  end loop;
  alter function end_batch(bigint) owner to minyi_guard;
  alter function shuffle_voices(bigint) owner to minyi_guard;
  alter function tend_voice_boxes() owner to minyi_guard;
  alter function erase_phone_codes() owner to minyi_guard;
  grant execute on function tend_voice_boxes(), erase_phone_codes() to minyi_work;
end $$;
