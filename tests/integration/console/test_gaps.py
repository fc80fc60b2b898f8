"""The case view says that coverage gaps of the last hour may still be missing."""

import pytest

from offmon.core.formats.event import GapReason
from tests.integration.console.office import Office, sign_in

HOUR = "A device reports coverage gaps about once an hour. The newest gaps may be missing here."


@pytest.mark.parametrize("declared", [True, False])
def test_beside_the_gaps_stands_that_the_last_hour_s_may_be_missing(office: Office, *, declared: bool) -> None:
    if declared:
        office.story.device.gap(GapReason.NOT_VISIBLE)
        office.story.send()
    page = sign_in("officer").get(f"/cases/{office.story.case}/").content.decode()
    section = page.partition(">Coverage gaps<")[2].partition(">Exhibits<")[0]
    assert ("No device has reported one." in section) is not declared
    assert HOUR in section
