"""Staffed hours and on-call contacts: never nobody, and each change is in the log (issues 2 and 3)."""

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_change_on_call
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import errors
from tests.unit.server.faces.matrix import Whose

NEW = {
    "office_hours": "Monday to Saturday, 7am to 7pm",
    "urgent": "Desk 1, 86 001",
    "high": "Desk 2, 86 002",
    "standard": "Desk 2, 86 002",
    "duty_inspector": "86 003",
}
ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)


def test_the_admin_changes_who_is_called_and_the_log_says_what_changed(office: Office) -> None:
    before = agencies.agency(office.story.agency)
    admin = sign_in(ADMIN)
    page = admin.get("/on-call/").content.decode()
    assert before.on_call[Gravity.URGENT] in page
    assert "not an emergency service" in page
    assert send(admin, "/on-call/change/", **NEW).status_code == 302
    after = agencies.agency(office.story.agency)
    assert {gravity.value: contact for gravity, contact in after.on_call.items()} == {
        gravity.value: NEW[gravity.value] for gravity in Gravity
    }
    assert after.office_hours == NEW["office_hours"]
    assert after.duty_inspector == "86 003"
    [entry] = office.story.entries(Verb.ON_CALL_CHANGED)
    assert entry.case is None
    assert f"on_call_urgent: {before.on_call[Gravity.URGENT]} → Desk 1, 86 001" in (entry.reason or "")
    assert f"office_hours: {before.office_hours} → {after.office_hours}" in (entry.reason or "")
    foot = sign_in("officer").get("/cases/").content.decode()
    assert "Desk 1, 86 001" in foot
    assert "in these hours: Monday to Saturday, 7am to 7pm." in foot
    assert "You made no changes" in errors(send(admin, "/on-call/change/", **NEW))


def test_no_contact_is_emptied(office: Office) -> None:
    browser, admin = sign_in(ADMIN), office.actor(Role.TENANT_ADMIN, Whose.OWN)
    for emptied in NEW:
        assert "Enter " in errors(send(browser, "/on-call/change/", **NEW | {emptied: "  "})), emptied
        given = NEW | {emptied: " "}
        contacts = {gravity: given[gravity.value] for gravity in Gravity}
        with pytest.raises(Refused, match="no-out-of-hours"):
            do_change_on_call(given["office_hours"], contacts, given["duty_inspector"], actor=admin)
    assert office.story.entries(Verb.ON_CALL_CHANGED) == []


def test_another_agencys_admin_changes_their_own(office: Office) -> None:
    before = agencies.agency(office.story.agency)
    elsewhere = sign_in(sign_in_name(Role.TENANT_ADMIN, Whose.ANOTHER_AGENCYS))
    assert send(elsewhere, "/on-call/change/", **NEW).status_code == 302
    assert agencies.agency(office.story.agency) == before
    assert agencies.agency(office.other_agency).duty_inspector == "86 003"


def test_the_consoles_role_changes_these_columns_of_an_agency_and_no_other(office: Office) -> None:
    with office.story.database.connect("offmon_console") as console:
        for column in ("name", "root", "origin", "contact", "delay_days", "force_code"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                console.execute(f"update agencies_agency set {column} = {column}")  # noqa: S608  words above
            console.rollback()
        console.execute("update agencies_agency set duty_inspector = duty_inspector")
        console.rollback()
