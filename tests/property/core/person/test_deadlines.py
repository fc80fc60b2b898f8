"""What a deadline may never do (DPA 2018 s.54, s.164A)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.person.deadlines import RequestKind, RequestStage, bank_holidays, due, still_due

DAYS = st.dates(date(2018, 5, 25), date(2100, 12, 1))


@given(DAYS)
def test_an_answer_is_due_on_a_working_day_a_month_after_receipt_or_a_little_more(received: date) -> None:
    last = due(RequestKind.DATA, received).day
    assert timedelta(days=28) <= last - received <= timedelta(days=31 + 4)
    assert last.weekday() < 5
    assert last not in bank_holidays(last.year)


@given(DAYS, st.sampled_from([RequestKind.DATA, RequestKind.OBJECTION, RequestKind.REVIEW]))
def test_an_extension_adds_two_months_and_no_more(received: date, kind: RequestKind) -> None:
    more = due(kind, received, extended=True).day - due(kind, received).day
    assert timedelta(days=59 - 5) <= more <= timedelta(days=62 + 5)


@given(DAYS, st.sampled_from(RequestKind), st.sets(st.sampled_from(RequestStage)))
def test_only_what_is_unanswered_is_due_by_its_day(received: date, kind: RequestKind, done: set[RequestStage]) -> None:
    left = still_due(kind, received, done)
    if RequestStage.ANSWERED in done or (kind is RequestKind.COMPLAINT and RequestStage.TAKEN_UP in done):
        assert left is None
    else:
        assert left == due(kind, received, extended=RequestStage.EXTENDED in done)
