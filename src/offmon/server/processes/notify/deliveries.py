"""Each agency's messages, turn by turn: what is due leaves, how it went is written, and what is lost is sent again.

Rules
- One thread asks and writes the database. The others only send, so that one slow server keeps no other waiting.
- A try is written before it leaves. If this process is killed in between, the try is lost after a minute, and made again once.
- Two of these processes make no try twice: the number of a try is taken once (`attempt_each_number_once`).
"""

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from offmon.core.alerts.reaching import ChannelKind, Standing, TryOutcome, is_lost, next_at, standing
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.processes.notify.letter import Letter, Send, letter_of
from offmon.server.reaching.actions import do_beat, do_begin_try, do_end_try, do_settle
from offmon.server.reaching.queries import Destination, OpenMessage, channels_to_beat, open_messages

SENT_AT_ONCE: Final = 8
OVER: Final = frozenset({Standing.SENT, Standing.DEAD})

_log = logging.getLogger("offmon.notify")


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What is being sent. `by`: what sends each kind. `_going`: each try that left, for whose agency."""

    by: Mapping[ChannelKind, Send]
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(SENT_AT_ONCE, "send"))
    _going: dict[Id, tuple[Actor, "Future[TryOutcome]"]] = field(default_factory=dict)

    def turn(self, actor: Actor) -> bool:
        """What is due of one agency; whether there was anything."""
        self.note_ended()
        with scope(actor):
            found = open_messages(actor.agency)
        at = clock.now()
        moved = [self._move(message, at, actor) for message in found]
        return any(moved)

    def beat(self, actor: Actor) -> None:
        """Ask for the weekly message of each channel that had none."""
        with scope(actor):
            due = channels_to_beat(actor.agency, clock.now())
        for channel in due:
            do_beat(channel, actor=actor)

    def note_ended(self, *, wait: bool = False) -> None:
        """Write how each try went that has ended. One that cannot be written now is written the next time."""
        for attempt, (actor, future) in list(self._going.items()):
            if wait or future.done():
                do_end_try(attempt, _outcome(future), actor=actor)
                del self._going[attempt]

    def close(self) -> None:
        """Wait for what left, and write how it went."""
        self._pool.shutdown(wait=True)
        self.note_ended(wait=True)

    def _move(self, message: OpenMessage, at: Ms, actor: Actor) -> bool:
        if all(standing(message.tries[place.channel]) in OVER for place in message.to):
            do_settle(message.id, actor=actor)
            return True
        moved = [self._at(message, place, at, actor) for place in message.to]
        return any(moved)

    def _at(self, message: OpenMessage, place: Destination, at: Ms, actor: Actor) -> bool:
        tries = message.tries[place.channel]
        begun = message.begun.get(place.channel)
        if begun is not None and begun not in self._going and is_lost(tries[-1], at):
            do_end_try(begun, TryOutcome.LOST, actor=actor)
            return True
        due = next_at(message.leaves_at, tries)
        if due is None or due > at or len(self._going) >= SENT_AT_ONCE:
            return False
        n = len(tries) + 1
        try:
            attempt = do_begin_try(message.id, place.channel, n, actor=actor)
        except Refused:
            return False
        self._going[attempt] = actor, self._pool.submit(self._send, letter_of(message, place, n))
        return True

    def _send(self, letter: Letter) -> TryOutcome:
        if not letter.to.address:
            return TryOutcome.FORBIDDEN  # nobody can open it: whoever has it sees a dead letter, and adds it anew
        send = self.by.get(letter.to.kind)
        return TryOutcome.UNREACHABLE if send is None else send(letter)


def _outcome(future: "Future[TryOutcome]") -> TryOutcome:
    """How a try went. A fault of ours is tried again, and its kind is said in the log, without its words."""
    error = future.exception()
    if error is None:
        return future.result()
    _log.error("a message was not sent: %s", type(error).__name__)
    return TryOutcome.UNREACHABLE
