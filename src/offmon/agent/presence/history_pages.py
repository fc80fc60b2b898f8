"""The device's pages of the kept history: asked for behind the PIN, opened at a visit, shown a page at a time (R-AI-9).

Pure: it shows what it is given, and keeps nothing.
"""

from collections.abc import Iterator
from typing import Final

from offmon.agent.history_opening import OpeningOutcome
from offmon.agent.kept_history import OpenedHistory
from offmon.agent.pin import PinOutcome
from offmon.agent.presence.details import Blocks, Button, DetailsPage, InputField, both, in_each, why_not
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core import clock
from offmon.words import catalogue
from offmon.words.catalogue import translate
from offmon.words.dates import day
from offmon.words.document import Block, Kind

A_PAGE: Final = 100
_TITLE: Final = "device.more.history"
TURN: Final = "history-page-"
_NOT_OPENED: Final = {
    OpeningOutcome.NOT_OPENED: "device.history.not-opened",
    OpeningOutcome.REFUSED: "device.history.refused",
    OpeningOutcome.UNREACHED: "device.way-in.not-now",
}


def ask_page(language: IndicatorLanguage, outcome: PinOutcome | None = None, wait_ms: int = 0) -> DetailsPage:
    """What asks for the PIN again, before the agency is asked. `outcome` is that of the last try."""
    return DetailsPage(
        both(language, _TITLE),
        in_each(language, _TITLE, lambda of: [_text(translate(of, "device.history.open"))]),
        error=why_not(language, outcome, wait_ms),
        fields=(InputField("pin", both(language, "device.pin.pin"), secret=True),),
        buttons=(Button("open-history", both(language, "device.history.open")), _back(language)),
    )


def asking_page(language: IndicatorLanguage, number: str) -> DetailsPage:
    """While the officer opens it: the number by which they know this device's request."""
    said = in_each(language, _TITLE, lambda of: [_text(translate(of, "device.history.asking", number=number))])
    return DetailsPage(both(language, _TITLE), said, buttons=(_back(language),))


def nothing_page(language: IndicatorLanguage) -> DetailsPage:
    """Nothing is kept yet, so there is nothing to open."""
    return DetailsPage(
        both(language, _TITLE),
        in_each(language, _TITLE, lambda of: [_text(translate(of, "device.history.none"))]),
        buttons=(_back(language),),
    )


def not_opened_page(language: IndicatorLanguage, became: OpeningOutcome) -> DetailsPage:
    """Why it was not opened."""
    again = (Button("history", both(language, "device.way-in.retry")),) if became is not OpeningOutcome.REFUSED else ()
    said = in_each(language, _TITLE, lambda of: [_text(translate(of, _NOT_OPENED[became]))])
    return DetailsPage(both(language, _TITLE), said, buttons=(*again, _back(language)))


def shown_page(language: IndicatorLanguage, history: OpenedHistory, number: int) -> DetailsPage:
    """A page of what is kept, the newest first. `number` counts from 0."""
    last = max(0, -(-len(history.visits) // A_PAGE) - 1)
    number = min(max(number, 0), last)
    turns = [(number + 1, "older")] if number < last else []
    turns += [(number - 1, "newer")] if number else []
    return DetailsPage(
        both(language, _TITLE),
        in_each(language, _TITLE, lambda of: _visits(history, number, of)),
        buttons=(
            *(Button(f"{TURN}{to}", both(language, f"device.history.{called}")) for to, called in turns),
            _back(language),
        ),
    )


def turned_to(press: str) -> int | None:
    """The number of the page that a button turns to; None for another button."""
    number = press.removeprefix(TURN)
    return int(number) if press.startswith(TURN) and number.isdecimal() and len(number) < 6 else None


def _back(language: IndicatorLanguage) -> Button:
    """To what is monitored. What was opened is forgotten then."""
    return Button("more-first", both(language, "device.more.back"))


def _visits(history: OpenedHistory, number: int, of: catalogue.Language) -> Blocks:
    yield _text(translate(of, "device.history.shown", count=len(history.visits), missing=history.missing))
    yield from _days(history, number, of)


def _days(history: OpenedHistory, number: int, of: catalogue.Language) -> Iterator[Block]:
    newest_first, said = history.visits[::-1], ""
    for visit in newest_first[number * A_PAGE : (number + 1) * A_PAGE]:
        if (on := day(of, visit.at)) != said:
            said = on
            yield Block.of(Kind.SUBHEADING, on)
        yield Block.of(Kind.ITEM, f"{clock.local_minute(visit.at)} {visit.host}")


def _text(text: str) -> Block:
    return Block.of(Kind.TEXT, text)
