"""What is sent when, and what follows from the answer: batches, heartbeats, the profile (formats §6).

Rules
- Nothing is sent before there is a profile: the agency checks a device by the key that its profile names.
- Queued leaves go at once. A checkpoint without them goes every heartbeat, whatever else is sent or refused. The portal shows the day of
  the last one, which a finding must not move.
- Where agency and device know the same state, a heartbeat goes in its short form (`core/formats/beat.py`), and whole where they do not: at
  start, once a day as the log's checkpoint is given, and when the agency has another profile. Nothing of that follows from a finding.
- The profile is asked for at start, each minute until one is in force, then every 36th heartbeat, and at once when a short heartbeat
  shows that the agency knows another state. Who holds the newest is told so in a few bytes. Queue and heartbeat each wait for their own
  failures only.
- Only a receipt removes leaves from the queue. `transport.TABLE` decides on every other answer, and waits grow as failures go on.
- A batch that the agency refuses is halved down to one leaf. A leaf refused ten times (about a quarter of an hour) closes the epoch, and
  the gap at the head of the next says so.
- If the agency says that the journal forked, or a well-signed receipt is of another journal, this store was restored or copied. That closes
  the epoch too, and the next declares the store damaged.
- A profile that grants nothing removes undelivered disclosures and closes their epoch. A note says how many bodies went.
- An agency that is behind gets what is left here, from the number it names to its last receipt. Gaps and notes go whole; of a disclosure,
  only what its hash is made of. Each batch carries that receipt, the agency's own word. New leaves follow in their places.
- A store that cannot be read or written ends nothing: it is tried again, and the agent learns of a damaged one (`met_damage`).
- The log does not mention batches, since a finding adds one. Faults that stop all traffic (no connection, wrong device, wrong clock) meet
  the profile request too, and are logged there.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from offmon.agent import clock, code_digest, log
from offmon.agent.journal_reach import JournalReach, Lease
from offmon.agent.keys import DeviceKeys
from offmon.agent.outbox import Outbox
from offmon.agent.profiles import check_in_force
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.agent.transport import Backoff, Client, Do, ProblemReply, Reply, named, open_receipt, open_time, refusal
from offmon.agent.trust_state import Belief
from offmon.core.clock import MINUTE_MS
from offmon.core.errors import OffmonError, passes
from offmon.core.formats import batches, beat, codec, dsse
from offmon.core.formats.beat import DeviceState, known_as
from offmon.core.formats.event import Batch, DeviceCheckpoint, Receipt
from offmon.core.formats.protocol import BATCHES_PATH, PROFILE_PATH
from offmon.core.ids import Id, Ms

POLL_EVERY: Final = 36
STUBBORN: Final = 10


class Delivery:
    """Sends what the outbox holds. `step` does what is due; `run` does so until told to stop."""

    def __init__(
        self,
        client: Client,
        outbox: Outbox,
        belief: Belief,
        keys: DeviceKeys,
        heartbeat_ms: int,
        *,
        safe_until: Callable[[], Ms],
    ) -> None:
        """`safe_until`: before that everything has its receipt, whatever happened to the store."""
        self._client = client
        self._outbox = outbox
        self._belief = belief
        self._keys = keys
        self._heartbeat_ms = heartbeat_ms
        self._safe_until = safe_until
        self._boot = Id(secrets.token_hex(16))  # in memory alone, so that no folder that is put back has it
        self._backoff, self._beat_backoff = Backoff(), Backoff()
        self._next_poll = self._next_send = self._next_beat = 0
        self._most = batches.MAX_LEAVES
        self._refused = 0
        self._missing: int | None = None  # the first leaf that the agency had and lost
        self._last: bytes | None = None  # the last receipt of this run: without one the agency does not know the run
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._damaged = threading.Event()

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    def stop(self) -> None:
        """End `run` after the request that is under way."""
        self._stopped.set()
        self._wake.set()

    def met_damage(self) -> bool:
        """Whether the store could not be read since this was last asked: it is for the agent to mend, which knows what it declares."""
        met = self._damaged.is_set()
        self._damaged.clear()
        return met

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopped.is_set():
            wait_ms = self.step()
            self._wake.wait(wait_ms / 1000)
            self._wake.clear()

    def step(self) -> int:
        """Do what is due now; milliseconds until something is due again, if nobody wakes us."""
        now = _ticks()
        if now >= self._next_poll:
            self._next_poll = now + self._poll()
        if self._belief.held is not None:
            self._beat_and_send(now)
        beat = self._next_beat if self._missing is None else self._next_send
        due = min(self._next_poll, beat, self._next_send if self._outbox.pending else beat)
        return max(50, min(due - _ticks(), self._heartbeat_ms))

    def _beat_and_send(self, now: int) -> None:
        """The heartbeat that is due, and what is queued. While the agency misses something, that goes instead of both."""
        if now >= self._next_beat and self._missing is None:
            self._next_beat = now + (self._deliver(beat=True) or self._heartbeat_ms)
        if now >= self._next_send:
            self._next_send = now + self._deliver(beat=False)

    def _poll(self) -> int:
        """Ask for the profile; milliseconds until it is asked for again."""
        raw, soon = clock.now(), min(self._heartbeat_ms, MINUTE_MS)
        try:
            known = known_as(*self._belief.names)
            answer = self._client.send("GET", PROFILE_PATH, b"", self._belief.time.correct(raw), known=known)
            if not answer.ok and not answer.is_nothing_new:
                said = refusal(answer)
                log.warn("profile", named(said, answer))
                self._resync(said, answer)
                return soon
            if answer.ok:
                self._belief.take(answer.body, raw)
            self._purge_if_ended(raw)
        except OffmonError as error:
            log.warn("profile", error.code)
            return soon
        return self._heartbeat_ms * POLL_EVERY if self._in_force(raw) else soon

    def _purge_if_ended(self, raw: Ms) -> None:
        held = self._belief.held
        if held is not None and not held.profile.grants and self._outbox.purge(raw):
            self._missing = None  # of an epoch that is closed now

    def _deliver(self, *, beat: bool) -> int:
        """Send a heartbeat, or a batch if there is one; milliseconds until the next may go."""
        try:
            return self._send_next(beat=beat)
        except StoreDamaged:
            self._damaged.set()
        except StoreUnavailable:
            pass
        return self._waits(beat=beat).failed()

    def _waits(self, *, beat: bool) -> Backoff:
        return self._beat_backoff if beat else self._backoff

    def _send_next(self, *, beat: bool) -> int:
        lease = self._outbox.lease(0) if beat else self._lease()
        if not lease.leaves and not beat:
            self._outbox.rollback(lease)
            return 0
        raw = clock.now()
        try:
            answer = (self._in_short(lease, raw) if beat else None) or self._client.send(
                "POST", BATCHES_PATH, self._batch(lease, raw), self._belief.time.correct(raw)
            )
            done = answer.ok and self._receive(lease, answer, raw)
        except OffmonError:
            answer, done = None, False
        if done:
            self._taken(lease)
            return 0
        self._outbox.rollback(lease)
        waits = self._waits(beat=beat)
        if answer is None or answer.ok:
            return waits.failed()
        at_once = self._obey(refusal(answer), answer, lease, raw)
        return 0 if at_once else waits.failed(answer.retry_after_s)

    def _in_short(self, lease: Lease, raw: Ms) -> Reply | None:
        """A heartbeat in its short form, and its answer with the receipt whole. None: it is to be said whole now. Raises Unreachable."""
        last, self._last = self._last, None  # until this one is answered well
        if last is None:
            return None
        known = dsse.peek(Receipt, last)
        (keys, profile), device = self._belief.names, self._belief.identity.device
        state = DeviceState(
            device, lease.epoch, lease.size, lease.root, self._boot, keys, profile, known.log_checkpoint
        )
        answer = self._client.beat(raw, self._belief.time.offset_ms, state.digest)
        if answer.is_other_state:
            self._next_poll = 0  # it may be the profile that is another
            return None
        if not answer.ok:
            return answer
        told = Receipt(device, lease.epoch, lease.size, lease.root, (), answer.nonce, Ms(0), known.log_checkpoint)
        try:
            whole = beat.receipt_of(answer.body, told, dsse.signer_of(last))
            open_receipt(self._belief.trust.ring, replace(answer, body=whole), self._belief.time.correct(raw))
        except OffmonError:
            self._next_poll = 0  # the agency's key may be another by now
            return None
        return replace(answer, body=whole)

    def _taken(self, lease: Lease) -> None:
        """A heartbeat that is taken says nothing of leaves that are refused."""
        self._waits(beat=not lease.leaves).succeeded()
        if lease.leaves:
            self._refused = 0
            self._most = min(self._most * 2, batches.MAX_LEAVES)

    def _lease(self) -> Lease:
        """What the agency lost, while it lost something; else what is new."""
        if self._missing is not None and self._missing < self._outbox.head.received:
            return self._outbox.lease_again(self._missing, self._most)
        self._missing = None
        return self._outbox.lease(self._most)

    def _batch(self, lease: Lease, raw: Ms) -> bytes:
        checkpoint = DeviceCheckpoint(
            device=self._belief.identity.device,
            epoch=lease.epoch,
            size=lease.size,
            root=lease.root,
            at=raw,
            clock_offset_ms=self._belief.time.offset_ms,
            boot=self._boot,
            release=code_digest.release(),
        )
        signed = dsse.sign(checkpoint, self._keys.signing)
        return codec.dump(Batch(checkpoint.device, lease.epoch, lease.first, lease.leaves, signed, lease.acknowledged))

    def _receive(self, lease: Lease, answer: Reply, raw: Ms) -> bool:
        """Take the receipt; False if it does not fit what was sent."""
        receipt = open_receipt(self._belief.trust.ring, answer, self._belief.time.correct(raw))
        if not self._outbox.commit(lease, receipt, answer.body):
            if self._outbox.is_another(lease, receipt):
                self._fork(JournalReach(receipt.epoch, receipt.size, receipt.size), raw)
            return False
        if self._missing is not None:
            self._missing = receipt.size
        self._belief.told(raw, receipt.at)
        self._last = answer.body
        if not self._outbox.pending:
            self._belief.keep_receipt(answer.body)
        return True

    def _fork(self, last: JournalReach | None, raw: Ms) -> None:
        """Go on in a new epoch: what the agency has of this one, this store has not. `last`: the head that the agency knows."""
        self._outbox.fork(raw, last, self._safe_until())
        self._missing = None

    def _obey(self, said: ProblemReply, answer: Reply, lease: Lease, raw: Ms) -> bool:
        """Do what the table says; whether the next may go, at once, as another batch. Else it waits."""
        match said.do:
            case Do.RESEND_FROM:
                self._missing = said.missing
            case Do.RESYNC_CLOCK:
                self._resync(said, answer)
            case Do.QUARANTINE if len(lease.leaves) > 1:
                self._most = len(lease.leaves) // 2
                return True
            case Do.QUARANTINE if lease.leaves:
                self._refused += 1
                if self._refused >= STUBBORN:
                    self._outbox.new_epoch(raw, refused=lease.first)
                    self._refused, self._missing = 0, None
            case Do.NEW_EPOCH:
                self._fork(None if said.head is None else JournalReach(said.head[0], said.head[1], said.head[1]), raw)
        return False

    def _resync(self, said: ProblemReply, answer: Reply) -> None:
        """Take the agency's signed time, if that is what was said."""
        if said.do is not Do.RESYNC_CLOCK or said.time is None:
            return
        try:
            told = open_time(self._belief.trust.ring, said.time, answer.nonce)
        except OffmonError:
            return  # a time that is not the agency's own
        self._belief.told(clock.now(), told.at)

    def _in_force(self, raw: Ms) -> bool:
        held = self._belief.held
        return held is not None and passes(check_in_force, held.profile, self._belief.time.correct(raw))


def _ticks() -> int:
    """Milliseconds that only rise: waits do not depend on what the clock is set to."""
    return time.monotonic_ns() // 1_000_000
