-- Part of ops/bench/messages: writes what was drawn into the product's tables, as its doors would have left it. Left out are what no
-- measured page reads: notices, pauses, supervisions and files; contacts are sealed nonsense under the installation's own key.
set search_path = bench, minyi, public;
set check_function_bodies = off;

create procedure write_received() language sql as $$
  insert into submissions (id, number, key, kind, body, channel, received_at, arrived_on, entered_by, for_someone, submitter, public_name, salt, proof,
    code_mac, unit_ids, concerned_unit_ids, withdrawn_at) overriding system value
  select n, d.number, md5(n || 'key')::uuid, 'message', d.body, channel, received_at, case when channel <> 'web' then received_on end,
    case when channel <> 'web' then t.clerk_id end, channel <> 'web', 'person', case when shows_name and state <> 'withdrawn' then '王**' end, salt,
    sha256(salt || convert_to(message_form(d.number, d.kind, channel, received_at, d.title, d.place, '',
      coalesce((select code from units where id = concerned_ids[1]), ''), '', '', '', d.body), 'UTF8')),
    sha256(salt), unit_ids, concerned_ids, case when state = 'withdrawn' then screened_at end
  from drawn d cross join terms t;
  insert into messages (submission_id, kind, title, place, told_unit_ids, may_be_published, may_show_name, external_source, external_number)
  select n, kind, title, place, concerned_ids, wants_publication, shows_name, case when channel = 'hotline' then '12345' end,
    case when channel = 'hotline' then n::text end
  from drawn;
$$;

-- Clock 4n is of the screening, 4n + 1 of the answer, the others of the hours in which a unit may give back.
create procedure write_clocks() language sql as $$
  insert into clocks (id, rule_id, unit_id, started_at, due_on, due_at, provisional, stopped_at, extended_to, extended_at, calendar_version)
    overriding system value
  select 4 * n, screening_rule_id, null::bigint, received_at, screening_due_on, screening_due_at, screening_provisional,
    case when state <> 'received' then screened_at end, null::date, null::timestamptz, (select calendar_version())
  from drawn
  union all
  select 4 * n + 1, rule_id, null, screened_at, due_on, due_at, provisional, case when is_answered then answered_at end,
    case when was_extended then due_on end, case when was_extended then asked_at + interval '2 hours' end, (select calendar_version())
  from drawn where was_accepted
  union all
  select g.id, k.rule_id, g.unit_id, g.at, china_day(x.due_at - interval '1 microsecond'), x.due_at, k.provisional, g.stopped_at, null, null, (select calendar_version())
  from drawn d
  cross join lateral (values (was_accepted and was_given_back, 4 * n + 2, first_unit_id, first_assigned_at, given_back_at),
    (is_assigned, 4 * n + 3, unit_id, assigned_at, case when is_answered then answered_at end)) g (was_started, id, unit_id, at, stopped_at)
  join days y on y.day = china_day(g.at) join dues k on k.code = 'message.give_back' and k.day = y.day
  cross join lateral (select k.due_at + case when y.works then g.at - (y.day + time '12:00') at time zone 'Asia/Shanghai' else interval '0' end as due_at) x
  where g.was_started;
$$;

