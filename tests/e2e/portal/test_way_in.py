"""The code from the device's page opens the person's page elsewhere: real agent, ingest, portal and browser (issue 3, "Portal")."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offmon.core.access.roles import Role
from offmon.core.formats.trust import KeyRole
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.deployments.actions import do_offer_enrolment, do_sign_profile
from tests.database import Database, Template, short_folder
from tests.e2e.portal.conftest import served
from tests.e2e.serving import face_served, free_port
from tests.integration.agent.devices import await_true
from tests.integration.agent.presence.reading import choose_pin, code_in, get_code, go_to_pin, shown
from tests.integration.agent.presence.stranger import Stranger
from tests.support.story import Story
from tests.support.taken import superuser
from trial.person import TrialPerson
from trial.places import TrialHome, reachable_code

PIN = "830194"


@dataclass(frozen=True)
class Desk:
    """Somebody who is monitored sits at their device; the portal is somewhere else."""

    paper: str
    stranger: Stranger
    story: Story
    portal: str
    elsewhere: ThreadPoolExecutor
    """Where the product's code runs in this test: Playwright has a loop in this thread, and Django refuses one."""


@pytest.fixture
def desk(migrated_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with short_folder() as folder, migrated_template.clone() as database, ThreadPoolExecutor(1) as elsewhere:
        story = elsewhere.submit(Story, database, tmp_path).result()
        paper = elsewhere.submit(_offered, story).result()
        home, port = TrialHome(folder / "run"), free_port()
        person = TrialPerson(home, reachable_code(home), f"http://127.0.0.1:{port}")
        try:
            with ingest_served(story, database, port), served(story, database) as portal:
                person.start_display()
                person.enrol(paper)
                elsewhere.submit(_signed, story).result()
                monkeypatch.setenv("DISPLAY", person.display)
                stranger = Stranger(person.display)
                stranger.await_window_manager()
                person.start_agent()
                await_true(person.collects)
                yield Desk(paper, stranger, story, portal, elsewhere)
                stranger.leave()
        finally:
            person.stop()
            shutil.rmtree(folder / "run", ignore_errors=True)


def _offered(story: Story) -> str:
    """Everything up to the code on the person's paper."""
    for step in (story.orders, story.lists, story.authorise, story.make_key, story.serve_notice):
        step()
    with story.with_keys(), story.console():
        story.settle_device()
        return do_offer_enrolment(story.deployment, actor=story.officer).text


def _signed(story: Story) -> None:
    """The signer signs the profile of the device that enrolled itself."""
    with superuser(story) as hand:
        ((device,),) = hand.execute("select id from deployments_device").fetchall()
    story.device.device = device.hex
    asked = story.ask_profile()
    with story.running(Process.SIGNER):
        do_sign_profile(asked, story.signing(), actor=story.signer)


@contextmanager
def ingest_served(story: Story, database: Database, port: int) -> Iterator[None]:
    """Ingest as a process of its own, which signs receipts with the story's key."""
    receipt = story.keys[KeyRole.RECEIPT]
    (story.folder / "receipt").write_bytes(receipt.private.private_bytes_raw())
    told = {
        "OFFMON_DATABASE_URL": database.url(Process.INGEST),
        "OFFMON_INGEST_URL": f"http://127.0.0.1:{port}",
        "OFFMON_CODE_KEY_FILE": str(story.folder / "code"),
        "OFFMON_RECEIPT_KEY_FILE": str(story.folder / "receipt"),
        "OFFMON_RECEIPT_KEY_NAME": receipt.name,
        "OFFMON_TRUST": str(story.trust_path()),
    }
    with face_served("offmon.server.faces.ingest.wsgi", told, story.folder / "ingest.log", port):
        yield


def begin(page: Page, address: str, name: str, code: str) -> None:
    page.goto(f"{address}/en/first/")
    page.get_by_label("Your sign-in name").fill(name)
    page.get_by_label("Your code").fill(code)
    page.get_by_label("Choose a PIN").fill(PIN)
    page.get_by_label("Enter the PIN again").fill(PIN)
    page.get_by_role("button", name="Continue").click()


def test_the_code_that_the_device_shows_signs_in_at_the_portal_once(desk: Desk, chromium: Browser) -> None:
    stranger = desk.stranger
    go_to_pin(stranger)
    choose_pin(stranger, desk.paper)
    shown(stranger, "What is looked for")
    given = code_in(get_code(stranger, "Your sign-in name"))

    page = chromium.new_page()
    begin(page, desk.portal, given.name, given.code)
    page.wait_for_url("**/en/now/")
    assert page.get_by_role("heading", name="What is monitored now").is_visible()
    assert page.get_by_text("visits to sites that are on a list").first.is_visible()
    page.close()

    page = chromium.new_page()
    begin(page, desk.portal, given.name, given.code)
    page.get_by_text("no longer works").first.wait_for()
    page.close()

    made, signed_in = desk.elsewhere.submit(desk.story.entries, Verb.DEVICE_ACCESS_MADE, Verb.PERSON_SIGNED_IN).result()
    assert [made.actor.role, signed_in.actor.role] == [Role.SERVICE, Role.SUPERVISED_PERSON]
    assert made.touched[0].id == signed_in.touched[0].id
