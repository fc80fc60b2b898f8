"""What was around a finding raises nothing: it stands beside its alert, opens by itself, and in a bundle with it (issue 19; S182)."""

from dataclasses import replace

import pytest

from offmon.core.bundle.read import read_bag
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Count, Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome, LeafPlace, WithheldDisclosure
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import do_ask_export, do_ask_reveal
from offmon.server.triage.queries import AlertView
from offmon.server.triage.queries.occurrences import Occurrence
from tests.integration.evidence.test_export import build, export, release, take, verified
from tests.support.around import BODY, allow, around
from tests.support.exports import everything
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story


def found(story: Story) -> tuple[int, int]:
    """A finding under the order, then what was around it; their numbers."""
    allow(story)
    story.disclose()
    number = len(story.device.leaves) - 1
    story.send()
    story.group()
    return number, around(story)


def arrive(story: Story) -> None:
    story.send()
    before = story.alerts
    story.group()
    assert story.alerts == before  # no alert is made, and none comes back to the queue


def contexts(shown: AlertView) -> list[Occurrence]:
    return [one.context for one in shown.occurrences if one.context is not None]


@pytest.mark.parametrize("decided", [False, True])
def test_it_is_attached_and_counts_for_nothing(story: Story, *, decided: bool) -> None:
    _, number = found(story)
    if decided:
        story.decide(DecisionOutcome.EVIDENTIAL)
    alert, raised = story.alert(), story.entries(Verb.ALERT_RAISED)
    if decided:
        story.group()
        assert story.alerts == []
        story.alerts = [alert.row.id]
    assert contexts(alert) == []
    assert [one.allows_context for one in alert.occurrences] == [False, False, False, True]
    story.send()
    story.raise_alerts()
    after = story.alert()
    [context] = contexts(after)
    assert (context.place.n, context.follows) == (number, True)
    assert (after.state, after.row.times, after.row.count, after.row.gravity) == (
        *(alert.state, alert.row.times, alert.row.count, alert.row.gravity),
    )
    assert after.explanations == alert.explanations
    assert story.entries(Verb.ALERT_RAISED) == raised


def ask(story: Story, leaf: Id, place: LeafPlace, *others: Id) -> Id:
    with story.console():
        return do_ask_reveal(story.alerts[0], leaf, place, "to decide it", others=others, actor=story.officer)


def test_the_vault_opens_it_by_a_request_of_its_own(story: Story, vault: VaultClient) -> None:
    found(story)
    arrive(story)
    load = story.alert().occurrences[-1]
    assert load.context is not None
    [shown] = vault.reveal(ask(story, load.context.leaf, load.context.place)).matches
    assert shown.body == BODY
    assert len(story.entries(Verb.CONTENT_REVEALED)) == 1
    assert code_of(vault.reveal, ask(story, load.leaf, load.place, load.context.leaf)) == "other-alert"


def test_one_that_goes_with_no_finding_is_shown_and_opened_nowhere(story: Story, vault: VaultClient) -> None:
    found(story)
    leaf = story.device.leaves[-1]
    assert isinstance(leaf, DisclosureLeaf)
    story.device.leaves.pop()
    around(story, event_at=Ms(leaf.envelope.claim.event_at + 1))
    arrive(story)
    assert contexts(story.alert()) == []
    data = export(story, vault)
    assert verified(story, data).counts.shown == 4


def test_it_opens_in_a_bundle_with_its_alert_and_the_verifier_agrees(story: Story, vault: VaultClient) -> None:
    found(story)
    arrive(story)
    data = export(story, vault)
    assert verified(story, data).counts.shown == 5  # four findings, and what was around the last
    report = read_bag(data).payload["data/report.html"].decode()
    assert "which sites were opened within five minutes of a finding" in report
    assert all(f"{line}" in report for line in (BODY.context_before, BODY.context_after))


def test_with_its_finding_it_is_withheld(story: Story, vault: VaultClient) -> None:
    number, _ = found(story)
    arrive(story)
    place = LeafPlace(story.device.device, story.device.epoch, Count(number))
    why = WithheldDisclosure(place, WithholdingGround.PRIVILEGE, "A solicitor's page (invented).")
    with story.console():
        period = Period(Ms(now() - DAY_MS), Ms(now()))
        asked = do_ask_export(
            story.case, replace(everything(story, "The court", "trial", period), withheld=(why,)), actor=story.officer
        )
    build(story, vault, asked)
    release(story, vault, asked)
    counts = verified(story, take(story, vault, asked)).counts
    assert (counts.shown, counts.withheld) == (3, 2)
