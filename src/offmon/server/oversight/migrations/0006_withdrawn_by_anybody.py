"""A withdrawal names nobody, so that anybody can send as many as they like: they decide no more whether somebody's acceptance is in force.

Two withdrawals under a made-up cookie, or two quick clicks, outweighed the one acceptance that there was: from the next day on the page of the
visitor who had accepted failed, and the public promise turned red. Whether a visitor withdrew stands in their own cookie, and there alone.
"""

from django.db import migrations

COUNTED_WITH_CONSENT = """
create or replace function oversight_counted_with_consent() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.oversight_cookiechoice choice
        where choice.choice = 'accepted'
          and choice.at >= new.day - 183 * 86400000::bigint and choice.at < new.day + 25 * 3600000
    ) then
        raise exception 'nobody has accepted being counted'
            using errcode = 'check_violation', constraint = 'counted_with_consent';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0005_log_and_orders_read'),
    ]

    operations = [
        migrations.RunSQL([COUNTED_WITH_CONSENT]),
    ]
