-- 封存公告: a sealed notice takes what it said out of everything that was made of it, and out of what those who work on it still had of it.
-- Everything public about a consultation, hearing, forum or visit comes from its row, and so do calendar, receipts, screens, lots and exports: the
-- words go there, as those of everything that is sealed do, and kind and number stay. No door lets anybody write them back; what a later notice of
-- change says, such as another place, is public as that notice is.
set local search_path to minyi;

-- How a matter is called once its notice is sealed. Nothing else says it.
create function sealed_title(p_kind text, p_number text) returns text
language sql immutable set search_path = pg_catalog
as $$
  select case p_kind when 'solicitation' then '征求意见' when 'hearing' then '听证会' when 'forum' then '座谈会' when 'visit' then '实地走访' end
    || ' ' || p_number || '（公告已封存）'
$$;

-- Whether one of these stands in a document of JSON, as it is written there.
create function json_holds(p_json text, p_words text[]) returns boolean
language sql immutable set search_path = pg_catalog
as $$
  select exists (select from unnest(p_words) w cross join lateral (select to_jsonb(w)::text) j (text)
    where w <> '' and strpos(p_json, substr(j.text, 2, char_length(j.text) - 2)) > 0)
$$;

-- Papers lose their words, and what others noted about them, which may quote; one that was not published is withdrawn.
create function blank_clearances(p_seal_id bigint, p_ids bigint[], p_moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into sealed_contents select p_seal_id, 'clearance', id, concat_ws(e'\n', title, reason, document_number, subject, keywords, proposed_reason,
      attribute_reason, review_note, approval_note, content::text)
    from clearances where id = any (p_ids) on conflict do nothing;
  insert into sealed_contents select p_seal_id, 'evaluation', id, reason from evaluations where clearance_id = any (p_ids) and reason <> ''
    on conflict do nothing;
  update attachments a set unit_ids = '{}' from clearances c where a.id = c.paper_scan_id and c.id = any (p_ids);
  update clearances set content = '{}', title = '—', reason = '', document_number = '', subject = '', keywords = '', attribute_reason = '',
      proposed_reason = '', review_note = case when review_note = '' then '' else '—' end,
      approval_note = case when approval_note = '' then '' else '—' end,
      withdrawn_at = case when published_at is null then coalesce(withdrawn_at, p_moment) end
    where id = any (p_ids);
  update evaluations set reason = '—' where clearance_id = any (p_ids) and reason <> '';
  -- What a change would do, or did: where it moves to, who nominates.
  insert into sealed_contents select p_seal_id, 'gathering_change', clearance_id, concat_ws(e'\n', place, nominator)
    from gathering_changes where clearance_id = any (p_ids) on conflict do nothing;
  update gathering_changes set place = case when kind = 'moved' then '—' end, nominator = case when kind = 'nominated' then '—' else '' end
    where clearance_id = any (p_ids);
end $$;
grant update on gathering_changes to minyi_guard;

-- What a notice said, wherever it was taken from the notice or the notice from it. `v`: as it was before it lost its words.
create function unsay_notice(p_seal_id bigint, v published_versions, p_moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  p procedures;
  g gatherings;
  of_matter bigint[];
  said text[];
begin
  select * into p from procedures where id = v.procedure_id;
  of_matter := array(select id from gatherings where procedure_id = p.id and (v.gathering_id is null or id = v.gathering_id) order by id for update);
  if v.kind = 'announcement' then
    said := array[p.title];
    insert into sealed_contents values (p_seal_id, 'procedure', p.id, concat_ws(e'\n', p.title, p.legal_basis, p.explanatory_note,
      p.shortening_reason, p.contact_phone, p.contact_address, p.contact_postcode, p.contact_email)) on conflict do nothing;
    update procedures set title = sealed_title(kind, number), legal_basis = '', explanatory_note = '', shortening_reason = '', contact_phone = '',
      contact_address = '', contact_postcode = '', contact_email = '' where id = p.id;
    -- Its contacts are public as it was announced with them: the row does not follow them.
    update public_procedures set contact_phone = '', contact_address = '', contact_postcode = '', contact_email = '' where procedure_id = p.id;
    -- Units that are asked for their view have it in the title of what they owe, and find it by that. There it stands last, behind 43 signs at
    -- most, and is cut where it is long.
    with renamed as (
      update cases c set title = left(case when char_length(p.title) <= 157 then replace(c.title, p.title, sealed_title(p.kind, p.number))
          else left(c.title, strpos(c.title, left(p.title, 157)) - 1) || sealed_title(p.kind, p.number) end, 200)
      from opinion_views x join opinions o on o.id = x.opinion_id join submissions s on s.id = o.submission_id
      where c.id = x.case_id and s.procedure_id = p.id and strpos(c.title, left(p.title, 157)) > 0 returning c.id, c.number, c.title)
    update case_words w set grams = bigrams(concat_ws(' ', r.number, r.title, w.added)) from renamed r where w.case_id = r.id;
  elsif v.kind = 'gathering_notice' then
    select * into g from gatherings where id = v.gathering_id;
    said := array[g.title, g.place];
    insert into sealed_contents values (p_seal_id, 'gathering', g.id, concat_ws(e'\n', g.title, g.matter, g.legal_basis, g.place, g.live_url,
      g.conditions, g.papers, g.identity_basis, g.practice_reason, g.contact_phone, g.contact_address, g.contact_postcode, g.contact_email,
      gathering_categories_of(g.id)::text)) on conflict do nothing;
    -- Applicants are counted, and drawn, by the names of the categories: these stay.
    update gathering_categories set described = '', nominator = case when nominator = '' then '' else '—' end where gathering_id = g.id;
    update gatherings set title = sealed_title(kind, number), matter = '', legal_basis = '', place = '', live_url = '', conditions = '', papers = '',
      identity_basis = case when identity_basis = '' then '' else '—' end, practice_reason = '', contact_phone = '', contact_address = '',
      contact_postcode = '', contact_email = '', version = version + 1 where id = g.id;
    perform show_lot(id) from lots where gathering_id = g.id;
  else
    -- A notice of change: what it has changed.
    said := array(select w from gathering_changes h join clearances c on c.id = h.clearance_id cross join lateral (values (h.place), (h.nominator)) x (w)
      where c.gathering_id = v.gathering_id and c.content_hash = v.content_hash and c.published_at is not null and x.w <> '');
    update gathering_categories set nominator = '—' where gathering_id = v.gathering_id and nominator = any (said);
    update gatherings set place = case when place = any (said) then '' else place end, version = version + 1 where id = v.gathering_id;
  end if;

  -- What is worked on, or was prepared, with these words. Papers are proposed anew without them; what is published has a seal of its own.
  perform blank_clearances(p_seal_id, array(select c.id from clearances c where c.procedure_id = p.id
    and (v.gathering_id is null or c.gathering_id = v.gathering_id) and c.published_at is null and c.content <> '{}'
    and json_holds(to_jsonb(c.title)::text || c.content::text, said)), p_moment);
  insert into sealed_contents select p_seal_id, 'paper.' || w.kind, w.gathering_id, w.content::text from gathering_papers w
    where w.gathering_id = any (of_matter) and json_holds(w.content::text, said) on conflict do nothing;
  delete from gathering_papers w where w.gathering_id = any (of_matter) and json_holds(w.content::text, said)
    and not exists (select from published_versions x where x.gathering_id = w.gathering_id and x.kind = w.kind);
  delete from gathering_files f where f.gathering_id = any (of_matter) and json_holds(f.words::text, said);
  -- Letters to subscribers and reports of a programme name it.
  update notices n set facts = n.facts || jsonb_build_object('title', sealed_title(coalesce(g.kind, p.kind), coalesce(g.number, p.number)))
    where v.kind <> 'gathering_change' and n.facts ? 'title' and n.facts ->> 'number' = coalesce(g.number, p.number);
  update reports r set version = r.version + 1, content = replace(r.content::text, to_jsonb(said[1])::text,
      to_jsonb(sealed_title(coalesce(g.kind, p.kind), coalesce(g.number, p.number)))::text)::jsonb
    where v.kind <> 'gathering_change' and strpos(r.content::text, to_jsonb(said[1])::text) > 0;
end $$;

-- As before (0038), and an announcement takes its words along.
create or replace function seal_procedure_version(s seals, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  v published_versions;
  edition bigint;
  quoting bigint[];
  of_paper bigint[];
begin
  select * into v from published_versions where id = s.version_id for update;
  -- Of revisions there may be several, each about an edition of its own.
  edition := case when v.kind in ('draft', 'revision') then (v.content -> 'edition' ->> 'id')::bigint end;
  of_paper := array(select id from clearances where procedure_id = v.procedure_id and kind = v.kind and (v.kind <> 'revision' or edition_id = edition)
    and (published_at is null or content_hash = v.content_hash));
  if v.kind in ('draft', 'revision') then
    of_paper := of_paper || array(select c.id from clearances c join procedures p on p.id = c.procedure_id
      where p.draft_id = (select draft_id from procedures where id = v.procedure_id) and c.kind in ('draft', 'revision')
        and c.published_at is null and c.id <> all (of_paper)
        and exists (select from jsonb_array_elements(c.content -> 'passages') y where y.value - array['lineage', 'position', 'number'] in (
          select x.value - array['lineage', 'position', 'number'] from jsonb_array_elements(v.content -> 'passages') x)));
  end if;
  insert into sealed_contents values (s.id, 'version', v.id,
    concat_ws(e'\n', v.title, v.document_number, v.subject, v.keywords, v.content::text));
  insert into sealed_contents select s.id, 'version_opinion', ordinal, concat_ws(e'\n', label, body, reason)
    from published_opinions where version_id = v.id;
  update published_opinions set label = '—', body = null, reason = '—', sealed_at = moment where version_id = v.id;
  perform blank_clearances(s.id, of_paper, moment);
  if v.kind = 'announcement' then
    perform unsay_notice(s.id, v, moment);
  elsif v.kind in ('draft', 'revision') then
    insert into sealed_contents select s.id, 'evaluation', t.id, t.reason from evaluations t join passages p on p.edition_id = edition
      and p.lineage = t.lineage where t.reason <> '' on conflict do nothing;
    update evaluations t set reason = '—' from passages p where p.edition_id = edition and p.lineage = t.lineage and t.reason <> '';
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

-- As before (0045).
create or replace function seal_questionnaire_version(s seals, v published_versions, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  -- Publishing takes this row first, too.
  perform 1 from questionnaires where id = v.questionnaire_id for update;
  insert into sealed_contents values (s.id, 'version', v.id,
    concat_ws(e'\n', v.title, v.document_number, v.subject, v.keywords, v.content::text));
  perform blank_clearances(s.id, array(select id from clearances where questionnaire_id = v.questionnaire_id
    and (published_at is null or content_hash = v.content_hash)), moment);
  update published_versions set content = null, title = '—', document_number = '', subject = '', keywords = '', sealed_at = moment,
    seal_reason = s.reason where id = v.id;
end $$;

-- As before (0048), and a notice takes its words along.
create or replace function seal_gathering_version(s seals, v published_versions, moment timestamptz) returns void
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  -- Publishing takes these rows first, too.
  perform 1 from procedures where id = v.procedure_id for update;
  perform 1 from gatherings where id = v.gathering_id for update;
  insert into sealed_contents values (s.id, 'version', v.id,
    concat_ws(e'\n', v.title, v.document_number, v.subject, v.keywords, v.content::text));
  insert into sealed_contents select s.id, 'gathering_paper', v.gathering_id, content::text
    from gathering_papers where gathering_id = v.gathering_id and kind = v.kind;
  update gathering_papers set content = '{"title":"—","sections":[],"figuresAt":""}', version = version + 1
    where gathering_id = v.gathering_id and kind = v.kind;
  delete from gathering_files where gathering_id = v.gathering_id
    and kind = case v.kind when 'gathering_notice' then 'notice' when 'participant_list' then 'list' when 'gathering_record' then 'record' end;
  if v.kind in ('gathering_notice', 'gathering_change') then perform unsay_notice(s.id, v, moment); end if;
  perform blank_clearances(s.id, array(select id from clearances where gathering_id = v.gathering_id and kind = v.kind
    and (published_at is null or content_hash = v.content_hash)), moment);
  update published_versions set content = null, title = '—', document_number = '', subject = '', keywords = '', sealed_at = moment,
    seal_reason = s.reason where id = v.id;
  update public_procedures set version = version + 1 where procedure_id = v.procedure_id;
end $$;

-- Whether a record may hold lines in another form than word for word: masked, or quoted by who objected to them.
create function may_quote(p_json text, p_lines text[], p_objected boolean) returns boolean
language sql immutable set search_path = pg_catalog
as $$
  select p_objected and strpos(p_json, '页有异议：') > 0
    or strpos(p_json, '**') > 0 and exists (select from unnest(p_lines) l where strpos(p_json, l) = 0)
$$;

-- As before (0060). A record that was cleared with the words masked is blanked, too, and objections to the page on which they stood, which may
-- quote them: in a record that is not published these stand word for word or masked, so it is set aside.
create or replace function statement_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  held bigint := (select min(gathering_id) from gathering_entries where submission_id = new.id);
  seal bigint := (select id from seals where submission_id = new.id and declined_at is null);
  pages int[] := array(select page from gathering_entries where submission_id = new.id and body <> '' and page is not null);
  lines text[] := array(select '：' || substr(b.text, 2, length(b.text) - 2) from gathering_entries e
    cross join lateral (select to_jsonb(e.body)::text) b (text) where e.submission_id = new.id and e.body <> '');
  objected boolean;
  line text;
begin
  if held is null then return null; end if;
  insert into sealed_contents select seal, 'transcript_mark.' || k.page, k.person_id, k.note from transcript_marks k
    join gathering_people m on m.id = k.person_id and m.gathering_id = held
    where seal is not null and k.page = any (pages) and k.note not in ('', '—');
  update transcript_marks k set note = '—' from gathering_people m
    where m.id = k.person_id and m.gathering_id = held and k.page = any (pages) and k.note not in ('', '—');
  objected := found;
  -- A record that is not published holds the lines, too (`HearingReport`): what was cleared is set aside. A published one has a seal of its own.
  delete from gathering_papers where gathering_id = held and kind = 'gathering_record'
    and may_quote(content::text, lines, objected)
    and not exists (select from published_versions v where v.gathering_id = held and v.kind = 'gathering_record');
  perform blank_clearances(seal, array(select id from clearances where gathering_id = held and kind = 'gathering_record' and published_at is null
    and may_quote(content::text, lines, objected)), minyi_clock());
  foreach line in array lines loop
    update gathering_papers set content = replace(replace(content::text, line || '\n', '：—\n'), line || '"', '：—"')::jsonb, version = version + 1
    where gathering_id = held and kind = 'gathering_record' and strpos(content::text, line) > 0;
    update clearances set content = replace(replace(content::text, line || '\n', '：—\n'), line || '"', '：—"')::jsonb,
      withdrawn_at = coalesce(withdrawn_at, minyi_clock())
    where gathering_id = held and kind = 'gathering_record' and published_at is null and strpos(content::text, line) > 0;
  end loop;
  insert into sealed_contents (seal_id, source, source_id, content)
  select s.id, 'gathering_entry', e.id, e.body from seals s join gathering_entries e on e.submission_id = new.id and e.body <> ''
  where s.submission_id = new.id and s.declined_at is null;
  update screen_entries s set body = '—', sealed = true from gathering_entries e
  where e.submission_id = new.id and e.body <> '' and s.gathering_id = e.gathering_id and s.position = e.position;
  update gathering_entries set body = '—' where submission_id = new.id and body <> '';
  -- Files made of the words as they stood; asked for again, they are made without them.
  delete from gathering_files f using gathering_entries e
  where e.submission_id = new.id and f.gathering_id = e.gathering_id and f.kind in ('transcript', 'record');
  return null;
end $$;

do $$
declare f text;
begin
  foreach f in array array['sealed_title(text, text)', 'json_holds(text, text[])', 'blank_clearances(bigint, bigint[], timestamptz)',
    'unsay_notice(bigint, published_versions, timestamptz)', 'may_quote(text, text[], boolean)'] loop
    execute 'alter function ' || f || ' owner to minyi_guard';
  end loop;
  grant execute on function json_holds(text, text[]) to minyi_staff;
end $$;

-- What was sealed before.
do $$
declare
  v published_versions;
  seal bigint;
begin
  for v in select * from published_versions where sealed_at is not null and kind in ('announcement', 'gathering_notice', 'gathering_change') order by id loop
    seal := (select id from seals where version_id = v.id and confirmed_at is not null);
    perform unsay_notice(seal, v, v.sealed_at);
    perform blank_clearances(seal, array(select id from clearances where gathering_id = v.gathering_id and kind = v.kind and content = '{}'), v.sealed_at);
  end loop;
end $$;
