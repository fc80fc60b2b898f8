"""The queue: the undecided alerts of a caseload as lines, chosen and ordered as whoever looks wants them.

Rules
- A line is made from envelopes and lists alone; no body is opened for it. What was matched is the list's own entry, shown to those who may
  read lists.
- What was decided before on the same thing stands beside it: the same person, the same rule of the same list. It suggests nothing.
- A choice names people by id. A search by name goes through the names of one's own caseload, which are decrypted for that alone.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import Case, Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Value, When

from offmon.core.access.roles import Permission
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.explanation import Explanation
from offmon.core.authority.capability import Capability
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms, Slug, Versioned
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append_each
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.detectors import queries as detectors
from offmon.server.people import queries as people
from offmon.server.triage.models import Alert, Decision, Handover
from offmon.server.triage.queries.answers import Answer, answers_of
from offmon.server.triage.queries.caseload import to_decide
from offmon.server.triage.queries.occurrences import Counts, counts_of, explained

QUEUE_PAGE: Final = 25


class QueueOrder(StrEnum):
    """Which alert comes first."""

    DUE = "due"
    GRAVEST = "gravest"
    NEWEST = "newest"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """Which alerts are shown, and in which order. `words`: in a person's name or reference, or the name of a list or rule."""

    person: Id | None = None
    gravity: Gravity | None = None
    capability: Capability | None = None
    owner: Id | None = None
    words: str = ""
    order: QueueOrder = QueueOrder.DUE


EVERYTHING: Final = QueueChoice()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One alert as the queue shows it: from the envelopes alone. `explanation` None: what it would be made from is not held any more.

    `held_by`: who has it by the rota; `answer`: who acknowledged it last.

    `times`: the page loads that it groups; `count`: the disclosures, of which a page load may have several. `what`: the entry of the list
    that matched, for those who may read lists. `earlier`: how the like was decided before, and how often.
    """

    id: Id
    case: Id
    reference: str
    name: str
    gravity: Gravity
    capability: Capability
    rule: str
    list_name: str
    what: str | None
    times: int
    count: int
    devices: tuple[Id, ...]
    opened_at: Ms
    last_at: Ms
    due_at: Ms
    owner: str | None
    holder: Holder
    passed_at: Ms | None
    held_by: str | None
    answer: Answer | None
    explanation: Explanation | None
    earlier: tuple[tuple[DecisionOutcome, int], ...]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of the lines, of how many in all; and the owners by whom one may choose them."""

    rows: list[QueueRow]
    total: int
    owners: dict[Id, str]


def queue(choice: QueueChoice = EVERYTHING, *, actor: Actor, page: int = 0) -> QueuePage:
    """The alerts on the actor's caseload that no one has decided; one consultation entry a person shown."""
    actor.check(Permission.QUEUE_READ)
    with scope(actor):
        undecided, chosen = to_decide(), _chosen(choice)
        rows = list(ordered(undecided.filter(chosen), choice.order)[page * QUEUE_PAGE :][:QUEUE_PAGE])
        of_owner = dict(undecided.order_by().values_list("owner").annotate(number=Count("id", filter=chosen)))
        owners = agencies.names_of({one for one in of_owner if one is not None})
        found = rows_of(rows, None, actor)
        append_each(actor, Verb.QUEUE_CONSULTED, cases={one.case for one in found})
        return QueuePage(found, sum(of_owner.values()), owners)


def next_undecided(*, actor: Actor) -> Id | None:
    """The gravest alert of the actor's caseload that nobody has decided: of their own or nobody's, then of a colleague's.

    It shows nothing of it, and is no consultation.
    """
    actor.check(Permission.QUEUE_READ)
    with scope(actor):
        waiting = to_decide()
        own = waiting.filter(Q(owner=actor.id) | Q(owner=None))
        found = (ordered(one, QueueOrder.GRAVEST).values_list("id", flat=True).first() for one in (own, waiting))
        return next((Id(one) for one in found if one is not None), None)


def undecided_rows(actor: Actor, most: int) -> list[QueueRow]:
    """The gravest of them inside the scope that is open; the caller's query writes the consultations."""
    return rows_of(list(ordered(to_decide(), QueueOrder.GRAVEST)[:most]), None, actor)


