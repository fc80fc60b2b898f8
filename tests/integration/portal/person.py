"""The supervised person of a story, at a browser in front of the portal."""

import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client, override_settings

from offmon.core import clock as time
from offmon.core.access import portal_access
from offmon.core.access.portal_access import WayIn
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Ms
from offmon.core.person import delay
from offmon.server.base.columns import contacts_key, derived, person_key
from offmon.server.base.policies import Process
from offmon.server.deployments.queries import device_by_key
from offmon.server.rights.actions import do_keep_way_in, do_make_access
from offmon.server.rights.keys import access_key
from tests.server import as_process
from tests.support.site import settings_of
from tests.support.story import Story

PIN = "830194"
DAYS = 14
"""The delay of the story's case."""
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def later(days: int) -> AbstractContextManager[object]:
    """The delay is asked whole days from now; whoever sits there has not aged."""
    rule = delay.shown_before
    return patch.object(delay, "shown_before", lambda at, told_after: rule(Ms(at + days * time.DAY_MS), told_after))


@dataclass
class Person:
    """Someone who was given a way in. `browser` is theirs, and keeps its cookies."""

    story: Story
    browser: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=False))
    name: str = ""  # by which they began

    def is_given_a_way_in(self) -> WayIn:
        """By the officer."""
        with self.story.console(), self.story.with_keys():
            return do_make_access(self.story.case, actor=self.story.officer)

    def send(self, path: str, **given: Any) -> HttpResponse:
        """Open a page, and send its form as a browser would."""
        page = self.browser.get(path)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.content)
        assert token is not None, f"{path}: {page.status_code}, without a form"
        answer: Any = self.browser.post(path, {**given, "csrfmiddlewaretoken": token[1].decode()})
        return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it

    def begins(self, way_in: WayIn, pin: str = PIN, **changed: str) -> HttpResponse:
        """The first visit."""
        self.name = way_in.name
        given = {"name": way_in.name, "code": way_in.code, "pin_new": pin, "pin_again": pin}
        return self.send("/en/first/", **{**given, **changed})

    def signs_in(self, way_in: WayIn, pin: str = PIN) -> HttpResponse:
        """A later visit."""
        return self.send("/en/", name=way_in.name, pin=pin)


def signed_in(story: Story) -> Person:
    """Given a way in by the officer, and in by it."""
    person = Person(story)
    way_in = person.is_given_a_way_in()
    with portal(story):
        assert person.begins(way_in).status_code == 302
    return person


def draws(story: Story) -> WayIn:
    """The person's device draws a way in, and ingest keeps it."""
    given = portal_access.draw(secrets.choice)
    with story.running(Process.INGEST):
        known = device_by_key(story.device.signing.public.keyid)
        assert known is not None
        do_keep_way_in(story.device.draw(given), known, PublicKey.parse(known.vkey), actor=story.ingest)
    return given


@contextmanager
def portal(story: Story) -> Iterator[None]:
    """The portal as its process runs it: its settings, its role, and of the console's keys the three that are made from them."""
    settings = settings_of("portal", environment(story, "testserver"))
    for kept in (person_key, contacts_key, access_key):
        kept.cache_clear()
    try:
        with as_process(story.database, Process.PORTAL), override_settings(**settings):
            yield
    finally:
        for kept in (person_key, contacts_key, access_key):
            kept.cache_clear()


def environment(story: Story, host: str) -> dict[str, str]:
    """What the portal's own process is told, its database excepted."""
    for name, source in (("person", "column"), ("contacts", "column"), ("access", "code")):
        (story.folder / f"{name}-key").write_bytes(derived((story.folder / source).read_bytes(), name))
    return {
        "OFFMON_SECRET_KEY": "an invented key of the tests, of no value to anyone, 0123456789",
        "OFFMON_PERSON_KEY_FILE": str(story.folder / "person-key"),
        "OFFMON_CONTACTS_KEY_FILE": str(story.folder / "contacts-key"),
        "OFFMON_ACCESS_KEY_FILE": str(story.folder / "access-key"),
        "OFFMON_PORTAL_HOSTS": host,
        "OFFMON_TRUST": str(story.trust_path()),
    }
