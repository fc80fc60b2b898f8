"""What was found under an agreement that the person withdrew since: a court sees when it ended, and that no more came (R-LEG-20)."""

from offmon.core.bundle import read
from offmon.core.ids import Ms
from offmon.server.base.vault import VaultClient
from offmon.server.orders.agreements.actions import do_take_down_withdrawal
from tests.integration.evidence.test_export import export, verified
from tests.support.agreed import agreed_to
from tests.support.fake_device import now
from tests.support.kept import keeping
from tests.support.story import Story

stories, database, story = keeping(agreed_to)


def test_its_bundle_verifies_with_what_came_before_and_what_came_after_is_refused(
    story: Story, vault: VaultClient
) -> None:
    [item] = story.profiles[-1].agreed
    story.disclose(2)
    story.send()
    with story.console():
        do_take_down_withdrawal(item, Ms(now() - 1), "By phone.", actor=story.officer)
    story.sign(story.ask_profile())
    story.disclose(1, under=story.profiles[0])
    story.send()
    story.group()
    story.decide()
    bundle = export(story, vault)
    counts = verified(story, bundle).counts
    assert (counts.items, counts.refused) == (3, 1)
    held = read.unpack(bundle)
    assert [name for name in held if "/withdrawal/" in name]
    report = held["data/report.html"].decode()
    for said in ("Voluntary agreement", "Jo Invented", "withdr"):
        assert said in report
