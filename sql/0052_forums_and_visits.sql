-- 座谈会 and 实地走访 use the tables of hearings; here stands what only they have.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid
set local search_path to minyi;

-- 走访一轮: several visits on one route.
create table visit_rounds (
  id bigint generated always as identity primary key,
  procedure_id bigint not null references procedures,
  title text not null constraint visit_rounds_title_length check (char_length(title) between 1 and 100),
  unit_ids bigint[] not null,
  created_by bigint not null references staff,
  created_at timestamptz not null
);
alter table gatherings add column round_id bigint constraint gatherings_round references visit_rounds;
alter table gatherings add column route_position int constraint gatherings_route check ((round_id is null) = (route_position is null));
alter table gatherings add constraint gatherings_round_of_visits check (round_id is null or kind = 'visit');
create unique index gatherings_route_position on gatherings (round_id, route_position) where round_id is not null;

-- A picture, made smaller where it was taken and rid of everything but the picture (`PlainPicture`).
create table gathering_photos (
  key uuid primary key,                                -- made in the browser: sent twice, it is one
  gathering_id bigint not null references gatherings,
  attachment_id uuid not null references attachments constraint gathering_photos_attachment unique,
  caption text not null default '' constraint gathering_photos_caption_length check (char_length(caption) <= 200),
  shows_people boolean not null,
  consents boolean not null,                           -- whoever can be recognised agreed that it is public
  taken_at timestamptz not null,
  added_by bigint not null references staff,
  added_at timestamptz not null,
  removed_at timestamptz
);
create index gathering_photos_of_gathering on gathering_photos (gathering_id, taken_at);

alter table visit_rounds enable row level security;
alter table gathering_photos enable row level security;
grant select on visit_rounds, gathering_photos to minyi_staff;
create policy visit_rounds_of_my_units on visit_rounds for select to minyi_staff using (unit_ids && (select actor_units()));
create policy gathering_photos_of_visible on gathering_photos for select to minyi_staff using (gathering_id = any (array(select id from gatherings)));
grant select, insert, update on visit_rounds, gathering_photos to minyi_guard;
create policy visit_rounds_guard on visit_rounds to minyi_guard using (true) with check (true);
create policy gathering_photos_guard on gathering_photos to minyi_guard using (true) with check (true);

-- ---- Doors ---------------------------------------------------------------------------------------------------------------------
