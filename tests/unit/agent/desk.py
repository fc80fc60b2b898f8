"""A source of pages with all it needs, and a clock that the test sets: for tables of what becomes of a page."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from offmon.agent.clock import Timekeeper
from offmon.agent.collect import Collector
from offmon.agent.collection_gate import CollectionGate
from offmon.agent.gap_counters import Losses
from offmon.agent.home import AgentHome
from offmon.agent.kept_history import KeptHistory
from offmon.agent.outbox import Outbox
from offmon.agent.presence.visibility import Visible
from offmon.agent.sources.browsers import Browsers
from offmon.agent.sources.page_socket import PageFact
from offmon.agent.sources.pages import PageAsked, PageSource
from offmon.agent.sources.table import SOURCES, Sources
from offmon.agent.trust_state import Belief
from offmon.core.authority.capability import Capability, Purpose, Source
from offmon.core.authority.lists import ListEntry
from offmon.core.authority.profile import Grant, TermPeriod
from offmon.core.clock import Period
from offmon.core.formats import codec, envelope
from offmon.core.formats.event import GapReason, Gravity, Origin
from offmon.core.formats.kept_history import key_place
from offmon.core.ids import Ms, Slug
from tests.support.fake_agency import PHRASES, SITES, FakeAgency, new_id

START = Ms(1_800_000_000_000)
LISTED = "https://listed.example/"
RESULTS = "https://www.google.com/search?q=pets"


@dataclass
class Desk:
    """The source of pages, what it stands on, and the time."""

    agency: FakeAgency
    belief: Belief
    outbox: Outbox
    losses: Losses
    gate: CollectionGate
    pages: PageSource
    sources: Sources
    history: KeptHistory
    at: Ms = START

    def page(self, url: str = LISTED, at: int | None = None, asker: PageAsked | None = None) -> bool:
        return (asker or self.pages.asked()).page(PageFact(url, Origin.LINK, at))

    def go(self, ms: int) -> None:
        """Time passes, and the indicator is measured as before."""
        self.at = Ms(self.at + ms)
        measured = self.gate.visibility
        self.gate.visibility = None if measured is None else replace(measured, at=self.at)

    def issue(self, *grants: Grant, lease: Period | None = None) -> None:
        """The device takes a profile of these grants; where none is given, of one for each list of the agency."""
        changes = {} if lease is None else {"lease": lease}
        self.agency.issue(grants=grants or tuple(map(self.agency.grant, self.agency.lists)), **changes)
        self.belief.take(codec.dump(self.agency.update()), self.at)

    def keeps(self, until: Ms | None = None, *, alone: bool = False) -> Grant:
        """The device takes a profile with a grant to keep a history, beside those of its lists or alone; the grant."""
        term = TermPeriod(self.agency.term, Period(Ms(0), until))
        kept = Grant(Capability.HISTORY_KEPT, new_id(), (term,), Purpose.SUPERVISION, (), ())
        if alone:
            self.agency.lists = ()
        self.issue(*map(self.agency.grant, self.agency.lists), kept)
        return kept

    def unwrapped(self, keys: Iterable[bytes]) -> tuple[bytes, ...]:
        """What the vault opens: the keys of the history."""
        place = key_place(self.agency.deployment, self.agency.device)
        return tuple(envelope.open_bytes(key, self.agency.evidence, place) for key in keys)

    def list_results(self) -> None:
        """From the next profile on the page of results is on the list of sites too."""
        sites = (*SITES, ListEntry(Slug("everything"), "google.com", Gravity.STANDARD))
        self.agency.lists = (self.agency.sign_list(Capability.SITE, sites), self.agency.lists[1])

    def declared(self) -> list[tuple[GapReason, int | None]]:
        return [(loss.reason, loss.lost) for loss in self.losses.due(self.at, all_of_it=True)]


@contextmanager
def at_work(home: AgentHome) -> Iterator[Desk]:
    """A desk whose indicator was measured as visible, under lists of sites and phrases."""
    agency = FakeAgency(START)
    identity = agency.identity()
    agency.lists = (agency.sign_list(Capability.SITE, SITES), agency.sign_list(Capability.PHRASE, PHRASES))
    agency.issue(grants=tuple(map(agency.grant, agency.lists)))
    belief = Belief(home, identity, agency.enrolled(), Timekeeper(START))
    belief.take(codec.dump(agency.update()), START)
    outbox, losses = Outbox(home.outbox, agency.device, START), Losses()
    gate = CollectionGate(belief)
    spec = next(one for one in SOURCES if one.name is Source.BROWSER)
    history = KeptHistory(home.history, agency.deployment, agency.device)
    collector = Collector(gate, outbox, losses, lambda: None, spec.serves, history=history)
    pages = PageSource(collector, Browsers((), START, lambda _talk: frozenset()))
    gate.visibility = Visible(START)
    one = Desk(agency, belief, outbox, losses, gate, pages, Sources(gate, {spec.name: pages}), history)
    one.sources.collecting(START)
    yield one
    one.history.close()
    outbox.close()