create procedure write_cases() language sql as $$
  insert into cases (id, number, kind, topic, submission_id, title, place, office_id, unit_id, assisting_ids, concerned_unit_ids, unit_ids, urgency, state,
    ending_code, ending_text, original_id, received_at, received_on, accepted_at, assigned_at, answered_at, published_at, answer_id, working_days_used,
    is_late, clock_id, screening_clock_id, due_on, due_at, provisional, warning, reminders, wants_publication, publishable, publication, callback)
    overriding system value
  select d.n, d.number, 'message', d.kind, d.n, d.title, d.place, t.office_id, case when d.is_assigned then d.unit_id end, d.assisting_ids,
    d.concerned_ids, d.unit_ids, d.urgency, d.state,
    case d.state when 'declined' then 'not_a_matter' when 'invalid' then 'test' when 'redirected' then 'other_organ' end,
    case when d.state in ('declined', 'redirected', 'information_request') then '请向有关单位反映。' else '' end,
    case when d.state = 'duplicate' then d.original_id end, d.received_at, d.received_on, case when d.was_accepted then d.screened_at end,
    case when d.is_assigned then d.assigned_at end,
    case when d.is_answered then d.answered_at when d.state = 'duplicate' and o.is_answered then greatest(d.screened_at, o.answered_at) end,
    case when d.is_published then d.reviewed_at end,
    case when d.is_answered then d.n when d.state = 'duplicate' and o.is_answered then o.n end,
    case when d.is_answered then greatest(0, answer_day.worked - receipt_day.worked) end, case when d.is_answered then d.due_at <= d.answered_at end,
    case when d.was_accepted then 4 * d.n + 1 end, 4 * d.n, d.running_due_on, d.running_due_at, case when d.was_accepted then d.provisional else d.screening_provisional end,
    case when not d.is_open then 'none' when d.running_due_at <= t.moment then 'overdue'
      when case when d.was_accepted then start_day.worked else receipt_day.worked end >= today.worked then 'none' when due_day.worked <= today.worked then 'red'
      when due_day.worked = today.worked + 1 then 'yellow' when due_day.worked = today.worked + 2 then 'early' else 'none' end,
    case when d.is_open and d.running_due_at <= t.moment then greatest(0, today.worked - due_day.worked) else 0 end, d.wants_publication, d.kind <> 'report',
    case when d.is_published then 'published' when d.is_answered and d.wants_publication then 'to_review' else 'none' end,
    case when d.is_answered and mod(('x' || substr(md5(d.number), 1, 6))::bit(24)::int, 100) < 10
      then case when chance(d.n, 41) < 0.9 then 'done' else 'due' end else 'none' end
  from drawn d cross join terms t left join drawn o on o.n = d.original_id join days today on today.day = china_day(t.moment)
  join days receipt_day on receipt_day.day = d.received_on left join days start_day on start_day.day = china_day(d.screened_at) join days due_day on due_day.day = d.running_due_on
  left join days answer_day on answer_day.day = china_day(d.answered_at);
$$;

create procedure write_casework() language sql as $$
  insert into replies (id, case_id, ordinal, unit_id, body, version, state, written_by, written_at, submitted_by, submitted_at, approved_by, approved_at,
    told_at, public_title, public_question, public_answer, public_words_by, reviewed_by, reviewed_at, review_passed, published_at) overriding system value
  select n, n, 1, unit_id, answer, 2, case when is_answered then 'told' else 'submitted' end, t.clerk_id, submitted_at, t.clerk_id, submitted_at,
    case when is_answered then t.approver_id end, case when is_answered then answered_at end, case when is_answered then answered_at end,
    title, body, answer, t.clerk_id, case when is_published then t.reviewer_id end, case when is_published then reviewed_at end,
    case when is_published then true end, case when is_published then reviewed_at end
  from drawn cross join terms t where state in ('reviewing', 'completed');
  insert into case_assignments (case_id, unit_id, assigned_by, assigned_at, clock_id, ended_at, ended_how)
  select n, first_unit_id, t.clerk_id, first_assigned_at, 4 * n + 2, given_back_at, 'given_back' from drawn cross join terms t where was_accepted and was_given_back
  union all
  select n, unit_id, t.clerk_id, assigned_at, 4 * n + 3, null, null from drawn cross join terms t where is_assigned;
  insert into case_extensions (case_id, asked_by, asked_at, reason, old_due_on, new_due_on, decided_by, decided_at, granted)
  select n, t.clerk_id, asked_at, '需要现场核实。', first_due_on, due_on, t.approver_id, asked_at + interval '2 hours', true
  from drawn cross join terms t where was_accepted and was_extended;
  insert into case_remarks (case_id, at, staff_id, unit_id, kind, body)
  select n, given_back_at, t.clerk_id, t.office_id, 'give_back', '不属于本单位职责。' from drawn cross join terms t where was_accepted and was_given_back
  union all
  select n, assigned_at, t.clerk_id, t.office_id, 'assignment', '请按时答复。' from drawn cross join terms t where is_assigned and chance(n, 42) < 0.1;
  insert into case_callbacks (case_id, called_by, called_at, result)
  select c.id, t.clerk_id, least(t.moment, c.answered_at + interval '3 days'), case when chance(c.id, 43) < 0.8 then 'satisfied' else 'dissatisfied' end
  from drawn join cases c on c.id = n cross join terms t where c.callback = 'done';
  insert into contacts (id, submission_id, key_id, sealed, phone_index, created_at)
  select md5(n || 'contact')::uuid, n, t.key_id, decode(repeat(md5(n::text), 5), 'hex'), sha256(('phone ' || n % 200000)::bytea), received_at
  from drawn cross join terms t
  where t.key_id is not null and state <> 'withdrawn' and (is_open or greatest(screened_at, reviewed_at) > t.moment - interval '80 days');
  -- What the units have learnt; added up at the end.
  insert into learnt select g, unit_id, count(*) from drawn, unnest(title_pairs) g where is_assigned group by g, unit_id;
