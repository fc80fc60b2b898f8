"""What guards the tables of evidence: who asked for what, what may leave, and who has had an exhibit."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, case_table, may, of_its_parent

# Nobody leaves a link of continuity out: each points at the one before it, its end and its holder.
CUSTODY_FOLLOWS_ON = """
alter table evidence_custody add constraint custody_follows_on
    foreign key (exhibit_id, previous_number, previous_since, given_by)
    references evidence_custody (exhibit_id, number, since, held_by);
"""

# Nobody takes another's initials in a case: each exhibit points at its producer's one before it (R-EVD-6). The database works `previous` out
# from the number, so that nobody can leave it out; there is one first for each initials and case (`exhibit_one_a_reference`).
INITIALS = """
alter table evidence_exhibit
    add column previous bigint generated always as (nullif(number - 1, 0)) stored,
    add constraint exhibit_initials_are_one_persons
        foreign key ("case", initials, previous, producer) references evidence_exhibit ("case", initials, number, producer);
"""

# Nobody calls a bundle ready that nobody approved and the vault never let go: the console writes a request and its approval, the vault that
# it was opened, that it was built and that it may leave.
WHOSE_MOVE = """
create function evidence_export_begins_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'an export begins as a request, which the vault answers'
            using errcode = 'check_violation', constraint = 'export_begins_asked';
    end if;
    return new;
end $$;
create function evidence_export_whose_move() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (old.state, new.state, current_user) not in (
        ('asked', 'opened', 'offmon_vault'), ('opened', 'built', 'offmon_vault'), ('built', 'approved', 'offmon_console'),
        ('approved', 'ready', 'offmon_vault'), ('asked', 'refused', 'offmon_console'), ('opened', 'refused', 'offmon_console'),
        ('built', 'refused', 'offmon_console')
    ) then
        raise exception 'an export does not go from % to % by %', old.state, new.state, current_user
            using errcode = 'check_violation', constraint = 'export_whose_move';
    end if;
    return new;
end $$;
create trigger export_begins_asked before insert on evidence_export
    for each row execute function evidence_export_begins_asked();
create trigger export_whose_move before update on evidence_export
    for each row when (old.* is distinct from new.*) execute function evidence_export_whose_move();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), AUDIT_GUARDS]

    operations = [
        migrations.RunSQL([CUSTODY_FOLLOWS_ON, INITIALS, WHOSE_MOVE]),
        *case_table("evidence_reveal", console=may(SELECT, INSERT), vault=may(SELECT)),
        *case_table("evidence_revealuse", vault=may(SELECT, INSERT)),
        *case_table(
            "evidence_export",
            console=may(SELECT, INSERT, update=["agreed_in", "state", *(f"{act}_{what}" for act in ("approved", "refused") for what in ("by", "at")), "refused_reason"]),
            worker=may(SELECT, columns=["id", "agency", "case", "state", "asked_at", "approved_at"]),
            vault=may(SELECT, update=["state", "manifest"]),
        ),
        *case_table("evidence_enclosedpayload", vault=may(SELECT, INSERT)),
        *case_table(
            "evidence_exhibit",
            console=may(SELECT, INSERT),
            vault=may(SELECT, update=["content", "seal", "key", "ciphertext", "sealed_at"]),
        ),
        *of_its_parent("evidence_exhibit", "leaf", "intake_leaf"),
        *case_table("evidence_custody", console=may(SELECT, INSERT), vault=may(SELECT, INSERT)),
        *of_its_parent("evidence_custody", "exhibit_id", "evidence_exhibit"),
    ]
