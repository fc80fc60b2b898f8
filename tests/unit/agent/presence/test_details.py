"""The device's own pages as data: neutral before the PIN, complete behind it, the same with or without a finding (design §1.6)."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from offmon.agent import portal_code
from offmon.agent.gap_counters import Loss
from offmon.agent.pin import DetailsDoor, PinOutcome
from offmon.agent.presence.details import (
    DetailsPage,
    IndicatorNow,
    Section,
    agreed_items,
    asking_page,
    code_page,
    first_page,
    page_of,
    pin_page,
    refusal,
    spans_of,
    way_in_page,
)
from offmon.agent.presence.pages import as_told
from offmon.agent.presence.states import AgentState
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core import clock
from offmon.core.access.portal_access import WayIn
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Controller, PersonText, Profile, TermPeriod
from offmon.core.clock import Period
from offmon.core.formats.event import Gap, GapReason, Sent
from offmon.core.ids import Id, Ms, Versioned
from offmon.core.person import delay
from offmon.core.person.spans import Span
from offmon.words import catalogue
from offmon.words.catalogue import texts
from offmon.words.document import Block, Kind
from offmon.words.notice import write
from tests.prove.markers import proves
from tests.support.declared import declare
from tests.support.fake_agency import PHRASES, FakeAgency
from tests.unit.agent.presence.test_words import TELLING
from tests.unit.agent.test_outbox import HELD, disclosure, opened, take
from tests.unit.core.authority.test_notice import content
from tests.unit.words.test_notice import GRADE, grade
from tests.unit.words.test_silences import CHURCH, PERMITTED

AT = Ms(1_800_000_000_000)  # 15 January 2027, 08:00
DAY = clock.DAY_MS
AT_ONCE = tuple(reason for reason in GapReason if not delay.waits(reason))
TERM = "You must not look at pictures of lighthouses"
SECOND_LIST = Versioned("sites-too@2")
SECOND, SECOND_TERM = Id("c" * 32), "You must not visit the websites on the list"  # which sites alone are collected for


def profile(**changes: object) -> Profile:
    agency = FakeAgency(AT)
    agency.lists = (*agency.lists, agency.sign_list(Capability.PHRASE, PHRASES))
    honest = agency.next_profile(
        person_texts=(
            PersonText(agency.term, TERM, Period(Ms(AT - DAY), Ms(AT + 90 * DAY))),
            PersonText(SECOND, SECOND_TERM, Period(Ms(AT - 2 * DAY), None)),
        ),
        controllers=(
            Controller(agency.agency, "Eighty-Six Police", "dpo@force.invalid"),
            Controller(Id("b" * 32), "Probation North", "dpo@probation.invalid"),
        ),
    )
    sites, phrases = honest.grants
    both_terms = (*sites.terms, TermPeriod(SECOND, Period(Ms(0), None)))
    on_both = replace(sites, terms=both_terms, lists=(*sites.lists, replace(sites.lists[0], name=SECOND_LIST)))
    return replace(honest, **({"grants": (on_both, phrases)} | changes))  # type: ignore[arg-type]


GOT = WayIn("abcdefgh", "ABCDE-23456")
REFUSED = (portal_code.PortalCodeOutcome.TOO_MANY, portal_code.PortalCodeOutcome.NOT_NOW)
NOW = IndicatorNow(AgentState.COLLECTING, Ms(AT - clock.HOUR_MS), ())
PROFILE = profile()
ROOT = content().controllers[0].root


def text_of(page: DetailsPage) -> str:
    return "\n".join(block.text for block in page.blocks)


def english(of: Profile | None, now: IndicatorNow = NOW, at: Ms = AT) -> str:
    return text_of(page_of(of, ROOT, now, at, IndicatorLanguage.ENGLISH))


def behind(of: Profile | None, language: IndicatorLanguage, section: Section) -> str:
    return text_of(page_of(of, ROOT, NOW, AT, language, section=section))


BEFORE_THE_PIN = [
    first_page(IndicatorLanguage.ENGLISH),
    *(pin_page(IndicatorLanguage.ENGLISH, door, outcome, 1) for door in DetailsDoor for outcome in PinOutcome),
    *(refusal(IndicatorLanguage.ENGLISH, DetailsDoor.PAPER, key) for key in ("differs", "fault")),
]


@pytest.mark.parametrize("page", BEFORE_THE_PIN)
def test_whoever_sits_at_the_keyboard_learns_of_no_force_offence_or_order(page: DetailsPage) -> None:
    labels = [field.label for field in page.fields] + [button.label for button in page.buttons]
    for said in (page.title, text_of(page), page.error, *labels):
        assert not TELLING.search(said.lower()), said


@pytest.mark.parametrize("held", [PROFILE, replace(PROFILE, grants=()), None])
def test_the_agency_s_root_key_stands_there_whole_as_the_notice_prints_it(held: Profile | None) -> None:
    """Formats 2: the enrolment code carries half of it, so that the person compares what their paper says with what the device knows."""
    for language in (IndicatorLanguage.ENGLISH, IndicatorLanguage.WELSH):
        one = Block(Kind.CODE, ROOT)
        assert one in write(content(), catalogue.Language(language)).blocks
        blocks = page_of(held, ROOT, NOW, AT, language, section=Section.NOTICE).blocks
        about = texts(catalogue.Language(language))["device.notice.root"]
        assert blocks[blocks.index(one) - 1] == Block(Kind.TEXT, about)
        assert blocks.count(one) == 1


HELD_OR_NOT = [PROFILE, replace(PROFILE, grants=(), person_texts=(), controllers=()), None]


@pytest.mark.parametrize("language", [IndicatorLanguage.ENGLISH, IndicatorLanguage.WELSH])
@pytest.mark.parametrize("held", HELD_OR_NOT)
def test_it_says_how_to_ask_object_and_complain_in_the_notice_s_words(
    held: Profile | None, language: IndicatorLanguage
) -> None:
    """Offline too, whatever the device holds: to whom, and that the Commissioner takes complaints."""
    said, words = behind(held, language, Section.RIGHTS), texts(catalogue.Language(language))
    always = [f"notice.rights.{one}" for one in ("intro", "access", "rectify", "erase", "automated")]
    always += ["notice.complaint.ico", "device.rights.whom", "device.rights.form", "portal.ask.lead"]
    always += ["notice.fault.tell", "portal.ask.objection.about", "portal.ask.review.about"]
    assert [key for key in always if words[key] not in said] == []


@pytest.mark.parametrize("language", [IndicatorLanguage.ENGLISH, IndicatorLanguage.WELSH])
@pytest.mark.parametrize("held", HELD_OR_NOT)
def test_the_first_screen_says_whom_to_call_and_that_this_is_no_emergency_service(
    held: Profile | None, language: IndicatorLanguage
) -> None:
    said, words = behind(held, language, Section.FIRST), texts(catalogue.Language(language))
    assert words["notice.hours.emergency"] in said
    named = held is not None and bool(held.controllers)
    assert (words["device.now.nobody"] in said) is not named
    if held is not None:
        assert [one.contact for one in held.controllers if one.contact not in said] == []


def test_the_first_screen_says_what_why_and_until_when() -> None:
    said = english(PROFILE)
    for answer in (
        "visits to sites that are on a list",
        "words that are on a list, in searches and on the pages of their results",
        f"“{TERM}”, until the end of 15 April 2027",
        f"“{SECOND_TERM}”, with no last day",
        "Permission 1 runs until 22 January 2027, 08:00.",
        "Monitoring is on, since 15 January 2027, 07:00.",
        "Eighty-Six Police: dpo@force.invalid",
    ):
        assert answer in said


def test_of_many_conditions_the_first_screen_shows_three_and_their_number_and_the_rest_opens() -> None:
    held = replace(PROFILE, person_texts=PROFILE.person_texts * 3)
    assert english(held).count("“") == 3
    assert "and 3 more" in english(held)
    assert behind(held, IndicatorLanguage.ENGLISH, Section.TERMS).count("“") == 6


@pytest.mark.parametrize("held", HELD_OR_NOT)
def test_each_more_opens_from_the_first_screen_and_leads_back(held: Profile | None) -> None:
    first = page_of(held, ROOT, NOW, AT, IndicatorLanguage.ENGLISH)
    offered = [one.name for one in first.buttons if one.name != "way-in"]
    wanted = [section for section in Section if section not in {Section.FIRST, Section.STOP, Section.HISTORY}]
    assert offered == [f"more-{one}" for one in wanted if held is not None or one is not Section.TERMS]
    for section in wanted:
        page = page_of(held, ROOT, NOW, AT, IndicatorLanguage.ENGLISH, section=section)
        assert [one.name for one in page.buttons] == ["more-first"]


def test_what_was_agreed_to_is_stopped_from_there_item_by_item_or_all_and_nothing_else_is() -> None:
    both = tuple(one.term for one in PROFILE.person_texts)
    for agreed, offered in ((both, ["stop-1", "stop-2", "stop-all"]), (both[1:], ["stop-1"]), ((), [])):
        held = replace(PROFILE, agreed=agreed)
        first = page_of(held, ROOT, NOW, AT, IndicatorLanguage.ENGLISH)
        assert ("more-stop" in {one.name for one in first.buttons}) is bool(agreed)
        page = page_of(held, ROOT, NOW, AT, IndicatorLanguage.BOTH, section=Section.STOP)
        assert [one.name for one in page.buttons] == [*offered, "more-first"]
        assert agreed_items(held) == agreed
    assert agreed_items(None) == ()


@pytest.mark.parametrize("language", IndicatorLanguage)
@pytest.mark.parametrize("state", AgentState)
def test_every_state_can_be_told_in_every_way_of_speaking(language: IndicatorLanguage, state: AgentState) -> None:
    spans = tuple(Span(Ms(AT - DAY), AT, why) for why in AT_ONCE)
    for section in Section:
        page = page_of(PROFILE, ROOT, IndicatorNow(state, AT, spans), AT, language, section=section)
        titles = [block for block in page.blocks if block.kind is Kind.TITLE]
        assert len(titles) == (2 if language is IndicatorLanguage.BOTH else 1)


def gap(reason: GapReason, since: int, until: int, lost: int | None = None) -> Gap:
    return Gap(Id("d" * 32), Id("e" * 32), 0, reason, Ms(since), Ms(until), lost, None, None)


MIN = clock.MINUTE_MS


@pytest.mark.parametrize(
    ("gaps", "spans"),
    [
        ([], []),
        ([gap(GapReason.CLOCK, AT - 3 * MIN, AT - MIN)], [(AT - 5 * MIN, AT, GapReason.CLOCK)]),
        ([gap(GapReason.CLOCK, AT - 31 * DAY, AT - 30 * DAY)], []),
        ([gap(GapReason.CLOCK, AT - 31 * DAY, AT - 29 * DAY)], [(AT - 31 * DAY, AT - 29 * DAY, GapReason.CLOCK)]),
        # Declared every five minutes while it lasts: one time to whoever reads.
        ([gap(GapReason.CLOCK, AT - 9 * MIN, AT - 4 * MIN), gap(GapReason.CLOCK, AT - 4 * MIN, AT)],
         [(AT - 10 * MIN, AT, GapReason.CLOCK)]),
        ([gap(GapReason.CLOCK, AT - 20 * MIN, AT - 15 * MIN), gap(GapReason.CLOCK, AT - 5 * MIN, AT)],
         [(AT - 5 * MIN, AT, GapReason.CLOCK), (AT - 20 * MIN, AT - 15 * MIN, GapReason.CLOCK)]),
        ([gap(GapReason.CLOCK, AT - 5 * MIN, AT, lost=1)], [(AT - 5 * MIN, AT, GapReason.CLOCK)]),
        # What comes about only where something was found.
        *(([gap(reason, AT - 5 * MIN, AT)], []) for reason in set(GapReason) - set(AT_ONCE)),
    ],
)  # fmt: skip
def test_which_declared_times_are_shown(gaps: list[Gap], spans: list[tuple[int, int, GapReason]]) -> None:
    assert spans_of(gaps, 0, AT) == tuple(Span(Ms(since), Ms(until), why) for since, until, why in spans)


def test_times_are_shown_as_the_agency_would_have_them() -> None:
    assert spans_of([gap(GapReason.CLOCK, AT, AT + MIN)], 60 * MIN, Ms(AT + 60 * MIN))[0].since == AT + 60 * MIN


def test_a_reader_of_twelve_can_read_it() -> None:
    pages = (
        first_page(IndicatorLanguage.ENGLISH),
        pin_page(IndicatorLanguage.ENGLISH, DetailsDoor.PAPER),
        *(page_of(PROFILE, ROOT, NOW, AT, IndicatorLanguage.ENGLISH, section=section) for section in Section),
        way_in_page(IndicatorLanguage.ENGLISH),
        asking_page(IndicatorLanguage.ENGLISH),
        *(code_page(IndicatorLanguage.ENGLISH, GOT, became) for became in portal_code.PortalCodeOutcome),
    )
    said = [block.text for page in pages for block in page.blocks if block.kind is Kind.TEXT]
    assert grade([one for text in said for one in re.split(r"(?<=[.?:])\s+", text)]) <= GRADE


@pytest.mark.parametrize(("held", "offered"), [(PROFILE, True), (replace(PROFILE, grants=()), False), (None, False)])
def test_a_code_is_offered_where_something_is_monitored(held: Profile | None, offered: bool) -> None:
    page = page_of(held, ROOT, NOW, AT, IndicatorLanguage.ENGLISH)
    assert ("way-in" in [button.name for button in page.buttons]) is offered


@pytest.mark.parametrize("language", IndicatorLanguage)
def test_a_code_is_shown_only_where_the_agency_keeps_it(language: IndicatorLanguage) -> None:
    for page in (way_in_page(language), asking_page(language), *(code_page(language, GOT, no) for no in REFUSED)):
        assert GOT.name not in str(page)
        assert GOT.code not in str(page)
    told = text_of(code_page(language, GOT, portal_code.PortalCodeOutcome.KEPT))
    times = 2 if language is IndicatorLanguage.BOTH else 1
    assert (told.count(f": {GOT.name}"), told.count(f": {GOT.code}")) == (times, times)


def shown_from(folder: Path, steps: list[str]) -> bytes:
    """The page of a device on which this happened, as the window is told it."""
    outbox, got = opened(folder / "outbox.sqlite"), list[Sent]()
    for step in steps:
        match step:
            case "down":
                declare(outbox, Loss(GapReason.AGENT_DOWN, Ms(AT - DAY), Ms(AT - DAY + clock.HOUR_MS), None))
            case "found":
                outbox.put(disclosure("x"), HELD)
            case "lost":  # found, and the queue was full
                declare(outbox, Loss(GapReason.QUEUE_FULL, AT, AT, 1))
            case "sent" if outbox.pending:
                take(outbox, got)
            case "ended":  # what waits is dropped, and a new epoch says how much
                outbox.purge(AT)
    gaps = outbox.gaps(Ms(AT - 31 * DAY))
    outbox.close()
    now = IndicatorNow(AgentState.COLLECTING, AT, spans_of(gaps, 0, AT))
    pages = [page_of(PROFILE, ROOT, now, AT, IndicatorLanguage.BOTH, section=section) for section in Section]
    return repr([as_told(page) for page in pages]).encode()


def as_if_told_at_once(gap: Gap) -> Gap:
    """A gap of any reason as one that the person is told of at once."""
    return replace(gap, lost=None, reason=gap.reason if gap.reason is GapReason.AGENT_DOWN else GapReason.SOURCE_DOWN)


@pytest.mark.parametrize(
    "found", [["found"], ["found", "sent"], ["found", "ended"], ["lost"], ["found", "sent", "found", "ended", "lost"]]
)
@proves("S55", spans_of, disabled=lambda gaps, offset_ms, at: spans_of(map(as_if_told_at_once, gaps), offset_ms, at))
def test_nothing_tells_whether_something_was_found(tmp_path: Path, found: list[str]) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    said = shown_from(tmp_path / "one", ["down", *found])
    assert b"the software was not running" in said
    assert said == shown_from(tmp_path / "other", ["down"])


@pytest.mark.parametrize("language", list(IndicatorLanguage))
def test_what_is_permitted_or_left_out_stands_with_the_conditions_until_it_is_over(language: IndicatorLanguage) -> None:
    """R-LEG-15, R-LEG-27."""
    over = replace(PERMITTED, period=Period(Ms(AT - clock.DAY_MS), AT), said="Over.", said_welsh=None)
    live = replace(PERMITTED, period=Period(Ms(AT - clock.DAY_MS), Ms(AT + clock.DAY_MS)))
    shown = behind(replace(PROFILE, silences=(live, CHURCH, over)), language, Section.TERMS)
    assert "Ash Officer" in shown
    assert "church.invalid" in shown
    assert "Over." not in shown
