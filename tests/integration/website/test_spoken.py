"""On a Welsh page, English text by an agency or another body is marked as English (WCAG 2.2, 3.1.2)."""

from django.test import Client

from offmon.core import clock as time
from offmon.core.ids import Ms
from offmon.core.public.assurance import Control
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import CheckedPaper, do_note, do_record_attestation
from offmon.server.oversight.control_checks import ask
from offmon.words.catalogue import Language
from tests.integration.website.test_site import PAGES, path
from tests.server import as_process
from tests.support.spoken import defaults_in_welsh, said_in
from tests.support.story import Story

THEIRS = ("An invented force", "86 000", "A test", "An invented body")
STAFFS_OWN = ("86 001", "the duty desk")  # whom staff call at night


def test_no_welsh_page_says_theirs_in_welsh(site: Client, story: Story) -> None:
    at = clock.now()
    paper = CheckedPaper(
        Control.PAPER_IWF, "An invented membership", "An invented body", Ms(at - 1), Ms(at + 30 * time.DAY_MS)
    )
    with story.console():
        do_record_attestation(paper, actor=story.data_protection)
    with as_process(story.database, Process.ASSURANCE):
        do_note([ask(Control.PAPER_IWF, at, ())])
    english = ""
    for route in PAGES:
        page = site.get(path(route, Language.WELSH)).content.decode()
        welsh = said_in(page, "cy")
        assert [words for words in THEIRS if words in welsh] == [], route
        assert defaults_in_welsh(page) == set(), route
        english += said_in(page, "en")
        assert [words for words in STAFFS_OWN if words in page] == [], route
    for refused in ("/cy/contact/", "/cy/contact/write/?about=no"):
        page = site.post(refused, {}).content.decode()
        assert "govuk-error-summary" in page, refused
        assert defaults_in_welsh(page) == set(), refused
    assert [words for words in THEIRS if words not in english] == []


def test_nor_ours_in_english(site: Client) -> None:
    """What the catalogue says in Welsh of whom to ask is not marked as the agency's English."""
    page = site.get("/cy/contact/directory/").content.decode().partition("<main")[2].partition("</main>")[0]
    assert said_in(page, "en").split("\n") == ["An invented force", "86 000"]
