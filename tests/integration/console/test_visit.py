"""The install visit refuses what would be no lawful access, and each step of it is written once (R-LEG-15, R-LEG-32)."""

import re

import pytest
from django.test import Client

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority import visit as rules
from offmon.core.authority.order import DeviceKind
from offmon.core.authority.visit import Access, InstallVisit, Signature, Told
from offmon.core.errors import Refused
from offmon.core.formats.event import NoteKind
from offmon.core.log.audit import Verb
from offmon.server.deployments.actions import do_offer_enrolment, do_stop_visit
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import day, errors, monitoring
from tests.integration.console.test_start_page import text
from tests.prove.markers import proves
from tests.support.answered import fill_rota, reach, urgent_list
from tests.support.fake_device import now
from tests.support.taken import overwrite
from tests.unit.server.faces.matrix import Whose

OTHERS = {"there": "2", "met": "1", "told": "both", "accounts": "own"}
DEVICE = {"kind": "computer", "access": "own_agreed", "permission": "", "password": "agency"}
CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){7}")
STEPS = (Verb.VISIT_BEGUN, Verb.VISIT_RECORDED, Verb.VISIT_ENDED)


@pytest.fixture
def at(office: Office) -> str:
    return f"/cases/{office.story.case}/visit/"


def visit(office: Office) -> InstallVisit:
    """The newest one."""
    return monitoring(office).visits[-1]


def on_phones_alone(office: Office) -> None:
    """Each condition of the case names mobile phones, and no other kind."""
    for term in office.story.terms.values():
        overwrite(office.story, "orders_term", term, {"device_kinds": ["mobile_phone"]})


def offered(browser: Client, at: str) -> list[str]:
    return CODE.findall(send(browser, f"{at}install/").content.decode())


@proves("S167", rules.check_device, disabled=lambda answers, terms: None)
def test_nobody_else_s_device_without_their_recorded_permission(office: Office, at: str) -> None:
    """R-LEG-32: no code for it before, and what was typed is not lost."""
    do_stop_visit(office.story.deployment, actor=office.story.officer)
    officer = sign_in("officer")
    assert send(officer, f"{at}others/", **OTHERS)["Location"] == f"{at}device/"
    without = send(officer, f"{at}device/", **DEVICE | {"access": "no_permission"})
    assert "has not permitted it" in errors(without)
    assert 'value="agency" checked' in without.content.decode()
    assert "Enter who permitted it" in errors(send(officer, f"{at}device/", **DEVICE | {"access": "owner_permits"}))
    assert officer.get(f"{at}install/")["Location"] == f"{at}device/"
    with pytest.raises(Refused, match="First record whose device it is"):
        do_offer_enrolment(office.story.deployment, actor=office.story.officer)
    given = DEVICE | {"access": "owner_permits", "permission": "The employer, by letter of 3 March"}
    assert send(officer, f"{at}device/", **given)["Location"] == f"{at}notice/"
    about = visit(office).about
    assert about is not None
    assert (about.access, about.permission) == (Access.OWNER_PERMITS, "The employer, by letter of 3 March")
    assert len(offered(officer, at)) == 1


def test_no_kind_of_device_that_a_condition_does_not_name(office: Office, at: str) -> None:
    """R-LEG-15: a condition lists mobile phones, so no laptop is enrolled; nor by an answer from before it was known."""
    do_stop_visit(office.story.deployment, actor=office.story.officer)
    officer = sign_in("officer")
    send(officer, f"{at}others/", **OTHERS)
    send(officer, f"{at}device/", **DEVICE)
    on_phones_alone(office)
    assert "mobile phone" in text(officer, f"{at}device/")
    for step in (f"{at}device/", f"{at}install/"):
        assert "names kinds of device, and not this one" in errors(send(officer, step, **DEVICE))
    assert send(officer, f"{at}device/", **DEVICE | {"kind": "mobile_phone"}).status_code == 302
    about = visit(office).about
    assert about is not None
    assert about.kind is DeviceKind.PHONE


def test_a_step_that_is_sent_again_writes_nothing_and_an_answer_can_be_changed(office: Office, at: str) -> None:
    do_stop_visit(office.story.deployment, actor=office.story.officer)
    officer = sign_in("officer")
    before = len(office.story.entries(*STEPS))
    for _ in range(2):
        assert send(officer, f"{at}others/", **OTHERS).status_code == 302
        assert send(officer, f"{at}device/", **DEVICE).status_code == 302
    assert len(monitoring(office).visits) == 2
    assert len(office.story.entries(*STEPS)) == before + 2
    assert send(officer, f"{at}others/", **OTHERS | {"met": "2"}).status_code == 302
    assert visit(office).others.met == 2
    assert visit(office).others.told is Told.BOTH
    assert "Compare the numbers" in errors(send(officer, f"{at}others/", **OTHERS | {"met": "3"}))
    assert "Select how they were told" in errors(send(officer, f"{at}others/", there="1", met="1"))


