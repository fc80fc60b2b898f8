"""A second row where one is allowed is refused, sent twice or by two at once, and is no error of ours."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import ModuleType
from typing import Any

import psycopg
import pytest
from django.db import connection

from offmon.core.access.sharing import SharingGround
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person.deadlines import Channel, RequestKind, RequestOutcome
from offmon.server.agencies import actions as agencies
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import authority, notices, profiles
from offmon.server.detectors import actions as detectors
from offmon.server.detectors import queries as lists
from offmon.server.detectors.models import ListVersion
from offmon.server.people import actions as people
from offmon.server.people.models import Person
from offmon.server.rights.requests import actions as desk
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import errors
from tests.integration.console.test_desk import taken_down
from tests.support.days import today
from tests.support.patience import PATIENCE_S
from tests.support.story import Story


def wait_for_the_other(story: Story, other: list[Future[str | None]]) -> None:
    """Until another connection waits for what this one has written, or has come to an end."""
    waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name, autocommit=True) as watching:
        until = time.monotonic() + 60
        while not watching.execute(waiting).fetchall():
            assert not (other and other[0].done()), other[0].result()
            assert time.monotonic() < until, "nobody waits for this one"
            time.sleep(0.01)


def second_of_two(
    story: Story, module: ModuleType, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> str | None:
    """The code by which the second of two is refused who do the same at once: the first has written and not committed."""
    written, other, append = Event(), list[Future[str | None]](), module.append

    def held(*args: Any, **kwargs: Any) -> Any:
        if not written.is_set():
            written.set()
            wait_for_the_other(story, other)
        return append(*args, **kwargs)

    def once() -> str | None:
        try:
            act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return None

    monkeypatch.setattr(module, "append", held)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(once)
        assert written.wait(PATIENCE_S), first.result()
        other.append(pool.submit(once))
        assert first.result() is None
        return other[0].result()


def a_case(reference: str = "86/TWICE") -> dict[str, str]:
    return {"reference": reference, "name": "Lee Invented", "language": "en"}


def test_a_reference_is_one_case_s_and_the_form_comes_back_as_it_was_filled_in(office: Office) -> None:
    officer, stranger = sign_in("officer"), sign_in("stranger")
    assert send(officer, "/cases/new/", **a_case()).status_code == 302
    for browser in (officer, stranger):  # also where the other case is none of theirs
        answer = send(browser, "/cases/new/", **a_case())
        assert answer.status_code == 200
        assert "Your agency already has a case with that reference" in errors(answer)
        assert 'value="86/TWICE"' in answer.content.decode()
        assert 'value="Lee Invented"' in answer.content.decode()
    assert send(stranger, "/cases/new/", **a_case("86/OTHER")).status_code == 302
    with scope(office.story.officer):
        assert Person.objects.filter(reference="86/TWICE").count() == 1


def test_a_notice_that_says_the_same_is_one_paper_however_often_it_is_made(office: Office) -> None:
    officer, path = sign_in("officer"), f"/cases/{office.story.case}/notices/new/"
    first, second = [send(officer, path) for _ in range(2)]
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert len(office.story.entries(Verb.NOTICE_MADE)) == 2  # the story's own, and this


type Act = Callable[[], object]


def open_case(office: Office) -> Act:
    return lambda: people.do_open_case("86/ONCE", "Lee Invented", actor=office.story.officer)


def give_access(office: Office) -> Act:
    case, to = office.story.case, office.story.stranger.id
    return lambda: agencies.do_grant_caseload(case, to, "covers leave", actor=office.story.officer)


def share_case(office: Office) -> Act:
    case = people.do_open_case("86/SHARED", "Lee Invented", actor=office.story.officer)
    sharing = agencies.Sharing(office.other_agency, SharingGround.LICENCE, "", "they supervise the licence")
    return lambda: agencies.do_share_case(case, sharing, actor=office.story.officer)


def pause_list(office: Office) -> Act:
    with scope(office.story.supervisor):
        row: Id = ListVersion.objects.all()[0].id
    return lambda: detectors.do_pause(row, "too many false matches", actor=office.story.supervisor)


def take_up(office: Office) -> Act:
    request = taken_down(office, kind=RequestKind.COMPLAINT, received=-1)
    return lambda: desk.do_take_up(request, actor=office.story.data_protection)


def answer(office: Office) -> Act:
    request = taken_down(office, kind=RequestKind.COMPLAINT, received=-1)
    given = desk.RequestAnswer("Sent.", Channel.LETTER, today(), RequestOutcome.AGREED)
    return lambda: desk.do_answer(request, given, actor=office.story.data_protection)


def draft(office: Office) -> Act:
    """Of a case with an order and no monitoring yet."""
    story = office.story
    story.orders()
    with scope(story.officer):
        by_kind = {one.capability: one.ref.id for one in lists.declarations()}
    choice = Choice(Capability.SITE, (story.terms[Capability.SITE],), (by_kind[Capability.SITE],), None)
    return lambda: authority.do_draft(story.case, (choice,), actor=story.officer)


def ask_profile(office: Office) -> Act:
    return lambda: profiles.do_ask_profile(office.story.device.device, actor=office.story.officer)


def make_notice(office: Office) -> Act:
    return lambda: notices.do_make_notice(office.story.deployment, actor=office.story.officer)


@pytest.mark.parametrize(
    ("arrange", "module", "code"),
    [
        (open_case, people, "reference-taken"),
        (give_access, agencies, "open-already"),
        (share_case, agencies, "shared-already"),
        (pause_list, detectors, "already-paused"),
        (take_up, desk, "already-done"),
        (answer, desk, "already-done"),
        (draft, authority, "drafted-already"),
        (ask_profile, profiles, "asked-already"),
        (make_notice, notices, "made-already"),
    ],
    ids=["case", "access", "sharing", "pause", "taking up", "answer", "draft", "profile", "notice"],
)
def test_of_two_who_do_it_at_once_the_second_is_refused(
    office: Office, arrange: Callable[[Office], Act], module: ModuleType, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert second_of_two(office.story, module, arrange(office), monkeypatch) == code
