"""kill -9 of a process that writes, at points that nobody chose: what was said to be durable is there, once, in order."""

import random
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.outbox import Outbox
from offmon.core import journal
from offmon.core.envelope import open_checked
from offmon.core.event import DisclosureLeaf, Leaf, Receipt
from offmon.core.ids import Ms
from tests.integration.agent.devices import ROOT
from tests.support.fake_agency import new_id

KILLS = 20
NOW = Ms(1_800_000_000_000)


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
    seed, device, received = secrets.token_bytes(32), new_id(), list[Leaf]()
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
        int(str(open_checked(leaf.envelope, leaf.ciphertext, evidence).body.url).rpartition("/")[2])
        for leaf in received
        if isinstance(leaf, DisclosureLeaf)
    ]
    assert [journal.place_of(leaf).n for leaf in received] == list(range(len(received)))
    assert len(received) == len(names)
    assert sorted(set(names)) == names
    assert set(durable) <= set(names)
    # What was durable but not yet said when the kill came: at most a few a kill, never something in between.
    assert len(names) - len(durable) <= 2 * KILLS
