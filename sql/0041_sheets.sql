-- 答卷: what was answered to a questionnaire. A sheet is a submission with its answers beside it; it comes in through a door like that of a
-- comment, which counts quotas and voices in the same transaction.
set local search_path to minyi;
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- (Widened only: every row there fits.)

alter table submissions
  drop constraint submissions_kind, drop constraint submissions_body_length, drop constraint submissions_channel,
  drop constraint submissions_staff_channel,
  add constraint submissions_kind check (kind in ('comment', 'message', 'sheet')),
  add constraint submissions_channel check (channel in
    ('web', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit', 'hotline', 'written', 'kiosk')),
  add constraint submissions_staff_channel check (channel = 'written' or (channel in ('web', 'kiosk')) = (entered_by is null)),
  add constraint submissions_body_length check (char_length(body) between 1 and 5000
    or body = '' and (kind in ('message', 'sheet') or sealed_at is not null or withdrawn_at is not null));

-- One sheet. Its answers are gone once it is withdrawn or sealed, and with them its town and its quotas, which say a part of them.
create table answer_sheets (
  id uuid primary key,
  questionnaire_id bigint not null,
  version int not null,
  submission_id bigint references submissions constraint answer_sheets_submission unique,
  answers jsonb constraint answer_sheets_size check (octet_length(answers::text) <= 131072),
  quotas text[] not null,              -- whose places it holds
  channel text not null,
  town text,
  received_at timestamptz not null,
  entered_by bigint references staff,
  withdrawn_at timestamptz,
  sealed_at timestamptz,
  constraint answer_sheets_version foreign key (questionnaire_id, version) references questionnaire_versions,
  constraint answer_sheets_blank check ((answers is null) = (withdrawn_at is not null or sealed_at is not null))
);
create index answer_sheets_of_questionnaire on answer_sheets (questionnaire_id, received_at, id);

-- What the tally has not seen yet. What it takes away again it finds here: the sheet is blank by then. Beside the answers stands `_town`.
create table sheets_to_tally (
  id bigint generated always as identity primary key,
  sheet_id uuid not null references answer_sheets,
  questionnaire_id bigint not null,
  sign int not null constraint sheets_to_tally_sign check (sign in (1, -1)),
  answers jsonb constraint sheets_to_tally_taken_away check ((answers is null) = (sign = 1))
);
create index sheets_to_tally_of_questionnaire on sheets_to_tally (questionnaire_id, id);
create index sheets_to_tally_of_sheet on sheets_to_tally (sheet_id);

-- What somebody has answered so far. Its id is in the browser's cookie and becomes the key of the submission; the code opens it elsewhere.
create table saved_sheets (
  id uuid primary key,
  questionnaire_id bigint not null references questionnaires,
  version int not null,
  code_mac bytea not null constraint saved_sheets_code_length check (octet_length(code_mac) = 32),
  answers jsonb not null constraint saved_sheets_size check (octet_length(answers::text) <= 131072),
  page text not null,
  pages text[] not null,               -- those it has been on
  revision int not null default 1,     -- who keeps it says which one they have read
  -- Of the browser's tab that kept it last, drawn by its script: the same tab overtakes nobody. Empty without one.
  tab text not null default '' constraint saved_sheets_tab_length check (char_length(tab) <= 40),
  expires_at timestamptz not null,
  constraint saved_sheets_code unique (questionnaire_id, code_mac)
);
create index saved_sheets_by_expiry on saved_sheets (expires_at);

-- How many have begun each page, as differences that are added up: where people stop.
create table page_visits (
  id bigint generated always as identity primary key,
  questionnaire_id bigint not null references questionnaires,
  version int not null,
  page text not null,
  started bigint not null
);
create index page_visits_of_questionnaire on page_visits (questionnaire_id, version, page);

-- 邀请码: one answer each. Nothing here says which one; the hour is all that is kept of when.
create table invitation_codes (
  questionnaire_id bigint not null references questionnaires,
  code_mac bytea not null constraint invitation_codes_length check (octet_length(code_mac) = 32),
  batch int not null,
  made_at timestamptz not null,
  used_at timestamptz,
  voided_at timestamptz,               -- it was not used and counts no longer, as all of its batch that were not
  void_reason text constraint invitation_codes_void_reason check (char_length(void_reason) between 1 and 500),
  primary key (questionnaire_id, code_mac),
  constraint invitation_codes_voided check ((voided_at is null) = (void_reason is null) and (used_at is null or voided_at is null))
);

-- One answer for each browser: a mac of its cookie for this questionnaire. Weak, as cookies can be deleted.
create table browser_voices (
  questionnaire_id bigint not null references questionnaires,
  voice bytea not null constraint browser_voices_length check (octet_length(voice) = 32),
  key uuid not null,                   -- of the submission that has it
  primary key (questionnaire_id, voice)
);
create index browser_voices_by_key on browser_voices (key);

-- 自助填写机: a browser in a public place where one after the other answers. Staff make its link, which opens one device, once; the device
-- is then known by the secret in its cookie. What is sent there is a channel of its own, as nothing keeps anybody from answering twice.
create table kiosks (
  id bigint generated always as identity primary key,
  questionnaire_id bigint not null references questionnaires,
  place text not null constraint kiosks_place_length check (char_length(place) between 1 and 100),
  idle_seconds int not null constraint kiosks_idle_seconds check (idle_seconds between 30 and 600),
  link_mac bytea not null constraint kiosks_link unique,
  device_mac bytea constraint kiosks_device unique,
  made_by bigint references staff,
  made_at timestamptz not null,
  opened_at timestamptz,
  seen_at timestamptz,
  revoked_at timestamptz,
  sheets int not null default 0,
  constraint kiosks_opened check ((device_mac is null) = (opened_at is null))
);
create index kiosks_of_questionnaire on kiosks (questionnaire_id, id);

alter table answer_sheets enable row level security;
alter table sheets_to_tally enable row level security;
alter table saved_sheets enable row level security;
alter table page_visits enable row level security;
alter table invitation_codes enable row level security;
alter table browser_voices enable row level security;
alter table kiosks enable row level security;
grant select (id, questionnaire_id, place, idle_seconds, made_by, made_at, opened_at, seen_at, revoked_at, sheets) on kiosks to minyi_staff;
create policy kiosks_of_visible on kiosks for select to minyi_staff using (questionnaire_id = any (array(select id from questionnaires)));
grant select, update on kiosks to minyi_intake;
create policy kiosks_intake on kiosks to minyi_intake using (true) with check (true);
grant select, insert, update on kiosks to minyi_guard;
create policy kiosks_guard on kiosks to minyi_guard using (true) with check (true);
grant select on answer_sheets, page_visits to minyi_staff;
grant select (questionnaire_id, batch, made_at, used_at, voided_at, void_reason) on invitation_codes to minyi_staff;
create policy answer_sheets_of_my_units on answer_sheets for select to minyi_staff using (questionnaire_id = any (array(
  select q.id from questionnaires q where q.unit_ids && actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))));
create policy page_visits_of_visible on page_visits for select to minyi_staff using (questionnaire_id = any (array(select id from questionnaires)));
create policy invitation_codes_of_visible on invitation_codes for select to minyi_staff
  using (questionnaire_id = any (array(select id from questionnaires)));
grant select, insert on answer_sheets to minyi_intake;
grant insert on sheets_to_tally to minyi_intake;
grant select, insert, update, delete on saved_sheets to minyi_intake;
grant insert on page_visits to minyi_intake;
grant select, update on invitation_codes to minyi_intake;
grant select, insert, delete on browser_voices to minyi_intake;
create policy answer_sheets_intake on answer_sheets to minyi_intake using (true) with check (true);
create policy sheets_to_tally_intake on sheets_to_tally for insert to minyi_intake with check (true);
create policy saved_sheets_intake on saved_sheets to minyi_intake using (true) with check (true);
create policy page_visits_intake on page_visits for insert to minyi_intake with check (true);
create policy invitation_codes_intake on invitation_codes to minyi_intake using (true) with check (true);
create policy browser_voices_intake on browser_voices to minyi_intake using (true) with check (true);
grant select, update on answer_sheets to minyi_guard;
grant select, insert, update, delete on sheets_to_tally, page_visits to minyi_guard;
grant select, delete on saved_sheets, browser_voices to minyi_guard;
grant select, insert, update on invitation_codes to minyi_guard;
create policy answer_sheets_guard on answer_sheets to minyi_guard using (true) with check (true);
create policy sheets_to_tally_guard on sheets_to_tally to minyi_guard using (true) with check (true);
create policy saved_sheets_guard on saved_sheets to minyi_guard using (true);
create policy page_visits_guard on page_visits to minyi_guard using (true) with check (true);
create policy invitation_codes_guard on invitation_codes to minyi_guard using (true) with check (true);
create policy browser_voices_guard on browser_voices to minyi_guard using (true);

-- The database's time and the state at a moment, as before but without a search path of their own, which took some 15 µs to set each time. The
-- clock becomes a part of what asks for it; so does the state where the moment was read before.
create or replace function minyi_clock() returns timestamptz language sql volatile
as $$ select pg_catalog.clock_timestamp() $$;
create or replace function state_at(state text, opens_at timestamptz, closes_at timestamptz, moment timestamptz) returns text
language sql immutable
as $$
  select case
    when state in ('announced', 'open') and moment >= closes_at then 'closed'
    when state = 'announced' and moment >= opens_at then 'open'
    else state end
$$;

-- The canonical form of a sheet, version 1: as that of a comment (0006), with its own header and fields. The answers are JSON as PostgreSQL
-- writes it, which is how the receipt shows them.
create function sheet_form(number text, questionnaire text, version int, channel text, received_at timestamptz, answers jsonb)
returns text language sql stable
as $$
  select pg_catalog.concat('minyi-sheet-v1', e'\n',
    'number:', pg_catalog.octet_length(number), ':', number, e'\n',
    'questionnaire:', pg_catalog.octet_length(questionnaire), ':', questionnaire, e'\n',
    'version:', pg_catalog.octet_length(version::text), ':', version, e'\n',
    'channel:', pg_catalog.octet_length(channel), ':', channel, e'\n',
    'received:27:', pg_catalog.to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e'\n',
    'answers:', pg_catalog.octet_length(answers::text), ':', answers::text, e'\n')
$$;
grant execute on function sheet_form(text, text, int, text, timestamptz, jsonb) to minyi_intake, minyi_guard;

-- Takes any number of sheets as `intake` takes comments: one array a column, one element a row, an outcome for each. Lists within a row
-- (quotas, files) come as the text of an array. The answers were read and judged by the server before; here it is decided whether they may
-- come in: version, state, time, size, one voice, a place in each quota. From the web only the newest version is taken; who enters paper
-- names the version it was printed from. `p_first_pages` is the first page that was shown: a sheet that was never saved is counted as begun.
-- Outcomes: accepted, already, key_reused, unknown_questionnaire, not_open, suspended, closed, entry_over, arrived_late, changed, full,
-- quota (`quota` says which), voice_needed, voice_used, code_needed, code_unknown, code_void, code_used, unknown_file, not_allowed, malformed, empty, too_long.
create function intake_sheets(p_keys uuid[], p_questionnaires text[], p_versions bigint[], p_answers text[], p_quotas text[], p_voices bytea[],
  p_invitations bytea[], p_towns text[], p_first_pages text[], p_file_ids text[], p_channels text[], p_salts bytea[], p_code_macs bytea[],
  p_arrived_on date[], p_staff_ids bigint[], p_grants text[])
returns table (ordinal bigint, outcome text, quota text, submission_id bigint, number text, received_at timestamptz, proof bytea)
language plpgsql security definer set search_path = minyi, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
declare
  moment timestamptz;
  prefix text;
  verdicts text[];
  ids bigint[];
  told text[] := array_fill(null::text, array[cardinality(p_keys)]);   -- the quota that was full
  room jsonb;                          -- places left by questionnaire and code
  spent bytea[] := '{}';
  taken bigint[];
  r record;
  place text;
  refusal text;
  twin bigint;
begin
  -- Closing takes these rows FOR UPDATE: whoever is second sees what the first has done. What is over is not locked.
  perform 1 from questionnaires q
  where q.number = any (p_questionnaires) and greatest(q.closes_at, q.entry_until) > minyi_clock() order by q.id for share;
  perform 1 from quota_counts c join questionnaires q on q.id = c.questionnaire_id
  where q.number = any (p_questionnaires) and greatest(q.closes_at, q.entry_until) > minyi_clock()
  order by c.questionnaire_id, c.code for update of c;
  perform 1 from invitation_codes c join questionnaires q on q.id = c.questionnaire_id
  where q.number = any (p_questionnaires) and c.code_mac = any (p_invitations) order by c.questionnaire_id, c.code_mac for update of c;
  moment := minyi_clock();             -- read once, after the locks: compared and stored alike
  select value into prefix from site_settings where key = 'number_prefix';

  -- Without a place in a quota yet.
  select array_agg(j.verdict order by j.ordinal), array_agg(j.questionnaire_id order by j.ordinal) into verdicts, ids
  from (
    select i.ordinal, q.id as questionnaire_id,
      case
        when q.id is null or q.state = 'preparing' then 'unknown_questionnaire'
        -- What verified persons answer comes in by another door, without a number.
        when i.channel in ('web', 'kiosk') and q.voice = 'person' then 'not_allowed'
        when i.channel = 'web' and session_user <> 'minyi_public' then 'not_allowed'
        -- A kiosk says in place of a voice which one it is.
        when i.channel = 'kiosk' and (session_user <> 'minyi_public' or not exists (select from kiosks k
          where k.device_mac = i.voice and k.questionnaire_id = q.id and k.revoked_at is null)) then 'not_allowed'
        when i.channel not in ('web', 'kiosk') and (session_user <> 'minyi_staff' or i.staff_id is null or not q.unit_ids && granted_units(i.grants)) then 'not_allowed'
        when i.channel is null or i.channel not in ('web', 'kiosk', 'counter', 'phone', 'letter', 'mail', 'meeting', 'visit')
          or char_length(i.town) > 100 or char_length(i.first_page) > 100 or cardinality(coalesce(i.files_text, '{}')::uuid[]) > 5 then 'malformed'
        when octet_length(i.answers) > 65536 then 'too_long'
        when jsonb_typeof(i.answers::jsonb) is distinct from 'object' then 'malformed'
        when i.answers::jsonb = '{}' then 'empty'
        when q.state in ('terminated', 'published') then 'closed'
        when moment < q.opens_at then 'not_open'
        when i.channel in ('web', 'kiosk') and (moment >= q.closes_at or q.closed_at is not null) then 'closed'
        when i.channel in ('web', 'kiosk') and q.state = 'suspended' then 'suspended'
        when i.channel not in ('web', 'kiosk') and moment >= q.entry_until then 'entry_over'
        when i.channel not in ('web', 'kiosk') and (i.arrived_on is null or i.arrived_on > (moment at time zone 'Asia/Shanghai')::date
          or i.arrived_on > ((coalesce(q.closed_at, q.closes_at) - interval '1 microsecond') at time zone 'Asia/Shanghai')::date) then 'arrived_late'
        when i.channel in ('web', 'kiosk') and i.version is distinct from q.version then 'changed'
        when i.version is null or not i.version between 1 and q.version then 'changed'
        when i.channel = 'web' and q.voice = 'browser' and i.voice is null then 'voice_needed'
        when i.channel = 'web' and q.voice = 'code' and i.invitation is null then 'code_needed'
        when i.channel = 'web' and q.voice = 'code' and c.code_mac is null then 'code_unknown'
        when i.channel = 'web' and q.voice = 'code' and c.voided_at is not null then 'code_void'
        when i.channel = 'web' and q.voice = 'code' and c.used_at is not null then 'code_used'
        when exists (select from unnest(coalesce(i.files_text, '{}')::uuid[]) f (id)
            left join attachments a on a.id = f.id and a.expires_at > moment and a.media_type not like 'audio/%'
              and (case when i.channel in ('web', 'kiosk') then a.uploaded_by is null and a.form_key = i.key else a.uploaded_by = i.staff_id end)
            where a.id is null) then 'unknown_file'
        else 'ok' end as verdict
    from unnest(p_keys, p_questionnaires, p_versions, p_answers, p_voices, p_invitations, p_towns, p_first_pages, p_file_ids, p_channels,
        p_arrived_on, p_staff_ids, p_grants)
      with ordinality i (key, questionnaire, version, answers, voice, invitation, town, first_page, files_text, channel, arrived_on,
        staff_id, grants, ordinal)
    left join questionnaires q on q.number = i.questionnaire
    left join invitation_codes c on c.questionnaire_id = q.id and c.code_mac = i.invitation
  ) j;

  -- A voice is taken first, and given back below by who finds no place.
  insert into browser_voices (questionnaire_id, voice, key)
  select distinct on (q.id, i.voice) q.id, i.voice, i.key
  from unnest(p_keys, p_voices, p_channels, verdicts, ids) with ordinality i (key, voice, channel, verdict, questionnaire_id, ordinal)
  join questionnaires q on q.id = i.questionnaire_id
  where i.verdict = 'ok' and i.channel = 'web' and q.voice = 'browser' and i.voice is not null and (select s.id from submissions s where s.key = i.key) is null
  order by q.id, i.voice, i.ordinal
  on conflict (questionnaire_id, voice) do nothing;

  -- One after the other, and only where something is scarce. A key is judged once however often it came, by the one that would be stored;
  -- what becomes of that one becomes of all of them.
  select jsonb_object_agg(concat(c.questionnaire_id, ' ', c.code), c.most - c.taken) into room
  from quota_counts c where c.questionnaire_id = any (ids) and c.most is not null;
  for r in
    select i.ordinal, i.key, i.questionnaire_id, coalesce(i.quotas, '{}')::text[] as quotas, q.voice as rule,
      case when q.voice = 'code' then i.invitation end as invitation, v.key as holder
    from unnest(p_keys, p_quotas, p_voices, p_invitations, p_channels, verdicts, ids)
      with ordinality i (key, quotas, voice, invitation, channel, verdict, questionnaire_id, ordinal)
    join questionnaires q on q.id = i.questionnaire_id
    left join browser_voices v on v.questionnaire_id = q.id and v.voice = i.voice
    where i.verdict = 'ok' and (room is not null or i.channel = 'web' and q.voice in ('browser', 'code'))
      and (select s.id from submissions s where s.key = i.key) is null
      and i.ordinal = (select min(k.place) from unnest(p_keys, verdicts) with ordinality k (key, verdict, place)
        where k.key = i.key and k.verdict = 'ok')
    order by i.ordinal
  loop
    refusal := null;
    if r.rule = 'browser' and r.holder is not null and r.holder <> r.key then refusal := 'voice_used';
    elsif r.invitation = any (spent) then refusal := 'code_used';
    else
      foreach place in array array_prepend('', r.quotas) loop
        if (room ->> concat(r.questionnaire_id, ' ', place))::int <= 0 then
          refusal := case when place = '' then 'full' else 'quota' end;
          told[r.ordinal] := place;
          exit;
        end if;
      end loop;
    end if;
    if refusal is not null then
      for twin in select k.place from unnest(p_keys, verdicts) with ordinality k (key, verdict, place) where k.key = r.key and k.verdict = 'ok' loop
        verdicts[twin] := refusal;
        told[twin] := told[r.ordinal];
      end loop;
      delete from browser_voices where key = r.key;
      continue;
    end if;
    if r.invitation is not null then spent := spent || r.invitation; end if;
    foreach place in array array_prepend('', r.quotas) loop
      if room ? concat(r.questionnaire_id, ' ', place) then
        room := jsonb_set(room, array[concat(r.questionnaire_id, ' ', place)],
          to_jsonb((room ->> concat(r.questionnaire_id, ' ', place))::int - 1));
      end if;
    end loop;
  end loop;

  with numbered as materialized (
    select n.*, public_number(prefix, moment, nextval('submission_numbers')) as new_number, n.answers_text::jsonb as answers
    from (select distinct on (i.key) i.*, q.number as questionnaire, q.unit_ids, q.voice as rule
          from unnest(p_keys, p_versions, p_answers, p_quotas, p_voices, p_invitations, p_towns, p_first_pages, p_file_ids, p_channels, p_salts, p_code_macs,
              p_arrived_on, p_staff_ids, verdicts, ids)
            with ordinality i (key, version, answers_text, quotas, voice, invitation, town, first_page, files, channel, salt, code_mac, arrived_on,
              staff_id, verdict, questionnaire_id, ordinal)
          join questionnaires q on q.id = i.questionnaire_id
          where i.verdict = 'ok' and (select s.id from submissions s where s.key = i.key) is null
          order by i.key, i.ordinal) n
  ), inserted as (
    insert into submissions (number, key, kind, body, channel, received_at, arrived_on, entered_by, submitter, salt, proof, code_mac, unit_ids)
    select n.new_number, n.key, 'sheet', '', n.channel, moment, n.arrived_on, case when n.channel not in ('web', 'kiosk') then n.staff_id end, 'person', n.salt,
      sha256(n.salt || convert_to(sheet_form(n.new_number, n.questionnaire, n.version::int, n.channel, moment, n.answers), 'UTF8')),
      n.code_mac, n.unit_ids
    from numbered n
    on conflict (key) do nothing
    returning id, key
  ), stored as materialized (
    select s.id, gen_random_uuid() as sheet_id, n.* from inserted s join numbered n on n.key = s.key
  ), answered as (
    insert into answer_sheets (id, questionnaire_id, version, submission_id, answers, quotas, channel, town, received_at, entered_by)
    select sheet_id, questionnaire_id, version, id, answers, coalesce(quotas, '{}')::text[], channel, town, moment,
      case when channel not in ('web', 'kiosk') then staff_id end
    from stored
    returning id, questionnaire_id
  ), to_tally as (
    insert into sheets_to_tally (sheet_id, questionnaire_id, sign) select id, questionnaire_id, 1 from answered
  ), begun as (
    insert into page_visits (questionnaire_id, version, page, started)
    select questionnaire_id, version, first_page, count(*) from stored
    where first_page is not null and key not in (select id from saved_sheets where id = any (p_keys)) group by 1, 2, 3
  ), filed as (
    insert into submission_attachments (submission_id, ordinal, attachment_id)
    select s.id, f.place, f.id from stored s, unnest(coalesce(s.files, '{}')::uuid[]) with ordinality f (id, place)
  ), claimed as (
    update attachments a set expires_at = null, unit_ids = s.unit_ids from stored s where a.id = any (coalesce(s.files, '{}')::uuid[])
  ), held as (
    update quota_counts c set taken = c.taken + h.sheets
    from (select s.questionnaire_id, k.code, count(*)::int as sheets
          from stored s, unnest(array_prepend('', coalesce(s.quotas, '{}')::text[])) k (code) group by 1, 2) h
    where c.questionnaire_id = h.questionnaire_id and c.code = h.code
  ), used as (
    update invitation_codes c set used_at = date_trunc('hour', moment) from stored s
    where s.rule = 'code' and s.channel = 'web' and c.questionnaire_id = s.questionnaire_id and c.code_mac = s.invitation
  ), at_kiosk as (
    update kiosks k set sheets = k.sheets + h.sheets, seen_at = moment
    from (select voice, count(*)::int as sheets from stored where channel = 'kiosk' group by 1) h where k.device_mac = h.voice
  ), sent as (
    delete from saved_sheets w using stored s where w.id = s.key
  )
  select array_agg(s.ordinal) into taken from stored s;

  -- Who took the last place of all tells everyone.
  if room is not null and taken is not null then
    perform show_questionnaire(x.id) from (select distinct k.id from unnest(ids) k (id)) x
    where (room ->> concat(x.id, ' '))::int = 0
      and not exists (select from public_questionnaires p where p.questionnaire_id = x.id and p.is_full);
  end if;

  -- A second statement has a new snapshot: it sees the row that a concurrent twin has just committed.
  return query
  select v.ordinal,
    case when s.id is null then v.verdict
         when a.id is null or a.questionnaire_id is distinct from v.questionnaire_id or a.answers <> v.answers::jsonb then 'key_reused'
         when v.ordinal = any (taken) then 'accepted'
         else 'already' end,
    case when s.id is null then v.quota end, s.id, s.number, s.received_at, s.proof
  from unnest(p_keys, verdicts, told, ids, p_answers) with ordinality v (key, verdict, quota, questionnaire_id, answers, ordinal)
  left join submissions s on s.key = v.key
  left join answer_sheets a on a.submission_id = s.id
  order by v.ordinal;
end $$;
alter function intake_sheets(uuid[], text[], bigint[], text[], text[], bytea[], bytea[], text[], text[], text[], text[], bytea[], bytea[],
  date[], bigint[], text[]) owner to minyi_intake;
grant execute on function intake_sheets(uuid[], text[], bigint[], text[], text[], bytea[], bytea[], text[], text[], text[], text[], bytea[], bytea[],
  date[], bigint[], text[]) to minyi_public, minyi_staff;
grant select on public_questionnaires to minyi_intake;

-- ---- What is not sent yet ---------------------------------------------------------------------------------------------------

-- Keeps what somebody has answered. `p_pages` are those they have been on since, the last one is where they are now. It stays, with the
-- files its answers name, for thirty days or until a week after the end; at a kiosk, where nobody comes back for it, for an hour. The answers are all of them; of the quotas they belong to, one that
-- is full is told at once, so that nobody answers the rest in vain. `p_revision` is the one that was read, 0 when nothing was there: another tab or
-- device may have kept something else meanwhile. Null overwrites whatever is there.
-- Outcomes: elsewhere (another revision is there), saved, quota or full (saved, but it could not be sent), suspended (likewise), sent (it was sent meanwhile), unknown_questionnaire, not_open, closed,
-- changed (another version holds now), malformed, too_long.
create function save_sheet(p_id uuid, p_questionnaire text, p_version bigint, p_code_mac bytea, p_answers text, p_pages text[], p_quotas text[],
  p_revision bigint, p_tab text, p_at_kiosk boolean)
returns table (outcome text, quota text)
language plpgsql security definer set search_path = minyi, pg_temp
as $$
#variable_conflict use_column
declare
  q questionnaires;
  moment timestamptz := minyi_clock();
  here text := p_pages[cardinality(p_pages)];
  seen text[];
  stands int;
  tab_there text;
  told text;
  full_one text;
begin
  select * into q from questionnaires where number = p_questionnaire;
  -- Waits for the door that is just taking it, and then sees that it was sent.
  select w.pages, case when w.expires_at > moment then w.revision else 0 end, w.tab into seen, stands, tab_there
  from saved_sheets w where w.id = p_id and w.questionnaire_id = q.id for update;
  told := case
    when q.id is null or q.state = 'preparing' then 'unknown_questionnaire'
    when q.state in ('terminated', 'published') or moment >= q.closes_at or q.closed_at is not null then 'closed'
    when moment < q.opens_at then 'not_open'
    when p_version is distinct from q.version then 'changed'
    when octet_length(p_answers) > 65536 then 'too_long'
    when q.voice = 'person' then 'malformed'   -- stays in the browser
    when jsonb_typeof(p_answers::jsonb) is distinct from 'object' or here is null or octet_length(p_pages::text) > 500 then 'malformed'
    when exists (select from submissions s where s.key = p_id) then 'sent'
    when coalesce(stands, 0) <> p_revision and (p_tab = '' or tab_there <> p_tab) then 'elsewhere' end;
  if told is not null then return query select told, null::text; return; end if;
  insert into saved_sheets as w (id, questionnaire_id, version, code_mac, answers, page, pages, tab, expires_at)
  values (p_id, q.id, p_version, p_code_mac, p_answers::jsonb, here, p_pages, left(p_tab, 40),
    least(moment + case when p_at_kiosk then interval '1 hour' else interval '30 days' end, q.closes_at + interval '7 days'))
  on conflict (id) do update set version = excluded.version, answers = excluded.answers, page = excluded.page,
    pages = array(select distinct p from unnest(w.pages || excluded.pages) p), expires_at = excluded.expires_at,
    revision = w.revision + 1, tab = excluded.tab
  where w.questionnaire_id = excluded.questionnaire_id
    and (p_revision is null or p_tab <> '' and w.tab = p_tab or p_revision = case when w.expires_at > moment then w.revision else 0 end);
  if not found then
    return query select case when exists (select from saved_sheets w where w.id = p_id and w.questionnaire_id = q.id) then 'elsewhere'
      else 'malformed' end, null::text;
    return;
  end if;
  -- Its files wait as long, as far as what waits longer than a day has room in one.
  update attachments a set expires_at = w.expires_at from saved_sheets w
  where w.id = p_id and a.form_key = p_id and a.expires_at > moment and a.expires_at < w.expires_at - interval '1 day'
    and position(a.id::text in lower(p_answers)) > 0
    and a.size + (select coalesce(sum(o.size), 0) from attachments o where o.form_key is not null and o.expires_at > moment + interval '1 day')
      <= (select value::bigint * 1048576 from site_settings where key = 'upload_megabytes_a_day');
  insert into page_visits (questionnaire_id, version, page, started)
  select distinct q.id, p_version::int, p, 1 from unnest(p_pages) p where p <> all (coalesce(seen, '{}'));
  select c.code into full_one from quota_counts c
  where c.questionnaire_id = q.id and (c.code = '' or c.code = any (p_quotas)) and c.taken >= c.most order by c.code limit 1;
  return query select case when q.state = 'suspended' then 'suspended' when full_one is null then 'saved' when full_one = '' then 'full'
    else 'quota' end, full_one;
end $$;

-- What was saved under this id, which only the browser that made it knows. What was sent is shown no more, although a page that was still
-- open may have saved it in that very moment: it goes with the sweep.
-- `changed`: the pages that corrections have changed since, by their codes.
create function saved_sheet(p_id uuid)
returns table (questionnaire text, version int, answers jsonb, page text, changed text[], revision int, tab text, expires_at timestamptz)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select q.number, w.version, w.answers, w.page, case when w.version = q.version then '{}' else array(
      select p.value ->> 'code' from questionnaire_versions n, jsonb_array_elements(n.content -> 'pages') p
      where n.questionnaire_id = q.id and n.version = q.version and not exists (
        select from questionnaire_versions o, jsonb_array_elements(o.content -> 'pages') before
        where o.questionnaire_id = q.id and o.version = w.version and before.value = p.value)) end, w.revision, w.tab, w.expires_at
  from saved_sheets w join questionnaires q on q.id = w.questionnaire_id
  where w.id = p_id and w.expires_at > minyi_clock() and not exists (select from submissions s where s.key = w.id)
$$;

-- The same by the code, for another browser.
create function saved_sheet_by_code(p_questionnaire text, p_code_mac bytea) returns uuid
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select w.id from saved_sheets w join questionnaires q on q.id = w.questionnaire_id
  where q.number = p_questionnaire and w.code_mac = p_code_mac and w.expires_at > minyi_clock()
    and not exists (select from submissions s where s.key = w.id)
$$;

-- The number of what was sent under this key, which only the browser that made it knows; null when nothing was.
create function sent_sheet(p_questionnaire text, p_key uuid) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select s.number from submissions s join answer_sheets a on a.submission_id = s.id join questionnaires q on q.id = a.questionnaire_id
  where s.key = p_key and q.number = p_questionnaire
$$;

-- Whether a browser has its one answer in already: said before it answers in vain.
create function browser_has_answered(p_questionnaire text, p_voice bytea) returns boolean
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select exists (select from browser_voices b join questionnaires q on q.id = b.questionnaire_id
    where q.number = p_questionnaire and b.voice = p_voice)
$$;

-- Somebody begins anew.
create function discard_sheet(p_id uuid) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update attachments a set expires_at = minyi_clock() where a.form_key = p_id and a.expires_at > minyi_clock();
  delete from saved_sheets where id = p_id;
  return found;
end $$;

-- Whether an invitation may still be used: open, used, void, or unknown.
create function invitation(p_questionnaire text, p_code_mac bytea) returns text
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select coalesce((select case when c.used_at is not null then 'used' when c.voided_at is not null then 'void' else 'open' end
    from invitation_codes c join questionnaires q on q.id = c.questionnaire_id
    where q.number = p_questionnaire and c.code_mac = p_code_mac), 'unknown')
$$;

do $$
declare f text;
begin
  foreach f in array array['save_sheet(uuid, text, bigint, bytea, text, text[], text[], bigint, text, boolean)', 'saved_sheet(uuid)', 'saved_sheet_by_code(text, bytea)',
    'sent_sheet(text, uuid)', 'browser_has_answered(text, bytea)', 'discard_sheet(uuid)', 'invitation(text, bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_intake';
    execute 'grant execute on function ' || f || ' to minyi_public';
  end loop;
end $$;

create function erase_saved_sheets() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare gone int;
begin
  delete from saved_sheets w where w.expires_at <= minyi_clock() or exists (select from submissions s where s.key = w.id);
  get diagnostics gone = row_count;
  return gone;
end $$;

-- Puts the differences of a questionnaire together when there are many. Returns how many rows are gone.
create function compact_page_visits() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  gone int := 0;
  asked bigint;
  fewer int;
begin
  for asked in select questionnaire_id from page_visits group by questionnaire_id
    having count(*) > 100 and count(*) > 2 * count(distinct (version, page)) loop
    with old as (
      delete from page_visits where questionnaire_id = asked returning *
    ), made as (
      insert into page_visits (questionnaire_id, version, page, started) select asked, version, page, sum(started) from old group by version, page
      returning 1
    )
    select (select count(*) from old) - (select count(*) from made) into fewer;
    gone := gone + fewer;
  end loop;
  return gone;
end $$;
alter function erase_saved_sheets() owner to minyi_guard;
alter function compact_page_visits() owner to minyi_guard;
grant execute on function erase_saved_sheets(), compact_page_visits() to minyi_work;

-- ---- Afterwards -------------------------------------------------------------------------------------------------------------

-- The receipt of a sheet. `form` is the text whose salted SHA-256 is the proof; null once the answers are gone.
create function sheet_receipt(p_number text, p_code_mac bytea)
returns table (number text, questionnaire text, kind text, title text, state text, voice text, results_shown text,
  closes_at timestamptz, version int,
  newest_version int, answers jsonb, channel text, received_at timestamptz, arrived_on date, proof bytea, salt bytea, form text,
  withdrawn_at timestamptz, sealed_at timestamptz, can_withdraw boolean, host_number text, host_title text)
language plpgsql stable security definer set search_path = minyi, pg_temp   -- keeps its plan, which a function in SQL makes anew each time
as $$
#variable_conflict use_column
begin
  return query
  select s.number, q.number, q.kind, q.title, state_at(q.state, q.opens_at, q.closes_at, minyi_clock()), q.voice, q.results_shown, q.closes_at,
    a.version, q.version, a.answers, a.channel, a.received_at, s.arrived_on, s.proof, s.salt,
    case when a.answers is not null then sheet_form(s.number, q.number, a.version, a.channel, a.received_at, a.answers) end,
    a.withdrawn_at, a.sealed_at,
    a.withdrawn_at is null and a.sealed_at is null and q.state in ('announced', 'open', 'suspended') and minyi_clock() < q.closes_at,
    h.number, h.title
  from submissions s join answer_sheets a on a.submission_id = s.id join questionnaires q on q.id = a.questionnaire_id
  left join public_procedures h on h.procedure_id = q.procedure_id
  where s.number = p_number and s.code_mac = p_code_mac;
end $$;

-- What the version asked that a sheet has answered. Apart from the receipt, as who serves reads it once for a version.
create function sheet_asked(p_number text, p_code_mac bytea) returns table (content jsonb)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select v.content from submissions s join answer_sheets a on a.submission_id = s.id
  join questionnaire_versions v on v.questionnaire_id = a.questionnaire_id and v.version = a.version
  where s.number = p_number and s.code_mac = p_code_mac
$$;

-- Whether number and code belong together, and to what.
create function receipt_kind(p_number text, p_code_mac bytea) returns text
language plpgsql stable security definer set search_path = minyi, pg_temp
as $$ begin return (select kind from submissions where number = p_number and code_mac = p_code_mac); end $$;

-- The answers of a sheet leave it, its files and whatever counts it.
create function blank_sheet(p_submission_id bigint, p_withdrawn_at timestamptz, p_sealed_at timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare a answer_sheets;
begin
  -- Not stronger: the tally refers to the sheet while it holds what this then waits for.
  select * into a from answer_sheets where submission_id = p_submission_id for no key update;
  if not found or a.answers is null then return; end if;
  delete from saved_sheets where id = (select key from submissions where id = p_submission_id);
  -- What the tally has not seen it need not see: it holds the row while it counts, and then it is gone.
  delete from sheets_to_tally where sheet_id = a.id and sign = 1;
  if not found then
    insert into sheets_to_tally (sheet_id, questionnaire_id, sign, answers)
    values (a.id, a.questionnaire_id, -1, a.answers || jsonb_strip_nulls(jsonb_build_object('_town', a.town)));
  end if;
  update answer_sheets set answers = null, town = null, quotas = '{}', withdrawn_at = p_withdrawn_at, sealed_at = p_sealed_at where id = a.id;
end $$;
alter function blank_sheet(bigint, timestamptz, timestamptz) owner to minyi_guard;

-- A sheet is taken back, whoever does it, after the caller has locked its questionnaire, the quotas and the submission: its answers are
-- deleted, its places are free again, and its browser may answer anew.
create function take_sheet_back(p_submission_id bigint, p_moment timestamptz, p_kind text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  was_full boolean;
begin
  select t.id, t.key, t.unit_ids, a.questionnaire_id, a.quotas into s
  from submissions t join answer_sheets a on a.submission_id = t.id where t.id = p_submission_id;
  perform blank_sheet(s.id, p_moment, null);
  update submissions set withdrawn_at = p_moment where id = s.id;
  delete from attachments where id in (select attachment_id from submission_attachments where submission_id = s.id);
  delete from browser_voices where key = s.key;
  was_full := exists (select from public_questionnaires p where p.questionnaire_id = s.questionnaire_id and p.is_full);
  update quota_counts c set taken = taken - 1 where c.questionnaire_id = s.questionnaire_id and (c.code = '' or c.code = any (s.quotas));
  if was_full then perform show_questionnaire(s.questionnaire_id); end if;
  insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
  values (p_moment, 'submission', s.id, p_kind, actor_staff(), s.unit_ids);
end $$;
alter function take_sheet_back(bigint, timestamptz, text) owner to minyi_guard;

-- Taken back by its author until closing: its answers are deleted, its places are free again, and its browser may answer anew. An invitation
-- stays used: nothing says which one it was. Returns withdrawn, already, closed, or unknown.
create function withdraw_sheet(p_number text, p_code_mac bytea) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s record;
  moment timestamptz;
begin
  select t.id, a.questionnaire_id into s
  from submissions t join answer_sheets a on a.submission_id = t.id
  where t.number = p_number and t.code_mac = p_code_mac and t.sealed_at is null;
  if not found then return 'unknown'; end if;
  perform 1 from questionnaires q where q.id = s.questionnaire_id for share;
  perform 1 from quota_counts c where c.questionnaire_id = s.questionnaire_id order by c.code for update;
  perform 1 from submissions t where t.id = s.id and t.withdrawn_at is null and t.sealed_at is null for update;
  if not found then return 'already'; end if;
  moment := minyi_clock();
  if not exists (select from questionnaires q where q.id = s.questionnaire_id and q.state in ('announced', 'open', 'suspended')
    and moment < q.closes_at) then
    return 'closed';
  end if;
  perform take_sheet_back(s.id, moment, 'withdrawn');
  return 'withdrawn';
end $$;
alter function sheet_receipt(text, bytea) owner to minyi_guard;
alter function sheet_asked(text, bytea) owner to minyi_guard;
alter function receipt_kind(text, bytea) owner to minyi_guard;
alter function withdraw_sheet(text, bytea) owner to minyi_guard;
grant execute on function sheet_receipt(text, bytea), sheet_asked(text, bytea), receipt_kind(text, bytea), withdraw_sheet(text, bytea) to minyi_public, minyi_staff;

-- A sealed sheet is counted no longer; it did answer, and keeps its place in the quotas.
create function sheet_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into sealed_contents (seal_id, source, source_id, content)
  select s.id, 'sheet', new.id, a.answers::text from seals s join answer_sheets a on a.submission_id = new.id and a.answers is not null
  where s.submission_id = new.id and s.declined_at is null;
  perform blank_sheet(new.id, null, new.sealed_at);
  update attachments set unit_ids = '{}' where id in (select f.attachment_id from submission_attachments f where f.submission_id = new.id);
  return null;
end $$;
alter function sheet_sealed() owner to minyi_guard;
create trigger submissions_sheet_sealed after update of sealed_at on submissions for each row
  when (new.kind = 'sheet' and old.sealed_at is null and new.sealed_at is not null) execute function sheet_sealed();

-- Invitations in a batch; their codes are shown to who made them and kept nowhere. Returns the number of the batch.
create function make_invitations(p_questionnaire_id bigint, p_code_macs bytea[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_questionnaire_id);
  made int;
begin
  if q.voice <> 'code' or q.state in ('closed', 'published', 'terminated') then
    raise exception 'takes no invitations' using errcode = '23514', constraint = 'questionnaires_without_codes';
  end if;
  if cardinality(p_code_macs) not between 1 and 10000 then
    raise exception 'too many' using errcode = '23514', constraint = 'invitation_codes_batch';
  end if;
  select coalesce(max(c.batch), 0) + 1 into made from invitation_codes c where c.questionnaire_id = q.id;
  insert into invitation_codes (questionnaire_id, code_mac, batch, made_at)
  select q.id, m, made, minyi_clock() from unnest(p_code_macs) m order by m;
  perform questionnaire_event(q, 'invited', q.state, cardinality(p_code_macs)::text);
  return made;
end $$;
alter function make_invitations(bigint, bytea[]) owner to minyi_guard;
grant execute on function make_invitations(bigint, bytea[]) to minyi_staff;

-- What was not used of a batch counts no longer: letters that went astray, a list that others have seen. Returns how many those were. Sheets
-- that are coming in hold the questionnaire meanwhile, so that each code is either used or void.
create function void_invitations(p_questionnaire_id bigint, p_batch bigint, p_reason text) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_questionnaire_id);
  gone int;
begin
  if q.state in ('closed', 'published', 'terminated') then perform refuse('questionnaires_not_open'); end if;
  update invitation_codes set voided_at = minyi_clock(), void_reason = p_reason
  where questionnaire_id = q.id and batch = p_batch and used_at is null and voided_at is null;
  get diagnostics gone = row_count;
  if gone = 0 then perform refuse('invitation_codes_none_left'); end if;
  perform questionnaire_event(q, 'invitations_voided', q.state, concat(p_batch, '/', gone));
  return gone;
end $$;
alter function void_invitations(bigint, bigint, text) owner to minyi_guard;
grant execute on function void_invitations(bigint, bigint, text) to minyi_staff;

-- ---- Kiosks -----------------------------------------------------------------------------------------------------------------

-- Makes the link of a kiosk, or finds the one that the same press has made. Only where one may answer without a code: one device would spend
-- it for everybody.
create function make_kiosk(p_questionnaire_id bigint, p_place text, p_idle_seconds bigint, p_link_mac bytea) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires := organised_questionnaire(p_questionnaire_id);
  made bigint;
begin
  select k.id into made from kiosks k where k.link_mac = p_link_mac and k.questionnaire_id = q.id;
  if found then return made; end if;
  if q.voice not in ('open', 'browser') then perform refuse('kiosks_voice'); end if;
  if q.state in ('preparing', 'closed', 'published', 'terminated') then perform refuse('questionnaires_not_open'); end if;
  insert into kiosks (questionnaire_id, place, idle_seconds, link_mac, made_by, made_at)
  values (q.id, p_place, p_idle_seconds, p_link_mac, actor_staff(), minyi_clock()) returning id into made;
  perform questionnaire_event(q, 'kiosk_made', q.state, made::text);
  return made;
end $$;

-- From now on nothing is taken from it.
create function revoke_kiosk(p_questionnaire_id bigint, p_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare q questionnaires := organised_questionnaire(p_questionnaire_id);
begin
  update kiosks set revoked_at = minyi_clock() where id = p_id and questionnaire_id = q.id and revoked_at is null;
  if found then perform questionnaire_event(q, 'kiosk_revoked', q.state, p_id::text); end if;
end $$;

-- The link is used: this device it is from now on, and no other. False: it was used before, revoked, or never made; or it was made more
-- than a day ago: a QR code that was photographed opens no device months later.
create function open_kiosk(p_link_mac bytea, p_device_mac bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  update kiosks set device_mac = p_device_mac, opened_at = minyi_clock(), seen_at = minyi_clock()
  where link_mac = p_link_mac and device_mac is null and revoked_at is null
    and made_at > minyi_clock() - interval '1 day';
  return found;
end $$;

-- Somebody begins there.
create function kiosk_seen(p_device_mac bytea) returns void
language sql security definer set search_path = minyi, pg_temp
as $$ update kiosks set seen_at = minyi_clock() where device_mac = p_device_mac and revoked_at is null $$;

-- What the device of this secret is for; nothing once it is revoked.
create function kiosk(p_device_mac bytea) returns table (questionnaire text, place text, idle_seconds int)
language sql stable security definer set search_path = minyi, pg_temp
as $$
  select q.number, k.place, k.idle_seconds from kiosks k join questionnaires q on q.id = k.questionnaire_id
  where k.device_mac = p_device_mac and k.revoked_at is null
$$;

do $$
declare f text;
begin
  foreach f in array array['make_kiosk(bigint, text, bigint, bytea)', 'revoke_kiosk(bigint, bigint)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  foreach f in array array['open_kiosk(bytea, bytea)', 'kiosk_seen(bytea)', 'kiosk(bytea)'] loop
    execute 'alter function ' || f || ' owner to minyi_intake';
    execute 'grant execute on function ' || f || ' to minyi_public';
  end loop;
end $$;
