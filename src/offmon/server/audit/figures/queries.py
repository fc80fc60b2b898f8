"""How often what was done in an agency, month by month (London): no content, and nobody's name. For who reads the log."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Min

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import IS_LOOK, Entry
from offmon.server.audit.reading.queries import check_is_open
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope

MONTHS: Final = 12
COUNTED: Final = (
    Verb.CONTENT_REVEALED,
    Verb.ALERT_DECIDED,
    Verb.EXPORTED,
    Verb.ACCESS_DENIED,
    Verb.LOG_OPENED,
    Verb.LOOK_UP_PICKED,
    Verb.SAMPLE_MARKED,
)
# By the index of agency, verb and time: each is rare enough to be counted while somebody waits.
_COUNTS: Final = """
select verb, width_bucket(at, %s::bigint[]), count(*) from audit_entry
where agency = %s and verb = any(%s) and at >= %s
group by 1, 2
"""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month, by its first day, and how often each of `COUNTED` was done in it."""

    month: date
    counts: tuple[int, ...]


def figures(*, actor: Actor) -> list[MonthFigures]:
    """The last `MONTHS` months, the oldest first. Raises Refused (`log-not-opened`)."""
    actor.check(Permission.AUDIT_READ)
    months = _months(time.local_day(clock.now()))
    begins = [time.start_of_day(one) for one in months]
    with scope(actor), connection.cursor() as cursor:
        check_is_open(actor)
        append(actor, Verb.LOG_READ, case=None, reason="figures")
        cursor.execute(_COUNTS, [begins, actor.agency, [verb.value for verb in COUNTED], begins[0]])
        counted = {(verb, bucket): count for verb, bucket, count in cursor.fetchall()}
    return [
        MonthFigures(month, tuple(counted.get((verb.value, nth), 0) for verb in COUNTED))
        for nth, month in enumerate(months, 1)
    ]


def _months(today: date) -> list[date]:
    """The first day of each of the months up to that of today, the oldest first."""
    place = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(place - MONTHS + 1, place + 1)]


def reviews(cases: Collection[Id], since: Ms, roles: Iterable[Role]) -> list[tuple[Id, Ms]]:
    """Each look at an alert of these cases by somebody in one of those roles, since an instant. Inside the scope that is open."""
    looks = Entry.objects.filter(
        IS_LOOK,
        case__among=cases,
        at__gte=since,
        verb=Verb.ALERT_REVIEW,
        outcome=EntryOutcome.ALLOWED,
        actor_role__in=list(roles),
        alert__isnull=False,
    )
    return [(Id(alert), Ms(at)) for alert, at in looks.order_by().values_list("alert", "at")]


def log_began() -> Ms | None:
    """When the first entry of the agency's log was written, in the open scope."""
    began: Ms | None = Entry.objects.aggregate(began=Min("at"))["began"]
    return began
