"""A bundle of a case in which somebody changed their mind: it verifies, and shows both words (R-AI-5, R-EVD-21)."""

import pytest

from offmon.core.bundle import layout, opened, read
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Ms
from offmon.core.log.records import DecisionOutcome, ExportRecord
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import ExportRequest, do_approve_export, do_ask_export, do_refuse_export
from offmon.server.evidence.queries import corrected_since_built, export_of
from offmon.server.triage import queries
from offmon.server.triage.actions import BY_RULE, Correction, do_correct
from tests.integration.evidence.test_export import ask, build, export, verified
from tests.support.fake_device import now
from tests.support.refused import code_of
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


def test_an_alert_that_was_corrected_since_does_not_leave_in_a_bundle_that_calls_it_theirs(
    story: Story, vault: VaultClient
) -> None:
    decision = story.decide(DecisionOutcome.EVIDENTIAL)
    with story.console():
        request = ExportRequest("The court", "trial", Period(Ms(0), Ms(now() + 1)), tuple(story.alerts))
        asked = do_ask_export(story.case, request, actor=story.officer)
    build(story, vault, asked)
    with story.console(), story.with_keys():
        shown = queries.alert(story.alerts[0], actor=story.officer)
        assert shown is not None
        why = Correction(decision, "It was a lodger.", None)
        outcome, reason = DecisionOutcome.NOT_THIS_PERSON, "The lodger said so."
        do_correct(story.alerts[0], outcome, reason, BY_RULE, why, shown=shown.row.count, actor=story.officer)
        assert code_of(do_approve_export, asked, actor=story.supervisor) == "decided-otherwise"
        with scope(story.supervisor):
            _, record = export_of(asked)
        [changed] = corrected_since_built(record, story.case, actor=story.supervisor)
        assert (changed.id, changed.outcome) == (story.alerts[0], outcome)
        do_refuse_export(asked, "It was not this person.", actor=story.supervisor)


def test_a_bundle_that_was_refused_stands_in_the_next_one(story: Story, vault: VaultClient) -> None:
    refused = ask(story)
    build(story, vault, refused)
    with story.console():
        do_refuse_export(refused, "Too much is opened.", actor=story.supervisor)
    for late in (vault.release, vault.download):
        with pytest.raises(Refused):
            list(late(refused) or ())
    verdict = verified(story, bundle := export(story, vault))
    assert verdict.counts.items == 3
    path = layout.record_path(ExportRecord.KIND, refused)
    record = opened.read(ExportRecord, codec.load(layout.Record, read.unpack(bundle)[path], max_size=1 << 20)).it
    assert (record.refused_by, record.refused_reason) == (story.supervisor.id, "Too much is opened.")
