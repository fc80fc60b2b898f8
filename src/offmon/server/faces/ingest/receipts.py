"""What this process signs: receipts and the time, with the one key that it holds, and nothing else (design §5; formats §6).

Rules
- A receipt is signed after the commit that it speaks of.
- It carries the newest checkpoint of the agency's log that a witness cosigned, so that a device holds what the log once was.
"""

import base64
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from offmon.core import clock, dsse
from offmon.core.event import Receipt
from offmon.core.ids import Id, Ms
from offmon.core.keys import SigningKey
from offmon.core.protocol import SignedTime
from offmon.server.audit import queries as audit
from offmon.server.base import clock as wall
from offmon.server.base.actor import Actor
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


def signed_time(nonce: str) -> str:
    """The time, signed for one request: base64, as a problem's member carries it."""
    return base64.b64encode(dsse.sign(SignedTime(wall.now(), nonce), key())).decode()


def _log_checkpoint(actor: Actor, at: Ms) -> str | None:
    """The agency's newest cosigned checkpoint, asked for at most once a minute: it changes no faster than that matters."""
    known = _checkpoints.get(actor.agency)
    if known is None or not 0 <= at - known[0] < FRESH_MS:
        note = audit.latest_cosigned(actor)
        known = _checkpoints[actor.agency] = (at, None if note is None else note.data.decode())
    return known[1]
