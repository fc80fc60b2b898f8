"""A notice is made from the records, kept unchanged, and shown unchanged (R-RGT-1, R-RGT-5)."""

import re
from hashlib import sha256

import pytest

from offmon.core.errors import NotAuthentic, Refused
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.server.deployments import queries
from offmon.server.deployments.actions import do_make_notice
from offmon.server.deployments.queries import PaperView
from offmon.words.catalogue import Language
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import monitoring
from tests.support.spoken import said_in
from tests.support.taken import overwrite

ID = "[0-9a-f]{32}"


def view(office: Office, paper: str) -> PaperView:
    found = queries.paper(paper, actor=office.story.officer)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_what_is_recorded_as_served_is_the_digest_of_the_text_that_was_made(office: Office) -> None:
    [notice] = monitoring(office).notices
    kept = view(office, office.story.paper)
    assert notice.text == kept.line.text == sha256(kept.paper.text.encode()).hexdigest()
    assert notice.language == kept.line.language == Language.ENGLISH


def test_the_same_rows_give_the_same_bytes_until_one_of_them_changes(office: Office) -> None:
    assert view(office, office.story.paper).stands
    before = view(office, office.story.paper).paper
    overwrite(office.story, "agencies_agency", office.story.agency, {"duty_inspector": "Another inspector, 86 009"})
    after = view(office, office.story.paper)
    assert not after.stands
    assert after.paper == before  # what was handed over is shown as it was
    officer = sign_in("officer")
    made = send(officer, f"/cases/{office.story.case}/notices/new/")
    assert "Another inspector, 86 009" in officer.get(made["Location"]).content.decode()


def test_an_unserved_notice_says_when_something_it_tells_of_has_changed(office: Office) -> None:
    officer = sign_in("officer")
    made = send(officer, f"/cases/{office.story.case}/notices/new/")["Location"]
    assert "have changed since this notice was created" not in officer.get(made).content.decode()
    with office.story.database.connect_as_owner() as owner:
        owner.execute("update agencies_agency set contact = '86 111'")
    assert "have changed since this notice was created" in officer.get(made).content.decode()


def test_a_notice_that_lacks_a_piece_is_not_made_and_the_page_says_which(office: Office) -> None:
    overwrite(office.story, "agencies_agency", office.story.agency, {"on_call_urgent": ""})
    answer = send(sign_in("officer"), f"/cases/{office.story.case}/notices/new/").content.decode()
    assert "Missing: who is called out of hours" in answer
    assert len(monitoring(office).papers) == len(Language)
    with pytest.raises(Refused) as refused:
        do_make_notice(office.story.deployment, actor=office.story.officer)
    assert refused.value.code == "notice-incomplete"


def test_both_languages_are_made_together_and_each_is_a_link_away(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    english = officer.get(f"/cases/{case}/notices/{office.story.paper}/").content.decode()
    assert '<article class="frame-paper frame-paper--close" lang="en">' in english
    [other] = re.findall(f'href="(/cases/{case}/notices/{ID}/)">The same notice in Welsh', english)
    welsh = officer.get(other).content.decode()
    assert '<article class="frame-paper frame-paper--close" lang="cy">' in welsh
    assert "Hysbysiad monitro" in welsh
    assert "The same notice in English" in welsh
    [made] = office.story.entries(Verb.NOTICE_MADE)
    assert len([one for one in made.touched if one.table == "notice-paper"]) == len(Language)


def test_it_prints_in_each_form_that_can_be_recorded_as_served_and_in_no_other(office: Office) -> None:
    """R-RGT-6: large print and Easy Read are made of the very notice; audio is made by nobody, and so not offered."""
    officer, path = sign_in("officer"), f"/cases/{office.story.case}/notices/{office.story.paper}/"
    digest = view(office, office.story.paper).line.text
    easy = officer.get(f"{path}?form=easy").content.decode()
    assert "You can ask someone to read this with you." in easy
    assert easy.count(digest) == 2
    large = officer.get(f"{path}?form=large").content.decode()
    assert "govuk-body-l" in large
    assert "Notice of monitoring" in large
    assert officer.get(f"{path}?form=text").content == officer.get(f"{path}?form=page").content
    offered = officer.get(f"{path}served/").content.decode()
    assert "In large print" in offered
    assert "In Easy Read" in offered
    assert "udio" not in offered


def test_the_card_is_printed_in_both_languages_from_the_notice_that_is_kept(office: Office) -> None:
    officer, path = sign_in("officer"), f"/cases/{office.story.case}/notices/{office.story.paper}/"
    [link] = re.findall('href="([^"]*/card/)"', officer.get(path).content.decode())
    shown = officer.get(link).content.decode()
    halves = re.findall('<div class="frame-card__side" lang="(..)">(.*?)</div>', shown, re.S)
    assert [language for language, _ in halves] == ["en", "cy"]
    for _, half in halves:
        assert "An invented force" in half
        assert "Sam Invented" not in half
        assert "You must not" not in half
    assert "Monitored by: An invented force" in halves[0][1]
    assert 'Monitro gan: <span lang="en">An invented force</span>' in halves[1][1]
    overwrite(office.story, "agencies_agency", office.story.agency, {"contact": "86 111"})
    assert officer.get(link).content.decode().count("86 111") == 0  # it says what the notice says


def test_it_prints_a_checkpoint_of_the_log_that_a_witness_has_seen(office: Office) -> None:
    kept = view(office, office.story.paper)
    lines = next(texts for kind, texts in kept.paper.parts if kind == "code")
    checkpoint = Checkpoint.copied("\n".join(lines).encode())
    assert checkpoint.origin == "force.invalid/86/log"
    assert checkpoint.size > 0


def test_a_text_that_was_altered_where_it_lies_is_not_shown(office: Office) -> None:
    overwrite(office.story, "deployments_noticepaper", office.story.paper, {"words": b"x" * 80})
    with pytest.raises(NotAuthentic):
        queries.paper(office.story.paper, actor=office.story.officer)


def test_each_form_says_which_hours_are_watched_and_in_welsh_that_an_agencys_words_are_english(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    path = f"/cases/{case}/notices/{office.story.paper}/"
    [other] = re.findall(f'href="(/cases/{case}/notices/{ID}/)">The same', officer.get(path).content.decode())
    for form in ("page", "large", "easy"):
        assert "Hours: Monday to Friday, 9am to 5pm" in officer.get(f"{path}?form={form}").content.decode()
        page = officer.get(f"{other}?form={form}").content.decode()
        assert 'Oriau: <span lang="en">Monday to Friday, 9am to 5pm</span>' in page
        article = page[page.index("<article") : page.index("</article>")]
        for words in ("An invented force", "86 000", "You must not use listed places"):
            assert words in said_in(article, "en")
            assert words not in said_in(article, "cy")
