"""One run from end to end: start the system, let pages go by, kill, let it settle, and judge."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.e2e.kill import judge
from tests.e2e.kill.account import Account
from tests.e2e.kill.browser import Browser
from tests.e2e.kill.judge import Table
from tests.e2e.kill.officer import Reveals
from tests.e2e.kill.truth import Kill, Plan, draw
from tests.e2e.kill.victims import Victims
from tests.support.loopback import Loopback, may_watch
from trial import checks, invented, seeking
from trial.apps import way_in
from trial.person import TrialPerson
from trial.places import ProgramCode, TrialHome
from trial.ports import FREE, held
from trial.raising import Raised, raised
from trial.stack import DATABASE
from trial.thread import Thread
from trial.uids import uids_of_a_run

REST_S = 90.0
ENDED_BY_ITSELF = "it is started once more"  # what the trial says when it starts something again that nobody killed

type Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """How long a run is. It ends by itself after `limit_s`, whatever hangs."""

    seed: int
    pages: int
    kills: int
    limit_s: float


class OutOfTime(AssertionError):
    """The run took longer than it may, or cannot go on."""


@dataclass
class Run:
    """A run under way: what is planned, and what was killed so far."""

    plan: Plan
    system: Raised
    victims: Victims
    deadline: float
    say: Say
    files: seeking.SoughtRun
    done: list[Kill] = field(default_factory=list)

    def go(self) -> None:
        """Until the last page was open and the last victim is back."""
        browser, looked = self.victims.browser, self.victims.reveals
        browser.start()
        looked.start()
        for kill in self.plan.kills:
            point = browser.points[kill.at]
            point.free.set()
            self._await(point.reached.is_set)
            began = time.monotonic()
            self.victims.kill(kill)
            self.done.append(kill)
            self.say(f"page {kill.at}: {kill.victim} killed, back after {time.monotonic() - began:.1f} s")
        browser.join(max(0.0, self.deadline - time.monotonic()))
        looked.stop.set()
        looked.join(REST_S)

    def judged(self, marker: str) -> Table:
        """All of it come to rest, and held against the truth."""
        table, account = Table(), Account(self.system, self.victims.person.agent)
        undone = self._come_to_rest(account)
        delivered, browser = account.delivered(), self.victims.browser
        judge.kills(table, self.done, len(self.plan.kills))
        visits, gaps = browser.visits, account.gaps()
        missing = judge.pages(table, visits, len(self.plan.pages), delivered, gaps)
        away = judge.away(self.victims.without_agent, browser.without_shim, visits[-1].until)
        judge.gap_time(table, visits, missing, gaps, away)
        table.none("texts asked for, where no text is wanted", [None] * browser.told_to_read)
        judge.records(table, account, delivered)
        judge.reveals(table, account, self.victims, delivered)
        table.none("not done in the end", undone)
        server = self.system.stack.server
        table.none("tables with the mark of a page that is not listed", checks.rows_with(server, DATABASE, marker))
        table.none("files with the mark of a page that is not listed", sorted(self.files.found([marker])))
        return table

    def _await(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if time.monotonic() > self.deadline or not self.victims.browser.is_alive():
                raise OutOfTime("the run takes longer than it may, or its browser has failed; what it did stands above")
            time.sleep(0.01)

    def _come_to_rest(self, account: Account) -> list[str]:
        """Wait until the device has sent all, end it as its person would, and wait until the worker has done all. What is left."""
        until = time.monotonic() + REST_S
        while account.pending() and time.monotonic() < until:
            time.sleep(0.2)
        agent = self.victims.person.running.pop("agent")
        agent.terminate()
        agent.wait(REST_S)
        while any((waiting := account.waiting()).values()) and time.monotonic() < until:
            time.sleep(0.2)
        left = waiting | {"leaves without a receipt": account.pending()}
        return [f"{count} {what}" for what, count in left.items() if count]


def play(asked: Asked, home: TrialHome, code: ProgramCode, say: Say) -> Table:
    """Play it. What must hold and does not stands in the table's `wrong`."""
    deadline = time.monotonic() + asked.limit_s
    marker, files = f"marker{secrets.token_hex(12)}", seeking.SoughtRun(home.path, uids_of_a_run())
    plan = draw(asked.seed, asked.pages, asked.kills, marker)
    say(f"seed {asked.seed}: {asked.pages} pages, {asked.kills} kills\n{plan.text()}")
    said = list[str]()

    def tell(what: str) -> None:
        said.append(what)
        say(what)

    with _person(home, code) as (person, ports), raised(home, code, ports, tell, environ={}) as system:
        thread = Thread(system, person)
        say(thread.enrolment())
        say(thread.profile())
        looked = Reveals(ports["console"], way_in(home, invented.OFFICER), asked.seed)
        run = Run(plan, system, Victims(system, person, Browser(person, plan), looked), deadline, say, files)
        wire = Loopback((marker,)) if may_watch() else None
        began = time.monotonic()
        run.go()
        table = run.judged(marker)
        if wire is None:
            table.say("packets on the loopback with that mark", "not looked at: needs CAP_NET_RAW")
        else:
            wire.close()
            table.none("packets on the loopback with that mark, or unseen", [*wire.seen, *range(wire.missed)])
        table.say("seconds", f"{time.monotonic() - began:.0f}")
    table.none("processes that ended by themselves", [line for line in said if ENDED_BY_ITSELF in line])
    return table


@contextmanager
def _person(home: TrialHome, code: ProgramCode) -> Iterator[tuple[TrialPerson, dict[str, int]]]:
    with held(FREE) as ports:
        person = TrialPerson(home, code, f"http://127.0.0.1:{ports['ingest']}")
        try:
            person.start_display()
            yield person, ports
        finally:
            person.stop()
