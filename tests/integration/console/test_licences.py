"""An officer records the number of a licence, reads what its feed brought, and is asked to act (R-LEG-14, R-LEG-16)."""

import pytest

from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.authority.licence import Standing
from offmon.core.authority.licence_feed import Change, FeedDocument
from offmon.core.clock import DAY_MS, local_day
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.deployments.actions import do_take_change
from offmon.server.orders.actions import do_record_instrument
from offmon.server.orders.licences.actions import note_heard
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors
from tests.integration.console.test_start_page import links, text
from tests.support.fake_device import now
from tests.support.orders import an_entry
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

CODE = "2d67f68a-8adf-47a9-a68d-a6fc9f2c4556"
GIVEN = {"licence_id": "4711", "type": "AP", "kind": "CRD", "policy_version": "4.0", "conditions": CODE}


def a_licence(office: Office) -> Id:
    story = office.story
    with story.console(), story.with_keys():
        entry = an_entry(story.agency, Basis.LICENCE, Ms(now() - 20 * DAY_MS))
        return do_record_instrument(story.case, entry, actor=story.officer)


def brought(office: Office, status: str, *conditions: str) -> bool:
    """What the feed brings of that licence, as the worker takes it."""
    with office.story.running(Process.WORKER):
        change = Change("4711", Standing(status, now()), conditions or None)
        return do_take_change(change, actor=office.story.worker)


def test_the_number_is_recorded_and_the_status_stands_beside_it(office: Office) -> None:
    officer, case, licence = sign_in("officer"), f"/cases/{office.story.case}/", a_licence(office)
    page = f"{case}instruments/{licence}/licence/"
    assert page in links(officer, f"{case}orders/")
    assert "The licence feed cannot stop this monitoring" in text(officer, f"{case}orders/")
    assert "Enter the number" in errors(send(officer, page))
    assert "ended on 11 May 2026" in errors(send(officer, page, **GIVEN | {"type": "PSS"}))
    for field, wrong in (("licence_id", "4711/1"), ("conditions", "2d67f68a")):
        assert errors(send(officer, page, **GIVEN | {field: wrong}))
    assert not office.story.entries(Verb.LICENCE_RECORDED)
    send(officer, page, **GIVEN)
    assert page not in links(officer, f"{case}orders/")
    assert "The licence feed has said nothing yet" in text(officer, f"{case}orders/")
    assert brought(office, "ACTIVE")
    assert "The licence is active. Since" in text(officer, f"{case}orders/")
    assert "recorded already" in errors(send(officer, page, **GIVEN))


@pytest.mark.parametrize(
    ("status", "codes", "says"),
    [
        ("ACTIVE", (), ""),
        ("RECALLED", (), "The licence was recalled."),
        ("TIMED_OUT", (), "Monitoring under it is suspended. Ask the probation service"),
        ("NEW_STATUS", (), "a status that Offmon does not know"),
        ("ACTIVE", (CODE, CODE.replace("2", "3")), "Record the varied licence."),
    ],
)
def test_the_officer_s_start_page_asks_for_what_follows(
    office: Office, status: str, codes: tuple[str, ...], says: str
) -> None:
    officer, case, licence = sign_in("officer"), f"/cases/{office.story.case}/", a_licence(office)
    send(officer, f"{case}instruments/{licence}/licence/", **GIVEN)
    assert brought(office, status, *codes)
    assert ("Licences that stopped or changed" in text(officer, "/")) == bool(says)
    assert says in text(officer, "/")
    assert "Licences that stopped or changed" not in text(sign_in("supervisor"), "/")
    if says:
        send(
            officer,
            f"{case}instruments/{licence}/end/",
            **day("ended_on", local_day(now())),
            time="00:01",
            reason="The feed says so.",
        )
        assert "Licences that stopped or changed" not in text(officer, "/")


def test_the_administrator_sees_how_the_feed_fares(office: Office) -> None:
    administrator = sign_in(sign_in_name(Role.TENANT_ADMIN, Whose.OWN))
    assert "/licence-feed/" in links(administrator, "/staff/")
    assert "No document of the feed has come yet" in text(administrator, "/licence-feed/")
    for late in (True, False):
        made = Ms(now() - DAY_MS)
        document = FeedDocument(office.story.agency, made, Ms(now() + (-1 if late else 1) * 60_000), (), ())
        with office.story.running(Process.WORKER):
            note_heard(document, "a.json", 3, ["change 2: bad-status"], actor=office.story.worker)
        assert ("The licence feed is silent" in text(administrator, "/staff/")) == late
        assert ("The feed is silent" in text(administrator, "/licence-feed/")) == late
    assert "a.json: change 2: bad-status" in text(administrator, "/licence-feed/")
    assert sign_in("officer").get("/licence-feed/").status_code == 403


def test_an_event_is_confirmed_and_asked_for_before_its_time(office: Office) -> None:
    """R-LEG-18."""
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    page = f"{case}instruments/{office.story.instrument}/event/"
    assert page in links(officer, f"{case}orders/")
    assert "Select with what it ends" in errors(send(officer, page, not_come="on"))
    assert "Tick that it has not come" in errors(send(officer, page, event="requirements"))
    send(officer, page, event="requirements", not_come="on")
    assert "The completion of requirements. Confirmed not to have come" in text(officer, f"{case}orders/")
    assert "Events to confirm" not in text(officer, "/")
    for days, says in ((22, "Events to confirm"), (10, "overdue, its devices get no new profile")):
        with superuser(office.story) as hand:
            hand.execute("alter table orders_event_check disable trigger all")
            hand.execute("update orders_event_check set confirmed_at = confirmed_at - %s", [days * DAY_MS])
        assert says in text(officer, "/")
        assert page in links(officer, "/")
    send(officer, page, event="requirements", not_come="on")
    assert "Events to confirm" not in text(officer, "/")
