"""A story whose order lets the device send which sites were opened around a finding (the collection setting `context`)."""

from dataclasses import replace
from typing import Any

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice
from offmon.core.clock import Period
from offmon.core.formats.event import Body, DisclosureLeaf
from offmon.core.ids import Ms, Versioned
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from offmon.server.orders.actions import do_confirm_term, do_record_term
from tests.support.fake_device import now
from tests.support.orders import a_term, own_answers
from tests.support.story import ANSWERS, Story

SITES = "elsewhere.invalid", "shop.invalid"
BODY = Body(None, None, None, f"09:05:07 {SITES[0]}", f"09:07:09 {SITES[1]}")


def allow(story: Story) -> None:
    """A condition that makes sites and what is around them necessary; authorised, served and signed."""
    with story.console(), story.with_keys():
        entry = a_term(Period(Ms(now() - clock.DAY_MS), None), Capability.SITE, Capability.CONTEXT)
        term = do_record_term(story.instrument, entry, actor=story.officer)
        do_confirm_term(term, actor=story.colleague)
        with scope(story.officer):
            [sites] = [one.ref.id for one in detectors.declarations() if one.capability is Capability.SITE]
        choices = Choice(Capability.SITE, (term,), (sites,), None), Choice(Capability.CONTEXT, (term,), (), None)
        story.authorisation = do_draft(story.case, choices, actor=story.officer)
        do_authorise(story.authorisation, own_answers(ANSWERS, story.case), actor=story.authoriser)
    story.serve_notice()
    story.sign(story.ask_profile())


def around(story: Story, **claimed: Any) -> int:
    """The device discloses what was around its last finding, or claims otherwise. The context's number."""
    leaf = story.device.leaves[-1]
    assert isinstance(leaf, DisclosureLeaf)
    said, held = leaf.envelope.claim, story.profiles[-1]
    profile = replace(held, grants=tuple(one for one in held.grants if one.kind is Capability.CONTEXT))
    same = {name: getattr(said, name) for name in ("rule", "band", "gravity", "origin", "event_at", "captured_at")}
    return story.device.disclose(profile, body=BODY, **{**same, "detector": Versioned("context@1"), **claimed})
