-- A questionnaire that had a telephone sample, was taken back and then announced for verified persons still handed out whom that sample held; by
-- telephone nobody can prove who they are.
set local search_path to minyi;

-- As before (0046), but for that.
create or replace function next_call(p_sample_id bigint) returns bigint
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  s samples := called_sample(p_sample_id);
  moment timestamptz := minyi_clock();
  chosen bigint;
begin
  -- Pressed twice: the second sees whom the first has taken.
  perform pg_advisory_xact_lock(hashtextextended('minyi calls ' || actor_staff(), 0));
  perform settle_calls(t.id) from samples t join sample_people p on p.sample_id = t.id and p.held_by = actor_staff();
  select p.sample_id into chosen from sample_people p where p.held_by = actor_staff();
  if found then return chosen; end if;
  if exists (select from questionnaires q where q.id = s.questionnaire_id and q.voice = 'person') then
    perform refuse('samples_not_proven');
  end if;
  if not exists (select from questionnaires q where q.id = s.questionnaire_id and q.state = 'open' and q.opens_at <= moment
    and moment < q.closes_at) then
    perform refuse('samples_not_open');
  end if;
  perform settle_calls(s.id);
  loop
    select p.id into chosen from sample_people p
    where p.sample_id = s.id and p.held_by is null and p.state in ('to_call', 'not_reached', 'call_back')
      and (p.next_at is null or p.next_at <= moment) and (p.attempts < s.most_attempts or p.state = 'call_back')
      and not exists (select from sample_attempts a where a.person_id = p.id and a.staff_id = actor_staff() and a.outcome = 'returned')
    order by p.state <> 'call_back', case when p.state = 'call_back' then p.next_at end, p.draw
    limit 1 for update skip locked;
    if not found then return null; end if;
    exit when not interview_is_in(chosen);
    perform end_person(chosen, 'done');
  end loop;
  update sample_people set held_by = actor_staff(), held_since = moment where id = chosen;
  insert into sample_interviews (person_id, key) values (chosen, gen_random_uuid()) on conflict (person_id) do nothing;
  return s.id;
end $$;
