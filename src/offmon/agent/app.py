"""The agent's main loop: measures the indicator, answers pages, declares gaps, sends.

Rules
- The indicator comes first. Without a display that can be measured the agent ends before it has opened or asked anything (R-LEG-31).
- One thread measures, answers sources and writes. The other only talks to the agency.
- One tick decides both what the indicator says and what the agent does. It is due where the display server or the window tell of
  something, where the profile lets something else be collected, and after `QUIET_S`. While something is wrong it is due each second.
- No source is heard by a measure that is older than a second: the indicator is measured first.
- Time without collection is declared from where it was last known to be covered (`progress`), with its own reason.
- The log does not depend on findings. It has the store's faults at start and stop, not those of a write between, which may be a finding's.
- Coverage gaps are sent once an hour, all together: at the start, then by the machine's own count of seconds. So neither a hidden window
  nor a finding changes when they go. Until then they are on the disk.
- A stopped process knows it only afterwards: a late tick declares the time since the last one. Time in which the machine slept does not
  count, since nothing was opened then: a note says it. A clock that leaps forward by over five minutes is declared alike.
- Enrolled and no marks that can be read is damage. What lies since the newest time that can be proved (`last_receipt`) is declared.
- Asked to stop, it stops collecting, declares open gaps, notes that it stopped, and sends what it can in the time given.
"""

import os
import select
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from offmon.agent import budget, clock, enrol, keys, language, last_receipt, log, progress
from offmon.agent.clock import MAX_STEP_BACK_MS, Timekeeper
from offmon.agent.collect import Collector
from offmon.agent.collection_gate import CollectionGate
from offmon.agent.delivery import Delivery
from offmon.agent.gap_counters import LASTS_MS, Loss, Losses
from offmon.agent.history_desk import Courier, HistoryDesk
from offmon.agent.home import AgentHome
from offmon.agent.journal_reach import JournalReach
from offmon.agent.kept_history import KeptHistory
from offmon.agent.last_receipt import Proved
from offmon.agent.outbox import Outbox
from offmon.agent.presence import folding
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.states import AgentState
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason
from offmon.agent.progress import Marks, SourceMarks
from offmon.agent.sources.browsers import ON_THE_WAY_MS
from offmon.agent.sources.source import Start
from offmon.agent.sources.table import SOURCES, Sources
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.agent.transport import Client
from offmon.agent.trust_state import Belief
from offmon.core.clock import SECOND_MS
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats.event import GapReason, NoteKind
from offmon.core.ids import Ms

if TYPE_CHECKING:
    from offmon.agent.presence.pages import PagesWindow

TICK_S: Final = 1.0
QUIET_S: Final = 2.5
LATE_S: Final = 5.0
ATTEND_S: Final = 0.1
LAST_WORDS_S: Final = 3.0
_SAYS: Final = {
    GapReason.CLOCK: AgentState.FAULT,
    GapReason.NO_PROFILE: AgentState.LEASE_OVER,
    GapReason.NOT_VISIBLE: AgentState.NOT_VISIBLE,
}


