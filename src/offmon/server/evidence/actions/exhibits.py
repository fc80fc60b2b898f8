"""Every write to exhibits: the producer asks, the vault seals, one holder hands to the next (R-EVD-5 to R-EVD-7; formats §8).

Rules
- The vault reads the request row and its supporting rows, writes its own entry and commits. Only then does it open anything.
- A number is given once, under a lock on the case's exhibits. Nothing is deleted, so no number comes free.
- A hand-over hashes the sealed copy again. If it changed, nobody receives it.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.db import IntegrityError

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.alerts import exhibit
from offmon.core.authority.profile import HpkeKey
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import LeafPlace
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication.queries import check_shown_by, check_shown_in
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action, scope
from offmon.server.evidence.actions.refusals import refusals_noted
from offmon.server.evidence.models import Custody, Exhibit
from offmon.server.evidence.policy import check_seal
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import check_free
from offmon.server.intake.queries import EnclosedLeaf
from offmon.server.triage import queries as triage

AT_THE_VAULT: Final = "the agency's store"


@dataclass(frozen=True, slots=True)
class SealRequest:
    """What a producer asks for: their initials, who is in charge of the investigation, and why."""

    initials: str
    oic: Id
    reason: str


def do_ask_seal(alert: Id, leaf: Id, place: LeafPlace, request: SealRequest, *, actor: Actor) -> Id:
    """Ask the vault to seal one disclosure of a decided alert. Nothing is opened yet. Returns the exhibit."""
    with scope(actor):
        case = triage.case_of(alert)
    with refusals_noted(case, actor=actor):
        return _ask_seal(alert, leaf, place, request, actor=actor)


@action
def _ask_seal(alert: Id, leaf: Id, place: LeafPlace, request: SealRequest, *, actor: Actor) -> Id:
    case = triage.lock_case_of(alert)
    row = Exhibit(
        agency=actor.agency,
        case=case,
        alert=alert,
        leaf=leaf,
        device=place.device,
        epoch=place.epoch,
        n=place.n,
        initials=request.initials,
        number=_next_number(case, request.initials, actor.id),
        producer=actor.id,
        oic=request.oic,
        asked_at=clock.now(),
        asked_in=actor.session,
        reason=request.reason,
    )
    _check(row, actor)
    check_shown_by(Act.CONTENT, actor=actor)
    if Exhibit.objects.filter(leaf=leaf).exists():
        raise Refused("exhibit-already", "This disclosure is an exhibit already, with a permanent reference.")
    row.save(force_insert=True)
    append(actor, Verb.EXHIBIT_ASKED, case=case, touched=(row,), alert=alert, reason=request.reason)
    return row.id


@action
def do_open_for_seal(exhibit_id: Id, *, actor: Actor) -> EnclosedLeaf:
    """The vault says in the log what it opens to seal it, having asked the rows and the directory itself. Raises Refused."""
    row = Exhibit.objects.select_for_update().get(id=exhibit_id)
    _check(row, agencies.acting(row.producer, row.case))
    check_shown_in(Act.CONTENT, row.producer, row.asked_in, row.asked_at)
    leaf = intake.enclosed_leaf(row.leaf, actor=actor)
    if leaf is None or leaf.case != row.case:
        raise Refused("erased", "The disclosure was erased. Its record says under which rule.")
    check_free(row.case, [(leaf.id, leaf.envelope.claim)])
    append(actor, Verb.EXHIBIT_OPENED, case=row.case, touched=(row,), alert=row.alert, reason=row.reason)
    return leaf


@action
def do_keep_sealed(exhibit_id: Id, content: Digest, key: HpkeKey, ciphertext: bytes, *, actor: Actor) -> None:
    """The vault keeps what it sealed; continuity begins with the producer."""
    row = Exhibit.objects.select_for_update().get(id=exhibit_id)
    _check(row, agencies.acting(row.producer, row.case))
    row.content, row.key, row.ciphertext = content, key.key, ciphertext
    row.seal, row.sealed_at = seal_of(ciphertext), clock.now()
    row.save(update_fields=["content", "key", "ciphertext", "seal", "sealed_at"])
    link = Custody(
        agency=row.agency,
        case=row.case,
        exhibit=row,
        number=0,
        since=row.sealed_at,
        place=AT_THE_VAULT,
        given_by=row.producer,
        held_by=row.producer,
        reason=row.reason,
        seal=row.seal,
    )
    link.save(force_insert=True)
    append(actor, Verb.EXHIBIT_SEALED, case=row.case, touched=(row, link), alert=row.alert)


@action
def do_hand_over(exhibit_id: Id, to: Id, place: str, reason: str, *, actor: Actor) -> None:
    """Whoever has an exhibit hands it to somebody else who works on the case. Raises Refused, or NotAuthentic (`seal-broken`)."""
    actor.check(Permission.EXHIBIT_SEAL)
    row = Exhibit.objects.get(id=exhibit_id)
    last = Custody.objects.filter(exhibit=row).order_by("-number").first()
    if last is None or row.ciphertext is None:
        raise Refused("not-sealed-yet", "The vault has not sealed this exhibit yet. Seal it first.")
    now = clock.now()
    agencies.check_on_caseload(row.case, to, now)
    if agencies.acting(to, row.case).is_guest:
        raise Refused(
            "not-to-a-party", "An exhibit stays with the lead agency. Another agency receives it in an evidence bundle."
        )
    if not (place.strip() and reason.strip()):
        raise Refused("no-reason", "Enter where it goes and why. The bundle records both.")
    link = Custody(
        agency=row.agency,
        case=row.case,
        exhibit=row,
        number=last.number + 1,
        since=Ms(max(now, last.since + 1)),
        previous_number=last.number,
        previous_since=last.since,
        place=place,
        given_by=actor.id,
        held_by=to,
        reason=reason,
        seal=seal_of(row.ciphertext),
    )
    exhibit.check_hand_over(last.core(), link.core())
    try:
        link.save(force_insert=True)
    except IntegrityError:  # two at once: a number is one link's
        raise Refused("not-yours", "This was handed over a moment ago. Check the exhibit again.") from None
    append(actor, Verb.EXHIBIT_HANDED_OVER, case=row.case, touched=(link,), alert=row.alert, reason=reason)


def seal_of(ciphertext: bytes) -> Digest:
    """What an exhibit hashes to as it lies."""
    return Digest(sha256(ciphertext).hexdigest())


def _next_number(case: Id, initials: str, producer: Id) -> int:
    """The producer's next number. Raises Refused where the initials are another's in this case (R-EVD-6)."""
    given = list(Exhibit.objects.filter(case=case, initials=initials).values_list("number", "producer"))
    if any(by != producer for _, by in given):
        raise Refused(
            "initials-taken", "A colleague's exhibits in this case have these initials. Add a letter to yours."
        )
    return exhibit.next_number([number for number, _ in given])


def _check(row: Exhibit, producer: Actor) -> None:
    """Raises Refused unless the rows and the directory support this exhibit, whoever asks."""
    now = clock.now()
    if not triage.has_leaf(row.alert, row.leaf) or triage.case_of(row.alert) != row.case:
        raise Refused("other-alert", "This disclosure does not belong to that alert, so nothing was sealed.")
    check_seal(producer, row, triage.outcome_of(row.alert))
    agencies.check_logged_on(row.case, row.producer, now)
    triage.check_decider(row.case, row.oic, now)
