"""The person's own PIN for the device's details page: who may choose it, and how often one may guess (design §1.6).

Rules
- The person chooses it with their paper: the first eight letters and digits of the enrolment code, of which enrolment keeps a slow hash.
  That code is used up and opens only this page. The paper chooses a new PIN whenever the old one is lost.
- What a PIN is, and how often one may try, is one rule with the person's own page (`core/access/pin`).
- Guesses at PIN and paper share one count, written to the disk *before* a guess is checked. Ending the window or the agent takes none back.
  The console's rule sets the waits (`core/access/throttle`).
- It protects against a glance or a guess at the keyboard. Anyone who can read the account's files can read the page's source (THREATS).
- The file depends only on what was typed here, so it says nothing of findings.
"""

import hmac
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import scrypt
from typing import ClassVar, Final

from offmon.agent.home import AgentHome
from offmon.core.access.pin import check_pin, could_be
from offmon.core.access.throttle import REMEMBERED_MS, wait_of
from offmon.core.errors import passes
from offmon.core.formats import codec
from offmon.core.formats.protocol import Code
from offmon.core.ids import Ms

LETTERS: Final = 8
_FILE: Final = "pin"
_MAX: Final = 8 << 10
_SALT_BYTES: Final = 16


class DetailsDoor(StrEnum):
    """What the details page can be opened with."""

    PIN = "pin"
    PAPER = "paper"
    NOTHING = "nothing"


class PinOutcome(StrEnum):
    """What became of a try. All but OPEN show nothing."""

    OPEN = "open"
    WRONG = "wrong"
    FORM = "form"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, repr=False)
class _Kept:
    """Slow hashes under one salt, and when tries failed (corrected time)."""

    TYPE: ClassVar[str] = "offmon/agent-pin@1"

    salt: bytes
    paper: bytes
    pin: bytes | None
    failed: tuple[Ms, ...]


def prepare(home: AgentHome, code: Code) -> None:
    """At enrolment: remember by what the person's paper is known. Raises Refused where the disk does not take it."""
    salt = secrets.token_bytes(_SALT_BYTES)
    _save(home, _Kept(salt, _slow(_letters(code.text), salt), None, ()))


def door(home: AgentHome) -> DetailsDoor:
    """What is asked for now. Raises Malformed or Refused for a damaged or exposed file, as all here."""
    kept = _load(home)
    if kept is None:
        return DetailsDoor.NOTHING
    return DetailsDoor.PAPER if kept.pin is None else DetailsDoor.PIN


def waits(home: AgentHome, at: Ms) -> int:
    """Milliseconds until the next try is looked at; 0 for now."""
    kept = _load(home)
    return 0 if kept is None else wait_of(kept.failed, at)


def enter(home: AgentHome, pin: str, at: Ms) -> PinOutcome:
    """Try the PIN."""
    kept = _load(home)
    if not could_be(pin):
        return PinOutcome.FORM
    return _try(home, kept, None if kept is None else kept.pin, pin, at)


def choose(home: AgentHome, paper: str, pin: str, at: Ms) -> PinOutcome:
    """Try the paper and, where it is the one, keep the PIN in place of an earlier one."""
    kept = _load(home)
    if not passes(check_pin, pin):
        return PinOutcome.FORM
    outcome = _try(home, kept, None if kept is None else kept.paper, _letters(paper), at)
    if kept is not None and outcome is PinOutcome.OPEN:
        _save(home, replace(kept, pin=_slow(pin, kept.salt), failed=()))
    return outcome


def _try(home: AgentHome, kept: _Kept | None, wanted: bytes | None, given: str, at: Ms) -> PinOutcome:
    if kept is None or wanted is None:
        return PinOutcome.WRONG
    if wait_of(kept.failed, at):
        return PinOutcome.WAIT
    failed = (*(one for one in kept.failed if at - one < REMEMBERED_MS), at)
    _save(home, replace(kept, failed=failed))
    if not hmac.compare_digest(_slow(given, kept.salt), wanted):
        return PinOutcome.WRONG
    _save(home, replace(kept, failed=()))
    return PinOutcome.OPEN


def _letters(code: str) -> str:
    """As it is compared: case, spaces and dashes do not matter, nor does what follows the first eight."""
    return "".join(one for one in code.upper() if not one.isspace() and one != "-")[:LETTERS]


def _slow(secret: str, salt: bytes) -> bytes:
    """RFC 7914; 16 MiB and some 50 ms, so that a copied file is not guessed through in a moment."""
    return scrypt(secret.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32)


def _load(home: AgentHome) -> _Kept | None:
    data = home.read(_FILE)
    return None if data is None else codec.load(_Kept, data, max_size=_MAX)


def _save(home: AgentHome, kept: _Kept) -> None:
    home.write(_FILE, codec.dump(kept))
