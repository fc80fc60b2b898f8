"""The newest signed receipt, kept beside the store: what a device whose marks are gone can still prove (issue 16).

Rules
- It is kept only when nothing waits without a receipt. So all before it had arrived, but for what was kept for its hour.
- It counts when a receipt key that was good at its time signed it for this device. The store has one too; the newer one counts.
- Without any, the lease of the signed profile says since when something was due.
"""

from dataclasses import dataclass

from offmon.agent.home import AgentHome
from offmon.agent.journal_reach import JournalReach
from offmon.agent.trust_state import RECEIPT_FILE, Belief
from offmon.core.errors import OffmonError
from offmon.core.formats import dsse
from offmon.core.formats.event import Receipt
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True)
class Proved:
    """What signed material proves: by when all had arrived but for the last hour's gaps, and how far the journal reached then."""

    at: Ms
    reach: JournalReach | None


def read(home: AgentHome) -> bytes | None:
    """The one that is kept, as signed; None where there is none that can be read."""
    try:
        return home.read(RECEIPT_FILE)
    except OffmonError:
        return None


def proved(belief: Belief, *signed: bytes | None) -> Proved | None:
    """The newest time that these receipts prove, or else the profile, corrected; None where nothing shows that something was due."""
    found = [receipt for one in signed if (receipt := _opened(belief, one)) is not None]
    if found:
        newest = max(found, key=lambda one: one.at)
        return Proved(newest.at, JournalReach(newest.epoch, newest.size, newest.size))
    return None if belief.held is None else Proved(belief.held.profile.lease.since, None)


def _opened(belief: Belief, signed: bytes | None) -> Receipt | None:
    if signed is None:
        return None
    try:
        key = belief.trust.ring.key(KeyRole.RECEIPT, dsse.signer_of(signed), dsse.peek(Receipt, signed).at)
        receipt = dsse.open_signed(Receipt, signed, key)
    except OffmonError:
        return None
    return receipt if receipt.device == belief.identity.device else None
