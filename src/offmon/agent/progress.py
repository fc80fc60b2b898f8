"""What the agent writes down every few seconds, so that its next start knows what it missed.

Rules
- `alive_at`: everything before it is covered or declared. At start, the time since then is a Gap (AGENT_DOWN). It never moves past an
  undeclared loss, or past a page that may still be on its way from a browser.
- `later`: an undeclared loss that the person is told later, by reason and start. It does not hold `alive_at` back. The person is told at
  once what the next start declares from there, and it would begin where something was found.
- `sources`: for each source the processes that it heard and that ran. The next run does not hear them before they say hello again.
- `safe_until`: before it everything had its receipt, and no coverage gap waits to be sent. A damaged store's gap begins there.
- The head of the journal is kept here too, outside the store. It reveals a store that was lost or restored to an older state.
- They are written in place, so that a disk need not find a new one for them all day. A cut of the power may leave half of such a write:
  `check`, a digest of all else, shows it, and then there are no marks.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from offmon.agent.home import AgentHome
from offmon.agent.sources.browsers import RunningProcess
from offmon.core.authority.capability import Source
from offmon.core.errors import OffmonError
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import GapReason
from offmon.core.ids import Digest, Id, Ms

EVERY_MS: Final = 5_000
_FILE: Final = "marks"


@dataclass(frozen=True, slots=True)
class SourceMarks:
    """The processes that a source heard and that ran."""

    source: Source
    processes: tuple[RunningProcess, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Raw device times. `idle`: why nothing was being collected when this was written, undeclared since `idle_since`."""

    TYPE: ClassVar[str] = "offmon/agent-marks@2"

    alive_at: Ms
    safe_until: Ms
    highest: Ms
    clock_offset_ms: int
    epoch: Id
    size: int
    received: int
    idle: GapReason | None
    idle_since: Ms | None
    sources: tuple[SourceMarks, ...]
    later: GapReason | None
    later_since: Ms | None
    check: Digest | None = None


def load(home: AgentHome) -> Marks | None:
    """The last marks; None where there are none, or none that can be read. After the first profile that is damage (`last_receipt`)."""
    try:
        data = home.read(_FILE)
        if data is None:
            return None
        found = codec.load(Marks, data, max_size=4096)
        marks = replace(found, check=None)
        return marks if data == sealed(marks) else None
    except OffmonError:
        return None


def save(home: AgentHome, marks: Marks) -> None:
    """Replace the marks; on the disk when this returns."""
    home.overwrite(_FILE, sealed(marks))


def sealed(marks: Marks) -> bytes:
    """The marks as they are written, with their digest."""
    return codec.dump(replace(marks, check=dsse.digest_of(codec.dump(replace(marks, check=None)))))
