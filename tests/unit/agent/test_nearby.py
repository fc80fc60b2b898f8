"""What a device remembers around a finding, and for how long: a table of pages, and what would leave (issue 19; S182)."""

from dataclasses import replace

import pytest

from offmon.agent import nearby
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason
from offmon.agent.sources.page_socket import PageFact
from offmon.core.authority.capability import CAPABILITIES, Capability
from offmon.core.authority.profile import TermPeriod
from offmon.core.authority.silence import ListedEntry, Silence, SilenceReason
from offmon.core.clock import HOUR_MS, MINUTE_MS, Period
from offmon.core.formats import codec
from offmon.core.formats.event import Body, Disclosure, Origin
from offmon.core.ids import Ms, Slug
from tests.support.fake_agency import INGEST, new_id
from tests.unit.agent.desk import Desk

CONTEXT = Capability.CONTEXT
EXCLUDED = "https://helpline.example/"


def near(desk: Desk, until: Ms | None = None, silences: tuple[Silence, ...] = ()) -> None:
    """The device takes a profile with grants beside those of its lists."""
    found = tuple(map(desk.agency.grant, desk.agency.lists))
    terms = (TermPeriod(desk.agency.term, Period(Ms(0), until)),)
    beside = (
        replace(one, kind=CONTEXT, id=new_id(), fields=CAPABILITIES[CONTEXT].fields, terms=terms) for one in found
    )
    desk.agency.issue(grants=(*found, *beside), silences=silences)
    desk.belief.take(codec.dump(desk.agency.update()), desk.at)


@pytest.fixture
def put(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Disclosure]:
    kept: list[Disclosure] = []
    monkeypatch.setattr(desk.outbox, "put", lambda disclosure, _held: kept.append(disclosure))
    near(desk)
    return kept


def tick(desk: Desk, ms: int = 0) -> None:
    desk.go(ms)
    desk.sources.tick(desk.at)


def sites(put: list[Disclosure]) -> list[tuple[list[str], list[str]]]:
    """The names of the sites before and after, of each context."""
    bodies = [one.body for one in put if one.claim.kind is CONTEXT]
    return [(names(one.context_before), names(one.context_after)) for one in bodies]


def names(said: str | None) -> list[str]:
    return [line.split(" ")[1] for line in (said or "").splitlines()]


def test_sites_before_and_after_are_sent_once_five_minutes_later(desk: Desk, put: list[Disclosure]) -> None:
    desk.belief.told(desk.at, Ms(desk.at + HOUR_MS))  # its clock is an hour slow
    near(desk)
    for url in ("https://long-ago.example/", "https://before.example/a?b=c"):
        desk.page(url)
        tick(desk, 4 * MINUTE_MS)
    desk.page()
    tick(desk, MINUTE_MS)
    desk.page("https://after.example/x")
    tick(desk, 4 * MINUTE_MS - 1_000)
    assert sites(put) == []
    tick(desk, 1_000)
    tick(desk, 10 * MINUTE_MS)
    [finding, context] = put
    assert context.claim == replace(finding.claim, kind=CONTEXT, grant=context.claim.grant, detector=nearby.DETECTOR)
    assert context.body == Body(None, None, None, "09:04:00 before.example", "09:09:00 after.example")


def test_what_is_excluded_permitted_or_our_own_is_absent(desk: Desk, put: list[Disclosure]) -> None:
    permitted = ListedEntry(desk.agency.lists[0].document.id, Slug("forum-1"))
    silence = Silence(
        *(
            new_id(),
            SilenceReason.PERMISSION,
            (),
            (permitted,),
            None,
            None,
            Period(Ms(0), None),
            "You may.",
            None,
            "A B",
        )
    )
    near(desk, silences=(silence,))
    for url in (
        EXCLUDED,
        f"{INGEST}/anything",
        "about:blank",
        "https://big.example/forum/1",
        "https://mail.google.com/",
    ):
        desk.page(url)
    desk.pages.asked().page(PageFact("https://frame.example/", Origin.LINK, None, within=("https://whole.example/",)))
    desk.page("https://listed.example/")
    tick(desk, 6 * MINUTE_MS)
    assert [one.claim.kind for one in put] == [Capability.SITE]
    assert sites(put) == []  # nothing is left of all this, so nothing is sent


def test_at_most_ten_and_the_nearest(desk: Desk, put: list[Disclosure]) -> None:
    for number in range(30):
        if number == 15:
            desk.page()
            tick(desk, 5_000)
        desk.page(f"https://s{number}.example/")
        tick(desk, 5_000)
    tick(desk, 5 * MINUTE_MS)
    assert sites(put) == [([f"s{n}.example" for n in range(10, 15)], [f"s{n}.example" for n in range(15, 20)])]


@pytest.mark.parametrize("why", ["hidden", "not granted", "its term ended", "restart"])
def test_it_is_forgotten_and_nothing_is_sent(desk: Desk, put: list[Disclosure], why: str) -> None:
    if why == "its term ended":
        near(desk, Ms(desk.at + 2 * MINUTE_MS))
    desk.page("https://before.example/")
    desk.page()
    tick(desk, MINUTE_MS)
    seen = desk.gate.visibility
    if why == "hidden":
        desk.gate.visibility = NotVisible(desk.at, NotVisibleReason.COVERED)
        desk.sources.tick(desk.at)
        desk.gate.visibility = seen
    elif why == "not granted":
        desk.issue()
    elif why == "restart":
        desk.pages.collector._nearby = nearby.Nearby()  # what a new process has
    tick(desk, 5 * MINUTE_MS)
    assert sites(put) == []


def test_one_finding_without_a_site_near_it_and_without_a_grant_sends_nothing_more(
    desk: Desk, put: list[Disclosure]
) -> None:
    desk.page()
    tick(desk, 6 * MINUTE_MS)
    assert [one.claim.kind for one in put] == [Capability.SITE]
    desk.issue()
    desk.page("https://before.example/")
    desk.page()
    tick(desk, 6 * MINUTE_MS)
    assert [one.claim.kind for one in put] == [Capability.SITE] * 2
