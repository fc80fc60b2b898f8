"""How recently staff must have confirmed a second factor before a sensitive act (R-SEC-10; design §4; ADR 8).

Rules
- Signing in confirms the factor; so does a step-up in the same session. Another session or another person does not count.
- Content: 60 minutes. An officer opens many bodies in a row, and would type a code for each without reading.
- Export: 15 minutes. It is rare, and a bundle that has left never comes back. No longer than an idle session lasts.
- Destroying a key: 15 minutes, for whoever asks and whoever approves. Nothing brings a key back.
- Opening an alert in an emergency: 15 minutes. Whoever does it has no access to the case, and one act opens it for an hour.
- Adding or removing a passkey: 15 minutes. Somebody who finds an open browser must not leave a key of their own.
- A form opens only with 5 minutes left to fill it in. Its submission then has the whole time above.
- A confirmation after the act does not count, and a clock that stepped back extends nothing.
- Content, exports, destructions and emergencies need a passkey, because a code can be given away while it is valid. So does changing
  passkeys, for staff who have one. The app's code is enough for the rest. The installation's settings may allow codes for an agency whose
  staff have no keys yet.
"""

from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused, passes
from offmon.core.ids import Ms


class Factor(StrEnum):
    """What was shown beside the password."""

    APP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class Act(StrEnum):
    """What needs a factor that was shown lately."""

    CONTENT = "content"  # a body is opened, to be read or sealed
    EXPORT = "export"  # a bundle is asked for, approved or taken out; an extract of the log is taken
    DESTRUCTION = "destruction"  # a key is destroyed: asked for or approved
    EMERGENCY = "emergency"  # an alert is opened by a duty inspector, to whom no case is open
    KEYS = "keys"  # a passkey is added or removed


FRESH_FOR_MS: Final = {
    Act.CONTENT: clock.HOUR_MS,
    **dict.fromkeys((Act.EXPORT, Act.DESTRUCTION, Act.EMERGENCY, Act.KEYS), 15 * clock.MINUTE_MS),
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
    return passes(check_shown, act, shown_at, at)


def is_good_for_a_form(act: Act, shown_at: Ms | None, at: Ms) -> bool:
    """Whether it counts now, and still will when the form that ends in the act is filled in."""
    return was_shown(act, shown_at, at) and was_shown(act, shown_at, Ms(at + TO_FILL_IN_MS))
