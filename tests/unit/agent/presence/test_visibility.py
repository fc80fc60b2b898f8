"""The rule of visibility as a truth table (issue 2 "Visible is measured", R-LEG-31)."""

from dataclasses import replace

import pytest

from offmon.agent.presence.states import LEAST_SIZE, MEASURE_HOLDS_MS, Form
from offmon.agent.presence.visibility import (
    ANSWER_WITHIN_S,
    LEAST_OPACITY,
    Facts,
    NotVisible,
    NotVisibleReason,
    Rect,
    Said,
    Visible,
    WindowFacts,
    WordPixels,
    check_collect,
    may_collect,
    why_not_visible,
)
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from tests.prove.markers import proves

LEAST_WIDTH, LEAST_HEIGHT = LEAST_SIZE[Form.OPEN]
SCREEN = Rect(0, 0, 1280, 800)
STRIP = Rect(1000, 700, 166, 30)
WORD = Rect(1024, 703, 120, 23)
FRAME = Rect(800, 600, 400, 100)
SEEN = WindowFacts(
    mapped=True, frame=FRAME, monitors=(SCREEN,), above=(), fully_obscured=False, cut_away=False, opacity=1.0
)
WELL = Facts(alive=True, answered_after_s=0.001, window=SEEN)
LEFT_HALF = Rect(800, 600, 200, 100)
RIGHT_HALF = Rect(1000, 600, 200, 100)
THREE_QUARTERS = Rect(800, 600, 300, 100)
WORDS = (Rect(810, 610, 100, 20), Rect(810, 640, 100, 20))
BOTH_BUT_A_QUARTER = Rect(810, 610, 75, 50)
SAID = Said(lines=1, longest=10, letters=10)
READ = WordPixels(paper=1850, ink=150, paper_shown=1850, ink_shown=150, rows=11, reach=70, strokes=12)
NONE = WordPixels(whole=False)
BLANK = WordPixels(paper=2000, paper_shown=2000)
REST = replace(READ, whole=False, paper=1900, paper_shown=1900, ink=100, ink_shown=100, reach=9, strokes=1)


def window(**changes: object) -> Facts:
    return replace(WELL, window=replace(SEEN, **changes))  # type: ignore[arg-type]


def written(*lines: WordPixels, words: tuple[Rect, ...] = WORDS, said: Said = SAID) -> Facts:
    """Two places of words, of a line each."""
    return window(words=words, said=(said, said), lines=lines)


def strip(frame: Rect = STRIP, word: Rect = WORD, above: tuple[Rect, ...] = (), found: WordPixels = READ) -> Facts:
    """The strip, with its one word."""
    return window(form=Form.STRIP, frame=frame, words=(word,), said=(SAID,), lines=(found,), above=above)


def hidden_but(rest: WordPixels, above: Rect) -> Facts:
    return window(words=WORDS, said=(SAID, SAID), lines=(rest, rest), above=(above,))


