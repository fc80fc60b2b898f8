"""Whoever looks reads on what day an order was made: a newer one ends an older (SA20 s.349), and the rule is run over both."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0012_deployments_read'),
        ('orders', '0007_damaged_until_restored'),
    ]

    operations = directory_table('orders_instrument', assurance=may(SELECT, columns=['made_on']))
