"""Every read of oversight. Nothing here is about a person."""

from dataclasses import dataclass

from offmon.core.assurance import PROMISES, Control, PromiseSeen, Seen, judge
from offmon.core.ids import Id, Ms
from offmon.core.roles import Permission
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.oversight.models import Attestation, Look


@dataclass(frozen=True, slots=True)
class AttestationView:
    """A paper as the register shows it."""

    id: Id
    control: Control
    document: str
    issuer: str
    since: Ms
    until: Ms
    checked_by: Id
    checked_at: Ms
    withdrawn_at: Ms | None


def looks() -> dict[Control, Seen]:
    """The newest look at each control that was ever looked at."""
    return {row.control: Seen(row.control, row.standing, row.figure, row.at) for row in Look.objects.all()}


def promises(at: Ms) -> list[PromiseSeen]:
    """Each promise of the public page, in its order, and how it stands at the instant."""
    seen = looks()
    return [judge(promise, seen, at) for promise in PROMISES]


def attestations(*, actor: Actor) -> list[AttestationView]:
    """The papers of the actor's agency, the newest first."""
    actor.check(Permission.ATTESTATION_READ)
    with scope(actor):
        return [
            AttestationView(
                row.id,
                row.control,
                row.document,
                row.issuer,
                row.since,
                row.until,
                row.checked_by,
                row.checked_at,
                row.withdrawn_at,
            )
            for row in Attestation.objects.order_by("-checked_at")
        ]
