"""What an agreement may serve, and what of it may be withdrawn, when it is recorded (R-LEG-19, R-LEG-20)."""

from collections.abc import Collection, Iterable

from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.order import Instrument
from offmon.core.errors import Refused


def check_serves(instrument: Instrument, others: Iterable[Instrument]) -> None:
    """Raises Refused unless an agreement that serves an order or licence names one of the same case that has not ended (R-LEG-19)."""
    serves = None if instrument.agreement is None else instrument.agreement.serves
    if serves is None:
        return
    served = next((one for one in others if one.id == serves), None)
    if served is None or served.agreement is not None or served.ended_at is not None:
        raise Refused(
            "serves-nothing", "Select an order or licence of this person that runs. The agreement ends with it."
        )


def check_withdraw(instrument: Instrument, before: Collection[Withdrawal], withdrawal: Withdrawal) -> None:
    """Raises Refused unless the person may have withdrawn that term then: one of an agreement, once (R-LEG-20)."""
    if instrument.agreement is None:
        raise Refused("not-agreed", "A court or authority ordered that. Only it can change what it ordered.")
    if any(one.term == withdrawal.term for one in before):
        raise Refused("withdrawn-already", "That was withdrawn before. It ended then, and is not collected.")
    if not instrument.agreement.agreed_at <= withdrawal.withdrawn_at <= withdrawal.known_at:
        raise Refused(
            "withdrawn-when", "It was withdrawn after it was agreed to, and not in the future. Compare the times."
        )
