"""How soon someone must look at an alert, and who is next (design §1.7)."""

import pytest

from offmon.core.alerts import escalation
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import MOST_FINDINGS, RESPONSE_MS, waits_since
from offmon.core.clock import DAY_MS, HOUR_MS
from offmon.core.formats.event import GRAVEST, Gravity, graver
from offmon.core.ids import Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

HOURS = "Monday to Friday, 9am to 5pm"
EVERYONE = dict.fromkeys(Gravity, "the duty desk")


def test_the_graver_the_sooner() -> None:
    assert set(GRAVEST) == set(RESPONSE_MS) == set(Gravity)
    assert [RESPONSE_MS[gravity] for gravity in GRAVEST] == [HOUR_MS, DAY_MS, 7 * DAY_MS]
    assert graver(Gravity.STANDARD, Gravity.HIGH) is Gravity.HIGH
    assert graver(Gravity.URGENT, Gravity.HIGH) is Gravity.URGENT


@pytest.mark.parametrize(
    ("holds", "left"),
    [
        (0, MOST_FINDINGS),
        (1, MOST_FINDINGS - 1),
        (MOST_FINDINGS - 1, 1),
        (MOST_FINDINGS, 0),
        (MOST_FINDINGS + 1, 0),
        (10**6, 0),
    ],
)
def test_an_alert_takes_so_many_findings_and_no_more(holds: int, left: int) -> None:
    assert escalation.room(holds) == left


@pytest.mark.parametrize(
    ("hours", "on_call", "inspector", "refused"),
    [
        (HOURS, EVERYONE, "Inspector on duty", None),
        (" ", EVERYONE, "Inspector on duty", "no-out-of-hours"),
        *((HOURS, {**EVERYONE, gravity: " "}, "Inspector on duty", "no-out-of-hours") for gravity in Gravity),
        *(
            (HOURS, {one: "x" for one in Gravity if one is not gravity}, "Inspector on duty", "no-out-of-hours")
            for gravity in Gravity
        ),
        (HOURS, EVERYONE, "", "no-out-of-hours"),
        (".", EVERYONE, "Inspector on duty", "no-out-of-hours"),
        (HOURS, {**EVERYONE, Gravity.URGENT: "\u200b"}, "Inspector on duty", "no-out-of-hours"),
        (HOURS, EVERYONE, "-", "no-out-of-hours"),
    ],
)
def test_someone_is_always_there(hours: str, on_call: dict[Gravity, str], inspector: str, refused: str | None) -> None:
    assert code_of(escalation.check_reachable, hours, on_call, inspector) == refused


@pytest.mark.parametrize(
    ("held", "risen", "looked", "waits"),
    [
        (0, 0, None, 0),  # nobody has looked
        (0, 0, 1, None),  # somebody has
        (0, 5, 1, 5),  # it became graver after the look: whoever has it looks again, in the time of the graver
        (0, 5, 5, 5),  # in the same millisecond: for all that is known, before
        (0, 5, 6, None),  # and somebody looked again
        (0, 5, None, 0),  # nobody ever looked: graver takes no time off the one who has it
        (7, 5, 1, 7),  # passed on since: the next person has their own time
        (7, 9, 1, 7),  # graver again, and they had not looked either
        (7, 9, 8, 9),
    ],
)
@proves("S58", waits_since, disabled=lambda held_since, risen_at, looked_at: held_since if looked_at is None else None)
def test_a_look_counts_for_what_was_there_to_be_seen(held: int, risen: int, looked: int | None, waits: int) -> None:
    at = None if looked is None else Ms(looked)
    assert waits_since(Ms(held), Ms(risen), at) == waits


@pytest.mark.parametrize(
    ("to", "at", "still"),
    [
        (Holder.SUPERVISOR, 4, True),  # whoever had it before the inspector has it still
        (Holder.DUTY_INSPECTOR, 6, True),
        (Holder.DUTY_INSPECTOR, 5, False),  # in the same millisecond: for all that is known, before
        (Holder.DUTY_INSPECTOR, 4, False),
    ],
)
def test_once_it_is_graver_the_inspector_is_to_have_it_again(to: Holder, at: int, *, still: bool) -> None:
    assert escalation.counts(to, Ms(at), Ms(5)) is still


@pytest.mark.parametrize(
    ("shown", "looked", "refused"),
    [(3, None, "not-looked"), (3, 4, "grown"), (3, 5, "grown"), (3, 6, None), (2, 6, "grown"), (4, 6, "grown")],
)
def test_who_decides_has_looked_at_all_that_they_close(shown: int, looked: int | None, refused: str | None) -> None:
    at = None if looked is None else Ms(looked)
    assert code_of(lambda: escalation.check_looked(3, shown, Ms(5), at)) == refused
