"""What the looks need to show a promise in full: what a list declares, what an order is, when an assessment was signed, and the checkpoint
that a witness is asked about. And a page is counted only on a day on which somebody's acceptance is in force: one acceptance used to
justify every count after it."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may

COUNTED_WITH_CONSENT = """
create or replace function oversight_counted_with_consent() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.oversight_cookiechoice choice where choice.at < new.day + 25 * 3600000
        having count(*) filter (where choice = 'accepted' and choice.at >= new.day - 183 * 86400000::bigint) > 0
           and count(*) filter (where choice = 'accepted')
               > count(*) filter (where choice = 'withdrawn' and choice.at < new.day)
    ) then
        raise exception 'nobody has accepted being counted'
            using errcode = 'check_violation', constraint = 'counted_with_consent';
    end if;
    return new;
end $$;
"""


def read(*columns):
    """The looking process's further columns; its policies are there already."""
    return may(SELECT, columns=columns)


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0001_initial'),
    ]

    operations = [
        *directory_table('audit_checkpoint', assurance=read('note')),
        *directory_table('detectors_list_version', assurance=read('document')),
        *directory_table('orders_instrument', assurance=read('basis', 'offence_types')),
        *directory_table('orders_assessment', assurance=read('signed_at')),
        migrations.RunSQL([COUNTED_WITH_CONSENT]),
    ]
