"""The console with its real settings, on a story's database, and staff of every role who can sign in to it."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test import Client, override_settings
from django.utils.crypto import get_random_string

from offmon.core import clock as time
from offmon.core.access.roles import Role, sees_cases
from offmon.core.access.sharing import SharingGround
from offmon.core.ids import Id, Ms
from offmon.server.agencies.actions import Sharing, do_grant_caseload, do_share_case
from offmon.server.agencies.authentication import actions as door
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.agencies.authentication.models import SecondFactor
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.web.wiring import CSRF_COOKIE_NAME
from tests.support import accounts
from tests.support.site import settings_of
from tests.support.story import Story
from tests.unit.server.faces.matrix import ROLES, Whose, is_guest

PASSWORD = "correct horse, battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # the key of everybody's invented app
ENVIRONMENT = {
    "OFFMON_SECRET_KEY": "an invented key of the tests, of no value to anyone, 0123456789",
    "OFFMON_COLUMN_KEY_FILE": "/nowhere",
    "OFFMON_CODE_KEY_FILE": "/nowhere",
    "OFFMON_DOCUMENTS": "/nowhere",
    "OFFMON_VAULT_SOCKET": "/nowhere",
    "OFFMON_CONSOLE_HOSTS": "testserver",
    "OFFMON_TRUST": "/nowhere",
    "OFFMON_INGEST_URL": "https://ingest.invalid",
    "OFFMON_CODE_IS_ENOUGH_FOR": "86,86P",
}


@dataclass
class Office:
    """A played story, and for each role four people: on the caseload, off it, of another agency, and of one that is party to the case."""

    story: Story
    staff: dict[tuple[Role, Whose], Id] = field(default_factory=dict)
    other_agency: Id = field(default_factory=new_id)
    other_team: Id = field(default_factory=new_id)
    team: Id = field(default_factory=new_id)  # none of the story's: a new case is none of their supervisors'
    party: Id = field(default_factory=lambda: Id("0" * 32))

    def open(self, password: str | None = None) -> "Office":
        """Set the other agency and everybody up. Their password is kept as Django keeps it here, or as said."""
        encoded = password or make_password(PASSWORD)
        story = self.story
        with story.database.connect_as_owner() as owner:
            owner.execute(
                "insert into agencies_agency (id, name, force_code, origin, root, contact,"
                " office_hours, on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days)"
                " values (%s, 'An invented probation service', '86P', 'other.invalid', %s, '86', 'every day, 8am to 6pm',"
                " 'the duty desk', 'the duty desk', 'the duty desk', 'the duty desk', 14)",
                [self.other_agency, story.root.public.vkey],
            )
            for team, agency in ((self.other_team, self.other_agency), (self.team, story.agency)):
                owner.execute(
                    "insert into agencies_team (id, agency_id, name) values (%s, %s, 'South')", [team, agency]
                )
        accounts.change(story.database, *(one.id for one in story.staff.values()), password=encoded)
        self.staff = {(role, whose): new_id() for role in ROLES for whose in Whose}
        people = {sign_in_name(*one): self.actor(*one) for one in self.staff}
        rows = (accounts.an_account(one, name, "Robin Invented", encoded) for name, one in people.items())
        accounts.add(story.database, *rows)
        self.party = self.give_out(story.case)
        with story.console(), story.with_keys():
            self._set_apps_up()
        return self

    def actor(self, role: Role, whose: Whose) -> Actor:
        """One of these people, at their own agency."""
        if whose in {Whose.ANOTHER_AGENCYS, Whose.PARTYS}:
            return Actor(self.staff[role, whose], role, self.other_team, self.other_agency)
        return Actor(self.staff[role, whose], role, self.team, self.story.agency)

    def give_out(self, case: Id) -> Id:
        """Whoever may have a case on their caseload has this one, here and at the agency that becomes party to it. The party's row."""
        with self.story.console():
            sharing = Sharing(self.other_agency, SharingGround.LICENCE, "", "they supervise the licence")
            party = do_share_case(case, sharing, actor=self.story.officer)
            for (their_role, whose), staff in self.staff.items():
                if (whose is Whose.OWN and sees_cases(their_role)) or is_guest(their_role, whose):
                    do_grant_caseload(case, staff, "works on it", actor=self.story.officer)
        return party

    def _set_apps_up(self) -> None:
        """Everybody set their app up, by a code of an hour ago, so that each code of now is unused."""
        an_hour_ago = Ms(clock.now() - time.HOUR_MS)
        code = code_of(SECRET, step_of(an_hour_ago))
        own = (replace(self.actor(*one), session=new_id()) for one in self.staff)
        everybody = [*self.story.staff.values(), *own]
        show = door.show  # at its own time: the database takes none of an hour ago
        then = SimpleNamespace(now=lambda: an_hour_ago)
        with patch.multiple(door, clock=then, show=lambda factor, actor: show(factor, actor, at=clock.now())):
            for one in everybody:
                enclosed = column_key().enclose(SECRET, SecondFactor, one.id, "secret")
                door.do_set_up_factor(enclosed, code, actor=one)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The console, as its process runs it."""
        with self.story.console(), override_settings(**settings_of("console", ENVIRONMENT)), self.story.with_keys():
            yield


def sign_in_name(role: Role, whose: Whose) -> str:
    return f"{role.value}-{whose.name.lower()}"


def sign_in(name: str, password: str = PASSWORD) -> Client:
    """A browser in which someone signed in, by forms sent with the browser's token. What the pages of those forms show is shown elsewhere
    (`test_signing_in`, `test_second_factor`, and each test in a real browser): to open both again is half of what signing in takes.
    """
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies[CSRF_COOKIE_NAME] = get_random_string(CSRF_SECRET_LENGTH)
    for path, given in (("/sign-in/", {"sign_in": name, "password": password}), ("/sign-in/code/", {})):
        own = {"csrfmiddlewaretoken": browser.cookies[CSRF_COOKIE_NAME].value}
        answer = browser.post(path, own | (given or {"code": next_code(name)}))
        assert answer.status_code == 302, answer.content.decode()
    return browser


_given: dict[tuple[str, str], int] = {}


def next_code(name: str) -> str:
    """A code of someone's app that they have not given yet in this test: of now, or else the one that comes next, which counts already."""
    now, whose = step_of(clock.now()), (str(connection.settings_dict["NAME"]), name)
    step = max(now, _given.get(whose, 0) + 1)
    assert step <= now + 1, "a code is used once: let someone else sign in, or keep the browser"
    _given[whose] = step
    return code_of(SECRET, step)


