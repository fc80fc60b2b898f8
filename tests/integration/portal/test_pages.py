"""The person sees their own case alone: what is monitored at once, the rest after the delay (design §1.6; R-RGT-12)."""

import html
import re
from itertools import chain, groupby
from typing import Any

import psycopg
import pytest
from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.formats.event import DisclosureLeaf, GapReason
from offmon.core.formats.journal import leaf_commit
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.person import delay
from offmon.core.person.deadlines import RequestKind, due
from offmon.core.person.request_desk import HIDDEN
from offmon.server.base import clock
from offmon.server.base.web.permissions import Public, Requires, doors
from offmon.server.people.actions import do_open_case
from offmon.server.rights import queries
from offmon.server.rights.actions import do_make_access
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day
from offmon.words.forms import NoticeFormat
from tests.integration.portal.person import DAYS, TOKEN, Person, later, portal, signed_in
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import superuser

DOORS = doors("offmon.server.faces.portal.urls")
READ = ("now", "never", "notice", "told", "ask", *(f"ask/{kind}" for kind in RequestKind))
PAGES = [f"/{language}/{page}/" for language in Language for page in READ]
TELLING = re.compile(
    r"monitor|officer|order|licen|police|probation|offmon|supervis|notice|breach|collect|sent|look"
    r"|swyddog|gorchymyn|trwydded|heddlu|prawf|monitro|hysbysiad|casgl|anfon|edrych",
    re.I,
)


def title_of(answer: Any) -> str:
    """What a browser shows in its tab."""
    found = re.search(r"<title>(.*?)</title>", answer.content.decode())
    assert found is not None
    return html.unescape(found[1])


def pages(person: Person) -> dict[str, tuple[list[tuple[str, str]], bytes]]:
    """Every page that the person may read, to the byte, less what is drawn anew for each answer."""
    found = {}
    for path in PAGES:
        answer = person.browser.get(path)
        assert answer.status_code == 200, (path, answer.content.decode()[-800:])
        assert len(answer.content) < 60_000, path
        headers = [(name, value) for name, value in sorted(answer.items()) if name != "X-Request-Id"]
        found[path] = (headers, TOKEN.sub(b"", answer.content))
    return found


def test_every_address_is_public_for_a_reason_or_the_persons_alone(person: Person, story: Story) -> None:
    public = {door.route for door in DOORS if isinstance(door.mark, Public)}
    assert public == {
        "",
        "static/<slug:release>/<path:name>",
        *(f"<language:language>/{route}" for route in ("", "first/", "leave/")),
    }
    asked = {door.mark.permission for door in DOORS if isinstance(door.mark, Requires)}
    assert asked == {Permission.PORTAL_READ, Permission.PORTAL_ASK}
    with portal(story):
        for path in PAGES:
            assert person.browser.get(path)["Location"].startswith("/?next="), path
        assert person.browser.get("/?next=%2Fcy%2Fnow%2F")["Location"] == "/cy/"


def test_no_title_tells_a_bystander_what_the_site_is_and_each_is_another(story: Story) -> None:
    """A tab and a history show it, and a screen reader says it first, to whoever is near; WCAG 2.4.2 wants pages told apart."""
    person = signed_in(story)
    forms = [f"notice/{form}" for form in (NoticeFormat.LARGE, NoticeFormat.EASY)]
    with portal(story):
        for language in Language:
            paths = [f"/{language}/{page}/" for page in (*READ, *forms)]
            inside = [title_of(person.browser.get(path)) for path in paths]
            outside = [title_of(Client().get(f"/{language}/{path}")) for path in ("", "first/")]
            again = [title_of(person.browser.get(f"/{language}/{path}")) for path in ("", "first/")]
            absent = title_of(Client().get(f"/{language}/absent/"))
            assert again == outside  # whoever has signed in may open these too
            titles = [*inside, *outside, absent]
            assert len(set(titles)) == len(titles)
            assert {title.rpartition(" – ")[2] for title in titles} == {translate(language, "portal.frame.name")}
            assert [title for title in titles if TELLING.search(title)] == []


def test_above_each_box_for_free_text_stands_the_caution_in_all_its_parts(story: Story) -> None:
    """Nobody need say anything, it may be used, and legal advice is free (issue 3)."""
    person = signed_in(story)
    boxes = []
    with portal(story):
        for path in PAGES:
            before, box, _ = html.unescape(person.browser.get(path).content.decode()).partition("<textarea")
            if box:
                boxes.append(path)
                assert translate(Language(path[1:3]), "portal.caution.text") in before, path
    assert boxes == [f"/{language}/ask/{kind}/" for language in Language for kind in RequestKind]


@proves("S60", delay.shown_before, disabled=lambda at, delay_days: at)
def test_within_the_delay_no_byte_of_any_page_tells_that_something_was_sent_opened_or_decided(story: Story) -> None:
    person = signed_in(story)
    with portal(story):
        before = pages(person)
    story.disclose(5)
    story.device.gap(GapReason.QUEUE_FULL)
    story.send()
    story.group()
    story.alert()
    story.decide()
    with portal(story):
        assert pages(person) == before
        with later(DAYS):
            body = person.browser.get("/en/told/").content.decode()
    assert "There is no line to show." in body
    today, yesterday = (day(Language.ENGLISH, Ms(clock.now() - ago * time.DAY_MS)) for ago in (0, 1))
    assert f"Nothing that reached us on {today} or later is shown yet, and nobody who looked on {yesterday} or" in body


