"""Another agency takes a case over: each step with what it asks of the whole case, and what it does there.

Rules
- `core.access.transfer` has the rule, `agencies.transfers` the rows. This is where both see the rest of the case.
- Nothing moves while something of the case waits for two people or for the vault.
- Undecided alerts go to the new officer in the same transaction. Either all of it is done, or nothing.
- The vault keeps an opening key a deployment, and no agency has any. So no key is wrapped again, and the device goes on as it is.
"""

from dataclasses import replace
from typing import Final

from offmon.core.access.roles import Role
from offmon.core.access.transfer import check_settled
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.leads import queries as leads
from offmon.server.agencies.queries import AgencyView, StaffView
from offmon.server.agencies.transfers import actions, queries
from offmon.server.agencies.transfers.actions import Proposal, Summary
from offmon.server.agencies.transfers.queries import OfferView, TransferView
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action, scope
from offmon.server.deployments import queries as deployments
from offmon.server.evidence import queries as evidence
from offmon.server.orders import queries as orders
from offmon.server.people import queries as people
from offmon.server.rights.destruction import queries as destruction
from offmon.server.start_page import second_person
from offmon.server.triage.actions import take_over_alerts

OWN: Final = frozenset({"transfer", "transfer-offer"})
WAITS: Final = {
    "authorisation": "a draft authorisation waits for an answer",
    "destruction": "a request to destroy a key waits for an answer",
    "export": "an evidence bundle waits for approval",
    "protected-contacts": "a change of protected contacts waits for an answer",
    "quarantine-decision": "a decision on locked records waits for an answer",
    "restriction": "a restriction waits for an answer",
    "term": "a condition waits to be confirmed",
}


def take_over(actor: Actor) -> Actor:
    """Whoever answers for the other agency, as they work on what it takes over."""
    return replace(actor, took_over=actor.home is not None and actor.home != actor.agency)


@action
def do_propose_transfer(case: Id, proposal: Proposal, *, actor: Actor) -> Id:
    """The case's officer proposes that another agency takes the case over. Returns the proposal's id. Raises Refused."""
    return actions.propose(case, proposal, actor=actor)


@action
def do_approve_transfer(transfer: Id, case: Id, *, actor: Actor) -> Id:
    """A supervisor approves, and the other agency is asked. Returns the offer's id. Raises Refused (`transfer-waits`)."""
    check_settled(waits(case))
    return actions.approve(transfer, _summary(case), actor=actor)


@action
def do_refuse_transfer(transfer: Id, reason: str, *, actor: Actor) -> None:
    """A supervisor refuses a proposal, for a reason. Raises Refused."""
    actions.refuse(transfer, reason, actor=actor)


@action
def do_decline_transfer(offer: Id, reason: str, *, actor: Actor) -> None:
    """The other agency declines, for a reason. Raises Refused."""
    actions.decline(offer, reason, actor=actor)


@action
def do_withdraw_transfer(transfer: Id, reason: str, *, actor: Actor) -> None:
    """An officer of the case takes it back, for a reason, until the other agency has accepted. Raises Refused (`answered-already`)."""
    actions.withdraw(transfer, reason, actor=actor)


def accept_transfer(offer: Id, officer: Id, *, actor: Actor) -> Id:
    """The other agency accepts: see `_do_accept`. `actor`: as who signed in; they act as of what their agency takes over. The case's id."""
    return _do_accept(offer, officer, actor=take_over(actor))


@action
def _do_accept(offer: Id, officer: Id, *, actor: Actor) -> Id:
    row = actions.accept(offer, officer, actor=actor)
    check_settled(waits(row.case))
    take_over_alerts(row.case, officer, "the case was transferred", actor=actor)
    return Id(row.case)


def waits(case: Id) -> set[str]:
    """What of a case waits for a second person, or for the vault, in words. Inside the scope that is open, of who sees the case."""
    kinds = second_person.waiting_kinds(case, clock.now()) - OWN
    found = {WAITS.get(kind, "something waits for a second person") for kind in kinds}
    if evidence.open_exports(case):
        found.add("an evidence bundle is asked for and has not left")
    if any(destruction.case_of(one) == case for one in destruction.approved()):
        found.add("a key is being destroyed")
    return found


def transfer_page(case: Id, transfer: Id, *, actor: Actor) -> tuple[TransferView | None, set[str]]:
    """A transfer as the agency that proposes it sees it, and what is in its way."""
    with scope(actor):
        return queries.transfer_of(case, transfer), waits(case)


def transfers_of(case: Id, *, actor: Actor) -> list[TransferView]:
    """The transfers of a case, the newest first: beside the file, whose query logs the case."""
    with scope(actor):
        return queries.transfers_of(case)


def receivers(case: Id, *, actor: Actor) -> list[AgencyView]:
    """The agencies that could take a case over."""
    with scope(actor):
        lead = leads.leads_of(case)[-1]
    return [one for one in agencies.agencies() if one.id != lead]


def offer_page(offer: Id, *, actor: Actor) -> OfferView | None:
    """An offer as the agency that is asked sees it; None where it is another's. To read it is a consultation."""
    with scope(actor):
        found = queries.offer(offer)
        if found is None or found.receiver.id != (actor.home or actor.agency):
            return None
        append(actor, Verb.CASE_CONSULTED, case=found.case)
        return found


def officers(actor: Actor) -> list[StaffView]:
    """Who could keep the case at the agency of whoever is asked."""
    return agencies.staff_with([Role.OFFENDER_MANAGER], actor.home or actor.agency)


def _summary(case: Id) -> Summary:
    instruments, _ = orders.authority_of(case)
    bases = {one.basis.value for one in instruments if one.ended_at is None}
    return Summary(people.names_of([case])[case].reference, sorted(bases), len(deployments.enrolled(case)))
