"""The auditor's log: nothing before a purpose is named, then who looked at whom and why, and each reading is logged (issue 18)."""

import re
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import MATRIX, Permission, Role
from offmon.core.errors import Refused
from offmon.core.log.audit import Verb
from offmon.core.log.reading import READING_MS, ReadingPurpose, check_question
from offmon.server.audit.actions.readings import do_open_log
from offmon.server.audit.models import Entry
from offmon.server.audit.reading.queries import LogChoice, lookers, read, reading
from offmon.server.base.actor import Actor
from offmon.server.base.clock import now
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.people.queries import case_referred, references_of
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_start_page import text
from tests.prove.markers import proves
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

AUDITOR = sign_in_name(Role.AUDITOR, Whose.COLLEAGUES)
QUESTION = "Who looked at this person, and why?"
WHY = "To decide it (invented)."
ASKED = {"purpose": "self_monitoring", "question": QUESTION}


@pytest.fixture
def auditor(office: Office) -> Actor:
    return replace(office.actor(Role.AUDITOR, Whose.COLLEAGUES), session=new_id())


def of_cases(actor: Actor) -> int:
    """How many entries of cases the database shows them."""
    with scope(actor):
        return Entry.objects.exclude(case=None).count()


def rows(page: str, table: str) -> list[str]:
    """The rows of a table of the page, as text."""
    found = page.partition(f'id="{table}"')[2].partition("</table>")[0].partition("<tbody")[2]
    return [" ".join(re.sub(r"<.*?>", " ", one).split()) for one in re.findall(r"<tr.*?</tr>", found, re.DOTALL)]


@proves("S150", check_question, disabled=lambda question: None)
def test_an_auditor_begins_at_the_log_and_sees_nothing_of_it_before_they_say_why(office: Office) -> None:
    browser = sign_in(AUDITOR)
    answer = browser.get("/", follow=True)
    assert answer.redirect_chain == [("/log/", 302)]
    assert rows(answer.content.decode(), "entries") == []
    assert "There is a problem" in send(browser, "/log/", question=QUESTION).content.decode()
    assert "There is a problem" in send(browser, "/log/", purpose="performance", question=QUESTION).content.decode()
    assert "There is a problem" in send(browser, "/log/", purpose="lawfulness", question="Why?").content.decode()
    assert office.story.entries(Verb.LOG_OPENED, Verb.LOG_READ) == []


def test_who_looked_at_this_person_and_why_is_on_one_page(office: Office) -> None:
    story = office.story
    [alert], leaf = story.alerts, story.alert().occurrences[0].leaf
    officer = sign_in("officer")
    officer.get(f"/cases/{story.case}/")
    send(officer, f"/alerts/{alert}/occurrences/{leaf}/", why=WHY)
    browser = sign_in(AUDITOR)
    found = re.search(r"86/[0-9a-f]{6}", text(officer, f"/cases/{story.case}/"))
    assert found is not None
    reference = found[0]
    answer = send(browser, "/log/", **ASKED, reference=reference)
    assert answer["Location"] == f"/log/?case={story.case}"
    page = browser.get(answer["Location"]).content.decode()
    [looked] = [one for one in rows(page, "looked") if "Officer Invented" in one]
    assert "Offender manager" in looked
    assert WHY in looked
    assert "From an alert" in looked
    assert any("Asked to have a disclosure revealed" in one and WHY in one for one in rows(page, "entries"))
    assert story.person not in page
    assert "listed.invalid" not in page


def test_a_search_by_member_of_staff_act_and_time_finds_what_it_says(office: Office) -> None:
    story = office.story
    sign_in("officer").get(f"/cases/{story.case}/")
    browser = sign_in(AUDITOR)
    send(browser, "/log/", **ASKED)
    address = send(browser, "/log/", staff=story.officer.id, what="case.consulted")["Location"]
    assert address == f"/log/?staff={story.officer.id}&what=case.consulted"
    found = rows(browser.get(address).content.decode(), "entries")
    assert found
    assert all("Officer Invented" in one and "Looked at the person’s case" in one for one in found)
    today = time.local_day(now())
    assert rows(browser.get(f"{address}&until={today}").content.decode(), "entries")
    assert rows(browser.get(f"{address}&until=2025-03-31").content.decode(), "entries") == []
    wrong = send(browser, "/log/", reference="86/NOBODY").content.decode()
    assert "No case of your agency has that reference" in wrong


def test_pages_go_on_to_the_first_entry_and_show_each_once(office: Office, auditor: Actor) -> None:
    do_open_log(ReadingPurpose.LAWFULNESS, QUESTION, actor=auditor)
    choice, seen = LogChoice(until=now()), list[str]()
    while (found := read(choice, actor=auditor, most=7)).older is not None:
        seen += [one.id for one in found.lines]
        choice = replace(choice, after=found.older)
    seen += [one.id for one in found.lines]
    with scope(auditor):
        everything = Entry.objects.filter(at__lt=choice.until).order_by("-at", "-id").values_list("id", flat=True)
        assert seen == list(everything)
    browser = sign_in(AUDITOR)
    send(browser, "/log/", **ASKED)
    older = re.search(r'href="(\?after=[^"]+)" rel="next"', browser.get("/log/").content.decode())
    assert older is not None
    assert "Newest entries" in browser.get(f"/log/{older[1]}").content.decode()


