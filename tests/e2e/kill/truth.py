"""The known truth, from one seed: which pages there will be, what each is, and who is killed where."""

import random
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle, islice

from trial.invented import CLINIC, HELP_SOUGHT, HELPLINE

EDGE = 10  # no kill before so many pages, nor after so many before the end
SHARE = (0.75, 0.15, 0.10)
LISTED = ("chat.listed.example", "forum.listed.example/rooms", "dating.licence.example")
# Each would leave were it not excluded; of the last the text would be asked for.
EXCLUDED = (f"https://{HELPLINE}/", f"https://{CLINIC}/", HELP_SOUGHT)
LONGEST_DELAY_S = 0.08


class Kind(StrEnum):
    """What a page is to the lists of the invented case."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    EXCLUDED = "excluded"


class Victim(StrEnum):
    """What is killed."""

    AGENT = "agent"
    SHIM = "shim"
    INGEST = "ingest"
    WORKER = "worker"
    VAULT = "vault"
    DATABASE = "database"


@dataclass(frozen=True)
class Page:
    """A page that the person will open. The number of a listed one is the first label of its host."""

    number: int
    kind: Kind
    url: str


@dataclass(frozen=True)
class Kill:
    """Who is killed, `delay_s` after the browser began to tell of page `at`. `alone`: of a face only what serves, not what started it."""

    at: int
    victim: Victim
    delay_s: float
    alone: bool


@dataclass(frozen=True)
class Plan:
    """A whole run. The pages between two kills go by at `pauses_s`."""

    pages: tuple[Page, ...]
    kills: tuple[Kill, ...]
    pauses_s: tuple[float, ...]

    def text(self) -> str:
        """The kills in their order."""
        lines = (f"{kill.at:6}  {kill.victim}{' (serving part)' if kill.alone else ''}" for kill in self.kills)
        return "\n".join(("  page  killed", *lines)) + "\n"


def number_of(url: str) -> int:
    """Which listed page an address is."""
    return int(url.removeprefix("https://").partition(".")[0])


def draw(seed: int, pages: int, kills: int, marker: str) -> Plan:
    """The plan of a seed. `marker` stands in whatever must be found nowhere afterwards; it is the one thing that no seed gives."""
    chance = random.Random(seed)  # noqa: S311 - a plan that can be had again, not a secret
    kinds = chance.choices(list(Kind), SHARE, k=pages)
    victims = list(islice(cycle(Victim), kills))
    chance.shuffle(victims)
    points = sorted(chance.sample(range(EDGE, pages - EDGE), kills))
    return Plan(
        tuple(_page(number, kind, marker, chance) for number, kind in enumerate(kinds)),
        tuple(
            Kill(at, victim, chance.uniform(0, LONGEST_DELAY_S), victim is Victim.INGEST and chance.random() < 1 / 2)
            for at, victim in zip(points, victims, strict=True)
        ),
        tuple(chance.uniform(0.02, 0.10) for _ in range(pages)),
    )


def _page(number: int, kind: Kind, marker: str, chance: random.Random) -> Page:
    match kind:
        case Kind.LISTED:
            return Page(number, kind, f"https://{number}.{chance.choice(LISTED)}")
        case Kind.UNLISTED:
            return Page(number, kind, f"https://news.unlisted.example/{marker}/{number}")
        case Kind.EXCLUDED:
            return Page(number, kind, f"{chance.choice(EXCLUDED)}{marker}/{number}")
