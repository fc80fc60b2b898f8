"""A mark of damage stays until the operator says that the document was put back: the console, which sets it, takes it away only then.

Whoever has the console could else change a page, and pass off as whole what somebody had found out.
"""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import SELECT, directory_table, may

# Within 5 seconds of the database's own time, as an audit entry is (`audit_stamp`).
STAYS = """
create function orders_damaged_until_restored() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.damaged_at is not distinct from old.damaged_at then
        return new;
    end if;
    if old.damaged_at is null and abs(new.damaged_at - extract(epoch from clock_timestamp()) * 1000) > 5000 then
        raise exception 'damage is marked as found now'
            using errcode = 'check_violation', constraint = 'document_found_now';
    end if;
    if old.damaged_at is not null and (new.damaged_at is not null or not exists (
        select from public.orders_restored where instrument_id = old.instrument_id and at > old.damaged_at
    )) then
        raise exception 'a damaged document stays marked until the operator says that it was restored'
            using errcode = 'check_violation', constraint = 'document_damaged_until_restored';
    end if;
    return new;
end $$;
create trigger damaged_until_restored before update on orders_document
    for each row execute function orders_damaged_until_restored();
"""
REVERSED = """
drop trigger damaged_until_restored on orders_document;
drop function orders_damaged_until_restored();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_first_person_there'),
    ]

    operations = [
        migrations.CreateModel(
            name='Restored',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('at', offmon.server.base.fields.MsField()),
                ('by', offmon.server.base.fields.TextField()),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.instrumentrow')),
            ],
            options={
                'abstract': False,
            },
        ),
        *directory_table("orders_restored", console=may(SELECT)),
        migrations.RunSQL(STAYS, REVERSED),
    ]
