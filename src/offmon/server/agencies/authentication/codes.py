"""Which code of an authenticator app is right (RFC 6238: HMAC-SHA-1, 6 digits, steps of 30 seconds), and whether it was used before.

Rules (R-SEC-10; ASVS 5.0 §6.5, §6.6)
- The codes of one step before and one after count too, for a clock that is slightly off. No other does.
- A code counts once: neither it nor an earlier one counts again.
- Every step is compared in constant time, whichever is right.
- A recovery code holds 120 bits, so a plain keyed hash of it is safe to keep (ASVS 5.0 §6.5.2).
"""

import hmac
from typing import Final

from pyotp import TOTP

from offmon.core.ids import Ms

STEP_MS: Final = 30_000
NEVER: Final = -1  # the last step of an app that has given no code yet
RECOVERY_CODES: Final = 10
RECOVERY_CHARACTERS: Final = 24  # of base32: 5 bits each


def step_of(at: Ms) -> int:
    """The number of the step in which an instant lies."""
    return at // STEP_MS


def code_of(secret: str, step: int) -> str:
    """What an app that holds the secret (base32) shows during a step."""
    return TOTP(secret, interval=STEP_MS // 1000).generate_otp(step)


def matching_step(secret: str, given: str, last_step: int, at: Ms) -> int | None:
    """The step whose code was given, if it counts at the instant and comes after the last one used; None for no such step."""
    now, found = step_of(at), None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(code_of(secret, max(step, 0)).encode(), given.encode()) and step > last_step:
            found = step
    return found


def grouped(text: str) -> str:
    """A key or recovery code as people read and type it: `ABCD EFGH …`."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def plain(text: str) -> str:
    """What was typed, without the spaces and dashes between, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def address(secret: str, issuer: str, name: str) -> str:
    """What an authenticator app reads from the picture (`otpauth://…`)."""
    return TOTP(secret, interval=STEP_MS // 1000).provisioning_uri(name=name, issuer_name=issuer)
