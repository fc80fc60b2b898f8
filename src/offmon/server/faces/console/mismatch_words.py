"""What vault and integrity process found to be other than the log or the device says, in words, by its code."""

from typing import Final

from offmon.core.log.agreement import Disagreement

FOUND: Final = {
    Disagreement.GONE: "A record that the log names is gone",
    Disagreement.UNNAMED: "A record is there that no entry of the log made",
    Disagreement.CHANGED: "A record is not what the log says was written",
    Disagreement.DIFFERS: "A copy in a record differs from the document that it comes from",
    Disagreement.ALTERED: "A record was changed, and no entry of the log says so",
    Disagreement.JOURNAL: "A stored record does not match the device’s signature",
    "rows-changed": "Records do not match the log",
    "body-swapped": "A stored disclosure is not the one that the device sent",
    "does-not-open": "A stored record does not open with its own key",
    "payload-changed": "A bundle differs from the approved one",
}


def mismatch(code: str) -> str:
    """What was found, for who protects data."""
    return FOUND.get(code, "The vault could not read a record of the case, or its signature is not valid")
