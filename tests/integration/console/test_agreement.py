"""An officer records a voluntary agreement, sees it beside the orders, and takes down that the person withdrew it (R-LEG-19 to -21)."""

from datetime import timedelta
from typing import Any

import pytest

from offmon.core.clock import local_day
from offmon.core.ids import Ms
from offmon.server.base.clock import now
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import an_order, day, errors
from tests.integration.console.test_new_documents import WORDS, condition, kept, terms
from tests.integration.console.test_start_page import text

FREE = ["no_penalty", "unconditional", "separate", "not_declined"]


def an_agreement(office: Office, **changed: Any) -> dict[str, Any]:
    """Agreed to yesterday, after the person was told the day before, for four weeks."""
    today = local_day(now())
    item = {name: value for name, value in condition().items() if name != "c1_effect"}
    given = {
        **{name: value for name, value in an_order().items() if name in {"offence_types", "varies"}},
        "controller": office.story.agency,
        "checked": "Against the signed paper",
        "made_by": "Officer Invented, public protection",
        "reference": "A86/0001",
        "supervision": office.story.instrument,
        **day("told_on", today - timedelta(days=2)),
        "told": "Leaflet 1",
        "told_language": "en",
        **day("made_on", today - timedelta(days=1)),
        "agreed_at": "10:00",
        "how": "signed",
        "witness": "Jo Invented, the person's sister",
        "free": FREE,
        **day("served_on", today - timedelta(days=1)),
        "served_at": "10:05",
        **day("until_on", today + timedelta(days=28)),
        **item,
    }
    return given | changed


def test_it_is_recorded_with_its_items_and_stands_beside_the_order_that_it_serves(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    path = kept(officer, case, "voluntary")
    asked = text(officer, path)
    assert "Type of condition" not in asked
    assert "At most 12 weeks after they agreed" in asked
    assert send(officer, path, **an_agreement(office))["Location"] == f"/cases/{case}/orders/"
    shown = text(officer, f"/cases/{case}/orders/")
    for said in ("Voluntary agreement", "They signed the paper", "Leaflet 1", "Jo Invented, the person's sister"):
        assert said in shown.replace("&#39;", "'")
    assert "Serves" in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"free": FREE[:3]}, "An agreement counts only if it is free"),
        ({"needs_adult": "on"}, "needs an independent adult or advocate"),
        (day("told_on", local_day(now())), "must be told before they agree"),
        (day("until_on", local_day(now()) + timedelta(days=84)), "An agreement lasts 12 weeks at most"),
        ({"supervision": ""}, "Select the supervision that it serves"),
        ({"witness": ""}, "Enter who was there"),
        ({"c1_person_text": ""}, "Enter the words for the person of condition 1"),
    ],
)
def test_it_is_refused_where_it_is_not_free_or_lasts_too_long(
    office: Office, changed: dict[str, Any], said: str
) -> None:
    officer, case = sign_in("officer"), office.story.case
    before = len(terms(office, case))
    assert said in errors(send(officer, kept(officer, case, "voluntary"), **an_agreement(office, **changed)))
    assert len(terms(office, case)) == before


def test_the_officer_takes_down_that_it_was_withdrawn_and_is_asked_for_no_reason(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    send(officer, kept(officer, case, "voluntary"), **an_agreement(office))
    [item] = [one for one in terms(office, case) if one.person_text == WORDS]
    path, today = f"/cases/{case}/terms/{item.id}/withdraw/", local_day(now())
    said = {"how": "By phone", "time": "00:00", **day("told_on", today + timedelta(days=1))}
    assert "not in the future" in errors(send(officer, path, **said))
    assert send(officer, path, **said | day("told_on", today)).status_code == 302
    assert "by the person by telling staff" in text(officer, f"/cases/{case}/orders/")
    assert "That was withdrawn before" in errors(send(officer, path, **said | day("told_on", today)))
    [ended] = [one for one in terms(office, case) if one.id == item.id]
    assert (ended.until or Ms(0)) <= now()


def test_what_a_court_ordered_has_no_way_to_be_withdrawn(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    ordered = next(one for one in terms(office, case) if one.instrument == office.story.instrument)
    path = f"/cases/{case}/terms/{ordered.id}/withdraw/"
    assert "so the person cannot withdraw it" in text(officer, path)
    assert path not in officer.get(f"/cases/{case}/orders/").content.decode()
    assert "govuk-form-group" not in officer.get(path).content.decode()


def test_the_start_page_says_what_was_stopped_and_what_soon_ends_until_its_end_is_recorded(office: Office) -> None:
    """Nothing that waits for somebody is unseen by them."""
    officer, colleague, case = sign_in("officer"), sign_in("colleague"), office.story.case
    today = local_day(now())
    soon = day("until_on", today + timedelta(days=9))
    send(officer, kept(officer, case, "voluntary"), **an_agreement(office, **soon))
    [item] = [one for one in terms(office, case) if one.person_text == WORDS]
    assert "Ask whether they agree anew" not in text(officer, "/")
    send(colleague, f"/cases/{case}/terms/{item.id}/confirm/", compared="original")
    assert "Ask whether they agree anew" in text(officer, "/")
    send(officer, f"/cases/{case}/terms/{item.id}/withdraw/", how="By phone", time="00:00", **day("told_on", today))
    assert "Nothing of it is left. Record its end." in text(officer, "/")
    ended = {"time": "00:00", "reason": "Withdrawn", **day("ended_on", today)}
    assert send(officer, f"/cases/{case}/instruments/{item.instrument}/end/", **ended).status_code == 302
    assert "Nothing of it is left" not in text(officer, "/")
