"""What the device's own pages are made of, as the running agent has it. Imported once somebody opens one: nothing else needs it.

Rules
- What was found or sent is not among what a page is made of.
- An item that is withdrawn is stopped on the disk before the page says so (R-LEG-20).
"""

from collections.abc import Callable
from dataclasses import dataclass

from offmon.agent import clock, portal_code
from offmon.agent.history_desk import HistoryDesk
from offmon.agent.home import AgentHome
from offmon.agent.outbox import Outbox
from offmon.agent.portal_code import Asking
from offmon.agent.presence import details
from offmon.agent.presence.details import DetailsPage, Section
from offmon.agent.presence.pages import PagesWindow
from offmon.agent.presence.states import AgentState
from offmon.agent.presence.words import IndicatorLanguage
from offmon.agent.transport import Client
from offmon.agent.trust_state import Belief
from offmon.core.clock import DAY_MS
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True, repr=False)
class Behind:
    """What stands behind the pages. `said`: what the indicator says, and since when. `withdrew`: tells the journal and the agency."""

    belief: Belief
    outbox: Outbox
    key: SigningKey
    client: Client
    spoken: IndicatorLanguage
    said: Callable[[], tuple[AgentState, Ms]]
    withdrew: Callable[[], None]

    def window(self, home: AgentHome, history: HistoryDesk) -> PagesWindow:
        """The window of the pages, not open yet."""
        return PagesWindow(
            home, self.spoken, self._at, self._details, self._ask_way_in, stop=self._withdraw, history=history
        )

    def _at(self) -> Ms:
        return self.belief.time.correct(clock.now())

    def _details(self, section: Section) -> DetailsPage:
        """The page behind the PIN, as of now."""
        at, time_now, (state, since) = self._at(), self.belief.time, self.said()
        gaps = self.outbox.gaps(Ms(clock.now() - (details.GAP_DAYS + 1) * DAY_MS))
        now = details.IndicatorNow(state, time_now.correct(since), details.spans_of(gaps, time_now.offset_ms, at))
        held, root = self.belief.held, self.belief.identity.root.fingerprint
        return details.page_of(None if held is None else held.profile, root, now, at, self.spoken, section=section)

    def _withdraw(self, press: str) -> DetailsPage:
        """Stop an item that the person agreed to, or all of them, from now on."""
        held = self.belief.held
        items = details.agreed_items(None if held is None else held.profile)
        chosen = [one for number, one in enumerate(items, 1) if press in {details.STOP_ALL, details.stop_of(number)}]
        self.belief.withdraw(chosen, clock.now())
        self.withdrew()
        return self._details(Section.STOP)

    def _ask_way_in(self) -> Asking:
        """A code for the person's page on another device, on its way. Asked for only once the PIN was right."""
        asking = Asking(self.belief.identity.device, self.key, self._at())
        portal_code.ask(asking, self.client, self.belief)
        return asking
