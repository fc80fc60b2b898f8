"""The queue and the journal in one: everything that leaves is first here, on the disk, in its place (formats §5, §6; design §1.3).

Rules
- It takes only a `Disclosure`, a loss or a note. It gives each its place (epoch, n), draws salts, and encloses the body to the profile's
  evidence key. Leaf *and* hash are on the disk (WAL, synchronous=FULL) before it returns.
- Only the envelope is written in clear. A body that cannot be enclosed leaves no trace: Malformed, and the caller declares a gap.
- A loss is kept first, on the disk. It gets its place after the hour, with all losses of that hour (`declare_kept`). Otherwise an immediate
  finding would take it along. The person is told of most losses at once, and could then read off when a finding went.
- A batch is leased, then committed by its receipt or rolled back. A lease is in memory only: after a crash the same leaves are leased
  again, and the agency recognises them by place.
- Leaf hashes, what they are made of, notes and the last receipt stay for the epoch's life, and gaps beyond it. A disclosure stays until its
  receipt. An agency that lost what it had (`lease_again`) gets the rest, with its own receipt.
- A store that is damaged, or older than known (`expected`), is moved aside. A new epoch begins with the Gap that names the last known head.
  Then comes the gap of the damage. A fork, which only the agency's answer reveals, is treated alike.
- A new epoch is one transaction: its first leaf, and everything repeated from the one before (`epoch_chain`), or nothing.
- Over its cap the queue takes no disclosure (`QueueFull`, to be declared). Gaps and notes always go in: they are few.
"""

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from offmon.agent import epoch_chain, store
from offmon.agent.gap_counters import Loss
from offmon.agent.journal_reach import JournalReach, Lease
from offmon.agent.profiles import AcceptedProfile
from offmon.agent.store import StoreDamaged
from offmon.core.errors import Malformed, Refused
from offmon.core.formats import batches, canon, codec, journal
from offmon.core.formats.commitment import SALT_BYTES
from offmon.core.formats.envelope import Enclosed, content_commit, enclose, place_of
from offmon.core.formats.event import (
    Acknowledged,
    DeviceNote,
    Disclosure,
    DisclosureLeaf,
    Envelope,
    ForgottenLeaf,
    Gap,
    GapLeaf,
    GapReason,
    Leaf,
    NoteKind,
    NoteLeaf,
    Receipt,
    Sent,
)
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.tlog.merkle import Frontier, root_of
from offmon.core.log.tlog.proving import prove_consistency, subtrees_of

MAX_PENDING: Final = 20_000
MAX_PENDING_BYTES: Final = 256 << 20
MAX_GIVEN: Final = 1_000  # checkpoints: with one a day, of almost three years
LEASE_BYTES: Final = batches.MAX_BATCH - (64 << 10)
_MAX_LEAF: Final = 1 << 20
_MAX_GAPS: Final = 10_000  # of a month in which one was kept every five minutes, and more
_LEAVES: Final[dict[str, type[DisclosureLeaf] | type[GapLeaf] | type[NoteLeaf]]] = {
    leaf.KIND: leaf for leaf in (DisclosureLeaf, GapLeaf, NoteLeaf)
}


class QueueFull(Refused):
    """The queue is at its cap. Declare the loss."""

    def __init__(self) -> None:
        super().__init__("queue-full", "The queue is full; connect this device so that it can send.")


