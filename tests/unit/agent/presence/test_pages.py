"""Where the window opens, and what it takes before the details are given to it (design §1.6)."""

from pathlib import Path

import pytest

from offmon.agent import pin
from offmon.agent.home import Home
from offmon.agent.presence.details import Page
from offmon.agent.presence.pages import Pages, place_beside
from offmon.agent.presence.visible import Rect, WindowFacts
from offmon.agent.presence.words import Language
from offmon.agent.way_in import Asking
from offmon.core import way_in
from offmon.core.ids import Id
from offmon.core.keys import SigningKey
from offmon.core.throttle import MOST
from tests.unit.agent.test_pin import AT, CODE, PAPER, PIN

DETAILS = Page("details", ())
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


def test_an_indicator_that_fills_the_screen_leaves_it_small_but_there() -> None:
    assert place_beside(indicator(SCREEN)).area >= 1


def asked(made: list[Asking]) -> Asking:
    made.append(Asking(Id("d" * 32), KEY, AT))
    return made[-1]


@pytest.fixture
def made() -> list[Asking]:
    """The codes that were drawn."""
    return []


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[Asking]) -> Pages:
    monkeypatch.setattr("offmon.agent.home.check_account", lambda _uid: None)
    home = Home(tmp_path / "home")
    pin.prepare(home, CODE)
    return Pages(home, Language.ENGLISH, lambda: AT, lambda: DETAILS, lambda: asked(made))


def fields(page: Page) -> list[str]:
    return [field.name for field in page.fields]


def test_only_the_paper_and_then_the_pin_give_the_details(pages: Pages) -> None:
    assert fields(pages.answer("mine", {})) == ["code", "pin", "again"]
    for given in ({}, {"pin": PIN}, {"code": PAPER, "pin": PIN, "again": "1"}, {"code": "x", "pin": PIN, "again": PIN}):
        assert pages.answer("choose", given) != DETAILS
    for press in ("show", "lost", "details", ""):
        assert pages.answer(press, {"pin": PIN}) != DETAILS
    assert pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN}) == DETAILS
    assert fields(pages.answer("mine", {})) == ["pin"]
    assert pages.answer("show", {"pin": "0000"}) != DETAILS
    assert pages.answer("show", {"pin": PIN}) == DETAILS
    assert fields(pages.answer("lost", {})) == ["code", "pin", "again"]


def test_a_code_wants_the_pin_again_even_behind_it(pages: Pages, made: list[Asking]) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    assert pages.answer("show", {"pin": PIN}) == DETAILS
    assert fields(pages.answer("way-in", {"pin": PIN})) == ["pin"]
    for given in ({}, {"pin": "0000"}, {"pin": ""}):
        assert fields(pages.answer("code", given)) == ["pin"]
    assert made == []
    page = pages.answer("code", {"pin": PIN})
    (one,) = made
    assert (page.fields, page.buttons) == ((), ())  # nothing is shown before the agency keeps it
    assert one.way_in.name not in str(page)
    assert one.way_in.code not in str(page)


def test_guesses_there_are_counted_with_the_others(pages: Pages, made: list[Asking]) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    for press in ("show", "code", "show", "code", "code"):
        pages.answer(press, {"pin": "0000"})
    assert "Wait 5 minutes" in pages.answer("code", {"pin": PIN}).error
    assert "Wait 5 minutes" in pages.answer("way-in", {}).error
    assert made == []


def test_what_was_drawn_lies_in_no_file_and_in_no_request(pages: Pages, made: list[Asking], tmp_path: Path) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    pages.answer("code", {"pin": PIN})
    (one,) = made
    secrets = (one.way_in.name, one.way_in.code, one.way_in.code.replace("-", ""))
    files = b"".join(file.read_bytes() for file in (tmp_path / "home").iterdir())
    assert [secret for secret in secrets if secret.encode() in files + one.body] == []
    told = way_in.read(one.body, Id("d" * 32), KEY.public, AT)
    assert told.proof == way_in.proof_of(one.way_in)
    assert b"proof" not in files


def test_who_guesses_is_told_how_long_to_wait(pages: Pages) -> None:
    pages.answer("choose", {"code": PAPER, "pin": PIN, "again": PIN})
    said = [pages.answer("show", {"pin": "0000"}).error for _ in range(MOST + 1)]
    assert said[: MOST - 1] == ["That is not right. Check it and try again."] * (MOST - 1)
    assert said[MOST - 1 :] == ["Too many tries. Wait 5 minutes, then try again."] * 2
    assert "Wait 5 minutes" in pages.answer("mine", {}).error


def test_a_damaged_file_opens_nothing(pages: Pages, tmp_path: Path) -> None:
    (tmp_path / "home" / "pin").write_bytes(b"damaged")
    for press in ("mine", "lost", "show", "choose"):
        page = pages.answer(press, {"pin": PIN, "again": PIN, "code": PAPER})
        assert page.error.startswith("The PIN cannot be checked now.")


def test_without_a_window_there_is_nothing_to_attend(pages: Pages) -> None:
    pages.attend()
    pages.close()
    assert not pages.open
    assert pages.pid is None
