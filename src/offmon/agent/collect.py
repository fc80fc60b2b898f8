"""What happens to a page that a source reports: nothing, or a disclosure on the disk (design §1).

Rules, in this order
1. Three things must hold *now*, or nothing is read or kept. A profile with a live term is in force. The clock is believed. The indicator
   was measured as visible in the last five seconds. Other times are a gap (`why_idle`), unless no order asks for anything: then nothing is
   missing. Nothing is read of a browser that is not where the indicator is (`sources/browsers`).
2. An excluded page ends here, with everything in its frames: no refusal, count or gap.
3. A page counts at the time when its browser saw it, since it may wait there behind pages that hang. A page from before collecting began,
   or before this profile, is not taken. If an earlier collecting time saw it, the time from then on is a gap. An impossible time (past now,
   or before that browser's hello) is not believed. Such a page is declared once, and so is one that cannot be examined. The same holds for
   frames that are too many or too deep (`sources/frames`).
4. Title and text are asked for only if a detector wants the text. Its list must be of a grant with a term in force when the page opened and
   now. A frame's are asked for only if every page around it is readable too. Until then neither leaves the browser (R-LEG-30). A text that
   arrives with no such term in force is dropped unread. If a text could not be had, that is declared, and the address is examined. Then
   come the detectors, `decide` and the outbox. A finding that may not leave is dropped.
5. Nothing here raises for what is in a page.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from offmon.agent import clock
from offmon.agent.gap_counters import Losses
from offmon.agent.outbox import Outbox, QueueFull
from offmon.agent.presence.visibility import Visibility, may_collect
from offmon.agent.profiles import Held, check_in_force
from offmon.agent.sources.browsers import Browsers
from offmon.agent.sources.frames import Frames, is_too_deep
from offmon.agent.sources.pages import PageFact, PageText
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.agent.trust_state import Belief
from offmon.core.authority.capability import rule_of
from offmon.core.authority.decide import decide
from offmon.core.authority.profile import ListRef
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import Disclosure, GapReason, Observation
from offmon.core.ids import Ms
from offmon.match.pages import class_within
from offmon.match.unsafe_text import MAX_TEXT, MAX_TITLE, MAX_URL, is_poison

SKEW_MS: Final = 1_000
"""So far two processes of one machine may differ about the time."""

_STORE_LOSS: Final = {
    Malformed: GapReason.QUARANTINED,
    QueueFull: GapReason.QUEUE_FULL,
    StoreUnavailable: GapReason.QUEUE_FULL,
    StoreDamaged: GapReason.STORE_DAMAGED,
}


class Collector:
    """Decides about pages. Use it from the thread that measures."""

    def __init__(
        self, outbox: Outbox, belief: Belief, losses: Losses, put: Callable[[], None], browsers: Browsers
    ) -> None:
        self._outbox = outbox
        self._belief = belief
        self._losses = losses
        self._put = put
        self._since: Ms | None = None
        self._before: tuple[Ms, Ms] | None = None  # since and until when it was, the last time before
        self._waiting: dict[int, Ms] = {}
        self._browsers = browsers
        self.visibility: Visibility | None = None
        self.sparing_since: Ms | None = None  # no text is read, to spare the device (`budget`)

    @property
    def waiting_since(self) -> Ms | None:
        """The time of the oldest page whose text has not come yet."""
        return min(self._waiting.values(), default=None)

    def why_idle(self, raw: Ms) -> GapReason | None:
        """Why nothing is collected though a profile was issued; None also where no term is live."""
        held = self._belief.held
        time = self._belief.time
        if time.set_back:
            return GapReason.CLOCK
        if held is None or not _in_force(held, time.correct(raw)):
            return GapReason.NO_PROFILE
        if not grants_live(held, time.correct(raw)):
            return None
        return None if may_collect(self.visibility, raw) else GapReason.NOT_VISIBLE

    def collecting(self, raw: Ms) -> Held | None:
        """The profile to collect under at this instant; None: nothing is read or kept."""
        held = self._belief.held
        if held is None or self.why_idle(raw) is not None or not grants_live(held, self._belief.time.correct(raw)):
            if self._since is not None:
                self._before = (self._since, raw)
            self._since = None
            return None
        if self._since is None or raw < self._since:  # or the clock was set back a little
            self._since = raw
        return held

    def idle(self, raw: Ms) -> tuple[GapReason | None, Ms]:
        """Why something is not collected though it should be, and since when: everything, what an unheard browser shows, or text."""
        why = self.why_idle(raw)
        for since, until in self._browsers.left():
            self._missed(since, until)
        partly = min(
            (at for at in (self._browsers.silent_since(raw), self._unread_since(raw)) if at is not None), default=None
        )
        if why is None and partly is not None and self.collecting(raw) is not None and self._since is not None:
            return GapReason.SOURCE_DOWN, max(partly, self._since)
        return why, raw

    def _unread_since(self, raw: Ms) -> Ms | None:
        """Since when no text is read though some grant is for words on a page."""
        held = self._belief.held
        if self.sparing_since is None or held is None:
            return None
        at = self._belief.time.correct(raw)
        words = (grant for grant in held.profile.grants if rule_of(grant.kind).reads_text)
        begun = [term.period.since for grant in words for term in grant.terms if at in term.period]
        if not begun:
            return None
        return Ms(max(self.sparing_since, self._begins(held), min(begun) - self._belief.time.offset_ms))

    def unheard_since(self, raw: Ms) -> Ms | None:
        """Since when what some browser shows may be missing, where that is not declared and may yet turn out to be nothing."""
        silent = self._browsers.maybe_silent_since(raw)
        return None if silent is None or self._since is None else max(silent, self._since)

    def hello(self, shim: int, asker: int, since: Ms | None) -> Ms | None:
        """A browser talks; since when it is heard. That it ran unheard until then is declared, as far as anything was to be collected."""
        raw = self._look()
        heard = self._browsers.hello(asker, shim, raw, since)
        if heard is None:
            return None
        if heard.unheard_since is not None:
            if self.collecting(raw) is not None:
                self._losses.stand_idle(None, raw)
            self._missed(heard.unheard_since, raw)
        return raw

    def waits(self, asker: int, oldest: Ms | None) -> None:
        """A browser is still there; `oldest`: when the oldest page was seen of which it did not tell yet."""
        self._browsers.waits(asker, oldest, self._look())

    def gone(self, asker: int) -> None:
        """A source has ended."""
        self._browsers.gone(asker, self._look())

    def asked(self) -> "PageAsked":
        """Who answers one source."""
        return PageAsked(self)

    def page(self, fact: PageFact, asker: int, frames: Frames, heard: Ms | None) -> tuple[Observation | None, bool]:
        """What to keep in memory of a page, and whether its text is wanted.

        `frames`: those that its source told of before. `heard`: since when that is heard, if it is a browser.
        """
        raw = self._look()
        held = self._under(raw)
        at = _seen_at(fact.at, heard, raw)
        if held is None or self._since is None:
            self._too_late(at, raw, heard)
            return None, False
        if not self._browsers.may_read(asker, raw):
            self._too_late(at, self._browsers.found(asker), heard)
            return None, False  # from then on it is declared, as long as it is so (`idle`)
        addresses = (fact.url, *fact.within)
        if any(map(held.pipeline.excludes, addresses)):
            return None, False
        since = max(self._since, self._begins(held))
        if at is not None and at < since:
            self._too_late(at, since, heard)
            return None, False
        poison = is_too_deep(fact.within) or any(is_poison(address, MAX_URL) for address in addresses)
        if at is None or poison or (fact.within and frames.is_too_many(fact.page or fact.within[-1], raw)):
            self._losses.count(GapReason.QUARANTINED, raw if at is None else at)
            return None, False
        seen = Observation(at, fact.url, "", class_within(fact.url, fact.within), None, fact.origin)
        when = self._belief.time.correct(at)
        lists = _words_by(held, when, self._belief.time.correct(raw))
        if self.sparing_since is None and all(held.pipeline.wants_text(address, when, lists) for address in addresses):
            self._waiting[asker] = at
            return seen, True
        self._examine(held, seen, raw)
        return None, False

    def text(self, seen: Observation, read: PageText | None, asker: int) -> None:
        """A page that waited, with title and text; None: they could not be had, and only its address is left to look at."""
        raw = self._look()
        self._waiting.pop(asker, None)
        held = self._under(raw)
        if held is None:
            self._losses.count(self.why_idle(raw) or GapReason.NO_PROFILE, seen.at)
        elif not self._browsers.may_read(asker, raw) or seen.at < self._begins(held):
            self._losses.count(GapReason.SOURCE_DOWN, seen.at)
        elif read is None:
            self._losses.count(GapReason.SOURCE_DOWN, seen.at)
            self._examine(held, seen, raw)
        elif not _words_by(held, self._belief.time.correct(seen.at), self._belief.time.correct(raw)):
            self._examine(held, seen, raw)
        elif is_poison(read.title, MAX_TITLE) or is_poison(read.text, MAX_TEXT):
            self._losses.count(GapReason.QUARANTINED, seen.at)
        else:
            self._examine(held, replace(seen, title=read.title, text=read.text), raw)

    def nonsense(self) -> None:
        """A source said something that is no page."""
        raw = self._look()
        if self.collecting(raw) is not None:
            self._losses.count(GapReason.QUARANTINED, raw)

    def _under(self, raw: Ms) -> Held | None:
        """The profile to collect under. The measure may have grown old since the last tick: then the time from now on is a gap."""
        held = self.collecting(raw)
        if held is None and self._belief.held is not None:
            self._losses.stand_idle(self.why_idle(raw), raw)
        return held

    def _begins(self, held: Held) -> Ms:
        """When this profile begins, in raw device time."""
        return Ms(held.profile.lease.since - self._belief.time.offset_ms)

    def _too_late(self, at: Ms | None, until: Ms | None, heard: Ms | None) -> None:
        """A browser tells of a page too late for it to be read."""
        if at is not None and until is not None and heard is not None:
            self._missed(at, until)

    def _missed(self, since: Ms, until: Ms) -> None:
        """Something of this time was not told of. As far as it was collected then, that is declared."""
        now = () if self._since is None else ((self._since, until),)
        for began, ended in (*((self._before,) if self._before else ()), *now):
            if max(since, began) < min(until, ended):
                self._losses.missed(GapReason.SOURCE_DOWN, max(since, began), min(until, ended))

    def _examine(self, held: Held, seen: Observation, raw: Ms) -> None:
        time = self._belief.time
        for finding in held.pipeline.examine(seen, raw, time.offset_ms):
            verdict = decide(held.profile, finding, time.correct(raw))
            if isinstance(verdict, Disclosure):
                self._keep(verdict, held, raw)

    def _keep(self, disclosure: Disclosure, held: Held, raw: Ms) -> None:
        try:
            self._outbox.put(disclosure, held)
        except (Malformed, QueueFull, StoreUnavailable, StoreDamaged) as error:
            self._losses.count(_STORE_LOSS[type(error)], raw)
        else:
            self._put()

    def _look(self) -> Ms:
        raw = clock.now()
        self._belief.see(raw)
        return raw


def _words_by(held: Held, *moments: Ms) -> frozenset[ListRef]:
    """The lists by which pages may be read at each of these moments (corrected device time): of grants for words whose term is in force."""
    return frozenset(
        ref
        for grant in held.profile.grants
        if rule_of(grant.kind).reads_text and all(grant.terms_at(at) for at in moments)
        for ref in grant.lists
    )


class PageAsked:
    """One source's pages: at most one of them waits for its text."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._seen: Observation | None = None
        self._heard: Ms | None = None
        self._frames = Frames()

    def hello(self, shim: int, since: int | None) -> bool:
        """A browser is there; whether it is heard."""
        self._heard = self._collector.hello(shim, id(self), None if since is None else Ms(since))
        return self._heard is not None

    def waits(self, oldest: int | None) -> None:
        """A browser is still there."""
        self._collector.waits(id(self), None if oldest is None else Ms(oldest))

    def page(self, fact: PageFact) -> bool:
        """A page is open: whether its text is to be read."""
        self._seen, read = self._collector.page(fact, id(self), self._frames, self._heard)
        return read

    def text(self, read: PageText | None) -> None:
        """Title and text of the page asked for last."""
        seen, self._seen = self._seen, None
        if seen is not None:
            self._collector.text(seen, read, id(self))

    def nonsense(self) -> None:
        """Something came that is no page."""
        self._collector.nonsense()

    def gone(self) -> None:
        """The connection has ended."""
        self._collector.gone(id(self))


def _seen_at(told: int | None, heard: Ms | None, raw: Ms) -> Ms | None:
    """When a page was seen; None: not when it is said to have been. `heard`: when its browser's hello was."""
    if told is None:
        return raw
    # The clock may have been set back since the hello.
    earliest = 0 if heard is None else min(heard, raw) - SKEW_MS
    return Ms(min(told, raw)) if earliest <= told <= raw + SKEW_MS else None


def grants_live(held: Held, at: Ms) -> bool:
    """Whether some term that the profile rests on is in force at the corrected time."""
    return any(grant.terms_at(at) for grant in held.profile.grants)


def _in_force(held: Held, at: Ms) -> bool:
    try:
        check_in_force(held.profile, at)
    except Refused:
        return False
    return True
