"""An entry of the signer is written by the signer, as one of the vault is by the vault.

The public page goes by what the log says was signed: console, portal, ingest or worker could each say so of a profile that never was, and
turn half of its lines red for good.
"""

from importlib import import_module

from django.db import migrations

BOTH = """
create or replace function audit_vault_s_own_word() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.actor = '7661756c-7400-0000-0000-000000000000' and current_user <> 'offmon_vault' then
        raise exception 'an entry of the vault is written by the vault'
            using errcode = 'check_violation', constraint = 'vault_s_own_word';
    end if;
    if new.actor = '7369676e-6572-0000-0000-000000000000' and current_user <> 'offmon_signer' then
        raise exception 'an entry of the signer is written by the signer'
            using errcode = 'check_violation', constraint = 'signer_s_own_word';
    end if;
    return new;
end $$;
"""
VAULT_ALONE = import_module("offmon.server.audit.migrations.0009_entry_as_committed").VAULT


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0015_alert_in_part"),
    ]

    operations = [migrations.RunSQL(BOTH, VAULT_ALONE)]
