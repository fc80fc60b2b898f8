"""The worker's repeated work for each agency's log: place waiting entries, sign, have the witness cosign.

Rules
- The witness is asked outside any transaction. If it is down, places and signatures go on, and it gets the newest checkpoint on its return.
- A witness that knows the log at another size gets a proof from that size, once.
- A witness that knows *more* than we hold, or other entries, means a restored backup or a fork. We stop, and people must investigate.
"""

import logging

from offmon.core.log.tlog.note import SignedNote
from offmon.server.audit import queries
from offmon.server.audit.actions.sequence import BATCH, SequencedLog, do_keep_cosigned, do_sequence
from offmon.server.audit.witness_client import WitnessClient, WitnessElsewhere, WitnessUnavailable
from offmon.server.base.actor import Actor

_log = logging.getLogger(__name__)


def publish(log: SequencedLog, witness: WitnessClient, *, actor: Actor) -> SignedNote | None:
    """Place all that waits, then have the newest checkpoint cosigned. Returns it, or None where the witness did not sign.

    Raises Refused `witness-ahead`, NotAuthentic `log-forked` or one of a signature that does not hold.
    """
    while do_sequence(log, actor=actor) == BATCH:
        pass
    return cosign(log, witness, actor=actor)


def cosign(log: SequencedLog, witness: WitnessClient, *, actor: Actor) -> SignedNote | None:
    """Have the newest signed checkpoint cosigned, and keep it. None where there is nothing new or the witness did not sign.

    Raises as `publish`.
    """
    submission = queries.submission(actor)
    if submission is None:
        return None
    try:
        try:
            note = witness.cosign(submission)
        except WitnessElsewhere as elsewhere:
            submission = queries.submission(actor, elsewhere.size)
            if submission is None:
                return None
            note = witness.cosign(submission)
    except (WitnessUnavailable, WitnessElsewhere) as error:
        _log.warning("%s", error)
        return None
    do_keep_cosigned(log, note, witness.key, actor=actor)
    return note
