"""Records that an order's damaged document was restored, on the migrating role: the console alone cannot clear a mark of damage.

The operator restores the folder of documents from a backup, and says so here. The console, which holds the key, then checks whether it is
what was recorded.
"""

from offmon.core.errors import Refused
from offmon.core.ids import CHECKS, Id
from offmon.server.orders.actions import say_restored
from offmon.server.processes.operator.account import account


def restored(order: str) -> str:
    """Say that the document of that order was put back. Raises Refused."""
    if not CHECKS[Id](order):
        raise Refused("no-such-order", "That is no id of an order; the console's log names it.")
    say_restored(Id(order), account())
    return "Noted. Whoever opens the document next takes the mark away, if it is what was recorded.\n"
