"""Trust in an agency's keys: its Keys statements, walked from a root that the reader brought (formats §2; after python-tuf).

Rules
- The root is offline and signs only Keys statements. They are walked in order from version 1, rising by one, and each names the one before
  it by digest. The root signs each, or the `next_root` that the statement before announced.
- A root that has handed over is retired: what it signs later is foreign, even if the reader's paper still names that root. An announced
  root counts for nothing unless taken up or announced again.
- A statement lasts at most 400 days. No key is good after the newest one's end, whatever its own period says.
- A retired key stays listed (`publishing.check_keeps`). A compromised one gets `until` = that moment. Only the
  newest statement counts for a key, so a later one may shorten an earlier one's period.
- Callers ask whether a key was good *at a time*: the witnessed time of the entry that commits to the document. Never at the document's own
  time (a stolen retired key back-dates).
- This module does no IO and reads no clock. Device, witness and verifier use the same one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.errors import NotAuthentic
from offmon.core.formats import dsse
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Count, Digest, Id, Ms, VKey

MAX_STATEMENT_MS: Final = 400 * clock.DAY_MS


class KeyRole(StrEnum):
    """What a key may sign."""

    PROFILE = "profile"
    LIST = "list"
    LOG = "log"
    RECEIPT = "receipt"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key, what for, and when it was good."""

    role: KeyRole
    vkey: VKey
    period: Period


@dataclass(frozen=True, slots=True)
class KeysDocument(dsse.Document):
    """A Keys statement. `next_root` may sign the next statement beside the present root."""

    TYPE: ClassVar[str] = "offmon/keys@1"

    agency: Id
    version: Count
    previous: Digest | None
    period: Period
    keys: tuple[ListedKey, ...]
    next_root: VKey | None


@dataclass(frozen=True, slots=True)
class KeysSeen:
    """The newest Keys statement that somebody was shown: its number, since when it speaks (ms UTC), and its digest."""

    version: int
    since: int
    digest: str

    @property
    def sentence(self) -> str:
        """What it is, and what to do with that: whoever shows a chain of statements can leave out its end."""
        at = clock.utc_text(Ms(self.since))
        text = f"Newest Keys statement here: number {self.version}, of {at}. Compare it with the newest that the agency names to you"
        return f"{text}: a later one may have ended a key that signed here."


@dataclass(frozen=True, slots=True)
class KeyRing:
    """What an agency's keys were, as its newest statement says. Made by `walk` only."""

    agency: Id
    version: Count
    newest: Digest
    period: Period
    keys: tuple[ListedKey, ...]

    def key(self, role: KeyRole, keyid: str, at: Ms) -> PublicKey:
        """The key of that role and hint that was good at `at` (a witnessed time). Raises NotAuthentic."""
        listed = [k for k in self.keys if k.role is role and PublicKey.parse(k.vkey).keyid == keyid]
        if not listed:
            raise NotAuthentic("unknown-key", f"No {role.value} key of the agency made this signature.")
        good = next((k for k in listed if self._is_good(k, at)), None)
        if good is None:
            raise NotAuthentic(
                "key-out-of-time", f"A {role.value} key was used outside the time that the agency's root gave it."
            )
        return PublicKey.parse(good.vkey)

    def current(self, role: KeyRole, at: Ms) -> tuple[PublicKey, ...]:
        """Every key of that role that is good at `at` (two while one replaces another)."""
        return tuple(PublicKey.parse(k.vkey) for k in self.keys if k.role is role and self._is_good(k, at))

    @property
    def seen(self) -> KeysSeen:
        """Which statement it is that speaks here."""
        return KeysSeen(self.version, self.period.since, self.newest)

    def _is_good(self, listed: ListedKey, at: Ms) -> bool:
        return at in listed.period and (self.period.until is None or at < self.period.until)


def walk(statements: Sequence[bytes], roots: Iterable[PublicKey]) -> KeyRing:
    """The ring that the chain of signed statements gives, from roots that the caller trusts. Raises Malformed or NotAuthentic."""
    brought = {root.keyid: root for root in roots}
    trusted, used = brought, set[str]()
    ring: KeyRing | None = None
    for data in statements:
        hint = dsse.signer_of(data)
        if hint not in trusted:
            raise NotAuthentic("foreign-root", "The agency's keys are not signed by a root that you trust.")
        keys = dsse.open_signed(KeysDocument, data, trusted[hint])
        _check_next(ring, keys)
        ring = KeyRing(keys.agency, keys.version, dsse.digest_of(data), keys.period, keys.keys)
        used.add(hint)
        trusted = {hint: trusted[hint]} | {keyid: root for keyid, root in brought.items() if keyid not in used}
        if keys.next_root is not None:
            successor = PublicKey.parse(keys.next_root)
            trusted[successor.keyid] = successor
    if ring is None:
        raise NotAuthentic("no-keys", "There is no statement of the agency's keys to check anything by.")
    return ring


def _check_next(ring: KeyRing | None, keys: KeysDocument) -> None:
    expected = (1, None) if ring is None else (ring.version + 1, ring.newest)
    if (keys.version, keys.previous) != expected or (ring is not None and keys.agency != ring.agency):
        raise NotAuthentic("keys-out-of-order", "A statement of the agency's keys does not follow the one before it.")
    until = keys.period.until
    if until is None or until - keys.period.since > MAX_STATEMENT_MS:
        raise NotAuthentic("keys-too-long", "A statement of the agency's keys claims to last more than 400 days.")
