"""What happens to a page, as a table: taken, or not and why, and what is declared (design §1; issue 2)."""

import os
from dataclasses import replace

import pytest

from offmon.agent.gap_counters import Loss
from offmon.agent.outbox import QueueFull
from offmon.agent.presence.states import MEASURE_HOLDS_MS
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason, Visible
from offmon.agent.sources.browsers import Heard
from offmon.agent.sources.frames import MAX_FRAMES, MAX_FRAMES_OF_ALL, STRETCH_MS
from offmon.agent.sources.page_socket import PageFact, PageText
from offmon.agent.sources.pages import SKEW_MS, _words_by
from offmon.core.authority.profile import Grant
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, Period
from offmon.core.formats.event import Disclosure, GapReason, NoteKind, NoteLeaf, Origin
from offmon.core.formats.protocol import MARKER_PATH
from offmon.core.ids import Ms
from tests.prove.markers import proves
from tests.support.fake_agency import INGEST
from tests.unit.agent.desk import LISTED, RESULTS, START, Desk


@pytest.fixture
def kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Disclosure]:
    """What would go to the disk."""
    found: list[Disclosure] = []
    monkeypatch.setattr(desk.outbox, "put", lambda disclosure, _held: found.append(disclosure))
    return found


def test_sparing_the_device_reads_no_text_decides_addresses_and_is_declared(desk: Desk) -> None:
    assert desk.page(RESULTS) is True
    desk.gate.sparing_since = START
    assert desk.page(RESULTS) is False
    desk.page(LISTED)
    assert desk.outbox.pending == 1
    desk.go(1_000)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START)
    desk.gate.sparing_since = None
    assert desk.sources.idle(desk.at) == (None, desk.at)


def test_sparing_is_no_gap_where_no_grant_is_for_words(desk: Desk) -> None:
    desk.agency.lists = desk.agency.lists[:1]
    desk.issue()
    desk.gate.sparing_since = START
    assert desk.sources.idle(START) == (None, START)


def words_from(desk: Desk, *begin: int, lease: Period | None = None) -> None:
    """The profile's terms about words begin so long after the start, and the device is spared from the start on."""
    sites, words = map(desk.agency.grant, desk.agency.lists)
    [term] = words.terms
    terms = tuple(replace(term, period=Period(Ms(START + after), None)) for after in begin)
    desk.issue(sites, replace(words, terms=terms), lease=lease)
    desk.gate.sparing_since = START


@pytest.mark.parametrize("begin", [(HOUR_MS,), (HOUR_MS, 2 * HOUR_MS)], ids=["one", "of two the first"])
def test_sparing_is_a_gap_from_when_the_first_term_about_words_began(desk: Desk, begin: tuple[int, ...]) -> None:
    words_from(desk, *begin)
    desk.go(HOUR_MS - 1_000)
    assert desk.sources.idle(desk.at) == (None, desk.at)
    desk.go(HOUR_MS + 2_000)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START + HOUR_MS)


def test_sparing_that_begins_later_than_collecting_is_a_gap_from_then_on(desk: Desk) -> None:
    desk.go(5_000)
    desk.gate.sparing_since = began = desk.at
    desk.go(2_000)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, began)


def test_sparing_is_a_gap_by_the_device_s_own_clock_however_far_that_is_off(desk: Desk) -> None:
    desk.belief.told(START, Ms(START + HOUR_MS))
    words_from(desk, HOUR_MS + 2_000, lease=Period(Ms(START + HOUR_MS), Ms(START + DAY_MS)))
    desk.go(3_000)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START + 2_000)


def test_nor_is_it_one_before_the_profile_that_first_grants_words(desk: Desk) -> None:
    both = desk.agency.lists
    sites, words = map(desk.agency.grant, both)
    desk.agency.lists = both[:1]
    desk.issue(sites)
    desk.gate.sparing_since = START
    desk.go(HOUR_MS)
    assert desk.sources.idle(desk.at) == (None, desk.at)
    desk.agency.lists = both
    desk.issue(sites, words, lease=Period(desk.at, Ms(desk.at + DAY_MS)))
    began = desk.at
    desk.go(2_000)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, began)


def test_a_listed_page_is_on_the_disk_before_the_answer(desk: Desk) -> None:
    assert desk.page() is False
    assert desk.outbox.pending == 1


