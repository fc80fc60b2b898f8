"""No request by a stranger to the public site turns a promise red or takes a page away (issue 3; R-WEB-1)."""

import json
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.test import Client

from offmon.core.public.assurance import Control, ControlStanding
from offmon.core.text import identifiers
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.faces.website.forms import LONGEST
from offmon.server.oversight.actions import do_note
from offmon.server.oversight.control_checks import ask
from offmon.words.catalogue import Language, translate
from tests.integration.website.test_site import counted, looked_at
from tests.server import as_process
from tests.support.story import Story
from tests.support.taken import superuser

ACCEPTED = "1.accepted"


def yesterday(story: Story) -> None:
    """All that was chosen and counted so far was yesterday."""
    with superuser(story) as hand:
        hand.execute("update oversight_cookiechoice set at = at - 86400000")
        hand.execute("update oversight_pagecount set day = day - 86400000")


def test_no_number_of_withdrawals_under_a_made_up_cookie_is_held_against_the_visitor_who_accepted(
    site: Client, story: Story
) -> None:
    site.post("/en/cookies/choose/", {"choice": "accepted"})
    honest = site.cookies["offmon_choice"].value
    assert site.get("/en/privacy/").status_code == 200
    for _ in range(3):  # a stranger, or a visitor who presses the button again and again
        site.cookies["offmon_choice"] = ACCEPTED
        assert site.post("/en/cookies/choose/", {"choice": "refused"}).status_code == 302
    yesterday(story)
    site.cookies["offmon_choice"] = honest
    assert site.get("/en/privacy/").status_code == 200
    assert counted(story) == 2
    with as_process(story.database, Process.ASSURANCE):
        assert ask(Control.CONSENTED, clock.now(), ()).standing is ControlStanding.HOLDS


def test_whoever_asks_for_the_figures_again_and_again_sees_no_visitor_read_a_page(site: Client, story: Story) -> None:
    """Small numbers are told of nobody (R-AI-17); and the cookies page says that nothing of a count goes to anybody else."""

    def published() -> object:
        with as_process(story.database, Process.ASSURANCE):
            do_note([ask(Control.CONSENTED, clock.now(), ())])
        shown = json.loads(Client().get("/safeguards.json").content)["looks"][Control.CONSENTED]
        return shown["standing"], shown["figure"]

    told = [published()]
    site.post("/en/cookies/choose/", {"choice": "accepted"})
    for page in ("victims", "privacy"):
        assert site.get(f"/en/{page}/").status_code == 200
        told.append(published())
    assert counted(story) == 2
    assert told == [(ControlStanding.HOLDS, None)] * 3


@pytest.mark.parametrize("cookie", [ACCEPTED, "1.withdrawn", "2.accepted", "1.accepted.accepted", "1." + "a" * 4_000])
def test_a_made_up_choice_is_counted_by_nobody_and_the_page_is_shown(site: Client, story: Story, cookie: str) -> None:
    site.cookies["offmon_choice"] = cookie
    assert site.get("/en/privacy/").status_code == 200
    assert counted(story) == 0
    with as_process(story.database, Process.ASSURANCE):
        assert ask(Control.CONSENTED, clock.now(), ()).standing is ControlStanding.HOLDS


def test_every_address_that_is_looked_at_sets_no_cookie_and_the_looks_hold(site: Client) -> None:
    for control in (Control.NO_COOKIE, Control.CONTACT_PAGE):
        assert looked_at(site, control) is ControlStanding.HOLDS, control


FAR_TOO_LONG = "A" * 30_000


@pytest.mark.parametrize("sent", [{"message": FAR_TOO_LONG}, {"message": "Why?", "reply": FAR_TOO_LONG}], ids=list)
@pytest.mark.parametrize("language", Language)
def test_what_is_far_too_long_is_turned_down_before_anything_is_looked_for_in_it_and_not_sent_back(
    site: Client, sent: dict[str, str], language: Language
) -> None:
    """Else a few posts keep every other visitor waiting, and the looks at this page with them."""
    asked: list[str] = []

    def noted(look_for: Callable[[str], bool]) -> Callable[[str], bool]:
        def look(text: str) -> bool:
            asked.append(text)
            return look_for(text)

        return look

    with (
        patch.object(identifiers, "mentioned", noted(identifiers.mentioned)),
        patch.object(identifiers, "tells_of_someone", noted(identifiers.tells_of_someone)),
    ):
        refused = site.post(f"/{language}/contact/write/", sent).content.decode()
        assert asked == []
        why = "message-long" if sent["message"] == FAR_TOO_LONG else "reply-wrong"
        assert translate(language, f"site.contact.write.{why}").replace("'", "&#39;") in refused
        assert "A" * 100 not in refused
        site.post(f"/{language}/contact/write/", {"message": "Why? " * LONGEST})
        site.post(f"/{language}/contact/write/", {"message": "Why? " * 100, "reply": "nobody"})
    assert asked
    assert max(map(len, asked)) <= 4 * LONGEST


def test_spaces_make_no_message_too_long(site: Client) -> None:
    kept = site.post("/en/contact/write/", {"message": "Why?", "reply": " " * 9_000})
    assert (kept.status_code, kept["Location"]) == (302, "/en/contact/sent/")
    empty = site.post("/en/contact/write/", {"message": " " * 9_000}).content.decode()
    assert translate(Language.ENGLISH, "site.contact.write.message-missing") in empty
