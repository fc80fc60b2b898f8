"""Each control that the database is asked about: it holds on a sound system, and breaking one turns exactly that one (issue 3)."""

import pytest

from offmon.core.assurance import Control, Standing
from offmon.server.base.policies import Process
from offmon.server.oversight.asking import PAPERS, ask, asked_of_the_database
from tests.server import as_process
from tests.support.fake_device import RELEASE, now
from tests.support.story import Story

RELEASES = (RELEASE,)

BREAKS = {
    Control.BACKSTOP: "alter table triage_decision disable trigger audited",
    Control.INSERT_ONLY: "alter table audit_entry disable trigger insert_only",
    Control.ROW_SECURITY: "alter table people_person no force row level security",
    Control.TWO_PEOPLE: "alter table evidence_export drop constraint export_approved_by_another",
}


def looks(story: Story) -> dict[Control, Standing]:
    with as_process(story.database, Process.ASSURANCE):
        return {control: ask(control, now(), RELEASES).standing for control in sorted(asked_of_the_database())}


def test_every_control_of_a_sound_system_holds_and_a_paper_that_nobody_recorded_is_not_held(story: Story) -> None:
    found = looks(story)
    assert {control for control, stands in found.items() if stands is Standing.NOT_HELD} == PAPERS
    assert {control for control, stands in found.items() if stands is Standing.FAILS} == set()


@pytest.mark.parametrize("control", BREAKS)
def test_breaking_a_control_turns_it_and_no_other(story: Story, control: Control) -> None:
    before = looks(story)
    with story.database.connect_as_owner() as owner:
        owner.execute(BREAKS[control].encode())
    assert {one for one, stands in looks(story).items() if stands is not before[one]} == {control}
    assert looks(story)[control] is Standing.FAILS
