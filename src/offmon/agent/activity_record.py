"""Checks, on the device, the activity record that the person took from their page (`core/person/activity_record.py`; docs/specs/told.md).

    python -m offmon.agent told FILE
    python -m offmon.agent known > device.json      for an expert of the person's (`assure/activity_record.py`)

Rules
- It asks and sends nothing. It judges by what is on this device: keys from the enrolment, checkpoints from receipts.
- For somebody who checks elsewhere it writes down what it judges by. That holds commitments and the log's states, and no content.
- It names a failed line by its place in the file and never quotes it: others may be looking.
- Exit status: 0 all of it holds, 1 some of it does not, 2 the file cannot be read.
"""

from pathlib import Path
from typing import Final

from offmon.agent import enrol, keys, progress, store_reader
from offmon.agent.clock import Timekeeper
from offmon.agent.home import AgentHome
from offmon.agent.presence.words import IndicatorLanguage
from offmon.agent.trust_state import Belief
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms
from offmon.core.person import activity_record
from offmon.core.person.activity_record import DeviceNotes
from offmon.words import catalogue
from offmon.words.activity_record import said
from offmon.words.catalogue import translate

HOLDS: Final = 0
HOLDS_NOT: Final = 1
UNREADABLE: Final = 2


def check(home: AgentHome, file: Path, language: IndicatorLanguage, raw: Ms) -> tuple[int, str]:
    """The exit status, and what is said. Raises Refused where this device has nothing to check by."""
    spoken = [one for one in catalogue.Language if one.value in language.value.split("-")]
    try:
        page = activity_record.read(_bytes(file))
    except Malformed:
        return UNREADABLE, "".join(translate(one, "told.unreadable") + "\n" for one in spoken)
    judged = activity_record.judge(page, known(home, raw).knowledge())
    return HOLDS_NOT if judged.found else HOLDS, "\n".join(said(judged, one) for one in spoken)


def _bytes(file: Path) -> bytes:
    """No more of the file than is ever read. Raises Malformed."""
    try:
        with file.open("rb") as stream:
            return stream.read(activity_record.MAX_BYTES + 1)
    except (OSError, ValueError):
        raise Malformed("no-file", "The file cannot be read.") from None


def known(home: AgentHome, raw: Ms) -> DeviceNotes:
    """What this device knows by itself. Raises Refused where it has nothing to check by."""
    enrolled, own, found = enrol.load(home), keys.load_or_draw(home), progress.load(home)
    time = Timekeeper(raw, found.clock_offset_ms if found else 0)
    belief = Belief(home, enrol.identity(enrolled, own), enrolled, time)
    belief.restore()
    if belief.held is None:
        raise Refused("no-profile", "No permission has arrived on this device, so nothing was sent from it.")
    ring, store = belief.trust.ring, store_reader.read(home.outbox)
    return DeviceNotes(
        agency=enrolled.agency,
        case=belief.held.profile.case,
        device=enrolled.device,
        origin=enrolled.log_origin,
        keys=tuple(listed.vkey for listed in ring.keys if listed.role is KeyRole.LOG),
        commits=tuple(sorted(store.commits)),
        checkpoints=tuple(dict.fromkeys(store.checkpoints)),
    )
