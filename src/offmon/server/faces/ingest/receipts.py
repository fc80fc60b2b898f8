"""What this process signs: receipts and the time, with its one key, and nothing else (design §5; formats §6).

Rules
- A receipt is signed after the commit that it reports.
- It carries the day's cosigned checkpoint of the log. So a device holds an earlier state, and the portal can lead a proof to it. One a day:
  a log that grows within a minute of a visit would disclose it.
"""

import base64
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from offmon.core import clock
from offmon.core.formats import beat, dsse
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.protocol import SignedTime
from offmon.core.ids import Id, Ms
from offmon.server.audit import queries as audit
from offmon.server.base import clock as wall
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.intake.actions import Received

FRESH_MS: Final = clock.MINUTE_MS
_checkpoints: dict[Id, tuple[Ms, str | None]] = {}


@cache
def key() -> SigningKey:
    """The receipt key. Raises Malformed for a file that is not 32 bytes."""
    return SigningKey.from_seed(settings.OFFMON_RECEIPT_KEY_NAME, Path(settings.OFFMON_RECEIPT_KEY_FILE).read_bytes())


def receipt(received: Received, device: Id, nonce: str, actor: Actor) -> bytes:
    """The signed receipt for one request."""
    document = Receipt(
        device=device,
        epoch=received.epoch,
        size=received.size,
        root=received.root,
        refused=received.refused,
        nonce=nonce,
        at=received.at,
        log_checkpoint=_log_checkpoint(actor, received.at),
    )
    return dsse.sign(document, key())


def heard(received: Received, device: Id, nonce: str, given: str | None) -> bytes:
    """The answer to a short heartbeat. `given`: the checkpoint of the log that device and agency both know."""
    told = Receipt(device, received.epoch, received.size, received.root, (), nonce, received.at, given)
    return beat.answer(told, key())


def log_checkpoint(actor: Actor) -> str | None:
    """The checkpoint of the log that a receipt of now carries."""
    return _log_checkpoint(actor, wall.now())


def time_for(nonce: str) -> bytes:
    """The time, signed for one request."""
    return dsse.sign(SignedTime(wall.now(), nonce), key())


def signed_time(nonce: str) -> str:
    """The same in base64, as a problem's member carries it."""
    return base64.b64encode(time_for(nonce)).decode()


def _log_checkpoint(actor: Actor, at: Ms) -> str | None:
    """The checkpoint of the agency's day, asked for at most once a minute."""
    known = _checkpoints.get(actor.agency)
    if known is None or not 0 <= at - known[0] < FRESH_MS:
        with scope(actor):
            note = audit.given_at(actor.agency, at)
        known = _checkpoints[actor.agency] = (at, None if note is None else note.data.decode())
    return known[1]
