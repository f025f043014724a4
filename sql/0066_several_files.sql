-- A question may take several files: its kind is then {"file": {"most": 3}}, and verified persons are asked for none of those either.
set local search_path to minyi;

create or replace function questionnaires_with_voices() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  if new.version is distinct from old.version then
    update public_questionnaires set person_way = new.person_way where questionnaire_id = new.id;
    if not exists (select from voice_boxes b where b.questionnaire_id = new.id and b.sealed_key is not null) then
      perform refuse('questionnaires_person_without_key');
    end if;
    if new.results_shown = 'live' then perform refuse('questionnaires_person_live'); end if;
    -- A place in a quota is taken in the same moment as a voice, or it could be taken twice.
    if new.most_sheets is not null or jsonb_path_exists(new.content, '$.quotas[*]') then perform refuse('questionnaires_person_quotas'); end if;
    -- A file says too much about who has made it.
    if jsonb_path_exists(new.content, '$.pages[*].groups[*].questions[*] ? (@.kind == "file" || exists(@.kind.file))') then
      perform refuse('questionnaires_person_files');
    end if;
  end if;
  if new.closed_at is not null and old.closed_at is null then
    update voice_boxes set key_id = null, sealed_key = null, key_destroyed_at = minyi_clock()
    where questionnaire_id = new.id and key_destroyed_at is null;
    if found then
      insert into events (at, subject, subject_id, kind, staff_id, unit_ids)
      values (minyi_clock(), 'questionnaire', new.id, 'voice_key_destroyed', actor_staff(), new.unit_ids);
    end if;
  end if;
  return null;
end $$;
