"""An approver reads before release the figures that the verifier counts afterwards (design §1.8)."""

from dataclasses import replace

from offmon.core.bundle.count import Counts
from offmon.core.clock import HOUR_MS, MINUTE_MS, Period
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.bundle_contents import BundleContents, contents_of
from offmon.server.orders.actions import do_end_instrument
from tests.integration.evidence.test_exhibit import ask as ask_seal
from tests.integration.evidence.test_export import ask, build, release, take, verified
from tests.support import accounts
from tests.support.fake_device import now
from tests.support.story import Story


def shown(story: Story, export: Id, who: str = "supervisor") -> BundleContents | None:
    with story.console(), story.with_keys():
        return contents_of(export, actor=story.staff[who])


def of_the_payload(counts: Counts) -> Counts:
    """Without what a bundle goes on to say after it was built."""
    return replace(counts, entries=0, entries_withheld=0, changed_since=0)


def test_the_approver_is_told_what_the_verifier_counts(story: Story, vault: VaultClient) -> None:
    story.decide(DecisionOutcome.EVIDENTIAL)
    vault.seal(ask_seal(story))
    first = story.device.leaves[1]
    assert isinstance(first, DisclosureLeaf)
    at = first.envelope.claim.event_at
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed", actor=story.officer)
    story.sign(story.ask_profile())
    story.device.gap()
    story.disclose(2, under=story.profiles[0])  # refused on receipt
    story.send()
    asked = ask(story, Period(at, Ms(at + 1)))
    build(story, vault, asked)
    contents = shown(story, asked)
    assert contents is not None
    release(story, vault, asked)
    counts = verified(story, take(story, vault, asked)).counts
    assert of_the_payload(contents.counts) == of_the_payload(counts)
    assert (counts.refused, counts.gaps, counts.exhibits, counts.alerts) == (2, 1, 1, 1)
    assert len(contents.items) == counts.shown > 0
    assert [one.reference for one in contents.exhibits] == ["AB1"]
    assert ("The court's own words of a term: they may name people the order protects", 2) in contents.left_out
    assert sum(count for words, count in contents.left_out if words.startswith("Disclosure refused")) == 2


def test_before_it_is_built_it_says_what_nobody_has_opened(story: Story) -> None:
    first = story.device.leaves[1]
    assert isinstance(first, DisclosureLeaf)
    at = first.envelope.claim.event_at
    asked = ask(story, Period(Ms(at + MINUTE_MS), Ms(at + HOUR_MS)))
    story.publish()
    contents = shown(story, asked)
    assert contents is not None
    assert (contents.items, contents.counts.shown, contents.counts.withheld) == ((), 0, 3)
    assert ("Disclosure left closed: nobody has decided on it yet", 3) in contents.left_out


def test_reading_it_is_a_consultation_and_off_the_caseload_there_is_nothing(story: Story) -> None:
    asked = ask(story)
    assert shown(story, asked) is not None
    [entry] = story.entries(Verb.EXPORT_CONSULTED)
    assert (entry.actor.id, entry.case) == (story.supervisor.id, story.case)
    accounts.change(story.database, story.stranger.id, role=story.supervisor.role)
    stranger = replace(story.stranger, role=story.supervisor.role)
    with story.console(), story.with_keys():
        assert contents_of(asked, actor=stranger) is None
    assert len(story.entries(Verb.EXPORT_CONSULTED)) == 1
