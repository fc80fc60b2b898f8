"""Accounts of staff as the operator makes and changes them, so that the log names each; with ids and hashes of the test's choice."""

from collections.abc import Iterable
from typing import Any

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies.models import Staff
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import action
from tests.database import Database
from tests.server import as_operator


def an_account(one: Actor, sign_in: str, display_name: str, password: str = "!") -> Staff:  # noqa: S107  # no hash of any password
    """The account of one of a test's people, at their own agency."""
    named = {"sign_in": sign_in, "display_name": display_name, "role": one.role, "password": password}
    return Staff(id=one.id, agency_id=one.home or one.agency, team_id=one.team, **named)


def add(database: Database, *rows: Staff) -> None:
    _say(database, Verb.STAFF_ADDED, rows)


def change(database: Database, *people: Id, **columns: Any) -> None:
    """The same columns of each."""
    with as_operator(database):
        rows = list(Staff.objects.filter(id__in=people))
    for row in rows:
        vars(row).update(columns)
    _say(database, Verb.STAFF_CHANGED, rows)


def _say(database: Database, verb: Verb, rows: Iterable[Staff]) -> None:
    with as_operator(database):
        for row in rows:
            _do_say(row, verb, actor=service(Service.OPERATOR, row.agency_id))


@action
def _do_say(row: Staff, verb: Verb, *, actor: Actor) -> None:
    row.credentials = row.digest()
    row.save(**({"force_insert": True} if verb is Verb.STAFF_ADDED else {}))
    append(actor, verb, case=None, touched=(row.touched(),))
