"""Keyed hashes of what lets a person in: the database alone cannot use them.

The portal's own key, which the console derives from its code key, finds a name and checks a code. It cannot forge a device's enrolment.
"""

import hmac
from functools import cache
from pathlib import Path

from django.conf import settings

from offmon.server.base.columns import derived


@cache
def access_key() -> bytes:
    """The key: as it was given, or made from the console's code key."""
    path = settings.OFFMON_ACCESS_KEY_FILE
    if path is not None:
        return Path(path).read_bytes()
    return derived(Path(settings.OFFMON_CODE_KEY_FILE).read_bytes(), "access")


def keyed(what: str, text: str) -> bytes:
    """The hash of a name, a code, a PIN or a try: `what` keeps them apart."""
    return hmac.digest(access_key(), f"offmon/access/{what}\0{text}".encode(), "sha256")
