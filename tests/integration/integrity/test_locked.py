"""What two people had erased, for want of authority, agrees with the log: each leaf is as its batch's newest entry left it."""

from pathlib import Path

from offmon.core.clock import HOUR_MS
from offmon.core.ids import Ms
from offmon.core.log.quarantine import LateChoice
from offmon.server.base.policies import Process
from offmon.server.intake.quarantine.actions import do_agree_late, do_ask_late, do_erase_late, lock_late
from offmon.server.intake.quarantine.queries import quarantines_of
from offmon.server.orders.actions import do_end_instrument
from tests.integration.integrity.walking import walking
from tests.support.fake_device import now
from tests.support.story import Story


def test_what_was_locked_and_erased_is_no_mismatch(story: Story, tmp_path: Path) -> None:
    with walking(story, tmp_path) as watch:
        assert watch.look() == set()
        with story.console():
            do_end_instrument(story.instrument, Ms(now() - HOUR_MS), "quashed", actor=story.officer)
        with story.running(Process.VAULT):
            lock_late(story.case, actor=story.vault)
        assert watch.look() == set()
        with story.console():
            [one] = quarantines_of(story.case, actor=story.officer)
            asked = do_ask_late(one.id, LateChoice.ERASE, "It was quashed.", actor=story.officer)
            do_agree_late(asked, actor=story.supervisor)
        with story.running(Process.VAULT):
            assert do_erase_late(asked, actor=story.vault) == 3
        assert watch.look() == set()
