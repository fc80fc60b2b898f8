"""A message to the public site reaches somebody: the operator's own role, which reads one through a function that notes the reading.

That role cannot read a message in any other way, and changes nothing but that it was answered.
"""

from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import DELETE, SELECT, directory_table, may

READ = """
create function oversight_read_enquiry(wanted uuid, reader text) returns table (message text, reply text, at bigint)
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.oversight_enquiryreading (id, enquiry, reader, at)
        select gen_random_uuid(), one.id, reader, (extract(epoch from statement_timestamp()) * 1000)::bigint
        from public.oversight_enquiry one where one.id = wanted;
    select one.message, one.reply, one.at from public.oversight_enquiry one where one.id = wanted;
$$;
revoke execute on function oversight_read_enquiry(uuid, text) from public;
grant execute on function oversight_read_enquiry(uuid, text) to offmon_operator;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0002_shown_in_full'),
    ]

    operations = [
        migrations.AddField('enquiry', 'answered_at', offmon.server.base.fields.MsField(null=True)),
        migrations.CreateModel(
            name='EnquiryReading',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('enquiry', offmon.server.base.fields.IdField(db_index=True)),
                ('reader', offmon.server.base.fields.TextField()),
                ('at', offmon.server.base.fields.MsField()),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('reader', ''), _negated=True), name='enquiry_read_by_somebody')
                ],
            },
        ),
        *directory_table(
            'oversight_enquiry',
            operator=may(SELECT, columns=['id', 'at', 'answered_at'], update=['answered_at']),
            assurance=may(SELECT, columns=['id', 'at']),
        ),
        *directory_table(
            'oversight_enquiryreading',
            operator=may(SELECT),
            assurance=may(SELECT, columns=['enquiry']),
            worker=may(SELECT, DELETE, columns=['id', 'enquiry']),
        ),
        migrations.RunSQL([READ]),
    ]
