"""Every read of what is locked. What asks for the vault, and what filters a page, shows nothing by itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from offmon.core.access.roles import Permission
from offmon.core.authority.learned_late import AuthorityNow, Late, authority_now, without_authority
from offmon.core.authority.may_leave import event_time
from offmon.core.errors import passes
from offmon.core.formats.event import Claim
from offmon.core.ids import Id, Ms
from offmon.core.log.quarantine import LateChoice, LateReason, QuarantineDecision
from offmon.core.states import QuarantineState
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.intake.quarantine.models import LateDecision, Quarantine, QuarantineItem
from offmon.server.intake.quarantine.policy import check_decided, locked
from offmon.server.orders import queries as orders

_KEEPS = LateDecision.objects.filter(choice=LateChoice.KEEP, state=QuarantineState.AGREED)
_KEPT = _KEEPS.filter(quarantine=OuterRef("quarantine"))


@dataclass(frozen=True, slots=True)
class Locks:
    """What is locked of a case. `rows`: leaves that a quarantine names; `kept`: when two people kept a leaf last."""

    known: AuthorityNow
    rows: frozenset[Id]
    kept: Mapping[Id, Ms]

    def late(self, leaf: Id, claim: Claim) -> Late | None:
        """Why that disclosure's time had no authority; None where it had, or where two people kept it and nothing was learned since."""
        late = without_authority(claim.terms, event_time(claim), self.known)
        return late if late is not None and late.known_at > self.kept.get(leaf, -1) else None

    def holds(self, leaf: Id, claim: Claim) -> bool:
        """Whether that disclosure is locked, by the law or by a row."""
        return leaf in self.rows or self.late(leaf, claim) is not None


@dataclass(frozen=True, slots=True)
class LockedView:
    """A quarantine as a page shows it. `erased`: how many disclosures of it the vault erased. `decision`: the newest request."""

    id: Id
    case: Id
    why: LateReason
    order: Id | None
    since: Ms
    known_at: Ms
    locked_at: Ms
    count: int
    decision: QuarantineDecision | None

    @property
    def is_locked(self) -> bool:
        """Whether its disclosures are locked still, and not kept or erased."""
        return self.decision is None or (
            self.decision.state is not QuarantineState.DONE
            and (self.decision.choice, self.decision.state) != (LateChoice.KEEP, QuarantineState.AGREED)
        )


def locks_of(case: Id) -> Locks:
    """What is locked of a case, inside the scope that is open. The vault asks this, and no row's word counts against the law.

    Raises Refused where the log says that an order ended or something was withdrawn, and the rows do not.
    """
    orders.check_ends(case)
    orders.check_withdrawals(case)
    instruments, terms = orders.authority_of(case, Ms(0))
    known = authority_now(instruments, terms, orders.withdrawals_of(case), clock.now())
    kept: dict[Id, Ms] = {}
    rows = set(QuarantineItem.objects.filter(case=case).values_list("quarantine_id", "leaf"))
    for row in LateDecision.objects.filter(case=case, choice=LateChoice.KEEP, state=QuarantineState.AGREED):
        if row.agreed_at is not None and passes(check_decided, row):
            freed = {one for one in rows if one[0] == row.quarantine_id}
            rows -= freed
            kept |= {leaf: max(row.agreed_at, kept.get(leaf, row.agreed_at)) for _, leaf in freed}
    return Locks(known, frozenset(leaf for _, leaf in rows), kept)


def check_free(case: Id, disclosures: Iterable[tuple[Id, Claim]]) -> None:
    """Raises Refused (`no-authority`) where one of these is locked: what the vault asks before it opens any. Inside the open scope."""
    locks = locks_of(case)
    if any(locks.holds(leaf, claim) for leaf, claim in disclosures):
        raise locked()


def locked_items() -> "QuerySet[QuarantineItem]":
    """The leaves that are locked, for a filter of another query inside the scope that is open."""
    return QuarantineItem.objects.exclude(Exists(_KEPT))