$$;

create procedure write_public() language sql as $$
  insert into case_words (case_id, month, grams, unit_ids)
  select n, month_number(received_on), array(select distinct g
    from unnest(bigrams(number) || d.title_pairs || m.body_pairs || j.in_question || p.pairs || c.pairs || o.pairs || e.pairs || z.pairs) g order by g),
    unit_ids
  from drawn d cross join joints j join matters_of_towns m on m.id = matter_id join places p on p.id = place_id join complaints c on c.id = complaint_id
  join complaints o on o.id = other_id join closings e on e.id = closing_id join closings z on z.id = last_id
  where state <> 'withdrawn';
  insert into message_additions (submission_id, ordinal, key, body, added_at)
  select n, 1, md5(n || 'addition')::uuid, '补充：' || place || '也有同样的情况。', least(t.moment, received_at + interval '1 hour')
  from drawn cross join terms t where chance(n, 54) < 0.05 and state <> 'withdrawn';
  insert into message_ratings (submission_id, round, resolved, attitude, speed, reason, rated_at)
  select n, 0, case when chance(n, 51) < 0.7 then 'yes' when chance(n, 51) < 0.9 then 'partly' else 'no' end, 5 - floor(5 * chance(n, 52) ^ 2)::int,
    5 - floor(5 * chance(n, 53) ^ 2)::int, '', least(t.moment, answered_at + interval '1 day')
  from drawn cross join terms t where is_answered and chance(n, 50) < 0.3;
  insert into public_messages (case_id, number, kind, unit_id, received_on, due_on, provisional, is_late, answered_on, working_days, title, version,
    published_at, month, grams, resolved, attitude, speed)
  select c.id, c.number, c.topic, coalesce(c.unit_id, c.office_id), c.received_on, c.due_on, c.provisional, coalesce(c.is_late, c.warning = 'overdue'),
    china_day(c.answered_at), c.working_days_used, case when is_published then d.title end, case when is_published then 1 end, c.published_at,
    month_number(c.received_on),
    case when is_published then array(select distinct g
      from unnest(d.title_pairs || m.public_pairs || j.in_public || p.pairs || x.pairs || o.pairs || e.pairs || z.pairs) g order by g) else '{}' end,
    r.resolved, r.attitude, r.speed
  from drawn d join cases c on c.id = n left join message_ratings r on r.submission_id = n
  cross join joints j join matters_of_towns m on m.id = matter_id join places p on p.id = place_id join complaints x on x.id = complaint_id
  join complaints o on o.id = other_id join closings e on e.id = closing_id join closings z on z.id = last_id
  where d.wants_publication and was_accepted and (is_published or concerned_ids = '{}');
  insert into public_message_versions (case_id, version, content, content_hash, published_at)
  select n, 1, v.words, sha256(convert_to(v.words::text, 'UTF8')), reviewed_at
  from drawn d join units u on u.id = d.unit_id
  cross join lateral (select jsonb_build_object('title', title, 'question', body, 'answer', answer, 'name', case when shows_name then '王**' else '' end,
    'unit', u.name) as words) v
  where is_published;
$$;

