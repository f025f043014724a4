-- A sheet on paper that is said to have come before its questionnaire was opened was taken; to a consultation such a letter is refused.
set local search_path to minyi;

-- As before (0041), with one more outcome: arrived_early.
create or replace function intake_sheets(p_keys uuid[], p_questionnaires text[], p_versions bigint[], p_answers text[], p_quotas text[], p_voices bytea[],
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
        when i.channel not in ('web', 'kiosk') and i.arrived_on < china_day(q.opens_at) then 'arrived_early'
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
