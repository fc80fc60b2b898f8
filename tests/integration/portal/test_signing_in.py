"""How the person signs in: a code that counts once, then their own PIN, with few attempts (issue 3, "Portal"; R-SEC-10)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urljoin

import pytest

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.base import attempts, clock
from offmon.server.rights import actions, queries
from offmon.server.rights.actions import do_make_access
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import PIN, Person, portal
from tests.prove.markers import proves
from tests.support.story import Story

COOKIE = "__Host-sitting"


@contextmanager
def later(ms: int) -> Iterator[None]:
    """The door's clock is ahead, and that of the tries; the database's and the log's are not."""
    ahead = SimpleNamespace(now=lambda: clock.now() + ms)
    with patch.object(actions, "clock", ahead), patch.object(attempts, "clock", ahead):
        yield


def test_a_code_lets_in_once_and_a_pin_after_that(person: Person, story: Story) -> None:
    way_in = person.is_given_a_way_in()
    with portal(story):
        assert person.browser.get("/en/now/")["Location"].startswith("/?next=")
        answer = person.begins(way_in)
        assert answer.status_code == 302, answer.content.decode()
        morsel = answer.cookies[COOKIE]
        assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Strict")
        assert (morsel["domain"], morsel["path"], morsel["max-age"]) == ("", "/", "")
        assert "What is monitored now" in person.browser.get("/en/now/").content.decode()
        assert person.send("/en/ask/data/").status_code == 302  # a form of theirs, with its token
        left = person.browser.post(
            "/en/leave/", {"csrfmiddlewaretoken": person.browser.cookies["__Host-csrftoken"].value}
        )
        assert left["Location"] == "/en/"
        assert person.browser.get("/en/now/").status_code == 302
        late = person.browser.post(
            "/cy/ask/complaint/", {"csrfmiddlewaretoken": person.browser.cookies["__Host-csrftoken"].value}
        )
        to = person.browser.get(late["Location"])["Location"]
        assert to == "/cy/?late"  # in the language that it was written in
        assert translate(Language.WELSH, "portal.sign-in.late") in person.browser.get(to).content.decode()
        assert PIN not in person.begins(way_in).content.decode()  # used
        assert person.signs_in(way_in).status_code == 302
        assert person.browser.get("/en/now/").status_code == 200
    signed = story.entries(Verb.PERSON_ACCESS_MADE, Verb.PERSON_SIGNED_IN)
    assert [(entry.verb, entry.case, entry.actor.role) for entry in signed] == [
        (Verb.PERSON_ACCESS_MADE, story.case, Role.OFFENDER_MANAGER),
        (Verb.PERSON_SIGNED_IN, story.case, Role.SUPERVISED_PERSON),
        (Verb.PERSON_SIGNED_IN, story.case, Role.SUPERVISED_PERSON),
    ]


def test_a_code_is_shown_once_and_kept_in_no_form_that_lets_in(person: Person, story: Story) -> None:
    way_in = person.is_given_a_way_in()
    with story.database.connect_as_owner() as owner:
        rows = owner.execute("select a::text, n::text from rights_personaccess a, rights_accessname n").fetchall()
    assert way_in.name not in str(rows)
    assert way_in.code.replace("-", "") not in str(rows)


@proves("S62", actions._use_code, disabled=lambda row, given, pin: True)
def test_a_wrong_code_counts_five_times(person: Person, story: Story) -> None:
    way_in = person.is_given_a_way_in()
    with portal(story):
        for _ in range(5):
            assert "no longer works" in person.begins(way_in, code="AAAAA-AAAAA").content.decode()
        assert "Wait 5 minutes" in person.begins(way_in).content.decode()
        with later(time.HOUR_MS):
            assert "no longer works" in person.begins(way_in).content.decode()  # its tries are used up
    refused = story.entries(Verb.ACCESS_DENIED)
    assert {(entry.outcome, entry.case, entry.actor.role) for entry in refused} == {
        (EntryOutcome.DENIED, story.case, Role.SUPERVISED_PERSON)
    }


