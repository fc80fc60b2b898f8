"""Restrictions: what the person is told later than the delay, on which ground and for how long (DPA 2018 ss.44, 45; R-DPA-26).

Rules
- One person asks and another decides, in two sessions. The grounds are only those of the Act. The reasons are kept for the Information
  Commissioner, whatever the person is told.
- It covers kinds of line of one case, by the day on which each happened. It ends at a midnight, at most 90 days after the request. A longer
  one needs a new request and a new decision.
- Withholding disclosures also withholds every consultation that presupposes one. Consulting a record shown nowhere would reveal it. This
  holds for consultations of any day, because the device's clock dates a disclosure and ours a consultation.
- It takes nothing back. A line that the person could already see when it was decided stays, since its removal would tell.
- A lifted restriction holds to the next midnight. Its lines then appear with everything else of that day.
- A line that is no longer withheld takes its usual place, with its own day. Until then its place shows nothing.
- A person told of a restriction is also told how to complain and to apply to a court (s.44(5), s.45(5)). Telling them nothing is a separate
  choice, allowed as far as telling would undo the purpose (s.44(6), s.45(6)).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.person import delay

MOST_DAYS: Final = 90

_ALWAYS: Final = Period(Ms(0), None)


class RestrictionGround(StrEnum):
    """For what it is necessary: DPA 2018 s.44(4) and, of what is asked for, s.45(4)."""

    INQUIRY = "inquiry"  # (a) not to obstruct an official or legal inquiry, investigation or procedure
    CRIME = "crime"  # (b) not to prejudice prevention, detection, investigation or prosecution of crime, or penalties
    PUBLIC_SECURITY = "public_security"  # (c)
    NATIONAL_SECURITY = "national_security"  # (d)
    OTHERS = "others"  # (e) the rights and freedoms of others


LETTER: Final = {
    RestrictionGround.INQUIRY: "a",
    RestrictionGround.CRIME: "b",
    RestrictionGround.PUBLIC_SECURITY: "c",
    RestrictionGround.NATIONAL_SECURITY: "d",
    RestrictionGround.OTHERS: "e",
}


class Line(StrEnum):
    """A kind of line on the person's own page."""

    SENT = "sent"
    LOOKED = "looked"


class Telling(StrEnum):
    """What the person is told of the restriction itself; never by their own page."""

    NOTHING = "nothing"
    LETTER = "letter"


class Decided(StrEnum):
    """What the second person said."""

    AGREED = "agreed"
    REFUSED = "refused"


class RestrictionStanding(StrEnum):
    """How a restriction stands at an instant."""

    WAITING = "waiting"
    LAPSED = "lapsed"  # nobody decided before it would have ended
    REFUSED = "refused"
    IN_FORCE = "in_force"
    LIFTED = "lifted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RestrictionRequest:
    """What is asked for: of what happened `[since, until)`; `ends_at` is the midnight at which it is over."""

    ground: RestrictionGround
    lines: frozenset[Line]
    since: Ms
    until: Ms
    reasons: str
    told: Telling
    routes_given: bool
    ends_at: Ms


@dataclass(frozen=True, slots=True)
class AgreedRestriction:
    """A restriction that was agreed to, as far as the person's page needs it: no ground, no reasons and nobody's name."""

    lines: frozenset[Line]
    happened: Period
    decided_at: Ms
    ends_at: Ms
    lifted_at: Ms | None = None

    @property
    def over_at(self) -> Ms:
        """From when it holds nothing."""
        return self.ends_at if self.lifted_at is None else min(self.ends_at, lifts_at(self.lifted_at))

    def covers(self, line: Line, happened: Period) -> bool:
        """Whether it is about that kind of line, and about some of that time."""
        return line in self.lines and self.happened.overlap(happened) is not None


def check_asked(asked: RestrictionRequest, at: Ms) -> None:
    """Raises Refused unless it may be asked for at that instant (R-DPA-26)."""
    if not asked.reasons.strip():
        raise Refused("no-reasons", "Enter the reasons. We keep them for the Information Commissioner.")
    if not asked.lines:
        raise Refused("no-lines", "Select the data to hold back: disclosures, consultations or both.")
    if not asked.since < asked.until:
        raise Refused("no-days", "The last day of the data must not be before the first.")
    if not at < asked.ends_at <= at + MOST_DAYS * clock.DAY_MS:
        raise Refused(
            "restriction-too-long",
            f"A restriction ends within {MOST_DAYS} days. If you need it longer, request a new one before it ends.",
        )
    if (asked.told is Telling.LETTER) != asked.routes_given:
        raise Refused(
            "no-routes",
            "A letter must say how to complain to the Information Commissioner and apply to a court. Without a letter, say nothing.",
        )


def check_decidable(ends_at: Ms, at: Ms) -> None:
    """Raises Refused where what was asked for would be over already."""
    if at >= ends_at:
        raise Refused("restriction-over", "It would have ended already. If it is still necessary, request a new one.")


def lifts_at(lifted_at: Ms) -> Ms:
    """From when a restriction that was lifted at an instant holds nothing: the next midnight, Europe/London."""
    return clock.start_of_day(clock.local_day(lifted_at) + timedelta(days=1))


def shown_from(line: Line, happened: Period, due: Ms, held: Iterable[AgreedRestriction]) -> Ms:
    """From when a line is shown that is due at `due` by the delay: then, or once nothing holds it.

    One that was decided when the line was shown already does nothing to it. One that was decided while another held the line holds it on.
    """
    at = due
    for one in sorted(held, key=lambda one: one.decided_at):
        if one.covers(line, happened) and one.decided_at <= at < one.over_at:
            at = one.over_at
    return at


def on_look(what: Verb, held: Iterable[AgreedRestriction]) -> tuple[AgreedRestriction, ...]:
    """The restrictions as they are about a look at that: one of what was sent holds every look that presupposes it."""
    if what not in delay.OF_WHAT_WAS_SENT:
        return tuple(held)
    return tuple(
        replace(one, lines=one.lines | {Line.LOOKED}, happened=_ALWAYS) if Line.SENT in one.lines else one
        for one in held
    )


def is_withheld(line: Line, happened: Period, due: Ms, held: Iterable[AgreedRestriction], at: Ms) -> bool:
    """Whether some restriction keeps a line off the person's page at that instant."""
    until = shown_from(line, happened, due, held)
    return due < until and at < until


def standing(ends_at: Ms, decided: Decided | None, lifted_at: Ms | None, at: Ms) -> RestrictionStanding:
    """How a restriction stands. `decided` None: nobody has decided."""
    if decided is None:
        return RestrictionStanding.WAITING if at < ends_at else RestrictionStanding.LAPSED
    if decided is Decided.REFUSED:
        return RestrictionStanding.REFUSED
    if at >= ends_at and (lifted_at is None or lifts_at(lifted_at) > ends_at):
        return RestrictionStanding.ENDED
    return RestrictionStanding.IN_FORCE if lifted_at is None else RestrictionStanding.LIFTED
