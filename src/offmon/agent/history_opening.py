"""The person asks, behind their PIN, that the kept history is opened at a visit; an officer opens it on the console.

Rules
- The device draws a request and sends it, with its keys still enclosed to the agency's opening key. Nothing of the history is in it.
- A thread of its own asks every few seconds, until an officer opened it or ten minutes are over. The thread that shows pages never waits.
- A request that never reached the agency is over after two tries: no officer can see it. One that did is asked for through a cut network.
- The keys that come are in this process's memory alone. They and what they opened are forgotten when the page closes, after half an hour,
  and when the agent ends. The same request opens nothing after that.
"""

import threading
import time
from enum import StrEnum
from typing import Final

from offmon.agent import clock, log
from offmon.agent.kept_history import Extent
from offmon.agent.transport import Client, Unreachable, named, refusal
from offmon.agent.trust_state import Belief
from offmon.core.errors import OffmonError
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats.kept_history import ASK_LIFE_MS, HistoryAnswer, HistoryAsk, answer_place, number_of
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import HISTORY_PATH, MAX_HISTORY
from offmon.core.ids import Id, Ms

ASK_EVERY_S: Final = 3.0
MOST_MISSED: Final = 2


class OpeningOutcome(StrEnum):
    """What became of a request."""

    OPENED = "opened"
    """An officer opened it, and the keys are here."""
    REFUSED = "refused"
    """The agency takes no request today: the device asked too often, or no condition allows a history now."""
    NOT_OPENED = "not-opened"
    """Nobody opened it in time."""
    UNREACHED = "unreached"
    """The agency does not answer."""


class Opening:
    """One request on its way: made by one thread, asked by another. `secrets`: the keys, once an officer opened it."""

    def __init__(self, device: Id, key: SigningKey, extent: Extent, at: Ms) -> None:
        """Make it. `at` is the corrected time."""
        self.entries: Final = extent.entries
        ask = HistoryAsk(device, at, extent.entries, extent.first_on, extent.last_on, extent.keys)
        self.body: Final = dsse.sign(ask, key)
        self.digest: Final = dsse.digest_of(self.body)
        self.number: Final = number_of(self.digest)
        self.secrets: tuple[bytes, ...] = ()
        self._until = time.monotonic() + ASK_LIFE_MS / 1000
        self._outcome: OpeningOutcome | None = None
        self._was_heard, self._missed = False, 0
        self._given_up = threading.Event()

    @property
    def outcome(self) -> OpeningOutcome | None:
        """What became of it; None while that is open."""
        if self._outcome is None and time.monotonic() >= self._until:
            self.give_up()
        return self._outcome

    def give_up(self) -> None:
        """Nobody waits for it any more. What comes later is not taken."""
        self._outcome = self._outcome or (OpeningOutcome.UNREACHED if self._missed else OpeningOutcome.NOT_OPENED)
        self._given_up.set()

    def answered(self, outcome: OpeningOutcome, secrets: tuple[bytes, ...] = ()) -> None:
        """Say what became of it. Too late, it says nothing any more."""
        if self.outcome is None:
            self.secrets, self._outcome = secrets, outcome

    def heard(self) -> None:
        """The agency answered, whatever it said."""
        self._was_heard, self._missed = True, 0

    def missed(self) -> None:
        """No answer came."""
        self._missed += 1
        if not self._was_heard and self._missed >= MOST_MISSED:
            self.answered(OpeningOutcome.UNREACHED)

    def waits(self) -> bool:
        """Wait for the next time to ask; whether somebody still waits for an answer."""
        return not self._given_up.wait(ASK_EVERY_S) and self.outcome is None

    def forget(self) -> None:
        """The keys go."""
        self.give_up()
        self.secrets = ()


_FINAL: Final = frozenset({Problem.TOO_MANY, Problem.UNKNOWN_GRANT})
"""Answers after which asking again is of no use."""


def ask(opening: Opening, client: Client, belief: Belief) -> None:
    """Ask the agency for it until there is an answer, on a thread of its own."""

    def asks() -> None:
        while opening.outcome is None:
            _ask_once(opening, client, belief)
            if not opening.waits():
                return

    threading.Thread(target=asks, name="history", daemon=True).start()


def _ask_once(opening: Opening, client: Client, belief: Belief) -> None:
    try:
        answer = client.send("POST", HISTORY_PATH, opening.body, belief.time.correct(clock.now()))
        opening.heard()
        if answer.ok:
            keys = codec.load(HistoryAnswer, answer.body, max_size=MAX_HISTORY).keys
            if keys is not None:
                opening.answered(OpeningOutcome.OPENED, _opened(opening, keys, belief))
            return
    except Unreachable as error:
        log.warn("history", error.code)
        opening.missed()
        return
    except OffmonError as error:
        log.warn("history", error.code)
        return
    said = refusal(answer)
    log.warn("history", named(said, answer))
    if said.problem in _FINAL:
        opening.answered(OpeningOutcome.REFUSED)


def _opened(opening: Opening, keys: tuple[bytes, ...], belief: Belief) -> tuple[bytes, ...]:
    identity = belief.identity
    places = (answer_place(identity.device, opening.digest, number) for number in range(len(keys)))
    return tuple(envelope.open_bytes(key, identity.opening, place) for key, place in zip(keys, places, strict=True))
