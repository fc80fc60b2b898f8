"""Where the window opens, and what it needs before it gets the details (design §1.6)."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from offmon.agent import pin
from offmon.agent.home import AgentHome
from offmon.agent.portal_code import Asking
from offmon.agent.presence import child, details
from offmon.agent.presence.details import DetailsPage, Section
from offmon.agent.presence.pages import PagesWindow, as_told, place_beside
from offmon.agent.presence.visibility import Rect, WindowFacts
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core.access import portal_access
from offmon.core.access.throttle import MOST
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id
from tests.unit.agent.test_pin import AT, CODE, PAPER, PIN

DETAILS, MORE = DetailsPage("details", ()), DetailsPage("more", ())
KEY = SigningKey.from_seed("device/x", bytes(32))
SCREEN = Rect(0, 0, 1280, 800)


def indicator(frame: Rect, *monitors: Rect) -> WindowFacts:
    return WindowFacts(True, frame, monitors or (SCREEN,), (), False, False, 1.0)


@pytest.mark.parametrize("screen", [SCREEN, Rect(0, 0, 800, 600), Rect(1920, 120, 3840, 2160)])
@pytest.mark.parametrize("corner", range(4))
def test_it_opens_beside_the_indicator_and_on_the_screen(screen: Rect, corner: int) -> None:
    x = screen.x + (24 if corner in {0, 3} else screen.width - 424)
    y = screen.y + (56 if corner in {0, 1} else screen.height - 206)
    frame = Rect(x, y, 400, 150)
    where = place_beside(indicator(frame, screen))
    assert where.overlap(frame).area == 0
    assert where.overlap(screen) == where
    assert where.width >= 300
    assert where.height >= 300


@pytest.mark.parametrize(
    ("frame", "where"),
    [
        (Rect(0, 0, 500, 800), Rect(540, 40, 700, 720)),
        (Rect(780, 0, 500, 800), Rect(40, 40, 700, 720)),
        (Rect(0, 0, 1280, 150), Rect(40, 190, 760, 570)),
        (Rect(0, 650, 1280, 150), Rect(40, 40, 760, 570)),
    ],
)
def test_beside_one_that_fills_a_side_it_opens_on_the_other_with_air_around_it(frame: Rect, where: Rect) -> None:
    assert place_beside(indicator(frame, SCREEN)) == where


def test_on_a_wide_screen_it_is_no_larger_than_reads_well() -> None:
    assert place_beside(indicator(Rect(0, 0, 400, 150), Rect(0, 0, 3840, 2160))) == Rect(40, 190, 760, 900)


def test_an_indicator_that_fills_the_screen_leaves_it_small_but_there() -> None:
    assert place_beside(indicator(SCREEN)).area >= 1


def made_of(section: Section) -> DetailsPage:
    return DETAILS if section is Section.FIRST else MORE


def asked(made: list[Asking]) -> Asking:
    made.append(Asking(Id("d" * 32), KEY, AT))
    return made[-1]


@pytest.fixture
def made() -> list[Asking]:
    """The codes that were drawn."""
    return []


@pytest.fixture
def pages(home: AgentHome, made: list[Asking]) -> PagesWindow:
    pin.prepare(home, CODE)
    return PagesWindow(
        home,
        IndicatorLanguage.ENGLISH,
        lambda: AT,
        made_of,
        lambda: asked(made),
        stop=lambda _press: made_of(Section.STOP),
    )


def fields(page: DetailsPage) -> list[str]:
    return [field.name for field in page.fields]


def test_only_the_paper_and_then_the_pin_give_the_details(pages: PagesWindow) -> None:
    assert fields(pages.answer("mine", {})) == ["code", "pin", "again"]
    for given in ({}, {"pin": PIN}, {"code": PAPER, "pin": PIN, "again": "1"}, {"code": "x", "pin": PIN, "again": PIN}):
        assert pages.answer("choose", given) != DETAILS
    for press in ("show", "lost", "details", ""):
        assert pages.answer(press, {"pin": PIN}) != DETAILS
    assert pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN}) == DETAILS
    assert fields(pages.answer("mine", {})) == ["pin"]
    assert pages.answer("show", {"pin": "000000"}) != DETAILS
    assert pages.answer("show", {"pin": PIN}) == DETAILS
    assert fields(pages.answer("lost", {})) == ["code", "pin", "again"]


def test_more_opens_behind_the_pin_and_nowhere_else(pages: PagesWindow) -> None:
    presses = [f"more-{section}" for section in Section]
    assert [press for press in presses if pages.answer(press, {}) in (DETAILS, MORE)] == []
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    for press in ("more-gaps", "more-first", "more-rights"):
        assert pages.answer(press, {}) == (DETAILS if press == "more-first" else MORE)
    for locks in ("mine", "lost", "show"):  # what asks for the PIN, or is told a wrong one
        pages.answer("show", {"pin": PIN})
        assert pages.answer("more-gaps", {}) == MORE
        pages.answer(locks, {"pin": "000000"})
        assert pages.answer("more-gaps", {}) != MORE
    pages.answer("show", {"pin": PIN})
    pages.close()
    assert pages.answer("more-gaps", {}) != MORE


def test_a_code_wants_the_pin_again_even_behind_it(pages: PagesWindow, made: list[Asking]) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    assert pages.answer("show", {"pin": PIN}) == DETAILS
    assert fields(pages.answer("way-in", {"pin": PIN})) == ["pin"]
    for given in ({}, {"pin": "000000"}, {"pin": ""}):
        assert fields(pages.answer("code", given)) == ["pin"]
    assert made == []
    page = pages.answer("code", {"pin": PIN})
    (one,) = made
    assert (page.fields, page.buttons) == ((), ())  # nothing is shown before the agency keeps it
    assert one.way_in.name not in str(page)
    assert one.way_in.code not in str(page)


def test_guesses_there_are_counted_with_the_others(pages: PagesWindow, made: list[Asking]) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    for press in ("show", "code", "show", "code", "code"):
        pages.answer(press, {"pin": "000000"})
    assert "Wait 5 minutes" in pages.answer("code", {"pin": PIN}).error
    assert "Wait 5 minutes" in pages.answer("way-in", {}).error
    assert made == []


def test_what_was_drawn_lies_in_no_file_and_in_no_request(
    pages: PagesWindow, made: list[Asking], tmp_path: Path
) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    pages.answer("code", {"pin": PIN})
    (one,) = made
    secrets = (one.way_in.name, one.way_in.code, one.way_in.code.replace("-", ""))
    files = b"".join(file.read_bytes() for file in (tmp_path / "home").iterdir())
    assert [secret for secret in secrets if secret.encode() in files + one.body] == []
    told = portal_access.read(one.body, Id("d" * 32), KEY.public, AT)
    assert told.proof == portal_access.proof_of(one.way_in)
    assert b"proof" not in files


def test_who_guesses_is_told_how_long_to_wait(pages: PagesWindow) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    said = [pages.answer("show", {"pin": "000000"}).error for _ in range(MOST + 1)]
    assert said[: MOST - 1] == ["That is not right. Check it and try again."] * (MOST - 1)
    assert said[MOST - 1 :] == ["Too many tries. Wait 5 minutes, then try again."] * 2
    assert "Wait 5 minutes" in pages.answer("mine", {}).error


def test_a_damaged_file_opens_nothing(pages: PagesWindow, tmp_path: Path) -> None:
    (tmp_path / "home" / "pin").write_bytes(b"damaged")
    for press in ("mine", "lost", "show", "choose"):
        page = pages.answer(press, {"pin": PIN, "again": PIN, "code": PAPER})
        assert page.error.startswith("The PIN cannot be checked now.")


def test_without_a_window_there_is_nothing_to_attend(pages: PagesWindow) -> None:
    pages.attend()
    pages.close()
    assert not pages.open
    assert pages.pid is None


WINDOW = """
import sys
told = open(sys.argv[1], "a", buffering=1)
told.write(sys.stdin.readline())
sys.stdout.write(sys.argv[2])
sys.stdout.flush()
for line in sys.stdin:
    told.write(line)
