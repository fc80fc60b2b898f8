"""How far a case is that has not begun: which steps of `core.authority.beginning` its file shows as done."""

from collections.abc import Iterator

from offmon.core.authority.beginning import Standing, Step, standing
from offmon.core.authority.in_force import check_some_in_force, in_force, over
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.states import DeploymentState
from offmon.server.evidence.queries import CaseFile


def steps_done(file: CaseFile, at: Ms) -> frozenset[Step]:
    """The steps that are done. The file is read with its orders and its monitoring."""
    return frozenset((*_ordered(file, at), *_monitored(file, at)))


def stopped(file: CaseFile, at: Ms) -> Refused | None:
    """Why nothing may be installed, though it was authorised: no condition that it rests on is in force. None where one is."""
    authorised = None if file.monitoring is None else file.monitoring.in_force
    if authorised is None:
        return None
    try:
        check_some_in_force(authorised.choices, file.instruments, file.terms, file.withdrawals, at)
    except Refused as refusal:
        return refusal
    return None


def waits_for_marker(file: CaseFile, at: Ms) -> bool:
    """Whether all is done but that a device shows that it works."""
    state = None if file.monitoring is None else file.monitoring.deployment.state
    return state is DeploymentState.NOTICE_SERVED and standing(steps_done(file, at))[Step.SEEN] is Standing.NOW


def _ordered(file: CaseFile, at: Ms) -> Iterator[Step]:
    gone = over(file.instruments, file.terms, at)
    left = {one.instrument for one in file.terms if one.id not in gone}
    spent = {one.instrument for one in file.terms} - left
    live = {one.id for one in in_force(file.instruments, file.terms, at)} - spent
    terms = [one for one in file.terms if one.instrument in live and one.id not in {*gone, *file.refused_terms}]
    if live:
        yield Step.ORDER
    if terms:
        yield Step.CONDITION
    if terms and all(one.confirmed_by for one in terms):
        yield Step.CONFIRMED


def _monitored(file: CaseFile, at: Ms) -> Iterator[Step]:
    if file.monitoring is None:
        return
    drafts = [one for one in file.monitoring.authorisations if one.id not in file.monitoring.refused]
    given = [] if stopped(file, at) else [one for one in drafts if one.authorised_at is not None]
    found = {
        Step.DRAFTED: bool(given) or any(one.authorised_at is None for one in drafts),
        Step.AUTHORISED: bool(given),
        Step.KEY: file.monitoring.deployment.evidence_key is not None,
        Step.NOTICE: bool(given) and any(one.authorisation == given[-1].id for one in file.monitoring.papers),
        Step.SERVED: bool(file.monitoring.notices) and not file.monitoring.notice_due,
        Step.ENROLLED: bool(file.monitoring.devices),
        Step.PROFILE: any(
            one.profile is not None and one.profile.digest is not None for one in file.monitoring.devices
        ),
        Step.SEEN: file.monitoring.deployment.state is DeploymentState.ACTIVE,
    }
    yield from (step for step, is_done in found.items() if is_done)
