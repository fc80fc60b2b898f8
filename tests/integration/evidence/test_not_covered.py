"""Time between two runs that a device does not declare is told to the person and to a court, by one rule (issue 16, number 2)."""

import html
import io
import zipfile

import pytest

from offmon.core.person import coverage
from offmon.server.base.vault import VaultClient
from offmon.words.catalogue import Language, translate
from tests.integration.evidence.test_export import export, verified
from tests.integration.portal.person import DAYS, later, portal, signed_in
from tests.prove.markers import proves
from tests.support.silent import OFF_MS, restart
from tests.support.story import Story

SAID = "Not covered, and not declared"
TOLD = translate(Language.ENGLISH, "portal.gap.undeclared")


@proves("S129", coverage.not_covered, disabled=lambda device, silences, notes, gaps: ())
def test_a_bundle_shows_what_marks_written_by_hand_hide(story: Story, vault: VaultClient) -> None:
    restart(story)
    data = export(story, vault)
    assert "1 not covered and not declared" in verified(story, data).counts.sentence
    assert SAID in report(data)


def test_a_bundle_says_nothing_more_of_a_time_that_was_declared(story: Story, vault: VaultClient) -> None:
    restart(story, declared_ms=OFF_MS)
    data = export(story, vault)
    assert verified(story, data).counts.undeclared == 0
    assert SAID not in report(data)


@pytest.mark.parametrize(("declared_ms", "shown"), [(10_000, True), (OFF_MS, False)])
def test_the_person_is_told_after_the_delay(story: Story, declared_ms: int, *, shown: bool) -> None:
    restart(story, declared_ms)
    person = signed_in(story)
    with portal(story):
        assert TOLD not in html.unescape(person.browser.get("/en/now/").content.decode())
        with later(DAYS + 1):
            assert (TOLD in html.unescape(person.browser.get("/en/now/").content.decode())) is shown


def report(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        name = next(one for one in bundle.namelist() if one.endswith("data/report.html"))
        return bundle.read(name).decode()
