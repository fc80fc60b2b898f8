"""What an officer sees to about agreements: what was withdrawn of late, and what soon runs out. Inside the scope that is open."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from offmon.core.authority.agreement import Door
from offmon.core.authority.bases import BY_AGREEMENT
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.server.orders.models import InstrumentRow, TermRow, WithdrawalRow

SHOWN_MS: Final = 14 * DAY_MS


@dataclass(frozen=True, slots=True)
class AgreementNews:
    """Of one agreement: that an item was withdrawn, by which door, or that the last of it ends, at `at`. `left`: items that go on."""

    case: Id
    at: Ms
    door: Door | None
    left: int


def news_of(cases: Collection[Id], at: Ms) -> list[AgreementNews]:
    """What was withdrawn in the last fortnight, and what ends in the next; not of an agreement that was ended or renewed."""
    rows = InstrumentRow.objects.filter(case__among=cases, basis__in=BY_AGREEMENT)
    renewed = rows.exclude(varies=None).filter(terms__confirmed_by__isnull=False).values("varies")
    news = []
    for row in rows.filter(end_known_at=None).exclude(id__in=renewed):
        confirmed = TermRow.objects.filter(instrument=row, confirmed_by__isnull=False)
        ends = [until for until in confirmed.filter(withdrawals=None).values_list("until", flat=True) if until > at]
        withdrawn = WithdrawalRow.objects.filter(term__instrument=row, known_at__gt=at - SHOWN_MS).order_by("-known_at")
        newest = withdrawn.first()
        if newest is not None:
            news.append(AgreementNews(row.case, newest.withdrawn_at, newest.door, len(ends)))
        if ends and max(ends) <= at + SHOWN_MS:
            news.append(AgreementNews(row.case, max(ends), None, len(ends)))
    return sorted(news, key=lambda one: one.at)
