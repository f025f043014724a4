-- The official calendar and the rules of law, as data. Both are public knowledge.
set local search_path to minyi;

create table calendar_days (
  day date primary key,
  kind text not null constraint calendar_days_kind check (kind in ('holiday', 'workday')),
  name text not null,
  source text not null default ''
);

-- A period or limit fixed by a norm: how many days, of which kind, on what basis, valid when.
create table legal_rules (
  id bigint generated always as identity primary key,
  code text not null,
  name text not null,
  kind text not null constraint legal_rules_kind check (kind in ('limit', 'minimum_period', 'counted_backwards')),
  amount int not null constraint legal_rules_amount check (amount between 0 and 3650),
  day_kind text not null constraint legal_rules_day_kind check (day_kind in ('calendar', 'working')),
  basis text not null,
  scope text not null default '',
  binding boolean not null,               -- false: a plan or a practice, not a norm that must be obeyed
  valid_from date not null,
  valid_until date,                       -- exclusive
  constraint legal_rules_version unique (code, valid_from),
  constraint legal_rules_validity check (valid_until > valid_from)
);
insert into legal_rules (code, name, kind, amount, day_kind, basis, scope, binding, valid_from) values
  ('directory', '政务公开事项标准目录征求意见', 'minimum_period', 7, 'calendar',
   '龙府办〔2020〕58号 三(三)', '没有查到法定最短期限；当年的实施方案安排了7天（2020年11月24日至12月1日）', false, date '2020-11-24'),
  ('decision', '重大行政决策公开征求意见', 'minimum_period', 30, 'calendar',
   '《重大行政决策程序暂行条例》（国务院令第713号）第十五条', '一般不少于30日；因情况紧急等需要缩短的，应当说明', true, date '2019-09-01'),
  ('regulation', '规章草案公开征求意见', 'minimum_period', 30, 'calendar',
   '《规章制定程序条例》第十五条', '', true, date '2018-05-01');

grant select on calendar_days, legal_rules to minyi_public, minyi_staff, minyi_work, minyi_intake, minyi_guard;
grant insert, update, delete on calendar_days, legal_rules to minyi_staff;
alter table calendar_days enable row level security;
alter table legal_rules enable row level security;
create policy calendar_days_everyone_reads on calendar_days for select using (true);
create policy calendar_days_administrator_writes on calendar_days to minyi_staff
  using ((select actor_is('administrator'))) with check ((select actor_is('administrator')));
create policy legal_rules_everyone_reads on legal_rules for select using (true);
create policy legal_rules_administrator_writes on legal_rules to minyi_staff
  using ((select actor_is('administrator'))) with check ((select actor_is('administrator')));