create procedure write_events() language sql as $$
  insert into events (at, recorded_at, subject, subject_id, kind, staff_id, from_state, to_state, code, unit_ids)
  select e.at, e.at, e.subject, n, e.kind, e.staff_id, e.from_state, e.to_state, e.code, unit_ids
  from drawn d cross join terms t cross join lateral (values
    (true, received_at, 'submission', 'received', case when channel <> 'web' then t.clerk_id end, null, null, null),
    (true, received_at, 'case', 'received', null, null, 'received', null),
    (state = 'withdrawn', screened_at, 'submission', 'withdrawn', null, null, null, null),
    (state = 'withdrawn', screened_at, 'case', 'withdrawn', null, 'received', 'withdrawn', null),
    (state not in ('received', 'withdrawn'), screened_at, 'case', 'screened', t.clerk_id, 'received', case when was_accepted then 'accepted' else state end,
      case state when 'declined' then 'not_a_matter' when 'invalid' then 'test' when 'redirected' then 'other_organ' end),
    (was_accepted and first_assigned_at <= t.moment and urgency <> 'ordinary', first_assigned_at, 'case', 'urgency_set', t.clerk_id, null, null, urgency),
    (is_assigned and assisting_ids <> '{}', assigned_at, 'case', 'assisting_set', t.clerk_id, null, null, array_to_string(assisting_ids, ',')),
    (was_accepted and was_given_back, first_assigned_at, 'case', 'assigned', t.clerk_id, 'accepted', 'assigned', first_unit_id::text),
    (was_accepted and was_given_back, given_back_at, 'case', 'given_back', t.clerk_id, 'assigned', 'accepted', 'not_ours'),
    (is_assigned, assigned_at, 'case', 'assigned', t.clerk_id, 'accepted', 'assigned', unit_id::text),
    (was_accepted and was_extended, asked_at, 'case', 'extension_requested', t.clerk_id, null, null, due_on::text),
    (was_accepted and was_extended, asked_at + interval '2 hours', 'case', 'extension_granted', t.approver_id, null, null, due_on::text),
    (is_assigned and due_at <= least(t.moment, answered_at), due_at, 'case', 'warned', null, null, null, 'overdue'),
    (state in ('reviewing', 'completed'), submitted_at, 'case', 'submitted', t.clerk_id, 'assigned', 'reviewing', null),
    (is_answered, answered_at, 'case', 'approved', t.approver_id, null, null, 'unit'),
    (is_answered, answered_at, 'case', 'answered', t.approver_id, 'reviewing', 'completed', null),
    (is_answered and chance(n, 50) < 0.3, least(t.moment, answered_at + interval '1 day'), 'case', 'rated', null, null, null, null),
    (is_published, reviewed_at, 'case', 'secrecy_reviewed', t.reviewer_id, null, null, 'passed'),
    (is_published, reviewed_at, 'case', 'published', t.reviewer_id, null, null, null)
  ) e (happened, at, subject, kind, staff_id, from_state, to_state, code)
  where e.happened;
$$;

create table learnt (gram text not null, unit_id bigint not null, cases bigint not null);

create procedure fill(p_first bigint, p_last bigint) language plpgsql set work_mem = '64MB' set jit = off set client_min_messages = warning as $$
begin
  call draw(p_first, p_last);
  call write_received();
  call write_clocks();
  call write_cases();
  call write_casework();
  call write_public();
  call write_events();
end $$;

-- ---- Before and after ------------------------------------------------------------------------------------------------------
-- Indexes that are no constraint and foreign keys are set aside for the filling, and put back when all rows are there: the keys are checked
-- then, every one of them. What is counted from the rows comes last.
create table set_aside (statement text not null, is_a_key boolean not null, is_slow boolean not null);

create procedure begin_filling() language plpgsql as $$
declare
  filled regclass[] := array['submissions', 'messages', 'message_additions', 'message_ratings', 'contacts', 'clocks', 'cases', 'replies', 'case_assignments',
    'case_extensions', 'case_remarks', 'case_callbacks', 'case_words', 'public_messages', 'public_message_versions', 'case_scores', 'events_elsewhen'];
  r record;
begin
  for r in select c.conrelid::regclass as owner, c.conname, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c where c.contype = 'f' and c.conrelid = any (filled)
  loop
    insert into set_aside values (format('alter table %s add constraint %I %s', r.owner, r.conname, r.definition), true, false);
    execute format('alter table %s drop constraint %I', r.owner, r.conname);
  end loop;
  for r in select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i where i.indrelid = any (filled) and not i.indisunique and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
  loop
    insert into set_aside values (r.definition, false, r.definition like '%grams%');
    execute format('drop index %s', r.name);
  end loop;
  call rest_triggers();
