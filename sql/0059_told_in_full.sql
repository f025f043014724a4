-- What people are told says what it is about, how much came in, and what was said, each thing by itself.
set local search_path to minyi;

-- As before (0053), with what it is about: a number alone says nothing to who has asked to be reminded of everything.
create or replace function remind_subscribers() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  moment timestamptz := minyi_clock();
  days int := case_number_of('calendar_reminder_days', 3);
  told int;
begin
  if days = 0 then return 0; end if;
  with events as (
    -- The last day of what ends at midnight is the day before.
    select e.*, china_day(case when e.what in ('closes', 'registration_until') then e.at - interval '1 microsecond' else e.at end) as due_on
    from public_calendar(moment, moment + make_interval(days => days),
      array['solicitation', 'hearing', 'forum', 'visit', 'questionnaire', 'poll'], '', null) e
    where e.state in ('announced', 'open', 'under_way')
  ), made as (
    insert into notices (kind, key, subscription_id, facts, created_at)
    select 'reminder', format('calendar.%s.%s.%s', e.number, e.what, e.due_on), s.id,
      jsonb_build_object('number', e.number, 'form', e.form, 'title', e.title, 'code', e.what, 'due_on', e.due_on, 'language', s.language), moment
    from reminder_subscriptions s left join units u on u.id = s.unit_id left join procedures p on p.id = s.procedure_id
    join events e on e.form = any (s.forms) and case s.about when 'all' then true when 'unit' then e.unit_name = u.name
      when 'town' then e.town_id = s.unit_id else e.procedure_number = p.number end
    where s.confirmed_at is not null
    on conflict do nothing
    returning id
  ), queued as (
    insert into jobs (kind, payload, run_at, created_at)
    select 'deliver_notice', jsonb_build_object('notice', id), moment, moment from made returning 1
  )
  select count(*) into told from queued;
  return told;
end $$;

-- As before (0037); what ended before anybody counted it is counted, once. Its page said that nothing had come in.
create or replace function refresh_figures() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare changed int;
begin
  with counted as (
    select procedure_id, name, count(*)::bigint as value from submissions s,
      lateral (values ('received'), ('received_' || case when s.channel = 'web' then 'web' else 'other' end)) v (name)
    where s.procedure_id in (
        select p.id from procedures p where p.state <> 'preparing' and (p.state not in ('published', 'terminated')
          or not exists (select from public_figures f where f.procedure_id = p.id and f.name = 'received')))
      and s.channel <> 'written'
    group by procedure_id, name
  )
  insert into public_figures as f (procedure_id, name, value) select procedure_id, name, value from counted
  on conflict (procedure_id, name) do update set value = excluded.value where f.value <> excluded.value;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- As before (0051). Where nobody was called up, each thing said is one by itself: what others said in between parts what one person said before and
-- after. What one person told a visit stays together.
create or replace function close_gathering(p_id bigint) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  m gathering_people;
  e record;
  missing text;
  ids bigint[] := '{}';
  words text := '';
  turn int;
  passage bigint;
  made int := 0;
begin
  select * into p from procedures where id = (select procedure_id from gatherings where id = p_id) for share;
  g := organised_gathering(p_id);
  if g.state <> 'held' then perform refuse('gatherings_held'); end if;
  if p.state in ('answered', 'published', 'terminated') then perform refuse('gatherings_procedure_over'); end if;
  if g.kind = 'hearing' then
    select string_agg(distinct q.role || q.seat, ' ') into missing
    from gathering_people q cross join generate_series(1, g.pages) page
    where q.gathering_id = g.id and q.role in ('participant', 'presider', 'presenter') and q.presence in ('present', 'left')
      and not exists (select from transcript_ends t where t.person_id = q.id)
      and not exists (select from transcript_marks k where k.person_id = q.id and k.page = page and mark_counts(k));
    if missing is not null then perform refuse('gatherings_unconfirmed', missing); end if;
  end if;
  -- What was hidden from the screen was said all the same. What a correction makes a question, or a reply, is that.
  for e in select t.id, t.turn, t.person_id, t.passage_id, coalesce((select c.body from gathering_entries c where c.replaces = t.id
      and c.kind = 'correction' order by c.position desc limit 1), t.body) as body
    from gathering_entries t join gathering_people q on q.id = t.person_id
    where t.gathering_id = g.id and t.kind in ('statement', 'question', 'reply', 'procedural') and q.role in ('participant', 'invited', 'met')
      and coalesce((select c.becomes from gathering_entries c where c.replaces = t.id and c.becomes is not null order by c.position desc limit 1),
        t.kind) in ('statement', 'question')
    order by t.turn nulls first, case when t.turn is null and g.kind <> 'visit' then t.position end, t.person_id, t.position loop
    if ids <> '{}' and (m.id <> e.person_id or turn is distinct from e.turn or passage is distinct from e.passage_id
        or char_length(words) + 1 + char_length(e.body) > 5000) then
      perform make_statement(g, p, m, ids, words);
      made := made + 1; ids := '{}'; words := '';
    end if;
    if m.id is distinct from e.person_id then select * into m from gathering_people where id = e.person_id; end if;
    turn := e.turn; passage := e.passage_id; ids := ids || e.id;
    words := case when words = '' then e.body else words || e'\n' || e.body end;
  end loop;
  if ids <> '{}' then perform make_statement(g, p, m, ids, words); made := made + 1; end if;
  update gatherings set state = 'closed', closed_at = minyi_clock(), version = version + 1 where id = g.id;
  perform gathering_event(g, 'closed', made::text);
  return made;
end $$;
