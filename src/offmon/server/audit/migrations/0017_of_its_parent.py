"""A row that points at another is of that one's agency, and of its case: what a table asks that calls on `base/policies.of_its_parent`.

A foreign key asks that the other row is there, whoever's it is, and a unique key on it who came first. One console serves every agency: in
the scope of another, or under another case, it could take the one place that a row of ours has (a list's pause, an alert's decision), where
nobody of ours saw it.

It runs as whoever writes, who sees the other row in its own scope alone, and after the table's own rules, which say more of what is wrong.
"""

from django.db import migrations

# Arguments: the column that points, the table that it points at, in which column that has its agency, and in which its case ('': it has none).
OF_ITS_PARENT = """
create function audit_of_its_parent() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    child jsonb := to_jsonb(new);
    there boolean;
begin
    execute format('select exists (select from public.%I where id = $1 and %I = $2', tg_argv[1], tg_argv[2])
            || case tg_argv[3] when '' then ')' else format(' and %I = $3)', tg_argv[3]) end
        into there using (child ->> tg_argv[0])::uuid, (child ->> 'agency')::uuid, (child ->> 'case')::uuid;
    if not there then
        raise exception '% of % is of the agency and case of what it points at', tg_argv[0], tg_table_name
            using errcode = 'check_violation', constraint = 'of_its_parent';
    end if;
    return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0016_signer_s_own_word"),
    ]

    operations = [migrations.RunSQL(OF_ITS_PARENT, "drop function audit_of_its_parent()")]