class Stop:
    """Asked for once, from a signal handler or another thread. It is readable from then on, so that whoever waits wakes."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self._asked = False

    def set(self) -> None:
        """Ask for it."""
        self._asked = True
        os.write(self._write, b".")

    def is_set(self) -> bool:
        """Whether it was asked for."""
        return self._asked

    def fileno(self) -> int:
        """The descriptor that is readable then."""
        return self._read


class Agent:
    """One running agent. `run` returns once `stop` is set, from a signal handler or another thread."""

    def __init__(self, home: AgentHome, server: str, heartbeat_s: int, gaps_s: int, stop: Stop) -> None:
        """Get ready; raises Refused where it may not run. The indicator is on the screen when this returns."""
        spoken = language.of_session(os.environ)
        self._indicator = Indicator.start(spoken)
        try:
            self._home = home
            self._hold = home.lock()
            enrolled = enrol.load(home)
            own = keys.load_or_draw(home)
            client = Client(server, own.signing)
            found = progress.load(home)
            raw = clock.now()
            highest, offset = (found.highest, found.clock_offset_ms) if found else (raw, 0)
            self._belief = Belief(home, enrol.identity(enrolled, own), enrolled, Timekeeper(highest, offset).see(raw))
            self._restore()
            self._found, self._gaps_s = found, gaps_s
            self._safe_until, expected = (
                (found.safe_until, JournalReach(found.epoch, found.size, found.received)) if found else self._known(raw)
            )
            self._outbox = Outbox(home.outbox, enrolled.device, raw, expected, self._safe_until)
            self._is_damaged = found is None and self._finds_what_was_before()
            self._losses = Losses()
            self._history = KeptHistory(home.history, enrolled.deployment, enrolled.device)
            self._client = client
            self._delivery = Delivery(
                client, self._outbox, self._belief, own, heartbeat_s * 1000, safe_until=lambda: self._safe_until
            )
            self._gate = CollectionGate(self._belief)
            self._sources = self._start_sources(found.sources if found else (), raw)
            self._budget = budget.Budget()
            self._own = own
            self._kept = HistoryDesk(
                self._history, self._outbox, self._belief, Courier(client, own.signing, self._delivery.wake)
            )
            self._own_pages: PagesWindow | None = None  # until somebody opens them
        except BaseException:
            self._indicator.stop()
            raise
        self._spoken = spoken
        self._said = (AgentState.STARTING, raw)
        self._begun_at = raw
        self._missing: tuple[Ms, int] | None = (
            None  # since when this run declared what lies before it, and by which offset
        )
        self._ticked = (time.monotonic(), clock.since_boot_s(), raw)
        self._stop = stop
        self._marked_at = 0.0
        self._told_at: float | None = None
        self._begun = False

    def run(self) -> None:
        """Work until asked to stop. Raises Refused if the display is lost."""
        courier = threading.Thread(target=self._delivery.run, name="delivery", daemon=True)
        courier.start()
        try:
            while not self._stop.is_set():
                self._tick()
                if not courier.is_alive():
                    raise Refused("delivery-ended", "The part that sends has ended; start the agent again.")
                self._serve_until_due()
        finally:
            self._end(courier)

    def _serve_until_due(self) -> None:
        """Answer sources and pages until the next tick is due."""
        ticked, told = self._ticked[0], self._indicator.was_told()
        due = ticked + (TICK_S if told else self._quiet_for_s())
        while (left := due - time.monotonic()) > 0 and not self._stop.is_set():
            pages = self._own_pages if self._own_pages is not None and self._own_pages.open else None
            soon = pages is not None or self._sources.are_impatient
            sources, tellers = self._sources.filenos(), () if told else self._indicator.filenos()
            wait_s = min(left, ATTEND_S) if soon else left
            ready = select.select([*sources, *tellers, self._stop.fileno()], (), (), wait_s)[0]
            if not told and not {*ready}.isdisjoint(tellers):
                told, due = True, min(due, ticked + TICK_S)
            if time.monotonic() - ticked > TICK_S and not {*ready}.isdisjoint(sources):
                return
            self._sources.serve()
            if pages is not None:
                pages.attend()

    def _quiet_for_s(self) -> float:
        """How long nothing need be looked at where nothing is told: a second where something is wrong, or shown on the device's pages."""
        if isinstance(self._gate.visibility, NotVisible) or (self._own_pages is not None and self._own_pages.open):
            return TICK_S
        changes = self._gate.changes_in_ms(clock.now())
        return QUIET_S if changes is None else min(QUIET_S, max(changes / SECOND_MS, 0) + 0.001)

    def _start_sources(self, found: Iterable[SourceMarks], raw: Ms) -> Sources:
        known, running = {one.source: one.processes for one in found}, {}
        for spec in SOURCES:
            hand = Collector(
                self._gate, self._outbox, self._losses, self._delivery.wake, spec.serves, history=self._history
            )
            running[spec.name] = spec.start(
                Start(hand, self._home, self._indicator.beside, known.get(spec.name, ()), raw)
            )
        return Sources(self._gate, running)

    def _tick(self) -> None:
        self._stood_still(clock.now())
        measured = self._indicator.measure(clock.now())
        if isinstance(measured, NotVisible) and measured.reason in {
            NotVisibleReason.GONE,
            NotVisibleReason.NOT_ANSWERING,
        }:
            self._indicator.restart()
        if self._indicator.details_asked():
            self._show_pages()
        self._gate.visibility = measured
        raw = clock.now()
        self._sources.tick(raw)
        self._belief.see(raw)
        self._keep_to_budget(raw)
        self._begin_once(raw)
        if self._begun:
            self._stands_idle(raw)
            self._missed_by_the_clock()
            if self._delivery.met_damage():
                self._outbox.repair(raw, self._safe_until)
            if not all(one.noted for one in self._belief.withdrawn.items):
                self._note_withdrawn(raw)
            self._kept.tend(raw)
            self._keep_and_tell(raw)
            self._mark(raw)
        self._say(AgentState.COLLECTING if self._sources.collecting(raw) else self._why_off(raw), raw)

    def _stood_still(self, raw: Ms) -> None:
        (ticked_s, lived_s, ticked), self._ticked = self._ticked, (time.monotonic(), clock.since_boot_s(), raw)
        leapt = raw - ticked - (self._ticked[1] - lived_s) * SECOND_MS > MAX_STEP_BACK_MS
        slept_s = int(self._ticked[1] - lived_s - (self._ticked[0] - ticked_s))
        if self._begun and slept_s * SECOND_MS >= LASTS_MS:
            self._note(NoteKind.SLEPT, raw, slept_s)
        if self._begun and (leapt or self._ticked[0] - ticked_s > LATE_S):
            self._losses.missed(GapReason.AGENT_DOWN, ticked, raw)
            self._indicator.open()

    def _stands_idle(self, raw: Ms) -> None:
        before = self._losses.idle
        self._losses.stand_idle(*self._sources.idle(raw))
        after = self._losses.idle
        if folding.ends_a_gap(before and before[0], after and after[0]):
            self._indicator.open()

    def _say(self, state: AgentState, raw: Ms) -> None:
        if state is not self._said[0]:
            self._said = (state, raw)
        held = self._belief.held
        self._indicator.show(state, folding.collects(None if held is None else held.profile))

    def _show_pages(self) -> None:
        if self._own_pages is None:
            from offmon.agent.own_pages import Behind  # noqa: PLC0415 - nobody else needs what this holds

            behind = Behind(
                belief=self._belief,
                outbox=self._outbox,
                key=self._own.signing,
                client=self._client,
                spoken=self._spoken,
                said=lambda: self._said,
                withdrew=lambda: self._note_withdrawn(clock.now()),
            )
            self._own_pages = behind.window(self._home, self._kept)
        self._own_pages.show(self._indicator.seen)

    def _note_withdrawn(self, raw: Ms) -> None:
        """Say in the journal what was withdrawn and is not said there yet. Where nothing is granted any more, the queue is emptied."""
        held = self._belief.held
        try:
            for one in self._belief.withdrawn.items:
                if not one.noted:
                    self._outbox.note(NoteKind.AGREEMENT_WITHDRAWN, one.at, one.term)
                    self._belief.noted(one.term)
            if self._belief.withdrawn.items and held is not None and not held.profile.grants:
                self._outbox.purge(raw)
        except (Refused, StoreDamaged, StoreUnavailable) as error:
            log.warn("withdrawn", error.code)  # the next tick says it again
        self._delivery.wake()

    def _keep_to_budget(self, raw: Ms) -> None:
        if not self._budget.look():
            return
        use = self._budget.use
        self._gate.sparing_since = (self._gate.sparing_since or raw) if use.sparing else None
        try:
            budget.save(self._home, use)
        except Refused as error:
            log.warn("use", error.code)

    def _why_off(self, raw: Ms) -> AgentState:
        if not self._gate.is_due(raw):
            return AgentState.NOT_ALLOWED_NOW
        why = self._gate.why_idle(raw)
        return AgentState.FAULT if why is None else _SAYS[why]

    def _begin_once(self, raw: Ms) -> None:
        """Before the first profile nothing is due, so nothing is missing. After that, what lies between two runs is."""
        if self._begun or (self._found is None and self._belief.held is None):
            return
        self._begun, self._begun_at = True, raw
        if self._found is not None:
            self._missing = self._found.alive_at, self._found.clock_offset_ms
            if self._found.idle is not None and self._found.idle_since is not None:
                self._losses.stand_idle(self._found.idle, self._found.idle_since)
            self._losses.stand_idle(GapReason.AGENT_DOWN, self._found.alive_at)
            if self._found.later is not None and self._found.later_since is not None:
                since = self._found.later_since
                self._losses.again(Loss(self._found.later, since, max(since, self._found.alive_at), None))
        else:
            self._begin_without_marks(raw)
        self._note(NoteKind.STARTED, raw, None if self._found is None else int(clock.since_boot_s()))

    def _note(self, kind: NoteKind, raw: Ms, count: int | None) -> None:
        try:
            self._outbox.note(kind, raw, count=count)
        except (StoreDamaged, StoreUnavailable) as error:
            log.warn("store", error.code)
            self._mend_store(error, raw)

    def _missed_by_the_clock(self) -> None:
        """Once the agency told the time: a clock that was set back between two runs hid as much of the time between."""
        if self._missing is None or not self._belief.is_told:
            return
        (since, offset), self._missing = self._missing, None
        hidden = self._belief.time.offset_ms - offset
        if hidden > 0:
            self._losses.missed(GapReason.AGENT_DOWN, Ms(max(0, since - hidden)), self._begun_at)

    def _begin_without_marks(self, raw: Ms) -> None:
        """At the first profile nothing is missing. Later the marks are damaged, and the time since what can be proved is declared."""
        self._safe_until = self._proved_until(raw, last_receipt.proved(self._belief, *self._receipts))
        if self._is_damaged:
            self._missing = self._safe_until, self._belief.time.offset_ms
            self._losses.again(Loss(GapReason.STORE_DAMAGED, self._safe_until, max(raw, self._safe_until), None))
        else:  # before anyone hears that it began: killed now, the next run knows since when it is missing
            self._mark(raw, now=True)

    def _known(self, raw: Ms) -> tuple[Ms, JournalReach | None]:
        """Without marks: until when all is known to have its receipt, and how far the journal reached."""
        self._receipts = [last_receipt.read(self._home)]  # of runs before this one
        proved = last_receipt.proved(self._belief, *self._receipts)
        if proved is not None and proved.reach is not None:
            self._belief.see(proved.at)
        return self._proved_until(raw, proved), None if proved is None else proved.reach

    def _finds_what_was_before(self) -> bool:
        """Whether anything is left of an earlier run but its marks."""
        try:
            self._receipts.append(self._outbox.last_receipt())
        except StoreDamaged:
            return True
        return any(self._receipts) or self._belief.held is not None or self._outbox.head.size > 0

    def _proved_until(self, raw: Ms, proved: Proved | None) -> Ms:
        """In raw time. Of the hour before a receipt a gap may have waited to be told."""
        if proved is None:
            return raw
        untold = 0 if proved.reach is None else self._gaps_s * SECOND_MS + LASTS_MS
        return Ms(max(0, min(raw, proved.at - self._belief.time.offset_ms) - untold))

    def _keep_and_tell(self, raw: Ms) -> None:
        """Keep what is over; at the start and once an hour tell all that is kept, with what still lasts. An hour in which the machine slept
        is one: whoever only closes the lid would else say for days that an hour at most is missing."""
        now = clock.since_boot_s()
        tells = self._told_at is None or now - self._told_at >= self._gaps_s
        if self._keep(self._losses.due(raw, tells=tells), raw) and tells and self._tell(raw):
            self._told_at = now

    def _keep(self, due: tuple[Loss, ...], raw: Ms) -> bool:
        try:
            self._outbox.keep(due)
        except (StoreDamaged, StoreUnavailable) as error:
            for loss in due:
                self._losses.again(loss)
            self._mend_store(error, raw)
            return False
        return True

    def _tell(self, raw: Ms) -> bool:
        try:
            self._outbox.declare_kept()
        except (StoreDamaged, StoreUnavailable) as error:
            self._mend_store(error, raw)
            return False
        self._delivery.wake()
        return True

    def _mend_store(self, error: OffmonError, raw: Ms) -> None:
        if isinstance(error, StoreDamaged):
            self._outbox.repair(raw, self._safe_until)

    def _mark(self, raw: Ms, *, now: bool = False) -> None:
        if not now and time.monotonic() - self._marked_at < progress.EVERY_MS / 1000:
            return
        self._marked_at = time.monotonic()
        undeclared = (
            self._losses.undeclared_since,
            self._sources.untold_since(raw),
            max(Ms(raw - ON_THE_WAY_MS), self._begun_at),
        )
        alive_at = min(at for at in undeclared if at is not None)
        idle, later = self._losses.idle, self._losses.later
        if self._outbox.head.received and not self._outbox.pending and not self._keeps():
            not_told = (later.since if later else alive_at, idle[1] if idle else alive_at)
            self._safe_until = min(alive_at, *not_told)
        head = self._outbox.head
        time_now = self._belief.time
        found = Marks(
            alive_at=min(alive_at, raw),
            safe_until=self._safe_until,
            highest=time_now.highest,
            clock_offset_ms=time_now.offset_ms,
            epoch=head.epoch,
            size=head.size,
            received=head.received,
            idle=idle[0] if idle else None,
            idle_since=idle[1] if idle else None,
            sources=tuple(SourceMarks(name, source.known) for name, source in self._sources.running.items()),
            later=later.reason if later else None,
            later_since=later.since if later else None,
        )
        try:
            progress.save(self._home, found)
        except Refused as error:
            log.warn("marks", error.code)  # the older marks stay, and declare more than was lost

    def _keeps(self) -> bool:
        """Whether something is kept that the agency has not; a store that cannot say so may hold something."""
        try:
            return bool(self._outbox.kept)
        except (StoreDamaged, StoreUnavailable):
            return True

    def _restore(self) -> None:
        try:
            self._belief.restore()
        except OffmonError as error:
            log.warn("profile", error.code)  # asked for anew; until then nothing is collected

    def _end(self, courier: threading.Thread) -> None:
        self._sources.close()
        if self._own_pages is not None:
            self._own_pages.close()
        self._history.close()
        self._gate.visibility = None
        raw = clock.now()
        if self._begun:
            if self._keep(self._losses.due(raw, all_of_it=True), raw):
                self._tell(raw)
            try:
                self._outbox.note(NoteKind.STOPPED, raw)
            except (StoreDamaged, StoreUnavailable) as error:
                log.warn("store", error.code)
            self._losses.stand_idle(None, raw)
            self._mark(raw, now=True)
        self._delivery.wake()
        until = time.monotonic() + LAST_WORDS_S
        while self._begun and self._outbox.pending and courier.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        self._delivery.stop()
        courier.join(1.0)
        self._indicator.stop()
        self._outbox.close()
