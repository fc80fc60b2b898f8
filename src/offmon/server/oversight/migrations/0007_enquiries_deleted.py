"""Whoever reads a message to the public site can delete it, as the privacy page says: through a function that notes who did, when and why.

Until now nobody could: a message about somebody that the form had let through lay there until it was six months old. The role may still
delete nothing by itself, and nobody's message unread, since an unread one turns a promise red.
"""

from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import DELETE, SELECT, directory_table, may

DELETED = """
create function oversight_delete_enquiry(wanted uuid, who text, reason text) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (
        delete from public.oversight_enquiry one
        where one.id = wanted and exists (select from public.oversight_enquiryreading reading where reading.enquiry = one.id)
        returning one.id
    ), noted as (
        insert into public.oversight_enquirydeletion (id, enquiry, by, why, at)
            select gen_random_uuid(), gone.id, who, reason, (extract(epoch from statement_timestamp()) * 1000)::bigint from gone
        returning 1
    )
    select exists (select from noted);
$$;
revoke execute on function oversight_delete_enquiry(uuid, text, text) from public;
grant execute on function oversight_delete_enquiry(uuid, text, text) to offmon_operator;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0006_withdrawn_by_anybody'),
    ]

    operations = [
        migrations.CreateModel(
            name='EnquiryDeletion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('enquiry', offmon.server.base.fields.IdField(unique=True)),
                ('by', offmon.server.base.fields.TextField()),
                ('why', offmon.server.base.fields.TextField()),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(
                        condition=models.Q(('by', ''), ('why', ''), _connector='OR', _negated=True),
                        name='enquiry_deleted_by_somebody_for_a_reason',
                    )
                ],
            },
        ),
        *directory_table(
            'oversight_enquirydeletion',
            operator=may(SELECT),
            worker=may(SELECT, DELETE, columns=['id', 'at']),
        ),
        *directory_table('oversight_enquiryreading', worker=may(SELECT, columns=['at'])),
        migrations.RunSQL([DELETED]),
    ]
