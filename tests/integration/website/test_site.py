"""What a stranger gets: every page in both languages, nothing stored before they choose, no message about a person kept (R-WEB-1 to 3)."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client

from offmon.core import clock as time
from offmon.core.formats import codec
from offmon.core.ids import Count, Ms
from offmon.core.public.analytics_consent import LASTS_DAYS, may_count
from offmon.core.public.assurance import PROMISES, Control, ControlStanding, Observation
from offmon.core.text.identifiers import mentioned
from offmon.server.base import clock
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.web.permissions import doors
from offmon.server.faces.website import pages
from offmon.server.faces.website.directory import CHECKED_ON
from offmon.server.oversight.actions import CheckedPaper, do_note, do_record_attestation, do_withdraw_attestation
from offmon.server.oversight.anonymous_client import AnonymousResponse, Face
from offmon.server.oversight.control_checks import ask
from offmon.server.oversight.site import _directory, look
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day
from tests.prove.markers import proves
from tests.server import as_process
from tests.support.checked import administrator, contact_checked
from tests.support.story import Story
from tests.support.taken import overwrite

URLCONF = "offmon.server.faces.website.urls"
ROUTES = sorted(door.route for door in doors(URLCONF) if door.route.startswith("<language:language>/"))
PAGES = [route for route in ROUTES if not route.endswith("choose/")]
MARK = "2086/0000000I"


def path(route: str, language: Language) -> str:
    """Where a page is shown; the box to write in only to whoever said that it is about no person."""
    answered = "?about=no" if route.endswith("/write/") else ""
    return "/" + route.replace("<language:language>", language.value) + answered


@pytest.mark.parametrize("language", Language)
def test_every_page_answers_in_its_language_sets_no_cookie_and_names_no_other_host(
    site: Client, language: Language
) -> None:
    for route in PAGES:
        answer = site.get(path(route, language))
        body = answer.content.decode()
        assert answer.status_code == 200, (route, body[:500])
        assert not answer.cookies, route
        assert f'<html lang="{language.value}"' in body, route
        assert re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', body) == [], route
        other = language.other.value
        alternate = f'href="{path(route, language.other)}" lang="{other}" hreflang="{other}" rel="alternate"'
        assert alternate in body, f"{route}: no way to the other language"
        title, heading = re.findall(r"<title>(.*) – Offmon</title>|<h1[^>]*>(.*)</h1>", body)
        assert title[0] == heading[1], route
        assert ('name="robots"' in body) is route.endswith("/write/"), route
        assert len(answer.content) < 100_000, route
        assert translate(language, "watched.not-independent").replace("'", "&#39;") in body, route


def counted(story: Story) -> int:
    """How many pages were counted."""
    with story.database.connect_as_owner() as owner:
        [(found,)] = owner.execute("select coalesce(sum(count), 0) from oversight_pagecount").fetchall()
        return int(found)


def messages(story: Story) -> list[tuple[str, str]]:
    """What was sent and kept, and where to answer."""
    with story.database.connect_as_owner() as owner:
        return owner.execute("select message, reply from oversight_enquiry").fetchall()


@proves("S43", may_count, disabled=lambda given: True)
def test_nothing_is_counted_before_acceptance_after_refusal_or_after_withdrawal(site: Client, story: Story) -> None:
    site.get("/en/")
    assert counted(story) == 0
    answer = site.post("/en/cookies/choose/", {"choice": "refused", "back": "/en/"})
    assert answer["Location"] == "/en/"
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == {"offmon_choice": "1.refused"}
    site.get("/en/")
    assert counted(story) == 0
    answer = site.post("/en/cookies/choose/", {"choice": "accepted"})
    morsel = answer.cookies["offmon_choice"]
    assert (morsel["httponly"], morsel["samesite"], morsel["secure"]) == (True, "Strict", True)
    assert morsel["max-age"] == LASTS_DAYS * 86_400
    site.get("/en/")
    site.get("/en/privacy/")
    site.get("/en/privacy/")
    site.head("/en/victims/")
    assert counted(story) == 3
    with story.database.connect_as_owner() as owner:
        pages_read = owner.execute("select page, count from oversight_pagecount").fetchall()
    assert sorted(pages_read) == [("home", 1), ("privacy", 2)]
    site.post("/en/cookies/choose/", {"choice": "refused"})
    site.get("/en/")
    assert counted(story) == 3


@pytest.mark.parametrize("choice", [None, "refused"])
def test_nor_while_somebody_else_has_accepted(site: Client, story: Story, choice: str | None) -> None:
    """The database lets a count pass by then: of this visitor's the site alone keeps none."""
    Client().post("/en/cookies/choose/", {"choice": "accepted"})
    if choice is not None:
        site.post("/en/cookies/choose/", {"choice": choice})
    site.get("/en/")
    site.get("/cy/privacy/")
    assert counted(story) == 0


