-- 留言: what a citizen writes to the county. It comes in through a door like that of a comment, is worked on as a case (0018), and
-- is shown to everyone once it is answered, reviewed and agreed to by who wrote it.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- (Widened only: every row there fits.)

-- A message may be a recording alone, from somebody who cannot write. It comes by two more ways than a comment.
alter table submissions
  drop constraint submissions_channel, drop constraint submissions_body_length,
  add constraint submissions_channel check (channel in
    ('web', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit', 'hotline')),
  add constraint submissions_body_length check (char_length(body) between 1 and 5000
    or body = '' and (kind = 'message' or sealed_at is not null or withdrawn_at is not null));

create table messages (
  submission_id bigint primary key references submissions,
  kind text not null constraint messages_kind check (kind in ('inquiry', 'complaint', 'suggestion', 'help', 'report')),
  title text not null constraint messages_title_length check (char_length(title) between 1 and 50),
  place text not null default '' constraint messages_place_length check (char_length(place) <= 100),
  wished_unit_id bigint references units,
  told_unit_ids bigint[] not null default '{}',   -- the units it is about, as its author said; staff may add to those of the case
  concerned_names text not null default '' constraint messages_concerned_names_length check (char_length(concerned_names) <= 100),
  may_be_published boolean not null,
  may_show_name boolean not null,
  transcription text constraint messages_transcription_length check (char_length(transcription) between 1 and 2000),
  transcribed_by bigint references staff,
  transcribed_at timestamptz,
  external_source text,                        -- 12345 and the like, and the number it has there
  external_number text,
  constraint messages_transcribed check ((transcription is null) = (transcribed_by is null)
    and (transcription is null) = (transcribed_at is null)),
  constraint messages_external check ((external_source is null) = (external_number is null)
    and char_length(external_source) between 1 and 40 and char_length(external_number) between 1 and 60),
  constraint messages_external_once unique (external_source, external_number)
);

-- The files of a submission; the recording of a voice is number 0. Ids only: who may see a file is decided where it is kept.
create table submission_attachments (
  submission_id bigint not null references submissions,
  ordinal int not null constraint submission_attachments_ordinal check (ordinal between 0 and 5),
  attachment_id uuid not null references attachments on delete cascade
    constraint submission_attachments_once unique,
  primary key (submission_id, ordinal)
);

-- What its author adds later.
create table message_additions (
  submission_id bigint not null references messages,
  ordinal int not null constraint message_additions_ordinal check (ordinal between 1 and 20),
  key uuid not null constraint message_additions_key unique,
  body text not null constraint message_additions_length check (char_length(body) <= 1000),   -- empty once sealed or withdrawn
  added_at timestamptz not null,
  primary key (submission_id, ordinal)
);

-- 满意度. One rating for each answer: a message that is taken up again is rated again.
create table message_ratings (
  submission_id bigint not null references messages,
  round int not null,                          -- 0: the first answer
  resolved text not null constraint message_ratings_resolved check (resolved in ('yes', 'partly', 'no')),
  attitude int not null constraint message_ratings_attitude check (attitude between 1 and 5),
  speed int not null constraint message_ratings_speed check (speed between 1 and 5),
  reason text not null constraint message_ratings_reason_length check (char_length(reason) <= 500),
  rated_at timestamptz not null,
  primary key (submission_id, round)
);

alter table messages enable row level security;
alter table submission_attachments enable row level security;
alter table message_additions enable row level security;
alter table message_ratings enable row level security;
grant select on messages, submission_attachments, message_additions, message_ratings to minyi_staff;
-- Whoever may see the submission. That also hides it from whom it is about.
create policy messages_of_visible on messages for select to minyi_staff
  using (exists (select from submissions s where s.id = submission_id));
create policy submission_attachments_of_visible on submission_attachments for select to minyi_staff
  using (exists (select from submissions s where s.id = submission_id));
create policy message_additions_of_visible on message_additions for select to minyi_staff
  using (exists (select from submissions s where s.id = submission_id));
create policy message_ratings_of_visible on message_ratings for select to minyi_staff
  using (exists (select from submissions s where s.id = submission_id));
grant select, insert on messages, submission_attachments to minyi_intake;
create policy messages_intake on messages to minyi_intake using (true) with check (true);
create policy submission_attachments_intake on submission_attachments to minyi_intake using (true) with check (true);
grant select, update on messages to minyi_guard;
grant select, delete on submission_attachments to minyi_guard;
grant select, insert, update on message_additions, message_ratings to minyi_guard;
create policy messages_guard on messages to minyi_guard using (true) with check (true);
create policy submission_attachments_guard on submission_attachments to minyi_guard using (true) with check (true);
create policy message_additions_guard on message_additions to minyi_guard using (true) with check (true);
create policy message_ratings_guard on message_ratings to minyi_guard using (true) with check (true);

-- The canonical form of a message, version 1: as that of a comment (0006), with its own header and fields. Files stand for
-- themselves by their SHA-256.
create function message_form(number text, kind text, channel text, received_at timestamptz, title text, place text, unit text,
  concerned_units text, concerned_people text, recording text, files text, body text)
returns text language sql stable
as $$
  select pg_catalog.concat('minyi-message-v1', e'\n',
    'number:', pg_catalog.octet_length(number), ':', number, e'\n',
    'kind:', pg_catalog.octet_length(kind), ':', kind, e'\n',
    'channel:', pg_catalog.octet_length(channel), ':', channel, e'\n',
    'received:27:', pg_catalog.to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e'\n',
    'title:', pg_catalog.octet_length(title), ':', title, e'\n',
    'place:', pg_catalog.octet_length(place), ':', place, e'\n',
    'unit:', pg_catalog.octet_length(unit), ':', unit, e'\n',
    'concerned_units:', pg_catalog.octet_length(concerned_units), ':', concerned_units, e'\n',
    'concerned_people:', pg_catalog.octet_length(concerned_people), ':', concerned_people, e'\n',
    'recording:', pg_catalog.octet_length(recording), ':', recording, e'\n',
    'files:', pg_catalog.octet_length(files), ':', files, e'\n',
    'body:', pg_catalog.octet_length(body), ':', body, e'\n')
$$;
grant execute on function message_form(text, text, text, timestamptz, text, text, text, text, text, text, text, text)
  to minyi_intake, minyi_guard, minyi_staff, minyi_public;

-- The members of staff a text names, switched off or not. People write 王小明局长 and 县民政局王小明: a name that occurs in the text
-- counts, spaces aside. One too many hides a message from somebody it is not about, one too few shows it to the accused.
create function staff_named(p_names text) returns bigint[]
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select coalesce(array_agg(id order by id), '{}') from staff
  where char_length(display_name) > 1
    and strpos(regexp_replace(p_names, '\s', '', 'g'), regexp_replace(display_name, '\s', '', 'g')) > 0
$$;
alter function staff_named(text) owner to minyi_guard;
grant execute on function staff_named(text) to minyi_intake;

-- Takes any number of messages as `intake` takes comments: one array a column, one element a row, an outcome for each. Lists within a row
-- (units it is about, files) come as the text of an array. Files were stored before, under the form's own key, by the public door;
-- staff name their own fresh uploads. What staff entered has arrived_on, for_someone, read_back, slip_id, its actor, and where it has
-- one its number in another system.
-- The persons it is about are found here: it is hidden from them before anybody can have seen it.
-- Outcomes: accepted, already, key_reused, not_allowed, malformed, title_empty, title_too_long, empty, too_long, unknown_unit, unknown_file,
-- arrived_late, phone_required, external_known.
create function intake_messages(p_keys uuid[], p_form_keys uuid[], p_kinds text[], p_titles text[], p_bodies text[], p_places text[],
  p_wished_unit_ids bigint[], p_concerned_unit_ids text[], p_concerned_names text[], p_may_be_published boolean[],
  p_may_show_name boolean[], p_public_names text[], p_recording_ids uuid[], p_file_ids text[], p_channels text[], p_salts bytea[],
  p_code_macs bytea[], p_has_phone boolean[], p_contact_ids uuid[], p_contact_key_ids text[], p_contacts bytea[],
  p_phone_indexes bytea[], p_arrived_on date[], p_for_someone boolean[], p_read_back boolean[], p_slip_ids uuid[],
  p_external_sources text[], p_external_numbers text[], p_staff_ids bigint[], p_grants text[])
returns table (ordinal bigint, outcome text, submission_id bigint, number text, received_at timestamptz, proof bytea)
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  moment timestamptz := minyi_clock();   -- read once: compared and stored alike
  today date := (moment at time zone 'Asia/Shanghai')::date;
  prefix text;
  verdicts text[];
  taken bigint[];
  stored_ids bigint[];
  -- Of what was stored, for `open_cases`.
  kinds text[];
  titles text[];
  days date[];
  about_units text[];
  about_staff text[];
  wishes boolean[];
  publishable boolean[];
  places text[];
begin
  select value into prefix from site_settings where key = 'number_prefix';

  with rows as materialized (
    select i.*, coalesce(i.concerned_text, '{}')::bigint[] as concerned, coalesce(i.files_text, '{}')::uuid[] as files,
      coalesce(i.concerned_names, '') as names, u.code as unit_code
    from unnest(p_keys, p_form_keys, p_kinds, p_titles, p_bodies, p_places, p_wished_unit_ids, p_concerned_unit_ids, p_concerned_names,
        p_may_be_published, p_may_show_name, p_public_names, p_recording_ids, p_file_ids, p_channels, p_salts, p_code_macs,
        p_has_phone, p_contact_ids, p_contact_key_ids, p_contacts, p_phone_indexes, p_arrived_on, p_for_someone, p_read_back,
        p_slip_ids, p_external_sources, p_external_numbers, p_staff_ids, p_grants)
      with ordinality i (key, form_key, kind, title, body, place, wished_unit_id, concerned_text, concerned_names, may_be_published,
        may_show_name, public_name, recording_id, files_text, channel, salt, code_mac, has_phone, contact_id, contact_key_id,
        contact, phone_index, arrived_on, for_someone, read_back, slip_id, external_source, external_number, staff_id, grants, ordinal)
    left join units u on u.id = i.wished_unit_id
  ), judged as materialized (
    select r.*,
      case
        when r.channel = 'web' and session_user <> 'minyi_public' then 'not_allowed'
        when r.channel <> 'web' and (session_user <> 'minyi_staff' or r.staff_id is null or granted_units(r.grants) = '{}') then 'not_allowed'
        when r.slip_id is not null and not exists (select from attachments a where a.id = r.slip_id
          and a.uploaded_by = r.staff_id and a.expires_at is not null) then 'not_allowed'
        when r.kind not in ('inquiry', 'complaint', 'suggestion', 'help', 'report') or r.kind is null
          or r.channel not in ('web', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit', 'hotline')
          or char_length(r.place) > 100 or char_length(r.names) > 100 or cardinality(r.concerned) > 10 or cardinality(r.files) > 5
          or octet_length(r.contact) > 4096 or char_length(r.external_source) > 40 or char_length(r.external_number) > 60
          or (r.external_source is null) <> (r.external_number is null) then 'malformed'
        when char_length(coalesce(r.title, '')) = 0 then 'title_empty'
        when char_length(r.title) > 50 then 'title_too_long'
        when char_length(coalesce(r.body, '')) = 0 and r.recording_id is null then 'empty'
        when char_length(r.body) > 2000 then 'too_long'
        when r.wished_unit_id is not null and r.unit_code is null or r.wished_unit_id = any (r.concerned)
          or (select count(*) from units u where u.id = any (r.concerned)) <> cardinality(r.concerned) then 'unknown_unit'
        when exists (select from unnest(array_prepend(r.recording_id, r.files)) with ordinality f (id, place)
            left join attachments a on a.id = f.id and a.expires_at > moment
              and (case when r.channel = 'web' then a.uploaded_by is null and a.form_key = r.form_key else a.uploaded_by = r.staff_id end)
              and (a.media_type like 'audio/%') = (f.place = 1)
          where f.id is not null and a.id is null) then 'unknown_file'
        when r.channel <> 'web' and (r.arrived_on is null or r.arrived_on > today) then 'arrived_late'
        when r.channel = 'web' and r.kind in ('complaint', 'help', 'report') and r.has_phone is not true then 'phone_required'
        when r.external_number is not null and exists (select from messages m
          where m.external_source = r.external_source and m.external_number = r.external_number) then 'external_known'
        else 'ok' end as verdict
    from rows r
  ), numbered as materialized (
    select n.*, public_number(prefix, moment, nextval('submission_numbers')) as new_number,
      coalesce((select string_agg(u.code, ' ' order by u.code) from units u where u.id = any (n.concerned)), '') as concerned_codes,
      coalesce((select encode(a.sha256, 'hex') from attachments a where a.id = n.recording_id), '') as recording_hash,
      coalesce((select string_agg(encode(a.sha256, 'hex'), ' ' order by f.place)
        from unnest(n.files) with ordinality f (id, place) join attachments a on a.id = f.id), '') as file_hashes,
      case when n.names = '' then '{}' else staff_named(n.names) end as concerned_staff
    from (select distinct on (j.key) j.* from judged j
          where j.verdict = 'ok' and (select t.id from submissions t where t.key = j.key) is null
          order by j.key, j.ordinal) n
  ), inserted as (
    insert into submissions (number, key, kind, body, channel, received_at, arrived_on, entered_by, for_someone, read_back, slip_id,
      submitter, public_name, salt, proof, code_mac, unit_ids, concerned_unit_ids, concerned_staff_ids)
    select n.new_number, n.key, 'message', coalesce(n.body, ''), n.channel, moment, n.arrived_on,
      case when n.channel <> 'web' then n.staff_id end, coalesce(n.for_someone, false), coalesce(n.read_back, false), n.slip_id,
      'person', case when n.may_show_name then n.public_name end, n.salt,
      sha256(n.salt || convert_to(message_form(n.new_number, n.kind, n.channel, moment, n.title, coalesce(n.place, ''),
        coalesce(n.unit_code, ''), n.concerned_codes, n.names, n.recording_hash, n.file_hashes, coalesce(n.body, '')), 'UTF8')),
      n.code_mac, '{}', n.concerned, n.concerned_staff
    from numbered n
    on conflict (key) do nothing
    returning id, key
  ), stored as materialized (
    select s.id, n.* from inserted s join numbered n on n.key = s.key
  ), told as (
    insert into messages (submission_id, kind, title, place, wished_unit_id, told_unit_ids, concerned_names, may_be_published, may_show_name,
      external_source, external_number)
    select id, kind, title, coalesce(place, ''), wished_unit_id, concerned, names, coalesce(may_be_published, false),
      coalesce(may_show_name, false), external_source, external_number from stored
  ), filed as (
    insert into submission_attachments (submission_id, ordinal, attachment_id)
    select s.id, f.place - 1, f.id from stored s, unnest(array_prepend(s.recording_id, s.files)) with ordinality f (id, place)
    where f.id is not null
  ), reachable as (
    insert into contacts (id, submission_id, key_id, sealed, phone_index, created_at)
    select contact_id, id, contact_key_id, contact, phone_index, moment from stored where contact is not null
  ), claimed as (
    update attachments a set expires_at = null from stored s
    where a.id = any (array_append(s.files, s.recording_id)) or a.id = s.slip_id
  ), recorded as (
    insert into events (at, recorded_at, subject, subject_id, kind, staff_id, unit_ids)
    select moment, moment, 'submission', id, 'received', case when channel <> 'web' then staff_id end, '{}' from stored
  )
  select v.verdicts, t.ordinals, t.ids, t.kinds, t.titles, t.days, t.about_units, t.about_staff, t.wishes, t.publishable, t.places
  into verdicts, taken, stored_ids, kinds, titles, days, about_units, about_staff, wishes, publishable, places
  from (select array_agg(j.verdict order by j.ordinal) as verdicts from judged j) v,
    (select array_agg(s.ordinal order by s.id) as ordinals, array_agg(s.id order by s.id) as ids,
       array_agg(s.kind order by s.id) as kinds, array_agg(s.title order by s.id) as titles,
       array_agg(coalesce(s.arrived_on, today) order by s.id) as days,
       array_agg(s.concerned::text order by s.id) as about_units, array_agg(s.concerned_staff::text order by s.id) as about_staff,
       array_agg(coalesce(s.may_be_published, false) order by s.id) as wishes,
       -- 违法举报 never is, whatever its author agreed to.
       array_agg(s.kind <> 'report' order by s.id) as publishable, array_agg(coalesce(s.place, '') order by s.id) as places
     from stored s) t;

  if stored_ids is not null then
    perform open_cases(stored_ids, 'message', kinds, titles, days, about_units, about_staff, wishes, publishable, places);
  end if;

  -- A second statement has a new snapshot: it sees the row that a concurrent twin has just committed.
  return query
  select v.ordinal,
    case when s.id is null then v.verdict
         when m.submission_id is null or m.kind <> v.kind or m.title <> v.title or s.body <> coalesce(v.body, '') then 'key_reused'
         when v.ordinal = any (taken) then 'accepted'
         else 'already' end,
    s.id, s.number, s.received_at, s.proof
  from unnest(p_keys, verdicts, p_kinds, p_titles, p_bodies) with ordinality v (key, verdict, kind, title, body, ordinal)
  left join submissions s on s.key = v.key
  left join messages m on m.submission_id = s.id
  order by v.ordinal;
end $$;
alter function intake_messages(uuid[], uuid[], text[], text[], text[], text[], bigint[], text[], text[], boolean[], boolean[], text[],
  uuid[], text[], text[], bytea[], bytea[], boolean[], uuid[], text[], bytea[], bytea[], date[], boolean[], boolean[], uuid[], text[], text[],
  bigint[], text[]) owner to minyi_intake;
grant execute on function intake_messages(uuid[], uuid[], text[], text[], text[], text[], bigint[], text[], text[], boolean[], boolean[],
  text[], uuid[], text[], text[], bytea[], bytea[], boolean[], uuid[], text[], bytea[], bytea[], date[], boolean[], boolean[], uuid[],
  text[], text[], bigint[], text[]) to minyi_public, minyi_staff;

-- What everyone may see of messages, for tables that are read by millions: no row rules. A line stands here from the moment a
-- message is accepted, if its author agreed to publication, and has words only once its answer was reviewed.
create table public_messages (
  case_id bigint primary key references cases,
  number text not null constraint public_messages_number unique,
  kind text not null,
  unit_id bigint not null,
  received_on date not null,
  due_on date,
  provisional boolean not null,
  is_late boolean not null,
  answered_on date,
  working_days int,                    -- used for the answer
  title text,                          -- these four once it is published; the texts are in its newest version
  version int,
  published_at timestamptz,
  month int not null,                  -- year × 12 + month of the day it was received
  grams text[] not null default '{}',  -- every two neighbouring characters of its texts
  resolved text,                       -- the newest rating
  attitude int,
  speed int,
  sealed_at timestamptz
);
create index public_messages_newest on public_messages (received_on desc, case_id desc);
create index public_messages_of_unit on public_messages (unit_id, received_on desc, case_id desc);
create index public_messages_of_kind on public_messages (kind, received_on desc, case_id desc);
create index public_messages_of_unit_and_kind on public_messages (unit_id, kind, received_on desc, case_id desc);
create index public_messages_open on public_messages (received_on desc, case_id desc) where published_at is null;
create index public_messages_open_of_unit on public_messages (unit_id, received_on desc, case_id desc) where published_at is null;
create index public_messages_published on public_messages (received_on desc, case_id desc) where published_at is not null;
create index public_messages_late on public_messages (received_on desc, case_id desc) where is_late;
create index public_messages_late_of_unit on public_messages (unit_id, received_on desc, case_id desc) where is_late;
create index public_messages_words on public_messages using gin (month, grams) with (fastupdate = off) where published_at is not null;

-- What was published, word by word: never changed, only followed by another version, or sealed.
create table public_message_versions (
  case_id bigint not null references public_messages on delete cascade,
  version int not null,
  content jsonb,                       -- title, question, name, unit, answer; null once sealed
  content_hash bytea not null,
  published_at timestamptz not null,
  sealed_at timestamptz,
  seal_reason text,
  primary key (case_id, version),
  constraint public_message_versions_sealed check ((content is null) = (sealed_at is not null))
);
grant select on public_messages, public_message_versions to minyi_public, minyi_staff, minyi_work;
grant select, insert, update, delete on public_messages to minyi_guard;
grant select, insert, update on public_message_versions to minyi_guard;

-- Letters as people compare them: of either case and either width the same.
create function folded(words text) returns text
language sql immutable strict parallel safe
as $$ select pg_catalog.lower(pg_catalog.normalize(words, 'NFKC')) $$;

create function month_number(day date) returns int
language sql immutable strict parallel safe
as $$ select (extract(year from day) * 12 + extract(month from day))::int $$;
grant execute on function folded(text), month_number(date) to minyi_public, minyi_staff, minyi_guard;

-- The months from which there are messages. A function of its own: those that call it look nothing else up in an ordered index.
create function message_months(out newest int, out oldest int)
language sql stable set search_path = minyi, pg_temp set enable_indexscan = on
as $$ select month_number(max(received_on)), month_number(min(received_on)) from public_messages $$;
grant execute on function message_months() to minyi_public, minyi_staff;

-- Published messages in which all words occur, the newest first: up to p_limit of them, and how many there are, counted up to p_cap.
-- A word of two characters is found by the index alone; of a longer one the index gives those that have all its pairs. Month by
-- month, so that a common word costs no more in a hundred months than in one.
create function search_messages(p_words text[], p_kind text, p_unit_id bigint, p_late boolean, p_before_on date, p_before_id bigint,
  p_limit bigint, p_cap bigint, out ids bigint[], out total bigint)
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_indexscan = off set jit = off
as $$
declare
  pairs text[] := array(select distinct g from unnest(p_words) w, unnest(bigrams(folded(w))) g);
  long text[] := array(select '%' || replace(replace(replace(folded(w), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    from unnest(p_words) w where char_length(w) > 2);
  months record;
  at_month int;
  found_ids bigint[];
begin
  ids := '{}';
  total := 0;
  if pairs = '{}' then return; end if;
  select * into months from message_months();
  at_month := coalesce(month_number(p_before_on), months.newest);
  while at_month >= months.oldest and total < p_cap loop
    found_ids := array(
      select m.case_id from public_messages m
      where m.month = at_month and m.grams @> pairs and m.published_at is not null and m.sealed_at is null
        and (p_kind is null or m.kind = p_kind) and (p_unit_id is null or m.unit_id = p_unit_id)
        and (p_late is not true or m.is_late)
        and (p_before_on is null or (m.received_on, m.case_id) < (p_before_on, p_before_id))
        and (long = '{}' or exists (select from public_message_versions v where v.case_id = m.case_id and v.version = m.version
          and folded(concat_ws(e'\n', v.content ->> 'title', v.content ->> 'question', v.content ->> 'answer')) like all (long)))
      order by m.received_on desc, m.case_id desc limit p_cap - total);
    ids := ids || found_ids[1 : p_limit - cardinality(ids)];
    total := total + cardinality(found_ids);
    at_month := at_month - 1;
  end loop;
end $$;
grant execute on function search_messages(text[], text, bigint, boolean, date, bigint, bigint, bigint) to minyi_public, minyi_staff;

-- Published messages that share the most with a title somebody is about to send: three characters in a row of it, as often as
-- possible. The newest year is enough, and is left as soon as it has given enough.
create function similar_messages(p_title text) returns table (case_id bigint)
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_indexscan = off set jit = off
as $$
#variable_conflict use_column
declare
  signs text[] := string_to_array(regexp_replace(folded(left(p_title, 50)), '[[:space:][:punct:]，。、；：？！“”（）《》]', '', 'g'), null);
  at_month int := (select newest from message_months());
  seen bigint[] := '{}';
begin
  for turn in 1..12 loop
    exit when at_month is null or cardinality(seen) >= 200;
    seen := seen || array(
      select t.case_id from generate_series(1, cardinality(signs) - 2) i, lateral (
        select m.case_id from public_messages m
        where m.month = at_month and m.grams @> array[signs[i] || signs[i + 1], signs[i + 1] || signs[i + 2]]
          and m.published_at is not null and m.sealed_at is null limit 40) t);
    at_month := at_month - 1;
  end loop;
  return query
    select s.id from unnest(seen) s (id) group by s.id
    having count(*) >= greatest(2, (cardinality(signs) - 2) / 3) order by count(*) desc, s.id desc limit 3;
end $$;
grant execute on function similar_messages(text) to minyi_public;

-- ---- What becomes public -----------------------------------------------------------------------------------------------------

-- Brings the public line of a case up to date: its days, and once there is a reviewed reply its words. Words that were public stay, in
-- the version that was published, until they are corrected by another or sealed.
create function show_message(p_case_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c cases;
  r replies;
  words jsonb;
  newest public_message_versions;
begin
  select * into c from cases where id = p_case_id;
  if c.kind <> 'message' or exists (select from submissions s where s.id = c.submission_id and s.sealed_at is not null) then return; end if;
  select * into r from replies t where t.case_id = c.id and t.published_at is not null order by t.ordinal desc limit 1;
  select * into newest from public_message_versions v where v.case_id = c.id order by v.version desc limit 1;
  if newest.case_id is null and not (c.wants_publication and c.publishable and c.topic <> 'report' and (r.id is not null
      -- Whom it is about must not read of it before the county has decided that everyone may.
      or c.state in ('accepted', 'assigned', 'reviewing', 'completed') and c.concerned_unit_ids = '{}' and c.concerned_staff_ids = '{}'))
  then
    delete from public_messages where case_id = c.id;
    return;
  end if;
  insert into public_messages as m (case_id, number, kind, unit_id, received_on, month, due_on, provisional, is_late, answered_on, working_days)
  values (c.id, c.number, c.topic, coalesce(c.unit_id, c.office_id), c.received_on, month_number(c.received_on), c.due_on, c.provisional,
    coalesce(c.is_late, c.warning = 'overdue'), (c.answered_at at time zone 'Asia/Shanghai')::date, c.working_days_used)
  on conflict (case_id) do update set unit_id = excluded.unit_id, due_on = excluded.due_on, provisional = excluded.provisional,
    is_late = excluded.is_late, answered_on = excluded.answered_on, working_days = excluded.working_days, kind = excluded.kind
  where (m.unit_id, m.due_on, m.provisional, m.is_late, m.answered_on, m.working_days, m.kind) is distinct from
    (excluded.unit_id, excluded.due_on, excluded.provisional, excluded.is_late, excluded.answered_on, excluded.working_days, excluded.kind);
  if r.id is null then return; end if;
  select jsonb_build_object('title', r.public_title, 'question', r.public_question, 'answer', r.public_answer,
    'name', coalesce(s.public_name, ''), 'unit', u.name) into words
  from submissions s, units u where s.id = c.submission_id and u.id = r.unit_id;
  if newest.content is not distinct from words or newest.sealed_at is not null then return; end if;
  insert into public_message_versions (case_id, version, content, content_hash, published_at)
  values (c.id, coalesce(newest.version, 0) + 1, words, sha256(convert_to(words::text, 'UTF8')), minyi_clock());
  update public_messages set title = r.public_title, version = coalesce(newest.version, 0) + 1,
    published_at = coalesce(published_at, r.published_at),
    grams = bigrams(folded(concat_ws(e'\n', r.public_title, r.public_question, r.public_answer)))
  where case_id = c.id;
end $$;
alter function show_message(bigint) owner to minyi_guard;

-- The files of a message are seen by the units of its case, as its submission is; its author is told that it came.
create function message_case_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if tg_op = 'INSERT' or (new.unit_ids, new.concerned_unit_ids, new.concerned_staff_ids)
    is distinct from (old.unit_ids, old.concerned_unit_ids, old.concerned_staff_ids) then
    update attachments a set unit_ids = new.unit_ids, concerned_unit_ids = new.concerned_unit_ids, concerned_staff_ids = new.concerned_staff_ids
    where a.id in (select f.attachment_id from submission_attachments f where f.submission_id = new.submission_id
      union select s.slip_id from submissions s where s.id = new.submission_id and s.sealed_at is null);
  end if;
  if tg_op = 'UPDATE' then perform show_message(new.id);
  elsif exists (select from contacts k where k.submission_id = new.submission_id) then
    perform notify_author('received', new.submission_id, format('case.%s.received', new.id), jsonb_build_object('number', new.number));
  end if;
  return null;
end $$;
alter function message_case_changed() owner to minyi_guard;
create trigger cases_of_messages after insert on cases for each row
  when (new.kind = 'message') execute function message_case_changed();
create trigger cases_of_messages_changed after update on cases for each row
  when (new.kind = 'message' and (new.state, new.office_id, new.unit_id, new.unit_ids, new.concerned_unit_ids, new.concerned_staff_ids,
      new.wants_publication, new.publishable, new.published_at, new.answered_at)
    is distinct from (old.state, old.office_id, old.unit_id, old.unit_ids, old.concerned_unit_ids, old.concerned_staff_ids,
      old.wants_publication, old.publishable, old.published_at, old.answered_at))
  execute function message_case_changed();

-- A change of the calendar moves a hundred thousand cases at once: where only the days are others, no more than they is written.
create function message_days_changed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update public_messages set due_on = new.due_on, provisional = new.provisional, is_late = coalesce(new.is_late, new.warning = 'overdue')
  where case_id = new.id and sealed_at is null;
  return null;
end $$;
alter function message_days_changed() owner to minyi_guard;
create trigger cases_of_messages_moved after update on cases for each row
  when (new.kind = 'message' and (new.due_on, new.provisional, new.is_late, new.warning = 'overdue')
    is distinct from (old.due_on, old.provisional, old.is_late, old.warning = 'overdue'))
  execute function message_days_changed();

-- Sealed: what a message has beyond its submission goes too, and a tombstone is left of what was public.
create function message_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  seal seals;
  public_id bigint;
begin
  select * into seal from seals where submission_id = new.id and declined_at is null;
  insert into sealed_contents select seal.id, 'message', m.submission_id, concat_ws(e'\n', m.title, m.place, m.concerned_names, m.transcription)
    from messages m where m.submission_id = new.id;
  insert into sealed_contents select seal.id, 'message_addition', ordinal, body from message_additions where submission_id = new.id;
  insert into sealed_contents select seal.id, 'message_rating', round, reason from message_ratings where submission_id = new.id and reason <> '';
  update messages set title = '—', place = '', concerned_names = '', transcription = case when transcription is not null then '—' end
  where submission_id = new.id;
  update message_additions set body = '' where submission_id = new.id;
  update message_ratings set reason = '' where submission_id = new.id;
  update attachments set unit_ids = '{}' where id in (select attachment_id from submission_attachments where submission_id = new.id);
  select id into public_id from cases where submission_id = new.id;
  insert into sealed_contents select seal.id, 'public_message', version, content::text from public_message_versions
    where case_id = public_id and content is not null;
  update public_message_versions set content = null, sealed_at = new.sealed_at, seal_reason = seal.reason
  where case_id = public_id and sealed_at is null;
  update public_messages set title = null, grams = '{}', sealed_at = new.sealed_at where case_id = public_id;
  delete from public_messages where case_id = public_id and published_at is null;
  return null;
end $$;
alter function message_sealed() owner to minyi_guard;
create trigger submissions_message_sealed after update of sealed_at on submissions for each row
  when (new.kind = 'message' and old.sealed_at is null and new.sealed_at is not null) execute function message_sealed();

-- Whom a submission is about neither asks for its sealing, nor confirms or refuses it, nor learns of it.
drop policy seals_of_my_units on seals;
create policy seals_of_my_units on seals for select to minyi_staff
  using (unit_ids && (select actor_units()) and (submission_id is null or exists (select from submissions t where t.id = submission_id)));
create function seals_by_the_concerned() returns trigger
language plpgsql set search_path = minyi, pg_temp
as $$
begin
  if concerns('submission', new.submission_id, actor_staff()) then
    raise exception 'it concerns who is acting' using errcode = '42501', constraint = 'cases_not_by_concerned';
  end if;
  return new;
end $$;
create trigger seals_not_by_the_concerned before insert or update on seals for each row
  when (new.submission_id is not null) execute function seals_by_the_concerned();

-- ---- What its author can do with number and query code ------------------------------------------------------------------------

-- Number and query code open the receipt of a message. The clock is the one its author is told of: that of the answer.
create function message_receipt(p_number text, p_code_mac bytea)
returns table (number text, kind text, title text, body text, place text, wished_unit text, wished_unit_code text, concerned_units text,
  concerned_unit_codes text, concerned_names text, channel text, received_at timestamptz, arrived_on date, proof bytea, salt bytea,
  recording_hash text, file_hashes text, files jsonb, has_recording boolean, may_be_published boolean, withdrawn_at timestamptz,
  sealed_at timestamptz, state text, ending_code text, ending_text text, original_number text, unit text, due_on date, provisional boolean,
  is_late boolean, is_paused boolean, working_days int, answered_at timestamptz, reopened int, is_public boolean, clock jsonb,
  history jsonb, answers jsonb, additions jsonb, ratings jsonb, can_add boolean, can_withdraw boolean, can_rate boolean, can_reopen boolean)
language plpgsql stable security definer set search_path = minyi, pg_temp
-- Planning it, over all the months of events, takes ten times as long as running it: one plan for a session.
set plan_cache_mode = force_generic_plan set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select s.number, m.kind, m.title, s.body, m.place, w.name, w.code,
    (select string_agg(u.name, '、' order by u.code) from units u where u.id = any (told.concerned)),
    (select string_agg(u.code, ' ' order by u.code) from units u where u.id = any (told.concerned)),
    m.concerned_names, s.channel, s.received_at, s.arrived_on, s.proof, s.salt,
    (select encode(a.sha256, 'hex') from submission_attachments f join attachments a on a.id = f.attachment_id
     where f.submission_id = s.id and f.ordinal = 0),
    (select string_agg(encode(a.sha256, 'hex'), ' ' order by f.ordinal) from submission_attachments f join attachments a on a.id = f.attachment_id
     where f.submission_id = s.id and f.ordinal > 0),
    (select jsonb_agg(jsonb_build_object('name', a.name, 'size', a.size) order by f.ordinal)
     from submission_attachments f join attachments a on a.id = f.attachment_id where f.submission_id = s.id and f.ordinal > 0),
    exists (select from submission_attachments f where f.submission_id = s.id and f.ordinal = 0),
    m.may_be_published, s.withdrawn_at, s.sealed_at, c.state, c.ending_code, c.ending_text,
    (select p.number from public_messages p where p.case_id = c.original_id and p.published_at is not null and p.sealed_at is null),
    u.name, c.due_on, c.provisional, coalesce(c.is_late, c.warning = 'overdue'), c.paused_at is not null, c.working_days_used, c.answered_at,
    c.reopened, exists (select from public_messages p where p.case_id = c.id and p.published_at is not null and p.sealed_at is null),
    -- What the counting day by day is made from.
    (select jsonb_build_object('rule', k.rule_id, 'unit', k.unit_id, 'started', extract(epoch from k.started_at),
       'extended_to', k.extended_to, 'extended', extract(epoch from k.extended_at),
       'pauses', (select coalesce(jsonb_agg(jsonb_build_object('from', extract(epoch from p.from_at), 'until', extract(epoch from p.until_at))
          order by p.from_at), '[]') from clock_pauses p where p.clock_id = k.id))
     from clocks k where k.id = case when c.state = 'received' then c.screening_clock_id else c.clock_id end),
    (select jsonb_agg(jsonb_build_object('at', extract(epoch from e.at),
       'kind', e.kind || case when e.kind in ('screened', 'rescreened') then '_' || e.to_state else '' end) order by e.at, e.id) from events e
     where e.subject = 'case' and e.subject_id = c.id),
    -- Who asks what somebody else has asked is answered with that answer, as the public may read it.
    (select jsonb_agg(jsonb_build_object('body', case when r.case_id = c.id then r.body else r.public_answer end, 'unit', v.name,
       'at', extract(epoch from r.told_at)) order by r.ordinal)
     from replies r join units v on v.id = r.unit_id
     where r.told_at is not null and (r.case_id = c.id or c.state = 'duplicate' and r.id = c.answer_id and r.public_answer <> '')),
    (select jsonb_agg(jsonb_build_object('body', a.body, 'at', extract(epoch from a.added_at)) order by a.ordinal)
     from message_additions a where a.submission_id = s.id),
    (select jsonb_agg(jsonb_build_object('round', t.round, 'resolved', t.resolved, 'attitude', t.attitude, 'speed', t.speed, 'reason', t.reason)
       order by t.round) from message_ratings t where t.submission_id = s.id),
    told.holds and c.is_open and (select count(*) < 20 from message_additions a where a.submission_id = s.id),
    told.holds and c.state in ('received', 'accepted', 'assigned', 'reviewing') and c.answered_at is null,
    told.holds and c.state = 'completed' and not exists (select from message_ratings t where t.submission_id = s.id and t.round = c.reopened),
    told.holds and c.state = 'completed' and c.reopened = 0
  from submissions s join messages m on m.submission_id = s.id join cases c on c.submission_id = s.id
  left join units w on w.id = m.wished_unit_id left join units u on u.id = coalesce(c.unit_id, c.office_id)
  cross join lateral (select s.withdrawn_at is null and s.sealed_at is null as holds, m.told_unit_ids as concerned) told
  where s.number = p_number and s.code_mac = p_code_mac;
end $$;

-- A word more from its author, while the matter is open. Returns added, already (the same form again), empty, too_long, too_many, closed,
-- or unknown where number and code do not fit.
create function add_to_message(p_number text, p_code_mac bytea, p_key uuid, p_body text) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  made int;
begin
  select t.id, c.id as case_id, c.is_open, c.unit_id, c.office_id, c.number, c.due_on, c.provisional, c.concerned_unit_ids, c.concerned_staff_ids,
    c.unit_ids into s
  from submissions t join cases c on c.submission_id = t.id join messages m on m.submission_id = t.id
  where t.number = p_number and t.code_mac = p_code_mac and t.withdrawn_at is null and t.sealed_at is null for update of t;
  if not found then return 'unknown'; end if;
  if exists (select from message_additions where key = p_key) then return 'already'; end if;
  if char_length(coalesce(p_body, '')) = 0 then return 'empty'; end if;
  if char_length(p_body) > 1000 then return 'too_long'; end if;
  if not s.is_open then return 'closed'; end if;
  select coalesce(max(ordinal), 0) + 1 into made from message_additions where submission_id = s.id;
  if made > 20 then return 'too_many'; end if;
  insert into message_additions (submission_id, ordinal, key, body, added_at) values (s.id, made, p_key, p_body, minyi_clock());
  insert into events (at, subject, subject_id, kind, code, unit_ids)
  values (minyi_clock(), 'case', s.case_id, 'addition_received', made::text, s.unit_ids);
  perform notify_author('addition_received', s.id, format('case.%s.addition.%s', s.case_id, made), jsonb_build_object('number', s.number));
  perform notify_staff('addition', array[coalesce(s.unit_id, s.office_id)], array['organiser', 'clerk'],
    format('case.%s.addition.%s', s.case_id, made), jsonb_build_object('case_id', s.case_id, 'number', s.number),
    s.concerned_unit_ids, s.concerned_staff_ids);
  return 'added';
end $$;

-- Rates the newest answer, once; whoever is dissatisfied may have the matter taken up again, once, and says why. Returns rated, reopened,
-- already, malformed, reason_missing, not_answered, reopened_before, or unknown.
create function rate_message(p_number text, p_code_mac bytea, p_resolved text, p_attitude bigint, p_speed bigint, p_reason text, p_reopen boolean)
returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  -- Everyone who works on a case takes its row first.
  perform 1 from cases c join submissions t on t.id = c.submission_id where t.number = p_number and t.code_mac = p_code_mac for update of c;
  select t.id, c.id as case_id, c.state, c.reopened, c.number, c.unit_id, c.unit_ids, c.concerned_unit_ids, c.concerned_staff_ids into s
  from submissions t join cases c on c.submission_id = t.id join messages m on m.submission_id = t.id
  where t.number = p_number and t.code_mac = p_code_mac and t.withdrawn_at is null and t.sealed_at is null;
  if not found then return 'unknown'; end if;
  if p_resolved not in ('yes', 'partly', 'no') or p_attitude not between 1 and 5 or p_speed not between 1 and 5
    or char_length(coalesce(p_reason, '')) > 500 or p_resolved is null or p_attitude is null or p_speed is null
    or p_reopen and p_resolved = 'yes' then return 'malformed'; end if;
  if p_reopen and coalesce(p_reason, '') = '' then return 'reason_missing'; end if;
  if s.state <> 'completed' then return 'not_answered'; end if;
  if exists (select from message_ratings where submission_id = s.id and round = s.reopened) then return 'already'; end if;
  if p_reopen and s.reopened > 0 then return 'reopened_before'; end if;
  insert into message_ratings (submission_id, round, resolved, attitude, speed, reason, rated_at)
  values (s.id, s.reopened, p_resolved, p_attitude, p_speed, coalesce(p_reason, ''), minyi_clock());
  update public_messages set resolved = p_resolved, attitude = p_attitude, speed = p_speed where case_id = s.case_id;
  insert into events (at, subject, subject_id, kind, code, unit_ids)
  values (minyi_clock(), 'case', s.case_id, 'rated', format('%s %s %s', p_resolved, p_attitude, p_speed), s.unit_ids);
  if p_resolved = 'no' or p_attitude <= 2 or p_speed <= 2 then
    perform notify_staff('rated_low', array[s.unit_id], array['organiser', 'clerk', 'approver'], format('case.%s.rated.%s', s.case_id, s.reopened),
      jsonb_build_object('case_id', s.case_id, 'number', s.number), s.concerned_unit_ids, s.concerned_staff_ids);
  end if;
  if not p_reopen then return 'rated'; end if;
  perform reopen_case(s.id, p_reason);
  return 'reopened';
end $$;

-- Taken back by its author while nobody has answered: its words, files, and how to reach its author are deleted; number, dates and
-- proof stay, and it is counted as withdrawn.
create function withdraw_message(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
begin
  perform 1 from cases c join submissions t on t.id = c.submission_id where t.number = p_number and t.code_mac = p_code_mac for update of c;
  select t.id, t.withdrawn_at, t.unit_ids, t.slip_id, c.is_open and c.answered_at is null as is_open into s
  from submissions t join messages m on m.submission_id = t.id join cases c on c.submission_id = t.id
  where t.number = p_number and t.code_mac = p_code_mac and t.sealed_at is null for update of t;
  if not found then return 'unknown'; end if;
  if s.withdrawn_at is not null then return 'already'; end if;
  if not s.is_open then return 'closed'; end if;
  moment := minyi_clock();
  update messages set title = '—', place = '', concerned_names = '', transcription = case when transcription is not null then '—' end
  where submission_id = s.id;
  update message_additions set body = '' where submission_id = s.id;
  update cases set title = '—', place = '' where submission_id = s.id;
  update submissions set withdrawn_at = moment, body = '', public_name = null, slip_id = null where id = s.id;
  delete from contacts c using submissions t
  where t.id = s.id and c.submission_id = t.id and not t.flags && array['threat', 'self_harm'];
  delete from attachments where id = s.slip_id or id in (select attachment_id from submission_attachments where submission_id = s.id);
  insert into events (at, subject, subject_id, kind, unit_ids) values (moment, 'submission', s.id, 'withdrawn', s.unit_ids);
  return 'withdrawn';
end $$;

-- ---- At the desk ----------------------------------------------------------------------------------------------------------

-- What somebody said in a recording, written down by staff; the recording stays beside it.
create function transcribe_message(p_submission_id bigint, p_words text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select t.id, t.unit_ids, t.withdrawn_at, t.sealed_at into s from submissions t join messages m on m.submission_id = t.id
  where t.id = p_submission_id for update of t;
  if not found then raise exception 'unknown message' using errcode = 'P0002'; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk');
  if s.sealed_at is not null then raise exception 'sealed' using errcode = '23514', constraint = 'submissions_sealed'; end if;
  if s.withdrawn_at is not null then raise exception 'withdrawn' using errcode = '23514', constraint = 'submissions_withdrawn'; end if;
  if not exists (select from submission_attachments where submission_id = s.id and ordinal = 0) then
    raise exception 'no recording' using errcode = '23514', constraint = 'messages_recorded';
  end if;
  update messages set transcription = p_words, transcribed_by = actor_staff(), transcribed_at = minyi_clock() where submission_id = s.id;
  update case_words w set grams = array(select distinct g from unnest(w.grams || bigrams(folded(p_words))) g)
  from cases c where c.submission_id = s.id and w.case_id = c.id;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (minyi_clock(), 'submission', s.id, 'transcribed', actor_staff(), s.unit_ids);
end $$;

-- How many earlier messages came from the same phone, of those that who asks may know of.
create function messages_of_same_phone(p_submission_id bigint) returns int
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$
declare s record;
begin
  select t.id, t.unit_ids, c.phone_index into s from submissions t left join contacts c on c.submission_id = t.id where t.id = p_submission_id;
  if not found then return 0; end if;
  perform require_role(s.unit_ids, 'organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor', 'supervisor');
  return (select count(*) from contacts c join submissions t on t.id = c.submission_id
    where c.phone_index = s.phone_index and t.id < s.id and t.kind = 'message' and not concerns('submission', t.id, actor_staff()));
end $$;

-- Names and phones go so many days after a matter has ended, like those of comments. Returns how many were deleted.
create function erase_message_contacts() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare erased int;
begin
  with over as (
    select c.id, c.submission_id, c.unit_ids from contacts k join cases c on c.submission_id = k.submission_id
    -- One that is younger than that cannot be due; the events of the few that are left are looked at.
    where k.created_at <= minyi_clock() - make_interval(days => (select value::int from site_settings where key = 'contact_retention_days'))
      and not c.is_open and (select max(e.at) from events e where e.subject = 'case' and e.subject_id = c.id)
      <= minyi_clock() - make_interval(days => (select value::int from site_settings where key = 'contact_retention_days'))
    limit 10000
  ), gone as (
    delete from contacts k using over o where k.submission_id = o.submission_id returning k.submission_id
  )
  insert into events (at, subject, subject_id, kind, unit_ids)
  select minyi_clock(), 'submission', o.submission_id, 'contact_erased', o.unit_ids from over o join gone g on g.submission_id = o.submission_id;
  get diagnostics erased = row_count;
  return erased;
end $$;

do $$
declare f text;
begin
  foreach f in array array['message_receipt(text, bytea)', 'add_to_message(text, bytea, uuid, text)',
    'rate_message(text, bytea, text, bigint, bigint, text, boolean)', 'withdraw_message(text, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff';
  end loop;
  foreach f in array array['transcribe_message(bigint, text)', 'messages_of_same_phone(bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
end $$;
alter function erase_message_contacts() owner to minyi_guard;
grant execute on function erase_message_contacts() to minyi_work;
