"""The documents by which a kept history is opened (device-protocol.md), made apart from Offmon's code. Their keys show the form alone."""

from base64 import b64encode
from typing import Any

type Doc = dict[str, Any]

DAY_MS = 86_400_000
ENCLOSED = b64encode(b"enclosed").decode()


def asked(device: str, at: int) -> Doc:
    """Two entries of two days, under one key."""
    kept = {"entries": 2, "first_on": at - DAY_MS, "last_on": at, "keys": [ENCLOSED]}
    return {"type": "offmon/history-ask@1", "device": device, "asked_at": at} | kept


def answer(*, opened: bool) -> Doc:
    """Null until an officer had it opened."""
    return {"type": "offmon/history-answer@1", "keys": [ENCLOSED] if opened else None}
