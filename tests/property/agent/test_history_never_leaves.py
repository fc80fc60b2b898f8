"""Whatever is visited, nothing that leaves the device holds a word of the kept history, and nothing is disclosed by it (S180)."""

import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offmon.agent.history_desk import Courier, HistoryDesk
from offmon.agent.history_opening import Opening
from offmon.agent.home import AgentHome
from offmon.core.formats import codec
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Ms
from tests.support.fake_agency import new_key
from tests.unit.agent.desk import LISTED, RESULTS, START, at_work

SITES = (
    "https://shop.example/a?b=c",
    "https://www.news.example/",
    "http://quiet.example:8080/x",
    "https://listed.example.org/",
)
VISITS = st.lists(st.tuples(st.sampled_from([*SITES, LISTED, RESULTS]), st.integers(0, 200_000)), max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(visits=VISITS, alone=st.booleans())
def test_nothing_that_leaves_holds_the_history(visits: list[tuple[str, int]], alone: bool) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("offmon.agent.home.check_account"),
        at_work(AgentHome(Path(folder) / "home")) as desk,
        patch("offmon.agent.clock.now", lambda: desk.at),
    ):
        desk.keeps(alone=alone)
        for url, wait in visits:
            desk.page(url)
            desk.go(wait)
        held = desk.belief.held
        assert held is not None
        extent = desk.history.extent(held.profile)
        asked = [] if extent is None else [Opening(desk.agency.device, new_key("device"), extent, desk.at)]
        desk.issue(*([] if alone else map(desk.agency.grant, desk.agency.lists)))  # and it is erased, with a note
        courier: Courier = Courier(None, None, lambda: None)  # type: ignore[arg-type]
        HistoryDesk(desk.history, desk.outbox, desk.belief, courier).tend(Ms(START + 1))
        lease = desk.outbox.lease()
        sent = b"".join([*map(codec.dump, lease.leaves), *(one.body for one in asked)])
        assert not any(word in sent for word in (b"shop", b"news", b"quiet", b"listed.example.org"))
        disclosed = sum(isinstance(leaf, DisclosureLeaf) for leaf in lease.leaves)
        assert disclosed == (0 if alone else sum(url == LISTED for url, _ in visits))
