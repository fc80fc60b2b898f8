"""What a closed epoch passes to the next does not depend on findings, in any order of steps (design §1.6; formats §6)."""

import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offmon.agent import epoch_chain
from offmon.agent.gap_counters import Loss
from offmon.agent.presence import details
from offmon.core import clock
from offmon.core.formats import event, journal
from offmon.core.formats.event import DisclosureLeaf, GapLeaf, GapReason, Leaf, NoteKind
from offmon.core.ids import Id, Ms
from offmon.core.log.tlog.merkle import root_of
from offmon.core.person import delay, spans
from tests.prove.markers import proves
from tests.support.declared import declare
from tests.unit.agent.test_epoch_chain import enclosed, gap, note
from tests.unit.agent.test_outbox import HELD, NOW, disclosure, names, opened, receipt

LATER = Ms(NOW + clock.DAY_MS)
REASONS = st.sampled_from([one for one in GapReason if one is not GapReason.NEW_EPOCH])
TIMES = st.integers(NOW, LATER).map(Ms)


@st.composite
def said(draw: st.DrawFn, n: int) -> Leaf:
    if draw(st.booleans()):
        return note(n, draw(st.sampled_from(NoteKind)), draw(TIMES))
    since, until = sorted((draw(TIMES), draw(TIMES)))
    return gap(n, Loss(draw(REASONS), since, until, draw(st.none() | st.integers(0, 9))))


@st.composite
def waiting(draw: st.DrawFn) -> list[Leaf]:
    """Leaves without a receipt: those of an epoch that had some, or all of a later one."""
    first = draw(st.integers(0, 3))
    leaves = list[Leaf]()
    if not first and draw(st.booleans()):
        leaves.append(gap(0, Loss(GapReason.NEW_EPOCH, draw(TIMES), LATER, draw(st.integers(0, 9))), Id("a" * 32)))
    for n in range(len(leaves) + first, len(leaves) + first + draw(st.integers(0, 8))):
        leaves.append(enclosed(n, draw(TIMES)) if draw(st.booleans()) else draw(said(n)))
    return leaves


@settings(max_examples=40)
@given(leaves=waiting(), which=st.none() | st.integers(0, 8))
def test_every_leaf_is_said_again_once_or_counted_once(leaves: list[Leaf], which: int | None) -> None:
    refused = None if which is None or which >= len(leaves) else journal.place_of(leaves[which]).n
    new = epoch_chain.begin(leaves, LATER, refused)
    later = leaves[1:] if new.instead else leaves
    kept = [leaf for leaf in later if not isinstance(leaf, DisclosureLeaf) and journal.place_of(leaf).n != refused]
    again = list(new.again)
    if refused is not None and not (new.instead and refused == 0):
        assert again.pop() == Loss(GapReason.QUARANTINED, LATER, LATER, 1)
    assert again == [as_said(leaf) for leaf in kept]
    counted = (new.instead.lost or 0) if new.instead else 0
    assert new.first.lost == counted + len(later) - len(kept)
    assert new.first.since <= new.first.until == LATER


@settings(max_examples=40)
@given(leaves=waiting())
def test_what_is_said_again_is_the_same_without_what_was_found(leaves: list[Leaf]) -> None:
    unfound = [leaf for leaf in leaves if not isinstance(leaf, DisclosureLeaf)]
    assert epoch_chain.begin(leaves, LATER).again == epoch_chain.begin(unfound, LATER).again


def as_said(leaf: Leaf) -> Loss | event.DeviceNote:
    if isinstance(leaf, event.NoteLeaf):
        return leaf.note
    assert isinstance(leaf, GapLeaf)
    return Loss(leaf.gap.reason, leaf.gap.since, leaf.gap.until, leaf.gap.lost)


STEPS = st.lists(
    st.sampled_from(["found", "gap", "gap", "note", "deliver", "lost-answer", "purge", "fork", "reopen"]), max_size=16
)


class Run:
    """A device and an agency that keeps what it gets. `finds`: whether anything is found on it."""

    def __init__(self, path: Path, *, finds: bool) -> None:
        self.path, self.finds = path, finds
        self.outbox = opened(path)
        self.journals = dict[Id, list[event.Sent]]()
        self.at = NOW
        self.put = list[str]()

    def step(self, step: str) -> None:
        self.at = Ms(self.at + clock.HOUR_MS)
        match step:
            case "found" if self.finds:
                self.put.append(secrets.token_hex(4))
                self.outbox.put(disclosure(self.put[-1]), HELD)
            case "gap":
                declare(self.outbox, Loss(GapReason.NOT_VISIBLE, self.at, Ms(self.at + clock.MINUTE_MS), None))
            case "note":
                self.outbox.note(NoteKind.STARTED, self.at)
            case "deliver":
                self.deliver(answered=True)
            case "lost-answer":
                self.deliver(answered=False)
            case "purge":
                self.outbox.purge(self.at)
            case "fork":
                self.outbox.new_epoch(self.at)
            case "reopen":
                head = self.outbox.head
                self.outbox.close()
                self.outbox = opened(self.path, head)
                assert self.outbox.head == head

    def deliver(self, *, answered: bool) -> None:
        lease = self.outbox.lease()
        known = self.journals.setdefault(lease.epoch, [])
        known += lease.leaves[len(known) - lease.first :]
        if not answered:
            self.outbox.rollback(lease)
            return
        root = root_of(map(journal.hash_of, known)).hex()
        assert self.outbox.commit(lease, receipt(lease.epoch, len(known), root), b"signed")

    @property
    def leaves(self) -> list[event.Sent]:
        return [leaf for known in self.journals.values() for leaf in known]

    def told(self) -> list[event.Gap]:
        """The gaps that the person's page does not hold back."""
        gaps = [leaf.gap for leaf in self.leaves if isinstance(leaf, GapLeaf)]
        return [one for one in gaps if not delay.waits(one.reason)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
@proves(
    "S101",
    epoch_chain.begin,
    disabled=lambda pending, at, refused=None: replace(epoch_chain.begin(pending, at, refused), again=()),
)
def test_no_time_that_was_not_covered_falls_away_because_something_was_found(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs = [Run(Path(folder) / str(finds), finds=finds) for finds in (True, False)]
        for run in runs:
            for step in (*steps, "deliver"):
                run.step(step)
        found, unfound = runs
        page, other = (details.spans_of(run.outbox.gaps(Ms(0)), 0, run.at) for run in runs)
        for run in runs:
            run.outbox.close()
    declared = steps.count("gap")
    assert spans.spans_of(found.told()) == spans.spans_of(unfound.told())
    assert page == other == spans.spans_of(found.told())
    assert len(page) == declared
    assert set(names(found.leaves)) <= set(found.put)
    if "lost-answer" not in steps:
        assert len(found.told()) == declared
        counted = sum(leaf.gap.lost or 0 for leaf in found.leaves if isinstance(leaf, GapLeaf))
        assert counted + len(names(found.leaves)) == len(found.put)
