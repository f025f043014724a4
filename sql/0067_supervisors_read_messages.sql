-- Supervisors read the messages whose cases they watch over, with their files. What was answered to a questionnaire, or sent to register, is none of
-- theirs, nor are the files of either: these kinds of submissions are younger than the rule, which said "no comments".
set local search_path to minyi;

drop policy submissions_of_my_units on submissions;
create policy submissions_of_my_units on submissions for select to minyi_staff
  using ((unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
      or kind = 'message' and unit_ids && (select actor_units_as('supervisor')))
    and not concerned_unit_ids && array[(select actor_home_unit())] and not concerned_staff_ids && array[(select actor_staff())]);
