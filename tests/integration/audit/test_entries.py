"""A list of many people makes an entry for each of them, written at once (DPA 2018 s.62; R-DPA-14)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offmon.core.formats import codec
from offmon.core.ids import Id
from offmon.core.log import audit
from offmon.core.log.audit import Operation, Verb
from offmon.server.audit.actions import append_each
from offmon.server.audit.actions.entries import _row
from offmon.server.audit.models import Entry
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from tests.integration.audit.sample import AGENCY, CASE, WORKER
from tests.prove.markers import proves
from tests.support.refused import code_of

pytestmark = pytest.mark.usefixtures("as_worker")


def consulted(cases: list[Id]) -> list[Entry]:
    """The entries of one consultation of these people, as they stand after it, in their order."""
    with scope(WORKER):
        before = set(Entry.objects.values_list("id", flat=True))
        with CaptureQueriesContext(connection) as asked:
            append_each(WORKER, Verb.CASE_CONSULTED, cases=cases)
        assert len([one for one in asked.captured_queries if "INSERT" in one["sql"].upper()]) == bool(cases)
        rows = Entry.objects.raw("select * from audit_entry order by nth")  # a column that is the database's alone
        return [row for row in rows if row.id not in before]


def of_no_case(row: Entry) -> Entry:
    row.case = None
    return row


@proves("S85", _row, disabled=lambda record, actor, touched: of_no_case(_row(record, actor, touched)))
def test_each_subject_has_an_entry_of_its_own_and_all_are_one_statement() -> None:
    others = [new_id() for _ in range(60)]
    entries = consulted([CASE, *others, CASE])
    assert [entry.case for entry in entries] == sorted([CASE, *others])
    assert len({entry.salt for entry in entries}) == len({entry.commit for entry in entries}) == 61
    for entry in entries:
        record = codec.load(audit.AuditEntry, bytes(entry.doc), max_size=len(entry.doc))
        assert audit.commit_of(record, bytes(entry.salt)) == entry.commit
        assert (record.agency, record.case, record.verb) == (AGENCY, entry.case, Verb.CASE_CONSULTED)
        assert (record.operation, record.actor, record.touched) == (Operation.CONSULTATION, WORKER.core(), ())


def test_nobody_consulted_is_no_entry() -> None:
    assert consulted([]) == []


def test_nothing_is_recorded_outside_the_scope_of_whoever_acts() -> None:
    assert code_of(append_each, WORKER, Verb.CASE_CONSULTED, cases=[CASE]) == "audit-outside-scope"
