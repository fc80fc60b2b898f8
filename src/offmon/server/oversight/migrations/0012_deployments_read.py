"""Whoever looks reads whether a deployment has ended: until then what it collects is in use, though its lease ended with its assessment."""

from django.db import migrations

from offmon.server.base.policies import SELECT, may, open_to


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0011_choices_deleted'),
        ('deployments', '0008_first_person_there'),
    ]

    operations = open_to('deployments_deployment', assurance=may(SELECT, columns=['id', 'agency', 'state']))
