"""What is noted of a visitor's choice is deleted after a year: the worker finds such a note by its age, and reads no choice."""

from django.db import migrations

from offmon.server.base.policies import DELETE, SELECT, directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0010_papers_by_the_log'),
    ]

    operations = [
        *directory_table('oversight_cookiechoice', worker=may(SELECT, DELETE, columns=['id', 'at'])),
    ]
