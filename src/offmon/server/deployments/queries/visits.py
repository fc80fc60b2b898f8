"""Install visits, inside the scope that is open; the caller's query of the case writes the consultation."""

from django.db.models import Q

from offmon.core.authority.order import DeviceKind, Term
from offmon.core.authority.visit import DeviceAnswers, InstallVisit, Others
from offmon.core.ids import Id
from offmon.server.base.columns import column_key
from offmon.server.deployments import models
from offmon.server.deployments.policy import newest_authorised
from offmon.server.orders.queries import authority_of


def visits_of(case: Id, deployment: Id) -> tuple[InstallVisit, ...]:
    """The visits of a deployment, the newest last."""
    rows = models.Visit.objects.filter(case=case, deployment_id=deployment).order_by("begun_at", "id")
    return tuple(map(_view, rows))


def terms_relied_on(case: Id, deployment: Id) -> list[Term]:
    """The conditions that the newest authorisation rests on."""
    authorisation = newest_authorised(deployment)
    chosen = {term for choice in (authorisation and authorisation.chosen) or () for term in choice.terms}
    return [term for term in authority_of(case)[1] if term.id in chosen]


def about_of(row: models.Visit) -> DeviceAnswers | None:
    """What a visit says of the device; None where nothing is recorded yet."""
    if row.device_kind is None or row.access is None or row.password is None:
        return None
    permission = ""
    if row.permission is not None:
        permission = column_key().open(row.permission, models.Visit, row.id, "permission")
    return DeviceAnswers(row.device_kind, row.access, permission, row.password)


def kind_of(device: models.Device) -> DeviceKind | None:
    """What kind of device it is, as was recorded at the visit at which it was enrolled; None where nobody did."""
    at = device.enrolled_at
    visits = models.Visit.objects.filter(deployment_id=device.deployment_id, begun_at__lte=at)
    open_then = visits.filter(Q(ended_at=None) | Q(ended_at__gte=at)).filter(Q(device=None) | Q(device=device.id))
    return open_then.order_by("-begun_at").values_list("device_kind", flat=True).first()


def _view(row: models.Visit) -> InstallVisit:
    return InstallVisit(
        id=row.id,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        others=Others(row.others, row.others_met, row.others_told, row.others_accounts),
        about=about_of(row),
        device=row.device,
        marked_at=row.marked_at,
        ended_at=row.ended_at,
        signature=row.signature,
    )
