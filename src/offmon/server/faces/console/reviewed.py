"""What the review of monitoring shows beside the file: what came since the last one, and what less would have shown (R-LEG-23)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from offmon.core.authority.profile import Setting
from offmon.core.authority.settings import Raised, lower_than, still_raised
from offmon.core.ids import Id, Ms, Versioned
from offmon.core.log.hours import Covered
from offmon.core.log.records import AuthorisationRecord
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.register import covered_of
from offmon.server.detectors import queries as detectors
from offmon.server.faces.console import words
from offmon.server.faces.console.offered import called_of
from offmon.server.rights.requests.queries import asked_since
from offmon.server.triage.queries.reviewed import raised_since


@dataclass(frozen=True, slots=True)
class Lower:
    """A setting below the one that was authorised. `kept`: the alerts that it would have raised too, `unseen`: how many it would not."""

    called: str
    kept: tuple[str, ...]
    count: int
    unseen: int


@dataclass(frozen=True, slots=True)
class SinceLast:
    """What came since the last review, or since the authorisation: alerts, requests, what lower settings show, which devices it covers."""

    since: Ms
    alerts: int
    asked: tuple[tuple[str, int], ...]
    lower: tuple[Lower, ...]
    covered: Covered


def since_last(one: AuthorisationRecord, case: Id, since: Ms, *, actor: Actor) -> SinceLast:
    """For the page of a review, whose queries of the case and its alerts write the consultations."""
    with scope(actor):
        names = detectors.names_of_lists()  # what a list found counts after it was paused
        raised, asked = raised_since(one.deployment, since), asked_since(case, since)
        known = covered_of([case])[case]
    every = sum(found.alerts for found in raised)
    return SinceLast(
        since,
        every,
        tuple((words.REQUEST[kind], asked.get(kind, 0)) for kind in RequestKind),
        tuple(_lower(setting, raised, every, names) for setting in lower_than(one.offered, one.choices)),
        known,
    )


def _lower(setting: Setting, raised: Iterable[Raised], every: int, names: Mapping[Id, Versioned]) -> Lower:
    kept = still_raised(setting, raised, names)
    count = sum(found.alerts for found in kept)
    lines = tuple(
        f"{found.alerts} by {words.CAPABILITY[found.capability].lower()}, list {found.list}" for found in kept
    )
    return Lower(called_of(setting), lines, count, every - count)
