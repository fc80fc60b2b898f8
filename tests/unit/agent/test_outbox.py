"""The outbox loses nothing, duplicates nothing and admits nothing else, whatever happens to it."""

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offmon.agent import outbox as module
from offmon.agent.gap_counters import Loss
from offmon.agent.journal_reach import JournalReach, Lease
from offmon.agent.outbox import Outbox, QueueFull
from offmon.agent.profiles import AcceptedProfile, accept, first_trust
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.core.authority.capability import Band, Capability
from offmon.core.authority.leaving import decide
from offmon.core.errors import Malformed
from offmon.core.formats import journal
from offmon.core.formats.envelope import open_checked
from offmon.core.formats.event import (
    Body,
    Disclosure,
    DisclosureLeaf,
    Finding,
    GapLeaf,
    GapReason,
    Gravity,
    NoteKind,
    Origin,
    Receipt,
    Sent,
)
from offmon.core.ids import Digest, Id, Ms, Slug, Versioned
from offmon.core.log.tlog.merkle import check_consistency, root_of
from tests.support.declared import declare
from tests.support.fake_agency import FakeAgency

NOW = Ms(1_800_000_000_000)


def held_profile() -> tuple[FakeAgency, AcceptedProfile]:
    agency = FakeAgency(NOW)
    identity = agency.identity()
    agency.issue()
    held = accept(identity, first_trust(agency.enrolled()), agency.update(), NOW).held
    assert held is not None
    return agency, held


AGENCY, HELD = held_profile()


def disclosure(name: str, at: Ms = NOW) -> Disclosure:
    finding = Finding(
        kind=Capability.SITE,
        detector=Versioned("site@1"),
        list=AGENCY.lists[0].ref,
        rule=Slug("listed-1"),
        band=Band.EXACT,
        gravity=Gravity.HIGH,
        origin=Origin.TYPED,
        event_at=at,
        captured_at=at,
        clock_offset_ms=0,
        body=Body(f"https://{name}.listed.example", None, "listed.example", None, None),
    )
    made = decide(HELD.profile, finding, at)
    assert isinstance(made, Disclosure)
    return made


def opened(path: Path, expected: JournalReach | None = None) -> Outbox:
    return Outbox(path, AGENCY.device, NOW, expected, NOW)


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "outbox.sqlite"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    one = opened(path)
    yield one
    one.close()


def receipt(epoch: Id, size: int, root: str) -> Receipt:
    return Receipt(AGENCY.device, epoch, size, Digest(root), (), "0" * 32, NOW, None)


def take(outbox: Outbox, got: list[Sent], most: int = 500) -> Lease:
    """Lease and commit, as an agency that keeps what it gets."""
    lease = outbox.lease(most)
    got += lease.leaves
    assert outbox.commit(lease, receipt(lease.epoch, lease.size, lease.root), b"signed")
    return lease


def fill(outbox: Outbox) -> None:
    for name in range(100):
        outbox.put(disclosure(str(name)), HELD)


def names(leaves: list[Sent]) -> list[str]:
    sent = [leaf for leaf in leaves if isinstance(leaf, DisclosureLeaf)]
    bodies = [open_checked(leaf.envelope, leaf.ciphertext, AGENCY.evidence).body for leaf in sent]
    return [str(body.url).removeprefix("https://").removesuffix(".listed.example") for body in bodies]


def test_only_a_disclosure_is_taken(outbox: Outbox) -> None:
    for other in (disclosure("x").body, disclosure("x").claim, {"url": "https://listed.example/"}, None, b""):
        with pytest.raises(TypeError):
            outbox.put(other, HELD)  # type: ignore[arg-type]
    assert outbox.pending == 0


def test_what_is_written_is_enclosed(path: Path) -> None:
    outbox = opened(path)
    outbox.put(disclosure("marker-of-this-test"), HELD)
    outbox.close()
    assert all(b"marker-of-this-test" not in file.read_bytes() for file in path.parent.iterdir())


def test_the_content_goes_with_its_receipt_and_the_hash_stays(path: Path) -> None:
    outbox, got = opened(path), list[Sent]()
    outbox.put(disclosure("a"), HELD)
    take(outbox, got)
    outbox.put(disclosure("b"), HELD)
    outbox.close()
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT n, length(hash), data IS NULL FROM leaf ORDER BY n").fetchall()
    db.close()
    assert rows == [(0, 32, 1), (1, 32, 0)]


