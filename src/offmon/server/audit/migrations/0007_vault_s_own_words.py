"""Nor does an entry of another's *say* that it is the vault's: what is committed to, and a court reads, are its words and not the column.

The column was held to the role, and the vault goes by the column. The words may have named anyone: a taken console could seal an exhibit in
the vault's name, and the verifier, which has nothing else, took it for the vault's.
"""

from django.db import migrations

# The vault's id stands in an entry's words as an actor's alone: a row has a random one, and within a text its quotes would be escaped.
FUNCTION = """
create or replace function audit_vault_s_own_word() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if current_user <> 'offmon_vault' and (
        new.actor = '7661756c-7400-0000-0000-000000000000'
        or position('"id":"7661756c740000000000000000000000"'::bytea in new.doc) > 0
    ) then
        raise exception 'an entry of the vault is written by the vault'
            using errcode = 'check_violation', constraint = 'vault_s_own_word';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0006_signer_asks_of_codes"),
    ]

    operations = [
        migrations.RunSQL([FUNCTION]),
    ]
