"""A device that stops, in a real browser: the officer finds the task, looks at its days, and says what they found (issue 20)."""

from dataclasses import replace

from django.db.models import F
from playwright.sync_api import Browser

from offmon.core.clock import DAY_MS, HOUR_MS
from offmon.core.formats.event import GapLeaf, GapReason, NoteKind, NoteLeaf
from offmon.core.ids import Ms
from offmon.server.base.policies import Process
from offmon.server.intake.models import Liveness
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import glance
from tests.support.fake_device import now


def ago(hours: int) -> Ms:
    return Ms(now() - hours * HOUR_MS)


def stopped(face: Face) -> None:
    """It was switched off for two hours, hidden for two, and then silent for two days by our clock."""
    story, device = face.story, face.story.device
    device.note(NoteKind.STOPPED, at=ago(5))
    for reason, since, until in ((GapReason.AGENT_DOWN, 5, 3), (GapReason.NOT_VISIBLE, 3, 1)):
        device.gap(reason)
        leaf = device.leaves[-1]
        assert isinstance(leaf, GapLeaf)
        device.leaves[-1] = replace(leaf, gap=replace(leaf.gap, since=ago(since), until=ago(until)))
    device.note(NoteKind.STARTED, at=ago(3))
    note = device.leaves[-1]
    assert isinstance(note, NoteLeaf)
    device.leaves[-1] = replace(note, note=replace(note.note, count=120))
    story.send()
    with story.running(Process.INGEST):
        Liveness.objects.update(heard_at=F("heard_at") - 2 * DAY_MS, clock_off_since=ago(3))


def test_the_officer_finds_the_task_and_says_what_they_found(chromium: Browser, face: Face) -> None:
    face.apart(lambda: stopped(face))
    case = f"/cases/{face.story.case}/"
    with at_desk(chromium, face, "officer") as page:
        for name in ("", "monitoring/", "devices/"):
            page.goto(case + name)
            glance(page, f"stopped-{name.strip('/') or 'case'}")
        page.goto("/")
        glance(page, "stopped-start")
        page.get_by_role("link", name="Nothing heard").click()
        glance(page, "stopped-found")
        page.get_by_label("Nothing heard").check()
        page.get_by_label("The device is broken or in repair").check()
        page.get_by_label("Note").fill("It is being repaired.")
        page.get_by_label("Where is it from?").fill("The person, by phone")
        page.get_by_role("button", name="Record what you found").click()
        assert page.get_by_text("The task is done.").is_visible()
        glance(page, "stopped-done")
        page.goto("/")
        assert page.get_by_role("link", name="Clock wrong").is_visible()
        assert not page.get_by_role("link", name="Nothing heard").is_visible()
