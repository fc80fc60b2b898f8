"""The person's notice in each form that there is, of the very text that was served, in both languages (R-RGT-5, R-RGT-6; issue 3)."""

from hashlib import sha256

import pytest

from offmon.words.catalogue import Language, say
from offmon.words.forms import Form
from offmon.words.paper import Kind, Paper
from tests.integration.portal.person import Person, portal
from tests.integration.portal.test_pages import signed_in
from tests.support.story import Story


@pytest.fixture
def own(story: Story) -> Person:
    """The person, signed in."""
    return signed_in(story)


def kept(person: Person) -> dict[str, str]:
    """The digest of each language's notice as it lies in the database."""
    with person.story.database.connect_as_owner() as owner:
        owner.execute("alter table deployments_noticepaper no force row level security")
        rows = owner.execute("select language, encode(text, 'hex') from deployments_noticepaper").fetchall()
        owner.execute("alter table deployments_noticepaper force row level security")
    return dict(rows)


def body(person: Person, path: str) -> str:
    answer = person.browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("language", Language)
def test_the_file_is_the_notice_to_the_byte_and_every_form_names_its_fingerprint(
    own: Person, language: Language
) -> None:
    digest = kept(own)[language]
    with portal(own.story):
        answer = own.browser.get(f"/{language}/notice/text/")
        forms = {form: body(own, f"/{language}/notice/{form}/") for form in (Form.LARGE, Form.EASY)}
        page = body(own, f"/{language}/notice/")
    assert sha256(answer.content).hexdigest() == digest
    assert answer["Content-Disposition"] == 'attachment; filename="page.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    notice = Paper.parse(answer.content.decode())
    for shown in (page, *forms.values()):
        assert digest in shown
    assert [f'href="/{language}/notice/{form}/"' in page for form in (Form.LARGE, Form.EASY, Form.TEXT)] == [True] * 3
    lines = [block.text for block in notice.blocks if block.kind in {Kind.HEADING, Kind.SUBHEADING}]
    assert all(line.replace("'", "&#39;") in forms[Form.LARGE] for line in lines)
    assert say(language, "portal.notice.is-large") in forms[Form.LARGE]
    assert say(language, "easy.about.2") in forms[Form.EASY]
    assert say(language, "easy.contact.1") in forms[Form.EASY]
    assert "86 000" in forms[Form.EASY]


def test_a_form_that_this_notice_does_not_have_is_not_offered(own: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offmon.words.forms.easy", lambda _notice, _language: None)
    with portal(own.story):
        page = body(own, "/en/notice/")
        assert own.browser.get("/en/notice/easy/").status_code == 404
        assert own.browser.get("/en/notice/audio/").status_code == 404
    assert "/en/notice/easy/" not in page
    assert "/en/notice/large/" in page
