"""The agency's policy document: prepared by the supervisor, agreed to by data protection, as the story's people."""

from dataclasses import replace
from typing import Any

from offmon.core import clock
from offmon.core.authority.profile import Schedule8, Sensitive
from offmon.core.ids import Id, Ms
from offmon.server.orders.actions import PolicyEntry, do_agree_policy, do_prepare_policy
from offmon.server.orders.queries import policies_for, policy_document
from tests.support.fake_device import now
from tests.support.story import PAPER, Story

NECESSARY = "Nothing milder shows what Sam visits."


def prepare_policy(story: Story, **changed: Any) -> Id:
    """A version that waits for agreement."""
    entry = PolicyEntry(
        title="Sensitive data in supervision",
        principles="Only listed places leave the device.",
        retention="What nobody decided on is erased after 90 days.",
        owner="Head of data protection",
        document=PAPER,
        since=Ms(now() - clock.DAY_MS),
        review_by=Ms(now() + 60 * clock.DAY_MS),
    )
    with story.console(), story.with_keys():
        return do_prepare_policy(replace(entry, **changed), actor=story.supervisor)


def documented(story: Story, words: str = NECESSARY, **changed: Any) -> Sensitive:
    """Why a sensitive list may be used, under a version that two people agreed to."""
    made = prepare_policy(story, **changed)
    with story.console(), story.with_keys():
        policy_document(made, actor=story.data_protection)
        do_agree_policy(made, actor=story.data_protection)
        period = next(one.period for one in policies_for(actor=story.data_protection) if one.id == made)
    return Sensitive(words, Schedule8.JUSTICE, made, period)
