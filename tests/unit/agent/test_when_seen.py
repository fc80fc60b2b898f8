"""A page seen before the agent is told of it: delivered with its own time, or inside a declared gap (issue 2)."""

from collections.abc import Callable

import pytest

from offmon.agent.gap_counters import Loss
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason, Visible
from offmon.agent.sources.browsers import Heard
from offmon.agent.sources.page_socket import PageFact, PageText
from offmon.agent.sources.pages import SKEW_MS, PageAsked
from offmon.core.clock import HOUR_MS, Period
from offmon.core.formats.event import GapReason, Origin
from offmon.core.ids import Ms
from tests.unit.agent.desk import LISTED, RESULTS, START, Desk

HELP = "https://helpline.example/"


@pytest.fixture
def browser(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> PageAsked:
    """A browser that is heard from the start on, a second after collecting began."""
    monkeypatch.setattr(desk.pages.browsers, "hello", lambda *_: Heard(None))
    monkeypatch.setattr(desk.pages.browsers, "found", lambda _: desk.at)
    desk.go(1_000)
    one = desk.pages.asked()
    assert one.hello(1, None) is True
    return one


def tell(browser: PageAsked, at: int, url: str = LISTED) -> None:
    assert browser.page(PageFact(url, Origin.LINK, at)) is False


def event_at(desk: Desk) -> list[int]:
    return [leaf.envelope.claim.event_at for leaf in desk.outbox.lease().leaves]  # type: ignore[union-attr]


def cover(desk: Desk) -> None:
    """The indicator is covered, and the agent ticks."""
    desk.gate.visibility = NotVisible(desk.at, NotVisibleReason.COVERED)
    tick(desk)


def uncover(desk: Desk) -> None:
    desk.gate.visibility = Visible(desk.at)
    tick(desk)


def renew(desk: Desk, since: Ms) -> None:
    """A profile with the same grants, whose lease begins then."""
    desk.issue(lease=Period(since, Ms(since + HOUR_MS)))


def tick(desk: Desk) -> None:
    desk.losses.stand_idle(*desk.sources.idle(desk.at))
    desk.sources.collecting(desk.at)


def test_a_page_that_waited_behind_others_is_kept_with_the_time_at_which_it_was_seen(
    desk: Desk, browser: PageAsked
) -> None:
    seen = desk.at
    desk.go(60_000)
    tell(browser, seen)
    assert event_at(desk) == [seen]
    assert desk.declared() == []


@pytest.mark.parametrize(
    ("off_ms", "kept"),
    [
        (1, 0),  # from the agent's now: two processes read one clock
        (SKEW_MS, 0),
        (SKEW_MS + 1, None),
        (-60_000 - SKEW_MS, -60_000 - SKEW_MS),
        (-60_000 - SKEW_MS - 1, None),  # before its hello
    ],
)
def test_a_time_that_cannot_be_is_not_believed_and_the_page_declared(
    desk: Desk, browser: PageAsked, off_ms: int, kept: int | None
) -> None:
    desk.pages.collector.gaps.since = Ms(0)
    desk.go(60_000)
    tell(browser, desk.at + off_ms)
    tell(browser, desk.at + off_ms, HELP)
    if kept is None:
        assert desk.losses.due(desk.at, all_of_it=True) == (Loss(GapReason.QUARANTINED, desk.at, desk.at, 1),)
    else:
        assert event_at(desk) == [desk.at + kept]
        assert desk.declared() == []


def late(desk: Desk, browser: PageAsked, seen: Ms) -> None:
    """What was seen while it was collected is told of while it is not."""
    cover(desk)
    desk.go(1_000)
    tell(browser, seen)
    desk.go(1_000)
    uncover(desk)


def later(desk: Desk, browser: PageAsked, seen: Ms) -> None:
    """What was seen while it was collected is told of after a time in which it was not."""
    cover(desk)
    desk.go(2_000)
    uncover(desk)
    tell(browser, seen)


@pytest.mark.parametrize("told", [late, later])
def test_what_is_told_of_too_late_to_be_read_lies_in_a_gap(
    desk: Desk, browser: PageAsked, told: Callable[[Desk, PageAsked, Ms], None]
) -> None:
    seen, covered = desk.at, Ms(desk.at + 7_000)
    desk.go(7_000)
    told(desk, browser, seen)
    assert desk.outbox.pending == 0
    assert set(desk.losses.due(desk.at, all_of_it=True)) == {
        Loss(GapReason.SOURCE_DOWN, seen, covered, None),
        Loss(GapReason.NOT_VISIBLE, covered, Ms(covered + 2_000), None),
    }


def test_what_was_seen_while_it_was_not_collected_lies_in_that_gap_and_in_no_other(
    desk: Desk, browser: PageAsked
) -> None:
    cover(desk)
    desk.go(1_000)
    seen = desk.at
    desk.go(1_000)
    uncover(desk)
    tell(browser, seen)
    assert desk.declared() == [(GapReason.NOT_VISIBLE, None)]


def test_what_was_seen_under_the_profile_before_is_not_taken_under_this_one(desk: Desk, browser: PageAsked) -> None:
    seen, renewed = desk.at, Ms(desk.at + 2_000)
    desk.go(5_000)
    renew(desk, renewed)
    tell(browser, seen)
    assert desk.outbox.pending == 0
    assert desk.losses.due(desk.at) == (Loss(GapReason.SOURCE_DOWN, seen, renewed, None),)
    tell(browser, renewed)
    assert event_at(desk) == [renewed]


def test_a_text_that_comes_under_another_profile_than_its_page_was_seen_under_is_declared(
    desk: Desk, browser: PageAsked
) -> None:
    seen = desk.at
    assert browser.page(PageFact(RESULTS, Origin.LINK, seen)) is True
    desk.go(2_000)
    renew(desk, desk.at)
    browser.text(PageText("", "a purple elephant"))
    assert desk.outbox.pending == 0
    assert desk.losses.due(desk.at, all_of_it=True) == (Loss(GapReason.SOURCE_DOWN, seen, seen, 1),)


def test_what_cannot_be_examined_is_declared_with_the_time_at_which_it_was_seen(desk: Desk, browser: PageAsked) -> None:
    seen = desk.at
    desk.go(9_000)
    tell(browser, seen, f"{LISTED}\0")
    assert desk.losses.due(desk.at, all_of_it=True) == (Loss(GapReason.QUARANTINED, seen, seen, 1),)


def test_what_was_seen_before_its_browsers_window_went_and_told_of_after_lies_in_a_gap(
    desk: Desk, browser: PageAsked, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = desk.at
    desk.go(3_000)
    found = desk.at
    monkeypatch.setattr(desk.pages.browsers, "found", lambda _: found)
    monkeypatch.setattr(desk.pages.browsers, "may_read", lambda *_: False)
    desk.go(6_000)
    tell(browser, seen)
    tell(browser, found)
    assert desk.outbox.pending == 0
    assert desk.losses.due(desk.at) == (Loss(GapReason.SOURCE_DOWN, seen, found, None),)


def test_after_a_small_step_of_the_clock_back_pages_are_kept_as_before(desk: Desk, browser: PageAsked) -> None:
    desk.go(-120_000)
    tell(browser, desk.at)
    desk.page()
    assert desk.outbox.pending == 2


def test_what_no_browser_tells_of_any_more_is_a_gap_as_far_as_anything_was_due(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.go(5_000)
    monkeypatch.setattr(desk.pages.browsers, "left", lambda: [(Ms(START - 9), Ms(START + 2_000))])
    tick(desk)
    assert desk.losses.due(desk.at) == (Loss(GapReason.SOURCE_DOWN, START, Ms(START + 2_000), None),)
    cover(desk)
    assert desk.losses.due(desk.at) == (Loss(GapReason.SOURCE_DOWN, START, Ms(START + 2_000), None),)


def test_a_browser_says_since_when_it_could_tell_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[object] = []

    def hello(*given: object) -> Heard:
        said.append(given)
        return Heard(None)

    monkeypatch.setattr(desk.pages.browsers, "hello", hello)
    monkeypatch.setattr(desk.pages.browsers, "waits", lambda *given: said.append(given))
    one = desk.pages.asked()
    one.hello(1, START - 5)
    one.waits(START + 7)
    one.waits(None)
    assert said == [(id(one), 1, START, START - 5), (id(one), START + 7, START), (id(one), None, START)]
