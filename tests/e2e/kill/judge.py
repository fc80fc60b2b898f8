"""Compares what was promised with the result, and prints the table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from offmon.agent import progress
from offmon.agent.sources.browsers import ON_THE_WAY_MS
from offmon.core.formats.event import Gap
from tests.e2e.kill.account import Account, Delivered
from tests.e2e.kill.browser import Visit
from tests.e2e.kill.truth import Kill, Kind, Victim
from tests.e2e.kill.victims import Victims

# What may be missing from before the time away. A killed agent wrote its last mark so long ago, and that is behind by what may have been
# on the way; of a shim that ended only the latter is unknown. A second more, for a machine with other work.
BEFORE_SHIM_MS = ON_THE_WAY_MS + 1_000
BEFORE_AGENT_MS = progress.EVERY_MS + BEFORE_SHIM_MS
WIDTH = 50
STALE_S = 15.0  # so long after the database is back, a face may find that a connection which it held is dead

type Span = tuple[int, int]  # since, until: device time


@dataclass
class Table:
    """Lines of what was found; `wrong` says what must not be so."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def say(self, what: str, value: object) -> None:
        """A line that only tells."""
        self.lines.append((what, str(value)))

    def must(self, what: str, value: object, *, holds: bool, why: str = "") -> None:
        """A line that must hold."""
        self.lines.append((what, f"{value}{'' if holds else '   <-- WRONG'}"))
        if not holds:
            self.wrong.append(f"{what}: {value}{f' ({why})' if why else ''}")

    def none(self, what: str, faults: Sequence[object]) -> None:
        """A line of what there must be none of."""
        self.must(what, len(faults), holds=not faults, why="; ".join(map(str, faults[:5])))

    def text(self) -> str:
        """The whole table."""
        lines = (f"{what:<{WIDTH}} {value}" for what, value in self.lines)
        verdict = "All of it holds." if not self.wrong else "\n".join(("NOT so:", *self.wrong))
        return "\n".join((*lines, verdict)) + "\n"


def kills(table: Table, done: Sequence[Kill], planned: int) -> None:
    """Who was killed how often."""
    by = Counter(kill.victim for kill in done)
    alone = sum(kill.alone for kill in done)
    for victim in Victim:
        note = f" ({alone} of the serving part alone)" if victim is Victim.INGEST and alone else ""
        table.say(f"kill -9 of {victim}", f"{by[victim]}{note}")
    table.must("kills", f"{len(done)} of {planned}", holds=len(done) == planned)


def pages(
    table: Table, visits: Sequence[Visit], planned: int, delivered: Sequence[Delivered], gaps: Sequence[Gap]
) -> list[Visit]:
    """Each page against the truth. Those that should have been delivered and were not.

    Delivered more than once may only be what was told of again, because its answer was never heard; and only inside a declared gap.
    """
    by = Counter(visit.page.kind for visit in visits)
    for kind in Kind:
        table.say(f"pages {kind}", by[kind])
    table.must("pages", f"{len(visits)} of {planned}", holds=len(visits) == planned)
    known = {visit.page.number: visit for visit in visits}
    times = Counter(one.number for one in delivered)
    listed = [visit for visit in visits if visit.page.kind is Kind.LISTED]
    missing = [visit for visit in listed if not times[visit.page.number]]
    excused = {visit.page.number for visit in listed if any(covers(gap, visit) for gap in gaps)}
    twice = {number for number, count in times.items() if count > 1}
    again = {visit.page.number for visit in listed if times[visit.page.number] <= visit.told} & twice & excused
    lost = [visit for visit in missing if visit.page.number not in excused]
    once = sum(times[visit.page.number] == 1 for visit in listed)
    table.must("listed, delivered once", once, holds=2 * once > len(listed), why="too few to show anything")
    table.none("listed, delivered twice", sorted(twice - again))
    table.say("told again without an answer, twice, inside a declared gap", len(again))
    table.say("listed, inside a declared gap", len(missing) - len(lost))
    table.none("listed, lost", [_told(visit, gaps) for visit in lost])
    table.none(
        "delivered and not as it was: other page, other time",
        [one for one in delivered if not _is_true(one, known.get(one.number))],
    )
    reasons = Counter(gap.reason for gap in gaps)
    table.say("gaps", f"{len(gaps)}: {', '.join(f'{reason} {count}' for reason, count in sorted(reasons.items()))}")
    return missing


