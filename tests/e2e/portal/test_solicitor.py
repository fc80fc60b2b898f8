"""A solicitor checks a client's activity record, with what the client's device wrote down (issue 18, task 14)."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from offmon.core.formats import codec
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.formats.journal import committed
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Digest, Origin
from offmon.core.person.activity_record import DeviceNotes
from offmon.server.audit import queries as log
from offmon.server.base.scope import scope
from tests.e2e.console.counting import Reading, Task
from tests.e2e.console.test_tasks import costs, measured
from tests.e2e.portal.conftest import Own, Running
from tests.e2e.portal.test_portal import begin
from tests.e2e.serving import opened
from tests.support.story import ORIGIN, Story

__all__ = ["measured"]

TAKE = "A person takes their activity record from their page"
SOLICITOR = "A solicitor checks a client’s activity record, away from the device"


def notes_of(story: Story) -> bytes:
    """What the device wrote down for the solicitor. That a real device writes it: tests/integration/agent/test_activity_record.py."""
    commits = [committed(leaf).commit for leaf in story.device.leaves if isinstance(leaf, DisclosureLeaf)]
    with story.console(), scope(story.officer):
        given = tuple(note.data for note in log.checkpoints(story.officer))
    key = story.keys[KeyRole.LOG].public.vkey
    notes = DeviceNotes(
        story.agency,
        story.case,
        story.device.device,
        Origin(ORIGIN),
        (key,),
        tuple(map(Digest, sorted(commits))),
        given,
    )
    return codec.dump(notes)


def test_a_solicitor_checks_what_the_person_took_away(
    chromium: Browser, own: Own, portal: Running, tmp_path: Path, measured: dict[str, dict[str, int]]
) -> None:
    (tmp_path / "device.json").write_bytes(portal.thread.submit(notes_of, portal.story).result())
    with opened(chromium, own.address) as page:
        begin(page, own)
        with costs(TAKE, Task(page), measured) as taking:
            taking.opens("/en/now/")
            taking.follows(page.get_by_role("link", name="What was sent"))
            taking.presses += 1
            with page.expect_download() as taken:
                page.get_by_role("link", name="Take this page away as a file to check").click()
        taken.value.save_as(tmp_path / "page.json")
    with costs(SOLICITOR, Reading(files=2), measured) as task:
        command = [sys.executable, "-m", "offmon", "told", "page.json", "--device", "device.json"]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        task.commands += 1
        task.reads(said.stdout)
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.startswith("All of this file holds.")
    assert re.search(r"before it was sent: [1-9]", said.stdout)
    assert re.search(r"as this device knew it: [1-9]", said.stdout)
