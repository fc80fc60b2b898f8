"""What the witness signs and what it refuses (C2SP tlog-witness).

Rules, in the order in which they are checked
- 400: the body is not a submission. 404: this witness does not witness that log. 403: no trusted key of this log signed, or a signature
  fails. 400: the old size is above the new one.
- Then, under the write lock: 409 if the old size is not the last cosigned one (the answer gives that one). 422 if the tree does not extend
  the last cosigned one, by a proof of exactly the right length.
- 503 while this machine's clock is before its last signature: a witness never states two orders of events.
- The cosigned state is on the disk before the signature leaves. A refused signed checkpoint is evidence and is logged whole.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from offmon.core.clock import SECOND_MS
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Ms
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.merkle import check_consistency
from offmon.core.log.tlog.note import SignedNote, check_signed
from offmon.core.log.tlog.submission import SIZE_TYPE, Submission
from offmon.witness.config import Config
from offmon.witness.ledger import LastCosigned, Ledger, LedgerUpdate

PLAIN = "text/plain; charset=utf-8"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer."""

    status: HTTPStatus
    text: str
    kind: str = PLAIN
    allow: str | None = None


class Conflict(Refused):
    """The old size is not the one last cosigned."""

    def __init__(self, size: int) -> None:
        super().__init__("old-size", f"This log was last cosigned at size {size}; prove consistency from there.")
        self.size = size


class Witness:
    """One witness: its key, the logs it knows, and what it has cosigned."""

    def __init__(self, config: Config, key: SigningKey, ledger: Ledger, now: Callable[[], Ms]) -> None:
        self._config = config
        self._key = key
        self._ledger = ledger
        self._now = now
        self._origins = {sha256(origin.encode()).hexdigest(): origin for origin in config.logs}

    def about(self) -> HttpAnswer:
        """Who this is: what an officer, a court or a supervised person needs to judge whether to rely on it."""
        independent = "yes" if self._config.independent else "no: run by the agency or its supplier"
        lines = [
            f"Witness: {self._key.name}",
            f"Key: {self._key.public.vkey}",
            f"Operator: {self._config.operator}",
            f"Independent of the agency and its supplier: {independent}",
            *(f"Log: {origin}" for origin in self._config.logs),
        ]
        return HttpAnswer(HTTPStatus.OK, "".join(f"{line}\n" for line in lines))

    def checkpoint(self, origin_hash: str) -> HttpAnswer:
        """The last checkpoint that was cosigned of the log whose origin has this SHA-256 in hex."""
        origin = self._origins.get(origin_hash)
        note = self._ledger.last(origin).note if origin is not None else None
        if note is None:
            return HttpAnswer(HTTPStatus.NOT_FOUND, "Nothing of such a log was cosigned here.\n")
        return HttpAnswer(HTTPStatus.OK, note.decode())

    def add_checkpoint(self, body: bytes) -> HttpAnswer:
        """Cosign a log's new checkpoint, or say why not."""
        try:
            submission = Submission.parse(body)
            checkpoint = Checkpoint.parse(submission.note.text)
        except Malformed as error:
            return HttpAnswer(HTTPStatus.BAD_REQUEST, f"{error}\n")
        keys = self._config.logs.get(checkpoint.origin)
        if keys is None:
            return HttpAnswer(HTTPStatus.NOT_FOUND, "That log is not witnessed here.\n")
        try:
            signers = check_signed(submission.note, keys)
        except NotAuthentic as error:
            return HttpAnswer(HTTPStatus.FORBIDDEN, f"{error}\n")
        if submission.old > checkpoint.size:
            return HttpAnswer(HTTPStatus.BAD_REQUEST, "The old size is larger than the checkpoint's.\n")
        known = {(key.name, key.id) for key in signers}
        signed = SignedNote(
            submission.note.text, tuple(s for s in submission.note.signatures if (s.name, s.key_id) in known)
        )
        try:
            with self._ledger.updating(checkpoint.origin) as update:
                line = self._cosign(update, submission, checkpoint, signed)
        except Conflict as error:
            return HttpAnswer(HTTPStatus.CONFLICT, f"{error.size}\n", SIZE_TYPE)
        except NotAuthentic as error:
            _log.error("Refused a signed checkpoint (%s), perhaps a fork. Keep this:\n%s", error.code, body.decode())
            return HttpAnswer(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}\n")
        except Refused as error:
            _log.error("%s", error)
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n")
        return HttpAnswer(HTTPStatus.OK, line)  # only here, after the commit, does the signature leave

    def _cosign(self, update: LedgerUpdate, submission: Submission, checkpoint: Checkpoint, signed: SignedNote) -> str:
        last, at = update.last, Ms(self._now() // SECOND_MS * SECOND_MS)
        if submission.old != last.size:
            raise Conflict(last.size)
        check_consistency(last.size, last.root, checkpoint.size, checkpoint.root, submission.proof)
        if at < last.at:
            raise Refused(
                "clock-behind", "This witness's clock stands before the last time it signed; nothing is signed."
            )
        signature = cosign(signed, self._key, at)
        update.record(LastCosigned(checkpoint.size, checkpoint.root, at, signed.adding([signature]).data))
        return signature.line