@dataclass(frozen=True, slots=True)
class LockedTold:
    """That so many records are locked or were erased, as the person is told: why, when they were locked, and when erased."""

    why: LateReason
    count: int
    locked_at: Ms
    erased_at: Ms | None


def locked_told(case: Id, before: Ms) -> list[LockedTold]:
    """What of a case was locked before `before` for want of authority, or erased since, newest first; inside the open scope.

    No query reads a later lock: the count would tell how many records were sent (design §1.6).
    """
    rows = Quarantine.objects.filter(case=case, locked_at__lt=before)
    told = rows.exclude(Exists(_KEEPS.filter(quarantine=OuterRef("id")))).order_by("-locked_at", "id")
    of_these = Q(case=case, quarantine__locked_at__lt=before)
    erased = dict(LateDecision.objects.filter(of_these, erased_at__isnull=False).values_list("quarantine", "erased_at"))
    items = QuarantineItem.objects.filter(of_these).order_by()
    counts = dict(items.values_list("quarantine").annotate(Count("id")))
    return [LockedTold(row.why, counts.get(row.id, 0), row.locked_at, erased.get(row.id)) for row in told]


def leaves_in(quarantine: Id) -> set[Id]:
    """The leaves of a quarantine, inside the scope that is open."""
    return set(QuarantineItem.objects.filter(quarantine=quarantine).values_list("leaf", flat=True))


def locked_in(case: Id) -> set[Id]:
    """The leaves of a case that are locked, inside the scope that is open."""
    return set(locked_items().filter(case=case).values_list("leaf", flat=True))


def quarantines_of(case: Id, *, actor: Actor) -> list[LockedView]:
    """The quarantines of a case, the newest first; the page's query of the case writes the consultation."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        return _views(Quarantine.objects.filter(case=case))


def waiting_quarantines(actor: Actor, mine: Collection[Id]) -> list[LockedView]:
    """The quarantines of these cases of which nobody has asked anything. Inside the scope that is open; they name nobody."""
    if not actor.may(Permission.DESTRUCTION_ASK) and not actor.may(Permission.DESTRUCTION_APPROVE):
        return []
    asked = LateDecision.objects.filter(quarantine=OuterRef("id"), refused_by=None)
    return _views(Quarantine.objects.filter(case__among=mine).exclude(Exists(asked)))


def quarantine(quarantine_id: Id, *, actor: Actor) -> LockedView | None:
    """One quarantine; None outside the actor's caseload. The page's query of the case writes the consultation."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        return next(iter(_views(Quarantine.objects.filter(id=quarantine_id))), None)


def _views(rows: "QuerySet[Quarantine]") -> list[LockedView]:
    found = list(rows.order_by("-locked_at", "id"))
    if not found:
        return []
    items = QuarantineItem.objects.filter(quarantine__in=[row.id for row in found]).order_by()
    counts = dict(items.values_list("quarantine_id").annotate(Count("id")))
    asked = LateDecision.objects.filter(quarantine__in=[row.id for row in found]).order_by("asked_at")
    newest = {row.quarantine_id: row.core() for row in asked}
    return [
        LockedView(
            *(row.id, row.case, row.why, row.order, row.since, row.known_at, row.locked_at),
            count=counts.get(row.id, 0),
            decision=newest.get(row.id),
        )
        for row in found
    ]


def to_erase() -> list[Id]:
    """The requests to erase that two people stand behind and the vault has not carried out. Inside the open scope, for the worker."""
    rows = LateDecision.objects.filter(choice=LateChoice.ERASE, state=QuarantineState.AGREED)
    return list(rows.order_by("agreed_at", "id").values_list("id", flat=True))


def case_with_orders(case: Id) -> Id | None:
    """That case, if the scope that is open has an order of it."""
    return case if orders.has_order(case) else None


def case_of_decision(decision: Id) -> Id | None:
    """The case of a request, if there is such a one in the scope that is open."""
    return LateDecision.objects.filter(id=decision).values_list("case", flat=True).first()
