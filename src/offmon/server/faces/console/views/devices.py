"""The devices of a person: how each is doing, what waits to be looked after, and how its days were spent."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.person.stopped import EXPECTED_MS, Found, TaskKind
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.deployments.queries.register import called
from offmon.server.evidence.queries import Part, ungranted_of
from offmon.server.faces.console.forms.devices import FoundForm
from offmon.server.faces.console.pages import done, file_of, page, refusals_on, select, staff_of
from offmon.server.intake.devices.actions import do_record_found
from offmon.server.intake.devices.queries import days_of, findings_of, tasks_of_case


@requires(Permission.DEPLOYMENT_READ)
def case_devices(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Each device: when it was last heard and covered, its tasks, and its last four weeks."""
    actor, at = staff_of(request), clock.now()
    file = file_of(request, case_id, parts={Part.MONITORING})
    with scope(actor):
        tasks, findings = tasks_of_case(case_id, at), findings_of(case_id)
        devices, known = days_of(case_id, ungranted_of(case_id), at), called(case_id)
    shown = {
        "tasks": tasks,
        "findings": findings,
        "devices": devices,
        "called": known,
        "names": agencies.names_of({one.found_by for one in findings}),
        "expected_ms": EXPECTED_MS,
    }
    return page(request, "devices.html", file=file, section="cases", **shown)


@requires(Permission.ALERT_DECIDE)
def record_found(request: HttpRequest, case_id: Id, device_id: Id) -> HttpResponse:
    """What somebody found who looked after a device: the task is done with it."""
    actor, file = staff_of(request), file_of(request, case_id)
    select(tuple(one.device for one in file.monitoring.devices) if file.monitoring else (), device_id)
    with scope(actor):
        tasks = [one for one in tasks_of_case(case_id, clock.now()) if one.device == device_id]
    form = FoundForm(request.POST or None, waiting=[one.task.kind for one in tasks])
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            do_record_found(
                case_id,
                device_id,
                TaskKind(given["task"]),
                found=Found(given["found"]),
                text=given["text"],
                source=given["source"],
                actor=actor,
            )
            return done(request, "What you found is recorded. The task is done.", "case-devices", case_id)
    return page(request, "record-found.html", file=file, form=form, tasks=tasks, device=device_id, section="cases")
