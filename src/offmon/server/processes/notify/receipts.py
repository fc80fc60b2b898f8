"""Asks what became of the messages that were taken, and writes which came back.

Rules
- Whoever took a message is asked after `RECEIPT_WAITS_MS`, for three days or until it says. After a start it is asked anew.
- The questions are asked by threads of their own, as messages are sent: a slow server keeps no message waiting.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from offmon.core.alerts.reaching import RECEIPT_WAITS_MS, ChannelKind
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.processes.notify.letter import Ask, Receipt, letter_of
from offmon.server.reaching.actions import do_note_bounce
from offmon.server.reaching.queries import taken

ASKED_AT_ONCE: Final = 4

type Place = tuple[Id, Id]
"""A message and a channel."""


@dataclass
class _Waiting:
    """A message whose receipt is asked for: how often it was, and when it is next. None: it arrived."""

    asked: int
    next_at: Ms | None


@dataclass(frozen=True, slots=True)
class Receipts:
    """What is asked. `by`: whoever says what became of each kind."""

    by: Mapping[ChannelKind, Ask]
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(ASKED_AT_ONCE, "ask"))
    _waiting: dict[Place, _Waiting] = field(default_factory=dict)
    _going: dict[Place, tuple[Actor, int, "Future[Receipt]"]] = field(default_factory=dict)

    def turn(self, actor: Actor) -> None:
        """Ask for what is due of one agency."""
        self.note_answered()
        if not self.by:
            return
        at = clock.now()
        with scope(actor):
            found = [(message, place) for message, place in taken(actor.agency, at) if place.kind in self.by]
        for message, place in found:
            key, n = (message.id, place.channel), len(message.tries[place.channel])
            known = self._waiting.setdefault(key, _Waiting(0, Ms(message.leaves_at + RECEIPT_WAITS_MS[0])))
            if key in self._going or known.next_at is None or known.next_at > at or len(self._going) >= ASKED_AT_ONCE:
                continue
            self._going[key] = actor, n + 1, self._pool.submit(self.by[place.kind], letter_of(message, place, n))
            known.asked += 1
            known.next_at = Ms(at + RECEIPT_WAITS_MS[min(known.asked, len(RECEIPT_WAITS_MS) - 1)])

    def note_answered(self, *, wait: bool = False) -> None:
        """Write what came back."""
        for key, (actor, n, future) in list(self._going.items()):
            if not (wait or future.done()):
                continue
            del self._going[key]
            answer = Receipt.UNKNOWN if future.exception() else future.result()
            if answer is Receipt.UNKNOWN:
                continue
            self._waiting[key].next_at = None
            if answer is Receipt.BOUNCED:
                _note(key, n, actor)

    def close(self) -> None:
        """Wait for what was asked, and write what came back."""
        self._pool.shutdown(wait=True)
        self.note_answered(wait=True)


def _note(key: Place, n: int, actor: Actor) -> None:
    try:
        do_note_bounce(*key, n, actor=actor)
    except Refused:  # another process wrote it
        return
