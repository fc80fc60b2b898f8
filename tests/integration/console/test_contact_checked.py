"""An administrator checked the agency's contact, on a day that the public site shows (issue 3; R-WEB-2)."""

from typing import LiteralString

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_check_contact
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.prove.markers import proves
from tests.support.taken import Elsewhere, name, taken_console
from tests.unit.server.faces.matrix import Whose

ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)


def test_the_admin_says_that_it_was_checked_and_the_log_says_what(office: Office) -> None:
    before = agencies.agency(office.story.agency)
    assert agencies.contact_checked_at(before.id) is None
    admin = sign_in(ADMIN)
    assert "nobody has checked it yet" in admin.get("/on-call/").content.decode()
    assert before.contact in admin.get("/on-call/contact/").content.decode()
    assert send(admin, "/on-call/contact/", contact=before.contact).status_code == 302
    assert agencies.contact_checked_at(before.id) is not None
    assert agencies.contact_checked_at(office.other_agency) is None
    assert agencies.agency(before.id).contact == before.contact
    [entry] = office.story.entries(Verb.CONTACT_CHECKED)
    assert (entry.case, entry.reason) == (None, before.contact)
    assert "The site says that it was checked on" in admin.get("/on-call/").content.decode()


def test_what_has_changed_since_it_was_shown_was_not_checked(office: Office) -> None:
    with pytest.raises(Refused, match="contact-changed"):
        do_check_contact("86 111", actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))
    assert office.story.entries(Verb.CONTACT_CHECKED) == []


WITHOUT_AN_ENTRY = (
    "contact_checked_at = 1, contact_checked_by = id",
    "office_hours = 'Day and night'",
    "on_call_urgent = 'nobody'",
    "duty_inspector = 'nobody'",
)


@pytest.mark.parametrize("change", WITHOUT_AN_ENTRY)
@proves("S71", drop="drop trigger audited on agencies_agency", row="office_hours = 'Day and night'")
def test_the_console_changes_nothing_of_the_directory_without_an_entry_that_names_it(
    office: Office, change: LiteralString
) -> None:
    story = office.story
    refused = pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="without an audit entry that names it")
    with refused, taken_console(story) as console:
        console.execute(f"update agencies_agency set {change}")  # noqa: S608  # words above
    with refused, taken_console(story) as console:  # nor with one of another agency's log
        console.execute(f"update agencies_agency set {change} where id = %s", [story.agency])  # noqa: S608
        console.execute("select set_config('offmon.agency', %s, true)", [office.other_agency])
        there = Elsewhere(office.other_agency, None, story.officer)
        name(console, there, Verb.CONTACT_CHECKED, "agencies_agency", story.agency)
    with taken_console(story) as console:
        console.execute(f"update agencies_agency set {change} where id = %s", [story.agency])  # noqa: S608
        here = Elsewhere(story.agency, None, story.officer)
        name(console, here, Verb.CONTACT_CHECKED, "agencies_agency", story.agency)
    assert agencies.contact_checked_at(story.agency) is None, "an officer's role does not include it"


@proves("S94", drop="grant update (role) on agencies_staff to offmon_console")
def test_the_console_says_of_no_member_of_staff_who_they_are(office: Office) -> None:
    for column in ("role", "agency_id", "team_id", "sign_in", "display_name", "salt"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            office.story.database.connect("offmon_console") as console,
        ):
            console.execute(f"update agencies_staff set {column} = {column}")  # noqa: S608  # words above


@proves("S71", drop="grant update (contact_checked_at, contact_checked_by) on agencies_agency to offmon_website")
def test_no_process_but_the_console_says_that_it_was_checked(office: Office) -> None:
    statement = b"update agencies_agency set contact_checked_at = 0, contact_checked_by = id"
    for process in ("offmon_website", "offmon_portal", "offmon_assurance", "offmon_worker", "offmon_operator"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            office.story.database.connect(process) as hand,
        ):
            hand.execute(statement)