def rows_of(rows: Sequence[Alert], why: Mapping[Id, Explanation] | None, actor: Actor) -> list[QueueRow]:
    """These alerts as lines, inside the scope that is open. `why`: where the caller has read it already."""
    shown = [row.id for row in rows]
    persons = people.names_of({row.case for row in rows})
    counts, passed, earlier, answers = counts_of(shown), _passed(shown), _earlier(rows), answers_of(shown)
    holders = [*(row.owner for row in rows), *(one.staff for one in passed.values())]
    owners = agencies.names_of({one for one in holders if one is not None})
    reasons = explained(shown, actor) if why is None else why
    entries = _entries(rows) if actor.may(Permission.LIST_READ) else {}
    found = []
    for row in rows:
        count, to = counts.get(row.id, Counts()), passed.get(row.id)
        found.append(
            QueueRow(
                id=row.id,
                case=row.case,
                reference=persons[row.case].reference,
                name=persons[row.case].name,
                gravity=row.gravity,
                capability=row.capability,
                rule=row.rule,
                list_name=row.list_name,
                what=entries.get((row.list_name, row.rule)),
                times=count.times,
                count=count.count,
                devices=count.devices,
                opened_at=row.opened_at,
                last_at=row.last_at,
                due_at=row.due_at,
                owner=None if row.owner is None else owners.get(row.owner),
                holder=Holder.OWNER if to is None else to.to,
                passed_at=None if to is None else to.at,
                held_by=None if to is None or to.staff is None else owners.get(to.staff),
                answer=answers.get(row.id),
                explanation=reasons.get(row.id),
                earlier=tuple(sorted(earlier.get(_thing(row), Counter()).items())),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """The undecided alerts of one officer: how many are in time, overdue, and passed on for that; and when the oldest was opened."""

    in_time: int
    overdue: int
    passed_on: int
    oldest: Ms | None

    @property
    def total(self) -> int:
        """How many there are."""
        return self.in_time + self.overdue


def loads(at: Ms) -> dict[Id | None, Load]:
    """The undecided alerts of the actor's caseload by whom they are assigned to, inside the scope that is open. It names no person."""
    late, passed = Q(due_at__lte=at), Exists(Handover.objects.filter(alert=OuterRef("id")))
    rows = to_decide().order_by().values_list("owner")
    counted = rows.annotate(
        in_time=Count("id", filter=~late),
        overdue=Count("id", filter=late),
        passed_on=Count("id", filter=passed),
        oldest=Min("opened_at"),
    )
    return {owner: Load(*load) for owner, *load in counted}


def _chosen(choice: QueueChoice) -> Q:
    asked = {"case": choice.person, "gravity": choice.gravity, "capability": choice.capability, "owner": choice.owner}
    chosen = Q(**{column: value for column, value in asked.items() if value is not None})
    words = choice.words.strip().casefold()
    if not words:
        return chosen
    named = people.names_of(to_decide().values_list("case", flat=True).distinct())
    cases = [case for case, one in named.items() if words in one.name.casefold() or words in one.reference.casefold()]
    return chosen & (Q(case__in=cases) | Q(rule__icontains=words) | Q(list_name__icontains=words))


def ordered(rows: "QuerySet[Alert]", order: QueueOrder) -> "QuerySet[Alert]":
    """These alerts in that order; no two are equal in it."""
    match order:
        case QueueOrder.DUE:
            return rows.order_by("due_at", "id")
        case QueueOrder.GRAVEST:
            return rows.alias(grave=_GRAVITY).order_by("grave", "due_at", "id")
        case QueueOrder.NEWEST:
            return rows.order_by("-last_at", "id")
        case QueueOrder.MOST:
            return rows.alias(items_=Count("items")).order_by("-items_", "due_at", "id")


_GRAVITY: Final = Case(
    *(When(gravity=one.value, then=Value(place)) for place, one in enumerate(Gravity)), output_field=IntegerField()
)


def _passed(alerts: Collection[Id]) -> dict[Id, Handover]:
    """The newest hand-over of each alert that was passed on."""
    return {row.alert_id: row for row in Handover.objects.filter(alert_id__in=alerts).order_by("at")}


def _entries(rows: Collection[Alert]) -> dict[tuple[str, str], str]:
    """The entry of the list by which each was found, by list and rule."""
    patterns = detectors.patterns_of({Versioned(row.list_name) for row in rows})
    pairs = ((row.list_name, row.rule) for row in rows)
    found = {(of, rule): patterns.get(Versioned(of), {}).get(Slug(rule)) for of, rule in pairs}
    return {pair: pattern for pair, pattern in found.items() if pattern is not None}


type _Thing = tuple[Id, str, str]


def _thing(row: Alert) -> _Thing:
    """The same person, list (in any version) and rule."""
    return row.case, detectors.base_of(row.list_name), row.rule


def _earlier(rows: Collection[Alert]) -> dict[_Thing, Counter[DecisionOutcome]]:
    """How the like of each was decided last, and how often, without that alert itself."""
    like = Decision.objects.filter(case__among={row.case for row in rows}, alert__rule__in={row.rule for row in rows})
    others = like.exclude(alert_id__in=[row.id for row in rows]).select_related("alert").order_by("decided_at")
    newest = {one.alert_id: one for one in others}
    found: dict[_Thing, Counter[DecisionOutcome]] = {}
    for one in newest.values():
        found.setdefault(_thing(one.alert), Counter())[one.outcome] += 1
    return found
