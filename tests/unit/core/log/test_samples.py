"""Which looks a sample draws, as truth tables (R-SEC-19)."""

from hashlib import sha256

import pytest

from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.samples import DRAWN_FROM, FEWEST, MOST, MOST_DRAWN_FROM, check_draw, check_marks, drawn, lot
from tests.unit.core.samples import code_of

SEED = Digest("5e" * 32)
LOOKS = [Id(sha256(bytes([one])).hexdigest()[:32]) for one in range(100)]


def test_a_lot_is_the_tagged_hash_of_seed_and_entry() -> None:
    known = sha256(b"offmon/lot@1\0" + bytes.fromhex(SEED) + bytes.fromhex(LOOKS[0])).digest()
    assert lot(SEED, LOOKS[0]) == known


def test_the_same_is_drawn_again_however_the_looks_are_given_and_a_larger_draw_holds_the_smaller() -> None:
    ten = drawn(SEED, LOOKS, 10)
    assert len(ten) == len(set(ten)) == 10
    assert drawn(SEED, reversed(LOOKS), 10) == ten
    assert drawn(SEED, LOOKS, 50)[:10] == ten
    assert drawn(Digest("5f" * 32), LOOKS, 10) != ten
    assert sorted(drawn(SEED, LOOKS[:3], 10)) == sorted(LOOKS[:3])


def test_reading_the_log_and_what_was_refused_are_no_looks_to_draw() -> None:
    assert {Verb.CASE_CONSULTED, Verb.REVEAL_ASKED, Verb.ALERT_REVIEW} <= DRAWN_FROM
    assert DRAWN_FROM.isdisjoint({Verb.LOG_READ, Verb.ACCESS_DENIED, Verb.ALERT_DECIDED})


@pytest.mark.parametrize(
    ("since", "until", "size", "looks", "refused"),
    [
        (0, 1, FEWEST, 1, None),
        (0, 1, MOST, MOST_DRAWN_FROM, None),
        (1, 1, FEWEST, 1, "bad-sample"),
        (0, 1, FEWEST - 1, 1, "bad-sample"),
        (0, 1, MOST + 1, 1, "bad-sample"),
        (0, 1, MOST, MOST_DRAWN_FROM + 1, "too-many-looks"),
        (0, 1, MOST, 0, "no-looks"),
    ],
)
def test_a_sample_has_its_size_and_a_time_with_looks(
    since: int, until: int, size: int, looks: int, refused: str | None
) -> None:
    if refused is None:
        check_draw(Ms(since), Ms(until), size, looks)
    else:
        assert code_of(check_draw, Ms(since), Ms(until), size, looks) == refused


def test_nobody_marks_their_own_look_and_each_mark_has_its_reason() -> None:
    check_marks(LOOKS[0], LOOKS[1], "They were on call.")
    assert code_of(check_marks, LOOKS[0], LOOKS[0], "I know.") == "own-look"
    assert code_of(check_marks, LOOKS[0], LOOKS[1], " ") == "no-reason"
