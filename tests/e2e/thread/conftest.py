"""The trial's whole system, a person whose browser opened its pages, and a browser for the officer."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.database import short_folder
from tests.e2e.pressing import sign_in
from tests.e2e.serving import chromium, opened
from tests.support.loopback import Loopback, may_watch
from trial.apps import next_code, way_in
from trial.invented import OFFICER
from trial.person import TrialPerson
from trial.places import TrialHome, reachable_code
from trial.ports import FREE, held
from trial.raising import Raised, raised
from trial.thread import Thread

__all__ = ["chromium"]


@dataclass(frozen=True)
class Played:
    """What has happened by the time the officer looks."""

    system: Raised
    person: TrialPerson
    thread: Thread
    wire: Loopback | None
    """The loopback, watched for the unlisted and excluded pages' mark since before there was one. Only root may watch."""

    @property
    def persons(self) -> dict[str, int]:
        """The processes of the person's own account that belong to the thread."""
        assert self.thread.browser is not None
        return {"agent": self.person.agent_pid, **self.thread.browser.pids()}


@pytest.fixture(scope="package")
def played() -> Iterator[Played]:
    """The device is enrolled, collects, and its browser has opened listed, unlisted and excluded pages."""
    with short_folder() as folder, held(FREE) as ports:
        home = TrialHome(folder / "run")
        code = reachable_code(home)
        person = TrialPerson(home, code, f"http://127.0.0.1:{ports['ingest']}")
        try:
            person.start_display()
            with raised(home, code, ports, lambda _: None, environ={}) as system:
                thread = Thread(system, person)
                wire = Loopback((thread.marker,)) if may_watch() else None
                try:
                    thread.enrolment()
                    thread.profile()
                    thread.shown_to_work()
                    thread.pages()
                    yield Played(system, person, thread, wire)
                finally:
                    person.stop()
                    thread.close()
        finally:
            person.stop()
            shutil.rmtree(folder / "run", ignore_errors=True)


@pytest.fixture
def desk(played: Played, chromium: Browser) -> Iterator[Page]:
    """The officer, signed in through the form."""
    address = played.system.stack.url("console")
    by = way_in(played.system.stack.home, OFFICER)
    with opened(chromium, address) as page:
        page.goto("/")
        sign_in(page, OFFICER, by.password, next_code(by.secret))
        yield page
