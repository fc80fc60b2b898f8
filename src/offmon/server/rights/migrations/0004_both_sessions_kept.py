"""Nothing is agreed to of which neither session is kept, in the seven tables behind which two people stand.

The constraints let such a row stand, as one from before sessions were kept: the console's role could agree to what it had begun itself, if
it named no session at either act. A database that was made since is made with what stands here already.
"""

from django.db import migrations

IN_TWO_SITTINGS = """
alter table {table} drop constraint {name};
alter table {table} add constraint {name} check (
    (agreed_in is null and {agreed_by} is null)
    or (begun_in is not null and agreed_in is not null and agreed_in <> begun_in));
"""
TABLES = {
    'deployments_authorisation': ('authorised_in_another_sitting', 'authorised_by'),
    'detectors_exclusions_version': ('exclusionsversion_in_another_sitting', 'approved_by'),
    'detectors_list_version': ('listversion_in_another_sitting', 'approved_by'),
    'evidence_export': ('export_in_another_sitting', 'approved_by'),
    'orders_assessment': ('assessment_in_another_sitting', 'signed_by'),
    'orders_term': ('term_in_another_sitting', 'confirmed_by'),
    'rights_restriction': ('restriction_in_another_sitting', 'decided_by'),
}


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0003_desk_and_restrictions'),
        ('deployments', '0003_two_sittings'),
        ('detectors', '0003_two_sittings'),
        ('evidence', '0004_two_sittings'),
        ('orders', '0004_two_sittings'),
    ]

    operations = [
        migrations.RunSQL([
            IN_TWO_SITTINGS.format(table=table, name=name, agreed_by=agreed_by) for table, (name, agreed_by) in TABLES.items()
        ]),
    ]
