"""page_load: what a person waits for a page with us, as a share of what they wait without us.

Three browsers stand side by side: one without us, a second one without us (the noise floor), and one with the extension, the real agent
and its window. In each round each page is loaded in all three, in an order that is drawn. Times are the browser's own (Navigation Timing,
from start to the end of `load`); of an application of a single page, until its content is in the document, also after each move.

The median is of pairs: each time beside the first browser's in the same turn. The 95th percentile is of each browser's times, a time
counting as a share of what its page usually takes, so that pages of all sizes are told together. The intervals (95 %) are of 1,000
drawings of the rounds with replacement. Pages that are read (a search engine's) are told apart. After each load there is a pause, so that
what the agent does then slows no other browser.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from playwright.sync_api import Page, sync_playwright

from bench.ground import Ground, percentile
from bench.real_like import MOVES, READ_HERE, RealLike, RealLikeWeb
from bench.result import Found, NotMeasured
from offmon.core.authority.capability import Capability
from tests.e2e.browser.browsing import Browsing, worker_of
from tests.e2e.browser.web import Web
from tests.integration.agent.devices import device
from tests.integration.agent.presence.displays import a_desktop
from tests.support.fake_agency import PHRASES, SITES

ROUNDS: Final = 20
MOST_ROUNDS: Final = 40
SETTLED: Final = 0.02  # half of the median's interval
DRAWINGS: Final = 1_000
PAUSE_S: Final = 0.1
READ_PAUSE_S: Final = 0.6  # a page is read 0.4 s after it is there
SCREEN: Final = "1900x1500x24"
NONE, AGAIN, OURS = "none", "none_again", "ours"
PLACES: Final = {NONE: "0,0", AGAIN: "950,0", OURS: "0,750"}
LOADED: Final = """() => new Promise((resolve) => {
  const look = () => {
    const { loadEventEnd, startTime } = performance.getEntriesByType("navigation")[0];
    if (loadEventEnd > 0) resolve(loadEventEnd - startTime); else setTimeout(look, 1);
  };
  look();
})"""


class Bare(Browsing):
    """A browser without us."""

    def flags(self) -> list[str]:
        """Without the extension."""
        return [flag for flag in super().flags() if not flag.startswith("--load-extension")]


@dataclass(frozen=True, slots=True)
class Turn:
    """What was waited for in one turn, by browser."""

    kind: str
    name: str
    ms: dict[str, float]


type Compared = Callable[[Sequence[Turn], str], float]


def by_pairs(turns: Sequence[Turn], arm: str) -> float:
    """The median of a browser's times, each as a share of the first browser's in the same turn: what else the machine did is in both."""
    return median(turn.ms[arm] / turn.ms[NONE] for turn in turns)


def by_tails(turns: Sequence[Turn], arm: str) -> float:
    """The 95th percentile of a browser's times, as a share of the first browser's; a time counts as a share of what its page takes."""
    times: dict[str, list[float]] = {}
    for turn in turns:
        times.setdefault(turn.name, []).extend(turn.ms.values())
    usual = {name: median(of_all) for name, of_all in times.items()}
    ours, none = ([turn.ms[one] / usual[turn.name] for turn in turns] for one in (arm, NONE))
    return percentile(ours, 0.95) / percentile(none, 0.95)


RANKS: Final[dict[str, Compared]] = {"median": by_pairs, "p95": by_tails}


def interval(rounds: Sequence[Sequence[Turn]], arm: str, compared: Compared) -> tuple[float, float]:
    """Where it lies, 19 times of 20, if the rounds are drawn anew."""
    drawn = random.Random(21)  # noqa: S311 - the same drawings each time
    found = sorted(compared(_all(drawn.choices(rounds, k=len(rounds))), arm) for _ in range(DRAWINGS))
    return found[DRAWINGS // 40], found[-1 - DRAWINGS // 40]


def measure(ground: Ground) -> Found:
    """As many rounds as it takes."""
    rounds = _rounds(ground, ROUNDS, MOST_ROUNDS)
    ratios, figures = dict[str, float](), dict[str, float]()
    for name, is_read in (("page_load", False), ("page_load.read", True)):
        of = _of(rounds, is_read=is_read)
        for rank, compared in RANKS.items():
            ratios[f"{name}.{rank}"] = compared(_all(of), OURS)
            figures[f"{name}.{rank}_low"], figures[f"{name}.{rank}_high"] = interval(of, OURS, compared)
            floor = f"{name}.floor.{rank}"
            figures[floor] = compared(_all(of), AGAIN)
            figures[f"{floor}_low"], figures[f"{floor}_high"] = interval(of, AGAIN, compared)
        figures |= {f"{name}.{arm}_ms": median(turn.ms[arm] for turn in _all(of)) for arm in PLACES}
    turns = _all(_of(rounds, is_read=False))
    for kind in dict.fromkeys(turn.kind for turn in turns):
        figures[f"page_load.{kind}.median"] = by_pairs([turn for turn in turns if turn.kind == kind], OURS)
    figures |= {"page_load.rounds": len(rounds), "page_load.waits_a_round": len(rounds[0])}
    return Found(ratios, figures)


def hottest(ground: Ground) -> list[str]:
    """The ten pages that take longest with us beside a browser without: what they have in common is what costs."""
    turns = _all(_rounds(ground, 3, 3))
    by_name = {name: [turn for turn in turns if turn.name == name] for name in {turn.name for turn in turns}}
    slowest = sorted(((by_pairs(of, OURS), name) for name, of in by_name.items()), reverse=True)[:10]
    return [
        f"{ratio:.3f} of {median(turn.ms[NONE] for turn in by_name[name]):.1f} ms  {name}" for ratio, name in slowest
    ]


def _rounds(ground: Ground, least: int, most: int) -> list[list[Turn]]:
    web, drawn = RealLikeWeb(), random.Random(86)  # noqa: S311 - an order, not a secret
    with _browsers(ground, web) as tabs:
        _round(tabs, web.pages, drawn)  # the first loads fill what a browser keeps: scripts, fonts, connections
        rounds = [_round(tabs, web.pages, drawn) for _ in range(least)]
        while len(rounds) < most and not _is_settled(rounds):
            rounds.append(_round(tabs, web.pages, drawn))
    return rounds


def _round(tabs: dict[str, Page], pages: Sequence[RealLike], drawn: random.Random) -> list[Turn]:
    turns = []
    for page in drawn.sample(pages, len(pages)):
        waited = {arm: dict(_load(tabs[arm], page)) for arm in drawn.sample(list(tabs), len(tabs))}
        turns += [
            Turn(page.kind, f"{page.url}{called}", {arm: waited[arm][called] for arm in tabs})
            for called in waited[NONE]
        ]
    return turns


def _load(tab: Page, page: RealLike) -> Iterator[tuple[str, float]]:
    """What was waited for, and how long."""
    tab.goto(page.url, wait_until="load")
    if page.kind == "app":
        yield "", float(tab.evaluate("window.shown"))
        for number in range(1, MOVES + 1):
            yield f"view/{number}", float(tab.evaluate("(number) => move(number)", number))
    else:
        yield "", float(tab.evaluate(LOADED))
    time.sleep(READ_PAUSE_S if page.kind == "read" else PAUSE_S)


def _is_settled(rounds: Sequence[Sequence[Turn]]) -> bool:
    low, high = interval(_of(rounds, is_read=False), OURS, by_pairs)
    return high - low <= 2 * SETTLED


def _of(rounds: Sequence[Sequence[Turn]], *, is_read: bool) -> list[list[Turn]]:
    return [[turn for turn in of if (turn.kind == "read") is is_read] for of in rounds]


def _all(rounds: Iterable[Sequence[Turn]]) -> list[Turn]:
    return [turn for of in rounds for turn in of]


@contextmanager
def _browsers(ground: Ground, real_like: RealLikeWeb) -> Iterator[dict[str, Page]]:
    """A tab in each of the three browsers, once the agent has answered ours. What is read has a listed phrase, which must arrive."""
    with ExitStack() as ends:
        server = real_like.listen(ground.folder)
        ends.callback(server.server_close)
        ends.callback(server.shutdown)
        web = Web(port=server.server_port)
        person = ends.enter_context(device(ends.enter_context(a_desktop(SCREEN))))
        person.enrol()
        agency = person.ingest.agency
        agency.lists = (agency.sign_list(Capability.SITE, SITES), agency.sign_list(Capability.PHRASE, PHRASES))
        agency.issue()
        person.start(heartbeat_s=60, gaps_s=3_600)
        playwright = ends.enter_context(sync_playwright())
        tabs = dict[str, Page]()
        for arm, place in PLACES.items():
            browsing = (Browsing if arm == OURS else Bare)(person, web, profiles=10 * len(tabs), place=place)
            context = ends.enter_context(browsing.open(playwright))
            if arm == OURS:
                worker_of(context)
            tabs[arm] = context.pages[0]
        yield tabs
        if not any(str(url).startswith(READ_HERE) for url in person.disclosed()):
            raise NotMeasured("the agent read no page, so what it costs was not measured")
