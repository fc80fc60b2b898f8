"""To whom an alert goes, and when, as the issue says it: from the rota and from who answers, without the code that is judged.

Rules
- The officer who keeps the case has it first; then first on call, second, supervisor, inspector; then round again from first on call.
- A turn in which nobody is on is left out, and a turn of the person who has it. The inspector's turn never is.
- Whoever has it answers within the class's time, or it goes on then. Answered and undecided, it goes on at the end of the time to decide.
- An urgent one waits at no empty desk: out of hours it goes on as soon as somebody else is on call.
- While the service is down nothing moves. What fell due meanwhile happens when it is up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from night.hours import LONDON, MINUTE
from night.times import ANSWER_MS, DECIDE_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms

MOST_TURNS: Final = 40
BANK_HOLIDAYS: Final = frozenset(
    {date(2026, 4, 3), date(2026, 4, 6)}
)  # Good Friday, Easter Monday: all within a night's dates
OPENS, CLOSES, SATURDAY = 9, 17, 5


class Person(StrEnum):
    """Whoever works in an agency of the night."""

    OFFICER = "officer"
    COLLEAGUE = "colleague"
    SUPERVISOR = "supervisor"
    STRANGER = "stranger"
    INSPECTOR = "inspector"


DECIDES: Final = frozenset({Person.OFFICER, Person.COLLEAGUE, Person.SUPERVISOR})
"""Who works on the cases. The others see no case, and acknowledge."""


class Turn(StrEnum):
    """Whose turn it is."""

    OWNER = "owner"
    FIRST = "first_on_call"
    SECOND = "second_on_call"
    SUPERVISOR = "supervisor"
    INSPECTOR = "duty_inspector"


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody is on call in a turn, `[since, until)`."""

    turn: Turn
    who: Person
    since: Ms
    until: Ms


@dataclass(frozen=True, slots=True)
class Reaction:
    """How soon somebody who has an alert answers, and how soon after that they decide; None: they do not."""

    after: int
    decides_after: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """An alert came to somebody. `who` None: to a contact without an account."""

    turn: Turn
    who: Person | None
    at: Ms


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody answers, or (`decides`) decides."""

    who: Person
    at: Ms
    decides: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """What becomes of an alert, from its first turn to its decision."""

    gravity: Gravity
    told: tuple[Told, ...]
    acts: tuple[Act, ...]

    @property
    def opened(self) -> Ms:
        """When it came to its first holder."""
        return self.told[0].at

    @property
    def decided(self) -> Act:
        """The act that ends it."""
        return self.acts[-1]


@dataclass(frozen=True, slots=True)
class World:
    """An agency's rota, and when the service was down, `[since, until)`."""

    rota: tuple[Duty, ...]
    down: tuple[int, int]

    def on(self, turn: Turn, at: int) -> Person | None:
        """Who is on in a turn."""
        if turn is Turn.SUPERVISOR:
            return Person.SUPERVISOR
        return next((one.who for one in self.rota if one.turn is turn and one.since <= at < one.until), None)

    def served(self, at: int) -> Ms:
        """When something that falls due then happens."""
        return Ms(self.down[1] if self.down[0] <= at < self.down[1] else at)

    def following(self, turn: Turn, who: Person | None, at: int) -> Told:
        """To whom an alert goes that somebody has."""
        ring = [Turn.FIRST, Turn.SECOND, Turn.SUPERVISOR, Turn.INSPECTOR]
        start = (ring.index(turn) + 1) if turn in ring else 0
        for step in range(len(ring)):
            candidate = ring[(start + step) % len(ring)]
            person = self.on(candidate, at)
            if candidate is Turn.INSPECTOR or person not in {None, who}:
                return Told(candidate, person, Ms(at))
        raise AssertionError("the inspector's turn is in every round")

    def leaves_desk(self, since: int, until: int, owner: Person) -> int | None:
        """The first instant in that time at which an urgent alert leaves an empty desk; None: it does not."""
        edges = {since, *(one.since for one in self.rota), *_office_edges(since, until)}
        for at in sorted(one for one in edges if since <= one < until):
            if is_out_of_hours(at) and {self.on(Turn.FIRST, at), self.on(Turn.SECOND, at)} - {None, owner}:
                return at
        return None


def is_out_of_hours(at: int) -> bool:
    """Whether no office is open: nights, weekends and bank holidays."""
    when = datetime.fromtimestamp(at / 1000, LONDON)
    return when.weekday() >= SATURDAY or when.date() in BANK_HOLIDAYS or not OPENS <= when.hour < CLOSES


def chain(
    gravity: Gravity, visited: Ms, keeper: Person, world: World, answers: Callable[[Told, int], Reaction | None]
) -> Chain | None:
    """What becomes of an alert of a visit at that time. `answers`: how whoever has it reacts. None: nobody decides it in time."""
    told = [Told(Turn.OWNER, keeper, world.served(visited))]
    acts = list[Act]()
    while len(told) < MOST_TURNS:
        now = told[-1]
        ends = world.served(_unanswered_until(gravity, now, keeper, world))
        reaction = None if now.who is None else answers(now, len(told))
        said = None if reaction is None else _act_at(now.at + reaction.after, world)
        if now.who is not None and reaction is not None and said is not None and said < ends:
            acts.append(Act(now.who, said, decides=False))
            ends = world.served(now.at + DECIDE_MS[gravity])
            done = None if reaction.decides_after is None else _act_at(said + reaction.decides_after, world)
            if done is not None and now.who in DECIDES and done < ends:
                acts.append(Act(now.who, done, decides=True))
                return Chain(gravity, tuple(told), tuple(acts))
        told.append(world.following(now.turn, now.who, ends))
    return None


def instants(one: Chain) -> Sequence[Ms]:
    """When something must happen to an alert by itself, each a little later than due, since each turn was a little later than the last."""
    return [Ms(told.at + lateness(turn)) for turn, told in enumerate(one.told)]


def lateness(turn: int) -> int:
    """By how much the turn may be late: five seconds for each before it."""
    return turn * 5_000


def _unanswered_until(gravity: Gravity, now: Told, keeper: Person, world: World) -> int:
    ends = now.at + ANSWER_MS[gravity]
    if now.turn is Turn.OWNER and gravity is Gravity.URGENT:
        early = world.leaves_desk(now.at, ends, keeper)
        return ends if early is None else early
    return ends


def _act_at(at: int, world: World) -> Ms:
    """When somebody acts: ten minutes after the service is up, if they wanted to while it was down."""
    return Ms(world.down[1] + 10 * MINUTE if world.down[0] <= at < world.down[1] else at)


def _office_edges(since: int, until: int) -> list[int]:
    """Each hour of that time: an office opens and closes on the hour."""
    hour = 60 * MINUTE
    return list(range(-(-since // hour) * hour, until, hour))
