"""What the vault says that it did, the vault alone wrote: an entry whose actor is the vault is inserted by its role or by nobody.

The vault goes by its own entries: a bundle shows the bodies that it said it opens. Console and worker may write entries too, so that without
this either could say it for the vault, of a request that nobody checked.
"""

from django.db import migrations

# The vault's id as an actor: its name in ASCII, padded with zeros (`base/actor.service`).
TRIGGER = """
create function audit_vault_s_own_word() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.actor = '7661756c-7400-0000-0000-000000000000' and current_user <> 'offmon_vault' then
        raise exception 'an entry of the vault is written by the vault'
            using errcode = 'check_violation', constraint = 'vault_s_own_word';
    end if;
    return new;
end $$;
create trigger vault_s_own_word before insert on audit_entry for each row execute function audit_vault_s_own_word();
"""
REVERSED = """
drop trigger vault_s_own_word on audit_entry;
drop function audit_vault_s_own_word();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_looks"),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, REVERSED),
    ]
