"""Initials stand for one person in a case: each exhibit points at its producer's one before it (R-EVD-6).

`previous` is worked out by the database from the number, so that nobody can leave it out; a first exhibit has none, and there is one
first for each initials and case (`exhibit_one_a_reference`). Whoever comes second with the same initials has nothing to point at.
"""

from django.db import migrations, models

FOLLOWS_ON = """
alter table evidence_exhibit
    add column previous bigint generated always as (nullif(number - 1, 0)) stored,
    add constraint exhibit_initials_are_one_persons
        foreign key ("case", initials, previous, producer) references evidence_exhibit ("case", initials, number, producer)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0002_exhibit'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='exhibit',
            constraint=models.UniqueConstraint(fields=('case', 'initials', 'number', 'producer'), name='exhibit_pointed_at'),
        ),
        migrations.RunSQL([FOLLOWS_ON]),
    ]
