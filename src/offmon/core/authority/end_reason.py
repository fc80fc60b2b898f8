"""Whether the reason for an end of monitoring agrees with the orders that it rests on (requirements §0.3).

Rules
- A reason that names an order, a licence or an agreement needs one of that kind among what the monitoring rests on, and all of them over.
- Over is what the record says: an end, the last day of its conditions, a newer order, or a withdrawal (`in_force.over`).
- "Another order took its place" needs an order or licence that a newer one ended.
- A recall needs a licence. It may run on by the record: the prison tells of a recall before the licence's end is recorded.
- No other reason names one: the monitoring is not needed, the person has died, or it was set up by mistake.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.bases import Basis
from offmon.core.authority.in_force import over
from offmon.core.authority.order import Instrument, Term, ended_by
from offmon.core.authority.profile import Choice
from offmon.core.authority.standstill import Why
from offmon.core.errors import Refused
from offmon.core.ids import Ms


class Ground(StrEnum):
    """What monitoring rests on."""

    ORDER = "order"
    LICENCE = "licence"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class RestsOn:
    """One order, licence or agreement. `over`: no chosen condition of it is in force. `replaced`: a newer one took its place."""

    ground: Ground
    over: bool
    replaced: bool


NEEDS_OVER: Final[Mapping[Why, Ground]] = {
    Why.EXPIRED: Ground.ORDER,
    Why.DISCHARGED: Ground.ORDER,
    Why.QUASHED: Ground.ORDER,
    Why.LICENCE_END: Ground.LICENCE,
    Why.WITHDRAWN: Ground.AGREEMENT,
}
CALLED: Final = {
    Ground.ORDER: "an order of a court",
    Ground.LICENCE: "a licence",
    Ground.AGREEMENT: "something that the person agreed to",
}


def rests_on(
    choices: Iterable[Choice], instruments: Collection[Instrument], terms: Collection[Term], at: Ms
) -> tuple[RestsOn, ...]:
    """What these choices rest on at an instant."""
    gone, chosen = over(instruments, terms, at), {term for choice in choices for term in choice.terms}
    under: dict[Instrument, list[bool]] = {}
    by_id = {one.id: one for one in instruments}
    for term in terms:
        if term.id in chosen and term.instrument in by_id:
            under.setdefault(by_id[term.instrument], []).append(term.id in gone)
    newer = {one: ended_by(one, instruments, terms) for one in under}
    return tuple(
        RestsOn(_ground(one), all(ends), (by := newer[one]) is not None and by[0] <= at) for one, ends in under.items()
    )


def check_end_agrees(why: Why, rests: Collection[RestsOn]) -> None:
    """Raises Refused where the reason contradicts the record: what it names is in force (`reason-needs-end`), or is not there."""
    if why is Why.SUPERSEDED and not any(one.replaced for one in rests):
        raise Refused(
            "reason-needs-end",
            "By the record no newer order took its place. Record the newer order first, or select another reason.",
        )
    ground = Ground.LICENCE if why is Why.RECALLED else NEEDS_OVER.get(why)
    if ground is None:
        return
    named = [one for one in rests if one.ground is ground]
    if not named:
        raise Refused("reason-not-this", f"This monitoring does not rest on {CALLED[ground]}. Select another reason.")
    if why in NEEDS_OVER and not all(one.over for one in named):
        raise Refused(
            "reason-needs-end",
            f"By the record it rests on {CALLED[ground]} that is in force. Record that end first, or select another reason.",
        )


def _ground(one: Instrument) -> Ground:
    if one.agreement is not None:
        return Ground.AGREEMENT
    return Ground.LICENCE if one.basis is Basis.LICENCE else Ground.ORDER
