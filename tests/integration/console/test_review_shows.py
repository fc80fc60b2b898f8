"""The page of a review: what the person asked, what a lower setting would have shown, and an end that an officer records (R-LEG-23)."""

import re

from offmon.core.person.deadlines import RequestKind
from offmon.core.states import DeploymentState
from offmon.server.rights.requests.actions import do_open_its_case, do_share, do_take_up
from tests.integration.console.addresses import a_request
from tests.integration.console.office import Office, send, send_checked, sign_in
from tests.integration.console.test_lists import live
from tests.integration.console.test_request_desk import asked
from tests.integration.console.test_standstill import state
from tests.integration.console.test_start_page import links, text

ENDS = "The review came to an end"


def shown(browser: object, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(browser, path)).split())  # type: ignore[arg-type]


def test_it_counts_what_the_person_asked_and_a_complaint_once_it_is_shared(office: Office) -> None:
    authoriser, case = sign_in("authoriser"), f"/cases/{office.story.case}/"
    complaint = asked(office, RequestKind.COMPLAINT)
    a_request(office.story)
    before = shown(authoriser, f"{case}review/")
    assert ("Objects 1" in before, "Complains 0" in before, "Asks for a review 0" in before) == (True, True, True)
    do_take_up(complaint, actor=office.story.data_protection)
    do_open_its_case(complaint, actor=office.story.data_protection)
    do_share(complaint, "It is about the monitoring (invented).", actor=office.story.data_protection)
    assert "Complains 1" in shown(authoriser, f"{case}review/")
    assert f"{case}requests/" in links(authoriser, f"{case}review/")
    assert authoriser.get(f"{case}requests/").status_code == 200


def test_it_says_what_each_lower_setting_would_have_raised_since_the_last_review(office: Office) -> None:
    authoriser, case = sign_in("authoriser"), f"/cases/{office.story.case}/"
    page = shown(authoriser, f"{case}review/")

    assert "Setting 1: Visits to listed sites It would have raised 1 of 1 possible breach since" in page
    send(sign_in("supervisor"), f"/lists/{live(office)}/pause/", reason="Too many false matches.")
    assert "It would have raised 1 of 1 possible breach since" in shown(authoriser, f"{case}review/")
    given = {"outcome": "continue", "reasons": "No gap (invented).", "review_in": "4"}
    assert send(authoriser, f"{case}review/", **given).status_code == 302
    assert "It would have raised 0 of 0 possible breaches since" in shown(authoriser, f"{case}review/")


def test_it_comes_to_an_end_that_an_officer_of_the_case_records(office: Office) -> None:
    officer, authoriser, case = sign_in("officer"), sign_in("authoriser"), f"/cases/{office.story.case}/"
    given = {"outcome": "end", "reasons": "Nothing was found in a year (invented)."}
    assert send(authoriser, f"{case}review/", **given).status_code == 302
    assert state(office) is DeploymentState.ACTIVE
    for browser, leads in ((officer, True), (authoriser, False)):
        assert ENDS in text(browser, "/")
        assert (f"{case}end/" in links(browser, "/")) is leads
    assert ENDS in text(officer, f"{case}monitoring/")
    assert f"{case}review/put-off/" not in links(sign_in("supervisor"), f"{case}monitoring/")
    send_checked(officer, f"{case}end/", why="not_needed", reason="The review of today.")
    assert state(office) is DeploymentState.ENDED
    assert ENDS not in text(officer, "/")
