"""The doorstep sitting, as an officer does it with a telephone: from “Start an install visit” until the sheet is handed over."""

from collections.abc import Callable

from playwright.sync_api import Page

from offmon.core.formats import codec
from offmon.core.formats.event import NoteKind
from offmon.core.formats.protocol import MAX_ENROL, Code, Enrol
from offmon.core.ids import Id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_enrol
from offmon.server.deployments.queries import asked_profiles
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.e2e.console.conftest import Face
from tests.e2e.console.counting import Task
from tests.support.fake_device import FakeDevice
from tests.support.story import INGEST, Story

PHONE = {"width": 390, "height": 844}


def sitting(task: Task, face: Face, story: Story, case: str, seen: Callable[[Page, str], None]) -> None:
    """`seen`: called with each page as the officer has it before them, and its name. They go back once, to the device."""
    settled(task, case, seen)
    installed(task, face, story, seen)


def settled(task: Task, case: str, seen: Callable[[Page, str], None]) -> None:
    """Who else uses the device, the device, and the notice."""
    page = task.page
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(f"{case}monitoring/")
    task.follows(page.get_by_role("button", name="Start an install visit"))
    seen(page, "visit-others")
    task.fills("How many other people use this device?", "1")
    task.fills("How many of them have you met? (optional)", "1")
    task.chooses("Both")
    task.chooses("Yes, their own accounts, which are never monitored")
    task.presses_button("Save and continue")
    seen(page, "visit-device")
    task.chooses("Computer or laptop")
    task.chooses("The person’s own. They agree to the installation")
    task.chooses("Our agency")
    task.presses_button("Save and continue")
    seen(page, "visit-no-notice")
    page.go_back()
    task.came()
    assert page.get_by_label("Our agency").is_checked()
    task.presses_button("Save and continue")
    task.presses_button("Create the notice")
    seen(page, "visit-notice")
    task.chooses("Handed over and explained")
    for group in (
        "Did the person say in their own words what is monitored?",
        "Did the person sign to say they received it?",
    ):
        task.chooses("Yes", within=page.get_by_role("group", name=group))
    task.presses_button("Save and continue")


def installed(task: Task, face: Face, story: Story, seen: Callable[[Page, str], None]) -> None:
    """The code, the device, its test record, and the sheet."""
    page = task.page
    seen(page, "visit-install")
    task.presses_button("Create an enrolment code")
    code = Code.parse(page.locator(".frame-code").first.inner_text())
    seen(page, "visit-code")
    face.apart(lambda: enrolled(story, code))
    task.follows(page.get_by_role("button", name="I have done this: look for the device"))
    seen(page, "visit-enrolled")
    task.presses_button("Continue")
    seen(page, "visit-waiting")
    face.apart(lambda: story.sign(asked(story)))
    task.follows(page.get_by_role("button", name="Look again"))
    assert f"{INGEST}/marker" in page.inner_text("main")
    seen(page, "visit-marker")
    face.apart(lambda: marked(story))
    task.follows(page.get_by_role("button", name="Look again"))
    assert "The test record arrived" in page.inner_text("main")
    task.ticks_all()
    seen(page, "visit-arrived")
    task.presses_button("Save and continue")
    assert "Whom to call" in page.inner_text("article")
    seen(page, "visit-hand-over")
    task.chooses("No, they refused to sign")
    task.presses_button("Finish the visit", ends=True)
    assert "The visit is finished" in page.inner_text("main")
    assert "Active" in page.locator(".govuk-summary-list").first.inner_text()


def enrolled(story: Story, code: Code) -> None:
    """The device takes the code."""
    story.device, story.sent = FakeDevice(INGEST), 0
    with story.with_keys(), story.running(Process.INGEST):
        asked = codec.load(Enrol, story.device.enrol(code.secret).body, max_size=MAX_ENROL)
        story.device.enrolled(codec.dump(do_enrol(asked, actor=story.ingest)))


def asked(story: Story) -> Id:
    """The profile that the officer's page asked for."""
    with story.running(Process.SIGNER), scope(story.signer):
        return asked_profiles()[-1]


def marked(story: Story) -> None:
    """The marker page is opened on it, and its note of that arrives; the worker sees it."""
    story.device.note(NoteKind.MARKER)
    story.send()
    with story.running(Process.WORKER):
        assert jobs.begin(Each("begin"), story.worker)