def test_after_the_delay_the_person_is_told_what_was_sent_and_which_role_looked(story: Story) -> None:
    story.alert()
    person = signed_in(story)
    with portal(story), later(DAYS + 1):
        assert "A record that was sent" not in person.browser.get("/en/told/").content.decode()
    with portal(story), later(DAYS + 2):
        body = person.browser.get("/en/told/").content.decode()
    assert body.count("A visit to a site on a list") == 3
    assert "You must not use listed places (site)." in body
    held = [leaf for leaf in story.device.leaves if isinstance(leaf, DisclosureLeaf)]
    assert all(leaf_commit(leaf)[:16] in body for leaf in held)  # what the device had before it was sent
    sent = body.split('id="sent"')[1].split('id="looks"')[0]
    by_day = groupby(day(Language.ENGLISH, leaf.envelope.claim.event_at) for leaf in reversed(held))
    lines = [(on, *("A visit to a site on a list" for _ in leaves)) for on, leaves in by_day]  # each below its day
    assert re.findall(r'(?<="govuk-table__header">)\d[^<]*|A visit to a site on a list', sent) == list(chain(*lines))
    assert "An officer who works on your case<br>North" in body
    assert "A record that was sent, without what is locked in it" in body
    named = ("Officer Invented", story.officer.id, "listed.invalid", "site-list", story.alerts[0])
    assert [word for word in named if word in body] == []


def read(session: psycopg.Connection[Any], query: str, agency: Id, case: Id | None) -> Any:
    """What a query of the portal's role answers first, in the scope of an agency and of a case, or of none."""
    with session.transaction():
        session.execute("select set_config('offmon.agency', %s, true)", [agency])
        if case is not None:
            session.execute("select set_config('offmon.case', %s, true)", [case])
        return session.execute(query.encode()).fetchone()


@proves("S61", drop="alter policy offmon_portal on intake_leaf using (agency = current_setting('offmon.agency')::uuid)")
def test_the_role_of_the_portal_reads_one_case_and_without_it_nothing(story: Story) -> None:
    with story.console(), story.with_keys():
        other = do_open_case("86/OTHER", "Pat Otherwise", actor=story.officer)
        do_make_access(other, actor=story.officer)
    tables = {
        "people_person": 1,
        "deployments_deployment": 1,
        "deployments_device": 1,
        "deployments_profile": 1,
        "deployments_notice": 1,
        "deployments_noticepaper": 2,
        "intake_batch": 1,
        "intake_leaf": 4,
        "intake_liveness": 1,
        "rights_personaccess": 0,
        "rights_request": 0,
    }
    with story.database.connect("offmon_portal", autocommit=True) as session:
        for table in (*tables, "audit_entry"):
            with pytest.raises(psycopg.errors.UndefinedObject):
                read(session, f"select count(*) from {table}", story.agency, None)  # noqa: S608  # names of this test's
        seen = {
            case: {table: read(session, f"select count(*) from {table}", story.agency, case)[0] for table in tables}  # noqa: S608
            for case in (story.case, other)
        }
        assert seen[story.case] == tables
        assert {table for table, count in seen[other].items() if count} == {"people_person", "rights_personaccess"}
        for column, table in (
            ("name", "people_person"),
            ("ciphertext", "intake_leaf"),
            ("rule", "intake_leaf"),
            ("list_name", "intake_leaf"),
            ("actor", "audit_entry"),
            ("alert", "audit_entry"),
            ("reason", "audit_entry"),
            ("doc", "audit_entry"),
            ("id", "triage_alert"),
            ("person_text", "orders_term"),
            ("reference", "orders_instrument"),
            ("id", "agencies_staff"),
            ("session_key", "django_session"),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                read(session, f"select {column} from {table}", story.agency, story.case)  # noqa: S608


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_has_a_reference_and_a_clock_and_its_words_are_for_the_case_alone(
    story: Story, kind: RequestKind
) -> None:
    person = signed_in(story)
    with portal(story):
        assert person.send(f"/en/ask/{kind}/", words="inert marker of mine").status_code == 302
        assert person.send(f"/cy/ask/{kind}/", words="").status_code == 302
        assert "4,000" in person.send(f"/en/ask/{kind}/", words="x" * 4001).content.decode()
        body = person.browser.get("/en/ask/").content.decode()
    last = due(kind, time.local_day(clock.now())).day
    assert body.count(day(Language.ENGLISH, time.start_of_day(last))) == 2
    assert "inert marker of mine" in body
    asked = story.entries(Verb.PERSON_ASKED)
    assert [(entry.case, entry.reason, entry.outcome) for entry in asked] == [
        (story.case, None, EntryOutcome.ALLOWED)
    ] * 2
    with story.console(), story.with_keys():
        seen = queries.on_case(story.case, actor=story.officer)
    # A complaint is not for the officer to read.
    assert [one.words for one in seen.requests] == ([] if kind is HIDDEN else ["", "inert marker of mine"])
    assert all(one.reference in body for one in seen.requests)
    with superuser(story) as hand:
        assert "inert marker" not in str(hand.execute("select r::text from rights_request r").fetchall())