def test_a_code_counts_for_a_day(person: Person, story: Story) -> None:
    way_in = person.is_given_a_way_in()
    with portal(story), later(time.DAY_MS):
        assert "no longer works" in person.begins(way_in).content.decode()


def test_a_new_way_in_ends_the_one_before_and_whoever_sits_there(person: Person, story: Story) -> None:
    first = person.is_given_a_way_in()
    with portal(story):
        assert person.begins(first).status_code == 302
    second = person.is_given_a_way_in()
    with portal(story):
        assert person.browser.get("/en/now/").status_code == 302
        assert person.signs_in(first).status_code == 200
        assert person.begins(second).status_code == 302


@proves("S63", attempts.count, disabled=lambda kept, who: Id("0" * 32))
def test_a_wrong_pin_must_wait_and_so_must_a_name_that_nobody_has(person: Person, story: Story) -> None:
    way_in = person.is_given_a_way_in()
    with portal(story):
        person.begins(way_in)
        for name in (way_in.name, "nobodyss"):
            answers = [person.send("/en/", name=name, pin="111222").content.decode() for _ in range(6)]
            assert ["Wait 5 minutes" in answer for answer in answers] == [False] * 5 + [True], name
            assert all("no longer works" in answer for answer in answers[:5])
            assert "111222" not in "".join(answers)
        assert "Wait" in person.signs_in(way_in).content.decode()
        with later(6 * time.MINUTE_MS):
            assert person.signs_in(way_in).status_code == 302


def test_a_pin_that_everyone_tries_first_is_refused_and_uses_no_code_up(person: Person, story: Story) -> None:
    way_in = person.is_given_a_way_in()
    with portal(story):
        for pin in ("12345", "111111", "234567", "987654", "890123", "12345a", "٣٤٥٦١٢"):
            assert "Choose 6 to 12 digits that are" in person.begins(way_in, pin=pin).content.decode(), pin
        assert "Enter the same PIN twice" in person.begins(way_in, pin_again="830195").content.decode()
        assert person.begins(way_in).status_code == 302


@pytest.mark.parametrize(("idle_ms", "there"), [(9 * time.MINUTE_MS, True), (10 * time.MINUTE_MS, False)])
def test_ten_minutes_without_a_page_and_one_signs_in_again(
    person: Person, story: Story, idle_ms: int, *, there: bool
) -> None:
    way_in = person.is_given_a_way_in()
    with portal(story):
        person.begins(way_in)
        with patch.object(queries, "clock", SimpleNamespace(now=lambda: clock.now() + idle_ms)):
            assert (person.browser.get("/en/now/").status_code == 200) is there


def test_only_who_works_on_the_case_may_let_the_person_in(story: Story) -> None:
    with story.console(), story.with_keys():
        with pytest.raises(Refused, match="You have no access to this case"):
            do_make_access(story.case, actor=story.stranger)
        with pytest.raises(Refused, match="role"):
            do_make_access(story.case, actor=story.supervisor)


def test_nothing_that_a_browser_fetches_before_signing_in_names_what_it_is_of(person: Person, story: Story) -> None:
    """The bytes and headers of every page, style sheet, script and picture, and their addresses: anybody beside it may read them."""
    telling = re.compile(
        r"offmon|supervis|police|probation|licence|offend|invented force|surveil|monitor(?!event)|\bmoj|justice", re.I
    )
    waiting, seen = ["/en/", "/cy/", "/en/first/", "/en/absent/", "/favicon.ico", "/manifest.json"], set[str]()
    with portal(story):
        while waiting:
            path = waiting.pop()
            answer = person.browser.get(path)
            seen.add(path)
            body = b"".join(answer) if answer.streaming else answer.content
            shown = f"{path}\n{answer.headers}\n{answer.cookies}\n{body.decode()}"
            assert telling.findall(shown) == [], path
            named = re.findall(r'(?:href|src)="(/static/[^"]+)"', shown)
            named += [urljoin(path, one) for one in re.findall(r'(?:from|import)[\s(]*"(\./[^"]+)"', body.decode())]
            waiting += [one for one in dict.fromkeys(named) if one not in seen]
    assert {one.rpartition(".")[2] for one in seen} >= {"css", "js", "svg"}
