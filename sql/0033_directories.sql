-- What holds now: final directories for everyone to browse and search, row by row; what stands at the head of each published paper; and what
-- is not published, looked at again each year.
--
-- The tables that are altered are small (thousands of rows), so their constraints are checked at once.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-required-field, require-concurrent-index-creation, disallowed-unique-constraint, adding-not-nullable-field, ban-drop-function
set local search_path to minyi;

-- ---- The fields ----------------------------------------------------------------------------------------------------------------
-- 领域: the 26 that 国办发〔2019〕54号 names, in its spirit and in the words of the national guides. A directory names one or several.
create table fields (
  id int primary key,
  name text not null constraint fields_name unique,
  other_names text[] not null default '{}'        -- what people write for it, too
);
insert into fields (id, name, other_names) values
  (1, '重大建设项目', '{重大建设项目批准和实施}'), (2, '公共资源交易', '{公共资源配置}'), (3, '财政预决算', '{}'), (4, '安全生产', '{}'), (5, '税收管理', '{税收}'),
  (6, '征地补偿', '{农村集体土地征收,征地拆迁}'), (7, '国有土地上房屋征收与补偿', '{国有土地上房屋征收}'), (8, '保障性住房', '{住房保障}'),
  (9, '农村危房改造', '{}'), (10, '环境保护', '{生态环境}'), (11, '公共文化服务', '{}'), (12, '公共法律服务', '{}'), (13, '扶贫', '{乡村振兴,扶贫（乡村振兴）}'),
  (14, '救灾', '{灾害救助}'), (15, '食品药品监管', '{}'), (16, '城乡规划', '{}'), (17, '城市综合执法', '{}'), (18, '就业', '{就业创业}'),
  (19, '社会保险', '{}'), (20, '社会救助', '{}'), (21, '养老服务', '{}'), (22, '户籍管理', '{}'), (23, '涉农补贴', '{}'), (24, '义务教育', '{}'),
  (25, '医疗卫生', '{卫生健康}'), (26, '市政服务', '{}');
grant select on fields to minyi_public, minyi_staff, minyi_work, minyi_guard;

-- The fields that a directory's own words name; none where they name no field.
create function fields_of(p_words text) returns int[]
language sql stable set search_path = minyi, pg_temp
as $$
  select coalesce(array_agg(distinct f.id order by f.id), '{}')
  from regexp_split_to_table(p_words, '[、，,；;[:space:]]+') part, lateral (select regexp_replace(part, '领域$', '') as name) n
  join fields f on f.name = n.name or n.name = any (f.other_names)
$$;

