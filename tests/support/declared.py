"""A coverage gap that has its place at once, as the agent places one after its hour."""

from offmon.agent.gap_counters import Loss
from offmon.agent.outbox import Outbox


def declare(outbox: Outbox, loss: Loss) -> None:
    """Keep it, and give all that is kept its place."""
    outbox.keep((loss,))
    outbox.declare_kept()
