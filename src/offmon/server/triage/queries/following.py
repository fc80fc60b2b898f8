"""What follows the findings of alerts, such as the sites opened around them: of no alert, and attached to one by what it says itself.

Rules
- A disclosure of the context is no finding: it raises, widens and reopens nothing, and no figure of an alert counts it (S182).
- It goes with a disclosure of the alert that has its device, page load, list and rule (`core.alerts.occurrence`). So no row says so, and it
  can arrive after the decision.
- It is shown, revealed and opened with that disclosure, and with it alone. What is locked is not.
"""

from collections.abc import Collection, Sequence

from offmon.core.ids import Id
from offmon.server.base.actor import Actor
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import locked_in
from offmon.server.intake.queries import HeldDisclosure
from offmon.server.triage.locked.queries import free_items


def contexts_of(findings: Sequence[HeldDisclosure]) -> list[HeldDisclosure]:
    """What follows these findings of one case, and is not locked. Inside the scope that is open."""
    found = intake.beside(findings) if findings else []
    locked = locked_in(found[0].case) if found else set[Id]()
    return [one for one in found if one.id not in locked]


def following(alerts: Collection[Id], without: Collection[Id] = (), *, actor: Actor) -> list[HeldDisclosure]:
    """What follows the disclosures of these alerts of one case, `without` some of them. Inside the scope that is open."""
    items = free_items().filter(alert_id__in=list(alerts)).exclude(leaf__in=list(without))
    return contexts_of(intake.disclosures_named(list(items.values_list("leaf", flat=True)), actor=actor))


def follows(alert: Id, leaf: Id, *, actor: Actor) -> bool:
    """Whether a leaf follows a disclosure of an alert. Inside the scope that is open."""
    return leaf in {one.id for one in following([alert], actor=actor)}
