"""What the fleet's bench computes, and what the page says of it. No test measures speed."""

import os

import pytest

from bench import page
from bench.result import Found, Result
from tests.server import set_up_django

set_up_django()

from bench.fleet.costs import Cost  # noqa: E402  # models cannot be imported before Django is set up
from bench.fleet.year import YEAR, Part, figures  # noqa: E402

KINDS = ("beat", "whole", "poll", "finding", "backlog", "day")
SECONDS = 365 * 86_400


def part(times: int, worker_s: float, **tables: int) -> Part:
    return Part(times, Cost({"ingest": 1.0, "worker": worker_s}, {"intake_nonce": 5_000, **tables}))


def test_a_device_year_is_each_kinds_cost_times_how_often_it_happens() -> None:
    found = figures({"beat": part(1000, 0.0), "day": part(10, 1.0, intake_hours=4_000)})
    assert YEAR["beat"] == pytest.approx(SECONDS / 300 - 365), "one a day is whole"
    assert found["year.cpu_s.beat"] == pytest.approx(YEAR["beat"] * 0.001)
    assert found["year.cpu_s.day"] == pytest.approx(365 * 0.2)
    assert found["year.bytes"] == pytest.approx(365 * 400), "nonces are deleted within minutes"
    assert found["full.worker_at_devices"] == pytest.approx(SECONDS / (365 * 0.1)), "it is one thread"
    cpu_s = found["year.cpu_s.beat"] + found["year.cpu_s.day"]
    assert found["full.cores_at_devices"] == pytest.approx((os.cpu_count() or 1) * SECONDS / cpu_s)


@pytest.mark.parametrize(
    ("breaks_at", "said"),
    [(125_000.0, "At 125,000 it was late, and ingest used most: 1.2 cores."), (0.0, "2 cores.\n-")],
)
def test_the_page_says_what_breaks_first_and_at_what_number(breaks_at: float, said: str) -> None:
    known = {
        "ramp.holds_at_devices": 100_000,
        "ramp.breaks_at_devices": breaks_at,
        "ramp.last.cores.ingest": 1.2,
        "ramp.last.cores.postgres": 0.5,
        "ramp.last.cores.client": 1.9,
        "rush.lasts_s": 300,
        **figures({kind: part(100, 1.0) for kind in KINDS}),
    }
    text = page.text({"fleet": Result.of({"cores": 2}, Found({}, known))})
    assert "the requests of 100,000 devices were answered in time on 2 cores." in text
    assert said in text
    assert "lasts 5.0 minutes" in text
    assert f"it costs\n  {known['pence']:.1f} pence" in text
