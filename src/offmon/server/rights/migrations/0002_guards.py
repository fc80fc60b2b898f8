"""What guards the tables of rights: how the person comes in, what they ask, and what they are told later.

The portal reads of a step which one and its day, of a restriction what it must leave out. It reads no ground, no word and nobody's name.
"""

from django.db import migrations

from offmon.server.base.policies import (
    AUDIT_GUARDS,
    DELETE,
    INSERT,
    SELECT,
    case_table,
    directory_table,
    may,
    of_its_parent,
)

# Ingest stores a code that the person's own device drew, and can do no more with it (docs/adr/0009): a row is of a device of that very case,
# and by no officer. It may not name the columns that say who made it, or that it was used.
DRAWN = """
create policy offmon_ingest on rights_personaccess to offmon_ingest
using (RULE) with check (RULE);
grant select (id, agency, device, made_at, code) on rights_personaccess to offmon_ingest;
grant insert (id, agency, salt, "case", device, drawn, made_at, code, tries) on rights_personaccess to offmon_ingest;
""".replace(
    "RULE",
    """
    agency = current_setting('offmon.agency')::uuid and made_by is null
    and exists (select from deployments_device mine
                where mine.id = rights_personaccess.device and mine."case" = rights_personaccess."case")
""",
)

# Nobody says that a key was destroyed but the vault, and it says so of nothing that nobody approved.
WHOSE_MOVE = """
create function rights_destruction_begins_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'a destruction begins as a request, which another person answers'
            using errcode = 'check_violation', constraint = 'destruction_begins_asked';
    end if;
    return new;
end $$;
create function rights_destruction_whose_move() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (old.state, new.state, current_user) not in (
        ('asked', 'approved', 'offmon_console'), ('asked', 'refused', 'offmon_console'),
        ('approved', 'stopped', 'offmon_vault'), ('approved', 'done', 'offmon_vault')
    ) then
        raise exception 'a destruction does not go from % to % by %', old.state, new.state, current_user
            using errcode = 'check_violation', constraint = 'destruction_whose_move';
    end if;
    return new;
end $$;
create trigger destruction_begins_asked before insert on rights_destruction
    for each row execute function rights_destruction_begins_asked();
create trigger destruction_whose_move before update on rights_destruction
    for each row when (old.* is distinct from new.*) execute function rights_destruction_whose_move();
"""


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("deployments", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([DRAWN, WHOSE_MOVE]),
        *case_table(
            "rights_personaccess",
            console=may(SELECT, INSERT, columns=["id", "agency", "case", "made_by", "made_at", "used_at"]),
            portal=may(SELECT, update=["tries", "used_at", "pin"]),
        ),
        *directory_table("rights_accessname", console=may(INSERT), ingest=may(INSERT), portal=may(SELECT, INSERT)),
        *directory_table("rights_personsitting", portal=may(SELECT, INSERT, DELETE, update=["seen_at"])),
        *directory_table("rights_failedtry", portal=may(SELECT, INSERT, DELETE)),
        *case_table(
            "rights_request",
            console=may(SELECT, INSERT),
            portal=may(SELECT, INSERT),
            vault=may(SELECT, columns=["id", "agency", "case"]),
        ),
        *case_table(
            "rights_requeststep",
            console=may(SELECT, INSERT),
            portal=may(SELECT, columns=["id", "agency", "case", "request_id", "what", "on"]),
            vault=may(SELECT, columns=["id", "agency", "case", "request_id", "what"]),
        ),
        *of_its_parent("rights_requeststep", "request_id", "rights_request"),
        *case_table(
            "rights_destruction",
            console=may(
                SELECT,
                INSERT,
                update=["agreed_in", "state", "approved_by", "approved_at", "refused_by", "refused_at", "refused_reason"],
            ),
            worker=may(SELECT, columns=["id", "agency", "case", "state", "approved_at"]),
            vault=may(SELECT, update=["state", "stopped_at", "stopped_why", "done_at"]),
        ),
        *of_its_parent("rights_destruction", "deployment", "deployments_deployment"),
        *case_table(
            "rights_restriction",
            console=may(
                SELECT,
                INSERT,
                update=[
                    "decided_by", "decided_at", "outcome", "decision", "agreed_in", "lifted_by", "lifted_at", "lifting",
                ],
            ),
            portal=may(
                SELECT,
                columns=[
                    "id", "agency", "case", "sent", "looked", "since", "until", "outcome", "decided_at", "ends_at", "lifted_at",
                ],
            ),
        ),
    ]
