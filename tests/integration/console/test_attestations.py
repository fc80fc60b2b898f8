"""The register of papers: recorded by who has it in hand, withdrawn with a reason, and worth nothing beyond its dates (issue 3)."""

from datetime import timedelta

from offmon.core import clock
from offmon.core.assurance import Control, Standing
from offmon.core.audit import Verb
from offmon.core.roles import Role
from offmon.server.base.policies import Process
from offmon.server.faces.console import words
from offmon.server.oversight.asking import ask
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors
from tests.server import as_process
from tests.support.fake_device import now
from tests.unit.server.faces.matrix import Whose

TODAY = clock.local_day(now())


def a_paper(first: int = -10, last: int = 10) -> dict[str, object]:
    return {
        "control": "paper-iwf",
        "document": "An invented membership",
        "issuer": "An invented body",
        **day("since", TODAY + timedelta(days=first)),
        **day("until", TODAY + timedelta(days=last)),
    }


def held(office: Office) -> Standing:
    with as_process(office.story.database, Process.ASSURANCE):
        return ask(Control.PAPER_IWF, now(), ()).standing


def test_one_agencys_paper_is_not_claimed_for_another(office: Office) -> None:
    for whose, due in ((Whose.COLLEAGUES, Standing.NOT_HELD), (Whose.ANOTHER_AGENCYS, Standing.HOLDS)):
        officer = sign_in(sign_in_name(Role.DATA_PROTECTION, whose))
        assert send(officer, "/papers/new/", **a_paper()).status_code == 302
        assert held(office) is due


def test_a_paper_counts_from_when_it_is_recorded_until_it_is_withdrawn(office: Office) -> None:
    other = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.ANOTHER_AGENCYS))
    assert send(other, "/papers/new/", **a_paper()).status_code == 302
    officer = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    assert held(office) is Standing.NOT_HELD
    assert send(officer, "/papers/new/", **a_paper()).status_code == 302
    assert held(office) is Standing.HOLDS
    page = officer.get("/papers/").content.decode()
    assert "An invented body" in page
    assert f"Robin Invented, {words.day(now())}" in page, "who checked it, and when"
    path = page[page.index("/papers/", page.index("Withdraw") - 200) :].split('"')[0]
    assert "Enter why it is held no longer" in errors(send(officer, path))
    assert send(officer, path, reason="It was not renewed.").status_code == 302
    assert held(office) is Standing.FAILS
    assert "already" in errors(send(officer, path, reason="Again."))
    verbs = [Verb.ATTESTATION_RECORDED, Verb.ATTESTATION_WITHDRAWN]
    assert [entry.verb for entry in office.story.entries(*verbs)] == verbs


def test_a_paper_that_is_to_begin_is_not_held_yet_and_can_be_withdrawn(office: Office) -> None:
    officer = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    assert send(officer, "/papers/new/", **a_paper(2, 10)).status_code == 302
    assert held(office) is Standing.NOT_HELD
    page = officer.get("/papers/").content.decode()
    assert "Withdraw" in page
    path = page[page.index("/papers/", page.index("Withdraw") - 200) :].split('"')[0]
    assert send(officer, path, reason="The dates were wrong.").status_code == 302
    assert "Withdraw" not in officer.get("/papers/").content.decode()
    assert held(office) is Standing.NOT_HELD, "it never was held"


def test_a_paper_that_has_ended_fails_and_one_that_ends_first_is_refused(office: Office) -> None:
    officer = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    assert "ends before it begins" in errors(send(officer, "/papers/new/", **a_paper(5, 2)))
    assert send(officer, "/papers/new/", **a_paper(-10, -5)).status_code == 302
    assert held(office) is Standing.FAILS