@pytest.mark.parametrize("url", ["https://other.example/", "about:blank", "", "https://helpline.example/"])
def test_any_other_page_leaves_nothing(desk: Desk, url: str) -> None:
    assert desk.page(url) is False
    assert desk.outbox.pending == 0
    assert desk.declared() == []


@pytest.mark.parametrize("poison", ["\0", "\ud800", "x" * 1_000_000])
def test_poison_is_declared_and_in_an_excluded_place_is_nothing(desk: Desk, poison: str) -> None:
    desk.page(f"https://helpline.example/{poison}")
    assert desk.declared() == []
    desk.page(f"{LISTED}{poison}")
    desk.page(f"https://other.example/{poison}")
    assert desk.outbox.pending == 0
    assert desk.declared() == [(GapReason.QUARANTINED, 2)]


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda d: setattr(d.gate, "visibility", None), GapReason.NOT_VISIBLE),
        (lambda d: setattr(d.gate, "visibility", NotVisible(START, NotVisibleReason.COVERED)), GapReason.NOT_VISIBLE),
        (lambda d: setattr(d.gate, "visibility", Visible(Ms(START - MEASURE_HOLDS_MS - 1))), GapReason.NOT_VISIBLE),
        (lambda d: setattr(d.gate, "visibility", Visible(Ms(START + 1))), GapReason.NOT_VISIBLE),
        (lambda d: d.belief.see(Ms(START + HOUR_MS)), GapReason.CLOCK),
        (lambda d: d.go(8 * DAY_MS), GapReason.NO_PROFILE),
    ],
    ids=["never-measured", "covered", "measure-too-old", "measure-from-the-future", "clock-set-back", "lease-over"],
)
@pytest.mark.parametrize("url", [LISTED, "https://helpline.example/", RESULTS])
def test_while_it_may_not_collect_no_page_is_read_or_kept_and_the_time_is_a_gap(
    desk: Desk, break_it: object, reason: GapReason, url: str
) -> None:
    assert callable(break_it)
    break_it(desk)
    assert desk.page(f"{url}\0") is False
    assert desk.outbox.pending == 0
    assert desk.declared() == [(reason, None)]


def test_where_no_term_is_live_nothing_is_kept_and_nothing_is_missing(desk: Desk) -> None:
    over = Period(Ms(0), Ms(START))
    grants = map(desk.agency.grant, desk.agency.lists)
    desk.issue(*(replace(one, terms=tuple(replace(term, period=over) for term in one.terms)) for one in grants))
    assert desk.page(RESULTS) is False
    assert desk.page() is False
    assert desk.outbox.pending == 0
    assert desk.declared() == []


def words_during(desk: Desk, period: Period) -> None:
    """The term about sites goes on, and the page of results stands on their list; the one about words is in force for that time only."""
    desk.list_results()
    sites, words = map(desk.agency.grant, desk.agency.lists)
    desk.issue(sites, replace(words, terms=tuple(replace(term, period=period) for term in words.terms)))


@pytest.mark.parametrize("period", [Period(Ms(0), Ms(START)), Period(Ms(START + 1), None)], ids=["over", "not-begun"])
@proves(
    "S108",
    _words_by,
    disabled=lambda held, *moments: frozenset(ref for grant in held.profile.grants for ref in grant.lists),
    row="over",
)
def test_where_no_term_about_words_is_in_force_only_the_address_of_a_page_of_results_is_looked_at(
    desk: Desk, kept: list[Disclosure], period: Period
) -> None:
    """The licence ends, the order goes on (design §1)."""
    words_during(desk, period)
    assert desk.page(RESULTS) is False
    assert [(one.body.url, one.body.title) for one in kept] == [("https://www.google.com", None)]
    assert desk.declared() == []


def test_a_text_that_comes_after_the_term_about_words_is_dropped_unread(desk: Desk, kept: list[Disclosure]) -> None:
    words_during(desk, Period(Ms(0), Ms(START + 1_000)))
    asker = desk.pages.asked()
    assert desk.page(RESULTS, asker=asker) is True
    desk.go(1_000)
    asker.text(PageText("A title", "a purple elephant"))
    assert [(one.body.url, one.body.title) for one in kept] == [("https://www.google.com", None)]
    assert desk.declared() == []


