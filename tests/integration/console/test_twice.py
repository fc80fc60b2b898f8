"""A second row where one is allowed is refused, sent twice or by two at once, and is no error of ours."""

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
from tests.support.story import Story


def _close() -> None:
    connection.close()


def wait_for_the_other(story: Story, other: list[Future[str | None]]) -> None:
    """Until another connection waits for what this one has written, or has come to an end."""
    waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name, autocommit=True) as watching:
        while not watching.execute(waiting).fetchall():
            assert not (other and other[0].done()), other[0].result()


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
            _close()
        return None

    monkeypatch.setattr(module, "append", held)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(once)
        assert written.wait(20), first.result()
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


def test_and_of_two_at_once_one_is_opened(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        people.do_open_case("86/ONCE", "Lee Invented", actor=office.story.officer)

    assert second_of_two(office.story, people, act, monkeypatch) == "reference-taken"


def test_a_case_is_opened_once_to_one_colleague(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        agencies.do_grant_caseload(
            office.story.case, office.story.stranger.id, "covers leave", actor=office.story.officer
        )

    assert second_of_two(office.story, agencies, act, monkeypatch) == "open-already"


def test_a_case_is_shared_once_with_one_agency(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = people.do_open_case("86/SHARED", "Lee Invented", actor=office.story.officer)

    def act() -> None:
        sharing = agencies.Sharing(office.other_agency, SharingGround.LICENCE, "", "they supervise the licence")
        agencies.do_share_case(case, sharing, actor=office.story.officer)

    assert second_of_two(office.story, agencies, act, monkeypatch) == "shared-already"


def test_a_list_is_paused_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with scope(office.story.supervisor):
        row: Id = ListVersion.objects.all()[0].id

    def act() -> None:
        detectors.do_pause(row, "too many false matches", actor=office.story.supervisor)

    assert second_of_two(office.story, detectors, act, monkeypatch) == "already-paused"


def steps(office: Office) -> list[Callable[[Id], None]]:
    supervisor = office.story.supervisor
    return [
        lambda request: desk.do_take_up(request, actor=supervisor),
        lambda request: desk.do_answer(
            request, desk.RequestAnswer("Sent.", Channel.LETTER, today(), RequestOutcome.AGREED), actor=supervisor
        ),
    ]


@pytest.mark.parametrize("which", range(2), ids=["taken up", "answered"])
def test_each_step_of_a_request_is_taken_once(office: Office, which: int, monkeypatch: pytest.MonkeyPatch) -> None:
    request = taken_down(office, kind=RequestKind.COMPLAINT, received=-1)

    def act() -> None:
        steps(office)[which](request)

    assert second_of_two(office.story, desk, act, monkeypatch) == "already-done"


def test_a_case_has_one_monitoring(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    story = office.story
    with office.story.with_keys():
        story.orders()
    with scope(story.officer):
        by_kind = {one.capability: one.ref.id for one in lists.declarations()}
    choice = Choice(Capability.SITE, (story.terms[Capability.SITE],), (by_kind[Capability.SITE],), None)

    def act() -> None:
        authority.do_draft(story.case, (choice,), actor=story.officer)

    assert second_of_two(story, authority, act, monkeypatch) == "drafted-already"


def test_a_profile_of_a_version_is_asked_for_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        profiles.do_ask_profile(office.story.device.device, actor=office.story.officer)

    assert second_of_two(office.story, profiles, act, monkeypatch) == "asked-already"


def test_a_notice_that_says_the_same_is_one_paper_however_often_it_is_made(office: Office) -> None:
    officer, path = sign_in("officer"), f"/cases/{office.story.case}/notices/new/"
    first, second = [send(officer, path) for _ in range(2)]
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert len(office.story.entries(Verb.NOTICE_MADE)) == 2  # the story's own, and this


def test_and_of_two_at_once_one_makes_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        notices.do_make_notice(office.story.deployment, actor=office.story.officer)

    assert second_of_two(office.story, notices, act, monkeypatch) == "made-already"
