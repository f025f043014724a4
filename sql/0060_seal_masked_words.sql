-- The proposed record of a hearing, forum or visit holds what was said as the result masks it, so that a sealed statement is not found in it word for
-- word. Where something in such a record is masked and the words are not found, it is set aside as a whole, and proposed anew without them.
set local search_path to minyi;

create or replace function statement_sealed() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare w record;
begin
  -- A record that is not published holds the lines, too (`HearingReport`): what was cleared is set aside. A published one has a seal of its own.
  for w in select e.gathering_id as of, '：' || substr(b.text, 2, length(b.text) - 2) as line from gathering_entries e
      cross join lateral (select to_jsonb(e.body)::text) b (text) where e.submission_id = new.id and e.body <> '' loop
    delete from gathering_papers where gathering_id = w.of and kind = 'gathering_record' and strpos(content::text, w.line) = 0
      and strpos(content::text, '**') > 0
      and not exists (select from published_versions v where v.gathering_id = w.of and v.kind = 'gathering_record');
    update gathering_papers set content = replace(replace(content::text, w.line || '\n', '：—\n'), w.line || '"', '：—"')::jsonb, version = version + 1
    where gathering_id = w.of and kind = 'gathering_record' and strpos(content::text, w.line) > 0;
    update clearances set content = replace(replace(content::text, w.line || '\n', '：—\n'), w.line || '"', '：—"')::jsonb,
      withdrawn_at = coalesce(withdrawn_at, minyi_clock())
    where gathering_id = w.of and kind = 'gathering_record' and published_at is null
      and (strpos(content::text, w.line) > 0 or strpos(content::text, '**') > 0);
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