@pytest.mark.parametrize(("at", "taken", "lost"), [(START - 1, 0, []), (START + SKEW_MS + 1, 0, [1]), (START, 1, [])])
def test_a_page_is_of_the_time_in_which_it_was_collected(desk: Desk, at: int, taken: int, lost: list[int]) -> None:
    desk.page(at=at)
    assert desk.outbox.pending == taken
    assert [count for _, count in desk.declared()] == lost


def test_text_follows_only_where_it_was_asked_for(desk: Desk) -> None:
    asker = desk.pages.asked()
    assert desk.page(RESULTS, asker=asker) is True
    assert min(desk.pages.waiting.values()) == START
    asker.text(PageText("", "a purple elephant"))
    assert not desk.pages.waiting
    assert desk.outbox.pending == 1
    asker.text(PageText("", "a purple elephant"))
    assert desk.outbox.pending == 1


MAIL = "https://mail.google.com/mail/u/0/#inbox/FMfcg"


@pytest.mark.parametrize(
    ("url", "within", "told"),
    [
        (LISTED, (), ["https://listed.example"]),
        (MAIL, (), ["https://mail.google.com"]),
        (LISTED, (MAIL,), ["https://listed.example"]),  # shown in a mail, so part of it
        (RESULTS, (MAIL,), ["https://www.google.com"]),
        (RESULTS, (LISTED,), ["https://www.google.com"]),
        (RESULTS, (), ["https://www.google.com"]),
    ],
)
def test_of_a_listed_site_the_host_is_told_and_no_title_whatever_the_page_is(
    desk: Desk, kept: list[Disclosure], url: str, within: tuple[str, ...], told: list[str]
) -> None:
    """R-LEG-30, S77: whoever hands over a title unasked is not heard, as at the socket (`page_socket`)."""
    desk.list_results()
    desk.issue()
    asker = desk.pages.asked()
    asker.page(PageFact(url, Origin.LINK, None, within))
    asker.text(PageText("Results", "nothing"))
    assert [one.body.url for one in kept] == told
    assert [one.body.title for one in kept] == [None]


def test_two_sources_wait_each_for_their_own_text(desk: Desk) -> None:
    one, other = desk.pages.asked(), desk.pages.asked()
    desk.page(RESULTS, asker=one)
    desk.go(10)
    desk.page(RESULTS, asker=other)
    other.text(PageText("", "nothing"))
    assert min(desk.pages.waiting.values()) == START
    one.text(PageText("", "a purple elephant"))
    assert desk.outbox.pending == 1


def test_text_that_comes_when_it_may_not_be_kept_is_declared_lost(desk: Desk) -> None:
    asker = desk.pages.asked()
    desk.page(RESULTS, asker=asker)
    desk.gate.visibility = NotVisible(START, NotVisibleReason.COVERED)
    asker.text(PageText("", "a purple elephant"))
    assert desk.outbox.pending == 0
    assert desk.declared() == [(GapReason.NOT_VISIBLE, 1), (GapReason.NOT_VISIBLE, None)]


def test_a_text_that_was_wanted_and_could_not_be_had_is_declared_and_its_address_is_examined(desk: Desk) -> None:
    asker = desk.pages.asked()
    desk.list_results()
    desk.issue()
    desk.page(RESULTS, asker=asker)
    desk.go(2_500)
    asker.text(None)
    assert desk.losses.due(desk.at, all_of_it=True) == (Loss(GapReason.SOURCE_DOWN, START, START, 1),)
    assert desk.outbox.pending == 1
    desk.page(RESULTS, asker=asker)
    asker.text(PageText("", ""))
    assert desk.declared() == []


def test_poisoned_text_is_declared(desk: Desk) -> None:
    asker = desk.pages.asked()
    desk.page(RESULTS, asker=asker)
    asker.text(PageText("", "x" * 1_000_000))
    assert desk.declared() == [(GapReason.QUARANTINED, 1)]
    desk.page(RESULTS, asker=asker)
    asker.text(PageText("\0", "a purple elephant"))
    assert desk.declared() == [(GapReason.QUARANTINED, 1)]
    assert desk.outbox.pending == 0


