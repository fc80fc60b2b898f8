"""The people whom a complaint may be about do not read it before the data protection officer shares it (R-DPA-35)."""

import pytest

from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person.deadlines import RequestKind
from offmon.core.person.request_desk import check_shareable
from offmon.server.rights.requests import queries
from offmon.server.rights.requests.actions import do_open_its_case, do_share, do_take_up
from tests.integration.console.office import Office, send, send_checked, sign_in
from tests.integration.console.test_acts import day as boxes
from tests.integration.console.test_desk import taken_down
from tests.integration.console.test_request_desk import SAID, as_console, asked
from tests.integration.portal.person import portal, signed_in
from tests.prove.markers import proves
from tests.support.days import today

STAFF = ("officer", "colleague", "supervisor", "authoriser")
COMPLAINT = RequestKind.COMPLAINT


@pytest.fixture
def complaint(office: Office) -> Id:
    return asked(office, COMPLAINT)


@proves(
    "S117", drop="alter policy offmon_console on rights_request using (agency = current_setting('offmon.agency')::uuid)"
)
def test_the_database_shows_it_to_no_one_on_the_case(office: Office, complaint: Id) -> None:
    do_take_up(complaint, actor=office.story.data_protection)
    for name in STAFF:
        with as_console(office.story, office.story.staff[name]) as console:
            assert console.execute("select id from rights_request").fetchall() == []
            assert console.execute("select id from rights_requeststep").fetchall() == []
            held = console.execute("select staff_id from agencies_caseload").fetchall()
            assert office.story.data_protection.id not in [who.hex for (who,) in held]
            said = [bytes(doc).decode() for (doc,) in console.execute("select doc from audit_entry").fetchall()]
        assert any("request.taken_up" in one for one in said)
        assert "complaint" not in str(said)


def test_no_page_shows_or_counts_it(office: Office, complaint: Id) -> None:
    shown = queries.request(complaint, actor=office.story.data_protection)
    assert shown is not None
    for name in STAFF:
        browser = sign_in(name)
        pages = [
            browser.get(path).content.decode()
            for path in ("/", "/requests/", f"/cases/{office.story.case}/requests/", f"/cases/{office.story.case}/log/")
        ]
        for secret in (shown.row.reference, complaint, SAID, "Requests ("):
            assert secret not in str(pages), (name, secret)
        for path in ("", "take-up/", "access/", "share/", "answer/"):
            assert browser.get(f"/requests/{complaint}/{path}").status_code in {403, 404}, (name, path)


def test_who_writes_it_down_does_not_read_it_again(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    path = f"/cases/{story.case}/requests/new/"
    assert "you and your colleagues on the case do not see it" in officer.get(path).content.decode()
    given = {"kind": "complaint", "channel": "phone", "taken_by": story.officer.id, "words": SAID}
    assert send(officer, path, **given, **boxes("received", today())).status_code == 302
    [row] = queries.open_requests(actor=story.data_protection)
    assert row.reference in officer.get("/requests/").content.decode()  # to tell the person, this once
    assert row.reference not in officer.get("/requests/").content.decode()
    assert officer.get(f"/requests/{row.id}/").status_code == 404


def test_the_data_protection_officer_shares_it_and_the_person_sees_that(office: Office, complaint: Id) -> None:
    story, dpo = office.story, sign_in("data_protection")
    assert "do not see this complaint" in dpo.get(f"/requests/{complaint}/").content.decode()
    early = send(dpo, f"/requests/{complaint}/share/", reason="To say what happened.").content.decode()
    assert "Acknowledge the complaint first" in early
    assert send(dpo, f"/requests/{complaint}/take-up/").status_code == 302
    assert "Get access to the case first" in dpo.get(f"/requests/{complaint}/share/").content.decode()
    assert dpo.get(f"/cases/{story.case}/").status_code == 404
    assert send(dpo, f"/requests/{complaint}/access/").status_code == 302
    assert dpo.get(f"/cases/{story.case}/").status_code == 200
    checked = send(dpo, f"/requests/{complaint}/share/", reason="To say what happened.").content.decode()
    assert "You cannot hide it again" in checked
    assert sign_in("officer").get(f"/requests/{complaint}/").status_code == 404
    assert send_checked(dpo, f"/requests/{complaint}/share/", reason="To say what happened.").status_code == 302
    page = sign_in("supervisor").get(f"/requests/{complaint}/").content.decode()
    assert SAID in page
    assert "To say what happened." in page
    assert SAID in sign_in("colleague").get(f"/cases/{story.case}/requests/").content.decode()
    [entry] = story.entries(Verb.REQUEST_SHARED)
    assert (entry.actor.id, entry.recipient, entry.reason) == (story.data_protection.id, "the staff of the case", None)
    person = signed_in(story)
    with portal(story):
        assert "Shown to the staff who work on your case" in person.browser.get("/en/ask/").content.decode()


@proves("S117", check_shareable, disabled=lambda kind, done, reason: None)
def test_no_one_else_shares_it_nor_anything_else_nor_twice(office: Office, complaint: Id) -> None:
    story = office.story
    objection = taken_down(office, kind=RequestKind.OBJECTION)
    with pytest.raises(Refused, match="in progress"):
        do_open_its_case(complaint, actor=story.data_protection)
    do_take_up(complaint, actor=story.data_protection)
    with pytest.raises(Refused, match="no access to this case"):
        do_share(complaint, "x", actor=story.data_protection)
    do_open_its_case(complaint, actor=story.data_protection)
    with pytest.raises(Refused, match="already have access"):
        do_open_its_case(complaint, actor=story.data_protection)
    for request, reason, actor, code in (
        (complaint, "x", story.supervisor, "not-on-caseload"),
        (objection, "x", story.supervisor, "not-your-desk"),
        (objection, "x", story.data_protection, "not-hidden"),
        (complaint, " ", story.data_protection, "no-reasons"),
    ):
        with pytest.raises(Refused) as refusal:
            do_share(request, reason, actor=actor)
        assert refusal.value.code == code
    do_share(complaint, "To say what happened.", actor=story.data_protection)
    with pytest.raises(Refused, match="recorded already"):
        do_share(complaint, "Again.", actor=story.data_protection)