"""
"""Stands in for the window: notes what it is told, and says one thing."""
MINE = '{"press": "mine", "given": {}}\n'


@pytest.fixture
def windowed(pages: PagesWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Opens such a window; what it was told is in that file."""

    def opens(says: str) -> Path:
        told = tmp_path / "told"
        monkeypatch.setattr(child, "command", lambda _module: [sys.executable, "-c", WINDOW, str(told), says])
        pages.show(indicator(Rect(0, 0, 1280, 150), SCREEN))
        return told

    yield opens
    pages.close()


def lines_of(told: Path, pages: PagesWindow, count: int) -> list[dict[str, Any]]:
    """What the window was told, once it is so many lines, or the window is gone."""
    ends = monotonic() + 20
    while monotonic() < ends and pages.open and (not told.exists() or told.read_text().count("\n") < count):
        pages.attend()
        sleep(0.01)
    return [json.loads(line) for line in told.read_text().splitlines()]


def test_the_window_is_told_where_to_open_and_what_anybody_may_read_and_each_press_is_answered(
    pages: PagesWindow, windowed: Callable[[str], Path]
) -> None:
    told = windowed(MINE + MINE)
    pin_page = as_told(pages.answer("mine", {}))
    first, *then = lines_of(told, pages, 3)
    assert first == {
        "tools": [*details.tools(IndicatorLanguage.ENGLISH)],
        "frame": [40, 190, 760, 570],
        "page": json.loads(json.dumps(as_told(details.first_page(IndicatorLanguage.ENGLISH)))),
    }
    assert then == [{"page": json.loads(json.dumps(pin_page))}] * 2
    one = pages.pid
    pages.show(None)
    assert pages.pid == one, "it comes to the front, and is not opened again"
    assert lines_of(told, pages, 4)[3] == {}


@pytest.mark.parametrize(
    "says", ["junk\n", '{"press": 1, "given": {}}\n', '{"press": "mine", "given": {"pin": 1}}\n', "x" * 20_000]
)
def test_a_window_that_talks_nonsense_is_simply_gone(
    says: str, pages: PagesWindow, windowed: Callable[[str], Path]
) -> None:
    told = windowed(says)
    assert len(lines_of(told, pages, 2)) == 1
    assert not pages.open
