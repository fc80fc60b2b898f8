"""A copy of what is held of somebody who asked for their data: all of it, for whoever answers alone (R-RGT-8; issue 18)."""

from offmon.core.log.records import DecisionOutcome
from offmon.core.person.deadlines import RequestKind
from tests.integration.console.addresses import a_known_device
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_request_desk import asked
from tests.integration.console.test_start_page import links, text


def test_whoever_answers_a_request_for_data_has_a_copy_of_what_is_held(office: Office) -> None:
    office.story.decide(DecisionOutcome.VISIT)
    note = {"kind": "fact", "text": "They moved (invented).", "source": "a phone call"}
    send(sign_in("officer"), f"/cases/{office.story.case}/notes/new/", **note)
    a_known_device(office.story)
    asked_for = asked(office, RequestKind.DATA)
    request, copy = f"/requests/{asked_for}/", f"/cases/{office.story.case}/copy/{asked_for}/"
    browser = sign_in("data_protection")
    assert browser.get(copy).status_code == 404  # the case opens to them when they take it up
    assert "Take the request up first" in text(browser, f"{request}answer/")
    send(browser, f"{request}take-up/")
    assert copy in links(browser, request)
    assert copy in links(browser, f"{request}answer/")
    held = text(browser, copy)
    assert "They moved (invented)." in held
    assert "old phone: Mobile phone" in held
    assert "Visit" in held
    assert "Sam Invented" in held
    assert "name a victim" not in held  # the court's own words stay where they are
    assert sign_in("officer").get(copy).status_code == 403
