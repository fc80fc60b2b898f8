"""Permissions and exclusions, at the officer's desk (R-LEG-15, R-LEG-27)."""

from datetime import timedelta

import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.server.base.scope import scope
from offmon.server.orders.silences.queries import recorded, silences_here
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import day, errors
from tests.integration.console.test_start_page import text
from tests.support.fake_device import now
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

TODAY = clock.local_day(now())


@pytest.fixture
def at(office: Office) -> str:
    return f"/cases/{office.story.case}/silences/"


def a_permission(office: Office, **changed: str) -> dict[str, str]:
    return {
        "term": office.story.terms[Capability.SITE],
        "what": "https://listed.invalid/",
        **day("since", TODAY - timedelta(days=1)),
        "since_time": "09:00",
        **day("until", TODAY + timedelta(days=7)),
        "until_time": "17:00",
        "given_by": office.story.officer.id,
        "asked_how": "phone",
        "said": "You may use listed.invalid.",
        "said_welsh": "Cewch ddefnyddio listed.invalid.",
    } | changed


def a_week(**changed: object) -> dict[str, object]:
    asked = day("asked_on", TODAY) | {"why": "work", "said": "Your shift.", "said_welsh": "", "site": ""}
    return asked | {"what": "week", "days": ["1", "5"], "begins": "09:00", "ends": "00:00"} | changed


def test_an_officer_records_a_permission_and_ends_it(office: Office, at: str) -> None:
    officer = sign_in("officer")
    assert send(officer, f"{at}permissions/new/", **a_permission(office))["Location"] == at
    page = text(officer, at)
    assert "You may use listed.invalid." in page
    assert "Officer Invented" in page
    with scope(office.story.officer):
        [one] = recorded(office.story.case)
        [view] = [view for view in silences_here(office.story.case) if view.is_permission]
    assert [entry.rule for entry in one.entries] == ["host"]
    alert = text(
        officer, f"/alerts/{office.story.alerts[0]}/"
    )  # it was permitted when it happened, and is recorded late
    assert "Permission was live" in alert
    assert send(officer, f"{at}{view.id}/end/", reason="The course is over.")["Location"] == at
    assert "No permission is in force." in text(officer, at)
    assert "This ended" in text(officer, f"{at}{view.id}/end/")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"what": "beside.invalid"}, "no permission is necessary"),
        ({"what": "listed.invalid/below"}, "no permission is necessary"),
        (day("until", TODAY - timedelta(days=2)), "The end must be after the beginning"),
        (day("until", TODAY + timedelta(days=400)), "at most a year"),
        ({"given_by": "0" * 32}, "Select who gave it"),
    ],
)
def test_a_permission_that_is_none_is_refused_and_nothing_is_lost(
    office: Office, at: str, changed: dict[str, str], says: str
) -> None:
    answer = send(sign_in("officer"), f"{at}permissions/new/", **a_permission(office, **changed))
    assert says in errors(answer)
    assert "You may use listed.invalid." in answer.content.decode()


def test_an_officer_records_what_is_excluded(office: Office, at: str) -> None:
    officer = sign_in("officer")
    assert send(officer, f"{at}exclusions/new/", **a_week())["Location"] == at
    site = a_week(what="site", site="https://church.example.org/", days=[], begins="", ends="")
    assert send(officer, f"{at}exclusions/new/", **site)["Location"] == at
    page = text(officer, at)
    assert "Monday, Friday, 09:00 to 24:00" in page
    assert "church.example.org" in page
    assert "Select at least one day" in errors(send(officer, f"{at}exclusions/new/", **a_week(days=[])))
    assert "Enter the site" in errors(send(officer, f"{at}exclusions/new/", **a_week(what="site")))
    for wide in ("co.uk", "not a site"):
        assert send(officer, f"{at}exclusions/new/", **a_week(what="site", site=wide)).status_code == 200
    assert "in the future" in errors(
        send(officer, f"{at}exclusions/none/", **day("asked_on", TODAY + timedelta(days=1)))
    )


def test_the_authoriser_reads_what_is_excluded_and_is_led_to_the_page_where_nobody_asked(
    office: Office, at: str
) -> None:
    story = office.story
    story.draft()
    page = f"/cases/{story.case}/drafts/{story.authorisation}/authorise/"
    authoriser = sign_in("authoriser")
    assert "None claimed" in text(authoriser, page)
    with superuser(story) as hand:
        hand.execute("delete from orders_silence")
    assert f'href="{at}"' in authoriser.get(page).content.decode()
    assert authoriser.get(f"{at}exclusions/none/").status_code == 403
    assert send(sign_in("officer"), at + "exclusions/none/", **day("asked_on", TODAY))["Location"] == at
    assert "None claimed" in text(authoriser, page)


def test_nobody_else_s_case(office: Office, at: str) -> None:
    for whose in (Whose.COLLEAGUES, Whose.ANOTHER_AGENCYS):
        other = sign_in_as(office, Role.OFFENDER_MANAGER, whose)
        for path in (at, f"{at}permissions/new/", f"{at}exclusions/new/", f"{at}exclusions/none/"):
            assert other.get(path).status_code == 404
