"""One seeded run: pages are shown while the device is attacked, and in the end each is looked for.

Rules
- What was shown and when is known here alone; the agent and the agency are told nothing of it.
- Each run has one kind of attack, met again and again, and now and then one of the others.
- In the end the clock stays as it was set, the disk has room, and the device is on until it has nothing to send.
"""

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from offmon.agent import keys
from offmon.agent.home import AgentHome
from offmon.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from offmon.core.formats import codec, dsse
from offmon.core.ids import Ms
from tests.e2e.chaos.agency import START, Ingest, Time, an_ingest, issue, urls
from tests.e2e.chaos.machine import GAPS_S, TICK_MS, Faults, Machine, under

STEPS = 7
SETTLES_MS = 40 * MINUTE_MS
OFF_S = (15, 100, 400, 3_000)
FILES = ("marks", "receipt", "outbox.sqlite", "profile", "use", "pin", "keys", "enrolled", "lock", "pages.sock")
TOGETHER = (
    ("marks",),
    ("marks", "receipt"),
    ("outbox.sqlite", "marks"),
    ("outbox.sqlite", "marks", "receipt", "profile"),
)
NEEDED = {"keys", "enrolled"}  # without them it is another device, or none


@dataclass(frozen=True)
class Page:
    """A page as it was shown: the true time, and that of the device's clock."""

    url: str
    true: Ms
    raw: Ms


@dataclass
class Tally:
    """What became of the pages of some runs."""

    runs: int = 0
    pages: int = 0
    delivered: int = 0
    declared: int = 0
    shown: int = 0
    lost: int = 0
    double: int = 0
    off: list[str] = field(default_factory=list)


