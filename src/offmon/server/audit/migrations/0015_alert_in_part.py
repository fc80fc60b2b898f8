"""A page that shows a part of an alert is entered by a verb of its own: it is no look at the alert, on which a decision rests."""

from functools import reduce
from importlib import import_module
from operator import or_

from django.db import migrations, models
from django.db.models import Q

BEFORE = import_module("offmon.server.audit.migrations.0009_entry_as_committed").OPERATIONS


def _with_it(verbs: list[str]) -> list[str]:
    return [one for verb in verbs for one in ([verb, "alert.consulted"] if verb == "alert.review" else [verb])]


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0014_signer_asks_of_stops"),
    ]

    operations = [
        migrations.RemoveConstraint("entry", "audit_verb_of_its_operation"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=reduce(or_, (Q(operation=one, verb__in=_with_it(verbs)) for one, verbs in BEFORE.items())),
                name="audit_verb_of_its_operation",
            ),
        ),
    ]
