-- The receipt of a sheet reads the clock once. `state_at` uses its moment twice: given the call of a clock, it was not written into the plan,
-- and was parsed and planned anew for each receipt.
set local search_path to minyi;

create or replace function sheet_receipt(p_number text, p_code_mac bytea)
returns table (number text, questionnaire text, kind text, title text, state text, voice text, results_shown text,
  closes_at timestamptz, version int,
  newest_version int, answers jsonb, channel text, received_at timestamptz, arrived_on date, proof bytea, salt bytea, form text,
  withdrawn_at timestamptz, sealed_at timestamptz, can_withdraw boolean, host_number text, host_title text)
language plpgsql stable security definer set search_path = minyi, pg_temp   -- keeps its plan, which a function in SQL makes anew each time
as $$
#variable_conflict use_column
declare moment timestamptz := minyi_clock();
begin
  return query
  select s.number, q.number, q.kind, q.title, state_at(q.state, q.opens_at, q.closes_at, moment), q.voice, q.results_shown, q.closes_at,
    a.version, q.version, a.answers, a.channel, a.received_at, s.arrived_on, s.proof, s.salt,
    case when a.answers is not null then sheet_form(s.number, q.number, a.version, a.channel, a.received_at, a.answers) end,
    a.withdrawn_at, a.sealed_at,
    a.withdrawn_at is null and a.sealed_at is null and q.state in ('announced', 'open', 'suspended') and moment < q.closes_at,
    h.number, h.title
  from submissions s join answer_sheets a on a.submission_id = s.id join questionnaires q on q.id = a.questionnaire_id
  left join public_procedures h on h.procedure_id = q.procedure_id
  where s.number = p_number and s.code_mac = p_code_mac;
end $$;
