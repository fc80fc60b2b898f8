"""Reveals: an officer asks to see what was sent of one page load, and the vault opens it once (design §5; R-DPA-16).

Rules
- The console commits a request row and passes its id, which is used once. The vault reads the row and its supporting rows, applies the rule
  again, writes the entry, commits, and only then opens anything.
- What was collected at a time without authority stays locked, whatever the rows of console and worker say of it (S172).
- One request opens one page load of an alert: all of its disclosures that it names, and of no other page. What follows a finding is opened
  by a request of its own.
"""

from django.db import IntegrityError

from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import LeafPlace
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication.queries import check_shown_by, check_shown_in
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action, scope
from offmon.server.evidence.actions.refusals import refusals_noted
from offmon.server.evidence.models import Reveal, RevealUse
from offmon.server.evidence.policy import check_one_page, check_reveal
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import check_free
from offmon.server.intake.queries import EnclosedLeaf
from offmon.server.triage import queries as triage
from offmon.server.triage.queries.following import follows


def do_ask_reveal(
    alert: Id, leaf: Id, place: LeafPlace, reason: str, *, others: tuple[Id, ...] = (), actor: Actor
) -> Id:
    """Ask the vault to open what was sent of one page load of an alert. Returns the request's id.

    `leaf`, `place`: its first disclosure. `others`: its other disclosures.
    """
    with scope(actor):
        case = triage.case_of(alert)
    row = Reveal(
        agency=actor.agency,
        case=case,
        alert=alert,
        leaf=leaf,
        device=place.device,
        epoch=place.epoch,
        n=place.n,
        others=list(others),
        asked_by=actor.id,
        asked_in=actor.session,
        reason=reason,
    )
    with refusals_noted(case, actor=actor):
        return _ask_reveal(row, actor=actor)


@action
def _ask_reveal(row: Reveal, *, actor: Actor) -> Id:
    row.asked_at = clock.now()
    check_reveal(actor, row, row.asked_at)
    agencies.check_logged_on(row.case, actor.id, row.asked_at)
    check_shown_by(Act.CONTENT, actor=actor)
    row.save(force_insert=True)
    append(actor, Verb.REVEAL_ASKED, case=row.case, touched=(row,), alert=row.alert, reason=row.reason)
    return row.id


def do_use_reveal(reveal: Id, *, vault: Actor) -> list[EnclosedLeaf]:
    """The vault's half of a reveal, up to the point of opening: the disclosures that it may now open, once. Raises Refused.

    The entry is the officer's: it is they who consult. They are taken from the row and the directory, not from the caller.
    """
    with scope(vault):
        asked = Reveal.objects.get(id=reveal)
        asker = agencies.acting(asked.asked_by, asked.case)
    return _use_reveal(reveal, actor=asker)


@action
def _use_reveal(reveal: Id, *, actor: Actor) -> list[EnclosedLeaf]:
    row = Reveal.objects.get(id=reveal)
    check_reveal(actor, row, clock.now())
    agencies.check_logged_on(row.case, row.asked_by, clock.now())
    named = (row.leaf, *map(Id, row.others))
    of_alert = all(triage.has_leaf(row.alert, leaf) for leaf in named) or (
        named == (row.leaf,) and follows(row.alert, row.leaf, actor=actor)
    )
    if triage.case_of(row.alert) != row.case or not of_alert:
        raise _of_another()
    check_shown_in(Act.CONTENT, row.asked_by, row.asked_in, clock.now())
    use = RevealUse(agency=row.agency, case=row.case, reveal=row.id)
    try:
        use.save(force_insert=True)
    except IntegrityError:
        raise Refused("reveal-used", "This request was used already. Make a new request.") from None
    leaves = [leaf for one in named if (leaf := intake.enclosed_leaf(one, actor=actor)) is not None]
    if len(leaves) < len(named):
        raise Refused("erased", "The disclosure was erased. Its record says under which rule.")
    if {leaf.case for leaf in leaves} != {row.case}:  # the worker puts leaves into alerts
        raise _of_another()
    check_free(row.case, [(leaf.id, leaf.envelope.claim) for leaf in leaves])
    check_one_page(leaves)
    append(actor, Verb.CONTENT_REVEALED, case=row.case, touched=(use,), alert=row.alert, reason=row.reason)
    return leaves


def _of_another() -> Refused:
    return Refused("other-alert", "This disclosure does not belong to that alert, so we revealed nothing.")
