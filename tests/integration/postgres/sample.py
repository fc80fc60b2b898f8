"""A small schema of its own for the tests of the plumbing, with the shape that the product's tables have."""

import psycopg

SCHEMA = """
create table audit (id bigint generated always as identity, xid xid8 not null);
alter table audit enable row level security;
alter table audit force row level security;
create policy backstop_reads on audit for select to offmon_backstop using (true);
create policy ingest_writes on audit for insert to offmon_ingest with check (true);
grant insert on audit to offmon_ingest;
grant select on audit to offmon_backstop;

create table batch (id int primary key);
grant select, insert on batch to offmon_ingest;
grant select on batch to offmon_console;

create function entry_exists() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from audit where xid = pg_current_xact_id()) then
    raise exception 'no audit entry in this transaction';
  end if;
  return null;
end $$;
create function stamp() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  new.xid := pg_current_xact_id();
  return new;
end $$;
create trigger stamp before insert on audit for each row execute function stamp();
create constraint trigger backstop after insert on batch deferrable initially deferred
  for each row execute function entry_exists();
grant create on schema public to offmon_backstop;
alter function entry_exists() owner to offmon_backstop;
alter function stamp() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
"""


def migrate_sample(url: str) -> None:
    """The schema as one migration step: what `migrate` takes."""
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA)
