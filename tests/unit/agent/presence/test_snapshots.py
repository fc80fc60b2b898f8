"""The text of each page of the device: behind the PIN in each state, before it, and where a code is drawn (R-RGT-3)."""

from collections.abc import Iterator
from dataclasses import replace

from syrupy.assertion import SnapshotAssertion

from offmon.agent import portal_code
from offmon.agent.pin import Door, Outcome
from offmon.agent.presence.details import (
    Now,
    Page,
    asking_page,
    code_page,
    first_page,
    page_of,
    pin_page,
    refusal,
    tools,
    way_in_page,
)
from offmon.agent.presence.words import Language, State
from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.core.person.coverage import Span
from tests.support.snapshots import PageText, english_in
from tests.unit.agent.presence.test_details import AT, AT_ONCE, DAY, GOT, PROFILE, ROOT

SINCE = Ms(AT - clock.HOUR_MS)
SPANS = (
    Span(Ms(AT - clock.HOUR_MS), AT, AT_ONCE[0]),
    *(Span(Ms(AT - 3 * DAY), Ms(AT - 2 * DAY), why) for why in AT_ONCE),
)
LATER = replace(PROFILE.person_texts[0], period=Period(Ms(AT + DAY), None))
HELD = {
    "collecting": PROFILE,
    "nothing": replace(PROFILE, grants=(), person_texts=(), controllers=()),  # as it is signed (`compile_nothing`)
    "over": replace(PROFILE, lease=Period(Ms(AT - 2 * DAY), Ms(AT - DAY))),
    "endless": replace(PROFILE, lease=Period(Ms(AT - 2 * DAY), None), controllers=()),  # none may be: it counts as over
    "sites-alone": replace(PROFILE, grants=PROFILE.grants[:1]),
    "later": replace(PROFILE, person_texts=(LATER,)),
    "no-permission": None,
}


def pages(language: Language) -> Iterator[tuple[str, Page]]:
    """Each page that there can be, by its name."""
    yield "first", first_page(language)
    for name, held in HELD.items():
        state = State.COLLECTING if name in {"collecting", "sites-alone"} else State.LEASE_OVER
        yield name, page_of(held, ROOT, Now(state, SINCE, SPANS if name == "collecting" else ()), AT, language)
    for door in Door:
        yield f"asks-{door}", pin_page(language, door)
    for outcome in (Outcome.WRONG, Outcome.FORM, Outcome.WAIT):
        yield f"pin-{outcome}", pin_page(language, Door.PIN, outcome)
    yield "pin-waits", pin_page(language, Door.PIN, Outcome.WRONG, clock.MINUTE_MS + 1)
    for key in ("differs", "fault"):
        yield f"pin-{key}", refusal(language, Door.PAPER, key)
    yield "code", way_in_page(language)
    yield "code-wrong-pin", way_in_page(language, Outcome.WRONG)
    yield "code-asking", asking_page(language)
    for became in portal_code.Outcome:
        yield f"code-{became}", code_page(language, GOT, became)


def lines(page: Page) -> str:
    """Its text, a line each: what it says, what is typed there, and what can be pressed."""
    said = [page.title, page.error and f"! {page.error}", *(f"{one.kind}: {one.text}" for one in page.blocks)]
    said += [f"{'[password]' if one.secret else '[text]'} {one.label}" for one in page.fields]
    said += [f"[button] {one.label}" for one in page.buttons]
    return "".join(f"{line}\n" for line in said if line)


def test_each_page_is_as_reviewed(snapshot: SnapshotAssertion) -> None:
    text = snapshot.use_extension(PageText)
    for name, page in pages(Language.ENGLISH):
        assert lines(page) == text(name=name)
    assert "\n".join(tools(Language.ENGLISH)) == text(name="tools")


def test_in_welsh_each_says_the_same_and_nothing_in_english_and_in_both_languages_it_says_both() -> None:
    for (name, english), (_, welsh), (_, both) in zip(
        *map(pages, (Language.ENGLISH, Language.WELSH, Language.BOTH)), strict=True
    ):
        assert english_in(lines(welsh)) == [], name
        assert [one.kind for one in welsh.blocks] == [one.kind for one in english.blocks], name
        assert both.blocks == english.blocks + welsh.blocks, name
        assert [one.name for one in both.buttons] == [one.name for one in english.buttons], name
