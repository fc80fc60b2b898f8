"""How grave an alert is, by when someone must review it, and who is next (design §1.7).

Rules
- Nothing is collected without a response time and an out-of-hours contact for each gravity, a duty inspector, and recorded office hours. An
  alert must always reach someone, and the person must be able to read when staff look.
- An alert is assigned to the officer who keeps the case. Whom it goes to next, and when, `core.alerts.holding` says.
- If an alert becomes graver after it reached the inspector, that hand-over no longer counts. The previous holder has it again, with the
  response time of the new gravity.
- A review is of the whole alert. A page with a part of it, a form or a single occurrence does not count.
- A review counts for what was there to see. If the alert becomes graver, its holder reviews it again within the new response time.
- A decision needs a full review by the same person of everything that it closes (R-AI-5).
- An alert takes `MOST_FINDINGS`; later findings open another alert of the same group. So each page ends, and no record of an alert is too
  large for a bundle's readers, however often a page is loaded.
"""

from collections.abc import Mapping
from typing import Final

from offmon.core import clock
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.errors import Refused
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Ms

# How soon someone must have looked: the design's, for an agency to tighten (`core.alerts.times`).
RESPONSE_MS: Final[Mapping[Gravity, int]] = {
    Gravity.URGENT: clock.HOUR_MS,
    Gravity.HIGH: clock.DAY_MS,
    Gravity.STANDARD: 7 * clock.DAY_MS,
}
MOST_FINDINGS: Final = 5_000  # a record of them is half a mebibyte; a bundle's reader takes eight (`bundle.opened`)


def room(holds: int) -> int:
    """How many findings more an alert takes that groups so many. One from before there was an end may group more than it would take."""
    return max(0, MOST_FINDINGS - holds)


def due(gravity: Gravity, since: Ms, within: Mapping[Gravity, int] = RESPONSE_MS) -> Ms:
    """By when someone must have looked at an alert of that gravity that came to them then. `within`: the agency's own times."""
    return Ms(since + within[gravity])


def check_reachable(office_hours: str, on_call: Mapping[Gravity, str], duty_inspector: str) -> None:
    """Raises Refused unless the hours are recorded in which staff look, who is called in the others by gravity, and who is behind them."""
    missing = [] if _says_something(office_hours) else ["the office hours"]
    missing += [gravity.value for gravity in GRAVEST if not _says_something(on_call.get(gravity, ""))]
    if not _says_something(duty_inspector):
        missing.append("the duty inspector")
    if missing:
        raise Refused(
            "no-out-of-hours",
            f"Record the office hours and the out-of-hours contacts first (missing: {', '.join(missing)}).",
        )


def _says_something(text: str) -> bool:
    """A dot, or a space that nobody sees, is no contact."""
    return any(map(str.isalnum, text))


def counts(to: Holder, at: Ms, risen_at: Ms) -> bool:
    """Whether a hand-over still says who has an alert: to the inspector, one since it became as grave as it is."""
    return to is not Holder.DUTY_INSPECTOR or at > risen_at


def waits_since(held_since: Ms, risen_at: Ms, looked_at: Ms | None) -> Ms | None:
    """From when an alert waits for whoever has it to look; None where the last look was at what it is now.

    `risen_at`: when it became as grave as it is. A look in the same millisecond was before that, for all that is known.
    """
    if looked_at is not None and looked_at > risen_at:
        return None
    return held_since if looked_at is None or looked_at < held_since else risen_at


def check_looked(holds: int, shown: int, last_at: Ms, looked_at: Ms | None) -> None:
    """Raises Refused (`not-looked`, `grown`) unless whoever decides has looked at an alert as it is.

    `holds`: how many findings it groups; `shown`: how many the page showed on which they decide; `last_at`: when it last grew;
    `looked_at`: when they last opened it, by the log. A look in the same millisecond was before that, for all that is known.
    """
    if looked_at is None:
        raise Refused("not-looked", "Read the whole page of this possible breach before you decide.")
    if shown != holds or looked_at <= last_at:
        raise Refused("grown", "New disclosures arrived since your review. Review the additions, then decide.")
