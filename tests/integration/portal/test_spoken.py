"""On a Welsh page, an agency's English text is marked as English, and ours as Welsh (WCAG 2.2, 3.1.2; R-RGT-5)."""

import re

from django.test import Client

from offmon.core.person.deadlines import RequestKind
from offmon.words.forms import NoticeFormat
from tests.integration.portal.person import DAYS, later, portal, signed_in
from tests.support.spoken import defaults_in_welsh, said_in
from tests.support.story import WELSH, Story

FORMS = ("notice", *(f"notice/{form}" for form in (NoticeFormat.LARGE, NoticeFormat.EASY)))
PAGES = ("now", "never", *FORMS, "told", "ask", *(f"ask/{kind}" for kind in RequestKind))
THEIRS = (
    "An invented force",
    "86 000",
    "the duty desk",
    "You must not use listed places",
    "An invented court",
    "T86/0000",
    "North",
    "A test",
)


def test_no_welsh_page_says_an_agencys_words_in_welsh(story: Story) -> None:
    person = signed_in(story)
    with portal(story), later(DAYS + 2):
        pages = {name: person.browser.get(f"/cy/{name}/").content.decode() for name in PAGES}
        person.send(f"/cy/ask/{next(iter(RequestKind))}/", words="")
        pages["ask/?sent"] = person.browser.get("/cy/ask/?sent").content.decode()
        doors = {path: Client().get(path).content.decode() for path in ("/cy/", "/cy/first/")}
        refused = {path: Client().post(path, {}).content.decode() for path in doors}
    for path, page in (*doors.items(), *refused.items()):
        assert 'lang="cy"' in page, path
        assert defaults_in_welsh(page) == set(), path
    assert "govuk-notification-banner" in pages["ask/?sent"]
    told = len(re.findall(r'data-i18n\.[a-z-]+="', doors["/cy/"]))
    assert (told, doors["/cy/"].count("govuk-password-input__toggle")) == (6, 1)  # else the script says it, in English
    assert [path for path, page in refused.items() if "govuk-error-summary" not in page] == []
    for name in ("now", *FORMS):
        assert WELSH in said_in(pages[name], "cy"), name  # of the term that has Welsh words
        assert "You must not use listed places (phrase)" not in pages[name], name
    for name, page in pages.items():
        welsh = said_in(page, "cy")
        assert [words for words in THEIRS if words in welsh] == [], name
        assert defaults_in_welsh(page) == set(), name
    english = {name: said_in(page, "en") for name, page in pages.items()}
    for words in THEIRS[:2]:
        assert [name for name in ("now", *FORMS) if words not in english[name]] == []
    assert "You must not use listed places" in english["told"]
    assert "North" in english["told"]
    assert "An invented court" in english["notice"]
