"""By when a request is answered (R-DPA-25, R-DPA-35; DPA 2018 ss.54, 164A)."""

from datetime import date

import pytest

from offmon.core.clocks import Due, RequestKind, bank_holidays, due


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
@pytest.mark.parametrize("kind", [RequestKind.DATA, RequestKind.OBJECTION, RequestKind.REVIEW])
def test_a_request_is_answered_within_one_month(kind: RequestKind, received: date, last: date) -> None:
    assert due(kind, received) == Due(last, acknowledged=False)


def test_a_complaint_is_acknowledged_within_thirty_days_with_the_day_of_its_receipt() -> None:
    assert due(RequestKind.COMPLAINT, date(2026, 6, 1)) == Due(date(2026, 6, 30), acknowledged=True)


@pytest.mark.parametrize(
    ("year", "kept"),
    [
        (2025, ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]),
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
    ],
)
def test_the_bank_holidays_are_those_that_were_announced(year: int, kept: list[str]) -> None:
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(year)) == kept
