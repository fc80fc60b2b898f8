"""A bundle of a case that another agency took over: one run shows who led it when, and it verifies, as does one of before."""

from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Ms
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import ExportRequest, do_approve_export, do_ask_export, do_download
from offmon.server.triage import queries
from offmon.server.triage.actions import do_decide
from tests.integration.evidence.test_export import build, export, verified
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken_over import Receiver, taken_over


def decided_there(story: Story, receiver: Receiver) -> None:
    """The new officer looks at the alert and decides it."""
    with story.console(), story.with_keys():
        shown = queries.alert(story.alerts[0], actor=receiver.officer)
        assert shown is not None
        outcome, why, looked = DecisionOutcome.EVIDENTIAL, "Looked at in full.", "The address says enough."
        do_decide(story.alerts[0], outcome, why, shown=shown.row.count, unseen_reason=looked, actor=receiver.officer)


def exported_there(story: Story, vault: VaultClient, receiver: Receiver) -> bytes:
    """The new officer asks, and the new supervisor approves."""
    with story.console():
        request = ExportRequest("The court", "trial", Period(Ms(now() - DAY_MS), Ms(now() + 1)), tuple(story.alerts))
        asked = do_ask_export(story.case, request, actor=receiver.officer)
    build(story, vault, asked)
    with story.console():
        do_approve_export(asked, actor=receiver.supervisor)
    vault.release(asked)
    story.publish()
    with story.console():
        do_download(asked, actor=receiver.officer)
    return b"".join(vault.download(asked))


def test_a_bundle_of_before_and_one_of_after_verify(story: Story, vault: VaultClient) -> None:
    before = export(story, vault)
    receiver = taken_over(story)
    decided_there(story, receiver)
    after = exported_there(story, vault, receiver)
    assert verified(story, before).counts.undecided == 1
    counts = verified(story, after).counts
    assert (counts.alerts, counts.undecided) == (1, 0)