def test_each_reading_is_logged_with_its_purpose_and_what_was_searched_for(office: Office) -> None:
    story, browser = office.story, sign_in(AUDITOR)
    send(browser, "/log/", **ASKED)
    browser.get(f"/log/?case={story.case}&staff={story.officer.id}&since=2026-03-01&until=2026-03-31")
    [opened], [page] = story.entries(Verb.LOG_OPENED), story.entries(Verb.LOG_READ)
    assert (opened.reason, opened.case, len(opened.touched)) == (f"self_monitoring: {QUESTION}", None, 1)
    assert page.case == story.case
    assert page.session == opened.session
    assert page.reason == f"case {story.case}; staff {story.officer.id}; from 2026-03-01; until 2026-03-31"
    shown = rows(browser.get("/log/?what=log.read").content.decode(), "entries")
    assert any("Officer Invented" in one and story.case not in one for one in shown)


@proves(
    "S150", drop="alter policy offmon_console on audit_entry using (agency = current_setting('offmon.agency')::uuid)"
)
def test_the_database_shows_an_auditor_no_case_without_a_reading_of_their_own_in_this_session(
    office: Office, auditor: Actor
) -> None:
    assert of_cases(auditor) == 0
    assert references_of([office.story.case], actor=auditor) == {}
    for ask in (read, lookers):
        with pytest.raises(Refused, match="Say first"):
            ask(LogChoice(case=office.story.case), actor=auditor)
    do_open_log(ReadingPurpose.SECURITY, QUESTION, actor=auditor)
    assert of_cases(auditor) > 0
    assert references_of([office.story.case], actor=auditor).keys() == {office.story.case}
    elsewhere = office.actor(Role.AUDITOR, Whose.ANOTHER_AGENCYS)
    others = (
        replace(auditor, session=new_id()),
        replace(auditor, session=None),
        replace(office.actor(Role.AUDITOR, Whose.OWN), session=auditor.session),
        replace(elsewhere, session=auditor.session),
        replace(elsewhere, agency=auditor.agency, session=auditor.session),
    )
    assert [of_cases(one) for one in others] == [0] * len(others)
    assert case_referred("86/NOBODY", actor=auditor) is None


def test_a_reading_ends_after_an_hour(office: Office, auditor: Actor) -> None:
    do_open_log(ReadingPurpose.SECURITY, QUESTION, actor=auditor)
    with superuser(office.story) as hand:
        hand.execute("update audit_logreading set begun_at = begun_at - %s", [READING_MS + 5_000])
    assert reading(actor=auditor) is None
    assert of_cases(auditor) == 0


@pytest.mark.parametrize("role", [role for role in MATRIX if Permission.AUDIT_READ not in MATRIX[role]])
def test_no_other_role_reads_the_log_even_with_a_reading_row(office: Office, role: Role) -> None:
    """The console could write the row for anyone; it cannot write the directory that says who they are."""
    if (role, Whose.COLLEAGUES) not in office.staff:
        return
    actor = replace(office.actor(role, Whose.COLLEAGUES), session=new_id())
    with pytest.raises(Refused):
        do_open_log(ReadingPurpose.SECURITY, QUESTION, actor=actor)
    with superuser(office.story) as hand:
        hand.execute(
            "insert into audit_logreading (id, agency, salt, read_by, session, purpose, question, begun_at)"
            " values (gen_random_uuid(), %s, '', %s, %s, 'security', 'x', %s)",
            [actor.agency, actor.id, actor.session, now()],
        )
    assert of_cases(actor) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "performance"},
        {"question": ""},
        {"begun_at": 1_700_000_000_000},
        {"read_by": "another"},
    ],
)
def test_the_database_takes_no_reading_without_purpose_and_question_or_of_another(
    office: Office, auditor: Actor, wrong: dict[str, str | int]
) -> None:
    given = {
        "agency": auditor.agency,
        "read_by": auditor.id,
        "session": auditor.session,
        "purpose": "security",
        "question": QUESTION,
        "begun_at": now(),
    } | wrong
    if wrong.get("read_by"):
        given["read_by"] = office.staff[Role.AUDITOR, Whose.OWN]
    with pytest.raises(DatabaseError), scope(auditor), connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_logreading (id, salt, agency, read_by, session, purpose, question, begun_at)"
            " values (gen_random_uuid(), '', %(agency)s, %(read_by)s, %(session)s, %(purpose)s, %(question)s, %(begun_at)s)",
            given,
        )


def test_the_data_protection_officer_reads_it_too_and_nobody_else_finds_it(office: Office) -> None:
    officer = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    assert "/log/" in officer.get("/").content.decode()
    assert send(officer, "/log/", **ASKED).status_code == 302
    assert sign_in("officer").get("/log/").status_code == 403


def test_an_auditor_opens_no_case(office: Office) -> None:
    browser: Client = sign_in(AUDITOR)
    send(browser, "/log/", **ASKED)
    for path in ("", "log/", "alerts/"):
        assert browser.get(f"/cases/{office.story.case}/{path}").status_code == 403


def test_figures_count_by_month_without_a_name(office: Office) -> None:
    browser = sign_in(AUDITOR)
    assert "Read the log" in text(browser, "/log/figures/")
    send(browser, "/log/figures/", **ASKED)
    page = browser.get("/log/figures/").content.decode()
    newest, *earlier = rows(page, "figures")
    month = time.local_day(now()).strftime("%B %Y")
    assert newest == f"{month} 0 0 0 0 1 0 0"
    assert len(earlier) == 11
    assert all(one.endswith("0 0 0 0 0 0 0") for one in earlier)
    assert "Officer" not in rows(page, "figures")[0]
    assert [entry.reason for entry in office.story.entries(Verb.LOG_READ)] == ["figures"]
