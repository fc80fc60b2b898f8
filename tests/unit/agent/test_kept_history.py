"""The history that a device keeps and never sends: what is in it, who can read it, and when it goes (R v Smith; R-AI-9)."""

import sqlite3
from dataclasses import replace

import pytest

from offmon.agent.history_desk import Courier, HistoryDesk
from offmon.agent.home import AgentHome
from offmon.agent.kept_history import (
    AFTER_END_MS,
    KEPT_DAYS,
    KeptHistory,
    KeptVisit,
    OpenedHistory,
    is_due_to_go,
)
from offmon.agent.sources.page_socket import PageFact
from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from offmon.core.clock import DAY_MS, MINUTE_MS
from offmon.core.errors import NotAuthentic
from offmon.core.formats import codec
from offmon.core.formats.event import GapReason, NoteLeaf, Origin
from offmon.core.ids import Ms
from offmon.words.catalogue import Language, texts
from tests.prove.markers import proves
from tests.support.fake_agency import FakeAgency, new_id
from tests.unit.agent.desk import LISTED, START, Desk

SHOP, NEWS = "https://shop.example/basket?item=4&q=secret", "https://www.news.example/today"


def opened(desk: Desk) -> OpenedHistory:
    held = desk.belief.held
    assert held is not None
    extent = desk.history.extent(held.profile)
    assert extent is not None
    return desk.history.open(held.profile, desk.unwrapped(extent.keys))


def hosts(desk: Desk) -> list[str]:
    return [one.host for one in opened(desk).visits]


def notes(desk: Desk) -> list[tuple[str, int | None]]:
    lease = desk.outbox.lease()
    desk.outbox.rollback(lease)
    return [(leaf.note.note.value, leaf.note.count) for leaf in lease.leaves if isinstance(leaf, NoteLeaf)]


def at_desk(desk: Desk) -> HistoryDesk:
    courier: Courier = Courier(None, None, lambda: None)  # type: ignore[arg-type]  # nobody is asked here
    return HistoryDesk(desk.history, desk.outbox, desk.belief, courier)


def test_it_keeps_minute_and_site_once_a_minute_and_no_more_of_a_page(desk: Desk) -> None:
    desk.keeps()
    for url in (SHOP, SHOP, NEWS):
        desk.page(url)
        desk.go(1_000)
    desk.go(MINUTE_MS)
    desk.page(SHOP)
    found = opened(desk)
    minute = START - START % MINUTE_MS
    later = desk.at - desk.at % MINUTE_MS
    assert found.visits == (
        KeptVisit(Ms(minute), "shop.example"),
        KeptVisit(Ms(minute), "www.news.example"),
        KeptVisit(Ms(later), "shop.example"),
    )
    assert found.missing == 0
    assert desk.outbox.pending == 0


def test_what_is_excluded_protected_a_message_or_a_frame_leaves_no_trace(desk: Desk, home: AgentHome) -> None:
    solicitor = ProtectedContact(new_id(), ContactKind.SOLICITOR, "", ("solicitor.example",))
    kept = desk.keeps()
    digest = desk.agency.protect(solicitor)
    desk.agency.issue(contacts=digest, grants=(kept,))
    desk.agency.lists = ()
    desk.belief.take(codec.dump(desk.agency.update()), desk.at)
    desk.page("https://solicitor.example/")
    for url in (
        "https://www.helpline.example/",
        "https://www.google.com/search?q=a+crisis+line+near+me",
        "https://mail.google.com/mail/u/0/#inbox",
        "about:blank",
    ):
        desk.page(url)
    desk.pages.asked().page(PageFact("https://ads.example/", Origin.LINK, None, within=(SHOP,)))
    assert not home.history.exists()


def test_without_a_grant_in_force_nothing_is_kept(desk: Desk, home: AgentHome) -> None:
    desk.page(SHOP)
    desk.keeps(until=START)
    desk.page(SHOP)
    assert not home.history.exists()


def test_it_goes_on_alone_and_in_force_is_no_coverage_gap(desk: Desk) -> None:
    desk.keeps(alone=True)
    desk.page(LISTED)
    assert hosts(desk) == ["listed.example"]
    assert desk.outbox.pending == 0
    assert [reason for reason, _ in desk.declared() if reason is not GapReason.SOURCE_DOWN] == []


