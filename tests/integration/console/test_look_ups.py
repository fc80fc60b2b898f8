"""A look-up outside any task waits for the auditor within a turn of the worker; ordinary work does not (issue 18; R-SEC-19)."""

from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log import look_ups as rules
from offmon.core.log.audit import Verb
from offmon.core.log.look_ups import Finding, check_examines, is_at_work, is_own_family_name, too_many
from offmon.core.log.reading import ReadingPurpose
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.audit.actions.look_ups import do_examine
from offmon.server.audit.actions.readings import do_open_log
from offmon.server.audit.look_ups.queries import look_ups
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.people.actions import do_open_case
from offmon.server.processes.worker import jobs
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_log import ASKED, AUDITOR, rows
from tests.prove.markers import proves
from tests.unit.server.faces.matrix import Whose


def watch(office: Office, watching: jobs.Watching | None = None) -> None:
    """A turn of the worker."""
    with office.story.running(Process.WORKER):
        (watching or jobs.Watching(office.story.worker))()


@pytest.fixture
def long_ago() -> Iterator[None]:
    """All that a played story did, and each access to its case, counts as of weeks ago."""
    with patch.multiple(rules, ACTED_MS=-1, GIVEN_MS=-1):
        yield


def auditors() -> Client:
    browser = sign_in(AUDITOR)
    send(browser, "/log/look-ups/", **ASKED)
    return browser


def picked(browser: Client) -> list[str]:
    return rows(browser.get("/log/look-ups/").content.decode(), "look-ups")


@pytest.mark.usefixtures("long_ago")
@proves("S151", is_at_work, disabled=lambda at, standing: True)
def test_a_look_up_outside_any_task_waits_for_the_auditor_and_is_examined_once(office: Office) -> None:
    story = office.story
    for name in ("officer", "colleague"):
        sign_in(name).get(f"/cases/{story.case}/")  # the officer keeps the case; the colleague has nothing to do there
    watch(office)
    watch(office)
    assert [(one.case, one.reason) for one in story.entries(Verb.LOOK_UP_PICKED)] == [(None, "no_task")]
    browser = auditors()
    [row] = picked(browser)
    assert "Colleague Invented" in row
    assert "Outside any task" in row
    assert "There is a problem" in send(browser, "/log/look-ups/", finding="explained").content.decode()
    send(browser, "/log/look-ups/", finding="explained", note="She covered the phone that day (invented).")
    [row] = picked(browser)
    assert "Explained" in row
    assert "She covered the phone" in row
    assert [entry.reason for entry in story.entries(Verb.LOOK_UP_EXAMINED)] == ["explained"]
    sign_in("stranger").get("/")
    watch(office)
    assert len(picked(browser)) == 1


@pytest.mark.usefixtures("long_ago")
@pytest.mark.parametrize("led", ["/", "/alerts/"])
def test_what_stands_on_ones_list_of_work_is_a_task(office: Office, led: str) -> None:
    colleague = sign_in("colleague")
    colleague.get(led)
    colleague.get(f"/cases/{office.story.case}/")
    watch(office)
    assert picked(auditors()) == []


def test_whoever_acted_there_or_got_the_case_lately_is_at_work(office: Office) -> None:
    sign_in("colleague").get(f"/cases/{office.story.case}/")  # the case was opened to them today
    watch(office)
    assert picked(auditors()) == []


@proves("S151", is_own_family_name, disabled=lambda sought, name: False)
def test_a_search_for_ones_own_family_name_is_picked_and_its_words_are_kept_nowhere(office: Office) -> None:
    officer = sign_in("officer")
    send(officer, "/search/", words="Sam")
    send(officer, "/search/", words="invented")
    watch(office)
    assert [entry.reason for entry in office.story.entries(Verb.OWN_NAME_SOUGHT)] == [None]
    [row] = picked(auditors())
    assert "Officer Invented" in row
    assert "Own family name" in row


@proves("S151", too_many, disabled=lambda looks: [])
def test_many_people_in_an_hour_are_picked_once_and_their_list_is_not(office: Office) -> None:
    story, most = office.story, 3
    cases = [do_open_case(f"86/MANY/{number}", "Many Others", actor=story.officer) for number in range(most + 3)]
    officer = sign_in("officer")
    officer.get("/cases/")
    with patch.object(rules, "MANY_PEOPLE", most):
        watch(office)
        assert picked(auditors()) == []
        for case in cases:
            officer.get(f"/cases/{case}/")
        watching = jobs.Watching(story.worker)
        watch(office, watching)
        watch(office, watching)
    assert [one.reason for one in story.entries(Verb.LOOK_UP_PICKED)] == ["many_people"]


@pytest.mark.usefixtures("long_ago")
@proves("S152", check_examines, disabled=lambda by, of, note: None)
def test_nobody_examines_their_own_and_none_without_a_reading(office: Office) -> None:
    """A data protection officer may read the log, and work on a case as well."""
    story = office.story
    officer = replace(office.actor(Role.DATA_PROTECTION, Whose.OWN), session=new_id())
    sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.OWN)).get(f"/cases/{story.case}/")
    watch(office)
    with pytest.raises(Refused, match="Say first"):
        look_ups(actor=officer)
    do_open_log(ReadingPurpose.SELF_MONITORING, "Which look-ups wait?", actor=officer)
    [one] = look_ups(actor=officer)
    assert one.staff == officer.id
    with pytest.raises(Refused, match="your own"):
        do_examine(one.id, Finding.EXPLAINED, "I know why.", actor=officer)
    other = replace(office.actor(Role.AUDITOR, Whose.COLLEAGUES), session=new_id())
    with pytest.raises(Refused, match="Say first"):
        do_examine(one.id, Finding.EXPLAINED, "A note.", actor=other)
    examine(one.id, other)
    with pytest.raises(Refused, match="meanwhile"):
        do_examine(one.id, Finding.PASSED_ON, "Again.", actor=other)


def examine(look_up: Id, actor: Actor) -> None:
    do_open_log(ReadingPurpose.SELF_MONITORING, "Which look-ups wait?", actor=actor)
    do_examine(look_up, Finding.PASSED_ON, "Nobody knows why.", actor=actor)


def test_a_case_is_opened_to_somebody_for_a_week_of_work(office: Office) -> None:
    story = office.story
    with patch.multiple(rules, ACTED_MS=-1):
        do_grant_caseload(story.case, story.stranger.id, "helps out", actor=story.officer)
        sign_in("stranger").get(f"/cases/{story.case}/")
        watch(office)
    assert picked(auditors()) == []
