"""Whether somebody would answer an urgent alert, asked before monitoring begins that can raise one (issue 20).

Rules
- A list can raise an urgent alert if one of its entries is urgent.
- Somebody answers: for `AHEAD_MS` out of hours nobody is missing first on call for the team that keeps the case, nor as duty inspector. Of
  the second on call the same is asked where anybody is on it. And everybody on it has a channel that showed itself lately (`reaching`).
- A device gets no first profile with such a list otherwise, no code is given out for one, and suspended monitoring is not resumed.
- A device that had a profile keeps it, and gets the next. A later gap is shown to whoever can close it, and stops nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from offmon.core.alerts.rota import AHEAD_MS, Gap, Shift, Tier, gaps
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms

CLOSE: str = "Ask whoever keeps the rota to close it on the page On call."
TEST: str = "Ask them to add one and test it on the page How you are reached."


@dataclass(frozen=True, slots=True)
class Answering:
    """What is missing: times at which nobody is on call, and who on the rota could not be reached. Nothing: somebody answers."""

    gaps: tuple[Gap, ...] = ()
    unreached: tuple[Id, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether somebody would answer."""
        return not self.gaps and not self.unreached


def answering(
    shifts: Collection[Shift], team: Id | None, at: Ms, holidays: Collection[date], reached: Collection[Id]
) -> Answering:
    """What is missing for a team from that instant on. `shifts`: of it and of the whole agency. `reached`: whose channel showed itself."""
    ahead = Period(at, Ms(at + AHEAD_MS))
    serving = [one for one in shifts if one.team in {team, None} and one.until > at and one.since < at + AHEAD_MS]
    turns = [(Tier.FIRST, team), (Tier.INSPECTOR, None)]
    turns += [(Tier.SECOND, team)] if any(one.tier is Tier.SECOND for one in serving) else []
    found = tuple(gap for tier, of in turns for gap in gaps(serving, tier, of, ahead, holidays))
    return Answering(found, tuple(sorted({one.staff for one in serving} - {*reached})))


def check_answers(found: Answering) -> None:
    """Raises Refused `nobody-answers` unless somebody would answer an urgent alert."""
    if found.is_sure:
        return
    missing = [f"The rota has a gap in the next 7 days. {CLOSE}"] if found.gaps else []
    missing += [f"Somebody on the rota has no channel that showed itself working. {TEST}"] if found.unreached else []
    raise Refused("nobody-answers", f"An urgent alert could reach nobody. {' '.join(missing)}")
