"""How lately whoever opens content or takes a bundle out must have shown their second factor (R-SEC-10; design §4; ADR 8).

Rules
- Signing in shows it, and so does showing it again in the same sitting. Another sitting's, or another person's, counts for nothing.
- For content 60 minutes: who works through a queue opens one body after another, and a code asked for at each would be typed unread.
- For an export 15 minutes: a bundle leaves the house and never comes back, and is rare. No longer than a sitting lasts without a page.
- For a passkey, added or removed, 15 minutes too: whoever sits down at an open browser must not leave a key of their own there.
- A page with a form is opened only while there are 5 minutes left to fill it in; what is then sent has the whole time above.
- What was shown after the act says nothing of it, and a clock that stepped back extends nothing.
- A code can be given away while it counts, a passkey cannot: content and bundles are opened to a passkey alone, and whoever has one changes
  their passkeys by one. The app's code opens the rest. Where an agency's staff have no keys yet, whoever runs the installation says so.
"""

from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Ms


class Factor(StrEnum):
    """What was shown beside the password."""

    APP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class Act(StrEnum):
    """What needs a factor that was shown lately."""

    CONTENT = "content"  # a body is opened, to be read or sealed
    EXPORT = "export"  # a bundle is asked for, approved or taken out
    KEYS = "keys"  # a passkey is added or removed


FRESH_FOR_MS: Final = {
    Act.CONTENT: clock.HOUR_MS,
    Act.EXPORT: 15 * clock.MINUTE_MS,
    Act.KEYS: 15 * clock.MINUTE_MS,
}
TO_FILL_IN_MS: Final = 5 * clock.MINUTE_MS
"""What must be left of that time when a form is opened, so that nobody's words are lost on the way to its button."""
PHISHING_RESISTANT: Final = frozenset({Factor.PASSKEY})  # what is shown there is worth nothing at any other site


def check_shown(act: Act, shown_at: Ms | None, at: Ms) -> None:
    """Raises Refused `factor-stale` unless the factor was shown at most the act's time before `at`; None for never."""
    if shown_at is None or not 0 <= at - shown_at < FRESH_FOR_MS[act]:
        raise Refused("factor-stale", "Confirm it is you: enter a code from your app, or use your passkey.")


def resists(act: Act, *, code_is_enough: bool, has_passkey: bool) -> bool:
    """Whether what is shown for the act must be a passkey. `code_is_enough`: what whoever runs the installation says of the agency.

    Nobody can add their first passkey by a passkey.
    """
    return not code_is_enough and (act is not Act.KEYS or has_passkey)


def check_resisting(act: Act, shown_at: Ms | None, at: Ms) -> None:
    """The same of a passkey alone. Raises Refused `factor-phishable`."""
    if not was_shown(act, shown_at, at):
        raise Refused(
            "factor-phishable", "A code is not enough for this. Use your passkey. If you have none, add one first."
        )


def was_shown(act: Act, shown_at: Ms | None, at: Ms) -> bool:
    """Whether `check_shown` lets it pass."""
    try:
        check_shown(act, shown_at, at)
    except Refused:
        return False
    return True


def is_good_for_a_form(act: Act, shown_at: Ms | None, at: Ms) -> bool:
    """Whether it counts now, and still will when the form that ends in the act is filled in."""
    return was_shown(act, shown_at, at) and was_shown(act, shown_at, Ms(at + TO_FILL_IN_MS))
