"""How grave an alert is, how soon someone must look, and who is next when nobody has (design §1.7).

Rules
- Each gravity has a response time, and a contact out of hours: without one for each, a duty inspector behind them, and the hours in which
  staff look themselves, nothing is collected. An alert must always reach someone, and who is watched must be able to read when.
- An alert belongs to whoever keeps the case. One that nobody has looked at by its time goes to the supervisor of their team, and after the
  same time again to the duty inspector, who is a contact and has no account. It goes no further, and stays where it is. Once it has become
  graver, that the inspector had it counts no more: it goes on from whoever had it before, in the time of the graver.
- A look is at all of an alert: a page that shows a part of it, a form or one of the times it was noticed, is none. It counts for what was
  there to be seen. Where an alert has become graver since, whoever has it looks again, and has the time of the graver from that moment.
  And who decides has looked at all that they close: one full look, one decision (issue 2; R-AI-5).
- An alert takes `MOST_FINDINGS` and no more; what comes after opens another of the same group. Whoever looks has a page that ends, and a
  bundle, whose record of an alert names each finding, one that its readers take: a page that is loaded over and over ends no bundle.
- Time moves an alert to the next person and does nothing else to it: no move of a state, no decision (R-DPA-29).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.states import AlertState

# How soon someone must have looked. Defaults for an agency to tighten.
RESPONSE_MS: Final[Mapping[Gravity, int]] = {
    Gravity.URGENT: clock.HOUR_MS,
    Gravity.HIGH: clock.DAY_MS,
    Gravity.STANDARD: 7 * clock.DAY_MS,
}
MOST_FINDINGS: Final = 5_000  # a record of them is half a mebibyte; a bundle's reader takes eight (`bundle.opened`)
GRAVEST: Final = (Gravity.URGENT, Gravity.HIGH, Gravity.STANDARD)


class Holder(StrEnum):
    """Whose it is to look at an alert."""

    OWNER = "owner"
    SUPERVISOR = "supervisor"
    DUTY_INSPECTOR = "duty_inspector"


def room(holds: int) -> int:
    """How many findings more an alert takes that groups so many. One from before there was an end may group more than it would take."""
    return max(0, MOST_FINDINGS - holds)


def due(gravity: Gravity, since: Ms) -> Ms:
    """By when someone must have looked at an alert of that gravity that came to them then."""
    return Ms(since + RESPONSE_MS[gravity])


def graver(one: Gravity, other: Gravity) -> Gravity:
    """The graver of two."""
    return min(one, other, key=GRAVEST.index)


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
        raise Refused(
            "not-looked",
            "Read the whole page of this possible breach before you decide.",
        )
    if shown != holds or looked_at <= last_at:
        raise Refused("grown", "New disclosures arrived since your review. Review the additions, then decide.")


def passes_on(holder: Holder, state: AlertState, gravity: Gravity, since: Ms | None, at: Ms) -> bool:
    """Whether an alert goes to the next person: undecided, and waiting since `since` (`waits_since`) for as long as its gravity allows."""
    waits = state is not AlertState.DECIDED and holder is not Holder.DUTY_INSPECTOR
    return waits and since is not None and at >= due(gravity, since)
