"""The history that a device keeps and never sends: “preserve and produce” (R v Smith [2011] EWCA Crim 1772; R-AI-9).

Rules
- Of a page it keeps the minute and the name of the site: no address, title or word. A frame in a page is no visit.
- It keeps nothing without a grant in force. Excluded places, protected contacts and pages of messages leave no trace.
- Each entry is enclosed to a key whose secret half the device drew and forgot. That half is here only enclosed to the deployment's opening
  key. So the person, a thief or an officer alone cannot read it.
- Entries are numbered, and each hash covers the one before. A changed or missing entry shows when it is opened. Whoever writes in this
  folder can still cut off the end, or remove all of it (THREATS).
- It is bounded in days and in entries; the oldest go first. What went by rule is no missing entry.
- Where the grant is gone, all of it is erased: at once if a signed profile or the person took it away. Else that is seven days after its
  last condition ended.
- No type here is one of the protocol's, and nothing here makes a finding.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent import store
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Grant, HpkeKey, Profile
from offmon.core.errors import NotAuthentic, OffmonError
from offmon.core.formats import codec, envelope
from offmon.core.formats.event import Observation, PageClass
from offmon.core.formats.kept_history import MOST_KEYS, key_place
from offmon.core.ids import Id, Ms
from offmon.core.text.addresses import place_of

KEPT_DAYS: Final = 90
MOST_ENTRIES: Final = 20_000
"""Some 14 MiB at most."""
AFTER_END_MS: Final = 7 * clock.DAY_MS
_PADDED: Final = 512
_START: Final = bytes(32)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS volume (number INTEGER PRIMARY KEY, opening BLOB NOT NULL, public BLOB NOT NULL, wrapped BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS entry (
    n INTEGER PRIMARY KEY, volume INTEGER NOT NULL, day INTEGER NOT NULL, hash BLOB NOT NULL, sealed BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS base (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """An entry: when (corrected, whole minutes), and the site's host."""

    TYPE: ClassVar[str] = "offmon/kept-visit@1"

    at: Ms
    host: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is kept: entries, the first and the last day (London), and the keys as they lie here."""

    entries: int
    first_on: Ms
    last_on: Ms
    keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, repr=False)
class OpenedHistory:
    """What an opening shows, oldest first, and how many entries are missing or changed. In memory alone."""

    visits: tuple[KeptVisit, ...]
    missing: int


def grants_of(profile: Profile | None) -> tuple[Grant, ...]:
    """The grants that let a history be kept."""
    grants = () if profile is None else profile.grants
    return tuple(one for one in grants if one.kind is Capability.HISTORY_KEPT)


def is_due_to_go(profile: Profile | None, at: Ms) -> bool:
    """Whether what is kept must be erased: no grant is left, or the last condition ended more than a week ago. None: nobody said so."""
    if profile is None:
        return False
    ends = [term.period.until for grant in grants_of(profile) for term in grant.terms]
    return not ends or all(end is not None and at >= end + AFTER_END_MS for end in ends)


class KeptHistory:
    """The file. Used by the thread that measures. `unkept`: how many visits of this run the disk did not take.

    `is_damaged`: nothing can be read or kept until it is erased.
    """

    def __init__(self, path: Path, deployment: Id, device: Id) -> None:
        self._path = path
        self._key_place = key_place(deployment, device)
        self._device = device
        self._database: sqlite3.Connection | None = None
        self._last: tuple[int, str] | None = None  # so that a page that loads again in a minute is one entry
        self.unkept = 0
        self.is_damaged = False

    def keep(self, profile: Profile, seen: Observation, at: Ms) -> None:
        """Keep that a page was open at the corrected time. Never raises for the disk; the caller asked the exclusions."""
        place = place_of(seen.url)
        if place is None or seen.page_class is PageClass.MESSAGE:
            return
        if not any(grant.terms_at(at) for grant in grants_of(profile)):
            return
        visit = KeptVisit(Ms(at - at % clock.MINUTE_MS), place.host)
        if self._last == (visit.at, visit.host):
            return
        try:
            with store.converted():
                self._add(profile, visit)
        except (StoreUnavailable, StoreDamaged) as error:
            self.unkept += 1
            self.is_damaged = self.is_damaged or isinstance(error, StoreDamaged)
        else:
            self._last = (visit.at, visit.host)

    def extent(self, profile: Profile) -> Extent | None:
        """How much there is to open under the profile's opening key; None for nothing. Raises StoreUnavailable or StoreDamaged."""
        with store.converted():
            rows = self._rows(
                "SELECT number, wrapped FROM volume WHERE opening = ? AND number IN (SELECT volume FROM entry)"
                " ORDER BY number",
                (profile.evidence_key.key,),
            )
            [(count, first, last)] = self._rows("SELECT count(*), min(day), max(day) FROM entry")
        return Extent(count, Ms(first), Ms(last), tuple(row[1] for row in rows)) if rows else None

    def open(self, profile: Profile, secrets: Sequence[bytes]) -> OpenedHistory:
        """Read it with the keys that `extent` had enclosed, in that order, and begin a new key for what comes.

        Raises NotAuthentic where a key is another, and StoreUnavailable or StoreDamaged.
        """
        private = {one.public_key().public_bytes_raw(): one for one in map(_private, secrets)}
        with store.converted():
            volumes = dict(self._rows("SELECT number, public FROM volume"))
            known = {number: private[public] for number, public in volumes.items() if public in private}
            if len(known) != len(private):
                raise NotAuthentic("other-key", "The keys that came are not those of this history.")
            opened = self._walk(known)
            if len(volumes) < MOST_KEYS:
                self._volume(profile, anew=True)
        return opened

    def tend(self, at: Ms) -> None:
        """Remove what is older than it may be, or too much. Raises nothing for the disk."""
        if not self._path.exists():
            return
        try:
            with store.converted():
                self._trim(at)
        except (StoreUnavailable, StoreDamaged):
            return  # the next time tries again

    def count(self) -> int:
        """How many entries are there; 0 also where it cannot be read."""
        if not self._path.exists():
            return 0
        try:
            with store.converted():
                [(count,)] = self._rows("SELECT count(*) FROM entry")
        except (StoreUnavailable, StoreDamaged):
            return 0
        return int(count)

    @property
    def is_there(self) -> bool:
        """Whether there is a file of it."""
        return self._path.exists()

    def erase(self) -> None:
        """Remove all of it, keys too."""
        self.close()
        self._last, self.is_damaged = None, False
        for suffix in ("", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """The agent ends."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _add(self, profile: Profile, visit: KeptVisit) -> None:
        number, public = self._volume(profile)
        n, before = self._head()
        n += 1
        sealed = envelope.seal_bytes(_pad(codec.dump(visit)), HpkeKey(envelope.SUITE_1, public), self._place(n))
        day = clock.start_of_day(clock.local_day(visit.at))
        row = (n, number, day, _hash(before, n, number, day, sealed), sealed)
        self._rows("INSERT INTO entry (n, volume, day, hash, sealed) VALUES (?, ?, ?, ?, ?)", row)

    def _volume(self, profile: Profile, *, anew: bool = False) -> tuple[int, bytes]:
        """The newest key under the profile's opening key; a new one where there is none."""
        opening = profile.evidence_key
        found = self._rows(
            "SELECT number, public FROM volume WHERE opening = ? ORDER BY number DESC LIMIT 1", (opening.key,)
        )
        if found and not anew:
            return found[0][0], found[0][1]
        drawn = X25519PrivateKey.generate()
        public = drawn.public_key().public_bytes_raw()
        wrapped = envelope.seal_bytes(drawn.private_bytes_raw(), opening, self._key_place)
        [(number,)] = self._rows("SELECT coalesce(max(number), 0) + 1 FROM volume")
        self._rows("INSERT INTO volume VALUES (?, ?, ?, ?)", (number, opening.key, public, wrapped))
        return number, public

    def _head(self) -> tuple[int, bytes]:
        found = self._rows("SELECT n, hash FROM entry ORDER BY n DESC LIMIT 1") or self._rows(
            "SELECT n, hash FROM base"
        )
        return (found[0][0], found[0][1]) if found else (0, _START)

    def _walk(self, known: dict[int, X25519PrivateKey]) -> OpenedHistory:
        """Every entry that a key opens. What does not follow the one before, does not open, or is not there is missing."""
        found = self._rows("SELECT n, hash FROM base")
        (last, before), visits, missing = (found[0] if found else (0, _START)), [], 0
        for n, volume, day, digest, sealed in self._rows("SELECT n, volume, day, hash, sealed FROM entry ORDER BY n"):
            missing += n - last - 1
            follows = n > last + 1 or digest == _hash(before, n, volume, day, sealed)
            visit = _visit(sealed, known[volume], self._place(n)) if follows and volume in known else None
            if visit is None:
                missing += 1
            else:
                visits.append(visit)
            last, before = n, digest
        return OpenedHistory(tuple(visits), missing)

    def _trim(self, at: Ms) -> None:
        oldest = at - KEPT_DAYS * clock.DAY_MS
        [(newest,)] = self._rows("SELECT coalesce(max(n), 0) FROM entry")
        gone = "FROM entry WHERE day + ? <= ? OR n <= ?"
        limits = (clock.DAY_MS, oldest, newest - MOST_ENTRIES)
        last = self._rows(f"SELECT n, hash {gone} ORDER BY n DESC LIMIT 1", limits)  # no value in it
        if last:
            self._rows("BEGIN IMMEDIATE")
            self._rows("INSERT OR REPLACE INTO base VALUES (1, ?, ?)", last[0])
            self._rows("DELETE FROM entry WHERE n <= ?", (last[0][0],))
            self._rows("COMMIT")

    def _rows(self, statement: str, given: Iterable[object] = ()) -> list[tuple]:  # type: ignore[type-arg]  # as SQLite gives them
        if self._database is None:
            self._database = store.connect(self._path)
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.executescript(_SCHEMA)
        return self._database.execute(statement, tuple(given)).fetchall()

    def _place(self, n: int) -> bytes:
        return f"offmon/kept-visit@1 {self._device} {n}".encode()


def _hash(before: bytes, n: int, volume: int, day: int, sealed: bytes) -> bytes:
    return sha256(b"%b %d %d %d %b" % (before, n, volume, day, sealed)).digest()


def _private(secret: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(secret)
    except ValueError:
        raise NotAuthentic("other-key", "The keys that came are not those of this history.") from None


def _visit(sealed: bytes, private: X25519PrivateKey, place: bytes) -> KeptVisit | None:
    try:
        return codec.load(KeptVisit, _unpad(envelope.open_bytes(sealed, private, place)), max_size=_PADDED)
    except OffmonError:
        return None


def _pad(plain: bytes) -> bytes:
    return plain + b"\x80" + bytes(_PADDED - len(plain) - 1)


def _unpad(padded: bytes) -> bytes:
    return padded.rpartition(b"\x80")[0]
