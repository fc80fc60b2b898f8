"""A list that can raise an urgent alert, and somebody who would answer one: a rota without a gap, and channels that showed themselves."""

from collections.abc import Iterable

from offmon.core.alerts.reaching import ChannelKind, TryOutcome
from offmon.core.alerts.rota import Shift, Tier
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import ListEntry
from offmon.core.clock import DAY_MS
from offmon.core.formats.event import Gravity
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms, Slug
from offmon.server.agencies.rota.actions import do_set_shift
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.policies import Process
from offmon.server.detectors.actions import do_approve, do_draft_list, do_sign
from offmon.server.reaching.actions import do_add_channel, do_begin_try, do_end_try, do_test_channel
from tests.support.checked import administrator
from tests.support.fake_device import now
from tests.support.story import Story, a_list


def urgent_list(story: Story) -> None:
    """The next version of the story's list of sites, with one entry that is urgent."""
    entry = ListEntry(Slug("host"), "listed.invalid", Gravity.URGENT)
    with story.console():
        row = do_draft_list(a_list(Capability.SITE, entry, version=2), actor=story.officer)
        do_approve(row, actor=story.supervisor)
    with story.running(Process.SIGNER):
        do_sign(row, story.keys[KeyRole.LIST], actor=story.signer)


def fill_rota(story: Story) -> None:
    """For eight days the colleague is first on call for the whole agency, and the supervisor is the duty inspector."""
    at, admin = now(), administrator(story)
    with story.console():
        for tier, who in ((Tier.FIRST, story.colleague), (Tier.INSPECTOR, story.supervisor)):
            for since, until in ((0, 7), (7, 8)):
                shift = Shift(None, tier, who.id, Ms(at + since * DAY_MS), Ms(at + until * DAY_MS))
                do_set_shift(shift, actor=admin)


def reach(story: Story, people: Iterable[Actor]) -> None:
    """Each has a mailbox to which a test message went now."""
    notify = service(Service.NOTIFY, story.agency)
    for who in people:
        with story.console(), story.with_keys():
            channel = do_add_channel(ChannelKind.EMAIL, f"{who.id}@police.invalid", actor=who)
            message = do_test_channel(channel, actor=who)
        with story.running(Process.NOTIFY), story.with_keys():
            attempt = do_begin_try(message, channel, 1, actor=notify)
            do_end_try(attempt, TryOutcome.SENT, actor=notify)


def somebody_answers(story: Story) -> None:
    """Both."""
    fill_rota(story)
    reach(story, (story.colleague, story.supervisor))
