"""What it costs the person to find what is collected, until when and whom to call, at a real agent on a screen 760 pixels high.

`make tasks` prints it; `docs/howto/supervised-person.md` keeps it, and no count may grow (issue 18, task 13).
OFFMON_WRITE_REFERENCE=1 records it.
A press is of a button or of Return. Words are those of each page, as the person could copy them; without those of the strip and its window.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offmon.agent.clock import now
from offmon.agent.presence import style
from offmon.agent.presence.visibility import Rect
from offmon.core import clock
from offmon.core.authority.profile import Controller, PersonText
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.words.catalogue import Language
from offmon.words.dates import last_day
from tests.integration.agent.devices import Device, await_true, copied
from tests.integration.agent.presence.displays import a_desktop
from tests.integration.agent.presence.reading import (
    PIN,
    WINDOW,
    choose_pin,
    fill,
    go_to_pin,
    open_window,
    press_button,
    shown,
    window_of,
)
from tests.integration.agent.presence.stranger import Stranger
from tests.support.snapshots import words_of

DOCUMENT = Path("docs/howto/supervised-person.md")
TASK = "Find what is collected, until when and whom to call"
KINDS = ("pages", "presses", "fields", "words")
ROW = re.compile(rf"\| {TASK}((?: \| \d+){{{len(KINDS)}}}) \|")
UNTIL = Ms(now() + 90 * clock.DAY_MS)
ANSWERS = (
    "visits to sites that are on a list",
    "You must not look at pictures of lighthouses",
    last_day(Language.ENGLISH, UNTIL),
    "Eighty-Six Police: 86 000",
)


@pytest.fixture
def desktop() -> Iterator[str]:
    """Each test's own: a screen that is 760 pixels high."""
    with a_desktop("1280x760x24") as name:
        yield name


@pytest.fixture
def desk(enrolled: Device, desktop: str) -> Iterator[Device]:
    """A device in English, on which the person chose a PIN some time ago."""
    with copied(enrolled, desktop) as one:
        agency, one.speaks = one.ingest.agency, "en_GB.UTF-8"
        texts = [PersonText(agency.term, "You must not look at pictures of lighthouses", Period(Ms(0), UNTIL))]
        agency.issue(person_texts=tuple(texts), controllers=(Controller(agency.agency, "Eighty-Six Police", "86 000"),))
        one.start()
        yield one


def seen(stranger: Stranger) -> list[tuple[tuple[int, int], str]]:
    """What the window of the pages shows once it is drawn, with none of its text marked; without its frame."""
    frame = window_of(stranger)
    inner = Rect(frame.x + 8, frame.y + 30, frame.width - 16, frame.height - 40)
    stranger.press("Left")  # takes the marks away, as a click might not: two are a word's
    await_true(lambda: style.ON not in stranger.colours(inner))
    last = list(stranger._pixels(inner))
    while (again := list(stranger._pixels(inner))) != last:
        last = again
    return last


def test_what_is_collected_until_when_and_whom_to_call(desk: Device, stranger: Stranger) -> None:
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    shown(stranger, ANSWERS[0])
    stranger.press("Escape")
    await_true(lambda: stranger.find(WINDOW) is None)

    open_window(stranger)  # the strip, and the button in the window that opens
    pages = [shown(stranger, "Not your account?")]
    press_button(stranger)
    pages.append(shown(stranger, "Type your PIN"))
    fill(stranger, PIN)
    pages.append(shown(stranger, ANSWERS[0]))
    assert [answer for answer in ANSWERS if answer not in pages[-1]] == []
    before = seen(stranger)
    stranger.press("Next")
    stranger.press("End")
    assert seen(stranger) == before  # there was nothing more to scroll to

    counts = {"pages": len(pages), "presses": 4, "fields": 1, "words": sum(map(words_of, pages))}
    sys.stdout.write(f"{TASK}: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS) + "\n")
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        row = f"| {TASK} | " + " | ".join(str(counts[kind]) for kind in KINDS) + " |"
        DOCUMENT.write_text(ROW.sub(row, DOCUMENT.read_text()))
    found = ROW.search(DOCUMENT.read_text())
    assert found is not None
    kept = dict(zip(KINDS, map(int, found[1].replace("|", "").split()), strict=True))
    assert {kind: count for kind, count in counts.items() if count > kept[kind]} == {}
