"""The kept history as the running agent has it: kept, tended, opened at a visit, and erased, each said in the journal."""

from collections.abc import Callable
from dataclasses import dataclass

from offmon.agent import clock, history_opening, log
from offmon.agent.history_opening import Opening
from offmon.agent.kept_history import KeptHistory, OpenedHistory, grants_of, is_due_to_go
from offmon.agent.outbox import Outbox
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.agent.transport import Client
from offmon.agent.trust_state import Belief
from offmon.core.clock import HOUR_MS
from offmon.core.errors import Refused
from offmon.core.formats.event import NoteKind
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True, repr=False)
class Courier:
    """What asks the agency: its address, the key that signs, and who is told that the journal has something new."""

    client: Client
    key: SigningKey
    wake: Callable[[], None]


class HistoryDesk:
    """What the pages ask, and what each tick does. Used by the thread that measures."""

    def __init__(self, history: KeptHistory, outbox: Outbox, belief: Belief, courier: Courier) -> None:
        self._history, self._outbox, self._belief, self._courier = history, outbox, belief, courier
        self._tended: Ms | None = None

    def ask(self) -> Opening | None:
        """A request that it is opened, on its way; None where nothing is kept. Raises StoreUnavailable or StoreDamaged."""
        held = self._belief.held
        extent = None if held is None or not grants_of(held.profile) else self._history.extent(held.profile)
        if extent is None:
            return None
        at = self._belief.time.correct(clock.now())
        opening = Opening(self._belief.identity.device, self._courier.key, extent, at)
        history_opening.ask(opening, self._courier.client, self._belief)
        return opening

    def read(self, opening: Opening) -> OpenedHistory:
        """What an officer opened. The journal says so before anybody sees it. Raises NotAuthentic, Refused or StoreDamaged."""
        held = self._belief.held
        if held is None or not grants_of(held.profile):
            raise Refused("no-grant", "No condition allows that a history is kept any more.")
        found = self._history.open(held.profile, opening.secrets)
        self._outbox.note(NoteKind.HISTORY_OPENED, clock.now(), count=len(found.visits))
        self._courier.wake()
        return found

    def tend(self, raw: Ms) -> None:
        """Erase at once what no grant lets be kept any more, or is damaged; once an hour remove what is too old."""
        if not self._history.is_there:
            return
        at, held = self._belief.time.correct(raw), self._belief.held
        if self._history.is_damaged or is_due_to_go(None if held is None else held.profile, at):
            try:
                self._outbox.note(NoteKind.HISTORY_ERASED, raw, count=self._history.count())
            except (StoreDamaged, StoreUnavailable) as error:
                log.warn("history", error.code)  # the erasing does not wait for it
            self._history.erase()
            self._courier.wake()
        elif self._tended is None or not 0 <= raw - self._tended < HOUR_MS:
            self._tended = raw
            self._history.tend(at)
