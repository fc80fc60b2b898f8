"""The install visit: each step is written when it is taken, and the same answers given again write nothing (`core.authority.visit`).

Rules
- One visit at a time. Its first step begins it; what was answered can be changed until the device is enrolled.
- Each step but stopping asks for a condition in force: a visit does not go on after a withdrawal, or after the order ended.
- What is recorded of the device is checked against the conditions again when a code is given out (`check_device_settled`).
"""

from collections.abc import Mapping

from offmon.core.access.roles import Permission
from offmon.core.authority import visit as rules
from offmon.core.authority.visit import Access, DeviceAnswers, Others, Signature
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.policy import check_enrollable
from offmon.server.deployments.queries.visits import about_of, terms_relied_on


@action
def do_record_others(deployment: Id, others: Others, *, actor: Actor) -> Id:
    """Who else uses the device, and that they were told: the first step, which begins the visit. Raises Refused."""
    actor.check(Permission.NOTICE_SERVE)
    parent = models.Deployment.objects.get(id=deployment)
    check_enrollable(parent)
    rules.check_others(others)
    given = {
        "others": others.there,
        "others_met": others.met,
        "others_told": others.told if others.there else None,
        "others_accounts": others.accounts if others.there else None,
    }
    row = _open(deployment)
    if row is not None:
        _change(row, given, actor)
        return row.id
    row = models.Visit(
        agency=parent.agency, case=parent.case, deployment=parent, begun_by=actor.id, begun_at=clock.now(), **given
    )
    with once("visit_one_at_a_time", "visit-begun", "A colleague began this visit a moment ago. Open it again."):
        row.save(force_insert=True)
    append(actor, Verb.VISIT_BEGUN, case=row.case, touched=(row,))
    return row.id


@action
def do_record_device(deployment: Id, about: DeviceAnswers, *, actor: Actor) -> None:
    """Which kind of device it is, by what right it is accessed, and who keeps its password (R-LEG-15, R-LEG-32). Raises Refused."""
    actor.check(Permission.NOTICE_SERVE)
    row = _going_on(deployment)
    rules.check_device(about, terms_relied_on(row.case, deployment))
    if about_of(row) == about:
        return
    if row.device is not None:
        raise Refused("device-enrolled", "This device is enrolled already. Finish this visit, then begin another.")
    enclosed = column_key().enclose(about.permission, models.Visit, row.id, "permission")
    given = {
        "device_kind": about.kind,
        "access": about.access,
        "permission": enclosed if about.access is Access.OWNER_PERMITS else None,
        "password": about.password,
    }
    _change(row, given, actor)


@action
def do_record_enrolled(deployment: Id, device: Id, *, actor: Actor) -> None:
    """The device that was enrolled at the visit. Raises Refused for one of before it."""
    actor.check(Permission.NOTICE_SERVE)
    row = _going_on(deployment)
    enrolled = models.Device.objects.get(id=device, deployment_id=deployment)
    if enrolled.enrolled_at < row.begun_at:
        raise Refused("enrolled-before", "This device was enrolled before the visit. Enrol the one in front of you.")
    if row.device is None:
        _change(row, {"device": device}, actor)


@action
def do_record_test(deployment: Id, arrived: Ms | None, *, actor: Actor) -> None:
    """The indicator was seen, and the note of the marker page arrived from the device at that time. Raises Refused."""
    actor.check(Permission.NOTICE_SERVE)
    row = _going_on(deployment)
    if row.device is None or arrived is None:
        raise Refused(
            "not-arrived",
            "The test record has not arrived yet. Open the address on the device, wait a minute, then select “Look again”.",
        )
    if row.marked_at is None:
        _change(row, {"marked_at": arrived}, actor)


@action
def do_end_visit(deployment: Id, signature: Signature, *, actor: Actor) -> None:
    """The sheet was handed over and signed, or not: the visit is over. Raises Refused while a step is missing."""
    actor.check(Permission.NOTICE_SERVE)
    row = _going_on(deployment)
    if row.device is None or row.marked_at is None:
        raise Refused("visit-not-whole", "A step of the visit is missing. Go on where you left it.")
    given = {"signature": signature, "ended_by": actor.id, "ended_at": clock.now()}
    _change(row, given, actor, Verb.VISIT_ENDED)


@action
def do_stop_visit(deployment: Id, *, actor: Actor) -> None:
    """End a visit that cannot be finished: what was recorded stays, and another can begin. Raises Refused where none is open."""
    actor.check(Permission.NOTICE_SERVE)
    _change(_visit(deployment), {"ended_by": actor.id, "ended_at": clock.now()}, actor, Verb.VISIT_ENDED)


def check_device_settled(deployment: models.Deployment) -> None:
    """Raises Refused unless an open visit says by what right the device is accessed, and each condition allows its kind now."""
    row = _visit(deployment.id)
    about = about_of(row)
    if about is None:
        raise Refused("device-not-settled", "First record whose device it is and who permits the installation.")
    if row.device is not None:
        raise Refused("device-enrolled", "This device is enrolled already. Finish this visit, then begin another.")
    rules.check_device(about, terms_relied_on(row.case, deployment.id))


def _open(deployment: Id) -> models.Visit | None:
    row = models.Visit.objects.select_for_update().filter(deployment_id=deployment, ended_at=None).first()
    return None if row is None else as_left(row)


def _visit(deployment: Id) -> models.Visit:
    row = _open(deployment)
    if row is None:
        raise Refused("no-visit", "No visit is open. Start the visit first, or it was finished already.")
    return row


def _going_on(deployment: Id) -> models.Visit:
    """The open visit. Raises Refused where none is open, and where nothing may be installed now."""
    row = _visit(deployment)
    check_enrollable(models.Deployment.objects.get(id=deployment))
    return row


def _change(row: models.Visit, given: Mapping[str, object], actor: Actor, verb: Verb = Verb.VISIT_RECORDED) -> None:
    """Write what differs; where nothing does, nothing is written."""
    differs = [name for name, value in given.items() if getattr(row, name) != value]
    if not differs:
        return
    for name in differs:
        setattr(row, name, given[name])
    row.save(update_fields=differs)
    append(actor, verb, case=row.case, touched=(row,))
