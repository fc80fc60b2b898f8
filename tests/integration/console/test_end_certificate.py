"""The end certificate: the officer makes it, the person has it, and anybody checks it (R-RGT-20)."""

from pathlib import Path

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.authority.standstill import HandedHow
from offmon.core.formats import codec
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.base.scope import scope
from offmon.server.orders.actions import do_end_instrument
from offmon.server.people.actions import do_open_case
from offmon.server.rights.end_certificates.actions import do_hand_over_end_certificate, do_make_end_certificate
from offmon.server.rights.end_certificates.models import EndCertificate
from offmon.verify.app import main
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_name
from tests.integration.console.test_acts import errors
from tests.integration.console.test_start_page import links, text
from tests.integration.portal.person import portal, signed_in
from tests.integration.signer.test_newer_order import signed
from tests.support.ended import REASON, end, make
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.unit.server.faces.matrix import Whose

GIVEN = {"why": "discharged", "reason": REASON}


def verified(story: Story, data: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    (folder / "trust.json").write_bytes(codec.dump(story.trust()))
    (folder / "certificate.json").write_bytes(data)
    status = main([str(folder / "certificate.json"), "--trust", str(folder / "trust.json")])
    return status, capsys.readouterr().out


def test_the_officer_makes_it_the_person_reads_it_and_anybody_checks_it(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story, officer = office.story, sign_in("officer")
    with story.console(), story.with_keys():  # in the same log, and not open to the officer
        do_open_case("86/ANOTHER", "Pat Otherwise", actor=office.actor(Role.OFFENDER_MANAGER, Whose.COLLEAGUES))
        do_end_instrument(story.instrument, now(), REASON, actor=story.officer)
    case, ended = f"/cases/{story.case}/", f"/cases/{story.case}/ended/{story.deployment}/"
    assert officer.get(ended).status_code == 404
    assert ended not in links(officer, "/")
    send_checked(officer, f"{case}end/", **GIVEN)
    assert ended in links(officer, "/")
    assert ended in links(officer, f"{case}monitoring/")
    assert "still-collecting" not in text(officer, f"{ended}new/")
    assert "A device may still collect" in errors(send(officer, f"{ended}new/"))
    signed(story)
    story.publish()
    assert send(officer, f"{ended}new/").status_code == 302
    assert "There is a certificate of this already" in errors(send(officer, f"{ended}new/"))
    assert "ready once a witness" in text(officer, ended)
    assert officer.get(f"{ended}file/").status_code == 404
    story.publish()
    shown = text(officer, ended)
    assert "Your monitoring ended on" in shown
    assert "A court discharged the order" in shown
    assert "lets it collect nothing" in shown
    assert "Daeth eich monitro i ben" in text(officer, f"{ended}?language=cy")
    data = officer.get(f"{ended}file/").content
    status, said = verified(story, data, tmp_path, capsys)
    assert (status, said.splitlines()[0]) == (0, "VERIFIED"), said
    assert "Certificate of the end of monitoring" in said
    assert "What no end certificate shows" in said
    for words in ("Robin Invented", "Officer Invented", story.person, str(story.officer.id), "order of the court"):
        assert words.encode() not in data
    with portal(story):
        person = signed_in(story).browser
        assert "/en/end/" in person.get("/en/now/").content.decode()
        assert "Your monitoring ended on" in person.get("/en/end/").content.decode()
        assert "Daeth eich monitro i ben" in person.get("/cy/end/").content.decode()
        assert person.get("/en/end/file/").content == data
    assert "Select how they got it" in errors(send(officer, f"{ended}given/"))
    send(officer, f"{ended}given/", handed="in_person")
    assert "in person" in text(officer, ended)
    assert ended not in links(officer, "/")
    assert [one.case for one in story.entries(Verb.END_CERTIFICATE_HANDED_OVER)] == [story.case]
    assert "already" in errors(send(officer, f"{ended}given/", handed="post"))


def test_another_agency_and_a_wrong_role_get_none(office: Office) -> None:
    story = office.story
    end(story)
    make(story)
    ended = f"/cases/{story.case}/ended/{story.deployment}/"
    for one in ((Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS), (Role.OFFENDER_MANAGER, Whose.COLLEAGUES)):
        stranger = sign_in(sign_in_name(*one))
        assert {stranger.get(f"{ended}{page}").status_code for page in ("", "file/", "new/", "given/")} <= {403, 404}
    auditor: Client = sign_in(sign_in_name(Role.AUDITOR, Whose.COLLEAGUES))
    assert auditor.get(ended).status_code == 403
    supervisor = sign_in("supervisor")
    assert supervisor.get(ended).status_code == 200
    assert {supervisor.get(f"{ended}{page}").status_code for page in ("new/", "given/")} == {403}


def test_the_person_reads_that_there_is_none_yet_and_another_person_gets_none(office: Office) -> None:
    story = office.story
    end(story)
    with portal(story):
        person = signed_in(story).browser
        assert "There is no certificate yet" in person.get("/en/end/").content.decode()
        assert "There is no certificate yet" in person.get("/en/end/file/").content.decode()


def test_a_colleague_off_the_case_neither_makes_nor_hands_over_one(office: Office) -> None:
    story = office.story
    end(story)
    make(story)
    other = office.actor(Role.OFFENDER_MANAGER, Whose.COLLEAGUES)
    with story.console(), scope(story.officer):
        row = EndCertificate.objects.get(deployment=story.deployment)
    with story.console(), pytest.raises(EndCertificate.DoesNotExist):
        do_hand_over_end_certificate(Id(row.id), HandedHow.POST, actor=other)
    with story.console():
        assert code_of(do_make_end_certificate, story.deployment, actor=other) == "not-ended"
