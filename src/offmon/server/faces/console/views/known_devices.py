"""The register of the devices that a person is known to have: which of them monitoring covers, and why not the others."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.errors import NotAuthentic
from offmon.core.ids import CHECKS, Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.scope import scope
from offmon.server.base.web.headers import document_answer
from offmon.server.base.web.permissions import requires
from offmon.server.deployments.queries.register import register_of
from offmon.server.deployments.queries.told import devices_of_case
from offmon.server.faces.console.forms.known_devices import KnownDeviceForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, staff_of
from offmon.server.people.actions import do_record_device
from offmon.server.people.queries.entries import device_entries_of, entries_of, photograph_of


@requires(Permission.DEPLOYMENT_READ)
def known_devices(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Each known device as it stands, and its history."""
    actor, file = staff_of(request), file_of(request, case_id, parts=())
    with scope(actor):
        entries, register = entries_of(case_id).devices, register_of(case_id)
    names = agencies.names_of({one.recorded_by for one in entries})
    records = actor.may(Permission.INSTRUMENT_RECORD)
    shown = {"register": register, "entries": entries, "names": names, "records": records}
    return page(request, "known-devices.html", file=file, section="cases", **shown)


@requires(Permission.DEPLOYMENT_READ)
def device_photograph(request: HttpRequest, case_id: Id, known_id: Id) -> HttpResponse:
    """The photograph of a device's label, by itself."""
    file_of(request, case_id, parts=())
    try:
        data, kind = or_404(photograph_of(case_id, known_id, actor=staff_of(request)))
    except NotAuthentic:
        answer = page(request, "photograph-changed.html", case=case_id, section="cases")
        answer.status_code = 409
        return answer
    return document_answer(data, kind, f"label.{kind.rsplit('/')[-1]}")


@requires(Permission.INSTRUMENT_RECORD)
def record_device(request: HttpRequest, case_id: Id) -> HttpResponse:
    """A device that was not known before; of an enrolled one, where the address names it."""
    named = request.GET.get("enrolled", "")
    return _device(request, case_id, None, {"enrolled": named} if CHECKS[Id](named) else {})


@requires(Permission.INSTRUMENT_RECORD)
def change_device(request: HttpRequest, case_id: Id, known_id: Id) -> HttpResponse:
    """What is now so of a known device: moved, seen, lost, seized, returned, replaced or retired."""
    with scope(staff_of(request)):
        now = or_404(device_entries_of([case_id]).get(case_id, {}).get(known_id))
    return _device(request, case_id, known_id, KnownDeviceForm.initially(now))


def _device(request: HttpRequest, case_id: Id, device: Id | None, initial: dict[str, object]) -> HttpResponse:
    actor, file = staff_of(request), file_of(request, case_id, parts=())
    with scope(actor):
        enrolled = devices_of_case(case_id)
    form = KnownDeviceForm(request.POST or None, request.FILES or None, initial=initial, enrolled=enrolled)
    if form.is_valid():
        with refusals_on(form):
            do_record_device(
                case_id, form.entry(device), enrolled, photograph=form.cleaned_data["photograph"], actor=actor
            )
            return done(request, "It is recorded.", "known-devices", case_id)
    return page(request, "known-device.html", file=file, form=form, changes=device is not None, section="cases")
