"""What a day's work costs, in a real browser. `make tasks` prints it; `docs/howto/officer.md` keeps it, and no count may grow (issue 17).

To record what shrank, or what a task newly needs: OFFMON_WRITE_REFERENCE=1, and look at the difference.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.clock import Period
from offmon.core.ids import Slug
from offmon.core.person.deadlines import Channel, RequestKind
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.base import clock
from offmon.server.orders.actions import do_record_term
from offmon.server.rights.requests.actions import TakenDown, do_take_down
from tests.e2e.console.conftest import Face
from tests.e2e.console.counting import Counted, Task
from tests.e2e.console.doorstep import sitting
from tests.e2e.console.test_officer import at_desk, stays_signed_in
from tests.e2e.looking import glance
from tests.e2e.pressing import fill_date
from tests.e2e.serving import opened
from tests.integration.console.office import PASSWORD, SECRET, sign_in_name
from tests.integration.portal.person import portal, signed_in
from tests.support.days import today
from tests.support.images import page_image
from tests.support.orders import a_term
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose
from trial.papers import pages

DOCUMENT = Path("docs/howto/officer.md")
PICTURES = Path("docs/img")
KINDS = ("pages", "loads", "presses", "submissions", "fields", "words")
DECIDE = "Decide the gravest alert, from the sign-in page on"
MORNING = "Decide the twenty alerts of a morning, ten of them revealed"
PARTNER = "A partner agency’s officer finds the breach of their licence"
SECOND = "A second officer confirms one condition and refuses another"
LEAVE = "Hand a caseload to a colleague for two weeks"
NOT_HIM = "“It was not him”: correct a decision"
AUDIT = "The auditor answers who looked at a person in a month, and why, from the sign-in page on"
BLIND = "The supervisor looks again at five decisions, blind"
LEAVER = "A leaver’s last hour: the account is closed, and their case goes to a colleague"
DATA_REQUEST = "The DPO answers a request for data, from the sign-in page to what the person reads"
NEW_CASE = "A new case until it is authorised: an order and a licence with the same two conditions"
VISIT = "The install visit at a phone, until monitoring is active, going back once"
LIMITS = {
    DECIDE: {"pages": 4, "presses": 6, "words": 350},
    MORNING: {"presses": 60},
    NEW_CASE: {"submissions": 8, "fields": 30},
    VISIT: {"pages": 6, "presses": 24},
    PARTNER: {"presses": 2},
    DATA_REQUEST: {"pages": 6, "presses": 7},
}
WHY = "Read in full; the address says enough (invented)."
ALERTS = 20
CALLED = {1: "Visits to listed sites", 2: "Listed phrases on readable pages"}


@pytest.fixture(scope="module")
def measured() -> Iterator[dict[str, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    yield found
    for name, counts in found.items():
        sys.stdout.write(f"{name}: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS) + "\n")
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        text = DOCUMENT.read_text()
        lines = [
            f"| {name} | " + " | ".join(str(counts[kind]) for kind in KINDS) + " |"
            for name, counts in (recorded() | found).items()
        ]
        table = re.compile(r"(\| --- [^\n]*\n)(\| [^\n]*\n)*")
        DOCUMENT.write_text(table.sub(lambda head: head[1] + "\n".join(lines) + "\n", text, count=1))


def recorded() -> dict[str, dict[str, int]]:
    """What the page for officers says of each task."""
    rows = [line.strip("| \n").split(" | ") for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    return {row[0]: dict(zip(KINDS, map(int, row[1:]), strict=True)) for row in rows[2:] if row[1].isdecimal()}


def picture(page: Page, name: str) -> None:
    """For the page of officers, where what it shows is recorded anew."""
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.screenshot(path=PICTURES / f"officer-{name}.png")


@contextmanager
def costs[T: Counted](name: str, task: T, measured: dict[str, dict[str, int]]) -> Iterator[T]:
    """The task, and afterwards: no count is above what is recorded, or above its limit."""
    yield task
    measured[name] = task.counts
    if not os.environ.get("OFFMON_WRITE_REFERENCE"):
        kept = recorded()[name]
        most = kept | {"words": kept["words"] * 21 // 20}  # how long ago something was is said in more words or fewer
        assert {kind: count for kind, count in task.counts.items() if count > most[kind]} == {}, name
    assert {kind: task.counts[kind] for kind, most in LIMITS.get(name, {}).items() if task.counts[kind] > most} == {}


@pytest.fixture(scope="module", autouse=True)
def morning(face: Face) -> None:
    """What came overnight: twenty alerts of one person, each of another rule."""

    def come() -> None:
        for number in range(1, ALERTS + 1):  # beside the one that the story has, which the first task decides
            face.story.disclose(rule=Slug(f"rule-{number}"))
        face.story.send()
        face.story.group()

    face.apart(come)


def test_sign_in_and_decide_the_gravest_alert(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    with opened(chromium, face.address) as page, costs(DECIDE, Task(page), measured) as task:
        task.opens("/")
        task.fills("Sign-in name", "officer")
        task.fills("Password", PASSWORD)
        task.presses_button("Sign in")
        task.fills("Code from your authenticator app", code_of(SECRET, step_of(clock.now())))
        task.presses_button("Sign in")
        stays_signed_in(page, face, "officer")
        picture(page, "start")
        task.follows(page.get_by_role("link", name=re.compile(", host$")))
        picture(page, "alert")
        task.fills("Why do you need to see it?", "To decide it (invented).")
        task.presses_button("Reveal the disclosure")
        assert "https://listed.invalid/" in page.inner_text("main")
        task.chooses("Reasonable excuse considered")
        task.fills("Why?", WHY)
        task.presses_button("Record the decision", ends=True)
        assert "Recorded: Reasonable excuse considered" in page.inner_text("main")


def test_twenty_alerts_of_a_morning(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    with at_desk(chromium, face, "officer") as page, costs(MORNING, Task(page), measured) as task:
        task.opens("/")
        task.follows(page.locator("main table a"))
        for number in range(ALERTS):
            if number % 2:
                task.fills("Why do you need to see it?", "To decide it (invented).")
                task.presses_button("Reveal the disclosure")
            task.chooses("Permitted")
            task.fills("Why?", WHY)
            task.presses_button("Record the decision", ends=number == ALERTS - 1)
        assert "No alert is left" in page.inner_text("main")


def test_a_wrong_decision_is_corrected(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    """The day after: from the start page by the person to the decision."""
    with at_desk(chromium, face, "officer") as page, costs(NOT_HIM, Task(page), measured) as task:
        task.opens("/cases/")
        task.follows(page.get_by_role("link", name=face.story.person))
        picture(page, "person")
        task.follows(page.get_by_role("link", name="Alerts and decisions"))
        task.follows(page.get_by_role("link", name=re.compile("^host")))
        task.follows(page.get_by_role("link", name="Correct the decision"))
        task.fills("Why do you correct the decision?", "His brother used the tablet (invented).")
        task.chooses("Not this person")
        task.fills("Why?", "The brother says so, and the times agree (invented).")
        task.presses_button("Continue")
        task.presses_button("Record the decision", ends=True)
        assert "Not this person" in page.inner_text(".govuk-panel")


def test_a_supervisor_looks_again_at_five_decisions(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    with at_desk(chromium, face, "supervisor") as page, costs(BLIND, Task(page), measured) as task:
        task.opens("/")
        task.follows(page.get_by_role("link", name="Team"))
        task.presses_button("Draw decisions to look at again")
        for number in range(5):
            task.follows(page.locator("main ul a[href*='/alerts/']"))
            assert WHY not in page.inner_text("main")
            task.chooses("Permitted")
            task.fills("Why?", "I read it too (invented).")
            task.presses_button("Record the second look")
            assert "Second look: " in page.inner_text("main")
            task.follows(page.get_by_role("link", name="Go on with second looks"), ends=number == 4)
        assert "How often a second look came to the same outcome" in page.inner_text("main")


def test_the_auditor_answers_who_looked_at_a_person_and_why(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    def referred() -> str:
        with superuser(face.story) as hand:
            found = hand.execute("select reference from people_person where id = %s", [face.story.case]).fetchone()
        assert found is not None
        return str(found[0])

    reference, auditor = face.apart(referred), sign_in_name(Role.AUDITOR, Whose.COLLEAGUES)
    with opened(chromium, face.address) as page, costs(AUDIT, Task(page), measured) as task:
        task.opens("/")
        task.fills("Sign-in name", auditor)
        task.fills("Password", PASSWORD)
        task.presses_button("Sign in")
        task.fills("Code from your authenticator app", code_of(SECRET, step_of(clock.now())))
        task.presses_button("Sign in")
        picture(page, "log-opened")
        task.chooses("For self-monitoring, or a disciplinary matter")
        task.fills("What do you want to find out?", f"Who looked at {reference} this month, and why?")
        task.fills("Case reference (optional)", reference)
        today = time.local_day(clock.now())
        task.dates("From (optional)", today.replace(day=1))
        task.dates("To the end of (optional)", today)
        task.presses_button("Open the log")
        picture(page, "log")
        answer = page.locator("tr", has=page.locator("th", has_text="Officer Invented")).first.inner_text()
        assert "To decide it (invented)." in answer
        assert "From an alert" in answer
        assert face.story.person not in page.inner_text("main")


def test_a_partner_finds_the_breach(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    def again() -> None:
        face.story.disclose(rule=Slug("of-their-licence"))
        face.story.send()
        face.story.group()

    face.apart(again)
    guest = sign_in_name(Role.OFFENDER_MANAGER, Whose.PARTYS)
    with at_desk(chromium, face, guest) as page, costs(PARTNER, Task(page), measured) as task:
        task.opens("/")
        task.presses_button("Work on cases of An invented force")
        task.follows(page.get_by_role("link", name=re.compile(", of-their-licence")), ends=True)
        assert page.locator("h1").inner_text() == "Possible breach: of-their-licence"


def test_a_second_officer_confirms_one_condition_and_refuses_another(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    def two() -> None:
        with face.story.console(), face.story.with_keys():
            for text in ("You must not go to listed places.", "You must not use listed words."):
                term = a_term(Period(clock.now(), None), verbatim="Invented words.", person_text=text, source_page=2)
                do_record_term(face.story.instrument, term, actor=face.story.officer)

    face.apart(two)
    with at_desk(chromium, face, "colleague") as page, costs(SECOND, Task(page), measured) as task:
        task.opens("/")
        task.follows(page.get_by_role("link", name=re.compile("^Confirm a condition")))
        task.chooses("A certified copy")
        task.presses_button("Confirm the condition")
        task.opens("/")
        task.follows(page.get_by_role("link", name=re.compile("^Confirm a condition")))
        task.follows(page.get_by_role("link", name=re.compile("[Rr]efuse")))
        task.fills("Why do you refuse it?", "The last day differs from the page.")
        task.presses_button("Refuse the condition", ends=True)


def test_a_caseload_is_handed_over_for_two_weeks(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    with at_desk(chromium, face, "officer") as page, costs(LEAVE, Task(page), measured) as task:
        task.opens("/cases/")
        task.follows(page.get_by_role("link", name="Hand a caseload to a colleague for a time"))
        task.selects("Who covers for them?", "Colleague Invented, offender manager")
        fill_date(page, "What is the last day?", time.local_day(clock.now()) + timedelta(days=14))
        task.fields += 1
        task.fills("Why?", "Annual leave (invented).")
        task.presses_button("Hand over the caseload", ends=True)
        assert "covers 1 case until the end of" in page.inner_text("main")


def test_the_dpo_answers_a_request_for_data(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    def comes() -> None:
        said = TakenDown(RequestKind.DATA, "All of it.", Channel.PHONE, today(), face.story.officer.id)
        with face.story.console(), face.story.with_keys():
            do_take_down(face.story.case, said, actor=face.story.officer)

    def reads() -> str:
        person = signed_in(face.story)
        with portal(face.story):
            return person.browser.get("/en/ask/").content.decode()

    face.apart(comes)
    with opened(chromium, face.address) as page, costs(DATA_REQUEST, Task(page), measured) as task:
        task.opens("/")
        task.fills("Sign-in name", "data_protection")
        task.fills("Password", PASSWORD)
        task.presses_button("Sign in")
        task.fills("Code from your authenticator app", code_of(SECRET, step_of(clock.now())))
        task.presses_button("Sign in")
        stays_signed_in(page, face, "data_protection")
        task.follows(page.get_by_role("link", name=re.compile("^Asks for their data")))
        task.follows(page.get_by_role("button", name="Write the answer"))
        task.chooses("On their own page alone")
        glance(page, "answer-drafted")
        task.presses_button("Continue")
        glance(page, "answer-checked")
        task.presses_button("Give the answer", ends=True)
        assert "The person’s page shows your answer now" in page.inner_text("main")
        assert "You can take that page away as a file." in face.apart(reads)


def test_a_new_case_and_its_visit_up_to_a_device_that_may_collect(
    chromium: Browser, face: Face, tmp_path: Path, measured: dict[str, dict[str, int]]
) -> None:
    """Four people, each at what is theirs. Then the officer goes to the person, with a phone."""
    with at_desk(chromium, face, "officer") as page:
        with costs(NEW_CASE, Task(page), measured) as task:
            record_both(task, tmp_path)
            case = page.url
            with at_desk(chromium, face, "colleague") as theirs:
                confirm_all(task.at(theirs), case)
            draft_it(task.at(page), case)
            with at_desk(chromium, face, "authoriser") as theirs:
                authorise_it(task.at(theirs), case)
        face.apart(face.story.publish)  # the notice stands on what was witnessed
        with costs(VISIT, Task(page), measured) as task:
            sitting(task, face, face.story, case, lambda _page, _name: None)


def test_a_leaver_s_last_hour(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    """The last task: from then on nobody signs in as the officer."""
    admin = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)
    with (
        at_desk(chromium, face, "officer") as stolen,
        at_desk(chromium, face, admin) as page,
        at_desk(chromium, face, "supervisor") as theirs,
        costs(LEAVER, Task(page), measured) as task,
    ):
        task.opens("/staff/")
        task.follows(page.get_by_role("link", name="Officer Invented"))
        task.follows(page.get_by_role("link", name="Close the account"))
        task.fills("Why?", "Their last day (invented).")
        task.presses_button("Close the account")
        stolen.goto("/alerts/")
        assert "Sign in" in stolen.inner_text("h1")
        task.at(theirs).opens("/team/")
        task.follows(theirs.get_by_role("link", name="Hand on their cases"))
        task.selects("Who has left?", "Officer Invented, 2 cases")
        task.selects("Who takes their cases over?", "Colleague Invented, offender manager")
        task.fills("Why?", "They have left (invented).")
        task.presses_button("Hand on the cases", ends=True)
        assert "cases are handed over" in theirs.inner_text("main")


def record_both(task: Task, folder: Path) -> None:
    """The person and the order, its two conditions, the licence, and the same conditions in it."""
    files = [folder / f"{number}.png" for number in (1, 2)]
    for file, printed in zip(files, pages(Basis.SHPO_SC), strict=True):
        file.write_bytes(page_image(printed))
    today = time.local_day(clock.now())
    task.opens("/cases/")
    task.follows(task.page.get_by_role("button", name="Open a case"))
    task.fills("Your agency’s reference for the case", "86/NEW")
    task.fills("Full name", "Lee Invented")
    task.chooses("English")
    for name in ("Colleague Invented, offender manager", "Authoriser Invented, authorising officer"):
        task.chooses(name)
    task.chooses("Sexual Harm Prevention Order (Sentencing Code)")
    task.attaches("The document, as a scan or PDF", files)
    task.presses_button("Open the case")
    task.chooses("An invented force")
    task.chooses("Sexual communication with a child online")
    task.fills("Who made it?", "An invented court")
    task.fills("What is its reference?", "T86/0100")
    for legend, on in (
        ("When was it made?", date(2026, 1, 15)),
        ("When was the person convicted?", date(2025, 11, 3)),
        ("When was it served?", date(2026, 1, 15)),
    ):
        task.dates(legend, on)
    task.fills("At what time was it served?", "14:30")
    task.chooses("Against the sealed copy")
    for number, words in ((1, "You must not visit the listed sites."), (2, "You must not use the listed words.")):
        if number > 1:
            task.unfolds(f"Condition {number}")
        block = task.page.get_by_role("group", name=f"Condition {number}", exact=True)
        task.chooses("Prohibition: the person must not do something", within=block)
        task.fills("Words of the document", "Not to visit the sites in the schedule.", within=block)
        task.fills("Words for the person", words, within=block)
        task.fills(f"On which page is condition {number}?", "2", within=block)
        task.chooses(CALLED[number], within=block)
    task.presses_button("Record the document")
    task.follows(task.page.get_by_role("button", name="Add an order or licence"))
    task.chooses("Licence")
    task.attaches("The document, as a scan or PDF", files)
    task.presses_button("Upload the document")
    task.chooses("An invented force")
    task.chooses("Sexual communication with a child online")
    task.fills("Who made it?", "An invented governor")
    task.fills("What is its reference?", "L86/0100")
    for legend in ("When was it made?", "When was it served?"):
        task.dates(legend, date(2026, 2, 1))
    task.fills("At what time was it served?", "10:00")
    task.dates("What is its last day? (optional)", today + timedelta(days=300))
    task.dates("When did the supervising officer ask for monitoring?", date(2026, 2, 2))
    task.chooses("With the prison or the Parole Board")
    for words in ("You must not visit the listed sites.", "You must not use the listed words."):
        task.fills(f"“{words}” On which page is it? (optional)", "1")
    task.presses_button("Record the document")
    task.follows(task.page.get_by_role("link", name="Overview"))


def confirm_all(task: Task, case: str) -> None:
    task.opens("/")
    task.follows(task.page.locator(f"main a[href*='{case.split('/cases/')[1]}']"))
    task.opens(f"{case}confirm/")
    task.ticks_all()
    task.chooses("A certified copy")
    task.presses_button("Confirm these conditions")


def draft_it(task: Task, case: str) -> None:
    task.opens(case)
    task.follows(task.page.get_by_role("link", name="Draft the authorisation"))
    task.ticks_all()
    task.dates("When did you ask, if the person claims no exclusion? (optional)", date(2026, 2, 3))
    task.presses_button("Record the draft")


def authorise_it(task: Task, case: str) -> None:
    task.opens(case)
    task.follows(task.page.get_by_role("link", name="Authorise the monitoring"))
    task.follows(task.page.get_by_role("button", name="Answer the four questions"))
    task.chooses(f"Setting 2: {CALLED[1]}, {CALLED[2]}")
    for question in (
        "Is the aim important enough to limit this person’s rights?",
        "How does this monitoring serve that aim?",
        "Why is less not enough?",
        "Is it a fair balance?",
    ):
        task.fills(question, "Considered (invented).")
    task.chooses("In 12 weeks")
    task.presses_button("Continue")
    task.presses_button("Authorise the monitoring")