end $$;

-- Those that would do one by one what is done here at once: tell an author, look whether somebody acts in their own matter, note a score.
create procedure rest_triggers() language sql as $$
  alter table events disable trigger events_not_by_the_concerned;
  alter table cases disable trigger cases_of_messages;
  alter table cases disable trigger cases_scored;
  alter table message_ratings disable trigger message_ratings_scored;
$$;

create procedure end_filling() language plpgsql as $$
declare first_id bigint;
begin
  alter table events enable trigger events_not_by_the_concerned;
  alter table cases enable trigger cases_of_messages;
  alter table cases enable trigger cases_scored;
  alter table message_ratings enable trigger message_ratings_scored;
  insert into assigned_words as w select gram, unit_id, sum(cases) from learnt group by gram, unit_id
    on conflict (gram, unit_id) do update set cases = w.cases + excluded.cases;
  delete from learnt;
  for first_id in select generate_series((select coalesce(max(case_id), 0) + 1 from case_scores), (select max(id) from cases), 20000) loop
    insert into case_scores select * from count_scores(array(select id from cases where id >= first_id and id < first_id + 20000));
  end loop;
  perform sum_scores();
  perform setval(pg_get_serial_sequence('submissions', 'id'), t.last), setval('submission_numbers', t.last), setval(pg_get_serial_sequence('cases', 'id'), t.last),
    setval(pg_get_serial_sequence('replies', 'id'), t.last), setval(pg_get_serial_sequence('clocks', 'id'), 4 * t.last + 3) from terms t;
end $$;

-- ---- Whether it is what the product would have made --------------------------------------------------------------------------
-- By the product's own functions, over one message in p_every; each line says what differs and how often, and there should be none.
create function differences(p_every int) returns table (what text, times bigint) language sql set search_path = minyi, bench, public as $$
  select 'pairs of a case', count(*) from case_words w join cases c on c.id = w.case_id join submissions s on s.id = c.submission_id
  cross join lateral bigrams(concat_ws(' ', c.number, c.title, c.place, s.body, nullif(w.added, ''))) b
  where c.id % p_every = 0 and not (w.grams @> b and w.grams <@ b)
  union all
  select 'pairs of what is public', count(*) from public_messages m join public_message_versions v using (case_id)
  cross join lateral bigrams(folded(concat_ws(e'\n', v.content ->> 'title', v.content ->> 'question', v.content ->> 'answer'))) b
  where m.case_id % p_every = 0 and not (m.grams @> b and m.grams <@ b)
  union all
  select 'due dates', count(*) from clocks k join legal_rules r on r.id = k.rule_id cross join lateral due_of(r, k.started_at, k.unit_id, k.extended_to) d
  where k.id / 4 % p_every = 0 and (d.due_on, d.due_at, d.provisional) is distinct from (k.due_on, k.due_at, k.provisional)
  union all
  select 'working days', count(*) from cases where id % p_every = 0 and state = 'completed' and working_days_used <> clock_days_used(clock_id, received_on, china_day(answered_at))
  union all
  select 'states against events', count(*) from cases c where id % p_every = 0 and state is distinct from (select e.to_state from events e
    where e.subject = 'case' and e.subject_id = c.id and e.to_state is not null order by e.at desc, e.id desc limit 1)
  union all
  select 'acts of the concerned', count(*) from events e join cases c on c.id = e.subject_id and e.subject = 'case' join staff s on s.id = e.staff_id
  where c.id % p_every = 0 and (s.unit_id = any (c.concerned_unit_ids) or s.id = any (c.concerned_staff_ids))
  union all
  select 'words learnt', count(*) from (select g as gram, unit_id, count(*) as cases from cases, unnest(bigrams(title)) g where unit_id % 10 = 0 group by 1, 2) c
  full join (select * from assigned_words where unit_id % 10 = 0) w using (gram, unit_id) where c.cases is distinct from w.cases
  union all
  select 'warnings due', advance_cases()
$$;
