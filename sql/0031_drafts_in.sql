-- What a unit has said the columns of its files mean, so that the next file is proposed the same.
set local search_path to minyi;

create table heading_choices (
  unit_id bigint not null references units,
  heading text not null constraint heading_choices_heading_length check (char_length(heading) between 1 and 200),  -- as the file writes it
  choice text not null constraint heading_choices_choice_form check (choice ~ '^[a-z0-9_]{1,40}(:[a-z0-9_]{1,40})?$'), -- a code of ColumnChoice
  chosen_by bigint references staff,
  chosen_at timestamptz not null default minyi_clock(),
  primary key (unit_id, heading)
);
alter table heading_choices enable row level security;
grant select, insert, update on heading_choices to minyi_staff;
create policy heading_choices_of_my_units on heading_choices for select to minyi_staff using (unit_id = any ((select actor_units())::bigint[]));
create policy heading_choices_organiser_adds on heading_choices for insert to minyi_staff
  with check (unit_id = any ((select actor_units_as('organiser'))::bigint[]));
create policy heading_choices_organiser_changes on heading_choices for update to minyi_staff
  using (unit_id = any ((select actor_units_as('organiser'))::bigint[]));
