"""How people reach the agency was tried by its administrator, on a day that the public site shows (issue 3; R-WEB-2)."""

import psycopg
import pytest

from offmon.core.audit import Verb
from offmon.core.errors import Refused
from offmon.core.roles import Role
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_check_contact
from offmon.server.base.actor import Actor
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.unit.server.faces.matrix import Whose

ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)


def test_the_admin_says_that_it_was_checked_and_the_log_says_what(office: Office) -> None:
    before = agencies.agency(office.story.agency)
    assert before.contact_checked_at is None
    admin = sign_in(ADMIN)
    assert "nobody has checked this yet" in admin.get("/on-call/").content.decode()
    assert before.contact in admin.get("/on-call/contact/").content.decode()
    assert send(admin, "/on-call/contact/", contact=before.contact).status_code == 302
    after = agencies.agency(office.story.agency)
    assert after.contact_checked_at is not None
    assert (after.contact, agencies.agency(office.other_agency).contact_checked_at) == (before.contact, None)
    [entry] = office.story.entries(Verb.CONTACT_CHECKED)
    assert (entry.case, entry.reason) == (None, before.contact)
    assert "It says that this was checked on" in admin.get("/on-call/").content.decode()


def test_what_has_changed_since_it_was_shown_was_not_checked(office: Office) -> None:
    admin = Actor(office.staff[Role.TENANT_ADMIN, Whose.OWN], Role.TENANT_ADMIN, None, office.story.agency)
    with pytest.raises(Refused) as refusal:
        do_check_contact("86 111", actor=admin)
    assert refusal.value.code == "contact-changed"
    assert office.story.entries(Verb.CONTACT_CHECKED) == []


def test_no_process_but_the_console_says_that_it_was_checked(office: Office) -> None:
    statement = b"update agencies_agency set contact_checked_at = 0, contact_checked_by = id"
    for process in ("offmon_website", "offmon_portal", "offmon_assurance", "offmon_worker", "offmon_operator"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            office.story.database.connect(process) as hand,
        ):
            hand.execute(statement)
