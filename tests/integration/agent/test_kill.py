"""kill -9 of a writing process at random points: everything it called durable is there, once, in order."""

import random
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.outbox import Outbox
from offmon.core.formats import journal
from offmon.core.formats.envelope import open_checked
from offmon.core.formats.event import DisclosureLeaf, NoteKind, Receipt, Sent
from tests.integration.agent.devices import ROOT, Device, await_true, start
from tests.integration.agent.killed import NOW
from tests.support.fake_agency import new_id
from tests.support.patience import PATIENCE_S

KILLS = 20
AGENT_KILLS = 6
VISITS = 250
LAST = {"url": f"https://{VISITS}.listed.example", "title": ""}


def number_of(url: str | None) -> int:
    """Which visit it was: the first label of the host."""
    return int(str(url).removeprefix("https://").partition(".")[0])


def write_until_killed(path: Path, device: str, seed: bytes, first: int, after: int) -> int:
    """Let a writer say `after` numbers, then kill it; the last number that it said."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.agent.writer", str(path), device, seed.hex(), str(first)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT}/src", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(after)]
    writer.kill()
    rest = writer.stdout.read().split()
    writer.stdout.close()
    writer.wait()
    # A number without its newline was cut off by the kill and counts as not said.
    return int(rest[-2]) if len(rest) > 1 else said[-1]


def test_twenty_kills_lose_nothing_that_was_said_and_duplicate_nothing() -> None:
    chance = random.Random(2026)  # noqa: S311 - where to kill; a seed makes a failure tell where
    seed, device, received = secrets.token_bytes(32), new_id(), list[Sent]()
    with tempfile.TemporaryDirectory() as folder:
        path, first, durable = Path(folder) / "outbox.sqlite", 0, list[int]()
        for _ in range(KILLS):
            last = write_until_killed(path, device, seed, first, chance.randint(1, 40))
            durable += range(first, last + 1)
            first = last + 1000
        outbox = Outbox(path, device, NOW)
        while outbox.pending:
            lease = outbox.lease()
            received += lease.leaves
            receipt = Receipt(device, lease.epoch, lease.size, lease.root, (), "0" * 32, NOW, None)
            assert outbox.commit(lease, receipt, b"signed")
        outbox.close()
    evidence = X25519PrivateKey.from_private_bytes(seed)
    names = [
        number_of(open_checked(leaf.envelope, leaf.ciphertext, evidence).body.url)
        for leaf in received
        if isinstance(leaf, DisclosureLeaf)
    ]
    assert [journal.place_of(leaf).n for leaf in received] == list(range(len(received)))
    assert len(received) == len(names)
    assert sorted(set(names)) == names
    assert set(durable) <= set(names)
    # What was durable but not yet said when the kill came: at most a few a kill, never something in between.
    assert len(names) - len(durable) <= 2 * KILLS


def test_a_killed_agent_delivers_each_visit_once_or_declares_its_time(person: Device) -> None:
    chance = random.Random(86)  # noqa: S311 - when to kill; a seed makes a failure tell when
    person.start()
    feeder = start(person, "-m", "tests.integration.agent.feeder", str(person.home / "pages.sock"), str(VISITS))
    for _ in range(AGENT_KILLS):
        time.sleep(chance.uniform(0.3, 1.5))
        person.kill()
        person.start()
    said, _ = feeder.communicate(timeout=PATIENCE_S)
    assert feeder.returncode == 0, said.decode()
    visits = {int(number): int(at) for number, at in (line.split() for line in said.decode().splitlines())}
    assert len(visits) == VISITS
    await_true(lambda: bool(person.tell(LAST)) and LAST["url"] in person.disclosed())
    person.stop()
    await_true(lambda: bool(person.ingest.notes()) and person.ingest.notes()[-1].note is NoteKind.STOPPED)
    gaps, numbers = person.ingest.gaps(), [number_of(url) for url in person.disclosed()]
    delivered = [number for number in numbers if number < VISITS]
    assert len(delivered) == len(set(delivered))
    missing = [n for n, at in visits.items() if n not in delivered and not any(g.since <= at <= g.until for g in gaps)]
    assert missing == []
    assert len(delivered) > VISITS // 8
    assert len(person.ingest.journals) == 1