def test_nobody_reads_it_from_the_disk_and_no_other_key_opens_it(desk: Desk, home: AgentHome) -> None:
    kept = desk.keeps()
    desk.page(SHOP)
    desk.history.close()
    assert b"shop" not in home.history.read_bytes()
    held, another = desk.belief.held, FakeAgency(START)
    assert held is not None
    extent = desk.history.extent(held.profile)
    assert extent is not None
    with pytest.raises(NotAuthentic):
        Desk.unwrapped(replace(desk, agency=replace(desk.agency, evidence=another.evidence)), extent.keys)
    with pytest.raises(NotAuthentic):
        desk.history.open(held.profile, [bytes(32)])
    assert kept.lists == ()


def test_after_a_restart_and_an_opening_it_goes_on_under_a_new_key(desk: Desk, home: AgentHome) -> None:
    desk.keeps()
    desk.page(SHOP)
    assert hosts(desk) == ["shop.example"]
    desk.go(MINUTE_MS)
    desk.page(NEWS)
    desk.history.close()  # the agent is killed
    desk.history = KeptHistory(home.history, desk.agency.deployment, desk.agency.device)
    held = desk.belief.held
    assert held is not None
    extent = desk.history.extent(held.profile)
    assert extent is not None
    assert (extent.entries, len(extent.keys)) == (2, 2)
    earlier = desk.history.open(held.profile, desk.unwrapped(extent.keys[:1]))
    assert (len(earlier.visits), earlier.missing) == (
        1,
        1,
    )  # the key of an earlier opening opens nothing that came since
    assert hosts(desk) == ["shop.example", "www.news.example"]


@pytest.mark.parametrize(
    ("change", "left", "missing"),
    [
        ("DELETE FROM entry WHERE n = 2", 3, 1),
        ("UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE n = 1) WHERE n = 2", 3, 1),
        ("UPDATE entry SET day = 0 WHERE n = 3", 3, 1),
        ("DELETE FROM entry WHERE n IN (2, 3)", 2, 2),
    ],
)
def test_an_entry_that_is_gone_or_changed_shows(
    desk: Desk, home: AgentHome, change: str, left: int, missing: int
) -> None:
    desk.keeps()
    for number in range(4):
        desk.page(f"https://site-{number}.example/")
    desk.history.close()
    with sqlite3.connect(home.history) as tampered:
        tampered.execute(change)
    tampered.close()
    found = opened(desk)
    assert (len(found.visits), found.missing) == (left, missing)


def test_what_is_too_old_or_too_much_goes_and_is_not_missing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offmon.agent.kept_history.MOST_ENTRIES", 2)
    desk.keeps()
    for number in range(4):
        desk.page(f"https://site-{number}.example/")
    desk.history.tend(START)
    found = opened(desk)
    assert ([one.host for one in found.visits], found.missing) == (["site-2.example", "site-3.example"], 0)
    desk.history.tend(Ms(START + (KEPT_DAYS + 1) * DAY_MS))
    assert desk.history.count() == 0
    assert all(str(KEPT_DAYS) in texts(one)["capability.history-kept.notice"] for one in Language)


@proves("S181", is_due_to_go, disabled=lambda profile, at: False)
def test_it_goes_at_once_when_a_profile_or_the_person_takes_the_grant(desk: Desk, home: AgentHome) -> None:
    desk.keeps()
    desk.page(SHOP)
    at_desk(desk).tend(desk.at)
    assert home.history.exists()
    desk.issue()
    at_desk(desk).tend(desk.at)
    assert not home.history.exists()
    assert notes(desk) == [("history_erased", 1)]


def test_it_waits_a_week_after_the_last_day_of_its_condition(desk: Desk) -> None:
    end = Ms(START + MINUTE_MS)
    desk.keeps(until=end)
    held = desk.belief.held
    assert held is not None
    for at, due in ((end, False), (Ms(end + AFTER_END_MS - 1), False), (Ms(end + AFTER_END_MS), True)):
        assert is_due_to_go(held.profile, at) is due
    assert not is_due_to_go(None, end)  # the agency said nothing yet


def test_a_damaged_file_is_erased_and_said_and_nothing_else_is_lost(desk: Desk, home: AgentHome) -> None:
    desk.keeps()
    home.history.write_bytes(b"no database" * 500)
    desk.page(LISTED)
    assert desk.history.unkept == 1
    assert desk.outbox.pending == 1  # what is on a list is found as ever
    at_desk(desk).tend(desk.at)
    assert notes(desk) == [("history_erased", 0)]
    desk.go(MINUTE_MS)
    desk.page(SHOP)
    assert hosts(desk) == ["shop.example"]
