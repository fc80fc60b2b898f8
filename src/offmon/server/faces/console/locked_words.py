"""What staff read of records that are locked, because they were collected at a time without authority."""

from typing import Final

from offmon.core.log.quarantine import LateChoice, LateReason
from offmon.core.states import QuarantineState

WHY: Final = {
    LateReason.NEVER: "the order never was in force",
    LateReason.ENDED: "the order or licence had ended",
    LateReason.VARIED: "the order, licence or agreement had been varied",
    LateReason.SUPERSEDED: "another order had taken its place",
    LateReason.WITHDRAWN: "the person had withdrawn what they agreed to",
    LateReason.SERVED_ENDED: "the order that the agreement served had ended",
    LateReason.NOT_IN_FORCE: "no condition of the order was in force",
}
CHOICE: Final = {LateChoice.ERASE: "Erase them", LateChoice.KEEP: "Keep them, because there was authority"}
STATE: Final = {
    QuarantineState.ASKED: "Waits for a colleague",
    QuarantineState.AGREED: "Agreed",
    QuarantineState.REFUSED: "Refused",
    QuarantineState.DONE: "Erased",
}


def records(count: int) -> str:
    """So many records, in words."""
    return "1 record falls" if count == 1 else f"{count} records fall"
