"""What guards the tables of lists."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, agency_table, may, of_its_parent

# Nobody writes a version as signed, of a name that is none, or of a number that does not follow: after the highest that can be written
# nobody could draft the next. Of two at once one is refused, since there is one of a name; nothing is deleted, so that a name's numbers
# have no gap.
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
# Nobody writes a version under another list's name or id.
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
FOLLOWS = """
create function {table}_follows() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin{rules}    return new;
end $$;
create trigger version_follows before insert on {table} for each row execute function {table}_follows();
"""
LIST, EXCLUSIONS = "detectors_list_version", "detectors_exclusions_version"


def follows(table: str, base: str, beside: str = "") -> str:
    """The trigger of a table of versions, whose names are `base` and a number."""
    return FOLLOWS.format(table=table, rules=BEGINS.format(table=table, base=base) + beside)


ANSWERS = ["agreed_in", "approved_by", "refused_by", "refused_at", "refusal"]
# What tells the worker that a version is approved and not yet signed; never what a list looks for.
WAITING = ["id", "agency", "name", "approved_by", "document"]


class Migration(migrations.Migration):
    dependencies = [("detectors", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([follows(LIST, "[a-z][a-z0-9_.-]{0,63}", OF_ITS_LIST), follows(EXCLUSIONS, "exclusions")]),
        *agency_table(
            LIST,
            console=may(SELECT, INSERT, update=ANSWERS),
            worker=may(SELECT, columns=WAITING),
            signer=may(SELECT, update=["document"]),
            vault=may(
                SELECT,
                columns=[
                    "id", "agency", "salt", "list_id", "name", "declared", "drafted_by", "approved_by", "document",
                ],
            ),
            assurance=may(SELECT, columns=["id", "agency", "list_id", "name", "drafted_by", "approved_by", "document"]),
        ),
        *agency_table(
            EXCLUSIONS,
            console=may(SELECT, INSERT, update=ANSWERS),
            ingest=may(SELECT),
            worker=may(SELECT, columns=WAITING),
            signer=may(SELECT, update=["document"]),
        ),
        *agency_table("detectors_pause", console=may(SELECT, INSERT), signer=may(SELECT)),
        *of_its_parent("detectors_pause", "version_id", LIST, case=False),
    ]
