"""The judge of the kill -9 run is strict: a gap excuses only the time when a process was away."""

from dataclasses import replace

import pytest

from offmon.core.formats.event import Gap, GapReason
from offmon.core.ids import Count, Id, Ms
from tests.e2e.kill.account import Delivered
from tests.e2e.kill.browser import Visit
from tests.e2e.kill.judge import BEFORE_AGENT_MS, Span, Table, away, gap_time, pages, total_ms
from tests.e2e.kill.truth import Kind, Page

STEP_MS = 100
VISITS = [
    Visit(Page(n, Kind.LISTED, f"https://{n}.chat.listed.example"), n * STEP_MS, n * STEP_MS, answered=True)
    for n in range(1_000)
]
ENDED = VISITS[-1].until
KILLED, HEARD = 40_000, 43_000  # the agent dies here, and the browser has a shim again there


def gap(since: int, until: int) -> Gap:
    return Gap(Id("a" * 32), Id("b" * 32), Count(1), GapReason.AGENT_DOWN, Ms(since), Ms(until), None, None, None)


def judged(missing: Span, *gaps: Gap) -> list[str]:
    table = Table()
    gone = [visit for visit in VISITS if missing[0] <= visit.since < missing[1]]
    gap_time(table, VISITS, gone, gaps, away([(KILLED, KILLED + 2_000)], [(KILLED + 50, HEARD)], ENDED))
    return table.wrong


def test_a_gap_around_a_kill_excuses_what_is_missing_there() -> None:
    assert judged((KILLED - 1_000, HEARD), gap(KILLED - BEFORE_AGENT_MS, HEARD), gap(ENDED - 2_000, ENDED)) == []


def test_half_the_pages_cannot_vanish_into_one_giant_gap() -> None:
    assert len(judged((0, ENDED // 2), gap(0, ENDED // 2))) == 2


@pytest.mark.parametrize("beyond", [(KILLED - BEFORE_AGENT_MS - 1, HEARD), (KILLED, HEARD + 1)])
def test_a_gap_is_no_longer_than_what_was_away_and_its_margin(beyond: Span) -> None:
    assert len(judged((KILLED, HEARD), gap(*beyond))) == 1


def test_what_is_missing_while_nothing_was_away_is_lost_even_if_it_is_declared() -> None:
    wrong = judged((HEARD + 5_000, HEARD + 5_200), gap(HEARD + 5_000, HEARD + 5_200))
    assert [line.split(":")[0] for line in wrong] == [
        "declared as gaps, and nothing was away",
        "listed, missing, and nothing was away",
    ]


@pytest.mark.parametrize(
    ("told", "declared", "holds"), [(2, True, True), (2, False, False), (1, True, False), (0, True, False)]
)
def test_twice_is_delivered_only_what_was_told_again_and_inside_a_gap(told: int, declared: bool, holds: bool) -> None:
    table, twice = Table(), 400
    visits = [replace(visit, told=told) if visit.page.number == twice else visit for visit in VISITS]
    once = [Delivered("leaf", visit.page.number, visit.page.url, visit.since) for visit in VISITS]
    pages(table, visits, len(VISITS), [*once, once[twice]], [gap(KILLED - 1, KILLED + 1)] if declared else [])
    assert table.wrong == ([] if holds else ["listed, delivered twice: 1 (400)"])


def test_two_gaps_over_one_time_count_once() -> None:
    assert total_ms([(0, 10), (5, 20), (30, 40), (32, 35), (50, 45)]) == 30
