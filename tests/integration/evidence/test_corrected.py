"""A bundle of a case in which a decision was corrected: it verifies, and its report shows both decisions (R-AI-5, R-EVD-21)."""

from offmon.core.bundle import read
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.vault import VaultClient
from offmon.server.triage import queries
from offmon.server.triage.actions import BY_RULE, Correction, do_correct
from tests.integration.evidence.test_export import export, verified
from tests.support.story import Story


def test_both_decisions_are_in_the_bundle_and_only_the_last_one_counts(story: Story, vault: VaultClient) -> None:
    decision = story.decide(DecisionOutcome.VISIT)
    with story.console(), story.with_keys():
        shown = queries.alert(story.alerts[0], actor=story.officer)
        assert shown is not None
        why = Correction(decision, "I pressed the wrong outcome.", "There is nothing to visit for.")
        outcome, reason = DecisionOutcome.NOT_A_MATCH, "Another place of that name."
        do_correct(story.alerts[0], outcome, reason, BY_RULE, why, shown=shown.row.count, actor=story.officer)
    bundle = export(story, vault)
    counts = verified(story, bundle).counts
    assert (counts.alerts, counts.rejected, counts.corrected) == (1, 1, 1)
    assert (counts.actions, counts.actions_open, counts.actions_cancelled) == (1, 0, 1)
    report = read.unpack(bundle)["data/report.html"].decode()
    for said in ("Corrected since: A visit follows", "Not a match", why.why, reason, why.cancelled_reason or ""):
        assert said in report
