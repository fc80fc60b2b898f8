"""A person's PIN: one rule for the details on their device and for their own page.

Rules (R-SEC-10; ASVS 5.0 §6.2, §6.3.1)
- A PIN has 6 to 12 digits, and is none that everyone guesses first: one digit repeated, or digits in a row. Chosen anew, it must be so.
- Five wrong ones within 15 minutes start a wait, and each further one doubles it (`throttle`). A try counts before it is looked at.
- A text that cannot be a PIN is no try.
"""

from itertools import pairwise
from typing import Final

from offmon.core.errors import Refused

LEAST_DIGITS: Final = 6
MOST_DIGITS: Final = 12
_STEPS: Final = ({0}, {1}, {9})  # from a digit to the next, of ten: the same, one up, one down


def check_pin(pin: str) -> None:
    """Raises Refused (`weak-pin`) unless the digits make a PIN that may be chosen."""
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)} if could_be(pin) else {0}
    if len(pin) < LEAST_DIGITS or steps in _STEPS:
        raise Refused(
            "weak-pin",
            f"Choose {LEAST_DIGITS} to {MOST_DIGITS} digits that are not all the same and not in a row.",
        )


def could_be(pin: str) -> bool:
    """Whether this could have been chosen as a PIN: what could not is not compared with one."""
    return pin.isascii() and pin.isdecimal() and len(pin) <= MOST_DIGITS
