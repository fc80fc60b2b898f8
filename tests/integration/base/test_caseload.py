"""The console sees a case through a caseload row in force now, and through nothing else (design §5, "Scope"; R-SEC-9)."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError

from offmon.core.access.roles import Role
from offmon.core.clock import MINUTE_MS
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies.models import Caseload
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import action, scope
from tests.database import Database
from tests.integration.audit.sample import AGENCY, CASE, OTHER_AGENCY, OTHER_CASE, WORKER, Note, a_note, do_note
from tests.server import as_process
from tests.support import accounts

TEAM = Id("7" * 32)
OFFICER = Actor(Id("1" * 32), Role.OFFENDER_MANAGER, TEAM, AGENCY)
COLLEAGUE = Actor(Id("2" * 32), Role.OFFENDER_MANAGER, TEAM, AGENCY)
SAME_ID_ELSEWHERE = Actor(OFFICER.id, Role.OFFENDER_MANAGER, TEAM, OTHER_AGENCY)

THE_TEAM = "insert into agencies_team (id, name, agency_id) values (%(team)s, 'Invented', %(agency)s)"


@pytest.fixture
def as_console(notes: Database) -> Iterator[Database]:
    """The test runs as the console. There is one note in each of two cases."""
    with notes.connect_as_owner() as owner:
        owner.execute(THE_TEAM, {"agency": AGENCY, "team": TEAM})
        # Only the clock brings about a grant that is over or not yet begun; here it is written, as nobody may (S69).
        owner.execute("alter table agencies_caseload disable trigger written_as_of_now")
    accounts.add(notes, *(accounts.an_account(person, person.id, "Invented") for person in (OFFICER, COLLEAGUE)))
    with as_process(notes, Process.WORKER):
        do_note("of the case", actor=WORKER)
        do_note("of another", actor=WORKER, case=OTHER_CASE)
    with as_process(notes, Process.CONSOLE):
        yield notes


@action
def do_grant(case: Id, since: int, until: int | None, *, to: Actor, actor: Actor) -> None:
    """A grant from and until so many minutes from now."""
    now = clock.now()
    grant = Caseload(agency=actor.agency, case=case, staff_id=to.id, reason="a reason", granted_by=actor.id)
    grant.since = Ms(now + since * MINUTE_MS)
    grant.until = None if until is None else Ms(now + until * MINUTE_MS)
    grant.save(force_insert=True)
    append(actor, Verb.CASELOAD_GRANTED, case=case, touched=[grant])


def seen_by(actor: Actor) -> list[str]:
    with scope(actor):
        return sorted(note.words for note in Note.objects.all())


@pytest.mark.usefixtures("as_console")
@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        (-1, None, ["of the case"]),
        (-1, 1, ["of the case"]),
        (-2, -1, []),  # over
        (1, None, []),  # not yet
    ],
)
def test_a_case_is_seen_while_a_grant_is_open(since: int, until: int | None, seen: list[str]) -> None:
    assert seen_by(OFFICER) == []
    do_grant(CASE, since, until, to=OFFICER, actor=COLLEAGUE)
    assert seen_by(OFFICER) == seen


@pytest.mark.usefixtures("as_console")
def test_a_grant_opens_one_case_to_one_person_of_one_agency() -> None:
    do_grant(CASE, -1, None, to=OFFICER, actor=COLLEAGUE)
    do_grant(OTHER_CASE, -1, None, to=COLLEAGUE, actor=COLLEAGUE)
    assert seen_by(OFFICER) == ["of the case"]
    assert seen_by(COLLEAGUE) == ["of another"]
    assert seen_by(SAME_ID_ELSEWHERE) == []


@pytest.mark.usefixtures("as_console")
def test_two_grants_show_a_row_once() -> None:
    do_grant(CASE, -2, 5, to=OFFICER, actor=COLLEAGUE)
    do_grant(CASE, -1, None, to=OFFICER, actor=COLLEAGUE)
    assert seen_by(OFFICER) == ["of the case"]


@pytest.mark.usefixtures("as_console")
def test_what_is_not_on_the_caseload_cannot_be_written_either() -> None:
    do_grant(OTHER_CASE, -1, None, to=OFFICER, actor=COLLEAGUE)
    stray = a_note(actor=OFFICER, case=CASE)
    with pytest.raises(DatabaseError, match="row-level security"), scope(OFFICER):
        stray.save(force_insert=True)
    with scope(OFFICER):
        assert Note.objects.filter(case=CASE).update(words="edited") == 0
