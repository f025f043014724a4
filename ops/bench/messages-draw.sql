-- Part of ops/bench/messages: what becomes of each message. Chance is a hash of its number: the same number gives the same message,
-- whatever the plan and however many sessions fill.
set search_path = bench, minyi, public;

-- A number from 0 up to 1, for a message and a question about it.
create function chance(n bigint, question int) returns double precision language sql immutable parallel safe
as $$ select (hashint8extended(n, question) & 2147483647)::double precision / 2147483648 $$;

-- The messages up to `last` are received evenly between two moments. `answers`: false for a county that answers nobody.
create table terms as
  select 0::bigint as first, :messages::bigint as last, minyi_clock() - make_interval(months => :months) as since, minyi_clock() as moment,
    true as answers, (select value from site_settings where key = 'number_prefix') as prefix, case_office('message', '{}') as office_id,
    (select id from staff where sign_in_name = 'zuzhi') as clerk_id, (select id from staff where sign_in_name = 'shenpi') as approver_id,
    (select id from staff where sign_in_name = 'baomi') as reviewer_id, (select min(key_id) from contact_keys) as key_id;

-- What each rule comes to for a limit that begins on a day, by the product's functions. Hours are counted from noon, to be moved.
create table days as select day, works, worked from day_numbers where scope = 0
  and day between (select since::date - 10 from terms) and (select moment::date + 200 from terms);
create table dues as
  select c.code, d.day, r.id as rule_id, x.due_on, x.due_at, x.provisional
  from days d cross join (select distinct code from legal_rules where code like 'message.%') c
  cross join lateral (select (d.day + time '12:00') at time zone 'Asia/Shanghai' as noon) t
  cross join lateral rule_at(c.code, t.noon, null) r cross join lateral due_of(r, t.noon, null) x
  where d.day < (select moment::date + 100 from terms);
-- One unit is late in one of fifty cases, another in one of five.
create table habits as select id as unit_id, 0.02 + 0.18 * chance(id, 2) ^ 2 as late from units;
alter table days add primary key (day);
alter table dues add primary key (code, day);
create index days_by_number on days (worked) where works;
analyze;

-- Fills the temporary table `drawn`: a row a message, with everything that later tables say of it.
create procedure draw(p_first bigint, p_last bigint) language plpgsql as $$
declare
  t terms;
  pool pools;
