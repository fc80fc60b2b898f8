"""A day's consultations under one root: what it discloses and what it does not (issue 3, "Portal"; design §1.6)."""

import pytest

from offmon.core import clock
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log import consultations
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.consultations import LEAST
from tests.support.told_page import Page, drawn, fillers
from tests.unit.core.samples import code_of

PAGE = Page()
DAY = PAGE.told.days[0]
ROOT = DAY.entry.manifest or Digest("")


@pytest.mark.parametrize(("lines", "room"), [(0, 256), (1, 256), (255, 256), (256, 256), (257, 512), (600, 1024)])
def test_the_number_of_lines_stays_behind_a_power_of_two(lines: int, room: int) -> None:
    day = consultations.leaves([drawn(f"line {n}") for n in range(lines)], fillers("f"))
    assert len(day) == room
    assert list(day) == sorted(day), "a place tells nothing of when or of whom"


def test_a_line_is_proved_and_no_other() -> None:
    first, second = DAY.looks
    commit = consultations.commit_of(first.look, first.salt)
    consultations.check_line(commit, first.place, first.path, DAY.size, ROOT)
    assert DAY.size == LEAST
    assert len(first.path) == 8
    for place, path, size in (
        (second.place, first.path, DAY.size),
        (first.place, second.path, DAY.size),
        (first.place, first.path, 2 * DAY.size),
        (first.place, first.path, 8),
        (first.place, first.path, 300),
    ):
        assert code_of(consultations.check_line, commit, place, path, size, ROOT) in {
            "not-included",
            "proof-length",
            "bad-day",
        }


def test_a_commitment_says_nothing_without_its_salt() -> None:
    line = DAY.looks[0]
    assert consultations.commit_of(line.look, line.salt) != consultations.commit_of(line.look, bytes(32))
    assert code_of(consultations.commit_of, line.look, b"short") == "bad-salt"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"verb": Verb.DISPOSED}, "other-day"),
        ({"outcome": EntryOutcome.DENIED}, "other-day"),
        ({"agency": Id("0" * 32)}, "other-day"),
        ({"case": PAGE.case}, "other-day"),
        ({"reason": "2026-01-01"}, "other-day"),
        ({"reason": None}, "other-day"),
        ({"manifest": None}, "other-day"),
        ({"at": Ms(clock.end_of_day(clock.local_day(DAY.on)) - 1)}, "too-early"),
    ],
)
def test_what_seals_a_day_is_that_days_entry_of_the_agencys_own_run(changed: dict[str, object], code: str) -> None:
    assert consultations.check_seal(DAY.entry, PAGE.agency, DAY.on) == ROOT
    assert code_of(consultations.check_seal, PAGE.entry(DAY.on, ROOT, **changed), PAGE.agency, DAY.on) == code


def test_a_day_begins_at_midnight_in_london() -> None:
    with pytest.raises(NotAuthentic):
        consultations.check_seal(DAY.entry, PAGE.agency, Ms(DAY.on + 1))
