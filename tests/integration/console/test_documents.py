"""A document over HTTP: its type, what its page may embed, and that only the caseload gets it (R-LEG-1)."""

from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.clock import DAY_MS, local_day
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import day, errors, file, newest_profile
from tests.support.images import page_image
from trial.papers import pages


def test_a_page_is_served_as_what_it_is_and_may_do_nothing(office: Office) -> None:
    story = office.story
    answer = sign_in("colleague").get(f"/cases/{story.case}/instruments/{story.instrument}/pages/2/")
    assert answer.content == page_image(pages(Basis.SHPO_SC)[1])
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'inline; filename="page-2.png"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_only_the_pages_beside_a_document_may_embed_one(office: Office) -> None:
    story, browser = office.story, sign_in("officer")
    case = f"/cases/{story.case}/"
    beside = (
        f"{case}instruments/{story.instrument}/",
        f"{case}instruments/{story.instrument}/terms/new/",
        f"{case}terms/{story.terms[Capability.SITE]}/confirm/",
    )
    for path in (*beside, case):
        policy = browser.get(path)["Content-Security-Policy"]
        assert ("object-src 'self'; frame-src 'self'" in policy) == (path in beside), path
        assert "frame-ancestors 'none'" in policy


def test_a_page_that_the_document_has_not_or_of_another_case_is_not_there(office: Office) -> None:
    story, browser = office.story, sign_in("officer")
    for case, number in ((story.case, 3), (story.case, 0), ("f" * 32, 1)):
        assert browser.get(f"/cases/{case}/instruments/{story.instrument}/pages/{number}/").status_code == 404


def test_of_a_changed_document_nothing_is_shown_and_it_is_written_down(office: Office) -> None:
    story, browser = office.story, sign_in("officer")
    for kept in story.documents.iterdir():
        kept.unlink()
    alone = browser.get(f"/cases/{story.case}/instruments/{story.instrument}/pages/1/")
    assert alone.status_code == 409
    assert "so we do not show it" in alone.content.decode()
    assert len(story.entries(Verb.DOCUMENT_CHECKED)) == 1
    confirm = f"/cases/{story.case}/terms/{story.terms[Capability.SITE]}/confirm/"
    assert "The stored document is not the one that was recorded" in sign_in("colleague").get(confirm).content.decode()
    assert len(story.entries(Verb.DOCUMENT_CHECKED)) == 1  # once, not at each look


def test_an_end_is_recorded_once_and_asks_for_the_narrower_profile(office: Office) -> None:
    story, browser = office.story, sign_in("officer")
    path = f"/cases/{story.case}/instruments/{story.instrument}/end/"
    given = {"time": "12:00", "reason": "Quashed", "ended_on-day": "1", "ended_on-month": "1", "ended_on-year": "2020"}
    assert "cannot have ended before it was in force" in errors(send(browser, path, **given))
    [instrument] = file(office).instruments
    at = day("ended_on", local_day(Ms(instrument.effective_from + DAY_MS)))
    assert send(browser, path, **given | at).status_code == 302
    assert newest_profile(office) == (2, "asked")
    assert "You can record an end only once" in browser.get(path).content.decode()
