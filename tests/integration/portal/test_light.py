"""Every page of the portal stays within 150 KB, and paging reaches all of its lines (issue 3)."""

import hashlib
import html
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch
from urllib.parse import urljoin

import pytest

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.notice import ToldTerm
from offmon.core.formats.event import GapReason
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person import activity_record as file
from offmon.core.person.spans import Span
from offmon.server.faces.console.forms.fields import MAX_TOLD
from offmon.server.faces.console.forms.orders import TermForm
from offmon.server.rights import queries
from offmon.server.rights.queries import ConsultationLine
from offmon.words.catalogue import Language, translate
from offmon.words.document import Paper
from offmon.words.forms import NoticeFormat
from offmon.words.notice import write
from tests.integration.portal.person import Person, portal, signed_in
from tests.integration.portal.test_pages import READ
from tests.support.story import Story
from tests.unit.core.authority.test_notice import content

MOST_BYTES = 150_000  # of a page with all that it needs, as a browser fetches it for the first time
TERM = (
    "You must not use any device that can reach the internet unless it keeps a history, and shows it when asked. " * 10
)[:MAX_TOLD]
PATHS = (*READ, *(f"notice/{form}" for form in (NoticeFormat.LARGE, NoticeFormat.EASY)))
LINES = 450
ASKED = 9
LONG = '"' * 4_000  # the page writes each as five letters
OLDER = re.compile(r'href="([^"]+)"[^>]*rel="next"')


def weight(person: Person, path: str) -> int:
    """The bytes of a page, of each file that it names, and of each script that one of those names, packed where the face packs them."""
    answer = person.browser.get(path)
    assert answer.status_code == 200, path
    body = answer.content.decode()
    wanted, files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body)), dict[str, int]()
    while wanted - set(files):
        name = min(wanted - set(files))
        got = person.browser.get(name, headers={"accept-encoding": "gzip"})
        assert got.status_code == 200, name
        files[name] = len(got.content)
        if name.endswith("start.js"):
            script = person.browser.get(name).content.decode()
            wanted |= {urljoin(name, one) for one in re.findall(r'from "([^"]+)"', script)}
    assert len(files) >= 5
    return len(answer.content) + sum(files.values())


def long_notice(language: Language, *, actor: object) -> tuple[Paper, frozenset[str]]:  # as the query is called
    it = content()
    grounds = tuple(
        replace(one, terms=tuple(ToldTerm(f"{n}. {TERM}", term.period) for n in range(6) for term in one.terms))
        for one in it.told.grounds
    )
    return write(replace(it, told=replace(it.told, grounds=grounds)), language), frozenset()


@contextmanager
def filled() -> Iterator[None]:
    """As much on each page as a long order, three devices and two years give."""
    told, now, began = queries.told, queries.now, list[Ms]()  # one moment for all pages: they are compared

    def much(*, actor: Any) -> queries.DelayedActivity:
        lines = [(Ms(n * time.DAY_MS), hashlib.sha256(b"%d" % n).hexdigest()) for n in range(LINES, 0, -1)]
        sent = (file.SentLine(Id("0" * 32), on, Capability.SITE, (TERM, TERM), Digest(one), None) for on, one in lines)
        role, what = Role.OFFENDER_MANAGER, Verb.EXPORT_DOWNLOADED
        looks = (ConsultationLine(on, role, "North", what, Digest(one[::-1])) for on, one in lines)
        return replace(told(actor=actor), sent=tuple(sent), looks=tuple(looks))

    def more(*, actor: Any) -> queries.MonitoredNow:
        found = now(actor=actor)
        (device,) = found.devices
        profile = device.profile.profile
        assert profile is not None
        longer = replace(profile, person_texts=tuple(replace(text, text=TERM) for text in profile.person_texts))
        held = replace(device, profile=replace(device.profile, profile=longer))
        began.append(found.at)
        hours = [Ms(began[0] - n * time.HOUR_MS) for n in range(1, LINES + 1)]
        gaps = tuple(Span(at, Ms(at + time.MINUTE_MS), GapReason.NOT_VISIBLE) for at in hours)
        return replace(found, devices=(held,) * 3, gaps=gaps)

    with ExitStack() as patched:
        for name, made in (("told", much), ("now", more), ("notice", long_notice)):
            patched.enter_context(patch.object(queries, name, made))
        yield


@pytest.fixture
def person(story: Story) -> Person:
    """Signed in, and has asked for much."""
    own = signed_in(story)
    with portal(story):
        for n in range(ASKED):
            assert own.send("/en/ask/review/", words=f"{n} {LONG[2:]}").status_code == 302
    return own


def test_no_page_is_heavier_than_promised_however_much_it_says(person: Person, story: Story) -> None:
    with portal(story), filled():
        found = {
            f"/{language}/{path}/": weight(person, f"/{language}/{path}/") for language in Language for path in PATHS
        }
    assert {path: size for path, size in found.items() if size > MOST_BYTES} == {}
    assert max(found.values()) > MOST_BYTES / 2, "nothing is filled"


def turned(person: Person, path: str, named: str) -> list[str]:
    """Every page of a list, from the first on, as its links lead."""
    pages, leads = list[str](), path
    while True:
        pages.append(html.unescape(person.browser.get(leads).content.decode()))
        links = [link for link in OLDER.findall(pages[-1]) if f"#{named}" in link]
        if not links:
            return pages
        (link,) = links
        leads = path + link


@pytest.mark.parametrize(
    ("said", "refusal"), [(TERM, ""), (TERM + "x", "Words for the person must be 1000 characters or fewer")]
)
def test_no_term_may_say_more_than_is_weighed_here(said: str, refusal: str) -> None:
    errors = TermForm({"person_text": said}, basis=Basis.SHPO_SC)["person_text"].errors
    assert [str(one) for one in errors] == ([refusal] if refusal else [])


@pytest.mark.parametrize(
    ("path", "named", "shown"),
    [
        ("told", "sent", r"Fingerprint <span[^>]*>(\w+)"),
        ("told", "looks", r"Fingerprint <span[^>]*>(\w+)"),
        ("now", "gaps", r"<li>(.{10,60}): the window"),
        ("ask", "asked", r"<dd[^>]*>([A-Z]-[0-9A-Z-]+)</dd>"),
    ],
)
def test_all_of_a_long_list_can_be_reached_a_page_at_a_time(
    person: Person, story: Story, path: str, named: str, shown: str
) -> None:
    with portal(story), filled():
        pages = turned(person, f"/en/{path}/", named)
        found = [set(re.findall(shown, body.split(f'id="{named}"')[1].split("<h2")[0])) for body in pages]
        assert sum(map(len, found)) == len(set().union(*found)) == (ASKED if path == "ask" else LINES)
        assert translate(Language.ENGLISH, "portal.pages.at", number=len(pages), last=len(pages)) in pages[-2]
        for wrong, page in (("0", 0), ("-1", 0), ("x", 0), ("²", 0), ("", 0), ("99999", -1)):
            again = html.unescape(person.browser.get(f"/en/{path}/", {named: wrong}).content.decode())
            assert set(re.findall(shown, again.split(f'id="{named}"')[1].split("<h2")[0])) == found[page], wrong


def test_turning_one_list_leaves_the_other_where_it_is(person: Person, story: Story) -> None:
    with portal(story), filled():
        body = html.unescape(person.browser.get("/en/told/?sent=2&looks=3").content.decode())
    assert "?sent=3&looks=3#sent" in body
    assert "?sent=2&looks=4#looks" in body
