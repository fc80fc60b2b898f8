"""A version follows the one before it, is of the list whose name it has, and begins unsigned: only the signer signs one.

A console that was taken could write a version of the highest number that can be written, or of a name that is none. A version that two
people had approved then waited for good, and nobody could draft the next, nor pause a list. One that it wrote as signed stood where
the true one did.

That there is one of a name already the table says, so that of two at once one is refused; nothing is deleted, so that the numbers of a name
have no gap. Of all versions the role sees those of its own scope, which is the agency's.
"""

from django.db import migrations

BEGINS = """
    if new.document is not null then
        raise exception 'a version begins unsigned: the signer signs it'
            using errcode = 'check_violation', constraint = 'version_begins_unsigned';
    end if;
    if new.name !~ '^{base}@[1-9][0-9]{{0,8}}$' or new.name not like '%@1' and not exists (
        select from public.{table} before
        where before.agency = new.agency
            and before.name = split_part(new.name, '@', 1) || '@' || split_part(new.name, '@', 2)::int - 1
    ) then
        raise exception 'a version takes the number after the last one of its name'
            using errcode = 'check_violation', constraint = 'version_follows';
    end if;
"""
OF_ITS_LIST = """
    if exists (
        select from public.detectors_list_version other
        where other.agency = new.agency and other.name = split_part(new.name, '@', 1) || '@1' and other.list_id <> new.list_id
    ) or new.name like '%@1' and exists (
        select from public.detectors_list_version other where other.agency = new.agency and other.list_id = new.list_id
    ) then
        raise exception 'a list has one name, and an id of its own in every version'
            using errcode = 'check_violation', constraint = 'version_of_its_list';
    end if;
"""
TRIGGER = """
create function {table}_follows() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin{rules}    return new;
end $$;
create trigger version_follows before insert on {table} for each row execute function {table}_follows();
"""
REVERSED = """
drop trigger version_follows on {table};
drop function {table}_follows();
"""
BASES = {"detectors_list_version": "[a-z][a-z0-9_.-]{0,63}", "detectors_exclusions_version": "exclusions"}


def rules(table: str) -> str:
    begins = BEGINS.format(table=table, base=BASES[table])
    return begins + OF_ITS_LIST if table == "detectors_list_version" else begins


class Migration(migrations.Migration):
    dependencies = [
        ("detectors", "0005_worker_reads_names"),
    ]

    operations = [
        migrations.RunSQL(TRIGGER.format(table=table, rules=rules(table)), REVERSED.format(table=table))
        for table in BASES
    ]