class Outbox:
    """One device's queue and journal, for several threads."""

    def __init__(
        self, path: Path, device: Id, at: Ms, expected: JournalReach | None = None, safe_until: Ms | None = None
    ) -> None:
        """Open or make the store. Raises StoreUnavailable.

        `expected` is the head that was last seen and `safe_until` the time before which all had its receipt: both from elsewhere than
        the store itself, for the case that it is damaged or gone.
        """
        self._path = path
        self._device = device
        self._lock = threading.RLock()
        self._start(at, expected, safe_until)

    def repair(self, at: Ms, safe_until: Ms) -> None:
        """Open the store again after StoreDamaged: it goes on where it can be read, and begins anew where it cannot."""
        with self._lock:
            self._db.close()
            self._start(at, self.head, safe_until)

    def _start(self, at: Ms, expected: JournalReach | None, safe_until: Ms | None) -> None:
        self._leased = False
        self._received = self._grown = Frontier()
        try:
            self._open(expected)
        except StoreDamaged:
            self._move_aside()
            self._open(None)
        if not self._number:
            since = at if safe_until is None else min(safe_until, at)
            damaged = [] if expected is None else [Loss(GapReason.STORE_DAMAGED, since, at, None)]
            self._begin_epoch(expected, Loss(GapReason.NEW_EPOCH, since, at, None), damaged)

    def close(self) -> None:
        """Close the store. What was put is on the disk already."""
        with self._lock:
            self._db.close()

    @property
    def head(self) -> JournalReach:
        """The open epoch and its size."""
        with self._lock:
            return JournalReach(self._epoch, self._grown.size, self._received.size)

    @property
    def pending(self) -> int:
        """Leaves of the open epoch without a receipt."""
        with self._lock:
            return self._grown.size - self._received.size

    def put(self, disclosure: Disclosure, held: AcceptedProfile) -> int:
        """Enclose and keep a disclosure; returns its number. Raises Malformed (nothing was kept), QueueFull or StoreDamaged."""
        if not isinstance(disclosure, Disclosure):
            raise TypeError("only what decide made may leave")
        salt, envelope_salt = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(SALT_BYTES)
        with self._lock:
            if self.pending >= MAX_PENDING or self._bytes >= MAX_PENDING_BYTES:
                raise QueueFull
            envelope = Envelope(
                deployment=held.profile.deployment,
                device=self._device,
                epoch=self._epoch,
                n=self._grown.size,
                profile=held.digest,
                profile_version=held.profile.version,
                content_commit=content_commit(disclosure.body, salt),
                claim=disclosure.claim,
            )
            ciphertext = enclose(Enclosed(salt, disclosure.body), held.profile.evidence_key, place_of(envelope))
            return self._append(DisclosureLeaf(envelope, envelope_salt, ciphertext))

    def keep(self, losses: Sequence[Loss]) -> None:
        """Keep losses until their hour, all of them or none. Raises StoreDamaged or StoreUnavailable."""
        if losses:
            with self._lock, self._transaction():
                rows = [(loss.reason.value, loss.since, loss.until, loss.lost) for loss in losses]
                self._db.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", rows)

    @property
    def kept(self) -> tuple[Loss, ...]:
        """The losses that wait for their hour, in the order in which they came. Raises StoreDamaged."""
        with self._lock:
            rows = self._rows("SELECT reason, since, until, lost FROM kept ORDER BY rowid")
        try:
            return tuple(Loss(GapReason(reason), since, until, lost) for reason, since, until, lost in rows)
        except ValueError:
            raise StoreDamaged from None

    def declare_kept(self) -> bool:
        """Give all that is kept its place; whether there was any. Raises StoreDamaged or StoreUnavailable; nothing is changed then."""
        with self._lock:
            first = self._grown.size
            leaves = [self._said(loss, self._epoch, n) for n, loss in enumerate(self.kept, first)]
            if leaves:
                with self._transaction():
                    done = [self._insert(self._number, n, leaf) for n, leaf in enumerate(leaves, first)]
                    self._db.execute("DELETE FROM kept")
                self._grown = self._grown.extend(leaf_hash for leaf_hash, _ in done)
                self._bytes += sum(size for _, size in done)
            return bool(leaves)

    def note(self, kind: NoteKind, at: Ms, term: Id | None = None, *, count: int | None = None) -> int:
        """Keep a note of the device's own life; returns its number. Raises StoreDamaged."""
        with self._lock:
            said = replace(self._note(kind, at, count), term=term)
            return self._append(self._said(said, self._epoch, self._grown.size))

    def lease(self, most: int = batches.MAX_LEAVES) -> Lease:
        """The next leaves without a receipt, at most `most` and one batch's bytes; none of them is a heartbeat.

        One lease at a time: RuntimeError for a second one.
        """
        with self._leasing():
            rows = self._rows(
                "SELECT kind, hash, data FROM leaf WHERE epoch = ? AND n >= ? ORDER BY n LIMIT ?",
                self._number,
                self._received.size,
                most,
            )
            taken, room = list[tuple[str, bytes, bytes]](), LEASE_BYTES
            for kind, leaf_hash, data in rows:
                if taken and len(data) > room:
                    break
                taken.append((kind, leaf_hash, data))
                room -= len(data)
            root = self._received.extend(leaf_hash for _, leaf_hash, _ in taken).root
            leaves = tuple(_load(kind, data) for kind, _, data in taken)
            return Lease(self._epoch, self._received.size, leaves, Digest(root.hex()))

    def lease_again(self, first: int, most: int = batches.MAX_LEAVES) -> Lease:
        """For an agency that lost what its receipts cover: leaves from `first` on, at most `most` and none beyond the last receipt.

        `first` lies below `head.received`. RuntimeError for a second lease.
        """
        with self._leasing():
            size = self._received.size
            rows = self._rows(
                "SELECT n, kind, commitment, enclosed, data FROM leaf WHERE epoch = ? AND n >= ? AND n < ? ORDER BY n LIMIT ?",
                self._number,
                first,
                size,
                most,
            )
            leaves = tuple(self._left_of(*row) for row in rows)
            end, hashes, receipt = first + len(leaves), self._hashes(0, size), self.last_receipt()
            acknowledged = None
            if receipt is not None and any(isinstance(leaf, ForgottenLeaf) for leaf in leaves):
                proof = prove_consistency(end, size, subtrees_of(hashes))
                acknowledged = Acknowledged(receipt, tuple(Digest(step.hex()) for step in proof))
            return Lease(self._epoch, first, leaves, Digest(root_of(hashes[:end]).hex()), acknowledged)

    def commit(self, lease: Lease, receipt: Receipt, signed: bytes) -> bool:
        """Take a receipt, whose signature the caller has checked: its disclosures are removed, their hashes stay.

        The agency may have more of this journal than the lease holds (an answer was lost), or be on its way to what it had before. False,
        and nothing is changed, where the receipt covers less than the lease, more than the journal, or another root than ours.
        """
        with self._lock:
            self._leased = False
            fits = (receipt.device, receipt.epoch) == (self._device, self._epoch)
            if not fits or not lease.size <= receipt.size <= self._grown.size:
                return False
            start = self._received.size
            if receipt.size < start:
                return root_of(self._hashes(0, receipt.size)).hex() == receipt.root
            known = self._received.extend(self._hashes(start, receipt.size))
            if known.root.hex() != receipt.root:
                return False
            with self._transaction():
                self._db.execute(
                    "UPDATE epoch SET received = ?, receipt = ? WHERE number = ?", (receipt.size, signed, self._number)
                )
                self._db.execute(
                    "UPDATE leaf SET data = NULL WHERE epoch = ? AND n >= ? AND n < ? AND kind = ?",
                    (self._number, start, receipt.size, DisclosureLeaf.KIND),
                )
                if receipt.log_checkpoint is not None:
                    self._db.execute("INSERT OR IGNORE INTO given VALUES (?)", (receipt.log_checkpoint,))
                    self._db.execute(
                        "DELETE FROM given WHERE rowid <= (SELECT max(rowid) FROM given) - ?", (MAX_GIVEN,)
                    )
            self._received = known
            self._bytes = self._count_bytes()
            return True

    def is_another(self, lease: Lease, receipt: Receipt) -> bool:
        """Whether a receipt for this lease, which the caller has checked, is of another journal than this one: longer, or of other leaves.

        False once another epoch is open.
        """
        with self._lock:
            ours = (self._device, self._epoch, self._epoch)
            if (receipt.device, receipt.epoch, lease.epoch) != ours:
                return False
            if receipt.size > self._grown.size:
                return True
            return root_of(self._hashes(0, receipt.size)).hex() != receipt.root

    def rollback(self, lease: Lease) -> None:
        """Give a lease back; its leaves stay where they are."""
        with self._lock:
            if lease.epoch == self._epoch:
                self._leased = False

    def last_receipt(self) -> bytes | None:
        """The last signed receipt of the open epoch."""
        with self._lock:
            found: bytes | None = self._rows("SELECT receipt FROM epoch WHERE number = ?", self._number)[0][0]
            return found

    def gaps(self, since: Ms) -> tuple[Gap, ...]:
        """The newest gaps that were declared or kept here and end after `since`, of closed epochs too. Raises StoreDamaged."""
        query = "SELECT kind, data FROM leaf WHERE kind = ? AND data IS NOT NULL ORDER BY epoch DESC, n DESC LIMIT ?"
        with self._lock:
            rows = self._rows(query, GapLeaf.KIND, _MAX_GAPS)
            kept = [self._gap(loss, self._epoch, self._grown.size, None).gap for loss in reversed(self.kept)]
        gaps = [leaf.gap for kind, data in rows if isinstance(leaf := _load(kind, data), GapLeaf)]
        return tuple(gap for gap in (*kept, *gaps) if gap.until > since)

    def new_epoch(self, at: Ms, *, refused: int | None = None) -> None:
        """Close the epoch and begin another, as `succession` has it. Raises StoreDamaged or StoreUnavailable; nothing is changed then.

        `refused`: a leaf that the agency will never take.
        """
        with self._lock:
            self._go_on(at, refused=refused)

    def fork(self, at: Ms, last: JournalReach | None, safe_until: Ms) -> None:
        """Begin another epoch, for the agency has of this one what is not here: the store is an older one, or one of two.

        `last`: the last head that the agency knows. Before `safe_until` all had its receipt; what was since then, nobody here knows.
        Raises as `new_epoch` does.
        """
        with self._lock:
            self._go_on(at, last, then=[Loss(GapReason.STORE_DAMAGED, min(safe_until, at), at, None)])

    def purge(self, at: Ms) -> int:
        """Remove every disclosure that has no receipt, for nothing grants it any more; returns how many went. Raises StoreDamaged.

        Their numbers were given, so a new epoch says how many leaves never arrive, and a note how many bodies went. Nothing of them stays
        on the disk: the write-ahead file is emptied, and a damaged store that was kept aside goes too, also where an earlier purge was
        killed before it came to that.
        """
        with self._lock:
            bodies: int = sum(kind == DisclosureLeaf.KIND for kind, _ in self._pending_rows(self._received.size))
            if bodies:
                self._go_on(at, then=[self._note(NoteKind.PURGED, at, bodies)])
            self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
            for aside in self._path.parent.glob(f"{self._path.name}.damaged*"):
                aside.unlink()
            return bodies

    def _go_on(
        self,
        at: Ms,
        last: JournalReach | None = None,
        refused: int | None = None,
        then: Sequence[Loss | DeviceNote] = (),
    ) -> None:
        pending = [_load(kind, data) for kind, data in self._pending_rows(self._received.size)]
        new = epoch_chain.begin(pending, at, refused)
        head = self.head
        if new.instead is not None and new.instead.last_epoch is not None:
            size = new.instead.last_size or 0
            head = JournalReach(new.instead.last_epoch, size, size)
        self._begin_epoch(last or head, new.first, [*new.again, *then], refused)
        self._leased = False

    def _open(self, expected: JournalReach | None) -> None:
        with store.converted():
            self._db = store.connect(self._path)
            store.prepare(self._db)
        if self._rows("PRAGMA quick_check") != [("ok",)]:
            raise StoreDamaged
        newest = self._rows("SELECT number, id, received FROM epoch ORDER BY number DESC LIMIT 1")
        self._number: int
        self._epoch: Id
        self._number, self._epoch, received = newest[0] if newest else (0, Id(""), 0)
        hashes = self._hashes(0, canon.MAX_INT)
        if received > len(hashes):
            raise StoreDamaged
        if [journal.hash_of(_load(*row)) for row in self._pending_rows(received)] != hashes[received:]:
            raise StoreDamaged
        _ = self.kept  # it can be read
        if expected is not None and expected.epoch == self._epoch and len(hashes) < expected.size:
            raise StoreDamaged
        self._received = Frontier().extend(hashes[:received])
        self._grown = self._received.extend(hashes[received:])
        self._bytes = self._count_bytes()

    def _move_aside(self) -> None:
        """Keep the damaged store for whoever looks into it; only the newest one, for it may be large."""
        self._db.close()
        for suffix in ("", "-wal", "-shm"):
            part = Path(f"{self._path}{suffix}")
            if part.exists():
                part.replace(f"{self._path}.damaged{suffix}")

    def _begin_epoch(
        self, last: JournalReach | None, loss: Loss, then: Sequence[Loss | DeviceNote], refused: int | None = None
    ) -> None:
        """A device's first epoch has no gap before it; each later one has as its first leaf the gap that names what was before."""
        number, epoch = self._number + 1, Id(secrets.token_hex(16))
        leaves: list[Leaf] = [] if last is None else [self._gap(loss, epoch, 0, last)]
        leaves += [self._said(what, epoch, n) for n, what in enumerate(then, len(leaves))]
        with self._transaction():
            # Gaps stay, or move with what is said again: the person is shown them, and a list that began anew after a purge, or had a
            # line twice, would tell that something had waited.
            self._db.execute(
                "UPDATE leaf SET data = NULL WHERE kind <> ? OR (epoch = ? AND n >= ? AND n IS NOT ?)",
                (GapLeaf.KIND, self._number, self._received.size, refused),
            )
            self._db.execute("INSERT INTO epoch (number, id) VALUES (?, ?)", (number, epoch))
            for n, leaf in enumerate(leaves):
                self._insert(number, n, leaf)
        self._number, self._epoch = number, epoch
        self._received = Frontier()
        self._grown = Frontier().extend(map(journal.hash_of, leaves))
        self._bytes = self._count_bytes()

    def _note(self, kind: NoteKind, at: Ms, count: int | None) -> DeviceNote:
        """Not in its place yet."""
        return DeviceNote(self._device, self._epoch, 0, kind, at, count)

    def _said(self, what: Loss | DeviceNote, epoch: Id, n: int) -> GapLeaf | NoteLeaf:
        """A loss or a note in its place."""
        if isinstance(what, Loss):
            return self._gap(what, epoch, n, None)
        return NoteLeaf(replace(what, epoch=epoch, n=n), secrets.token_bytes(SALT_BYTES))

    def _gap(self, loss: Loss, epoch: Id, n: int, last: JournalReach | None) -> GapLeaf:
        gap = Gap(
            device=self._device,
            epoch=epoch,
            n=n,
            reason=loss.reason,
            since=loss.since,
            until=loss.until,
            lost=loss.lost,
            last_epoch=last.epoch if last else None,
            last_size=last.received if last else None,
        )
        return GapLeaf(gap, secrets.token_bytes(SALT_BYTES))

    def _append(self, leaf: Leaf) -> int:
        n = self._grown.size
        with self._transaction():
            leaf_hash, size = self._insert(self._number, n, leaf)
        self._grown = self._grown.extend([leaf_hash])
        self._bytes += size
        return n

    def _insert(self, number: int, n: int, leaf: Leaf) -> tuple[bytes, int]:
        """The leaf's hash, and how many bytes it takes."""
        data, made = codec.dump(leaf), journal.committed(leaf)
        self._db.execute(
            "INSERT INTO leaf (epoch, n, kind, hash, commitment, enclosed, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, n, leaf.KIND, made.hash, bytes.fromhex(made.commit), bytes.fromhex(made.ciphertext), data),
        )
        return made.hash, len(data)

    def _left_of(self, n: int, kind: str, commitment: bytes, enclosed: bytes, data: bytes | None) -> Sent:
        if data is not None:
            return _load(kind, data)
        return ForgottenLeaf(self._device, self._epoch, n, Digest(commitment.hex()), Digest(enclosed.hex()))

    def _hashes(self, start: int, end: int) -> list[bytes]:
        """Leaf hashes of the open epoch. Raises StoreDamaged where a number is missing."""
        rows = self._rows(
            "SELECT n, hash FROM leaf WHERE epoch = ? AND n >= ? AND n < ? ORDER BY n", self._number, start, end
        )
        if any(n != start + place for place, (n, _) in enumerate(rows)):
            raise StoreDamaged
        return [leaf_hash for _, leaf_hash in rows]

    def _pending_rows(self, received: int) -> list[Any]:
        query = "SELECT kind, data FROM leaf WHERE epoch = ? AND n >= ? AND data IS NOT NULL ORDER BY n"
        return self._rows(query, self._number, received)

    def _count_bytes(self) -> int:
        query = "SELECT coalesce(sum(length(data)), 0) FROM leaf WHERE epoch = ? AND n >= ?"
        counted: int = self._rows(query, self._number, self._received.size)[0][0]
        return counted

    @contextmanager
    def _leasing(self) -> Iterator[None]:
        """Within it a lease is made; it is out when nothing failed."""
        with self._lock:
            if self._leased:
                raise RuntimeError("a lease is out already")
            yield
            self._leased = True

    def _rows(self, query: str, *values: object) -> list[Any]:
        with store.converted():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with store.converted():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def _load(kind: str, data: bytes) -> Leaf:
    try:
        return codec.load(_LEAVES[kind], data, max_size=_MAX_LEAF)
    except (KeyError, Malformed):
        raise StoreDamaged from None
