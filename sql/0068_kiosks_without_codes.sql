-- A questionnaire that was announced, taken back and then opened by invitation, or for verified persons, still had the kiosks that were made for it
-- before; from them anybody could answer, without a code. They end with the choice.
set local search_path to minyi;

create function questionnaires_without_kiosks() returns trigger
language plpgsql security definer set search_path = minyi, pg_temp
as $$
declare
  q questionnaires;
  ended bigint;
begin
  select * into q from questionnaires where id = new.id;
  for ended in update kiosks set revoked_at = minyi_clock() where questionnaire_id = new.id and revoked_at is null returning id loop
    perform questionnaire_event(q, 'kiosk_revoked', q.state, ended::text);
  end loop;
  return null;
end $$;
alter function questionnaires_without_kiosks() owner to minyi_guard;
create trigger questionnaires_kiosks after update of voice on questionnaires for each row when (new.voice not in ('open', 'browser'))
  execute function questionnaires_without_kiosks();

-- Those that are open that way by now.
update kiosks set revoked_at = minyi_clock() from questionnaires q
where q.id = questionnaire_id and q.voice not in ('open', 'browser') and revoked_at is null;