@pytest.mark.parametrize("language", Language)
def test_the_table_of_cookies_is_what_the_site_sets_each_for_as_long_as_it_says(
    site: Client, language: Language
) -> None:
    body = unescape(site.get(f"/{language}/cookies/").content.decode()).partition("<tbody")[2].partition("</tbody>")[0]
    table = {
        name: lasts for name, _, lasts in re.findall(r"<th[^>]*>([^<]+)<.*?>([^<]+)</td>.*?>([^<]+)</td>", body, re.S)
    }
    answers = [site.post("/en/cookies/choose/", {"choice": choice}) for choice in ("accepted", "refused")]
    sets = {name: morsel["max-age"] // 86_400 for answer in answers for name, morsel in answer.cookies.items()}
    assert table == {name: translate(language, "site.cookies.days", days=days) for name, days in sets.items()} != {}


def test_a_cookie_that_is_not_in_the_table_is_not_set_whoever_set_it(
    site: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def more(*asked: Any) -> HttpResponse:
        answer = render(*asked)
        answer.set_cookie("offmon_visit", "1")
        answer.set_cookie("offmon_choice", "1.refused", max_age=1, domain="invalid")
        answer["Set-Cookie"] = "offmon_hand=1"
        return answer

    with patch.object(pages, "render", more):
        answer = site.get("/en/")
    [(name, morsel)] = answer.cookies.items()
    assert (name, morsel["max-age"], morsel["domain"]) == ("offmon_choice", LASTS_DAYS * 86_400, "")
    assert "Set-Cookie" not in answer.headers
    [noted] = caplog.messages
    assert noted.endswith(": (by its header), offmon_visit")


def test_a_choice_can_be_changed_on_each_page(site: Client) -> None:
    """At its foot; and on the page about cookies, where the question itself stands."""
    form = re.compile(
        r'action="(/\w\w/cookies/choose/)">\s*<input type="hidden" name="back" value="([^"]+)">[^<]*<button[^>]*value="(\w+)"'
    )
    for chosen, other in (("accepted", "refused"), ("refused", "accepted")):
        site.post("/en/cookies/choose/", {"choice": chosen})
        for language in Language:
            for route in PAGES:
                at = path(route, language)
                foot = site.get(at).content.decode().split("<footer")[1]
                found = form.search(foot)
                if at.endswith("/cookies/"):
                    assert found is None
                    continue
                assert found is not None, at
                assert (found[1], found[2], found[3]) == (f"/{language}/cookies/choose/", at, other)
        answer = site.post("/en/cookies/choose/", {"choice": other, "back": "/en/privacy/"})
        assert answer["Location"] == "/en/privacy/"


@proves("S43", drop="drop trigger counted_with_consent on oversight_pagecount")
def test_the_database_counts_nothing_while_nobody_has_accepted(site: Client, story: Story) -> None:
    with pytest.raises(psycopg.errors.CheckViolation), story.database.connect("offmon_website") as website:
        website.execute(
            "insert into oversight_pagecount (id, page, day, count) values (gen_random_uuid(), 'home', 0, 1)"
        )


def test_a_choice_leads_nowhere_but_to_our_own_pages_and_comes_from_them(site: Client) -> None:
    for back in ("//elsewhere.example/", "https://elsewhere.example/", "https://testserver/en/", "en/", ""):
        answer = site.post("/en/cookies/choose/", {"choice": "accepted", "back": back})
        assert answer["Location"] == "/en/cookies/", back
    for said, status in (
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Origin": "https://evil.invalid"}, 403),  # of a browser that does not say the other
        ({"Origin": "null"}, 403),
        ({"Origin": "https://testserver"}, 302),
    ):
        answer = site.post("/en/cookies/choose/", {"choice": "accepted"}, headers=said)
        assert (answer.status_code, said) == (status, said)


@pytest.mark.parametrize("said", [{}, {"choice": "perhaps"}])
def test_what_is_no_yes_is_a_no(site: Client, said: dict[str, str]) -> None:
    assert site.post("/en/cookies/choose/", said).cookies["offmon_choice"].value == "1.refused"


def test_a_question_about_a_person_meets_no_box(site: Client) -> None:
    answer = site.post("/en/contact/", {"about_a_person": "yes"}, follow=True)
    body = answer.content.decode()
    assert "101" in body
    assert "<textarea" not in body
    assert "data-checked-on" in body
    assert "Select whether your question is about a person" in site.post("/en/contact/", {}).content.decode()


@pytest.mark.parametrize("language", Language)
def test_nobody_is_offered_a_box_before_the_question_whether_it_is_about_a_person(
    site: Client, language: Language
) -> None:
    """Whoever has the address of the box, too (R-WEB-2). It is asked again, and no more is kept than before."""
    without = ("", "?about=", "?about=yes", "?about=1", "?about=yes&x=no", "?no")
    for answered, method in product(without, (site.get, site.head)):
        answer = method(f"/{language}/contact/write/{answered}")
        assert (answer.status_code, answer["Location"]) == (302, f"/{language}/contact/")
        assert b"<textarea" not in answer.content
        assert not answer.cookies
    answer = site.post(f"/{language}/contact/", {"about_a_person": "no"}, follow=True)
    assert "<textarea" in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize(
    ("message", "reply", "is_kept"),
    [
        ("a" * 2_000, "", True),
        ("a" * 2_001, "", False),
        ("Why?", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 30}.org", False),
    ],
    ids=["as long as may be", "too long", "no address is so long"],
)
def test_a_message_may_be_as_long_as_the_page_says(
    site: Client, story: Story, message: str, reply: str, is_kept: bool
) -> None:
    answer = site.post("/en/contact/write/", {"message": message, "reply": reply})
    assert answer.status_code == (302 if is_kept else 200)
    assert messages(story) == [(message, reply)] * is_kept


def looked_at(site: Client, control: Control = Control.DIRECTORY, later_ms: int = 0) -> ControlStanding:
    """How a control stands, by what a stranger is shown, now or that much later."""

    def get(_self: Face, path: str) -> AnonymousResponse:
        answer = site.get(path)
        said = answer.get("Location"), answer.get("Content-Security-Policy")
        return AnonymousResponse(answer.status_code, bool(answer.cookies), answer.content, *said)

    with patch.object(Face, "get", get):
        return look(control, Face("", ""), Ms(clock.now() + later_ms)).standing


LEFT = 363 - (time.local_day(clock.now()) - CHECKED_ON).days
"""For how many days more the national numbers count as checked, which were checked before the agency's."""


@pytest.mark.parametrize(
    ("days_ago", "stands"),
    [
        (-2, ControlStanding.FAILS),
        (0, ControlStanding.HOLDS),
        (LEFT, ControlStanding.HOLDS),
        (370, ControlStanding.FAILS),
    ],
)
@proves("S71", _directory, disabled=lambda site, at: (2, True))
def test_the_directory_shows_when_an_agency_was_checked_and_is_red_after_a_year_and_before_that_day(
    site: Client, story: Story, days_ago: int, stands: ControlStanding
) -> None:
    body = site.get("/en/contact/directory/").content.decode()
    assert "Not checked yet" in body
    assert looked_at(site) is ControlStanding.FAILS
    contact_checked(story)
    body = site.get("/en/contact/directory/").content.decode()
    assert "Not checked yet" not in body
    assert f'data-checked-on="{time.local_day(clock.now())}"><time datetime="{time.local_day(clock.now())}">' in body
    assert looked_at(site, later_ms=days_ago * time.DAY_MS) is stands


def by_nobody(story: Story) -> None:
    overwrite(story, "agencies_agency", story.agency, {"contact_checked_by": new_id()})


def by_somebody_whose_role_may_not(story: Story) -> None:
    overwrite(story, "agencies_agency", story.agency, {"contact_checked_by": story.officer.id})


def on_another_day(story: Story) -> None:
    overwrite(story, "agencies_agency", story.agency, {"contact_checked_at": clock.now() + time.DAY_MS})


def of_something_else(story: Story) -> None:
    overwrite(story, "agencies_agency", story.agency, {"contact": "86 111"})


def of_the_administrators_own_word_alone(story: Story) -> None:
    told = {"contact_checked_at": clock.now(), "contact_checked_by": administrator(story).id}
    overwrite(story, "agencies_agency", story.agency, told)


@pytest.mark.parametrize(
    "changed",
    [
        by_nobody,
        by_somebody_whose_role_may_not,
        on_another_day,
        of_something_else,
        of_the_administrators_own_word_alone,
    ],
)
def test_a_check_that_the_log_does_not_name_as_it_stands_is_not_shown_and_turns_the_line_red(
    site: Client, story: Story, changed: Callable[[Story], None]
) -> None:
    contact_checked(story)
    assert (looked_at(site), asked(story)) == (ControlStanding.HOLDS, ControlStanding.HOLDS)
    changed(story)
    assert "Not checked yet" in site.get("/en/contact/directory/").content.decode()
    assert (looked_at(site), asked(story)) == (ControlStanding.FAILS, ControlStanding.FAILS)


def asked(story: Story) -> ControlStanding:
    """How the control of the directory stands, by what the database is asked."""
    with story.running(Process.ASSURANCE):
        return ask(Control.DIRECTORY, clock.now(), ()).standing


@pytest.mark.parametrize("where", ["message", "reply"])
@proves("S44", mentioned, disabled=lambda text: False)
def test_a_message_that_names_a_record_is_kept_nowhere_and_not_sent_back(
    site: Client, story: Story, where: str
) -> None:
    given = {"message": "A question.", "reply": "someone@example.invalid", where: f"About {MARK}"}
    body = site.post("/en/contact/write/", given).content.decode()
    assert "We did not keep it" in body
    assert "not sent" not in body  # it reached the server
    assert MARK not in body
    assert "someone@example.invalid" not in body
    assert messages(story) == []


@pytest.mark.parametrize("language", Language)
def test_a_message_that_tells_of_a_named_persons_record_is_kept_nowhere(
    site: Client, story: Story, language: Language
) -> None:
    given = {"message": "Alex Mustermann is on licence here.", "reply": ""}
    body = site.post(f"/{language}/contact/write/", given).content.decode()
    assert translate(language, "site.contact.write.refused-person") in unescape(body)
    assert body.count(f'<a class="govuk-link" href="/{language}/contact/directory/">') == 1, "whom to ask instead"
    assert "Mustermann" not in body
    assert messages(story) == []


def test_an_ordinary_message_is_kept_and_the_site_cannot_read_it_again(site: Client, story: Story) -> None:
    given = {"message": "How do I check a bundle?", "reply": ""}
    assert site.post("/en/contact/write/", given)["Location"] == "/en/contact/sent/"
    assert messages(story) == [("How do I check a bundle?", "")]
    with pytest.raises(Exception, match="permission denied"), story.database.connect("offmon_website") as website:
        website.execute("select message from oversight_enquiry")


def test_an_expert_takes_the_trust_file_away_and_nothing_that_was_not_published(site: Client, story: Story) -> None:
    answer = site.get("/files/trust.json")
    assert json.loads(answer.content)["type"] == "offmon/trust@1"
    for name in ("not-to-be-given.key", "..%2Fkeys", "absent.json"):
        assert site.get(f"/files/{name}").status_code == 404


def test_the_site_names_the_witness_of_the_trust_file_as_it_is_now(site: Client, story: Story, tmp_path: Path) -> None:
    file = tmp_path / "published" / "trust.json"
    assert "A test" in site.get("/en/").content.decode()
    changed = replace(
        story.trust(), witnesses=tuple(replace(one, operator="Another") for one in story.trust().witnesses)
    )
    file.write_bytes(codec.dump(changed))
    body = site.get("/en/").content.decode()
    assert "run by Another" in body
    assert "A test" not in body
    assert site.get("/files/trust.json").content == file.read_bytes()
    [one] = changed.witnesses
    ended = replace(one, operator="A third", period=time.Period(one.period.since, clock.now()))
    other = replace(one, vkey=story.root.public.vkey, operator="A second", independent=True)
    file.write_bytes(codec.dump(replace(changed, witnesses=(one, other, ended))))
    body = site.get("/cy/").content.decode()
    assert [who in body for who in ("Another", "A second", "A third")] == [True, True, False]
    assert translate(Language.WELSH, "watched.independent").replace("'", "&#39;") in body
    file.write_bytes(b"{")
    assert "Another" not in site.get("/en/").content.decode(), "what cannot be read names nobody, and the page is there"
    file.unlink()
    assert site.get("/en/").status_code == 200
    assert site.get("/files/trust.json").status_code == 404


@pytest.mark.parametrize("language", Language)
def test_the_home_page_draws_the_thread_and_says_each_step_beside_it(site: Client, language: Language) -> None:
    body = unescape(site.get(f"/{language}/").content.decode())
    drawn = re.findall(r"<text [^>]*>(.*?)</text>", body)
    said = re.findall(r"<li>(.*?)</li>", body.partition("frame-picture__said")[2].partition("</ol>")[0])
    names = ("order", "confirmed", "notice", "collects", "alert", "decision", "bundle")
    assert drawn == [f"{n}. {translate(language, f'site.home.thread.{one}.name')}" for n, one in enumerate(names, 1)]
    assert said == [translate(language, f"site.home.thread.{one}.text") for one in names]


def test_the_safeguards_page_shows_every_promise_and_that_nobody_looked_yet(site: Client) -> None:
    body = site.get("/en/safeguards/").content.decode()
    assert all(f'id="{promise.slug}"' in body for promise in PROMISES)
    assert body.partition('id="promises"')[2].count("Not checked lately") == len(PROMISES)
    assert "make prove-safeguards ARGS=&#39;S1 S19&#39;" in body
    assert json.loads(site.get("/safeguards.json").content)["looks"] == {}


def test_the_page_and_its_data_say_who_issued_a_held_paper_and_until_when_and_the_same_figures(
    site: Client, story: Story
) -> None:
    at, until = clock.now(), Ms(clock.now() + 30 * time.DAY_MS)
    paper = CheckedPaper(Control.PAPER_IWF, "An invented membership", "An invented body", Ms(at - 1), until)
    with story.console():
        attestation = do_record_attestation(paper, actor=story.data_protection)
    with as_process(story.database, Process.ASSURANCE):
        found = ask(Control.PAPER_IWF, clock.now(), ())
        do_note([found, Observation(Control.AUTHORITY, ControlStanding.HOLDS, Count(3), at)])
    looks = json.loads(site.get("/safeguards.json").content)["looks"]
    assert looks["paper-iwf"]["paper"] == {"issuer": "An invented body", "until": until}
    assert (looks["paper-iwf"]["figure"], looks["authority"]["figure"], looks["authority"]["paper"]) == (
        None,
        "<10",
        None,
    )
    body = unescape(site.get("/en/safeguards/").content.decode())
    assert (
        translate(
            Language.ENGLISH, "site.safeguards.paper", issuer="An invented body", until=day(Language.ENGLISH, until)
        )
        in body
    )
    assert translate(Language.ENGLISH, "site.safeguards.control.authority", figure="<10") in body
    with story.console():
        do_withdraw_attestation(attestation, "It ended.", actor=story.data_protection)
    with as_process(story.database, Process.ASSURANCE):
        do_note([ask(Control.PAPER_IWF, clock.now(), ())])
    assert json.loads(site.get("/safeguards.json").content)["looks"]["paper-iwf"]["paper"] is None
    assert "An invented body" not in site.get("/en/safeguards/").content.decode()


def test_where_to_report_a_weakness(site: Client) -> None:
    text = site.get("/.well-known/security.txt").content.decode()
    assert "Contact: https://testserver/en/contact/\n" in text, "the question comes before any box"
    assert "Preferred-Languages: en, cy\nCanonical: https://testserver/.well-known/security.txt\n" in text
    [until] = re.findall(r"^Expires: (.+)$", text, re.MULTILINE)
    left = datetime.fromisoformat(until) - datetime.fromtimestamp(clock.now() / 1_000, UTC)
    assert timedelta(0) < left < timedelta(days=365), "RFC 9116 §2.5.5: to come, and less than a year off"
