"""The person's notice in each format, with the text that was served, in both languages (R-RGT-5, R-RGT-6; issue 3)."""

import re
from hashlib import sha256

import pytest

from offmon.words.catalogue import Language, translate
from offmon.words.document import Block, Kind, Paper
from offmon.words.easy_read import easy
from offmon.words.forms import NoticeFormat
from tests.integration.portal.person import Person, portal, signed_in
from tests.integration.portal.reading import plain
from tests.support.story import Story
from tests.support.taken import superuser

LIST = "govuk-list govuk-list--bullet"
LARGE = {"h2": "govuk-heading-l", "h3": "govuk-heading-m", "p": "govuk-body-l", "ul": f"{LIST} govuk-!-font-size-24"}
KINDS = {
    "h1": Kind.TITLE,
    "h2": Kind.HEADING,
    "h3": Kind.SUBHEADING,
    "li": Kind.ITEM,
    "div": Kind.FIELD,
    "p": Kind.TEXT,
}
CODE = re.compile(r'<span class="frame-code frame-code--long">(.*?)</span>')


@pytest.fixture
def own(story: Story) -> Person:
    """The person, signed in."""
    return signed_in(story)


def kept(person: Person) -> dict[str, str]:
    """The digest of each language's notice as it lies in the database."""
    with superuser(person.story) as hand:
        return dict(hand.execute("select language, encode(text, 'hex') from deployments_noticepaper").fetchall())


def body(person: Person, path: str) -> str:
    answer = person.browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def article(page: str) -> str:
    return re.split('<article class="frame-paper[^"]*">', page)[1].partition("</article>")[0]


def blocks(page: str) -> tuple[Block, ...]:
    """What a page shows of a paper: its heading, and each block of the article, lines of code one by one."""
    (title,) = re.findall(r"<h1[^>]*>.*?</h1>", page)
    found = list[Block]()
    for tag, said in re.findall(
        r"<(h1|h2|h3|li|p|div(?= [^>]*field))\b[^>]*>(.*?)</(?:h1|h2|h3|li|p|div)>", title + article(page)
    ):
        code = [Block(Kind.CODE, plain(line)) for line in CODE.findall(said)]
        found += code or [Block(KINDS[tag], plain(said))]
    return tuple(found)


def looks(page: str) -> dict[str, str]:
    """How each kind of element of the paper looks: the classes that all of the kind have."""
    said = set(re.findall(r'<(h2|h3|p|ul) class="([^"]*)"', article(page)))
    assert len(said) == len(dict(said))
    return dict(said)


@pytest.mark.parametrize("language", Language)
def test_the_file_is_the_notice_to_the_byte_and_every_form_names_its_fingerprint(
    own: Person, language: Language
) -> None:
    digest = kept(own)[language]
    with portal(own.story):
        answer = own.browser.get(f"/{language}/notice/text/")
        forms = {form: body(own, f"/{language}/notice/{form}/") for form in (NoticeFormat.LARGE, NoticeFormat.EASY)}
        page = body(own, f"/{language}/notice/")
    assert sha256(answer.content).hexdigest() == digest
    assert answer["Content-Disposition"] == 'attachment; filename="page.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    notice = Paper.parse(answer.content.decode())
    for shown in (page, *forms.values()):
        assert digest in shown
    assert [
        f'href="/{language}/notice/{form}/"' in page
        for form in (NoticeFormat.LARGE, NoticeFormat.EASY, NoticeFormat.TEXT)
    ] == [True] * 3
    assert blocks(page) == blocks(forms[NoticeFormat.LARGE]) == notice.blocks
    in_easy_read = easy(notice, language)
    assert in_easy_read is not None
    assert blocks(forms[NoticeFormat.EASY]) == in_easy_read.blocks
    assert looks(page) == {"h2": "govuk-heading-m", "h3": "govuk-heading-s", "p": "govuk-body", "ul": LIST}
    assert looks(forms[NoticeFormat.LARGE]) == LARGE
    assert looks(forms[NoticeFormat.EASY]) == {tag: said for tag, said in LARGE.items() if tag != "h3"}
    assert translate(language, "portal.notice.is-large") in forms[NoticeFormat.LARGE]
    assert translate(language, "easy.about.2") in forms[NoticeFormat.EASY]
    assert translate(language, "easy.contact.1") in forms[NoticeFormat.EASY]
    assert "86 000" in forms[NoticeFormat.EASY]


def test_a_form_that_this_notice_does_not_have_is_not_offered(own: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offmon.words.forms.easy", lambda _notice, _language: None)
    with portal(own.story):
        page = body(own, "/en/notice/")
        assert own.browser.get("/en/notice/easy/").status_code == 404
        assert own.browser.get("/en/notice/audio/").status_code == 404
    assert "/en/notice/easy/" not in page
    assert "/en/notice/large/" in page
