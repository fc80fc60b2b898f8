"""What a clock may never do (DPA 2018 s.54, s.164A)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.clocks import RequestKind, bank_holidays, due

DAYS = st.dates(date(2018, 5, 25), date(2100, 12, 1))


@given(DAYS)
def test_an_answer_is_due_on_a_working_day_a_month_after_receipt_or_a_little_more(received: date) -> None:
    last = due(RequestKind.DATA, received).day
    assert timedelta(days=28) <= last - received <= timedelta(days=31 + 4)
    assert last.weekday() < 5
    assert last not in bank_holidays(last.year)
