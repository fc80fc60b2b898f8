"""What the agent's two threads share: whom it trusts, and what it knows of the time.

Rules
- Both values are immutable, and a change is one assignment under a lock, so nobody sees half of one.
- Only `delivery` changes the trust, and the thread that measures takes from it what the person withdraws. Both threads read the clock;
  `delivery` receives the agency's time.
- An update is kept with the time of its acceptance. After a restart it is judged again, as of then. Only the lease and the clock say
  whether it still holds now.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Final

from offmon.agent import log, withdrawn
from offmon.agent.clock import Timekeeper
from offmon.agent.home import AgentHome
from offmon.agent.memory import give_back
from offmon.agent.profiles import AcceptedProfile, Identity, Trust, accept, first_trust
from offmon.agent.withdrawn import WithdrawnItems
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import codec
from offmon.core.formats.protocol import MAX_ANSWER, Enrolled, ProfileUpdate
from offmon.core.ids import Digest, Id, Ms

RECEIPT_FILE: Final = "receipt"
_FILE: Final = "profile"
_MAX: Final = MAX_ANSWER * 3 // 2


@dataclass(frozen=True, slots=True)
class _Accepted:
    TYPE: ClassVar[str] = "offmon/accepted@1"

    at: Ms
    update: bytes


class Belief:
    """Trust and time, for several threads."""

    def __init__(self, home: AgentHome, identity: Identity, enrolled: Enrolled, time: Timekeeper) -> None:
        self.identity = identity
        self._home = home
        self._lock = threading.Lock()
        self._time = time
        self.is_told = False  # whether the agency has told the time in this run
        self._trust = first_trust(enrolled)
        self._withdrawn = WithdrawnItems(())
        self._unread = False  # what was withdrawn here is there, and cannot be read
        self._held: AcceptedProfile | None = None

    @property
    def trust(self) -> Trust:
        """Whom the agent trusts now."""
        return self._trust

    @property
    def held(self) -> AcceptedProfile | None:
        """The profile that the agent holds, in force or not, less what the person withdrew here."""
        return self._held

    @property
    def names(self) -> tuple[Digest, Digest | None]:
        """What is believed, by digest: the newest statement of keys, and the profile as it was signed."""
        return _names(self._trust)

    @property
    def time(self) -> Timekeeper:
        """What is known of the clock."""
        return self._time

    def see(self, raw: Ms) -> Timekeeper:
        """After a look at the clock."""
        with self._lock:
            self._time = self._time.see(raw)
            return self._time

    def told(self, raw: Ms, signed: Ms) -> None:
        """After a signed time."""
        with self._lock:
            self._time = self._time.told(raw, signed)
            self.is_told = True

    def keep_receipt(self, signed: bytes) -> None:
        """Keep the newest receipt beside the store (`last_receipt`). Where the disk does not take it, an older one declares more.

        Its signature shows half a write.
        """
        try:
            self._home.overwrite(RECEIPT_FILE, signed)
        except Refused as error:
            log.warn("receipt", error.code)

    @property
    def withdrawn(self) -> WithdrawnItems:
        """What the person withdrew here."""
        return self._withdrawn

    def withdraw(self, terms: Collection[Id], raw: Ms) -> None:
        """Take these items out of what may be collected, for good: on the disk, then at once. Raises Refused, and nothing is taken then.

        Only what the signed profile names as agreed; other ids are passed over.
        """
        held = self._trust.held
        agreed = frozenset() if held is None else frozenset(held.profile.agreed)
        with self._lock:
            self._keep_withdrawn(self._withdrawn.adding(agreed if self._unread else agreed & frozenset(terms), raw))

    def noted(self, term: Id) -> None:
        """That the journal says of it. Raises Refused."""
        with self._lock:
            self._keep_withdrawn(self._withdrawn.noted(term))

    def _keep_withdrawn(self, items: WithdrawnItems) -> None:
        withdrawn.save(self._home, items)
        self._withdrawn = items
        self._narrow()

    def _narrow(self) -> None:
        """While what was withdrawn cannot be read, nothing that was agreed to may be collected."""
        held = self._trust.held
        lost = frozenset(held.profile.agreed) if held is not None and self._unread else frozenset[Id]()
        self._held = withdrawn.less(held, self._withdrawn.terms | lost)

    def restore(self) -> None:
        """Take up what was withdrawn and accepted before. Raises what `accept` raises."""
        try:
            self._withdrawn = withdrawn.load(self._home)
        except OffmonError as error:
            self._unread = True
            log.warn("withdrawn", error.code)
        data = self._home.read(_FILE)
        if data is not None:
            kept = codec.load(_Accepted, data, max_size=_MAX)
            update = codec.load(ProfileUpdate, kept.update, max_size=MAX_ANSWER)
            self._trust = accept(self.identity, self._trust, update, kept.at)
            self._narrow()
            del kept, update
            give_back(len(data))

    def take(self, data: bytes, raw: Ms) -> None:
        """Accept an update, or raise what `accept` raises and believe what was believed before."""
        at = self._time.correct(raw)
        update = codec.load(ProfileUpdate, data, max_size=MAX_ANSWER)
        trust = accept(self.identity, self._trust, update, at)
        if update.profile is not None and _names(trust) != _names(self._trust):
            self._home.write(_FILE, codec.dump(_Accepted(at, data)))
        with self._lock:
            self._trust = trust
            self._narrow()
        del update
        give_back(len(data))


def _names(trust: Trust) -> tuple[Digest, Digest | None]:
    """What is believed, by digest."""
    return trust.ring.newest, None if trust.held is None else trust.held.digest
