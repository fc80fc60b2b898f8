"""What lies between two runs of a device's agent and no declared gap covers: counted again from the bundle (`core.person.coverage`)."""

from collections import defaultdict

from offmon.core.bundle.case import Case
from offmon.core.formats.event import DeviceNote, Gap, GapLeaf, NoteLeaf
from offmon.core.ids import Id, Ms
from offmon.core.person import coverage
from offmon.core.person.coverage import Silence, Undeclared


def not_covered_in(case: Case) -> list[Undeclared]:
    """By device and time, in raw device time."""
    silences = defaultdict[Id, list[Silence]](list)
    for (device, _), batches in sorted(case.batches.items()):
        for batch in batches:
            if batch.silent_since is not None and batch.silent_until is not None:
                silences[device].append(Silence(batch.silent_since, batch.silent_until, batch.received_at))
    said = {device: _said(case, device) for device in silences}
    return [one for device, found in silences.items() for one in coverage.not_covered(device, found, *said[device])]


def _said(case: Case, device: Id) -> tuple[list[tuple[Ms, DeviceNote]], list[tuple[Ms, Gap]]]:
    notes, gaps = list[tuple[Ms, DeviceNote]](), list[tuple[Ms, Gap]]()
    for (owner, epoch), journal in case.files.journals.items():
        if owner == device:
            for batch in case.batches.get((device, epoch), []):
                leaves = [row.opened for row in journal.rows[batch.first : batch.size]]
                notes += [(batch.received_at, leaf.note) for leaf in leaves if isinstance(leaf, NoteLeaf)]
                gaps += [(batch.received_at, leaf.gap) for leaf in leaves if isinstance(leaf, GapLeaf)]
    return notes, gaps