-- ---- What a row says, for finding ------------------------------------------------------------------------------------------------
-- ■ is chosen, □ is not: what stays of a cell with boxes.
create function chosen(p_cell text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select trim(regexp_replace(regexp_replace(p_cell, '[□☐][^■□√☑☐]*', '', 'g'), '[■√☑]', ' ', 'g')) $$;

-- 县级、乡级: the tiers that a cell names.
create function tiers_of(p_cell text) returns text[]
language sql immutable strict parallel safe set search_path = minyi, pg_catalog
as $$ select array(select distinct t from regexp_split_to_table(chosen(p_cell), '[、，,；;/[:space:]]+') t where t <> '') $$;

-- A time limit as people wrote it, as far as it can be read: the first number of days with its unit, and how often the row is to be
-- brought up to date. What cannot be read stays text and is found as `other`.
create function time_limit(p_words text, out amount int, out unit text, out every interval, out codes text[])
language plpgsql immutable strict parallel safe set search_path = pg_catalog
as $$
declare
  words text := lower(normalize(p_words, NFKC));
  found text[];
  days int;
begin
  codes := '{}';
  -- A day of the month, a year and the number of a document are no limit.
  found := regexp_match(words, '(?<![0-9月年\[〔])([0-9]{1,3})[[:space:]]*(个?工作日|个?自然日|小时|[日天周年]|个月)(?!度)');
  if found is not null then
    amount := found[1]::int;
    unit := case when found[2] like '%工作日' then 'working_day' when found[2] = '小时' then 'hour' when found[2] = '周' then 'week'
      when found[2] = '个月' then 'month' when found[2] = '年' then 'year' else 'day' end;
    days := amount * case unit when 'week' then 7 when 'month' then 30 when 'year' then 365 else 1 end;
    if unit = 'hour' then days := (amount + 23) / 24; end if;
  end if;
  every := case
    when words ~ '每个?(季度|季)|按季' then interval '3 months'
    when words ~ '每?半年(内)?(至少)?.{0,3}(更新|公开|公布|1次|一次)|每半年' then interval '6 months'
    when words ~ '每(1|一)?个?月(度)?|按月' then interval '1 month'
    when words ~ '每(2|两|二)年' then interval '2 years'
    when words ~ '每(1|一)?(年|年度)|按年|(一年|年度)(内)?至少' then interval '1 year'
    when words ~ '每(1|一)?(周|星期)|按周' then interval '7 days' end;
  -- "至少半年更新1次" is no limit of days, and the number in it none.
  if every is not null then
    codes := array['recurring'];
  elsif amount is not null then
    codes := codes || case when days > 20 then array['longer'] else
      (case when days <= 7 then '{7}'::text[] else '{}' end) || (case when days <= 10 then '{10}'::text[] else '{}' end) || '{20}'::text[] end;
  end if;
  if words ~ '实时|即时|当日|当天|立即|同步' then codes := array_append(codes, 'at_once'); end if;
  if words ~ '长期|永久|常年|动态' then codes := array_append(codes, 'lasting'); end if;
  if codes = '{}' then codes := array['other']; end if;
end $$;

-- What a text is found by: every two neighbouring characters, and every character.
create function row_grams(p_words text) returns text[]
language sql immutable strict parallel safe set search_path = minyi, pg_catalog
as $$
  select array(select distinct g from (
    select unnest(bigrams(p_words)) union all select unnest(string_to_array(regexp_replace(lower(p_words), '[^[:alnum:]]+', '', 'g'), null))) x (g)
    where g <> '')
$$;

create function like_pattern(p_words text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog
as $$ select replace(replace(replace(p_words, '\', '\\'), '%', '\%'), '_', '\_') $$;

-- A word with one character wrong, missing or too many: for each place, what a row with it has in any case, and how it then reads.
create function near_word(p_word text) returns table (grams text[], patterns text[])
language plpgsql immutable set search_path = minyi, pg_catalog
as $$
declare
  head text;
  tail text;
begin
  for i in 1..char_length(p_word) loop
    head := left(p_word, i - 1);
    tail := substr(p_word, i + 1);
    -- A pair where there is one: a single character is in half of all rows.
    grams := (case when i > 2 then bigrams(head) else row_grams(head) end)
      || (case when char_length(tail) > 1 then bigrams(tail) else row_grams(tail) end);
    patterns := array['%' || like_pattern(head) || '_' || like_pattern(tail) || '%', '%' || like_pattern(head || tail) || '%',
      '%' || like_pattern(head) || '_' || like_pattern(substr(p_word, i)) || '%'];
    return next;
  end loop;
end $$;

-- ---- Final directories -----------------------------------------------------------------------------------------------------------
create sequence directory_numbers;

-- Every edition of a directory that was published. What it said stands in its version.
create table public_editions (
  version_id bigint primary key references published_versions,
  draft_id bigint not null references drafts,
  ordinal int not null,
  stage text not null
);
create index public_editions_of_draft on public_editions (draft_id, ordinal, version_id);

-- The directory that holds: the newest final edition that was published. Sealed, it stays as a tombstone without rows.
create table public_directories (
  draft_id bigint primary key references drafts,
  number text not null constraint public_directories_number unique,
  title text not null,
  field text not null,
  field_ids int[] not null,
  unit_id bigint not null references units,
  unit_name text not null,             -- as it was called when this was published
  procedure_number text not null,
  version_id bigint not null references published_versions,
  version int not null,                -- of the procedure's versions of this kind
  edition int not null,                -- the ordinal of the edition
  rows int not null,
  extra_columns text[] not null default '{}',
  tiers text[] not null default '{}',  -- that its rows name, for choosing
  published_at timestamptz not null,
  first_published_at timestamptz not null,
  confirmed_on date not null,          -- a publication confirms, too
  sealed_at timestamptz
);
create table public_rows (
  id bigint generated always as identity primary key,
  draft_id bigint not null references public_directories on delete cascade,
  lineage uuid not null,
  position int not null,
  number text not null,
  level1 text not null,
  level2 text not null,
  level3 text not null,
  content_elements text not null,
  legal_basis text not null,
  time_limit text not null,
  publisher text not null,
  carriers text not null,
  audience text not null,
  disclosure_mode text not null,
  tier text not null,
  extras jsonb not null,
  limit_amount int,
  limit_unit text constraint public_rows_limit_unit check (limit_unit in ('working_day', 'day', 'hour', 'week', 'month', 'year')),
  update_every interval,               -- how often it is to be brought up to date, where its limit says so
  on_request boolean not null,         -- 依申请公开
  confirmed_on date not null,
  words text not null,                 -- what is searched, folded
  terms text[] not null,               -- pairs and single characters of the words, and marks by which a search is narrowed
  constraint public_rows_lineage unique (draft_id, lineage)
);
create index public_rows_in_order on public_rows (draft_id, position);
create index public_rows_terms on public_rows using gin (terms) with (fastupdate = off);
create index public_rows_to_update on public_rows (draft_id) where update_every is not null;
grant select on public_editions, public_directories, public_rows to minyi_public, minyi_staff, minyi_work;
grant select, insert, update, delete on public_editions, public_directories, public_rows to minyi_guard;

-- Who has said when that rows are as they should be. Without a lineage: the whole directory. Never changed.
create table row_confirmations (
  id bigint generated always as identity primary key,
  draft_id bigint not null references drafts,
  lineage uuid,
  confirmed_at timestamptz not null,
  confirmed_by bigint not null references staff
);
create index row_confirmations_of_draft on row_confirmations (draft_id, lineage);
alter table row_confirmations enable row level security;
grant select on row_confirmations to minyi_staff;
create policy row_confirmations_of_visible on row_confirmations for select to minyi_staff using (draft_id in (select id from drafts));
grant select, insert on row_confirmations to minyi_guard;
create policy row_confirmations_guard on row_confirmations to minyi_guard using (true) with check (true);

-- The marks of a row beside its words. A town: one that the publisher's words name, the directory's own, or `*` where a row is for every
-- town and names none.
create function row_marks(p_unit_id bigint, p_field_ids int[], p_publisher text, p_tier text, p_audience text, p_mode text, p_limit text[],
  p_draft_id bigint) returns text[]
language sql stable set search_path = minyi, pg_temp
as $$
  with named as (
    select u.id from units u where u.kind = 'town' and (u.id = p_unit_id or p_publisher like '%' || regexp_replace(u.name, '人民政府$', '') || '%')
  ), tiers as (
    select name from unnest(tiers_of(p_tier)) name
  )
  select array['directory:' || p_draft_id::text, 'unit:' || p_unit_id::text]
    || array(select 'field:' || f::text from unnest(p_field_ids) f)
    || array(select 'tier:' || name from tiers)
    || case when exists (select from named) then array(select 'town:' || id::text from named)
      when exists (select from tiers where name ~ '^(乡|镇|街)') then array['town:*'] else '{}'::text[] end
    || case when p_audience ~ '全社会' then array['audience:everyone'] when p_audience <> '' then array['audience:some'] else '{}'::text[] end
    || case when p_mode ~ '主动' then array['mode:proactive'] else '{}'::text[] end
    || case when p_mode ~ '依申请' then array['mode:on_request'] else '{}'::text[] end
    || array(select 'limit:' || c from unnest(p_limit) c)
$$;

-- Brings the public directory of a draft up to what was published last as final.
create function show_directory(p_draft_id bigint) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  d drafts;
  v record;
  on_day date;
begin
  select * into d from drafts where id = p_draft_id;
  select w.*, e.ordinal, p.number as procedure_number into v
  from public_editions e join published_versions w on w.id = e.version_id join procedures p on p.id = w.procedure_id
  where e.draft_id = d.id and e.stage = 'final' and w.kind = 'revision' order by e.ordinal desc, w.id desc limit 1;
  if v.id is null then return; end if;
  on_day := china_day(v.published_at);
  insert into public_directories as t (draft_id, number, title, field, field_ids, unit_id, unit_name, procedure_number, version_id, version, edition,
    rows, extra_columns, tiers, published_at, first_published_at, confirmed_on, sealed_at)
  values (d.id, public_number('D', minyi_clock(), nextval('directory_numbers')), coalesce(regexp_replace(v.content ->> 'title', '（正式稿）$', ''), '—'),
    coalesce(v.content ->> 'field', d.field),
    fields_of(coalesce(v.content ->> 'field', d.field)), d.unit_id, v.unit_name, v.procedure_number, v.id, v.version, v.ordinal,
    coalesce(jsonb_array_length(v.content -> 'passages'), 0),
    coalesce(array(select jsonb_array_elements_text(nullif(v.content -> 'extraColumns', 'null'))), '{}'),
    array(select distinct t from jsonb_array_elements(v.content -> 'passages') p, unnest(tiers_of(p ->> 'tier')) t), v.published_at, v.published_at,
    greatest(on_day, (select china_day(max(c.confirmed_at)) from row_confirmations c where c.draft_id = d.id and c.lineage is null)), v.sealed_at)
  on conflict (draft_id) do update set title = excluded.title, field = excluded.field, field_ids = excluded.field_ids, unit_id = excluded.unit_id,
    unit_name = excluded.unit_name, procedure_number = excluded.procedure_number, version_id = excluded.version_id, version = excluded.version,
    edition = excluded.edition, rows = excluded.rows, extra_columns = excluded.extra_columns,
    tiers = excluded.tiers, published_at = excluded.published_at,
    confirmed_on = excluded.confirmed_on, sealed_at = excluded.sealed_at;
  delete from public_rows where draft_id = d.id;
  insert into public_rows (draft_id, lineage, position, number, level1, level2, level3, content_elements, legal_basis, time_limit, publisher,
    carriers, audience, disclosure_mode, tier, extras, limit_amount, limit_unit, update_every, on_request, confirmed_on, words, terms)
  select d.id, r.lineage, r.position, r.number, r.level1, r.level2, r.level3, r."contentElements", r."legalBasis", r."timeLimit", r.publisher,
    r.carriers, r.audience, r."disclosureMode", r.tier, coalesce(r.extras, '{}'), l.amount, l.unit, l.every, chosen(r."disclosureMode") ~ '依申请',
    greatest(on_day, (select china_day(max(c.confirmed_at)) from row_confirmations c
      where c.draft_id = d.id and (c.lineage is null or c.lineage = r.lineage))),
    w.words, row_grams(w.words) || row_marks(d.unit_id, fields_of(d.field), r.publisher, r.tier, chosen(r.audience),
      chosen(r."disclosureMode"), l.codes, d.id)
  from (
    -- 同上: what the last row above it says.
    select x.*, first_value(x."timeLimit") over (partition by x.run order by x.position) as "limitMeant"
    from (
      select p.*, count(*) filter (where p."timeLimit" !~ '^[[:space:]]*(同上|〃|″)') over (order by p.position) as run
      from jsonb_to_recordset(v.content -> 'passages') p (lineage uuid, position int, number text, level1 text, level2 text, level3 text,
        "contentElements" text, "legalBasis" text, "timeLimit" text, publisher text, carriers text, audience text, "disclosureMode" text,
        tier text, extras jsonb)
    ) x
  ) r, lateral time_limit(r."limitMeant") l, lateral (select folded(concat_ws(e'\n', d.title, d.field, r.level1, r.level2, r.level3,
      r."contentElements", r."legalBasis", r."timeLimit", r.publisher, r.audience,
      (select string_agg(e.value, e'\n') from jsonb_each_text(coalesce(r.extras, '{}')) e))) as words) w;
end $$;

create function editions_made_public() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e record;
begin
  if tg_op = 'INSERT' then
    insert into public_editions (version_id, draft_id, ordinal, stage)
    select new.id, d.id, t.ordinal, t.stage from editions t join drafts d on d.id = t.draft_id and d.kind = 'directory'
    where t.id = (new.content -> 'edition' ->> 'id')::bigint on conflict do nothing;
  end if;
  select * into e from public_editions where version_id = new.id;
  if e.stage = 'final' then perform show_directory(e.draft_id); end if;
  -- Its pages tell of every edition: those that are kept somewhere are made anew.
  update public_directories set edition = edition where draft_id = e.draft_id;
  return null;
end $$;
create trigger published_versions_directory after insert on published_versions for each row when (new.kind in ('draft', 'revision'))
  execute function editions_made_public();
-- What is sealed is gone from the directories, too.
create trigger published_versions_directory_sealed after update of content on published_versions for each row
  when (new.kind in ('draft', 'revision') and old.content is not null and new.content is null) execute function editions_made_public();

-- The unit that took over answers for it.
create function directory_handed_over() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  perform show_directory(new.id);
  update evaluations e set unit_id = new.unit_id, unit_ids = new.unit_ids
  where e.draft_id = new.id or e.clearance_id in (select c.id from clearances c join procedures p on p.id = c.procedure_id where p.draft_id = new.id);
  return null;
end $$;
create trigger drafts_directory after update of unit_id on drafts for each row when (old.unit_id <> new.unit_id)
  execute function directory_handed_over();

-- Rows in which all words occur and that have all marks, in the order of the directories: up to p_limit of them after a place, and how many
-- there are. Where nothing has a word as it was typed, rows with one character of it wrong, missing or too many.
create function search_rows(p_words text[], p_marks text[], p_town bigint, p_after_draft bigint, p_after_position int, p_limit int,
  out ids bigint[], out total int, out is_near boolean)
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_custom_plan set jit = off
as $$
declare
  wanted text[] := array(select folded(w) from unnest(p_words) w);
  terms_wanted text[] := p_marks || array(select distinct g from unnest(wanted) w,
    unnest(case when char_length(w) > 1 then bigrams(w) else row_grams(w) end) g);
  -- Two characters are found by the index alone, unless they are signs, which it does not have.
  patterns text[] := array(select '%' || like_pattern(w) || '%' from unnest(wanted) w where char_length(w) > 2 or w !~ '^[[:alnum:]]+$');
  towns text[] := case when p_town is null then null else array['town:' || p_town::text, 'town:*'] end;
  hits bigint[];
begin
  is_near := false;
  if wanted = '{}' then
    select count(*) into total from public_rows r where r.terms @> terms_wanted and (towns is null or r.terms && towns);
    ids := array(select r.id from public_rows r where r.terms @> terms_wanted and (towns is null or r.terms && towns)
      and (p_after_draft is null or (r.draft_id, r.position) > (p_after_draft, p_after_position))
      order by r.draft_id, r.position limit p_limit);
    return;
  end if;
  hits := array(select r.id from public_rows r where r.terms @> terms_wanted and r.words like all (patterns) and (towns is null or r.terms && towns));
  if hits = '{}' then
    is_near := true;
    hits := near_rows(wanted, p_marks, towns);
  end if;
  total := cardinality(hits);
  ids := array(select r.id from public_rows r where r.id = any (hits)
    and (p_after_draft is null or (r.draft_id, r.position) > (p_after_draft, p_after_position))
    order by r.draft_id, r.position limit p_limit);
end $$;

create function near_rows(p_words text[], p_marks text[], p_towns text[]) returns bigint[]
language plpgsql stable set search_path = minyi, pg_temp
set plan_cache_mode = force_custom_plan set enable_seqscan = off set jit = off
as $$
declare
  w text;
  hits bigint[];
  these bigint[];
begin
  foreach w in array p_words loop
    if char_length(w) between 3 and 20 then
      these := array(select distinct r.id from near_word(w) n join public_rows r
        on r.terms @> (n.grams || p_marks) and (p_towns is null or r.terms && p_towns) and r.words like any (n.patterns));
    else
      these := array(select r.id from public_rows r where r.terms @> (row_grams(w) || p_marks) and (p_towns is null or r.terms && p_towns)
        and r.words like '%' || like_pattern(w) || '%');
    end if;
    hits := case when hits is null then these else array(select unnest(hits) intersect select unnest(these)) end;
    if hits = '{}' then return hits; end if;
  end loop;
  return coalesce(hits, '{}');
end $$;

-- Rows, or with none given the whole directory, are as they should be today. Returns how many.
create function confirm_rows(p_draft_id bigint, p_lineages uuid[]) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  d drafts;
  moment timestamptz := minyi_clock();
  confirmed int;
begin
  select t.* into d from drafts t join public_directories p on p.draft_id = t.id and p.sealed_at is null where t.id = p_draft_id for update of t;
  if not found then raise exception 'unknown directory' using errcode = 'P0002'; end if;
  perform require_role(array[d.unit_id], 'organiser');
  if p_lineages is null then
    insert into row_confirmations (draft_id, lineage, confirmed_at, confirmed_by) values (d.id, null, moment, actor_staff());
    update public_directories set confirmed_on = china_day(moment) where draft_id = d.id;
  else
    insert into row_confirmations (draft_id, lineage, confirmed_at, confirmed_by)
    select d.id, r.lineage, moment, actor_staff() from public_rows r where r.draft_id = d.id and r.lineage = any (p_lineages);
    -- What is kept of its pages is made anew.
    update public_directories set confirmed_on = confirmed_on where draft_id = d.id;
  end if;
  update public_rows set confirmed_on = china_day(moment) where draft_id = d.id and (p_lineages is null or lineage = any (p_lineages));
  get diagnostics confirmed = row_count;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (moment, 'draft', d.id, case when p_lineages is null then 'confirmed' else 'rows_confirmed' end, actor_staff(), confirmed::text, d.unit_ids);
  return confirmed;
end $$;

create constraint trigger fields_public after insert or update or delete on fields
  deferrable initially deferred for each row execute function shared_public_row_changed();
create constraint trigger public_directories_public after insert or update or delete on public_directories
  deferrable initially deferred for each row execute function shared_public_row_changed();

-- What has been published already.
insert into public_editions (version_id, draft_id, ordinal, stage)
select v.id, d.id, e.ordinal, e.stage from published_versions v join procedures p on p.id = v.procedure_id join drafts d on d.id = p.draft_id and d.kind = 'directory'
join editions e on e.id = (select c.edition_id from clearances c where c.procedure_id = v.procedure_id and c.kind = v.kind
  and c.published_at is not null and c.content_hash = v.content_hash limit 1)
where v.kind in ('draft', 'revision');
select show_directory(draft_id) from public_editions where stage = 'final' group by draft_id;

-- ---- What stands at the head of a paper ------------------------------------------------------------------------------------------------
insert into site_settings (key, value) values ('index_prefix', ''), ('evaluation_months', '12');

-- 公开属性: proposed by who drafts it, checked at the secrecy review, decided by who signs. `disclosure_attribute` is what holds so far.
-- The other fields are the drafter's; an index number is given at publication.
alter table clearances add column version int not null default 1;       -- grows with what is said of it, so that nobody signs what they did not read
alter table clearances add column proposed_attribute text not null default 'proactive' constraint clearances_proposed check
  (proposed_attribute in ('proactive', 'on_request', 'withheld'));
alter table clearances add column attribute_reason text not null default '' constraint clearances_attribute_reason_length check
  (char_length(attribute_reason) <= 1000);
alter table clearances add column document_number text not null default '' constraint clearances_document_number_length check
  (char_length(document_number) <= 60);
alter table clearances add column written_on date;
alter table clearances add column subject text not null default '' constraint clearances_subject_length check (char_length(subject) <= 60);
alter table clearances add column keywords text not null default '' constraint clearances_keywords_length check (char_length(keywords) <= 200);
update clearances set attribute_reason = left(review_note, 1000), proposed_attribute = disclosure_attribute where disclosure_attribute <> 'proactive';
alter table clearances drop constraint clearances_review_why;
alter table clearances add constraint clearances_review_why check (review_note <> '' or review_passed is not false);
alter table clearances add constraint clearances_attribute_why check (disclosure_attribute = 'proactive' or attribute_reason <> '' or content = '{}');

alter table published_versions add column index_number text constraint published_versions_index_number unique;
alter table published_versions add column document_number text not null default '';
alter table published_versions add column written_on date;
alter table published_versions add column subject text not null default '';
alter table published_versions add column keywords text not null default '';

-- 索引号: prefix of the organ, year in China, running number of that year: MY/2026-00012. Without a prefix of its own (`index_prefix`) that of
-- the numbers. No number is left out: a publication that fails gives its own back.
create table index_numbers (
  year int primary key,
  last int not null
);
alter table index_numbers enable row level security;
grant select, insert, update on index_numbers to minyi_guard;
create policy index_numbers_guard on index_numbers to minyi_guard using (true) with check (true);

create function next_index_number(p_moment timestamptz) returns text
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  y int := extract(year from p_moment at time zone 'Asia/Shanghai');
  n int;
begin
  insert into index_numbers as i (year, last) values (y, 1) on conflict (year) do update set last = i.last + 1 returning last into n;
  return (select coalesce(nullif(max(value) filter (where key = 'index_prefix'), ''), max(value) filter (where key = 'number_prefix'))
    from site_settings where key in ('index_prefix', 'number_prefix')) || '/' || y || '-' || lpad(n::text, greatest(5, length(n::text)), '0');
end $$;
do $$
declare v record;
begin
  for v in select id, published_at from minyi.published_versions order by published_at, id loop
    update minyi.published_versions set index_number = minyi.next_index_number(v.published_at) where id = v.id;
  end loop;
end $$;

create or replace function version_published(p_clearance clearances, p_moment timestamptz) returns bigint
language sql security definer set search_path = minyi, pg_temp
as $$
  insert into published_versions (procedure_id, kind, version, title, unit_name, content, content_hash, published_at, index_number,
    document_number, written_on, subject, keywords)
  select p.id, p_clearance.kind, 1 + coalesce((select max(version) from published_versions v where v.procedure_id = p.id and v.kind = p_clearance.kind), 0),
    p_clearance.title, u.name, p_clearance.content, p_clearance.content_hash, p_moment, next_index_number(p_moment),
    p_clearance.document_number, p_clearance.written_on, p_clearance.subject, p_clearance.keywords
  from procedures p join units u on u.id = p.unit_id where p.id = p_clearance.procedure_id
  returning id
$$;

-- What is said of a paper that is prepared anew is what was said of it before; of a new one what is plain.
create function clearances_described() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  before clearances;
begin
  select * into before from clearances c where c.procedure_id = new.procedure_id and c.kind = new.kind and c.published_at is null and c.content <> '{}'
  order by c.id desc limit 1;
  if found then
    new.document_number := before.document_number;
    new.subject := before.subject;
    new.keywords := before.keywords;
    new.written_on := before.written_on;
    if before.attribute_reason <> '' then
      new.proposed_attribute := before.proposed_attribute;
      new.disclosure_attribute := before.proposed_attribute;
      new.attribute_reason := case when before.proposed_attribute = 'proactive' then '' else before.attribute_reason end;
    end if;
  else
    new.subject := left((select p.field from procedures p where p.id = new.procedure_id), 60);
    new.written_on := china_day(new.prepared_at);
  end if;
  return new;
end $$;
create trigger clearances_described before insert on clearances for each row execute function clearances_described();

-- The drafter says what the paper is and proposes its attribute, until the secrecy review. Returns the version it has now.
create function describe_clearance(p_id bigint, p_version int, p_attribute text, p_reason text, p_document_number text, p_written_on date,
  p_subject text, p_keywords text) returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  perform require_role(c.unit_ids, 'organiser');
  if c.published_at is not null or c.withdrawn_at is not null or c.reviewed_at is not null then
    raise exception 'no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if (c.proposed_attribute, c.attribute_reason, c.document_number, c.subject, c.keywords) = (p_attribute, p_reason, p_document_number, p_subject, p_keywords)
     and c.written_on is not distinct from p_written_on then return c.version; end if;
  if c.version <> p_version then raise exception 'changed meanwhile' using errcode = '23514', constraint = 'clearances_changed_meanwhile'; end if;
  if p_written_on > china_day(minyi_clock()) then
    raise exception 'written in the future' using errcode = '23514', constraint = 'clearances_written_on';
  end if;
  update clearances set proposed_attribute = p_attribute, disclosure_attribute = p_attribute,
    attribute_reason = case when p_attribute = 'proactive' then '' else p_reason end, document_number = p_document_number,
    written_on = p_written_on, subject = p_subject, keywords = p_keywords, version = version + 1 where id = c.id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', c.id, 'described', actor_staff(), p_attribute, c.unit_ids);
  return c.version + 1;
end $$;

-- As before. The review of secrets comes first; the attribute is what the office finds right: its own reason where it differs.
drop function review_clearance(bigint, boolean, text, text);
create function review_clearance(p_id bigint, p_passed boolean, p_note text, p_attribute text, p_version int default null) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare c clearances;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  perform require_role(c.unit_ids, 'secrecy_reviewer');
  -- A second press of the same button.
  if c.reviewed_by = actor_staff() and c.review_passed = p_passed and c.disclosure_attribute = p_attribute then return; end if;
  if c.published_at is not null or c.withdrawn_at is not null or c.reviewed_at is not null then
    raise exception 'no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if c.version <> p_version then raise exception 'changed meanwhile' using errcode = '23514', constraint = 'clearances_changed_meanwhile'; end if;
  update clearances set reviewed_by = actor_staff(), reviewed_at = minyi_clock(), review_passed = p_passed,
    review_note = coalesce(p_note, ''), disclosure_attribute = p_attribute, version = version + 1,
    attribute_reason = case when p_attribute = 'proactive' then '' when p_attribute = c.proposed_attribute and c.attribute_reason <> ''
      then c.attribute_reason else coalesce(p_note, '') end,
    withdrawn_at = case when p_passed then null else minyi_clock() end
  where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', p_id, 'secrecy_reviewed', actor_staff(), case when p_passed then 'passed' else 'refused' end, c.unit_ids);
end $$;

-- As before. Who signs decides on the attribute; theirs is another than the office's only with a reason.
drop function approve_clearance(bigint, boolean, text, text, date, uuid);
create function approve_clearance(p_id bigint, p_granted boolean, p_note text, p_signer text, p_signed_on date, p_scan uuid,
  p_attribute text default null, p_version int default null) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  c clearances;
  on_paper boolean := coalesce(p_signer, '') <> '';
  decided text;
begin
  select * into c from clearances where id = p_id for update;
  if not found then raise exception 'unknown clearance' using errcode = 'P0002'; end if;
  decided := coalesce(p_attribute, c.disclosure_attribute);
  if on_paper then
    perform require_role(c.unit_ids, 'organiser', 'clerk', 'approver');
    -- A fresh upload of their own; no file of something else.
    if not exists (select from attachments a where a.id = p_scan and a.uploaded_by = actor_staff() and a.expires_at is not null) then
      raise exception 'the scan is missing' using errcode = '23514', constraint = 'clearances_paper_complete';
    end if;
    if p_signer = (select display_name from staff where id = c.prepared_by) then
      raise exception 'signed by who prepared it' using errcode = '23514', constraint = 'clearances_second_person';
    end if;
  else
    perform require_role(c.unit_ids, 'approver');
  end if;
  -- A second press of the same button; the second copy of a scan is claimed by nothing and swept.
  if c.approved_by = actor_staff() and c.approval_granted = p_granted and (c.paper_signer <> '') = on_paper and c.disclosure_attribute = decided
  then return; end if;
  if c.published_at is not null or c.withdrawn_at is not null or c.approved_at is not null or c.review_passed is not true then
    raise exception 'not reviewed or no longer pending' using errcode = '23514', constraint = 'clearances_pending';
  end if;
  if c.version <> p_version then raise exception 'changed meanwhile' using errcode = '23514', constraint = 'clearances_changed_meanwhile'; end if;
  if p_granted and decided <> c.disclosure_attribute and coalesce(p_note, '') = '' then
    raise exception 'another attribute without a reason' using errcode = '23514', constraint = 'clearances_attribute_why';
  end if;
  if on_paper then update attachments set expires_at = null where id = p_scan; end if;
  update clearances set approved_by = actor_staff(), approved_at = minyi_clock(), approval_granted = p_granted,
    approval_note = coalesce(p_note, ''), paper_signer = coalesce(p_signer, ''), paper_signed_on = p_signed_on, paper_scan_id = p_scan,
    disclosure_attribute = decided, version = version + 1,
    attribute_reason = case when decided = 'proactive' then '' when decided = c.disclosure_attribute then c.attribute_reason else p_note end,
    withdrawn_at = case when p_granted then null else minyi_clock() end
  where id = p_id;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), 'clearance', p_id, 'approved', actor_staff(),
    case when not p_granted then 'refused' when on_paper then 'granted_on_paper' else 'granted' end, c.unit_ids);
  if p_granted and decided <> c.disclosure_attribute then
    insert into events (at, subject, subject_id, kind, staff_id, from_state, to_state, unit_ids)
    values (minyi_clock(), 'clearance', p_id, 'attribute_decided', actor_staff(), c.disclosure_attribute, decided, c.unit_ids);
  end if;
end $$;

-- ---- Looked at again each year ---------------------------------------------------------------------------------------------------------
-- 定期评估 (国务院令711号 art. 18; each year by the county's plan): what is on request or withheld, a paper or a row of a final directory.
create table evaluations (
  id bigint generated always as identity primary key,
  clearance_id bigint references clearances,
  draft_id bigint references drafts,
  lineage uuid,                        -- a row of the directory
  attribute text not null constraint evaluations_attribute check (attribute in ('on_request', 'withheld')),
  decided_last_on date not null,       -- when it was decided on the last time
  due_on date not null,
  unit_id bigint not null references units,
  unit_ids bigint[] not null,
  opened_at timestamptz not null,
  outcome text constraint evaluations_outcome check (outcome in ('stays', 'public', 'other')),
  reason text not null default '' constraint evaluations_reason_length check (char_length(reason) <= 1000),
  decided_by bigint references staff,
  decided_at timestamptz,
  constraint evaluations_subject check (num_nonnulls(clearance_id, lineage) = 1 and (lineage is null) = (draft_id is null)),
  constraint evaluations_decided check ((outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)),
  constraint evaluations_why check (outcome is null or reason <> '')
);
create unique index evaluations_open_paper on evaluations (clearance_id) where decided_at is null;
create unique index evaluations_open_row on evaluations (draft_id, lineage) where decided_at is null;
create index evaluations_of_row on evaluations (draft_id, lineage, decided_at);
create index evaluations_of_paper on evaluations (clearance_id, decided_at);
alter table evaluations enable row level security;
grant select on evaluations to minyi_staff;
create policy evaluations_of_my_units on evaluations for select to minyi_staff using (unit_ids && (select actor_units()));
grant select, insert, update, delete on evaluations to minyi_guard;
create policy evaluations_guard on evaluations to minyi_guard using (true) with check (true);

alter table notices drop constraint notices_kind;
alter table notices add constraint notices_kind check (
  submission_id is not null and kind in ('received', 'accepted', 'not_accepted', 'assigned', 'extended', 'paused', 'resumed', 'answered',
    'published', 'addition_received', 'result')
  or staff_id is not null and kind in ('assigned', 'to_screen', 'given_back', 'returned', 'to_approve', 'early', 'yellow', 'red', 'overdue',
    'supervised', 'extension_requested', 'extension_decided', 'reopened', 'addition', 'rated_low', 'digest', 'test', 'pause_review', 'evaluation'));

-- Opens what is due, closes what is no longer there, and reminds units: on the day something is opened, and on the first day of each month while
-- it is open. Returns how many were opened.
create function open_evaluations() returns int
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  today date := china_day(minyi_clock());
  span interval := make_interval(months => greatest(1, case_number_of('evaluation_months', 12)));
  opened int;
  u record;
begin
  delete from evaluations e where e.decided_at is null and (
    e.clearance_id is not null and not exists (select from clearances c where c.id = e.clearance_id and c.withdrawn_at is null and c.published_at is null)
    or e.lineage is not null and not exists (select from public_rows r where r.draft_id = e.draft_id and r.lineage = e.lineage and r.on_request));
  with subjects as (
    select c.id as clearance_id, null::bigint as draft_id, null::uuid as lineage, c.disclosure_attribute as attribute, china_day(c.approved_at) as last_on,
      p.unit_id, c.unit_ids
    from clearances c join procedures p on p.id = c.procedure_id
    where c.approval_granted and c.withdrawn_at is null and c.published_at is null and c.disclosure_attribute <> 'proactive'
    union all
    -- Since the first edition in which the public read that it is.
    select null, r.draft_id, r.lineage, 'on_request', coalesce((select china_day(min(w.published_at)) from public_editions e
        join published_versions w on w.id = e.version_id cross join jsonb_array_elements(w.content -> 'passages') p
        where e.draft_id = r.draft_id and p ->> 'lineage' = r.lineage::text and chosen(p ->> 'disclosureMode') ~ '依申请'),
      china_day(d.published_at)), d.unit_id, t.unit_ids
    from public_rows r join public_directories d using (draft_id) join drafts t on t.id = r.draft_id where r.on_request
  ), dated as (
    select s.*, greatest(s.last_on, (select china_day(max(e.decided_at)) from evaluations e
      where e.clearance_id = s.clearance_id or e.draft_id = s.draft_id and e.lineage = s.lineage)) as decided_on from subjects s
  )
  insert into evaluations (clearance_id, draft_id, lineage, attribute, decided_last_on, due_on, unit_id, unit_ids, opened_at)
  select clearance_id, draft_id, lineage, attribute, decided_on, (decided_on + span)::date, unit_id, unit_ids, minyi_clock()
  from dated where decided_on + span <= today on conflict do nothing;
  get diagnostics opened = row_count;
  for u in select unit_id, count(*) as open from evaluations where decided_at is null group by unit_id
    having extract(day from today) = 1 or bool_or(china_day(opened_at) = today)
  loop
    perform notify_staff('evaluation', array[u.unit_id], array['organiser'], format('evaluation.%s.%s', u.unit_id, today),
      jsonb_build_object('unit_id', u.unit_id, 'open', u.open));
  end loop;
  return opened;
end $$;

-- What came of it. A paper that becomes public is prepared anew: it goes through secrecy review and approval as any other.
create function decide_evaluation(p_id bigint, p_outcome text, p_reason text) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  e evaluations;
begin
  select * into e from evaluations where id = p_id for update;
  if not found then raise exception 'unknown evaluation' using errcode = 'P0002'; end if;
  perform require_role(e.unit_ids, 'organiser');
  -- A second press of the same button.
  if e.decided_by = actor_staff() and e.outcome = p_outcome then return; end if;
  if e.decided_at is not null then raise exception 'decided already' using errcode = '23514', constraint = 'evaluations_once'; end if;
  update evaluations set outcome = p_outcome, reason = coalesce(p_reason, ''), decided_by = actor_staff(), decided_at = minyi_clock() where id = e.id;
  if p_outcome = 'public' and e.clearance_id is not null then
    update clearances set withdrawn_at = minyi_clock() where id = e.clearance_id and published_at is null and withdrawn_at is null;
  end if;
  insert into events (at, subject, subject_id, kind, staff_id, code, unit_ids)
  values (minyi_clock(), case when e.clearance_id is null then 'draft' else 'clearance' end, coalesce(e.clearance_id, e.draft_id), 'evaluated',
    actor_staff(), p_outcome, e.unit_ids);
end $$;

-- As before, with what stands at the head of a paper.
create or replace function seal_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  edition bigint;
  quoting bigint[];
begin
  select * into v from published_versions where id = s.version_id for update;
  -- Of revisions there may be several, each about an edition of its own.
  edition := case when v.kind in ('draft', 'revision') then (v.content -> 'edition' ->> 'id')::bigint end;
  insert into sealed_contents values (s.id, 'version', v.id, v.title || e'\n' || v.content::text);
  insert into sealed_contents select s.id, 'version_opinion', ordinal, concat_ws(e'\n', label, body, reason)
    from published_opinions where version_id = v.id;
  insert into sealed_contents select s.id, 'clearance', id, concat_ws(e'\n', title, reason, content::text)
    from clearances where procedure_id = v.procedure_id and kind = v.kind and (v.kind <> 'revision' or edition_id = edition);
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where version_id = v.id;
  update attachments a set unit_ids = '{}' from clearances c
    where a.id = c.paper_scan_id and c.procedure_id = v.procedure_id and c.kind = v.kind and (v.kind <> 'revision' or c.edition_id = edition);
  update clearances set content = '{}', title = '—', reason = '', document_number = '', subject = '', keywords = '', attribute_reason = '',
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, moment) end
    where procedure_id = v.procedure_id and kind = v.kind and (v.kind <> 'revision' or edition_id = edition);
  if v.kind = 'announcement' then
    update procedures set explanatory_note = '', legal_basis = '', shortening_reason = '' where id = v.procedure_id;
  elsif v.kind in ('draft', 'revision') then
    insert into sealed_contents select s.id, 'passage', id, concat_ws(e'\n', level1, level2, level3, content_elements, legal_basis,
        time_limit, publisher, carriers, audience, source, text, nullif(extras, '{}')) from passages where edition_id = edition;
    update passages set level1 = '', level2 = '', level3 = '', content_elements = '', legal_basis = '', time_limit = '', publisher = '',
      carriers = '', audience = '', disclosure_mode = '', tier = '', source = '', text = '', extras = '{}' where edition_id = edition;
    -- The record of changes quotes its words, also as what they were before the next edition changed them.
    quoting := array(select n.id from editions n join editions e on e.draft_id = n.draft_id and n.ordinal in (e.ordinal, e.ordinal + 1)
      where e.id = edition);
    insert into sealed_contents select s.id, 'passage_change', c.id, concat_ws(e'\n', c.before, c.after) from passage_changes c
      where c.edition_id = any (quoting) and (c.before is not null or c.after is not null);
    update passage_changes c set before = null, after = null
      where c.edition_id = any (quoting);
  end if;
  update published_versions set content = null, title = '—', document_number = '', subject = '', keywords = '', sealed_at = moment,
    seal_reason = s.reason where id = v.id;
  update public_procedures set version = version + 1 where procedure_id = v.procedure_id;
end $$;

do $$
declare f text;
begin
  foreach f in array array['row_marks(bigint, int[], text, text, text, text, text[], bigint)', 'show_directory(bigint)', 'editions_made_public()',
    'directory_handed_over()', 'next_index_number(timestamptz)', 'clearances_described()'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  foreach f in array array['confirm_rows(bigint, uuid[])', 'describe_clearance(bigint, int, text, text, text, date, text, text)',
    'review_clearance(bigint, boolean, text, text, int)', 'approve_clearance(bigint, boolean, text, text, date, uuid, text, int)',
    'decide_evaluation(bigint, text, text)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
    execute 'grant execute on function ' || f || ' to minyi_staff';
  end loop;
  execute 'alter function open_evaluations() owner to minyi_guard';
  execute 'grant execute on function open_evaluations() to minyi_work';
  foreach f in array array['search_rows(text[], text[], bigint, bigint, int, int)', 'near_rows(text[], text[], text[])', 'near_word(text)',
    'row_grams(text)', 'like_pattern(text)', 'fields_of(text)', 'chosen(text)', 'tiers_of(text)', 'time_limit(text)'] loop
    execute 'grant execute on function ' || f || ' to minyi_public, minyi_staff, minyi_guard';
  end loop;
  grant execute on function china_day(timestamptz) to minyi_public;
  grant usage on sequence directory_numbers to minyi_guard;
end $$;
