"""The trust file that the agency publishes (formats §10), given to a process as a file and never read from the database.

Vault and signer check the database by its roots. Console and ingest enrol devices under them, and assurance compares the directory with
them. Console and portal name the witnesses, and who runs them, from it.
"""

from pathlib import Path

from django.conf import settings

from offmon.core.errors import Refused
from offmon.core.formats.trust_file import TrustedWitness, TrustFile, load
from offmon.core.ids import Ms


def witnesses(at: Ms) -> tuple[TrustedWitness, ...]:
    """The witnesses that are good at the time. None where the file cannot be read: then a page claims none."""
    try:
        return trust_file().witnesses_at(at)
    except Refused:
        return ()


def trust_file() -> TrustFile:
    """The file that `OFFMON_TRUST` names. Raises Refused or Malformed.

    It is read as it is now; vault and signer keep what they read at their start, so that they take up a new root by a restart.
    """
    path = settings.OFFMON_TRUST
    if path is None:
        raise Refused("no-trust-file", "This process is given no trust file, so nothing is trusted; set OFFMON_TRUST.")
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Refused(
            "no-trust-file", f"OFFMON_TRUST names {path}, which cannot be read ({error.strerror}); nothing is trusted."
        ) from None
    return load(data)
