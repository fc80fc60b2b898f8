"""Asks the witness what it last signed of each agency's log. Our own tables would say "witnessed" of a witness that is gone.

Rules
- It must answer, under its known key, with a checkpoint that our tables hold to the letter. That is at least as long as the longest that
  they call cosigned. We store ours before we send it: one that only the witness has was deleted here.
- A witness that does not answer within three seconds fails, however quiet the log is. Later nobody could tell that it had been gone.
"""

from dataclasses import replace
from typing import Final

from offmon.core.errors import OffmonError
from offmon.core.ids import Id, Origin
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.public.assurance import ControlStanding, Observation
from offmon.server.agencies import queries as agencies
from offmon.server.audit.queries import latest_cosigned, signed_at
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base.actor import Service, service

TIMEOUT_S: Final = 3.0


def confirmed(known: Observation, witness: WitnessClient) -> Observation:
    """What our tables say (`known`), if the witness says the same."""
    try:
        signed = [_agrees(agency.id, witness) for agency in agencies.agencies()]
    except OffmonError:
        return replace(known, standing=ControlStanding.FAILS)
    if known.standing is ControlStanding.NOTHING_YET and any(signed):
        return replace(known, standing=ControlStanding.HOLDS)  # a quiet day, under a checkpoint that is there
    return known


def _agrees(agency: Id, witness: WitnessClient) -> bool:
    """Whether there is a checkpoint on which both agree; False where neither has one. Raises OffmonError where they differ."""
    actor = service(Service.ASSURANCE, agency)
    ours = latest_cosigned(actor)  # first: the log may grow meanwhile, and then the witness is ahead
    origin = Origin(agencies.agency(agency).origin)
    theirs = witness.last(origin)
    if theirs is None:
        if ours is not None:
            raise _differs("it does not know the log")
        return False
    if not check_cosigned(theirs, [witness.key]):
        raise _differs("it shows another one's signature")
    seen = Checkpoint.parse(theirs.text)
    kept = signed_at(actor, seen.size)
    is_ours = kept is not None and kept.text == theirs.text
    older = ours is not None and seen.size < Checkpoint.parse(ours.text).size
    if seen.origin != origin or not is_ours or older:
        raise _differs("it shows another log, or an older state of it")
    return True


def _differs(how: str) -> OffmonError:
    return OffmonError("witness-differs", f"The witness does not confirm what our tables say: {how}.")
