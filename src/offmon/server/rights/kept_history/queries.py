"""Every read of openings of a kept history: what waits at a visit, and what was opened. The page's query of the case logs the look."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Profile
from offmon.core.formats.kept_history import ASK_LIFE_MS
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.signed import newest_before
from offmon.server.rights.kept_history.models import HistoryAsk, HistoryKeys, HistoryOpening
from offmon.words.catalogue import Language
from offmon.words.dates import day


@dataclass(frozen=True, slots=True)
class AskLine:
    """What a device asks: its number, which the device shows too, and how much there is."""

    id: Id
    device: Id
    number: str
    asked_at: Ms
    extent: str


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """One opening: who had it opened, when, why, with whom there, and how much there was."""

    ask: AskLine
    by: Id
    opened_at: Ms
    others: str
    reason: str


def keeps(profile: Profile, at: Ms) -> bool:
    """Whether a profile lets a history be kept at that time."""
    granted = (grant for grant in profile.grants if grant.kind is Capability.HISTORY_KEPT)
    return at in profile.lease and any(grant.terms_at(at) for grant in granted)


def is_offered(case: Id, devices: Iterable[Id], *, actor: Actor) -> bool:
    """Whether one of these devices of the case keeps a history now, or one was opened before."""
    with scope(actor):
        now = clock.now()
        newest = (newest_before(device, now) for device in devices)
        return any(one is not None and keeps(one, now) for one in newest) or _keys(case).exists()


def extent(ask: HistoryAsk) -> str:
    """How much there is: “2 entries, 8 June 2026 to 9 June 2026”. More is said of a history nowhere here."""
    first, last = (day(Language.ENGLISH, at) for at in (ask.first_on, ask.last_on))
    count = "1 entry" if ask.entries == 1 else f"{ask.entries} entries"
    return f"{count}, {first}" if first == last else f"{count}, {first} to {last}"


def case_of_ask(ask: Id) -> Id | None:
    """The case of a device's request, inside the scope that is open."""
    return HistoryAsk.objects.filter(id=ask).values_list("case", flat=True).first()


def case_of_opening(opening: Id) -> Id | None:
    """The case of an officer's request, inside the scope that is open."""
    return HistoryOpening.objects.filter(id=opening).values_list("case", flat=True).first()


def asks() -> QuerySet[HistoryAsk]:
    """Requests without what a device signed: all of them that the console may read."""
    return HistoryAsk.objects.defer("salt", "signed")


def is_of(case: Id, ask: Id, *, actor: Actor) -> bool:
    """Whether a device of the case ever asked that."""
    with scope(actor):
        return case_of_ask(ask) == case


def waiting(case: Id, *, actor: Actor) -> list[AskLine]:
    """What devices of a case ask now and nobody opened, the newest first."""
    with scope(actor):
        opened = _keys(case).values("ask")
        rows = asks().filter(case=case, asked_at__gt=clock.now() - ASK_LIFE_MS).exclude(id__in=opened)
        return [_line(row) for row in rows.order_by("-asked_at")]


def opened(case: Id, *, actor: Actor) -> list[OpenedLine]:
    """Every opening of a case, the newest first."""
    with scope(actor):
        made = {row.opening: row for row in _keys(case).only("id", "agency", "case", "ask", "opening", "made_at")}
        rows = {row.id: row for row in HistoryOpening.objects.filter(id__in=list(made))}
        found_asks = {row.id: row for row in asks().filter(id__in=[row.ask for row in rows.values()])}
        found = [
            OpenedLine(_line(found_asks[row.ask]), row.asked_by, made[row.id].made_at, row.others, row.reason)
            for row in rows.values()
        ]
        return sorted(found, key=lambda one: -one.opened_at)


def _line(row: HistoryAsk) -> AskLine:
    return AskLine(row.id, row.device, row.number, row.asked_at, extent(row))


def _keys(case: Id) -> QuerySet[HistoryKeys]:
    return HistoryKeys.objects.filter(case=case)
