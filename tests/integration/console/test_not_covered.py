"""The case shows a time between two runs of a device that no gap covers (issue 16, number 2)."""

import pytest

from tests.integration.console.office import Office, sign_in
from tests.support.silent import OFF_MS, restart


@pytest.mark.parametrize(("declared_ms", "shown"), [(10_000, True), (OFF_MS, False)])
def test_the_case_shows_what_marks_written_by_hand_hide(office: Office, declared_ms: int, *, shown: bool) -> None:
    restart(office.story, declared_ms)
    page = sign_in("officer").get(f"/cases/{office.story.case}/monitoring/").content.decode()
    assert ("Not covered, and not declared by the device" in page) is shown
