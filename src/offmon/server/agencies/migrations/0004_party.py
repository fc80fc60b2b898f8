"""A case admits parties: other agencies that it is shared with, and their staff as guests on it.

A guest's grant is a row of the caseload like any other, so that every policy asks one thing. What makes it a guest's is this trigger: it
names a sharing of this case with the very agency of that person, and does not outlast it. It runs as whoever writes (the console), and
locks the sharing that it read, so that one which is being ended at this moment is waited for.
"""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import DELETE, INSERT, SELECT, case_table, directory_table, may

WITHIN_ITS_SHARING = """
create function agencies_grant_within_its_sharing() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    home uuid := (select agency_id from public.agencies_staff where id = new.staff_id);
begin
    if home is null or (home = new.agency and new.party_id is null) then
        return null; -- nobody of that id: the foreign key's to refuse
    end if;
    if home <> new.agency then
        perform from public.agencies_party
            where id = new.party_id and agency = new.agency and "case" = new."case" and partner_id = home
                and since <= new.since and (until is null or new.until <= until)
            for share;
        if found then
            return null;
        end if;
    end if;
    raise exception 'a case is open to staff of another agency only within a sharing with that agency'
        using errcode = 'check_violation', constraint = 'caseload_within_its_sharing';
end $$;
create constraint trigger within_its_sharing after insert or update on agencies_caseload
    for each row execute function agencies_grant_within_its_sharing();
"""

NO_GRANT_OUTLASTS = """
create function agencies_no_grant_outlasts_its_sharing() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from public.agencies_caseload where party_id = new.id and (until is null or until > new.until)) then
        raise exception 'a sharing ends with every grant that rests on it'
            using errcode = 'check_violation', constraint = 'party_outlasts_its_grants';
    end if;
    return null;
end $$;
create constraint trigger outlasts_its_grants after update on agencies_party
    for each row when (new.until is not null) execute function agencies_no_grant_outlasts_its_sharing();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0003_signer_reads_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('ground', offmon.server.base.fields.TextField()),
                ('ground_words', offmon.server.base.fields.TextField(default='')),
                ('reason', offmon.server.base.fields.TextField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField(null=True)),
                ('shared_by', offmon.server.base.fields.IdField()),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('until', None)), fields=('case', 'partner'), name='party_one_open'),
                    models.CheckConstraint(condition=models.Q(('partner', models.F('agency')), _negated=True), name='party_is_another_agency'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ground', 'other'), models.Q(('ground_words', ''), _negated=True)), models.Q(models.Q(('ground', 'other'), _negated=True), ('ground_words', '')), _connector='OR'), name='party_ground_is_said'),
                ],
            },
        ),
        migrations.AddField(
            model_name='caseload',
            name='party',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.party'),
        ),
        migrations.CreateModel(
            name='GuestOffer',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff', 'agency'), name='guest_offered_once')],
            },
        ),
        *case_table(
            'agencies_party',
            agency_wide=True,  # the caseload rests on it
            console=may(SELECT, INSERT, update=['until']),
        ),
        *directory_table('agencies_guestoffer', console=may(SELECT, INSERT, DELETE)),
        migrations.RunSQL([WITHIN_ITS_SHARING, NO_GRANT_OUTLASTS]),
    ]