def test_for_an_agency_that_lost_it_there_is_what_the_hashes_are_made_of_and_the_receipt(path: Path) -> None:
    outbox, got = opened(path), list[Sent]()
    outbox.note(NoteKind.STARTED, NOW)
    for name in "ab":
        outbox.put(disclosure(name), HELD)
    declare(outbox, Loss(GapReason.AGENT_DOWN, NOW, NOW, None))
    outbox.put(disclosure("c"), HELD)
    take(outbox, got)
    outbox.put(disclosure("d"), HELD)
    outbox.close()
    outbox = opened(path)  # a restart forgets nothing of it
    held, hashes = list[Sent](got[:2]), [journal.hash_of(leaf) for leaf in got]
    while len(held) < 5:
        lease = outbox.lease_again(len(held), 2)
        assert lease.acknowledged is not None
        assert lease.acknowledged.receipt == b"signed"
        steps = [bytes.fromhex(step) for step in lease.acknowledged.proof]
        check_consistency(lease.size, bytes.fromhex(lease.root), 5, root_of(hashes), steps)
        held += lease.leaves
        assert root_of(map(journal.hash_of, held)).hex() == lease.root
        assert not outbox.commit(lease, receipt(lease.epoch, lease.size, "0" * 64), b"other")
        outbox.rollback(lease)
        assert outbox.commit(outbox.lease_again(lease.first, 2), receipt(lease.epoch, lease.size, lease.root), b"later")
    assert [type(leaf).__name__ for leaf in held[2:]] == ["ForgottenLeaf", "GapLeaf", "ForgottenLeaf"]
    assert [journal.hash_of(leaf) for leaf in held] == hashes
    assert outbox.last_receipt() == b"later"  # the one that covers all again, and no smaller one before it
    assert (outbox.head.received, outbox.pending) == (5, 1)
    take(outbox, held)
    assert names(held[-1:]) == ["d"]
    outbox.close()


def test_gaps_and_notes_alone_are_sent_again_whole_and_need_no_receipt(outbox: Outbox) -> None:
    got = list[Sent]()
    outbox.note(NoteKind.STARTED, NOW)
    take(outbox, got)
    again = outbox.lease_again(0)
    assert (list(again.leaves), again.acknowledged) == (got, None)
    with pytest.raises(RuntimeError):
        outbox.lease()


def test_what_is_kept_for_the_epochs_life_is_not_waiting(path: Path) -> None:
    """A cap on what waits counts nothing that was received."""
    outbox, got = opened(path), list[Sent]()
    outbox.note(NoteKind.STARTED, NOW)
    take(outbox, got)
    assert (outbox.pending, outbox._bytes) == (0, 0)
    outbox.close()
    outbox = opened(path)
    assert (outbox.pending, outbox._bytes) == (0, 0)
    outbox.close()


def test_a_receipt_that_does_not_fit_changes_nothing(outbox: Outbox) -> None:
    for name in "ab":
        outbox.put(disclosure(name), HELD)
    epoch, root = outbox.head.epoch, outbox.lease().root
    other = Id("f" * 32)
    for size, said, of in ((2, "0" * 64, epoch), (1, root, epoch), (3, root, epoch), (2, root, other)):
        outbox.rollback(Lease(epoch, 0, (), root))
        assert not outbox.commit(outbox.lease(), receipt(of, size, said), b"signed")
    assert outbox.pending == 2
    assert outbox.last_receipt() is None
    assert outbox.commit(outbox.lease(), receipt(epoch, 2, root), b"signed")
    assert outbox.last_receipt() == b"signed"


def test_an_agency_that_has_more_than_was_leased_is_believed_by_root(outbox: Outbox) -> None:
    for name in "abc":
        outbox.put(disclosure(name), HELD)
    whole = outbox.lease()
    outbox.rollback(whole)
    assert outbox.commit(outbox.lease(1), receipt(whole.epoch, 3, whole.root), b"signed")
    assert outbox.pending == 0


def test_a_body_that_is_too_large_leaves_no_trace(outbox: Outbox) -> None:
    made = disclosure("much")
    with pytest.raises(Malformed):
        outbox.put(replace(made, body=replace(made.body, matched_entry="x" * (1 << 16))), HELD)
    assert outbox.put(disclosure("after"), HELD) == 0