TABLE: list[tuple[str, Facts, NotVisibleReason | None]] = [
    ("all is well", WELL, None),
    ("process gone", replace(WELL, alive=False), NotVisibleReason.GONE),
    ("server knows no window", replace(WELL, window=None), NotVisibleReason.GONE),
    ("no answer", replace(WELL, answered_after_s=None), NotVisibleReason.NOT_ANSWERING),
    ("answer just in time", replace(WELL, answered_after_s=ANSWER_WITHIN_S), None),
    ("answer too late", replace(WELL, answered_after_s=ANSWER_WITHIN_S + 0.01), NotVisibleReason.NOT_ANSWERING),
    ("unmapped", window(mapped=False), NotVisibleReason.UNMAPPED),
    ("least size", window(frame=Rect(0, 0, LEAST_WIDTH, LEAST_HEIGHT)), None),
    ("too narrow", window(frame=Rect(0, 0, LEAST_WIDTH - 1, 100)), NotVisibleReason.TOO_SMALL),
    ("too low", window(frame=Rect(0, 0, 400, LEAST_HEIGHT - 1)), NotVisibleReason.TOO_SMALL),
    ("half on screen", window(frame=Rect(1080, 600, 400, 100)), None),
    ("less than half on screen", window(frame=Rect(1081, 600, 400, 100)), NotVisibleReason.OFF_SCREEN),
    ("one pixel on the edge", window(frame=Rect(1279, 600, 400, 100)), NotVisibleReason.OFF_SCREEN),
    ("off to the left", window(frame=Rect(-400, 0, 400, 100)), NotVisibleReason.OFF_SCREEN),
    ("below the monitor", window(monitors=(SCREEN,), frame=Rect(640, 900, 400, 100)), NotVisibleReason.OFF_SCREEN),
    ("across two monitors", window(monitors=(Rect(0, 0, 1000, 800), Rect(1000, 0, 1000, 800))), None),
    ("a shape cut from it", window(cut_away=True), NotVisibleReason.CUT_AWAY),
    ("opaque enough", window(opacity=LEAST_OPACITY), None),
    ("see-through", window(opacity=LEAST_OPACITY - 0.01), NotVisibleReason.TRANSPARENT),
    ("the server says fully obscured", window(fully_obscured=True), NotVisibleReason.COVERED),
    ("covered by one", window(above=(SCREEN,)), NotVisibleReason.COVERED),
    ("covered by two halves", window(above=(LEFT_HALF, RIGHT_HALF)), NotVisibleReason.COVERED),
    ("half covered", window(above=(LEFT_HALF,)), None),
    ("half covered twice over is half", window(above=(LEFT_HALF, LEFT_HALF)), None),
    ("a quarter left", window(above=(THREE_QUARTERS,)), None),
    ("less than a quarter left", window(above=(replace(THREE_QUARTERS, width=301),)), NotVisibleReason.COVERED),
    (
        "half off screen and the rest covered",
        window(frame=Rect(1080, 600, 400, 100), above=(Rect(1080, 600, 200, 100),)),
        NotVisibleReason.COVERED,
    ),
    ("above but elsewhere", window(above=(Rect(0, 0, 300, 300),)), None),
    ("a quarter of the words left", hidden_but(REST, BOTH_BUT_A_QUARTER), None),
    ("less than that", window(words=WORDS, above=(replace(BOTH_BUT_A_QUARTER, width=76),)), NotVisibleReason.COVERED),
    ("words off screen", window(words=WORDS, monitors=(Rect(1000, 600, 200, 100),)), NotVisibleReason.COVERED),
    ("a part missing", window(whole=False), NotVisibleReason.TAKEN_APART),
    ("words as they are drawn", written(READ, READ), None),
    ("words of no ink", written(READ, BLANK), NotVisibleReason.PAINTED_OVER),
    ("words of hardly any ink", written(READ, replace(READ, ink=49, ink_shown=49)), NotVisibleReason.PAINTED_OVER),
    ("the least ink", written(READ, replace(READ, ink=50, ink_shown=50)), None),
    ("pale words", written(READ, replace(BLANK, pale=150)), NotVisibleReason.PAINTED_OVER),
    ("low words", written(READ, replace(READ, rows=7)), NotVisibleReason.PAINTED_OVER),
    ("the least height", written(READ, replace(READ, rows=8)), None),
    ("narrow words", written(READ, replace(READ, reach=41)), NotVisibleReason.PAINTED_OVER),
    ("the least width", written(READ, replace(READ, reach=42)), None),
    ("a bar for words", written(READ, replace(READ, strokes=1)), NotVisibleReason.PAINTED_OVER),
    ("the fewest strokes", written(READ, replace(READ, strokes=6)), None),
    ("one line for two", written(READ, READ, said=replace(SAID, lines=2)), NotVisibleReason.PAINTED_OVER),
    ("a place too low for a line", written(READ, READ, words=(WORDS[0], replace(WORDS[1], height=13))), NotVisibleReason.PAINTED_OVER),
    ("words without ink where the rest is hidden", written(READ, replace(BLANK, whole=False)), None),
    ("no ink in what is left of all", written(replace(BLANK, whole=False), replace(BLANK, whole=False)), NotVisibleReason.PAINTED_OVER),
    ("low words of which some are hidden", written(*2 * [replace(REST, rows=3)]), NotVisibleReason.PAINTED_OVER),
    (
        "more ink than paper", written(READ, replace(READ, paper=999, ink=1001, paper_shown=999, ink_shown=1001)),
        NotVisibleReason.PAINTED_OVER,
    ),
    ("more of neither than paper", written(READ, replace(READ, pale=1701)), NotVisibleReason.PAINTED_OVER),
    ("held and not shown", written(READ, replace(READ, ink_shown=134)), NotVisibleReason.PAINTED_OVER),
    ("another ground shown", written(READ, replace(READ, paper_shown=1664)), NotVisibleReason.PAINTED_OVER),
    ("words of which none is in view", written(READ, NONE), None),
    ("nothing of any words in view", written(NONE, NONE), NotVisibleReason.PAINTED_OVER),
    ("the strip", strip(), None),
    ("the least strip", strip(frame=Rect(1000, 700, 120, 24)), None),
    ("a strip too narrow", strip(frame=Rect(1000, 700, 119, 30)), NotVisibleReason.TOO_SMALL),
    ("a strip too low", strip(frame=Rect(1000, 700, 166, 23)), NotVisibleReason.TOO_SMALL),
    ("an open window of a strip's size", window(frame=STRIP), NotVisibleReason.TOO_SMALL),
    ("three quarters of its word left", strip(above=(Rect(1024, 700, 30, 30),), found=REST), None),
    ("less than that", strip(above=(Rect(1024, 700, 31, 30),), found=REST), NotVisibleReason.COVERED),
    ("a strip of no ink", strip(found=BLANK), NotVisibleReason.PAINTED_OVER),
    ("a strip too low for a line", strip(word=replace(WORD, height=13)), NotVisibleReason.PAINTED_OVER),
    ("no words where some are to be said", window(said=(SAID,)), NotVisibleReason.PAINTED_OVER),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_doubt_has_its_own_reason(facts: Facts, reason: NotVisibleReason | None) -> None:
    assert why_not_visible(facts) == reason


def test_a_text_is_as_large_as_its_lines_and_letters() -> None:
    assert Said.of("One two\nthree") == Said(lines=2, longest=7, letters=11)


def test_the_table_knows_every_reason() -> None:
    assert {reason for _, _, reason in TABLE} == {None, *NotVisibleReason}


@pytest.mark.parametrize(
    ("last", "now", "allowed"),
    [
        (None, 0, False),
        (Visible(Ms(1000)), 1000, True),
        (Visible(Ms(1000)), 1000 + MEASURE_HOLDS_MS, True),
        (Visible(Ms(1000)), 1001 + MEASURE_HOLDS_MS, False),
        (Visible(Ms(1000)), 999, False),
        *((NotVisible(Ms(1000), reason), 1000, False) for reason in NotVisibleReason),
    ],
)
@proves("S10", check_collect, disabled=lambda last, now_ms: None)
def test_collecting_needs_a_fresh_measure_that_says_visible(
    last: Visible | NotVisible | None, now: int, allowed: bool
) -> None:
    assert may_collect(last, Ms(now)) is allowed


def test_the_refusal_names_its_reason() -> None:
    with pytest.raises(Refused, match=r"\[indicator-covered\]"):
        check_collect(NotVisible(Ms(0), NotVisibleReason.COVERED), Ms(0))
