"""Reads what is recorded of a person in many entries: MAPPA, duties, identifiers, devices. The caller's query writes the consultation."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any

from offmon.core.authority.order import Media
from offmon.core.formats import canon
from offmon.core.formats.canon import Json
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.hours import KnownDevice
from offmon.core.person.device_register import DeviceEntry, newest
from offmon.core.person.entries import Duty, EntrySort, Standing
from offmon.core.person.identifiers.kinds import Caution, Identifier, IdentifierKind
from offmon.core.person.identifiers.reading import looked_up_by
from offmon.core.person.mappa import Mappa
from offmon.server.agencies.queries import is_open_to
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key, lookup_digest
from offmon.server.base.scope import scope
from offmon.server.base.storage.directory import document_store
from offmon.server.people.models import EntryMark, PersonEntry, Register
from offmon.server.people.queries import MAX_KEPT


@dataclass(frozen=True, slots=True)
class EntryView[T]:
    """One entry: what it says, who recorded it and when, and how its newest mark leaves it. `source`: of an identifier."""

    id: Id
    says: T
    recorded_by: Id
    recorded_at: Ms
    standing: Standing = Standing.CURRENT
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class EntriesView:
    """All entries of a person, the newest first."""

    mappa: list[EntryView[Mappa]] = field(default_factory=list)
    duties: list[EntryView[Duty]] = field(default_factory=list)
    identifiers: list[EntryView[Identifier]] = field(default_factory=list)
    devices: list[EntryView[DeviceEntry]] = field(default_factory=list)

    def __iter__(self) -> Iterator[EntryView[Any]]:
        return iter([*self.mappa, *self.duties, *self.identifiers, *self.devices])

    def entry(self, one: Id) -> EntryView[Any] | None:
        """The entry of that id."""
        return {each.id: each for each in self}.get(one)

    @property
    def levels(self) -> list[EntryView[Mappa]]:
        """The MAPPA entries that nobody marked as wrong, by their meetings, from the newest current one back."""
        right = [one for one in self.mappa if one.standing is not Standing.WRONG]
        ordered = sorted(right, key=lambda one: one.says.met_on, reverse=True)
        return list(dropwhile(lambda one: one.standing is not Standing.CURRENT, ordered))


def entries_of(case: Id) -> EntriesView:
    """All entries of a person, inside the scope that is open."""
    found, marks = EntriesView(), _marks(EntryMark.objects.filter(case=case))
    for row in PersonEntry.objects.filter(case=case).order_by("-recorded_at", "-id"):
        kept = _kept(row)
        mark = marks.get(row.id)
        why = "" if mark is None else column_key().open(mark.why, EntryMark, mark.id, "why")
        said = (row.recorded_by, row.recorded_at, Standing.CURRENT if mark is None else mark.standing, why)
        match row.sort:
            case EntrySort.MAPPA:
                found.mappa.append(EntryView(row.id, Mappa(**_words(kept)), *said))
            case EntrySort.DUTY:
                found.duties.append(EntryView(row.id, Duty(**_words(kept)), *said))
            case EntrySort.IDENTIFIER:
                found.identifiers.append(
                    EntryView(row.id, _identifier(kept), *said, source=str(kept.get("source", "")))
                )
            case EntrySort.DEVICE:
                found.devices.append(EntryView(row.id, DeviceEntry(**_words(kept)), *said))
    return found


def device_entries_of(cases: Collection[Id]) -> dict[Id, dict[Id, DeviceEntry]]:
    """The newest entry of each device on record that nobody marked as wrong, by case and by the id of the device."""
    rows = PersonEntry.objects.filter(case__among=cases, sort=EntrySort.DEVICE).order_by("-recorded_at", "-id")
    marks = _marks(EntryMark.objects.filter(case__among=cases))
    wrong = {entry for entry, mark in marks.items() if mark.standing is Standing.WRONG}
    by_case: dict[Id, dict[Id, DeviceEntry]] = {}
    for row in rows:
        if row.id not in wrong:
            by_case.setdefault(row.case, {})[row.id] = DeviceEntry(**_words(_kept(row)))
    return {case: newest(entries) for case, entries in by_case.items()}


def photograph_place(case: Id) -> tuple[type[PersonEntry], Id, str]:
    """What a photograph is enclosed for, so that none can be put in another case's place."""
    return PersonEntry, case, "photograph"


def photograph_of(case: Id, device: Id, *, actor: Actor) -> tuple[bytes, Media] | None:
    """The photograph of a known device's label; None where there is none. Raises NotAuthentic where what lies there is another."""
    with scope(actor):
        entry = device_entries_of([case]).get(case, {}).get(device)
        if entry is None or not entry.photograph or not is_open_to(case, actor):
            return None
        data = column_key().open_bytes(document_store().get(entry.photograph), *photograph_place(case))
        append(actor, Verb.DOCUMENT_OPENED, case=case, touched=(PersonEntry.objects.get(case=case, id=device),))
        return data, Media(entry.picture)


def register_recorded(case: Id) -> tuple[KnownDevice, ...]:
    """The devices on record as the newest record of the register has them: codes alone, for whoever has no key to the entries."""
    row = Register.objects.filter(case=case).order_by("-recorded_at", "-id").first()
    return () if row is None else row.core().devices


def standing_of(case: Id, entry: Id) -> Standing | None:
    """How an entry of a case stands, inside the scope that is open. None: the case has no such entry."""
    if not PersonEntry.objects.filter(case=case, id=entry).exists():
        return None
    mark = _marks(EntryMark.objects.filter(case=case, entry=entry)).get(entry)
    return Standing.CURRENT if mark is None else mark.standing


def is_device(case: Id, entry: Id) -> bool:
    """Whether an entry of a case is of a device of the register."""
    return PersonEntry.objects.filter(case=case, id=entry, sort=EntrySort.DEVICE).exists()


def with_identifier(identifiers: Iterable[Identifier]) -> set[Id]:
    """The cases of the scope that is open whose person has one of these identifiers, by entries that nobody marked as wrong."""
    digests = [lookup_digest(looked_up_by(one)) for one in identifiers]
    found = dict(PersonEntry.objects.filter(looked_up__in=digests).values_list("id", "case"))
    marks = _marks(EntryMark.objects.filter(entry__in=list(found)))
    wrong = {entry for entry, mark in marks.items() if mark.standing is Standing.WRONG}
    return {case for entry, case in found.items() if entry not in wrong}


def _marks(rows: Iterable[EntryMark]) -> dict[Id, EntryMark]:
    """The newest mark of each entry."""
    return {row.entry: row for row in sorted(rows, key=lambda row: (row.marked_at, row.id))}


def _kept(row: PersonEntry) -> Mapping[str, Json]:
    doc = canon.decode(column_key().open_bytes(row.written, PersonEntry, row.id, "written"), max_size=MAX_KEPT)
    return doc if isinstance(doc, dict) else {}


def _words(kept: Mapping[str, Json]) -> dict[str, str]:
    return {name: str(value) for name, value in kept.items()}


def _identifier(kept: Mapping[str, Json]) -> Identifier:
    cautions = kept.get("cautions")
    return Identifier(
        IdentifierKind(str(kept.get("kind"))),
        str(kept.get("value")),
        str(kept.get("typed")),
        tuple(Caution(str(one)) for one in cautions) if isinstance(cautions, list) else (),
    )
