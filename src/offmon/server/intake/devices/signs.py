"""What a batch or heartbeat shows of the device itself, and how that changes what was known of it (`Liveness`).

Rules
- It is a copy for tasks about devices. A device's journal holds the notes themselves.
- A note's time is the device's, corrected, and never later than when the note came.
- `SIGNS` is the part of both statements that update `intake_liveness as known`.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from offmon.core.formats.beat import Beat
from offmon.core.formats.event import DeviceCheckpoint, DisclosureLeaf, NoteKind, NoteLeaf, Sent
from offmon.core.ids import Ms
from offmon.core.person.stopped import CLOCK_OFF_MS

SIGNS: Final = """
 stopped_at = case when excluded.stopped_at is null and known.boot = excluded.boot then known.stopped_at else excluded.stopped_at end,
 removed_at = coalesce(known.removed_at, excluded.removed_at), browser_at = coalesce(known.browser_at, excluded.browser_at),
 clock_off_since = case when excluded.clock_off_since is not null then coalesce(known.clock_off_since, excluded.clock_off_since) end,
 release_since = case when known.release = excluded.release then known.release_since else excluded.release_since end,
 release = excluded.release"""


def clock_off(checkpoint: DeviceCheckpoint | Beat, at: Ms) -> Ms | None:
    """When it came, if the device's clock then differed from the agency's by more than is let pass."""
    return at if abs(checkpoint.clock_offset_ms) >= CLOCK_OFF_MS else None


def signs_of(checkpoint: DeviceCheckpoint, fresh: Iterable[Sent], at: Ms) -> dict[str, Any]:
    """The values of a batch that came at `at`, by column."""
    times = dict[NoteKind, Ms]()
    last: NoteKind | None = None
    browser = False
    for leaf in fresh:
        browser = browser or isinstance(leaf, DisclosureLeaf)
        if isinstance(leaf, NoteLeaf):
            kind = leaf.note.note
            times[kind] = min(at, Ms(max(0, leaf.note.at + checkpoint.clock_offset_ms)))
            last = kind if kind in {NoteKind.STARTED, NoteKind.STOPPED} else last
    return {
        "boot": UUID(checkpoint.boot),
        "stopped_at": times[NoteKind.STOPPED] if last is NoteKind.STOPPED else None,
        "removed_at": times.get(NoteKind.WITHDRAWN),
        "browser_at": at if browser or NoteKind.MARKER in times else None,
        "clock_off_since": clock_off(checkpoint, at),
        "release": bytes.fromhex(checkpoint.release),
    }
