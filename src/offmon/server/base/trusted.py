"""The trust file that the agency publishes (formats §10), where a process is given one: who its witnesses are, and who runs them."""

from pathlib import Path

from django.conf import settings

from offmon.core.errors import Refused
from offmon.core.trustfile import TrustFile, load


def published_trust() -> TrustFile:
    """The file that `OFFMON_TRUST` names. Raises Refused or Malformed."""
    path = settings.OFFMON_TRUST
    if path is None:
        raise Refused("no-trust-file", "This process is given no trust file; set OFFMON_TRUST.")
    try:
        return load(Path(path).read_bytes())
    except OSError as error:
        raise Refused("no-trust-file", f"OFFMON_TRUST names a file that cannot be read: {error.strerror}.") from None