def gap_time(
    table: Table, visits: Sequence[Visit], missing: Sequence[Visit], gaps: Sequence[Gap], away: Sequence[Span]
) -> None:
    """A gap excuses only what was away, so that half the pages cannot vanish into one giant gap."""
    began, ended = visits[0].since, visits[-1].until
    within = [(max(gap.since, began), min(gap.until, ended)) for gap in gaps]
    beyond = total_ms([*within, *away]) - total_ms(away)
    inside = sum(any(covers(gap, visit) for gap in gaps) for visit in visits)
    table.say("pages of any kind, inside a declared gap", f"{inside} of {len(visits)}")
    table.say("declared as gaps", f"{_seconds(total_ms(within))} of {_seconds(ended - began)}")
    table.must("declared as gaps, and nothing was away", _seconds(beyond), holds=not beyond)
    table.none(
        "listed, missing, and nothing was away",
        [_told(visit, gaps) for visit in missing if not any(a <= visit.until and visit.since <= b for a, b in away)],
    )


def away(without_agent: Iterable[Span], without_shim: Iterable[Span], ended: int) -> list[Span]:
    """When agent or shim was away, and before that what each may have lost with it. In the end the browser runs on without its shim."""
    agents = [(killed - BEFORE_AGENT_MS, back) for killed, back in without_agent]
    shims = [(noticed - BEFORE_SHIM_MS, back) for noticed, back in without_shim]
    return [*agents, *shims, (ended - BEFORE_SHIM_MS, ended)]


def total_ms(spans: Iterable[Span]) -> int:
    """How long they last together, what two of them cover counted once."""
    total, reached = 0, 0
    for since, until in sorted(spans):
        total += max(0, until - max(since, reached))
        reached = max(reached, until)
    return total


def records(table: Table, account: Account, delivered: Sequence[Delivered]) -> None:
    """The journal, the log, the backstop, the alerts."""
    epochs = account.epochs()
    [one] = epochs if len(epochs) == 1 else [None]
    table.must(
        "journal, device and server",
        f"{len(epochs)} epoch{'s' * (len(epochs) != 1)}, {one.on_device[0] if one else '?'} leaves, one root",
        holds=one is not None and one.is_one,
        why=str(epochs),
    )
    table.none("leaves held as a hash only", [None] * account.refused())
    table.say("log entries", account.count("select count(*) from audit_entry"))
    table.none("log: holes, breaks, foreign checkpoints", account.log_faults())
    table.none("rows without an entry, backstops off", account.unaccounted())
    table.none("rows said not to agree with the log", account.said_to_disagree())
    items = account.items()
    leaves = sorted(one.leaf for one in delivered)
    same = sorted(item.replace("-", "") for item in items) == leaves
    table.must("alerts' items", f"{len(items)} of {len(leaves)} delivered", holds=same)
    alerts = account.rows("select count(*), count(*) filter (where state = 'decided') from triage_alert")
    table.say("alerts", "{}, of them {} decided".format(*alerts[0]))


def reveals(table: Table, account: Account, victims: Victims, delivered: Sequence[Delivered]) -> None:
    """Each reveal: shown, or cleanly refused, and used once. Only without its database may the console have no answer at all."""
    looked = victims.reveals
    urls = {one.leaf: one.url for one in delivered}
    used, shown = account.used(), Counter(leaf for leaf, _ in looked.shown)
    table.say("reveals asked", sum(looked.asked.values()))
    table.must("reveals shown", len(looked.shown), holds=bool(looked.shown))
    table.say("reveals refused", looked.refused)
    table.say("console without an answer, the database killed", len(looked.unanswered))
    table.none(
        "console without an answer, and a database",
        [
            at
            for at in looked.unanswered
            if not any(down <= at <= up + STALE_S for down, up in victims.without_database)
        ],
    )
    table.none("shown, and not what was sent", [leaf for leaf, url in looked.shown if urls.get(leaf) != url])
    table.none("shown, and not in the log", [leaf for leaf, count in shown.items() if count > used[leaf]])
    table.none("used twice, or not said once in the log", account.reveal_faults())
    table.say("opened, and lost on the way to the officer", used.total() - len(looked.shown))


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f} s"


def covers(gap: Gap, visit: Visit) -> bool:
    """Whether the page was open in a time that is declared."""
    return gap.since <= visit.until and visit.since <= gap.until


def _is_true(one: Delivered, visit: Visit | None) -> bool:
    """Whether it is a listed page that was visited, delivered with its address, and a time at which it was asked about.

    A page that was forgotten unanswered has no known end: the agent had it at some time after it was told of.
    """
    if visit is None or visit.page.kind is not Kind.LISTED or one.url != visit.page.url:
        return False
    return visit.since <= one.event_at and (not visit.answered or one.event_at <= visit.until)


def _told(visit: Visit, gaps: Sequence[Gap]) -> str:
    near = sorted(
        (abs(visit.since - edge), gap.reason, edge - visit.since) for gap in gaps for edge in (gap.since, gap.until)
    )
    how = "answered" if visit.answered else "not answered"
    return f"page {visit.page.number}, {how} in {visit.until - visit.since} ms, nearest gap {near[:2]}"
