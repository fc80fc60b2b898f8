"""What the report calls people, devices and disclosures, so that its text is free of identifiers. Its appendix says which is which.

Rules
- No bundle holds a name. The producer of an exhibit has the initials of its reference, which the record holds. Others are numbered.
- Each mark of a person holds their id (`data-person`): the copy that the agency gives to a court puts the name there (`court_copy`).
- Who is not mentioned is not listed. A process of ours is called what it is, and has no name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase

from offmon.core.access.roles import Role
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.authority.profile import Profile
from offmon.core.bundle.case import Case
from offmon.core.formats import dsse
from offmon.core.ids import Id
from offmon.core.log.audit import VAULT
from offmon.core.log.records import DeviceRecord, LeafPlace
from offmon.server.agencies.queries import AgencyView
from offmon.server.evidence.report_words import role_words


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody whom the report mentions. `label`: initials or a number; empty for a process, which `role` names."""

    id: Id
    label: str
    role: str
    agency: str


class Labels:
    """The short names of one report. A person has theirs from the first mention on."""

    def __init__(self, case: Case, agency: AgencyView) -> None:
        self._case = case
        self._agency = agency
        self._mentioned: dict[Id, Mentioned] = {}

    def who(self, person: Id) -> Mentioned:
        """A person by label, role and agency; one of our processes by what it is, without a label."""
        role, agency = self._acted.get(person, (None, ""))
        if role is Role.SERVICE:
            return Mentioned(person, "", "the agency’s vault" if person == VAULT else "the agency’s software", agency)
        if person not in self._mentioned:
            numbered = sum(1 for one in self._mentioned if one not in self._initials)
            label = self._initials.get(person, f"Staff member {numbered + 1}")
            said = "no act in this log" if role is None else role_words(role)
            self._mentioned[person] = Mentioned(person, label, said, agency)
        return self._mentioned[person]

    @property
    def mentioned(self) -> list[Mentioned]:
        """Everyone mentioned so far, in that order."""
        return list(self._mentioned.values())

    @cached_property
    def _initials(self) -> dict[Id, str]:
        return {one.producer: one.initials for one in reversed(self._case.readable(ExhibitRecord))}

    @cached_property
    def _acted(self) -> dict[Id, tuple[Role, str]]:
        """By id: in which role they last acted, and for which agency. Profiles name the agencies that answer for an order."""
        profiles = (dsse.peek(Profile, data) for one in self._case.files.profiles.values() for data in one.values())
        names = {party.agency: party.name for profile in profiles for party in profile.controllers}
        names[self._agency.id] = self._agency.name
        actors = (entry.it.actor for _, entry in sorted(self._case.entries.items()) if "actor" not in entry.withheld)
        return {one.id: (one.role, names.get(one.agency, "another agency")) for one in actors}

    @cached_property
    def devices(self) -> dict[Id, str]:
        """`Device A` and so on, in the order of enrolment; those that only a journal or profile names come last."""
        enrolled = sorted(self._case.readable(DeviceRecord), key=lambda one: (one.enrolled_at, one.id))
        named: Iterable[Id] = (
            *(one.id for one in enrolled),
            *sorted(device for device, _ in self._case.files.journals),
            *sorted(self._case.files.profiles),
        )
        return {
            device: f"Device {ascii_uppercase[at] if at < len(ascii_uppercase) else at + 1}"
            for at, device in enumerate(dict.fromkeys(named))
        }

    @cached_property
    def journals(self) -> dict[tuple[Id, Id], str]:
        """`journal 1` and so on of each device, in the order in which they began to arrive."""
        epochs = sorted(self._case.files.journals, key=self._began)
        return {
            key: f"journal {at}"
            for device in self.devices
            for at, key in enumerate((key for key in epochs if key[0] == device), 1)
        }

    def _began(self, key: tuple[Id, Id]) -> tuple[int, Id]:
        batches = self._case.batches.get(key, [])
        return (batches[0].received_at if batches else 0), key[1]

    def place(self, leaf: LeafPlace) -> str:
        """`Device A, journal 1, number 12`."""
        journal = self.journals.get((leaf.device, leaf.epoch), "a journal that is not here")
        return f"{self.devices.get(leaf.device, 'another device')}, {journal}, number {leaf.n}"
