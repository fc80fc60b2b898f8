"""The console with its real settings, on a story's database, and staff of every role who can sign in to it."""

import importlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client, override_settings

from offmon.core.ids import Id
from offmon.core.roles import Role
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.base.ids import new_id
from tests.support.story import Story
from tests.unit.server.faces.matrix import ROLES, Whose

PASSWORD = "correct horse, battery staple"
ENVIRONMENT = {
    "OFFMON_DATABASE_URL": "postgresql://offmon_console@127.0.0.1/none",  # the test's own database is put in its place
    "OFFMON_SECRET_KEY": "an invented key of the tests, of no value to anyone, 0123456789",
    "OFFMON_COLUMN_KEY_FILE": "/nowhere",
    "OFFMON_CODE_KEY_FILE": "/nowhere",
    "OFFMON_DOCUMENTS": "/nowhere",
    "OFFMON_VAULT_SOCKET": "/nowhere",
    "OFFMON_CONSOLE_HOSTS": "testserver",
}


def console_settings() -> dict[str, Any]:
    """What the console's own settings module says, less its database."""
    with patch.dict(os.environ, ENVIRONMENT):
        module = importlib.import_module("offmon.server.base.settings.console")
    return {
        name: value for name, value in vars(module).items() if name.isupper() and name not in {"DATABASES", "LOGGING"}
    }


@dataclass
class Office:
    """A played story, and for each role three people: on the caseload, off it, and of another agency."""

    story: Story
    encoded: str = field(default_factory=lambda: make_password(PASSWORD))
    staff: dict[tuple[Role, Whose], Id] = field(default_factory=dict)
    other_agency: Id = field(default_factory=new_id)

    def open(self) -> "Office":
        """Set the other agency and everybody up."""
        story, other_team = self.story, new_id()
        with story.database.connect_as_owner() as owner:
            owner.execute(
                "insert into agencies_agency (id, name, force_code, origin, root, contact,"
                " on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days)"
                " values (%s, 'An invented probation service', '86P', 'other.invalid', %s, '86',"
                " 'the duty desk', 'the duty desk', 'the duty desk', 'the duty desk', 14)",
                [self.other_agency, story.root.public.vkey],
            )
            owner.execute(
                "insert into agencies_team (id, agency_id, name) values (%s, %s, 'South')",
                [other_team, self.other_agency],
            )
            owner.execute("update agencies_staff set password = %s", [self.encoded])
            for role in ROLES:
                for whose in Whose:
                    elsewhere = whose is Whose.ANOTHER_AGENCYS
                    self.staff[role, whose] = new_id()
                    owner.execute(
                        "insert into agencies_staff (id, password, agency_id, team_id, sign_in, display_name, role, is_active)"
                        " values (%s, %s, %s, %s, %s, 'Robin Invented', %s, true)",
                        [
                            self.staff[role, whose],
                            self.encoded,
                            self.other_agency if elsewhere else story.agency,
                            other_team if elsewhere else story.officer.team,
                            sign_in_name(role, whose),
                            role.value,
                        ],
                    )
        with story.console():
            for role in ROLES:
                do_grant_caseload(story.case, self.staff[role, Whose.OWN], "works on it", actor=story.officer)
        return self

    @contextmanager
    def running(self) -> Iterator[None]:
        """The console, as its process runs it."""
        with self.story.console(), override_settings(**console_settings()), self.story.with_keys():
            yield


def sign_in_name(role: Role, whose: Whose) -> str:
    return f"{role.value}-{whose.name.lower()}"


def sign_in(name: str, password: str = PASSWORD) -> Client:
    """A browser in which someone signed in through the form, its token and all."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = send(browser, "/sign-in/", sign_in=name, password=password)
    assert answer.status_code == 302, answer.content.decode()
    return browser


def send(browser: Client, path: str, **given: Any) -> HttpResponse:
    """Open a page, and send its form as a browser would."""
    page = browser.get(path)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.content)
    assert token is not None, f"{path}: {page.status_code}, without a form"
    answer: Any = browser.post(path, {**given, "csrfmiddlewaretoken": token[1].decode()})
    return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it
