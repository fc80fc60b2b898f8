"""Nobody answers a person's request under another case, whose officers could not see or correct that (R-RGT-12)."""

import secrets

import psycopg
import pytest

from offmon.core.person.deadlines import Channel, RequestStage
from offmon.server.base.ids import new_id
from offmon.server.rights.requests import queries
from offmon.server.rights.requests.actions import RequestAnswer, do_answer
from tests.integration.console.office import Office
from tests.integration.portal.person import portal, signed_in
from tests.integration.triage.test_under_another import elsewhere
from tests.prove.markers import proves
from tests.support.days import today
from tests.support.fake_device import now
from tests.support.taken import insert


@proves("S95", drop="drop trigger of_its_parent on rights_requeststep")
def test_a_request_is_answered_under_its_own_case(office: Office) -> None:
    story = office.story
    person = signed_in(story)
    with portal(story):
        assert person.send("/en/ask/data/", words="").status_code == 302
    with office.running():
        [request] = [one.id for one in queries.open_requests(actor=story.data_protection)]
    there = elsewhere(story)
    row = {
        "id": new_id(),
        "agency": there.agency,
        "case": there.case,
        "salt": secrets.token_bytes(32),
        "request_id": request,
        "what": RequestStage.TAKEN_DOWN.value,
        "on": now(),
        "by": there.officer.id,
        "at": now(),
        "how": Channel.LETTER.value,
        "taken_by": there.officer.id,
    }
    with story.database.connect("offmon_console") as console:
        for setting, value in (("offmon.agency", there.agency), ("offmon.actor", there.officer.id)):
            console.execute("select set_config(%s, %s, true)", [setting, value])
        with pytest.raises(psycopg.errors.CheckViolation) as refusal:
            insert(console, "rights_requeststep", row)
    assert refusal.value.diag.constraint_name == "of_its_parent"
    with office.running():
        do_answer(request, RequestAnswer("words", Channel.LETTER, today()), actor=story.data_protection)
        assert request not in [one.id for one in queries.open_requests(actor=story.data_protection)]