def test_the_test_record_arrives_before_the_sheet_is_handed_over(office: Office, at: str) -> None:
    """The played device enrolled at the visit that is open. Its note travels as each of its records does, and is no finding."""
    officer, seen = sign_in("officer"), {"seen": "on"}
    alerts = text(officer, "/alerts/")
    assert officer.get(at)["Location"] == f"{at}install/"
    assert "Enrolled" in text(officer, f"{at}install/")
    assert send(officer, f"{at}install/")["Location"] == f"{at}test/"
    assert "device is enrolled" in text(officer, f"{at}device/")
    assert "tick the box" in errors(send(officer, f"{at}test/"))
    assert "has not arrived yet" in errors(send(officer, f"{at}test/", **seen))
    assert officer.get(f"{at}hand-over/")["Location"] == f"{at}test/"
    office.story.device.note(NoteKind.MARKER)
    office.story.send()
    assert "The test record arrived" in text(officer, f"{at}test/")
    assert send(officer, f"{at}test/", **seen)["Location"] == f"{at}hand-over/"
    assert send(officer, f"{at}test/", **seen)["Location"] == f"{at}hand-over/"
    sheet = text(officer, f"{at}hand-over/")
    for said in (
        "we installed the Offmon program",
        "You keep the administrator’s password",
        "Whom to call",
        "How to object",
    ):
        assert said in sheet
    assert "Sut i wrthwynebu" in text(officer, f"{at}hand-over/?language=cy")
    assert send(officer, f"{at}hand-over/", signature="refused").status_code == 302
    assert visit(office).signature is Signature.REFUSED
    assert "they refused to sign" in text(officer, f"/cases/{office.story.case}/monitoring/")
    assert text(officer, "/alerts/") == alerts
    assert officer.get(at)["Location"] == f"{at}others/"  # the next visit, for another device


def test_a_notice_is_made_and_served_at_the_visit(office: Office, at: str) -> None:
    """Through an interpreter, read back, with what was asked; a refusal to sign stops nothing."""
    case = office.story.case
    officer = sign_in("officer")
    paper = send(officer, f"/cases/{case}/notices/new/")["Location"]
    given = {
        **day("served_on", clock.local_day(now())),
        "served_at": clock.london_text(now())[11:16],
        "method": "Through an interpreter",
        "read_back": "yes",
        "acknowledged": "no",
        "questions": "How long? Until May.",
    }
    assert "Enter the language of the interpreter" in errors(send(officer, f"{paper}served/", **given))
    assert send(officer, f"{paper}served/", **given, interpreter="Polish").status_code == 302
    [notice] = [one for one in monitoring(office).notices if one.interpreter]
    assert (notice.interpreter, notice.read_back, notice.acknowledged) == ("Polish", True, False)
    assert notice.questions == "How long? Until May."
    assert "served" in text(officer, f"{at}notice/")


def test_a_visit_that_cannot_be_finished_is_stopped_and_another_begins(office: Office, at: str) -> None:
    officer = sign_in("officer")
    assert send(officer, f"{at}stop/").status_code == 302
    assert visit(office).ended_at is not None
    assert "No visit is open" in errors(send(officer, f"{at}stop/"))
    assert officer.get(f"{at}install/")["Location"] == f"{at}others/"
    assert "Stopped before its end" in text(officer, f"/cases/{office.story.case}/monitoring/")


@pytest.mark.parametrize(
    ("role", "whose", "answers"),
    [
        (Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS, 404),
        (Role.OFFENDER_MANAGER, Whose.COLLEAGUES, 404),
        (Role.SUPERVISOR, Whose.OWN, 403),
        (Role.AUTHORISING_OFFICER, Whose.OWN, 403),
        (Role.OFFENDER_MANAGER, Whose.OWN, 302),
        (Role.OFFENDER_MANAGER, Whose.PARTYS, 302),
    ],
)
def test_who_may_make_a_visit(office: Office, at: str, role: Role, whose: Whose, answers: int) -> None:
    browser = sign_in_as(office, role, whose)
    assert browser.get(at).status_code == answers


def test_the_page_before_the_code_says_what_is_missing_for_an_urgent_alert(office: Office, at: str) -> None:
    do_stop_visit(office.story.deployment, actor=office.story.officer)
    officer = sign_in("officer")
    send(officer, f"{at}others/", **OTHERS)
    send(officer, f"{at}device/", **DEVICE)
    assert "could reach nobody" not in text(officer, f"{at}install/")
    urgent_list(office.story)
    shown = text(officer, f"{at}install/")
    for said in ("could reach nobody", "Nobody is on call", "No duty inspector is on call", "Ask your supervisor"):
        assert said in shown, said
    assert "Ask whoever keeps the rota" in errors(send(officer, f"{at}install/"))
    fill_rota(office.story)
    assert "Colleague Invented is on the rota" in text(officer, f"{at}install/")
    reach(office.story, (office.story.colleague, office.story.supervisor))
    assert len(offered(officer, at)) == 1


def test_a_case_that_has_not_begun_says_it_on_its_own_page(office: Office) -> None:
    overwrite(office.story, "deployments_deployment", office.story.deployment, {"state": "notice_served"})
    officer = sign_in("officer")
    assert "could reach nobody" not in text(officer, f"/cases/{office.story.case}/")
    urgent_list(office.story)
    assert "could reach nobody" in text(officer, f"/cases/{office.story.case}/")