def sign_in_as(office: Office, role: Role, whose: Whose) -> Client:
    """… as one of the office's people; a guest turns to the cases of the agency that leads."""
    browser = sign_in(sign_in_name(role, whose))
    if is_guest(role, whose):
        answer = send(browser, "/working-for/", agency=office.story.agency)
        assert answer.status_code == 302, answer.content.decode()
    return browser


def hidden(page: Any) -> dict[str, str]:
    """What the form of a page sends along unseen."""
    inputs = re.findall(r'<input type="hidden"[^>]*>', page.content.decode())
    pairs = (re.search(r' name="([^"]+)".* value="([^"]*)"', one) for one in inputs)
    return {found[1]: html.unescape(found[2]) for found in pairs if found is not None}


def send(browser: Client, path: str, **given: Any) -> HttpResponse:
    """Open a page, and send its form as a browser would."""
    page = browser.get(path)
    along = hidden(page)
    assert along, f"{path}: {page.status_code}, without a form"
    answer: Any = browser.post(path, along | given)
    return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it


def decide(browser: Client, alert: str, **given: Any) -> HttpResponse:
    """Open an alert's page, and send the decision on it."""
    along = hidden(browser.get(f"/alerts/{alert}/"))
    answer: Any = browser.post(f"/alerts/{alert}/decide/", along | given)
    return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it


def send_checked(browser: Client, path: str, button: str = "record", **given: Any) -> HttpResponse:
    """… and press a button on the page on which they check their answers."""
    checked = send(browser, path, **given)
    assert "Check your " in checked.content.decode(), checked.content.decode()
    answer: Any = browser.post(path, hidden(checked) | {"step": button})
    return answer  # type: ignore[no-any-return]  # as above
