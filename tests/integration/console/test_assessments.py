"""An impact assessment in the console: one prepares, another with the same document signs, and what it then allows (R-DPA-31)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.authority.assessment import AssessmentStanding
from offmon.core.log.audit import Verb
from offmon.server.faces.console import words
from offmon.server.orders.queries import has_opened, read_assessment
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors, the_id
from tests.prove.markers import proves
from tests.support.days import in_days, today
from tests.support.papers import PDF, PNG
from tests.unit.server.faces.matrix import Whose


def paper(data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("assessment.pdf", data, "application/pdf")


def an_assessment(ahead: int = 90) -> dict[str, object]:
    return {
        "title": "Listed sites",
        "capabilities": ["site"],
        "sources": ["browser"],
        "document": paper(),
        **day("review_on", in_days(ahead)),
    }


def stands(browser: Client, path: str) -> AssessmentStanding:
    """What the page says of how the assessment stands."""
    [tag] = re.findall(r"govuk-tag[^>]*>\s*([^<]+?)\s*<", browser.get(path).content.decode())
    return next(one for one, called in words.STANDING.items() if called == tag)


@proves("S118", has_opened, disabled=lambda row, actor: True)
def test_one_prepares_another_signs_the_same_document_and_the_ico_holds_it_up(office: Office) -> None:
    supervisor = sign_in("supervisor")
    officer = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    made = the_id(send(supervisor, "/assessments/new/", **an_assessment()), "/assessments")
    path = f"/assessments/{made}/"
    assert stands(supervisor, path) is AssessmentStanding.UNSIGNED
    assert supervisor.get(f"{path}sign/").status_code == 403
    assert "Confirm that you have read it" in errors(send(officer, f"{path}sign/"))
    assert "You have not opened the document" in errors(send(officer, f"{path}sign/", statement="on"))
    assert f"{path}pages/1/" in officer.get(f"{path}sign/").content.decode()
    opened = officer.get(f"{path}pages/1/")
    assert (opened.content, opened["Content-Type"]) == (PDF, "application/pdf")
    [entry] = [one for one in office.story.entries(Verb.ASSESSMENT_OPENED) if one.touched[0].id == made]
    assert (entry.actor.id, entry.case) == (office.staff[Role.DATA_PROTECTION, Whose.COLLEAGUES], None)
    assert send(officer, f"{path}sign/", statement="on").status_code == 302
    assert stands(officer, path) is AssessmentStanding.IN_FORCE
    asked = day("asked_on", in_days(-3))
    assert send(officer, f"{path}ico/", **asked, extended="no").status_code == 302
    assert stands(officer, path) is AssessmentStanding.WAITING
    assert "Silence is not an answer" in officer.get(path).content.decode()
    assert send(officer, f"{path}ico/", **asked, extended="no", **day("answered_on", today())).status_code == 302
    assert stands(officer, path) is AssessmentStanding.IN_FORCE
    verbs = [Verb.ASSESSMENT_PREPARED, Verb.ASSESSMENT_SIGNED, *[Verb.ASSESSMENT_PUT_TO_ICO] * 2]
    assert [entry.verb for entry in office.story.entries(*set(verbs))][2:] == verbs  # after the story's own two


@proves("S118", read_assessment, disabled=lambda row: PDF)
@pytest.mark.parametrize("change", ["changed", "missing"])
def test_a_document_that_is_not_what_was_prepared_is_neither_shown_nor_signed(office: Office, change: str) -> None:
    supervisor, officer = sign_in("supervisor"), sign_in("data_protection")
    before = {*office.story.documents.iterdir()}
    path = f"/assessments/{the_id(send(supervisor, '/assessments/new/', **an_assessment()), '/assessments')}/"
    assert officer.get(f"{path}pages/1/").status_code == 200
    [kept] = {*office.story.documents.iterdir()} - before
    assert b"%PDF" not in kept.read_bytes()
    kept.chmod(0o640)
    if change == "missing":
        kept.unlink()
    else:
        kept.write_bytes(b"another")
    answer = officer.get(f"{path}pages/1/")
    assert (answer.status_code, b"changed or is missing" in answer.content) == (409, True)
    assert "from a backup" in errors(send(officer, f"{path}sign/", statement="on"))
    assert stands(officer, path) is AssessmentStanding.UNSIGNED


def test_another_agency_does_not_read_it(office: Office) -> None:
    path = f"/assessments/{office.story.assessment}/pages/1/"
    assert sign_in("authoriser").get(path).status_code == 200
    assert sign_in("officer").get(path).status_code == 403
    assert sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.ANOTHER_AGENCYS)).get(path).status_code == 404


def test_what_cannot_stand_is_refused_where_it_can_be_put_right(office: Office) -> None:
    supervisor = sign_in("supervisor")
    before = len(office.story.entries(Verb.ASSESSMENT_PREPARED))
    for days in (0, 400):
        refused = send(supervisor, "/assessments/new/", **an_assessment(days))
        assert "Enter a day in the next twelve months" in errors(refused)
    image = errors(send(supervisor, "/assessments/new/", **an_assessment() | {"document": paper(PNG)}))
    assert "Save the document as one PDF" in image
    cut = errors(send(supervisor, "/assessments/new/", **an_assessment() | {"document": paper(PDF[:40])}))
    assert "cut off" in cut
    empty = errors(send(supervisor, "/assessments/new/"))
    for said in (
        "Enter the title",
        "Select the data that it covers",
        "Choose the document",
        "Enter the date of the review",
    ):
        assert said in empty
    assert len(office.story.entries(Verb.ASSESSMENT_PREPARED)) == before
