"""An export moves by whose move it is: the console writes a request and its approval, the vault that it was built and that it may leave.

Before, the console's role could write any state, so that it could call a bundle ready which nobody had approved and the vault never let go.
It writes an export twice, once to ask and once to approve, and nothing of it afterwards.
"""

from django.db import migrations

TRIGGER = """
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
        ('asked', 'built', 'offmon_vault'), ('built', 'approved', 'offmon_console'), ('approved', 'ready', 'offmon_vault')
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
REVERSED = """
drop trigger export_whose_move on evidence_export;
drop trigger export_begins_asked on evidence_export;
drop function evidence_export_whose_move();
drop function evidence_export_begins_asked();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0005_asked_in'),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, REVERSED),
    ]
