"""Monitoring that has ended, as the end certificate shows it. Inside the open scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from offmon.core.authority.profile import Profile
from offmon.core.authority.standstill import Why
from offmon.core.bundle.layout import Record
from offmon.core.formats import dsse
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DeploymentRecord, ProfileRecord
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.deployments import models


@dataclass(frozen=True, slots=True)
class SignedProfile:
    """A signed profile: its record, that record as a file shows it, and the document."""

    record: ProfileRecord
    shown: Record
    document: bytes


@dataclass(frozen=True, slots=True)
class LastProfiles:
    """A device's last profile that granted something, and a later one that grants nothing; None where there is none."""

    device: Id
    granting: SignedProfile | None
    nothing: SignedProfile | None


@dataclass(frozen=True, slots=True)
class EndedMonitoring:
    """A deployment that has ended, its record as a file shows it, and what its devices were last told."""

    case: Id
    record: DeploymentRecord
    shown: Record
    key_destroyed_at: Ms | None
    devices: tuple[LastProfiles, ...]


def ended_monitoring(deployment: Id) -> EndedMonitoring | None:
    """A deployment that has ended; None where it has not, or is not the actor's to read."""
    row = models.Deployment.objects.filter(id=deployment, state=DeploymentState.ENDED).first()
    if row is None:
        return None
    devices = models.Device.objects.filter(deployment=row).order_by("enrolled_at", "id").values_list("id", flat=True)
    return EndedMonitoring(
        row.case, row.core(), row.opened(), row.key_destroyed_at, tuple(_last(device) for device in devices)
    )


def ended_once_told(cases: Iterable[Id]) -> dict[Id, tuple[Id, Ms]]:
    """The ended monitoring of these cases that the person had a notice of: each deployment's case, and when it ended.

    Without what ended by the person's death. The caller's query writes the consultations.
    """
    rows = models.Deployment.objects.filter(
        case__among=set(cases), state=DeploymentState.ENDED, stopped_at__isnull=False
    )
    told = rows.exclude(why=Why.DEATH).filter(Exists(models.Notice.objects.filter(deployment=OuterRef("id"))))
    return {deployment: (case, at) for deployment, case, at in told.values_list("id", "case", "stopped_at") if at}


def _last(device: Id) -> LastProfiles:
    granting = nothing = None
    for row in models.Profile.objects.filter(device_id=device, state=ProfileState.SIGNED).order_by("version"):
        if row.document is None:
            continue
        signed = SignedProfile(row.core(), row.opened(), row.document)
        if dsse.peek(Profile, row.document).grants:
            granting, nothing = signed, None
        else:
            nothing = nothing or signed
    return LastProfiles(device, granting, nothing)
