"""Reads an agency's times. They are about staff and no case, so reading them is no consultation.

A version counts only as the log left it: one that somebody wrote past the log is as if it were not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.alerts.times import DESIGN, AlertTimes, Version, in_force
from offmon.core.errors import passes
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.times.models import TimesVersion
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.sessions import Refusal


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as the page shows it: its values, those before it, why, who stands behind it, and how it stands."""

    id: Id
    times: AlertTimes
    before: AlertTimes
    reason: str
    asked_by: Id
    asker: str
    asked_at: Ms
    agreer: str | None
    agreed_at: Ms | None
    refused: Refusal | None

    @property
    def waits(self) -> bool:
        """Whether another administrator must answer it."""
        return self.agreed_at is None and self.refused is None


@dataclass(frozen=True, slots=True)
class TimesView:
    """What is in force; the version that it is of (None: the design's), the one that waits, and those before, the newest first."""

    times: AlertTimes
    current: VersionView | None
    waiting: VersionView | None
    earlier: tuple[VersionView, ...]


def versions() -> tuple[Version, ...]:
    """Every version that was agreed to, in the open scope."""
    rows = TimesVersion.objects.filter(agreed_at__isnull=False)
    return tuple(Version(row.times(), row.agreed_at) for row in rows if row.agreed_at and passes(as_left, row))


def times_at(at: Ms) -> AlertTimes:
    """The values in force at an instant, in the open scope."""
    return in_force(versions(), at)


def the_times(*, actor: Actor) -> TimesView:
    """The times of the actor's agency. Raises Refused `not-permitted`."""
    actor.check(Permission.ROTA_READ)
    with scope(actor):
        shown = _views(TimesVersion.objects.order_by("asked_at"))
    agreed = sorted((one for one in shown if one.agreed_at is not None), key=lambda one: -(one.agreed_at or 0))
    waiting = next((one for one in shown if one.waits), None)
    if not agreed:
        return TimesView(DESIGN, None, waiting, ())
    return TimesView(agreed[0].times, agreed[0], waiting, tuple(agreed[1:]))


def a_version(version: Id, *, actor: Actor) -> VersionView | None:
    """One of them, however it stands; None for none of the actor's agency."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        return next((one for one in _views(TimesVersion.objects.order_by("asked_at")) if one.id == version), None)


def times_waiting(*, actor: Actor) -> VersionView | None:
    """The proposal that waits for an administrator; None where none does."""
    return the_times(actor=actor).waiting


def times_now(actor: Actor) -> AlertTimes:
    """The values in force now, outside a scope: what a form begins with."""
    with scope(actor):
        return times_at(clock.now())


def _views(rows: Iterable[TimesVersion]) -> list[VersionView]:
    """Those that are as the log left them."""
    kept = [row for row in rows if passes(as_left, row)]
    names = agencies.names_of({by for row in kept for by in (row.asked_by, row.agreed_by) if by is not None})
    agreed = [Version(row.times(), row.agreed_at) for row in kept if row.agreed_at is not None]
    return [_view(row, agreed, names) for row in kept]


def _view(row: TimesVersion, agreed: Iterable[Version], names: Mapping[Id, str]) -> VersionView:
    until = Ms((row.agreed_at or clock.now()) - 1)
    return VersionView(
        id=row.id,
        times=row.times(),
        before=in_force(agreed, until),
        reason=row.reason,
        asked_by=row.asked_by,
        asker=names.get(row.asked_by, ""),
        asked_at=row.asked_at,
        agreer=None if row.agreed_by is None else names.get(row.agreed_by, ""),
        agreed_at=row.agreed_at,
        refused=row.said_no,
    )
