"""Which agency leads a case: the one in whose log it lies, until another took it over. Inside the scope that is open."""

from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.agencies.transfers.models import TransferOffer
from offmon.server.base.actor import Actor
from offmon.server.base.scope import current


def leads_of(case: Id, at: Ms | None = None) -> tuple[Id, ...]:
    """The agencies that led a case until now, or until that instant, in turn, the last one last. Inside the scope that is open."""
    accepted = TransferOffer.objects.filter(case=case, accepted_at__isnull=False).order_by("accepted_at")
    accepted = accepted if at is None else accepted.filter(accepted_at__lte=at)
    return (home(), *accepted.values_list("receiver_id", flat=True))


def taken_over(case: Id) -> tuple[str, Ms] | None:
    """From which agency the present one took a case over, by name, and when; None for none. Inside the scope that is open."""
    found = TransferOffer.objects.filter(case=case, accepted_at__isnull=False).order_by("-accepted_at")
    row = found.values_list("sender__name", "accepted_at").first()
    return None if row is None or row[1] is None else (row[0], row[1])


def taken_by(case: Id, actor: Actor) -> Id | None:
    """The transfer by which the actor's agency took a case over, on which its staff's access rests; None where it lies in its own log."""
    if not actor.took_over:
        return None
    found = TransferOffer.objects.filter(case=case, receiver_id=actor.lead, accepted_at__isnull=False)
    return found.order_by("-accepted_at").values_list("id", flat=True).first()


def home() -> Id:
    """Whose cases these are. Raises Refused outside a scope."""
    actor = current()
    if actor is None:
        raise Refused("no-scope", "Whose cases these are is not said; open a scope first.")
    return actor.agency
