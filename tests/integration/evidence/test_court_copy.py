"""What the court's copy of a report is made from leaves the vault as a bundle does, and names nobody (issue 18)."""

from offmon.core.bundle import read
from offmon.core.bundle.layout import REPORT
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.court_copy import people_in
from offmon.server.processes.vault.service import Vault
from tests.integration.evidence.test_export import record, released
from tests.prove.markers import proves
from tests.support.refused import code_of
from tests.support.story import Story


@proves("S145", Vault._check_recorded, disabled=lambda case, manifest, actor: None)
def test_a_report_leaves_only_for_whom_the_log_records_as_taking_it(story: Story, vault: VaultClient) -> None:
    story.decide()
    asked = released(story, vault, None)
    assert code_of(vault.report, asked) == "not-recorded"
    record(story, asked)
    page = vault.report(asked)
    assert page == read.read_bag(b"".join(vault.download(asked))).payload[REPORT]
    assert story.officer.id in people_in(page)
    assert story.stranger.id not in people_in(page)
    for name in (b"Sam Invented", b"Officer Invented", b"Supervisor Invented"):
        assert name not in page
