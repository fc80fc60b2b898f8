"""The text of each page of the device: behind the PIN in each state, before it, and where a code is drawn (R-RGT-3)."""

from collections.abc import Iterator
from dataclasses import replace

from syrupy.assertion import SnapshotAssertion

from offmon.agent import portal_code
from offmon.agent.history_opening import OpeningOutcome
from offmon.agent.kept_history import KeptVisit, OpenedHistory
from offmon.agent.pin import DetailsDoor, PinOutcome
from offmon.agent.presence import history_pages
from offmon.agent.presence.details import (
    DetailsPage,
    IndicatorNow,
    Section,
    asking_page,
    code_page,
    first_page,
    page_of,
    pin_page,
    refusal,
    tools,
    way_in_page,
)
from offmon.agent.presence.history_pages import A_PAGE
from offmon.agent.presence.states import AgentState
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.core.person.spans import Span
from tests.support.snapshots import PageText, english_in
from tests.unit.agent.presence.test_details import AT, AT_ONCE, DAY, GOT, PROFILE, ROOT

SINCE = Ms(AT - clock.HOUR_MS)
SPANS = (
    Span(Ms(AT - clock.HOUR_MS), AT, AT_ONCE[0]),
    *(Span(Ms(AT - 3 * DAY), Ms(AT - 2 * DAY), why) for why in AT_ONCE),
)
LATER = replace(PROFILE.person_texts[0], period=Period(Ms(AT + DAY), None))
KEPT = replace(PROFILE.grants[0], kind=Capability.HISTORY_KEPT, fields=(), lists=())
VISITS = tuple(KeptVisit(Ms(AT - day * DAY), f"site-{day}.example") for day in range(A_PAGE + 1))
HELD = {
    "collecting": PROFILE,
    "nothing": replace(PROFILE, grants=(), person_texts=(), controllers=()),  # as it is signed (`compile_nothing`)
    "over": replace(PROFILE, lease=Period(Ms(AT - 2 * DAY), Ms(AT - DAY))),
    "endless": replace(PROFILE, lease=Period(Ms(AT - 2 * DAY), None), controllers=()),  # none may be: it counts as over
    "sites-alone": replace(PROFILE, grants=PROFILE.grants[:1]),
    "later": replace(PROFILE, person_texts=(LATER,)),
    "many": replace(PROFILE, person_texts=PROFILE.person_texts * 2),
    "no-permission": None,
    "keeps": replace(PROFILE, grants=(KEPT,)),
    "agreed": replace(PROFILE, agreed=tuple(one.term for one in PROFILE.person_texts)),
}


# Pages of which another holds all: what is not listed there depends on what is held.
THE_SAME = {
    *(f"{name}-{section}" for name in ("over", "endless", "sites-alone", "later", "nothing") for section in (Section.GAPS, Section.NOTICE)),
    *(f"{name}-{Section.RIGHTS}" for name in ("over", "sites-alone", "later")),
    f"no-permission-{Section.TERMS}",
    *(f"many-{section}" for section in Section),
    *(f"agreed-{section}" for section in Section if section is not Section.STOP),
    *(f"{name}-{Section.HISTORY}" for name in HELD if name != "keeps"),
    *(f"keeps-{section}" for section in (Section.GAPS, Section.RIGHTS, Section.NOTICE, Section.STOP)),
    *(f"{name}-{Section.STOP}" for name in ("collecting", "over", "endless", "sites-alone", "later", "no-permission")),
}  # fmt: skip


def pages(language: IndicatorLanguage) -> Iterator[tuple[str, DetailsPage]]:
    """Each page that there can be, by its name."""
    yield "first", first_page(language)
    for name, held in HELD.items():
        state = AgentState.COLLECTING if name in {"collecting", "sites-alone"} else AgentState.LEASE_OVER
        now = IndicatorNow(state, SINCE, SPANS if name == "collecting" else ())
        for section in Section:
            called = name if section is Section.FIRST else f"{name}-{section}"
            if called not in THE_SAME:
                yield called, page_of(held, ROOT, now, AT, language, section=section)
    for door in DetailsDoor:
        yield f"asks-{door}", pin_page(language, door)
    for outcome in (PinOutcome.WRONG, PinOutcome.FORM, PinOutcome.WAIT):
        yield f"pin-{outcome}", pin_page(language, DetailsDoor.PIN, outcome)
    yield "pin-waits", pin_page(language, DetailsDoor.PIN, PinOutcome.WRONG, clock.MINUTE_MS + 1)
    for key in ("differs", "fault"):
        yield f"pin-{key}", refusal(language, DetailsDoor.PAPER, key)
    yield "code", way_in_page(language)
    yield "code-wrong-pin", way_in_page(language, PinOutcome.WRONG)
    yield "code-asking", asking_page(language)
    for became in portal_code.PortalCodeOutcome:
        yield f"code-{became}", code_page(language, GOT, became)
    yield "history-asks", history_pages.ask_page(language, PinOutcome.WRONG)
    yield "history-asking", history_pages.asking_page(language, "0042")
    yield "history-nothing", history_pages.nothing_page(language)
    for why in set(OpeningOutcome) - {OpeningOutcome.OPENED}:
        yield f"history-{why}", history_pages.not_opened_page(language, why)
    yield "history-shown", history_pages.shown_page(language, OpenedHistory(VISITS[:2], 1), 0)
    yield "history-older", history_pages.shown_page(language, OpenedHistory(VISITS, 0), 1)
    yield "history-newer", history_pages.shown_page(language, OpenedHistory(VISITS, 0), 0)


def lines(page: DetailsPage) -> str:
    """Its text, a line each: what it says, what is typed there, and what can be pressed."""
    said = [page.title, page.error and f"! {page.error}", *(f"{one.kind}: {one.text}" for one in page.blocks)]
    said += [f"{'[password]' if one.secret else '[text]'} {one.label}" for one in page.fields]
    said += [f"[button] {one.label}" for one in page.buttons]
    return "".join(f"{line}\n" for line in said if line)


def test_each_page_is_as_reviewed(snapshot: SnapshotAssertion) -> None:
    text = snapshot.use_extension(PageText)
    for name, page in pages(IndicatorLanguage.ENGLISH):
        assert lines(page) == text(name=name)
    assert "\n".join(tools(IndicatorLanguage.ENGLISH)) == text(name="tools")


def test_in_welsh_each_says_the_same_and_nothing_in_english_and_in_both_languages_it_says_both() -> None:
    for (name, english), (_, welsh), (_, both) in zip(
        *map(pages, (IndicatorLanguage.ENGLISH, IndicatorLanguage.WELSH, IndicatorLanguage.BOTH)), strict=True
    ):
        assert english_in(lines(welsh)) == [], name
        assert [one.kind for one in welsh.blocks] == [one.kind for one in english.blocks], name
        assert both.blocks == english.blocks + welsh.blocks, name
        assert [one.name for one in both.buttons] == [one.name for one in english.buttons], name
