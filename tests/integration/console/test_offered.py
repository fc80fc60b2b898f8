"""From a condition's words to what is chosen for it, and the authoriser who picks one of the settings that are offered (R-LEG-24)."""

import pytest

from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Setting
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Id, Ms
from offmon.core.log.records import AuthorisationRecord
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.detectors.queries import declarations
from offmon.server.orders.actions import do_confirm_term, do_record_term
from offmon.server.triage.queries.forecasts import seen_of
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_name
from tests.integration.console.test_acts import errors, monitoring
from tests.support.orders import a_term, own_answers
from tests.support.story import ANSWERS
from tests.unit.server.faces.matrix import Whose

STANDING = dict.fromkeys(("aim", "rational_link", "fair_balance"), "Standing text.") | {"review_in": "12"}
SITES, BOTH = ("0", "1")
OWN = "Two unannounced visits in May missed what he searched for (invented)."


@pytest.fixture
def draft(office: Office) -> tuple[str, Id]:
    """The address of a draft of visits and of phrases, which waits; and its id."""
    office.story.draft()
    return f"/cases/{office.story.case}/drafts/{office.story.authorisation}/", office.story.authorisation


def record(office: Office, draft: Id) -> AuthorisationRecord:
    [found] = [one for one in monitoring(office, office.story.case).authorisations if one.id == draft]
    return found


def test_the_authoriser_takes_the_lower_setting_and_devices_get_no_more(office: Office, draft: tuple[str, Id]) -> None:
    page, one = draft
    authoriser = sign_in("authoriser")
    shown = authoriser.get(f"{page}authorise/").content.decode()
    order = ["Each condition, side by side", "The words of the order", "never collected", "Setting 1: ", "Setting 2: "]
    assert sorted(order, key=shown.index) == order
    assert "No forecast yet" in shown
    assert "You must not use listed places (phrase)." in shown[shown.index("Conditions that it leaves open") :]
    assert "Select the setting" in errors(send(authoriser, f"{page}authorise/", **STANDING, less_intrusive=OWN))
    checked = send(authoriser, f"{page}authorise/", **STANDING, less_intrusive=OWN, setting=SITES).content.decode()
    assert ("Visits to listed sites" in checked, "The device reads pages" in checked) == (True, False)
    given = {**STANDING, "less_intrusive": OWN, "setting": SITES}
    assert send_checked(authoriser, f"{page}authorise/", **given).status_code == 302

    kept = record(office, one)
    assert [choice.capability for choice in kept.choices] == [Capability.SITE]
    assert [len(setting.choices) for setting in kept.offered] == [1, 2]
    assert kept.offered[0] == Setting(kept.choices)
    assert authoriser.get(page).content.decode().count("(chosen)") == 1
    office.story.sign(office.story.ask_profile())
    assert {grant.kind for grant in office.story.profiles[-1].grants} == {Capability.SITE}


@pytest.mark.parametrize(
    ("answer", "said"),
    [(" ", "Enter why less is not enough"), ("No.", "Say in a sentence why"), ("AS ELSEWHERE", "another case")],
)  # fmt: skip
def test_why_less_is_not_enough_is_said_for_this_case(office: Office, answer: str, said: str) -> None:
    elsewhere = own_answers(ANSWERS, office.story.case).less_intrusive.upper()
    office.story.orders()  # another case of the same authoriser
    office.story.draft()
    page = f"/cases/{office.story.case}/drafts/{office.story.authorisation}/authorise/"
    given = {**STANDING, "less_intrusive": elsewhere if answer == "AS ELSEWHERE" else answer, "setting": BOTH}
    assert said in errors(send(sign_in("authoriser"), page, **given))
    assert record(office, office.story.authorisation).authorised_by is None


def test_a_forecast_rests_on_what_the_reader_may_see(office: Office) -> None:
    """Of the played case: one alert, raised by the list of sites, in sixty days of monitoring."""
    story, at = office.story, Ms(clock.now() + 60 * DAY_MS)
    found = {}
    for actor in (story.authoriser, office.actor(Role.AUTHORISING_OFFICER, Whose.COLLEAGUES)):
        with scope(actor):
            names = {declared.ref.id: declared.ref.name for declared in declarations()}
            found[actor.id] = {names[one]: seen for one, seen in seen_of(names, at).items()}
    mine, none = found.values()
    assert {name: seen.alerts for name, seen in mine.items()} == {"site-list@1": 1, "phrase-list@1": 0}
    assert all(59 * DAY_MS < seen.time_ms < 61 * DAY_MS for seen in mine.values())
    assert none == {}


def test_who_may_not_authorise_it_is_told_so_and_a_deputy_is_named(office: Office, draft: tuple[str, Id]) -> None:
    page, one = draft
    officer = sign_in("officer")
    waits = officer.get(page).content.decode()
    assert ("It waits for an authorising officer: " in waits, "Authoriser Invented" in waits) == (True, True)
    assert officer.get(f"{page}authorise/").status_code == 403
    assert (
        sign_in(sign_in_name(Role.AUTHORISING_OFFICER, Whose.ANOTHER_AGENCYS)).get(f"{page}authorise/").status_code
        == 404
    )
    assert "It has waited " in sign_in("authoriser").get(page).content.decode()
    assert record(office, one).authorised_by is None


def test_an_unclear_condition_is_proposed_flagged_and_read_by_a_lawyer(office: Office) -> None:
    story = office.story
    with story.with_keys():
        entry = a_term(Period(clock.now(), None), Capability.SITE, verbatim="Not to use any cloud storage website.")
        term = do_record_term(story.instrument, entry, actor=story.officer)
        compared = sign_in("colleague").get(f"/cases/{story.case}/terms/{term}/confirm/").content.decode()
        assert "The condition names websites." in compared
        assert "It covers all cloud storage." in compared
        do_confirm_term(term, actor=story.colleague)
    officer, page = sign_in("officer"), f"/cases/{story.case}/draft/"
    shown = officer.get(page).content.decode()
    assert "Not to use any cloud storage website." in shown
    assert "checked" not in shown[shown.index("What you choose") :]  # proposed, and not chosen
    listed = next(one for one in record(office, story.authorisation).choices).lists[0]
    given = {"site_terms": [term], "site_lists": [listed]}
    assert "Enter the lawyer’s reading" in errors(send(officer, page, **given))
    assert send(officer, page, **given, reading="Counsel: file hosts alone (invented).").status_code == 302
    [waiting] = [one for one in monitoring(office).authorisations if one.authorised_by is None]
    assert waiting.reading == "Counsel: file hosts alone (invented)."
    authorising = sign_in("authoriser").get(f"/cases/{story.case}/drafts/{waiting.id}/authorise/").content.decode()
    assert "Counsel: file hosts alone (invented)." in authorising
    assert "Which setting do you authorise?" not in authorising  # there is but one
