"""A document is kept before its order is recorded beside it, or discarded: each by a verb of its own."""

from functools import reduce
from importlib import import_module
from operator import or_

from django.db import migrations, models
from django.db.models import Q

BEFORE = import_module("offmon.server.audit.migrations.0009_entry_as_committed").OPERATIONS
# As in 0011, and what a scan that waits is called in the log.
OLD_KINDS = import_module("offmon.server.audit.migrations.0011_words_name_rows").KINDS
KINDS = OLD_KINDS.replace('"orders_term": "term",', '"orders_term": "term", "orders_waiting_scan": "scan",')
FOLLOWED_BY = {"alert.review": "alert.consulted", "term.recorded": "document.kept"}
PRECEDED_BY = {"retention.disposed": "document.discarded"}


def _with_them(verbs: list[str]) -> list[str]:
    return [one for verb in verbs for one in (PRECEDED_BY.get(verb), verb, FOLLOWED_BY.get(verb)) if one]


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0018_looked_at_whole"),
    ]

    operations = [
        migrations.RunSQL([KINDS]),
        migrations.RemoveConstraint("entry", "audit_verb_of_its_operation"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=reduce(or_, (Q(operation=one, verb__in=_with_them(verbs)) for one, verbs in BEFORE.items())),
                name="audit_verb_of_its_operation",
            ),
        ),
    ]
