"""When the person sees a disclosure: after one delay, in whole days (design §1.6)."""

from datetime import date

import pytest

from offmon.core import clock
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.log.audit import Operation, Verb
from offmon.core.person import delay
from offmon.core.person.delay import LOOKS, shown_before, waits

RULES = delay.__doc__ or ""


@pytest.mark.parametrize(
    ("at", "days", "shown"),
    [
        (clock.start_of_day(date(2026, 6, 15)), 14, date(2026, 6, 1)),
        (clock.end_of_day(date(2026, 6, 15)) - 1, 14, date(2026, 6, 1)),
        (clock.end_of_day(date(2026, 6, 15)), 14, date(2026, 6, 2)),
        (clock.start_of_day(date(2026, 4, 2)), 7, date(2026, 3, 26)),  # over the night on which the clocks change
        (clock.start_of_day(date(2026, 6, 15)), 0, date(2026, 6, 14)),  # a delay that no agency may set counts as a day
    ],
)
def test_everything_of_one_day_is_shown_together(at: int, days: int, shown: date) -> None:
    assert shown_before(Ms(at), days) == clock.start_of_day(shown)


@pytest.mark.parametrize(("days", "shown"), [(14, date(2026, 5, 31)), (1, date(2026, 6, 13)), (0, date(2026, 6, 13))])
def test_a_look_is_told_a_day_later_than_what_was_sent_on_its_day(days: int, shown: date) -> None:
    at, first = clock.start_of_day(date(2026, 6, 15)), clock.start_of_day(shown)
    assert delay.looks_shown_before(at, days) == first
    assert delay.looks_due_at(Ms(first - 1), days) == at
    assert delay.looks_due_at(first, days) == clock.end_of_day(date(2026, 6, 15))


def test_a_look_is_a_consultation_or_a_disclosure_or_what_asks_for_one() -> None:
    looks = {Operation.CONSULTATION, Operation.DISCLOSURE}
    assert {verb for verb in LOOKS if verb.operation not in looks} == {Verb.REVEAL_ASKED}
    by_people = {verb for verb in Verb if verb.operation in looks} - set(LOOKS)
    of_a_process_or_their_own = {
        *(Verb.CONTENT_REVEALED, Verb.EXHIBIT_OPENED, Verb.EXPORT_OPENED, Verb.EXPORT_BODY_OPENED, Verb.EXPORTED),
        *(Verb.PERSON_LOOKED, Verb.ACCESS_DENIED),
        Verb.TRANSFER_APPROVED,  # the other agency is asked without the person; once it accepts, the person is told at once
        *(
            Verb.LOG_READ,
            Verb.LOG_TAKEN,
        ),  # whoever reads the log sees who looked, and nothing of the person but a reference
        Verb.RESTRICTION_CONSULTED,  # it would tell of the restriction
    }
    assert by_people == of_a_process_or_their_own


def test_of_each_reason_it_is_decided_whether_its_gap_may_be_told_at_once() -> None:
    """Every reason, so that a new one fails here until somebody has decided; why stands in the rules of `core/person/delay.py`."""
    at_once, later = (
        "AGENT_DOWN NOT_VISIBLE SOURCE_DOWN NO_PROFILE CLOCK",
        "QUARANTINED QUEUE_FULL STORE_DAMAGED NEW_EPOCH",
    )
    assert {reason.name for reason in GapReason if not waits(reason)} == {*at_once.split()}
    assert {reason.name for reason in GapReason if waits(reason)} == {*later.split()}
    assert all(f"  | {reason.name} | {'later' if waits(reason) else 'at once'} |" in RULES for reason in GapReason)
