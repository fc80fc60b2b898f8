"""An impact assessment in the console: one prepares, another with the same document signs, and what it then allows (R-DPA-31)."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.authority.assessment import AssessmentStanding
from offmon.core.log.audit import Verb
from offmon.server.faces.console import words
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import day, errors, the_id
from tests.support.days import in_days, today
from tests.unit.server.faces.matrix import Whose


def paper(text: bytes = b"# An invented assessment") -> SimpleUploadedFile:
    return SimpleUploadedFile("assessment.md", text, "text/markdown")


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


def test_one_prepares_another_signs_the_same_document_and_the_ico_holds_it_up(office: Office) -> None:
    supervisor = sign_in("supervisor")
    officer = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    made = the_id(send(supervisor, "/assessments/new/", **an_assessment()), "/assessments")
    path = f"/assessments/{made}/"
    assert stands(supervisor, path) is AssessmentStanding.UNSIGNED
    assert supervisor.get(f"{path}sign/").status_code == 403
    other = errors(send(officer, f"{path}sign/", document=paper(b"another"), statement="on"))
    assert "not the one that was prepared" in other
    assert "Confirm that you have read it" in errors(send(officer, f"{path}sign/", document=paper()))
    assert send(officer, f"{path}sign/", document=paper(), statement="on").status_code == 302
    assert stands(officer, path) is AssessmentStanding.IN_FORCE
    asked = day("asked_on", in_days(-3))
    assert send(officer, f"{path}ico/", **asked, extended="no").status_code == 302
    assert stands(officer, path) is AssessmentStanding.WAITING
    assert "Silence is not an answer" in officer.get(path).content.decode()
    assert send(officer, f"{path}ico/", **asked, extended="no", **day("answered_on", today())).status_code == 302
    assert stands(officer, path) is AssessmentStanding.IN_FORCE
    verbs = [Verb.ASSESSMENT_PREPARED, Verb.ASSESSMENT_SIGNED, *[Verb.ASSESSMENT_PUT_TO_ICO] * 2]
    assert [entry.verb for entry in office.story.entries(*set(verbs))][2:] == verbs  # after the story's own two


def test_what_cannot_stand_is_refused_where_it_can_be_put_right(office: Office) -> None:
    supervisor = sign_in("supervisor")
    before = len(office.story.entries(Verb.ASSESSMENT_PREPARED))
    for days in (0, 400):
        refused = send(supervisor, "/assessments/new/", **an_assessment(days))
        assert "Enter a day in the next twelve months" in errors(refused)
    empty = errors(send(supervisor, "/assessments/new/"))
    for said in (
        "Enter the title",
        "Select the data that it covers",
        "Choose the document",
        "Enter the date of the review",
    ):
        assert said in empty
    assert len(office.story.entries(Verb.ASSESSMENT_PREPARED)) == before
