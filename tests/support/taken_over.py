"""A story's case that another agency takes over, by the product's own actions, and who works on it there."""

from dataclasses import dataclass, replace

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.agencies.transfers.actions import Proposal
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.start_page import transfers
from tests.support.partner import Partner
from tests.support.story import Story


@dataclass(frozen=True)
class Receiver:
    """The other agency's people, on the case that it took over. `asked`: its supervisor before that."""

    agency: Id
    asked: Actor
    supervisor: Actor
    officer: Actor
    authoriser: Actor


def receiver_of(story: Story) -> Receiver:
    partner = Partner(story)
    asked = partner.person("probation-supervisor", Role.SUPERVISOR)
    authoriser = partner.person("probation-authoriser", Role.AUTHORISING_OFFICER)
    there = (replace(one, took_over=True) for one in (asked, partner.officer, authoriser))
    return Receiver(partner.agency, asked, *there)


def offered(story: Story, receiver: Receiver) -> Id:
    """The case's officer proposes, and their supervisor approves. The offer."""
    today = time.local_day(clock.now())
    with story.console(), story.with_keys():
        proposal = Proposal(receiver.agency, "They moved to another county.", today)
        transfer = transfers.do_propose_transfer(story.case, proposal, actor=story.officer)
        return transfers.do_approve_transfer(transfer, story.case, actor=story.supervisor)


def taken_over(story: Story) -> Receiver:
    """The other agency leads the case now; its officer opened it to who authorises there."""
    receiver = receiver_of(story)
    offer = offered(story, receiver)
    with story.console(), story.with_keys():
        transfers.accept_transfer(offer, receiver.officer.id, actor=receiver.asked)
        do_grant_caseload(story.case, receiver.authoriser.id, "authorises", actor=receiver.officer)
    return receiver
