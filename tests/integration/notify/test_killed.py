"""The real process, killed after the mail server took a mail and before it said so: told once more at most, and never less (issue 20)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from offmon.core.alerts.reaching import LOST_MS, WAITS_MS
from offmon.server.base.columns import derived
from offmon.server.base.policies import Process
from tests.integration.notify.office import MAIL, add, later, told
from tests.support.mailbox import FROM, Mailbox
from tests.support.patience import PATIENCE_S
from tests.support.story import Story


@contextmanager
def running(story: Story, mailbox: Mailbox) -> Iterator[subprocess.Popen[bytes]]:
    """The process, with no more than its own key and role."""
    key = story.folder / "reaching"
    key.write_bytes(derived((story.folder / "column").read_bytes(), "reaching"))
    environment = {
        "PATH": os.defpath,
        "OFFMON_DATABASE_URL": story.database.url(Process.NOTIFY),
        "OFFMON_REACHING_KEY_FILE": str(key),
        "OFFMON_SMTP_SERVER": f"127.0.0.1:{mailbox.port}",
        "OFFMON_SMTP_FROM": FROM,
    }
    log = Path(story.folder / "notify.log")
    with log.open("ab") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "offmon.server.processes.notify"], env=environment, stderr=written
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_before_it_knew_it_tells_once_more_under_the_same_id_and_then_no_more(story: Story) -> None:
    add(story)
    mailbox = Mailbox(stalls=True)
    with mailbox.up(), running(story, mailbox) as first:
        until(lambda: any("item waits" in text for text in mailbox.texts), first)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert (1, None) in told(story), "it was written before it left"
        later(story, LOST_MS)
        mailbox.stalls = False
        with running(story, mailbox) as second:
            until(lambda: (1, "lost") in told(story), second)
            later(story, WAITS_MS[0])
            until(lambda: (2, "sent") in told(story), second)
            second.terminate()
            assert second.wait(PATIENCE_S) == 0
    texts = [text for text in mailbox.texts if "item waits" in text]
    assert len(texts) == 2
    assert (
        len(
            {
                one["Message-ID"]
                for one, text in zip(mailbox.messages, mailbox.texts, strict=True)
                if "item waits" in text
            }
        )
        == 1
    )
    assert MAIL not in (story.folder / "notify.log").read_text(), "no address in its own log"
