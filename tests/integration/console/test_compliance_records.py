"""The register of compliance records: recorded from the document, withdrawn with a reason, and void outside its dates (issue 3)."""

import re

from django.test import Client

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.base.policies import Process
from offmon.server.faces.console import words
from offmon.server.oversight import compliance_records
from offmon.server.oversight.actions import do_note
from offmon.server.oversight.control_checks import ask
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors
from tests.prove.markers import proves
from tests.server import as_process
from tests.support.days import in_days
from tests.support.fake_device import now
from tests.unit.server.faces.matrix import Whose


def a_paper(first: int = -10, last: int = 10) -> dict[str, object]:
    return {
        "control": "paper-iwf",
        "document": "An invented membership",
        "issuer": "An invented body",
        **day("since", in_days(first)),
        **day("until", in_days(last)),
    }


def held(office: Office) -> ControlStanding:
    with as_process(office.story.database, Process.ASSURANCE):
        return ask(Control.PAPER_IWF, now(), ()).standing


def looked_at(office: Office, at: Ms | None = None) -> None:
    """What the process that looks does every minute, of this control alone."""
    with as_process(office.story.database, Process.ASSURANCE):
        do_note([ask(Control.PAPER_IWF, now() if at is None else at, ())])


def an_officer(whose: Whose) -> Client:
    """A data protection officer, signed in."""
    return sign_in(sign_in_name(Role.DATA_PROTECTION, whose))


def register(officer: Client) -> str:
    """What the page says, as it is read."""
    return " ".join(re.sub(r"<[^>]+>", " ", officer.get("/compliance/").content.decode()).split())


def test_one_agencys_paper_is_not_claimed_for_another_and_the_register_says_so(office: Office) -> None:
    rule = "once every agency has one"
    officers = [an_officer(whose) for whose in (Whose.COLLEAGUES, Whose.ANOTHER_AGENCYS)]
    assert "so the public page shows none" in register(officers[0])
    for officer, due, shown in zip(
        officers, (ControlStanding.NOT_HELD, ControlStanding.HOLDS), ("Not claimed", "Claimed"), strict=True
    ):
        assert send(officer, "/compliance/new/", **a_paper()).status_code == 302
        said = register(officer)
        assert said.count(rule) == 2, "once it is recorded, and whenever the register is read"
        assert "within a minute" in said.partition(rule)[2]
        assert held(office) is due
        assert ("Not checked yet" in said) is (officer is officers[0])
        looked_at(office)
        said = register(officers[0])
        assert said.count(rule) == 1
        assert f" Held Withdraw An invented membership {shown}, {words.day(now())} at " in said
    looked_at(office, Ms(now() - clock.HOUR_MS))
    assert "Not checked lately, " in register(officers[0])


@proves("S45", compliance_records._recorded, disabled=lambda actor, asked: [("somebody", 2**52, True)])
def test_a_paper_counts_from_when_it_is_recorded_until_it_is_withdrawn(office: Office) -> None:
    assert send(an_officer(Whose.ANOTHER_AGENCYS), "/compliance/new/", **a_paper()).status_code == 302
    officer = an_officer(Whose.COLLEAGUES)
    assert held(office) is ControlStanding.NOT_HELD
    assert send(officer, "/compliance/new/", **a_paper()).status_code == 302
    assert held(office) is ControlStanding.HOLDS
    page = officer.get("/compliance/").content.decode()
    assert "An invented body" in page
    assert f"Robin Invented, {words.day(now())}" in page, "who checked it, and when"
    [path] = re.findall(r'"(/compliance/[0-9a-f]{32}/withdraw/)"', page)
    assert "Enter why it is withdrawn" in errors(send(officer, path))
    assert send(officer, path, reason="It was not renewed.").status_code == 302
    assert held(office) is ControlStanding.FAILS
    looked_at(office)
    assert "Broken, " in register(officer)
    assert "already" in errors(send(officer, path, reason="Again."))
    verbs = [Verb.ATTESTATION_RECORDED, Verb.ATTESTATION_WITHDRAWN]
    assert [entry.verb for entry in office.story.entries(*verbs)] == verbs


def test_a_paper_that_is_to_begin_is_not_held_yet_and_can_be_withdrawn(office: Office) -> None:
    officer = an_officer(Whose.COLLEAGUES)
    assert send(officer, "/compliance/new/", **a_paper(2, 10)).status_code == 302
    assert held(office) is ControlStanding.NOT_HELD
    page = officer.get("/compliance/").content.decode()
    assert "Withdraw" in page
    [path] = re.findall(r'"(/compliance/[0-9a-f]{32}/withdraw/)"', page)
    assert send(officer, path, reason="The dates were wrong.").status_code == 302
    assert "Withdraw" not in officer.get("/compliance/").content.decode()
    assert held(office) is ControlStanding.NOT_HELD, "it never was held"


def test_a_paper_that_has_ended_fails_and_one_that_ends_first_is_refused(office: Office) -> None:
    officer = an_officer(Whose.COLLEAGUES)
    assert "ends before it begins" in errors(send(officer, "/compliance/new/", **a_paper(5, 2)))
    assert send(officer, "/compliance/new/", **a_paper(-10, -5)).status_code == 302
    assert held(office) is ControlStanding.FAILS
