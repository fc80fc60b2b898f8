"""The date by which a request must be answered (R-DPA-25, R-DPA-35; DPA 2018 ss.54, 164A)."""

from datetime import date

import pytest

from offmon.core.errors import Refused
from offmon.core.person import deadlines
from offmon.core.person.deadlines import Due, RequestKind, due
from tests.prove.markers import proves
from tests.unit.core.samples import code_of


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 1, 31), date(2026, 3, 2)),  # no 31 February: its last day, a Saturday, rolls to Monday
        (date(2026, 1, 12), date(2026, 2, 12)),
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, then a weekend, then Boxing Day in lieu
        (date(2026, 3, 3), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 12, 1), date(2027, 1, 4)),  # New Year's Day is a Friday
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 7, 31), date(2026, 9, 1)),  # the summer bank holiday
    ],
)
@pytest.mark.parametrize("kind", [RequestKind.DATA, RequestKind.OBJECTION, RequestKind.REVIEW, RequestKind.DEVICE])
@proves("S64", deadlines.next_working_day, disabled=lambda day: day)
def test_a_request_is_answered_within_one_month(kind: RequestKind, received: date, last: date) -> None:
    assert due(kind, received) == Due(last, acknowledged=False)


def test_a_complaint_is_acknowledged_within_thirty_days_with_the_day_of_its_receipt() -> None:
    assert due(RequestKind.COMPLAINT, date(2026, 6, 1)) == Due(date(2026, 6, 30), acknowledged=True)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 1, 12), date(2026, 4, 13)),  # a Sunday rolls
        (date(2026, 1, 31), date(2026, 4, 30)),
        (date(2026, 11, 30), date(2027, 3, 1)),  # 28 February is a Sunday
    ],
)
def test_an_extension_is_two_months_more(received: date, last: date) -> None:
    assert due(RequestKind.DATA, received, extended=True) == Due(last, acknowledged=False)


@pytest.mark.parametrize(
    ("kind", "told", "reasons", "code"),
    [
        (RequestKind.DATA, date(2026, 2, 28), "There is much of it.", None),
        (RequestKind.DATA, date(2026, 3, 1), "There is much of it.", "extension-late"),
        (RequestKind.OBJECTION, date(2026, 2, 28), " ", "no-reasons"),
        (RequestKind.COMPLAINT, date(2026, 2, 1), "There is much of it.", "no-extension"),
    ],
)
def test_an_extension_is_told_with_reasons_in_a_month(
    kind: RequestKind, told: date, reasons: str, code: str | None
) -> None:
    assert code_of(deadlines.check_extendable, kind, date(2026, 1, 31), told, reasons) == code


def test_nothing_was_received_tomorrow() -> None:
    deadlines.check_received(date(2026, 6, 1), date(2026, 6, 1))
    with pytest.raises(Refused, match="in the past"):
        deadlines.check_received(date(2026, 6, 2), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("year", "kept"),
    [
        (2025, ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]),
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
    ],
)
def test_the_bank_holidays_are_those_that_were_announced(year: int, kept: list[str]) -> None:
    assert sorted(f"{day:%m-%d}" for day in deadlines.bank_holidays(year)) == kept
