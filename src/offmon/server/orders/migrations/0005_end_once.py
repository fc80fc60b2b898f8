"""An order's end is written once, and as known now: nobody takes it back, or moves it.

The console writes it. Without this, whoever took the console over could take the end of an order back, and monitoring went on under it.
"""

from django.db import migrations

# Within 5 seconds of the database's own time, as an audit entry is (`audit_stamp`).
END_ONCE = """
create function orders_end_once() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (old.ended_at, old.end_known_at) is not distinct from (new.ended_at, new.end_known_at) then
        return null;
    end if;
    if old.end_known_at is not null or abs(new.end_known_at - extract(epoch from clock_timestamp()) * 1000) > 5000 then
        raise exception 'the end of an order is written once, and as known now'
            using errcode = 'check_violation', constraint = 'instrument_end_once';
    end if;
    return null;
end $$;
create constraint trigger end_once after update on orders_instrument
    for each row execute function orders_end_once();
"""
REVERSED = """
drop trigger end_once on orders_instrument;
drop function orders_end_once();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_two_sittings'),
    ]

    operations = [
        migrations.RunSQL(END_ONCE, REVERSED),
    ]
