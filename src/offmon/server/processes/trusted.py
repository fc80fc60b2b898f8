"""The trust file that vault and signer bring: the agencies' roots from paper, never from the database that is to be checked by them."""

from pathlib import Path

from offmon.core.errors import Refused
from offmon.core.trustfile import TrustFile, load


def trust_file(path: str) -> TrustFile:
    """Read it once, at the start: a new root is taken up by a restart, as a new key is. Raises Refused or Malformed."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Refused(
            "no-trust-file", f"OFFMON_TRUST names {path}, which cannot be read ({error.strerror}); nothing is trusted."
        ) from None
    return load(data)
