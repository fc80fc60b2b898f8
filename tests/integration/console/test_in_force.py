"""Nothing is installed on what the person stopped, or on an order that ended: each page says what to do instead (R-LEG-5, R-LEG-20)."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from offmon.core.authority import in_force
from offmon.core.clock import local_day
from offmon.core.errors import Refused
from offmon.server.base.clock import now
from offmon.server.deployments.actions import do_offer_enrolment
from tests.database import Database
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import day
from tests.integration.console.test_start_page import text
from tests.prove.markers import proves
from tests.support.agreed import agreed_to
from tests.support.story import Story
from tests.support.taken import overwrite

STOPPED = "The person stopped this. Do not install. Record the end."
NONE = "No authorised condition is in force. Do not install."
STEPS = ("", "others/", "device/", "notice/", "install/", "test/", "hand-over/")


def agreed(database: Database, folder: Path) -> Office:
    """All is done but that the device shows that it works, and what is collected was agreed to."""
    return Office(agreed_to(Story(database, folder), alone=True)).open()


def nothing_is_installed(office: Office, officer: Client, said: str) -> None:
    """No page of the visit opens, no code is given out, and each page that would lead there says why."""
    case = office.story.case
    for step in STEPS:
        led = officer.get(f"/cases/{case}/visit/{step}")
        assert (led.status_code, led["Location"]) == (302, f"/cases/{case}/"), step
        assert said in text(officer, f"/cases/{case}/"), step
    with pytest.raises(Refused, match=said.split(".", maxsplit=1)[0]):
        do_offer_enrolment(office.story.deployment, actor=office.story.officer)
    for page in (f"/cases/{case}/", f"/cases/{case}/monitoring/"):
        shown = officer.get(page).content.decode()
        assert said in shown
        assert f'href="/cases/{case}/visit/"' not in shown
        assert f'href="/cases/{case}/end/"' in shown


@proves("S209", in_force.check_some_in_force, disabled=lambda *given: None)
def test_after_a_withdrawal_no_page_leads_to_an_installation(empty: Database, tmp_path: Path) -> None:
    office = agreed(empty, tmp_path)
    with office.running():
        officer, case = sign_in("officer"), office.story.case
        assert "Open the marker page on the device" in text(officer, f"/cases/{case}/")
        assert "Enrol the device" in text(officer, "/")
        [item] = office.story.profiles[-1].agreed
        told: dict[str, Any] = {"how": "By phone", "time": "00:00", **day("told_on", local_day(now()))}
        assert send(officer, f"/cases/{case}/terms/{item}/withdraw/", **told).status_code == 302
        nothing_is_installed(office, officer, STOPPED)
        start = text(officer, "/")
        assert STOPPED in start
        assert "Enrol the device, and show that it works" not in start
        assert send(officer, f"/cases/{case}/visit/stop/").status_code == 302


def test_after_the_end_of_the_order_too(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    overwrite(story, "deployments_deployment", story.deployment, {"state": "notice_served"})
    ended: dict[str, Any] = {"time": "00:00", "reason": "Discharged", **day("ended_on", local_day(now()))}
    path = f"/cases/{story.case}/instruments/{story.instrument}/end/"
    assert send(officer, path, **ended).status_code == 302
    nothing_is_installed(office, officer, NONE)
    assert "Enrol the device" not in text(officer, f"/cases/{story.case}/")
    assert NONE in text(officer, "/")