def test_a_full_queue_is_declared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise QueueFull

    monkeypatch.setattr(desk.outbox, "put", full)
    desk.page()
    assert desk.declared() == [(GapReason.QUEUE_FULL, 1)]


def test_event_times_stay_raw_and_carry_the_offset(desk: Desk) -> None:
    desk.belief.told(START, Ms(START + HOUR_MS))
    desk.page()
    (leaf,) = desk.outbox.lease().leaves
    claim = leaf.envelope.claim  # type: ignore[union-attr]
    assert (claim.event_at, claim.clock_offset_ms) == (START, HOUR_MS)


@pytest.mark.parametrize(
    "within",
    [
        ("https://helpline.example/",),
        ("https://other.example/", "https://helpline.example/"),
        ("https://helpline.example/", "https://other.example/"),
        ("https://www.google.com/search?q=crisis+line",),
    ],
)
@pytest.mark.parametrize("url", [LISTED, RESULTS])
def test_what_stands_in_a_frame_of_an_excluded_page_is_excluded_with_it(
    desk: Desk, url: str, within: tuple[str, ...]
) -> None:
    assert desk.pages.asked().page(PageFact(url, Origin.OPENED_BY_PAGE, None, within)) is False
    assert desk.outbox.pending == 0
    assert desk.declared() == []


@pytest.mark.parametrize(
    ("within", "read"),
    [
        ((), True),
        ((RESULTS,), True),
        (("https://other.example/",), False),
        ((RESULTS, "https://mail.google.com/"), False),
    ],
)
def test_a_frames_text_is_wanted_only_where_every_page_around_it_is_readable(
    desk: Desk, within: tuple[str, ...], read: bool
) -> None:
    assert desk.pages.asked().page(PageFact(RESULTS, Origin.OPENED_BY_PAGE, None, within)) is read


def frame(n: int, around: str, page: str | None = None) -> PageFact:
    return PageFact(f"https://listed.example/{n}", Origin.OPENED_BY_PAGE, None, (around,), page)


def test_of_a_page_of_many_frames_the_first_are_examined_and_the_rest_declared_once(
    desk: Desk, kept: list[Disclosure]
) -> None:
    asker = desk.pages.asked()
    for n in range(3 * MAX_FRAMES):
        asker.page(frame(n, "https://other.example/"))
    assert len(kept) == MAX_FRAMES
    assert desk.declared() == [(GapReason.QUARANTINED, 2 * MAX_FRAMES)]
    asker.page(PageFact(LISTED, Origin.LINK, None))
    asker.page(frame(0, "https://another.example/"))
    assert len(kept) == MAX_FRAMES + 2


def test_another_pages_turn_gives_a_page_no_more_frames_nor_does_another_address(
    desk: Desk, kept: list[Disclosure]
) -> None:
    asker = desk.pages.asked()
    for n in range(2 * MAX_FRAMES):
        asker.page(frame(n, "https://one.example/"))
        asker.page(frame(n, "https://two.example/"))
        asker.page(frame(n, f"https://three.example/?{n}", "a name"))
    assert len(kept) == 3 * MAX_FRAMES
    assert desk.declared() == [(GapReason.QUARANTINED, 3 * MAX_FRAMES)]


def test_of_all_pages_of_a_source_together_so_many_frames_are_examined_in_a_stretch_of_time(
    desk: Desk, kept: list[Disclosure]
) -> None:
    asker = desk.pages.asked()
    for n in range(MAX_FRAMES_OF_ALL + 7):
        asker.page(frame(n, f"https://other.example/?{n}"))
    assert len(kept) == MAX_FRAMES_OF_ALL
    assert desk.declared() == [(GapReason.QUARANTINED, 7)]
    desk.pages.asked().page(frame(0, "https://other.example/"))
    desk.go(STRETCH_MS)
    asker.page(frame(0, "https://other.example/"))
    assert len(kept) == MAX_FRAMES_OF_ALL + 2
    assert desk.declared() == []


def test_many_frames_of_an_excluded_page_are_nothing_and_use_nothing_up(desk: Desk, kept: list[Disclosure]) -> None:
    asker = desk.pages.asked()
    for n in range(MAX_FRAMES_OF_ALL):
        asker.page(frame(n, f"https://helpline.example/?{n // MAX_FRAMES}"))
    for n in range(MAX_FRAMES):
        asker.page(frame(n, "https://other.example/"))
    assert len(kept) == MAX_FRAMES
    assert desk.declared() == []


