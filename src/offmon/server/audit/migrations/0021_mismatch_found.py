"""The vault says in the case's log that records are not what the log says; the agency hears of it, whoever works on the case.

The console sees the entries of its caseload alone, and a data protection officer works on no case. A function gives them when, of which
case by its id, and by which code: no word of an entry else. It counts the vault's own entries, which no other role can write.
"""

from functools import reduce
from importlib import import_module
from operator import or_

from django.db import migrations, models
from django.db.models import Q

BEFORE = import_module("offmon.server.audit.migrations.0009_entry_as_committed").OPERATIONS
WITH_DOCUMENTS = import_module("offmon.server.audit.migrations.0019_document_kept")._with_them
FOLLOWED_BY = {"looks.sealed": "mismatch.found"}

FOUND = """
create index audit_mismatch on audit_entry (agency, at) where verb = 'mismatch.found';
create function audit_mismatches() returns table (about uuid, code text, since bigint, newest bigint, times bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select "case", reason, min(at), max(at), count(*)
    from public.audit_entry
    where agency = current_setting('offmon.agency')::uuid and verb = 'mismatch.found'
        and actor = '7661756c-7400-0000-0000-000000000000'
    group by "case", reason
    order by max(at) desc
$$;
revoke execute on function audit_mismatches() from public;
grant execute on function audit_mismatches() to offmon_console;

grant create on schema public to offmon_backstop;
alter function audit_mismatches() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
grant select (at, verb, actor, reason) on audit_entry to offmon_backstop;
"""


def _with_it(verbs: list[str]) -> list[str]:
    return [one for verb in WITH_DOCUMENTS(verbs) for one in (verb, FOLLOWED_BY.get(verb)) if one]


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0020_console_reads_its_cases"),
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
        migrations.RunSQL([FOUND]),
    ]
