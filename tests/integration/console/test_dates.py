"""A date out of range, or order dates that contradict each other, give an error and lose no input (R-LEG-1)."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from tests.integration.console import test_compliance_records, test_restrictions
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_name
from tests.integration.console.test_acts import a_term, an_order, day, errors, file, record_order, the_id
from tests.integration.console.test_orders import a_licence
from tests.support.fake_device import now
from tests.unit.server.faces.matrix import Whose

LAST = date(9999, 12, 31)
FIRST = date(1970, 1, 1)
RANGE = "must have a year from 1971 to 2199"
TODAY = clock.local_day(now())
COMING = TODAY + timedelta(days=2)  # still to come where midnight comes between


def exports(office: Office) -> tuple[str, dict[str, Any]]:
    period = {**day("since", date(2026, 1, 1)), **day("until", date(2099, 1, 1))}
    return f"/cases/{office.story.case}/exports/new/", {"recipient": "A court", "reason": "A hearing", **period}


def restrictions(office: Office) -> tuple[str, dict[str, Any]]:
    return f"/cases/{office.story.case}/restrictions/new/", test_restrictions.form()


def papers(office: Office) -> tuple[str, dict[str, Any]]:
    del office
    return "/compliance/new/", test_compliance_records.a_paper()


def terms(office: Office) -> tuple[str, dict[str, Any]]:
    term = {**a_term(), **day("until", date(2040, 1, 1))}
    return f"/cases/{office.story.case}/instruments/{office.story.instrument}/terms/new/", term


def ends(office: Office) -> tuple[str, dict[str, Any]]:
    end = {**day("ended_on", TODAY), "time": "00:01", "reason": "Discharged by the court"}
    return f"/cases/{office.story.case}/instruments/{office.story.instrument}/end/", end


DATES: dict[Callable[[Office], tuple[str, dict[str, Any]]], tuple[str, ...]] = {
    terms: ("since", "until"),
    exports: ("since", "until"),
    restrictions: ("since", "until", "ends"),
    papers: ("since", "until"),
    ends: ("ended_on",),
}


@pytest.mark.parametrize("form", DATES, ids=lambda form: form.__name__)
def test_a_day_out_of_reach_is_refused_and_the_form_keeps_what_was_typed(office: Office, form: Any) -> None:
    browser = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES) if form is papers else "officer")
    path, given = form(office)
    for field, odd in product(DATES[form], (LAST, FIRST)):
        answer = send(browser, path, **{**given, **day(field, odd)})
        assert answer.status_code == 200
        assert RANGE in errors(answer)
        assert f'value="{odd.year}"' in answer.content.decode()
    recorded = send_checked if form is exports else send
    assert recorded(browser, path, **given).status_code == 302  # it is the date, and nothing else


def test_dates_of_an_order_that_cannot_be_are_refused(office: Office) -> None:
    officer, before = sign_in("officer"), len(file(office).instruments)
    to_come = day("made_on", COMING) | day("convicted_on", COMING) | day("served_on", COMING)
    for changed, says in (
        (day("made_on", LAST), RANGE),
        (day("served_on", LAST), RANGE),
        (day("effective_on", FIRST), RANGE),
        (day("convicted_on", date(2026, 1, 16)), "made before the conviction"),
        (day("made_on", date(2026, 1, 16)), "served before it was made"),
        (day("made_on", date(2027, 1, 15)), "served before it was made"),  # a mistyped year
        (day("made_on", date(2026, 1, 16)) | day("served_on", date(2026, 2, 1)), "in force before it was made"),
        (day("served_on", COMING), "request for monitoring cannot be in the future"),
        (to_come | day("effective_on", COMING), "conviction cannot be in the future"),
    ):
        given = {**an_order(), "controller": office.story.agency, **changed}
        answer = record_order(officer, office.story.case, "shpo_sc", **given)
        assert (answer.status_code, says in errors(answer)) == (200, True), says
        assert 'value="T86/0001"' in answer.content.decode()
    assert len(file(office).instruments) == before


def test_one_that_comes_into_force_later_is_recorded_before(office: Office) -> None:
    given = {**a_licence(office), **day("effective_on", COMING)}
    assert record_order(sign_in("officer"), office.story.case, "licence", **given).status_code == 302


def test_the_second_officer_is_shown_every_date_of_the_document(office: Office) -> None:
    officer, colleague, case = sign_in("officer"), sign_in("colleague"), office.story.case
    licence = the_id(record_order(officer, case, "licence", **a_licence(office)), "instruments")
    term = {**a_term(), **day("until", date(2099, 1, 1))}
    assert send(officer, f"/cases/{case}/instruments/{licence}/terms/new/", **term).status_code == 302
    of_the_order = ["15 January 2026", "3 November 2025", "Conviction", "An invented court"]
    of_the_licence = ["15 January 2026 at 2:30pm", "from 15 January 2026", "Monitoring asked for", "16 January 2026"]
    for instrument, shown in [
        (office.story.instrument, of_the_order),
        (licence, [*of_the_licence, "Sexual communication with a child online", "Not recorded"]),
    ]:
        one = next(term for term in file(office).terms if term.instrument == instrument)
        page = colleague.get(f"/cases/{case}/terms/{one.id}/confirm/").content.decode()
        missing = [words for words in shown if words not in page]
        assert not missing, missing
    assert "every date, and they are the same" in page