begin
  select * into t from terms;
  select * into pool from pools;
  drop table if exists drawn, lots;
  create temp table lots as
  -- Each step is written down: merged into one, every moment would be worked out from its beginnings wherever it is used.
  with received as materialized (
    select n, m.unit_id, m.kind, m.id as matter_id, 1 + floor(pool.places * chance(n, 11) ^ 3)::int as place_id,
      1 + floor(pool.complaints * chance(n, 12) ^ 2)::int as complaint_id, 1 + floor(pool.complaints * chance(n, 13) ^ 2)::int as other_id,
      1 + floor(pool.closings * chance(n, 14))::int as closing_id, 1 + floor(pool.closings * chance(n, 15))::int as last_id,
      -- Nobody writes between midnight and six.
      least(t.moment - interval '1 second', (d.day + interval '6 hours' + (s.at - d.day) * 0.75) at time zone 'Asia/Shanghai') as received_at,
      case when chance(n, 20) < 0.01 then 'declined' when chance(n, 20) < 0.015 then 'invalid' when chance(n, 20) < 0.025 then 'redirected'
        when chance(n, 20) < 0.028 then 'information_request' when chance(n, 20) < 0.033 then 'withdrawn' when chance(n, 20) < 0.043 then 'duplicate'
        else 'accepted' end as verdict,
      case when chance(n, 21) < 0.02 then 'urgent' when chance(n, 21) < 0.11 then 'complex' when chance(n, 21) < 0.15 then 'difficult' else 'ordinary' end as urgency
    from generate_series(p_first, p_last) n
    cross join lateral (select (t.since + (t.moment - t.since) * ((n - t.first - 0.5) / (t.last - t.first))) at time zone 'Asia/Shanghai' as at) s
    cross join lateral (select date_trunc('day', s.at) as day) d
    join matters_of_towns m on m.id = 1 + floor(pool.matters * chance(n, 10) ^ 2)::int
  ), screened as materialized (
    select r.*, china_day(r.received_at) as received_on, r.received_at + (k.due_at - r.received_at) * (0.05 + 0.9 * chance(n, 22)) as screened_at,
      k.rule_id as screening_rule_id, k.due_on as screening_due_on, k.due_at as screening_due_at, k.provisional as screening_provisional
    from received r join dues k on k.code = 'message.screening' and k.day = china_day(r.received_at)
  ), passed_on as materialized (
    select s.*, s.screened_at + interval '10 minutes' + interval '4 hours' * chance(n, 23) as first_assigned_at,
      chance(n, 24) < 0.06 and s.urgency <> 'urgent' and s.screened_at + interval '27 hours' <= t.moment as was_given_back,
      k.rule_id, k.due_on as first_due_on, k.due_at as first_due_at, k.provisional, not t.answers or chance(n, 25) < h.late as is_slow,
      chance(n, 26) < 0.03 and s.urgency in ('ordinary', 'complex') as asks_for_more
    from screened s join habits h using (unit_id)
    join dues k on k.code = 'message.' || case s.urgency when 'ordinary' then s.kind else s.urgency end and k.day = china_day(s.screened_at)
  ), assigned as materialized (
    select p.*, case when was_given_back then first_assigned_at + interval '20 hours' * chance(n, 27) end as given_back_at,
      case when was_given_back then first_assigned_at + interval '20 hours' * chance(n, 27) + interval '2 hours' else first_assigned_at end as assigned_at,
      asks_for_more and first_assigned_at + (first_due_at - first_assigned_at) * 0.9 + interval '2 hours' <= t.moment as was_extended,
      first_assigned_at + (first_due_at - first_assigned_at) * 0.9 as asked_at
    from passed_on p
  ), timed as materialized (
    -- Five working days more.
    select a.*, coalesce(x.day, first_due_on) as due_on, coalesce((x.day + 1)::timestamp at time zone 'Asia/Shanghai', first_due_at) as due_at
    from assigned a left join days d on a.was_extended and d.day = a.first_due_on left join days x on x.works and x.worked = d.worked + 5
  ), answered as materialized (
    select m.*, case when not t.answers then t.moment + interval '1 day'
        when is_slow then greatest(due_at, assigned_at + interval '1 hour') + interval '15 days' * chance(n, 28) ^ 3
        when was_extended then asked_at + interval '3 hours' + (due_at - asked_at - interval '3 hours') * chance(n, 28)
        else greatest(assigned_at + (due_at - assigned_at) * (0.1 + 0.9 * chance(n, 28)), assigned_at + interval '10 minutes') end as answered_at
    from timed m
  )
  select a.*, assigned_at + (answered_at - assigned_at) * 0.8 as submitted_at, answered_at + interval '2 days' * chance(n, 29) as reviewed_at,
    case when verdict = 'duplicate' then max(n) filter (where verdict = 'accepted') over (order by n rows between unbounded preceding and 1 preceding) end as original_id,
    (array['web', 'counter', 'phone', 'letter', 'visit', 'hotline'])[1 + greatest(0, floor(33 * chance(n, 31)) - 27)::int] as channel,
    chance(n, 32) < 0.8 and kind <> 'report' as wants_publication, chance(n, 33) < 0.3 as shows_name, chance(n, 40) < 0.5 as names_complaint,
    public_number(t.prefix, received_at, n) as number, decode(md5(n || 'salt'), 'hex') as salt,
    -- One in 250 is about another unit; one in twenty difficult ones is answered with the help of two.
    case when chance(n, 34) < 0.004 then array(select u.id from units u where u.id not in (a.unit_id, t.office_id) order by md5(u.id || n::text) limit 1)
      else '{}' end::bigint[] as concerned_ids,
    case when urgency = 'difficult' and chance(n, 36) < 0.05 and chance(n, 34) >= 0.004
      then array(select u.id from units u where u.id not in (a.unit_id, t.office_id) order by md5(u.id || n::text) limit 2) else '{}' end::bigint[] as assisting_ids,
    case when was_given_back then (select u.id from units u where u.kind = 'department' and u.id <> a.unit_id order by md5(u.id || n::text) desc limit 1) end as first_unit_id
  from answered a;
  update lots set concerned_ids = '{}' where first_unit_id = any (concerned_ids);
  update lots set verdict = 'accepted' where verdict = 'duplicate' and original_id is null;

  -- What would come after now has not happened.
  create temp table drawn as
  select s.*, state in ('accepted', 'assigned', 'reviewing', 'completed') as was_accepted, state in ('assigned', 'reviewing', 'completed') as is_assigned,
    state in ('received', 'accepted', 'assigned', 'reviewing') as is_open, state = 'completed' as is_answered,
    state = 'completed' and wants_publication and reviewed_at <= t.moment as is_published,
    -- The clock that runs, or ran last.
    case when state in ('accepted', 'assigned', 'reviewing', 'completed') then due_on else screening_due_on end as running_due_on,
    case when state in ('accepted', 'assigned', 'reviewing', 'completed') then due_at else screening_due_at end as running_due_at,
    array(select distinct u from unnest(assisting_ids || t.office_id || case when state in ('assigned', 'reviewing', 'completed') then s.unit_id end
      || case when state in ('accepted', 'assigned', 'reviewing', 'completed') then first_unit_id end) u where u is not null order by u) as unit_ids,
    case when state = 'withdrawn' then '—' else m.title || case when names_complaint then '：' || c.words else '' end end as title,
    case when state = 'withdrawn' then '' else p.words end as place,
    case when state = 'withdrawn' then '' else m.body || '地点：' || p.words || '，' || c.words || '，' || e.words || '另外：' || o.words || '，' || z.words end as body,
    m.answer || '经核实：' || c.words || '，情况属实；' || p.words || '。' as answer,
    case when names_complaint then array(select distinct g from unnest(m.title_pairs || c.pairs) g) else m.title_pairs end as title_pairs
  from (select l.*, case when screened_at > t.moment then 'received' when verdict <> 'accepted' then verdict when first_assigned_at > t.moment then 'accepted'
      when submitted_at > t.moment then 'assigned' when answered_at > t.moment then 'reviewing' else 'completed' end as state from lots l) s
  join matters_of_towns m on m.id = s.matter_id join places p on p.id = s.place_id join complaints c on c.id = s.complaint_id
  join complaints o on o.id = s.other_id join closings e on e.id = s.closing_id join closings z on z.id = s.last_id;
  alter table drawn add primary key (n);
  analyze drawn;
end $$;
