"""An excluded page leaves no trace, and the same page would leave one if it were not excluded (S8)."""

from contextlib import closing

import psycopg
import pytest

from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import Exclusions, ListEntries, ListEntry
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import Observation, Origin
from offmon.core.ids import Ms, Versioned
from offmon.match.exclusions import Excluded
from offmon.match.exclusions_default import default_exclusions
from offmon.match.pages import page_class
from offmon.match.pipeline import HeldList, Pipeline
from tests.e2e.kill.truth import EXCLUDED
from tests.e2e.thread.conftest import Played
from tests.support.fake_agency import FakeAgency
from trial import invented
from trial.stack import DATABASE, OWN_HOSTS

NOW = Ms(1_800_000_000_000)
MARKER = "marker0123456789abcdef"
PAGES = (*invented.excluded_pages(MARKER), *(f"{before}{MARKER}/7" for before in EXCLUDED))


def pipeline(exclusions: Exclusions) -> Pipeline:
    def held(capability: Capability, entries: tuple[ListEntry, ...]) -> HeldList:
        signed = FakeAgency(NOW).sign_list(capability, entries)
        return HeldList(signed.ref, signed.document, codec.load(ListEntries, signed.entries, max_size=1 << 20))

    lists = [held(Capability.SITE, invented.BOTH_ENTRIES), held(Capability.PHRASE, invented.PHRASE_ENTRIES)]
    return Pipeline(exclusions, lists)


@pytest.mark.parametrize("url", PAGES)
def test_each_excluded_page_of_demo_and_kill_run_would_leave_if_it_were_not(url: str) -> None:
    page = Observation(NOW, url, "A title", page_class(url), f"Join the {invented.PHRASE}", Origin.LINK)
    assert pipeline(Exclusions(Versioned("none@1"), (), ())).examine(page, NOW, 0) != ()
    assert pipeline(default_exclusions(invented.PUBLIC_PLACES)).examine(page, NOW, 0) == ()


def test_the_signed_list_adds_public_places_and_offmon_itself_and_nobodys_own_contacts(played: Played) -> None:
    """Not the list that everybody starts from: the one that the seed had signed, and the device obeys."""
    with closing(psycopg.connect(played.system.stack.server.superuser_url, dbname=DATABASE)) as connection:
        found = connection.execute("select document from detectors_exclusions_version").fetchall()
    [(document,)] = found
    signed = dsse.peek(Exclusions, bytes(document))
    excluded = Excluded(signed)
    places = (*invented.PUBLIC_PLACES, *OWN_HOSTS)
    assert len(places) == 5
    assert {*signed.hosts} == {*default_exclusions().hosts, *places}
    assert [place for place in places if not excluded.covers(f"https://{place}/")] == []
