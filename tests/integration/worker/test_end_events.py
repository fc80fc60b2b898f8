"""An order that ends with an event: without a confirmation every 28 days its devices collect nothing (R-LEG-18)."""

from typing import LiteralString
from uuid import UUID

import pytest

from offmon.core.authority.end_event import GRACE_MS, EndEvent
from offmon.core.clock import DAY_MS
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_sign_profile
from offmon.server.deployments.queries.renewal import devices_to_renew
from offmon.server.orders.actions import do_end_instrument
from offmon.server.orders.end_events.actions import do_confirm_event
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import superuser


def confirm(story: Story) -> Ms:
    with story.console():
        do_confirm_event(story.instrument, EndEvent.DETERMINATION, actor=story.officer)
    return now()


def refusal(story: Story, statement: LiteralString) -> str | None:
    """Why the signer refuses the device's next profile, once somebody wrote that; None where it signs it."""
    profile = story.ask_profile()
    with superuser(story) as hand:
        hand.execute("alter table orders_event_check disable trigger user")
        hand.execute(statement)
    with story.running(Process.SIGNER), story.with_keys():
        do_sign_profile(profile, story.signing(), actor=story.signer)
    with superuser(story) as hand:
        [(why,)] = hand.execute("select refusal from deployments_profile where id = %s", [UUID(profile)]).fetchall()
    return None if why is None else str(why)


def test_a_lease_ends_with_the_confirmation_and_the_next_one_goes_on(story: Story) -> None:
    at = confirm(story)
    story.sign(story.ask_profile())
    until = story.profiles[-1].lease.until
    assert until is not None
    assert at + GRACE_MS - 5000 < until <= at + GRACE_MS
    with story.running(Process.WORKER), scope(story.worker):
        assert devices_to_renew(Ms(now() + 7 * DAY_MS), now()) == []


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("select 1", None),
        ("update deployments_profile set lease_until = lease_until + 1", "event-unconfirmed"),
        ("update orders_event_check set confirmed_at = confirmed_at + 86400000", "changed-after"),
    ],
)
def test_the_signer_signs_no_longer_lease_whoever_wrote_the_rows(
    story: Story, statement: LiteralString, why: str | None
) -> None:
    confirm(story)
    assert refusal(story, statement) == why


def test_an_order_that_ended_has_no_event_to_confirm(story: Story) -> None:
    confirm(story)
    with story.console():
        do_end_instrument(story.instrument, now(), "the court decided", actor=story.officer)
        with pytest.raises(Refused, match="already-ended"):
            do_confirm_event(story.instrument, EndEvent.DETERMINATION, actor=story.officer)
