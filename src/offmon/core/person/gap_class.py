"""Whose doing a coverage gap was, as far as the record shows it (R-RGT-17).

Rules
- Five classes. OFF: the device was switched off in order, or slept. SERVICE_FAULT: our service was down. DEVICE_FAULT: it lost power or
  its program met a fault. USER_ACTION: something was done on the device. UNKNOWN: nothing shows which of these it was.
- A gap gets a class only where the record shows it: the first row of `ROWS` that fits. In doubt it is UNKNOWN.
- OFF is no gap that anybody answers for. Only USER_ACTION may be a sign among others, and never the only one (`may_be_a_sign`).
- Nothing here depends on a finding. So a class tells the person no more than the gap itself does.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import DeviceNote, Gap, GapReason, NoteKind
from offmon.core.ids import Ms
from offmon.core.person.coverage import NotCovered, Undeclared

NEAR_MS: Final = 2 * clock.MINUTE_MS  # marks and notes of one moment differ by as much


class GapClass(StrEnum):
    """Whose doing a gap was."""

    OFF = "off"
    SERVICE_FAULT = "service_fault"
    DEVICE_FAULT = "device_fault"
    USER_ACTION = "user_action"
    UNKNOWN = "unknown"


class Sign(StrEnum):
    """What the record shows beside a gap's reason."""

    REMOVED = "removed"
    """The device said at its beginning that the program was being removed."""
    STOPPED = "stopped"
    """The program said at its beginning that it was asked to stop, as at every clean shutdown."""
    BOOTED = "booted"
    """The machine itself was started within it."""
    SERVICE_DOWN = "service_down"
    """Our service was down when it began."""


type Reason = GapReason | NotCovered


@dataclass(frozen=True, slots=True)
class Row:
    """Gaps of these reasons whose record shows all of `needs` are of that class. `why`: the key of the words that say so."""

    reasons: frozenset[Reason]
    needs: frozenset[Sign]
    gap_class: GapClass
    why: str


@dataclass(frozen=True, slots=True)
class Classed:
    """The class of a gap, and by which row."""

    gap_class: GapClass
    why: str


@dataclass(frozen=True, slots=True)
class Down:
    """A time in which our service did not run, by our own clock."""

    since: Ms
    until: Ms


SIGNS: Final = (NoteKind.WITHDRAWN, NoteKind.STOPPED, NoteKind.STARTED)
"""The notes that may be a sign beside a gap."""

_R, _C = GapReason, GapClass
_ENDED: Final = frozenset[Reason]({_R.AGENT_DOWN, NotCovered.UNDECLARED})
_NEEDS_US: Final = frozenset[Reason]({_R.NO_PROFILE, _R.QUEUE_FULL, NotCovered.UNDECLARED})
_NOTHING: Final = frozenset[Sign]()

ROWS: Final = (
    Row(_ENDED, frozenset({Sign.REMOVED}), _C.USER_ACTION, "removed"),
    Row(_ENDED, frozenset({Sign.STOPPED, Sign.BOOTED}), _C.OFF, "switched_off"),
    Row(_ENDED, frozenset({Sign.STOPPED}), _C.USER_ACTION, "ended"),
    Row(_ENDED, frozenset({Sign.BOOTED}), _C.DEVICE_FAULT, "power_lost"),
    Row(_NEEDS_US, frozenset({Sign.SERVICE_DOWN}), _C.SERVICE_FAULT, "service_down"),
    Row(frozenset({_R.NOT_VISIBLE}), _NOTHING, _C.USER_ACTION, "not_visible"),
    Row(frozenset({_R.QUARANTINED, _R.STORE_DAMAGED, _R.NEW_EPOCH, _R.QUEUE_FULL}), _NOTHING, _C.DEVICE_FAULT, "fault"),
    Row(frozenset({*_R, *NotCovered}), _NOTHING, _C.UNKNOWN, "unknown"),
)


def class_of(reason: Reason, signs: Collection[Sign]) -> Classed:
    """The class of a gap of that reason whose record shows these signs."""
    row = next(row for row in ROWS if reason in row.reasons and row.needs <= set(signs))
    return Classed(row.gap_class, row.why)


def reason_of(gap: Gap | Undeclared) -> Reason:
    """Why there was no coverage."""
    return gap.reason if isinstance(gap, Gap) else NotCovered.UNDECLARED


def classed(
    gap: Gap | Undeclared, notes: Iterable[DeviceNote], down: Iterable[Down] = (), *, offset_ms: int = 0
) -> Classed:
    """The class of a device's gap. `notes`: all of this device's; `offset_ms`: what corrects its clock for comparison with `down`."""
    own = [note for note in notes if note.device == gap.device]
    began = gap.since + offset_ms
    signs = {sign for note in own for sign in _signs(note, gap)}
    signs |= {Sign.SERVICE_DOWN for one in down if one.since - NEAR_MS <= began < one.until}
    return class_of(reason_of(gap), signs)


def may_be_a_sign(of: GapClass, others: int) -> bool:
    """Whether a rule may count a gap of that class, beside so many signs that are no gap (R-RGT-17)."""
    return of is GapClass.USER_ACTION and others > 0


def _signs(note: DeviceNote, gap: Gap | Undeclared) -> Iterable[Sign]:
    begins = abs(note.at - gap.since) <= NEAR_MS
    if note.note is NoteKind.WITHDRAWN and (begins or gap.since <= note.at <= gap.until):
        yield Sign.REMOVED
    if note.note is NoteKind.STOPPED and begins:
        yield Sign.STOPPED
    booted = booted_at(note)
    if booted is not None and gap.since < booted <= note.at and abs(note.at - gap.until) <= NEAR_MS:
        yield Sign.BOOTED


def booted_at(note: DeviceNote) -> Ms | None:
    """When the machine was started, as the note of a start says it; None: the note does not say."""
    if note.note is not NoteKind.STARTED or note.count is None:
        return None
    return Ms(note.at - note.count * clock.SECOND_MS)


def slept(note: DeviceNote) -> tuple[Ms, Ms] | None:
    """From when until when the device slept, as its note says; None for a note of something else."""
    if note.note is not NoteKind.SLEPT or note.count is None:
        return None
    return Ms(max(0, note.at - note.count * clock.SECOND_MS)), note.at
