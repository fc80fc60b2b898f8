"""How far a case is that has not begun: which steps of `core.authority.beginning` its file shows as done."""

from collections.abc import Iterator

from offmon.core.authority.beginning import Standing, Step, standing
from offmon.core.states import DeploymentState
from offmon.server.evidence.queries import CaseFile


def steps_done(file: CaseFile) -> frozenset[Step]:
    """The steps that are done. The file is read with its orders and its monitoring."""
    return frozenset((*_ordered(file), *_monitored(file)))


def waits_for_marker(file: CaseFile) -> bool:
    """Whether all is done but that a device shows that it works."""
    state = None if file.monitoring is None else file.monitoring.deployment.state
    return state is DeploymentState.NOTICE_SERVED and standing(steps_done(file))[Step.SEEN] is Standing.NOW


def _ordered(file: CaseFile) -> Iterator[Step]:
    live = {one.id for one in file.instruments if one.ended_at is None}
    terms = [one for one in file.terms if one.instrument in live and one.id not in file.refused_terms]
    if live:
        yield Step.ORDER
    if terms:
        yield Step.CONDITION
    if terms and all(one.confirmed_by for one in terms):
        yield Step.CONFIRMED


def _monitored(file: CaseFile) -> Iterator[Step]:
    if file.monitoring is None:
        return
    drafts = [one for one in file.monitoring.authorisations if one.id not in file.monitoring.refused]
    given = [one for one in drafts if one.authorised_at is not None]
    found = {
        Step.DRAFTED: bool(drafts),
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