def test_a_browser_that_runs_unheard_is_a_gap_of_no_more_than_the_time_in_which_anything_was_due(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    since: list[int | None] = [START - 5000]
    monkeypatch.setattr(desk.pages.browsers, "silent_since", lambda _raw: since[0])
    desk.go(10)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START)
    since[0] = START + 7
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START + 7)
    desk.gate.visibility = None
    assert desk.sources.idle(desk.at) == (GapReason.NOT_VISIBLE, desk.at)
    since[0] = None
    assert desk.sources.idle(desk.at) == (GapReason.NOT_VISIBLE, desk.at)


def test_what_a_browser_may_show_unheard_counts_from_when_anything_was_due(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    since: list[int | None] = [None]
    monkeypatch.setattr(desk.pages.browsers, "maybe_silent_since", lambda _raw: since[0])
    assert desk.sources.untold_since(desk.at) is None
    since[0] = START - 5000
    assert desk.sources.untold_since(desk.at) == START
    since[0] = START + 7
    assert desk.sources.untold_since(desk.at) == START + 7
    desk.gate.visibility = None
    desk.page()
    assert desk.sources.untold_since(desk.at) is None  # nothing is collected, so that is the gap


def test_a_hello_declares_since_when_its_browser_ran_unheard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.pages.browsers, "hello", lambda *_: Heard(Ms(START - 5000)))
    desk.go(10)
    assert desk.pages.asked().hello(1, None) is True
    assert desk.losses.due(desk.at) == (Loss(GapReason.SOURCE_DOWN, START, desk.at, None),)
    desk.gate.visibility = None
    tick = desk.at
    desk.sources.collecting(tick)
    monkeypatch.setattr(desk.pages.browsers, "hello", lambda *_: Heard(tick))
    desk.go(10)
    assert desk.pages.asked().hello(1, None) is True
    assert desk.declared() == []  # it is the time in which nothing is collected


def test_of_a_browser_that_does_not_stand_where_the_indicator_does_nothing_is_kept_or_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-LEG-31, S76. The test's own process is the shim, and no display was asked of its parent."""
    asker, read = desk.pages.asked(), desk.pages.browsers.may_read
    assert asker.hello(os.getpid(), None) is False
    assert desk.page(LISTED, asker=asker) is False
    assert desk.page(RESULTS, asker=asker) is False
    assert desk.outbox.pending == 0
    monkeypatch.setattr(desk.pages.browsers, "may_read", lambda *_: True)
    assert desk.page(RESULTS, asker=asker) is True
    monkeypatch.setattr(desk.pages.browsers, "may_read", read)  # it went while its text was on the way
    asker.text(PageText("", "a purple elephant"))
    assert desk.outbox.pending == 0
    assert desk.declared() == [(GapReason.SOURCE_DOWN, 1)]


def test_that_the_marker_page_was_open_is_noted_once_a_minute_and_nothing_of_it_leaves(desk: Desk) -> None:
    """Issue 17: what shows that monitoring works is one note, with no address."""
    marker = INGEST + MARKER_PATH
    for address in (f"{marker}/", f"{marker}?a=1", "https://elsewhere.invalid" + MARKER_PATH, marker, marker):
        desk.page(address)
    assert notes(desk) == [NoteKind.MARKER]
    desk.go(MINUTE_MS)
    desk.page(marker)
    assert notes(desk) == [NoteKind.MARKER] * 2
    assert desk.outbox.pending == 2


def test_while_no_term_is_in_force_the_marker_page_is_not_seen(desk: Desk) -> None:
    desk.issue(*(later(desk.agency.grant(one)) for one in desk.agency.lists))
    desk.page(INGEST + MARKER_PATH)
    assert notes(desk) == []


def later(grant: Grant) -> Grant:
    return replace(grant, terms=tuple(replace(one, period=Period(Ms(START + HOUR_MS), None)) for one in grant.terms))


def notes(desk: Desk) -> list[NoteKind]:
    lease = desk.outbox.lease()
    desk.outbox.rollback(lease)
    return [leaf.note.note for leaf in lease.leaves if isinstance(leaf, NoteLeaf)]
