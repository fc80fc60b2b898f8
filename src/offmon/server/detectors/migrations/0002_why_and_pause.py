"""What a version is for, that a list is paused, and one parent for both kinds of version, whose constraints are named after their model.

What is committed of a version gains a field (`why`), so that rows from before are committed to anew when they next change.
"""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, agency_table, may

RULES = ("one_of_a_version", "approved_by_another", "signed_when_approved")


def constraint(model, rule):
    name = f"{model}_{rule}"
    if rule == "one_of_a_version":
        return models.UniqueConstraint(fields=('agency', 'name'), name=name)
    if rule == "approved_by_another":
        return models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('drafted_by')), _negated=True), _connector='OR'), name=name)
    return models.CheckConstraint(condition=models.Q(('document', None), ('approved_by__isnull', False), _connector='OR'), name=name)


def renamed(model, table, before):
    """The constraints of one model under their new names: the same constraints, so that no row is unguarded for a moment."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL([f"alter table {table} rename constraint {before}_{rule} to {model}_{rule}" for rule in RULES])
        ],
        state_operations=[
            *(migrations.RemoveConstraint(model_name=model, name=f"{before}_{rule}") for rule in RULES),
            *(migrations.AddConstraint(model_name=model, constraint=constraint(model, rule)) for rule in RULES),
        ],
    )


class Migration(migrations.Migration):

    dependencies = [
        ('detectors', '0001_initial'),
    ]

    operations = [
        migrations.AddField(model_name='exclusionsversion', name='why', field=offmon.server.base.fields.TextField(default='')),
        migrations.AddField(model_name='listversion', name='why', field=offmon.server.base.fields.TextField(default='')),
        renamed('exclusionsversion', 'detectors_exclusions_version', 'exclusions'),
        renamed('listversion', 'detectors_list_version', 'list'),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('paused_by', offmon.server.base.fields.IdField()),
                ('paused_at', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='detectors.listversion')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('version',), name='pause_once'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='pause_has_reason'),
                ],
            },
        ),
        *agency_table("detectors_pause", console=may(SELECT, INSERT), signer=may(SELECT)),
    ]
