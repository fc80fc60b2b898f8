"""kill -9 at each step of closing an epoch: the agency hears of each gap and note once, the new epoch's as one (formats §6)."""

import base64
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from offmon.agent.gap_counters import Loss
from offmon.agent.journal_reach import JournalReach
from offmon.agent.outbox import Outbox
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import (
    DeviceNote,
    DisclosureLeaf,
    Gap,
    GapLeaf,
    GapReason,
    NoteKind,
    NoteLeaf,
    Receipt,
    Sent,
)
from offmon.core.ids import Id, Ms
from tests.integration.agent.devices import ROOT
from tests.integration.agent.killed import NOW
from tests.integration.agent.writer import disclosure, holding
from tests.support.declared import declare
from tests.support.fake_agency import FakeAgency

FOUND = 3
HIDDEN = [Loss(GapReason.NOT_VISIBLE, at, Ms(at + MINUTE_MS), None) for at in (Ms(NOW + n * HOUR_MS) for n in range(3))]


def deliver(outbox: Outbox, device: Id) -> list[Sent]:
    got = list[Sent]()
    while outbox.pending:
        lease = outbox.lease()
        got += lease.leaves
        receipt = Receipt(device, lease.epoch, lease.size, lease.root, (), "0" * 32, NOW, None)
        assert outbox.commit(lease, receipt, b"signed")
    return got


def waiting(path: Path) -> tuple[FakeAgency, JournalReach, list[Sent]]:
    """An outbox with things found among the times that were not covered, none of it received but the first gap."""
    agency = FakeAgency(NOW)
    held = holding(agency)
    outbox = Outbox(path, agency.device, NOW)
    declare(outbox, HIDDEN[0])
    deliver(outbox, agency.device)
    outbox.put(disclosure(held, 1), held)
    declare(outbox, HIDDEN[1])
    outbox.note(NoteKind.STARTED, NOW)
    for name in range(2, FOUND + 1):
        outbox.put(disclosure(held, name), held)
    declare(outbox, HIDDEN[2])
    lease = outbox.lease()
    outbox.rollback(lease)
    head = outbox.head
    outbox.close()
    return agency, head, list(lease.leaves)


def kill_at(statement: int, step: str, path: Path, device: Id) -> bool:
    """Whether it was killed there; else it came to its end."""
    arguments = [step, str(path), device, str(statement)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.agent.killed", *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT}/src", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (done.returncode, done.stdout) in {(-signal.SIGKILL, b""), (0, b"done")}
    return done.returncode != 0


def gaps(leaves: list[Sent]) -> list[Gap]:
    return [leaf.gap for leaf in leaves if isinstance(leaf, GapLeaf)]


def notes(leaves: list[Sent]) -> list[DeviceNote]:
    return [leaf.note for leaf in leaves if isinstance(leaf, NoteLeaf)]


def spans(found: list[Gap]) -> Counter[Loss]:
    return Counter(Loss(one.reason, one.since, one.until, one.lost) for one in found)


@pytest.mark.parametrize("step", ["purge", "refuse"])
def test_a_kill_at_any_statement_loses_no_gap_and_doubles_none(step: str, tmp_path: Path) -> None:
    source = tmp_path / "before" / "outbox.sqlite"
    source.parent.mkdir()
    agency, head, waited = waiting(source)
    bodies = [base64.b64encode(leaf.ciphertext)[:60] for leaf in waited if isinstance(leaf, DisclosureLeaf)]
    assert len(bodies) == FOUND
    statement, killed = 0, True
    while killed:
        statement += 1
        path = tmp_path / str(statement) / "outbox.sqlite"
        shutil.copytree(source.parent, path.parent)
        killed = kill_at(statement, step, path, agency.device)
        outbox = Outbox(path, agency.device, Ms(NOW + 2), head)
        again = outbox.head.epoch == head.epoch
        if step == "purge":  # nothing is granted still, and every poll of the profile says so
            outbox.purge(Ms(NOW + 2))
            assert not any(body in file.read_bytes() for file in path.parent.iterdir() for body in bodies)
        elif again:
            outbox.new_epoch(Ms(NOW + 2), refused=outbox.head.received)
        shown = spans(list(outbox.gaps(Ms(0))))
        got = deliver(outbox, agency.device)
        outbox.close()
        [first, *_] = gaps(got)
        assert (first.reason, first.n) == (GapReason.NEW_EPOCH, 0)
        assert (first.last_epoch, first.last_size) == (head.epoch, head.received)
        assert first.lost == FOUND
        sent = spans([one for one in gaps(got) if one.reason is not GapReason.NEW_EPOCH])
        refused = [] if step == "purge" else [Loss(GapReason.QUARANTINED, first.until, first.until, 1)]
        assert sent == Counter([*HIDDEN[1:], *refused])
        assert shown == sent + Counter([HIDDEN[0], Loss(first.reason, first.since, first.until, FOUND)])
        said = [(one.note, one.count) for one in notes(got)]
        purged = [(NoteKind.PURGED, FOUND)] if step == "purge" else []
        assert said == [(NoteKind.STARTED, None), *purged]
    assert statement > 10  # it was killed between each two of its statements, and before the first
