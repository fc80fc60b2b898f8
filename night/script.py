"""A night's script, drawn from a seed: rotas with gaps, absent people, failing channels, and what each device does.

Rules
- It begins on Monday 16 March 2026: the clocks change within it, and Easter is in it.
- One case has one alert at a time: the next visit comes once the one before is decided. Some visits come again meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from night.chain import DECIDES, Act, Chain, Duty, Person, Reaction, Told, Turn, World, chain, is_out_of_hours
from night.hours import MINUTE, Away, Spell, is_watching
from night.telling import is_clear
from night.times import ANSWER_MS, DECIDE_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms

START: Final = Ms(1_773_619_200_000)  # 16 March 2026, 00:00 in London
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
ACTS_AT: Final = 17_000  # people act at so many seconds past a minute, when nothing else happens
GRAVITIES: Final = (Gravity.URGENT, Gravity.HIGH, Gravity.STANDARD)
OF_A_CASE: Final = 3  # devices


@dataclass(frozen=True, slots=True)
class Size:
    """How large a night is."""

    days: int = 30
    agencies: int = 3
    devices: int = 120

    @property
    def until(self) -> Ms:
        """When it ends."""
        return Ms(START + self.days * DAY)


@dataclass(frozen=True, slots=True)
class Alert:
    """A visit, what becomes of its alert, and visits of the same kind meanwhile."""

    case: int
    device: int
    visited: Ms
    chain: Chain
    again: tuple[Ms, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency's part. `devices`: the spells of each; device `n` is of case `n // OF_A_CASE`.

    `room_fails`: its control room answers 500.
    """

    number: int
    world: World
    devices: tuple[tuple[Away, ...], ...]
    alerts: tuple[Alert, ...]
    room_fails: tuple[int, int]

    @property
    def cases(self) -> int:
        """How many cases it has."""
        return -(-len(self.devices) // OF_A_CASE)

    def keeper(self, case: int) -> Person:
        """Who keeps a case."""
        return keeper_of(case)


@dataclass(frozen=True, slots=True)
class Script:
    """All of a night. `down`: the service; `mail_down`: the mail server."""

    seed: int
    size: Size
    down: tuple[int, int]
    mail_down: tuple[int, int]
    agencies: tuple[Agency, ...]


def keeper_of(case: int) -> Person:
    """Each officer keeps every other case."""
    return Person.OFFICER if case % 2 == 0 else Person.COLLEAGUE


def written(seed: int, size: Size) -> Script:
    """The script of a seed."""
    middle = START + size.days * DAY // 2 // DAY * DAY
    down = (middle + 14 * HOUR, middle + 15 * HOUR)
    mail_fails = middle - DAY + 19 * HOUR if size.days > 1 else middle + 11 * HOUR
    mail_down = (mail_fails, mail_fails + 2 * HOUR)
    each = [size.devices // size.agencies + (n < size.devices % size.agencies) for n in range(size.agencies)]
    draws = [Random(f"{seed} {n}") for n in range(size.agencies)]  # noqa: S311 - a script
    agencies = tuple(_agency(draws[n], n, each[n], size, down=down, mail_down=mail_down) for n in range(size.agencies))
    return Script(seed, size, down, mail_down, agencies)


def _agency(
    draw: Random, number: int, devices: int, size: Size, *, down: tuple[int, int], mail_down: tuple[int, int]
) -> Agency:
    world = World(_rota(number, size), down)
    spells = tuple(_device(draw, n, number, size, down) for n in range(devices))
    failing = START + (size.days * 2 // 3) * DAY + 1 * HOUR
    room_fails = (failing, failing + 3 * HOUR)
    placed = [*_floods(devices, size), *_while_down(devices, mail_down), *_while_down(devices, room_fails)]
    return Agency(number, world, spells, _alerts(draw, number, world, spells, size, placed=placed), room_fails)


def _rota(number: int, size: Size) -> tuple[Duty, ...]:
    """Officer and colleague take turns by the day. Gaps: of each agency two days without a first, and a week without an inspector."""
    rota = list[Duty]()
    for day in range(size.days):
        since, until = Ms(START + day * DAY), Ms(START + (day + 1) * DAY)
        if day % 11 not in {8, 9} or number == 0:
            rota.append(Duty(Turn.FIRST, (Person.OFFICER, Person.COLLEAGUE)[day % 2], since, until))
        if number != 1 and day % 5 != 4:
            rota.append(Duty(Turn.SECOND, Person.STRANGER, Ms(since + 18 * HOUR), until))
        if number != 2 or day // 7 != 1:
            rota.append(Duty(Turn.INSPECTOR, Person.INSPECTOR, since, until))
    return tuple(rota)


def _device(draw: Random, n: int, agency: int, size: Size, down: tuple[int, int]) -> tuple[Away, ...]:
    """What a device does. The first few of an agency do what the issue names; the rest, what devices do."""
    if size.days > 7 and n == 0:
        return (Away(Ms(START + 9 * DAY + 10 * HOUR), Ms(START + 16 * DAY + 11 * HOUR), Spell.SLEPT),)
    if size.days > 1 and n == 1:
        return (Away(Ms(START + size.days // 3 * DAY + 13 * HOUR), Ms(size.until + DAY), Spell.REMOVED),)
    if n == 2:
        return (Away(Ms(down[0] + 10 * MINUTE), Ms(down[1]), Spell.FULL),)
    spells = list[Away]()
    if (n + agency) % 4 == 0:  # a family's machine that is switched off at night
        for day in range(size.days - 1):
            since = START + day * DAY + 22 * HOUR + draw.randrange(60) * MINUTE
            spells.append(Away(Ms(since), Ms(since + (8 * 60 + draw.randrange(60)) * MINUTE), Spell.OFF))
    kinds = (Spell.ENDED, Spell.POWER_LOST, Spell.VANISHED, Spell.HIDDEN, Spell.SLEPT)
    for _ in range(max(1, size.days // 6)):
        since = START + draw.randrange(size.days) * DAY + (8 * 60 + draw.randrange(5 * 60)) * MINUTE
        one = Away(Ms(since), Ms(since + (20 + draw.randrange(240)) * MINUTE), draw.choice(kinds))
        apart = (*spells, Away(Ms(down[0]), Ms(down[1]), Spell.FULL))
        if all(one.until + HOUR <= other.since or other.until + HOUR <= one.since for other in apart):
            spells.append(one)
    return tuple(sorted(one for one in spells if one.until < size.until - HOUR))


def _alerts(
    draw: Random,
    number: int,
    world: World,
    devices: Sequence[Sequence[Away]],
    size: Size,
    *,
    placed: Sequence[tuple[int, int, Gravity]],
) -> tuple[Alert, ...]:
    """What is found of visits by chance and of those that are placed."""
    free: dict[int, int] = {}
    found = list[Alert]()
    tries = max(size.days * len(devices) // 4, 12)
    visits = [
        (
            START + HOUR + draw.randrange(size.days * DAY // MINUTE - 61) * MINUTE,
            draw.randrange(len(devices)),
            draw.choices(GRAVITIES, (4, 3, 2))[0],
        )
        for _ in range(tries)
    ]
    for at, device, gravity in sorted([*visits, *placed]):
        visited = Ms(at)
        case = device // OF_A_CASE
        if visited < free.get(case, 0) or not is_watching(devices[device], visited, margin=10 * MINUTE):
            continue
        answers = _People(draw.random(), number, gravity)
        became = chain(gravity, visited, keeper_of(case), world, answers.react)
        if became is None or became.decided.at > size.until - 2 * HOUR:
            continue
        if not is_clear([*(one.chain for one in found), became]):
            continue
        free[case] = became.decided.at + HOUR
        found.append(Alert(case, device, visited, became, _again(draw, became, devices[device], world)))
    return tuple(found)


def _floods(devices: int, size: Size) -> list[tuple[int, int, Gravity]]:
    """Each sixth day at eleven, a listed place in several cases of one officer, three minutes apart."""
    cases = range(0, devices // OF_A_CASE, 2)
    return [
        (START + day * DAY + 11 * HOUR + nth * 3 * MINUTE, case * OF_A_CASE, Gravity.HIGH)
        for day in range(1, size.days, 6)
        for nth, case in enumerate(cases)
    ]


def _while_down(devices: int, times: tuple[int, int]) -> list[tuple[int, int, Gravity]]:
    """A visit each quarter of an hour while a channel is down, of another case each, so that some message meets it."""
    starts = range(times[0] + 7 * MINUTE, times[1] - 30 * MINUTE, 15 * MINUTE)
    last = [min((case + 1) * OF_A_CASE, devices) - 1 for case in range(-(-devices // OF_A_CASE))]
    return [(at, last[nth % len(last)], GRAVITIES[0]) for nth, at in enumerate(starts)]


def _again(draw: Random, one: Chain, spells: Sequence[Away], world: World) -> tuple[Ms, ...]:
    """A second visit while the alert is undecided, for every other alert that leaves room for one."""
    at = one.opened + draw.randrange(1, 6) * MINUTE
    room = at + MINUTE < one.decided.at and world.served(at) == at
    return (Ms(at),) if room and draw.random() < 0.5 and is_watching(spells, at, margin=10 * MINUTE) else ()


@dataclass(frozen=True, slots=True)
class _People:
    """Who answers for one alert. No inspector of agency 0 ever does."""

    luck: float
    agency: int
    gravity: Gravity

    def react(self, told: Told, turn: int) -> Reaction | None:
        """How whoever has it reacts in that turn, always alike for one seed."""
        draw = Random(f"{self.luck} {turn}")  # noqa: S311 - a script
        likely = {Turn.OWNER: 0.15 if is_out_of_hours(told.at) else 0.7, Turn.FIRST: 0.7, Turn.SECOND: 0.6}
        likely |= {Turn.SUPERVISOR: 0.75, Turn.INSPECTOR: 0.0 if self.agency == 0 else 0.8}
        if draw.random() > likely[told.turn]:
            return None
        answer = ANSWER_MS[self.gravity] // MINUTE - 3
        after = (2 + draw.randrange(min(answer, 600))) * MINUTE
        left = (DECIDE_MS[self.gravity] - after) // MINUTE - 3
        decides = draw.random() < 0.8 and told.who in DECIDES
        thinks = (1 + draw.randrange(max(1, min(left - 1, 600)))) * MINUTE if decides else None
        return Reaction(after + ACTS_AT, thinks)


def acts(of: Agency) -> list[tuple[Alert, Act]]:
    """Everything that its people do, in the order of time."""
    return sorted(((alert, act) for alert in of.alerts for act in alert.chain.acts), key=lambda one: one[1].at)
