"""What the console asks of each kind of order, as the table of powers has it (requirements §0.1)."""

from datetime import date

from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import a_term, an_order, day, errors, file, the_id

FURTHER_ORDER = "Leave empty if it holds until further order"


def a_licence(office: Office) -> dict[str, object]:
    given = {name: value for name, value in an_order().items() if not name.startswith("convicted_on")}
    return {**given, **day("requested_on", date(2026, 1, 16)), "controller": office.story.agency}


def test_a_term_of_a_licence_has_a_last_day(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    licence = the_id(send(officer, f"/cases/{case}/instruments/new/licence/", **a_licence(office)), "instruments")
    path = f"/cases/{case}/instruments/{licence}/terms/new/"
    page = officer.get(path).content.decode()
    assert "A licence runs to its expiry" in page
    assert FURTHER_ORDER not in page
    assert "Enter the last day" in errors(send(officer, path, **a_term()))
    assert not [term for term in file(office).terms if term.instrument == licence]
    assert send(officer, path, **a_term(), **day("until", date(2099, 1, 1))).status_code == 302


def test_and_one_of_an_order_may_hold_until_further_order(office: Office) -> None:
    path = f"/cases/{office.story.case}/instruments/{office.story.instrument}/terms/new/"
    assert FURTHER_ORDER in sign_in("officer").get(path).content.decode()
