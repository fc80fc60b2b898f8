"""How much of what a person is known to have monitoring covers (`core.person.device_register`), inside the scope that is open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from offmon.core.ids import Id
from offmon.core.log.hours import Covered, covered
from offmon.core.person.device_register import DeviceEntry, register, told_to_the_person, unrecorded
from offmon.core.states import DeploymentState
from offmon.server.deployments import models
from offmon.server.people.queries.entries import device_entries_of, register_recorded


@dataclass(frozen=True, slots=True)
class RegisterView:
    """The newest entry of each known device, by its id; what monitoring covers; the enrolled devices that nobody recorded."""

    known: Mapping[Id, DeviceEntry]
    covered: Covered
    unrecorded: list[Id]


def covered_of(cases: Collection[Id]) -> dict[Id, Covered]:
    """How many of each person's known devices monitoring covers. The caller writes the consultations."""
    entries, running = device_entries_of(cases), _running(cases)
    return {case: covered(register(entries.get(case, {}).values()), running.get(case, set())) for case in cases}


def covered_as_told(case: Id) -> Covered:
    """The same for the person's own page, without what somebody else told of a device."""
    return covered(told_to_the_person(register_recorded(case)), _running([case]).get(case, set()))


def called(case: Id) -> dict[str, str]:
    """What officers call the devices that are enrolled, by their ids."""
    entries = device_entries_of([case]).get(case, {}).values()
    return {one.enrolled: one.called for one in entries if one.enrolled}


def register_of(case: Id) -> RegisterView:
    """The register of one case. The caller writes the consultation."""
    known, running = device_entries_of([case]).get(case, {}), _running([case]).get(case, set())
    said = known.values()
    return RegisterView(known, covered(register(said), running), sorted(unrecorded(said, running)))


def _running(cases: Collection[Id]) -> dict[Id, set[Id]]:
    """The devices of monitoring that has begun and is not over, by case."""
    live = models.Device.objects.filter(case__among=cases).exclude(deployment__state=DeploymentState.ENDED)
    found: dict[Id, set[Id]] = {}
    for device, case in live.values_list("id", "case"):
        found.setdefault(case, set()).add(device)
    return found
