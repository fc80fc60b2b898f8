"""How long an alert may wait is the agency's, inside bounds of design (issue 20)."""

from dataclasses import asdict, replace

import pytest

from offmon.core.alerts import times
from offmon.core.alerts.escalation import RESPONSE_MS, due
from offmon.core.alerts.holding import ACKNOWLEDGE_MS, goes_on_at
from offmon.core.alerts.rota import OFFICE
from offmon.core.alerts.times import BOUNDS, DESIGN, NAMES, Version, check_times, in_force, read, said
from offmon.core.clock import MINUTE_MS
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

QUICK = replace(DESIGN, urgent_acknowledge=5, urgent_decide=20, opens=8 * 60, closes=18 * 60)


def test_an_agency_that_changed_nothing_has_the_times_of_the_design() -> None:
    assert [DESIGN.decide_ms(one) for one in GRAVEST] == [RESPONSE_MS[one] for one in GRAVEST]
    assert [DESIGN.acknowledge_ms(one) for one in GRAVEST] == [ACKNOWLEDGE_MS[one] for one in GRAVEST]
    assert DESIGN.office == OFFICE
    check_times(DESIGN)
    assert set(BOUNDS) == set(NAMES) == set(asdict(DESIGN))


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        *(({name: bound.most + 1}, "time-out-of-bounds") for name, bound in BOUNDS.items()),
        *(({name: bound.least - 1}, "time-out-of-bounds") for name, bound in BOUNDS.items()),
        ({"urgent_acknowledge": 0}, "time-out-of-bounds"),
        ({"standard_decide": -60}, "time-out-of-bounds"),
        ({"urgent_acknowledge": 5, "urgent_decide": 15}, None),
        ({"high_acknowledge": 14}, "graver-is-slower"),  # urgent: 15
        ({"high_acknowledge": 15}, None),
        ({"high_decide": 59, "high_acknowledge": 15}, "graver-is-slower"),
        ({"high_decide": 60, "high_acknowledge": 60}, None),
        ({"standard_acknowledge": 239}, "graver-is-slower"),
        ({"standard_decide": 1439, "standard_acknowledge": 240}, "graver-is-slower"),
        ({"high_decide": 239}, "decides-first"),
        ({"standard_decide": 4319}, "decides-first"),
        ({"opens": 14 * 60, "closes": 14 * 60}, "office-ends-first"),
        ({"opens": 14 * 60, "closes": 10 * 60}, "office-ends-first"),
        ({"opens": 14 * 60, "closes": 14 * 60 + 1}, None),
    ],
)
@proves("S199", times.check_times, disabled=lambda new: None)
def test_no_time_lies_outside_its_bounds(changed: dict[str, int], refused: str | None) -> None:
    assert code_of(lambda: check_times(replace(DESIGN, **changed))) == refused


@pytest.mark.parametrize("name", BOUNDS)
def test_a_refusal_names_the_bound_and_why(name: str) -> None:
    bound = BOUNDS[name]
    with pytest.raises(Refused) as refusal:
        check_times(replace(DESIGN, **{name: bound.most + 1}))
    assert all(one in refusal.value.message for one in (NAMES[name], said(name, bound.most), bound.why))


@pytest.mark.parametrize(
    ("at", "expected"), [(0, DESIGN), (99, DESIGN), (100, QUICK), (199, QUICK), (200, DESIGN), (201, DESIGN)]
)
@proves("S200", times.in_force, disabled=lambda versions, at: max(versions, key=lambda one: one.since).times)
def test_a_version_counts_from_its_instant_on(at: int, expected: times.AlertTimes) -> None:
    versions = [Version(DESIGN, Ms(200)), Version(QUICK, Ms(100))]
    assert in_force(versions, Ms(at)) is expected


def test_the_rules_go_by_the_agencys_times() -> None:
    assert goes_on_at(Gravity.URGENT, Ms(100), Ms(0), None, QUICK) == 100 + 5 * MINUTE_MS
    assert goes_on_at(Gravity.URGENT, Ms(100), Ms(0), Ms(200), QUICK) == 100 + 20 * MINUTE_MS
    assert due(Gravity.URGENT, Ms(100), QUICK.response_ms) == 100 + 20 * MINUTE_MS


@pytest.mark.parametrize(
    ("typed", "minutes", "reads"),
    [
        ("15 minutes", 15, "15 minutes"),
        (" 1 Minute ", 1, "1 minute"),
        ("60 minutes", 60, "1 hour"),
        ("90minutes", 90, "90 minutes"),
        ("24 hours", 1440, "1 day"),
        ("3 days", 4320, "3 days"),
        ("0 days", 0, "0 days"),
    ],
)
def test_a_time_is_typed_as_people_say_it(typed: str, minutes: int, reads: str) -> None:
    assert read(typed) == minutes
    assert said("urgent_decide", minutes) == reads


@pytest.mark.parametrize("typed", ["", "15", "minutes", "-5 minutes", "1.5 hours", "１ day", "999999 days", "5 weeks"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Malformed, match="no-duration"):
        read(typed)


@pytest.mark.parametrize(("minute", "reads"), [(0, "12:00am"), (540, "9:00am"), (720, "12:00pm"), (1050, "5:30pm")])
def test_office_hours_read_as_a_clock(minute: int, reads: str) -> None:
    assert said("opens", minute) == reads
