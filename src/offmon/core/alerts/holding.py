"""To whom an alert goes, in which turn, and when it goes on: from the rota (issue 20; design §1.7).

Rules
- The officer who keeps the case has it first. Then whoever is on call first for their team, then second, then their supervisor, then the
  duty inspector. After the inspector the round begins again with whoever is on call: an alert that nobody decides never stops.
- A turn in which nobody is on is passed over at once, and the log says so. So is a turn of the person who has the alert already.
- The inspector's turn is never passed over: without a name it is the contact that the agency wrote down. So no round is empty.
- Each has it for the agency's times of its gravity (`core.alerts.times`): one to say that they have it, one to decide. It goes on when
  either is over. So it goes on once in that time, and no oftener.
- A review by someone whose role decides counts as an acknowledgement, and so does the button. Either counts for what was there to see.
- Out of hours an urgent alert does not wait at an empty desk. It goes to whoever is on call at once, if anybody is.
- Whoever no message reached has it for `UNREACHED_MS` at most: each of their channels refused it, or it came back.
- Time only moves an alert to the next person. It changes no state and decides nothing (R-DPA-29).
"""

from collections.abc import Mapping
from typing import Final

from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import waits_since
from offmon.core.alerts.times import DESIGN, AlertTimes
from offmon.core.clock import MINUTE_MS
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Id, Ms
from offmon.core.states import AlertState

ACKNOWLEDGE_MS: Final[Mapping[Gravity, int]] = {one: DESIGN.acknowledge_ms(one) for one in GRAVEST}
"""How soon whoever an alert came to must say that they have it, where the agency has no times of its own."""
UNREACHED_MS: Final = 2 * MINUTE_MS
ROUND: Final = (Holder.FIRST_ON_CALL, Holder.SECOND_ON_CALL, Holder.SUPERVISOR, Holder.DUTY_INSPECTOR)
"""The turns after the owner's."""


def next_turn(
    now: Holder, has_it: Id | None, on: Mapping[Holder, Id | None]
) -> tuple[Holder, Id | None, tuple[Holder, ...]]:
    """The next turn after `now`, whose it is (None: the inspector's contact), and the turns passed over because nobody was on.

    `has_it`: whoever has the alert. `on`: who is on in each turn at this instant.
    """
    start = 0 if now not in ROUND else ROUND.index(now) + 1
    nobody = list[Holder]()
    for turn in (*ROUND[start:], *ROUND[:start]):
        staff = on.get(turn)
        if turn is Holder.DUTY_INSPECTOR or (staff is not None and staff != has_it):
            return turn, staff, tuple(nobody)
        if staff is None:
            nobody.append(turn)
    return Holder.DUTY_INSPECTOR, on.get(Holder.DUTY_INSPECTOR), tuple(nobody)


def goes_on_at(
    gravity: Gravity, held_since: Ms, risen_at: Ms, answered_at: Ms | None, times: AlertTimes = DESIGN
) -> Ms:
    """When an undecided alert goes to the next person.

    `held_since`: when whoever has it got it. `risen_at`: when it became as grave as it is. `answered_at`: when somebody last looked
    at it or acknowledged it. `times`: in force when it was raised.
    """
    before = None if answered_at is None or answered_at < held_since else answered_at
    waiting = waits_since(held_since, risen_at, before)
    if waiting is None:
        return Ms(max(held_since, risen_at) + times.decide_ms(gravity))
    return Ms(waiting + times.acknowledge_ms(gravity))


def goes_on_unreached(goes_on: Ms, held_since: Ms, unreached_at: Ms | None) -> Ms:
    """When an unanswered alert goes on, of which the message reached its holder nowhere since then; None: it may have."""
    return goes_on if unreached_at is None else min(goes_on, max(unreached_at, Ms(held_since + UNREACHED_MS)))


def passes_on(state: AlertState, gravity: Gravity, goes_on: Ms, at: Ms, *, at_an_empty_desk: bool) -> bool:
    """Whether an alert goes to the next person now. `at_an_empty_desk`: with its owner, out of hours, unanswered, with somebody on call."""
    return state is not AlertState.DECIDED and (at >= goes_on or (at_an_empty_desk and gravity is Gravity.URGENT))