@dataclass
class Run:
    """A device, what is done to it, and what was shown on it."""

    seed: int
    kind: str
    folder: Path
    dice: random.Random
    time: Time
    ingest: Ingest
    faults: Faults
    machine: Machine
    copy: Machine | None = None
    pages: list[Page] = field(default_factory=list)
    story: list[str] = field(default_factory=list)

    def play(self) -> Tally:
        self.machine.start()
        self.machine.tick()  # before its first profile nothing is due
        self.machine.tick()
        self.goes_on(90)
        self.snapshot()
        kinds = list(ATTACKS)
        for _ in range(STEPS):
            kind = self.kind if self.dice.random() < 0.6 else self.dice.choice(kinds)
            self.story.append(f"{(self.time.now - START) // 1000}s {kind}")
            ATTACKS[kind](self)
            self.up()
            self.goes_on(self.dice.choice((5, 40, 150)))
        self.settle()
        return self.judge()

    # --- time ---------------------------------------------------------------------------------------------------------

    def goes_on(self, seconds: int) -> None:
        """Time passes, and pages are shown."""
        until = self.time.now + seconds * SECOND_MS
        while self.time.now < until:
            self.time.now = Ms(self.time.now + self.dice.randint(TICK_MS * 2 // 3, TICK_MS))
            if self.dice.random() < 0.2:
                self.show()
            for machine in self.machines():
                if machine.runs:
                    machine.tick()

    def off(self, seconds: int) -> None:
        """Time passes while nothing runs; pages are shown all the same."""
        for _ in range(4):
            self.time.now = Ms(self.time.now + seconds * SECOND_MS // 4)
            self.show()

    def show(self) -> None:
        page = Page(f"https://{len(self.pages)}.listed.example", self.time.now, self.time.raw)
        self.pages.append(page)
        running = [machine for machine in self.machines() if machine.runs]
        if running:
            self.dice.choice(running).page(page.url)

    def machines(self) -> list[Machine]:
        return [self.machine] if self.copy is None else [self.machine, self.copy]

    # --- hands --------------------------------------------------------------------------------------------------------

    def down(self) -> None:
        if self.machine.runs:
            self.machine.kill() if self.dice.random() < 0.5 else self.machine.stop()

    def up(self) -> None:
        if not self.machine.runs:
            self.machine.start()

    def rest(self) -> None:
        self.off(self.dice.choice(OFF_S))

    def snapshot(self) -> None:
        """The folder as it lies there."""
        shutil.rmtree(self.folder / "before", ignore_errors=True)
        copy(self.machine.folder, self.folder / "before")

    def settle(self) -> None:
        """All that still can be told is told."""
        self.faults.left = None
        self.machine.fill(False)
        self.tells(self.machine)

    def tells(self, machine: Machine) -> None:
        """It is on until it has told all, and then killed."""
        until, told = self.time.now + SETTLES_MS, self.time.now + (GAPS_S + 30) * SECOND_MS
        while self.time.now < until and not (self.time.now > told and machine.has_told()):
            if not machine.runs:
                machine.start()
            self.time.now = Ms(self.time.now + TICK_MS)
            machine.tick()
        machine.kill()

    def judge(self) -> Tally:
        tally, arrived = Tally(runs=1, pages=len(self.pages)), Counter(urls(self.ingest))
        for page in self.pages:
            declared, shown = self.ingest.covered(page.true, page.raw)
            times = arrived[page.url]
            if times:
                tally.delivered += 1
                tally.double += times > 1
            elif declared:
                tally.declared += 1
            elif shown:
                tally.shown += 1
            else:
                tally.lost += 1
            if times > 1 or not (times or declared or shown):
                ago = (page.true - START) // 1000
                tally.off.append(f"seed {self.seed}: {page.url} at {ago}s ({times} times); {'; '.join(self.story)}")
        return tally


def copy(source: Path, to: Path) -> None:
    shutil.copytree(source, to, ignore=shutil.ignore_patterns("pages.sock", "lock"))


def put_back(run: Run) -> None:
    if run.dice.random() < 0.3:
        run.down()
        run.snapshot()
        run.up()
        run.goes_on(run.dice.choice((5, 60, 130)))
    run.down()
    run.rest()
    shutil.rmtree(run.machine.folder)
    copy(run.folder / "before", run.machine.folder)


def delete(run: Run) -> None:
    names = run.dice.choice((*TOGETHER, *((name,) for name in FILES)))
    run.story[-1] += f" {' '.join(names)}"
    run.down()
    run.rest()
    kept = {}
    for name in names:
        for part in run.machine.folder.glob(f"{name}*"):
            if name in NEEDED:
                kept[part] = part.read_bytes()
            part.unlink()
    run.up()
    without_keys(run, kept)


def damage(run: Run) -> None:
    files = sorted(path for path in run.machine.folder.iterdir() if path.is_file())
    run.down()
    run.rest()
    files = sorted(path for path in run.machine.folder.iterdir() if path.is_file())
    path = run.dice.choice(files)
    run.story[-1] += f" {path.name}"
    data = bytearray(path.read_bytes())
    kept = {path: bytes(data)} if path.name in NEEDED else {}
    match run.dice.randrange(3):
        case 0:
            data = data[: len(data) // 2]
        case 1:
            data = bytearray(run.dice.randbytes(len(data) or 1))
        case _ if data:
            data[run.dice.randrange(len(data))] ^= 1 << run.dice.randrange(8)
    path.write_bytes(data)
    run.up()
    without_keys(run, kept)


def without_keys(run: Run, kept: dict[Path, bytes]) -> None:
    """Without its keys it is nobody's device, and is not heard. After a while they are found again."""
    if kept:
        run.goes_on(30)
        run.machine.kill()
        run.rest()
        for path, data in kept.items():
            path.write_bytes(data)
            path.chmod(0o600)


def kill(run: Run) -> None:
    run.faults.left = run.dice.randint(1, 40)
    run.goes_on(60)
    run.machine.kill()
    run.faults.left = None
    run.rest()
    if run.dice.random() < 0.5:  # and again while it starts
        run.faults.left = run.dice.randint(1, 12)
        run.machine.start()
        run.goes_on(10)
        run.faults.left = None


def step_clock(run: Run) -> None:
    by = run.dice.choice((-3 * HOUR_MS, -20 * MINUTE_MS, -MINUTE_MS, MINUTE_MS, 20 * MINUTE_MS, 3 * HOUR_MS))
    if run.dice.random() < 0.4:
        run.time.skew += by
        run.goes_on(run.dice.choice((5, 60)))
        run.time.skew -= by
    else:
        run.down()
        run.time.skew += by
        run.rest()
        if run.dice.random() < 0.5:
            run.up()
            run.goes_on(run.dice.choice((5, 60)))
            run.time.skew = 0


def fill(run: Run) -> None:
    run.machine.fill(True)
    run.goes_on(run.dice.choice((10, 60, 200)))
    if run.dice.random() < 0.5:
        run.down()
        run.rest()
        run.up()
        run.goes_on(20)
    run.machine.fill(False)


def copy_it(run: Run) -> None:
    """The same device twice, both on."""
    if run.dice.random() < 0.5:
        run.down()
    other = run.folder / "other"
    copy(run.machine.folder, other)
    run.up()
    run.copy = Machine(other, run.ingest, run.faults, run.dice)
    run.copy.start()
    run.goes_on(run.dice.choice((30, 150)))
    kept, gone = (run.machine, run.copy) if run.dice.random() < 0.7 else (run.copy, run.machine)
    run.tells(gone)  # what a copy has not sent when it is destroyed shows nowhere, while the other goes on (THREATS)
    if kept is run.copy:
        kept.kill()
        shutil.rmtree(gone.folder)
        copy(other, gone.folder)
    run.copy = None
    shutil.rmtree(other)


def write_marks(run: Run) -> None:
    """By hand: all was covered and delivered until now."""
    run.down()
    run.off(run.dice.choice((400, 3_000)))
    path = run.machine.folder / "marks"
    if path.exists():
        marks = json.loads(path.read_bytes())
        marks |= dict.fromkeys(("alive_at", "safe_until", "highest"), run.time.raw)
        marks |= {"idle": None, "idle_since": None, "later": None, "later_since": None, "check": None}
        marks["check"] = dsse.digest_of(_line(marks))
        path.write_bytes(_line(marks))


def _line(marks: dict[str, object]) -> bytes:
    return json.dumps(marks, separators=(",", ":"), sort_keys=True).encode("ascii")


ATTACKS: dict[str, Callable[[Run], None]] = {
    "put back": put_back,
    "deleted": delete,
    "damaged": damage,
    "kill -9": kill,
    "clock": step_clock,
    "full disk": fill,
    "two copies": copy_it,
    "marks by hand": write_marks,
}


@contextmanager
def begun(seed: int, kind: str, folder: Path) -> Iterator[Run]:
    """A device that is enrolled and has a profile issued, in a world of its own."""
    dice, time, faults = random.Random(seed), Time(), Faults()  # noqa: S311 - a run that can be played again
    ingest = an_ingest(time)
    with under(time, ingest, faults, dice):
        home = AgentHome(folder / "home")
        own = keys.load_or_draw(home)
        ingest.agency.device_key, ingest.agency.list_key = own.signing.public.vkey, own.list_key
        issue(ingest)
        home.write("enrolled", codec.dump(ingest.agency.enrolled()))
        yield Run(seed, kind, folder, dice, time, ingest, faults, Machine(home.path, ingest, faults, dice))


def play(seed: int, kind: str, folder: Path) -> Tally:
    """One run, from its seed."""
    with begun(seed, kind, folder) as run:
        return run.play()
