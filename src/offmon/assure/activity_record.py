"""`offmon told FILE --device NOTES`: a person's activity record, checked by an expert of theirs (docs/specs/told.md).

Rules
- FILE is what the person took from their page, NOTES what their device wrote down (`python -m offmon.agent known`). It asks no network.
- It is worth as much as the notes: whoever checks has them from the device itself, early, and keeps them.
- Exit status: 0 all of it holds, 1 some of it does not, 2 a file cannot be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from offmon.core.errors import OffmonError
from offmon.core.formats import codec
from offmon.core.person import activity_record
from offmon.core.person.activity_record import MAX_BYTES, DeviceNotes
from offmon.core.text.terminal import tolerate
from offmon.words.activity_record import said
from offmon.words.catalogue import Language, translate

UNREADABLE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit status."""
    tolerate(sys.stdout, sys.stderr)
    parser = argparse.ArgumentParser(prog="offmon told", description="Check what a person took away from their page.")
    parser.add_argument("file", type=Path, help="the file from the person's page")
    parser.add_argument("--device", type=Path, required=True, help="what their device wrote down: agent known")
    asked = parser.parse_args(arguments)
    try:
        known = codec.load(DeviceNotes, _bytes(asked.device), max_size=MAX_BYTES).knowledge()
    except (OSError, OffmonError):
        sys.stderr.write("These are not notes of a device. Have the device write them again: agent known.\n")
        return UNREADABLE
    try:
        told = activity_record.read(_bytes(asked.file))
    except (OSError, OffmonError):
        sys.stderr.write(translate(Language.ENGLISH, "told.unreadable") + "\n")
        return UNREADABLE
    judged = activity_record.judge(told, known)
    sys.stdout.write(said(judged, Language.ENGLISH))
    return 1 if judged.found else 0


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
