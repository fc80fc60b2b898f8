"""Pages that browsers report over a local socket: which are looked at, and whose text is read (design §1).

Rules
1. Nothing is read of a browser that is not where the indicator is (`browsers`).
2. An excluded page ends here, with everything in its frames: no refusal, count or gap.
3. A page counts at the time when its browser saw it, since it may wait there behind pages that hang.
   - A page from before collecting began, or before this profile, is not taken. If an earlier collecting time saw it, the time from then on
     is a gap.
   - An impossible time (past now, or before that browser's hello) is not believed.
   - Such a page is declared once. So is one that cannot be examined, and frames that are too many or too deep (`frames`).
4. Title and text are asked for only if a detector wants the text. Its list must be of a grant with a term in force when the page opened and
   now. A frame's are asked for only if every page around it is readable too. Until then neither leaves the browser (R-LEG-30).
5. A text that arrives with no such term in force is dropped unread. If a text could not be had, that is declared, and the address is
   examined.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from offmon.agent import clock
from offmon.agent.collect import Collector
from offmon.agent.profiles import AcceptedProfile
from offmon.agent.sources.browsers import Browsers, RunningProcess
from offmon.agent.sources.frames import Frames, is_too_deep
from offmon.agent.sources.page_socket import PageFact, PageSocket, PageText
from offmon.agent.sources.source import AgentSource, Start
from offmon.core.authority.capability import rule_of
from offmon.core.authority.profile import ListRef
from offmon.core.formats.event import GapReason, Observation
from offmon.core.ids import Ms
from offmon.match.pages import class_within
from offmon.match.unsafe_text import MAX_TEXT, MAX_TITLE, MAX_URL, is_poison

MOST_OF_A_TICK_S: Final = 3
SKEW_MS: Final = 1_000
"""So far two processes of one machine may differ about the time."""


def start(given: Start) -> AgentSource:
    """The source, at its socket."""
    source = PageSource(given.collector, Browsers(given.known, given.raw, given.beside))
    source.listen(given.home.socket)
    return source


class PageSource(AgentSource):
    """The pages of all browsers."""

    def __init__(self, collector: Collector, browsers: Browsers) -> None:
        super().__init__(collector)
        self.browsers = browsers
        self.waiting: dict[int, Ms] = {}  # the page of each connection that waits for its text
        self._socket: PageSocket | None = None
        self._ticked = time.monotonic()

    def listen(self, path: Path) -> None:
        """Let browsers come to a socket at this path."""
        self._socket = PageSocket(path, self.asked)

    def asked(self) -> "PageAsked":
        """Who answers one connection."""
        return PageAsked(self)

    @property
    def known(self) -> tuple[RunningProcess, ...]:
        """The browsers that are heard."""
        return self.browsers.known

    @property
    def is_impatient(self) -> bool:
        """Whether some browser waits for its window."""
        return self.browsers.begins(clock.now())

    def fileno(self) -> int | None:
        """What all connections are read by."""
        return None if self._socket is None else self._socket.fileno()

    def serve(self) -> None:
        """Answer what has come."""
        if self._socket is not None:
            self._socket.serve(0)

    def tick(self, raw: Ms) -> None:
        """Find the windows of the browsers that talk."""
        now = time.monotonic()
        self.browsers.tick(min(max(round(now - self._ticked), 1), MOST_OF_A_TICK_S))
        self._ticked = now
        self.browsers.measure(raw)

    def down_since(self, raw: Ms) -> Ms | None:
        """Since when some browser runs unheard, or no text is read."""
        silent = self.browsers.silent_since(raw)  # first: it may find that one has left
        for since, until in self.browsers.left():
            self.collector.gaps.missed(since, until)
        return _first(silent, self._unread_since(raw))

    def untold_since(self, raw: Ms) -> Ms | None:
        """The time of the oldest page whose text has not come; or since when what a browser shows may be missing and yet be nothing."""
        silent, since = self.browsers.maybe_silent_since(raw), self.collector.gaps.since
        return _first(
            min(self.waiting.values(), default=None), None if silent is None or since is None else max(silent, since)
        )

    def close(self) -> None:
        """End every connection."""
        if self._socket is not None:
            self._socket.close()

    def _unread_since(self, raw: Ms) -> Ms | None:
        """Since when no text is read though some grant is for words on a page."""
        gate = self.collector.gate
        if gate.sparing_since is None or gate.held is None:
            return None
        at = gate.correct(raw)
        words = (grant for grant in gate.held.profile.grants if rule_of(grant.kind).reads_text)
        begun = [term.period.since for grant in words for term in grant.terms if at in term.period]
        if not begun:
            return None
        return Ms(max(gate.sparing_since, self.collector.begins(gate.held), min(begun) - gate.offset_ms))


class PageAsked:
    """One connection's pages: at most one of them waits for its text."""

    def __init__(self, source: PageSource) -> None:
        self._source = source
        self._hand = source.collector
        self._gaps = source.collector.gaps
        self._seen: Observation | None = None
        self._heard: Ms | None = None  # since when, if it is a browser
        self._frames = Frames()

    def hello(self, shim: int, since: int | None) -> bool:
        """A browser talks; whether it is heard. That it ran unheard until then is declared, as far as anything was to be collected."""
        raw = self._hand.gate.look()
        heard = self._source.browsers.hello(id(self), shim, raw, None if since is None else Ms(since))
        if heard is None:
            self._heard = None
            return False
        if heard.unheard_since is not None:
            if self._hand.collecting(raw) is not None:
                self._gaps.losses.stand_idle(None, raw)
            self._gaps.missed(heard.unheard_since, raw)
        self._heard = raw
        return True

    def waits(self, oldest: int | None) -> None:
        """The browser is still there; `oldest`: when the oldest page was seen of which it did not tell yet."""
        self._source.browsers.waits(id(self), None if oldest is None else Ms(oldest), self._hand.gate.look())

    def page(self, fact: PageFact) -> bool:
        """A page is open: whether its text is to be read."""
        self._seen = None
        raw = self._hand.gate.look()
        held, since = self._hand.open(raw), self._gaps.since
        at = _seen_at(fact.at, self._heard, raw)
        if held is None or since is None:
            return self._too_late(at, raw)
        if not self._source.browsers.may_read(id(self), raw):
            # From then on it is declared, as long as it is so (`down_since`).
            return self._too_late(at, self._source.browsers.found(id(self)))
        addresses = (fact.url, *fact.within)
        if any(map(held.pipeline.excludes, addresses)):
            return False
        since = max(since, self._hand.begins(held))
        if at is not None and at < since:
            return self._too_late(at, since)
        if at is None or self._cannot_be_examined(fact, raw):
            self._gaps.losses.count(GapReason.QUARANTINED, raw if at is None else at)
            return False
        seen = Observation(at, fact.url, "", class_within(fact.url, fact.within), None, fact.origin)
        if not fact.within:
            self._hand.visited(held, seen)
        if self._may_read(held, addresses, at, raw):
            self._source.waiting[id(self)] = at
            self._seen = seen
            return True
        self._hand.examine(held, seen, raw)
        return False

    def text(self, read: PageText | None) -> None:
        """Title and text of the page asked for last; None: they could not be had, and only its address is left to look at."""
        seen, self._seen = self._seen, None
        if seen is None:
            return
        raw = self._hand.gate.look()
        self._source.waiting.pop(id(self), None)
        held, losses = self._hand.open(raw), self._gaps.losses
        if held is None:
            losses.count(self._hand.gate.why_idle(raw) or GapReason.NO_PROFILE, seen.at)
        elif not self._source.browsers.may_read(id(self), raw) or seen.at < self._hand.begins(held):
            losses.count(GapReason.SOURCE_DOWN, seen.at)
        elif read is None:
            losses.count(GapReason.SOURCE_DOWN, seen.at)
            self._hand.examine(held, seen, raw)
        elif not _words_by(held, *map(self._hand.gate.correct, (seen.at, raw))):
            self._hand.examine(held, seen, raw)
        elif is_poison(read.title, MAX_TITLE) or is_poison(read.text, MAX_TEXT):
            losses.count(GapReason.QUARANTINED, seen.at)
        else:
            self._hand.examine(held, replace(seen, title=read.title, text=read.text), raw)

    def nonsense(self) -> None:
        """Something came that is no page."""
        raw = self._hand.gate.look()
        if self._hand.collecting(raw) is not None:
            self._gaps.losses.count(GapReason.QUARANTINED, raw)

    def gone(self) -> None:
        """The connection has ended."""
        self._source.browsers.gone(id(self), self._hand.gate.look())

    def _too_late(self, at: Ms | None, until: Ms | None) -> bool:
        """A browser tells of a page too late for it to be read."""
        if at is not None and until is not None and self._heard is not None:
            self._gaps.missed(at, until)
        return False

    def _cannot_be_examined(self, fact: PageFact, raw: Ms) -> bool:
        if is_too_deep(fact.within) or any(is_poison(address, MAX_URL) for address in (fact.url, *fact.within)):
            return True
        return bool(fact.within) and self._frames.is_too_many(fact.page or fact.within[-1], raw)

    def _may_read(self, held: AcceptedProfile, addresses: tuple[str, ...], at: Ms, raw: Ms) -> bool:
        gate = self._hand.gate
        when = gate.correct(at)
        lists = _words_by(held, when, gate.correct(raw))
        return gate.sparing_since is None and all(held.pipeline.wants_text(one, when, lists) for one in addresses)


def _words_by(held: AcceptedProfile, *moments: Ms) -> frozenset[ListRef]:
    """The lists by which pages may be read at each of these moments (corrected device time): of grants for words whose term is in force."""
    return frozenset(
        ref
        for grant in held.profile.grants
        if rule_of(grant.kind).reads_text and all(grant.terms_at(at) for at in moments)
        for ref in grant.lists
    )


def _first(*moments: Ms | None) -> Ms | None:
    return min((at for at in moments if at is not None), default=None)


def _seen_at(told: int | None, heard: Ms | None, raw: Ms) -> Ms | None:
    """When a page was seen; None: not when it is said to have been. `heard`: when its browser's hello was."""
    if told is None:
        return raw
    # The clock may have been set back since the hello.
    earliest = 0 if heard is None else min(heard, raw) - SKEW_MS
    return Ms(min(told, raw)) if earliest <= told <= raw + SKEW_MS else None
