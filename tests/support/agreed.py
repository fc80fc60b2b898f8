"""A story of which sites are looked for as the person agreed, and phrases as a court ordered or not at all."""

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import TermKind
from offmon.core.authority.profile import Choice
from offmon.core.clock import Period
from offmon.core.ids import Id, Ms
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from offmon.server.orders.actions import do_confirm_term, do_record_instrument, do_record_term
from tests.support.fake_device import now
from tests.support.orders import a_term, an_agreement
from tests.support.story import ANSWERS, Story


def agreed_to(story: Story, serves: Id | None = None, *, alone: bool = False) -> Story:
    """Up to a device that holds its first profile; the agreement is ten days old and serves the order, or another of the case.

    `alone`: nothing is collected but what was agreed to.
    """
    begins = Ms(now() - 10 * clock.DAY_MS)
    if serves is None:
        story.orders()
    story.lists()
    item = a_term(
        Period(begins, Ms(now() + 30 * clock.DAY_MS)),
        Capability.SITE,
        effect=TermKind.REQUIREMENT,
        person_text="You agreed to this.",
    )
    with story.console(), story.with_keys():
        paper = do_record_instrument(
            story.case, an_agreement(story.agency, begins, serves or story.instrument), actor=story.officer
        )
        term = do_record_term(paper, item, actor=story.officer)
        do_confirm_term(term, actor=story.colleague)
    story.assess()
    with story.console():
        with scope(story.officer):
            by = {one.capability: one.ref.id for one in detectors.declarations()}
        rests = {Capability.SITE: term, Capability.PHRASE: story.terms[Capability.PHRASE]}
        if alone:
            del rests[Capability.PHRASE]
        choices = tuple(Choice(kind, (one,), (by[kind],), None) for kind, one in rests.items())
        story.authorisation = do_draft(story.case, choices, actor=story.officer)
        drafted = deployments.deployment_of(story.case, actor=story.officer)
        assert drafted is not None
        story.deployment = drafted.id
        do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
    story.make_key()
    story.serve_notice()
    story.enrol()
    story.sign(story.ask_profile())
    assert story.profiles[-1].agreed == (term,)
    return story