def test_over_its_cap_the_queue_takes_gaps_and_no_disclosure(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PENDING", 2)
    for name in "ab":
        outbox.put(disclosure(name), HELD)
    with pytest.raises(QueueFull):
        outbox.put(disclosure("c"), HELD)
    declare(outbox, Loss(GapReason.QUEUE_FULL, NOW, NOW, 1))
    take(outbox, [])
    outbox.put(disclosure("c"), HELD)


HIDDEN = (Loss(GapReason.NOT_VISIBLE, NOW, Ms(NOW + 1), None), Loss(GapReason.SOURCE_DOWN, Ms(NOW + 2), Ms(NOW + 2), 3))


def test_a_finding_takes_along_nothing_that_waits_for_its_hour(outbox: Outbox) -> None:
    """A time without cover is told to the person as soon as it is there: an early one would say when something was found (design §1.6)."""
    got = list[Sent]()
    outbox.keep(HIDDEN[:1])
    outbox.put(disclosure("a"), HELD)
    take(outbox, got)
    assert [type(leaf) for leaf in got] == [DisclosureLeaf]
    outbox.keep(HIDDEN[1:])
    assert (outbox.pending, outbox.kept) == (0, HIDDEN)
    assert [gap.reason for gap in outbox.gaps(Ms(0))] == ["source_down", "not_visible"]  # the person's page has them
    assert outbox.declare_kept()
    take(outbox, got)
    gaps = [leaf.gap for leaf in got if isinstance(leaf, GapLeaf)]
    assert [Loss(gap.reason, gap.since, gap.until, gap.lost) for gap in gaps] == [*HIDDEN]
    assert not outbox.declare_kept()
    assert (outbox.kept, len(outbox.gaps(Ms(0)))) == ((), 2)


def test_what_waits_for_its_hour_is_on_the_disk_and_is_told_once_however_often_it_ends(path: Path) -> None:
    outbox = opened(path)
    outbox.keep(HIDDEN)
    outbox.close()
    outbox = opened(path)
    assert outbox.kept == HIDDEN
    outbox.new_epoch(NOW)
    outbox.declare_kept()
    outbox.close()
    outbox, got = opened(path), list[Sent]()
    take(outbox, got)
    assert [leaf.gap.reason for leaf in got if isinstance(leaf, GapLeaf)] == ["new_epoch", "not_visible", "source_down"]
    outbox.close()


def test_what_waits_and_cannot_be_read_is_a_damage(path: Path) -> None:
    outbox = opened(path)
    outbox.keep(HIDDEN)
    head = outbox.head
    with sqlite3.connect(path) as db:
        db.execute("UPDATE kept SET reason = 'none'")
    db.close()
    with pytest.raises(StoreDamaged):
        outbox.declare_kept()
    outbox.close()
    outbox = opened(path, head)
    assert [gap.reason for gap in outbox.gaps(Ms(0))] == ["store_damaged", "new_epoch"]
    outbox.close()


@pytest.mark.parametrize("damage", ["junk", "cut", "gone", "row-dropped", "older", "no leaf"])
def test_a_store_that_is_damaged_gone_or_older_begins_a_new_epoch_that_says_so(path: Path, damage: str) -> None:
    outbox, got = opened(path), list[Sent]()
    outbox.put(disclosure("received"), HELD)
    take(outbox, got)
    outbox.put(disclosure("lost"), HELD)
    outbox.put(disclosure("lost-too"), HELD)
    head = outbox.head
    outbox.close()
    match damage:
        case "junk":
            path.write_bytes(b"not a database" * 999)
        case "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "gone":
            path.unlink()
        case "no leaf":
            with sqlite3.connect(path) as db:
                db.execute("UPDATE leaf SET data = x'7b' WHERE n = 2")
            db.close()
        case _:
            with sqlite3.connect(path) as db:
                db.execute("DELETE FROM leaf WHERE n = ?", (1 if damage == "row-dropped" else 2,))
            db.close()
    again = opened(path, head)
    take(again, got)
    assert again.head.epoch != head.epoch
    first, second = got[1:]
    assert isinstance(first, GapLeaf)
    assert isinstance(second, GapLeaf)
    assert (first.gap.reason, first.gap.last_epoch, first.gap.last_size) == (GapReason.NEW_EPOCH, head.epoch, 1)
    assert second.gap.reason is GapReason.STORE_DAMAGED
    assert path.with_name(f"{path.name}.damaged").exists() is (damage != "gone")
    again.close()


def test_a_first_epoch_begins_without_a_gap(outbox: Outbox) -> None:
    assert outbox.head == JournalReach(outbox.head.epoch, 0, 0)


def test_a_new_epoch_after_a_fork_says_how_many_never_arrived(outbox: Outbox) -> None:
    got = list[Sent]()
    outbox.put(disclosure("a"), HELD)
    take(outbox, got)
    before = outbox.head
    outbox.put(disclosure("b"), HELD)
    outbox.new_epoch(NOW)
    take(outbox, got)
    (first,) = got[1:]
    assert isinstance(first, GapLeaf)
    said = (first.gap.reason, first.gap.lost, first.gap.last_epoch, first.gap.last_size)
    assert said == (GapReason.NEW_EPOCH, 1, before.epoch, 1)


def test_a_disk_that_takes_no_more_is_no_damage(outbox: Outbox) -> None:
    outbox.put(disclosure("a"), HELD)
    pages = outbox._db.execute("PRAGMA page_count").fetchone()[0]
    outbox._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable):
        fill(outbox)
    outbox._db.execute("PRAGMA max_page_count = 100000")
    outbox.put(disclosure("z"), HELD)
    got: list[Sent] = []
    take(outbox, got)
    assert (names(got)[0], names(got)[-1]) == ("a", "z")


def test_one_lease_at_a_time(outbox: Outbox) -> None:
    outbox.lease()
    with pytest.raises(RuntimeError):
        outbox.lease()
