"""Every read of oversight. Nothing here is about a person."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.formats.event import GRAVEST
from offmon.core.ids import Id, Ms, Slug
from offmon.core.public.alert_figures import Figure
from offmon.core.public.assurance import (
    FRESH_MS,
    PROMISES,
    RED,
    Control,
    ControlStanding,
    HeldPaper,
    Observation,
    PromiseSeen,
    judge,
    standing,
)
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.oversight.models import AlertFigure, Attestation, Enquiry, EnquiryReading, Look


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


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """A message to the site as the operator's list shows it: no word of it. `read_at`: when it was first read."""

    id: Id
    at: Ms
    read_at: Ms | None
    answered_at: Ms | None


def enquiries() -> list[EnquiryView]:
    """The messages to the site, the oldest first. On the operator's role, which reads no word of them here."""
    first = {row.enquiry: row.at for row in EnquiryReading.objects.order_by("-at")}
    rows = Enquiry.objects.only("id", "at", "answered_at").order_by("at", "id")
    return [EnquiryView(row.id, row.at, first.get(row.id), row.answered_at) for row in rows]


def looks() -> dict[Control, Observation]:
    """The newest look at each control that was ever looked at."""
    return {
        row.control: Observation(row.control, row.standing, row.figure, row.at, _paper(row))
        for row in Look.objects.defer("since")  # the website reads these too
    }


@dataclass(frozen=True, slots=True)
class ControlSeen:
    """How a control stands, since when (None: it was never looked at), when it was looked at last, and which promises rest on it."""

    control: Control
    standing: ControlStanding
    since: Ms | None
    at: Ms | None
    promises: tuple[Slug, ...]

    @property
    def is_red(self) -> bool:
        """Whether each promise that rests on it is shown as not kept."""
        return self.standing in RED


def controls(*, actor: Actor) -> list[ControlSeen]:
    """Each control, the red ones first and of these the longest red. It is the whole installation's, and about no one."""
    actor.check(Permission.DATA_PROTECTION_READ)
    at, seen = clock.now(), looks()
    since = dict(Look.objects.values_list("control", "since"))
    found = [_control(control, seen.get(control), since.get(control), at) for control in Control]
    return sorted(found, key=lambda one: (not one.is_red, one.since or 0 if one.is_red else 0))


def _control(control: Control, look: Observation | None, since: Ms | None, at: Ms) -> ControlSeen:
    stands = standing(look, at)
    if look is not None and stands is ControlStanding.STALE:
        since = Ms(look.at + FRESH_MS)  # from then on nobody can tell
    resting = tuple(promise.slug for promise in PROMISES if control in promise.controls)
    return ControlSeen(control, stands, since, None if look is None else look.at, resting)


def _paper(row: Look) -> HeldPaper | None:
    return None if row.issuer is None or row.until is None else HeldPaper(row.issuer, row.until)


def promises(at: Ms) -> list[PromiseSeen]:
    """Each promise of the public page, in its order, and how it stands at the instant."""
    seen = looks()
    return [judge(promise, seen, at) for promise in PROMISES]


def papers_shown(at: Ms) -> dict[Control, tuple[ControlStanding, Ms]]:
    """How the public page has each kind of paper at the instant, and when that was looked at. As the public reads it: of no one agency."""
    return {one: (standing(seen, at), seen.at) for one, seen in looks().items() if one.startswith("paper-")}


def attestations(*, actor: Actor) -> list[AttestationView]:
    """The papers of the actor's agency, the newest first."""
    actor.check(Permission.ATTESTATION_READ)
    with scope(actor):
        columns = [column.name for column in fields(AttestationView)]
        return [AttestationView(*row) for row in Attestation.objects.order_by("-checked_at").values_list(*columns)]


def alert_figures() -> dict[Id, list[Figure]]:
    """What is published of each agency's alerts, the newest month first, each month's by gravity."""
    found = defaultdict[Id, list[Figure]](list)
    for row in sorted(AlertFigure.objects.all(), key=lambda one: (-one.month, GRAVEST.index(one.gravity))):
        month = time.local_day(row.month)
        found[row.agency].append(Figure(month, row.gravity, row.in_time, row.passed_on, row.neither))
    return found


def months_published(agency: Id) -> set[date]:
    """The months of which an agency's figures are there, by their first days."""
    rows = AlertFigure.objects.filter(agency=agency).values_list("month", flat=True)
    return {time.local_day(Ms(month)) for month in rows}
