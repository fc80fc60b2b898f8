"""The tables of oversight, and what the process that looks at controls may read of others: ids, states and times, never words."""

from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import AUDIT_MIGRATION, DELETE, INSERT, SELECT, agency_table, directory_table, may, open_to


COUNTED_WITH_CONSENT = """
create function oversight_counted_with_consent() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from public.oversight_cookiechoice where choice = 'accepted') then
        raise exception 'nobody has accepted being counted'
            using errcode = 'check_violation', constraint = 'counted_with_consent';
    end if;
    return new;
end $$;
create trigger counted_with_consent before insert or update on oversight_pagecount
    for each row execute function oversight_counted_with_consent();
"""


def read(*columns):
    """The grants of the looking process."""
    return may(SELECT, columns=columns)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        ('agencies', '0005_door'),
        ('orders', '0002_assessment'),
        ('detectors', '0001_initial'),
        ('deployments', '0001_initial'),
        ('intake', '0001_initial'),
        ('triage', '0003_handover'),
    ]

    operations = [
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('control', offmon.server.base.fields.TextField(unique=True)),
                ('standing', offmon.server.base.fields.TextField()),
                ('figure', offmon.server.base.fields.IntField(null=True)),
                ('at', offmon.server.base.fields.MsField()),
            ],
            options={'abstract': False},
        ),
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('control', offmon.server.base.fields.TextField()),
                ('document', offmon.server.base.fields.TextField()),
                ('issuer', offmon.server.base.fields.TextField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField()),
                ('checked_by', offmon.server.base.fields.IdField()),
                ('checked_at', offmon.server.base.fields.MsField()),
                ('withdrawn_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='attestation_ends'),
                    models.CheckConstraint(condition=models.Q(('control__startswith', 'paper-')), name='attestation_of_a_paper'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PageCount',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('page', offmon.server.base.fields.TextField()),
                ('day', offmon.server.base.fields.MsField()),
                ('count', offmon.server.base.fields.IntField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('page', 'day'), name='page_counted_once_a_day'),
                    models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='page_count_counts'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CookieChoice',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('choice', offmon.server.base.fields.TextField()),
                ('version', offmon.server.base.fields.IntField()),
                ('at', offmon.server.base.fields.MsField()),
            ],
            options={'abstract': False},
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('message', offmon.server.base.fields.TextField()),
                ('reply', offmon.server.base.fields.TextField()),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={'abstract': False},
        ),
        *directory_table(
            'oversight_look',
            assurance=may(SELECT, INSERT, update=['standing', 'figure', 'at']),
            website=may(SELECT),
            console=may(SELECT),
        ),
        *agency_table(
            'oversight_attestation',
            console=may(SELECT, INSERT, update=['withdrawn_at']),
            assurance=may(SELECT, columns=['id', 'agency', 'control', 'since', 'until', 'withdrawn_at']),
        ),
        *directory_table(
            'oversight_pagecount', website=may(SELECT, INSERT, update=['count']), assurance=may(SELECT)
        ),
        *directory_table('oversight_cookiechoice', website=may(INSERT), assurance=may(SELECT)),
        # As its owner: the site itself can add a choice and read none.
        migrations.RunSQL([COUNTED_WITH_CONSENT]),
        # The worker ends what is six months old, and can read no word of it.
        *directory_table('oversight_enquiry', website=may(INSERT), worker=may(SELECT, DELETE, columns=['id', 'at'])),
        *directory_table(
            'agencies_agency',
            assurance=read('id', 'name', 'force_code', 'origin', 'root', 'contact', 'on_call_urgent', 'on_call_high',
                           'on_call_standard', 'duty_inspector', 'delay_days'),
            website=may(SELECT),
        ),
        *directory_table('agencies_staff', assurance=read('id', 'agency_id', 'role', 'is_active')),
        *open_to('orders_instrument', assurance=read('id', 'agency', 'ended_at', 'end_known_at')),
        *open_to('orders_term', assurance=read('id', 'agency', 'instrument_id', 'recorded_by', 'confirmed_by')),
        *open_to(
            'orders_assessment',
            assurance=read('id', 'agency', 'capabilities', 'prepared_by', 'signed_by', 'review_by', 'asked_at', 'answered_at'),
        ),
        *open_to('detectors_list_version', assurance=read('id', 'agency', 'list_id', 'name', 'drafted_by', 'approved_by')),
        *open_to('deployments_authorisation', assurance=read('id', 'agency', 'drafted_by', 'authorised_by')),
        *open_to('deployments_notice', assurance=read('id', 'agency', 'deployment_id', 'served_at')),
        *open_to(
            'deployments_profile',
            assurance=read('id', 'agency', 'deployment_id', 'device_id', 'version', 'state', 'authorisation_id',
                           'lease_since', 'lease_until', 'document'),
        ),
        *open_to('intake_journal', assurance=read('agency', 'device', 'number', 'checkpoint')),
        *open_to('triage_alert', assurance=read('id', 'agency', 'state')),
        *open_to('triage_decision', assurance=read('id', 'agency', 'alert_id', 'decided_by')),
        *open_to('agencies_secondfactor', assurance=read('id', 'agency', 'staff_id')),
        *open_to('audit_entry', assurance=read('id', 'agency', 'at', 'verb', 'outcome', 'actor')),
        *open_to('audit_sequenced', assurance=read('entry_id', 'agency', 'index', 'run', 'number')),
        *open_to('audit_checkpoint', assurance=read('agency', 'size', 'cosigned_at')),
    ]
