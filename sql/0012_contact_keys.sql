-- Which contact keys this database was written with, so that a server that lacks one, or holds another under the same name,
-- is refused at its start and not at the first person it cannot call back. The proofs say nothing about the keys.
set local search_path to minyi;

create table contact_keys (
  key_id text primary key constraint contact_keys_id_form check (key_id ~ '^contact-key-[0-9]{1,6}$'),
  proof bytea not null constraint contact_keys_proof_length check (octet_length(proof) = 32),
  introduced_at timestamptz not null
);
alter table contact_keys enable row level security;
grant select, insert on contact_keys to minyi_guard;
create policy contact_keys_guard on contact_keys to minyi_guard using (true) with check (true);

-- A new key is remembered. False: this database knows another key under that name.
create function introduce_contact_key(p_key_id text, p_proof bytea) returns boolean
language plpgsql security definer set search_path = minyi, pg_temp
as $$
begin
  insert into contact_keys (key_id, proof, introduced_at) values (p_key_id, p_proof, minyi_clock()) on conflict do nothing;
  return (select k.proof = p_proof from contact_keys k where k.key_id = p_key_id);
end $$;

-- The keys without which contact data that is here cannot be read.
create function contact_keys_in_use() returns setof text
language sql stable security definer set search_path = minyi, pg_temp
as $$ select k.key_id from contact_keys k where exists (select from contacts c where c.key_id = k.key_id) order by 1 $$;

alter function introduce_contact_key(text, bytea) owner to minyi_guard;
alter function contact_keys_in_use() owner to minyi_guard;
grant execute on function introduce_contact_key(text, bytea), contact_keys_in_use() to minyi_staff;
